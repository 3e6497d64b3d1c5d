package duplicate

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/duplicates", Permission, s.pairs)
	r.Get("/duplicates/merged", Permission, s.merged)
	r.Get("/duplicates/sure", Permission, s.previewSure)
	r.Post("/duplicates/sure", Permission, s.mergeSure)
	r.Get("/duplicates/compare", Permission, s.compare)
	r.Post("/duplicates/compare", Permission, s.mergeForm)
	r.Post("/duplicates/:id/separation", Permission, s.separate)
	r.Post("/duplicates/:id/reopening", Permission, s.reopen)
}

// countLimit is where the page stops counting.
const countLimit = 1000

// ListPage feeds the list of pairs.
type ListPage struct {
	State  string
	Rows   []Pair
	Next   string
	Total  int
	Capped bool
	Sure   int  // pairs that a batch may merge
	Any    bool // some filter is on
	Least  int  // the score filter
	Levels []view.Option
}

func (s *Service) pairs(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	limit, err := page.ParseLimit(q.Get("limit"))
	if err != nil {
		return err
	}
	if q.Get("filter[score][gte]") == "" {
		q.Del("filter[score][gte]") // the empty choice of the form
	}
	conds, err := filter.Parse(q)
	if err != nil {
		return err
	}
	b := ListPage{State: Open}
	for _, cond := range conds {
		switch cond.Field {
		case "state":
			b.State = cond.Value
		case "score":
			b.Least, _ = strconv.Atoi(cond.Value)
			b.Any = true
		default:
			b.Any = true
		}
	}
	if q.Get("filter[state][eq]") == "" {
		conds = append(conds, filter.Cond{Field: "state", Op: "eq", Value: Open})
	}
	found, err := s.List(ctx, page.Request{Limit: limit, Cursor: q.Get("cursor"), Sort: q.Get("sort")}, conds)
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, conds, countLimit+1)
	if err != nil {
		return err
	}
	b.Rows, b.Next, b.Total, b.Capped = found.Items, found.Next, min(n, countLimit), n > countLimit
	if b.State == Open {
		sure := []filter.Cond{{Field: "state", Op: "eq", Value: Open}, {Field: "score", Op: "gte", Value: strconv.Itoa(Sure)}}
		if b.Sure, err = s.Count(ctx, sure, countLimit); err != nil {
			return err
		}
	}
	l := web.Locale(c)
	for _, at := range []int{Sure, 70, 55} {
		b.Levels = append(b.Levels, view.Option{Value: at, Label: l.T("duplicate.at_least", "n", at)})
	}
	return web.Render(c, web.Page{Name: "duplicate/list", Title: "duplicate.title", Body: b})
}

// MergedPage feeds the list of what was merged.
type MergedPage struct {
	Rows []Merged
	Next string
}

const mergedPage = 50

func (s *Service) merged(c *fiber.Ctx) error {
	before, err := strconv.ParseInt(c.Query("cursor", "0"), 10, 64)
	if err != nil || before < 0 {
		return errs.NotVisible()
	}
	rows, err := s.Merges(web.Ctx(c), before, mergedPage+1)
	if err != nil {
		return err
	}
	b := MergedPage{Rows: rows}
	if len(rows) > mergedPage {
		b.Rows = rows[:mergedPage]
		b.Next = strconv.FormatInt(b.Rows[mergedPage-1].ID, 10)
	}
	return web.Render(c, web.Page{Name: "duplicate/merged", Title: "duplicate.merged", Body: b})
}

func (s *Service) previewSure(c *fiber.Ctx) error { return s.sureForm(c, nil) }

func (s *Service) sureForm(c *fiber.Ctx, failed error) error {
	p, err := s.Sure(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "duplicate/sure", Title: "duplicate.sure_title", Body: p, Err: failed})
}

func (s *Service) mergeSure(c *fiber.Ctx) error {
	seen, err := strconv.Atoi(c.FormValue("seen"))
	if err != nil || seen < 1 {
		return s.sureForm(c, errChanged)
	}
	p, err := s.MergeSure(web.Ctx(c), seen)
	if err != nil {
		if errs.Is(err, errs.Conflict) {
			return s.sureForm(c, err)
		}
		return err
	}
	return web.Done(c, "/duplicates", "duplicate.merged_n", "n", p.Records)
}

func (s *Service) separate(c *fiber.Ctx) error {
	p, err := s.pairOf(c)
	if err != nil {
		return err
	}
	if err := s.KeepApart(web.Ctx(c), p.AID, p.BID); err != nil {
		return err
	}
	return web.Done(c, web.SafePath(c.FormValue("next"), "/duplicates"), "duplicate.kept_apart", "a", p.AName, "b", p.BName)
}

func (s *Service) reopen(c *fiber.Ctx) error {
	p, err := s.pairOf(c)
	if err != nil {
		return err
	}
	if err := s.Reopen(web.Ctx(c), p.AID, p.BID); err != nil {
		return err
	}
	return web.Done(c, "/duplicates?filter[state][eq]=separate", "duplicate.reopened", "a", p.AName, "b", p.BName)
}

func (s *Service) pairOf(c *fiber.Ctx) (Pair, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Pair{}, err
	}
	return s.Get(web.Ctx(c), id)
}

// compareHref is where records are compared.
func compareHref(ids []int64) string {
	var parts []string
	for _, id := range ids {
		parts = append(parts, "id="+strconv.FormatInt(id, 10))
	}
	return "/duplicates/compare?" + strings.Join(parts, "&")
}
