package review_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
	"regulars/app/voice/review"
	"regulars/app/voice/topic"
)

func keep(api *apptest.API, body string) review.Object {
	var r review.Object
	api.Into(&r, 201, "POST", "/reviews", body)
	return r
}

func TestAnUnhappyReviewIsOwnedWork(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	low := keep(api, `{"platform":"Google","stars":1,"author":"ada","words":"We were waiting for ages","posted_on":"2025-11-01","url":"https://example.com/r/1"}`)
	if low.CaseID == nil || low.Mood != "low" || a.Count(`SELECT count(*) FROM feedback_case WHERE customer_id IS NULL`) != 1 {
		t.Fatalf("%+v", low)
	}
	if happy := keep(api, `{"platform":"Google","stars":5,"words":"Lovely"}`); happy.CaseID != nil {
		t.Errorf("a happy one opened a case")
	}
	known := keep(api, `{"platform":"Yelp","stars":2,"words":"Cold soup","customer_id":1}`)
	again := keep(api, `{"platform":"Yelp","stars":2,"words":"And again cold","customer_id":1}`)
	if known.CaseID == nil || again.CaseID == nil || *known.CaseID != *again.CaseID {
		t.Errorf("two complaints of one customer: %+v %+v", known.CaseID, again.CaseID)
	}
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE customer_id = 1 AND subject_kind = 'review'`); n != 2 {
		t.Errorf("%d on the timeline", n)
	}
	if err := topic.New(a.DB).Drain(a.As(nil)); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM topic_hit h JOIN topic t ON t.id = h.topic_id WHERE h.review_id = ? AND t.name_en = 'Waiting'`, low.ID); n != 1 {
		t.Error("topics do not count reviews")
	}
	// A better review that becomes unhappy opens its case then, once.
	soso := keep(api, `{"platform":"Google","stars":3,"words":"Fine"}`)
	var worse review.Object
	api.Into(&worse, 200, "PATCH", fmt.Sprintf("/reviews/%d", soso.ID), fmt.Sprintf(`{"version":%d,"stars":1,"customer_id":1}`, soso.Version))
	if worse.CaseID == nil || worse.ExternalID != soso.ExternalID {
		t.Errorf("%+v", worse)
	}
	api.Into(nil, 409, "PATCH", fmt.Sprintf("/reviews/%d", soso.ID), `{"version":1,"stars":4}`)
	api.Into(nil, 422, "POST", "/reviews", `{"platform":"Google","stars":5,"words":"Lovely"}`) // the same once more
	api.Into(nil, 422, "POST", "/reviews", `{"platform":"Google","stars":6}`)
	api.Into(nil, 422, "POST", "/reviews", `{"platform":"Google"}`)
	api.Into(nil, 422, "POST", "/reviews", `{"platform":"Google","words":"x","url":"javascript:alert(1)"}`)
	api.Into(nil, 422, "POST", "/reviews", `{"platform":"Google","words":"x","customer_id":99}`)
	api.Into(nil, 422, "POST", "/reviews", `{"platform":"Google","words":"x","posted_on":"2031-01-01"}`)
	var sums struct{ Items []review.SummaryObject }
	api.Into(&sums, 200, "GET", "/review-summary", "")
	if len(sums.Items) != 2 || sums.Items[0].N+sums.Items[1].N != 5 {
		t.Errorf("%+v", sums)
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/reviews/%d", known.ID), "")
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE subject_kind = 'review' AND subject_id = ?`, known.ID); n != 0 {
		t.Error("it is still on the timeline")
	}
}

const file = "平台,星级,评价内容,用户,链接,日期,客户\n大众点评,五星,很好吃,小林,https://example.com/1,2020-03-01,\n美团,1/5,太慢了,阿强,没有,2020年3月2日,\n美团,1星,今天上错菜,阿强,,,李雷\nGoogle,满意,ok,,,2020-03-03,\n大众点评,★★★★★,很好吃,小林,https://example.com/1,2020-03-01,\n"

func TestReviewsComeInOnceAndGoOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	a.Import("customers", "name\n李雷\n", importer.Options{})
	checked, _ := a.CheckImport("reviews", file, importer.Options{})
	run, problems := a.Import("reviews", file, importer.Options{})
	if got := apptest.Tally(run); got != "3 0 1 1" || apptest.Tally(checked) != got {
		t.Fatalf("%s, checked %s %q", got, apptest.Tally(checked), problems)
	}
	if n := a.Count(`SELECT count(*) FROM feedback_case`); n != 1 { // only the one of today
		t.Errorf("%d cases", n)
	}
	if n := a.Count(`SELECT count(*) FROM review WHERE customer_id IS NOT NULL AND stars = 1 AND language = 'zh-CN'`); n != 1 {
		t.Errorf("%d of the customer", n)
	}
	if again, _ := a.Import("reviews", file, importer.Options{}); apptest.Tally(again) != "0 0 4 1" {
		t.Error(apptest.Tally(again))
	}
	out := a.Owner().Get("/exports/reviews")
	if out.Status != 200 || !strings.Contains(out.Body, "很好吃") || !strings.Contains(out.Body, "5/5") {
		t.Errorf("%d %.200s", out.Status, out.Body)
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT (SELECT count(*) FROM review) + (SELECT count(*) FROM feedback_case)`); n != 0 {
		t.Errorf("%d left", n)
	}
}

func TestReviewPages(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	b := a.Owner()
	b.Get("/reviews/new")
	if r := b.Post("/reviews", "platform", "Google", "stars", "1/5", "words", `<script>alert(1)</script>`, "customer", "Ada Field #1"); r.Status != 303 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if n := a.Count(`SELECT count(*) FROM review WHERE customer_id = 1 AND case_id IS NOT NULL AND stars = 1`); n != 1 {
		t.Fatal("it was not kept with its customer and case")
	}
	for _, wrong := range [][]string{{"platform", "Google", "stars", "many"}, {"platform", "", "words", "x"}, {"platform", "Google", "words", "x", "customer", "Nobody Here"}} {
		if r := b.Post("/reviews", wrong...); r.Status != 422 {
			t.Errorf("%v: %d", wrong, r.Status)
		}
	}
	for _, p := range []string{"/reviews", "/reviews/1", "/reviews/1/edit", "/feedback-cases/1", "/reviews?q=alert", "/reviews?filter[mood][eq]=low"} {
		if page := b.Get(p); page.Status != 200 || strings.Contains(page.Body, "<script>alert") || !strings.Contains(page.Body, "/reviews") {
			t.Errorf("%s: %d", p, page.Status)
		}
	}
	if r := b.Post("/reviews/1", "platform", "Google", "stars", "2", "version", "1"); r.Status != 303 {
		t.Errorf("%d", r.Status)
	}
	if r := b.Post("/reviews/1", "platform", "Google", "stars", "3", "version", "1"); r.Status != 409 {
		t.Errorf("over somebody else's change: %d", r.Status)
	}
	if r := b.Post("/reviews/1/reply", "version", "2"); r.Status != 303 || a.Count(`SELECT count(*) FROM review WHERE replied_at IS NOT NULL`) != 1 {
		t.Errorf("%d", r.Status)
	}
	if r := a.Browser().Get("/reviews"); r.Status == 200 {
		t.Error("without signing in")
	}
	a.Colleague(apptest.MemberEmail, "member")
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	sam.Get("/reviews/new")
	if r := sam.Post("/reviews", "platform", "Yelp", "stars", "4"); r.Status != 303 {
		t.Errorf("a member writes one down: %d", r.Status)
	}
	if r := sam.Post("/reviews/2/delete"); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
	if r := b.Post("/reviews/2/delete"); r.Status != 303 {
		t.Errorf("%d", r.Status)
	}
}
