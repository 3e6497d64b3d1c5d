package cli

import (
	"archive/zip"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const retail = "testdata/imports/online_retail/"

// copyOf puts a file where an import may write beside it, gzipped if its name
// says so.
func copyOf(t *testing.T, from, name string) string {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), name)
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		_, err = z.Write(raw)
		if err == nil {
			err = z.Close()
		}
	} else {
		_, err = f.Write(raw)
	}
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	return to
}

type tally struct {
	Created, Updated, Skipped, Failed int
	FailedFile                        string `json:"failed_file"`
}

func (s shell) importing(args ...string) tally {
	s.Helper()
	var out tally
	if err := json.Unmarshal([]byte(s.ok("", append([]string{"import", "--json"}, args...)...)), &out); err != nil {
		s.Fatal(err)
	}
	return out
}

// A wholesaler's real lines: invoices that begin with C are returns, prices
// below a penny are told, and the file again changes nothing.
func TestOnlineRetailLinesBecomeOrdersAndReturns(t *testing.T) {
	s := newShop(t)
	file := copyOf(t, retail+"lines.csv", "lines.csv.gz")
	got := s.importing("orders", file, "--map", retail+"lines.yaml")
	if got.Created != 4 || got.Failed != 1 {
		t.Fatalf("%+v", got)
	}
	if failed, err := os.ReadFile(got.FailedFile); err != nil || !strings.Contains(string(failed), "0.001") {
		t.Errorf("the row that failed: %v\n%s", err, failed)
	}
	again := s.importing("orders", file, "--map", retail+"lines.yaml")
	if again.Created+again.Updated != 0 || again.Skipped != 4 {
		t.Errorf("the same file again: %+v", again)
	}
	want, returned := sums(t, retail+"lines.csv")
	out := filepath.Join(t.TempDir(), "orders.json")
	s.ok("", "export", "orders", "--out", out)
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Items []struct {
			Number string
			Status string
			Return bool
			Total  struct{ Amount string }
		}
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	sum, back := 0.0, 0
	for _, o := range list.Items {
		amount, _ := strconv.ParseFloat(o.Total.Amount, 64)
		sum += amount
		if o.Return != strings.HasPrefix(o.Number, "C") || o.Status != "completed" {
			t.Errorf("%+v", o)
		}
		if o.Return {
			back++
		}
	}
	if math.Round(sum*100) != want || back != returned {
		t.Errorf("total %.2f and %d returns, the file has %.2f and %d", sum, back, want/100, returned)
	}
}

// sums are the file's own total in minor units, without lines below a penny,
// and its number of returns.
func sums(t *testing.T, file string) (minor float64, returns int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		quantity, _ := strconv.ParseFloat(r[3], 64)
		price, _ := strconv.ParseFloat(r[5], 64)
		minor += quantity * math.Round(price*100)
		if strings.HasPrefix(r[0], "C") && !seen[r[0]] {
			seen[r[0]] = true
			returns++
		}
	}
	return minor, returns
}

// One row an invoice: a total below zero is a return, and invoices without a
// customer are listed.
func TestOnlineRetailInvoicesListRowsWithoutACustomer(t *testing.T) {
	s := newShop(t)
	got := s.importing("orders", copyOf(t, retail+"invoices.csv", "invoices.csv"), "--map", retail+"invoices.yaml")
	if got.Created != 6 || got.Failed != 3 {
		t.Fatalf("%+v", got)
	}
	failed, err := os.ReadFile(got.FailedFile)
	if err != nil || strings.Count(string(failed), "Customer: This is needed.") != 3 {
		t.Errorf("%v\n%s", err, failed)
	}
	s.refused(exitFailed, "neither a file nor a profile", "", "import", "orders", got.FailedFile, "--map", "no such profile")
}

// What leaves by the shell stands in the audit log, and old Excel's letters are
// there for the asking.
func TestExportsAreNotedAndMayBeGB18030(t *testing.T) {
	s := newShop(t)
	file := filepath.Join(t.TempDir(), "c.csv")
	if err := os.WriteFile(file, []byte("name,notes\n林小棠,\"=HYPERLINK(\"\"x\"\")\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.importing("customers", file)
	out := filepath.Join(t.TempDir(), "out.csv")
	s.ok("", "export", "customers", "--out", out, "--encoding", "gb18030")
	raw, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(raw), "\xc1\xd6\xd0\xa1\xcc\xc4") || strings.Contains(string(raw), ",=HYPER") {
		t.Errorf("%v %q", err, raw)
	}
	if again := s.importing("customers", out, "--match", "name"); again.Created != 0 || again.Failed != 0 {
		t.Errorf("the export again: %+v", again)
	}
	s.refused(exitUsage, "--encoding is", "", "export", "customers", "--out", out+"x.csv", "--encoding", "ebcdic")
	kept := filepath.Join(t.TempDir(), "all.zip")
	s.ok("", "export", "all", "--out", kept)
	z, err := zip.OpenReader(kept)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	f, err := z.Open("tables/journal_set.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	sets, err := io.ReadAll(f)
	if err != nil || !strings.Contains(string(sets), "export.kind") {
		t.Errorf("the export of customers is not in the audit log: %v", err)
	}
}
