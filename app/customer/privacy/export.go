package privacy

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Section is a part of the readable summary.
type Section struct {
	Title string
	Rows  [][]Fact
}

// Fact is one value with its name.
type Fact struct{ Label, Value string }

// summary feeds the readable page.
type summary struct {
	Person   Person
	Sections []Section
	Files    []string
}

// Pack writes everything that is held about a person as a zip: a page to read
// in their language, one JSON file a table, and their files. That it was made
// stands in the audit log.
func (s *Service) Pack(ctx context.Context, who Subject, w io.Writer) (Person, error) {
	if err := auth.From(ctx).May(Export); err != nil {
		return Person{}, err
	}
	if err := auth.From(ctx).May(auth.Detail); err != nil { // it holds everything in full
		return Person{}, err
	}
	q := s.d.DB.Reader(ctx)
	p, err := s.person(ctx, q, who)
	if err != nil {
		return p, err
	}
	err = s.d.DB.Write(ctx, "person.export", func(_ context.Context, tx *db.Tx) error {
		kind, id := "customer", p.CustomerID
		if p.LeadID != 0 {
			kind, id = "lead", p.LeadID
		}
		journal.About(tx, kind, id, p.Name)
		journal.Keep(tx)
		return nil
	})
	if err != nil {
		return p, err
	}
	r, err := gather(ctx, q, p.Subject)
	if err != nil {
		return p, err
	}
	z := zip.NewWriter(w)
	if err := s.pack(ctx, z, q, p, r); err != nil {
		return p, fmt.Errorf("pack what is held about a person: %w", err)
	}
	return p, z.Close()
}

func (s *Service) pack(ctx context.Context, z *zip.Writer, q db.Q, p Person, r reach) error {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	tag := p.Language
	if tag == "" {
		tag = b.Locale
	}
	l := s.d.View.Bundle().For(tag).In(b.Zone()).At(s.d.DB.Now())
	page := summary{Person: p}
	for _, table := range shown {
		rows, err := r.read(ctx, q, table)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			continue
		}
		if err := writeJSON(z, "data/"+table+".json", rows); err != nil {
			return err
		}
		if table == "attachment" || table == "customer_photo" {
			files, err := s.packFiles(z, rows)
			if err != nil {
				return err
			}
			page.Files = append(page.Files, files...)
		}
		if table != "event" && table != "timeline_entry" { // they say the same again, for programs
			page.Sections = append(page.Sections, section(l, table, rows))
		}
	}
	f, err := z.Create("index.html")
	if err != nil {
		return err
	}
	return s.d.View.Page(f, l.Tag(), "paper", "privacy/summary", view.Data{Title: l.T("privacy.summary.title", "name", p.Name), Locale: l, Business: b.Name, Body: page})
}

func writeJSON(z *zip.Writer, name string, v any) error {
	f, err := z.Create(name)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// packFiles adds the attachments under their own names, numbered.
func (s *Service) packFiles(z *zip.Writer, rows []record) ([]string, error) {
	var names []string
	for _, row := range rows {
		sha, _ := row["sha256"].(string)
		if !s.d.Blobs.Has(sha) {
			continue
		}
		called, _ := row["name"].(string)
		if called == "" {
			called = "photo.jpg"
		}
		name := fmt.Sprintf("files/%v-%s", row["id"], path.Base(strings.NewReplacer("\\", "_", "/", "_", "..", "_").Replace(called)))
		f, err := z.Create(name)
		if err != nil {
			return names, err
		}
		src, err := s.d.Blobs.Open(sha)
		if err != nil {
			return names, err
		}
		_, err = io.Copy(f, src)
		_ = src.Close() // it was only read
		if err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

// section is the rows of a table in words; empty values and mere numbers of
// records are left out.
func section(l *i18n.Locale, table string, rows []record) Section {
	out := Section{Title: table}
	if key := "table." + table; l.Has(key) {
		out.Title = l.T(key)
	}
	for _, row := range rows {
		var facts []Fact
		for _, name := range classes[table].Columns {
			value := told(l, name, row[name])
			if value == "" || classes[table].Pointing[name] || !l.Has("column."+name) {
				continue
			}
			facts = append(facts, Fact{l.T("column." + name), value})
		}
		if len(facts) > 0 {
			out.Rows = append(out.Rows, facts)
		}
	}
	return out
}

func told(l *i18n.Locale, name string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		if v == 0 {
			return ""
		}
		if name == "at" || strings.HasSuffix(name, "_at") {
			return l.DateTime(time.UnixMilli(v).In(l.Zone()))
		}
		return fmt.Sprint(v)
	case string:
		if d, err := cal.ParseDate(v); err == nil {
			return l.Date(d.Time(l.Zone()))
		}
		if v == "{}" || v == "[]" {
			return ""
		}
		return v
	}
	return fmt.Sprint(v)
}
