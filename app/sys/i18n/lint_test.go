package i18n

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const repository = "../../.."

// shared words may wait in the catalogue for their first page; every other key
// must be used somewhere.
var shared = []string{"common.", "nav.", "error."}

// findings is what the lint has to say, one line each.
type findings []string

func (f *findings) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// usage is which keys the code and the templates mention.
type usage struct {
	asked    map[string]string // keys that are certainly looked up -> where
	literals map[string]bool   // every text in quotes, which may be a key
	prefixes []string          // "followup.channel." + something
}

var (
	keyShape     = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	prefixShape  = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.$`)
	templateCall = regexp.MustCompile(`\b(?:t|tn) "([^"]+)"`)
	quoted       = regexp.MustCompile(`"([^"\n]*)"`)
	placeholder  = regexp.MustCompile(`\{[a-z_]+\}`)
)

func (u *usage) see(text, where string, certain bool) {
	if prefixShape.MatchString(text) {
		u.prefixes = append(u.prefixes, text)
	}
	u.literals[text] = true
	if certain && keyShape.MatchString(text) {
		if _, known := u.asked[text]; !known {
			u.asked[text] = where
		}
	}
}

func (u *usage) uses(key string) bool {
	base := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
	if u.literals[key] || u.literals[base] {
		return true
	}
	for _, prefix := range u.prefixes {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// keyArgument is where a call takes its i18n key: errs.New(kind, key), check.That(ok, field, key)…
func keyArgument(call *ast.CallExpr) int {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return -1
	}
	pkg, _ := selector.X.(*ast.Ident)
	switch selector.Sel.Name {
	case "T":
		return 0
	case "That":
		return 2
	case "New":
		if pkg != nil && pkg.Name == "errs" {
			return 1
		}
	case "Add":
		if len(call.Args) >= 2 {
			if text, ok := literal(call.Args[1]); ok && keyShape.MatchString(text) {
				return 1
			}
		}
	}
	return -1
}

func literal(e ast.Expr) (string, bool) {
	basic, ok := e.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}

func (u *usage) readGo(file, source string) error {
	tree, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				u.see(text, file, false)
			}
		case *ast.CallExpr:
			if i := keyArgument(n); i >= 0 && i < len(n.Args) {
				if text, ok := literal(n.Args[i]); ok {
					u.see(text, file, true)
				}
			}
		case *ast.CompositeLit:
			u.readMessage(file, n)
		}
		return true
	})
	return nil
}

// readMessage finds errs.Message{Key: "…"}.
func (u *usage) readMessage(file string, c *ast.CompositeLit) {
	selector, ok := c.Type.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Message" {
		return
	}
	for _, element := range c.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if name, ok := pair.Key.(*ast.Ident); ok && name.Name == "Key" {
			if text, ok := literal(pair.Value); ok {
				u.see(text, file, true)
			}
		}
	}
}

func (u *usage) readTemplate(file, source string) {
	for _, m := range templateCall.FindAllStringSubmatch(source, -1) {
		u.see(m[1], file, !prefixShape.MatchString(m[1]))
	}
	for _, m := range quoted.FindAllStringSubmatch(source, -1) {
		u.see(m[1], file, false)
	}
}

var (
	action     = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	comment    = regexp.MustCompile(`(?s)<!--.*?-->`)
	element    = regexp.MustCompile(`(?s)<[a-zA-Z/!](?:"[^"]*"|'[^']*'|[^"'>])*>`)
	letters    = regexp.MustCompile(`\p{L}{2,}`)
	styleAttr  = regexp.MustCompile(`(?i)\sstyle\s*=`)
	eventAttr  = regexp.MustCompile(`(?i)\son[a-z]+\s*=`)
	hxScript   = regexp.MustCompile(`(?i)\shx-on|hx-vals=['"]js:|hx-live`)
	scriptTag  = regexp.MustCompile(`(?is)<script\b[^>]*>`)
	styleBlock = regexp.MustCompile(`(?s)<style>.*?</style>`)
	styleTag   = regexp.MustCompile(`(?i)<style\b`)
	textAttr   = regexp.MustCompile(`(?i)\s(?:title|alt|placeholder|aria-label)\s*=\s*"([^"]*)"`)
	entityText = regexp.MustCompile(`&[a-zA-Z]+;`)
)

// technical words are no language: names of keys and of our own product.
var technical = map[string]bool{"Esc": true, "Ctrl": true, "Regulars": true}

// readRaw finds text that no catalogue knows, and what the content policy forbids.
func readRaw(file, source string, out *findings) {
	bare := comment.ReplaceAllString(action.ReplaceAllString(source, ""), "")
	if file == "templates/layouts/mail.html" { // no policy holds in a mail, and a phone needs a width
		bare = styleBlock.ReplaceAllString(bare, "")
	}
	for _, tag := range element.FindAllString(bare, -1) {
		for _, m := range textAttr.FindAllStringSubmatch(tag, -1) {
			rawWords(file, m[1], out)
		}
		if styleAttr.MatchString(tag) {
			out.add("%s: style attribute in %s", file, tag)
		}
		if eventAttr.MatchString(tag) || hxScript.MatchString(tag) {
			out.add("%s: inline event handler in %s", file, tag)
		}
	}
	for _, tag := range scriptTag.FindAllString(bare, -1) {
		if !strings.Contains(tag, "src=") {
			out.add("%s: inline script", file)
		}
	}
	if styleTag.MatchString(bare) {
		out.add("%s: style element", file)
	}
	rawWords(file, element.ReplaceAllString(bare, "\n"), out)
}

func rawWords(file, text string, out *findings) {
	for _, word := range letters.FindAllString(entityText.ReplaceAllString(text, ""), -1) {
		if !technical[word] {
			out.add("%s: raw text %q", file, word)
		}
	}
}

// compare finds what one language has and the other lacks.
func compare(en, zh map[string]string, out *findings) {
	for key, text := range en {
		base, isOne := strings.CutSuffix(key, ".one")
		if isOne {
			if _, ok := en[base+".other"]; !ok {
				out.add("%s has no .other", key)
			}
			continue
		}
		chinese, ok := zh[key]
		if !ok {
			out.add("%s is missing in zh-CN", key)
			continue
		}
		if a, b := places(text), places(chinese); a != b {
			out.add("%s: placeholders differ: en %s, zh-CN %s", key, a, b)
		}
	}
	for key := range zh {
		if strings.HasSuffix(key, ".one") {
			out.add("%s: Chinese has only .other", key)
		} else if _, ok := en[key]; !ok {
			out.add("%s is missing in en", key)
		}
	}
}

func places(text string) string {
	seen := map[string]bool{}
	for _, p := range placeholder.FindAllString(text, -1) {
		seen[p] = true
	}
	list := make([]string, 0, len(seen))
	for p := range seen {
		list = append(list, p)
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}

// compareKeys finds keys that are asked for and absent, or there and never asked for.
func compareKeys(en map[string]string, u *usage, out *findings) {
	for key, where := range u.asked {
		_, plain := en[key]
		_, plural := en[key+".other"]
		if !plain && !plural {
			out.add("%s: no text for key %s", where, key)
		}
	}
	for key := range en {
		waiting := false
		for _, prefix := range shared {
			waiting = waiting || strings.HasPrefix(key, prefix)
		}
		if !waiting && !u.uses(key) {
			out.add("key %s is not used", key)
		}
	}
}

func readRepository(t *testing.T, root fs.FS) (*usage, findings) {
	t.Helper()
	u := &usage{asked: map[string]string{}, literals: map[string]bool{}}
	var out findings
	walk := func(folder string, read func(file, source string) error) {
		err := fs.WalkDir(root, folder, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			raw, err := fs.ReadFile(root, file)
			if err != nil {
				return err
			}
			return read(file, string(raw))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	walk("app", func(file, source string) error {
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		return u.readGo(file, source)
	})
	walk("templates", func(file, source string) error {
		u.readTemplate(file, source)
		if path.Ext(file) == ".html" {
			readRaw(file, source, &out)
		}
		return nil
	})
	return u, out
}

func TestCatalogueAndTemplatesAgree(t *testing.T) {
	root := os.DirFS(repository)
	en, err := loadLanguage(os.DirFS(path.Join(repository, "assets")), "en")
	if err != nil {
		t.Fatal(err)
	}
	zh, err := loadLanguage(os.DirFS(path.Join(repository, "assets")), "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	u, out := readRepository(t, root)
	compare(en, zh, &out)
	compareKeys(en, u, &out)
	sort.Strings(out)
	for _, finding := range out {
		t.Error(finding)
	}
}

func TestLintFindsWhatItIsFor(t *testing.T) {
	u := &usage{asked: map[string]string{}, literals: map[string]bool{}}
	err := u.readGo("x.go", `package x
		func f() { errs.New(errs.Denied, "a.denied"); c.That(ok, "name", "a.name"); l.T("a.there"); g("b." + kind); _ = errs.Message{Key: "a.message"}; c.Add("email", "a.email") }`)
	if err != nil {
		t.Fatal(err)
	}
	u.readTemplate("x.html", `{{t "a.template"}} {{t (print "c." .Kind)}}`)
	var out findings
	en := map[string]string{"a.there": "x {n}", "b.one_of": "x", "c.two": "x", "a.lonely": "x", "a.many.one": "x"}
	compareKeys(en, u, &out)
	compare(en, map[string]string{"a.there": "x {m}", "b.one_of": "x", "a.lonely": "x", "z": "x"}, &out)
	readRaw("raw.html", `<p class="Name">{{t "x"}} Hello</p><p style="x" onclick="y">&nbsp;</p><script>z</script><img alt="Picture"><input {{if .A}}checked{{end}} title="{{t "a"}}"><b hx-on:click="x"></b>`, &out)
	got := strings.Join(out, "\n")
	for _, want := range []string{"no text for key a.denied", "no text for key a.name", "no text for key a.message", "no text for key a.email", "no text for key a.template",
		"a.lonely is not used", "a.many.one has no .other", "c.two is missing in zh-CN", "a.there: placeholders differ", "z is missing in en",
		`raw text "Hello"`, `raw text "Picture"`, "style attribute", "inline event handler", "inline script"} {
		if !strings.Contains(got, want) {
			t.Errorf("the lint does not say %q:\n%s", want, got)
		}
	}
	for _, wrong := range []string{"a.there is not used", "b.one_of is not used", "c.two is not used", `"checked"`, `"Name"`} {
		if strings.Contains(got, wrong) {
			t.Errorf("the lint says %q", wrong)
		}
	}
}

// A catalogue is flat and in the order of its keys, so that an area stands
// together and two people rarely write at one place.
func TestCataloguesAreFlatAndInOrder(t *testing.T) {
	for _, tag := range Tags() {
		raw, err := os.ReadFile(path.Join(repository, "assets/i18n", tag+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var flat map[string]any
		if err := json.Unmarshal(raw, &flat); err != nil {
			t.Fatalf("%s: %v", tag, err)
		}
		for key, text := range flat {
			if _, isText := text.(string); !isText || !keyShape.MatchString(key) {
				t.Errorf("%s: %q is not a flat key with a text", tag, key)
			}
		}
		before := ""
		for line := range strings.Lines(string(raw)) {
			key, _, found := strings.Cut(strings.TrimSpace(line), `": `)
			if !found {
				continue
			}
			if key = strings.TrimPrefix(key, `"`); key <= before {
				t.Errorf("%s: %q stands behind %q", tag, key, before)
			}
			before = key
		}
	}
}
