// Package export lets lists leave as files: exactly what a list shows, as CSV
// (UTF-8 with a mark, or GB18030 for old Excel), XLSX or an address book. A slice
// says what the rows of its kind are; whoever may, takes them, and the audit log
// knows who did.
package export

import (
	"context"
	"io"
	"net/url"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/tabular"
	"regulars/app/kit/tabular/vcf"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
)

// Writer takes the rows of a file, the header first.
type Writer interface {
	Write(row []string) error
	Close() error
}

// Ask is which records are wanted: a list's search, filters and order.
type Ask struct {
	page.Request
	Conds    []filter.Cond
	Approved int64  // the approval that lets it leave
	Clear    bool   // sensitive fields in clear, for those who may
	Shown    *Shown // only what the list's page shows; nil for all of it, as an import reads it
}

// Shown is how a list stands before its reader: the columns that its address
// chose, in the reader's language and the shop's currency.
type Shown struct {
	Query    url.Values
	Locale   *i18n.Locale
	Currency string
}

// Kind is a sort of record that leaves, handed over by its slice.
type Kind struct {
	Name  string // the API's plural noun
	Cards bool   // they are people: an address book is offered
	Noted bool   // Write notes in the audit log itself that they left
	Write func(ctx context.Context, ask Ask, w Writer) error
	// Shown writes what Ask.Shown asks for; nil where the page is no table.
	Shown func(ctx context.Context, ask Ask, w Writer) error
	// Paper sets what Ask.Shown asks for as PDF; nil where there is none.
	Paper func(ctx context.Context, ask Ask) ([]byte, error)
}

// Permission is the right to take lists out, the same for all kinds: they hold
// customers, or what customers buy. customer/customer offers it to roles.
const Permission = "customer.export"

// The formats.
const (
	CSV     = "csv"
	GB18030 = "gb18030"
	XLSX    = "xlsx"
	Cards   = "vcf"
	Cards4  = "vcf4"
	PDF     = "pdf"
)

// Desk is where all kinds leave.
type Desk struct {
	db    *db.DB
	kinds []Kind
	temp  string
	gate  Gate
}

// New makes the desk; temp is where big workbooks wait until they are whole.
func New(d *db.DB, temp string, kinds ...Kind) *Desk { return &Desk{db: d, kinds: kinds, temp: temp} }

// File is what a file is called and what it is.
type File struct{ Name, Type string }

// Table writes a heading, then page after page of a list the rows that cells
// makes of its records, and ends the file.
func Table[T any](ctx context.Context, ask Ask, w Writer, head []string,
	list func(context.Context, page.Request, []filter.Cond) (page.Page[T], error), cells func([]T) ([][]string, error)) error {
	if err := w.Write(head); err != nil {
		return err
	}
	ask.Limit, ask.Cursor, ask.Count = page.MaxLimit, "", false
	for {
		p, err := list(ctx, ask.Request, ask.Conds)
		if err != nil {
			return err
		}
		rows, err := cells(p.Items)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := w.Write(row); err != nil {
				return err
			}
		}
		if p.Next == "" {
			return w.Close()
		}
		ask.Cursor = p.Next
	}
}

// Named is the file that a kind becomes in a format, if the actor may have it.
func (d *Desk) Named(ctx context.Context, kind, format string) (File, error) {
	k, err := d.kind(ctx, kind)
	if err != nil {
		return File{}, err
	}
	switch format {
	case "", CSV:
		return File{kind + ".csv", "text/csv; charset=utf-8"}, nil
	case GB18030:
		return File{kind + ".csv", "text/csv; charset=gb18030"}, nil
	case XLSX:
		return File{kind + ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, nil
	case Cards, Cards4:
		if k.Cards {
			return File{kind + ".vcf", "text/vcard; charset=utf-8"}, nil
		}
	case PDF:
		if k.Paper != nil {
			return File{kind + ".pdf", "application/pdf"}, nil
		}
	}
	c := &errs.Check{}
	c.Add("format", "error.choice")
	return File{}, c.Err()
}

func (d *Desk) kind(ctx context.Context, name string) (Kind, error) {
	i := slices.IndexFunc(d.kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, errs.NotVisible()
	}
	return d.kinds[i], auth.From(ctx).May(Permission)
}

// Write writes a kind in a format and notes that it left.
func (d *Desk) Write(ctx context.Context, kind, format string, ask Ask, out io.Writer) error {
	if _, err := d.Named(ctx, kind, format); err != nil {
		return err
	}
	k, err := d.kind(ctx, kind)
	if err != nil {
		return err
	}
	write, err := d.writing(k, format, ask, out)
	if err != nil {
		return err
	}
	if err := d.db.Still(ctx, write); err != nil {
		return err
	}
	if k.Noted && ask.Shown == nil {
		return nil
	}
	return d.db.Write(ctx, "export.list", func(_ context.Context, tx *db.Tx) error {
		journal.About(tx, "export", 0, kind)
		journal.Keep(tx)
		return nil
	})
}

// writing is how a kind is written in a format.
func (d *Desk) writing(k Kind, format string, ask Ask, out io.Writer) (func(context.Context) error, error) {
	if format == PDF {
		if ask.Shown == nil {
			return nil, errs.NotVisible()
		}
		return func(ctx context.Context) error {
			file, err := k.Paper(ctx, ask)
			if err == nil {
				_, err = out.Write(file)
			}
			return err
		}, nil
	}
	write := k.Write
	if ask.Shown != nil {
		if write = k.Shown; write == nil {
			return nil, errs.NotVisible()
		}
	}
	w, err := d.writer(format, k.Name, out)
	return func(ctx context.Context) error { return write(ctx, ask, w) }, err
}

func (d *Desk) writer(format, kind string, out io.Writer) (Writer, error) {
	switch format {
	case XLSX:
		return tabular.NewXLSXWriter(out, kind, d.temp)
	case Cards:
		return vcf.NewWriter(out), nil
	case Cards4:
		return vcf.NewWriter4(out), nil
	}
	return tabular.NewCSVWriter(out, format == GB18030)
}
