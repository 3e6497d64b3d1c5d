// Package app_test watches over the whole house: that every file keeps to the
// rules of its ring, that every statement fits the schema, that every page
// renders. A rule that only people remember is not a rule.
package app_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"regulars/app/apptest"
)

const module = "regulars/"

// source is one Go file of the repository.
type source struct {
	path    string // from the root, with slashes: app/kit/money/money.go
	dir     string // app/kit/money
	test    bool
	lines   int
	file    *ast.File
	imports map[string]string // name in this file -> import path
}

var fileSet = token.NewFileSet()

// sources parses every Go file once.
var sources = sync.OnceValues(func() ([]source, error) {
	var out []source
	root := apptest.Root()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.ContainsAny(d.Name()[:1], "._") || slices.Contains([]string{"node_modules", "dist", "data", "testdata"}, d.Name())) && p != root {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		s, err := parse(root, p)
		out = append(out, s)
		return err
	})
	return out, err
})

func parse(root, p string) (source, error) {
	text, err := os.ReadFile(p)
	if err != nil {
		return source{}, err
	}
	file, err := parser.ParseFile(fileSet, p, text, parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	rel, err := filepath.Rel(root, p)
	if err != nil {
		return source{}, err
	}
	rel = filepath.ToSlash(rel)
	s := source{path: rel, dir: path.Dir(rel), lines: bytes.Count(text, []byte("\n")), file: file, imports: map[string]string{}}
	s.test = strings.HasSuffix(rel, "_test.go") || slices.Contains([]string{"app/apptest", "app/sys/db/dbtest", "app/sys/mail/mailtest", "app/sys/inbox/inboxtest", "app/work/worktest", "e2e", "e2e/tally", "bench"}, s.dir)
	for _, i := range file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return source{}, err
		}
		name := importName(p)
		if i.Name != nil {
			name = i.Name.Name
		}
		s.imports[name] = p
	}
	return s, nil
}

// functions are the names that the file declares functions under.
func (s source) functions() []string {
	var out []string
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			out = append(out, f.Name.Name)
		}
	}
	return out
}

var major = regexp.MustCompile(`^v\d+$`)

func importName(p string) string {
	base := path.Base(p)
	if major.MatchString(base) {
		base = path.Base(path.Dir(p))
	}
	return strings.TrimPrefix(base, "go-")
}

// house is the sources that are part of the program.
func house(t *testing.T) []source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatalf("parse the sources: %v", err)
	}
	var out []source
	for _, s := range all {
		if !s.test {
			out = append(out, s)
		}
	}
	return out
}

// kitLibraries are the third-party packages that ring 0 may use beside x/text
// and gonum: one a package.
var kitLibraries = map[string]string{
	"app/kit/phone":       "github.com/nyaruka/phonenumbers",
	"app/kit/qr":          "github.com/skip2/go-qrcode",
	"app/kit/tabular":     "github.com/xuri/excelize/v2",
	"app/kit/tabular/vcf": "github.com/emersion/go-vcard",
	"app/kit/text":        "github.com/mozillazg/go-pinyin",
}

// siblings are the slices that a slice may use, with the reason.
var siblings = map[string]map[string]string{
	"app/customer/contact":    {"app/customer/customer": "a contact belongs to a customer and is seen with it"},
	"app/customer/attachment": {"app/customer/customer": "a file belongs to a customer and is seen with them"},
	"app/customer/customer":   {"app/customer/stage": "a customer's figures tell the stage of their life"},
	"app/customer/duplicate":  {"app/customer/customer": "it finds and merges customers", "app/customer/photo": "of several photos one stays"},
	"app/customer/pool":       {"app/customer/customer": "a pool holds customers", "app/work/approval": "moving customers for others may need somebody's word", "app/staff/notify": "whoever loses a customer is told"},
	"app/customer/sharing":    {"app/customer/customer": "customers are shared", "app/work/approval": "a hand-over may need somebody's word", "app/staff/notify": "whoever is let in is told"},
	"app/customer/relation":   {"app/customer/customer": "a relation is between customers"},
	"app/customer/tag":        {"app/customer/customer": "tags follow the permissions of customers"},
	"app/today":               {"app/work/task": "the morning card is the digest's content"},
	"app/customer/note":       {"app/customer/customer": "a note is written about a customer"},
	"app/customer/consent":    {"app/customer/customer": "a consent is a customer's"},
	"app/work/task":           {"app/customer/customer": "a task may be about a customer", "app/staff/notify": "a due task reminds its owner"},
	"app/work/followup":       {"app/customer/customer": "one follows up a customer", "app/work/task": "when to get back is a task", "app/customer/note": "both come from the composer", "app/staff/notify": "a mention in a follow-up notifies"},
	"app/sales/payment":       {"app/customer/customer": "a payment is received from a customer", "app/work/approval": "what is paid back may need somebody's word"},
	"app/sales/order":         {"app/customer/customer": "a customer orders", "app/customer/attachment": "an order's papers are files of its customer", "app/customer/invoicetitle": "its paper names the invoice title", "app/staff/notify": "another department gets a task", "app/sales/product": "what is ordered", "app/sales/payment": "an order's page shows what was paid", "app/work/task": "after an order: how was it?", "app/work/approval": "a discount may need somebody's word"},
	"app/sales/deal":          {"app/customer/customer": "a deal is with a customer", "app/customer/attachment": "a deal's documents are files of its customer", "app/customer/contact": "and with a person there", "app/sales/product": "what is to be sold", "app/work/task": "the next step is a task", "app/staff/notify": "whoever has a deal that stands too long is told"},
	"app/work/approval":       {"app/staff/notify": "approvers and askers are told"},
	"app/sales/experience":    {"app/sales/deal": "what a deal taught"},
	"app/work/handover":       {"app/staff/notify": "whoever gets something is told"},
	"app/work/daybook":        {"app/staff/notify": "whoever has not handed in is reminded"},
	"app/sales/contract":      {"app/customer/customer": "a contract is with a customer", "app/customer/attachment": "the signed papers", "app/sales/payment": "an amount as it was typed", "app/work/task": "it reminds before its end", "app/staff/notify": "somebody is reminded"},
	"app/sales/target":        {"app/sales/payment": "amounts are typed as payments are"},
	"app/sales/receivable":    {"app/customer/customer": "a customer owes", "app/sales/payment": "a receipt is made of payments", "app/work/approval": "credit that is paid back may need somebody's word", "app/staff/notify": "whoever looks after a customer is told what is overdue"},
	"app/sales/promise":       {"app/customer/customer": "a customer promises, and is promised", "app/sales/payment": "payments settle promises", "app/work/task": "an open promise is a task", "app/staff/notify": "somebody watches it"},
	"app/sales/quote":         {"app/customer/customer": "a quote is for a customer", "app/customer/contact": "and for a person there", "app/customer/invoicetitle": "its paper names the invoice title", "app/sales/product": "what is offered", "app/sales/order": "accepted, it becomes an order", "app/staff/notify": "whoever wrote it is told the answer", "app/work/task": "a question is a task"},
	"app/sales/lead":          {"app/customer/customer": "a lead becomes a customer", "app/customer/contact": "and its person a contact", "app/customer/note": "its notes go along", "app/work/followup": "and so does what was said", "app/work/task": "a moment is said as a task says it", "app/sales/deal": "its wish becomes a deal", "app/sales/product": "it asks for a product", "app/staff/notify": "whoever gets a lead is told"},
	"app/settings/asking":     {"app/customer/consent": "its page holds the rules that the gate obeys"},
	"app/settings/business":   {"app/staff/user": "setup makes the owner"},
	"app/staff/user":          {"app/staff/team": "a person works in a team", "app/staff/role": "a person has a role"},
	"app/voice/feedback":      {"app/customer/customer": "a case is about a customer", "app/staff/notify": "its owner is told", "app/work/task": "the first response is a task", "app/voice/survey": "the re-ask is an invitation"},
	"app/voice/improvement":   {"app/voice/feedback": "an improvement comes from cases", "app/voice/survey": "answers judge it"},
	"app/voice/survey":        {"app/customer/customer": "a survey asks a customer", "app/customer/consent": "whoever objects is not asked", "app/voice/question": "a survey is a list of questions"},
	"app/voice/topic":         {"app/voice/survey": "whoever reads surveys reads what they speak of"},
	"app/insight/evaluation":  {"app/customer/customer": "a customer is evaluated"},
	"app/insight/preference":  {"app/customer/customer": "a customer likes something"},

	"app/voice/review":          {"app/voice/survey": "reviews follow the permissions of surveys, and praise comes from answers", "app/customer/customer": "a customer may have written a review"},
	"app/voice/poster":          {"app/voice/survey": "a poster asks a survey of whoever passes", "app/customer/customer": "a guest may be a customer"},
	"app/customer/photo":        {"app/customer/customer": "a photo belongs to a customer and is seen with them"},
	"app/customer/invoicetitle": {"app/customer/customer": "an invoice title belongs to a customer and is seen with them"},
	"app/customer/quality":      {"app/customer/customer": "it looks at customers and mends them"},
}

// readers are the slices that read all others and own little or nothing.
var readers = []string{"app/today", "app/insight/"}

func TestImportsPointInwards(t *testing.T) {
	for _, s := range house(t) {
		for _, p := range s.imports {
			if problem := importProblem(s, p); problem != "" {
				t.Errorf("%s imports %s: %s", s.path, p, problem)
			}
		}
	}
}

func importProblem(s source, p string) string {
	from, to := s.dir, strings.TrimPrefix(p, module)
	ours := to != p
	switch {
	case to == "app/cli" && s.path != "main.go", to == "app" && from != "app/cli":
		return "nothing imports app or cli"
	case to == "app/apptest", to == "app/sys/db/dbtest", to == "app/sys/mail/mailtest", to == "app/work/worktest":
		return "only tests do"
	case strings.HasPrefix(from, "app/kit/"):
		if ours && strings.HasPrefix(to, "app/kit/") || !strings.Contains(p, ".") && !ours {
			return ""
		}
		if strings.HasPrefix(p, "golang.org/x/text/") || strings.HasPrefix(p, "gonum.org/") || kitLibraries[from] == p {
			return ""
		}
		return "kit imports the standard library, x/text, gonum and its one library a package"
	case strings.HasPrefix(from, "app/sys/"):
		if ours && !strings.HasPrefix(to, "app/kit/") && !strings.HasPrefix(to, "app/sys/") {
			return "sys knows no slice"
		}
	case from == "app" || from == "app/cli" || from == ".":
	case ours && !strings.HasPrefix(to, "app/kit/") && !strings.HasPrefix(to, "app/sys/") && to != from:
		for _, r := range readers {
			if strings.HasPrefix(from, r) {
				return ""
			}
		}
		if siblings[from][to] == "" {
			return "not in the table of allowed siblings; declare a small interface, or give the table a reason"
		}
	}
	return ""
}

func TestSiblingsHaveNoCycle(t *testing.T) {
	var visit func(at string, trail []string)
	visit = func(at string, trail []string) {
		if slices.Contains(trail, at) {
			t.Fatalf("slices use each other in a circle: %s", strings.Join(append(trail, at), " -> "))
		}
		for next := range siblings[at] {
			visit(next, append(slices.Clone(trail), at))
		}
	}
	for from := range siblings {
		visit(from, nil)
	}
}

func TestFilesStaySmall(t *testing.T) {
	for _, s := range house(t) {
		limit := 450
		if s.path == "main.go" {
			limit = 40
		}
		if s.lines > limit {
			t.Errorf("%s has %d lines, at most %d: split it by use case", s.path, s.lines, limit)
		}
	}
}

// elsewhere is what would tie the repository to one machine or one mirror.
// The pattern is in pieces, so that this file holds none of it.
var elsewhere = regexp.MustCompile(`["'\x60= ]/(home|Users|root|work)/[a-z]{2}|/tmp/te` + `am|registry\.n` + `pm|npmm` + `irror|proxy\.go` + `lang\.org|gopr` + `oxy\.`)

func TestNothingPointsAtOneMachineOrMirror(t *testing.T) {
	root := apptest.Root()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		if d.IsDir() {
			if p != root && (strings.HasPrefix(d.Name(), ".git") || strings.HasPrefix(d.Name(), "_") || slices.Contains([]string{"node_modules", "dist", "data", "shots"}, d.Name())) {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil || info.Size() > 4<<20 || rel == ".git" || filepath.ToSlash(rel) == "app/arch_test.go" { // .git is a file in a second working folder
			return err
		}
		text, err := os.ReadFile(p)
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			return err
		}
		if m := elsewhere.Find(text); m != nil {
			t.Errorf("%s holds %q", rel, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
