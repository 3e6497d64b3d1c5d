// One kind of record as a table: what the JSON API lists, page by page, in the
// owner's name, so that the shell exports exactly what the API shows.

package cli

import (
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
		list, err := fetchAll(ctx, a, kind)
		if err != nil {
			return err
		}
		err = writeFile(out, func(w io.Writer) error {
			if form == "json" {
				enc := json.NewEncoder(w)
				enc.SetIndent("", "  ")
				enc.SetEscapeHTML(false)
				return enc.Encode(map[string]any{"items": list})
			}
			return writeTable(w, form, kind, encoding == "gb18030", list)
		})
		if err == nil {
			err = a.NoteExport(ctx, "export.kind", kind)
		}
		if err != nil {
			return err
		}
		if e.json {
			return e.printJSON(map[string]any{"kind": kind, "rows": len(list), "path": out})
		}
		_, err = fmt.Fprintf(e.out, "%d %s were written to %s.\n", len(list), kind, out)
		return err
	})
}

// record is one object with its fields in the API's order.
type record struct {
	names  []string
	values map[string]any
}

// MarshalJSON keeps the order.
func (r record) MarshalJSON() ([]byte, error) { return json.Marshal(r.values) }

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

// fetchAll reads every page of a kind with a token that lives as long as it
// takes.
func fetchAll(ctx context.Context, a *app.App, kind string) ([]record, error) {
	people, err := a.Users().List(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(people, func(u user.User) bool { return u.Role == auth.Owner && u.Status == user.Active })
	if i < 0 {
		return nil, errors.New("nobody owns this shop yet: set it up first")
	}
	t, secret, err := a.Tokens().Create(ctx, token.Input{UserID: people[i].ID, Name: "regulars export " + kind, Scope: token.Read, Life: time.Hour})
	if err != nil {
		return nil, err
	}
	list, err := pages(a, kind, secret)
	return list, errors.Join(err, a.Tokens().Revoke(ctx, t.ID))
}

func pages(a *app.App, kind, secret string) ([]record, error) {
	list := []record{}
	for cursor := ""; ; {
		path := fmt.Sprintf("%s/%s?limit=500&cursor=%s", api.Prefix, url.PathEscape(kind), url.QueryEscape(cursor))
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("Authorization", "Bearer "+secret)
		res, err := a.Web.App.Test(req, -1)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", kind, err)
		}
		var page struct {
			Items []record `json:"items"`
			Next  string   `json:"next_cursor"`
		}
		err = json.NewDecoder(res.Body).Decode(&page)
		if err = errors.Join(err, res.Body.Close()); res.StatusCode == http.StatusNotFound {
			return nil, fmt.Errorf("there is no kind of record called %q to export", kind)
		}
		if err != nil || res.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s cannot be listed (status %d)", kind, res.StatusCode)
		}
		list = append(list, page.Items...)
		if cursor = page.Next; cursor == "" {
			return list, nil
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

func writeTable(w io.Writer, form, kind string, gb18030 bool, list []record) error {
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
	var names, head []string
	for _, r := range list {
		for _, n := range r.names {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	for _, n := range names {
		if other, ok := renamed[n]; ok {
			n = other
		}
		head = append(head, n)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, r := range list {
		row := make([]string, len(names))
		for i, n := range names {
			row[i] = cell(r.values[n])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	return out.Close()
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
