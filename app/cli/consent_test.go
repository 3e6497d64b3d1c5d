package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jmoiron/sqlx"
)

// ledgerRow is what every release has of a word about consent.
type ledgerRow struct {
	ID       int64  `db:"id"`
	Customer int64  `db:"customer_id"`
	Contact  int64  `db:"contact_id"`
	Purpose  string `db:"purpose"`
	State    string `db:"state"`
	Basis    string `db:"basis"`
	Source   string `db:"source"`
	Wording  string `db:"wording"`
	User     int64  `db:"user_id"`
	At       int64  `db:"at"`
}

const (
	selectLedger = `SELECT id, customer_id, coalesce(contact_id, 0) AS contact_id, purpose, state, basis, source, wording, coalesce(user_id, 0) AS user_id, at FROM consent ORDER BY id`
	// the rule as it was: by customer and purpose the newest row that is no mere relation
	formerWords = `
		SELECT e.customer_id || ' ' || e.purpose || ' ' || e.state FROM consent e WHERE e.contact_id IS NULL AND e.basis <> 'customer_relation'
			AND e.id = (SELECT max(m.id) FROM consent m WHERE m.customer_id = e.customer_id AND m.purpose = e.purpose AND m.contact_id IS NULL AND m.basis <> 'customer_relation')
		ORDER BY 1`
	wordsByMail = `SELECT customer_id || ' ' || purpose || ' ' || state FROM consent_now WHERE channel = 'email' ORDER BY 1`
	// consent_now against the ledger itself, read without the triggers
	differingNow = `
		WITH h (channel) AS (VALUES ('email'), ('sms'), ('phone'), ('wechat'), ('post')),
		last AS (
			SELECT e.customer_id, e.purpose, h.channel, e.state, e.id, row_number() OVER (PARTITION BY e.customer_id, e.purpose, h.channel ORDER BY e.id DESC) AS n
			FROM consent e JOIN h ON e.channel IN ('', h.channel) WHERE e.contact_id IS NULL AND e.basis <> 'customer_relation' AND e.state <> 'asked')
		SELECT count(*) FROM (SELECT * FROM last WHERE n = 1) l FULL JOIN consent_now w USING (customer_id, purpose, channel)
		WHERE l.state IS NOT w.state OR l.id IS NOT w.consent_id`
)

// checkNow compares the last words that are kept with the ledger itself.
func checkNow(t *testing.T, d *sqlx.DB) {
	t.Helper()
	var n int
	if err := d.Get(&n, differingNow); err != nil || n != 0 {
		t.Errorf("%d last words differ from the ledger: %v", n, err)
	}
}

func selected[T any](t *testing.T, d *sqlx.DB, query string) []T {
	t.Helper()
	var out []T
	if err := d.Select(&out, query); err != nil {
		t.Fatal(err)
	}
	return out
}

// What customers said before consent was kept by channel says the same after:
// who may get what by mail, and no other channel is opened by it. It says the
// same again when everything leaves and is read into an empty folder.
func TestConsentSaysTheSameAfterAnUpgrade(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "data")}
	unpack(t, "testdata/schema-20261123000710.db.zst", s.dir)
	d := open(t, s.dir)
	if _, err := d.Exec(`
		INSERT INTO consent (customer_id, purpose, channel, state, basis, source, at)
		SELECT id, 'marketing', 'email', iif(id % 3 = 0, 'objected', 'allowed'), iif(id % 3 = 0, 'objection', 'opt_in'), 'staff', 5 FROM customer WHERE id % 2 = 0;
		INSERT INTO consent (customer_id, purpose, channel, state, basis, source, wording, at)
		SELECT id, 'survey', 'email', 'objected', 'objection', 'unsubscribe', 'Please not', 6 FROM customer WHERE id % 5 = 0;
		INSERT INTO consent (customer_id, purpose, channel, state, basis, source, at)
		SELECT id, 'survey', 'email', 'allowed', 'opt_in', 'preferences', 7 FROM customer WHERE id % 10 = 0`); err != nil {
		t.Fatal(err)
	}
	before, words := selected[ledgerRow](t, d, selectLedger), selected[string](t, d, formerWords)
	if len(words) < 10 || d.Close() != nil {
		t.Fatal("nothing to compare")
	}
	s.ok("", "migrate")
	d = open(t, s.dir)
	after := selected[ledgerRow](t, d, selectLedger)
	if !slices.Equal(after, before) {
		t.Errorf("the ledger has %d rows, before %d, or says something else", len(after), len(before))
	}
	if now := selected[string](t, d, wordsByMail); !slices.Equal(now, words) {
		t.Errorf("by mail %d words, before %d", len(now), len(words))
	}
	var opened, closed int
	if err := d.Get(&opened, `SELECT count(*) FROM consent_now WHERE purpose = 'marketing' AND channel <> 'email' AND state = 'allowed'`); err != nil || opened != 0 {
		t.Errorf("%d yeses to mail have become yeses to other channels: %v", opened, err)
	}
	if err := d.Get(&closed, `SELECT count(*) FROM consent_now WHERE purpose = 'marketing' AND channel = 'post' AND state = 'objected'`); err != nil || closed == 0 {
		t.Errorf("objections count by mail only: %v", err)
	}
	checkNow(t, d)
	var next, last int64
	if err := d.Get(&next, `SELECT seq FROM sqlite_sequence WHERE name = 'consent'`); err != nil || d.Get(&last, `SELECT max(id) FROM consent`) != nil || next < last {
		t.Errorf("the count of ids goes on at %d after %d: %v", next, last, err)
	}
	said := fmt.Sprint(selected[string](t, d, `SELECT customer_id || what || state || consent_id FROM consent_now ORDER BY 1`))
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	all := filepath.Join(t.TempDir(), "all.zip")
	s.ok("", "export", "all", "--out", all)
	other := newShop(t)
	other.ok("", "import", "all", all)
	d = open(t, other.dir)
	checkNow(t, d)
	if got := fmt.Sprint(selected[string](t, d, `SELECT customer_id || what || state || consent_id FROM consent_now ORDER BY 1`)); got != said {
		t.Error("read back from a file, customers say something else")
	}
	if !slices.Equal(selected[ledgerRow](t, d, selectLedger), before) {
		t.Error("read back from a file, the ledger says something else")
	}
}
