package chart

import (
	"bytes"
	"testing"
	"time"

	"regulars/app/kit/pdf"
)

// Every picture of a page can be put on paper, whatever it is given.
func TestEveryChartIsPrinted(t *testing.T) {
	all := charts()
	all["stack"] = Stack{Label: evil, Names: []string{"a", evil}, Series: []Series{{Name: "x", Values: []float64{3, 9}}, {Name: "y", Values: []float64{1}}}}
	all["ranks"] = Ranks{Label: evil, Places: []Place{{Name: evil, Text: evil, Value: 3}, {Name: "鹤壶", Value: -1}}}
	for name, c := range all {
		d := &pdf.Document{Made: time.Unix(0, 0)}
		d.Page()
		if err := Print(d.Last(), c.SVG(), 50, 50, 400); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		file, err := d.Bytes()
		if err != nil || bytes.Contains(file, []byte("NaN")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w, h := Size(all["stack"].SVG()); w != chartWidth || h != barsHeight {
		t.Errorf("a stack is %v by %v", w, h)
	}
	if err := Print(nil, "", 0, 0, 100); err != nil {
		t.Errorf("no picture: %v", err)
	}
}
