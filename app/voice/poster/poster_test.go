package poster_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// shop is the wired product with a survey and a way to make posters.
type shop struct {
	*apptest.App
	t   *testing.T
	api *apptest.API
}

func newShop(t *testing.T) *shop {
	a := apptest.New(t)
	return &shop{a, t, a.API("", "write")}
}

type made struct {
	ID      int64
	Path    string
	Version int64
}

func (s *shop) poster(kind, more string) made {
	s.t.Helper()
	var p made
	s.api.Into(&p, http.StatusCreated, http.MethodPost, "/posters", fmt.Sprintf(`{"kind":%q,"name":"Counter 2","survey_id":1,"place":"Counter 2"%s}`, kind, more))
	return p
}

var nonce = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

// say opens the page and answers.
func (s *shop) say(b *apptest.Browser, path string, pairs ...string) apptest.Answer {
	s.t.Helper()
	m := nonce.FindStringSubmatch(b.Get(path).Body)
	if m == nil {
		s.t.Fatal("no form at ", path)
	}
	return b.Post(path, append([]string{"nonce", m[1], "version", "1"}, pairs...)...)
}

func (s *shop) want(n int, sql string, args ...any) {
	s.t.Helper()
	if got := s.Count(sql, args...); got != n {
		s.t.Errorf("%d, want %d: %s", got, n, sql)
	}
}

// The way of a guest: scan, a low score, a name; a case with an owner, and
// somebody who says which customer it was. Undo takes that back.
func TestAGuestsLowAnswerBecomesTheCaseOfACustomer(t *testing.T) {
	s := newShop(t)
	s.api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Ines Calder","phones":["+44 117 496 0142"]}`)
	p := s.poster("poster", "")
	b := s.Browser()
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if r := b.Do(method, p.Path, "", nil); r.Status != 200 || len(r.Header.Values("Set-Cookie")) != 0 {
			t.Fatal(r.Status, r.Header)
		}
	}
	s.want(0, `SELECT count(*) FROM survey_response`)
	if r := s.say(b, p.Path, "score", "2", "guest_name", "Ines Calder", "guest_contact", "+44 117 496 0142"); r.Status != 422 || !strings.Contains(r.Body, "Please agree") {
		t.Fatal("kept without agreement", r.Status)
	}
	s.want(0, `SELECT count(*) FROM survey_response`)
	r := s.say(b, p.Path, "score", "2", "comment", "Cold coffee.", "guest_name", "Ines Calder", "guest_contact", "+44 117 496 0142", "guest_agreed", "1")
	if r.Status != http.StatusSeeOther {
		t.Fatal(r.Status, r.Body)
	}
	if page := b.Get(r.Location); !strings.Contains(page.Body, "Cold coffee.") {
		t.Error("the thank-you does not offer to change the answer")
	}
	s.Settle()
	s.want(1, `SELECT count(*) FROM survey_response WHERE channel = 'qr' AND poster_id = 1 AND customer_id IS NULL`)
	owner := s.Owner()
	if page := owner.Get("/feedback-cases/1"); !strings.Contains(page.Body, "Somebody at Counter 2") || !strings.Contains(page.Body, "117 496 0142") {
		t.Error("the case does not say where, or how to reach them")
	}
	for _, path := range []string{"/feedback-cases", "/feedback-cases?look=table", "/today", "/responses", "/posters", "/posters/1"} {
		if page := owner.Get(path); page.Status != 200 {
			t.Error(path, page.Status)
		}
	}
	if page := owner.Get("/posters/guests/1"); !strings.Contains(page.Body, "Same phone") {
		t.Error("the look-alike is not offered")
	}
	s.want(0, `SELECT count(*) FROM feedback_case WHERE customer_id IS NOT NULL`) // nobody is matched by itself
	if r := owner.Post("/posters/guests/1", "customer_id", "1"); r.Status != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	s.want(1, `SELECT count(*) FROM feedback_case k JOIN survey_response r ON r.id = k.response_id WHERE k.customer_id = 1 AND r.customer_id = 1`)
	if r := owner.Post("/posters/guests/1", "customer_id", "1"); r.Status == http.StatusSeeOther {
		t.Error("somebody was said to be two customers")
	}
	set := s.Count(`SELECT max(id) FROM journal_set WHERE op = 'poster.know'`)
	if r := owner.Post(fmt.Sprintf("/history/%d/undo", set)); r.Status != http.StatusSeeOther {
		t.Fatal("undo:", r.Status, r.Body)
	}
	s.want(1, `SELECT count(*) FROM feedback_case k JOIN survey_response r ON r.id = k.response_id WHERE k.customer_id IS NULL AND r.customer_id IS NULL`)
}

// One phone counts once in its time; another phone on the same Wi-Fi counts too,
// and without cookies the same page counts once.
func TestRepeatsAreFilteredByDeviceAndTime(t *testing.T) {
	s := newShop(t)
	p := s.poster("slip", "")
	one, other := s.Browser(), s.Browser()
	s.say(one, p.Path, "score", "9")
	s.say(one, p.Path, "score", "7")
	s.say(other, p.Path, "score", "3")
	s.want(2, `SELECT count(*) FROM survey_response`)
	s.want(1, `SELECT count(*) FROM survey_response WHERE score = 7 AND revision = 2`)
	s.Clock.Add(13 * time.Hour)
	s.say(one, p.Path, "score", "10")
	s.want(3, `SELECT count(*) FROM survey_response`)
	bare := s.Browser() // an app that drops cookies and says its origin is null
	bare.Header.Set("Origin", "null")
	bare.Header.Set("User-Agent", "Mozilla/5.0 (iPhone) MicroMessenger/8.0")
	m := nonce.FindStringSubmatch(bare.Get(p.Path).Body)
	for _, score := range []string{"5", "6"} {
		fresh := s.Browser()
		if r := fresh.Post(p.Path, "nonce", m[1], "version", "1", "score", score); r.Status != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
	}
	s.want(4, `SELECT count(*) FROM survey_response`)
	forged := s.Browser()
	forged.Header.Set("Cookie", "rg_p1=1.zzzz.forged")
	s.say(forged, p.Path, "score", "1")
	s.want(5, `SELECT count(*) FROM survey_response`)
}

// A tablet takes two hundred answers in a row, each once, but no two at a time.
func TestAKioskTakesOneAfterTheOther(t *testing.T) {
	s := newShop(t)
	p := s.poster("kiosk", "")
	b := s.Browser()
	for n := range 200 {
		s.Clock.Add(4 * time.Second)
		r := s.say(b, p.Path, "score", fmt.Sprint(n%11))
		if r.Status != http.StatusSeeOther {
			t.Fatal(n, r.Status)
		}
	}
	s.want(200, `SELECT count(*) FROM survey_response WHERE channel = 'kiosk'`)
	page := b.Get(p.Path + "?done=1&lang=en")
	if !strings.Contains(page.Header.Get("Refresh"), p.Path) || strings.Contains(page.Body, "checked") || strings.Contains(page.Body, "<textarea") {
		t.Error("the next person sees the answer of the last, or has to start again by hand")
	}
	if r := s.say(b, p.Path, "score", "1"); r.Status != http.StatusTooManyRequests {
		t.Error("two at once:", r.Status)
	}
	s.want(200, `SELECT count(*) FROM survey_response`)
}

// A widget can be framed by the sites it was made for and by no other; nothing
// else can be framed at all.
func TestAWidgetIsFramedByItsSitesOnly(t *testing.T) {
	s := newShop(t)
	p := s.poster("widget", `,"origins":["https://www.example.com","https://shop.example.org/"]`)
	r := s.Browser().Get(p.Path)
	csp := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "frame-ancestors 'self' https://www.example.com https://shop.example.org;") || r.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Error(csp)
	}
	plain := s.poster("poster", "")
	if csp := s.Browser().Get(plain.Path).Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Error(csp)
	}
	for _, bad := range []string{"https://x.example.com/path", "javascript:alert(1)", "https://a.example.com; script-src *", "*", "'none'", "https://*.example.com", "http://"} {
		r := s.api.Call(http.MethodPost, "/posters", fmt.Sprintf(`{"kind":"widget","name":"W","survey_id":1,"origins":[%q]}`, bad))
		if r.Status != http.StatusUnprocessableEntity {
			t.Error(bad, r.Status)
		}
	}
}

func TestWhatIsWrongClosedOrTooMuchIsRefused(t *testing.T) {
	s := newShop(t)
	p := s.poster("poster", "")
	for _, path := range []string{"/s/p/nothing", "/s/k/" + strings.TrimPrefix(p.Path, "/s/p/"), "/s/p/" + strings.Repeat("x", 4000)} {
		if r := s.Browser().Get(path); r.Status != http.StatusNotFound {
			t.Error(path[:12], r.Status)
		}
	}
	b := s.Browser()
	for _, bad := range [][]string{{"score", "11"}, {"score", "-1"}, {"score", "9; DROP"}, {"score", ""}, {"score", "9", "comment", strings.Repeat("x", 5001)}, {"score", "9", "nonce", "no"}} {
		if r := s.say(b, p.Path, bad...); r.Status < 400 && bad[len(bad)-1] != "no" {
			t.Error(bad[0], bad[1], r.Status)
		}
	}
	if r := b.Post(p.Path, "score", "9", "nonce", "forged.one"); r.Status != http.StatusUnprocessableEntity {
		t.Error("a forged form:", r.Status)
	}
	if r := s.api.Call(http.MethodPost, "/posters", `{"kind":"poster","name":"P","survey_id":99}`); r.Status != http.StatusUnprocessableEntity {
		t.Error(r.Status)
	}
	for range 120 {
		s.say(s.Browser(), p.Path, "score", "9")
	}
	if r := s.say(s.Browser(), p.Path, "score", "9"); r.Status != http.StatusTooManyRequests {
		t.Error("no end to answers from one address:", r.Status)
	}
	before := s.Count(`SELECT count(*) FROM survey_response`)
	s.api.Into(nil, http.StatusOK, http.MethodPatch, fmt.Sprintf("/posters/%d", p.ID), fmt.Sprintf(`{"version":%d,"active":false}`, p.Version))
	if r := s.Browser().Get(p.Path); r.Status != http.StatusGone {
		t.Error("switched off:", r.Status)
	}
	if r := s.Browser().Post(p.Path, "score", "9"); r.Status != http.StatusGone {
		t.Error(r.Status)
	}
	s.want(before, `SELECT count(*) FROM survey_response`)
	member := s.Colleague(apptest.MemberEmail, "member")
	sam := s.SignIn(member.Email, apptest.Password)
	if r := sam.Post("/posters", "kind", "poster", "name", "X", "survey_id", "1", "repeat_minutes", "0"); r.Status != http.StatusForbidden {
		t.Error("anybody makes posters:", r.Status)
	}
	if r := s.Browser().Get("/posters"); r.Status == http.StatusOK {
		t.Error("posters are shown without login")
	}
}

func TestAPosterIsPrintedInBothLanguagesAndRenewed(t *testing.T) {
	s := newShop(t)
	p := s.poster("poster", "")
	b := s.Owner()
	for size, words := range map[string]string{"a4": "扫一扫", "a6": "Scan and tell us", "slip": "扫一扫"} {
		if r := b.Get("/posters/1/print?size=" + size); r.Status != 200 || !strings.Contains(r.Body, words) || !strings.Contains(r.Body, "handbill "+size) {
			t.Error(size, r.Status)
		}
	}
	if r := b.Get("/posters/1/qr.svg"); r.Status != 200 || !strings.HasPrefix(r.Body, "<svg") || strings.Contains(r.Body, "script") {
		t.Error(r.Status)
	}
	b.Get("/posters/1")
	if r := b.Post("/posters/1/renew", "version", "1"); r.Status != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if r := s.Browser().Get(p.Path); r.Status != http.StatusNotFound {
		t.Error("a lost poster still works:", r.Status)
	}
	s.want(0, `SELECT count(*) FROM journal_change WHERE tbl = 'poster' AND data LIKE '%' || ? || '%'`, strings.TrimPrefix(p.Path, "/s/p/"))
}

// Where links do not open outside, every page of posters says so.
func TestPostersSayWhereTheirLinksOpen(t *testing.T) {
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=http://127.0.0.1:8080")
	a.Fill()
	b := a.Owner()
	for _, path := range []string{"/posters", "/posters/1", "/posters/1/print"} {
		if r := b.Get(path); r.Status != 200 || !strings.Contains(r.Body, "127.0.0.1:8080") {
			t.Errorf("%s: %d, and does not name the address", path, r.Status)
		}
	}
}
