// Package customer is who the shop deals with: a company or a person, how to
// reach them, whose they are and what they are called. Everything else in the
// product hangs on a customer; what is derived of them lives in customer_stat.
package customer

import (
	"net/mail"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/kit/uscc"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The kinds of customer.
const (
	Company = "company"
	Person  = "person"
)

// Permissions of this slice.
const (
	Read   = "customer.read"
	Write  = "customer.write"
	Delete = "customer.delete"
	Export = "customer.export"
	Merge  = "customer.merge"
	Twice  = "customer.twice" // create one who seems to be there already
)

// Levels that may be set by hand; "" leaves it to the computed grade.
var Levels = []string{"A", "B", "C", "D"}

// Customer is one customer with everything its record page shows of itself.
type Customer struct {
	ID             int64   `db:"id"`
	Kind           string  `db:"kind"`
	Name           string  `db:"name"`
	OwnerID        db.ID   `db:"owner_id"`
	OwnerName      db.Null `db:"owner_name"`
	Level          string  `db:"level"`
	WeChat         string  `db:"wechat"`
	Address        string  `db:"address"`
	Region         string  `db:"region"`
	Source         string  `db:"source"`
	Birthday       string  `db:"birthday"` // YYYY-MM-DD or --MM-DD
	BirthdayLunar  bool    `db:"birthday_lunar"`
	Language       string  `db:"language"`
	Timezone       string  `db:"timezone"`
	Notes          string  `db:"notes"`
	RhythmDays     int     `db:"rhythm_days"`
	ExternalID     db.Null `db:"external_id"`
	ExternalSource string  `db:"external_src"`
	CreatedAt      db.Time `db:"created_at"`
	UpdatedAt      db.Time `db:"updated_at"`
	ErasedAt       db.Time `db:"erased_at"`    // only orders are left of them
	NoProfiling    bool    `db:"no_profiling"` // neither scored nor graded
	Stage          string  `db:"stage"`        // of their life with the shop; derived
	Version        int64   `db:"version"`

	Values custom.Values `db:"fields"`
	Added  custom.Record `db:"-"` // the values of the fields that the shop added

	Phones []Phone `db:"-"`
	Emails []Email `db:"-"`
	Tags   []Tag   `db:"-"`
}

// Phone is a number as typed and, when it could be read, in E.164.
type Phone struct {
	ID        int64  `db:"id"`
	ContactID db.ID  `db:"contact_id"`
	Raw       string `db:"raw"`
	E164      string `db:"e164"`
	Ext       string `db:"ext"`
	Label     string `db:"label"`
}

// Email is an address of a customer or of one of its contacts.
type Email struct {
	ID        int64  `db:"id"`
	ContactID db.ID  `db:"contact_id"`
	Email     string `db:"email"`
}

// Tag is a label on a customer.
type Tag struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Colour int    `db:"colour"`
}

// PhoneInput is a number somebody typed.
type PhoneInput struct {
	Raw   string
	Label string
}

// Input is what a form or the API says about a customer.
type Input struct {
	Kind           string
	Name           string
	OwnerID        int64
	Level          string
	WeChat         string
	Address        string
	Region         string
	Source         string
	Birthday       string
	BirthdayLunar  bool
	Language       string
	Timezone       string
	Notes          string
	RhythmDays     int
	ExternalID     string
	ExternalSource string
	NoProfiling    *bool // nil leaves it as it is
	Phones         []PhoneInput
	Emails         []string
	Tags           []string
	TaxID          string       // of a new company: it is looked for among the others, and becomes an invoice title
	Fields         custom.Typed // of the added fields; nil leaves them as they are

	values custom.Values // what Fields made of what was there
}

// limits of the text fields, in characters.
const (
	maxName  = 200
	maxShort = 100
	maxText  = 500
	maxNotes = 20000
	maxMany  = 20
	maxTags  = 200
	maxTaxID = 60
)

// Clean trims and drops what is empty; a kind that was not said is guessed
// from the name.
func (in *Input) Clean() {
	for _, s := range []*string{&in.Name, &in.Level, &in.WeChat, &in.Region, &in.Source, &in.Birthday, &in.Language,
		&in.Timezone, &in.ExternalID, &in.ExternalSource} {
		*s = text.Line(*s)
	}
	in.Address, in.Notes = text.Block(in.Address), text.Block(in.Notes)
	in.Level = strings.ToUpper(in.Level)
	in.TaxID = uscc.Clean(text.Line(in.TaxID))
	if in.Kind == "" {
		in.Kind = guessKind(in.Name)
	}
	var phones []PhoneInput
	for _, p := range in.Phones {
		for _, raw := range phone.Entries(p.Raw) {
			phones = append(phones, PhoneInput{Raw: raw, Label: text.Line(p.Label)})
		}
	}
	in.Phones = phones
	in.Emails = nonEmpty(in.Emails)
	in.Tags = nonEmpty(in.Tags)
}

// guessKind takes a name with a legal form, or one that is no person's, as a company.
func guessKind(name string) string {
	if text.IsCompany(name) {
		return Company
	}
	return Person
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= maxName, "name", "error.long", "n", maxName)
	c.That(in.Kind == Company || in.Kind == Person, "kind", "error.choice")
	for field, s := range map[string]string{"wechat": in.WeChat, "region": in.Region, "source": in.Source, "external_id": in.ExternalID} {
		c.That(len([]rune(s)) <= maxShort, field, "error.long", "n", maxShort)
	}
	c.That(len([]rune(in.TaxID)) <= maxTaxID, "tax_id", "error.long", "n", maxTaxID)
	c.That(len([]rune(in.Address)) <= maxText, "address", "error.long", "n", maxText)
	c.That(len([]rune(in.Notes)) <= maxNotes, "notes", "error.long", "n", maxNotes)
	c.That(in.Level == "" || (len(in.Level) == 1 && in.Level >= "A" && in.Level <= "D"), "level", "error.choice")
	c.That(in.Language == "" || in.Language == "en" || in.Language == "zh-CN", "language", "error.choice")
	c.That(in.RhythmDays >= 0 && in.RhythmDays <= 3650, "rhythm_days", "error.range", "min", 0, "max", 3650)
	if in.Timezone != "" {
		_, err := cal.Zone(in.Timezone)
		c.That(err == nil, "timezone", "error.timezone")
	}
	if in.Birthday != "" {
		_, err := cal.ParseBirthday(in.Birthday, in.BirthdayLunar)
		c.That(err == nil, "birthday", "error.date")
	}
	checkReach(c, in.Phones, in.Emails)
	c.That(len(in.Tags) <= maxTags, "tags", "error.many", "n", maxTags)
	for _, t := range in.Tags {
		c.That(len([]rune(t)) <= maxShort, "tags", "error.long", "n", maxShort)
	}
	return c.Err()
}

func checkReach(c *errs.Check, phones []PhoneInput, emails []string) {
	c.That(len(phones) <= maxMany, "phones", "error.many", "n", maxMany)
	c.That(len(emails) <= maxMany, "emails", "error.many", "n", maxMany)
	for _, p := range phones {
		c.That(len([]rune(p.Raw)) <= maxShort, "phones", "error.long", "n", maxShort)
		c.That(strings.ContainsAny(text.Fold(p.Raw), "0123456789"), "phones", "error.phone")
	}
	for _, e := range emails {
		c.That(validEmail(e), "emails", "error.email")
	}
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && !strings.ContainsAny(s, "\r\n\t <>")
}

func nonEmpty(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		s = text.Line(s)
		if key := strings.ToLower(s); s != "" && !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

// Input is the customer as a form would send it, for an edit that changes
// only some fields.
func (c Customer) Input() Input {
	in := Input{Kind: c.Kind, Name: c.Name, OwnerID: int64(c.OwnerID), Level: c.Level, WeChat: c.WeChat, Address: c.Address,
		Region: c.Region, Source: c.Source, Birthday: c.Birthday, BirthdayLunar: c.BirthdayLunar, Language: c.Language,
		Timezone: c.Timezone, Notes: c.Notes, RhythmDays: c.RhythmDays, ExternalID: string(c.ExternalID), ExternalSource: c.ExternalSource,
		values: c.Values}
	for _, p := range c.Phones {
		if p.ContactID == 0 {
			in.Phones = append(in.Phones, PhoneInput{Raw: p.Raw, Label: p.Label})
		}
	}
	for _, e := range c.Emails {
		if e.ContactID == 0 {
			in.Emails = append(in.Emails, e.Email)
		}
	}
	for _, t := range c.Tags {
		in.Tags = append(in.Tags, t.Name)
	}
	return in
}
