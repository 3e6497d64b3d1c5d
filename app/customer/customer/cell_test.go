package customer_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestACellIsEditedWhereItStands(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	list := b.Get("/customers?columns=region,fields.oven,fields.delivery_days")
	if !strings.Contains(list.Body, `hx-get="/customers/1/cell/region"`) || !strings.Contains(list.Body, `hx-get="/customers/1/cell/fields.oven"`) {
		t.Fatalf("the cells do not edit")
	}
	if r := b.Get("/customers/1/cell/region"); r.Status != 303 || r.Location != "/customers/1/edit" {
		t.Errorf("without script: %d %s", r.Status, r.Location)
	}
	b.Get("/customers/1")
	if page := b.Follow("/customers/1/cell/region", "version", "1", "value", "Bath"); !strings.Contains(page.Body, "Bath") || !strings.Contains(page.Body, "/undo") {
		t.Error("the region is not saved with a way back")
	}
	if r := b.Post("/customers/1/cell/region", "version", "1", "value", "York"); r.Status != 409 || !strings.Contains(r.Body, "Bath") || !strings.Contains(r.Body, `name="version" value="2"`) {
		t.Errorf("a stale cell: %d", r.Status)
	}
	if r := b.Post("/customers/1/cell/fields.oven", "version", "2", "value", "clay"); r.Status != 422 || !strings.Contains(r.Body, `role="alert"`) {
		t.Errorf("a word that is no choice: %d", r.Status)
	}
	b.Follow("/customers/1/cell/fields.delivery_days", "version", "2", "value", "Thu")
	b.Follow("/customers/1/cell/level", "version", "3", "value", "B")
	var c struct {
		Level  string
		Fields map[string]any
		Tags   []string
	}
	a.API("", "read").Into(&c, 200, "GET", "/customers/1", "")
	if c.Level != "B" || c.Fields["oven"] != "deck" || len(c.Fields["delivery_days"].([]any)) != 1 || len(c.Tags) != 1 {
		t.Errorf("after the edits: %+v", c)
	}
	for path, want := range map[string]int{"/customers/1/cell/revenue": 404, "/customers/1/cell/secret": 404, "/customers/99/cell/region": 404, "/customers/1/cell/fields.none": 404} {
		if r := b.Post(path, "version", "1", "value", "x"); r.Status != want {
			t.Errorf("%s: %d, want %d", path, r.Status, want)
		}
	}
	if r := a.Browser().Get("/customers/1/cell/region"); r.Status != 303 || !strings.HasPrefix(r.Location, "/login") {
		t.Errorf("without login: %d %s", r.Status, r.Location)
	}
}

func TestARecordKnowsItsNeighboursInTheList(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, name := range []string{"Ada", "Ben", "Cleo", "Dora"} {
		region := "Leeds"
		if name == "Ben" {
			region = "York"
		}
		api.Into(nil, 201, "POST", "/customers", `{"name":"`+name+`","region":"`+region+`"}`)
	}
	b := a.Owner()
	list := url.Values{"filter[region][eq]": {"Leeds"}, "sort": {"sort_name"}}.Encode()
	from := "list=" + base64.RawURLEncoding.EncodeToString([]byte(list))
	if page := b.Get("/customers?" + list); !strings.Contains(page.Body, "/customers/3?"+strings.ReplaceAll(from, "&", "&amp;")) {
		t.Error("the record's address does not know its list")
	}
	for path, want := range map[string][2]string{"/customers/1": {"", "/customers/3"}, "/customers/3": {"/customers/1", "/customers/4"}, "/customers/4": {"/customers/3", ""}} {
		page := b.Get(path + "?" + from)
		for i, rel := range []string{"prev", "next"} {
			link := `href="` + want[i] + "?" + from + `" rel="` + rel + `"`
			if want[i] != "" && !strings.Contains(page.Body, link) || want[i] == "" && strings.Contains(page.Body, `rel="`+rel+`"`) {
				t.Errorf("%s: %s is not %q", path, rel, want[i])
			}
		}
	}
	if page := b.Get("/customers/1"); strings.Contains(page.Body, `rel="next"`) {
		t.Error("a record without a list has a next one")
	}
	if r := b.Get("/customers/1?list=" + base64.RawURLEncoding.EncodeToString([]byte("filter[secret]=1"))); r.Status != 422 {
		t.Errorf("a list of nonsense: %d, want 422", r.Status)
	}
}
