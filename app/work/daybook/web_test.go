package daybook_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestAReportIsHandedInByItsButton(t *testing.T) {
	h := shop(t)
	dan := h.SignIn("dan@example.com", apptest.Password)
	dan.Get("/daily-reports/mine?period=week")
	r := dan.Follow("/daily-reports/mine", "period", "week", "day", h.today, "version", "0", "well", "Rye sells", "hand_in", "1")
	if !strings.Contains(r.Body, "Rye sells") || h.Count(`SELECT count(*) FROM daily_report_edition`) != 1 {
		t.Errorf("not handed in: %.200s", r.Body)
	}
}
