package followup

import (
	"context"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/customer/note"
	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/staff/notify"
	"regulars/app/sys/markup"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

// The composer takes down what happened with a customer: a note, an exchange by
// some channel, or a task. It stands above the timeline and on a page of its
// own, reachable from everywhere.

// kinds are the composer's tabs: note, every channel, task.
var kinds = slices.Concat([]string{"note"}, Channels, []string{"task"})

// form is the composer as typed.
type form struct {
	Kind       string
	Contact    string // with whom of a company, for the channels
	Text       string
	Pick       string // when to get back, or when the task is due
	Date, Time string
	Owner      string
	On, Clock  string // when it was, if not now

	PromiseSide, PromiseKind, PromiseBy, PromiseSum string // what was promised, none without a day
}

func formOf(c *fiber.Ctx) form {
	f := form{Kind: c.FormValue("kind"), Contact: c.FormValue("contact_id"), Text: c.FormValue("text"), Pick: c.FormValue("pick"), Date: c.FormValue("date"), Time: c.FormValue("time"),
		Owner: c.FormValue("owner_id"), On: c.FormValue("on"), Clock: c.FormValue("clock"),
		PromiseSide: c.FormValue("promise_side"), PromiseKind: c.FormValue("promise_kind"), PromiseBy: strings.TrimSpace(c.FormValue("promise_by")), PromiseSum: c.FormValue("promise_amount")}
	if f.Kind == "" {
		f.Kind = c.FormValue("channel")
	}
	return f
}

// logBody is what the composer needs to know.
type logBody struct {
	Customer   customer.Ref
	Contacts   []Person
	Found      []customer.Row // the page without a customer: a search
	Q          string
	Colleagues []notify.Colleague
	Typed      form // the panel has no Form of its own
	MayPromise bool
}

// Kinds are the tabs.
func (logBody) Kinds() []string { return kinds }

// Persons are the people of the customer with whom one can have spoken.
func (b logBody) Persons() []view.Option { return persons(b.Contacts) }

// persons offers contacts in a select.
func persons(list []Person) []view.Option {
	var out []view.Option
	for _, p := range list {
		o := view.Option{Value: p.ID, Label: p.Name}
		if p.Title != "" {
			o.Label += ", " + p.Title
		}
		out = append(out, o)
	}
	return out
}

// Icon is a tab's symbol.
func (logBody) Icon(kind string) string {
	return map[string]string{"note": "note", "call": "phone", "visit": "home", "wechat": "chat", "email": "mail", "sms": "mobile", "other": "people", "task": "check"}[kind]
}

// Team tells whether there is anybody else to speak to or to give a task.
func (b logBody) Team() bool { return len(b.Colleagues) > 1 }

// Owners are the people who can get back to the customer.
func (b logBody) Owners() []view.Option { return colleagueOptions(b.Colleagues) }

// Picks are the quick choices of when, in the reader's language.
func (logBody) Picks(d view.Data) []view.Option {
	var out []view.Option
	for _, p := range task.Picks {
		out = append(out, view.Option{Value: p, Label: d.Locale.T("task.pick." + p)})
	}
	return out
}

// Mention is what the mention button writes.
func (logBody) Mention(p notify.Colleague) string { return markup.Mention(p.Name, p.ID) + " " }

// showLog is the composer on a page of its own: first for whom, then what.
func (s *Service) showLog(c *fiber.Ctx) error {
	if id, err := strconv.ParseInt(c.Query("customer"), 10, 64); err == nil && id > 0 {
		return s.renderLog(c, id, form{Kind: kindOf(c.Query("kind")), Owner: strconv.FormatInt(web.Actor(c).UserID, 10)}, nil)
	}
	body := logBody{Q: c.Query("q")}
	req := page.Request{Limit: 10, Q: body.Q}
	if body.Q == "" {
		req.Sort = "-updated_at"
	}
	p, err := s.customers.List(web.Ctx(c), req, nil)
	if err != nil {
		return err
	}
	body.Found = p.Items
	return web.Render(c, web.Page{Name: "work/log", Title: "followup.log", Body: body, Fragment: "found"})
}

func kindOf(kind string) string {
	if slices.Contains(kinds, kind) {
		return kind
	}
	return "call"
}

func (s *Service) renderLog(c *fiber.Ctx, id int64, f form, problem error) error {
	ref, err := s.customers.MustSee(web.Ctx(c), id)
	if err != nil {
		return err
	}
	people, err := s.people.Colleagues(web.Ctx(c))
	if err != nil {
		return err
	}
	contacts, err := contactsOf(web.Ctx(c), s.db.Reader(web.Ctx(c)), id)
	if err != nil {
		return err
	}
	body := logBody{Customer: ref, Contacts: contacts, Colleagues: people, Typed: f, MayPromise: s.mayPromise(web.Ctx(c))}
	return web.Render(c, web.Page{Name: "work/log", Title: "followup.log", Body: body, Form: f, Err: problem})
}

// postLog keeps what the composer says: a note, a task or an exchange.
func (s *Service) postLog(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	f := formOf(c)
	said, err := s.keepAll(c, id, f)
	if err != nil {
		if e, ok := errs.As(err); ok && e.Kind == errs.Invalid {
			return s.renderLog(c, id, f, beside(e))
		}
		return err
	}
	return web.Done(c, web.SafePath(c.FormValue("next"), customerPath(id)), said)
}

func (s *Service) keep(ctx context.Context, c *fiber.Ctx, customer int64, f form) (said string, err error) {
	if f.Kind == "note" {
		var files []*multipart.FileHeader
		if m, err := c.MultipartForm(); err == nil {
			files = note.Chosen(m)
		}
		_, err := s.notes.AddWith(ctx, note.Input{CustomerID: customer, Text: f.Text}, files)
		return "followup.noted", err
	}
	now, zone := s.db.Now(), web.Actor(c).Zone
	when, err := task.Pick(f.Pick, f.Date, f.Time, now, zone)
	if err != nil {
		return "", wrong("date", "error.date")
	}
	owner := int64(0)
	if f.Owner != "" {
		if owner, err = strconv.ParseInt(f.Owner, 10, 64); err != nil {
			return "", wrong("owner_id", "error.choice")
		}
	}
	if f.Kind == "task" {
		in := task.Input{Title: task.Headline(markup.Text(f.Text)), CustomerID: customer, OwnerID: owner, Due: when}
		if len([]rune(f.Text)) > len([]rune(in.Title)) {
			in.Notes = f.Text
		}
		_, err := s.tasks.Create(ctx, in)
		return "followup.tasked", err
	}
	contact, err := contactIn(f.Contact)
	if err != nil {
		return "", err
	}
	in := Input{CustomerID: customer, ContactID: contact, Channel: f.Kind, Content: f.Text, Next: when, OwnerID: owner}
	if in.At, err = task.Pick("", f.On, f.Clock, now, zone); err != nil {
		return "", wrong("on", "error.date")
	}
	_, err = s.Create(ctx, in)
	return "followup.logged", err
}

// contactIn reads the choice of a contact; none is the customer itself.
func contactIn(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id < 1 {
		return 0, wrong("contact_id", "error.choice")
	}
	return id, nil
}

// beside puts the services' words for a field beside the composer's own.
func beside(e *errs.Error) error {
	names := map[string]string{"title": "text", "content": "text", "notes": "text", "channel": "kind", "at": "on", "due_at": "date", "next_at": "date", "due_on": "promise_by", "amount": "promise_amount", "words": "text"}
	c := &errs.Check{}
	for name, m := range e.Fields {
		if other, ok := names[name]; ok {
			name = other
		}
		args := []any{}
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add(name, m.Key, args...)
	}
	if len(e.Fields) == 0 {
		return e
	}
	return c.Err()
}
