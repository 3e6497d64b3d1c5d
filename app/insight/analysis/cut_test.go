package analysis_test

import (
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// A deal stands under every stage that it reached: no page, paper or file adds
// that up.
func TestStepsAreNotAddedUp(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	page := b.Get("/reports/ready/conversion").Body
	if !strings.Contains(page, "<tbody>") || strings.Contains(page, "<tfoot>") {
		t.Error("stages that overlap are added up")
	}
	if page := b.Get("/reports/ready/funnel").Body; !strings.Contains(page, "<tfoot>") {
		t.Error("stages in which each deal stands once are not added up")
	}
	file := b.Get("/exports/reports?kind=deal-step&row=moved_to&m=count&as=csv").Body
	if lines := strings.Split(strings.TrimSpace(file), "\n"); len(lines) < 2 || strings.Contains(file, "Total") {
		t.Errorf("the file says %q", file)
	}
	across := b.Get("/reports/new?kind=deal-step&row=owner_id&col=moved_to&m=count").Body
	if strings.Contains(across, `class="num">Total`) {
		t.Error("stages across are added up")
	}
}

// Of a month that the period cuts off the page says from when or until when it is
// counted.
func TestMonthsThatAreCutSaySo(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	now := a.Clock.Now()
	page := a.Owner().Get("/reports/ready/new_returning").Body
	rows := regexp.MustCompile(`<td class="full strong"><bdi>([^<]*)</bdi>`).FindAllStringSubmatch(page, -1)
	if len(rows) < 2 {
		t.Fatalf("%d months", len(rows))
	}
	year, month := now.Format("2006"), now.Format("January")
	if last := rows[len(rows)-1][1]; !strings.Contains(last, "until") || !strings.Contains(last, month) {
		t.Errorf("the running month of %s %s is called %q", month, year, last)
	}
	if first := rows[0][1]; !strings.Contains(first, "from") {
		t.Errorf("the first month is called %q", first)
	}
	if middle := rows[1][1]; strings.Contains(middle, "(") {
		t.Errorf("a whole month is called %q", middle)
	}
}
