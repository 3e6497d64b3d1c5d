package entry

import (
	"context"
	"fmt"
	"net/http"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/oneline"
	"regulars/app/sales/order"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
	"regulars/app/work/task"
)

// Object is what a text would make; each part says whether it may be made and
// whether it is proposed.
type Object struct {
	Marks    []MarkObject   `json:"marks" doc:"What was understood, in bytes of the text"`
	Customer CustomerObject `json:"customer"`
	Order    OrderObject    `json:"order"`
	Task     TaskObject     `json:"task"`
	Case     WordsObject    `json:"feedback_case"`
	Note     WordsObject    `json:"note"`
}

// MarkObject is a stretch of the text.
type MarkObject struct {
	Kind  string `json:"kind" enum:"name,phone,email,amount,product,when,intent"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	Sure  string `json:"sure" enum:"guess,likely,certain"`
}

// CustomerObject is who it is about.
type CustomerObject struct {
	Possible bool          `json:"possible"`
	Proposed bool          `json:"proposed"`
	ID       int64         `json:"id,omitempty" doc:"The existing customer that is proposed"`
	Name     string        `json:"name,omitempty"`
	Kind     string        `json:"kind,omitempty"`
	Phones   []string      `json:"phones"`
	Emails   []string      `json:"emails"`
	Matches  []MatchObject `json:"matches"`
}

// MatchObject is an existing customer who may be meant.
type MatchObject struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Reasons []string `json:"reasons"`
}

// OrderObject is what is ordered.
type OrderObject struct {
	Possible bool         `json:"possible"`
	Proposed bool         `json:"proposed"`
	Lines    []LineObject `json:"lines"`
}

// LineObject is one position.
type LineObject struct {
	ProductID int64        `json:"product_id,omitempty"`
	Name      string       `json:"name"`
	Quantity  api.Quantity `json:"quantity"`
	Unit      string       `json:"unit,omitempty"`
	UnitPrice *api.Money   `json:"unit_price,omitempty"`
	Options   []string     `json:"options,omitempty" doc:"Products that the words may mean"`
}

// TaskObject is what is to be done.
type TaskObject struct {
	Possible bool   `json:"possible"`
	Proposed bool   `json:"proposed"`
	Title    string `json:"title,omitempty"`
	Kind     string `json:"kind,omitempty"`
	DueAt    string `json:"due_at,omitempty"`
}

// WordsObject is a complaint or a note.
type WordsObject struct {
	Possible bool   `json:"possible"`
	Proposed bool   `json:"proposed"`
	Text     string `json:"text,omitempty"`
}

// MadeObject is what was made.
type MadeObject struct {
	HistoryID  int64  `json:"history_id" doc:"POST /history/{id}/undo takes all of it back"`
	CustomerID *int64 `json:"customer_id,omitempty"`
	OrderID    *int64 `json:"order_id,omitempty"`
	TaskID     *int64 `json:"task_id,omitempty"`
	CaseID     *int64 `json:"feedback_case_id,omitempty"`
	NoteID     *int64 `json:"note_id,omitempty"`
}

type parseIn struct {
	Body struct {
		Text string `json:"text" minLength:"1"`
	}
}

type makeIn struct {
	Body struct {
		Customer *struct {
			ID     int64         `json:"id,omitempty" doc:"Somebody known; telephones and e-mails that are new are added"`
			Name   string        `json:"name,omitempty" maxLength:"200"`
			Kind   string        `json:"kind,omitempty" enum:"company,person"`
			Phones []api.PhoneIn `json:"phones,omitempty" maxItems:"20"`
			Emails []string      `json:"emails,omitempty" maxItems:"20"`
		} `json:"customer,omitempty"`
		Order *struct {
			OrderedOn string `json:"ordered_on,omitempty"`
			Notes     string `json:"notes,omitempty"`
			Lines     []struct {
				ProductID int64        `json:"product_id,omitempty"`
				Name      string       `json:"name,omitempty"`
				Quantity  api.Quantity `json:"quantity"`
				UnitPrice *api.Money   `json:"unit_price,omitempty"`
			} `json:"lines" maxItems:"500"`
		} `json:"order,omitempty"`
		Task *struct {
			Title string `json:"title" maxLength:"200"`
			Kind  string `json:"kind,omitempty" enum:"task,follow_up"`
			DueAt string `json:"due_at,omitempty" doc:"RFC 3339, or a date"`
		} `json:"task,omitempty"`
		Case *struct {
			Text string `json:"text" minLength:"1"`
		} `json:"feedback_case,omitempty"`
		Note *struct {
			Text string `json:"text" minLength:"1"`
		} `json:"note,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "entries"
	api.Register(a, api.Op{Method: api.Post, Path: "/entries/parse", Tag: tag, Summary: "Say what a line or a chat would make; changes nothing"}, s.apiParse)
	api.Register(a, api.Op{Method: api.Post, Path: "/entries", Tag: tag, Summary: "Make several records in one change", Status: http.StatusCreated}, s.apiMake)
}

func (s *Service) apiParse(ctx context.Context, in *parseIn) (*api.Body[Object], error) {
	d, err := s.Parse(ctx, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(d)}, nil
}

var sureNames = map[oneline.Sure]string{oneline.Guess: "guess", oneline.Likely: "likely", oneline.Certain: "certain"}

func object(d Draft) Object {
	c := d.Customer
	o := Object{Marks: []MarkObject{}, Customer: CustomerObject{Possible: c.May || c.ID != 0, Proposed: c.On, ID: c.ID, Name: c.Name, Phones: orEmpty(c.Phones), Emails: orEmpty(c.Emails), Matches: []MatchObject{}},
		Order: OrderObject{Possible: d.Order.May, Proposed: d.Order.On, Lines: []LineObject{}},
		Task:  TaskObject{Possible: d.Task.May, Proposed: d.Task.On, Title: d.Task.Title, Kind: d.Task.Kind, DueAt: string(d.Task.Due.Day)},
		Case:  WordsObject{d.Case.May, d.Case.On, d.Case.Words}, Note: WordsObject{d.Note.May, d.Note.On, d.Note.Words}}
	if c.Name != "" {
		o.Customer.Kind = "person"
	}
	if c.Company {
		o.Customer.Kind = "company"
	}
	if !d.Task.Due.At.IsZero() {
		o.Task.DueAt = d.Task.Due.At.UTC().Format("2006-01-02T15:04:05Z07:00")
	}
	for _, m := range d.Read.Marks() {
		o.Marks = append(o.Marks, MarkObject{string(m.Kind), m.Span.Start, m.Span.End, d.Text[m.Span.Start:m.Span.End], sureNames[m.Sure]})
	}
	for _, m := range c.Matches {
		o.Customer.Matches = append(o.Customer.Matches, MatchObject(m))
	}
	for _, l := range d.Order.Lines {
		line := LineObject{ProductID: l.ProductID, Name: l.Name, Quantity: api.Quantity{Quantity: l.Quantity}, Unit: l.Unit, Options: l.Options}
		if l.Price != nil {
			price := api.MoneyOf(*l.Price, d.Currency)
			line.UnitPrice = &price
		}
		o.Order.Lines = append(o.Order.Lines, line)
	}
	return o
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (s *Service) apiMake(ctx context.Context, in *makeIn) (*api.Created[MadeObject], error) {
	entry, err := s.input(ctx, in)
	if err != nil {
		return nil, err
	}
	m, err := s.Make(ctx, entry)
	if err != nil {
		return nil, err
	}
	id := func(n int64) *int64 {
		if n == 0 {
			return nil
		}
		return &n
	}
	where := fmt.Sprintf("%s/customers/%d", api.Prefix, m.CustomerID)
	if m.CustomerID == 0 {
		where = fmt.Sprintf("%s/tasks/%d", api.Prefix, m.TaskID)
	}
	return &api.Created[MadeObject]{Location: where, Body: MadeObject{m.Set, id(m.CustomerID), id(m.OrderID), id(m.TaskID), id(m.CaseID), id(m.NoteID)}}, nil
}

func day(c *errs.Check, field, s string) cal.Date {
	d, err := cal.ParseDate(s)
	c.That(err == nil, field, "error.date")
	return d
}

func (s *Service) input(ctx context.Context, in *makeIn) (Input, error) {
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return Input{}, err
	}
	c := &errs.Check{}
	out := Input{}
	b := in.Body
	if b.Customer != nil {
		who := reach(nil, b.Customer.Emails)
		for _, p := range b.Customer.Phones {
			who.Phones = append(who.Phones, reach([]string{p.Raw}, nil).Phones...)
		}
		who.Name, who.Kind = b.Customer.Name, b.Customer.Kind
		out.CustomerID, out.Customer = b.Customer.ID, &who
	}
	if b.Order != nil {
		o := order.Input{Notes: b.Order.Notes}
		o.OrderedOn = day(c, "order.ordered_on", b.Order.OrderedOn)
		for i, l := range b.Order.Lines {
			line := order.LineInput{ProductID: l.ProductID, Name: l.Name, Quantity: l.Quantity.Quantity}
			if l.UnitPrice != nil {
				price := l.UnitPrice.Minor(c, fmt.Sprintf("order.lines[%d].unit_price", i), business.Currency)
				line.UnitPrice = &price
			}
			o.Lines = append(o.Lines, line)
		}
		out.Order = &o
	}
	if b.Task != nil {
		zone := business.Zone()
		if z := auth.From(ctx).Zone; z != nil {
			zone = z
		}
		due, err := task.ParseWhen(b.Task.DueAt, zone)
		c.That(err == nil, "task.due_at", "error.date")
		out.Task = &task.Input{Title: b.Task.Title, Kind: b.Task.Kind, Due: due}
	}
	if b.Case != nil {
		out.Complaint = b.Case.Text
	}
	if b.Note != nil {
		out.Note = b.Note.Text
	}
	return out, c.Err()
}
