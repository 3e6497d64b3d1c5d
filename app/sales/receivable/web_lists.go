package receivable

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/sales/payment"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) listRoutes(r *web.Router) {
	r.Get(partsHome, payment.Read, s.showParts)
	r.Get(partsHome+"/columns", payment.Read, partsOf(s).Panel)
	r.Get(partsHome+"/filter", payment.Read, partsOf(s).Filter)
	r.Get(receiptsHome, payment.Read, s.showReceipts)
	r.Get(receiptsHome+"/columns", payment.Read, receiptsOf(s).Panel)
	r.Get(receiptsHome+"/filter", payment.Read, receiptsOf(s).Filter)
}

// PartsPage feeds the list of instalments.
type PartsPage struct {
	listing.Page
	Q, From, To, Unpaid string
	Any                 bool // some filter or search is on
	Presets             []Preset
}

// Preset is a selection that is one press away.
type Preset struct {
	Name, Href string
	On         bool
}

// presets are the selections of instalments; yesterday is the last day that is over.
func presets(here string, today cal.Date) []Preset {
	sets := []struct {
		name string
		q    url.Values
	}{
		{"overdue", url.Values{"filter[unpaid][eq]": {"true"}, "filter[due_on][lte]": {string(today.AddDays(-1))}}},
		{"soon", url.Values{"filter[unpaid][eq]": {"true"}, "filter[due_on][gte]": {string(today)}, "filter[due_on][lte]": {string(today.AddDays(30))}}},
		{"unpaid", url.Values{"filter[unpaid][eq]": {"true"}}},
		{"paid", url.Values{"filter[unpaid][eq]": {"false"}}},
	}
	out := []Preset{{"all", partsHome, here == ""}}
	for _, set := range sets {
		out = append(out, Preset{set.name, partsHome + "?" + set.q.Encode(), here == set.q.Encode()})
	}
	return out
}

func (s *Service) showParts(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	found, err := partsOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" {
		return web.Redirect(c, found.Opens)
	}
	b := PartsPage{Page: found, Q: req.Q, From: c.Query("filter[due_on][gte]"), To: c.Query("filter[due_on][lte]"), Unpaid: c.Query("filter[unpaid][eq]"),
		Any: req.Q != "" || len(conds) > 0}
	typed, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		typed = url.Values{} // nothing is marked then
	}
	for name := range typed {
		if typed.Get(name) == "" {
			typed.Del(name)
		}
	}
	b.Presets = presets(typed.Encode(), cal.Today(s.DB.Now(), web.Locale(c).Zone()))
	return web.Render(c, web.Page{Name: "sales/instalments", Title: "receivable.instalments", Fragment: "result", Body: b})
}

// ReceiptsPage feeds the list of receipts.
type ReceiptsPage struct {
	listing.Page
	From, To string
	Any      bool
}

func (s *Service) showReceipts(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	found, err := receiptsOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" {
		return web.Redirect(c, found.Opens)
	}
	return web.Render(c, web.Page{Name: "sales/receipts", Title: "receivable.receipts", Fragment: "result", Body: ReceiptsPage{Page: found,
		From: c.Query("filter[received_on][gte]"), To: c.Query("filter[received_on][lte]"), Any: len(conds) > 0}})
}

// Stats are the sums above the ages, in the shop's currency.
func (p OwedPage) Stats(d view.Data) []view.Stat {
	if p.Any() {
		return nil
	}
	for _, t := range p.Totals {
		if t.Currency != p.Shop {
			continue
		}
		money := func(n int64) string { return d.Locale.Money(n, t.Currency) }
		late := view.Stat{Label: d.Locale.T("receivable.state.overdue"), Value: money(t.Overdue()), Href: "/receivables?overdue=1"}
		if t.Total() > 0 {
			late.Small = d.Locale.Percent(float64(t.Overdue()) / float64(t.Total()))
		}
		return []view.Stat{{Label: d.Locale.T("receivable.owed"), Value: money(t.Total())}, late,
			{Label: d.Locale.T("receivable.age.over"), Value: money(t.Buckets[4]), Href: "/receivables?bucket=over&currency=" + t.Currency},
			{Label: d.Locale.T("receivable.kept"), Value: money(p.Kept), Href: receiptsHome + "?filter[credit][gt]=0"}}
	}
	return nil
}
