// Package retention tells who comes back: the months in which those who first
// bought together bought again, how long it takes to the second purchase, and
// who is silent for longer than their own rhythm explains. Every number opens
// the customers behind it; every share says how sure it is.
package retention

import (
	"context"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

const (
	columns = 12 // months after the first that the table shows
	rows    = 18 // cohorts on a page
	few     = 5  // first buyers below which no share is told
)

// Service reads what the night made.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{d} }

// Cell is a field of the table.
type Cell struct {
	Cohort    string
	Month     int
	Buyers    int // of N
	N         int
	Share     float64
	Low, High float64
	Future    bool // the month has not begun
	Open      bool // the month is running
}

// Known tells whether there are enough people for a share.
func (c Cell) Known() bool { return !c.Future && c.N >= few }

// Cohort is a row of the table: those who first bought in a month.
type Cohort struct {
	Month string // 2026-03; "" for all together
	N     int
	Cells []Cell // from the month after on
}

// Table is a page of cohorts, the newest first.
type Table struct {
	Shop     prediction.Shop
	AsOf     db.Time
	Made     bool
	Currency string
	All      Cohort // of complete months only
	Cohorts  []Cohort
	Older    string // the cohort that the next page begins before
	Newest   bool   // this is the first page
}

// Table reads the cohorts before a month, "" for the newest.
func (s *Service) Table(ctx context.Context, before string) (Table, error) {
	t := Table{Newest: before == ""}
	if err := prediction.MaySee(ctx); err != nil {
		return t, err
	}
	if _, err := cal.ParseDate(before + "-01"); before != "" && err != nil {
		return t, errs.NotVisible()
	}
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return t, err
	}
	t.Currency = b.Currency
	if t.Shop, t.AsOf, t.Made, err = prediction.ReadShop(ctx, q); err != nil || !t.Made {
		return t, err
	}
	cells, err := prediction.Cells(ctx, q)
	if err != nil {
		return t, err
	}
	t.fill(cells, before)
	return t, nil
}

// fill arranges the cells, which come in the order of cohort and month.
func (t *Table) fill(cells []prediction.Cell, before string) {
	sizes, came := map[string]int{}, map[prediction.Cell]int{}
	var cohorts []string
	for _, c := range cells {
		if c.Month == 0 {
			sizes[c.Cohort] = c.Buyers
			cohorts = append(cohorts, c.Cohort)
		}
		came[prediction.Cell{Cohort: c.Cohort, Month: c.Month}] = c.Buyers
	}
	now := t.Shop.Day.Month()
	t.All = Cohort{Cells: make([]Cell, columns)}
	for i := len(cohorts) - 1; i >= 0; i-- {
		row := Cohort{Month: cohorts[i], N: sizes[cohorts[i]]}
		t.All.N += row.N
		age := prediction.Months(row.Month, now)
		for m := 1; m <= columns; m++ {
			c := cellOf(row.Month, m, came[prediction.Cell{Cohort: row.Month, Month: m}], row.N, age)
			row.Cells = append(row.Cells, c)
			if m < age {
				t.All.Cells[m-1].Buyers += c.Buyers
				t.All.Cells[m-1].N += c.N
			}
		}
		switch {
		case before != "" && row.Month >= before:
		case len(t.Cohorts) < rows:
			t.Cohorts = append(t.Cohorts, row)
		case t.Older == "":
			t.Older = t.Cohorts[rows-1].Month
		}
	}
	for i, c := range t.All.Cells {
		t.All.Cells[i] = cellOf("", i+1, c.Buyers, c.N, columns+2)
	}
}

func cellOf(cohort string, month, buyers, n, age int) Cell {
	c := Cell{Cohort: cohort, Month: month, Buyers: buyers, N: n, Future: month > age, Open: month == age}
	if n > 0 {
		c.Share = float64(buyers) / float64(n)
		c.Low, c.High = stats.Wilson(buyers, n)
	}
	return c
}

// Row is a customer behind a number.
type Row struct {
	CustomerID int64    `db:"customer_id"`
	Name       string   `db:"name"`
	Owner      db.Null  `db:"owner"`
	FirstOn    cal.Date `db:"first_on"`
	LastOn     cal.Date `db:"last_on"`
	Days       int      `db:"days"`
	GapDays    float64  `db:"gap_days"`
	YearTotal  int64    `db:"year_total"`
	State      string   `db:"state"`
}

// Ask says whose rows are wanted: of a cohort, of those of it who bought in a
// month after, or in a state.
type Ask struct {
	Cohort string
	Month  int // after the cohort's own; 0 is all of them
	State  string
	After  string // the cursor
}

// Rows are the customers behind a number whom the actor may see.
func (s *Service) Rows(ctx context.Context, a Ask) ([]Row, string, error) {
	actor := auth.From(ctx)
	if err := actor.May(prediction.Read); err != nil {
		return nil, "", err
	}
	if a.State == "" {
		return cohortRows(ctx, s.db.Reader(ctx), actor.Scope(), a)
	}
	return stateRows(ctx, s.db.Reader(ctx), actor.Scope(), a)
}
