package dashboard_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// A number made of stages that deals pass is how many deals there were, and says
// so; what is no count of them is not added up.
func TestANumberOfStagesCountsDealsOnce(t *testing.T) {
	a := patient(apptest.New(t))
	a.Fill()
	api, b := a.API("", "write"), a.Owner()
	a.Put(`INSERT INTO deal_move (deal_id, stage_id, at) SELECT deal_id, stage_id, at FROM deal_move`)
	deals, steps := a.Count(`SELECT count(DISTINCT deal_id) FROM deal_move`), a.Count(`SELECT count(*) FROM deal_move`)
	if deals == 0 || deals == steps {
		t.Fatalf("%d deals in %d steps", deals, steps)
	}
	for query, want := range map[string]string{
		"kind=deal-step&row=moved_to&m=count":                fmt.Sprint(deals, " deals, each counted once"),
		"kind=deal-step&row=owner_id&col=moved_to&m=count":   fmt.Sprint(deals, " deals, each counted once"),
		"kind=deal-step&row=moved_to&m=rate:went_on&m=count": "– not added up",
		"kind=deal-step&m=count":                             fmt.Sprint(steps, " steps: a deal counts once"),
		"kind=deal&row=stage_id&m=count":                     fmt.Sprint(a.Count(`SELECT count(*) FROM deal`)),
	} {
		var report, made struct{ ID int }
		api.Into(&report, 201, "POST", "/reports", fmt.Sprintf(`{"name":"Steps","query":%q}`, query))
		api.Into(&made, 201, "POST", "/dashboards", fmt.Sprintf(`{"name":"One","tiles":[{"source":"report:%d","look":"number"}]}`, report.ID))
		_, tile, _ := strings.Cut(b.Get(fmt.Sprintf("/dashboards/%d", made.ID)).Body, `class="stat"`)
		said := strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(tile, " ")), " ")
		if !strings.Contains(said, want) {
			t.Errorf("%s: the tile does not say %q: %.200s", query, want, said)
		}
	}
}
