package letter

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/stats"
	"regulars/app/sales/target"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
)

// Cell is a value in a table of the letter.
type Cell struct {
	Text string
	Href string
	Note string // how the days of the letter stand against it
}

// Row is a line of a table: now, before, and a year before.
type Row struct {
	Label string
	Cells [3]Cell
	Real  bool // more than chance against the days before
}

// Table writes the lines of a part.
func (l Letter) Table(d view.Data, lines []Line) []Row {
	out := make([]Row, len(lines))
	for i, one := range lines {
		out[i] = Row{Label: d.Locale.T("letter.line." + one.Key), Real: one.VsBefore != nil && one.VsBefore.Verdict == stats.LikelyReal,
			Cells: [3]Cell{l.cell(d, one, one.Now), l.cell(d, one, one.Before), l.cell(d, one, one.Year)}}
		out[i].Cells[1].Note, out[i].Cells[2].Note = l.note(d, one, one.Before, one.VsBefore), l.note(d, one, one.Year, one.VsYear)
	}
	return out
}

func (l Letter) cell(d view.Data, one Line, v Value) Cell {
	if !v.Known {
		return Cell{Text: d.Locale.T("letter.unknown")}
	}
	out := Cell{Href: v.Rows}
	switch {
	case one.Unit == Money && one.Key == "mean" && v.Of == 0, one.Unit == Share && v.Of == 0:
		return Cell{Text: "–"}
	case one.Unit == Money:
		out.Text = d.Locale.Money(v.N, l.Figures.Currency)
	case one.Key == "from_new":
		out.Text = d.Locale.Percent(float64(v.N) / float64(v.Of))
	case one.Unit == Share:
		out.Text = d.Locale.T("letter.of", "k", v.N, "n", v.Of)
	case one.Key == growth && v.N > 0:
		out.Text = "+" + d.Locale.Number(v.N)
	default:
		out.Text = d.Locale.Number(v.N)
	}
	return out
}

// note is the difference with its verdict.
func (l Letter) note(d view.Data, one Line, then Value, test *Test) string {
	if !then.Known || test == nil || one.Unit != Share && one.Now.N == then.N {
		return ""
	}
	verdict := d.Locale.T("satisfaction.verdict." + string(test.Verdict))
	if test.Verdict != stats.TooEarly {
		p := "p " + d.Locale.Decimal(test.P, 3)
		if test.P < .001 {
			p = "p < " + d.Locale.Decimal(.001, 3)
		}
		verdict += d.Locale.T("common.comma") + p
	}
	amount := l.difference(d, one, then)
	if amount == "" {
		return verdict
	}
	return d.Locale.T("satisfaction.said", "amount", amount, "verdict", verdict)
}

func (l Letter) difference(d view.Data, one Line, then Value) string {
	plus := func(v float64, text string) string {
		if v > 0 {
			return "+" + text
		}
		return text
	}
	switch {
	case one.Unit == Share:
		if one.Now.Of == 0 || then.Of == 0 {
			return ""
		}
		points := 100 * (float64(one.Now.N)/float64(one.Now.Of) - float64(then.N)/float64(then.Of))
		return d.Locale.T("satisfaction.points", "n", plus(points, d.Locale.Decimal(math.Round(points)+0, 0)))
	case one.Unit == Money || then.N >= 20:
		if then.N <= 0 {
			return ""
		}
		if one.Unit == Money && one.Now.N < 0 {
			return d.Locale.Money(one.Now.N-then.N, l.Figures.Currency)
		}
		share := float64(one.Now.N-then.N) / float64(then.N)
		if math.Abs(share) < .0005 {
			share = 0
		}
		return plus(share, d.Locale.Percent(share))
	}
	return plus(float64(one.Now.N-then.N), d.Locale.Number(one.Now.N-then.N))
}

// Drawing is the picture of sales: bars, a year before dotted.
func (l Letter) Drawing(d view.Data) chart.Fits {
	c := chart.Bars{Label: d.Locale.T("letter.picture")}
	top := 0.0
	for i, b := range l.Figures.Bars {
		bar := chart.Bar{Title: d.Locale.T("letter.bar", "period", l.Dates(d, b.Span), "amount", d.Locale.Money(b.Total, l.Figures.Currency)), Href: b.Rows,
			Value: math.Max(0, float64(b.Total)), Before: math.Max(0, float64(b.Year)), HasPast: b.HasYear, Now: i == len(l.Figures.Bars)-1}
		if (len(l.Figures.Bars)-1-i)%3 == 0 {
			bar.Name = l.Short(d, b)
		}
		top = math.Max(top, math.Max(bar.Value, bar.Before))
		c.Bars = append(c.Bars, bar)
	}
	for _, share := range []float64{.5, 1} {
		if at := tick(top) * share; at > 0 {
			c.Ticks = append(c.Ticks, chart.Tick{At: at, Name: l.Brief(d, int64(at))})
		}
	}
	return chart.Fit(c, 0)
}

// tick is a round number not above a value.
func tick(top float64) float64 {
	if top <= 0 {
		return 0
	}
	step := math.Pow10(int(math.Floor(math.Log10(top))))
	for _, k := range []float64{8, 6, 5, 4, 3, 2, 1} {
		if k*step <= top {
			return k * step
		}
	}
	return step
}

// Short names a bar.
func (l Letter) Short(d view.Data, b Bar) string {
	if l.span() == "monthly" {
		return d.Locale.ShortMonth(b.Since.Time(d.Locale.Zone()))
	}
	return d.Locale.T("letter.day", "m", int(b.Since.Time(d.Locale.Zone()).Month()), "d", b.Since.Time(d.Locale.Zone()).Day())
}

// BarRows are the picture as a table.
func (l Letter) BarRows() []Bar {
	out := slices.Clone(l.Figures.Bars)
	slices.Reverse(out)
	return out
}

// blocks is how wide a bar made of text is at most.
const blocks = 16

// Blocks is a bar made of text, for mail.
func (l Letter) Blocks(b Bar) string {
	top := int64(1)
	for _, one := range l.Figures.Bars {
		top = max(top, one.Total)
	}
	n := int(math.Round(float64(max(0, b.Total)) * blocks / float64(top)))
	out := make([]rune, 0, blocks)
	for range n {
		out = append(out, '█')
	}
	for len(out) < blocks {
		out = append(out, '░')
	}
	return string(out)
}

// Long is the same without the rest of the scale, where colour can be had.
func (l Letter) Long(b Bar) string { return strings.TrimRight(l.Blocks(b), "░") }

// Age is a part of what is owed.
type Age struct {
	Name   string
	Href   string
	Amount int64
	Meter  chart.Meter
	Late   bool
}

// buckets are the ages as the page of what is owed calls them.
var buckets = []string{"due", "30", "60", "90", "over"}

// Rows is the page of what is owed, of one age, or all that is late ("").
func (o Owed) Rows(bucket string) string {
	q := "overdue=1"
	if bucket != "" {
		q = "bucket=" + bucket
	}
	if o.Team != 0 {
		q += "&team=" + strconv.FormatInt(o.Team, 10)
	}
	return "/receivables?" + q
}

// All is the page of what is owed, late or not.
func (o Owed) All() string {
	if o.Team != 0 {
		return "/receivables?team=" + strconv.FormatInt(o.Team, 10)
	}
	return "/receivables"
}

// Drawn are the ages with their bars.
func (o Owed) Drawn() []Age {
	var out []Age
	for i, name := range buckets {
		class := "fg"
		if i > 0 {
			class = "warm"
		}
		out = append(out, Age{Name: name, Href: o.Rows(name), Amount: o.Ages[i], Late: i > 0 && o.Ages[i] > 0,
			Meter: chart.Meter{Parts: []chart.Segment{{Share: float64(o.Ages[i]) / float64(max(1, o.Total)), Class: class}}}})
	}
	return out
}

// Percent is how much of a target is reached.
func (t Target) Percent() int { return int(100 * t.Value / max(1, t.Target)) }

// Money tells whether it is an amount.
func (t Target) Money() bool { return target.Money(t.Metric) }

// Bar draws it, with a mark at the share of the days that have passed.
func (t Target) Bar() chart.Meter {
	m := chart.Meter{Parts: []chart.Segment{{Share: float64(t.Value) / float64(max(1, t.Target)), Class: "fg"}}}
	if t.Elapsed < 1 {
		m.Mark = t.Elapsed
	}
	return m
}

// Brief is an amount under a picture, without a sign.
func (l Letter) Brief(d view.Data, minor int64) string { return brief(d, minor, l.Figures.Currency) }
