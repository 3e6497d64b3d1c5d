package customer

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Form is the customer form as typed.
type Form struct {
	ID            int64
	Version       int64
	Kind          string
	Name          string
	Phones        []string
	Emails        []string
	WeChat        string
	Address       string
	Region        string
	Source        string
	Level         string
	OwnerID       int64
	Tags          string
	Birthday      string
	BirthdayLunar bool
	Language      string
	Notes         string
	RhythmDays    int
	ExternalID    string
	TaxID         string // of a new one
	external      string

	Fields custom.Typed   // of the added fields
	Asked  []custom.Asked // those fields on the form

	Hidden Hidden // fields that the shop does not use

	Owners []view.Option
	Theirs []web.Clash // what somebody else saved meanwhile
}

func formOf(c *fiber.Ctx) Form {
	f := Form{Kind: c.FormValue("kind"), Name: c.FormValue("name"), Phones: many(c, "phones"), Emails: many(c, "emails"),
		WeChat: c.FormValue("wechat"), Address: c.FormValue("address"), Region: c.FormValue("region"), Source: c.FormValue("source"),
		Level: c.FormValue("level"), Tags: c.FormValue("tags"), Birthday: c.FormValue("birthday"), BirthdayLunar: c.FormValue("birthday_lunar") != "",
		Language: c.FormValue("language"), Notes: c.FormValue("notes"), ExternalID: c.FormValue("external_id"), external: c.FormValue("external_src"), TaxID: c.FormValue("tax_id")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	f.OwnerID, _ = strconv.ParseInt(c.FormValue("owner_id"), 10, 64)
	days, err := strconv.Atoi(strings.TrimSpace(c.FormValue("rhythm_days")))
	if err != nil && strings.TrimSpace(c.FormValue("rhythm_days")) != "" {
		days = -1 // refused by Validate, beside the field
	}
	f.RhythmDays = days
	f.Fields = web.Typed(c)
	return f
}

// many reads a field that stands on the form several times.
func many(c *fiber.Ctx, name string) []string {
	var out []string
	for _, source := range []interface{ PeekMulti(string) [][]byte }{c.Context().QueryArgs(), c.Request().PostArgs()} {
		for _, v := range source.PeekMulti(name) {
			out = append(out, string(v))
		}
	}
	if form, err := c.MultipartForm(); err == nil {
		out = append(out, form.Value[name]...)
	}
	return out
}

func (f Form) input() Input {
	in := Input{Kind: f.Kind, Name: f.Name, OwnerID: f.OwnerID, Level: f.Level, WeChat: f.WeChat, Address: f.Address, Region: f.Region,
		Source: f.Source, Birthday: f.Birthday, BirthdayLunar: f.BirthdayLunar, Language: f.Language, Notes: f.Notes, RhythmDays: f.RhythmDays,
		ExternalID: f.ExternalID, TaxID: f.TaxID, ExternalSource: f.external, Emails: f.Emails, Fields: f.Fields, Tags: strings.FieldsFunc(f.Tags, isListMark)}
	for _, raw := range f.Phones {
		in.Phones = append(in.Phones, PhoneInput{Raw: raw})
	}
	return in
}

func isListMark(r rune) bool {
	return r == ',' || r == '，' || r == '、' || r == ';' || r == '；' || r == '\n'
}

func formFrom(c Customer) Form {
	in := c.Input()
	f := Form{ID: c.ID, Version: c.Version, Kind: in.Kind, Name: in.Name, Emails: in.Emails, WeChat: in.WeChat, Address: in.Address,
		Region: in.Region, Source: in.Source, Level: in.Level, OwnerID: in.OwnerID, Tags: strings.Join(in.Tags, ", "), Birthday: in.Birthday,
		BirthdayLunar: in.BirthdayLunar, Language: in.Language, Notes: in.Notes, RhythmDays: in.RhythmDays, ExternalID: in.ExternalID,
		external: in.ExternalSource, Fields: c.Added.Typed()}
	for _, p := range in.Phones {
		f.Phones = append(f.Phones, p.Raw)
	}
	return f
}

// PhoneLines are the phones to show inputs for: those there are and one more.
func (f Form) PhoneLines() []string { return append(append([]string{}, f.Phones...), "") }

// EmailLines are the same for e-mails.
func (f Form) EmailLines() []string { return append(append([]string{}, f.Emails...), "") }

// Rhythm is the number of days as text, empty for none.
func (f Form) Rhythm() string {
	if f.RhythmDays <= 0 {
		return ""
	}
	return strconv.Itoa(f.RhythmDays)
}

// ExternalSource is carried through the form unseen.
func (f Form) ExternalSource() string { return f.external }

// Owner is the owner's id as the select knows it.
func (f Form) Owner() string {
	if f.OwnerID == 0 {
		return ""
	}
	return strconv.FormatInt(f.OwnerID, 10)
}

// differences lists the fields in which our typed form and the saved record
// differ, so that the second of two editors sees both and chooses.
func differences(l *i18n.Locale, ours, theirs Form) []web.Clash {
	fields := []web.Clash{
		{Name: "kind", Label: "customer.kind", Ours: ours.Kind, Theirs: theirs.Kind, Show: func(v string) string { return l.T("customer.kind." + v) }},
		{Name: "name", Label: "customer.name", Ours: ours.Name, Theirs: theirs.Name},
		{Name: "phones", Label: "customer.phones", Ours: strings.Join(filled(ours.Phones), ", "), Theirs: strings.Join(theirs.Phones, ", "), Values: append([]string{}, theirs.Phones...)},
		{Name: "emails", Label: "customer.emails", Ours: strings.Join(filled(ours.Emails), ", "), Theirs: strings.Join(theirs.Emails, ", "), Values: append([]string{}, theirs.Emails...)},
		{Name: "wechat", Label: "customer.wechat", Ours: ours.WeChat, Theirs: theirs.WeChat},
		{Name: "address", Label: "customer.address", Ours: ours.Address, Theirs: theirs.Address},
		{Name: "region", Label: "customer.region", Ours: ours.Region, Theirs: theirs.Region},
		{Name: "source", Label: "customer.source", Ours: ours.Source, Theirs: theirs.Source},
		{Name: "level", Label: "customer.level", Ours: ours.Level, Theirs: theirs.Level},
		{Name: "owner_id", Label: "customer.owner", Ours: ours.Owner(), Theirs: theirs.Owner(), Show: ours.ownerName},
		{Name: "tags", Label: "customer.tags", Ours: ours.Tags, Theirs: theirs.Tags},
		{Name: "birthday", Label: "customer.birthday", Ours: ours.Birthday, Theirs: theirs.Birthday},
		{Name: "rhythm_days", Label: "customer.rhythm_days", Ours: ours.Rhythm(), Theirs: theirs.Rhythm()},
		{Name: "notes", Label: "common.notes", Ours: ours.Notes, Theirs: theirs.Notes},
	}
	for _, f := range ours.Asked {
		fields = append(fields, web.Clash{Name: "fields." + f.Key, Label: f.Title, Ours: strings.TrimPrefix(f.Value(), "; "), Theirs: strings.Join(theirs.Fields[f.Key], "; "), Values: append([]string{}, theirs.Fields[f.Key]...)})
	}
	return web.Clashes(l, fields...)
}

// ownerName is who an owner's id stands for.
func (f Form) ownerName(id string) string {
	for _, o := range f.Owners {
		if fmt.Sprint(o.Value) == id {
			return o.Label
		}
	}
	return ""
}

func filled(list []string) []string { return nonEmpty(list) }

func queryOf(c *fiber.Ctx) url.Values {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return url.Values{}
	}
	return q
}
