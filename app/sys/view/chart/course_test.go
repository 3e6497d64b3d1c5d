package chart_test

import (
	"math"
	"strings"
	"testing"

	"regulars/app/sys/view/chart"
)

func TestACourseGoesOnWithinItsBand(t *testing.T) {
	c := chart.Course{Label: "Sales <so far>", Past: []chart.Mark{{Name: "Jan", Value: 10}, {Name: "Feb", Value: 30}}, Ahead: []chart.Mark{{Name: "Mar", Value: 20, Low: 5, High: 40, Beside: 10}}}
	svg := string(c.SVG())
	for _, part := range []string{`class="may"`, `class="was"`, `class="ghost"`, "Sales &lt;so far&gt;"} {
		if !strings.Contains(svg, part) {
			t.Errorf("there is no %s in %s", part, svg)
		}
	}
	if ticks := c.Ticks(); len(ticks) < 3 || ticks[0] != 0 || ticks[len(ticks)-1] > 40 {
		t.Errorf("ticks %v", ticks)
	}
	for _, c := range []chart.Course{{}, {Past: []chart.Mark{{Value: 1}}}, {Past: []chart.Mark{{Value: 0}, {Value: 0}}}, {Past: []chart.Mark{{Value: math.NaN()}, {Value: math.Inf(1)}}}} {
		if svg := c.SVG(); svg != "" {
			t.Errorf("%+v draws %s", c, svg)
		}
	}
}
