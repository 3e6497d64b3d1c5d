package satisfaction_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/voice/survey"
)

var formIn = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

// An anonymous survey shows a question only when neither those who answered it
// nor those who left it out are fewer than five.
func TestAnonymousQuestionsAreShownFromFive(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var v survey.Object
	api.Into(&v, 201, "POST", "/surveys", `{"name":"Frankly","kind":"csat","texts":{"en":{"question":"How is it?"}},"questions":[
		{"key":"all","kind":"single","text":{"en":"Everybody says"},"options":[{"key":"x","text":{"en":"Xylophone"}},{"key":"y","text":{"en":"Yacht"}}]},
		{"key":"few","kind":"yesno","text":{"en":"Hardly anybody says"}},
		{"key":"most","kind":"long","text":{"en":"Most write"}}]}`)
	api.Into(&v, 200, "POST", fmt.Sprintf("/surveys/%d/anonymity", v.ID), fmt.Sprintf(`{"version":%d}`, v.Version))
	var p struct{ Path string }
	api.Into(&p, 201, "POST", "/posters", fmt.Sprintf(`{"kind":"poster","name":"Door","survey_id":%d}`, v.ID))
	give := func(n int) {
		b := a.Browser()
		m := formIn.FindStringSubmatch(b.Get(p.Path).Body)
		pairs := []string{"nonce", m[1], "version", "1", "score", fmt.Sprint(1 + n%5), "asked", "all", "asked", "few", "asked", "most", "q.all", "x"}
		if n < 2 {
			pairs = append(pairs, "q.few", "yes")
		}
		if n != 3 {
			pairs = append(pairs, "q.most", fmt.Sprintf("quokka %d", n))
		}
		if r := b.Post(p.Path, pairs...); r.Status != 303 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	page := func() string { return a.Owner().Get(fmt.Sprintf("/surveys/%d", v.ID)).Body }
	for n := range 4 {
		give(n)
	}
	a.Pass(15 * 24 * time.Hour)
	if got := page(); strings.Contains(got, "Xylophone") || strings.Contains(got, "quokka") {
		t.Error("four answers are shown")
	}
	for n := 4; n < 8; n++ {
		give(n)
	}
	if strings.Contains(page(), "Xylophone") {
		t.Error("a week that runs is shown")
	}
	a.Pass(15 * 24 * time.Hour)
	got := page()
	if !strings.Contains(got, "Everybody says") || !strings.Contains(got, "Xylophone") {
		t.Error("eight answers to a question are not shown")
	}
	if strings.Contains(got, "Hardly anybody says") || strings.Contains(got, "Most write") || strings.Contains(got, "quokka") {
		t.Error("a question that two answered or one left out is shown")
	}
	for _, p := range []string{"groups?by=language", "compare", "said", "drivers", "topics"} {
		if r := a.Owner().Get(fmt.Sprintf("/surveys/%d/%s", v.ID, p)); strings.Contains(r.Body, "quokka") || strings.Contains(r.Body, `n 8`) {
			t.Errorf("%s tells of anonymous answers", p)
		}
	}
}

// What passers-by give at a poster completes no batch of those who were invited:
// whoever fills it knows which answer is left.
func TestAPosterHidesNobodyWhoWasInvited(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var v survey.Object
	api.Into(&v, 201, "POST", "/surveys", `{"name":"Frankly","kind":"csat","texts":{"en":{"question":"How is it?"}}}`)
	api.Into(&v, 200, "POST", fmt.Sprintf("/surveys/%d/anonymity", v.ID), fmt.Sprintf(`{"version":%d}`, v.Version))
	var p struct{ Path string }
	api.Into(&p, 201, "POST", "/posters", fmt.Sprintf(`{"kind":"poster","name":"Door","survey_id":%d}`, v.ID))
	give := func(at, words string) {
		t.Helper()
		b := a.Browser()
		m := formIn.FindStringSubmatch(b.Get(at).Body)
		if r := b.Post(at, "nonce", m[1], "version", "1", "score", "5", "comment", words); r.Status != 303 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	invite := func(n int) {
		t.Helper()
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Person %d"}`, n))
		var i struct{ URL string }
		api.Into(&i, 201, "POST", "/invitations", fmt.Sprintf(`{"survey_id":%d,"customer_id":%d,"channel":"link"}`, v.ID, n))
		give(i.URL[strings.Index(i.URL, "/s/"):], "quokka")
	}
	invite(1)
	for range 6 {
		give(p.Path, "wombat")
	}
	a.Pass(15 * 24 * time.Hour)
	page := func() string { return a.Owner().Get(fmt.Sprintf("/surveys/%d", v.ID)).Body }
	if got := page(); strings.Contains(got, "quokka") || strings.Contains(got, "wombat") {
		t.Error("one who was invited is shown among six at a poster")
	}
	for n := 2; n <= 5; n++ {
		invite(n)
	}
	a.Pass(15 * 24 * time.Hour)
	if got := page(); !strings.Contains(got, "quokka") {
		t.Error("five who were invited are not shown")
	}
}
