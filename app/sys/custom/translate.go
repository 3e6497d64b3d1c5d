package custom

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
)

// A computed field is filtered and sorted by as what the database computes of the
// same formula. The expression is put together from operators and columns that
// stand here; names choose among columns, and texts are written as hexadecimal
// numbers, so that nothing anybody typed becomes part of a statement.

// Translated is a formula as the database computes it.
type Translated struct {
	SQL    string // its value as a record's own fields are stored: Nothing is NULL, '' of a text or date
	Kind   string // of the field that has such values
	Stable bool   // of the record's own row alone: an index can keep it
	// Missing is the name or function that the database does not know as the
	// program does; "" when all is known. Moves is what changes without the record.
	Missing, Moves string
	// Since is the date of which the formula is only the days since: a filter asks
	// for that date, which its own index serves.
	Since string
}

// part is a piece of it.
type part struct {
	sql  string
	kind formula.Kind
	lit  *formula.Value
	date string // of a date by its name, as the list's own filters look at it
	from string // that date, of the days since it
}

type translator struct {
	of      Subject
	set     Set
	alias   string
	unit    float64
	today   cal.Date
	missing string
	moves   string
}

// Translate gives the expression for a computed field of the records in the table
// with that alias, "" for the table itself.
func (r Record) Translate(f Field, alias string) Translated {
	e, ok := r.formulas[f.ID]
	if !ok {
		return Translated{Missing: f.Formula}
	}
	return translate(e, r.subject, r.Set, alias, r.unit(), r.Today)
}

// Translate is what a formula would be, before a field is made of it.
func (s Set) Translate(of Subject, source string) Translated {
	e, err := formula.Parse(source)
	if err != nil {
		return Translated{Missing: source}
	}
	kind, err := e.Check(s.KindOf(of))
	if err != nil {
		return Translated{Missing: source}
	}
	return translate(ready{e, kind}, of, s, "", 100, "2000-01-01")
}

func translate(e ready, of Subject, set Set, alias string, unit float64, today cal.Date) Translated {
	t := &translator{of: of, set: set, alias: alias, unit: unit, today: today}
	if alias != "" {
		t.alias += "."
	}
	p := formula.Fold(e.expr, t.value, t.name, t.apply)
	out := Translated{SQL: p.sql, Since: p.from, Kind: stored[e.kind], Missing: t.missing, Moves: t.moves, Stable: t.missing == "" && t.moves == ""}
	switch e.kind {
	case formula.Number:
		out.SQL = "(round(" + p.sql + " * 1e6) / 1e6)"
	case formula.Money:
		out.SQL = "round(" + p.sql + " * " + real(unit) + ")"
	case formula.Text, formula.Date:
		out.SQL = "coalesce(" + p.sql + ", '')"
	}
	return out
}

func (t *translator) lacks(word string) part {
	if t.missing == "" {
		t.missing = word
	}
	return part{sql: "NULL"}
}

func (t *translator) changes(word string) {
	if t.moves == "" {
		t.moves = word
	}
}

func real(n float64) string {
	s := strconv.FormatFloat(n, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

func written(s string) string { return fmt.Sprintf("CAST(x'%X' AS TEXT)", []byte(s)) }

func (t *translator) value(v formula.Value) part {
	p := part{kind: v.Kind, lit: &v}
	switch v.Kind {
	case formula.Number:
		if math.Abs(v.Num) > formula.Largest {
			return t.lacks(real(v.Num))
		}
		p.sql = real(v.Num)
	case formula.Bool:
		p.sql = strconv.FormatFloat(v.Num, 'f', 0, 64)
	default:
		p.sql = written(v.Text)
	}
	return p
}

func (t *translator) name(word string) part {
	if f, ok := t.set.Find(word); ok {
		p := part{kind: kindsOf[f.Kind], sql: "json_extract(" + t.alias + "fields, '$." + f.Slot() + "')"}
		switch f.Kind {
		case Date:
			p.date = f.column(strings.TrimSuffix(t.alias, "."))
		case Number:
			p.sql = "CAST(" + p.sql + " AS REAL)"
		case Money:
			p.sql = "(CAST(" + p.sql + " AS REAL) / " + real(t.unit) + ")"
		}
		return p
	}
	for _, b := range t.of.Built {
		if b.Name == word && b.Column+b.Derived != "" {
			if b.Derived != "" {
				t.changes(word)
			}
			return t.fact(b)
		}
	}
	return t.lacks(word)
}

func (t *translator) fact(b Fact) part {
	p := part{kind: b.Kind, sql: b.Derived}
	if p.sql == "" {
		p.sql = t.alias + b.Column
	}
	if b.Kind == formula.Date {
		p.date = p.sql
	}
	switch b.Kind {
	case formula.Text, formula.Date:
		p.sql = "nullif(" + p.sql + ", '')"
	case formula.Number:
		p.sql = "CAST(" + p.sql + " AS REAL)"
	case formula.Money:
		p.sql = "(CAST(" + p.sql + " AS REAL) / " + real(t.unit) + ")"
	}
	return p
}

// within is a number, NULL beyond what is allowed; it is computed once.
func within(sql string, limit float64) string {
	beyond := real(math.Nextafter(limit, math.Inf(1)))
	return "nullif(nullif(min(max(" + sql + ", -" + beyond + "), " + beyond + "), " + beyond + "), -" + beyond + ")"
}

func (t *translator) apply(op string, a []part) part {
	kinds, sql := make([]formula.Kind, len(a)), make([]string, len(a))
	for i, p := range a {
		kinds[i], sql[i] = p.kind, p.sql
	}
	kind, ok := formula.Result(op, kinds)
	if !ok || t.missing != "" {
		return t.lacks(op)
	}
	p := part{kind: kind}
	switch op {
	case "if":
		p.sql = "CASE WHEN " + sql[0] + " THEN " + sql[1] + " ELSE " + sql[2] + " END"
	case "and", "or":
		p.sql = "(" + sql[0] + " IS 1) " + op + " (" + sql[1] + " IS 1)"
	case "not":
		p.sql = sql[0] + " IS 0"
	case "empty":
		p.sql = "coalesce(" + sql[0] + ", '') = ''"
	case "coalesce":
		p.sql = "coalesce(" + strings.Join(append(sql, "NULL"), ", ") + ")"
	case "min", "max":
		p.sql = extreme(op, kind, sql)
	case "today":
		t.changes(op)
		p.sql = written(string(t.today))
	case "days_since":
		t.changes(op)
		p.from = a[0].date
		p.sql = "julianday(" + written(string(t.today)) + ") - julianday(" + sql[0] + ")"
	case "days_until":
		t.changes(op)
		p.sql = "julianday(" + sql[0] + ") - julianday(" + written(string(t.today)) + ")"
	case "year":
		p.sql = "CAST(substr(" + sql[0] + ", 1, 4) AS REAL)"
	case "month":
		p.sql = "CAST(substr(" + sql[0] + ", 6, 2) AS REAL)"
	case "date":
		d, err := cal.ParseDate(literal(a[0]))
		if err != nil || a[0].lit == nil || len(d) != 10 {
			return t.lacks(op)
		}
		p.sql = written(string(d))
	case "&":
		if kinds[0] != formula.Text && kinds[0] != formula.Date || kinds[1] != formula.Text && kinds[1] != formula.Date {
			return t.lacks(op)
		}
		p.sql = fmt.Sprintf("substr(coalesce(%s, '') || coalesce(%s, ''), 1, %d)", sql[0], sql[1], formula.Longest)
	case "=", "<>", "<", "<=", ">", ">=":
		p.sql = sql[0] + " " + op + " " + sql[1]
	case "neg", "abs", "floor", "ceil", "round", "+", "-", "*", "/":
		return t.arithmetic(op, kind, a)
	default: // upper and lower case are not told apart in the same way
		return t.lacks(op)
	}
	p.sql = "(" + p.sql + ")"
	return p
}

func literal(p part) string {
	if p.lit == nil {
		return ""
	}
	return p.lit.Text
}

// extreme is the least or the greatest of what is known: what is not known stands
// as something beyond all.
func extreme(op string, kind formula.Kind, sql []string) string {
	beyond := map[string]string{"min": "1e300", "max": "-1e300"}[op]
	if kind == formula.Date {
		beyond = map[string]string{"min": "'~'", "max": "' '"}[op]
	}
	var known []string
	for _, s := range sql {
		known = append(known, "coalesce("+s+", "+beyond+")")
	}
	return "nullif(" + op + "(" + strings.Join(append(known, beyond), ", ") + "), " + beyond + ")"
}

func (t *translator) arithmetic(op string, kind formula.Kind, a []part) part {
	p := part{kind: kind}
	x := a[0].sql
	switch op {
	case "neg":
		p.sql = "(- " + x + ")"
		if n := a[0].lit; n != nil {
			p.lit = &formula.Value{Kind: kind, Num: -n.Num}
		}
		return p
	case "abs", "floor", "ceil":
		p.sql = op + "(" + x + ")"
		return p
	case "round":
		by := 1.0
		if len(a) > 1 {
			if a[1].lit == nil {
				return t.lacks(op)
			}
			by = math.Pow(10, math.Max(-9, math.Min(9, math.Trunc(a[1].lit.Num))))
		}
		p.sql = within("(round("+x+" * "+real(by)+") / "+real(by)+")", formula.Largest)
		return p
	}
	y := a[1].sql
	moved := func(date, days string) string {
		return "date(" + date + ", CAST(" + within(days, formula.Farthest) + " AS INTEGER) || ' days')"
	}
	switch {
	case op == "+" && a[0].kind == formula.Date:
		p.sql = moved(x, y)
	case op == "+" && a[1].kind == formula.Date:
		p.sql = moved(y, x)
	case op == "-" && kind == formula.Date:
		p.sql = moved(x, "(- "+y+")")
	case op == "-" && a[0].kind == formula.Date:
		p.sql = "(julianday(" + x + ") - julianday(" + y + "))"
	default:
		p.sql = within("("+x+" "+op+" "+y+")", formula.Largest)
	}
	return p
}
