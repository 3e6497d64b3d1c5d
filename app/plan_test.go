package app_test

import (
	"context"
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// big are the tables that grow with the business; no page may read one whole.
var big = []string{"customer", "customer_stat", "customer_phone", "customer_email", "contact", "order_head", "order_line", "payment", "promise", "instalment", "receipt", "timeline_entry",
	"survey_invitation", "survey_response", "event", "journal_set", "journal_change", "task", "followup", "note", "search_doc", "outbox", "quality_finding", "quality_right"}

// whole are list statements that may read a big table whole, with the reason.
var whole = map[string]string{}

func TestListStatementsDoNotScanBigTables(t *testing.T) {
	d := migrated(t)
	seen := map[string]bool{}
	for _, s := range statements(t) {
		if !s.list || seen[s.text] || strings.Contains(s.text, "%s") || whole[s.text] != "" {
			continue
		}
		seen[s.text] = true
		if problem := scan(t, d, s.text); problem != "" {
			t.Errorf("%s: %s\n%s", s.at, problem, s.text)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d list statements seen", len(seen))
	}
}

func TestListsDoNotScanBigTables(t *testing.T) {
	d := migrated(t)
	lists := fieldLists(t)
	if len(lists) < 5 {
		t.Fatalf("only %d lists found", len(lists))
	}
	for _, l := range lists {
		for _, sort := range sorts(l.List) {
			for _, cursor := range []string{"", page.Cursor{Sort: sort, Value: "", ID: 5}.Encode()} {
				query, _, err := l.Query(page.Request{Limit: 50, Sort: sort, Cursor: cursor}, nil)
				if err != nil {
					t.Fatalf("%s sort %s: %v", l.at, sort, err)
				}
				if problem := scan(t, d, query); problem != "" {
					t.Errorf("%s sorted by %s (next page: %t): %s\n%s", l.at, sort, cursor != "", problem, query)
				}
			}
		}
		for _, f := range l.Fields {
			where, err := l.Conditions(context.Background(), []filter.Cond{{Field: f.Name, Op: "eq", Value: sample(f)}})
			if err != nil {
				t.Errorf("%s filter %s: %v", l.at, f.Name, err)
				continue
			}
			query, _, err := l.Query(page.Request{Limit: 50, Sort: l.Sort}, where)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(l.at, "app/customer/customer/") && f.Name == "phone" {
				continue // numbers as they were written have no index: they are read once
			}
			if problem := scan(t, d, query); problem != "" {
				t.Errorf("%s filtered by %s: %s\n%s", l.at, f.Name, problem, query)
			}
		}
	}
}

// Looking into texts reads each once; it never starts a look of its own for
// every record of the list.
func TestLooksIntoTextsReadThemOnce(t *testing.T) {
	d := migrated(t)
	looks := 0
	for _, l := range fieldLists(t) {
		for _, f := range l.Fields {
			for _, way := range f.Ways() {
				if f.Kind != field.Text || f.Refuse != "" || way.Asks != field.AskText || way.Name == "ne" {
					continue
				}
				where, err := l.Conditions(context.Background(), []filter.Cond{f.Cond(way.Name, []string{"x"})})
				if err != nil {
					t.Fatalf("%s %s %s: %v", l.at, f.Name, way.Name, err)
				}
				query := "SELECT " + l.ID + " FROM " + l.From + " WHERE " + where[0].SQL
				looks++
				err = explain(d, "EXPLAIN QUERY PLAN ", query, func(r *sqlx.Rows) error {
					var id, parent, unused int
					var detail string
					err := r.Scan(&id, &parent, &unused, &detail)
					if strings.Contains(detail, "CORRELATED") {
						t.Errorf("%s %s %s looks again for every record\n%s", l.at, f.Name, way.Name, query)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		}
	}
	if looks < 30 {
		t.Errorf("only %d looks seen", looks)
	}
}

func sorts(l field.List) []string {
	out := []string{l.Sort, "id", "-id"}
	for _, f := range l.Fields {
		if f.Sort {
			out = append(out, f.Name, "-"+f.Name)
		}
	}
	return out
}

func sample(f field.Field) string {
	switch f.Kind {
	case field.Number, field.Ref, field.Money, field.Since:
		return "7"
	case field.Date, field.Time:
		return "2026-01-05"
	case field.Bool:
		return "true"
	case field.Choice:
		if len(f.Choices) > 0 {
			return f.Choices[0]
		}
	}
	return "x"
}

var (
	scanLine = regexp.MustCompile(`^SCAN (\w+)( USING .*)?$`)
	fromPart = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|,)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?`)
)

// scan says how the plan of a query reads a big table whole. Walking an index
// in the list's own order until the page is full is not that: no sorting
// follows and a LIMIT ends it.
func scan(t *testing.T, d *db.DB, query string) string {
	t.Helper()
	names := map[string]string{}
	for _, m := range fromPart.FindAllStringSubmatch(query, -1) {
		names[m[1]] = m[1]
		names[m[2]] = m[1]
	}
	var lines []string
	sorts := false
	err := explain(d, "EXPLAIN QUERY PLAN ", query, func(r *sqlx.Rows) error {
		var id, parent, unused int
		var detail string
		err := r.Scan(&id, &parent, &unused, &detail)
		lines = append(lines, detail)
		sorts = sorts || strings.Contains(detail, "TEMP B-TREE FOR ORDER BY") && !strings.Contains(detail, "LAST TERM") && !strings.Contains(detail, "RIGHT PART")
		return err
	})
	if err != nil {
		return err.Error()
	}
	paged := strings.Contains(query, "LIMIT") && strings.Contains(query, "ORDER BY") && !sorts
	for _, line := range lines {
		m := scanLine.FindStringSubmatch(line)
		if m == nil || paged {
			continue
		}
		table := names[m[1]]
		if table == "" {
			table = m[1]
		}
		if slices.Contains(big, table) {
			return "reads " + table + " whole:\n  " + strings.Join(lines, "\n  ")
		}
	}
	return ""
}

// namedList is a slice's list with where it stands.
type namedList struct {
	field.List
	at string
}

// fieldLists rebuilds every field.List of the program from its source.
func fieldLists(t *testing.T) []namedList {
	t.Helper()
	all := house(t)
	f := folder{known: constants(all), files: map[string]source{}}
	vars := map[string]map[string]ast.Expr{}
	for _, s := range all {
		f.files[s.dir] = s
		if vars[s.dir] == nil {
			vars[s.dir] = map[string]ast.Expr{}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				for i, name := range v.Names {
					if i < len(v.Values) {
						vars[s.dir][name.Name] = v.Values[i]
					}
				}
			}
			return true
		})
	}
	var out []namedList
	for _, s := range all {
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || dotted(lit.Type) != "field.List" || len(lit.Elts) == 0 {
				return true
			}
			l := namedList{at: at(lit)}
			for name, e := range pairs(lit) {
				v, _ := f.fold(s, e)
				switch name {
				case "Columns":
					l.Columns = v
				case "From":
					l.From = v
				case "ID":
					l.ID = v
				case "Sort":
					l.List.Sort = v
				case "Fields":
					if id, ok := e.(*ast.Ident); ok {
						e = vars[s.dir][id.Name]
					}
					if list, ok := e.(*ast.CompositeLit); ok {
						for _, item := range list.Elts {
							if c, ok := item.(*ast.CompositeLit); ok {
								l.Fields = append(l.Fields, readField(f, s, vars[s.dir], c))
							}
						}
					}
				}
			}
			if l.From == "" || l.Columns == "" {
				t.Errorf("%s: From and Columns of a list are constants", l.at)
				return true
			}
			out = append(out, l)
			return true
		})
	}
	return out
}

func readField(f folder, s source, vars map[string]ast.Expr, c *ast.CompositeLit) field.Field {
	var out field.Field
	for name, e := range pairs(c) {
		v, _ := f.fold(s, e)
		switch name {
		case "Name":
			out.Name = v
		case "Column":
			out.Column = v
		case "Within":
			out.Within = v
		case "Tie":
			out.Tie = v
		case "Kind":
			out.Kind = field.Kind(strings.ToLower(strings.TrimPrefix(dotted(e), "field.")))
		case "Known":
			out.Known = v
		case "Sort":
			out.Sort = dotted(e) == "true"
		case "Choices":
			out.Choices = choices(f, s, vars, e)
		}
	}
	return out
}

func choices(f folder, s source, vars map[string]ast.Expr, e ast.Expr) []string {
	if id, ok := e.(*ast.Ident); ok {
		e = vars[id.Name]
	}
	var out []string
	if list, ok := e.(*ast.CompositeLit); ok {
		for _, item := range list.Elts {
			if v, ok := f.fold(s, item); ok {
				out = append(out, v)
			}
		}
	}
	if len(out) == 0 {
		out = []string{"x"}
	}
	return out
}

func pairs(c *ast.CompositeLit) map[string]ast.Expr {
	out := map[string]ast.Expr{}
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok {
				out[k.Name] = kv.Value
			}
		}
	}
	return out
}
