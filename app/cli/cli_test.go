package cli

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"regulars/app/sys/lock"
)

// shell runs verbs against one data folder.
type shell struct {
	*testing.T
	dir string
}

type result struct {
	status   int
	out, err string
}

func (s shell) run(stdin string, args ...string) result {
	s.Helper()
	var out, stderr bytes.Buffer
	status := Main(os.DirFS("../.."), "9.9.9", append(args, "--data", s.dir), strings.NewReader(stdin), &out, &stderr)
	return result{status, out.String(), stderr.String()}
}

// ok runs a verb that must succeed and gives what it printed.
func (s shell) ok(stdin string, args ...string) string {
	s.Helper()
	r := s.run(stdin, args...)
	if r.status != exitDone || r.err != "" {
		s.Fatalf("%v: status %d\n%s%s", args, r.status, r.out, r.err)
	}
	return r.out
}

// refused runs a verb that must fail with one plain sentence.
func (s shell) refused(want int, has, stdin string, args ...string) {
	s.Helper()
	r := s.run(stdin, args...)
	if r.status != want || !strings.Contains(r.err, has) {
		s.Errorf("%v: status %d, want %d with %q\n%s", args, r.status, want, has, r.err)
	}
	if strings.Contains(r.err, "goroutine ") || strings.Count(strings.TrimSpace(r.err), "\n") > 0 {
		s.Errorf("%v: not one plain sentence:\n%s", args, r.err)
	}
}

const password = "a long enough secret"

// newShop is a shop that was set up once and is copied for every test.
func newShop(t *testing.T) shell {
	t.Helper()
	once.Do(func() { made = setUpShop(t) })
	s := shell{t, filepath.Join(t.TempDir(), "shop")}
	if made == nil {
		t.Fatal("no shop could be set up")
	}
	if err := os.CopyFS(s.dir, made); err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	once sync.Once
	made fs.FS
)

func setUpShop(t *testing.T) fs.FS {
	t.Helper()
	s := shell{t, filepath.Join(t.TempDir(), "shop")}
	s.ok(password+"\n", "setup", "--business", "Kettle & Crane", "--owner-name", "Mei Lin", "--owner-email", "mei@example.com", "--password-stdin",
		"--locale", "zh-CN", "--timezone", "Asia/Shanghai")
	kept := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(s.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			kept[name] = &fstest.MapFile{Mode: fs.ModeDir | 0o700}
			return nil
		}
		raw, err := os.ReadFile(filepath.Join(s.dir, name))
		kept[name] = &fstest.MapFile{Data: raw, Mode: 0o600}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func items(t *testing.T, text string) []map[string]any {
	t.Helper()
	var list struct {
		Items []map[string]any `json:"items"`
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil || list.Items == nil {
		t.Fatalf("not a list: %v\n%s", err, text)
	}
	return list.Items
}

func TestSetupOnceAndOnlyOnce(t *testing.T) {
	s := newShop(t)
	args := []string{"setup", "--business", "Other", "--owner-name", "Jo", "--owner-email", "jo@example.com", "--password-stdin"}
	s.refused(exitFailed, "set up", password+"\n", args...)
	s.refused(exitUsage, "--password-stdin", "", "setup", "--business", "X")
	empty := shell{t, filepath.Join(t.TempDir(), "new")}
	empty.refused(exitFailed, "password", "short\n", args...)
	empty.refused(exitFailed, "standard input", "", args...)
}

func TestVerbsWithoutAShop(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "nothing")}
	for _, args := range [][]string{{"user", "list"}, {"token", "list"}, {"backup"}, {"jobs", "list"}, {"export", "all", "--out", filepath.Join(t.TempDir(), "x.zip")}, {"migrate"}} {
		s.refused(exitFailed, "no shop", "", args...)
	}
	s.refused(exitFailed, "no server answers", "", "healthcheck")
	s.refused(exitFailed, "no file", "", "restore", filepath.Join(t.TempDir(), "none"))
}

func TestWrongUsage(t *testing.T) {
	s := shell{t, t.TempDir()}
	for _, args := range [][]string{{"nonsense"}, {"user"}, {"user", "nonsense"}, {"token", "create"}, {"token", "create", "--user", "a", "--name", "b", "--scope", "all"},
		{"token", "revoke", "x"}, {"import", "customers"}, {"export", "customers"}, {"export", "customers", "--out", "x.doc"}, {"restore"},
		{"jobs", "run"}, {"version", "extra"}, {"backup", "--nonsense"}, {"import", "customers", "x.csv", "--on-duplicate", "maybe"}} {
		if r := s.run("", args...); r.status != exitUsage || r.err == "" {
			t.Errorf("%v: status %d %q", args, r.status, r.err)
		}
	}
}

func TestUsersAndTokens(t *testing.T) {
	s := newShop(t)
	if out := s.ok("", "user", "add", "--name", "Jo", "--email", "jo@example.com"); !strings.Contains(out, "http://127.0.0.1:8080/invite/") {
		t.Errorf("no invitation link: %s", out)
	}
	s.ok(password+" 2\n", "user", "add", "--name", "Dan", "--email", "dan@example.com", "--role", "manager", "--password-stdin")
	list := items(t, s.ok("", "user", "list", "--json"))
	if len(list) != 3 {
		t.Errorf("%d people", len(list))
	}
	served, err := lock.Acquire(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Say(s.dir, "127.0.0.1:9123"); err != nil {
		t.Fatal(err)
	}
	if out := s.ok("", "user", "reset-password", "dan@example.com"); !strings.Contains(out, "http://127.0.0.1:9123/reset/") {
		t.Errorf("the link does not lead to the server that runs: %s", out)
	}
	if err := served.Release(); err != nil {
		t.Fatal(err)
	}
	if out := s.ok("", "user", "reset-password", "dan@example.com"); !strings.Contains(out, "/reset/") {
		t.Errorf("no link: %s", out)
	}
	s.ok("another long secret\n", "user", "reset-password", "--email", "dan@example.com", "--password-stdin")
	if out := s.ok("", "user", "disable", "dan@example.com", "--json"); !strings.Contains(out, `"disabled"`) {
		t.Errorf("%s", out)
	}
	s.ok("", "user", "enable", "--user", "dan@example.com")
	s.refused(exitFailed, "", "", "user", "disable", "mei@example.com")
	s.refused(exitFailed, "", "", "user", "disable", "nobody@example.com")
	s.refused(exitFailed, "email", "", "user", "add", "--name", "X", "--email", "not an address")

	secret := strings.TrimSpace(s.ok("", "token", "create", "--user", "mei@example.com", "--name", "till", "--scope", "write", "--expires", "30d"))
	if !strings.HasPrefix(secret, "rg_") {
		t.Errorf("secret %q", secret)
	}
	keys := items(t, s.ok("", "token", "list", "--json"))
	if len(keys) != 1 || keys[0]["name"] != "till" || strings.Contains(s.ok("", "token", "list"), secret) {
		t.Errorf("%v", keys)
	}
	s.ok("", "token", "revoke", "1")
	s.refused(exitFailed, "", "", "token", "revoke", "99")
}

func TestImportAndExport(t *testing.T) {
	s := newShop(t)
	file := filepath.Join(t.TempDir(), "customers.csv")
	if err := os.WriteFile(file, []byte("name,phone,birthday\n李雷,13800138000,\nHan Mei,13900139000,not a day\n,,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := s.ok("", "import", "customers", file, "--dry-run"); !strings.Contains(out, "Nothing was changed") {
		t.Errorf("%s", out)
	}
	var done struct{ Created, Failed int }
	if err := json.Unmarshal([]byte(s.ok("", "import", "customers", file, "--json")), &done); err != nil || done.Created == 0 {
		t.Errorf("%+v %v", done, err)
	}
	s.refused(exitFailed, "widgets", "", "import", "widgets", file)
	s.refused(exitFailed, "", "", "import", "customers", file+".none")
	s.refused(exitFailed, "widgets", "", "export", "widgets", "--out", filepath.Join(t.TempDir(), "w.csv"))
	for _, form := range []string{"csv", "xlsx", "json"} {
		out := filepath.Join(t.TempDir(), "c."+form)
		s.ok("", "export", "customers", "--out", out)
		raw, err := os.ReadFile(out)
		if err != nil || form != "xlsx" && !strings.Contains(string(raw), "李雷") {
			t.Errorf("%s: %v %s", form, err, raw)
		}
		s.refused(exitFailed, "there already", "", "export", "customers", "--out", out)
	}
	all := filepath.Join(t.TempDir(), "all.zip")
	s.ok("", "export", "all", "--out", all)
	s.refused(exitFailed, "already holds", "", "import", "all", all)
	other := newShop(t)
	other.ok("", "import", "all", all)
	out := filepath.Join(t.TempDir(), "again.json")
	other.ok("", "export", "customers", "--out", out)
	if raw, err := os.ReadFile(out); err != nil || !strings.Contains(string(raw), "李雷") {
		t.Errorf("%v %s", err, raw)
	}
	if out := other.ok("", "doctor"); !strings.Contains(out, "search knows every customer") {
		t.Errorf("after reading back:\n%s", out)
	}
	other.refused(exitDamaged, "not whole", "", "import", "all", file)
}

func TestBackupAndRestore(t *testing.T) {
	s := newShop(t)
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	if out := s.ok("", "backup", "--out", file); !strings.Contains(out, "not encrypted") {
		t.Errorf("nothing says that it can be read: %s", out)
	}
	s.refused(exitFailed, "there already", "", "backup", "--out", file)
	s.refused(exitFailed, "--force", "", "restore", file)
	if out := s.ok("", "restore", file, "--force"); !strings.Contains(out, "held") || !strings.Contains(out, "from before lies in") {
		t.Errorf("%s", out)
	}
	secret := filepath.Join(t.TempDir(), "b.tar.gz.age")
	s.ok("open sesame\n", "backup", "--out", secret, "--passphrase-stdin")
	s.refused(exitFailed, "passphrase", "wrong\n", "restore", secret, "--force", "--passphrase-stdin")
	fresh := shell{t, filepath.Join(t.TempDir(), "fresh")}
	if out := fresh.ok("open sesame\n", "restore", secret, "--passphrase-stdin"); strings.Contains(out, "from before") {
		t.Errorf("an empty folder had no data before: %s", out)
	}
	if n := len(items(t, fresh.ok("", "user", "list", "--json"))); n != 1 {
		t.Errorf("%d people in the restored shop", n)
	}
	if err := os.WriteFile(file, []byte("not a backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.refused(exitDamaged, "", "", "restore", file, "--force")
	held, err := lock.Acquire(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	s.refused(exitInUse, "in use", "open sesame\n", "restore", secret, "--force", "--passphrase-stdin")
	s.refused(exitInUse, "in use", "", "migrate")
	s.ok("", "user", "list") // beside a running server
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestUpkeep(t *testing.T) {
	s := newShop(t)
	if out := s.ok("", "migrate", "--plan"); !strings.Contains(out, "up to date") {
		t.Errorf("%s", out)
	}
	s.ok("", "migrate")
	if list := items(t, s.ok("", "jobs", "list", "--json")); len(list) == 0 {
		t.Error("no jobs")
	}
	s.ok("", "jobs", "run", "outbox_drain")
	s.refused(exitFailed, "nothing_such", "", "jobs", "run", "nothing_such")
	s.ok("", "config", "check")
	if out := s.ok("", "config", "print"); !strings.Contains(out, "smtp.password") {
		t.Errorf("%s", out)
	}
	if list := items(t, s.ok("", "config", "print", "--json")); len(list) < 20 {
		t.Errorf("%d settings", len(list))
	}
	if err := os.WriteFile(filepath.Join(s.dir, "config.yaml"), []byte("lissten: 127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.refused(exitFailed, "listen", "", "config", "check")
	s.refused(exitFailed, "listen", "", "user", "list")
	if out := s.ok("", "version"); !strings.Contains(out, "9.9.9") {
		t.Errorf("%s", out)
	}
	var v struct{ Version string }
	if err := json.Unmarshal([]byte(s.ok("", "version", "--json")), &v); err != nil || v.Version != "9.9.9" {
		t.Errorf("%v %v", v, err)
	}
}

func TestDoctor(t *testing.T) {
	s := newShop(t)
	out := s.ok("", "doctor")
	for _, want := range []string{"database", "journal", "search", "clock", "backups", "smtp", "base_url", "permissions", "migrations"} {
		if !strings.Contains(out, want) {
			t.Errorf("doctor did not look at %s:\n%s", want, out)
		}
	}
	var all struct {
		Healthy bool
		Items   []finding
	}
	if err := json.Unmarshal([]byte(s.ok("", "doctor", "--json", "--full")), &all); err != nil || !all.Healthy {
		t.Errorf("%+v %v", all, err)
	}
	shell{t, filepath.Join(t.TempDir(), "none")}.refused(exitFailed, "folder", "", "doctor")
	if err := os.WriteFile(filepath.Join(s.dir, "regulars.db"), bytes.Repeat([]byte("no database "), 500), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		_ = os.Remove(filepath.Join(s.dir, "regulars.db"+suffix))
	}
	if r := s.run("", "doctor"); r.status != exitDamaged || !strings.Contains(r.out, "restore the newest backup") {
		t.Errorf("a broken file: %d\n%s%s", r.status, r.out, r.err)
	}
	s.refused(exitDamaged, "restore the newest backup", "", "user", "list")
}

func TestSpansOfTime(t *testing.T) {
	for text, hours := range map[string]float64{"90d": 2160, "12h": 12, "0d": 0, "-1h": 0, "x": 0, "9999999d": 0} {
		d, err := span(text)
		if (err == nil) != (hours > 0) || d.Hours() != hours {
			t.Errorf("%s is %v, %v", text, d, err)
		}
	}
}

// Whatever stands in the folder in the place of our data is refused with its
// own exit status, by serve as by every other verb, and is left as it was.
func TestWhatIsNotOurDataIsRefusedUntouched(t *testing.T) {
	s := newShop(t)
	path := filepath.Join(s.dir, "regulars.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	foreign := bytes.Clone(whole)
	copy(foreign[68:72], []byte{0, 0, 0, 1}) // SQLite keeps the application id there
	torn := bytes.Clone(whole[:len(whole)/2])
	for name, raw := range map[string][]byte{"another program's": foreign, "half": torn, "no database": []byte("hello, this is no database at all")} {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if r := s.run("", "serve", "--no-browser", "--listen", "127.0.0.1:0"); r.status != exitDamaged || strings.Contains(r.err, "goroutine ") {
			t.Errorf("serve with %s file: status %d\n%s", name, r.status, r.err)
		}
		for _, verb := range [][]string{{"user", "list"}, {"doctor"}} {
			s.refused(exitDamaged, "database", "", verb...)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, raw) {
			t.Errorf("%s file was changed (%v)", name, err)
		}
	}
}

func TestAPersonIsHandedOverAndErasedFromTheShell(t *testing.T) {
	s := newShop(t)
	file := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(file, []byte("name,email\nWanda Zielonka,wanda@example.com\nAndere,andere@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.ok("", "import", "customers", file)
	saved := filepath.Join(t.TempDir(), "before.tar.gz")
	s.ok("", "backup", "--out", saved)
	s.refused(exitUsage, "--id", "", "person", "export")
	s.refused(exitFailed, "nobody@example.com", "", "person", "erase", "--email", "nobody@example.com")
	out := filepath.Join(t.TempDir(), "wanda.zip")
	s.ok("", "person", "export", "--email", "wanda@example.com", "--out", out)
	if text, err := os.ReadFile(out); err != nil || !strings.Contains(string(text), "index.html") {
		t.Fatalf("no zip: %v", err)
	}
	if said := s.ok("", "person", "erase", "--email", "wanda@example.com"); !strings.Contains(said, "The person was erased.") {
		t.Errorf("said %q", said)
	}
	for _, back := range []bool{false, true} {
		if back {
			s.ok("", "restore", saved, "--force")
		}
		list := filepath.Join(t.TempDir(), "after.json")
		s.ok("", "export", "customers", "--out", list)
		text, err := os.ReadFile(list)
		if err != nil || strings.Contains(string(text), "Wanda") || !strings.Contains(string(text), "Andere") {
			t.Errorf("restored %v: %s %v", back, text, err)
		}
	}
}
