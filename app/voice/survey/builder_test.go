package survey_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/voice/question"
)

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// builder is a browser on a survey's builder that knows which version it sees.
type builder struct {
	*apptest.Browser
	t *testing.T
}

func (b builder) version() string {
	b.t.Helper()
	m := versionField.FindStringSubmatch(b.Get("/surveys/1/edit?at=settings").Body)
	if m == nil {
		b.t.Fatal("the builder says no version")
	}
	return m[1]
}

// press is a button of the builder that works.
func (b builder) press(path string, pairs ...string) apptest.Answer {
	b.t.Helper()
	return b.Follow("/surveys/1"+path, append(pairs, "version", b.version())...)
}

// refused is one that does not.
func (b builder) refused(status int, path string, pairs ...string) apptest.Answer {
	b.t.Helper()
	r := b.Post("/surveys/1"+path, append(pairs, "version", b.version())...)
	if r.Status != status {
		b.t.Fatalf("POST %s %v: %d, want %d", path, pairs, r.Status, status)
	}
	return r
}

var lead = []string{"question_en", "How are we?", "question_zh-CN", "我们怎么样？", "low_en", "Bad", "low_zh-CN", "差", "high_en", "Good", "high_zh-CN", "好", "comment", "may"}

func TestASurveyIsBuiltWithoutAScript(t *testing.T) {
	a := apptest.New(t)
	b := builder{a.Owner(), t}
	for n, kind := range question.Kinds {
		page := b.press("/questions", "kind", kind)
		if !strings.Contains(page.Body, fmt.Sprintf(`/surveys/1/questions/q%d"`, n+1)) {
			t.Fatalf("%s: its form is not shown", kind)
		}
	}
	var s struct {
		Version   int64
		Draft     bool
		Questions question.List
	}
	api := a.API("", "write")
	api.Into(&s, 200, "GET", "/surveys/1", "")
	if len(s.Questions) != 0 || !s.Draft {
		t.Fatalf("a draft is asked: %+v", s)
	}
	page := b.press("/questions/q4", "text_en", "Which?", "text_zh-CN", "", "option", "o1", "option_en", "Tea", "option_zh-CN", "茶", "option", "o2", "option_en", "", "option_zh-CN", "",
		"option", "", "option_en", "Coffee", "option_zh-CN", "", "other", "1", "required", "1", "show", "score|lte", "show_value", "6", "show", "", "show_value", "",
		"jump", "q4|is|o1", "jump_value", "", "jump_to", "end")
	for _, want := range []string{`value="Tea"`, `value="Coffee"`, "Readers of this language see the other one", "Only if Score is at most 6", "No Chinese"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the saved question does not show %q", want)
		}
	}
	b.press("/questions/q4/move", "to", "up")
	b.press("/questions/q1/remove")
	b.press("/publication")
	s.Draft = false
	api.Into(&s, 200, "GET", "/surveys/1", "")
	q, _ := s.Questions.Find("q4")
	if len(s.Questions) != len(question.Kinds)-1 || s.Questions[1].Key != "q4" || len(q.Options) != 2 || q.Options[1].Key != "o3" || !q.Other || q.Show.Tests[0].Value != 6 || q.Jump[0].To != "end" || s.Draft {
		t.Fatalf("published: %+v", s.Questions)
	}
	// what was asked keeps its kind, and its key is never given away again
	page = b.press("/questions/q4", "kind", "number", "text_en", "Which one?", "option", "o1", "option_en", "Tea", "option_zh-CN", "茶", "option", "o3", "option_en", "Coffee", "option_zh-CN", "")
	if strings.Contains(page.Body, `name="kind"`) || !strings.Contains(page.Body, "its kind and its scale stay") {
		t.Error("the page offers another kind for what was asked")
	}
	b.press("/questions/q14/remove")
	b.press("/publication")
	if page = b.press("/questions", "kind", "short"); strings.Contains(page.Body, `/surveys/1/questions/q14"`) {
		t.Error("a published key was given away again")
	}
	// dropping goes back; what is wrong is told
	b.press("/draft/drop")
	b.refused(http.StatusConflict, "/publication")
	b.refused(http.StatusUnprocessableEntity, "/questions/q4", "text_en", "")
	b.refused(http.StatusUnprocessableEntity, "/questions/q4", "text_en", "Which?", "option", "o1", "option_en", "Tea", "option_zh-CN", "")
	b.refused(http.StatusUnprocessableEntity, "/questions/q5", "text_en", "Which?", "option", "o1", "option_en", "a", "option_zh-CN", "", "option", "o2", "option_en", "b", "option_zh-CN", "", "show", "q6|yes", "show_value", "")
	b.refused(http.StatusUnprocessableEntity, "/questions/q5", "text_en", "Which?", "option", "o1", "option_en", "a", "option_zh-CN", "", "option", "o2", "option_en", "b", "option_zh-CN", "", "show", "score|lte", "show_value", "many")
	b.refused(http.StatusNotFound, "/questions/nothing/move", "to", "up")
	b.refused(http.StatusUnprocessableEntity, "/questions", "kind", "poem")
}

func TestTwoEditorsOfASurveyMeet(t *testing.T) {
	a := apptest.New(t)
	b := builder{a.Owner(), t}
	b.press("/questions", "kind", "short")
	old := b.version()
	b.press("/questions/q1", "text_en", "First words", "text_zh-CN", "先")
	r := b.Post("/surveys/1/questions/q1", "text_en", "Second words", "text_zh-CN", "先", "version", old)
	if r.Status != http.StatusConflict || !strings.Contains(r.Body, "First words") || !strings.Contains(r.Body, "Second words") || !strings.Contains(r.Body, `name="_take.text_en"`) {
		t.Fatalf("%d: the two do not meet", r.Status)
	}
	now := versionField.FindStringSubmatch(r.Body)[1]
	page := b.Follow("/surveys/1/questions/q1", "text_en", "Second words", "text_zh-CN", "先", "_take.text_en", "theirs", "_theirs.text_en", "First words", "version", now)
	if !strings.Contains(page.Body, "First words") {
		t.Fatal("the other's words were not taken")
	}
	old = b.version()
	b.press("/lead", lead...)
	if r := b.Post("/surveys/1/lead", append(append([]string{}, lead...), "question_en", "And now?", "version", old)...); r.Status != http.StatusConflict {
		t.Fatalf("%d", r.Status)
	}
	if r := b.Post("/surveys/1", "name", "Another", "version", old); r.Status != http.StatusConflict || !strings.Contains(r.Body, `name="_take.name"`) {
		t.Fatalf("%d", r.Status)
	}
	for _, path := range []string{"/questions", "/questions/q1/move", "/questions/q1/remove", "/publication", "/draft/drop"} {
		if r := b.Post("/surveys/1"+path, "kind", "short", "to", "up", "version", old); r.Status != http.StatusConflict {
			t.Errorf("%s with an old version: %d", path, r.Status)
		}
	}
}

func TestOnlyLeadsBuildSurveys(t *testing.T) {
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	member, nobody := a.SignIn(apptest.MemberEmail, apptest.Password), a.Browser()
	for _, path := range []string{"/surveys/1/edit", "/surveys/new"} {
		if r := member.Get(path); r.Status != http.StatusForbidden {
			t.Errorf("a member reads %s: %d", path, r.Status)
		}
		if r := nobody.Get(path); r.Status != http.StatusSeeOther {
			t.Errorf("nobody reads %s: %d", path, r.Status)
		}
	}
	for _, path := range []string{"", "/lead", "/questions", "/questions/q1", "/questions/q1/move", "/questions/q1/remove", "/publication", "/draft/drop"} {
		if r := member.Post("/surveys/1"+path, "version", "1"); r.Status != http.StatusForbidden {
			t.Errorf("a member posts %s: %d", path, r.Status)
		}
	}
	if r := a.Owner().Post("/surveys/1/preview"); r.Status != http.StatusMethodNotAllowed && r.Status != http.StatusNotFound {
		t.Errorf("something was sent from the preview: %d", r.Status)
	}
	read := a.API(apptest.MemberEmail, "write")
	for _, call := range [][3]string{{"PUT", "/surveys/1/draft", `{"version":1,"document":{"texts":{"en":{"question":"x"}},"scored":true}}`}, {"POST", "/surveys/1/publication", `{"version":1}`}} {
		if r := read.Call(call[0], call[1], call[2]); r.Status != http.StatusForbidden {
			t.Errorf("a member calls %s: %d", call[1], r.Status)
		}
	}
	for _, path := range []string{"/surveys/1/versions", "/question-library"} {
		if r := a.Anonymous().Call("GET", path, ""); r.Status != http.StatusUnauthorized {
			t.Errorf("nobody calls %s: %d", path, r.Status)
		}
		if r := read.Call("GET", path, ""); r.Status != http.StatusOK {
			t.Errorf("a member calls %s: %d", path, r.Status)
		}
	}
}

func TestTheAPIBuildsASurvey(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var library struct{ Items question.List }
	api.Into(&library, 200, "GET", "/question-library", "")
	if len(library.Items) < 20 {
		t.Fatalf("%d ready questions", len(library.Items))
	}
	var many []string
	for n := range question.MaxQuestions {
		many = append(many, fmt.Sprintf(`{"key":"k%d","kind":"short","text":{"en":"<script>alert(%d)</script>"}}`, n, n))
	}
	document := func(list []string) string {
		return `{"version":1,"document":{"texts":{"en":{"question":"<b>Hi</b> {{.}}"}},"scored":true,"questions":[` + strings.Join(list, ",") + `]}}`
	}
	var v struct{ Version int64 }
	api.Into(&v, 200, "PUT", "/surveys/1/draft", document(many))
	if r := api.Call("PUT", "/surveys/1/draft", document(append(many, `{"key":"more","kind":"short","text":{"en":"x"}}`))); r.Status != 409 && r.Status != 422 {
		t.Fatalf("51 questions: %d", r.Status)
	}
	b := builder{a.Owner(), t}
	page := b.Get("/surveys/1/edit?at=k7")
	if page.Status != 200 || strings.Contains(page.Body, "<script>alert") || strings.Contains(page.Body, "<b>Hi") {
		t.Fatalf("%d: hostile words got through", page.Status)
	}
	api.Into(&v, 200, "POST", "/surveys/1/publication", `{"version":`+strconv.FormatInt(v.Version, 10)+`}`)
	var versions struct {
		Items []struct {
			Number, Answers int
			Document        struct{ Questions question.List }
		}
	}
	api.Into(&versions, 200, "GET", "/surveys/1/versions", "")
	if len(versions.Items) != 2 || versions.Items[0].Number != 2 || len(versions.Items[0].Document.Questions) != question.MaxQuestions || len(versions.Items[1].Document.Questions) != 0 {
		t.Fatalf("%+v", versions)
	}
	if page := b.Get("/surveys/1/versions"); page.Status != 200 || strings.Contains(page.Body, "<script>alert") {
		t.Fatalf("%d", page.Status)
	}
	if page := b.Get("/surveys/1/preview?in=zh-CN&band=high"); page.Status != 200 || strings.Contains(page.Body, `method="post" action="/s/`) {
		t.Fatalf("%d", page.Status)
	}
}

// A survey of fifteen questions of every kind comes to a phone in less than
// 30 kB with its stylesheet and script, and its words are apart where nothing
// but the text is shown.
func TestALongSurveyIsLight(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var list []string
	for n := range 15 {
		kind := question.Kinds[n%len(question.Kinds)]
		q := fmt.Sprintf(`{"key":"k%d","kind":%q,"text":{"en":"What do you think of part %d of our service?","zh-CN":"您怎么看我们服务的第%d部分？"}`, n, kind, n, n)
		switch kind {
		case question.Single, question.Multi, question.Ranking, question.Matrix:
			q += `,"options":[{"key":"a","text":{"en":"The first","zh-CN":"第一"}},{"key":"b","text":{"en":"The second","zh-CN":"第二"}},{"key":"c","text":{"en":"The third","zh-CN":"第三"}}]`
		}
		list = append(list, q+"}")
	}
	var v struct{ Version int64 }
	api.Into(&v, 200, "PUT", "/surveys/1/draft", `{"version":1,"document":{"texts":{"en":{"question":"How likely are you to recommend us?","low":"Never","high":"Always"},"zh-CN":{"question":"您愿意推荐我们吗？","low":"不会","high":"会"}},"scored":true,"questions":[`+strings.Join(list, ",")+`]}}`)
	api.Into(nil, 200, "POST", "/surveys/1/publication", `{"version":`+strconv.FormatInt(v.Version, 10)+`}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Inês Carvalho"}`)
	var i struct{ URL string }
	api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"link"}`)
	at, err := url.Parse(i.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := a.Browser()
	page := b.Get(at.Path)
	if n := strings.Count(page.Body, `class="q"`) + strings.Count(page.Body, "<fieldset"); page.Status != 200 || n < 15 || !strings.Contains(page.Body, `Never</span><span class="vh"> - </span>`) {
		t.Fatalf("%d: %d questions", page.Status, n)
	}
	sum := packed(t, page.Body)
	for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]+\.(?:css|js)[^"]*)"`).FindAllStringSubmatch(page.Body, -1) {
		file := b.Get(m[1])
		if file.Status != 200 {
			t.Fatalf("%s: %d", m[1], file.Status)
		}
		sum += packed(t, file.Body)
	}
	if t.Logf("%d bytes of page, %d with what it needs", len(page.Body), sum); sum > 30_000 {
		t.Errorf("%d bytes travel", sum)
	}
}

// packed is how many bytes a text is on the way.
func packed(t *testing.T, text string) int {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestReadySurveysFitEveryTrade(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		a := apptest.NewIn(t, locale)
		b := builder{a.Owner(), t}
		ready := regexp.MustCompile(`name="ready" value="([a-z]+)"`).FindAllStringSubmatch(b.Get("/surveys/new").Body, -1)
		if len(ready) != 9 {
			t.Fatalf("%s: %d ready surveys", locale, len(ready))
		}
		for _, m := range ready {
			page := b.Follow("/surveys", "ready", m[1])
			if page.Status != 200 || strings.Contains(page.Body, `class="gap"`) {
				t.Errorf("%s: %s begins with a missing text", locale, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`name="ready" value="([a-z_]+)"`).FindAllStringSubmatch(b.Get("/surveys/1/edit?at=add").Body, -1) {
			if page := b.press("/questions", "ready", m[1]); strings.Contains(page.Body, `class="gap"`) {
				t.Errorf("%s: %s has a missing text", locale, m[1])
			}
		}
		if n := a.Count(`SELECT count(*) FROM survey`); n != 11 {
			t.Errorf("%d surveys", n)
		}
	}
}

func TestADraftIsTakenBack(t *testing.T) {
	a := apptest.New(t)
	b := builder{a.Owner(), t}
	b.press("/questions", "kind", "short")
	var last int64
	if err := a.DB.Reader(t.Context()).Get(t.Context(), &last, `SELECT max(id) FROM journal_set WHERE op = 'survey.draft'`); err != nil {
		t.Fatal(err)
	}
	if r := b.Post(fmt.Sprintf("/history/%d/undo", last)); r.Status != http.StatusSeeOther {
		t.Fatalf("undo: %d %s", r.Status, r.Body)
	}
	if n := a.Count(`SELECT count(*) FROM survey WHERE id = 1 AND draft = ''`); n != 1 {
		t.Fatal("the draft is still there")
	}
}

func TestAnInterviewAsksEverything(t *testing.T) {
	a := apptest.New(t)
	b := builder{a.Owner(), t}
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Tom Okafor"}`)
	b.press("/questions", "ready", "wrong")
	b.press("/questions/wrong", "text_en", "What was wrong?", "text_zh-CN", "怎么了？", "option", "late", "option_en", "Late", "option_zh-CN", "慢", "option", "price", "option_en", "Price", "option_zh-CN", "价格",
		"required", "1", "show", "score|lte", "show_value", "6")
	b.press("/publication")
	page := b.Get("/responses/new?customer=1&survey=1")
	if page.Status != 200 || !strings.Contains(page.Body, "marked as assisted") || !strings.Contains(page.Body, `data-key="wrong"`) {
		t.Fatalf("%d: the interview lacks the further question", page.Status)
	}
	form := []string{"customer_id", "1", "survey_id", "1", "version", "2", "score", "3"}
	if page = b.Post("/responses", form...); page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, "a little more to ask") || !strings.Contains(page.Body, "checked") {
		t.Fatalf("%d: what the score brings up is not asked", page.Status)
	}
	if n := a.Count(`SELECT count(*) FROM survey_response`); n != 0 {
		t.Fatal("half an interview was kept")
	}
	if page = b.Post("/responses", append(form, "asked", "wrong", "q.wrong", "late")...); page.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	if n := a.Count(`SELECT count(*) FROM survey_answer w JOIN survey_response r ON r.id = w.response_id WHERE w.choice = 'late' AND r.channel = 'staff' AND r.survey_version = 2`); n != 1 {
		t.Fatal("the interview was not kept")
	}
}
