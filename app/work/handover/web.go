package handover

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const home = "/hand-over/"

func (s *Service) routes(r *web.Router) {
	r.Get(home+":kind", Write, s.ask)
	r.Post(home+":kind", Write, s.post)
}

// Form is how it was filled in.
type Form struct {
	To    string
	Note  string
	Keep  string
	Moves [3]bool // tasks, promises, quotes
}

// Page feeds the form.
type Page struct {
	Preview
	Kind    string
	People  []view.Option
	Keeps   bool
	Mine    bool  // the reader has all of them
	From    int64 // who has it, of one record
	Back    string
	Many    bool
	Warned  bool // who loses sight was told so
	Several bool // somebody else works here
}

// Word is the kind as the texts call it.
func (p Page) Word() string { return strings.ReplaceAll(p.Kind, "-", "_") }

// First is the record that the page is about, of several the first.
func (p Page) First() Record { return p.Records[0] }

func (s *Service) ask(c *fiber.Ctx) error {
	return s.page(c, Form{Moves: [3]bool{true, true, true}}, number(c.Query("to_id")), false, nil)
}

// ids are the records that an address or a form names.
func ids(c *fiber.Ctx) []int64 {
	var out []int64
	for _, args := range []interface{ PeekMulti(string) [][]byte }{c.Context().QueryArgs(), c.Context().PostArgs()} {
		for _, v := range args.PeekMulti("id") {
			if id := number(string(v)); id > 0 && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (s *Service) page(c *fiber.Ctx, f Form, to int64, warned bool, problem error) error {
	ctx := web.Ctx(c)
	k, err := s.kind(c.Params("kind"))
	if err != nil {
		return err
	}
	b := Page{Kind: k.Name, Keeps: k.Keeps, Warned: warned}
	p := Parcel{Keep: f.Keep}
	if warned {
		p.To = to
	}
	if b.Preview, err = s.Look(ctx, k.Name, ids(c), p); err != nil {
		return err
	}
	first := b.First()
	b.Back, b.Many = k.Path(first.ID), len(b.Records) > 1
	if !b.Many {
		b.From = first.OwnerID
	}
	me := web.Actor(c).UserID
	b.Mine = !slices.ContainsFunc(b.Records, func(r Record) bool { return r.OwnerID != me })
	people, err := s.notices.Colleagues(ctx)
	if err != nil {
		return err
	}
	for _, o := range people {
		if b.Many || o.ID != first.OwnerID {
			b.People = append(b.People, view.Option{Value: o.ID, Label: o.Name})
		}
	}
	b.Several = len(people) > 1
	if f.To == "" && to != 0 {
		f.To = strconv.FormatInt(to, 10)
	}
	return web.Render(c, web.Page{Name: "work/hand-over", Title: "handover.title", Body: b, Form: f, Err: problem})
}

// post hands over. Whoever would see less afterwards than they may think is told
// first and asked once more.
func (s *Service) post(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	k, err := s.kind(c.Params("kind"))
	if err != nil {
		return err
	}
	list := ids(c)
	if len(list) == 0 {
		return errs.New(errs.Invalid, "customer.error.none_chosen")
	}
	f := Form{To: c.FormValue("to_id"), Note: c.FormValue("note"), Keep: c.FormValue("keep"),
		Moves: [3]bool{c.FormValue("tasks") != "", c.FormValue("promises") != "", c.FormValue("quotes") != ""}}
	p := Parcel{To: number(f.To), From: number(c.FormValue("from_id")), Note: f.Note, Keep: f.Keep, Tasks: f.Moves[0], Promises: f.Moves[1], Quotes: f.Moves[2]}
	if err := p.check(k, len(list)); err != nil {
		return s.page(c, f, 0, false, err)
	}
	if c.FormValue("sure") != f.To {
		is, err := s.Look(ctx, k.Name, list, p)
		if errs.Is(err, errs.Invalid) {
			return s.page(c, f, 0, false, err)
		}
		if err == nil && (is.Lost || is.Blind) {
			return s.page(c, f, p.To, true, nil)
		}
	}
	if _, err := s.Hand(ctx, k.Name, list, p); err != nil {
		if errs.Is(err, errs.Invalid) {
			return s.page(c, f, 0, false, err)
		}
		return err
	}
	back := k.Path(list[0])
	if _, err := k.See(ctx, list[0]); errs.Is(err, errs.NotFound) || len(list) > 1 {
		back = "/" + k.Name
	}
	return web.Done(c, back, "handover.done", "n", len(list))
}

// Path is the page on which one record is handed over.
func Path(kind string, id int64) string {
	return home + kind + "?" + url.Values{"id": {strconv.FormatInt(id, 10)}}.Encode()
}
