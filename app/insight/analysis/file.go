package analysis

import (
	"bytes"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/tabular"
	"regulars/app/sys/auth"
	"regulars/app/sys/export"
	"regulars/app/sys/i18n"
	"regulars/app/sys/mail"
	"regulars/app/sys/setting"
)

// Exporter is reports as files: the numbers of one, with what they rest on. Which
// one stands in the address, so it leaves as it is shown only.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "reports",
		Write: func(context.Context, export.Ask, export.Writer) error { return errNotHere },
		Shown: func(ctx context.Context, ask export.Ask, w export.Writer) error {
			t, err := s.asked(ctx, ask)
			if err != nil {
				return err
			}
			return t.file(w)
		},
		Paper: func(ctx context.Context, ask export.Ask) ([]byte, error) {
			ask.Shown.Locale = dated(ask.Shown.Locale)
			t, err := s.asked(ctx, ask)
			if err != nil {
				return nil, err
			}
			name, err := s.nameOf(ctx, ask.Shown.Query, t)
			if err != nil {
				return nil, err
			}
			return s.paper(ctx, t, name)
		}}
}

// dated is a language whose days all have their year: what is on paper, or in a
// mail, is read when the year is another.
func dated(l *i18n.Locale) *i18n.Locale { return l.At(time.Time{}) }

// LeaveBy is told the desk where files leave.
func (s *Service) LeaveBy(d *export.Desk) { s.desk = d }

// asked counts the report that a file is to be made of.
func (s *Service) asked(ctx context.Context, ask export.Ask) (Table, error) {
	spec, err := Parse(ask.Shown.Query)
	if err != nil {
		return Table{}, err
	}
	work, stop := context.WithTimeout(ctx, s.Bound)
	defer stop()
	return s.Run(work, ask.Shown.Locale, spec)
}

// nameOf is what a report in an address is called: its own name when it says which
// kept or ready one it is, else what it counts.
func (s *Service) nameOf(ctx context.Context, q url.Values, t Table) (string, error) {
	if id, err := strconv.ParseInt(q.Get("report"), 10, 64); err == nil {
		r, err := s.Get(ctx, id)
		return r.Name, err
	}
	if key := q.Get("ready"); key != "" {
		r, err := s.ReadyOne(ctx, key)
		return t.Locale.T(r.Title()), err
	}
	return strings.Join(append([]string{t.Locale.T(t.Kind.Label)}, t.Axes...), " · "), nil
}

// paper sets a report for the actor.
func (s *Service) paper(ctx context.Context, t Table, name string) ([]byte, error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return nil, err
	}
	o, err := s.open(ctx, t.Locale, t.Spec.Kind)
	if err != nil {
		return nil, err
	}
	p := paper{Table: t, Name: name, Business: b.Name, When: s.DB.Now()}
	if !o.alone() {
		p.Reader = auth.From(ctx).Name
	}
	for _, c := range o.chips(t.Locale, t.Spec.Filters) {
		p.Filters = append(p.Filters, strings.TrimSpace(c.Label+" "+c.Value))
	}
	p.Filters = append(p.Filters, t.Inside...)
	return p.pdf()
}

// largest is how big a file goes along with a mail; mail programs refuse big ones,
// and whoever gets it finds the whole behind the link.
const largest = 3 << 20

// along are the files that go along with the mail of a report: those that were
// chosen, if its reader may take them out. None that is large.
func (s *Service) along(ctx context.Context, m Mail, t Table, name string) (files []mail.File, held bool, err error) {
	for _, format := range m.Papers.list() {
		ask := export.Ask{Shown: &export.Shown{Query: t.Spec.Query(), Locale: t.Locale, Currency: t.Currency}}
		err := s.desk.May(ctx, "reports", format, ask)
		if e, ok := errs.As(err); ok && (e.Kind == errs.Denied || e.Kind == errs.Conflict) {
			held = true // no right to files, or a list so long waits for somebody's word
			continue
		}
		if err != nil {
			return nil, false, err
		}
		f, err := s.pack(ctx, format, t, name)
		if err != nil {
			return nil, false, err
		}
		if len(f.Data) > largest {
			held = true
			continue
		}
		files = append(files, f)
	}
	return files, held, nil
}

func (s *Service) pack(ctx context.Context, format string, t Table, name string) (f mail.File, err error) {
	f.Name = fileName(name) + "." + format
	if format == export.PDF {
		f.Type = "application/pdf"
		f.Data, err = s.paper(ctx, t, name)
		return f, err
	}
	var out bytes.Buffer
	w, err := tabular.NewXLSXWriter(&out, name, "")
	if err == nil {
		err = t.file(w)
	}
	f.Type, f.Data = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", out.Bytes()
	return f, err
}

// fileName is a name without what file systems refuse.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) {
			return '-'
		}
		return r
	}, name)
}

// file writes the table: a number a cell, beside those that rest on few what they
// rest on.
func (t Table) file(w export.Writer) error {
	head := append([]string{}, t.Axes...)
	if len(t.Axes) == 0 {
		head = []string{t.Locale.T("analysis.total")}
	}
	columns := make([]tabular.Column, len(head))
	for i := range columns {
		columns[i].Wide = widest(t, i)
	}
	add := func(name, format string) {
		head, columns = append(head, name), append(columns, tabular.Column{Wide: numberWide, Format: format})
	}
	whole := t.Line(t.Total)
	for _, c := range whole.Cells {
		name := c.Label
		if c.Beside != "" && len(t.Heads) > 1 { // in a file it may be moved away from what it stands beside
			name = t.Locale.T("analysis.pair", "a", c.Beside, "b", c.Label)
		}
		add(name, t.format(c))
		if c.Rests {
			add(name+" n", "#,##0")
		}
		if c.Spans {
			add(name+" "+t.Locale.T("analysis.low"), t.format(c))
			add(name+" "+t.Locale.T("analysis.high"), t.format(c))
		}
	}
	if sheet, ok := w.(interface{ Lay([]tabular.Column) error }); ok {
		if err := sheet.Lay(columns); err != nil {
			return err
		}
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for _, r := range t.Rows {
		if err := w.Write(t.fileRow(t.Line(r), whole)); err != nil {
			return err
		}
	}
	if t.Passed {
		return w.Close()
	}
	whole.Keys = []Key{{Label: t.Locale.T("analysis.total")}}
	for len(whole.Keys) < len(t.Axes) {
		whole.Keys = append(whole.Keys, Key{})
	}
	if err := w.Write(t.fileRow(whole, whole)); err != nil {
		return err
	}
	return w.Close()
}

const numberWide, mostWide = 15, 48 // of a column, in characters

// widest is how wide a column of names is.
func widest(t Table, axis int) int {
	wide := numberWide
	for _, r := range t.Rows {
		if axis < len(r.Keys) {
			room := 2
			for _, letter := range r.Keys[axis].Label {
				room++
				if letter > 0x2e80 { // as wide as two others
					room++
				}
			}
			wide = max(wide, room)
		}
	}
	return min(wide, mostWide)
}

// format is how a spreadsheet writes numbers of that kind.
func (t Table) format(c Shown) string {
	switch {
	case c.Unit == "money" && money.Digits(t.Currency) > 0:
		return "#,##0." + strings.Repeat("0", money.Digits(t.Currency))
	case c.Unit == "percent":
		return "0.0%"
	case c.Unit == "money", c.Unit == "number" && !c.Rests:
		return "#,##0"
	}
	return "#,##0.0"
}

func (t Table) fileRow(l, whole Line) []string {
	var out []string
	for _, k := range l.Keys {
		out = append(out, k.Label)
	}
	for i, c := range l.Cells {
		out = append(out, t.raw(c.Unit, c.Known, c.Value))
		if whole.Cells[i].Rests {
			out = append(out, strconv.Itoa(c.N))
		}
		if whole.Cells[i].Spans {
			out = append(out, t.raw(c.Unit, c.Interval, c.Low), t.raw(c.Unit, c.Interval, c.High))
		}
	}
	return out
}

// raw is a number as spreadsheets read it.
func (t Table) raw(unit string, known bool, v float64) string {
	switch {
	case !known:
		return ""
	case unit == "money":
		return money.Decimal(int64(v+half(v)), t.Currency)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
