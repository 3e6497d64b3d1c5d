package evaluation

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
)

// How numbers become sentences and pictures. Templates call these with their
// Data, which knows the reader's language.

// Sentence is a reason in the reader's language.
func (r Reason) Sentence(l *i18n.Locale, currency string) string {
	var args []any
	for name, v := range r.Nums {
		if v == math.Trunc(v) {
			args = append(args, name, int(v))
			continue
		}
		digits := 2
		if math.Abs(10*v-math.Round(10*v)) < 1e-6 { // 31.9 is told no finer than it is
			digits = 1
		}
		args = append(args, name, l.Decimal(v, digits))
	}
	if r.Code == "own_money" {
		for name, v := range r.Nums {
			args = append(args, name, l.Money(minor(v, currency), currency))
		}
		return l.T("evaluation.reason.own_value", args[2*len(r.Nums):]...)
	}
	if r.Text != "" {
		args = append(args, "text", r.Text)
	}
	if r.Amount != 0 {
		args = append(args, "amount", l.Money(r.Amount, currency))
	}
	if r.On != "" {
		on := r.On
		if t, err := l.ParseDay(r.On); err == nil {
			on = l.Date(t)
		}
		args = append(args, "on", on)
	}
	if r.Code == "last_order" && r.Nums["n"] == 0 {
		return l.T("evaluation.reason.last_order_today")
	}
	return l.T("evaluation.reason."+r.Code, args...)
}

// Line is one dimension as a page shows it.
type Line struct {
	Dimension
	Name      string
	Sentences []string
	Links     []Link
	All       string // where all records are, when more count than are linked
	tenths    int    // of a point that it moves the total, so that what is printed adds up
}

// Link leads to a row that a score rests on.
type Link struct{ Text, Href string }

// Known tells whether there is a score.
func (l Line) Known() bool { return l.Score != nil }

// Low tells whether it pulls the total down.
func (l Line) Low() bool { return l.Score != nil && *l.Score < 40 }

// Own is how much of the score is the customer's own data.
func (l Line) Own(d view.Data) string {
	return d.Locale.T("evaluation.own_data", "pct", d.Locale.Percent(l.Trust))
}

// Points is the score as printed.
func (l Line) Points() string {
	if l.Score == nil {
		return "–"
	}
	return strconv.Itoa(int(math.Round(*l.Score)))
}

// Moves is the contribution with its sign.
func (l Line) Moves(d view.Data) string {
	sign := ""
	switch {
	case l.tenths > 0:
		sign = "+"
	case l.tenths < 0:
		sign = "−"
	}
	return sign + d.Locale.Decimal(math.Abs(float64(l.tenths))/10, 1)
}

// Bar draws the score.
func (l Line) Bar() chart.Meter {
	class := "fg"
	if l.Low() {
		class = "low"
	}
	return chart.Meter{Parts: []chart.Segment{{Share: *l.Score / 100, Class: class}}, Mark: .5}
}

// body is what the panel and the page of a customer show.
type body struct {
	Evaluation
	Name     string
	Currency string
	Shop     Shop
	Model    Model
	Peers    []Peers
	History  []Snapshot
	Held     *Held // the grade that a person set
	MayHold  bool
	Listed   bool             // there are checklists that the reader may fill in
	Numbers  map[int64]string // of the orders that are named
	path     func(kind string, id int64) string
}

// orders are those that the page names.
func (e Evaluation) orders() []int64 {
	out := []int64{}
	for _, d := range e.Dimensions {
		for _, ref := range d.Evidence {
			if ref.Kind == "order" {
				out = append(out, ref.ID)
			}
		}
		for _, r := range d.Reasons {
			if id := int64(r.Nums[oldestOrder]); id > 0 {
				out = append(out, id)
			}
		}
	}
	return out
}

// named says a record: an order by its number, another by the number under which
// it is kept.
func (b body) named(d view.Data, r Ref) Link {
	number := strconv.FormatInt(r.ID, 10)
	if own := b.Numbers[r.ID]; r.Kind == "order" && own != "" {
		number = own
	}
	return Link{Text: d.Locale.T("evaluation.evidence."+r.Kind, "number", number), Href: b.href(r)}
}

// Lines are the dimensions in words.
func (b body) Lines(d view.Data) []Line {
	var out []Line
	for _, dim := range b.Dimensions {
		l := Line{Dimension: dim, Name: b.Model.Name(d.Locale, dim.Key)}
		for _, r := range dim.Reasons {
			l.Sentences = append(l.Sentences, r.Sentence(d.Locale, b.Currency))
		}
		if dim.Key == Lifetime && !b.Shop.Worth.Shown {
			l.Sentences = append(l.Sentences, d.Locale.T("evaluation.worth.margin"))
		}
		for _, ref := range dim.Evidence {
			l.Links = append(l.Links, b.named(d, ref))
		}
		if l.Of > len(l.Links) {
			l.All = b.allOf(dim.Key)
		}
		out = append(out, l)
	}
	if b.Total != nil {
		for i, n := range b.tenths() {
			out[i].tenths = n
		}
	}
	return out
}

// allOf is where all records are on which a dimension rests.
func (b body) allOf(key string) string {
	id := strconv.FormatInt(b.CustomerID, 10)
	switch key {
	case Purchase, Payment, Lifetime:
		return "/orders?filter%5Bcustomer_id%5D%5Beq%5D=" + id
	case Satisfaction, Advocacy:
		return "/responses?filter%5Bcustomer_id%5D%5Beq%5D=" + id
	}
	return "/customers/" + id
}

// CappedBy is the order that holds the grade down, none for other caps.
func (b body) CappedBy(d view.Data) *Link {
	if b.Cap != CapOverdue {
		return nil
	}
	for _, r := range b.Dimension(Payment).Reasons {
		if id := int64(r.Nums[oldestOrder]); id > 0 {
			link := b.named(d, Ref{"order", id})
			return &link
		}
	}
	return nil
}

// tenthsOf is a number of points in tenths, as it is printed.
func tenthsOf(points float64) int {
	printed, _ := strconv.ParseFloat(strconv.FormatFloat(points, 'f', 1, 64), 64)
	return int(math.Round(printed * 10))
}

// tenths are what the dimensions move the total, rounded so that together with 50
// they are the total as it is printed: each is off by a tenth at most.
func (e Evaluation) tenths() []int {
	out := make([]int, len(e.Dimensions))
	left := tenthsOf(*e.Total) - 500
	order := make([]int, 0, len(out))
	rest := make([]float64, len(out))
	for i, d := range e.Dimensions {
		if d.Score == nil || d.Weight == 0 {
			continue
		}
		floor := math.Floor(d.Contribution * 10)
		out[i], rest[i] = int(floor), d.Contribution*10-floor
		left -= out[i]
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:max(0, min(left, len(order)))] {
		out[i]++
	}
	return out
}

func (b body) href(r Ref) string {
	if b.path == nil {
		return ""
	}
	return b.path(r.Kind, r.ID)
}

// Sum is how the total comes about: 50, and what each dimension moves.
func (b body) Sum(d view.Data) string {
	if b.Total == nil {
		return ""
	}
	text := "50"
	for _, l := range b.Lines(d) {
		if l.Known() && l.Weight > 0 {
			sign := " + "
			if l.tenths < 0 {
				sign = " − "
			}
			text += sign + d.Locale.Decimal(math.Abs(float64(l.tenths))/10, 1)
		}
	}
	return text + " = " + d.Locale.Decimal(*b.Total, 1)
}

// Points is the total as printed.
func (b body) Points() string {
	if b.Total == nil {
		return "–"
	}
	return strconv.Itoa(int(math.Round(*b.Total)))
}

// Radar draws the six axes with the shop's median behind them.
func (b body) Radar(d view.Data) chart.Radar {
	r := chart.Radar{Label: d.Locale.T("evaluation.radar", "name", b.Name)}
	for _, l := range b.Lines(d) {
		name := l.Name
		if !strings.HasPrefix(l.Key, ownPrefix) {
			name = d.Locale.T("evaluation.axis." + l.Key)
		}
		axis := chart.Axis{Name: name, Known: l.Known(), Low: l.Low(), Peer: b.Shop.peer(l.Key)}
		if l.Known() {
			axis.Score, axis.Text = *l.Score, l.Points()
		}
		r.Axes = append(r.Axes, axis)
	}
	return r
}

// Weighed says whose weights were used and why; "" for everybody's.
func (b body) Weighed(d view.Data) string {
	g, ok := b.Model.Group(b.WeighedBy)
	if !ok {
		return ""
	}
	return d.Locale.T("evaluation.group.used", "group", g.Words(d.Locale))
}

// Words are the group in the reader's language: "Level A", "Industry: Café".
func (g Group) Words(l *i18n.Locale) string {
	switch g.By {
	case byLevel:
		return l.T("evaluation.peers.level", "of", g.Of)
	case byKind:
		return l.T("customer.kind." + g.Of)
	}
	return l.T("evaluation.group.choice", "name", g.Name(l.Tag()), "of", g.Of)
}

// Verdict is the judgement in two words.
func (b body) Verdict(d view.Data) string {
	switch {
	case b.NoProfiling:
		return d.Locale.T("evaluation.no_profiling")
	case b.Total == nil:
		return d.Locale.T("evaluation.not_enough")
	case b.Quadrant == "":
		return d.Locale.T("evaluation.verdict.unknown")
	}
	return d.Locale.T("evaluation.quadrant." + b.Quadrant)
}

// Change says how the total moved since the snapshot before, "" without one.
func (b body) Change(d view.Data) string {
	if b.Total == nil {
		return ""
	}
	for _, h := range b.History {
		if h.Total == nil || h.AsOf.Equal(b.AsOf.Time) || math.Abs(*h.Total-*b.Total) < .5 {
			continue
		}
		key := "evaluation.up_since"
		if *h.Total > *b.Total {
			key = "evaluation.down_since"
		}
		return d.Locale.T(key, "points", int(math.Round(math.Abs(*b.Total-*h.Total))), "date", d.Locale.Date(h.AsOf.Time))
	}
	return ""
}

// Trend draws how the total moved, oldest first.
func (b body) Trend(d view.Data) chart.Trend {
	t := chart.Trend{Label: d.Locale.T("evaluation.trend"), Min: 0, Max: 100,
		Ticks: []chart.Tick{{At: 0, Name: "D"}}}
	for g, from := range b.Model.bounds(b.Shop) { // the bands of the version in force
		t.Ticks = append(t.Ticks, chart.Tick{At: from, Name: g})
	}
	shown := b.History[:min(len(b.History), 8)]
	for i := len(shown) - 1; i >= 0; i-- {
		h := shown[i]
		p := chart.Estimate{Name: d.Locale.Date(h.AsOf.Time), Note: h.Grade, Known: h.Total != nil}
		if h.Total != nil {
			p.Value, p.Low, p.High = *h.Total, *h.Total, *h.Total
			p.Text = strconv.Itoa(int(math.Round(*h.Total)))
		}
		t.Points = append(t.Points, p)
	}
	return t
}

// GradeCount is a letter with how many have it.
type GradeCount struct {
	Letter string
	N      int
	Share  chart.Meter
}

// GradeCounts are all letters.
func (o Overview) GradeCounts() []GradeCount {
	var out []GradeCount
	for _, g := range Grades {
		c := GradeCount{Letter: g, N: o.Grades[g]}
		if o.Scored > 0 {
			c.Share = chart.Meter{Parts: []chart.Segment{{Share: float64(c.N) / float64(o.Scored), Class: "fg"}}}
		}
		out = append(out, c)
	}
	return out
}

// Histogram draws how many customers lie in each ten points.
func (o Overview) Histogram(d view.Data) chart.Bars {
	b := chart.Bars{Label: d.Locale.T("evaluation.histogram")}
	for i, n := range o.Tens {
		from := strconv.Itoa(10 * i)
		b.Bars = append(b.Bars, chart.Bar{Name: from, Value: float64(n), Title: d.Locale.T("evaluation.ten", "n", n, "from", from, "to", strconv.Itoa(10*i+10))})
	}
	return b
}

// Weight is a dimension of the model with its place in the total.
type Weight struct {
	Key    string
	Weight float64
	Bar    chart.Meter
}

// Defined says in a line what a dimension is.
func (o Overview) Defined(d view.Data, key string) string {
	if own, ok := ownAt(o.Model.Own, key); ok {
		return own.About
	}
	return d.Locale.T("evaluation.definition." + key)
}

// Weights are the dimensions of the model.
func (o Overview) Weights() []Weight { return weightsOf(o.Model) }

func weightsOf(m Model) []Weight {
	var out []Weight
	for _, key := range m.Keys() {
		w := m.Weights[key]
		out = append(out, Weight{Key: key, Weight: w, Bar: chart.Meter{Parts: []chart.Segment{{Share: w / 50, Class: "soft"}}}})
	}
	return out
}
