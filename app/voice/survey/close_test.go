package survey_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

var nonceIn = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

// reader is somebody who was handed a survey's link.
type reader struct {
	*apptest.Browser
	path string
}

func handed(t *testing.T, a *apptest.App, customer string) reader {
	t.Helper()
	var i struct{ URL string }
	a.API("", "write").Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":`+customer+`,"channel":"link"}`)
	u, err := url.Parse(i.URL)
	if err != nil || u.Path == "" {
		t.Fatalf("no link: %q", i.URL)
	}
	return reader{a.Browser(), u.Path}
}

func (r reader) nonce() string {
	if m := nonceIn.FindStringSubmatch(r.Get(r.path).Body); m != nil {
		return strings.ReplaceAll(m[1], "&#43;", "+")
	}
	return ""
}

func TestASurveyEndsByItself(t *testing.T) {
	a := apptest.New(t)
	b := builder{a.Owner(), t}
	api := a.API("", "write")
	for n := range 3 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Guest %d","emails":["guest%d@example.com"]}`, n, n))
	}
	b.press("", "name", "Enough of one", "active", "1", "closes_at_n", "1")
	first, second := handed(t, a, "1"), handed(t, a, "2")
	if r := first.Post(first.path, "nonce", first.nonce(), "version", "1", "score", "9"); r.Status != http.StatusSeeOther {
		t.Fatalf("the first answer: %d %s", r.Status, r.Body)
	}
	if r := second.Get(second.path); r.Status != http.StatusGone || strings.Contains(r.Body, `name="score"`) {
		t.Fatalf("one who comes too late is asked: %d", r.Status)
	}
	if r := first.Get(first.path + "?done=1"); r.Status != 200 {
		t.Fatalf("who has answered is not thanked: %d", r.Status)
	}
	if r := api.Call("POST", "/invitations", `{"survey_id":1,"customer_id":3,"channel":"link"}`); r.Status != http.StatusConflict {
		t.Fatalf("a survey that has ended is asked: %d", r.Status)
	}
	if r := api.Call("POST", "/responses", `{"survey_id":1,"customer_id":3,"score":4}`); r.Status != http.StatusConflict {
		t.Fatalf("an interview of one that has ended: %d", r.Status)
	}
	if r := api.Call("POST", "/responses", `{"survey_id":1,"customer_id":3,"score":4,"channel":"import"}`); r.Status != http.StatusCreated {
		t.Fatalf("history is refused: %d", r.Status)
	}
	last := a.Clock.Now().Format(time.DateOnly)
	b.press("", "name", "Until today", "active", "1", "closes_on", last)
	if r := second.Get(second.path); r.Status != 200 {
		t.Fatalf("the last day is over at once: %d", r.Status)
	}
	a.Clock.Add(24 * time.Hour)
	if r := second.Get(second.path); r.Status != http.StatusGone {
		t.Fatalf("after the last day: %d", r.Status)
	}
}

func TestTheThankYouOffersWhatTheShopWants(t *testing.T) {
	a := apptest.New(t)
	b := builder{a.Owner(), t}
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Tom Okafor"}`)
	b.refused(http.StatusUnprocessableEntity, "/lead", append(lead, "action", "high:review", "review_url", "http://example.com/")...)
	b.refused(http.StatusUnprocessableEntity, "/lead", append(lead, "action", "high:review", "review_url", "javascript:alert(1)")...)
	b.press("/lead", append(lead, "action", "high:review", "action", "high:refer", "action", "high:talk", "review_url", "https://reviews.example.com/shop")...)
	b.press("/publication")
	r := handed(t, a, "1")
	if page := r.Post(r.path+"/talk", "nonce", r.nonce()); page.Status == http.StatusOK || a.Count(`SELECT count(*) FROM survey_response`) != 0 {
		t.Fatalf("a wish without an answer: %d", page.Status)
	}
	if page := r.Post(r.path, "nonce", r.nonce(), "version", "2", "score", "10"); page.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	thanks := r.Get(r.path + "?done=1")
	for _, want := range []string{`href="https://reviews.example.com/shop"`, `rel="noreferrer nofollow noopener"`, `href="mailto:?subject=`, `formaction="` + r.path + `/talk`} {
		if !strings.Contains(thanks.Body, want) {
			t.Errorf("the thank-you lacks %s", want)
		}
	}
	a.Settle()
	if n := a.Count(`SELECT count(*) FROM feedback_case`); n != 0 {
		t.Fatal("looking at the thank-you opened a case")
	}
	if page := r.Post(r.path+"/talk", "nonce", "made up"); page.Status != http.StatusUnprocessableEntity {
		t.Fatalf("a made-up press: %d", page.Status)
	}
	for range 2 {
		if page := r.Post(r.path+"/talk", "nonce", r.nonce()); page.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", page.Status, page.Body)
		}
	}
	a.Settle()
	if n := a.Count(`SELECT count(*) FROM feedback_case WHERE customer_id = 1`); n != 1 {
		t.Fatalf("%d cases for one wish", n)
	}
	if page := r.Get(r.path + "?done=1"); strings.Contains(page.Body, "/talk") || !strings.Contains(page.Body, "Somebody will get in touch") {
		t.Error("the wish is not confirmed")
	}
}
