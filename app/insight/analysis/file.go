package analysis

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"unicode"

	"regulars/app/kit/money"
	"regulars/app/kit/tabular"
	"regulars/app/sys/export"
	"regulars/app/sys/mail"
)

// Exporter is reports as files: the numbers of one, with what they rest on. Which
// one stands in the address, so it leaves as it is shown only.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "reports",
		Write: func(context.Context, export.Ask, export.Writer) error { return errNotHere },
		Shown: func(ctx context.Context, ask export.Ask, w export.Writer) error {
			spec, err := Parse(ask.Shown.Query)
			if err != nil {
				return err
			}
			work, stop := context.WithTimeout(ctx, s.Bound)
			defer stop()
			t, err := s.Run(work, ask.Shown.Locale, spec)
			if err != nil {
				return err
			}
			return t.file(w)
		}}
}

// largest is how big a file goes along with a mail; mail programs refuse big ones,
// and whoever gets it finds the whole behind the link.
const largest = 3 << 20

// sheet is the table as a file that goes along with a mail, none when it is large.
func (t Table) sheet(name string) ([]mail.File, error) {
	var out bytes.Buffer
	w, err := tabular.NewXLSXWriter(&out, name, "")
	if err != nil {
		return nil, err
	}
	if err := t.file(w); err != nil {
		return nil, err
	}
	if out.Len() > largest {
		return nil, nil
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) {
			return '-'
		}
		return r
	}, name)
	return []mail.File{{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: out.Bytes()}}, nil
}

// file writes the table: a number a cell, beside those that rest on few what they
// rest on.
func (t Table) file(w export.Writer) error {
	head := append([]string{}, t.Axes...)
	if len(t.Axes) == 0 {
		head = []string{t.Locale.T("analysis.total")}
	}
	whole := t.Line(t.Total)
	for _, c := range whole.Cells {
		head = append(head, c.Label)
		if t.restsOn(c) {
			head = append(head, c.Label+" n", c.Label+" "+t.Locale.T("analysis.low"), c.Label+" "+t.Locale.T("analysis.high"))
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
	whole.Keys = []Key{{Label: t.Locale.T("analysis.total")}}
	for len(whole.Keys) < len(t.Axes) {
		whole.Keys = append(whole.Keys, Key{})
	}
	if err := w.Write(t.fileRow(whole, whole)); err != nil {
		return err
	}
	return w.Close()
}

func (t Table) restsOn(c Shown) bool { return c.Rests }

func (t Table) fileRow(l, whole Line) []string {
	var out []string
	for _, k := range l.Keys {
		out = append(out, k.Label)
	}
	for i, c := range l.Cells {
		out = append(out, t.raw(c.Unit, c.Known, c.Value))
		if t.restsOn(whole.Cells[i]) {
			out = append(out, strconv.Itoa(c.N), t.raw(c.Unit, c.Interval, c.Low), t.raw(c.Unit, c.Interval, c.High))
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
