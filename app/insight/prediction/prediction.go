// Package prediction holds what all foresight rests on: one row for everybody
// who bought, made at night from the orders, and what the night found about the
// shop as a whole. Retention, RFM, lifetime value, win-back and the list of next
// steps read these rows; no page reads orders by the thousand.
//
// Whoever does not want to be profiled has no row. A purchase is an order that
// was confirmed or completed and is no return; two on one day are one. A return
// lowers what was bought.
package prediction

import (
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

// Permissions: to see what is foreseen of the shop, and to set how.
const (
	Read  = "prediction.read"
	Write = "prediction.write"
)

// The states of a buyer, by their own rhythm.
const (
	Once   = "once"   // bought on one day so far
	Steady = "steady" // comes as they use to
	Late   = "late"   // later than their rhythm
	Gone   = "gone"   // silent for longer than max(2 x own gap, the gap that nine in ten of the shop keep)
)

// States lists them.
var States = []string{Steady, Late, Gone, Once}

// lateDays is how many days after the expected one somebody counts as late, as
// on the morning card.
const lateDays = 2

// recentDays is the window in which RFM counts.
const recentDays = 730

// Purchase is a day on which somebody bought or gave something back.
type Purchase struct {
	On    cal.Date
	Total int64 // minor units, below zero for returns only
	Order bool  // at least one order, not a return alone
}

// History is everything that a customer bought, in the order of days.
type History struct {
	CustomerID int64
	Days       []Purchase
}

// add puts an order or a return to its day; days come in their order.
func (h *History) add(on cal.Date, total int64) {
	if n := len(h.Days); n == 0 || h.Days[n-1].On != on {
		h.Days = append(h.Days, Purchase{On: on})
	}
	day := &h.Days[len(h.Days)-1]
	day.Total += total
	day.Order = day.Order || total >= 0
}

// Purchases are the days on which they bought.
func (h History) Purchases() []cal.Date {
	var out []cal.Date
	for _, d := range h.Days {
		if d.Order {
			out = append(out, d.On)
		}
	}
	return out
}

// Buyer is a row of the table.
type Buyer struct {
	CustomerID  int64    `db:"customer_id"`
	Cohort      string   `db:"cohort"`
	FirstOn     cal.Date `db:"first_on"`
	SecondOn    cal.Date `db:"second_on"`
	LastOn      cal.Date `db:"last_on"`
	Days        int      `db:"days"`
	RecentDays  int      `db:"recent_days"`
	RecentTotal int64    `db:"recent_total"`
	YearTotal   int64    `db:"year_total"`
	GapDays     float64  `db:"gap_days"`
	ExpectedOn  cal.Date `db:"expected_on"`
	GoneOn      cal.Date `db:"gone_on"`
	State       string   `db:"state"`
}

// BuyerOf makes the row; ok is false for those who never bought. usual is the
// gap that nine in ten of the shop's gaps do not exceed.
func BuyerOf(h History, usual float64, today cal.Date) (b Buyer, ok bool) {
	days := h.Purchases()
	if len(days) == 0 {
		return b, false
	}
	first, last := days[0], days[len(days)-1]
	b = Buyer{CustomerID: h.CustomerID, Cohort: first.Month(), FirstOn: first, LastOn: last, Days: len(days), State: Once}
	if len(days) > 1 {
		b.SecondOn, b.State = days[1], Steady
	}
	for _, d := range h.Days {
		if today.Sub(d.On) < recentDays {
			b.RecentTotal += d.Total
			if d.Order {
				b.RecentDays++
			}
		}
		if last.Sub(d.On) < 365 {
			b.YearTotal += d.Total
		}
	}
	b.RecentTotal, b.YearTotal = max(0, b.RecentTotal), max(0, b.YearTotal)
	if gap, known := stats.PurchaseRhythm(days); known {
		b.GapDays, b.ExpectedOn = gap, last.AddDays(int(gap+.5))
		if today.Sub(b.ExpectedOn) > lateDays {
			b.State = Late
		}
	}
	b.GoneOn = last.AddDays(GoneAfter(b.GapDays, usual) + 1)
	if today >= b.GoneOn {
		b.State = Gone
	}
	return b, true
}

// fewGaps is below how many gaps of the whole shop its usual gap says nothing
// and a year takes its place.
const fewGaps = 20

// GoneAfter is how many days of silence somebody with that median gap may keep
// before they count as gone.
func GoneAfter(gap, usual float64) int { return int(max(2*gap, usual, 1) + .5) }

// gaps counts gaps by their days: exact, and as small as the longest one.
type gaps struct {
	n  int
	by map[int]int
}

func (g *gaps) add(days int) {
	if g.by == nil {
		g.by = map[int]int{}
	}
	g.n++
	g.by[days]++
}

// quantile is the smallest gap that at least the share p does not exceed.
func (g *gaps) quantile(p float64) float64 {
	longest := 0
	for d := range g.by {
		longest = max(longest, d)
	}
	seen := 0
	for d := 0; d <= longest; d++ {
		if seen += g.by[d]; float64(seen) >= p*float64(g.n) {
			return float64(d)
		}
	}
	return 0
}

// usual is the gap that nine in ten keep.
func (g *gaps) usual() float64 {
	if g.n < fewGaps {
		return 365
	}
	return g.quantile(.9)
}

// Months is how many calendar months lie between two months, written 2026-03.
func Months(from, to string) int {
	a, errA := time.Parse("2006-01", from)
	b, errB := time.Parse("2006-01", to)
	if errA != nil || errB != nil {
		return 0
	}
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}
