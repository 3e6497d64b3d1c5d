package satisfaction_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// Answers are divided by saved views of customers, and a view's number opens
// exactly the answers that made it.
func TestASavedViewIsASegment(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for n := range 12 {
		level := "A"
		if n >= 5 {
			level = "B"
		}
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Person %d","level":%q}`, n, level))
		api.Into(nil, 201, "POST", "/responses", fmt.Sprintf(`{"survey_id":1,"customer_id":%d,"score":%d,"channel":"email"}`, n+1, n%11))
	}
	var view struct{ ID int64 }
	api.Into(&view, 201, "POST", "/saved-views", `{"kind":"customers","name":"The best","query":"filter[level][eq]=A"}`)
	var got struct {
		Groups []struct {
			Value string
			N     int
		}
	}
	r := api.Into(&got, 200, "GET", "/surveys/1/results?by=view_id", "")
	if len(got.Groups) != 1 || got.Groups[0].N != 5 {
		t.Fatalf("%+v %s", got, r.Body)
	}
	var list struct{ Total int }
	api.Into(&list, 200, "GET", fmt.Sprintf("/responses?count=true&filter[view_id][eq]=%d", view.ID), "")
	if list.Total != 5 {
		t.Errorf("the view opens %d answers", list.Total)
	}
	for _, wrong := range []string{"filter[view_id][eq]=999", "filter[view_id][gte]=1", "filter[view_id][eq]=x"} {
		if r := api.Call("GET", "/responses?"+wrong, ""); r.Status < 400 {
			t.Errorf("%s: %d", wrong, r.Status)
		}
	}
	b := a.Owner()
	if page := b.Get("/surveys/1/groups?by=view_id"); page.Status != 200 || !strings.Contains(page.Body, "The best") {
		t.Errorf("%d", page.Status)
	}
	if page := b.Get(fmt.Sprintf("/surveys/1?filter[view_id][eq]=%d", view.ID)); page.Status != 200 || !strings.Contains(page.Body, "The best") {
		t.Errorf("narrowed to it: %d", page.Status)
	}
}
