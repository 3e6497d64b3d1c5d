package entry

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/oneline"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

// maxLines is as many positions as a text can have.
const maxLines = oneline.MaxFound

// Body is the page: what was heard, and what may be made.
type Body struct {
	Draft
	Any bool // something was typed
}

func (s *Service) routes(r *web.Router) {
	r.Get("/entry", customer.Read, s.show)
	r.Post("/entry", customer.Read, s.post)
}

// show is the empty box, or the preview of a short text in the address.
func (s *Service) show(c *fiber.Ctx) error { return s.preview(c, c.Query("text")) }

func (s *Service) preview(c *fiber.Ctx, typed string) error {
	d, err := s.Parse(web.Ctx(c), typed)
	if err != nil && errs.Is(err, errs.Invalid) {
		return web.Render(c, web.Page{Name: "today/entry", Title: "entry.title", Body: Body{}, Form: Form{Text: typed}, Err: err})
	}
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "today/entry", Title: "entry.title", Body: Body{d, strings.TrimSpace(typed) != ""}, Form: formFrom(d, web.Actor(c).Zone)})
}

// post reads the text anew, looks for the customer again, or makes it all.
func (s *Service) post(c *fiber.Ctx) error {
	f := formOf(c)
	switch c.FormValue("do") {
	case "make":
		return s.make(c, f)
	case "look":
		return s.again(c, f, nil)
	}
	return s.preview(c, f.Text)
}

func (s *Service) make(c *fiber.Ctx, f Form) error {
	in, err := f.input(web.Business(c).Currency, web.Actor(c).Zone)
	if err != nil {
		return s.again(c, f, err)
	}
	made, err := s.Make(web.Ctx(c), in)
	if err != nil {
		return s.again(c, f, err)
	}
	if made.CustomerID == 0 {
		return web.Done(c, "/tasks/"+strconv.FormatInt(made.TaskID, 10), "entry.made", "n", made.Count())
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(made.CustomerID, 10), "entry.made_for", "n", made.Count(), "customer", made.CustomerName)
}

// again shows the preview as it was corrected.
func (s *Service) again(c *fiber.Ctx, f Form, problem error) error {
	if problem != nil && !errs.Is(problem, errs.Invalid) && !errs.Is(problem, errs.Conflict) {
		return problem
	}
	d, err := s.Parse(web.Ctx(c), f.Text)
	if err != nil {
		return err
	}
	who := f.draft()
	if err := s.Look(web.Ctx(c), &who); err != nil {
		return err
	}
	d.Customer.Matches, d.Customer.Hidden = who.Matches, who.Hidden
	if problem == nil && who.ID != 0 {
		f.CustomerID = strconv.FormatInt(who.ID, 10)
	}
	for i := range f.Lines {
		if i < len(d.Order.Lines) {
			f.Lines[i].Options, f.Lines[i].Unit = d.Order.Lines[i].Options, d.Order.Lines[i].Unit
		}
	}
	return web.Render(c, web.Page{Name: "today/entry", Title: "entry.title", Body: Body{d, true}, Form: f, Err: problem})
}

func formOf(c *fiber.Ctx) Form {
	on := func(name string) bool { return c.FormValue(name) != "" }
	f := Form{Text: c.FormValue("text"), CustomerOn: on("customer_on"), CustomerID: c.FormValue("customer_id"), Name: c.FormValue("customer_name"),
		Phone: c.FormValue("customer_phone"), Email: c.FormValue("customer_email"), OrderOn: on("order_on"), TaskOn: on("task_on"),
		Title: c.FormValue("task_title"), Kind: c.FormValue("task_kind"), Date: c.FormValue("task_date"), Time: c.FormValue("task_time"),
		CaseOn: on("case_on"), CaseText: c.FormValue("case_text"), NoteOn: on("note_on"), NoteText: c.FormValue("note_text")}
	if f.CustomerID == "new" {
		f.CustomerID = ""
	}
	names, quantities, prices := column(c, "line_name"), column(c, "line_quantity"), column(c, "line_price")
	for i := range names {
		l := FormLine{I: len(f.Lines), Name: names[i]}
		if i < len(quantities) {
			l.Quantity = quantities[i]
		}
		if i < len(prices) {
			l.Price = prices[i]
		}
		if l.Name != "" || l.Price != "" {
			f.Lines = append(f.Lines, l)
		}
	}
	return f
}

func column(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		if len(out) == maxLines {
			break
		}
		out = append(out, strings.TrimSpace(string(v)))
	}
	return out
}

// Piece is a stretch of the text; Kind is "" when nothing was understood.
type Piece struct {
	Text string
	Kind oneline.Kind
	Warm bool // please look at it
}

// Said is a message of a chat.
type Said struct {
	Head   string
	Pieces []Piece
}

// Said are the messages of a pasted chat with what was understood in them.
func (b Body) Said() []Said {
	var out []Said
	for _, m := range b.Read.Chat {
		out = append(out, Said{strings.TrimSpace(b.Text[m.Head.Start:m.Head.End]), b.pieces(m.Body)})
	}
	return out
}

func (b Body) pieces(within oneline.Span) []Piece {
	var out []Piece
	at := within.Start
	for _, m := range b.Read.Marks() {
		if m.Span.Start < at || m.Span.End > within.End {
			continue
		}
		if m.Span.Start > at {
			out = append(out, Piece{Text: b.Text[at:m.Span.Start]})
		}
		out = append(out, Piece{b.Text[m.Span.Start:m.Span.End], m.Kind, m.Sure == oneline.Guess || b.complaint(m)})
		at = m.Span.End
	}
	if at < within.End {
		out = append(out, Piece{Text: b.Text[at:within.End]})
	}
	return out
}

// Token is a stretch that was understood, and as what.
type Token struct {
	Text, Means string
	Warm        bool
}

// Heard lists what was understood, in the order of the text.
func (b Body) Heard(d view.Data) []Token {
	var out []Token
	for _, m := range b.Read.Marks() {
		warm := m.Sure == oneline.Guess
		t := Token{Text: strings.TrimSpace(b.Text[m.Span.Start:m.Span.End]), Means: d.Locale.T("entry.heard." + string(m.Kind)), Warm: warm}
		if m.Kind == oneline.When || m.Kind == oneline.Intent {
			t.Means = b.means(d, m)
		}
		t.Warm = warm || b.complaint(m)
		if warm {
			t.Means = d.Locale.T("entry.heard.check", "what", t.Means)
		}
		out = append(out, t)
	}
	return out
}

// complaint tells whether a mark is a word of complaint, which is never calm.
func (b Body) complaint(m oneline.Mark) bool {
	for _, p := range b.Read.Purposes {
		if p.Span == m.Span && p.Value == oneline.Complaint {
			return true
		}
	}
	return false
}

func (b Body) means(d view.Data, m oneline.Mark) string {
	l := d.Locale
	for _, w := range b.Read.Moments {
		if w.Span != m.Span {
			continue
		}
		said := d.Date(string(w.Value.Day))
		if w.Value.Minutes >= 0 {
			said += fmt.Sprintf(" %02d:%02d", w.Value.Minutes/60, w.Value.Minutes%60)
		}
		return said
	}
	for _, p := range b.Read.Purposes {
		if p.Span == m.Span {
			return l.T("entry.purpose." + string(p.Value))
		}
	}
	return l.T("entry.heard." + string(m.Kind))
}

// Kinds are the sorts of task to choose from.
func (b Body) Kinds(d view.Data) []view.Option {
	return []view.Option{{Value: task.Plain, Label: d.Locale.T("task.kind.task")}, {Value: task.FollowUp, Label: d.Locale.T("task.kind.follow_up")}}
}

// Because says why somebody may be meant.
func (m Match) Because(d view.Data) string {
	var out []string
	for _, r := range m.Reasons {
		out = append(out, d.Locale.T("entry.match."+r))
	}
	return strings.Join(out, ", ")
}
