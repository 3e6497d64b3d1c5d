// Package dump writes everything a shop holds into one open file and reads it
// into an empty shop: a zip with the schema, one file of JSON Lines a table,
// and the attachments. It knows no slice: tables and columns come from the
// schema, so a new slice is in it from its first day. What proves who somebody
// is, and what only matters to the running process, is left out.
package dump

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"regulars/app/sys/db"
)

// ErrDamaged says that a file is not what Write once wrote. It is also
// db.ErrDamaged.
var ErrDamaged = fmt.Errorf("the export is not whole: %w", db.ErrDamaged)

// ErrNotEmpty says that the shop already holds customers.
var ErrNotEmpty = errors.New("the shop already holds customers: an export is read into an empty one")

// Info describes a dump.
type Info struct {
	Schema int64            `json:"schema"`
	Tables map[string]int64 `json:"tables"` // rows a table
	Files  int              `json:"files"`
	Bytes  int64            `json:"-"`
}

// manifest is the zip's first entry.
type manifest struct {
	Format    int       `json:"format"`
	CreatedAt time.Time `json:"created_at"`
	Info
}

const (
	format       = 1
	manifestName = "manifest.json"
	schemaName   = "schema.sql"
	tablesDir    = "tables/"
	filesDir     = "files/"
	maxLine      = 64 << 20
)

// byTriggers is why a table fills itself while others are read. Some exports
// hold one nevertheless: its rows are passed over.
const byTriggers = "kept by triggers"

// atNight is why what is foreseen stays behind: it is made anew.
const atNight = "made anew at night"

// left are tables that stay behind, with the reason.
var left = map[string]string{
	"user_secret": "proves who somebody is", "user_recovery": "proves who somebody is", "user_link": "proves who somebody is",
	"token": "opens the API", "session": "a browser's", "calendar_feed": "opens a calendar",
	"throttle": "of the running process", "idempotency": "of the running process", "job_run": "of the running process", "job_clock": "of the running process",
	"event_cursor": "of the running process", "event_delivery": "of the running process", "goose_db_version": "of the schema",
	"search_doc": "rebuilt", "order_day": byTriggers, "order_sum": byTriggers, "order_goods": byTriggers, "payment_sum": byTriggers, "order_month": byTriggers, "order_buyers": "counted from the orders", "order_due": byTriggers, "lead_reach": byTriggers, "evaluation_dirty": byTriggers, "evaluation_spread": byTriggers, "quality_count": byTriggers, "consent_now": byTriggers,
	"pool_touched": "of the running change", "search_touched": "of the running change", "survey_answer": byTriggers, "topic_due": byTriggers,
	"topic_review_due": byTriggers,
	"prediction_buyer": atNight, "prediction_cohort": atNight, "prediction_figure": atNight, "prediction_rfm": atNight, "prediction_worth": atNight,
	"dashboard_drawn": "counted anew", "recommend_pair": atNight, "reorder_clock": atNight,
}

// conditions leave single rows behind.
var conditions = map[string]string{
	"setting": ` WHERE name NOT IN ('search.version', 'backup.last', 'backup.drill', 'outbox.held') AND name NOT LIKE 'outbox.pause.%'`,
}

// blobPath is the name of an attachment's file below files/.
var blobPath = regexp.MustCompile(`^[0-9a-f]{2}/([0-9a-f]{64})$`)

func quote(name string) string { return `"` + name + `"` }
