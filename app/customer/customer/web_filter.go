package customer

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/stage"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// shelves says under which heading a field is offered; what is not named here
// is no choice of the panel.
var shelves = []listing.Shelf{
	{Title: "filter.shelf.who", Fields: []string{"name", "kind", "level", "owner_id", "team_id", "tag_id", "region", "source", "phone", "email", "wechat", "external_id", "created_at", "updated_at"}},
	{Title: "filter.shelf.buys", Fields: []string{"last_order_on", "stage", "segment", "rhythm", "days_since_order", "first_order_on", "expected_on", "orders", "revenue", "revenue_year", "paid", "referred_revenue", "referrer_id"}},
	{Title: "filter.shelf.contact", Fields: []string{"last_contact_at", "next_contact_on", "next_task_at", "open_tasks", "agreed", "objected", "recycle_at", "protected_until"}},
	{Title: "filter.shelf.says", Fields: []string{"nps", "csat", "open_cases", "grade", "score", "value_score", "health_score"}},
}

// filterPanel shows the panel that builds a filter.
func (p pages) filterPanel(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	list, _, err := p.s.listWith(ctx, p.s.db.Reader(ctx))
	if err != nil {
		return err
	}
	pick, err := p.choices(c)
	if err != nil {
		return err
	}
	return listing.Filter{Words: words(web.Locale(c), list, pick), Path: "/customers", Title: "customer.title", Shelves: shelves}.Serve(c)
}

// words is how filters on customers are said.
func words(l *i18n.Locale, list field.List, pick map[string][]view.Option) listing.Words {
	return listing.Words{Locale: l, List: list, Pick: pick, Called: func(l *i18n.Locale, field, value string) string {
		if field == "marketing" {
			return l.T("customer.marketing." + value)
		}
		return ""
	}}
}

// choices are the records that filters name: colleagues, teams and tags.
func (p pages) choices(c *fiber.Ctx) (map[string][]view.Option, error) {
	owners, err := p.staff.Options(c)
	if err != nil {
		return nil, err
	}
	out, err := p.s.picks(web.Ctx(c), web.Locale(c))
	if err == nil {
		out["user"] = owners
	}
	return out, err
}

// picks are those of them that are no people.
func (s *Service) picks(ctx context.Context, l *i18n.Locale) (map[string][]view.Option, error) {
	q, out := s.db.Reader(ctx), map[string][]view.Option{}
	names, err := stage.NamesIn(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, key := range stage.All {
		out["stage"] = append(out["stage"], view.Option{Value: key, Label: names.Of(l, key)})
	}
	segments, err := s.segmentNames(ctx, l)
	if err != nil {
		return nil, err
	}
	for _, key := range Segments {
		out["segment"] = append(out["segment"], view.Option{Value: key, Label: segments[key]})
	}
	if s.consents != nil {
		words, err := s.consents.Words(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			if w.Used {
				out["consent"] = append(out["consent"], view.Option{Value: w.Name, Label: w.Titles[l.Tag()]})
			}
		}
	}
	for kind, sql := range map[string]string{"tag": sqlTagChoices, "team": sqlTeamChoices} {
		rows, err := choicesOf(ctx, q, sql)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[kind] = append(out[kind], view.Option{Value: r.ID, Label: r.Name, Hue: r.Colour})
		}
	}
	return out, nil
}

// Counted is the list as something to count. Whoever names people in its filters
// adds them.
func (s *Service) Counted() listing.Counted {
	out := listing.Counted{Path: "/customers", Title: "customer.title",
		Where: func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
			return s.asked(ctx, "", "", conds)
		},
		Words: func(ctx context.Context, l *i18n.Locale) (listing.Words, error) {
			list, _, err := s.listWith(ctx, s.db.Reader(ctx))
			if err != nil {
				return listing.Words{}, err
			}
			pick, err := s.picks(ctx, l)
			return words(l, list, pick), err
		}}
	for _, shelf := range shelves {
		out.Filters = append(out.Filters, shelf.Fields...)
	}
	return out
}
