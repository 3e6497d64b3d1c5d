package custom

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"regulars/app/kit/formula"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
)

// rows are records whose formulas are computed twice: by the program, and by the
// database.
type rows struct {
	t   *testing.T
	d   *db.DB
	of  Subject
	set Set
	rec Record
}

func newRows(t *testing.T) *rows {
	r := &rows{t: t, d: dbtest.New(t)}
	r.of = Subject{Name: "product", Table: "product", Built: []Fact{{Name: "unit", Kind: formula.Text, Column: "unit"}, {Name: "category", Kind: formula.Text, Column: "category"},
		{Name: "price", Kind: formula.Money, Column: "price"}, {Name: "use_up_days", Kind: formula.Number, Column: "use_up_days"}, {Name: "active", Kind: formula.Bool, Column: "active"}}}
	for i, kind := range []string{Number, Number, Money, Date, Date, Text, Choice, Bool} {
		r.set = append(r.set, Field{ID: int64(i + 1), Key: fmt.Sprintf("f%d", i+1), Kind: kind})
	}
	r.rec = Record{Set: r.set, Currency: "EUR", Today: "2026-03-18", subject: r.of}
	return r
}

// add stores a record; what is nil is empty.
func (r *rows) add(rnd *rand.Rand) (Values, map[string]formula.Value) {
	v := Values{}
	some := func() bool { return rnd.IntN(4) > 0 }
	number := func() float64 { return []float64{0, 1, -1, 2.5, -7, 0.1, 1000, 3, 99.99, 1e9}[rnd.IntN(10)] }
	day := func() string {
		return []string{"2026-03-18", "2024-02-29", "1999-12-31", "2026-12-01", "9999-12-30"}[rnd.IntN(5)]
	}
	text := func() string { return []string{"a", "Ab", "é", "店", "x'y", "", "10", "zz;--"}[rnd.IntN(8)] }
	for _, f := range r.set {
		if !some() {
			continue
		}
		switch f.Kind {
		case Number:
			v[f.Slot()] = number()
		case Money:
			v[f.Slot()] = float64(int64(number() * 100))
		case Date:
			v[f.Slot()] = day()
		case Bool:
			v[f.Slot()] = some()
		default:
			if s := text(); s != "" {
				v[f.Slot()] = s
			}
		}
	}
	unit, category, price, lasts, active := text(), text(), int64(rnd.IntN(5000)), rnd.IntN(90), some()
	err := r.d.Write(context.Background(), "product.create", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO product (name, unit, category, price, use_up_days, active, fields, created_at, updated_at) VALUES ('x', ?, ?, ?, ?, ?, ?, 1, 1)`,
			unit, category, price, lasts, active, v.JSON())
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return v, map[string]formula.Value{"unit": Word(unit), "category": Word(category), "price": r.rec.Amount(price), "use_up_days": Count(float64(lasts)), "active": Yes(active)}
}

// any makes a formula of a kind.
func (r *rows) any(rnd *rand.Rand, kind formula.Kind, depth int) string {
	e := func(k formula.Kind) string { return r.any(rnd, k, depth-1) }
	pick := func(of ...string) string { return of[rnd.IntN(len(of))] }
	if depth == 0 {
		switch kind {
		case formula.Number:
			return pick("f1", "f2", "use_up_days", "0", "3", "2.5", "1000000")
		case formula.Money:
			return pick("f3", "price")
		case formula.Date:
			return pick("f4", "f5", "today()", "date('2025-06-30')")
		case formula.Text:
			return pick("f6", "f7", "unit", "category", "'a'", "'店'", "'x''); DROP'", `"it's"`)
		}
		return pick("f8", "active", "true", "false")
	}
	same := "if(" + e(formula.Bool) + ", " + e(kind) + ", " + e(kind) + ")"
	known := "coalesce(" + e(kind) + ", " + e(kind) + ")"
	switch kind {
	case formula.Number:
		return pick(same, known, "("+e(kind)+pick(" + ", " - ", " * ", " / ")+e(kind)+")", "round("+e(kind)+pick("", ", 2", ", -1")+")", pick("floor(", "ceil(", "abs(", "-(")+e(kind)+")",
			pick("min(", "max(")+e(kind)+", "+e(kind)+", "+e(kind)+")", pick("days_since(", "days_until(", "year(", "month(")+e(formula.Date)+")", "("+e(formula.Date)+" - "+e(formula.Date)+")",
			"("+e(formula.Money)+" / "+e(formula.Money)+")")
	case formula.Money:
		return pick(same, known, "("+e(kind)+pick(" + ", " - ")+e(kind)+")", "("+e(kind)+pick(" * ", " / ")+e(formula.Number)+")", "round("+e(kind)+")", pick("min(", "max(")+e(kind)+", "+e(kind)+")")
	case formula.Date:
		return pick(same, known, "("+e(kind)+pick(" + ", " - ")+e(formula.Number)+")", pick("min(", "max(")+e(kind)+", "+e(kind)+")")
	case formula.Text:
		return pick(same, known, "("+e(kind)+" & "+pick(e(kind), e(formula.Date))+")")
	}
	k := []formula.Kind{formula.Number, formula.Money, formula.Date, formula.Text}[rnd.IntN(4)]
	return pick(same, known, "("+e(k)+pick(" = ", " <> ", " < ", " <= ", " > ", " >= ")+e(k)+")", "("+e(kind)+pick(" and ", " or ")+e(kind)+")", "not ("+e(kind)+")", "empty("+e(k)+")")
}

// What the database computes of a formula is what the program computes.
func TestTheDatabaseComputesWhatTheProgramDoes(t *testing.T) {
	r, rnd := newRows(t), rand.New(rand.NewPCG(7, 11))
	type record struct {
		v     Values
		built map[string]formula.Value
	}
	var all []record
	for range 40 {
		v, built := r.add(rnd)
		all = append(all, record{v, built})
	}
	tried, filled := 0, 0
	for range 3000 {
		kind := []formula.Kind{formula.Number, formula.Money, formula.Date, formula.Text, formula.Bool}[rnd.IntN(5)]
		source := r.any(rnd, kind, rnd.IntN(4))
		e, err := formula.Parse(source)
		if err != nil {
			continue // too long
		}
		got, err := e.Check(r.set.KindOf(r.of))
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		f := Field{ID: 99, Key: "sum", Kind: Computed, Formula: source}
		rec := r.rec
		rec.formulas = formulas{99: {e, got}}
		s := rec.Translate(f, "p")
		if s.Missing != "" {
			t.Fatalf("%s: the database does not know %s", source, s.Missing)
		}
		if strings.Contains(s.SQL, "DROP") || strings.Contains(s.SQL, "店") {
			t.Fatalf("%s: its text stands in the statement: %s", source, s.SQL)
		}
		var out []any
		if err := r.d.Reader(t.Context()).Select(t.Context(), &out, "SELECT "+s.SQL+" FROM product p ORDER BY id"); err != nil {
			t.Fatalf("%s: %v\n%s", source, err, s.SQL)
		}
		tried++
		for i, one := range all {
			rec.Values, rec.Built = one.v, func(name string) formula.Value { return one.built[name] }
			_, want := rec.value(f)
			if !same(want, out[i]) {
				t.Fatalf("%s of %s and %v: the program computes %v, the database %v\n%s", source, one.v.JSON(), one.built, want, out[i], s.SQL)
			}
			if want != nil {
				filled++
			}
		}
	}
	if tried < 2000 || filled < 20000 {
		t.Errorf("only %d formulas with %d values", tried, filled)
	}
}

func same(program, database any) bool {
	if raw, ok := database.([]byte); ok {
		database = string(raw)
	}
	switch w := program.(type) {
	case nil:
		return database == nil || database == ""
	case bool:
		return database == int64(map[bool]int{true: 1}[w])
	case float64:
		switch n := database.(type) {
		case float64:
			return n == w
		case int64:
			return float64(n) == w
		}
		return false
	}
	return program == database
}

// What the database does not know as the program does is named; what moves without
// the record is told apart from what an index can keep.
func TestWhatCannotBeFilteredByIsNamed(t *testing.T) {
	of := Subject{Built: []Fact{{Name: "name", Kind: formula.Text, Column: "name"}, {Name: "made_on", Kind: formula.Date}, {Name: "sum", Kind: formula.Money, Derived: "s.sum"}}}
	set := Set{{ID: 1, Key: "size", Kind: Number}}
	for source, want := range map[string][2]string{
		"size * 2": {"", ""}, "name & '!'": {"", ""}, "days_since(date('2026-01-01')) + size": {"", "days_since"}, "sum * size": {"", "sum"}, "if(size > 1, today(), today())": {"", "today"},
		"contains(name, 'x')": {"contains", ""}, "'no. ' & size": {"&", ""}, "days_since(made_on)": {"made_on", "x"}, "date(name)": {"date", ""}, "round(size, size)": {"round", ""},
		"size +": {"size +", ""}, "name + 1": {"name + 1", ""},
	} {
		got := set.Translate(of, source)
		if got.Missing != want[0] || want[0] == "" && got.Moves != want[1] || got.Stable != (got.Missing == "" && got.Moves == "") {
			t.Errorf("%s: %+v", source, got)
		}
	}
}
