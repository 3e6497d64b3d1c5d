// Package lead is an inquiry of somebody who is no customer yet: who they are,
// what they want, who answers them and how soon. A lead ends as a customer,
// perhaps with a deal, or is given up with a reason, and can be taken up again.
package lead

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read     = "lead.read"
	Write    = "lead.write"
	Delete   = "lead.delete"
	Assign   = "lead.assign" // give leads to others
	Settings = "lead.settings"
)

// How far a lead has come.
const (
	Fresh        = "new"
	Working      = "working"
	Qualified    = "qualified"
	Converted    = "converted"
	Disqualified = "disqualified"
)

// States lists them; the first three are open.
var States = []string{Fresh, Working, Qualified, Converted, Disqualified}

// openStates are those in which somebody still has to do something.
var openStates = States[:3]

// Lead is one inquiry.
type Lead struct {
	ID              int64   `db:"id"`
	Name            string  `db:"name"`
	Company         string  `db:"company"`
	Phones          Words   `db:"phones"`
	Emails          Words   `db:"emails"`
	WeChat          string  `db:"wechat"`
	Source          string  `db:"source"`
	Need            string  `db:"need"`
	Interest        string  `db:"interest"`
	ProductID       db.ID   `db:"product_id"`
	Amount          int64   `db:"amount"`
	Currency        string  `db:"currency"`
	Region          string  `db:"region"`
	OwnerID         db.ID   `db:"owner_id"` // 0: in the pool
	OwnerName       db.Null `db:"owner_name"`
	OwnedAt         db.Time `db:"owned_at"`
	AssignedWhy     string  `db:"assigned_why"`
	State           string  `db:"state"`
	ReasonID        db.ID   `db:"reason_id"`
	ReasonName      db.Null `db:"reason_name"`
	ReasonNote      string  `db:"reason_note"`
	Score           int     `db:"score"`
	Unchecked       bool    `db:"unchecked"`
	Consent         string  `db:"consent"`
	ConsentAt       db.Time `db:"consent_at"`
	ReceivedAt      db.Time `db:"received_at"`
	DueAt           db.Time `db:"due_at"`
	FirstResponseAt db.Time `db:"first_response_at"`
	LastContactAt   db.Time `db:"last_contact_at"`
	AlertedAt       db.Time `db:"alerted_at"`
	ClosedAt        db.Time `db:"closed_at"`
	CustomerID      db.ID   `db:"customer_id"`
	CustomerName    db.Null `db:"customer_name"`
	DealID          db.ID   `db:"deal_id"`
	DealName        db.Null `db:"deal_name"`
	FormID          db.ID   `db:"form_id"` // through which it came
	Words           string  `db:"words"`
	ExternalID      db.Null `db:"external_id"`
	ExternalSource  string  `db:"external_src"`
	CreatedAt       db.Time `db:"created_at"`
	UpdatedAt       db.Time `db:"updated_at"`
	Version         int64   `db:"version"`

	Waiting  bool    `db:"waiting"` // in the pool only until somebody works
	WarnedAt db.Time `db:"warned_at"`

	Values custom.Values `db:"fields"`
	Added  custom.Record `db:"-"` // the values of the fields that the shop added
}

// IsOpen tells that somebody still has to do something about it.
func (l Lead) IsOpen() bool { return slices.Contains(openStates, l.State) }

// Late tells that nobody answered in the time that the shop set itself.
func (l Lead) Late(now time.Time) bool {
	return l.IsOpen() && !l.DueAt.IsZero() && l.FirstResponseAt.IsZero() && l.DueAt.Before(now)
}

// Title is the person, with their company.
func (l Lead) Title() string {
	if l.Company == "" || l.Company == l.Name {
		return l.Name
	}
	return l.Name + " · " + l.Company
}

// Words is a list of texts in a column.
type Words []string

// Scan implements sql.Scanner.
func (w *Words) Scan(src any) error {
	*w = Words{}
	if s, ok := src.(string); ok {
		return json.Unmarshal([]byte(s), w)
	}
	return fmt.Errorf("a list of words as %T", src)
}

// JSON is how it is stored.
func (w Words) JSON() string {
	b, err := json.Marshal(append([]string{}, w...))
	if err != nil {
		return "[]"
	}
	return string(b)
}

// First is the first of them, "" of none.
func (w Words) First() string {
	if len(w) == 0 {
		return ""
	}
	return w[0]
}

// Input is what a form, the API or an import says about a lead.
type Input struct {
	Name, Company              string
	Phones, Emails             []string
	WeChat                     string
	Source, Need, Interest     string
	ProductID                  int64
	Amount                     int64
	Region                     string
	OwnerID                    int64
	Unowned                    bool   // in the pool, though somebody writes it down
	ByRules                    bool   // whose it is, the rules of assignment say
	State                      string // one of the open ones, "" leaves it
	ReceivedAt                 time.Time
	ExternalID, ExternalSource string
	Fields                     custom.Typed
}

// The limits of a lead.
const (
	MaxAmount = 10_000_000_000_000
	maxName   = 200
	maxShort  = 100
	maxNeed   = 20000
	maxMany   = 10
)

// Clean trims what was typed; who gives no name is called by their company or
// by how to reach them.
func (in *Input) Clean() {
	for _, s := range []*string{&in.Name, &in.Company, &in.WeChat, &in.Source, &in.Interest, &in.Region, &in.ExternalID, &in.ExternalSource} {
		*s = strings.Join(strings.Fields(text.Line(*s)), " ")
	}
	in.Need = text.Block(in.Need)
	var phones, emails []string
	for _, raw := range in.Phones {
		for _, p := range phone.Entries(raw) {
			if !slices.Contains(phones, p) {
				phones = append(phones, p)
			}
		}
	}
	for _, raw := range in.Emails {
		for _, e := range strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune(" ,;，；、\n\r\t", r) }) {
			if e = strings.ToLower(text.Line(e)); !slices.Contains(emails, e) {
				emails = append(emails, e)
			}
		}
	}
	in.Phones, in.Emails = phones, emails
	for _, s := range append([]string{in.Company, in.WeChat}, append(slices.Clone(phones), emails...)...) {
		if in.Name == "" {
			in.Name = s
		}
	}
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= maxName, "name", "error.long", "n", maxName)
	c.That(len([]rune(in.Company)) <= maxName, "company", "error.long", "n", maxName)
	c.That(len([]rune(in.Interest)) <= maxName, "interest", "error.long", "n", maxName)
	for field, s := range map[string]string{"wechat": in.WeChat, "source": in.Source, "region": in.Region, "external_id": in.ExternalID, "external_source": in.ExternalSource} {
		c.That(len([]rune(s)) <= maxShort, field, "error.long", "n", maxShort)
	}
	c.That(len([]rune(in.Need)) <= maxNeed, "need", "error.long", "n", maxNeed)
	c.That(len(in.Phones) <= maxMany, "phones", "error.many", "n", maxMany)
	c.That(len(in.Emails) <= maxMany, "emails", "error.many", "n", maxMany)
	for _, p := range in.Phones {
		c.That(len(p) <= maxShort && strings.ContainsAny(p, "0123456789"), "phones", "error.phone")
	}
	for _, e := range in.Emails {
		c.That(isEmail(e), "emails", "error.email")
	}
	c.That(in.Amount >= 0, "amount", "deal.error.negative")
	c.That(in.Amount <= MaxAmount, "amount", "error.money_too_big")
	c.That(in.State == "" || slices.Contains(openStates, in.State), "state", "error.choice")
	return c.Err()
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && !strings.ContainsAny(s, "\r\n\t <>")
}

// Input is the lead as a form would send it, for an edit of some fields.
func (l Lead) Input() Input {
	return Input{Name: l.Name, Company: l.Company, Phones: l.Phones, Emails: l.Emails, WeChat: l.WeChat, Source: l.Source, Need: l.Need, Interest: l.Interest,
		ProductID: int64(l.ProductID), Amount: l.Amount, Region: l.Region, OwnerID: int64(l.OwnerID), ReceivedAt: l.ReceivedAt.Time,
		ExternalID: string(l.ExternalID), ExternalSource: l.ExternalSource}
}

// findable is by what a lead is found: names with their pinyin, numbers and
// addresses.
func findable(l Lead, region string) string {
	list := []string{text.Fold(l.Name), text.Fold(l.Company), text.Fold(l.WeChat), text.Fold(l.Interest)}
	for _, name := range []string{l.Name, l.Company} {
		list = append(list, text.SearchTokens(name)...)
	}
	for _, p := range l.Phones {
		list = append(list, phone.Tokens(phone.Parse(p, region))...)
	}
	list = append(list, l.Emails...)
	slices.Sort(list)
	return " " + strings.Join(slices.Compact(list), " ") + " "
}
