package customer

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The panel for what the list shows: columns, order, groups.

func (p pages) columnsPanel(c *fiber.Ctx) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	list, record, err := p.s.listWith(ctx, p.s.db.Reader(ctx))
	if err != nil {
		return err
	}
	pick, err := p.choices(c)
	if err != nil {
		return err
	}
	panel := listing.Panel{Path: "/customers", Title: "customer.title", Plain: plainColumns, Sorts: sorts(l, list), Groups: groupChoices(l, list, record.Set, pick)}
	all := slices.Clone(columnNames)
	for _, f := range record.Set {
		all = append(all, f.Input())
	}
	for some := range slices.Chunk(all, listing.MaxColumns) { // headings is bounded
		heads, _ := headings(l, list, record.Set, some)
		for _, h := range heads {
			if h.Name != "owner_id" || len(pick["user"]) > 1 {
				panel.Columns = append(panel.Columns, view.Option{Value: h.Name, Label: h.Label})
			}
		}
	}
	return panel.Serve(c)
}

func sorts(l *i18n.Locale, list field.List) []view.Option {
	var out []view.Option
	for _, f := range list.Fields {
		if f.Sort {
			out = append(out, view.Option{Value: f.Name, Label: listing.Words{Locale: l}.Label(f)})
		}
	}
	return out
}

// groupChoices are the fields that can divide the list: of the shop's own the
// filterable choices.
func groupChoices(l *i18n.Locale, list field.List, set custom.Set, pick map[string][]view.Option) []view.Option {
	var out []view.Option
	for _, f := range list.Fields {
		_, ok := groupings[f.Name]
		if ok && (f.Options != "user" || len(pick["user"]) > 1) || dividing(f, set) {
			out = append(out, view.Option{Value: f.Name, Label: listing.Words{Locale: l}.Label(f)})
		}
	}
	return out
}

// dividing tells whether a field of the shop's own can divide the list.
func dividing(f field.Field, set custom.Set) bool {
	key, own := strings.CutPrefix(f.Name, "fields.")
	added, ok := set.Find(key)
	return own && ok && added.Kind == custom.Choice && added.Filterable
}
