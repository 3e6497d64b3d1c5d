package evaluation

import (
	"math"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

// evaluate is the whole judgement: pure, so that the same rows, tables and day
// always give the same answer. settled is the grade of the last nightly run.
func evaluate(f facts, s Shop, m Model, today cal.Date, settled string) Evaluation {
	parts := map[string]part{
		Purchase: f.purchase(s, today), Payment: f.payment(s, today), Cooperation: f.cooperation(s),
		Satisfaction: f.satisfaction(today), Advocacy: f.advocacy(), Lifetime: f.lifetime(s),
	}
	for _, o := range m.Own {
		parts[o.Key()] = o.part(f, today)
	}
	e := Evaluation{CustomerID: f.customer, ModelID: m.ID, Settled: settled}
	var weights map[string]float64
	weights, e.WeighedBy = m.weightsOf(f)
	weight := 0.0
	known := map[string]bool{}
	for _, key := range m.Keys() {
		if parts[key].known {
			weight += weights[key]
			known[m.source(key)] = true
		}
	}
	sum := 50.0
	for _, key := range m.Keys() {
		d := weigh(key, parts[key], weights[key], weight)
		e.Confidence += weights[key] / 100 * d.Trust
		sum += d.Contribution
		e.Dimensions = append(e.Dimensions, d)
	}
	e.Confidence = round(e.Confidence, 4)
	e.Value, e.Health = e.mean(weights, m.side(valueKeys, "value")), e.mean(weights, m.side(healthKeys, "health"))
	if !e.heard(weights, m.side(healthKeys, "health")) {
		e.Health = nil
	}
	e.Quadrant = quadrant(e.Value, e.Health)
	if len(known) < 2 || weight == 0 {
		for i := range e.Dimensions {
			e.Dimensions[i].Weight, e.Dimensions[i].Contribution = 0, 0
		}
		e.hold(f, today)
		return e
	}
	total := round(sum, 2)
	e.Total = &total
	e.Grade = gradeOf(total, settled, m.bounds(s), m.Hysteresis)
	e.Settled = e.Grade
	e.cap(f, m, today)
	e.hold(f, today)
	return e
}

// source is what a dimension rests on: those that are made of the same orders
// count as one where two are needed for a score.
func (m Model) source(key string) string {
	o, own := ownAt(m.Own, key)
	switch {
	case key == Lifetime, own && o.Kind == ByCount && o.Counted == "order":
		return Purchase
	case own && o.rests != "":
		return o.rests
	}
	return key
}

// hold puts a person's grade before that of the rules.
func (e *Evaluation) hold(f facts, today cal.Date) {
	if f.held == nil || f.held.Until < today {
		return
	}
	if e.Rated = e.Grade; e.Rated == "" {
		e.Rated = Ungraded
	}
	e.Grade = f.held.Grade
}

// cap holds the grade down for a reason that no number of points outweighs.
func (e *Evaluation) cap(f facts, m Model, today cal.Date) {
	hold := func(grade, why string) {
		if slices.Index(Grades, e.Grade) < slices.Index(Grades, grade) {
			e.Grade, e.Cap = grade, why
		}
	}
	if m.OverdueDays > 0 {
		if days, _, _ := f.overdue(today); days > m.OverdueDays {
			hold(m.OverdueGrade, CapOverdue)
		}
	}
	if f.debt {
		hold(debtGrade, CapDebt)
	}
	if f.blocked {
		hold(blockedGrade, CapBlocked)
	}
}

// weigh turns a part into a dimension: shrunk to 50 while data are few, and
// with its share of what is known.
func weigh(key string, p part, weight, all float64) Dimension {
	d := Dimension{Key: key, Reasons: p.reasons, Evidence: p.evidence, Of: max(p.of, len(p.evidence))}
	if d.Evidence == nil {
		d.Evidence = []Ref{}
	}
	if !p.known {
		return d
	}
	score := round(stats.Shrink(p.raw, p.n, p.k), 2)
	d.Score, d.Trust = &score, round(p.n/(p.n+p.k), 4)
	if all > 0 {
		d.Weight = round(100*weight/all, 4)
		d.Contribution = round(weight/all*(score-50), 4)
	}
	return d
}

// mean is the weighted mean of some dimensions, nil when none is known.
func (e Evaluation) mean(weights map[string]float64, keys []string) *float64 {
	sum, weight := 0.0, 0.0
	for _, d := range e.Dimensions {
		if d.Score != nil && slices.Contains(keys, d.Key) {
			sum += weights[d.Key] * *d.Score
			weight += weights[d.Key]
		}
	}
	if weight == 0 {
		return nil
	}
	v := round(sum/weight, 2)
	return &v
}

// telling is how much of cooperation has to be the customer's own.
const telling = .5

// heard tells whether enough is known to call somebody happy or unhappy: something
// that they said, or that a person noted, or three occasions to work together that
// tell something. One question that was not answered is no unhappiness.
func (e Evaluation) heard(weights map[string]float64, keys []string) bool {
	return slices.ContainsFunc(e.Dimensions, func(d Dimension) bool {
		return d.Score != nil && weights[d.Key] > 0 && slices.Contains(keys, d.Key) && (d.Key != Cooperation || d.Trust >= telling)
	})
}

func quadrant(value, health *float64) string {
	switch {
	case value == nil || health == nil:
		return ""
	case *value >= 50 && *health >= 50:
		return Protect
	case *value >= 50:
		return Rescue
	case *health >= 50:
		return Grow
	}
	return Watch
}

// gradeOf is the letter for a total. Coming from the letter before, a boundary
// counts only when it is passed by some points, so that grades do not flap.
func gradeOf(total float64, before string, bounds map[string]float64, hysteresis float64) string {
	plain := letter(total, bounds, 0)
	from, to := slices.Index(Grades, before), slices.Index(Grades, plain)
	switch {
	case from < 0 || from == to:
		return plain
	case to < from: // better
		return Grades[min(from, slices.Index(Grades, letter(total, bounds, hysteresis)))]
	}
	return Grades[max(from, slices.Index(Grades, letter(total, bounds, -hysteresis)))]
}

// letter is the grade when every boundary is moved up by shift.
func letter(total float64, bounds map[string]float64, shift float64) string {
	for _, g := range Grades[:3] {
		if total >= bounds[g]+shift {
			return g
		}
	}
	return Grades[3]
}

func round(f float64, places int) float64 {
	p := math.Pow10(places)
	return math.Round(f*p) / p
}
