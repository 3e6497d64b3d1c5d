package deal

import (
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// What the row of an imported deal says.

// draft is a deal as a row tells it.
type draft struct {
	Deal
	pipeline, stage string
	product         string
	priced          bool // the row names an amount
	values          custom.Values
}

// key is what a deal of a file is known by: its id there, or else its words, day
// and customer.
func (d draft) key() string {
	if d.ExternalID != "" {
		return "id:" + string(d.ExternalID)
	}
	return keyOf(d.Name, int64(d.CustomerID), d.OpenedOn)
}

// titleOf is what a deal is called that has no name of its own: what is sold, to
// whom.
func titleOf(r *importer.Record) string {
	if name := plain(text.Line(r.Get("name"))); name != "" {
		return name
	}
	var parts []string
	for _, column := range []string{"product", "customer"} {
		if s := plain(text.Line(r.Get(column))); s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return plain(text.Line(r.Get("external_id")))
	}
	return strings.Join(parts, ", ")
}

func (w *importWork) read(r *importer.Record) (draft, error) {
	d := draft{pipeline: plain(r.Get("pipeline")), stage: plain(r.Get("stage")), product: plain(r.Get("product"))}
	d.Name, d.Source, d.Notes = titleOf(r), clip(plain(r.Get("source"))), text.Block(r.Get("notes"))
	d.ExternalID = db.Null(plain(r.Get("external_id")))
	c := &errs.Check{}
	c.That(d.Name != "", "name", "error.required")
	c.That(len([]rune(d.Name)) <= maxName, "name", "error.long", "n", maxName)
	c.That(len([]rune(string(d.ExternalID))) <= maxShort, "external_id", "error.long", "n", maxShort)
	c.That(len([]rune(d.Notes)) <= maxNotes, "notes", "error.long", "n", maxNotes)
	day := func(column string) cal.Date {
		cell := r.Get(column)
		if strings.TrimSpace(cell) == "" {
			return ""
		}
		on, ok := r.Date(column)
		c.That(ok && dayOrNone(cal.Date(on)), column, "import.problem.date", "value", clip(cell))
		return cal.Date(on)
	}
	d.ExpectedClose, d.OpenedOn, d.ClosedOn = day("expected_close"), day("created_on"), day("closed_on")
	if cell := r.Get("amount"); strings.TrimSpace(cell) != "" {
		amount, ok := product.Amount(r.Row, "amount", w.business.Currency)
		c.That(ok && amount <= MaxAmount, "amount", "import.problem.amount", "value", clip(cell), "currency", w.business.Currency)
		c.That(amount >= 0, "amount", "deal.error.negative")
		d.Amount, d.priced = amount, true
	}
	d.Result = resultNamed(r.Get("result"))
	if cell := plain(r.Get("result")); cell != "" {
		c.That(d.Result != "", "result", "import.problem.result", "value", clip(cell))
	}
	if told := resultNamed(d.stage); told == Won || told == Lost {
		d.stage = ""
		if d.Result == "" {
			d.Result = told
		}
	}
	if d.Result == "" {
		d.Result = Open
	}
	w.days(&d)
	return d, c.Err()
}

// days fills in what a file leaves empty: a deal that was decided was decided on
// some day, and every deal began on one.
func (w *importWork) days(d *draft) {
	today := cal.Today(w.s.db.Now(), w.business.Zone())
	if d.OpenedOn == "" {
		d.OpenedOn = today
		if d.ClosedOn != "" && d.ClosedOn < today {
			d.OpenedOn = d.ClosedOn
		}
	}
	switch {
	case d.Result == Open:
		if d.ExpectedClose == "" {
			d.ExpectedClose = d.ClosedOn // many programs keep both in one column
		}
		d.ClosedOn = ""
	case d.ClosedOn == "" && d.ExpectedClose != "" && d.ExpectedClose <= today:
		d.ClosedOn = d.ExpectedClose
	case d.ClosedOn == "":
		d.ClosedOn = d.OpenedOn
	}
}

// resultWords are what other programs call the results of a deal.
var resultWords = map[string][]string{
	Won:  {"won", "win", "closed won", "closed - won", "success", "赢单", "成交", "已成交", "已赢单", "赢"},
	Lost: {"lost", "loss", "closed lost", "closed - lost", "failed", "输单", "丢单", "已输单", "失败", "输", "已流失"},
	Open: {"open", "in progress", "active", "pending", "进行中", "跟进中", "未结束", "打开"},
}

// resultNamed is the result that a cell means, "" for none.
func resultNamed(cell string) string {
	folded := text.Fold(strings.TrimSpace(cell))
	for result, words := range resultWords {
		for _, word := range words {
			if folded == word {
				return result
			}
		}
	}
	return ""
}
