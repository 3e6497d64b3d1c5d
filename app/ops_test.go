package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/i18n"
)

// wordless are the operations that no page of history or audit ever shows: they
// change only what the program keeps for itself.
var wordless = []string{"api.", "custom_field.", "customer.visit", "demo.", "digest.", "dump.", "event.failed", "event.skip", "health.probe", "history.try",
	"duplicate.", "quality.scan", "quality.day", "quality.check", "import.check", "import.compare", "import.end", "import.resume", "job.accept_clock", "job.finish", "job.recover", "journal.", "notification.sweep", "pool.calendar", "pool.ran", "pool.try", "pool.warn", "search.",
	"stage.fill", "prediction.", "session.seen", "session.start", "session.sweep", "test", "throttle.", "token.used", "user.rehash", "user.watch"}

// Every write has a name, and the history shows it in words: a name of the
// program's own, such as event.order_followup, helps nobody.
func TestEveryWriteHasWordsForTheHistory(t *testing.T) {
	bundle, err := i18n.Load(os.DirFS(filepath.Join(apptest.Root(), "assets")))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	err = filepath.WalkDir(filepath.Join(apptest.Root(), "app"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if name, ok := writeName(n); ok {
				named[name] = path
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(named) < 80 {
		t.Fatalf("only %d writes found", len(named))
	}
	for name, path := range named {
		if quiet(name) {
			continue
		}
		for _, locale := range []string{"en", "zh-CN"} {
			if !bundle.For(locale).Has("op." + name) {
				t.Errorf("%s: op.%s has no words in %s", path, name, locale)
			}
		}
	}
}

// writeName is the name of a write, or of a subscriber, which writes as event.name.
func writeName(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Write" && len(n.Args) == 3 {
			return literal(n.Args[1])
		}
	case *ast.CompositeLit:
		if of, ok := n.Type.(*ast.SelectorExpr); ok && of.Sel.Name == "Subscriber" {
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Name" {
					name, ok := literal(kv.Value)
					return "event." + name, ok
				}
			}
		}
	}
	return "", false
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

func quiet(name string) bool {
	for _, w := range wordless {
		if name == w || strings.HasSuffix(w, ".") && strings.HasPrefix(name, w) {
			return true
		}
	}
	return false
}
