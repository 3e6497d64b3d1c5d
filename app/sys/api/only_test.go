package api_test

import (
	"net/http"
	"testing"

	"regulars/app/apptest"
)

func TestAListAnswersOnlyWhatWasAskedFor(t *testing.T) {
	a := apptest.New(t)
	client := a.API("", "write")
	for _, field := range []string{`{"subject":"customer","kind":"text","name_en":"Oven"}`, `{"subject":"customer","kind":"text","name_en":"Door","sensitive":true}`,
		`{"subject":"product","kind":"text","name_en":"Shelf"}`} {
		client.Into(nil, http.StatusCreated, http.MethodPost, "/custom-fields", field)
	}
	client.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Ada <&>","region":"North","fields":{"oven":"deck","door":"4711"}}`)
	type list struct {
		Items []map[string]any `json:"items"`
		Total *int             `json:"total"`
	}
	var got list
	client.Into(&got, http.StatusOK, http.MethodGet, "/customers?fields=name,fields.oven&count=true", "")
	if len(got.Items) != 1 || len(got.Items[0]) != 3 || got.Items[0]["id"] != 1.0 || got.Items[0]["name"] != "Ada <&>" || got.Total == nil || *got.Total != 1 {
		t.Fatalf("the answer is %+v", got)
	}
	if own := got.Items[0]["fields"].(map[string]any); len(own) != 1 || own["oven"] != "deck" {
		t.Errorf("of the fields came %v", own)
	}
	got = list{}
	client.Into(&got, http.StatusOK, http.MethodGet, "/customers?fields=fields.door", "")
	if door := got.Items[0]["fields"].(map[string]any)["door"].(map[string]any); door["masked"] != true {
		t.Errorf("a sensitive value came as %v", door)
	}
	got = list{}
	client.Into(&got, http.StatusOK, http.MethodGet, "/customers?fields=fields,region", "")
	if own := got.Items[0]["fields"].(map[string]any); len(own) != 2 || got.Items[0]["region"] != "North" || got.Items[0]["name"] != nil {
		t.Errorf("all fields and the region: %v", got.Items[0])
	}
	for _, wrong := range []string{"fields=surname", "fields=fields.shelf", "fields=name,fields.", "fields=NAME"} {
		client.Into(nil, http.StatusUnprocessableEntity, http.MethodGet, "/customers?"+wrong, "")
	}
	if r := a.Anonymous().Call(http.MethodGet, "/customers?fields=surname", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("who is not signed in: %d", r.Status)
	}
}
