package entry

import (
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/order"
	"regulars/app/sales/payment"
	"regulars/app/work/task"
)

// Form is the preview as it was corrected.
type Form struct {
	Text string

	CustomerOn   bool
	CustomerID   string // "" is somebody new
	Name         string
	Phone, Email string

	OrderOn bool
	Lines   []FormLine

	TaskOn             bool
	Title, Kind        string
	Date, Time         string
	CaseOn, NoteOn     bool
	CaseText, NoteText string
}

// FormLine is one position. Options are the products that the words may mean.
type FormLine struct {
	I                     int
	Name, Quantity, Price string
	Unit                  string
	Options               []string
}

// Key is the name under which a message about a part of the line stands.
func (l FormLine) Key(part string) string {
	return "order.lines[" + strconv.Itoa(l.I) + "]." + part
}

// N counts lines from one, for people.
func (l FormLine) N() int { return l.I + 1 }

// formFrom is what a draft proposes.
func formFrom(d Draft, zone *time.Location) Form {
	f := Form{Text: d.Text, CustomerOn: d.Customer.On, Name: d.Customer.Name, Phone: strings.Join(d.Customer.Phones, ", "), Email: strings.Join(d.Customer.Emails, ", "),
		OrderOn: d.Order.On, TaskOn: d.Task.On, Title: d.Task.Title, Kind: d.Task.Kind, Date: string(d.Task.Due.Day),
		CaseOn: d.Case.On, CaseText: d.Case.Words, NoteOn: d.Note.On, NoteText: d.Note.Words}
	if d.Customer.ID != 0 {
		f.CustomerID = strconv.FormatInt(d.Customer.ID, 10)
	}
	if !d.Task.Due.At.IsZero() {
		local := d.Task.Due.At.In(zone)
		f.Date, f.Time = local.Format(time.DateOnly), local.Format("15:04")
	}
	for i, l := range d.Order.Lines {
		line := FormLine{I: i, Name: l.Name, Quantity: l.Quantity.String(), Unit: l.Unit, Options: l.Options}
		if l.Price != nil {
			line.Price = money.Decimal(*l.Price, d.Currency)
		}
		f.Lines = append(f.Lines, line)
	}
	return f
}

// input reads the parts that are switched on; mistakes stand beside their
// fields.
func (f Form) input(currency string, zone *time.Location) (Input, error) {
	c := &errs.Check{}
	in := Input{}
	if f.CustomerOn {
		if f.CustomerID != "" {
			id, err := strconv.ParseInt(f.CustomerID, 10, 64)
			c.That(err == nil && id > 0, "customer.id", "error.choice")
			in.CustomerID = id
		}
		who := reach([]string{f.Phone}, list(f.Email))
		who.Name = f.Name
		in.Customer = &who
	}
	if f.OrderOn {
		in.Order = f.order(c, currency)
	}
	if f.TaskOn {
		due, err := task.Pick("", f.Date, f.Time, time.Time{}, zone)
		c.That(err == nil, "task.date", "error.date")
		in.Task = &task.Input{Title: f.Title, Kind: f.Kind, Due: due}
	}
	if f.CaseOn {
		in.Complaint = f.CaseText
		c.That(strings.TrimSpace(f.CaseText) != "", "feedback_case.words", "error.required")
	}
	if f.NoteOn {
		in.Note = f.NoteText
		c.That(strings.TrimSpace(f.NoteText) != "", "note.text", "error.required")
	}
	return in, c.Err()
}

func (f Form) order(c *errs.Check, currency string) *order.Input {
	o := &order.Input{}
	for _, l := range f.Lines {
		line := order.LineInput{Name: l.Name, Quantity: money.One}
		if l.Quantity != "" {
			q, err := order.ParseQuantity(l.Quantity)
			c.That(err == nil, l.Key("quantity"), "error.number")
			line.Quantity = q
		}
		if l.Price != "" {
			price, err := payment.ParseAmount(l.Price, currency)
			c.That(err == nil, l.Key("unit_price"), "error.money")
			line.UnitPrice = &price
		}
		o.Lines = append(o.Lines, line)
	}
	return o
}

func list(s string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// draft is a form's customer, to look for again.
func (f Form) draft() CustomerDraft {
	d := CustomerDraft{Name: strings.TrimSpace(f.Name), Emails: list(f.Email)}
	for _, p := range reach([]string{f.Phone}, nil).Phones {
		d.Phones = append(d.Phones, p.Raw)
	}
	return d
}
