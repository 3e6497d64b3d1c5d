package db

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Where SQLite's file header keeps the schema cookie, which is 0 while nothing
// was ever created, and the application id.
const (
	headerSize  = 100
	cookieAt    = 40
	applicAt    = 68
	headerMagic = "SQLite format 3\x00"
)

// checkHeader is ErrForeign for another program's database, before SQLite
// opens it: opening alone would switch its journal mode and so change the file.
// What is no database at all is left for SQLite to say.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	defer f.Close()
	head := make([]byte, headerSize)
	if _, err := io.ReadFull(f, head); err != nil || string(head[:len(headerMagic)]) != headerMagic {
		return nil
	}
	switch binary.BigEndian.Uint32(head[applicAt:]) {
	case ApplicationID:
		return nil
	case 0: // ours before its first checkpoint: the mark is still in the log
		if _, err := os.Stat(path + "-wal"); err == nil || binary.BigEndian.Uint32(head[cookieAt:]) == 0 {
			return nil
		}
	}
	return ErrForeign
}
