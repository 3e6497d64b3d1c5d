package dashboard

import (
	"math"
	"slices"

	"regulars/app/insight/analysis"
	"regulars/app/kit/cal"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
)

// Drawn is a tile ready to be shown, in its reader's words, and to be kept as it is.
// The table beside a picture has all of its numbers, each with the way to its rows.
type Drawn struct {
	Period string // what days it is about, "" for now
	Beside string // what stands beside them
	Number *Big
	Chart  view.Markup
	Legend []analysis.Legend
	Items  []Item // a list with bars
	Heat   *HeatMap
	Heads  []string
	Axes   []string
	Lines  []analysis.Line
	Whole  *analysis.Line
	More   int // lines that only the full report has
	Notes  []string
	Empty  bool
	Report *analysis.TableObject // for the API
}

// Big is a single number.
type Big struct {
	Text   string
	Href   string
	Small  string // how it moved
	Note   string // what it was, what it rests on
	Spark  view.Markup
	Change *float64 // a share, for the API
}

// Item is a line of a list: a name, a bar and a number.
type Item struct {
	Name string
	Text string
	Sub  string
	Href string
	Bar  view.Markup
}

// HeatMap is a table whose cells are the darker the more is in them.
type HeatMap struct {
	Corner  string
	Columns []string
	Rows    []HeatRow
}

// HeatRow is a line of it.
type HeatRow struct {
	Name  string
	Href  string
	Cells []HeatCell
}

// HeatCell is a field of it. Class is a shade or hatched; Title is it in a sentence.
type HeatCell struct{ Text, Href, Class, Title string }

const (
	mostLines = 40 // of the table beside
	mostItems = 8
	mostHeat  = 12
)

// widths are how wide pictures are drawn for tiles of one to three columns, so
// that their letters are as large as the page's.
var widths = [4]float64{0, 360, 720, 1080}

// draw makes a tile of what was counted.
func draw(l *i18n.Locale, t analysis.Table, look string, width int) Drawn {
	report := t.Object()
	d := Drawn{Empty: t.Empty(), Report: &report, Period: days(l, t.Period.From, t.Period.To)}
	switch {
	case t.Spec.Before && t.Earlier.From != "":
		d.Beside = l.T("dashboard.beside", "days", days(l, t.Earlier.From, t.Earlier.To))
	case t.Spec.Year && t.LastYear.From != "":
		d.Beside = l.T("dashboard.beside", "days", days(l, t.LastYear.From, t.LastYear.To))
	}
	d.notes(l, t)
	if look == Auto && len(t.Spec.Rows) == 0 {
		look = Number
	}
	if look == Number {
		d.Number, d.Empty = big(t), false
	}
	if d.Empty {
		return d
	}
	d.table(t)
	switch look {
	case Number, Plain:
	case List:
		d.Items = items(t, false)
	case Funnel:
		d.Items = items(t, true)
	case Heat:
		d.Heat = heat(t)
	default:
		d.picture(t, look, width)
	}
	return d
}

func days(l *i18n.Locale, from, to cal.Date) string {
	if from == "" || to == "" {
		return ""
	}
	return l.T("analysis.days", "from", l.Date(from.Time(l.Zone())), "to", l.Date(to.Time(l.Zone())))
}

func (d *Drawn) notes(l *i18n.Locale, t analysis.Table) {
	say := func(on bool, key string, args ...any) {
		if on {
			d.Notes = append(d.Notes, l.T(key, args...))
		}
	}
	say(t.Scoped, "analysis.scoped")
	say(t.Foreign > 0, "analysis.foreign", "n", t.Foreign, "currency", t.Currency)
}

// table is the numbers in words.
func (d *Drawn) table(t analysis.Table) {
	if len(t.Spec.Rows) == 0 {
		return
	}
	if t.Pivot() && len(t.Columns) > mostHeat {
		t.Columns = t.Columns[:mostHeat]
		t.Rows = slices.Clone(t.Rows)
		for i := range t.Rows {
			t.Rows[i].Cells = t.Rows[i].Cells[:min(len(t.Rows[i].Cells), mostHeat)]
		}
		t.Total.Cells = t.Total.Cells[:min(len(t.Total.Cells), mostHeat)]
	}
	d.Heads, d.Axes = t.Columned(), t.Axes
	for _, r := range t.Rows[:min(len(t.Rows), mostLines)] {
		d.Lines = append(d.Lines, t.Line(r))
	}
	d.More = len(t.Rows) - len(d.Lines) + t.Left
	d.Whole = t.Whole()
}

func cellAt(cells []analysis.Cell, i int) analysis.Cell {
	if i < len(cells) {
		return cells[i]
	}
	return analysis.Cell{}
}

// big is the whole of a report as one number, with how it moved. Of the stages that
// deals pass it is how many deals there were: nothing else of them adds up.
func big(t analysis.Table) *Big {
	h, now := t.Heads[0], cellAt(t.Total.Total, 0)
	passed := t.Passed || t.Crossed
	if passed && h.Fn != "count" {
		return &Big{Text: t.Write(h, analysis.Cell{}), Note: t.Locale.T("dashboard.passed")}
	}
	b := &Big{Text: t.Write(h, now), Href: now.Href}
	then, beside := t.Total.Before, t.Spec.Before || t.Spec.Year
	if t.Spec.Year {
		then = t.Total.Year
	}
	if beside {
		b.moved(t, h, now, cellAt(then, 0))
	}
	switch {
	case now.Interval:
		low, high := now, now
		low.Value, high.Value = now.Low, now.High
		b.Note = t.Locale.T("analysis.n_between", "n", now.N, "low", t.Write(h, low), "high", t.Write(h, high))
	case b.Note == "" && len(t.Heads) > 1 && !passed:
		b.Note = t.Heads[1].Plain + t.Locale.T("common.colon") + t.Write(t.Heads[1], cellAt(t.Total.Total, 1))
	}
	what := ""
	switch {
	case passed:
		what = t.Locale.T("dashboard.deals_once")
	case t.Kind.Name == "deal-step" && h.Fn == "count":
		what = t.Locale.T("dashboard.steps_each")
	}
	if what != "" && b.Note != "" {
		what += t.Locale.T("common.comma")
	}
	b.Note = what + b.Note
	if len(t.Rows) > 2 && len(t.Spec.Rows) == 1 && t.Spec.Rows[0].Unit != "" {
		s := chart.Sparkline{}
		for _, r := range t.Rows {
			s.Values = append(s.Values, cellAt(r.Total, 0).Value)
		}
		b.Spark = s.SVG()
	}
	return b
}

// moved says how a number stands against the one beside it: a share moves by
// points, everything else by percent.
func (b *Big) moved(t analysis.Table, h analysis.Head, now, then analysis.Cell) {
	l := t.Locale
	if !then.Known {
		return
	}
	b.Note = l.T("dashboard.was", "value", t.Write(h, then))
	if !now.Known {
		return
	}
	if h.Unit == "percent" || h.Unit == "points" {
		by := now.Value - then.Value
		if h.Unit == "percent" {
			by *= 100
		}
		b.Small = l.T("dashboard.points", "n", signed(l.Decimal(math.Abs(by), 1), by))
		return
	}
	if share, ok := analysis.Change(now, then); ok {
		b.Small, b.Change = analysis.Signed(l, share), &share
	}
}

func signed(text string, v float64) string {
	switch {
	case v < 0:
		return "−" + text
	case v > 0:
		return "+" + text
	}
	return "±" + text
}

func name(r analysis.Row) string {
	out := ""
	for i, k := range r.Keys {
		if i > 0 {
			out += " · "
		}
		out += k.Label
	}
	return out
}

// items are the rows as lying bars: a share with its span, everything else beside
// the largest. A funnel says how many of the step before came so far.
func items(t analysis.Table, funnel bool) []Item {
	h, top := t.Heads[0], 0.0
	for _, r := range t.Rows {
		top = math.Max(top, cellAt(r.Total, 0).Value)
	}
	var out []Item
	before := analysis.Cell{}
	for i, r := range t.Rows {
		now := cellAt(r.Total, 0)
		if i == mostItems {
			break
		}
		one := Item{Name: name(r), Text: t.Write(h, now), Href: now.Href}
		switch {
		case h.Unit == "percent" && now.Known:
			one.Bar = chart.Interval{Low: now.Low, Value: now.Value, High: now.High}.SVG()
			low, high := now, now
			low.Value, high.Value = now.Low, now.High
			one.Sub = t.Locale.T("analysis.n_between", "n", now.N, "low", t.Write(h, low), "high", t.Write(h, high))
		case top > 0:
			one.Bar = chart.Meter{Parts: []chart.Segment{{Share: math.Max(0, now.Value) / top, Class: "fg"}}}.SVG()
		}
		switch {
		case funnel && len(t.Heads) > 1 && t.Heads[1].Unit == "percent": // how many went on says it better
			one.Sub = t.Heads[1].Plain + t.Locale.T("common.colon") + t.Write(t.Heads[1], cellAt(r.Total, 1))
		case funnel && i > 0 && before.Value > 0:
			one.Sub = t.Locale.T("dashboard.of_before", "share", t.Locale.Percent(now.Value/before.Value))
		case one.Sub == "" && len(t.Heads) > 1:
			one.Sub = t.Heads[1].Plain + t.Locale.T("common.colon") + t.Write(t.Heads[1], cellAt(r.Total, 1))
		}
		before = now
		out = append(out, one)
	}
	return out
}

// heat is a report with columns as a table of shades; one without is a column of
// them.
func heat(t analysis.Table) *HeatMap {
	m := &HeatMap{}
	if len(t.Axes) > 0 {
		m.Corner = t.Axes[0]
	}
	h := t.Heads[0]
	columns := t.Columns[:min(len(t.Columns), mostHeat)]
	for _, k := range columns {
		m.Columns = append(m.Columns, k.Label)
	}
	if !t.Pivot() {
		m.Columns = []string{h.Label}
	}
	rows := t.Rows[:min(len(t.Rows), mostHeat)]
	at := func(r analysis.Row, i int) analysis.Cell {
		if !t.Pivot() {
			return cellAt(r.Total, 0)
		}
		return cellAt(r.Cells[i], 0)
	}
	top := 0.0
	for _, r := range rows {
		for i := range m.Columns {
			top = math.Max(top, at(r, i).Value)
		}
	}
	for _, r := range rows {
		line := HeatRow{Name: name(r)}
		for i, column := range m.Columns {
			c := at(r, i)
			cell := HeatCell{Text: t.Write(h, c), Href: c.Href, Title: line.Name + " · " + column + t.Locale.T("common.colon") + t.Write(h, c)}
			if c.Known && c.Value > 0 && top > 0 {
				cell.Class = shade(c.Value / top)
			} else {
				cell.Text = ""
			}
			line.Cells = append(line.Cells, cell)
		}
		m.Rows = append(m.Rows, line)
	}
	return m
}

// shade is one of five, the darkest for the most.
func shade(share float64) string {
	return [...]string{"h1", "h2", "h3", "h4", "h5"}[min(4, max(0, int(share*5)))]
}

// picture draws what reports draw, as wide as the tile. Names that are too long
// for an axis make a list.
func (d *Drawn) picture(t analysis.Table, look string, width int) {
	if look != Auto {
		t.Spec.Chart = look
	} else if t.Spec.Chart == "none" {
		t.Spec.Chart = ""
	}
	if look == Histogram {
		t.Spec.Chart = Columns
	}
	p := t.Draw()
	d.Legend = p.Legend
	switch c := p.Chart.(type) {
	case chart.Bars:
		c.Joined = look == Histogram
		d.Chart = chart.Fit(c, widths[width]).SVG()
	case chart.Trend, chart.Stack:
		d.Chart = chart.Fit(c, widths[width]).SVG()
	default:
		d.Items = items(t, false)
	}
}
