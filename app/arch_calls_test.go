package app_test

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// Libraries and calls that have one home each.

// homes says where a library may be imported: folders (with everything in
// them) or files anywhere.
var homes = []struct {
	library string
	folders []string
	files   []string // patterns of path.Match on the file's name
	reason  string
}{
	{"github.com/gofiber/fiber/v2", []string{"app/sys/web", "app/sys/view", "app/sys/api"}, []string{"web*.go", "api*.go", "module.go", "modules.go"}, "a request stays at the door"},
	{"database/sql", []string{"app/sys"}, []string{"store*.go"}, "SQL lives in sys and in stores"},
	{"github.com/jmoiron/sqlx", []string{"app/sys"}, []string{"store*.go"}, "SQL lives in sys and in stores"},
	{"modernc.org/sqlite", []string{"app/sys/db", "app/sys/backup"}, nil, "the driver is an affair of db"},
	{"github.com/spf13/viper", []string{"app/sys/config"}, nil, "one place reads settings"},
	{"github.com/robfig/cron/v3", []string{"app/sys/job"}, nil, "cron is only the heartbeat of the durable slots (security finding 3)"},
	{"github.com/wneessen/go-mail", []string{"app/sys/mail"}, nil, "one place speaks SMTP"},
	{"golang.org/x/crypto/acme/autocert", []string{"app/sys/https"}, nil, "one place fetches certificates"},
	{"github.com/spf13/cobra", []string{"app/cli"}, nil, "the shell is cli's"},
	{"github.com/danielgtaylor/huma/v2", []string{"app/sys/api"}, []string{"api*.go"}, "the API's frame"},
	{"os/exec", nil, nil, "a server that starts programs can be made to start others"},
	{"text/template", []string{"app/sys/mail", "app/sys/view"}, nil, "user text never becomes a template"},
	{"unsafe", nil, nil, "no"},
}

// allowed are single files that may leave a rule, with the reason.
var allowed = map[string]map[string]string{
	"os/exec": {"app/cli/browser.go": "opens the browser on a desktop"},
}

func TestLibrariesStayAtHome(t *testing.T) {
	for _, s := range house(t) {
		for _, p := range s.imports {
			for _, h := range homes {
				if p == "database/sql/driver" { // how a type of ours is stored: no SQL in it
					continue
				}
				if p != h.library && !strings.HasPrefix(p, h.library+"/") || allowed[h.library][s.path] != "" {
					continue
				}
				if !inFolder(s.dir, h.folders) && !named(s.path, h.files) {
					t.Errorf("%s imports %s: %s", s.path, p, h.reason)
				}
			}
		}
	}
}

func inFolder(dir string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return dir == f || strings.HasPrefix(dir, f+"/") })
}

func named(file string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, path.Base(file))
		return ok
	})
}

// calls are names of other packages that have one home each: package path,
// names, folders or files that may use them.
var calls = []struct {
	pkg    string
	names  []string
	homes  []string
	reason string
}{
	{"time", []string{"Now", "Since", "Until"}, []string{"app/sys/clock", "main.go"}, "everybody else takes tx.Now or the clock (security finding 11)"},
	{"time", []string{"Sleep"}, nil, "wait for what you wait for"},
	{"html/template", []string{"HTML", "HTMLAttr", "JS", "CSS", "URL", "JSStr", "Srcset"}, []string{"app/sys/markup", "app/sys/view"}, "raw markup only from the sanitiser and the views"},
	{"net/http", []string{"Get", "Post", "PostForm", "Head", "Client", "DefaultClient", "DefaultTransport", "Transport", "NewRequest", "NewRequestWithContext"}, []string{"app/sys/fetch", "app/cli/healthcheck.go"}, "outside HTTP passes the SSRF guard of sys/fetch"},
	{"net", []string{"Dial", "DialTimeout", "Dialer"}, []string{"app/sys/fetch", "app/sys/mail", "app/sys/inbox/imap.go"}, "connections outwards are guarded"},
	{"regulars/app/sys/auth", []string{"HashCheaply"}, []string{"app/apptest"}, "people's passwords are hashed at full cost"},
	{"os", []string{"Exit"}, []string{"main.go"}, "an error is returned"},
}

// forbidden are methods of Fiber that security.md rules out (finding 4 and
// GO-2026-4950).
var forbidden = []string{"Redirect", "RedirectBack", "RedirectToRoute", "Location", "SendFile", "Download", "Static", "BaseURL", "Hostname", "IPs", "IP", "Protocol", "Secure"}

func TestCallsStayAtHome(t *testing.T) {
	for _, s := range house(t) {
		usesFiber := slices.ContainsFunc(values(s.imports), func(p string) bool { return strings.HasPrefix(p, "github.com/gofiber/fiber") })
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				if s.dir != "app/sys/safego" {
					t.Errorf("%s: a bare go statement; a panic in it would end the process: use safego.Go", at(n))
				}
			case *ast.SelectorExpr:
				x, _ := n.X.(*ast.Ident)
				if x == nil {
					return true
				}
				pkg, isPackage := s.imports[x.Name]
				if isPackage {
					checkCall(t, s, n, pkg)
				}
				if !isPackage && usesFiber && slices.Contains(forbidden, n.Sel.Name) && (x.Name == "c" || x.Name == "app" || x.Name == "ctx") {
					t.Errorf("%s: %s.%s of Fiber is not safe with foreign input; use sys/web", at(n), x.Name, n.Sel.Name)
				}
			}
			return true
		})
	}
}

func checkCall(t *testing.T, s source, n *ast.SelectorExpr, pkg string) {
	t.Helper()
	for _, c := range calls {
		if pkg == c.pkg && slices.Contains(c.names, n.Sel.Name) && !inFolder(s.dir, c.homes) && !slices.Contains(c.homes, s.path) {
			t.Errorf("%s: %s.%s: %s", at(n), pkg, n.Sel.Name, c.reason)
		}
	}
}

// TestTestsDoNotSleep: a sleeping test is slow when it passes and wrong when it fails.
func TestTestsDoNotSleep(t *testing.T) {
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if !s.test || s.dir == "e2e" || s.dir == "bench" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
				if x, ok := sel.X.(*ast.Ident); ok && s.imports[x.Name] == "time" {
					t.Errorf("%s: time.Sleep in a test", at(n))
				}
			}
			if sel, ok := n.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Skip" || sel.Sel.Name == "SkipNow" || sel.Sel.Name == "Skipf") {
				if x, ok := sel.X.(*ast.Ident); ok && (x.Name == "t" || x.Name == "tb" || x.Name == "b") {
					t.Errorf("%s: a skipped test tests nothing", at(n))
				}
			}
			return true
		})
	}
}

func at(n ast.Node) string {
	p := fileSet.Position(n.Pos())
	i := strings.LastIndex(p.Filename, "/app/")
	if i >= 0 {
		p.Filename = p.Filename[i+1:]
	}
	return p.String()
}

func values(m map[string]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	return out
}
