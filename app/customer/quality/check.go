package quality

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/uscc"
	"regulars/app/sys/db"
)

// record is what the check looks at of a customer.
type record struct {
	ID        int64   `db:"id"`
	Kind      string  `db:"kind"`
	Name      string  `db:"name"`
	OwnerID   db.ID   `db:"owner_id"`
	Level     string  `db:"level"`
	WeChat    string  `db:"wechat"`
	Source    string  `db:"source"`
	Birthday  string  `db:"birthday"`
	Updated   db.Time `db:"updated_at"`
	Contacted db.Time `db:"last_contact_at"`
	Ordered   string  `db:"last_order_on"`
	Contacts  int     `db:"contacts"`

	phones  []string // that can be dialled
	badly   []string // phones that cannot
	emails  []string
	bounced []string // e-mails that came back for good
	taxIDs  []string
	rights  map[string]string // kind -> detail that somebody called right
}

// rules are what the check depends on besides the record.
type rules struct {
	zone   *time.Location
	today  cal.Date
	before cal.Date // a record untouched since is stale
	alone  bool
}

// examine lists what is probably wrong with a record: kind -> detail.
func examine(r record, by rules) map[string]string {
	out := map[string]string{}
	found := func(kind string, wrong bool, detail string) {
		if right, ok := r.rights[kind]; wrong && (!ok || right != clip(detail)) {
			out[kind] = clip(detail)
		}
	}
	bad := wrongEmails(r.emails)
	works := len(r.emails) - len(bad) - len(r.bounced)
	found(Unreachable, len(r.phones) == 0 && works <= 0 && r.WeChat == "", "")
	found(NoPhone, len(r.phones)+len(r.badly) == 0, "")
	found(BadPhone, len(r.badly) > 0, strings.Join(r.badly, "; "))
	found(BadEmail, len(bad) > 0, strings.Join(bad, "; "))
	found(Bounced, len(r.bounced) > 0, strings.Join(r.bounced, "; "))
	found(OddBirthday, oddBirthday(r.Birthday, by.today), r.Birthday)
	found(OddName, oddName(r.Name), r.Name)
	found(NoContact, r.Kind == customer.Company && r.Contacts == 0, "")
	found(NoOwner, r.OwnerID == 0 && !by.alone, "")
	found(NoLevel, r.Level == "", "")
	found(NoSource, r.Source == "", "")
	last := max(string(cal.DateOf(r.Updated.Time, by.zone)), r.Ordered)
	if !r.Contacted.IsZero() {
		last = max(last, string(cal.DateOf(r.Contacted.Time, by.zone)))
	}
	found(Stale, last < string(by.before), last)
	for _, id := range r.taxIDs {
		if len([]rune(uscc.Clean(id))) == 18 || uscc.Check(id) == uscc.Length {
			found(TaxID, uscc.Check(id) != uscc.Fine, id)
		}
	}
	return out
}

const maxDetail = 200

func clip(s string) string {
	if r := []rune(s); len(r) > maxDetail {
		return string(r[:maxDetail-1]) + "…"
	}
	return s
}

// slips are mail domains that nobody has but many type.
var slips = map[string]string{
	"gmial.com": "gmail.com", "gmai.com": "gmail.com", "gamil.com": "gmail.com", "gnail.com": "gmail.com", "gmail.con": "gmail.com", "gmail.co": "gmail.com", "gmail.cm": "gmail.com",
	"hotmial.com": "hotmail.com", "hotmail.con": "hotmail.com", "outlok.com": "outlook.com", "outlook.con": "outlook.com", "yaho.com": "yahoo.com", "yahoo.con": "yahoo.com",
	"qq.con": "qq.com", "qq.cm": "qq.com", "qq.co": "qq.com", "qq.om": "qq.com", "163.con": "163.com", "163.cm": "163.com", "126.con": "126.com", "sina.con": "sina.com", "foxmial.com": "foxmail.com",
}

// wrongEmails are those to which no mail can be sent.
func wrongEmails(list []string) []string {
	var out []string
	for _, s := range list {
		a, err := mail.ParseAddress(s)
		_, domain, _ := strings.Cut(s, "@")
		if err != nil || a.Address != s || !strings.Contains(strings.Trim(domain, "."), ".") || strings.Contains(domain, "..") || slips[strings.ToLower(domain)] != "" {
			out = append(out, s)
		}
	}
	return out
}

// meant is the address that was probably meant, "" when nobody can tell.
func meant(email string) string {
	name, domain, _ := strings.Cut(email, "@")
	if right := slips[strings.ToLower(domain)]; right != "" {
		return name + "@" + right
	}
	return ""
}

// oddBirthday: not yet, before anybody alive, or what a form or a table writes
// when nobody said anything.
func oddBirthday(s string, today cal.Date) bool {
	if len(s) != len("2006-01-02") {
		return false
	}
	old := string(today.AddDays(-110*365 - 27))
	return s > string(today) || s < old || s == "1900-01-01" || s == "1970-01-01"
}

var (
	onlySigns = regexp.MustCompile(`^[\d\s\p{P}\p{S}]+$`)
	trial     = regexp.MustCompile(`(?i)^(test|testing|asdf+|qwerty|xxx+|aaa+|abc|n/?a|none|unknown|foo|bar|dummy|sample|demo|测试.*|无|未知|不详|暂无|客户\d*|test\s*\d+)$`)
)

// oddName: numbers, a trial, a shout, or blanks and full-width letters that came
// along from somewhere.
func oddName(s string) bool {
	return onlySigns.MatchString(s) || trial.MatchString(s) || betterName(s) != s
}

// betterName is the name as it was probably meant.
func betterName(s string) string {
	out := strings.Join(strings.Fields(foldLatin(s)), " ")
	if !shouted(out) {
		return out
	}
	words := strings.Fields(strings.ToLower(out))
	for i, w := range words {
		r := []rune(w)
		r[0] = unicode.ToUpper(r[0])
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// foldLatin writes full-width letters and digits as everybody else does;
// full-width signs belong to Chinese names.
func foldLatin(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ' {
			return []rune(width.Fold.String(string(r)))[0]
		}
		return r
	}, s)
}

// shouted tells a name of at least two long Latin words in capitals only; IKEA
// and BMW are called so.
func shouted(s string) bool {
	long, letters := 0, 0
	for _, w := range strings.Fields(s) {
		if len(w) > 3 {
			long++
		}
	}
	for _, r := range s {
		if unicode.IsLower(r) || unicode.Is(unicode.Han, r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return long >= 2 && letters >= 8
}

// mends are the changes that would put a finding right, if that can be said.
func mends(kind string, r record) []customer.Mend {
	var out []customer.Mend
	add := func(field, from, to string) {
		if from != to {
			out = append(out, customer.Mend{CustomerID: r.ID, Name: r.Name, Field: field, From: from, To: to})
		}
	}
	switch kind {
	case BadPhone:
		for _, p := range r.badly {
			add("phone", p, "")
		}
	case BadEmail:
		for _, e := range wrongEmails(r.emails) {
			add("email", e, meant(e))
		}
	case Bounced:
		for _, e := range r.bounced {
			add("email", e, "")
		}
	case OddBirthday:
		add("birthday", r.Birthday, "")
	case OddName:
		if better := betterName(r.Name); better != "" && !onlySigns.MatchString(r.Name) && !trial.MatchString(r.Name) {
			add("name", r.Name, better)
		}
	}
	return out
}

// Mendable tells whether a kind has a proposal for many at once.
func Mendable(kind string) bool {
	switch kind {
	case BadPhone, BadEmail, Bounced, OddBirthday, OddName:
		return true
	}
	return false
}
