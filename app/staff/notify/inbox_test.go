package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

func TestABurstIsOneLineAndGoesAsOne(t *testing.T) {
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, auth.Member)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"سارة النجار","kind":"person"}`)
	for i := range 3 {
		api.Into(nil, 201, "POST", "/notes", fmt.Sprintf(`{"customer_id":1,"text":"@Sam look %d, and @Mei Lin too"}`, i))
	}
	a.Settle()
	if a.Count("SELECT count(*) FROM notification WHERE user_id = 1") != 0 {
		t.Error("somebody is told of what they did themselves")
	}
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	page := sam.Get("/notifications")
	if strings.Count(page.Body, `class="ttl"`) != 1 || !strings.Contains(page.Body, "3×") {
		t.Fatalf("not one line:\n%s", page.Body)
	}
	if r := sam.Post("/notifications/3/snooze"); r.Status != 303 {
		t.Fatal(r.Status)
	}
	if page = sam.Get("/notifications"); !strings.Contains(page.Body, "2×") {
		t.Error("what was put off is still there")
	}
	sam.Post("/notifications/2/read", "also", "1", "also", "999")
	if a.Count("SELECT count(*) FROM notification WHERE read_at IS NULL") != 1 {
		t.Error("the line is not read as one")
	}
	a.Clock.Add(26 * time.Hour)
	sam = a.SignIn(apptest.MemberEmail, apptest.Password)
	if page = sam.Get("/notifications?unread=1"); strings.Count(page.Body, `class="ttl"`) != 1 {
		t.Error("what was put off does not come back")
	}
}

func TestPreferencesThroughTheAPI(t *testing.T) {
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, auth.Member)
	api, sam := a.API("", "write"), a.API(apptest.MemberEmail, "write")
	var got struct{ Kinds, All []string }
	sam.Into(&got, 200, "GET", "/notifications/preferences", "")
	if len(got.Kinds) != len(got.All) || len(got.All) < 8 {
		t.Errorf("%+v", got)
	}
	sam.Into(nil, 422, "PUT", "/notifications/preferences", `{"kinds":["everything"]}`)
	sam.Into(nil, 422, "PUT", "/notifications/preferences", `{"kinds":["assigned"],"digest":["everything"]}`)
	sam.Into(&got, 200, "PUT", "/notifications/preferences", `{"kinds":["assigned"]}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Street Bakery"}`)
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"@Sam look"}`)
	a.Settle()
	if a.Count("SELECT count(*) FROM notification") != 0 {
		t.Error("a kind that is off told somebody")
	}
	// the daily mail has the sections one wants; the API and the page agree
	var mail struct{ Digest []string }
	api.Into(nil, 201, "POST", "/tasks", `{"title":"Send the list","due_at":"2020-03-01T09:00:00Z"}`)
	person, _, err := a.Users().Actor(a.As(auth.System("job")), 1)
	if err != nil {
		t.Fatal(err)
	}
	owner := a.As(person)
	api.Into(&mail, 200, "PUT", "/notifications/preferences", `{"kinds":[],"digest":["birthdays","overdue"]}`)
	if c, err := a.Today().ForDigest(owner, 1); err != nil || c.N() != 1 || len(mail.Digest) != 2 {
		t.Errorf("%d lines, %+v, %v", c.N(), mail, err)
	}
	b := a.Owner()
	if page := b.Get("/profile/notifications").Body; !strings.Contains(page, `value="overdue" checked`) || strings.Contains(page, `value="quiet" checked`) {
		t.Error("the page shows other switches")
	}
	b.Follow("/profile/notifications", "kind", "mention", "digest", "quiet")
	if c, err := a.Today().ForDigest(owner, 1); err != nil || c.N() != 0 {
		t.Errorf("%d lines: %v", c.N(), err)
	}
	api.Into(&mail, 200, "PUT", "/notifications/preferences", `{"kinds":["mention"]}`)
	if len(mail.Digest) != 1 || mail.Digest[0] != "quiet" {
		t.Errorf("an absent list changed the digest: %+v", mail)
	}
	sam.Into(&got, 200, "PUT", "/notifications/preferences", `{"kinds":["mention"]}`)
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"@Sam look again"}`)
	a.Settle()
	sam.Into(nil, 422, "POST", "/notifications/1/snooze", `{"until":"2020-01-01T00:00:00Z"}`)
	api.Into(nil, 404, "POST", "/notifications/1/snooze", fmt.Sprintf(`{"until":%q}`, a.Clock.Now().Add(time.Hour).Format(time.RFC3339)))
	sam.Into(nil, 200, "POST", "/notifications/1/snooze", fmt.Sprintf(`{"until":%q}`, a.Clock.Now().Add(time.Hour).Format(time.RFC3339)))
}
