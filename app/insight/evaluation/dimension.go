package evaluation

import (
	"math"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

// What a dimension needs before it has a score, and how many observations the
// typical customer counts for when it is young (k of w = n/(n+k)).
const (
	needSettled  = 3
	needContacts = 5
	kPurchase    = 2
	kPayment     = 2
	kCooperation = 3
	kAnswers     = 1

	halfLife    = 180 // days after which an answer counts half
	maxEvidence = 8
)

// part is a dimension before it is weighed: its raw score, the number of
// observations it rests on, and what to say about it.
type part struct {
	raw, n, k float64
	known     bool
	reasons   []Reason
	evidence  []Ref
	of        int // how many records count, where evidence shows a part of them
}

func missing(code string, nums map[string]float64) part {
	return part{reasons: []Reason{{Code: code, Nums: nums}}}
}

// purchase is the mean of the percentiles of recency, frequency and money over
// a year. A shop with fewer than 15 buyers is measured by fixed steps.
func (f facts) purchase(s Shop, today cal.Date) part {
	v, ok := f.rfm(today)
	if !ok {
		return missing("no_order", nil)
	}
	orders := f.purchases()
	p := part{known: true, n: float64(len(orders)), k: kPurchase, of: len(orders)}
	if s.Buyers < fewBuyers {
		p.raw = (steps(v.days, []float64{30, 90, 180, 365}, []float64{90, 70, 50, 30, 10}) +
			steps(v.count, []float64{0, 1, 3, 7, 11}, []float64{5, 35, 50, 70, 85, 95}) + spendPoints(v.spent, s.Spend)) / 3
		p.reasons = append(p.reasons, Reason{Code: "orders", Nums: nums("n", v.count)})
	} else {
		often := s.Frequency.Rank(v.count)
		p.raw = (s.Recency.Rank(-v.days) + often + s.Money.Rank(v.spent)) / 3
		p.reasons = append(p.reasons, Reason{Code: "orders_pct", Nums: nums("n", v.count, "pct", moreThan(often))})
	}
	if v.spent > 0 {
		p.reasons = append(p.reasons, Reason{Code: "spent", Amount: int64(v.spent)})
	}
	p.reasons = append(p.reasons, Reason{Code: "last_order", Nums: nums("n", v.days)})
	if s.Buyers < fewBuyers {
		p.reasons = append(p.reasons, Reason{Code: "few_buyers", Nums: nums("have", float64(s.Buyers), "need", fewBuyers)})
	}
	p.evidence = refs(newest(orders))
	return p
}

// steps gives the points of the first bound that v does not exceed.
func steps(v float64, bounds, points []float64) float64 {
	for i, b := range bounds {
		if v <= b {
			return points[i]
		}
	}
	return points[len(points)-1]
}

// spendPoints compares with the shop's median: half of it 35, twice 65.
func spendPoints(spent, usual float64) float64 {
	if spent <= 0 {
		return 10
	}
	if usual <= 0 {
		return 50
	}
	return math.Max(10, math.Min(90, 50+15*math.Log2(spent/usual)))
}

// overdue are the orders that should have been paid: a later day was agreed,
// or this customer's payments are kept, and the day has passed. The oldest debt
// comes first.
func (f facts) overdue(today cal.Date) (days int, open int64, which []order) {
	tracked := slices.ContainsFunc(f.orders, func(o order) bool { return len(o.paid) > 0 })
	for _, o := range f.purchases() {
		if left := o.open(); left > 0 && o.due < today && (o.terms || tracked) {
			days, open, which = max(days, today.Sub(o.due)), open+left, append(which, o)
		}
	}
	slices.SortStableFunc(which, func(a, b order) int { return a.due.Sub(b.due) })
	return days, open, which
}

// payment is three fifths points for the days beyond terms, weighed by amount,
// and two fifths the on-time ratio shrunk to the shop's, minus half a point
// per day of the oldest overdue order (at most 40).
func (f facts) payment(s Shop, today cal.Date) part {
	var late, weight []float64
	var settled []order
	onTime := 0
	for _, o := range f.purchases() {
		on := o.settledOn()
		if on == "" || o.total <= 0 {
			continue
		}
		settled = append(settled, o)
		late, weight = append(late, float64(on.Sub(o.due))), append(weight, float64(o.total))
		if on <= o.due {
			onTime++
		}
	}
	days, open, which := f.overdue(today)
	var reasons []Reason
	if len(which) > 0 {
		reasons = append(reasons, Reason{Code: "overdue", Nums: nums("n", float64(len(which)), "days", float64(days), oldestOrder, float64(which[0].id)), Amount: open})
	}
	if len(settled) < needSettled {
		p := missing("need_settled", nums("have", float64(len(settled)), "need", needSettled))
		p.reasons = append(reasons, p.reasons...)
		p.evidence, p.of = refs(which[:min(len(which), maxEvidence)]), len(which)
		return p
	}
	beyond := stats.WeightedMean(late, weight)
	p := part{known: true, n: float64(len(settled)), k: kPayment}
	p.raw = .6*stats.PaymentPoints(beyond) + 40*stats.ShrunkRatio(onTime, len(settled), s.OnTime, 2) - math.Min(40, float64(days)/2)
	p.raw = math.Max(0, p.raw)
	p.reasons = append(reasons, Reason{Code: "on_time", Nums: nums("k", float64(onTime), "n", float64(len(settled)))})
	switch d := math.Round(beyond); {
	case d > 0:
		p.reasons = append(p.reasons, Reason{Code: "days_late", Nums: nums("n", d)})
	case d < 0:
		p.reasons = append(p.reasons, Reason{Code: "days_early", Nums: nums("n", -d)})
	}
	// What costs points now comes first, then what was paid late, then the rest.
	rest := slices.DeleteFunc(settled, func(o order) bool { return slices.ContainsFunc(which, func(w order) bool { return w.id == o.id }) })
	p.of = len(which) + len(rest)
	tardy, inTime := split(rest, func(o order) bool { return o.settledOn() > o.due })
	rows := slices.Concat(which, newest(tardy), newest(inTime))
	p.evidence = refs(rows[:min(len(rows), maxEvidence)])
	return p
}

// satisfaction is the mean of CSAT and CES answers on 0 to 100, where an
// answer counts half after 180 days.
func (f facts) satisfaction(today cal.Date) part {
	var values, weights []float64
	p := part{k: kAnswers}
	for _, a := range f.answers {
		top := map[string]float64{"csat": 4, "ces": 6}[a.kind]
		if top == 0 {
			continue
		}
		w := math.Exp2(-float64(max(0, today.Sub(a.on))) / halfLife)
		values, weights = append(values, 100*float64(a.score-1)/top), append(weights, w)
		p.n += w
		p.evidence = append(p.evidence, Ref{"response", a.id})
		p.reasons = []Reason{{Code: "last_" + a.kind, Nums: nums("score", float64(a.score)), On: string(a.on)}}
	}
	if len(values) == 0 {
		return missing("no_answer", nil)
	}
	if len(values) > 1 {
		p.reasons = append(p.reasons, Reason{Code: "answers", Nums: nums("n", float64(len(values)))})
	}
	p.known, p.raw, p.evidence, p.of = true, stats.WeightedMean(values, weights), last(p.evidence), len(values)
	return p
}

// advocacy is the last answer to "would you recommend us", times ten.
func (f facts) advocacy() part {
	p := part{k: kAnswers}
	for _, a := range f.answers {
		if a.kind != "nps" {
			continue
		}
		p.known, p.raw = true, 10*float64(a.score)
		p.n++
		p.evidence = append(p.evidence, Ref{"response", a.id})
		p.reasons = []Reason{{Code: "last_nps", Nums: nums("score", float64(a.score)), On: string(a.on)}}
	}
	if !p.known {
		return missing("no_nps", nil)
	}
	p.evidence, p.of = last(p.evidence), len(p.evidence)
	return p
}

// lifetime is the percentile of what is expected within twelve months, where the
// forecast passed its trial, otherwise of the margin of the last twelve. The
// amount is not among the reasons: what products cost is not everybody's to know.
func (f facts) lifetime(s Shop) part {
	if s.Worth.Shown && f.foreseen != nil && len(s.Foreseen.V) > 0 {
		rank := s.Foreseen.Rank(float64(f.foreseen.worth))
		p := part{known: true, raw: rank, n: float64(len(f.purchases())), k: kPurchase, reasons: []Reason{
			{Code: "worth_pct", Nums: nums("pct", moreThan(rank), "orders", round(f.foreseen.orders, 1))},
			{Code: "worth_terms." + s.Worth.Source, Nums: nums("months", s.Worth.Months, "margin", round(100*s.Worth.Margin, 1), "discount", s.Worth.Yearly)}}}
		p.evidence, p.of = refs(newest(f.purchases())), len(f.purchases())
		return p
	}
	if f.costed == 0 {
		if s.Worth.Shown && len(f.purchases()) > 0 {
			return missing("not_foreseen", nil)
		}
		return missing("no_margin", nil)
	}
	if s.Margins < fewBuyers {
		return missing("few_margins", nums("have", s.Margins, "need", fewBuyers))
	}
	rank := s.Margin.Rank(float64(f.margin))
	p := part{known: true, raw: rank, n: float64(f.costed), k: kPurchase, reasons: []Reason{{Code: "margin_pct", Nums: nums("pct", moreThan(rank), "n", f.costed)}}}
	p.evidence, p.of = refs(newest(f.purchases())), len(f.purchases())
	return p
}

func nums(pairs ...any) map[string]float64 {
	out := map[string]float64{}
	for i := 0; i+1 < len(pairs); i += 2 {
		switch v := pairs[i+1].(type) {
		case float64:
			out[pairs[i].(string)] = v
		case int:
			out[pairs[i].(string)] = float64(v)
		}
	}
	return out
}

// oldestOrder is under which number the reason "overdue" names its oldest order.
const oldestOrder = "order"

// refs are orders as evidence.
func refs(orders []order) []Ref {
	var out []Ref
	for _, o := range orders {
		out = append(out, Ref{"order", o.id})
	}
	return out
}

// split parts those of whom is true from the others.
func split[T any](all []T, is func(T) bool) (those, others []T) {
	for _, v := range all {
		if is(v) {
			those = append(those, v)
		} else {
			others = append(others, v)
		}
	}
	return those, others
}

// newest keeps the latest orders as evidence, each once, newest first.
func newest(orders []order) []order {
	out := slices.Clone(orders)
	slices.SortFunc(out, func(a, b order) int {
		if a.on != b.on {
			if a.on > b.on {
				return -1
			}
			return 1
		}
		return int(b.id - a.id)
	})
	out = slices.CompactFunc(out, func(a, b order) bool { return a.id == b.id })
	return out[:min(len(out), maxEvidence)]
}

// last keeps the latest rows as evidence.
func last(refs []Ref) []Ref { return refs[max(0, len(refs)-maxEvidence):] }

// moreThan is a rank in whole percent as sentences tell it: nobody is above 100% of
// all customers, themselves among them.
func moreThan(rank float64) float64 { return min(99, math.Round(rank)) }
