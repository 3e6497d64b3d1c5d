package evaluation

import (
	"maps"
	"math"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// How points become a grade.
const (
	ByPoints = "points"     // from fixed bounds
	ByShare  = "percentile" // the best fifth, the next three tenths …
)

// Model is a version of how customers are scored. A published one never
// changes: another way of scoring is another version.
type Model struct {
	ID      int64
	Weights map[string]float64 // by dimension, together 100
	Bounds  map[string]float64 // from which total on A, B and C begin
	Rules
	Own    []Own   // the shop's own dimensions, as they were when it was published
	Groups []Group // customers with other weights; the first that fits counts

	Note    string
	UserID  db.ID
	Author  string
	At      db.Time
	Repeats db.ID // the earlier version that came back with this one
	AtOnce  bool  // everybody is judged by it beside the work, not only tonight
}

// Rules are what a version decides beside the weights and the bounds.
type Rules struct {
	Mode         string             `json:"mode"`
	Shares       map[string]float64 `json:"shares,omitempty"` // percentile mode: percent of A, B, C and D
	Hysteresis   float64            `json:"hysteresis"`       // by how many points a bound must be passed
	OverdueDays  int                `json:"overdue_days"`     // 0 = nothing overdue holds a grade down
	OverdueGrade string             `json:"overdue_grade,omitempty"`
	DebtTag      int64              `json:"debt_tag,omitempty"` // whoever has this tag does not pay: at most C
	BlockedTag   int64              `json:"blocked_tag,omitempty"`
}

// The grades at which the caps hold.
const (
	debtGrade    = "C"
	blockedGrade = "D"
)

// usualShares are those of a shop that grades by share for the first time.
var usualShares = map[string]float64{"A": 20, "B": 30, "C": 30, "D": 20}

// Keys are the dimensions of this version in the order of pages and radar.
func (m Model) Keys() []string { return keysWith(m.Own) }

func keysWith(own []Own) []string {
	out := slices.Clone(Keys)
	for _, o := range own {
		out = append(out, o.Key())
	}
	return out
}

// side are the dimensions that make a sub-score.
func (m Model) side(built []string, side string) []string {
	out := slices.Clone(built)
	for _, o := range m.Own {
		if o.Side == side {
			out = append(out, o.Key())
		}
	}
	return out
}

// bounds are from which total on a grade begins for the customers of this shop.
func (m Model) bounds(s Shop) map[string]float64 {
	if m.Mode == ByShare && len(s.Cuts) > 0 {
		return s.Cuts
	}
	return m.Bounds
}

// Draft is a model that nobody published yet.
type Draft struct {
	Base    int64 // the version that it began from: the latest, or somebody was faster
	Weights map[string]float64
	Bounds  map[string]float64
	Rules
	Own    []Own // those of the shop that may be weighed
	Groups []Group
	Note   string
	AtOnce bool
}

// Draft begins another version from this one.
func (m Model) Draft() Draft {
	d := Draft{Base: m.ID, Weights: maps.Clone(m.Weights), Bounds: maps.Clone(m.Bounds), Rules: m.Rules, Own: m.Own, Groups: slices.Clone(m.Groups), AtOnce: true}
	if len(d.Shares) == 0 {
		d.Shares = usualShares
	}
	return d
}

// model is the draft as a version without a number. It holds only those of the
// shop's own dimensions that somebody is weighed by.
func (d Draft) model() Model {
	m := Model{Bounds: d.Bounds, Rules: d.Rules, Note: d.Note, AtOnce: d.AtOnce}
	used := func(key string) bool {
		return d.Weights[key] > 0 || slices.ContainsFunc(d.Groups, func(g Group) bool { return g.Weights[key] > 0 })
	}
	for _, o := range d.Own {
		if used(o.Key()) {
			m.Own = append(m.Own, o)
		}
	}
	keep := func(all map[string]float64) map[string]float64 {
		out := map[string]float64{}
		for _, key := range m.Keys() {
			out[key] = all[key]
		}
		return out
	}
	m.Weights = keep(d.Weights)
	for _, g := range d.Groups {
		g.Weights = keep(g.Weights)
		m.Groups = append(m.Groups, g)
	}
	return m
}

const (
	maxNote    = 500
	maxOverdue = 3650
	maxShift   = 20 // of hysteresis
)

// validate says what is wrong, beside the fields of the form.
func (d *Draft) validate() error {
	d.Note = text.Line(d.Note)
	c := &errs.Check{}
	c.That(len([]rune(d.Note)) <= maxNote, "note", "error.long", "n", maxNote)
	d.weighed(c, d.Weights, "w.", "weights")
	d.groups(c)
	c.That(len(d.model().Own) <= maxUsed, "weights", "evaluation.own.error.used", "n", maxUsed)
	above := 100.0
	for _, g := range Grades[:3] {
		b, there := d.Bounds[g]
		c.That(there && between(b, 0, 100) && (b < above || g == "A" && b <= above), "b."+g, "evaluation.error.bound")
		above = b
	}
	c.That(len(d.Bounds) == 3, "b.A", "evaluation.error.bound")
	c.That(d.Mode == ByPoints || d.Mode == ByShare, "mode", "error.choice")
	if d.Mode == ByShare {
		d.shares(c)
	}
	c.That(between(d.Hysteresis, 0, maxShift), "hysteresis", "evaluation.error.hysteresis", "max", maxShift)
	c.That(d.OverdueDays >= 0 && d.OverdueDays <= maxOverdue, "overdue_days", "error.number")
	if d.OverdueDays == 0 {
		d.OverdueGrade = ""
	} else {
		c.That(d.OverdueGrade == "B" || d.OverdueGrade == "C" || d.OverdueGrade == "D", "overdue_grade", "error.choice")
	}
	c.That(d.BlockedTag == 0 || d.BlockedTag != d.DebtTag, "blocked_tag", "evaluation.error.same_tag")
	return c.Err()
}

// weighed says what is wrong with weights.
func (d *Draft) weighed(c *errs.Check, weights map[string]float64, field, all string) {
	keys := keysWith(d.Own)
	sum, used := 0.0, 0
	for _, key := range slices.Sorted(maps.Keys(weights)) {
		w := weights[key]
		if !slices.Contains(keys, key) {
			c.Add(all, "evaluation.error.dimension")
			continue
		}
		c.That(between(w, 0, 100), field+key, "evaluation.error.weight")
		if sum += w; w > 0 {
			used++
		}
	}
	c.That(math.Abs(sum-100) < .005, all, "evaluation.error.sum", "sum", round(finite(sum), 1))
	c.That(used >= 2, all, "evaluation.error.two")
}

func (d *Draft) shares(c *errs.Check) {
	sum := 0.0
	for _, g := range Grades {
		share := d.Shares[g]
		c.That(between(share, 1, 97), "s."+g, "evaluation.error.share")
		sum += share
	}
	c.That(math.Abs(sum-100) < .005 && len(d.Shares) == len(Grades), "shares", "evaluation.error.shares")
}

// between is false for what is no number.
func between(v, low, high float64) bool { return v >= low && v <= high }

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e9 {
		return 0
	}
	return v
}

// same tells whether two versions judge alike.
func (m Model) same(o Model) bool {
	return maps.Equal(m.Weights, o.Weights) && maps.Equal(m.Bounds, o.Bounds) && m.Mode == o.Mode && m.Hysteresis == o.Hysteresis &&
		m.OverdueDays == o.OverdueDays && m.OverdueGrade == o.OverdueGrade && m.DebtTag == o.DebtTag && m.BlockedTag == o.BlockedTag &&
		(m.Mode == ByPoints || maps.Equal(m.Shares, o.Shares)) &&
		slices.EqualFunc(m.Own, o.Own, Own.same) && slices.EqualFunc(m.Groups, o.Groups, Group.same)
}
