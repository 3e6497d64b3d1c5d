package customer

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"regulars/app/kit/cal"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// What the cells of an imported row say of a customer. Contacts read theirs
// the same way.

// input reads a row. What cannot be right is left out with a remark; only a
// row without a name, or one that says too much, fails.
func (w *importWork) input(ctx context.Context, tx *db.Tx, r *importer.Record) (Input, error) {
	in := Input{Name: r.Get("name"), WeChat: r.Get("wechat"), Address: r.Get("address"), Region: r.Get("region"), Source: r.Get("source"),
		Notes: r.Get("notes"), ExternalID: r.Get("external_id"), Kind: kindNamed(r.Get("kind")), Tags: r.List("tags")}
	if in.Name == "" {
		in.Name = FullName(r.Get("family_name"), r.Get("given_name"))
	}
	if in.Name == "" {
		in.Name = r.Get("company")
	}
	in.Name, in.Address = strings.Join(strings.Fields(in.Name), " "), strings.Join(strings.Fields(in.Address), " ")
	if in.Kind == "" && r.Get("kind") != "" {
		r.Remark("kind", "import.problem.kind", "value", r.Get("kind"))
	}
	if level := strings.ToUpper(strings.TrimSuffix(r.Get("level"), "级")); slices.Contains(Levels, level) {
		in.Level = level
	} else if level != "" {
		r.Remark("level", "import.problem.level", "value", r.Get("level"))
	}
	if day, lunar, ok := Birthday(r.Row, w.today); ok {
		in.Birthday, in.BirthdayLunar = day, lunar
	}
	in.Phones, in.Emails = Reach(r.Row)
	in.OwnerID = w.owner(ctx, r)
	var err error
	in.values, err = r.Own(ctx, tx, w.added)
	in.Clean()
	return in, err
}

// FullName puts the parts of a name in the order of its script.
func FullName(family, given string) string {
	family, given = strings.TrimSpace(family), strings.TrimSpace(given)
	if strings.ContainsFunc(family+given, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return family + given
	}
	return strings.TrimSpace(given + " " + family)
}

// Reach reads a row's phone, mobile and e-mail cells, leaving out with a remark
// what cannot be one. Also for contacts.
func Reach(r *importer.Row) (phones []PhoneInput, emails []string) {
	for _, column := range []string{"phone", "mobile"} {
		cell := r.Get(column)
		if cell == "" {
			continue
		}
		list := phone.Split(cell)
		if len(list) == 0 {
			r.Remark(column, "import.problem.phone", "value", short(cell))
		}
		for _, raw := range list {
			if len([]rune(raw)) > maxShort {
				r.Remark(column, "import.problem.phone", "value", short(raw))
				continue
			}
			if !slices.ContainsFunc(phones, func(have PhoneInput) bool { return have.Raw == raw }) {
				phones = append(phones, PhoneInput{Raw: raw})
			}
		}
	}
	for _, cell := range r.List("email") {
		cell = strings.TrimPrefix(strings.TrimSpace(cell), "mailto:")
		switch {
		case cell == "":
		case validEmail(cell):
			emails = append(emails, cell)
		default:
			r.Remark("email", "import.problem.email", "value", short(cell))
		}
	}
	return phones, emails
}

func short(s string) string {
	if rs := []rune(s); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return s
}

var monthDay = regexp.MustCompile(`^(?:--)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$`)

// Birthday reads a row's birthday cell: with or without the year, 农历 before a
// lunar one. What is none, or has not been yet, gets a remark. Also for contacts.
func Birthday(r *importer.Row, today cal.Date) (day string, lunar, ok bool) {
	cell := strings.TrimSpace(r.Get("birthday"))
	if cell == "" {
		return "", false, false
	}
	if day, lunar, ok = birthday(r, cell); !ok || !lived(day, today) {
		r.Remark("birthday", "import.problem.birthday", "value", short(cell))
		return "", false, false
	}
	return day, lunar, true
}

// firstYear is the earliest that a date of an import may be; older ones are
// what programs write for "unknown".
const firstYear = "1800"

// lived tells whether a birthday, if it names a year, lies in the past.
func lived(day string, today cal.Date) bool {
	if strings.HasPrefix(day, "--") {
		return true
	}
	return day >= firstYear && day <= string(today)
}

func birthday(r *importer.Row, cell string) (day string, lunar, ok bool) {
	plain, lunar := cell, false
	for _, word := range []string{"农历", "阴历", "lunar"} {
		if rest, cut := strings.CutPrefix(strings.ToLower(plain), word); cut {
			plain, lunar = strings.TrimSpace(rest), true
		}
	}
	if b, err := cal.ParseBirthday(plain, lunar); err == nil {
		return b.String(), lunar, true
	}
	if m := monthDay.FindStringSubmatch(text.Fold(plain)); m != nil {
		full := "--" + pad(m[1]) + "-" + pad(m[2])
		if _, err := cal.ParseBirthday(full, lunar); err == nil {
			return full, lunar, true
		}
	}
	if date, good := r.Date("birthday"); good && !lunar {
		return date, false, true
	}
	return "", false, false
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// owner is who the row says, else whoever sees only their own customers.
func (w *importWork) owner(ctx context.Context, r *importer.Record) int64 {
	who := strings.ToLower(strings.TrimSpace(r.Get("owner_email")))
	if id := w.people[who]; who != "" && id != 0 {
		return id
	}
	if who != "" {
		r.Remark("owner_email", "import.problem.owner", "value", short(r.Get("owner_email")))
	}
	if a := auth.From(ctx); a.Reach == auth.Own {
		return a.UserID
	}
	return 0
}

func kindNamed(s string) string {
	switch text.Fold(s) {
	case "company", "business", "organisation", "organization", "公司", "企业", "单位", "企业客户", "公司客户":
		return Company
	case "person", "individual", "consumer", "个人", "个人客户", "自然人":
		return Person
	}
	return ""
}
