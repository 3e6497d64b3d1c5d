package dump

import (
	"archive/zip"
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"regulars/app/sys/db"
)

// Write writes the shop's data to w in one consistent state, while people go
// on working.
func Write(ctx context.Context, d *db.DB, filesFolder string, w io.Writer) (info Info, err error) {
	name := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(d.Path())
	conn, err := sql.Open("sqlite", "file:"+name+"?_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=trusted_schema(0)")
	if err != nil {
		return info, fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return info, fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // it only read
	e := &export{tx: tx, zip: zip.NewWriter(w), info: Info{Schema: db.SchemaVersion(), Tables: map[string]int64{}}}
	if err := e.all(ctx, d, filesFolder); err != nil {
		return e.info, err
	}
	return e.info, e.zip.Close()
}

type export struct {
	tx   *sql.Tx
	zip  *zip.Writer
	info Info
}

func (e *export) all(ctx context.Context, d *db.DB, filesFolder string) error {
	tables, err := tablesOf(ctx, e.tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		var n int64
		if err := e.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+quote(t)+conditions[t]).Scan(&n); err != nil {
			return fmt.Errorf("count %s: %w", t, err)
		}
		e.info.Tables[t] = n
	}
	files, err := listFiles(filesFolder)
	if err != nil {
		return err
	}
	e.info.Files = len(files)
	if err := e.json(manifestName, manifest{Format: format, CreatedAt: d.Now(), Info: e.info}); err != nil {
		return err
	}
	if err := e.schema(ctx); err != nil {
		return err
	}
	for _, t := range tables {
		if err := e.table(ctx, t); err != nil {
			return fmt.Errorf("export %s: %w", t, err)
		}
	}
	for _, f := range files {
		if err := e.file(filesFolder, f); err != nil {
			return fmt.Errorf("export the file %s: %w", f, err)
		}
	}
	return nil
}

// tablesOf lists the tables that belong into an export, the counters of
// numbers given last.
func tablesOf(ctx context.Context, tx *sql.Tx) ([]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list the tables: %w", err)
		}
		if left[name] == "" {
			out = append(out, name)
		}
	}
	return append(out, sequence), rows.Err()
}

// sequence is SQLite's table of the last numbers given; without it a number
// that was deleted would be given again.
const sequence = "sqlite_sequence"

func (e *export) json(name string, v any) error {
	w, err := e.zip.Create(name)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func (e *export) schema(ctx context.Context) error {
	w, err := e.zip.Create(schemaName)
	if err != nil {
		return err
	}
	rows, err := e.tx.QueryContext(ctx, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
	if err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return fmt.Errorf("read the schema: %w", err)
		}
		if _, err := fmt.Fprintf(w, "%s;\n\n", text); err != nil {
			return err
		}
	}
	return rows.Err()
}

// table writes one JSON object a row, columns in the schema's order.
func (e *export) table(ctx context.Context, name string) error {
	w, err := e.zip.Create(tablesDir + name + ".jsonl")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	var columns []string // without those that the database computes
	var list string
	if err := e.tx.QueryRowContext(ctx, "SELECT json_group_array(name) FROM pragma_table_info(?)", name).Scan(&list); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(list), &columns); err != nil {
		return err
	}
	var quoted []string
	for _, c := range columns {
		quoted = append(quoted, quote(c))
	}
	rows, err := e.tx.QueryContext(ctx, "SELECT "+strings.Join(quoted, ", ")+" FROM "+quote(name)+conditions[name]+" ORDER BY "+strings.Join(quoted[:min(2, len(quoted))], ", "))
	if err != nil {
		return err
	}
	defer rows.Close()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := line(out, columns, values); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), out.Flush())
}

func line(w *bufio.Writer, columns []string, values []any) error {
	for i, name := range columns {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		v := values[i]
		if raw, ok := v.([]byte); ok {
			v = blob{raw}
		}
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		_ = w.WriteByte(sep) // Flush reports
		_, _ = w.Write(key)
		_ = w.WriteByte(':')
		_, _ = w.Write(text)
	}
	_, err := w.WriteString("}\n")
	return err
}

// blob is a value of bytes.
type blob struct {
	Base64 []byte `json:"base64"`
}

func listFiles(folder string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); blobPath.MatchString(rel) {
			out = append(out, rel)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the files: %w", err)
	}
	return out, nil
}

func (e *export) file(folder, name string) error {
	w, err := e.zip.CreateHeader(&zip.FileHeader{Name: filesDir + name, Method: zip.Store})
	if err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close())
}
