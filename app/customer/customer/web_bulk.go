package customer

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// BulkPage feeds the page that changes many: what, what that means, and then
// the press that does it.
type BulkPage struct {
	IDs     []int64
	All     bool
	Query   string
	N       int
	Fields  []view.Option
	Field   string
	Input   string
	Options []view.Option
	Values  []string
	Looked  bool
	Outcome BulkOutcome
}

// Value is the text of an input with one value.
func (p BulkPage) Value() string {
	if len(p.Values) == 0 {
		return ""
	}
	return p.Values[0]
}

// change shows the page of a bulk change, one step further each time.
func (p pages) change(c *fiber.Ctx, ids []int64) error {
	if err := mayBulk(web.Ctx(c), ids); err != nil {
		return err
	}
	ctx, l := web.Ctx(c), web.Locale(c)
	b := BulkPage{All: c.FormValue("all") == "1", Query: c.FormValue("query"), N: len(ids), Field: c.FormValue("field"), Values: many(c, "value"), Input: "text"}
	if !b.All {
		b.IDs = ids
	}
	if b.Field != c.FormValue("was") {
		b.Values = nil // of another field
	}
	record, err := p.s.fields.Record(ctx, p.s.db.Reader(ctx), "customer")
	if err != nil {
		return err
	}
	owners, err := p.staff.Options(c)
	if err != nil {
		return err
	}
	for _, name := range bulkFields {
		if name != bulkOwner || len(owners) > 1 {
			b.Fields = append(b.Fields, view.Option{Value: name, Label: l.T("customer.bulk." + name)})
		}
	}
	for _, f := range record.Set {
		if !f.Stored() || f.Sensitive {
			continue
		}
		b.Fields = append(b.Fields, view.Option{Value: f.Input(), Label: f.Name(l.Tag())})
		if f.Input() == b.Field {
			b.Input, b.Options = ownInput(c, f)
		}
	}
	switch b.Field {
	case bulkOwner:
		b.Input, b.Options = "pick", owners
	case bulkLevel:
		b.Input = "pick"
		for _, level := range Levels {
			b.Options = append(b.Options, view.Option{Value: level, Label: level})
		}
	}
	ch := BulkChange{Field: b.Field, Values: slices.Clone(b.Values)}
	var wrong error
	if ask := c.FormValue("do"); b.Field == c.FormValue("was") && (ask == "look" || ask == "apply") {
		if ask == "apply" {
			out, err := p.s.Change(ctx, ids, ch)
			if err == nil {
				return web.Done(c, "/customers?"+b.Query, "customer.bulk_done", "n", out[0].Changes)
			}
			wrong = err
		} else if out, err := p.s.Preview(ctx, ids, ch); err == nil {
			b.Outcome, b.Looked = out[0], true
		} else {
			wrong = err
		}
		if e, ok := errs.As(wrong); ok && e.Fields["owner_id"].Key != "" {
			e.Fields["value"] = e.Fields["owner_id"]
		}
	}
	return web.Render(c, web.Page{Name: "customer/bulk", Title: "customer.bulk_title", Body: b, Err: wrong})
}
