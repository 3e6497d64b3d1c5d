package app_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/apptest"
	"regulars/app/cli"
	"regulars/app/sys/auth"
	"regulars/app/sys/backup"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/outbox"
	"regulars/app/sys/safego"
	"regulars/app/sys/web"
)

// What was measured of the parts this house is built from decides how it is
// built. Each finding has a test here, or names the tests that stand beside
// the code.

// TestFinding1_ACommitIsOnTheDiskBeforeItIsAcknowledged: synchronous NORMAL
// loses acknowledged commits on a power cut; the effective value counts, not
// the one in the code.
func TestFinding1_ACommitIsOnTheDiskBeforeItIsAcknowledged(t *testing.T) {
	d, err := db.Open(db.Options{Path: filepath.Join(t.TempDir(), "regulars.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	want := map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "5000", "cache_size": "-12000",
		"trusted_schema": "0", "journal_size_limit": "67108864", "temp_store": "0"}
	check := func(who string, q db.Q, want map[string]string) {
		for name, value := range want {
			var got string
			if err := q.Get(t.Context(), &got, "PRAGMA "+name); err != nil || got != value {
				t.Errorf("%s: %s is %q (%v), want %s", who, name, got, err, value)
			}
		}
	}
	err = d.Write(t.Context(), "pragmas", func(ctx context.Context, tx *db.Tx) error {
		check("writer", tx, want)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want["query_only"] = "1"
	check("reader", d.Reader(t.Context()), want)
}

// TestFinding2_AfterADiskErrorNothingIsWritten: the fate of such a commit is
// unknown, so the house stops writing instead of trying again.
func TestFinding2_AfterADiskErrorNothingIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "regulars.db")
	dbtest.Copy(t, path)
	spoil(t, path, "tag")
	d := dbtest.Open(t, path)
	write := func() error {
		return d.Write(t.Context(), "customer.create", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO tag (name, created_at, updated_at) VALUES ('x', 0, 0)")
			return err
		})
	}
	if err := write(); err == nil {
		t.Fatal("writing into a damaged file succeeded")
	}
	if d.Broken() == nil {
		t.Fatal("a fault of the storage did not stop writing")
	}
	if err := write(); err == nil || !strings.Contains(fmt.Sprint(err), "storage") {
		t.Errorf("the next write: %v, want the answer that storage is out of order", err)
	}
}

// spoil writes nonsense over the first page of a table.
func spoil(t *testing.T, path, table string) {
	t.Helper()
	d := dbtest.Open(t, path)
	var root, size int64
	q := d.Reader(t.Context())
	if err := errors.Join(q.Get(t.Context(), &root, "SELECT rootpage FROM sqlite_schema WHERE name = ?", table), q.Get(t.Context(), &size, "PRAGMA page_size"), d.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(bytes.Repeat([]byte{0x5a}, int(size)), (root-1)*size)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestFinding2_ARepeatedCreateIsOneRecord: whoever heard nothing may ask again.
func TestFinding2_ARepeatedCreateIsOneRecord(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Header.Set("Idempotency-Key", "a-key-of-the-client")
	one := api.Into(nil, 201, "POST", "/customers", `{"name":"Once"}`)
	two := api.Into(nil, 201, "POST", "/customers", `{"name":"Once"}`)
	if one.Location != two.Location {
		t.Errorf("%s and %s", one.Location, two.Location)
	}
}

// TestFinding2_ARetryAfterACrashTellsWhatWasMade: the process died after the
// commit and before the answer was kept, so only the change is known.
func TestFinding2_ARetryAfterACrashTellsWhatWasMade(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Fern & Field"}`)
	for path, body := range map[string]string{"/customers?on_duplicate=refuse": `{"name":"Once"}`, "/contacts": `{"customer_id":1,"name":"Ada"}`, "/notes": `{"customer_id":1,"text":"Hello"}`} {
		api.Header.Set("Idempotency-Key", "lost"+path)
		one := api.Into(nil, 201, "POST", path, body)
		err := a.DB.Write(a.As(auth.System("job")), "test", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE idempotency SET status = NULL, location = NULL, body = NULL")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		two := api.Into(nil, 201, "POST", path, body)
		if one.Location == "" || one.Location != two.Location || !strings.Contains(two.Body, `"version":1`) {
			t.Errorf("%s: %s, then %s\n%s", path, one.Location, two.Location, two.Body)
		}
	}
}

// TestFinding3_SlotsNotTicksDecideWhenAJobRuns: cron alone skips, repeats and
// forgets. The wired product runs each slot once however the clock moves; the
// rules are tested one by one in app/sys/job.
func TestFinding3_SlotsNotTicksDecideWhenAJobRuns(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("job"))
	for _, move := range []time.Duration{0, 0, time.Minute, 8 * time.Hour, 40 * 24 * time.Hour, -time.Hour, 0, 24 * time.Hour} {
		a.Clock.Add(move)
		if err := a.Jobs.Tick(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var twice int
	err := a.DB.Reader(ctx).Get(ctx, &twice, "SELECT count(*) FROM (SELECT job, slot FROM job_run WHERE outcome = 'ok' GROUP BY job, slot HAVING count(*) > 1)")
	if err != nil || twice > 0 {
		t.Errorf("%d slots ran twice (%v)", twice, err)
	}
	mentions(t, "app/sys/job", "TestSummerTimeGivesEachDayOneSlot", "TestRandomClocksNeverRepeatASlot", "TestDailyCatchesUpWithTheNewestSlotOnly", "TestCrashedRunIsRetriedOnce")
}

// mentions checks that tests which answer a finding still exist.
func mentions(t *testing.T, dir string, names ...string) {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, s := range all {
		if s.dir == dir && s.test {
			there = append(there, s.functions()...)
		}
	}
	for _, n := range names {
		if !slices.Contains(there, n) {
			t.Errorf("%s has no %s any more", dir, n)
		}
	}
}

// probe wires a server with routes of the test's own behind all of the
// product's guards and serves it on a real port.
func probe(t *testing.T, routes func(r *web.Router), change ...func(*config.Config)) (*web.Server, string) {
	t.Helper()
	a := apptest.New(t, change...)
	o := a.Web.Options
	o.Modules = []web.Module{{Name: "probe", Routes: routes}}
	s, err := web.New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.Mount()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(ln, func(net.Addr) {}) }() // ends with the shutdown below
	t.Cleanup(func() { _ = s.Shutdown(time.Second) })
	return s, ln.Addr().String()
}

// wire sends raw text and returns the raw answer.
func wire(t *testing.T, addr, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil && len(answer) == 0 {
		t.Fatal(err)
	}
	return string(answer)
}

// TestFinding4_NoInputBecomesAResponseHeader: all seven ways in which Fiber
// 2.52 writes a reader's line break into the answer's head.
func TestFinding4_NoInputBecomesAResponseHeader(t *testing.T) {
	ways := map[string]func(c *fiber.Ctx, v string) error{
		"redirect": func(c *fiber.Ctx, v string) error { return c.Redirect(v) },
		"location": func(c *fiber.Ctx, v string) error { c.Location(v); return c.SendString("x") },
		"cookie": func(c *fiber.Ctx, v string) error {
			c.Cookie(&fiber.Cookie{Name: "a", Value: v})
			return c.SendString("x")
		},
		"type":   func(c *fiber.Ctx, v string) error { c.Context().SetContentType(v); return c.SendString("x") },
		"set":    func(c *fiber.Ctx, v string) error { c.Set("X-Echo", v); return c.SendString("x") },
		"append": func(c *fiber.Ctx, v string) error { c.Append("Vary", v); return c.SendString("x") },
		"disposition": func(c *fiber.Ctx, v string) error {
			c.Set("Content-Disposition", `attachment; filename="`+v+`"`)
			return c.SendString("x")
		},
		"ours": func(c *fiber.Ctx, v string) error { return web.Redirect(c, v) },
		"back": func(c *fiber.Ctx, v string) error { return web.Back(c, v) },
	}
	_, addr := probe(t, func(r *web.Router) {
		for name, way := range ways {
			r.Get("/probe/"+name, web.Public, func(c *fiber.Ctx) error { return way(c, c.Query("v")) })
		}
	})
	for name := range ways {
		for _, v := range []string{"%2Fx%0d%0aX-Injected:%20yes", "%2Fx%0aX-Injected:%20yes", "%2Fx%0dX-Injected:%20yes", "%2Fx%00%0d%0aX-Injected:%20yes"} {
			answer := wire(t, addr, "GET /probe/"+name+"?v="+v+" HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
			head, _, _ := strings.Cut(answer, "\r\n\r\n")
			if regexp.MustCompile(`(?im)^X-Injected`).MatchString(strings.ReplaceAll(head, "\r", "\n")) {
				t.Errorf("%s with %s:\n%s", name, v, head)
			}
		}
	}
}

func TestFinding4_ARedirectStaysInTheHouse(t *testing.T) {
	a := apptest.New(t)
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "javascript:alert(1)", "/%0d%0aX: y", "evil.example"} {
		b := a.Browser()
		b.Header.Set("Referer", "https://evil.example/")
		b.Get("/login")
		r := b.Post("/login", "email", apptest.OwnerEmail, "password", apptest.Password, "next", next)
		if !strings.HasPrefix(r.Location, "/") || strings.HasPrefix(r.Location, "//") || strings.Contains(r.Location, `\`) || strings.ContainsAny(r.Location, "\r\n") {
			t.Errorf("next=%q sends the browser to %q", next, r.Location)
		}
	}
}

// TestFinding5_ForwardedHeadersOfStrangersAreIgnored: else a password reset
// could be made to point at somebody else's host.
func TestFinding5_ForwardedHeadersOfStrangersAreIgnored(t *testing.T) {
	show := func(r *web.Router) {
		r.Get("/probe/who", web.Public, func(c *fiber.Ctx) error {
			base, _ := web.BaseURL(c)
			return c.SendString(base + " " + web.From(c).ClientIP(c))
		})
	}
	ask := "GET /probe/who HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 198.51.100.7, 203.0.113.9\r\nConnection: close\r\n\r\n"
	_, addr := probe(t, show)
	if got := wire(t, addr, ask); !strings.HasSuffix(got, "http://shop.example 127.0.0.1") {
		t.Errorf("a stranger's headers were believed: %s", got)
	}
	_, addr = probe(t, show, func(c *config.Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	if got := wire(t, addr, ask); !strings.HasSuffix(got, "https://evil.example 203.0.113.9") {
		t.Errorf("our own proxy's headers were not read right to left: %s", got)
	}
	_, addr = probe(t, show, func(c *config.Config) { c.BaseURL = "https://crm.example.com" })
	if got := wire(t, addr, ask); !strings.HasSuffix(got, "https://crm.example.com 127.0.0.1") {
		t.Errorf("the configured address must win: %s", got)
	}
}

// TestFinding5_SlowAndHugeClientsAreCutOff: Fiber has no limits by itself.
func TestFinding5_SlowAndHugeClientsAreCutOff(t *testing.T) {
	a := apptest.New(t)
	c := a.Web.App.Config()
	if c.ReadTimeout <= 0 || c.ReadTimeout > 15*time.Second || c.WriteTimeout <= 0 || c.IdleTimeout <= 0 {
		t.Errorf("timeouts %s, %s, %s", c.ReadTimeout, c.WriteTimeout, c.IdleTimeout)
	}
	if !c.Immutable || !c.EnableTrustedProxyCheck || c.BodyLimit != 32<<20 || c.Concurrency == 0 || c.Concurrency > 4096 || c.Prefork {
		t.Errorf("Fiber stands on %+v", c)
	}
	b := a.Owner()
	big := strings.Repeat("x", 5<<20)
	if r := b.Post("/customers", "name", big); r.Status != 413 {
		t.Errorf("a form of 5 MiB: %d, want 413", r.Status)
	}
	if r := a.API("", "write").Call("POST", "/customers", `{"name":"`+big+`"}`); r.Status != 413 {
		t.Errorf("JSON of 5 MiB: %d, want 413", r.Status)
	}
}

// TestFinding5_RunningRequestsFinishAtShutdown: Listen returns at once, so the
// stop itself must wait.
func TestFinding5_RunningRequestsFinishAtShutdown(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	s, addr := probe(t, func(r *web.Router) {
		r.Get("/probe/slow", web.Public, func(c *fiber.Ctx) error {
			close(started)
			<-finish
			return c.SendString("done")
		})
	})
	answer := make(chan string, 1)
	go func() {
		answer <- wire(t, addr, "GET /probe/slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	}()
	<-started
	stopped := make(chan error, 1)
	go func() { stopped <- s.Shutdown(10 * time.Second) }()
	for { // until it no longer accepts
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		conn.Close()
	}
	close(finish)
	if got := <-answer; !strings.HasPrefix(got, "HTTP/1.1 200") || !strings.HasSuffix(got, "done") {
		t.Errorf("the running request got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

// TestFinding5_APanicDoesNotEndTheProcess, neither in a request nor beside one.
func TestFinding5_APanicDoesNotEndTheProcess(t *testing.T) {
	_, addr := probe(t, func(r *web.Router) {
		r.Get("/probe/panic", web.Public, func(*fiber.Ctx) error { panic("on purpose") })
	})
	got := wire(t, addr, "GET /probe/panic HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 500") || strings.Contains(got, "goroutine") || strings.Contains(got, "on purpose") {
		t.Errorf("%.300s", got)
	}
	safego.Go("panics", func() { panic("on purpose") })
	safego.Wait()
}

// TestFinding6_ABackupKnowsItsOwnDamage: SQLite's integrity_check says ok to a
// byte that changed inside a row; the manifest's hashes do not.
func TestFinding6_ABackupKnowsItsOwnDamage(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Harbour Street Bakery"}`)
	out := filepath.Join(t.TempDir(), "shop.backup")
	if _, err := backup.Make(t.Context(), a.DB, a.Config.DataDir, out, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Verify(t.Context(), out, ""); err != nil {
		t.Fatalf("a fresh backup: %v", err)
	}
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{len(file) / 3, len(file) / 2, len(file) - 20} {
		broken := slices.Clone(file)
		broken[at] ^= 1
		if err := os.WriteFile(out, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := backup.Verify(t.Context(), out, "")
		if err == nil && bytes.Equal(unzipped(t, broken), unzipped(t, file)) {
			continue // a bit of the packing that says nothing about the content
		}
		if !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("one bit flipped at %d of %d: %v", at, len(file), err)
		}
	}
}

// unzipped is what a gzip file holds.
func unzipped(t *testing.T, file []byte) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestFinding7_AFolderThatCannotBeWrittenIsExplained: SQLite only says that it
// cannot open the file.
func TestFinding7_AFolderThatCannotBeWrittenIsExplained(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "regulars.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	inTheWay := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{dir, inTheWay, filepath.Join(inTheWay, "below")} {
		var stdout, stderr bytes.Buffer
		status := cli.Main(os.DirFS(apptest.Root()), "test", []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--no-browser"}, strings.NewReader(""), &stdout, &stderr)
		if status == 0 || strings.Contains(stderr.String(), "goroutine") || strings.TrimSpace(stderr.String()) == "" {
			t.Errorf("--data %s: status %d, %q", data, status, stderr.String())
		}
		if strings.HasSuffix(strings.TrimSpace(stderr.String()), "unable to open database file (14)") {
			t.Errorf("the driver's own words are no explanation: %s", stderr.String())
		}
	}
}

// TestFinding8_LitestreamIsTheWayOffSite: it needs the write-ahead log, and the
// handbook says how and what it cannot do.
func TestFinding8_LitestreamIsTheWayOffSite(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(apptest.Root(), "docs/operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"litestream", "regulars.db", "seconds", "restore"} {
		if !strings.Contains(strings.ToLower(string(text)), want) {
			t.Errorf("docs/operations.md does not speak of %q", want)
		}
	}
}

// TestFinding9_DriverAndItsLibcBelongTogether: modernc.org/sqlite is generated
// for one version of modernc.org/libc.
func TestFinding9_DriverAndItsLibcBelongTogether(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(apptest.Root(), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := func(mod []byte, name string) string {
		m := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(name) + ` (v\S+)`).FindSubmatch(mod)
		if m == nil {
			t.Fatalf("no %s in go.mod", name)
		}
		return string(m[1])
	}
	if v := version(text, "modernc.org/sqlite"); v != "v1.60.1" {
		t.Errorf("modernc.org/sqlite %s, pinned is v1.60.1: read docs/dependencies.md before moving it", v)
	}
	driver, err := os.ReadFile(filepath.Join(moduleDir(t, "modernc.org/sqlite@v1.60.1"), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if ours, theirs := version(text, "modernc.org/libc"), version(driver, "modernc.org/libc"); ours != theirs {
		t.Errorf("modernc.org/libc %s, but the driver was made for %s", ours, theirs)
	}
}

// moduleDir is a module's folder in the module cache.
func moduleDir(t *testing.T, module string) string {
	t.Helper()
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		path := os.Getenv("GOPATH")
		if path == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				t.Fatal(err)
			}
			path = filepath.Join(home, "go")
		}
		cache = filepath.Join(filepath.SplitList(path)[0], "pkg", "mod")
	}
	return filepath.Join(cache, filepath.FromSlash(module))
}

// TestFinding10_KnownVulnerabilitiesAreLookedUpWithOneCommand.
func TestFinding10_KnownVulnerabilitiesAreLookedUpWithOneCommand(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(apptest.Root(), "Makefile"))
	if err != nil || !bytes.Contains(text, []byte("govulncheck@v1.1.4")) {
		t.Errorf("the Makefile has no pinned govulncheck (%v)", err)
	}
}

// TestFinding11_TheHouseLivesByItsClock: no tool can move the time of a static
// binary from inside, so the clock is a part like any other.
func TestFinding11_TheHouseLivesByItsClock(t *testing.T) {
	a := apptest.New(t)
	a.Clock.Set(time.Date(2031, 7, 4, 12, 0, 0, 0, time.UTC))
	var c struct {
		CreatedAt time.Time `json:"created_at"`
	}
	a.API("", "write").Into(&c, 201, "POST", "/customers", `{"name":"From the future"}`)
	if !c.CreatedAt.Equal(a.Clock.Now()) {
		t.Errorf("created at %s, the clock says %s", c.CreatedAt, a.Clock.Now())
	}
}

// TestFinding12_ACrashAfterHandOverIsShownAndNeverResent: SMTP can lose its
// last word; then nobody knows, and a customer is not written to twice.
func TestFinding12_ACrashAfterHandOverIsShownAndNeverResent(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Ada Bello","emails":["ada@example.com"]}`)
	ctx := a.As(auth.System("job"))
	err := a.DB.Write(ctx, "probe", func(ctx context.Context, tx *db.Tx) error {
		id, _, err := a.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: "survey:1:1", Channel: outbox.Email, Purpose: outbox.Survey, ToAddress: "ada@example.com",
			CustomerID: 1, Subject: "How was it?", Payload: "{}", SubjectKind: "probe", SubjectID: 1})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE outbox SET state = 'sending', attempts = 1, attempted_at = ? WHERE id = ?", db.At(tx.Now), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Outbox.Recover(ctx); err != nil { // what every start does
		t.Fatal(err)
	}
	a.Clock.Add(72 * time.Hour)
	if err := a.Outbox.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	row, err := a.Outbox.Get(ctx, 1)
	if err != nil || row.State != outbox.Unknown || row.Attempts != 1 {
		t.Errorf("after the crash: %s after %d attempts (%v), want unknown after 1", row.State, row.Attempts, err)
	}
	mentions(t, "app/sys/outbox", "TestCrashInEveryState", "TestSameKeyIsQueuedOnce")
	mentions(t, "app/sys/mail", "TestALostAnswerLeavesOneMessage")
}

// TestEveryFindingHasItsTest: there are twelve.
func TestEveryFindingHasItsTest(t *testing.T) {
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 12; i++ {
		found := false
		for _, s := range all {
			found = found || slices.ContainsFunc(s.functions(), func(name string) bool { return strings.HasPrefix(name, fmt.Sprintf("TestFinding%d_", i)) })
		}
		if !found {
			t.Errorf("finding %d has no test", i)
		}
	}
}

// TestEveryAnswerCarriesTheGuards: the policy that keeps foreign script out.
func TestEveryAnswerCarriesTheGuards(t *testing.T) {
	a := apptest.New(t)
	for _, path := range []string{"/login", "/up", "/assets/js/app.js", "/no/such/page", "/api/v1/customers", "/s/abc"} {
		r := a.Send(httptest.NewRequest(http.MethodGet, path, nil))
		csp := r.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s lacks a guard: %v", path, r.Header)
		}
	}
}
