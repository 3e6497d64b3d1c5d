package satisfaction

import (
	"fmt"
	"math"
	"strings"

	"regulars/app/kit/stats"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/voice/survey"
)

// Words for figures, the same on every page: a number only from five answers on,
// and never without how many.

// rounded is a score as it is shown.
func rounded(kind string, v float64) float64 {
	f := math.Pow10(Places(kind))
	return math.Round(v*f)/f + 0 // no minus zero
}

// written is a score as text.
func written(d view.Data, kind string, v float64) string {
	text := d.Locale.Decimal(rounded(kind, v), Places(kind))
	if kind == survey.CSAT {
		return d.Locale.T("survey.percent", "value", text)
	}
	return text
}

// Shown is the score as text.
func (f Figure) Shown(d view.Data) string {
	if !f.Known() {
		return d.Locale.T("survey.too_few")
	}
	return written(d, f.Kind, f.Score.Value)
}

// Likely is the interval in words, or how many answers are still missing.
func (f Figure) Likely(d view.Data) string {
	if !f.Known() {
		return d.Locale.T("survey.more_needed", "n", 5-f.Score.N)
	}
	if !f.Score.Interval {
		return ""
	}
	key := "survey.between"
	if f.Trust == stats.Early {
		key = "survey.early_between"
	}
	return d.Locale.T(key, "low", written(d, f.Kind, f.Score.Low), "high", written(d, f.Kind, f.Score.High))
}

// Ends are the interval's ends for a table.
func (f Figure) Ends(d view.Data) string {
	if !f.Known() || !f.Score.Interval {
		return ""
	}
	return written(d, f.Kind, f.Score.Low) + " – " + written(d, f.Kind, f.Score.High)
}

// Band draws the interval.
func (f Figure) Band() chart.Interval {
	low, high := f.Range()
	scale := func(v float64) float64 { return (v - low) / (high - low) }
	return chart.Interval{Low: scale(f.Score.Low), Value: scale(f.Score.Value), High: scale(f.Score.High)}
}

// Stat is the figure in the strip on top.
func (f Figure) Stat(d view.Data, label, href string) view.Stat {
	s := view.Stat{Label: label, Value: f.Shown(d), Small: d.Locale.T("survey.n_answers", "n", f.Score.N), Note: f.Likely(d), Href: href}
	if f.Known() && f.Score.Interval {
		s.Meter = f.Band()
	}
	return s
}

// Shown is the rate as text.
func (r Rate) Shown(d view.Data) string {
	switch {
	case !r.Known:
		return "–"
	case r.Asked < 5:
		return d.Locale.T("survey.too_few")
	}
	return d.Locale.Percent(r.Share.Value / 100)
}

// Stat is the rate in the strip on top.
func (r Rate) Stat(d view.Data) view.Stat {
	s := view.Stat{Label: d.Locale.T("survey.rate"), Value: r.Shown(d), Href: r.Rows}
	if !r.Known {
		s.Note, s.Href = d.Locale.T("satisfaction.no_rate"), ""
		return s
	}
	s.Small = d.Locale.T("survey.of_asked", "k", r.Answered, "n", r.Asked)
	if r.Asked >= 5 {
		s.Note = d.Locale.T("survey.between_percent", "low", d.Locale.Percent(r.Share.Low/100), "high", d.Locale.Percent(r.Share.High/100))
		s.Meter = chart.Interval{Low: r.Share.Low / 100, Value: r.Share.Value / 100, High: r.Share.High / 100}
	}
	return s
}

// Amount is the difference as text, with its sign.
func (d Difference) Amount(page view.Data, kind string) string {
	places := Places(kind)
	text := page.Locale.Decimal(rounded(kind, d.Delta), places)
	if rounded(kind, d.Delta) > 0 {
		text = "+" + text
	}
	if kind == survey.CSAT {
		return page.Locale.T("satisfaction.points", "n", text)
	}
	return text
}

// Words is the verdict in a few words.
func (d Difference) Words(page view.Data) string {
	return page.Locale.T("satisfaction.verdict." + string(d.Verdict))
}

// Why says what the verdict rests on.
func (d Difference) Why(page view.Data, kind string) string {
	t := page.Locale.T
	switch d.Verdict {
	case stats.TooEarly:
		return t("satisfaction.why.too_early", "n", d.Missing())
	case stats.CouldBeChance:
		return t("satisfaction.why.could_be_chance", "n", d.Smaller, "least", page.Locale.Decimal(rounded(kind, d.Least), Places(kind)))
	}
	if d.P < .01 {
		return t("satisfaction.why.likely_real_rare")
	}
	return t("satisfaction.why.likely_real", "n", int(math.Ceil(100*d.P)))
}

// Test names the test, its p and whether it is one of several.
func (d Difference) Test(page view.Data) string {
	if !d.Valid || d.Verdict == stats.TooEarly {
		return "" // a p beside "too early" would be read as an answer
	}
	parts := []string{d.Brief(page)}
	if d.Several > 1 {
		parts = append(parts, page.Locale.T("satisfaction.holm", "n", d.Several))
	}
	return strings.Join(parts, page.Locale.T("common.comma"))
}

// Brief is Test for a list that says elsewhere how many were compared.
func (d Difference) Brief(page view.Data) string {
	if !d.Valid || d.Verdict == stats.TooEarly {
		return ""
	}
	p := page.Locale.Decimal(d.P, 3)
	if d.P < .001 {
		p = "< " + page.Locale.Decimal(.001, 3)
	}
	return page.Locale.T("satisfaction.method."+string(d.Method)) + page.Locale.T("common.comma") + "p " + p
}

// Real tells whether the difference is likely real; it is what stands out.
func (d Difference) Real() bool { return d.Verdict == stats.LikelyReal }

// Name is the point's period in words.
func (p Point) label(d view.Data, unit string) string {
	at := p.Since.Time(d.Locale.Zone())
	switch unit {
	case Quarter:
		return fmt.Sprintf("Q%d %02d", (int(at.Month())+2)/3, at.Year()%100)
	case Week:
		return d.Locale.Date(at)
	case Rolling:
		return d.Locale.T("satisfaction.until", "day", d.Locale.Date(p.Until.Time(d.Locale.Zone())))
	}
	return d.Locale.ShortMonth(at)
}

// Chart is the score period by period with its error bars.
func (r Result) Chart(d view.Data) chart.Trend {
	low, high := r.Range()
	out := chart.Trend{Label: d.Locale.T("survey.trend_label", "name", r.Survey.Name), Min: low, Max: high}
	for _, at := range []float64{low, (low + high) / 2, high} {
		out.Ticks = append(out.Ticks, chart.Tick{At: at, Name: d.Locale.Decimal(at, 0)})
	}
	for _, m := range r.Trend.Points {
		p := chart.Estimate{Name: m.label(d, r.Trend.Unit), Note: fmt.Sprint(m.Score.N), Value: m.Score.Value, Low: m.Score.Low,
			High: m.Score.High, Known: m.Known(), Text: d.Locale.Decimal(rounded(m.Kind, m.Score.Value), Places(m.Kind))}
		p.Title = d.Locale.T("survey.point", "month", p.Name, "value", m.Shown(d), "n", m.Score.N, "low", written(d, m.Kind, m.Score.Low), "high", written(d, m.Kind, m.Score.High))
		out.Points = append(out.Points, p)
	}
	return out
}

// Label is the point's period for the table.
func (r Result) Label(d view.Data, p Point) string {
	text := p.label(d, r.Trend.Unit)
	if r.Trend.Unit == Month {
		text = d.Month(p.Since)
	}
	if !p.Full {
		text += " " + d.Locale.T("satisfaction.running")
	}
	return text
}

// Share is one line of the distribution.
type Share struct {
	Score int
	Face  string
	N     int
	Rows  string
	Meter chart.Meter
}

// Shares is how often each score was given, the best first.
func (r Result) Shares() []Share {
	most := 1
	for _, n := range r.Counts {
		most = max(most, n)
	}
	scores := r.Survey.Scores()
	var out []Share
	for k := len(scores) - 1; k >= 0; k-- {
		v := scores[k]
		class := map[survey.Band]string{survey.LowBand: "low", survey.MidBand: "soft", survey.HighBand: "fg"}[survey.BandOf(r.Survey.Kind, v)]
		out = append(out, Share{v, survey.Face(r.Survey.Kind, v), r.Counts[v], rows(r.with(eq("score", fmt.Sprint(v))).own()),
			chart.Meter{Parts: []chart.Segment{{Share: float64(r.Counts[v]) / float64(most), Class: class}}}})
	}
	return out
}

// Chart sets importance beside performance.
func (r Drivers) Chart(d view.Data, name func(Driver) string) chart.Scatter {
	t := d.Locale.T
	out := chart.Scatter{Corners: [4]string{t("satisfaction.corner.keep"), t("satisfaction.corner.strong"), t("satisfaction.corner.later"), t("satisfaction.corner.first")},
		Ends: [2]string{t("satisfaction.matters_little"), t("satisfaction.matters_much")}, MaxX: .01, MinY: 100, MaxY: 0}
	var importance, performance []float64
	var said []string
	for _, one := range r.Drivers {
		if !one.Known() {
			continue
		}
		x, y := math.Max(0, one.Importance), one.Performance.Value
		importance, performance = append(importance, x), append(performance, y)
		out.MaxX, out.MinY, out.MaxY = math.Max(out.MaxX, x*1.1), math.Min(out.MinY, y), math.Max(out.MaxY, y)
		title := fmt.Sprintf("%s %s, %s", name(one), d.Locale.Percent(x), d.Locale.Percent(y/100))
		said = append(said, title)
		out.Spots = append(out.Spots, chart.Spot{Name: short(name(one)), Title: title, X: x, Y: y, Warm: one.First})
	}
	out.MinY, out.MaxY = math.Max(0, 10*math.Floor(out.MinY/10)-10), math.Min(100, 10*math.Ceil(out.MaxY/10)+10)
	out.MidX, out.MidY = stats.Median(importance), stats.Median(performance)
	out.Top, out.Floor = d.Locale.Percent(out.MaxY/100), d.Locale.Percent(out.MinY/100)
	out.Label = t("satisfaction.scatter") + ": " + strings.Join(said, "; ")
	return out
}

// short keeps a long question from running over the picture.
func short(s string) string {
	runes := []rune(s)
	if len(runes) > 28 {
		return string(runes[:27]) + "…"
	}
	return s
}

// Words says how far the answers that were taken down lie from the others.
func (a Apart) Words(d view.Data) string {
	if !a.Known() {
		return d.Locale.T("satisfaction.apart_few")
	}
	signed := func(v float64) string {
		text := d.Locale.Decimal(v, Places(a.Kind))
		if v > 0 {
			return "+" + text
		}
		return text
	}
	key := "satisfaction.apart_chance"
	if a.Sure() {
		key = "satisfaction.apart_sure"
	}
	return d.Locale.T(key, "delta", signed(a.Delta), "low", signed(a.Low), "high", signed(a.High))
}
