package history

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/filter"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The conditions that the page offers, by their names in the address.
const (
	byPerson = "filter[user_id][eq]"
	byKind   = "filter[subject_kind][eq]"
	byFrom   = "filter[created_at][gte]"
	byUntil  = "filter[created_at][lte]"
)

// sought is what the list is narrowed to and what it can be narrowed to.
type sought struct {
	Q, Person, Kind, From, Until string
	People, Kinds                []view.Option
	Any                          bool // something is asked for
	conds                        []filter.Cond
}

// sought reads the list's filter from the address.
func (s *Service) sought(c *fiber.Ctx, names map[int64]string) (sought, error) {
	ctx := web.Ctx(c)
	f := sought{Q: c.Query("q"), Person: c.Query(byPerson), Kind: c.Query(byKind), From: c.Query(byFrom), Until: c.Query(byUntil)}
	f.Any = f.Q != "" || f.Person != "" || f.Kind != "" || f.From != "" || f.Until != ""
	query := url.Values{}
	for _, key := range []string{byPerson, byKind, byFrom, byUntil} {
		if v := c.Query(key); v != "" {
			query.Set(key, v)
		}
	}
	var err error
	if f.conds, err = filter.Parse(query); err != nil {
		return f, err
	}
	for id, name := range names {
		f.People = append(f.People, view.Option{Value: id, Label: name})
	}
	byLabel := func(a, b view.Option) int { return cmp.Compare(a.Label, b.Label) }
	slices.SortFunc(f.People, byLabel)
	found, err := kinds(ctx, s.DB.Reader(ctx))
	if err != nil {
		return f, err
	}
	l := web.Locale(c)
	for _, kind := range found {
		if key := "table." + cmp.Or(tables[kind], kind); l.Has(key) {
			f.Kinds = append(f.Kinds, view.Option{Value: kind, Label: l.T(key)})
		}
	}
	slices.SortFunc(f.Kinds, byLabel)
	return f, nil
}

// tables are the tables whose words name a kind of subject; other kinds are
// called as their table.
var tables = map[string]string{"order": "order_head", "case": "feedback_case", "follow_up": "followup", "invitation": "survey_invitation",
	"response": "survey_response", "view": "saved_view"}
