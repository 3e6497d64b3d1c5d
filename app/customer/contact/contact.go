// Package contact is a person at a customer: whom to call, who decides, who
// is asked. Phones and e-mails stand in the customer's own tables, so that one
// search and one duplicate check see them all.
package contact

import (
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Contact is one person at a customer.
type Contact struct {
	ID            int64   `db:"id"`
	CustomerID    int64   `db:"customer_id"`
	Name          string  `db:"name"`
	Title         string  `db:"title"`
	WeChat        string  `db:"wechat"`
	Birthday      string  `db:"birthday"`
	BirthdayLunar bool    `db:"birthday_lunar"`
	Primary       bool    `db:"is_primary"`
	Notes         string  `db:"notes"`
	CreatedAt     db.Time `db:"created_at"`
	UpdatedAt     db.Time `db:"updated_at"`
	Version       int64   `db:"version"`

	Values custom.Values `db:"fields"`
	Added  custom.Record `db:"-"` // the values of the fields that the shop added

	Phones []customer.Phone `db:"-"`
	Emails []string         `db:"-"`
}

// Input is what a form or the API says about a contact.
type Input struct {
	CustomerID    int64
	Name          string
	Title         string
	WeChat        string
	Birthday      string
	BirthdayLunar bool
	Primary       bool
	Notes         string
	Phones        []customer.PhoneInput
	Emails        []string
	Fields        custom.Typed // of the added fields; nil leaves them as they are

	values custom.Values // what Fields made of what was there
}

// Clean trims and drops what is empty.
func (in *Input) Clean() {
	for _, s := range []*string{&in.Name, &in.Title, &in.WeChat, &in.Birthday} {
		*s = text.Line(*s)
	}
	in.Notes = text.Block(in.Notes)
	var phones []customer.PhoneInput
	for _, p := range in.Phones {
		for _, raw := range phone.Entries(p.Raw) {
			phones = append(phones, customer.PhoneInput{Raw: raw, Label: text.Line(p.Label)})
		}
	}
	in.Phones = phones
	var emails []string
	for _, e := range in.Emails {
		if e = strings.TrimSpace(e); e != "" {
			emails = append(emails, e)
		}
	}
	in.Emails = emails
}

// Validate says what is wrong, field by field; phones and e-mails are checked
// where they are stored.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= 200, "name", "error.long", "n", 200)
	c.That(len([]rune(in.Title)) <= 100, "title", "error.long", "n", 100)
	c.That(len([]rune(in.WeChat)) <= 100, "wechat", "error.long", "n", 100)
	c.That(len([]rune(in.Notes)) <= 20000, "notes", "error.long", "n", 20000)
	if in.Birthday != "" {
		_, err := cal.ParseBirthday(in.Birthday, in.BirthdayLunar)
		c.That(err == nil, "birthday", "error.date")
	}
	return c.Err()
}

// Input is the contact as a form would send it.
func (c Contact) Input() Input {
	in := Input{CustomerID: c.CustomerID, Name: c.Name, Title: c.Title, WeChat: c.WeChat, Birthday: c.Birthday,
		BirthdayLunar: c.BirthdayLunar, Primary: c.Primary, Notes: c.Notes, Emails: c.Emails, values: c.Values}
	for _, p := range c.Phones {
		in.Phones = append(in.Phones, customer.PhoneInput{Raw: p.Raw, Label: p.Label})
	}
	return in
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' || r == '；' || r == '，' || r == ' ' })
}
