package topic_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/voice/topic"
)

func topics(t *testing.T, api *apptest.API) map[string]topic.Object {
	t.Helper()
	var list struct{ Items []topic.Object }
	api.Into(&list, 200, "GET", "/topics?limit=500", "")
	out := map[string]topic.Object{}
	for _, one := range list.Items {
		out[one.NameEN] = one
	}
	return out
}

func TestTopicsAreFoundInTheBackgroundAndAgainAfterAnEdit(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	for i, words := range []string{"We were waiting for ages", "等了很久", "Lovely flour"} {
		api.Into(nil, 201, "POST", "/responses", fmt.Sprintf(`{"customer_id":1,"score":%d,"comment":"%s","channel":"email"}`, 3+i, words))
	}
	a.Pass(0)
	a.Settle()
	var made topic.Object
	api.Into(&made, 201, "POST", "/topics", `{"name_en":"Baking","words":"bread*"}`)
	look(a)
	if got := topics(t, api); got["Waiting"].Hits != 2 || got["Baking"].Hits != 0 {
		t.Fatalf("%+v", got)
	}
	api.Into(nil, 409, "PATCH", fmt.Sprintf("/topics/%d", made.ID), `{"version":99,"words":"flour"}`)
	api.Into(nil, 200, "PATCH", fmt.Sprintf("/topics/%d", made.ID), fmt.Sprintf(`{"version":%d,"words":"flour\nbread*"}`, made.Version))
	look(a)
	if got := topics(t, api); got["Baking"].Hits != 1 {
		t.Fatalf("after the edit: %+v", got["Baking"])
	}
	var list struct{ Total int }
	api.Into(&list, 200, "GET", fmt.Sprintf("/responses?count=true&filter[topic_id][eq]=%d", made.ID), "")
	if list.Total != 1 {
		t.Errorf("the topic opens %d answers", list.Total)
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/topics/%d", made.ID), "")
	if a.Count(`SELECT count(*) FROM topic_hit WHERE topic_id = ?`, made.ID) != 0 {
		t.Error("hits of a topic that is gone")
	}
}

// look does what the job does every minute.
func look(a *apptest.App) {
	if err := topic.New(a.DB).Drain(a.As(nil)); err != nil {
		a.T.Fatal(err)
	}
}

func TestTopicPages(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	if page := b.Get("/topics"); page.Status != 200 || !strings.Contains(page.Body, "Waiting") {
		t.Fatalf("%d: a new shop has no ready topics", page.Status)
	}
	if r := b.Post("/topics", "name_en", "Parking", "words", "park*\n停车", "active", "1"); r.Status != 303 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r := b.Post("/topics", "name_en", "", "words", ""); r.Status != 422 {
		t.Errorf("nothing was typed: %d", r.Status)
	}
	id := a.Count(`SELECT id FROM topic WHERE name_en = 'Parking'`)
	at := fmt.Sprintf("/topics/%d", id)
	if r := b.Post(at, "name_en", "Parking", "words", "park*", "version", "7", "active", "1"); r.Status != 409 && r.Status != 422 {
		t.Errorf("over somebody else's change: %d", r.Status)
	}
	if r := b.Post(at, "name_en", `<script>alert(1)</script>`, "words", "park*", "version", "1", "active", "1"); r.Status != 303 {
		t.Errorf("%d", r.Status)
	}
	if page := b.Get("/topics"); strings.Contains(page.Body, "<script>alert") {
		t.Error("a name became a script")
	}
	before := a.Count(`SELECT count(*) FROM topic`)
	if b.Post("/topics/ready"); a.Count(`SELECT count(*) FROM topic`) != before {
		t.Error("ready topics that are there were added again")
	}
	if r := a.Browser().Get("/topics"); r.Status == 200 {
		t.Error("without signing in")
	}
	a.Colleague(apptest.MemberEmail, "member")
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	if r := sam.Get("/topics"); r.Status != 200 {
		t.Errorf("a member reads topics: %d", r.Status)
	}
	if r := sam.Post("/topics", "name_en", "x", "words", "y"); r.Status != 403 {
		t.Errorf("a member makes topics: %d", r.Status)
	}
	if r := b.Post(at + "/delete"); r.Status != 303 || a.Count(`SELECT count(*) FROM topic WHERE id = ?`, id) != 0 {
		t.Errorf("delete: %d", r.Status)
	}
}
