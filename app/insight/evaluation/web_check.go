package evaluation

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// listsBody feeds a customer's checklists.
type listsBody struct {
	CustomerID int64
	Name       string
	Lists      []Checklist
	Typed      int64 // the checklist that was sent, with what is wrong
	values     map[string]string
	Silent     bool
}

// V is what a field shows: what was typed, or what stands.
func (b listsBody) V(l Checklist, item int64, field string) string {
	if b.Typed == l.ID {
		return b.values[b.Field(item, field)]
	}
	return l.shows(item, field)
}

// Was is what a point shows before anybody types, after its version: of two people
// who fill in a list, each changes what they touched.
func (listsBody) Was(l Checklist, item int64) string {
	return strings.Join([]string{strconv.FormatInt(l.Answers[item].Version, 10), l.shows(item, "yes"), l.shows(item, "until"), l.shows(item, "note")}, "|")
}

func (l Checklist) shows(item int64, field string) string {
	a, there := l.Answers[item]
	switch {
	case !there || !l.Stands(item):
		if field == "until" {
			return string(l.Today.AddDays(l.Days))
		}
		if there && field == "note" {
			return a.Note
		}
		return ""
	case field == "note":
		return a.Note
	case field == "until":
		return string(a.Until)
	case a.Yes:
		return "1"
	}
	return "0"
}

// Field is the name of an input.
func (listsBody) Field(item int64, field string) string { return fmt.Sprintf("i%d.%s", item, field) }

// Who says who answered a point and when, and whether the answer has ended.
func (b listsBody) Who(d view.Data, l Checklist, item int64) string {
	a, there := l.Answers[item]
	if !there {
		return ""
	}
	key := "evaluation.check.by"
	if l.Over(item) {
		key = "evaluation.check.over"
	}
	return d.Locale.T(key, "who", string(a.By), "date", d.Locale.Date(a.At.Time), "until", dayWords(d, a.Until))
}

func dayWords(d view.Data, day cal.Date) string {
	if t, err := d.Locale.ParseDay(string(day)); err == nil {
		return d.Locale.Date(t)
	}
	return string(day)
}

// Day is a date in words.
func (e Ending) Day(d view.Data) string { return dayWords(d, e.Until) }

func (s *Service) showChecklists(c *fiber.Ctx) error { return s.listsPage(c, 0, nil, nil) }

func (s *Service) listsPage(c *fiber.Ctx, typed int64, values map[string]string, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	b := listsBody{CustomerID: id, Typed: typed, values: values}
	who, err := s.visible(web.Ctx(c), id)
	if err != nil {
		return err
	}
	b.Silent = who.NoProfiling
	if b.Lists, b.Name, err = s.Checklists(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/checklists", Title: "evaluation.check.title", Body: b, Err: problem})
}

func (s *Service) answer(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	dimension, err := web.ID(c, "dimension")
	if err != nil {
		return err
	}
	o, err := s.Own(web.Ctx(c), dimension)
	if err != nil {
		return err
	}
	var said []Said
	values := map[string]string{}
	for _, i := range o.Items {
		field := func(name string) string {
			name = listsBody{}.Field(i.ID, name)
			values[name] = c.FormValue(name)
			return values[name]
		}
		a := Said{Item: i.ID, Note: field("note"), Until: field("until")}
		yes := field("yes")
		if yes != "" {
			v := yes == "1"
			a.Yes = &v
		}
		version, was, told := strings.Cut(field("was"), "|")
		if told && was == strings.Join([]string{yes, a.Until, a.Note}, "|") {
			continue
		}
		if v, err := strconv.ParseInt(version, 10, 64); err == nil {
			a.Over = &v
		}
		said = append(said, a)
	}
	if err := s.Answer(web.Ctx(c), id, dimension, said); err != nil {
		return s.listsPage(c, dimension, values, err)
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10)+"/evaluation", "evaluation.check.done", "name", o.Name(web.Locale(c).Tag()))
}

func (s *Service) showCheckAt(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	customer, err := s.CheckAt(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return web.Redirect(c, "/customers/"+strconv.FormatInt(customer, 10)+"/checklists")
}

// endingBody feeds the checklists that end soon.
type endingBody struct {
	tabs
	Rows  []Ending
	Today cal.Date
}

func (s *Service) showEnding(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := endingBody{tabs: s.tabsAt(c, "scores")}
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return err
	}
	b.Today = d.today
	if b.Rows, err = s.Ending(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/checks", Title: "evaluation.check.ending", Body: b})
}
