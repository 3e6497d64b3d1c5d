package db

import (
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
)

// Statement is an SQL constant of the program, kept for the tests that prepare
// every one against the migrated schema and look at the plans of list queries.
type Statement struct {
	Text string
	List bool // its plan must not scan a big table
}

var registry []Statement

// SQL registers a statement constant. Call it in a package-level var; the
// statement is prepared once per connection and reused.
func SQL(text string) string {
	registry = append(registry, Statement{Text: text})
	known[text] = true
	return text
}

// List is SQL for a statement that serves a page or list: its plan is tested.
func List(text string) string {
	registry = append(registry, Statement{Text: text, List: true})
	known[text] = true
	return text
}

var known = map[string]bool{}

// Statements lists what was registered, for the tests.
func Statements() []Statement { return registry }

// statements keeps prepared statements per pool. Only registered constants are
// kept: a query built at run time is prepared for its one use.
type statements struct {
	mu   sync.RWMutex
	kept map[stmtKey]*sqlx.Stmt
}

type stmtKey struct {
	pool *sqlx.DB
	text string
}

func (s *statements) get(pool *sqlx.DB, text string) *sqlx.Stmt {
	if !known[text] {
		return nil
	}
	key := stmtKey{pool, text}
	s.mu.RLock()
	stmt := s.kept[key]
	s.mu.RUnlock()
	return stmt
}

// Warm prepares every registered statement where it can run: all on the writer,
// those that only read on the readers. Call it once the schema stands. A statement that does not fit the schema is left for its
// first use to report.
func (d *DB) Warm() {
	for _, st := range registry {
		d.stmts.prepare(d.writer, st.Text)
		if verb := strings.TrimSpace(st.Text); strings.HasPrefix(verb, "SELECT") || strings.HasPrefix(verb, "WITH") {
			d.stmts.prepare(d.reader, st.Text)
		}
	}
}

func (s *statements) prepare(pool *sqlx.DB, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[stmtKey]*sqlx.Stmt{}
	}
	key := stmtKey{pool, text}
	if s.kept[key] != nil {
		return
	}
	if stmt, err := pool.Preparex(text); err == nil {
		s.kept[key] = stmt
	}
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.kept {
		_ = stmt.Close() // the pool is about to close anyway
	}
	s.kept = nil
}
