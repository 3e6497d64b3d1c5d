package dump

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
)

// Read reads an export into a shop without customers, in one transaction: all
// or nothing. What a setup put there before gives way; people keep their
// passwords when the export knows their address. Messages that still waited
// are held, because the shop they come from may have sent them. The journal's
// triggers are installed anew by install.
func Read(ctx context.Context, d *db.DB, filesFolder, file string, install func(context.Context) error) (info Info, err error) {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return info, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	m, err := check(&archive.Reader)
	if err != nil {
		return info, err
	}
	if err := empty(ctx, d); err != nil {
		return info, err
	}
	rows, m, done, err := today(ctx, &archive.Reader, m, filepath.Dir(filesFolder))
	if err != nil {
		return info, err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := readFiles(&archive.Reader, filesFolder); err != nil {
		return info, err
	}
	if err := journal.Remove(ctx, d); err != nil {
		return info, err
	}
	err = d.Write(ctx, "dump.read", func(ctx context.Context, tx *db.Tx) error { return fill(ctx, tx, rows, m) })
	return m.Info, errors.Join(err, install(ctx))
}

// check reads the manifest and refuses what does not belong there.
func check(archive *zip.Reader) (manifest, error) {
	var m manifest
	f, err := archive.Open(manifestName)
	if err != nil {
		return m, fmt.Errorf("%w: it has no %s", ErrDamaged, manifestName)
	}
	err = json.NewDecoder(io.LimitReader(f, 1<<20)).Decode(&m)
	if err := errors.Join(err, f.Close()); err != nil || m.Format < 1 {
		return m, fmt.Errorf("%w: its %s cannot be read", ErrDamaged, manifestName)
	}
	if m.Schema > db.SchemaVersion() || m.Format > format {
		return m, db.ErrNewer
	}
	for _, f := range archive.File {
		table := strings.TrimSuffix(strings.TrimPrefix(f.Name, tablesDir), ".jsonl")
		_, known := m.Tables[table]
		switch {
		case f.Name == manifestName, f.Name == schemaName:
		case strings.HasPrefix(f.Name, tablesDir) && known && (left[table] == "" || left[table] == byTriggers):
		case strings.HasPrefix(f.Name, filesDir) && blobPath.MatchString(strings.TrimPrefix(f.Name, filesDir)):
		default:
			return m, fmt.Errorf("%w: %q does not belong there", ErrDamaged, f.Name)
		}
	}
	return m, nil
}

func empty(ctx context.Context, d *db.DB) error {
	var any bool
	if err := d.Reader(ctx).Get(ctx, &any, "SELECT EXISTS (SELECT 1 FROM customer)"); err != nil {
		return fmt.Errorf("look for customers: %w", err)
	}
	if any {
		return ErrNotEmpty
	}
	return nil
}

// readFiles stores the attachments first: one too many does no harm, one
// missing would.
func readFiles(archive *zip.Reader, folder string) error {
	for _, f := range archive.File {
		name, ok := strings.CutPrefix(f.Name, filesDir)
		if !ok {
			continue
		}
		if err := readFile(f, filepath.Join(folder, filepath.FromSlash(name)), blobPath.FindStringSubmatch(name)[1]); err != nil {
			return err
		}
	}
	return nil
}

func readFile(f *zip.File, path, sum string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make a folder for files: %w", err)
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	defer r.Close()
	part := path + ".part"
	w, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(w, hash), r)
	err = errors.Join(err, w.Sync(), w.Close())
	if err == nil && hex.EncodeToString(hash.Sum(nil)) != sum {
		err = fmt.Errorf("%w: the file %s is not what its name says", ErrDamaged, sum)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, path)
}

// fill empties the tables and fills them again.
func fill(ctx context.Context, tx *db.Tx, archive *zip.Reader, m manifest) error {
	if _, err := tx.Exec(ctx, deferKeys); err != nil {
		return fmt.Errorf("defer foreign keys: %w", err)
	}
	secrets, err := keepSecrets(ctx, tx)
	if err != nil {
		return err
	}
	if err := forget(ctx, tx); err != nil {
		return err
	}
	if err := fillTables(ctx, tx, archive, m); err != nil {
		return err
	}
	if err := secrets.restore(ctx, tx); err != nil {
		return err
	}
	return holdWaiting(ctx, tx)
}

const deferKeys = "PRAGMA defer_foreign_keys = ON"

// fillTables puts the export's rows in the place of those that are there.
func fillTables(ctx context.Context, tx *db.Tx, archive *zip.Reader, m manifest) error {
	tables := slices.DeleteFunc(slices.Sorted(maps.Keys(m.Tables)), func(t string) bool { return left[t] == byTriggers })
	for _, t := range tables {
		if _, err := columnsOf(ctx, tx, t); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM "+quote(t)); err != nil {
			return fmt.Errorf("empty %s: %w", t, err)
		}
	}
	// The counters come last: filling a table moves its own.
	tables = append(slices.DeleteFunc(tables, func(t string) bool { return t == sequence }), sequence)
	for _, t := range tables {
		if err := fillTable(ctx, tx, archive, t, m.Tables[t]); err != nil {
			return err
		}
	}
	return nil
}

// forget clears what belonged to the shop before: sessions and tokens of
// people who are others now, positions in events that are gone.
func forget(ctx context.Context, tx *db.Tx) error {
	for _, t := range slices.Sorted(maps.Keys(left)) {
		if t == "goose_db_version" || t == "job_run" {
			continue
		}
		if _, err := tx.Exec(ctx, "DELETE FROM "+quote(t)); err != nil {
			return fmt.Errorf("forget %s: %w", t, err)
		}
	}
	if _, err := tx.Exec(ctx, "INSERT INTO search_index (search_index) VALUES ('delete-all')"); err != nil {
		return fmt.Errorf("empty the search index: %w", err)
	}
	return nil
}

// columnsOf are a table's columns, and whether they are filled or computed by
// the database; a table that the program does not have is refused.
func columnsOf(ctx context.Context, tx *db.Tx, table string) (map[string]bool, error) {
	var columns []struct {
		Name   string `db:"name"`
		Filled bool   `db:"filled"`
	}
	if err := tx.Select(ctx, &columns, "SELECT name, hidden = 0 AS filled FROM pragma_table_xinfo(?)", table); err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("%w: there is no table %q", ErrDamaged, table)
	}
	out := map[string]bool{}
	for _, c := range columns {
		out[c.Name] = c.Filled
	}
	return out, nil
}

func fillTable(ctx context.Context, tx *db.Tx, archive *zip.Reader, table string, want int64) error {
	known, err := columnsOf(ctx, tx, table)
	if err != nil {
		return err
	}
	if table == sequence {
		if _, err := tx.Exec(ctx, "DELETE FROM sqlite_sequence"); err != nil {
			return fmt.Errorf("reset the counters: %w", err)
		}
	}
	f, err := archive.Open(tablesDir + table + ".jsonl")
	if err != nil {
		return fmt.Errorf("%w: the rows of %s are missing", ErrDamaged, table)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	got := int64(0)
	for lines.Scan() {
		query, args, err := insert(table, known, lines.Bytes())
		if err != nil {
			return fmt.Errorf("row %d of %s: %w", got+1, table, err)
		}
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return fmt.Errorf("row %d of %s: %w", got+1, table, err)
		}
		got++
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%w: %s: %v", ErrDamaged, table, err)
	}
	if got != want {
		return fmt.Errorf("%w: %s holds %d rows instead of %d", ErrDamaged, table, got, want)
	}
	return nil
}

// insert makes the statement for one line, in the line's own columns.
func insert(table string, known map[string]bool, text []byte) (string, []any, error) {
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	row := map[string]any{}
	if err := dec.Decode(&row); err != nil {
		return "", nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	var names, marks []string
	var args []any
	for _, name := range slices.Sorted(maps.Keys(row)) {
		filled, is := known[name]
		if !is {
			return "", nil, fmt.Errorf("%w: there is no column %q", ErrDamaged, name)
		}
		if !filled {
			continue // exports once held what the database computes
		}
		v, err := value(row[name])
		if err != nil {
			return "", nil, err
		}
		names, marks, args = append(names, quote(name)), append(marks, "?"), append(args, v)
	}
	return "INSERT INTO " + quote(table) + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")", args, nil
}

func value(v any) (any, error) {
	switch t := v.(type) {
	case nil, string:
		return v, nil
	case bool:
		return t, nil
	case json.Number:
		if n, err := t.Int64(); err == nil {
			return n, nil
		}
		return t.Float64()
	case map[string]any:
		raw, err := json.Marshal(t)
		if err != nil {
			return nil, err
		}
		var b blob
		if err := json.Unmarshal(raw, &b); err != nil {
			return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
		}
		return b.Base64, nil
	}
	return nil, fmt.Errorf("%w: a value of an unknown kind", ErrDamaged)
}

// holdWaiting sets messages aside that the export still had to send.
func holdWaiting(ctx context.Context, tx *db.Tx) error {
	var waiting bool
	if err := tx.Get(ctx, &waiting, "SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN ('queued', 'deferred', 'sending'))"); err != nil {
		return fmt.Errorf("look for waiting messages: %w", err)
	}
	if !waiting {
		return nil
	}
	return outbox.Quarantine(ctx, tx, "restored")
}

// Each calls fn with the ids of a table's rows, some hundred at a time, each
// time in a transaction: for rebuilding what is derived from them.
func Each(ctx context.Context, d *db.DB, table string, fn func(ctx context.Context, tx *db.Tx, ids []int64) error) error {
	for after := int64(0); ; {
		var ids []int64
		if err := d.Reader(ctx).Select(ctx, &ids, "SELECT id FROM "+quote(table)+" WHERE id > ? ORDER BY id LIMIT 500", after); err != nil {
			return fmt.Errorf("list the rows of %s: %w", table, err)
		}
		if len(ids) == 0 {
			return nil
		}
		after = ids[len(ids)-1]
		if err := d.Write(ctx, "dump.refresh", func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, ids) }); err != nil {
			return err
		}
	}
}
