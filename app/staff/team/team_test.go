package team_test

import (
	"fmt"
	"testing"

	"regulars/app/apptest"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
)

func TestAPIOfTeams(t *testing.T) {
	a := apptest.New(t)
	shell := a.As(auth.System("shell"))
	api := a.API("", "write")
	var north struct {
		ID      int64 `json:"id"`
		Version int64 `json:"version"`
	}
	r := api.Into(&north, 201, "POST", "/teams", `{"name":"North"}`)
	path := fmt.Sprintf("/teams/%d", north.ID)
	if r.Header.Get("Location") != "/api/v1"+path {
		t.Errorf("location %q", r.Header.Get("Location"))
	}
	api.Into(nil, 422, "POST", "/teams", `{"name":"NORTH"}`)
	api.Into(nil, 422, "POST", "/teams", `{"name":"a\tb"}`)
	api.Into(nil, 422, "POST", "/teams", `{"name":"   "}`)
	api.Into(nil, 201, "POST", "/teams", `{"name":"South"}`)
	var list struct {
		Items []struct{ Name string } `json:"items"`
		Next  string                  `json:"next_cursor"`
	}
	api.Into(&list, 200, "GET", "/teams?limit=1&sort=-name", "")
	if len(list.Items) != 1 || list.Items[0].Name != "South" || list.Next == "" {
		t.Errorf("%+v", list)
	}
	api.Into(nil, 422, "GET", "/teams?sort=version", "")
	api.Into(nil, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"name":"West"}`, north.Version))
	api.Into(nil, 409, "PATCH", path, fmt.Sprintf(`{"version":%d,"name":"East"}`, north.Version))

	kim, _, err := a.Users().Add(shell, user.Input{Name: "Kim", Email: "kim@example.com", Role: auth.Member, TeamID: north.ID, Password: "another long secret"})
	if err != nil {
		t.Fatal(err)
	}
	low := a.API("kim@example.com", "write")
	low.Into(nil, 200, "GET", path, "")
	low.Into(nil, 403, "POST", "/teams", `{"name":"Mine"}`)
	low.Into(nil, 403, "DELETE", path, "")
	a.Anonymous().Into(nil, 401, "GET", "/teams", "")

	api.Into(nil, 204, "DELETE", path, "")
	api.Into(nil, 404, "GET", path, "")
	if u, err := a.Users().Get(shell, kim.ID); err != nil || u.TeamID != 0 || u.Status != user.Active {
		t.Errorf("kim after the team went: %+v %v", u, err)
	}
}
