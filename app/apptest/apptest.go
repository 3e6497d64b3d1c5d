// Package apptest gives a test the whole wired product over a data folder of
// its own, with a shop that is set up and people who can sign in.
package apptest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app"
	"regulars/app/sys/auth"
	"regulars/app/sys/clock"
	"regulars/app/sys/config"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/lock"
	"regulars/app/sys/safego"
	"regulars/app/sys/view"
)

// The owner of every test's shop.
const (
	OwnerEmail = "owner@example.com"
	Password   = "a long enough secret"
)

// Root is the repository: the folder above a test's own that has the go.mod.
func Root() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err) // a test without a working directory cannot go on
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// App is the product under test.
type App struct {
	*app.App
	T     testing.TB
	Clock *clock.Fake
}

// New is a shop that is set up, in English (see NewIn). Events,
// mail and jobs run only when the test drains or ticks them.
func New(t testing.TB, change ...func(*config.Config)) *App {
	t.Helper()
	return NewIn(t, "en", change...)
}

// NewIn is New in a language.
func NewIn(t testing.TB, locale string, change ...func(*config.Config)) *App {
	t.Helper()
	a := Blank(t, change...)
	if err := a.SetUp(a.As(auth.System("setup")), "Kettle & Crane", "Mei Lin", OwnerEmail, Password, locale, "USD", "UTC"); err != nil {
		t.Fatalf("set the shop up: %v", err)
	}
	return a
}

// NewWith is NewIn with settings of the machine, as the environment gives them:
// "REGULARS_SMTP_HOST=127.0.0.1".
func NewWith(t testing.TB, locale string, environ ...string) *App {
	t.Helper()
	dir := t.TempDir()
	if err := lock.PrepareDir(dir); err != nil {
		t.Fatal(err)
	}
	empty(t, dir)
	a := open(t, dir, environ)
	if err := a.SetUp(a.As(auth.System("setup")), "Kettle & Crane", "Mei Lin", OwnerEmail, Password, locale, "USD", "UTC"); err != nil {
		t.Fatalf("set the shop up: %v", err)
	}
	return a
}

// Blank is the product over an empty, migrated data folder: before setup.
func Blank(t testing.TB, change ...func(*config.Config)) *App {
	t.Helper()
	dir := t.TempDir()
	if err := lock.PrepareDir(dir); err != nil {
		t.Fatal(err)
	}
	empty(t, dir)
	return Open(t, dir, change...)
}

// empty puts the migrated, empty database into dir. Its journal's triggers are
// made once for a test binary, like its tables.
func empty(t testing.TB, dir string) {
	t.Helper()
	path := filepath.Join(dir, "regulars.db")
	once.Lock()
	defer once.Unlock()
	if image != nil {
		if err := os.WriteFile(path, image, 0o600); err != nil {
			t.Fatalf("write the test database: %v", err)
		}
		return
	}
	dbtest.Copy(t, path)
	a, err := app.Open(context.Background(), options(t, configOf(t, dir, []string{})))
	if err != nil {
		t.Fatalf("open the product: %v", err)
	}
	if err := errors.Join(a.Migrate(context.Background()), a.Close()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	if image, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
}

var (
	once  sync.Mutex
	image []byte // of the empty database
)

// Open is the product over an existing data folder.
func Open(t testing.TB, dir string, change ...func(*config.Config)) *App {
	t.Helper()
	return open(t, dir, []string{}, change...)
}

func open(t testing.TB, dir string, environ []string, change ...func(*config.Config)) *App {
	t.Helper()
	cfg := configOf(t, dir, environ)
	for _, f := range change {
		f(&cfg)
	}
	a, err := app.Open(context.Background(), options(t, cfg))
	if err != nil {
		t.Fatalf("open the product: %v", err)
	}
	if err := a.Migrate(context.Background()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	t.Cleanup(func() {
		safego.Wait()
		if err := a.Close(); err != nil {
			t.Errorf("close the product: %v", err)
		}
	})
	return &App{App: a, T: t, Clock: dbtest.Clock(t)}
}

func options(t testing.TB, cfg config.Config) app.Options {
	t.Helper()
	loaded, err := pages()
	if err != nil {
		t.Fatalf("load the pages: %v", err)
	}
	return app.Options{Config: cfg, Files: os.DirFS(Root()), Clock: dbtest.Clock(t), Version: "test", NoSync: true, Pages: loaded}
}

// pages are the same for every shop of a test binary.
var pages = sync.OnceValues(func() (*view.Engine, error) { return app.Pages(os.DirFS(Root())) })

// Everybody's password is hashed for nearly nothing: a test signs in more often
// than it does anything else. What hashing costs otherwise, sys/auth's tests know.
func init() { auth.HashCheaply() }

func configOf(t testing.TB, dir string, environ []string) config.Config {
	t.Helper()
	cfg, err := config.Load(config.Options{DataDir: dir, Environ: environ})
	if err != nil {
		t.Fatalf("load the configuration: %v", err)
	}
	cfg.Limits.APIPerMinute = 0
	return cfg
}

// As is a context in which the actor acts.
func (a *App) As(actor *auth.Actor) context.Context {
	return auth.With(context.Background(), actor)
}

// Browser is a person's browser: it keeps cookies and sends the page's token
// back with every form.
type Browser struct {
	app     *App
	cookies map[string]string
	token   string
	Header  http.Header // sent with every request
}

// Browser opens one without a session.
func (a *App) Browser() *Browser {
	return &Browser{app: a, cookies: map[string]string{}, Header: http.Header{"Accept-Language": {"en"}}}
}

// Owner is a browser in which the shop's owner is signed in.
func (a *App) Owner() *Browser { return a.SignIn(OwnerEmail, Password) }

// SignIn is a browser in which that person is signed in.
func (a *App) SignIn(email, password string) *Browser {
	a.T.Helper()
	b := a.Browser()
	b.Get("/login")
	r := b.Post("/login", "email", email, "password", password)
	if r.Status != http.StatusSeeOther {
		a.T.Fatalf("sign in as %s: %d %s", email, r.Status, r.Body)
	}
	return b
}

// Answer is what came back.
type Answer struct {
	Status   int
	Header   http.Header
	Body     string
	Location string
}

// Get asks for a page.
func (b *Browser) Get(path string) Answer { return b.Do(http.MethodGet, path, "", nil) }

// Post sends a form: pairs of name and value. The page's token is added.
func (b *Browser) Post(path string, pairs ...string) Answer {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	if form.Get("_csrf") == "" {
		form.Set("_csrf", b.token)
	}
	return b.Do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// Follow is Post and then the page it leads to.
func (b *Browser) Follow(path string, pairs ...string) Answer {
	b.app.T.Helper()
	r := b.Post(path, pairs...)
	if r.Status != http.StatusSeeOther {
		b.app.T.Fatalf("POST %s: status %d, want a redirect\n%s", path, r.Status, r.Body)
	}
	return b.Get(r.Location)
}

var token = regexp.MustCompile(`name="_csrf" value="([^"]+)"|name="csrf-token" content="([^"]+)"`)

// Do sends any request with the browser's cookies.
func (b *Browser) Do(method, path, kind string, body io.Reader) Answer {
	b.app.T.Helper()
	req := httptest.NewRequest(method, path, body)
	for name, values := range b.Header {
		req.Header[name] = values
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r := b.app.Send(req)
	for _, c := range (&http.Response{Header: r.Header}).Cookies() {
		if c.Value == "" || c.Expires.Unix() == 1 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	if m := token.FindStringSubmatch(r.Body); m != nil {
		b.token = m[1] + m[2]
	}
	return r
}

// Cookie is the value of one of the browser's cookies.
func (b *Browser) Cookie(name string) string { return b.cookies[name] }

// Send sends a raw request through the whole product.
func (a *App) Send(req *http.Request) Answer {
	a.T.Helper()
	res, err := a.Web.App.Test(req, int((60 * time.Second).Milliseconds()))
	if err != nil {
		a.T.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		a.T.Fatalf("read answer: %v", err)
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: string(body), Location: res.Header.Get("Location")}
}
