package evaluation

import (
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

// Shop is what customers are compared with: the distribution of their buying
// and the usual rates. It is made once per night and kept as JSON.
type Shop struct {
	Day       cal.Date           `json:"day"`
	Buyers    int                `json:"buyers"`
	Recency   Table              `json:"recency"` // of minus the days, so that more is better
	Frequency Table              `json:"frequency"`
	Money     Table              `json:"money"`
	Margin    Table              `json:"margin"`
	Margins   int                `json:"margins"` // customers whose margin is known
	Spend     float64            `json:"spend"`   // median of those who bought within a year
	OnTime    float64            `json:"on_time"` // usual rates, as fractions
	Reply     float64            `json:"reply"`
	Kept      float64            `json:"kept"`
	Promises  float64            `json:"promises"`       // kept on time; 0 before it was counted
	Peer      map[string]float64 `json:"peer"`           // median score per dimension
	Model     int64              `json:"model"`          // the version that it was made for, and that is in force
	Cuts      map[string]float64 `json:"cuts,omitempty"` // where grades by share begin
	Worth     Worth              `json:"worth,omitzero"` // the forecast that lifetime value rests on
	Foreseen  Table              `json:"foreseen,omitzero"`
	WorthAsOf int64              `json:"worth_as_of,omitempty"` // when it was made; 0 without one
	Month     string             `json:"month,omitempty"`       // for which the grades of the month are kept
	Since     string             `json:"since,omitempty"`       // the first month of which they are kept
	Rules     int                `json:"rules,omitempty"`       // by which they were made, see rules
	Peered    int64              `json:"peered,omitempty"`      // the version by which groups are counted; 0 where none are kept
}

// rules counts how often the way of judging changed. Tables of earlier rules are
// made anew, and everybody is judged anew, at the next change or the next night.
const rules = 2

// Worth is how the forecast was made, where one is shown.
type Worth struct {
	Shown  bool    `json:"shown"`
	Months int     `json:"months"`
	Margin float64 `json:"margin"` // 0 to 1
	Source string  `json:"source"` // whose margin it is; "revenue" when none is known
	Yearly float64 `json:"yearly"` // discount in percent
	N      int     `json:"n"`

	asOf int64
}

// fewBuyers is from how many buyers on a percentile means something.
const fewBuyers = 15

// what is assumed of a shop that has no data yet, worth two observations.
const (
	usualOnTime = .8
	usualReply  = .3
	usualKept   = .97
	usualWord   = .75 // promises kept on time
)

// census gathers a shop from its customers, one after the other. Its memory
// grows with the number of buyers by three numbers each.
type census struct {
	recency, frequency, money, spend, margin, worth []float64
	settled, onTime, asked, replied, ordered, kept  int
	promised, word                                  int
}

func (c *census) add(f facts, today cal.Date) {
	if v, ok := f.rfm(today); ok {
		c.recency = append(c.recency, -v.days)
		c.frequency = append(c.frequency, v.count)
		c.money = append(c.money, v.spent)
		if v.count > 0 {
			c.spend = append(c.spend, v.spent)
		}
	}
	if f.costed > 0 {
		c.margin = append(c.margin, float64(f.margin))
	}
	if f.foreseen != nil {
		c.worth = append(c.worth, float64(f.foreseen.worth))
	}
	for _, o := range f.orders {
		c.ordered++
		if o.cancelled {
			continue
		}
		c.kept++
		if on := o.settledOn(); on != "" && o.total > 0 {
			c.settled++
			if on <= o.due {
				c.onTime++
			}
		}
	}
	for _, a := range f.asked {
		c.asked++
		if a.answered {
			c.replied++
		}
	}
	for _, p := range f.promised {
		c.promised++
		if p.kept {
			c.word++
		}
	}
}

func (c *census) shop(today cal.Date) Shop {
	s := Shop{Rules: rules, Day: today, Buyers: len(c.recency), Recency: tableOf(c.recency), Frequency: tableOf(c.frequency), Money: tableOf(c.money),
		Margin: tableOf(c.margin), Margins: len(c.margin),
		OnTime: stats.ShrunkRatio(c.onTime, c.settled, usualOnTime, 2), Reply: stats.ShrunkRatio(c.replied, c.asked, usualReply, 2),
		Kept: stats.ShrunkRatio(c.kept, c.ordered, usualKept, 2), Promises: stats.ShrunkRatio(c.word, c.promised, usualWord, 2)}
	if len(c.worth) > 0 {
		s.Foreseen = tableOf(c.worth)
	}
	if len(c.spend) > 0 {
		s.Spend = stats.Median(c.spend)
	}
	return s
}

// Table is a distribution: distinct values with the share that lies below and
// the share that lies at most there. Long ones keep a thousand values.
type Table struct {
	V  []float64 `json:"v"`
	Lo []float64 `json:"lo"`
	Hi []float64 `json:"hi"`
}

const tableSize = 1000

func tableOf(xs []float64) Table {
	var t Table
	if len(xs) == 0 {
		return t
	}
	slices.Sort(xs)
	n := float64(len(xs))
	for i := 0; i < len(xs); {
		k := i
		for k < len(xs) && xs[k] == xs[i] {
			k++
		}
		t.V, t.Lo, t.Hi = append(t.V, xs[i]), append(t.Lo, float64(i)/n), append(t.Hi, float64(k)/n)
		i = k
	}
	return t.thin()
}

func (t Table) thin() Table {
	if len(t.V) <= tableSize {
		return t
	}
	var out Table
	last := len(t.V) - 1
	for i := range tableSize {
		k := i * last / (tableSize - 1)
		out.V, out.Lo, out.Hi = append(out.V, t.V[k]), append(out.Lo, t.Lo[k]), append(out.Hi, t.Hi[k])
	}
	return out
}

// Rank is the mid-rank percentile 0-100 of v: the share below plus half of the
// share equal. Between two kept values it is interpolated. 50 without data.
func (t Table) Rank(v float64) float64 {
	if len(t.V) == 0 {
		return 50
	}
	i, found := slices.BinarySearch(t.V, v)
	switch {
	case found:
		return 50 * (t.Lo[i] + t.Hi[i])
	case i == 0:
		return 100 * t.Lo[0]
	case i == len(t.V):
		return 100 * t.Hi[i-1]
	}
	part := (v - t.V[i-1]) / (t.V[i] - t.V[i-1])
	return 100 * (t.Hi[i-1] + part*(t.Lo[i]-t.Hi[i-1]))
}
