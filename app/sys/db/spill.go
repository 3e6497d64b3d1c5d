package db

import (
	"sync"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// spill is how much SQLite may note in memory of a statement's own undo before
// it takes a file. A change of a journaled table with its indexes and triggers
// touches some twenty pages, just above SQLite's own limit of 64 kB, and the
// file then costs a fifth of an import's time. SQLite moves it to the file in
// one write and no write of it may pass 128 kB: a larger note ends as "disk full".
const spill = 120 << 10

// noteInMemory sets spill for the process. It must come before the first
// connection; when another package was first, SQLite keeps its own limit.
var noteInMemory = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	args := libc.NewVaList(int32(spill))
	defer libc.Xfree(tls, args)
	sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_STMTJRNL_SPILL, args)
})
