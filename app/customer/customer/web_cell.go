package customer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// A cell of the list is edited where it stands: a press brings its editor,
// Enter saves, Esc leaves it as it was. Without script it leads to the form.

// editable are the customer's own columns that a cell edits.
var editable = []string{"owner_id", "level", "region", "source", "wechat", "address", "birthday", "external_id"}

// Edit tells whether a column's cells are edited in the list.
func (c Column) Edit() bool {
	return slices.Contains(editable, c.Name) || c.own.ID != 0 && c.own.Stored() && !c.own.Sensitive
}

// CellPage feeds a cell and its editor.
type CellPage struct {
	ID      int64
	Version int64
	Column
	Input   string // text, date, pick or several
	Values  []string
	Options []view.Option
	Cell    view.Cell
	Error   string
	Done    bool // just saved: the focus comes back here
}

// Value is the text of an editor with one value.
func (p CellPage) Value() string { return strings.Join(p.Values, "; ") }

// cellOf reads the cell that a request names.
func (p pages) cellOf(c *fiber.Ctx) (CellPage, Customer, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return CellPage{}, Customer{}, err
	}
	ctx, l := web.Ctx(c), web.Locale(c)
	now, err := p.s.Get(ctx, id)
	if err != nil {
		return CellPage{}, now, err
	}
	list, record, err := p.s.listWith(ctx, p.s.db.Reader(ctx))
	if err != nil {
		return CellPage{}, now, err
	}
	heads, _ := headings(l, list, record.Set, []string{c.Params("field")})
	if len(heads) != 1 || !heads[0].Edit() {
		return CellPage{}, now, errs.NotVisible()
	}
	b := CellPage{ID: id, Version: now.Version, Column: heads[0], Input: "text"}
	form := formFrom(now)
	switch b.Name {
	case "owner_id":
		b.Input = "pick"
		if b.Options, err = p.staff.Options(c); err != nil {
			return b, now, err
		}
		if form.OwnerID != 0 {
			b.Values = []string{fmt.Sprint(form.OwnerID)}
		}
	case "level":
		b.Input, b.Values = "pick", []string{form.Level}
		for _, level := range Levels {
			b.Options = append(b.Options, view.Option{Value: level, Label: level})
		}
	case "region":
		b.Values = []string{form.Region}
	case "source":
		b.Values = []string{form.Source}
	case "wechat":
		b.Values = []string{form.WeChat}
	case "address":
		b.Values = []string{form.Address}
	case "birthday":
		b.Values = []string{form.Birthday}
	case "external_id":
		b.Values = []string{form.ExternalID}
	default:
		b.Values = now.Added.Strings(b.own)
		b.Input, b.Options = ownInput(c, b.own)
	}
	row := Row{ID: id, Level: now.Level, Region: now.Region, Source: now.Source, WeChat: now.WeChat, Address: now.Address, Birthday: now.Birthday,
		ExternalID: now.ExternalID, OwnerName: now.OwnerName, Values: now.Values, Added: now.Added, NPS: -1}
	b.Cell = b.cell(l, web.Business(c), listRow(l, web.Business(c), row))
	return b, now, nil
}

// ownInput is how a field of the shop's own is asked in little room.
func ownInput(c *fiber.Ctx, f custom.Field) (string, []view.Option) {
	l := web.Locale(c)
	var words []view.Option
	for _, w := range f.Choices {
		words = append(words, view.Option{Value: w, Label: w})
	}
	switch f.Kind {
	case custom.Choice:
		return "pick", words
	case custom.Multi:
		return "several", words
	case custom.Bool:
		return "pick", []view.Option{{Value: "true", Label: l.T("common.yes")}, {Value: "false", Label: l.T("common.no")}}
	case custom.Date:
		return "date", nil
	}
	return "text", nil
}

// cell shows a cell's editor, or with ?show the cell again.
func (p pages) cell(c *fiber.Ctx) error {
	b, _, err := p.cellOf(c)
	if err != nil {
		return err
	}
	if !web.Part(c) {
		return web.Redirect(c, path(b.ID)+"/edit")
	}
	fragment := "editor"
	if c.Query("show") != "" {
		b.Done, fragment = true, "shown"
	}
	return web.Render(c, web.Page{Name: "customer/cell", Heading: b.Label, Body: b, Fragment: fragment})
}

// setCell saves what a cell's editor sent.
func (p pages) setCell(c *fiber.Ctx) error {
	b, now, err := p.cellOf(c)
	if err != nil {
		return err
	}
	in, values := now.Input(), many(c, "value")
	value := strings.Join(values, "; ")
	switch b.Name {
	case "owner_id":
		in.OwnerID = 0
		if value != "" {
			if _, err := fmt.Sscan(value, &in.OwnerID); err != nil {
				return errs.New(errs.Invalid, "error.person")
			}
		}
	case "level":
		in.Level = value
	case "region":
		in.Region = value
	case "source":
		in.Source = value
	case "wechat":
		in.WeChat = value
	case "address":
		in.Address = value
	case "birthday":
		in.Birthday = value
	case "external_id":
		in.ExternalID = value
	default:
		in.Fields = custom.Typed{b.own.Key: values}
	}
	var version int64
	if _, err := fmt.Sscan(c.FormValue("version"), &version); err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	if _, err := p.s.Update(web.Ctx(c), b.ID, version, in); err != nil {
		return p.cellFailed(c, b, values, err)
	}
	if !web.Part(c) {
		return web.Done(c, path(b.ID), "customer.saved")
	}
	if b, _, err = p.cellOf(c); err != nil {
		return err
	}
	b.Done = true
	return web.Swap(c, web.Page{Name: "customer/cell", Body: b, Fragment: "saved"}, "customer.saved")
}

// cellFailed shows the editor again with what was typed and what is wrong.
func (p pages) cellFailed(c *fiber.Ctx, b CellPage, typed []string, err error) error {
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Invalid && e.Kind != errs.Conflict {
		return err
	}
	l := web.Locale(c)
	b.Error = l.Message(e.Message)
	for _, m := range e.Fields {
		b.Error = l.Message(m)
	}
	if e.Kind == errs.Conflict {
		b.Error = l.T("customer.cell_stale", "value", b.Cell.Text) // b has the version as it is now
	}
	b.Values = typed
	return web.Render(c, web.Page{Name: "customer/cell", Heading: b.Label, Body: b, Err: err, Fragment: "editor"})
}
