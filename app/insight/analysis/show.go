package analysis

import (
	"math"
	"strconv"

	"regulars/app/kit/money"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
)

// Shown is a number as it stands in a table: in words, with what it rests on.
type Shown struct {
	Label  string // the heading it stands under
	Text   string
	Sub    string // n and interval, or the change
	Href   string
	None   bool
	Rests  bool   // it says what it rests on
	Spans  bool   // and within which span it lies
	Beside string // the measure that it stands beside, of another time
	Unit   string
	Cell
}

// Line is a row as it stands in a table.
type Line struct {
	Keys  []Key
	Cells []Shown
}

// Columned are the headings over the numbers.
func (t Table) Columned() []string {
	var out []string
	for _, k := range t.Columns {
		for _, h := range t.Heads {
			name := k.Label
			if len(t.Heads) > 1 {
				name = t.Locale.T("analysis.pair", "a", k.Label, "b", h.Label)
			}
			out = append(out, name)
		}
	}
	if t.Pivot() && t.Crossed {
		return out
	}
	for _, h := range t.Heads {
		name := h.Label
		if t.Pivot() {
			name = t.Locale.T("analysis.total")
			if len(t.Heads) > 1 {
				name = t.Locale.T("analysis.pair", "a", name, "b", h.Label)
			}
		}
		out = append(out, name)
		if t.Spec.Before {
			out = append(out, t.Locale.T("analysis.before"))
		}
		if t.Spec.Year {
			out = append(out, t.Locale.T("analysis.year_before"))
		}
	}
	return out
}

// Whole is the row of totals, nil where a total of the rows would count the same
// several times.
func (t Table) Whole() *Line {
	if t.Passed {
		return nil
	}
	l := t.Line(t.Total)
	return &l
}

// Line is a row under those headings.
func (t Table) Line(r Row) Line {
	heads := t.Columned()
	out := Line{Keys: r.Keys}
	add := func(c Shown) {
		c.Label = heads[len(out.Cells)]
		out.Cells = append(out.Cells, c)
	}
	for _, cells := range r.Cells {
		for i, h := range t.Heads {
			add(t.shown(h, cellAt(cells, i)))
		}
	}
	if t.Pivot() && t.Crossed {
		return out
	}
	for i, h := range t.Heads {
		now := cellAt(r.Total, i)
		add(t.shown(h, now))
		for _, then := range []struct {
			on    bool
			cells []Cell
		}{{t.Spec.Before, r.Before}, {t.Spec.Year, r.Year}} {
			if !then.on {
				continue
			}
			c := t.shown(h, cellAt(then.cells, i))
			c.Beside = h.Label
			if share, ok := Change(now, c.Cell); ok {
				c.Sub = Signed(t.Locale, share)
			}
			add(c)
		}
	}
	return out
}

func cellAt(cells []Cell, i int) Cell {
	if i < len(cells) {
		return cells[i]
	}
	return Cell{}
}

// Signed is a change as a share with its sign; too small a one to be written is none.
func Signed(l *i18n.Locale, share float64) string {
	switch {
	case math.Abs(share) < 0.0005:
		return "±" + l.Percent(0)
	case share < 0:
		return "−" + l.Percent(-share)
	}
	return "+" + l.Percent(share)
}

func (t Table) shown(h Head, c Cell) Shown {
	out := Shown{Text: t.Write(h, c), Href: c.Href, None: !c.Known || c.Value == 0 && c.N == 0, Unit: h.Unit, Cell: c, Rests: h.rests(), Spans: h.Fn == fnRate || h.Fn == fnNPS}
	if c.Known && c.Unripe {
		out.Sub = t.Locale.T("analysis.unripe")
	}
	if !h.rests() || !c.Known {
		return out
	}
	out.Sub = t.Locale.T("analysis.n", "n", c.N)
	if c.Interval {
		low, high := c, c
		low.Value, high.Value = c.Low, c.High
		out.Sub = t.Locale.T("analysis.n_between", "n", c.N, "low", t.Write(h, low), "high", t.Write(h, high))
	}
	return out
}

// Fit is the picture as its page shows it, on a desk or a phone.
func (p Picture) Fit() chart.Fits { return chart.Fit(p.Chart, 0) }

// Legend is a colour of the picture with its name.
type Legend struct{ Class, No, Name string }

// Picture is the report as a chart; no Chart is none.
type Picture struct {
	Chart  interface{ SVG() view.Markup }
	Legend []Legend
}

const (
	mostBars   = 60
	mostPlaces = 14
)

// Draw makes the picture that the report asks for, or the one that suits it. The
// first measure is drawn; the table beside it has all.
func (t Table) Draw() Picture {
	if t.Spec.Chart == "none" || len(t.Rows) < 2 || len(t.Heads) == 0 || len(t.Axes) == 0 {
		return Picture{}
	}
	times := len(t.Axes) == 1 && t.rowsInTime()
	switch {
	case t.Pivot() && len(t.Axes) == 1 && t.Spec.Chart != "bars" && t.Spec.Chart != "line":
		return t.stack()
	case times && t.Spec.Chart == "line":
		return Picture{Chart: t.trend()}
	case times && len(t.Rows) <= mostBars:
		return Picture{Chart: t.bars()}
	case times:
		return Picture{Chart: t.trend()}
	}
	return Picture{Chart: t.ranks()}
}

func (t Table) rowsInTime() bool { return len(t.Spec.Rows) == 1 && t.Spec.Rows[0].Unit != "" }

func (t Table) name(r Row) string {
	out := ""
	for i, k := range r.Keys {
		if i > 0 {
			out += " · "
		}
		out += k.Label
	}
	return out
}

// axisName is what stands under the i-th of n columns: not every one where they
// are many.
func (t Table) axisName(i, n int, r Row) string {
	every := (n + 11) / 12
	if i%every != 0 {
		return ""
	}
	a := t.Spec.Rows[0]
	text, _ := r.Keys[0].Value.(string)
	from, _, ok := days(a.Unit, text)
	if !ok {
		return clip(r.Keys[0].Label, 8)
	}
	switch a.Unit {
	case "month":
		return r.Keys[0].dotted(t.Locale.ShortMonth(from.Time(t.Locale.Zone())))
	case "quarter":
		return r.Keys[0].dotted(text[5:] + " " + text[2:4])
	case "day", "week":
		return string(from)[5:]
	}
	return text
}

// dotted marks a name of which only a part is counted.
func (k Key) dotted(name string) string {
	if k.Late {
		name = "…" + name
	}
	if k.Short {
		name += "…"
	}
	return name
}

func clip(s string, n int) string {
	letters := []rune(s)
	if len(letters) <= n {
		return s
	}
	return string(letters[:n-1]) + "…"
}

func (t Table) ticks(top float64) []chart.Tick {
	if top <= 0 {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10(top)))
	for _, part := range []float64{5, 2} {
		if top < step*2 {
			step /= part
			break
		}
	}
	if top > step*6 {
		step *= 2
	}
	h := t.Heads[0]
	var out []chart.Tick
	for at := step; at <= top && len(out) < 6; at += step {
		out = append(out, chart.Tick{At: at, Name: t.brief(h, at)})
	}
	return out
}

// across are round values of a scale that may lie below nought as well, at most
// six of them.
func (t Table) across(low, top float64) []chart.Tick {
	step := math.Pow(10, math.Floor(math.Log10((top-low)/6)))
	for _, by := range []float64{2, 2.5, 2} {
		if (top-low)/step > 5 {
			step *= by
		}
	}
	var out []chart.Tick
	for k := int(math.Ceil(low / step)); float64(k)*step <= top; k++ {
		at := float64(k) * step
		out = append(out, chart.Tick{At: at, Name: t.brief(t.Heads[0], at)})
	}
	return out
}

// brief is a number of a scale, short enough to stand beside it.
func (t Table) brief(h Head, v float64) string {
	switch h.Unit {
	case "money":
		return short(t.thousands(v / math.Pow10(money.Digits(t.Currency))))
	case "percent":
		return t.Locale.Percent(v)
	}
	return t.thousands(v)
}

func (t Table) thousands(v float64) string {
	switch {
	case math.Abs(v) >= 1e6:
		return strconv.FormatFloat(v/1e6, 'f', -1, 64) + "M"
	case math.Abs(v) >= 1e4:
		return strconv.FormatFloat(v/1e3, 'f', -1, 64) + "k"
	}
	return t.Locale.Decimal(v, places(v))
}

func places(v float64) int {
	if v == math.Trunc(v) {
		return 0
	}
	return 1
}

func (t Table) label() string { return t.Heads[0].Label }

func (t Table) bars() chart.Bars {
	c := chart.Bars{Label: t.label()}
	top := 0.0
	for i, r := range t.Rows {
		now := cellAt(r.Total, 0)
		b := chart.Bar{Name: t.axisName(i, len(t.Rows), r), Title: t.name(r) + t.Locale.T("common.colon") + t.Write(t.Heads[0], now), Href: now.Href, Value: now.Value, Now: i == len(t.Rows)-1}
		if then := t.then(r); then != nil {
			b.Before, b.HasPast = cellAt(then, 0).Value, true
			top = math.Max(top, b.Before)
		}
		top = math.Max(top, now.Value)
		c.Bars = append(c.Bars, b)
	}
	c.Ticks, c.PastName = t.ticks(top), t.pastName()
	return c
}

func (t Table) then(r Row) []Cell {
	if t.Spec.Year {
		return r.Year
	}
	return r.Before
}

func (t Table) pastName() string {
	if t.Spec.Year {
		return t.Locale.T("analysis.year_before")
	}
	return t.Locale.T("analysis.before")
}

func (t Table) trend() chart.Trend {
	h := t.Heads[0]
	c := chart.Trend{Label: t.label()}
	for i, r := range t.Rows {
		now := cellAt(r.Total, 0)
		e := chart.Estimate{Name: t.axisName(i, len(t.Rows), r), Title: t.name(r) + t.Locale.T("common.colon") + t.Write(h, now), Href: now.Href, Value: now.Value, Low: now.Value, High: now.Value, Known: now.Known, Text: clip(t.Write(h, now), 8)}
		if now.Interval {
			e.Low, e.High = now.Low, now.High
		}
		if h.rests() && e.Name != "" && len(t.Rows) <= 12 {
			e.Note = t.Locale.T("analysis.n", "n", now.N)
		}
		if now.Known {
			c.Min, c.Max = math.Min(c.Min, e.Low), math.Max(c.Max, e.High)
		}
		c.Points = append(c.Points, e)
	}
	if c.Max <= c.Min {
		c.Max = c.Min + 1
	}
	c.Ticks = t.across(c.Min, c.Max)
	return c
}

func (t Table) ranks() chart.Ranks {
	c := chart.Ranks{Label: t.label()}
	for i, r := range t.Rows {
		if i == mostPlaces {
			break
		}
		now := cellAt(r.Total, 0)
		c.Places = append(c.Places, chart.Place{Name: t.name(r), Text: t.Write(t.Heads[0], now), Value: now.Value, Href: now.Href})
	}
	return c
}

// stack draws the columns of a report as parts of its rows; beyond the colours
// that can be told apart the rest is one part.
func (t Table) stack() Picture {
	c, out := chart.Stack{Label: t.label()}, Picture{}
	n := min(len(t.Columns), chart.MaxSeries)
	for k := range n {
		name := t.Columns[k].Label
		if n < len(t.Columns) && k == n-1 {
			name = t.Locale.T("analysis.rest")
		}
		c.Series = append(c.Series, chart.Series{Name: name})
		out.Legend = append(out.Legend, Legend{"s" + strconv.Itoa(k), strconv.Itoa(k + 1), name})
	}
	top := 0.0
	for i, r := range t.Rows {
		if i == mostBars {
			break
		}
		c.Names = append(c.Names, t.axisName(i, min(len(t.Rows), mostBars), r))
		sums, links := make([]float64, n), make([]string, n)
		whole := 0.0
		for k, cells := range r.Cells {
			v := math.Max(0, cellAt(cells, 0).Value)
			sums[min(k, n-1)] += v
			if k < n && (k < n-1 || n == len(t.Columns)) {
				links[k] = cellAt(cells, 0).Href
			}
			whole += v
		}
		top = math.Max(top, whole)
		for k := range sums {
			s := &c.Series[k]
			s.Values, s.Hrefs = append(s.Values, sums[k]), append(s.Hrefs, links[k])
			s.Titles = append(s.Titles, t.name(r)+" · "+s.Name+t.Locale.T("common.colon")+t.Write(t.Heads[0], Cell{Known: true, Value: sums[k]}))
		}
	}
	c.Ticks = t.ticks(top)
	out.Chart = c
	return out
}
