package help_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
)

// The guide is read in both languages, signed in or not, with its table and
// headings and without anything that a page of ours must not hold.
func TestTheGuideIsReadInBothLanguages(t *testing.T) {
	a := apptest.New(t)
	for name, b := range map[string]*apptest.Browser{"owner": a.Owner(), "visitor": a.Browser()} {
		r := b.Get("/help/how-we-count")
		for _, want := range []string{"<h1>How we count</h1>", "<table>", "regression to the mean", "Kaplan"} {
			if r.Status != 200 || !strings.Contains(r.Body, want) {
				t.Errorf("%s: %d, no %q", name, r.Status, want)
			}
		}
	}
	b := a.Browser()
	b.Header.Set("Accept-Language", "zh-CN")
	if r := b.Get("/help/how-we-count"); !strings.Contains(r.Body, "<h1>我们怎么算</h1>") || !strings.Contains(r.Body, "回归平均") {
		t.Errorf("in Chinese: %d %.200s", r.Status, r.Body)
	}
	for path, title := range map[string]string{"how-the-models-were-checked": "模型是怎么核对的", "satisfaction-report": "满意度报告", "survey-programs": "调查计划"} {
		if r := b.Get("/help/" + path); r.Status != 200 || !strings.Contains(r.Body, "<h1>"+title+"</h1>") {
			t.Errorf("%s: %d %.200s", path, r.Status, r.Body)
		}
	}
	for page, guide := range map[string]string{"/satisfaction-reports": "satisfaction-report", "/survey-programs": "survey-programs"} {
		if r := a.Owner().Get(page); !strings.Contains(r.Body, `href="/help/`+guide+`"`) {
			t.Errorf("%s does not lead to its guide", page)
		}
	}
	if r := a.Owner().Get("/surveys"); !strings.Contains(r.Body, `href="/help/how-we-count"`) {
		t.Error("the results do not lead to the guide")
	}
	if r := b.Get("/help/secrets"); r.Status != 404 {
		t.Errorf("what is no guide: %d", r.Status)
	}
}
