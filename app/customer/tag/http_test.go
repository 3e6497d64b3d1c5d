package tag_test

import (
	"testing"

	"regulars/app/apptest"
)

func TestTagsAreRenamedAndRemovedForEverybody(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var c struct{ Tags []string }
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","tags":["Café"]}`)
	api.Into(nil, 422, "POST", "/tags", `{"name":"café "}`)
	api.Into(nil, 422, "POST", "/tags", `{"name":"  "}`)
	api.Into(nil, 200, "PATCH", "/tags/1", `{"version":1,"name":"Coffee house"}`)
	api.Into(&c, 200, "GET", "/customers/1", "")
	if len(c.Tags) != 1 || c.Tags[0] != "Coffee house" {
		t.Errorf("tags: %v", c.Tags)
	}
	api.Into(nil, 409, "PATCH", "/tags/1", `{"version":1,"name":"Other"}`)
	api.Into(nil, 204, "DELETE", "/tags/1", "")
	api.Into(&c, 200, "GET", "/customers/1", "")
	if len(c.Tags) != 0 {
		t.Errorf("the tag is still there: %v", c.Tags)
	}
	if r := a.Anonymous().Call("GET", "/tags", ""); r.Status != 401 {
		t.Errorf("without a token: %d", r.Status)
	}
	a.Colleague("dan@example.com", "member")
	if r := a.API("dan@example.com", "write").Call("DELETE", "/tags/1", ""); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
}
