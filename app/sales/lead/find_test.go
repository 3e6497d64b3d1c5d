package lead_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestTheSearchFindsLeads(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/leads", `{"name":"单雨桐","company":"云栖酒店","phones":["138 0013 8111"]}`)
	a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	for _, q := range []string{"单雨桐", "shanyutong", "shan yu", "syt", "云栖", "0013 8111"} {
		if r := b.Get("/search?q=" + strings.ReplaceAll(q, " ", "%20")); !strings.Contains(r.Body, `href="/leads/1"`) {
			t.Errorf("%s does not find the lead", q)
		}
	}
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "lead.read", "allowed", "today.read")
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	if r := sam.Get("/search?q=syt"); strings.Contains(r.Body, "/leads/1") {
		t.Error("the search shows a lead of somebody else's")
	}
}
