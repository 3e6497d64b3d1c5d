// One kind of record as a table: what the JSON API lists, page by page, in the
// owner's name, so that the shell exports exactly what the API shows.

package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/kit/tabular"
	"regulars/app/settings/token"
	"regulars/app/staff/user"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
)

func (e *env) exportKind(cmd *cobra.Command, kind, out, encoding string) error {
	form := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
	if !slices.Contains([]string{"csv", "xlsx", "json"}, form) {
		return usageError{fmt.Errorf("%s ends neither in .csv, .xlsx nor .json", out)}
	}
	return e.with(cmd, func(ctx context.Context, a *app.App) error {
		rows := 0
		err := writeFile(out, func(w io.Writer) (err error) {
			buffered := bufio.NewWriterSize(w, 64<<10)
			if form == "json" {
				rows, err = writeItems(ctx, a, buffered, kind)
			} else {
				rows, err = writeTable(ctx, a, buffered, form, kind, encoding == "gb18030")
			}
			return errors.Join(err, buffered.Flush())
		})
		if err == nil {
			err = a.NoteExport(ctx, "export.kind", kind)
		}
		if err != nil {
			return err
		}
		if e.json {
			return e.printJSON(map[string]any{"kind": kind, "rows": rows, "path": out})
		}
		_, err = fmt.Fprintf(e.out, "%d %s were written to %s.\n", rows, kind, out)
		return err
	})
}

// writeItems writes {"items": […]}, one record after the other.
func writeItems(ctx context.Context, a *app.App, w io.Writer, kind string) (rows int, err error) {
	var one bytes.Buffer
	rows, err = each(ctx, a, kind, func(raw json.RawMessage, nth int) error {
		one.Reset()
		one.WriteString(",\n    ")
		if nth == 0 {
			one.Reset()
			one.WriteString("{\n  \"items\": [\n    ")
		}
		if err := json.Indent(&one, raw, "    ", "  "); err != nil {
			return fmt.Errorf("write %s: %w", kind, err)
		}
		_, err := one.WriteTo(w)
		return err
	})
	if err != nil {
		return rows, err
	}
	end := "\n  ]\n}\n"
	if rows == 0 {
		end = "{\n  \"items\": []\n}\n"
	}
	_, err = io.WriteString(w, end)
	return rows, err
}

// record is one object with its fields in the API's order.
type record struct {
	names  []string
	values map[string]any
}

// UnmarshalJSON notes the order.
func (r *record) UnmarshalJSON(raw []byte) error {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	if err := dec.Decode(&r.values); err != nil {
		return err
	}
	dec = json.NewDecoder(strings.NewReader(string(raw)))
	depth := 0
	for isKey := false; ; {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch d, delim := t.(json.Delim); {
		case delim && (d == '{' || d == '['):
			depth++
			isKey = depth == 1
		case delim:
			depth--
			isKey = depth == 1
		case depth == 1 && isKey:
			r.names = append(r.names, fmt.Sprint(t))
			isKey = false
		case depth == 1:
			isKey = true
		}
	}
}

// each reads a kind page after page, by key, with a token that lives as long as it
// takes, and tells how many records there were.
func each(ctx context.Context, a *app.App, kind string, fn func(raw json.RawMessage, nth int) error) (int, error) {
	people, err := a.Users().List(ctx)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(people, func(u user.User) bool { return u.Role == auth.Owner && u.Status == user.Active })
	if i < 0 {
		return 0, errors.New("nobody owns this shop yet: set it up first")
	}
	t, secret, err := a.Tokens().Create(ctx, token.Input{UserID: people[i].ID, Name: "regulars export " + kind, Scope: token.Read, Life: time.Hour})
	if err != nil {
		return 0, err
	}
	rows, err := pages(a, kind, secret, fn)
	return rows, errors.Join(err, a.Tokens().Revoke(ctx, t.ID))
}

func pages(a *app.App, kind, secret string, fn func(raw json.RawMessage, nth int) error) (rows int, err error) {
	for cursor := ""; ; {
		path := fmt.Sprintf("%s/%s?limit=500&cursor=%s", api.Prefix, url.PathEscape(kind), url.QueryEscape(cursor))
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("Authorization", "Bearer "+secret)
		res, err := a.Web.App.Test(req, -1)
		if err != nil {
			return rows, fmt.Errorf("read %s: %w", kind, err)
		}
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next_cursor"`
		}
		err = json.NewDecoder(res.Body).Decode(&page)
		if err = errors.Join(err, res.Body.Close()); res.StatusCode == http.StatusNotFound {
			return rows, fmt.Errorf("there is no kind of record called %q to export", kind)
		}
		if err != nil || res.StatusCode != http.StatusOK {
			return rows, fmt.Errorf("%s cannot be listed (status %d)", kind, res.StatusCode)
		}
		for _, raw := range page.Items {
			if err := fn(raw, rows); err != nil {
				return rows, err
			}
			rows++
		}
		if cursor = page.Next; cursor == "" {
			return rows, nil
		}
	}
}

// rowWriter is a CSV or XLSX file being written.
type rowWriter interface {
	Write(row []string) error
	Close() error
}

// renamed are columns that an import calls differently.
var renamed = map[string]string{"phones": "phone", "emails": "email"}

// writeTable writes a row for each record. Which columns there are shows only when
// all have been seen, so that they wait in a file until then.
func writeTable(ctx context.Context, a *app.App, w io.Writer, form, kind string, gb18030 bool) (rows int, err error) {
	waiting, err := os.CreateTemp("", "regulars-export-*")
	if err != nil {
		return 0, fmt.Errorf("make room for an export: %w", err)
	}
	defer func() { err = errors.Join(err, waiting.Close(), os.Remove(waiting.Name())) }()
	var names []string
	buffered := bufio.NewWriterSize(waiting, 64<<10)
	rows, err = each(ctx, a, kind, func(raw json.RawMessage, _ int) error {
		var r record
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("read %s: %w", kind, err)
		}
		for _, n := range r.names {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		_, err := buffered.Write(raw)
		return err
	})
	if err = errors.Join(err, buffered.Flush()); err != nil {
		return rows, err
	}
	if _, err := waiting.Seek(0, io.SeekStart); err != nil {
		return rows, fmt.Errorf("read %s again: %w", kind, err)
	}
	return rows, writeRows(w, json.NewDecoder(bufio.NewReader(waiting)), form, kind, gb18030, names)
}

func writeRows(w io.Writer, records *json.Decoder, form, kind string, gb18030 bool, names []string) error {
	var out rowWriter
	var err error
	if form == "xlsx" {
		out, err = tabular.NewXLSXWriter(w, kind, os.TempDir())
	} else {
		out, err = tabular.NewCSVWriter(w, gb18030)
	}
	if err != nil {
		return err
	}
	var head []string
	for _, n := range names {
		if other, ok := renamed[n]; ok {
			n = other
		}
		head = append(head, n)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for {
		var r record
		if err := records.Decode(&r); errors.Is(err, io.EOF) {
			return out.Close()
		} else if err != nil {
			return fmt.Errorf("read %s again: %w", kind, err)
		}
		row := make([]string, len(names))
		for i, n := range names {
			row[i] = cell(r.values[n])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
}

// cell writes a value: amounts as numbers, lists with semicolons, the rest of
// what is nested as JSON.
func cell(v any) string {
	switch t := v.(type) {
	case nil:
		return ""
	case string:
		return t
	case []any:
		var parts []string
		for _, item := range t {
			parts = append(parts, cell(item))
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		for _, name := range []string{"amount", "raw", "email"} {
			if text, ok := t[name].(string); ok {
				return text
			}
		}
		if text, ok := t["name"].(string); ok && len(t) <= 3 {
			return text
		}
		raw, err := json.Marshal(t)
		if err != nil {
			return ""
		}
		return string(raw)
	}
	return fmt.Sprint(v)
}
