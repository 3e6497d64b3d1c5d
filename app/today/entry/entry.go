// Package entry makes several records of one typed line or one pasted chat:
// the customer, the order, the task, the complaint and the note in it. First it
// shows what it understood, every part to be corrected or left out; then it
// makes all of it in one step, which one undo takes back.
package entry

import (
	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/oneline"
	"regulars/app/kit/text"
	"regulars/app/sales/order"
	"regulars/app/work/task"
)

// MaxText is how many characters may be typed or pasted: as many as a note holds.
const MaxText = 20000

// Match is a customer who may be meant.
type Match struct {
	ID      int64
	Name    string
	Reasons []string // name, phone, email, wechat; similar when only the search found them
}

// Draft is what a text would make. May says that the actor may make the part,
// On that it is proposed.
type Draft struct {
	Text     string
	Currency string
	Read     oneline.Result
	Customer CustomerDraft
	Order    OrderDraft
	Task     TaskDraft
	Case     WordsDraft
	Note     WordsDraft
}

// CustomerDraft is who it is about: one of the matches, or somebody new.
type CustomerDraft struct {
	May, On bool
	ID      int64 // the match that is proposed, 0 = somebody new
	Name    string
	Company bool
	Phones  []string
	Emails  []string
	Matches []Match
	Hidden  int // look-alikes whom the actor may not open
}

// OrderDraft is what is ordered.
type OrderDraft struct {
	May, On bool
	Lines   []LineDraft
	Hint    string // i18n key of what a person has to look at
}

// LineDraft is one position. Options are the products that the words may mean.
type LineDraft struct {
	Name      string
	ProductID int64
	Options   []string
	Quantity  money.Quantity
	Unit      string
	Price     *int64 // nil is not known
}

// TaskDraft is what is to be done. Assumed tells that no day was written.
type TaskDraft struct {
	May, On bool
	Title   string
	Kind    string
	Due     task.When
	Assumed bool
}

// WordsDraft is a complaint or a note.
type WordsDraft struct {
	May, On bool
	Words   string
}

// Input is what is to be made; a part that is nil or empty is left out.
type Input struct {
	CustomerID int64           // somebody known
	Customer   *customer.Input // or somebody new; for somebody known, telephones and e-mails to add
	Order      *order.Input
	Task       *task.Input
	Complaint  string
	Note       string
}

// Made is what came of it. Set is the change that one undo takes back.
type Made struct {
	Set          int64
	CustomerID   int64
	CustomerName string
	Customer     bool // a new one
	OrderID      int64
	TaskID       int64
	CaseID       int64
	NoteID       int64
}

// Count is how many records were made.
func (m Made) Count() int {
	n := 0
	for _, made := range []bool{m.Customer, m.OrderID != 0, m.TaskID != 0, m.CaseID != 0, m.NoteID != 0} {
		if made {
			n++
		}
	}
	return n
}

// Clean trims the words.
func (in *Input) Clean() {
	in.Complaint, in.Note = text.Block(in.Complaint), text.Block(in.Note)
	if in.Customer != nil {
		in.Customer.Clean()
		if in.CustomerID == 0 && in.Customer.Name == "" && len(in.Customer.Phones) == 0 && len(in.Customer.Emails) == 0 && in.Order == nil && in.Complaint == "" && in.Note == "" {
			in.Customer = nil
		}
	}
}

// Validate says what is wrong with the whole.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.CustomerID >= 0, "customer.id", "error.choice")
	somebody := in.CustomerID > 0 || in.Customer != nil
	c.That(somebody || in.Order == nil, "customer.name", "entry.error.customer")
	c.That(somebody || in.Complaint == "" && in.Note == "", "customer.name", "entry.error.customer")
	c.That(in.any(), "text", "entry.error.nothing")
	return c.Err()
}

// any tells whether something would change.
func (in Input) any() bool {
	adds := in.Customer != nil && (in.CustomerID == 0 || len(in.Customer.Phones)+len(in.Customer.Emails) > 0)
	return adds || in.Order != nil || in.Task != nil || in.Complaint != "" || in.Note != ""
}

// within says the mistakes of a part under the part's name.
func within(part string, err error) error {
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Invalid {
		return err
	}
	c := &errs.Check{}
	for _, name := range e.FieldNames() {
		m := e.Fields[name]
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add(part+"."+name, m.Key, args...)
	}
	if len(e.Fields) == 0 {
		c.Add(part, e.Message.Key)
	}
	return c.Err()
}
