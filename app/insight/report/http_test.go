package report_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/report"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
)

const lead = "lead@example.com"

// shop is one with two teams, whose answers of February fell and those of the
// month before did not. The clock shows the first of March.
type shop struct {
	*apptest.App
	api   *apptest.API
	north int64
}

func newShop(t *testing.T, locale string) *shop {
	t.Helper()
	s := &shop{App: apptest.NewIn(t, locale, func(c *config.Config) { c.BaseURL = "https://shop.example.com" })}
	s.api = s.App.API("", "write")
	s.Clock.Set(time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC))
	var north, south struct{ ID int64 }
	s.api.Into(&north, 201, "POST", "/teams", `{"name":"North"}`)
	s.api.Into(&south, 201, "POST", "/teams", `{"name":"South"}`)
	s.north = north.ID
	mei := s.Colleague(lead, "manager")
	tom := s.Colleague("tom@example.com", "manager")
	s.exec(fmt.Sprintf(`UPDATE user SET team_id = %d, name = 'Lea North' WHERE id = %d`, north.ID, mei.ID))
	s.exec(fmt.Sprintf(`UPDATE user SET team_id = %d WHERE id = %d`, south.ID, tom.ID))
	s.exec(`UPDATE role SET reach = 'team' WHERE name = 'manager'`)
	s.exec(`UPDATE role SET reach = 'own' WHERE name = 'member'`)
	s.exec(`DELETE FROM topic`)
	s.exec(`INSERT INTO topic (id, name_en, name_zh, words, active, created_at, updated_at) VALUES (1, 'Waiting', '等待', 'wait', 1, 1, 1)`)
	for i, owner := range []any{mei.ID, tom.ID} {
		s.exec(`INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (?1, 'person', ?2, ?2, ?2, ?3, 1, 1)`, i+1, fmt.Sprint("C", i+1), owner)
	}
	january, february := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC), time.Date(2026, 2, 10, 12, 0, 0, 0, time.UTC)
	for i := range 60 {
		s.answer(1, 1+i%2, []int{9, 10, 9, 8}[i%4], "email", "", january)
		s.answer(1, 1+i%2, []int{9, 3, 5, 8}[i%4], "email", map[bool]string{true: "A long wait", false: ""}[i%4 == 1], february)
		s.answer(1, 1, 10, []string{"staff", "import"}[i%2], "", february)
	}
	for range 3 {
		s.answer(2, 1, 5, "link", "", february)
	}
	for i := range 3 {
		at := db.At(february)
		s.exec(`INSERT INTO feedback_case (customer_id, owner_id, state, kind, score, opened_at, clock_at, due_at, respond_by, resolve_by, created_at, updated_at)
			VALUES (?1, 1, 'new', 'nps', 3, ?2, ?2, ?2, ?2, ?2, ?2, ?2)`, 1+i%2, at)
	}
	return s
}

func (s *shop) exec(query string, args ...any) {
	s.T.Helper()
	if err := s.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		s.T.Fatal(err)
	}
}

// answer puts one answer into the shop, and one more invitation for a link.
func (s *shop) answer(survey, customer, score int, channel, words string, at time.Time) {
	s.T.Helper()
	s.exec(`INSERT INTO survey_response (survey_id, customer_id, score, comment, channel, answered_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 1, 1)`,
		survey, customer, score, words, channel, db.At(at))
	if words != "" {
		s.exec(`INSERT INTO topic_hit (topic_id, response_id, word) SELECT 1, max(id), 'wait' FROM survey_response`)
	}
}

func (s *shop) run() {
	s.T.Helper()
	if err := s.Reports().Run(context.Background()); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) made() int {
	return s.Count(`SELECT count(*) FROM satisfaction_report WHERE team_id IS NULL`)
}
func (s *shop) mails() int { return s.Count(`SELECT count(*) FROM outbox WHERE purpose = 'staff'`) }

// listed is how many records the page behind a number shows.
func (s *shop) listed(rows string) int {
	s.T.Helper()
	u, err := url.Parse(rows)
	if err != nil || rows == "" {
		s.T.Fatalf("%q leads nowhere: %v", rows, err)
	}
	q := u.Query()
	q.Del("look")
	q.Set("count", "true")
	q.Set("limit", "1")
	var list struct{ Total int }
	s.api.Into(&list, 200, "GET", u.Path+"?"+q.Encode(), "")
	return list.Total
}

func TestAReportSaysWhatIsRealAndOpensItsRows(t *testing.T) {
	s := newShop(t, "en")
	var r report.Object
	s.api.Into(&r, 201, "POST", "/satisfaction-reports", `{"kind":"monthly"}`)
	if !r.ByHand || r.TeamID != nil || r.Since != "2026-01-31" || r.Until != "2026-03-01" || r.Figures.Before != "2026-01-01" {
		t.Fatalf("%+v", r)
	}
	f := r.Figures
	nps, csat := f.Surveys[0], f.Surveys[1]
	if nps.ID != 1 {
		nps, csat = csat, nps
	}
	if nps.Score.N != 60 || nps.Given.N != 60 || nps.Score.Value != -25 || !nps.Score.Interval || nps.Score.Trust != "ok" {
		t.Errorf("the score is %+v of %d", nps.Score, nps.Given.N)
	}
	if c := nps.Change; c == nil || c.Verdict != "likely_real" || c.Method != "nps" || c.Delta != -100 || c.P > .001 {
		t.Errorf("the fall is %+v", nps.Change)
	}
	if csat.Score.N != 3 || csat.Score.Trust != "too_few" || csat.Score.Value != 0 || csat.Change != nil {
		t.Errorf("three answers show %+v", csat.Score)
	}
	if len(nps.Beside) != 2 || nps.Beside[0].N != 30 || len(f.Themes) != 1 || f.Themes[0].Unhappy.N != 15 || f.Cases.Open.N != 3 || f.Cases.Late.N != 3 || f.Cases.Waiting.N != 3 {
		t.Errorf("beside %+v, themes %+v, cases %+v", nps.Beside, f.Themes, f.Cases)
	}
	for name, one := range map[string]report.Number{"score": {N: nps.Score.N, Rows: nps.Score.Rows}, "before": {N: nps.Before.N, Rows: nps.Before.Rows}, "given": nps.Given, "asked": nps.Asked,
		"staff": nps.Beside[0].Number, "theme": f.Themes[0].All, "unhappy": f.Themes[0].Unhappy, "open": f.Cases.Open, "late": f.Cases.Late, "waiting": f.Cases.Waiting,
		"opened": f.Cases.Opened, "recovered": f.Recovery.Recovered, "rechecked": f.Recovery.Rechecked} {
		if n := s.listed(one.Rows); n != one.N {
			t.Errorf("%s is %d and opens %d: %s", name, one.N, n, one.Rows)
		}
	}
	var keys []string
	for _, step := range f.Steps {
		keys = append(keys, step.Key)
	}
	if got := strings.Join(keys, " "); got != "waiting late fell assign improve ask" {
		t.Errorf("next is %s", got)
	}
	// Whatever comes later, the report stands.
	s.exec(`UPDATE survey_response SET score = 10`)
	var again report.Object
	s.api.Into(&again, 200, "GET", fmt.Sprintf("/satisfaction-reports/%d", r.ID), "")
	if again.Figures.Surveys[0].Score != f.Surveys[0].Score || again.Figures.Surveys[1].Score != f.Surveys[1].Score {
		t.Error("the figures were counted again")
	}
	page := s.Owner().Get(fmt.Sprintf("/satisfaction-reports/%d", r.ID)).Body
	for _, want := range []string{"-100: likely real", "z test of two NPS", "3 cases have had no first reply", "Too few to act on", "15 of 15 unhappy", "Apart", "no team looks after it"} {
		if !strings.Contains(strings.ReplaceAll(page, "−", "-"), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// broken fails the first commit that makes a report, as a kill would.
type broken struct{ left int }

func (b *broken) Begin(context.Context, *db.Tx) error { return nil }

func (b *broken) Commit(ctx context.Context, tx *db.Tx) error {
	var n int
	if err := tx.Get(ctx, &n, `SELECT count(*) FROM satisfaction_report`); err != nil || n == 0 || b.left == 0 {
		return err
	}
	b.left--
	return errors.New("killed")
}

func TestAReportComesOncePerOccasionAndNotInPiles(t *testing.T) {
	s := newShop(t, "en")
	b := s.Owner()
	b.Get("/settings/satisfaction-report")
	if r := b.Post("/settings/satisfaction-report", "rhythm", "monthly", "weekday", "1", "day", "2", "recipients", "1", "recipients", "2"); r.Status != http.StatusSeeOther {
		t.Fatalf("settings: %d %s", r.Status, r.Body)
	}
	s.run()
	if s.made() != 0 {
		t.Fatal("a report from before the decision")
	}
	s.Clock.Set(time.Date(2026, 3, 2, 6, 59, 0, 0, time.UTC))
	s.run()
	if s.made() != 0 {
		t.Fatal("too early")
	}
	s.Clock.Set(time.Date(2026, 3, 2, 7, 1, 0, 0, time.UTC))
	kill := &broken{left: 1}
	s.DB.Hook(kill)
	if err := s.Reports().Run(context.Background()); err == nil || s.made() != 0 || s.mails() != 0 {
		t.Fatalf("a kill leaves %d reports and %d mails: %v", s.made(), s.mails(), err)
	}
	for range 3 {
		s.run()
		if s.made() != 1 || s.mails() != 2 || s.Count(`SELECT count(*) FROM satisfaction_report`) != 3 {
			t.Fatalf("%d reports, %d mails", s.made(), s.mails())
		}
	}
	if n := s.Count(`SELECT count(*) FROM outbox WHERE user_id = 1 AND subject LIKE 'Satisfaction report: February%' AND payload LIKE '%https://shop.example.com/satisfaction-reports/%' AND payload LIKE '%likely real%' AND payload LIKE '%60 answers%'`); n != 1 {
		t.Error("the owner's mail does not hold the whole shop's numbers")
	}
	if n := s.Count(`SELECT count(*) FROM outbox WHERE user_id = 2 AND payload LIKE '%customers of North%' AND payload LIKE '%30 answers%' AND payload NOT LIKE '%60 answers%'`); n != 1 {
		t.Error("the lead's mail does not hold the team's numbers")
	}
	s.Clock.Set(time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)) // the clock goes back
	s.run()
	s.Clock.Set(time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)) // and four months pass
	s.run()
	if s.made() != 2 || s.mails() != 4 || s.Count(`SELECT count(*) FROM satisfaction_report WHERE slot = '2026-06'`) != 3 {
		t.Errorf("after an absence %d reports, %d mails", s.made(), s.mails())
	}
	b = s.Owner() // the session of March is over
	b.Get("/settings/satisfaction-report")
	b.Post("/settings/satisfaction-report", "rhythm", "", "weekday", "1", "day", "2")
	s.Clock.Set(time.Date(2026, 9, 20, 9, 0, 0, 0, time.UTC))
	s.run()
	if s.made() != 2 {
		t.Error("a report although they are off")
	}
}

func TestMailHoldsTheNumbersInTheReadersLanguage(t *testing.T) {
	s := newShop(t, "zh-CN")
	s.api.Into(nil, 200, "PATCH", "/settings/satisfaction-report", `{"rhythm":"weekly","weekday":1,"recipients":[1]}`)
	s.Clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	s.run()
	if n := s.Count(`SELECT count(*) FROM outbox WHERE subject LIKE '满意度报告%' AND payload LIKE '%3 个投诉还没人回应%' AND payload LIKE '%接下来做什么%'`); n != 1 {
		t.Error("the mail is not Chinese")
	}
}

func TestTeamsSeeTheirOwnReportsOnly(t *testing.T) {
	s := newShop(t, "en")
	s.Colleague(apptest.MemberEmail, "member")
	s.api.Into(nil, 200, "PATCH", "/settings/satisfaction-report", `{"rhythm":"monthly","day":1}`)
	s.Clock.Set(time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC))
	s.run()
	var all struct{ Items []report.Object }
	s.api.Into(&all, 200, "GET", "/satisfaction-reports", "")
	if len(all.Items) != 3 {
		t.Fatalf("%+v", all.Items)
	}
	lea, member := s.App.API(lead, "write"), s.App.API(apptest.MemberEmail, "write")
	var theirs struct{ Items []report.Object }
	lea.Into(&theirs, 200, "GET", "/satisfaction-reports", "")
	if len(theirs.Items) != 1 || theirs.Items[0].TeamID == nil || *theirs.Items[0].TeamID != s.north {
		t.Fatalf("the lead sees %+v", theirs.Items)
	}
	b := s.SignIn(lead, apptest.Password)
	for _, r := range all.Items {
		want := http.StatusNotFound
		if r.TeamID != nil && *r.TeamID == s.north {
			want = http.StatusOK
		}
		path := fmt.Sprintf("/satisfaction-reports/%d", r.ID)
		if got := lea.Call("GET", path, "").Status; got != want {
			t.Errorf("the lead gets %d for %+v", got, r)
		}
		if got := b.Get(path).Status; got != want {
			t.Errorf("the lead's page answers %d for %+v", got, r)
		}
		if got := member.Call("GET", path, "").Status; got != http.StatusNotFound {
			t.Errorf("a member gets %d", got)
		}
	}
	var own report.Object
	lea.Into(&own, 201, "POST", "/satisfaction-reports", `{"kind":"monthly"}`)
	if own.TeamID == nil || *own.TeamID != s.north || own.Figures.Surveys[0].Score.N+own.Figures.Surveys[1].Score.N != 33 || own.Figures.Cases.Open.N != 2 {
		t.Errorf("the team's own report is %+v", own.Figures)
	}
	for _, hostile := range []string{`{"kind":"monthly","team_id":2}`, `{"kind":"monthly","team_id":99}`} {
		if got := lea.Call("POST", "/satisfaction-reports", hostile).Status; got != http.StatusNotFound {
			t.Errorf("%s: %d", hostile, got)
		}
	}
	for body, want := range map[string]int{`{"kind":"monthly","team_id":99}`: 404, `{"kind":"monthly","team_id":-1}`: 422, `{"kind":"daily"}`: 422, `{"kind":"monthly","team_id":"1 OR 1"}`: 422} {
		if got := s.api.Call("POST", "/satisfaction-reports", body).Status; got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	if got := s.App.API("", "read").Call("POST", "/satisfaction-reports", `{"kind":"monthly"}`).Status; got != http.StatusForbidden {
		t.Errorf("a read token makes a report: %d", got)
	}
	for _, path := range []string{"/satisfaction-reports", "/satisfaction-reports/1", "/settings/satisfaction-report"} {
		if got := s.Anonymous().Call("GET", path, "").Status; got != http.StatusUnauthorized {
			t.Errorf("nobody gets %d for %s", got, path)
		}
	}
	for body, want := range map[string]int{`{"recipients":[99]}`: 422, `{"recipients":[4]}`: 422, `{"day":29}`: 422, `{"weekday":7}`: 422, `{"rhythm":"daily"}`: 422, `{"recipients":[1,2,2]}`: 200} {
		if got := s.api.Call("PATCH", "/settings/satisfaction-report", body).Status; got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	for method, body := range map[string]string{"GET": "", "PATCH": `{"rhythm":"off"}`} {
		if got := member.Call(method, "/settings/satisfaction-report", body).Status; got != http.StatusForbidden {
			t.Errorf("a member, %s: %d", method, got)
		}
	}
	if page := s.SignIn(apptest.MemberEmail, apptest.Password).Get("/satisfaction-reports").Body; !strings.Contains(page, "there is none for you") || strings.Contains(page, "Make one now") {
		t.Error("a member is not told why there is none")
	}
}

func TestWhoWorksAloneMeetsNoTeams(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/satisfaction-reports", `{"kind":"weekly"}`)
	b := a.Owner()
	for _, path := range []string{"/satisfaction-reports", "/satisfaction-reports/1", "/settings/satisfaction-report"} {
		r := b.Get(path)
		_, main, _ := strings.Cut(r.Body, "<main")
		if r.Status != http.StatusOK || strings.Contains(strings.ToLower(main), "team") {
			t.Errorf("%s: %d, or it speaks of teams", path, r.Status)
		}
	}
	if _, err := a.Reports().Make(a.As(auth.System("shell")), report.Weekly, 1); err == nil {
		t.Error("a report of a team that there is not")
	}
}
