package experience_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sales/experience"
)

func TestWhatADealTaughtIsFoundFromDealsLikeIt(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	var ids []int64
	for _, body := range []string{`{"name":"Ovens","customer_id":1,"amount":{"amount":"1000.00","currency":"USD"}}`, `{"name":"More ovens","customer_id":1,"amount":{"amount":"1500.00","currency":"USD"}}`,
		`{"name":"A whole bakery","customer_id":1,"amount":{"amount":"90000.00","currency":"USD"}}`} {
		var d struct{ ID int64 }
		api.Into(&d, 201, "POST", "/deals", body)
		ids = append(ids, d.ID)
	}
	path := func(i int) string { return fmt.Sprintf("/deals/%d/experience", ids[i]) }
	api.Into(nil, 409, "PUT", path(0), `{"decided":"Too early"}`)
	b := a.Owner()
	var reason struct {
		ID int64 `db:"id"`
	}
	if err := a.DB.Reader(t.Context()).Get(t.Context(), &reason, `SELECT min(id) AS id FROM deal_reason WHERE result = 'won'`); err != nil {
		t.Fatal(err)
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/deals/%d/won", ids[0]), fmt.Sprintf(`{"reason_id":%d}`, reason.ID))
	if page := b.Get(path(0)).Body; !strings.Contains(page, `name="decided"`) {
		t.Error("no form once it is won")
	}
	b.Follow(path(0), "version", "0", "decided", "A **tasting** <i>on site</i>", "again", "Bring the baker")
	var of experience.DealObject
	api.Into(&of, 200, "GET", path(1), "")
	if len(of.Alike) != 1 || of.Note != nil || strings.Join(of.Alike[0].Why, ",") != "size,pipeline" {
		t.Errorf("%+v", of)
	}
	api.Into(&of, 200, "GET", path(2), "")
	if len(of.Alike) != 0 {
		t.Errorf("a deal of another size is alike: %+v", of)
	}
	for _, i := range []int{0, 2} {
		api.Into(nil, 201, "POST", fmt.Sprintf("/deals/%d/rivals", ids[i]), `{"name":"Stone Mill"}`)
	}
	api.Into(&of, 200, "GET", path(2), "")
	if len(of.Alike) != 1 || of.Alike[0].Why[0] != "rival" {
		t.Errorf("%+v", of)
	}
	if page := b.Get(fmt.Sprintf("/deals/%d", ids[1])).Body; !strings.Contains(page, `hx-get="`+path(1)+`"`) {
		t.Error("the deal's page does not ask for it")
	}
	if page := b.Get(path(1)).Body; !strings.Contains(page, "<strong>tasting</strong>") || strings.Contains(page, "<i>on site") || !strings.Contains(page, "similar size") {
		t.Error("the note is not shown as it was meant")
	}
	if page := b.Get("/experience?q=BAKER").Body; !strings.Contains(page, "Bring the baker") {
		t.Error("not found by its words")
	}
	if page := b.Get("/experience?q=sourdough&result=lost").Body; strings.Contains(page, "Bring the baker") {
		t.Error("found by words that it does not have")
	}
	// Hostile and stale.
	api.Into(nil, 422, "PUT", path(0), `{"version":1,"decided":" "}`)
	api.Into(nil, 409, "PUT", path(0), `{"version":7,"decided":"x"}`)
	api.Into(nil, 422, "GET", "/experience?result=maybe", "")
	api.Into(nil, 404, "GET", "/deals/99/experience", "")
	// Others.
	if r := a.Anonymous().Call("GET", path(0), ""); r.Status != 401 {
		t.Error(r.Status)
	}
	if r := a.API("", "read").Call("PUT", path(0), `{"version":1,"decided":"x"}`); r.Status != 403 {
		t.Error(r.Status)
	}
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"owner_id":1}`)
	a.Colleague(apptest.MemberEmail, "member")
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "deal.read", "allowed", "deal.write")
	sam := a.API(apptest.MemberEmail, "write")
	for _, call := range []string{"GET", "DELETE"} {
		sam.Into(nil, 404, call, path(0), "")
	}
	sam.Into(nil, 404, "PUT", path(0), `{"version":1,"decided":"x"}`)
	var list struct{ Items []experience.Object }
	sam.Into(&list, 200, "GET", "/experience", "")
	if len(list.Items) != 0 {
		t.Errorf("others' notes are found: %+v", list)
	}
	api.Into(nil, 204, "DELETE", path(0), "")
	api.Into(nil, 404, "DELETE", path(0), "")
}
