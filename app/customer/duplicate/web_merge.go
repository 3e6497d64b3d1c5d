package duplicate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/customer/photo"
	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/web"
)

// ComparePage feeds the page that makes one of several.
type ComparePage struct {
	IDs      []int64
	Survivor int64
	Columns  []Column
	Rows     []FieldRow
	Lists    []ListRow
	Moves    []Move
	Total    int // rows that move
	Pair     *Pair
}

// Column is one of the records.
type Column struct {
	customer.Customer
	Orders int
}

// FieldRow is a field with what each record says.
type FieldRow struct {
	Name, Label string
	Title       string // of an own field, instead of Label
	Same        bool   // nothing to pick
	Both        bool   // all of them may be kept
	BothOn      bool
	Cells       []Cell
}

// Cell is what one record says.
type Cell struct {
	ID     int64
	Text   string
	Photo  string // its hash, instead of a text
	Picked bool
}

// ListRow is a list that is united.
type ListRow struct {
	Label string
	Cells []string
}

// Move is how many rows of one sort come together.
type Move struct {
	Sort  string
	Cells []int
}

func (s *Service) compare(c *fiber.Ctx) error {
	ids, err := chosen(c)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	for i, id := range ids { // a record that was merged meanwhile
		to, err := s.MergedInto(ctx, id)
		if err != nil {
			return err
		}
		if to != 0 {
			ids[i] = to
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) < 2 {
		return web.Redirect(c, "/duplicates")
	}
	if len(ids) > MaxRecords {
		check := &errs.Check{}
		check.Add("id", "error.many", "n", MaxRecords)
		return check.Err()
	}
	for _, id := range ids {
		if _, err := s.customers.MustSee(ctx, id); err != nil {
			return err
		}
	}
	in, err := s.suggest(ctx, s.db.Reader(ctx), ids)
	if err != nil {
		return err
	}
	if keep, err := strconv.ParseInt(c.Query("keep"), 10, 64); err == nil && slices.Contains(ids, keep) {
		in = staying(ids, keep)
	}
	return s.form(c, in, nil)
}

// staying is a merge of these records in which one of them stays.
func staying(ids []int64, keep int64) Input {
	in := Input{Survivor: keep, Picks: map[string]int64{}}
	for _, id := range ids {
		if id != keep {
			in.Losers = append(in.Losers, id)
		}
	}
	return in
}

// chosen are the records that the address names.
func chosen(c *fiber.Ctx) ([]int64, error) {
	var ids []int64
	for _, v := range c.Request().URI().QueryArgs().PeekMulti("id") {
		id, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil || id <= 0 {
			return nil, errs.NotVisible()
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (s *Service) mergeForm(c *fiber.Ctx) error {
	var ids []int64
	versions := map[int64]int64{}
	for _, v := range c.Request().PostArgs().PeekMulti("id") {
		text, version, _ := strings.Cut(string(v), ".")
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errs.NotVisible()
		}
		ids = append(ids, id)
		if n, err := strconv.ParseInt(version, 10, 64); err == nil {
			versions[id] = n
		}
	}
	keep, err := strconv.ParseInt(c.FormValue("survivor"), 10, 64)
	if err != nil || !slices.Contains(ids, keep) {
		return errs.New(errs.Invalid, "duplicate.error.survivor")
	}
	in := staying(ids, keep)
	in.Versions = versions
	own, err := custom.Of(web.Ctx(c), s.db.Reader(web.Ctx(c)), "customer")
	if err != nil {
		return err
	}
	names := append(own.Columns(), photoField)
	for _, f := range Fields {
		names = append(names, f.Name)
	}
	for _, name := range names {
		if v := c.FormValue("pick." + name); v != "" {
			id, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return errs.New(errs.Invalid, "error.choice")
			}
			in.Picks[name] = id
		}
	}
	if _, err := s.Merge(web.Ctx(c), in); err != nil {
		if errs.Is(err, errs.Invalid) && in.Validate() != nil {
			return err // no page of ours sends such a form
		}
		return s.form(c, in, err)
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(keep, 10), "duplicate.merged_n", "n", len(in.Losers))
}

func (s *Service) form(c *fiber.Ctx, in Input, failed error) error {
	ctx := web.Ctx(c)
	q := s.db.Reader(ctx)
	l := web.Locale(c)
	b := ComparePage{IDs: in.IDs(), Survivor: in.Survivor}
	var raws []row
	for _, id := range b.IDs {
		who, err := s.customers.Get(ctx, id)
		if err != nil {
			if failed != nil && errs.Is(err, errs.NotFound) {
				return failed
			}
			return err
		}
		raw, err := whole(ctx, q, id)
		if err != nil {
			return err
		}
		raws = append(raws, raw)
		column := Column{Customer: who}
		n, err := counts(ctx, q, id)
		if err != nil {
			return err
		}
		for i, each := range n {
			if len(b.Moves) <= i {
				b.Moves = append(b.Moves, Move{Sort: each.Sort})
			}
			b.Moves[i].Cells = append(b.Moves[i].Cells, each.N)
			if id != in.Survivor {
				b.Total += each.N
			}
			if each.Sort == "orders" {
				column.Orders = each.N
			}
		}
		b.Columns = append(b.Columns, column)
	}
	b.Moves = slices.DeleteFunc(b.Moves, func(m Move) bool { return slices.Max(m.Cells) == 0 })
	b.Rows, b.Lists = fieldRows(l, b.Columns, raws, in.Picks), listRows(l, b.Columns)
	own, err := ownRows(l, b.Columns, raws, in.Picks)
	if err != nil {
		return err
	}
	b.Rows = append(b.Rows, own...)
	photos, err := photo.Of(ctx, q, b.IDs)
	if err != nil {
		return err
	}
	if len(photos) > 0 {
		b.Rows = append(b.Rows, photoRow(raws, photos, in.Picks))
	}
	if len(b.IDs) == 2 {
		var p [1]Pair
		ids := coupleOf(b.IDs[0], b.IDs[1])
		found, err := db.Found(q.Get(ctx, &p[0], sqlPairOf, ids.A, ids.B))
		if err != nil {
			return err
		}
		if found {
			b.Pair = &p[0]
		}
	}
	return web.Render(c, web.Page{Name: "duplicate/compare", Title: "duplicate.compare", Body: b, Err: failed})
}

func fieldRows(l *i18n.Locale, columns []Column, raws []row, picks map[string]int64) []FieldRow {
	var out []FieldRow
	for _, f := range Fields {
		r := FieldRow{Name: f.Name, Label: "column." + f.Name, Both: f.Name == "notes"}
		pick, picked := picks[f.Name]
		if !picked {
			pick = preferred(raws, f.Columns[0]).id()
		}
		filled, same := 0, true // masked, two names may look the same
		for i, c := range columns {
			cell := Cell{ID: c.ID, Text: said(l, c.Customer, f.Name), Picked: c.ID == pick}
			if cell.Text != "" {
				filled++
			}
			same = same && cell.Text == said(l, columns[0].Customer, f.Name) && (f.Name != "wechat" || raws[i].text("wechat") == raws[0].text("wechat"))
			r.Cells = append(r.Cells, cell)
		}
		if filled == 0 {
			continue
		}
		r.Same = same
		if r.Both = r.Both && filled > 1 && !same; r.Both && (!picked || pick == Both) {
			r.BothOn = true
			for i := range r.Cells {
				r.Cells[i].Picked = false
			}
		}
		out = append(out, r)
	}
	return out
}

// photoRow is the records' photos beside each other.
func photoRow(raws []row, photos map[int64]string, picks map[string]int64) FieldRow {
	out := FieldRow{Name: photoField, Label: "photo.title", Same: true}
	stays := pictured(raws, photos, picks)
	for _, r := range raws {
		out.Cells = append(out.Cells, Cell{ID: r.id(), Photo: photos[r.id()], Picked: r.id() == stays})
		out.Same = out.Same && photos[r.id()] == photos[raws[0].id()]
	}
	return out
}

// ownRows are the shop's own fields. Sensitive ones are told apart by whether
// there is a value, and picked unseen.
func ownRows(l *i18n.Locale, columns []Column, raws []row, picks map[string]int64) ([]FieldRow, error) {
	set := columns[0].Added.Set
	all := make([]map[string]json.RawMessage, len(raws))
	for i, r := range raws {
		if err := json.Unmarshal([]byte(r.text("fields")), &all[i]); err != nil {
			return nil, fmt.Errorf("read the own fields of customer %d: %w", r.id(), err)
		}
	}
	var out []FieldRow
	for _, f := range set {
		if !f.Stored() {
			continue
		}
		r := FieldRow{Name: ownPrefix + f.Key, Title: f.Name(l.Tag()), Same: true}
		pick := raws[source(raws, all, f.Slot(), picks[r.Name])].id()
		filled := false
		for i, c := range columns {
			told, has := c.Added.TellOne(f, l)
			filled = filled || has
			r.Same = r.Same && string(all[i][f.Slot()]) == string(all[0][f.Slot()])
			text := ""
			if has {
				text = told.Text
			}
			r.Cells = append(r.Cells, Cell{ID: c.ID, Text: text, Picked: c.ID == pick})
		}
		if filled {
			out = append(out, r)
		}
	}
	return out, nil
}

// said is a field's value as pages write it.
func said(l *i18n.Locale, c customer.Customer, name string) string {
	switch name {
	case "name":
		return c.Name
	case "kind":
		return l.T("customer.kind." + c.Kind)
	case "owner_id":
		return string(c.OwnerName)
	case "level":
		return c.Level
	case "wechat":
		return c.WeChat
	case "address":
		return c.Address
	case "region":
		if c.Region == "" {
			return ""
		}
		return l.Country(c.Region)
	case "source":
		return c.Source
	case "birthday":
		if c.BirthdayLunar && c.Birthday != "" {
			return c.Birthday + " " + l.T("customer.lunar")
		}
		return c.Birthday
	case "language":
		switch c.Language {
		case i18n.English:
			return l.T("common.lang.en")
		case i18n.Chinese:
			return l.T("common.lang.zh")
		}
		return ""
	case "timezone":
		return c.Timezone
	case "rhythm_days":
		if c.RhythmDays == 0 {
			return ""
		}
		return strconv.Itoa(c.RhythmDays)
	case "external_id":
		return string(c.ExternalID)
	case "notes":
		return c.Notes
	}
	return ""
}

func listRows(l *i18n.Locale, columns []Column) []ListRow {
	rows := []ListRow{{Label: "common.phone"}, {Label: "common.email"}, {Label: "common.tags"}}
	filled := make([]bool, len(rows))
	for _, c := range columns {
		var parts [3][]string
		for _, p := range c.Phones {
			if p.ContactID == 0 {
				parts[0] = append(parts[0], phone.Display(phone.Number{Raw: p.Raw, E164: p.E164, Ext: p.Ext}, ""))
			}
		}
		for _, e := range c.Emails {
			if e.ContactID == 0 {
				parts[1] = append(parts[1], e.Email)
			}
		}
		for _, t := range c.Tags {
			parts[2] = append(parts[2], t.Name)
		}
		for i := range rows {
			rows[i].Cells = append(rows[i].Cells, strings.Join(parts[i], l.T("common.comma")))
			filled[i] = filled[i] || len(parts[i]) > 0
		}
	}
	var out []ListRow
	for i, r := range rows {
		if filled[i] {
			out = append(out, r)
		}
	}
	return out
}
