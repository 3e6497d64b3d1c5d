package evaluation_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

type evaluated struct {
	Total, Value, Health *float64
	Grade                *string
	Confidence           float64
	Dimensions           []struct {
		Key                  string
		Score                *float64
		Weight, Contribution float64
		Reasons              []struct{ Code, Text string }
		Evidence             []struct {
			Kind string
			ID   int64
		}
	}
}

func TestAnEvaluationIsCurrentWhenItIsRead(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var made struct{ ID int64 }
	api.Into(&made, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Harbour Street Bakery"}`)
	id := made.ID
	path := fmt.Sprintf("/customers/%d/evaluation", id)
	var e evaluated
	api.Into(&e, http.StatusOK, http.MethodGet, path, "")
	if e.Total != nil || e.Grade != nil || len(e.Dimensions) != 6 {
		t.Fatalf("of nobody yet: %+v", e)
	}
	api.Into(&made, http.StatusCreated, http.MethodPost, "/orders",
		fmt.Sprintf(`{"customer_id":%d,"ordered_on":"2026-03-01","status":"completed","lines":[{"name":"Beans","quantity":2,"unit_price":{"amount":"10.00"}}]}`, id))
	order := made.ID
	api.Into(&made, http.StatusCreated, http.MethodPost, "/responses", fmt.Sprintf(`{"customer_id":%d,"score":9,"channel":"staff"}`, id))
	api.Into(&e, http.StatusOK, http.MethodGet, path, "")
	if e.Total == nil || e.Grade == nil || e.Value == nil || e.Health == nil {
		t.Fatalf("after an order and an answer: %+v", e)
	}
	sum := 50.0
	for _, d := range e.Dimensions {
		sum += d.Contribution
		if d.Key == "purchase" && (d.Score == nil || len(d.Evidence) != 1 || d.Evidence[0].Kind != "order" || d.Evidence[0].ID != order) {
			t.Errorf("purchase %+v", d)
		}
		if d.Key == "lifetime_value" && d.Score != nil {
			t.Errorf("lifetime value %+v", d)
		}
		for _, r := range d.Reasons {
			if r.Text == "" || strings.Contains(r.Text, "{") || strings.Contains(r.Text, "evaluation.") {
				t.Errorf("%s says %q", r.Code, r.Text)
			}
		}
	}
	if math.Abs(sum-*e.Total) > .1 {
		t.Errorf("%v does not add up to %v", sum, *e.Total)
	}
	var list struct{ Items []evaluated }
	api.Into(&list, http.StatusOK, http.MethodGet, "/evaluations?filter[grade][eq]="+*e.Grade, "")
	if len(list.Items) != 1 {
		t.Errorf("%d listed", len(list.Items))
	}
	if r := api.Call(http.MethodGet, "/customers/99/evaluation", ""); r.Status != http.StatusNotFound {
		t.Errorf("nobody's: %d", r.Status)
	}
	b := a.Owner()
	for page, want := range map[string]string{
		path: fmt.Sprintf(`href="/orders/%d"`, order), "/insight/evaluation": "Purchase behaviour",
		fmt.Sprintf("/customers/%d", id): "How it is scored", "/insight/evaluation?filter[quadrant][eq]=rescue": "Show all",
	} {
		if r := b.Get(page); r.Status != http.StatusOK || !strings.Contains(r.Body, want) {
			t.Errorf("%s: %d without %q", page, r.Status, want)
		}
	}
}
