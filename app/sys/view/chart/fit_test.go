package chart

import (
	"fmt"
	"html/template"
	"strings"
	"testing"
)

// On a phone a picture has few names under its axis, the last of them, and letters
// as large as the page's; names before lying bars stand above them, whole.
func TestAPictureIsDrawnForAPhoneToo(t *testing.T) {
	months := Bars{Label: "Sales"}
	trend := Trend{Label: "NPS", Min: -100, Max: 100}
	stack := Stack{Label: "By kind", Series: []Series{{Name: "tea"}, {Name: "coffee"}}}
	for i := range 13 {
		name := fmt.Sprintf("month%d", i)
		months.Bars = append(months.Bars, Bar{Name: name, Value: float64(i)})
		trend.Points = append(trend.Points, Estimate{Name: name, Note: "n 3", Known: true, Value: float64(i)})
		stack.Names = append(stack.Names, name)
		for k := range stack.Series {
			stack.Series[k].Values = append(stack.Series[k].Values, 1)
		}
	}
	for _, picture := range []interface{ SVG() template.HTML }{months, trend, stack} {
		out := string(Fit(picture, 1080).SVG())
		wellFormed(t, template.HTML("<div>"+out+"</div>"))
		wide, thin, both := strings.Cut(out, `<div class="fit thin">`)
		if !both || !strings.Contains(wide, `viewBox="0 0 1080`) || !strings.Contains(thin, `viewBox="0 0 360`) {
			t.Fatalf("%T is drawn as %s", picture, out)
		}
		if n := strings.Count(wide, ">month"); n != 13 {
			t.Errorf("%T has %d names on a desk", picture, n)
		}
		if n := strings.Count(thin, ">month"); n == 0 || n > thinNames || !strings.Contains(thin, ">month12<") {
			t.Errorf("%T has %d names on a phone: %s", picture, n, thin)
		}
		if out := string(Fit(picture, 360).SVG()); strings.Count(out, "<svg") != 1 {
			t.Errorf("%T, narrow anyway, is drawn as %s", picture, out)
		}
	}
	long := "A name of a stage that is long"
	ranks := string(Fit(Ranks{Label: "Stages", Places: []Place{{Name: long, Text: "3", Value: 3, Href: "/deals"}}}, 0).SVG())
	wide, thin, _ := strings.Cut(ranks, `<div class="fit thin">`)
	if strings.Contains(wide, ">"+long+"<") || !strings.Contains(thin, ">"+long+"<") {
		t.Error("a phone cuts the names of lying bars: " + ranks)
	}
	if out := Fit(Bars{}, 0).SVG(); out != "" {
		t.Errorf("nothing is drawn as %s", out)
	}
}
