package cli

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"

	"regulars/app/kit/errs"
	"regulars/app/sys/backup"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// said is an error in plain words; what it means for the exit status stays.
type said struct {
	text  string
	cause error
}

func (s said) Error() string { return s.text }

func (s said) Unwrap() error { return s.cause }

// words are what SQLite and the system say, in plain words.
var words = []struct {
	has, means string
	damaged    bool
}{
	{"unable to open database file", "the database cannot be opened: check that the data folder belongs to this user and can be written", false},
	{"database is locked", "the database is busy: another program holds it, try again in a moment", false},
	{"attempt to write a readonly database", "the database is read-only: check that the data folder belongs to this user and can be written", false},
	{"database or disk is full", "the disk is full: free some space and try again", false},
	{"disk I/O error", "the disk failed while reading or writing: check it before you go on", false},
	{"database disk image is malformed", "the database is damaged: restore the newest backup with `regulars restore`", true},
	{"file is not a database", "the file regulars.db is not a database: restore the newest backup with `regulars restore`", true},
	{"address already in use", "the address is in use by another program: choose another with --listen", false},
}

// plain turns an error into one sentence for the shell.
func plain(err error) error {
	var u usageError
	if err == nil || errors.As(err, &u) {
		return err
	}
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	if e, ok := errs.As(err); ok {
		text = message(e)
	}
	var c *config.Error
	switch {
	case errors.As(err, &c):
		text = c.Error()
	case errors.Is(err, backup.ErrExists):
		text = "the data folder already holds data: use --force to put it aside and restore"
	case errors.Is(err, backup.ErrPassphrase):
		text = "the backup is encrypted and this passphrase does not open it: use --passphrase-stdin"
	}
	for _, w := range words {
		if strings.Contains(text, w.has) {
			text = w.means
			if w.damaged {
				err = errors.Join(err, db.ErrDamaged)
			}
			break
		}
	}
	return said{text, err}
}

// sentences is the English catalogue.
var sentences sync.Map

// speak loads the catalogue that messages are taken from.
func (e *env) speak() {
	assets, err := fs.Sub(e.files, "assets")
	if err != nil {
		return
	}
	if bundle, err := i18n.Load(assets); err == nil {
		sentences.Store("en", bundle.For(i18n.English))
	}
}

func message(e *errs.Error) string {
	l, ok := sentences.Load("en")
	if !ok {
		return e.Error()
	}
	locale := l.(*i18n.Locale)
	text := locale.Message(e.Message)
	for _, name := range e.FieldNames() {
		text += " " + name + ": " + locale.Message(e.Fields[name])
	}
	return text
}

// exists tells whether there is something at a path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
