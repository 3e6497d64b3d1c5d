package app_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// SQL: where it stands, that it is constant, and who writes which table.

var (
	sqlShape    = regexp.MustCompile(`^\s*(SELECT\s+\S+|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+\s*(\(|AS\s)|REPLACE\s+INTO\s|CREATE\s+\w+\s|DROP\s+\w+\s|ALTER\s+TABLE\s|PRAGMA\s+\w|VACUUM\b|ATTACH\s)`)
	writesTable = regexp.MustCompile(`\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|DELETE\s+FROM|UPDATE)\s+([a-z_]+)\b(?:\s+AS\s+\w+)?\s*(SET\b|\(|WHERE\b|SELECT\b|DEFAULT\b|$)`)
)

// built are the files of sys that put statements together at run time, from
// names that only the program knows.
var built = map[string]string{
	"app/sys/journal": "triggers and inverses are generated from the schema",
	"app/sys/db":      "pragmas and migrations",
	"app/sys/backup":  "VACUUM INTO and a copy's checks",
	"app/sys/field":   "lists: identifiers from Go, values bound",
	"app/sys/search":  "candidates by a number of ids",
	"app/sys/dump":    "every table of the schema, whatever it is called",
	"app/sys/custom":  "indexes of added fields: numbers from the schema, tables from Go",
	"app/sys/outbox":  "the desk's filters: identifiers from Go, values bound",
}

// owners says which package writes a table; the longest prefix decides.
var owners = map[string]string{
	"setting": "app/sys/setting", "journal": "app/sys/journal", "event": "app/sys/event", "timeline": "app/sys/timeline", "session": "app/sys/web",
	"throttle": "app/sys/web", "idempotency": "app/sys/api", "job": "app/sys/job", "outbox": "app/sys/outbox", "inbox": "app/sys/inbox", "search": "app/sys/search",
	"import": "app/sys/importer", "saved_view": "app/customer/savedview", "attachment": "app/customer/attachment",
	"user": "app/staff/user", "team": "app/staff/team", "role": "app/staff/role", "notification": "app/staff/notify", "token": "app/settings/token",
	"customer": "app/customer/customer", "tag": "app/customer/tag", "contact": "app/customer/contact", "note": "app/customer/note", "consent": "app/customer/consent", "duplicate": "app/customer/duplicate", "pool": "app/customer/pool", "sharing": "app/customer/sharing",
	"task": "app/work/task", "digest": "app/work/task", "calendar": "app/work/task", "followup": "app/work/followup",
	"product": "app/sales/product", "deal": "app/sales/deal", "order": "app/sales/order", "quote": "app/sales/quote", "payment": "app/sales/payment",
	"promise":      "app/sales/promise",
	"target":       "app/sales/target",
	"commission":   "app/sales/target",
	"experience":   "app/sales/experience",
	"approval":     "app/work/approval",
	"handover":     "app/work/handover",
	"daily_report": "app/work/daybook",
	"contract":     "app/sales/contract",
	"survey":       "app/voice/survey", "topic": "app/voice/topic", "review": "app/voice/review", "praise": "app/voice/review", "poster": "app/voice/poster", "wave": "app/voice/wave", "feedback": "app/voice/feedback", "improvement": "app/voice/improvement", "satisfaction_report": "app/insight/report", "owner_letter": "app/insight/letter", "evaluation": "app/insight/evaluation", "analysis": "app/insight/analysis", "dashboard": "app/insight/dashboard", "today": "app/today",
	"lead":       "app/sales/lead",
	"instalment": "app/sales/receivable", "receipt": "app/sales/receivable", "credit_limit": "app/sales/receivable", "dunning": "app/sales/receivable",
	"custom_field": "app/settings/customfield",
	"quality":      "app/customer/quality", "invoice_title": "app/customer/invoicetitle", "customer_photo": "app/customer/photo",
	"prediction": "app/insight/prediction", "prediction_rfm": "app/insight/rfm", "prediction_dismissal": "app/insight/advice", "prediction_worth": "app/insight/worth", "prediction_segment": "app/insight/rfm",
	"recommend": "app/insight/recommend", "reorder": "app/insight/reorder",
	"stage": "app/customer/stage", "relation": "app/customer/relation",
}

// guests are packages that write a table of another, with the reason.
var guests = map[string]map[string]string{
	"app/customer/contact":   {"customer_phone": "numbers of a company's people stand in one table with its own", "customer_email": "as their numbers"},
	"app/customer/customer":  {"tag": "a name typed on a customer becomes a tag"},
	"app/customer/duplicate": {"*": "a merge moves everything that hangs on a customer"},
	"app/customer/privacy":   {"*": "an erasure reaches everything that hangs on a person"},
	"app/demo":               {"*": "the generator makes up rows of every slice"},
	"app/sys/dump":           {"search_index": "an import into an empty shop replaces it", "user_secret": "whoever signs in keeps the password"},
	"app/sys/web":            {"idempotency": "one sweep clears everything that has run out"},
	"app/staff/user":         {"session": "a reset, a disabled account and the profile end sessions"},
}

// schema is the migrations' text.
func schema(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(apptest.Root(), "app/sys/db/migrations/*.sql"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	var out strings.Builder
	for _, n := range names {
		text, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	return out.String()
}

var createTable = regexp.MustCompile(`(?s)CREATE (VIRTUAL )?TABLE (\w+)(.*?);`)

func TestTablesAreStrictAndOwned(t *testing.T) {
	for _, m := range createTable.FindAllStringSubmatch(schema(t), -1) {
		virtual, name, body := m[1], m[2], m[3]
		if strings.HasPrefix(body, " AS SELECT") && strings.Contains(schema(t), "DROP TABLE "+name+";") {
			continue // rows kept aside while a migration rebuilds their table
		}
		if virtual == "" && !regexp.MustCompile(`\)\s*(WITHOUT ROWID, )?STRICT(, WITHOUT ROWID)?\s*$`).MatchString(body) {
			t.Errorf("table %s is not STRICT", name)
		}
		if owner(name) == "" {
			t.Errorf("table %s belongs to no slice: its name starts with no slice's name", name)
		}
	}
}

func owner(table string) string {
	best := ""
	for prefix := range owners {
		if (table == prefix || strings.HasPrefix(table, prefix+"_")) && len(prefix) > len(best) {
			best = prefix
		}
	}
	return owners[best]
}

// text is a string of the program with where it stands.
type text struct {
	source
	node  ast.Expr
	value string // folded as far as constants go
	fixed bool   // nothing but constants
	level string // "const", "var", or the function it stands in
	call  string // the innermost call or composite around it: db.SQL, field.List
}

// constants are the string constants of every package, by folder and name.
func constants(all []source) map[string]map[string]ast.Expr {
	out := map[string]map[string]ast.Expr{}
	for _, s := range all {
		if s.test {
			continue
		}
		if out[s.dir] == nil {
			out[s.dir] = map[string]ast.Expr{}
		}
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						out[s.dir][name.Name] = v.Values[i]
					}
				}
			}
		}
	}
	return out
}

type folder struct {
	known map[string]map[string]ast.Expr
	files map[string]source // any file of a folder, for its imports
}

func (f folder) fold(s source, e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			v, err := strconv.Unquote(e.Value)
			return v, err == nil
		}
	case *ast.ParenExpr:
		return f.fold(s, e.X)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, okX := f.fold(s, e.X)
		y, okY := f.fold(s, e.Y)
		return x + y, okX && okY
	case *ast.Ident:
		if c := f.known[s.dir][e.Name]; c != nil {
			return f.fold(source{dir: s.dir, imports: s.imports}, c)
		}
	case *ast.SelectorExpr:
		x, _ := e.X.(*ast.Ident)
		if x == nil {
			return "", false
		}
		dir := strings.TrimPrefix(s.imports[x.Name], module)
		if c := f.known[dir][e.Sel.Name]; c != nil {
			return f.fold(source{dir: dir, imports: f.files[dir].imports}, c)
		}
	}
	return "", false
}

// texts finds every string expression of the program, outermost first.
func texts(t *testing.T) []text {
	t.Helper()
	all := house(t)
	f := folder{known: constants(all), files: map[string]source{}}
	for _, s := range all {
		f.files[s.dir] = s
	}
	var out []text
	for _, s := range all {
		for _, d := range s.file.Decls {
			level := "var"
			switch d := d.(type) {
			case *ast.FuncDecl:
				level = d.Name.Name
			case *ast.GenDecl:
				if d.Tok == token.IMPORT {
					continue
				}
				if d.Tok == token.CONST {
					level = "const"
				}
			}
			collect(f, s, d, level, &out)
		}
	}
	return out
}

// collect walks a declaration; stack is the way down to the node at hand.
func collect(f folder, s source, d ast.Decl, level string, out *[]text) {
	var stack []ast.Node
	ast.Inspect(d, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		e, isExpr := n.(ast.Expr)
		if isExpr {
			switch n.(type) {
			case *ast.BinaryExpr, *ast.BasicLit:
				if v, fixed := f.fold(s, e); v != "" {
					*out = append(*out, text{s, e, v, fixed, level, around(stack)})
					return false
				}
			}
		}
		stack = append(stack, n)
		return true
	})
}

// around names the innermost call or composite literal that holds a node.
func around(stack []ast.Node) string {
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.CallExpr:
			return dotted(n.Fun)
		case *ast.CompositeLit:
			if n.Type != nil && dotted(n.Type) != "" {
				return dotted(n.Type)
			}
		case *ast.FuncLit:
			return ""
		}
	}
	return ""
}

func dotted(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
		return e.Sel.Name
	case *ast.ArrayType:
		return dotted(e.Elt)
	}
	return ""
}

func TestSQLStandsInStoresAndIsConstant(t *testing.T) {
	seen := 0
	for _, x := range texts(t) {
		if !sqlShape.MatchString(x.value) || built[x.dir] != "" && strings.HasPrefix(x.dir, "app/sys/") {
			continue
		}
		seen++
		about := x.call == "journal.Table" || x.call == "own" // a question that a slice hands to the journal
		if !strings.HasPrefix(x.dir, "app/sys/") && !named(path.Base(x.path), []string{"store*.go"}) && !about {
			t.Errorf("%s: SQL outside a store: %.60q", at(x.node), x.value)
		}
		switch {
		case x.level == "var" || x.level == "const" || about: // nothing that runs has touched it
		case x.fixed && !strings.Contains(x.value, "%"):
		case x.call == "field.List" || x.call == "field.Field" || x.call == "field.Where":
		default:
			t.Errorf("%s: SQL put together at run time: %.60q", at(x.node), x.value)
		}
	}
	if seen < 100 {
		t.Errorf("only %d statements seen: this test looks in the wrong place", seen)
	}
}

func TestTablesAreWrittenByTheirOwners(t *testing.T) {
	tables := map[string]bool{}
	for _, m := range createTable.FindAllStringSubmatch(schema(t), -1) {
		tables[m[2]] = true
	}
	for _, x := range texts(t) {
		if x.dir == "app/sys/journal" || x.dir == "app/sys/db" {
			continue
		}
		for _, m := range writesTable.FindAllStringSubmatch(x.value, -1) {
			table := m[1]
			if !tables[table] || owner(table) == x.dir || guests[x.dir][table] != "" || guests[x.dir]["*"] != "" {
				continue
			}
			t.Errorf("%s: writes %s, which is %s's", at(x.node), table, owner(table))
		}
	}
}

func TestGuestsStillVisit(t *testing.T) {
	dirs := map[string]bool{}
	for _, s := range house(t) {
		dirs[s.dir] = true
	}
	for _, list := range []map[string]map[string]string{siblings, guests} {
		for dir := range list {
			if !dirs[dir] {
				t.Errorf("the exception for %s is about nothing: the folder does not exist", dir)
			}
		}
	}
	for dir := range built {
		if !dirs[dir] {
			t.Errorf("the exception for %s is about nothing", dir)
		}
	}
}
