// Package consent keeps who agreed or objected to what: a ledger to which rows
// are only added, whose newest word counts. A row is about one purpose and one
// channel, or about every channel. Service and survey messages are allowed to
// customers until they object, on the basis of the relation that is written
// down when the record is made; marketing needs their word, and a shop adds
// purposes of its own. The package is also the gate that everything sent to a
// customer passes.
package consent

import (
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read  = "consent.read"
	Write = "consent.write"
	Setup = "consent.setup"
)

// The purposes that are built in.
const (
	ForService   = "service"
	ForSurvey    = "survey"
	ForMarketing = "marketing"
)

// Channels are the ways in which a customer is reached, in the order in which
// pages show them. Every stands for all of them.
var Channels = []string{"email", "sms", "phone", "wechat", "post"}

// Every is the channel of a word about all channels.
const Every = ""

// The states. Asked waits for the customer to confirm what a colleague wrote
// down, and counts as nothing until then.
const (
	Allowed  = "allowed"
	Objected = "objected"
	Asked    = "asked"
)

// What a row rests on. Only a person's own word is an opt-in.
const (
	Relation  = "customer_relation"
	OptIn     = "opt_in"
	Contract  = "contract"
	Interest  = "legitimate_interest"
	Duty      = "legal_duty"
	Objection = "objection"
)

// Bases are what a colleague can name for a yes.
var Bases = []string{OptIn, Contract, Interest, Duty}

// Where a decision came from.
const (
	FromForm        = "form"
	FromImport      = "import"
	FromPreferences = "preferences"
	FromUnsubscribe = "unsubscribe"
	FromStaff       = "staff"
	FromAPI         = "api"
)

// Sources are those that a colleague or another program can name.
var Sources = []string{FromStaff, "phone", "paper", "email", "chat", "web_form", FromAPI}

// Entry is one row of the ledger.
type Entry struct {
	ID           int64   `db:"id"`
	CustomerID   int64   `db:"customer_id"`
	ContactID    db.ID   `db:"contact_id"`
	ContactName  db.Null `db:"contact_name"`
	Purpose      string  `db:"purpose"`
	Channel      string  `db:"channel"`
	State        string  `db:"state"`
	Basis        string  `db:"basis"`
	Source       string  `db:"source"`
	Wording      string  `db:"wording"`
	WordingID    db.ID   `db:"wording_id"`
	WordingNo    int     `db:"wording_no"`
	Proof        string  `db:"proof"`
	AttachmentID db.ID   `db:"attachment_id"`
	FileName     db.Null `db:"file_name"`
	UserID       db.ID   `db:"user_id"`
	UserName     db.Null `db:"user_name"`
	At           db.Time `db:"at"`
}

// Status is what holds for one purpose and channel now. Entry is the row that
// decides; its ID is 0 when nothing was ever written down.
type Status struct {
	Purpose string
	Channel string
	Allowed bool
	Reason  string // why not: objected, no_consent, unconfirmed or purpose_off
	Entry   Entry

	Asked                 int64 // the row that waits for a confirmation
	byCustomer, byContact bool  // who objected
}

// Input is a decision that somebody records.
type Input struct {
	CustomerID   int64
	ContactID    int64
	Purpose      string
	Channels     []string // none is every channel
	State        string
	Basis        string // of a yes; "" is an opt-in
	Source       string
	Wording      string // what they were told or said, where no version stands for it
	WordingID    int64  // the version they were shown
	Proof        string
	AttachmentID int64
}

// Validate says what is wrong, field by field; the purpose is checked against
// the shop's own.
func (in Input) Validate(p Purpose) error {
	c := &errs.Check{}
	c.That(p.ID != 0, "purpose", "error.choice")
	for _, ch := range in.Channels {
		c.That(slices.Contains(Channels, ch), "channel", "error.choice")
	}
	c.That(in.State == Allowed || in.State == Objected, "state", "error.choice")
	c.That(in.State != Allowed || slices.Contains(Bases, in.Basis), "basis", "error.choice")
	c.That(in.State != Allowed || in.Basis == OptIn || !p.NeedsWord, "basis", "consent.error.needs_word")
	c.That(in.Source != "" && len(in.Source) <= 40, "source", "error.choice")
	c.That(len([]rune(in.Wording)) <= maxText, "wording", "error.long", "n", maxText)
	c.That(len([]rune(in.Proof)) <= maxText, "proof", "error.long", "n", maxText)
	return c.Err()
}

// maxText is how long a wording or a proof may be, in characters.
const maxText = 2000

// judge reads a customer's rows of one purpose and channel, newest first: those
// of the customer as a whole and those of one contact. Either may object; where
// words are needed, either may give them. A mere relation never outweighs a word.
func judge(rows []Entry, needWord bool) Status {
	var st Status
	var own, contact, relation *Entry
	asked := int64(0)
	for i := range rows {
		r := &rows[i]
		switch whole := r.ContactID == 0; {
		case r.Basis == Relation:
			if whole && relation == nil {
				relation = r
			}
		case r.State == Asked:
			if asked == 0 && own == nil && contact == nil {
				asked = r.ID
			}
		case whole && own == nil:
			own = r
		case !whole && contact == nil:
			contact = r
		}
	}
	st.byCustomer, st.byContact = own != nil && own.State == Objected, contact != nil && contact.State == Objected
	switch {
	case st.byContact:
		st.Entry, st.Reason = *contact, "objected"
	case st.byCustomer:
		st.Entry, st.Reason = *own, "objected"
	case contact != nil:
		st.Entry, st.Allowed = *contact, true
	case own != nil:
		st.Entry, st.Allowed = *own, true
	default:
		if relation != nil {
			st.Entry = *relation
		}
		st.Allowed = !needWord
		if needWord {
			st.Reason = "no_consent"
		}
	}
	if asked != 0 && !st.Allowed {
		st.Reason, st.Asked = "unconfirmed", asked
	}
	return st
}

// about keeps the rows that say something about a channel.
func about(rows []Entry, purpose, channel string) []Entry {
	var out []Entry
	for _, r := range rows {
		if r.Purpose == purpose && (r.Channel == channel || r.Channel == Every) {
			out = append(out, r)
		}
	}
	return out
}
