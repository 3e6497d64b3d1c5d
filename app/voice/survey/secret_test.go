package survey_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/voice/survey"
)

var formIn = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

// secretShop is one with an anonymous survey of a score, a comment and a choice,
// and so many customers who were asked it.
type secretShop struct {
	*apptest.App
	api    *apptest.API
	survey int64
	links  []string
}

func newSecretShop(t *testing.T, people int) secretShop {
	a := apptest.New(t)
	h := secretShop{App: a, api: a.API("", "write")}
	var v survey.Object
	h.api.Into(&v, 201, "POST", "/surveys", `{"name":"Frankly","kind":"custom","texts":{"en":{"question":"How is it to buy here?"}},
		"questions":[{"key":"why","kind":"single","text":{"en":"Why?"},"options":[{"key":"price","text":{"en":"Price"}},{"key":"people","text":{"en":"People"}}]}]}`)
	h.survey = v.ID
	h.api.Into(&v, 200, "POST", fmt.Sprintf("/surveys/%d/anonymity", v.ID), fmt.Sprintf(`{"version":%d}`, v.Version))
	if !v.Anonymous {
		t.Fatal("the survey is not anonymous")
	}
	for n := range people {
		h.api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Person %d"}`, n+1))
		var i struct{ URL string }
		h.api.Into(&i, 201, "POST", "/invitations", fmt.Sprintf(`{"survey_id":%d,"customer_id":%d,"channel":"link"}`, h.survey, n+1))
		h.links = append(h.links, i.URL[strings.Index(i.URL, "/s/"):])
	}
	return h
}

// answer gives one on the page behind a link.
func (h secretShop) answer(at string, score int, words string) apptest.Answer {
	h.T.Helper()
	b := h.Browser()
	m := formIn.FindStringSubmatch(b.Get(at).Body)
	if m == nil {
		h.T.Fatalf("%s shows no form", at)
	}
	return b.Post(at, "nonce", m[1], "version", "1", "score", fmt.Sprint(score), "comment", words, "asked", "why", "q.why", "price", "praise", "1")
}

func TestAnAnonymousAnswerLeadsToNobody(t *testing.T) {
	h := newSecretShop(t, 6)
	before := h.tables()
	for n, at := range h.links[:4] {
		if r := h.answer(at, n, fmt.Sprintf("zebra%d words", n)); r.Status != 303 || strings.Contains(r.Header.Get("Location"), "band") {
			t.Fatalf("%d %s", r.Status, r.Header.Get("Location"))
		}
	}
	if n := h.Count(`SELECT count(*) FROM survey_anonymous WHERE answers LIKE '%price%' AND language = '' AND day = date(day, 'weekday 0', '-6 days') AND placed = 0`); n != 4 {
		t.Fatalf("%d answers in the box", n)
	}
	// Nothing but the box and the ballots has changed: no answer of a customer, no
	// event, no journal, no trace, no case, no task, no message, no timeline.
	for table, n := range h.tables() {
		want := before[table]
		if table == "survey_anonymous" || table == "survey_ballot" {
			want += 4
		}
		if n != want {
			t.Errorf("%s has %d rows, had %d", table, n, before[table])
		}
	}
	// A second look, a second press and a changed mind change nothing and show nothing.
	page := h.Browser().Get(h.links[0])
	if strings.Contains(page.Body, "zebra0") || formIn.MatchString(strings.Split(page.Body, "<details")[0]) {
		t.Error("the answer is shown or can be given again")
	}
	if r := h.Browser().Post(h.links[0], "nonce", "x", "version", "1", "score", "9"); r.Status != 200 {
		t.Errorf("%d", r.Status)
	}
	if h.Count(`SELECT count(*) FROM survey_anonymous`) != 4 {
		t.Error("somebody voted twice")
	}
	// Four are too few to be told of.
	h.Pass(26 * time.Hour)
	if n := h.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'answered'`); n != 0 {
		t.Errorf("%d are told of, fewer than five", n)
	}
	h.answer(h.links[5], 9, "zebra5")
	h.Pass(26 * time.Hour)
	if n := h.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'answered'`); n != 5 {
		t.Errorf("%d of five are told of", n)
	}
	if n := h.Count(`SELECT count(DISTINCT answered_at) + count(DISTINCT updated_at) + count(DISTINCT sent_at) FROM survey_invitation WHERE state = 'answered'`); n != 3 && n != 2+5 {
		t.Errorf("%d different times of those who answered", n)
	}
	if n := h.Count(`SELECT count(DISTINCT answered_at) FROM survey_invitation WHERE state = 'answered'`); n != 1 {
		t.Errorf("the batch has %d times", n)
	}
	if h.Count(`SELECT count(*) FROM survey_ballot`) != 0 {
		t.Error("ballots of those who are told of")
	}
	if page := h.Browser().Get(h.links[5]); page.Status != 200 || formIn.MatchString(strings.Split(page.Body, "<details")[0]) {
		t.Error("whoever is told of may vote again")
	}
	// The history holds no word and cannot take the batch back.
	set := h.Count(`SELECT id FROM journal_set WHERE op = 'survey.flush' ORDER BY id DESC LIMIT 1`)
	if set == 0 {
		t.Fatal("no batch in the history")
	}
	if h.Count(`SELECT count(*) FROM journal_change WHERE data LIKE '%zebra%'`)+h.Count(`SELECT count(*) FROM event WHERE data LIKE '%zebra%'`)+
		h.Count(`SELECT count(*) FROM search_doc WHERE words LIKE '%zebra%'`)+h.Count(`SELECT count(*) FROM timeline_entry WHERE coalesce(words, '') LIKE '%zebra%'`) != 0 {
		t.Error("words of an anonymous answer stand elsewhere")
	}
	b := h.Owner()
	b.Get("/settings/history")
	if r := b.Post(fmt.Sprintf("/settings/history/%d/undo", set)); r.Status == 303 && h.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'answered'`) != 5 {
		t.Error("the batch was taken back")
	}
}

// tables counts the rows of every table that could tell on somebody.
func (h secretShop) tables() map[string]int {
	out := map[string]int{}
	for _, table := range []string{"survey_anonymous", "survey_ballot", "survey_response", "survey_answer", "survey_trace", "event", "journal_set", "journal_change", "timeline_entry",
		"feedback_case", "task", "outbox", "throttle", "search_doc", "notification", "idempotency", "topic_due", "poster_guest"} {
		out[table] = h.Count("SELECT count(*) FROM " + table)
	}
	return out
}

// Neither the order of rows nor times nor the bytes of the file bring an answer
// and a person together.
func TestTheOrderOfRowsTellsNothing(t *testing.T) {
	h := newSecretShop(t, 24)
	for n, at := range h.links {
		h.answer(at, n%11, fmt.Sprintf("n%02d", n))
	}
	if h.Count(`SELECT count(*) FROM sqlite_master WHERE name IN ('survey_anonymous', 'survey_ballot') AND sql LIKE '%WITHOUT ROWID%'`) != 2 {
		t.Error("rows lie in the order in which they came")
	}
	// Kendall's tau between the order of arrival and the order of the keys.
	agree := h.Count(`SELECT count(*) FROM survey_anonymous x JOIN survey_anonymous y ON y.key > x.key AND y.comment > x.comment`)
	if pairs := 24 * 23 / 2; agree < pairs/5 || agree > 4*pairs/5 {
		t.Errorf("the keys follow the order of arrival: %d of %d pairs", agree, pairs)
	}
	if n := h.Count(`SELECT count(DISTINCT day) FROM survey_anonymous`); n != 1 {
		t.Errorf("%d days", n)
	}
	// No file of the shop holds who looked: neither agent nor address.
	for _, name := range []string{"regulars.db", "regulars.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(h.Config.DataDir, name))
		if err == nil && (strings.Contains(string(raw), "Mozilla") || strings.Contains(string(raw), "203.0.113.9")) {
			t.Errorf("%s holds who looked", name)
		}
	}
}

func TestAnonymityIsForEver(t *testing.T) {
	h := newSecretShop(t, 1)
	at := fmt.Sprintf("/surveys/%d", h.survey)
	set := h.Count(`SELECT id FROM journal_set WHERE op = 'survey.anonymous'`)
	if r := h.api.Call("POST", fmt.Sprintf("/history/%d/undo", set), ""); r.Status < 400 {
		t.Errorf("undone: %d", r.Status)
	}
	if h.Count(`SELECT anonymous FROM survey WHERE id = ?`, h.survey) != 1 {
		t.Fatal("it is not anonymous any more")
	}
	// No other way takes an answer: not a colleague, not a file, not the API.
	h.api.Into(nil, http.StatusConflict, "POST", "/responses", fmt.Sprintf(`{"survey_id":%d,"customer_id":1,"score":3}`, h.survey))
	// A survey that was used cannot become it, nor for whoever may not write.
	h.api.Into(nil, 201, "POST", "/responses", `{"survey_id":1,"customer_id":1,"score":9}`)
	var v survey.Object
	h.api.Into(&v, 200, "GET", "/surveys/1", "")
	h.api.Into(nil, http.StatusConflict, "POST", "/surveys/1/anonymity", fmt.Sprintf(`{"version":%d}`, v.Version))
	h.Colleague(apptest.MemberEmail, "member")
	sam := h.SignIn(apptest.MemberEmail, apptest.Password)
	sam.Get("/surveys")
	if r := sam.Post(at+"/anonymity", "version", "1"); r.Status != 403 {
		t.Errorf("a member: %d", r.Status)
	}
	if r := h.Browser().Post(at+"/anonymity", "version", "1"); r.Status < 300 {
		t.Errorf("nobody: %d", r.Status)
	}
	b := h.Owner()
	if page := b.Get(at + "/edit?at=settings"); page.Status != 200 || !strings.Contains(page.Body, "anonymous, for ever") {
		t.Errorf("%d", page.Status)
	}
}

func TestWhoWantsToTalkIsHeardWithoutTheirAnswer(t *testing.T) {
	h := newSecretShop(t, 1)
	h.answer(h.links[0], 0, "terrible")
	if h.Count(`SELECT count(*) FROM feedback_case`) != 0 {
		t.Fatal("an anonymous answer opened a case")
	}
	b := h.Browser()
	page := b.Get(h.links[0] + "?done=1").Body
	m := formIn.FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, "/talk") {
		t.Fatal("nobody is offered to talk")
	}
	if r := b.Post(h.links[0]+"/talk", "nonce", m[1], "words", "Please ring me"); r.Status != 200 {
		t.Fatalf("%d", r.Status)
	}
	if h.Count(`SELECT count(*) FROM feedback_case WHERE customer_id = 1 AND response_id IS NULL AND score = -1`) != 1 ||
		h.Count(`SELECT count(*) FROM feedback_event WHERE note LIKE '%terrible%'`) != 0 {
		t.Error("the case knows the answer, or there is none")
	}
	for n := range 4 {
		r := b.Post(h.links[0]+"/talk", "nonce", m[1], "words", fmt.Sprintf("More %d", n))
		kept := h.Count(`SELECT count(*) FROM feedback_event WHERE note = ?`, fmt.Sprintf("More %d", n)) > 0
		if kept != (r.Status == 200) || strings.Contains(r.Body, "will get in touch") != kept {
			t.Errorf("%d: %d, kept: %v", n, r.Status, kept)
		}
	}
	if r := b.Post(h.links[0]+"/talk", "nonce", "forged", "words", "x"); r.Status < 400 {
		t.Errorf("a forged form: %d", r.Status)
	}
}

func TestAnonymousAtAPoster(t *testing.T) {
	h := newSecretShop(t, 0)
	var p struct{ Path string }
	h.api.Into(&p, 201, "POST", "/posters", fmt.Sprintf(`{"kind":"poster","name":"Door","survey_id":%d}`, h.survey))
	b := h.Browser()
	m := formIn.FindStringSubmatch(b.Get(p.Path).Body)
	if m == nil {
		t.Fatal("no form")
	}
	pairs := []string{"nonce", m[1], "version", "1", "score", "8", "asked", "why", "guest_name", "Ada", "guest_contact", "0117 496 0142", "guest_agreed", "1"}
	if r := b.Post(p.Path, pairs...); r.Status != 303 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r := h.Browser().Post(p.Path, pairs...); r.Status != 303 { // the same showing from a device without cookies
		t.Fatalf("%d", r.Status)
	}
	if n := h.Count(`SELECT count(*) FROM survey_anonymous`); n != 1 || h.Count(`SELECT (SELECT count(*) FROM poster_guest) + (SELECT count(*) FROM survey_response)`) != 0 {
		t.Errorf("%d answers, or a guest is kept", n)
	}
	if page := b.Get(p.Path).Body; formIn.MatchString(strings.Split(page, "<details")[0]) {
		t.Error("the same device may answer again at once")
	}
	page := b.Get(p.Path + "?done=1").Body
	m = formIn.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("nobody is offered to talk")
	}
	if r := b.Post(p.Path+"/talk", "nonce", m[1], "guest_contact", "0117 496 0142"); r.Status != 422 {
		t.Errorf("without having agreed: %d", r.Status)
	}
	if r := b.Post(p.Path+"/talk", "nonce", m[1], "guest_contact", "0117 496 0142", "guest_agreed", "1", "words", "Ring me"); r.Status != 200 || h.Count(`SELECT count(*) FROM feedback_case WHERE customer_id IS NULL`) != 1 {
		t.Errorf("%d", r.Status)
	}
	// Their number stands with the case, in no free text, and hidden from whoever
	// sees no details.
	if n := h.Count(`SELECT (SELECT count(*) FROM feedback_event WHERE note LIKE '%496%') + (SELECT count(*) FROM event WHERE data LIKE '%496%')
		+ (SELECT count(*) FROM timeline_entry WHERE words || data LIKE '%496%')`); n != 0 || h.Count(`SELECT count(*) FROM feedback_caller WHERE phone = '0117 496 0142'`) != 1 {
		t.Errorf("the number is in %d texts, or not with the case", n)
	}
	h.Colleague(apptest.MemberEmail, "member")
	if err := h.DB.Write(h.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO role_permission (role, permission, allowed) VALUES ('member', 'detail.read', 0)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if page := h.Owner().Get("/feedback-cases/1"); !strings.Contains(page.Body, "0117 496 0142") {
		t.Errorf("%d: the owner does not see the number", page.Status)
	}
	if page := h.SignIn(apptest.MemberEmail, apptest.Password).Get("/feedback-cases/1"); strings.Contains(page.Body, "496 0142") {
		t.Errorf("%d: a masked role sees the number", page.Status)
	}
	wish := func(nonce string) int {
		return b.Post(p.Path+"/talk", "nonce", nonce, "guest_contact", "0117 496 0142", "guest_agreed", "1", "words", "Ring me").Status
	}
	if wish(m[1]) != 200 || h.Count(`SELECT count(*) FROM feedback_case`) != 1 {
		t.Error("a second press opens a second case")
	}
	last := 0
	for range 14 {
		last = wish(formIn.FindStringSubmatch(b.Get(p.Path + "?done=1").Body)[1])
	}
	if n := h.Count(`SELECT count(*) FROM feedback_case`); last != 429 || n != 10 {
		t.Errorf("%d cases from one poster in an hour, then %d", n, last)
	}
}

// When a survey ends with fewer than five who voted, nobody is told of, then or
// later; whoever voted cannot vote again while their link still opens the page.
func TestFewerThanFiveAreNeverToldOf(t *testing.T) {
	h := newSecretShop(t, 6)
	told := func() int { return h.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'answered'`) }
	for n := range 4 {
		h.answer(h.links[n], 3, "few")
	}
	active := func(on bool) {
		t.Helper()
		var v survey.Object
		h.api.Into(&v, 200, "GET", fmt.Sprintf("/surveys/%d", h.survey), "")
		h.api.Into(nil, 200, "PATCH", fmt.Sprintf("/surveys/%d", h.survey), fmt.Sprintf(`{"version":%d,"active":%t}`, v.Version, on))
	}
	active(false)
	h.Pass(26 * time.Hour)
	if told() != 0 {
		t.Fatalf("%d of four are told of at the end", told())
	}
	if r := h.Browser().Get(h.links[0]); formIn.MatchString(strings.Split(r.Body, "<details")[0]) || h.Count(`SELECT count(*) FROM survey_ballot`) != 4 {
		t.Error("whoever voted may vote again")
	}
	before := h.Count(`SELECT count(*) FROM journal_set WHERE op = 'survey.flush'`)
	for range 13 {
		h.Pass(6 * 24 * time.Hour)
	}
	if told() != 0 || h.Count(`SELECT count(*) FROM survey_ballot`) != 0 {
		t.Errorf("%d told of, %d ballots when the links have run out", told(), h.Count(`SELECT count(*) FROM survey_ballot`))
	}
	if h.Count(`SELECT count(DISTINCT state) FROM survey_invitation`) != 1 || h.Count(`SELECT count(*) FROM journal_set WHERE op = 'survey.flush'`) != before {
		t.Error("who voted and who did not look different, or the history says that somebody did")
	}
	active(true)
	h.Pass(26 * time.Hour)
	if told() != 0 {
		t.Error("told of when it was switched on again")
	}
}
