package feedback_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

type object struct {
	ID, Version int64
	CustomerID  int64 `json:"customer_id"`
	ResponseID  int64 `json:"response_id"`
	OwnerID     int64 `json:"owner_id"`
	State       string
	DueAt       string `json:"due_at"`
	RespondedAt string `json:"responded_at"`
}

func TestACaseByAPIAndInTheBrowser(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var surveys struct {
		Items []struct {
			ID   int64
			Kind string
		}
	}
	api.Into(&surveys, http.StatusOK, http.MethodGet, "/surveys", "")
	var nps int64
	for _, s := range surveys.Items {
		if s.Kind == "nps" {
			nps = s.ID
		}
	}
	var made struct{ ID int64 }
	api.Into(&made, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Riverside Guesthouse"}`)
	api.Into(&made, http.StatusCreated, http.MethodPost, "/responses",
		fmt.Sprintf(`{"survey_id":%d,"customer_id":%d,"score":2,"comment":"Beans came <b>late</b>","channel":"staff"}`, nps, made.ID))
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	var cases struct{ Items []object }
	api.Into(&cases, http.StatusOK, http.MethodGet, "/feedback-cases?filter[open][eq]=true", "")
	if len(cases.Items) != 1 || cases.Items[0].State != "new" || cases.Items[0].ResponseID != made.ID || cases.Items[0].OwnerID == 0 || cases.Items[0].DueAt == "" {
		t.Fatalf("cases %+v", cases.Items)
	}
	k := cases.Items[0]
	path := fmt.Sprintf("/feedback-cases/%d", k.ID)
	for _, c := range []struct {
		state, body string
		want        int
	}{
		{"resolved", `{"cause":"x","action":"y","told":true}`, http.StatusConflict}, {"recovered", "", http.StatusUnprocessableEntity},
		{"acknowledged", "", http.StatusOK}, {"acknowledged", "{}", http.StatusOK}, {"working", `{"nonsense":1}`, http.StatusUnprocessableEntity},
	} {
		if r := api.Call(http.MethodPost, path+"/"+c.state, c.body); r.Status != c.want {
			t.Errorf("to %s: %d, want %d: %s", c.state, r.Status, c.want, r.Body)
		}
	}
	b := a.Owner()
	has(t, b.Get("/feedback-cases").Body, "Riverside Guesthouse", "left")
	has(t, b.Get(path).Body, "Beans came &lt;b&gt;late", "counts as the first reply", "Start working")
	has(t, b.Get(fmt.Sprintf("/customers/%d", k.CustomerID)).Body, "Open feedback case")
	if r := b.Post(path+"/contact", "channel", "call", "content", ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("an empty contact: %d", r.Status)
	}
	has(t, b.Follow(path+"/contact", "channel", "call", "content", "Rang Mina").Body, "spoke with the customer", "In time.")
	api.Into(&k, http.StatusOK, http.MethodGet, path, "")
	if k.RespondedAt == "" || k.State != "acknowledged" {
		t.Errorf("after the call %+v", k)
	}
	b.Follow(path + "/working")
	if r := b.Post(path+"/resolved", "cause", "delivery", "action", ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("resolved without a word: %d", r.Status)
	}
	has(t, b.Follow(path+"/resolved", "cause", "delivery", "action", "First drop", "told", "yes").Body, "First drop", "Delivery", "Planned")
	api.Into(&k, http.StatusOK, http.MethodGet, path, "")
	if k.State != "resolved" {
		t.Errorf("state %s", k.State)
	}
	has(t, b.Follow("/feedback-cases/rules", "recheck_days", "20").Body, "Saved")
	has(t, b.Follow("/feedback-cases/causes", "name_en", "The van", "name_zh", "货车", "parent_id", "1", "active", "1").Body, "Saved", "The van")
	has(t, b.Get("/feedback-cases/causes/9").Body, "货车")
	for _, bad := range [][]string{{"name_en", "delivery"}, {"name_en", ""}, {"name_en", "x", "parent_id", "99"}, {"name_en", "The van"}} {
		if r := b.Post("/feedback-cases/causes", bad...); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("cause %v: %d", bad, r.Status)
		}
	}
	if r := b.Post("/feedback-cases/causes/1", "parent_id", "9", "active", "1", "version", "1"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a cause below itself: %d", r.Status)
	}
	if r := b.Post("/feedback-cases/causes/9", "name_en", "Vans", "active", "1", "version", "7"); r.Status != http.StatusConflict {
		t.Errorf("a stale cause: %d", r.Status)
	}
	if r := b.Get("/feedback-cases/999"); r.Status != http.StatusNotFound {
		t.Errorf("no such case: %d", r.Status)
	}
	if r := a.Anonymous().Call(http.MethodGet, "/feedback-cases", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.Status)
	}
}

func has(t *testing.T, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q:\n%s", w, body)
		}
	}
}
