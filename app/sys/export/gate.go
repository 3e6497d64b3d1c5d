package export

// A list may need somebody's word before it leaves. How many rows it has is found
// out by writing it to nowhere, and only where a rule could ask.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Gate says which lists need somebody's word before they leave.
type Gate interface {
	// Cares tells whether a rule could ask the actor about a list at all.
	Cares(ctx context.Context) (bool, error)
	// May is nil for what may leave, else an error of Needs.
	May(ctx context.Context, l Leaving) error
	// Request asks for it, inside a change.
	Request(ctx context.Context, tx *db.Tx, l Leaving, reason string) (id int64, err error)
}

// Leaving is a list that wants to leave.
type Leaving struct {
	Kind     string
	Query    string // with which its page or the API gives it again
	Mark     string // the same for the same rows and columns
	Rows     int64
	Approved int64 // the approval that somebody holds up
}

// Needs says that a list needs somebody's word first.
func Needs(l Leaving) error {
	e := errs.New(errs.Conflict, "export.error.needs", "n", l.Rows)
	e.Current = l
	return e
}

// Needing is the list that an error of Needs is about.
func Needing(err error) (Leaving, bool) {
	e, ok := errs.As(err)
	if !ok || e.Message.Key != "export.error.needs" {
		return Leaving{}, false
	}
	l, ok := e.Current.(Leaving)
	return l, ok
}

// OnLeave lets lists leave only as the gate says.
func (d *Desk) OnLeave(g Gate) { d.gate = g }

// leaving describes what is asked for.
func (d *Desk) leaving(ctx context.Context, kind, format string, ask Ask) (Leaving, error) {
	q := url.Values{}
	put := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	put("q", ask.Q)
	put("sort", ask.Sort)
	for _, c := range ask.Conds {
		q.Add(c.Key(), c.Value)
	}
	if ask.Clear {
		q.Set("clear", "1")
	}
	if ask.Shown != nil {
		q.Set("as", "shown")
		for _, name := range shownBy {
			for _, v := range ask.Shown.Query[name] {
				q.Add(name, v)
			}
		}
	}
	sum := sha256.Sum256([]byte(kind + "?" + q.Encode()))
	put("format", format)
	n, err := d.count(ctx, kind, ask)
	return Leaving{Kind: kind, Query: q.Encode(), Mark: hex.EncodeToString(sum[:12]), Rows: n, Approved: ask.Approved}, err
}

// shownBy is what of an address says how a list stands, or which report.
var shownBy = []string{"columns", "kind", "row", "col", "m", "in", "on", "span", "from", "to", "compare", "top"}

// May is nil for a list that may leave as it is asked for.
func (d *Desk) May(ctx context.Context, kind, format string, ask Ask) error {
	if _, err := d.Named(ctx, kind, format); err != nil || d.gate == nil {
		return err
	}
	cares, err := d.gate.Cares(ctx)
	if err != nil || !cares {
		return err
	}
	l, err := d.leaving(ctx, kind, format, ask)
	if err != nil {
		return err
	}
	return d.gate.May(ctx, l)
}

// Request asks for a list that needs somebody's word, and gives the approval's id;
// 0 when it may leave at once.
func (d *Desk) Request(ctx context.Context, kind, format string, ask Ask, reason string) (id int64, err error) {
	if _, err := d.Named(ctx, kind, format); err != nil || d.gate == nil {
		return 0, err
	}
	l, err := d.leaving(ctx, kind, format, ask)
	if err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, d.db, "approval.ask", func(ctx context.Context, tx *db.Tx) (int64, error) {
		return d.gate.Request(ctx, tx, l, reason)
	})
}

// counter takes rows and keeps none. It refuses to be closed, so that nothing is
// noted of a list that only was counted.
type counter struct{ n int64 }

var errCounted = errors.New("counted")

func (c *counter) Write([]string) error { c.n++; return nil }

func (c *counter) Close() error { return errCounted }

func (d *Desk) count(ctx context.Context, kind string, ask Ask) (int64, error) {
	k, err := d.kind(ctx, kind)
	if err != nil {
		return 0, err
	}
	write, c := k.Write, &counter{}
	if ask.Shown != nil {
		if write = k.Shown; write == nil {
			return 0, errs.NotVisible()
		}
	}
	err = d.db.Still(ctx, func(ctx context.Context) error { return write(ctx, ask, c) })
	if err != nil && !errors.Is(err, errCounted) {
		return 0, err
	}
	return max(c.n-1, 0), nil // without the heading
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0 // no approval
	}
	return n
}
