package review

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, survey.Read, s.showList)
	r.Get(home+"/new", survey.Ask, s.showNew)
	r.Post(home, survey.Ask, s.post)
	r.Get(home+"/:id", survey.Read, s.showOne)
	r.Get(home+"/:id/edit", survey.Ask, s.showEdit)
	r.Post(home+"/:id", survey.Ask, s.post)
	r.Post(home+"/:id/reply", survey.Ask, s.postReply)
	r.Post(home+"/:id/praise", survey.Ask, s.postPraise)
	r.Post(home+"/:id/delete", survey.Delete, s.remove)
	s.praiseRoutes(r)
}

// listBody is the page of reviews.
type listBody struct {
	List      page.Page[Row]
	Platforms []string
	Sums      []Summary
	Chips     []listing.Chip // of filters that no chip of the page shows
	Any       bool
	MayAdd    bool
}

// days is how far back the page's figures look.
const days = 365

func (s *Service) showList(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	ctx, l := web.Ctx(c), web.Locale(c)
	b := listBody{MayAdd: web.Actor(c).Can(survey.Ask), Any: req.Q != "" || len(conds) > 0}
	if b.List, err = s.List(ctx, req, conds); err != nil {
		return err
	}
	if err := s.db.Reader(ctx).Select(ctx, &b.Platforms, sqlPlatforms); err != nil {
		return err
	}
	if b.Sums, err = s.Summaries(ctx, cal.Today(l.Now(), l.Zone()).AddDays(-days)); err != nil {
		return err
	}
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	shown := []string{"filter[platform][eq]", "filter[mood][eq]", "filter[replied][eq]"}
	conds = slices.DeleteFunc(conds, func(f filter.Cond) bool { return slices.Contains(shown, f.Key()) })
	b.Chips = listing.Words{Locale: l, List: list}.Chips(q, conds)
	return web.Render(c, web.Page{Name: "voice/reviews", Title: "review.title", Fragment: "result", Body: b})
}

// Stats are the figures above the list.
func (b listBody) Stats(d view.Data) []view.Stat {
	t := Total(b.Sums)
	mean := "–"
	if t.Rated > 0 {
		mean = d.Locale.Decimal(t.Mean, 1)
	}
	return []view.Stat{
		{Label: d.Locale.T("review.n"), Value: d.Locale.Number(t.N), Small: d.Locale.T("review.last_year")},
		{Label: d.Locale.T("review.mean"), Value: mean, Small: d.Locale.T("review.of_five"), Note: d.Locale.T("review.mean_note", "n", t.Rated)},
		{Label: d.Locale.T("review.unhappy"), Value: d.Locale.Number(t.Low), Href: home + "?filter[mood][eq]=low"},
		{Label: d.Locale.T("review.unanswered"), Value: d.Locale.Number(t.Unanswered), Href: home + "?filter[replied][eq]=false"},
	}
}

// form is a review as it was typed.
type form struct {
	ID int64
	Input
	StarsTyped string
	Theirs     []web.Clash
}

// formBody is the page of the form.
type formBody struct {
	Review    Review // zero for a new one
	Platforms []string
	Today     cal.Date
	MayDelete bool
}

// known are platforms to choose from before the shop has its own list, by what
// its customers read.
var knownTo = map[string][]string{
	"en":    {"Google", "Facebook", "Tripadvisor", "Trustpilot", "Yelp", "Amazon", "Etsy", "Booking.com"},
	"zh-CN": {"大众点评", "美团", "淘宝", "京东", "拼多多", "高德地图", "百度地图", "小红书", "抖音", "携程"},
}

func (s *Service) render(c *fiber.Ctx, r Review, f form, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	b := formBody{Review: r, MayDelete: web.Actor(c).Can(survey.Delete), Today: cal.Today(l.Now(), l.Zone())}
	if err := s.db.Reader(ctx).Select(ctx, &b.Platforms, sqlPlatforms); err != nil {
		return err
	}
	for _, p := range knownTo[l.Tag()] {
		if !slices.Contains(b.Platforms, p) {
			b.Platforms = append(b.Platforms, p)
		}
	}
	title := "review.new"
	if r.ID != 0 {
		title = "review.edit"
	}
	return web.Render(c, web.Page{Name: "voice/review-form", Title: title, Body: b, Form: f, Err: problem})
}

func (s *Service) showNew(c *fiber.Ctx) error {
	l := web.Locale(c)
	in := Input{Platform: c.Query("platform"), Most: 5, PostedOn: cal.Today(l.Now(), l.Zone())}
	if id, err := strconv.ParseInt(c.Query("customer"), 10, 64); err == nil {
		who, err := s.Customers.MustSee(web.Ctx(c), id)
		if err != nil {
			return err
		}
		in.Customer = who.Name + " #" + strconv.FormatInt(id, 10)
	}
	return s.render(c, Review{}, form{Input: in}, nil)
}

func (s *Service) one(c *fiber.Ctx) (Review, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Review{}, err
	}
	return s.Get(web.Ctx(c), id)
}

// oneBody is the page of a review.
type oneBody struct {
	Review    Review
	MayEdit   bool
	MayDelete bool
}

func (s *Service) showOne(c *fiber.Ctx) error {
	r, err := s.one(c)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/review", Title: "review.review", Body: oneBody{r, web.Actor(c).Can(survey.Ask), web.Actor(c).Can(survey.Delete)}})
}

func (s *Service) showEdit(c *fiber.Ctx) error {
	r, err := s.one(c)
	if err != nil {
		return err
	}
	return s.render(c, r, formOf(r), nil)
}

func formOf(r Review) form {
	f := form{ID: r.ID, Input: r.Input()}
	if r.Stars != nil {
		f.StarsTyped = strings.TrimSuffix(r.Rated(), "/"+strconv.Itoa(r.Most))
	}
	return f
}

func typed(c *fiber.Ctx) (form, error) {
	f := form{StarsTyped: strings.TrimSpace(c.FormValue("stars")), Input: Input{Platform: c.FormValue("platform"), Author: c.FormValue("author"), Words: c.FormValue("words"),
		URL: c.FormValue("url"), PostedOn: cal.Date(strings.TrimSpace(c.FormValue("posted_on"))), Customer: c.FormValue("customer"),
		Replied: c.FormValue("replied") != "", Praise: c.FormValue("praise") != ""}}
	f.Input.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	f.Most, _ = strconv.Atoi(c.FormValue("most"))                         // 0 is five
	if f.StarsTyped == "" {
		return f, nil
	}
	check := &errs.Check{}
	stars, most, ok := ParseStars(f.StarsTyped)
	check.That(ok, "stars", "review.error.stars")
	f.Stars = &stars
	if most != 0 {
		f.Most = most
	}
	return f, check.Err()
}

func (s *Service) post(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	f, err := typed(c)
	if c.Params("id") == "" {
		var r Review
		if err == nil {
			r, err = s.Create(ctx, f.Input)
		}
		if err != nil {
			return s.render(c, Review{}, f, err)
		}
		if r.CaseID != 0 {
			return web.Done(c, path(r.ID), "review.opened_case")
		}
		return web.Done(c, path(r.ID), "review.saved")
	}
	before, gone := s.one(c)
	if gone != nil {
		return gone
	}
	f.ID = before.ID
	f.ExternalID = before.ExternalID
	if err == nil {
		_, err = s.Update(ctx, before.ID, f.Input)
	}
	if err != nil {
		if errs.Is(err, errs.Conflict) {
			f.Theirs = clashes(web.Locale(c), f, formOf(before))
			f.Input.Version = before.Version
		}
		return s.render(c, before, f, err)
	}
	return web.Done(c, path(before.ID), "review.saved")
}

func clashes(l *i18n.Locale, ours, theirs form) []web.Clash {
	return web.Clashes(l,
		web.Clash{Name: "platform", Label: "review.platform", Ours: ours.Platform, Theirs: theirs.Platform},
		web.Clash{Name: "stars", Label: "review.stars", Ours: ours.StarsTyped, Theirs: theirs.StarsTyped},
		web.Clash{Name: "author", Label: "review.author", Ours: ours.Author, Theirs: theirs.Author},
		web.Clash{Name: "words", Label: "review.words", Ours: ours.Words, Theirs: theirs.Words},
		web.Clash{Name: "url", Label: "common.link", Ours: ours.URL, Theirs: theirs.URL},
		web.Clash{Name: "posted_on", Label: "review.posted_on", Ours: string(ours.PostedOn), Theirs: string(theirs.PostedOn)},
		web.Clash{Name: "customer", Label: "common.customer", Ours: ours.Customer, Theirs: theirs.Customer},
		web.Clash{Name: "replied", Label: "review.replied", Ours: web.Ticked(ours.Replied), Theirs: web.Ticked(theirs.Replied), Show: web.Answered(l)},
		web.Clash{Name: "praise", Label: "review.praise", Ours: web.Ticked(ours.Praise), Theirs: web.Ticked(theirs.Praise), Show: web.Answered(l)})
}

// toggle changes one thing of a review at the version that the page showed.
func (s *Service) toggle(c *fiber.Ctx, done string, change func(*Input)) error {
	r, err := s.one(c)
	if err != nil {
		return err
	}
	in := r.Input()
	if v, err := strconv.ParseInt(c.FormValue("version"), 10, 64); err == nil {
		in.Version = v
	}
	change(&in)
	if _, err := s.Update(web.Ctx(c), r.ID, in); err != nil {
		return err
	}
	return web.Done(c, path(r.ID), done)
}

func (s *Service) postReply(c *fiber.Ctx) error {
	return s.toggle(c, "common.saved", func(in *Input) { in.Replied = !in.Replied })
}

func (s *Service) postPraise(c *fiber.Ctx) error {
	return s.toggle(c, "common.saved", func(in *Input) { in.Praise = !in.Praise })
}

func (s *Service) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, home, "common.deleted")
}
