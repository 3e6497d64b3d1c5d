package review_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/voice/review"
	"regulars/app/voice/survey"
)

func TestOnlyFirstNamesAreTold(t *testing.T) {
	for name, want := range map[string]string{"Ada Field": "Ada", "单雄信": "单**", "  ": "", "ada@example.com": "", "0117 496 0142": "", "Ada７": "", "김민수": "김**", "やまだ 花子": "や**", "Ada\u00a0Field": "Ada", "Ada\u3000Field": "Ada", "Inês": "Inês"} {
		if got := review.FirstName(name); got != want {
			t.Errorf("%q is told as %q", name, got)
		}
	}
}

var hidden = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

// wall opens the public page and gives its address.
func wall(a *apptest.App, api *apptest.API) string {
	var p review.PraisePage
	api.Into(&p, 200, "PUT", "/praise/page", `{"public":true}`)
	return p.Path
}

func TestPraiseStandsOnlyWhileItsPersonWants(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","emails":["ada@example.com"]}`)
	var i struct{ URL string }
	api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"link"}`)
	at := i.URL[strings.Index(i.URL, "/s/"):]
	guest := a.Browser()
	vote := func(pairs ...string) {
		t.Helper()
		m := hidden.FindStringSubmatch(guest.Get(at).Body)
		if m == nil {
			t.Fatal("no form")
		}
		if r := guest.Post(at, append([]string{"nonce", m[1], "version", "1"}, pairs...)...); r.Status != 303 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	public := wall(a, api)
	shown := func() bool { return strings.Contains(a.Browser().Get(public).Body, "Warm bread") }

	if !strings.Contains(guest.Get(at).Body, `name="praise"`) {
		t.Fatal("nobody is asked whether they may be quoted")
	}
	vote("score", "10", "comment", "Warm bread every day")
	if shown() {
		t.Error("quoted without having agreed")
	}
	vote("score", "10", "comment", "Warm bread every day", "praise", "1")
	page := a.Browser().Get(public)
	if page.Status != 200 || !shown() || strings.Contains(page.Body, "Field") || !strings.Contains(page.Body, "Ada") || page.Header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	if n := a.Count(`SELECT count(*) FROM survey_response WHERE praise = 1 AND praise_notice LIKE '%Kettle%'`); n != 1 {
		t.Error("the words that were agreed to are not kept")
	}
	// The person takes it back.
	vote("score", "10", "comment", "Warm bread every day")
	if shown() {
		t.Error("taken back and still there")
	}
	// An unhappy answer is no praise, whatever is ticked.
	vote("score", "3", "comment", "Warm bread never", "praise", "1")
	if shown() {
		t.Error("an unhappy answer praises")
	}
	vote("score", "9", "comment", "Warm bread again", "praise", "1")
	// The shop leaves it off and puts it back; undo takes both back.
	api.Into(nil, 204, "PUT", "/praise/answers/1/hidden", "")
	if shown() {
		t.Error("left off and still there")
	}
	api.Into(nil, 204, "DELETE", "/praise/answers/1/hidden", "")
	if !shown() {
		t.Error("put back and gone")
	}
	api.Into(nil, 404, "PUT", "/praise/answers/99/hidden", "")
	// An objection ends it at once, reviews of theirs too.
	keep(api, `{"platform":"Google","stars":5,"words":"Warm bread here","customer_id":1,"praise":true}`)
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"survey","state":"objected","source":"phone"}`)
	if shown() {
		t.Error("objected and still there")
	}
	keep(api, `{"platform":"Yelp","stars":5,"author":"Zoe Lake","words":"Warm bread there","praise":true}`)
	if page := a.Browser().Get(public).Body; !strings.Contains(page, "Zoe") || strings.Contains(page, "Lake") {
		t.Error("a review stands with more than a first name, or not at all")
	}
	// The page can be shut, and given another address.
	var p review.PraisePage
	api.Into(&p, 200, "PUT", "/praise/page", `{"public":true,"renew":true}`)
	if p.Path == public || a.Browser().Get(public).Status != 404 || a.Browser().Get(p.Path).Status != 200 {
		t.Error("the old address opens it")
	}
	api.Into(&p, 200, "PUT", "/praise/page", `{"public":false}`)
	if p.Public || a.Browser().Get(p.Path).Status == 200 && p.Path != "" {
		t.Error("it is not shut")
	}
}

func TestErasedPraiseIsGone(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	keep(api, `{"platform":"Google","stars":5,"author":"Ada Field","words":"Warm bread","customer_id":1,"praise":true}`)
	public := wall(a, api)
	if r := api.Call("POST", "/customers/1/erasure", `{"confirm":"Ada Field"}`); r.Status != 200 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if strings.Contains(a.Browser().Get(public).Body, "Warm bread") || a.Count(`SELECT count(*) FROM review`) != 0 {
		t.Error("erased and still there")
	}
}

func TestPraisePagesAreGuarded(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	for _, p := range []string{"/praise", "/praise/print"} {
		if r := b.Get(p); r.Status != 200 {
			t.Errorf("%s: %d", p, r.Status)
		}
		if r := a.Browser().Get(p); r.Status == 200 {
			t.Errorf("%s without signing in", p)
		}
	}
	if r := b.Post("/praise/publish", "on", "1"); r.Status != 303 {
		t.Fatalf("%d", r.Status)
	}
	if r := a.Browser().Get("/s/praise/" + strings.Repeat("A", 22)); r.Status != 404 {
		t.Errorf("a guessed address: %d", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	sam.Get("/praise")
	if r := sam.Post("/praise/publish"); r.Status != 403 {
		t.Errorf("a member shuts the page: %d", r.Status)
	}
	if r := sam.Post(fmt.Sprintf("/praise/%d", 1), "hide", "1"); r.Status != 404 {
		t.Errorf("an answer that is not there: %d", r.Status)
	}
}

// run changes the database as no page does.
func run(a *apptest.App, query string) {
	a.T.Helper()
	if err := a.DB.Write(a.As(auth.System("shell")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	}); err != nil {
		a.T.Fatal(err)
	}
}

// Whoever reaches their own customers alone reads no praise of others, and
// leaves none off the wall. The public page is the same for everybody.
func TestPraiseOfOthersIsNotSeen(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","owner_id":1}`)
	api.Into(nil, 201, "POST", "/responses", `{"survey_id":1,"customer_id":1,"score":10,"comment":"Warm bread"}`)
	keep(api, `{"platform":"Google","stars":5,"author":"Zoe","words":"Crisp rolls","customer_id":1,"praise":true}`)
	run(a, `UPDATE survey_response SET praise = 1`)
	public := wall(a, api)
	a.Colleague(apptest.MemberEmail, "member")
	o := a.Owner()
	o.Get("/settings/roles")
	o.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", survey.Read, "allowed", survey.Ask)
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	for _, p := range []string{"/praise", "/praise/print"} {
		if r := sam.Get(p); r.Status != 200 || strings.Contains(r.Body, "Warm bread") || strings.Contains(r.Body, "Crisp rolls") {
			t.Errorf("%s shows others' praise: %d", p, r.Status)
		}
	}
	theirs := a.API(apptest.MemberEmail, "write")
	if r := theirs.Call("GET", "/praise", ""); r.Status != 200 || strings.Contains(r.Body, "Warm bread") || strings.Contains(r.Body, "Crisp rolls") {
		t.Errorf("the list shows others' praise: %d", r.Status)
	}
	theirs.Into(nil, 404, "PUT", "/praise/answers/1/hidden", "")
	sam.Get("/praise")
	if r := sam.Post("/praise/1", "hide", "1"); r.Status != 404 || a.Count(`SELECT count(*) FROM praise_hidden`) != 0 {
		t.Errorf("others' praise is left off: %d", r.Status)
	}
	if page := a.Browser().Get(public).Body + a.Owner().Get("/praise").Body; strings.Count(page, "Warm bread") != 2 || strings.Count(page, "Crisp rolls") != 2 {
		t.Error("the public page or the owner's lacks it")
	}
}

// Anybody may write at a poster: what is written there stands on the wall once a
// colleague puts it there, and waits again when its words change.
func TestPraiseOfPassersByWaits(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var p struct{ Path string }
	api.Into(&p, 201, "POST", "/posters", `{"kind":"poster","name":"Door","survey_id":1}`)
	public := wall(a, api)
	guest := a.Browser()
	say := func(words string) {
		t.Helper()
		m := hidden.FindStringSubmatch(guest.Get(p.Path).Body)
		if r := guest.Post(p.Path, "nonce", m[1], "version", "1", "score", "10", "comment", words, "praise", "1"); r.Status != 303 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	stands := func(words string) bool { return strings.Contains(a.Browser().Get(public).Body, words) }
	say("Warm bread")
	if stands("Warm bread") {
		t.Fatal("a passer-by publishes")
	}
	b := a.Owner()
	if page := b.Get("/praise").Body; !strings.Contains(page, "Warm bread") || !strings.Contains(page, "waits for you") {
		t.Error("nobody is told that it waits")
	}
	if r := b.Post("/praise/1"); r.Status != 303 || !stands("Warm bread") {
		t.Errorf("%d, or a colleague's yes changes nothing", r.Status)
	}
	say("Buy pills")
	if stands("Buy pills") {
		t.Error("other words stand under the same yes")
	}
}
