package chart

import (
	"encoding/xml"
	"html/template"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

const evil = `"><script>alert(1)</script>`

// wellFormed also proves that nothing escaped its attribute.
func wellFormed(t *testing.T, svg template.HTML) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if start, ok := token.(xml.StartElement); ok {
			for _, a := range start.Attr {
				if start.Name.Local == "script" || a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "NaN") || strings.HasPrefix(a.Value, "javascript:") {
					t.Fatalf("%s %s=%q in %s", start.Name.Local, a.Name.Local, a.Value, svg)
				}
			}
		}
	}
}

func day(n int) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
}

func charts() map[string]interface{ SVG() template.HTML } {
	nan, inf, peer := math.NaN(), math.Inf(1), 61.0
	return map[string]interface{ SVG() template.HTML }{
		"rhythm":   Rhythm{Label: evil, From: day(0), Now: day(180), Hits: []Hit{{day(-5), 1}, {day(10), nan}, {day(40), 20}, {day(80), inf}, {day(120), -3}}, Due: day(150)},
		"empty":    Rhythm{Label: "nothing bought yet", From: day(0), Now: day(0), Wide: true},
		"radar":    Radar{Label: evil, Axes: []Axis{{Name: evil, Score: 92, Text: "92", Known: true, Peer: &peer}, {Name: "b", Score: nan, Known: true, Peer: &nan}, {Name: "c"}, {Name: "d", Score: 300, Known: true, Low: true, Peer: &peer}}},
		"trend":    Trend{Label: evil, Min: -100, Max: 100, Ticks: []Tick{{0, evil}}, Points: []Estimate{{Name: evil, Note: evil, Title: evil, Value: 10, Low: -19, High: inf, Known: true}, {Name: "few"}, {Value: 57, Low: 34, High: 73, Known: true, Text: "57"}}},
		"bars":     Bars{Label: evil, Ticks: []Tick{{2000, "£2k"}}, PastName: evil, Bars: []Bar{{Name: evil, Title: evil, Href: "javascript:alert(1)", Value: nan, Before: 3, HasPast: true}, {Value: 4, Now: true, Name: "now", Before: inf, HasPast: true}}},
		"spark":    Sparkline{Label: evil, Values: []float64{1, nan, inf, 3}},
		"meter":    Meter{Label: evil, Parts: []Segment{{0.6, evil}, {0.3, "soft"}, {0.9, "low"}, {nan, "warm"}}, Mark: 2},
		"scatter":  Scatter{Label: evil, MaxX: 1, MaxY: 100, MidX: nan, MidY: inf, Corners: [4]string{evil, evil, evil, evil}, Ends: [2]string{evil, evil}, Spots: []Spot{{evil, evil, nan, inf, true}, {"b", "b", 5, -5, false}}},
		"interval": Interval{Label: evil, Low: nan, Value: 0.5, High: 2},
	}
}

func TestEveryChartIsWellFormedWhateverItIsGiven(t *testing.T) {
	for name, c := range charts() {
		svg := c.SVG()
		wellFormed(t, svg)
		role := "img"
		if strings.Contains(string(svg), "<a ") {
			role = "group" // of links, which an image would hide
		}
		if !strings.Contains(string(svg), ` role="`+role+`" aria-label="`) {
			t.Errorf("%s has no name, or not as %s", name, role)
		}
	}
	for _, c := range []interface{ SVG() template.HTML }{Radar{}, Trend{}, Bars{}, Sparkline{}, Scatter{}, Scatter{Spots: []Spot{{}}}} {
		if c.SVG() != "" {
			t.Errorf("%T without data draws something", c)
		}
	}
}

func TestRhythmSaysLateByAGap(t *testing.T) {
	r := Rhythm{Label: "x", From: day(0), Now: day(180), Hits: []Hit{{day(20), 1}, {day(60), 2}, {day(100), 2}, {day(140), 2}}, Due: day(160)}
	late := string(r.SVG())
	if !strings.Contains(late, `class="rhythm late"`) || !strings.Contains(late, `class="gap"`) || strings.Count(late, `class="hit new"`) != 3 || strings.Count(late, `class="hit`) != 4 {
		t.Error(late)
	}
	r.Due = day(190)
	if soon := string(r.SVG()); strings.Contains(soon, "late") || !strings.Contains(soon, `class="wait"`) {
		t.Error(soon)
	}
}

func TestRadarLeavesMissingAxesOut(t *testing.T) {
	axes := []Axis{{Name: "a", Score: 50, Text: "50", Known: true}, {Name: "b", Score: 50, Text: "50", Known: true}, {Name: "c", Score: 50, Text: "50", Known: true}, {Name: "d"}}
	svg := string(Radar{Label: "x", Axes: axes}.SVG())
	if strings.Count(svg, `ring gone`) != 1 || strings.Count(svg, `class="pt"`) != 3 || !strings.Contains(svg, "–") {
		t.Error(svg)
	}
	area := svg[strings.Index(svg, `class="area"`):]
	area = area[:strings.Index(area, "/>")]
	if strings.Count(area, ",") != 3 {
		t.Errorf("the missing axis has a corner: %s", area)
	}
}

func TestMeterWithoutLabelIsDecoration(t *testing.T) {
	if svg := string(Meter{Parts: []Segment{{0.39, "fg"}}}.SVG()); !strings.Contains(svg, `aria-hidden="true"`) || !strings.Contains(svg, `width="39"`) {
		t.Error(svg)
	}
}
