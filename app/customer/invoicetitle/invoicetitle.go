// Package invoicetitle keeps what a customer's invoices are made out to: name,
// tax id, address, phone, bank and account (发票抬头). A customer may have
// several; one of them is usual. Text as it is passed around in chats is
// recognised, see Recognise.
package invoicetitle

import (
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/kit/uscc"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Title is one invoice title of a customer.
type Title struct {
	field.Row
	ID         int64   `db:"id"`
	CustomerID int64   `db:"customer_id"`
	Customer   string  `db:"customer_name"`
	Title      string  `db:"title"`
	TaxID      string  `db:"tax_id"`
	Address    string  `db:"address"`
	Phone      string  `db:"phone"`
	Bank       string  `db:"bank"`
	Account    string  `db:"account"`
	Default    bool    `db:"is_default"`
	CreatedAt  db.Time `db:"created_at"`
	UpdatedAt  db.Time `db:"updated_at"`
	Version    int64   `db:"version"`
}

// Input is what a form or the API says about an invoice title.
type Input struct {
	CustomerID int64
	Title      string
	TaxID      string
	Address    string
	Phone      string
	Bank       string
	Account    string
	Default    bool
}

const (
	maxLong  = 200
	maxShort = 60
	maxOf    = 20 // titles a customer
)

// Clean trims; a tax id is written without blanks, in capitals.
func (in *Input) Clean() {
	for _, s := range []*string{&in.Title, &in.Address, &in.Phone, &in.Bank, &in.Account} {
		*s = strings.Join(strings.Fields(text.Line(*s)), " ")
	}
	in.TaxID = uscc.Clean(text.Line(in.TaxID))
}

// Validate says what is wrong, field by field. A check digit that does not add
// up is none of it: see Doubt.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Title != "", "title", "error.required")
	for _, f := range []struct {
		name, value string
		most        int
	}{{"title", in.Title, maxLong}, {"address", in.Address, maxLong}, {"bank", in.Bank, maxLong}, {"tax_id", in.TaxID, maxShort}, {"phone", in.Phone, maxShort}, {"account", in.Account, maxShort}} {
		c.That(len([]rune(f.value)) <= f.most, f.name, "error.long", "n", f.most)
	}
	return c.Err()
}

// Doubt is why a tax id that looks like a Chinese one is probably mistyped, ""
// when it is not. Other countries' ids are taken as they are.
func Doubt(taxID string) string {
	id := uscc.Clean(taxID)
	if n := len([]rune(id)); n < 16 || n > 20 || id[:2] > "99" && n != 18 {
		return ""
	}
	if reason := uscc.Check(id); reason != uscc.Fine {
		return string(reason)
	}
	return ""
}

// Doubt is that of its tax id.
func (t Title) Doubt() string { return Doubt(t.TaxID) }

// Input is the title as a form would send it.
func (t Title) Input() Input {
	return Input{CustomerID: t.CustomerID, Title: t.Title, TaxID: t.TaxID, Address: t.Address, Phone: t.Phone, Bank: t.Bank, Account: t.Account, Default: t.Default}
}

// Lines is all of it, to be copied into an invoice: pairs of a label's key and
// a value.
func (t Title) Lines() [][2]string {
	var out [][2]string
	for _, l := range [][2]string{{"title", t.Title}, {"tax_id", t.TaxID}, {"address", t.Address}, {"phone", t.Phone}, {"bank", t.Bank}, {"account", t.Account}} {
		if l[1] != "" {
			out = append(out, [2]string{"invoicetitle." + l[0], l[1]})
		}
	}
	return out
}
