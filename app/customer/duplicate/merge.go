package duplicate

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Field is what a person may pick from one of the records.
type Field struct {
	Name    string
	Columns []string // what goes with it
}

// Fields are those of a customer, in the order of the page.
var Fields = []Field{
	{"name", []string{"name", "name_key", "sort_key"}}, {"kind", []string{"kind"}}, {"owner_id", []string{"owner_id"}},
	{"level", []string{"level"}}, {"wechat", []string{"wechat"}}, {"address", []string{"address"}}, {"region", []string{"region"}},
	{"source", []string{"source"}}, {"birthday", []string{"birthday", "birthday_lunar"}}, {"language", []string{"language"}},
	{"timezone", []string{"timezone"}}, {"rhythm_days", []string{"rhythm_days"}},
	{"external_id", []string{"external_id", "external_src"}}, {"notes", []string{"notes"}},
}

// Both is the pick of the notes that keeps those of all records.
const Both = 0

// Input says which records become one, which of them stays and what is kept of
// which. A field without a pick is the staying one's, or where that is empty
// the newest of the others.
type Input struct {
	Survivor int64
	Losers   []int64
	Picks    map[string]int64 // field -> customer
	Versions map[int64]int64  // what the person saw; without one, as it is now
}

// IDs are all records, the staying one first.
func (in Input) IDs() []int64 { return append([]int64{in.Survivor}, in.Losers...) }

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	ids := in.IDs()
	c.That(in.Survivor > 0, "survivor_id", "error.required")
	c.That(len(ids) >= 2, "customer_ids", "duplicate.error.two")
	c.That(len(ids) <= MaxRecords, "customer_ids", "error.many", "n", MaxRecords)
	slices.Sort(ids)
	c.That(len(slices.Compact(ids)) == len(in.Losers)+1, "customer_ids", "duplicate.error.twice")
	for name, id := range in.Picks {
		known := name == photoField || strings.HasPrefix(name, ownPrefix) || slices.ContainsFunc(Fields, func(f Field) bool { return f.Name == name })
		c.That(known, "picks", "duplicate.error.field", "field", name)
		c.That(id == Both && name == "notes" || slices.Contains(in.IDs(), id), "picks", "duplicate.error.pick", "field", name)
	}
	return c.Err()
}

// Merge makes one customer of several that the actor may all open. What was
// merged before in the same way is only said again.
func (s *Service) Merge(ctx context.Context, in Input) ([]Merged, error) {
	if err := auth.From(ctx).May(Permission); err != nil {
		return nil, err
	}
	if err := in.Validate(); err != nil {
		return nil, err
	}
	return db.WriteOne(ctx, s.db, "customer.merge", func(ctx context.Context, tx *db.Tx) ([]Merged, error) {
		done, err := s.already(ctx, tx, in)
		if err != nil || len(done) > 0 {
			return done, err
		}
		return s.merge(ctx, tx, in)
	})
}

// already finds the merges of a request that came twice.
func (s *Service) already(ctx context.Context, tx *db.Tx, in Input) ([]Merged, error) {
	var out []Merged
	for _, id := range in.Losers {
		var m Merged
		found, err := db.Found(tx.Get(ctx, &m, sqlMergedInto, id))
		if err != nil || !found || m.SurvivorID != in.Survivor {
			return nil, err
		}
		out = append(out, m)
	}
	_, err := s.customers.MustSee(ctx, in.Survivor)
	return out, err
}

func (s *Service) merge(ctx context.Context, tx *db.Tx, in Input) ([]Merged, error) {
	var rows []row
	for _, id := range in.IDs() {
		if _, err := s.customers.MustSee(ctx, id); err != nil {
			return nil, err
		}
		r, err := whole(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if seen, ok := in.Versions[id]; ok && seen != r.number("version") {
			return nil, errs.New(errs.Conflict, "duplicate.error.stale", "name", r.text("name"))
		}
		rows = append(rows, r)
	}
	own, err := custom.Of(ctx, tx, "customer")
	if err != nil {
		return nil, err
	}
	kept, err := choose(rows, own, in.Picks)
	if err != nil {
		return nil, err
	}
	if err := roomFor(ctx, tx, in.IDs()); err != nil {
		return nil, err
	}
	links, err := linksOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := keepPhoto(ctx, tx, rows, in.Picks); err != nil {
		return nil, err
	}
	var out []Merged
	var names []string
	for _, r := range rows[1:] {
		m, err := absorb(ctx, tx, links, rows[0], r)
		if err != nil {
			return nil, fmt.Errorf("merge customer %d into %d: %w", r.id(), in.Survivor, err)
		}
		out, names = append(out, m), append(names, m.Name)
	}
	if err := keep(ctx, tx, in.Survivor, kept); err != nil {
		return nil, err
	}
	name := kept.text("name")
	journal.About(tx, "customer", in.Survivor, name)
	if err := s.refresh(ctx, tx, in.IDs()); err != nil {
		return nil, err
	}
	return out, s.events.Publish(ctx, tx, Happened{CustomerID: in.Survivor, Names: strings.Join(names, ", "), Count: len(names)})
}

// choose is the row that stays with what was picked of the others.
func choose(rows []row, own custom.Set, picks map[string]int64) (row, error) {
	kept := row{}
	taken := map[string]bool{"id": true, "version": true, "created_at": true, "updated_at": true, "fields": true}
	for _, f := range Fields {
		var from row
		id, picked := picks[f.Name]
		switch {
		case f.Name == "notes" && (!picked || id == Both):
			from = row{"notes": joined(rows)}
		case picked:
			from = rows[slices.IndexFunc(rows, func(r row) bool { return r.id() == id })]
		default:
			from = preferred(rows, f.Columns[0])
		}
		for _, column := range f.Columns {
			kept[column], taken[column] = from[column], true
		}
	}
	c := &errs.Check{}
	for name := range picks {
		if key, is := strings.CutPrefix(name, ownPrefix); is {
			f, ok := own.Find(key)
			c.That(ok && f.Stored(), "picks", "duplicate.error.field", "field", name)
		}
	}
	c.That(len([]rune(kept.text("notes"))) <= maxNotes, "notes", "error.long", "n", maxNotes)
	if err := c.Err(); err != nil {
		return nil, err
	}
	for column := range rows[0] { // columns that other slices added
		if !taken[column] {
			kept[column] = preferred(rows, column)[column]
		}
	}
	if _, ok := rows[0]["fields"]; ok {
		fields, err := unite(rows, own, picks)
		if err != nil {
			return nil, err
		}
		kept["fields"] = fields
	}
	return kept, nil
}

// maxNotes is as long as a customer's notes may be, in characters.
const maxNotes = 20000

// preferred is the staying record, or where that is empty the newest of the
// others that is not.
func preferred(rows []row, column string) row {
	if !rows[0].empty(column) {
		return rows[0]
	}
	others := slices.Clone(rows[1:])
	sort.SliceStable(others, func(i, k int) bool { return others[i].number("updated_at") > others[k].number("updated_at") })
	for _, r := range others {
		if !r.empty(column) {
			return r
		}
	}
	return rows[0]
}

// joined is the notes of all records, each text once.
func joined(rows []row) string {
	var out []string
	for _, r := range rows {
		if text := r.text("notes"); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, "\n\n")
}

// Suggest is the merge that the page begins with: the record that most hangs
// on stays, of two the older one.
func (s *Service) suggest(ctx context.Context, q db.Q, ids []int64) (Input, error) {
	in := Input{Picks: map[string]int64{}}
	best := -1
	for _, id := range ids {
		c, err := counts(ctx, q, id)
		if err != nil {
			return in, err
		}
		n := 0
		for _, each := range c {
			n += each.N
		}
		if n > best || n == best && id < in.Survivor {
			best, in.Survivor = n, id
		}
	}
	for _, id := range ids {
		if id != in.Survivor {
			in.Losers = append(in.Losers, id)
		}
	}
	return in, nil
}
