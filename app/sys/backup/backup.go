// Package backup makes one file of everything the house holds and brings it
// back. The file is a gzipped tar: a manifest with the SHA-256 of every entry,
// the database as SQLite itself copies it while people go on working, then
// files/ and keys/; with a passphrase all of it is encrypted with age.
package backup

import (
	"errors"
	"time"

	"regulars/app/sys/db"
)

// ErrDamaged says that a backup is not what was once written. It is also
// db.ErrDamaged, so that a program's exit status is the same.
var ErrDamaged error = damaged{}

type damaged struct{}

func (damaged) Error() string        { return "the backup is damaged" }
func (damaged) Is(target error) bool { return target == db.ErrDamaged }

// ErrPassphrase says that the passphrase is missing or wrong.
var ErrPassphrase = errors.New("the backup is encrypted and this passphrase does not open it")

// ErrExists says that the data folder holds data and nobody said to replace it.
var ErrExists = errors.New("the data folder already holds data")

// Info describes a backup.
type Info struct {
	Path      string
	Size      int64
	Encrypted bool
	CreatedAt time.Time
	Schema    int64  // newest migration in it
	Anchor    string // hash of the journal's last set
	Entries   int
	Aside     string // Restore: where the data from before lies, "" when there was none
}

// manifest is the archive's first entry; nothing may follow that it does not
// name.
type manifest struct {
	Format    int       `json:"format"`
	CreatedAt time.Time `json:"created_at"`
	Schema    int64     `json:"schema"`
	AnchorSet int64     `json:"journal_set"`
	Anchor    string    `json:"journal_hash"`
	Entries   []entry   `json:"entries"`
}

type entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const (
	format       = 1
	manifestName = "manifest.json"
	database     = "regulars.db"
	folder       = "backups"
)

// parts are what a data folder is made of, besides its lock and its backups.
var parts = []string{database, "files", "keys"}

func (m manifest) info(path string, size int64, encrypted bool) Info {
	return Info{Path: path, Size: size, Encrypted: encrypted, CreatedAt: m.CreatedAt, Schema: m.Schema, Anchor: m.Anchor, Entries: len(m.Entries)}
}
