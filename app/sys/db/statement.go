package db

import (
	"sync"
	"sync/atomic"

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

// statements keeps prepared statements per pool: the registered constants, and
// on the readers the last queries that were built at run time, such as lists
// with their filters.
type statements struct {
	mu    sync.RWMutex
	kept  map[stmtKey]*statement
	built []stmtKey // the run-time ones, oldest first
}

type stmtKey struct {
	pool *sqlx.DB
	text string
}

// statement is a prepared one. Whoever runs it holds it, so that one which had
// to make room is closed by its last user.
type statement struct {
	*sqlx.Stmt
	users   atomic.Int32
	dropped atomic.Bool
}

func (st *statement) hold() *statement {
	st.users.Add(1)
	return st
}

func (st *statement) release() {
	if st.users.Add(-1) == 0 && st.dropped.Load() {
		_ = st.Close() // nobody is left who could use it
	}
}

func (st *statement) drop() {
	st.dropped.Store(true)
	if st.users.Load() == 0 {
		_ = st.Close()
	}
}

// keptBuilt is how many queries made at run time stay prepared.
const keptBuilt = 256

// get is the kept statement, held for the caller, or nil.
func (s *statements) get(pool *sqlx.DB, text string) *statement {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if st := s.kept[stmtKey{pool, text}]; st != nil {
		return st.hold()
	}
	return nil
}

// read is get for a pool of readers, where a statement can be prepared at any
// time. It is nil when the text cannot be prepared: the query says why.
func (s *statements) read(pool *sqlx.DB, text string) *statement {
	if st := s.get(pool, text); st != nil {
		return st
	}
	stmt, err := pool.Preparex(text)
	if err != nil {
		return nil
	}
	return s.keep(stmtKey{pool, text}, stmt)
}

// keep adds a statement, unless somebody else was first, and drops the oldest
// of too many. It comes back held.
func (s *statements) keep(key stmtKey, stmt *sqlx.Stmt) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.kept[key]; first != nil {
		_ = stmt.Close() // the other one does the same
		return first.hold()
	}
	if s.kept == nil {
		s.kept = map[stmtKey]*statement{}
	}
	st := &statement{Stmt: stmt}
	s.kept[key] = st
	if known[key.text] {
		return st.hold()
	}
	s.built = append(s.built, key)
	if len(s.built) > keptBuilt {
		s.kept[s.built[0]].drop()
		delete(s.kept, s.built[0])
		s.built = s.built[1:]
	}
	return st.hold()
}

// Warm prepares every registered statement on the writer: a transaction, which has
// the only connection, can only prepare one for itself. Readers prepare theirs at the
// first use. Call it once the schema stands; a statement that does not fit the
// schema is left for its first use to report.
func (d *DB) Warm() {
	for _, st := range registry {
		if stmt, err := d.writer.Preparex(st.Text); err == nil {
			d.stmts.keep(stmtKey{d.writer, st.Text}, stmt).release()
		}
	}
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.kept {
		_ = st.Close() // the pool is about to close anyway
	}
	s.kept, s.built = nil, nil
}
