package poster

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	people "regulars/app/customer/customer"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/qr"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/posters", survey.Read, s.showList)
	r.Get("/posters/new", survey.Write, s.showNew)
	r.Post("/posters", survey.Write, s.save)
	r.Get("/posters/guests", survey.Read, s.showGuests)
	r.Get("/posters/guests/:id", survey.Read, s.showGuest)
	r.Post("/posters/guests/:id", survey.Ask, s.postKnown)
	r.Get("/posters/:id", survey.Read, s.showOne)
	r.Get("/posters/:id/edit", survey.Write, s.showEdit)
	r.Post("/posters/:id", survey.Write, s.save)
	r.Post("/posters/:id/renew", survey.Write, s.renew)
	r.Post("/posters/:id/delete", survey.Write, s.remove)
	r.Get("/posters/:id/print", survey.Read, s.showPrint)
	r.Get("/posters/:id/qr.svg", survey.Read, s.showQR)
	r.Get("/s/p/:token", web.Public, s.show(OnPaper, Slip))
	r.Post("/s/p/:token", web.Public, s.answer(OnPaper, Slip))
	r.Post("/s/p/:token/talk", web.Public, s.talk(OnPaper, Slip))
	r.Post("/s/w/:token/talk", web.Public, s.talk(Widget))
	r.Get("/s/k/:token", web.Public, s.show(Kiosk))
	r.Post("/s/k/:token", web.Public, s.answer(Kiosk))
	r.Get("/s/w/:token", web.Public, s.show(Widget))
	r.Post("/s/w/:token", web.Public, s.answer(Widget))
}

// reach says where links lead that are made here, and what else works when that
// is not far.
type reach struct {
	Base string
	Far  web.Range
	May  bool // the reader may set another address
}

func reachOf(c *fiber.Ctx) reach {
	base, _ := web.BaseURL(c)
	return reach{base, web.RangeOf(base), web.Actor(c).Can("settings.write")}
}

// listBody is the list of posters.
type listBody struct {
	List   page.Page[Poster]
	Counts map[int64]int
	Guests int
	MayAdd bool
	Reach  reach
}

func (s *Service) showList(c *fiber.Ctx) error {
	limit, err := page.ParseLimit(c.Query("limit"))
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		query = url.Values{}
	}
	conds, err := filter.Parse(query)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	b := listBody{MayAdd: web.Actor(c).Can(survey.Write), Reach: reachOf(c)}
	if b.List, err = s.List(ctx, page.Request{Limit: limit, Cursor: c.Query("cursor"), Sort: c.Query("sort"), Q: c.Query("q")}, conds); err != nil {
		return err
	}
	if b.Counts, err = s.counts(ctx); err != nil {
		return err
	}
	guests, err := s.Guests(ctx)
	if err != nil {
		return err
	}
	b.Guests = len(guests)
	return web.Render(c, web.Page{Name: "voice/posters", Title: "poster.title", Body: b})
}

// formBody is the form of a poster.
type formBody struct {
	Poster   Poster // zero for a new one
	Surveys  []survey.Survey
	Staff    []named
	Products []named
}

// named is somebody or something to choose.
type named struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// Options are the surveys that can be asked.
func (b formBody) Options() []view.Option {
	var out []view.Option
	for _, v := range b.Surveys {
		if v.Active || v.ID == b.Poster.SurveyID {
			out = append(out, view.Option{Value: v.ID, Label: v.Name})
		}
	}
	return out
}

// Kinds are the kinds of place.
func (formBody) Kinds(d view.Data) []view.Option {
	var out []view.Option
	for _, k := range Kinds {
		out = append(out, view.Option{Value: k, Label: d.Locale.T("poster.kind." + k)})
	}
	return out
}

// Named makes choices of them.
func (formBody) Named(list []named) []view.Option {
	var out []view.Option
	for _, p := range list {
		out = append(out, view.Option{Value: p.ID, Label: p.Name})
	}
	return out
}

// Minutes are the usual spans after which a device answers anew.
func (formBody) Minutes(d view.Data) []view.Option {
	var out []view.Option
	for _, m := range []int{0, 60, 720, 1440, 10080} {
		out = append(out, view.Option{Value: m, Label: d.Locale.T("poster.repeat." + strconv.Itoa(m))})
	}
	return out
}

func (s *Service) showNew(c *fiber.Ctx) error {
	kind := c.Query("kind", OnPaper)
	in := fresh(kind)
	in.ProductID, in.SurveyID = reference(c.Query("product")), reference(c.Query("survey"))
	return s.form(c, Poster{}, in, nil)
}

func (s *Service) showEdit(c *fiber.Ctx) error {
	p, err := s.one(c)
	if err != nil {
		return err
	}
	return s.form(c, p, p.Input(), nil)
}

func (s *Service) form(c *fiber.Ctx, p Poster, in Input, problem error) error {
	ctx := web.Ctx(c)
	surveys, err := s.Surveys.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return err
	}
	b := formBody{Poster: p, Surveys: surveys.Items}
	if err := s.db.Reader(ctx).Select(ctx, &b.Staff, sqlStaff); err != nil {
		return err
	}
	if err := s.db.Reader(ctx).Select(ctx, &b.Products, sqlProducts, in.ProductID); err != nil {
		return err
	}
	title, heading := "poster.new", ""
	if p.ID != 0 {
		title, heading = "", p.Name
	}
	return web.Render(c, web.Page{Name: "voice/poster-form", Title: title, Heading: heading, Body: b, Form: in, Err: problem})
}

func (s *Service) save(c *fiber.Ctx) error {
	in := Input{Kind: c.FormValue("kind"), Name: c.FormValue("name"), SurveyID: reference(c.FormValue("survey_id")), Place: c.FormValue("place"),
		ProductID: reference(c.FormValue("product_id")), RatedID: reference(c.FormValue("rated_id")), Origins: c.FormValue("origins"),
		Contact: c.FormValue("contact") != "", Active: c.FormValue("active") != "", Version: reference(c.FormValue("version"))}
	var err error
	if in.RepeatMinutes, err = strconv.Atoi(c.FormValue("repeat_minutes")); err != nil {
		in.RepeatMinutes = -1
	}
	ctx := web.Ctx(c)
	if c.Params("id") == "" {
		p, err := s.Create(ctx, in)
		if err != nil {
			return s.form(c, Poster{}, in, err)
		}
		return web.Done(c, fmt.Sprintf("/posters/%d", p.ID), "poster.made")
	}
	p, err := s.one(c)
	if err != nil {
		return err
	}
	if in.Kind == "" {
		in.Kind = p.Kind
	}
	if _, err := s.Update(ctx, p.ID, in); err != nil {
		return s.form(c, p, in, err)
	}
	return web.Done(c, fmt.Sprintf("/posters/%d", p.ID), "common.saved")
}

func reference(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (s *Service) one(c *fiber.Ctx) (Poster, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Poster{}, err
	}
	return s.Get(web.Ctx(c), id)
}

// oneBody is a poster with its address and what it brought.
type oneBody struct {
	Poster  Poster
	Address string
	N       int
	MayEdit bool
	Reach   reach
}

// Snippet is what goes into the other page.
func (b oneBody) Snippet() string {
	return fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="640" loading="lazy" frameborder="0"></iframe>`, b.Address, strings.NewReplacer(`"`, "", "<", "", ">", "", "&", "").Replace(b.Poster.Name))
}

// Sites are who may frame it.
func (b oneBody) Sites() []string { return strings.Fields(b.Poster.Origins) }

func (s *Service) showOne(c *fiber.Ctx) error {
	p, err := s.one(c)
	if err != nil {
		return err
	}
	counts, err := s.counts(web.Ctx(c))
	if err != nil {
		return err
	}
	r := reachOf(c)
	return web.Render(c, web.Page{Name: "voice/poster", Heading: p.Name,
		Body: oneBody{p, s.Address(p, r.Base), counts[p.ID], web.Actor(c).Can(survey.Write), r}})
}

func (s *Service) renew(c *fiber.Ctx) error {
	p, err := s.one(c)
	if err != nil {
		return err
	}
	if _, err := s.Renew(web.Ctx(c), p.ID, reference(c.FormValue("version"))); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/posters/%d", p.ID), "poster.renewed")
}

func (s *Service) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/posters", "common.deleted")
}

func (s *Service) showQR(c *fiber.Ctx) error {
	p, err := s.one(c)
	if err != nil {
		return err
	}
	base, _ := web.BaseURL(c)
	svg, err := qr.SVG(s.Address(p, base))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/svg+xml")
	return c.Send(svg)
}

// guestsBody is the list of guests of whom nobody has said who they are.
type guestsBody struct{ Guests []Guest }

func (s *Service) showGuests(c *fiber.Ctx) error {
	list, err := s.Guests(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/guests", Title: "poster.guests", Body: guestsBody{list}})
}

// guestBody is one guest beside the customers who may be the same.
type guestBody struct {
	Guest Guest
	Alike []people.Alike
	May   bool
}

// New is the form of a new customer with what the guest said.
func (b guestBody) New() string { return "/customers/new?name=" + url.QueryEscape(b.Guest.Name) }

func (s *Service) showGuest(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return s.guestPage(c, id, nil)
}

func (s *Service) guestPage(c *fiber.Ctx, id int64, problem error) error {
	g, alike, err := s.Guest(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/guest", Title: "poster.guest", Body: guestBody{g, alike, web.Actor(c).Can(survey.Ask)}, Err: problem})
}

func (s *Service) postKnown(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	customer := reference(c.FormValue("customer_id"))
	if err := s.Know(web.Ctx(c), id, customer); err != nil {
		return s.guestPage(c, id, err)
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", customer), "poster.known")
}
