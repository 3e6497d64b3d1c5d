package improvement_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/mail/mailtest"
	"regulars/app/voice/improvement"
)

type shown struct {
	ID, Version                  int64
	Title, State, Verdict, Cause string
	LiveOn                       string `json:"live_on"`
	JudgeOn                      string `json:"judge_on"`
	Cases, Letters               int
	Verdicts                     []improvement.VerdictShown
}

type who struct {
	Items []struct {
		CustomerID int64 `json:"customer_id"`
		Spared     bool
		Reason     string
		State      string
	}
}

// complaints puts closed cases into the shop, n of a cause before a day.
func complaints(a *apptest.App, cause string, n int, at time.Time) {
	a.T.Helper()
	err := a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		for range n {
			if _, err := tx.Exec(ctx, `INSERT INTO feedback_case (customer_id, state, score, opened_at, clock_at, due_at, respond_by, resolve_by, closed_at, cause, created_at, updated_at)
				VALUES (1, 'closed', 3, ?1, ?1, ?1, ?1, ?1, ?1, ?2, ?1, ?1)`, db.At(at), cause); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		a.T.Fatal(err)
	}
}

func exec(a *apptest.App, query string) {
	a.T.Helper()
	if err := a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	}); err != nil {
		a.T.Fatal(err)
	}
}

func system() context.Context { return auth.With(context.Background(), auth.System("job")) }

func TestAnImprovementIsJudgedAfterItsTime(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	now := a.Clock.Now()
	live := now.AddDate(0, 0, -30)
	complaints(a, "delivery", 50, live.AddDate(0, 0, -10))
	complaints(a, "quality", 50, live.AddDate(0, 0, -10))
	complaints(a, "delivery", 12, live.AddDate(0, 0, 10))
	complaints(a, "quality", 60, live.AddDate(0, 0, 10))
	complaints(a, "waiting", 5, live.AddDate(0, 0, 10))
	var one, two shown
	day := live.Format("2006-01-02")
	api.Into(&one, 201, "POST", "/improvements", fmt.Sprintf(`{"title":"Morning round","cause":"delivery","live_on":%q,"wait_days":30}`, day))
	api.Into(&two, 201, "POST", "/improvements", fmt.Sprintf(`{"title":"More chairs","cause":"waiting","live_on":%q,"wait_days":29}`, now.AddDate(0, 0, -29).Format("2006-01-02")))
	for _, id := range []int64{one.ID, two.ID} {
		api.Into(&two, 200, "POST", fmt.Sprintf("/improvements/%d/live", id), "")
	}
	if err := a.Improvements().Judge(system()); err != nil {
		t.Fatal(err)
	}
	api.Into(&one, 200, "GET", fmt.Sprintf("/improvements/%d", one.ID), "")
	if one.State != "judged" || one.Verdict != "proven" || len(one.Verdicts) != 1 || one.JudgeOn != "" || one.Verdicts[0].Figures.Before != (improvement.Cell{K: 50, N: 100}) || one.Verdicts[0].Figures.After != (improvement.Cell{K: 12, N: 77}) {
		t.Fatalf("%+v", one)
	}
	page := a.Owner().Get(fmt.Sprintf("/improvements/%d", one.ID)).Body
	for _, want := range []string{"Proven", "Better by", "12 of 77", "z test", "more than chance"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	cells := regexp.MustCompile(`href="/feedback-cases\?([^"]+)">\d+ of (\d+)<`).FindAllStringSubmatch(page, -1)
	for _, cell := range cells {
		var list struct{ Total int }
		query := strings.ReplaceAll(html.UnescapeString(cell[1]), "look=table", "count=true")
		if api.Into(&list, 200, "GET", "/feedback-cases?"+query, ""); strconv.Itoa(list.Total) != cell[2] {
			t.Errorf("%s cases, %d behind %s", cell[2], list.Total, query)
		}
	}
	if len(cells) != 4 {
		t.Errorf("%d of four cells open their cases", len(cells))
	}
	// A verdict stands, whoever wants it undone.
	var sets struct {
		Items []struct {
			ID int64
			Op string
		}
	}
	api.Into(&sets, 200, "GET", "/history?limit=50", "")
	tried := false
	for _, s := range sets.Items {
		if s.Op == "improvement.judge" {
			tried = true
			if r := api.Call("POST", fmt.Sprintf("/history/%d/undo", s.ID), ""); r.Status < 400 {
				t.Errorf("a verdict was undone: %d", r.Status)
			}
		}
	}
	if !tried {
		t.Error("the history does not know the verdict")
	}
	// Too few is looked at again after another waiting time.
	api.Into(&two, 200, "GET", fmt.Sprintf("/improvements/%d", two.ID), "")
	if two.Verdict != "proven" && two.Verdict != "not_proven" && two.Verdict != "too_few" {
		t.Errorf("%+v", two)
	}
	if err := a.Improvements().Judge(system()); err != nil { // the same day again says nothing new
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM improvement_verdict`); n != 2 {
		t.Errorf("%d verdicts", n)
	}
}

func TestTooFewIsLookedAtAgain(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	now := a.Clock.Now()
	var one shown
	api.Into(&one, 201, "POST", "/improvements", fmt.Sprintf(`{"title":"Chairs","cause":"waiting","live_on":%q,"wait_days":7}`, now.AddDate(0, 0, -7).Format("2006-01-02")))
	path := fmt.Sprintf("/improvements/%d", one.ID)
	api.Into(&one, 200, "POST", path+"/live", "")
	for n := 1; n <= 2; n++ {
		if err := a.Improvements().Judge(system()); err != nil {
			t.Fatal(err)
		}
		api.Into(&one, 200, "GET", path, "")
		if one.Verdict != "too_few" || len(one.Verdicts) != n || one.JudgeOn == "" {
			t.Fatalf("round %d: %+v", n, one)
		}
		a.Pass(7 * 24 * time.Hour)
	}
	if !strings.Contains(a.Owner().Get(path).Body, "looked at again") {
		t.Error("the page does not say that it is looked at again")
	}
}

// One letter for each person and improvement, also when it is pressed twice;
// whoever objects after it was queued gets none.
func TestEverybodyIsToldOnce(t *testing.T) {
	post := mailtest.New(t)
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com", "REGULARS_SMTP_HOST="+post.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", post.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM=shop@example.com", "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	t.Cleanup(post.Close)
	a.Fill()
	api := a.API("", "write")
	before := a.Clock.Now().AddDate(0, 0, -40)
	complaints(a, "delivery", 3, before) // all of customer 1
	err := a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		for _, customer := range []any{2, nil} {
			if _, err := tx.Exec(ctx, `INSERT INTO feedback_case (customer_id, state, score, opened_at, clock_at, due_at, respond_by, resolve_by, closed_at, cause, created_at, updated_at)
				VALUES (?2, 'closed', 3, ?1, ?1, ?1, ?1, ?1, ?1, 'delivery', ?1, ?1)`, db.At(before), customer); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE feedback_case SET state = 'closed', closed_at = ?`, db.At(before))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var one shown
	api.Into(&one, 201, "POST", "/improvements", `{"title":"Morning round","cause":"delivery"}`)
	path := fmt.Sprintf("/improvements/%d", one.ID)
	text := `{"subject_en":"You told us","letter_en":"We changed it.\n\nThank you.","subject_zh":"您说过","letter_zh":"我们改了。"}`
	if r := api.Call("POST", path+"/letters", text); r.Status != http.StatusConflict {
		t.Fatalf("before it is live: %d", r.Status)
	}
	api.Into(&one, 200, "POST", path+"/live", "")
	if r := api.Call("POST", path+"/letters", `{"subject_en":"Only a subject"}`); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("without words: %d %s", r.Status, r.Body)
	}
	var list who
	api.Into(&list, 200, "GET", path+"/letters", "")
	if len(list.Items) != 2 {
		t.Fatalf("%+v", list)
	}
	var sent struct{ Queued int }
	api.Into(&sent, 200, "POST", path+"/letters", text)
	if sent.Queued != 2 {
		t.Fatalf("%d were queued", sent.Queued)
	}
	api.Into(&sent, 200, "POST", path+"/letters", text)
	if n := a.Count(`SELECT count(*) FROM outbox WHERE subject_kind = 'improvement_letter'`); sent.Queued != 0 || n != 2 {
		t.Fatalf("a second press queued %d, the outbox holds %d", sent.Queued, n)
	}
	// Customer 2 objects before it leaves.
	if r := api.Call("POST", "/customers/2/consents", `{"purpose":"survey","channel":"email","state":"objected","source":"phone"}`); r.Status >= 300 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	a.Settle()
	exec(a, `UPDATE feedback_case SET state = 'closed', closed_at = 1`)
	for range 8 { // whatever day that is, one of them is a working day
		a.Pass(5*24*time.Hour + time.Hour)
		a.Settle()
	}
	api.Into(&list, 200, "GET", path+"/letters", "")
	for _, r := range list.Items {
		if r.CustomerID == 2 && r.State != "cancelled" {
			t.Errorf("who objected: %+v", r)
		}
	}
	letters := 0
	for _, m := range post.Messages() {
		if strings.Contains(strings.Join(m.To, " "), "dan@example.com") && strings.Contains(m.Text, "我们改了") {
			t.Error("somebody who objected was written to")
		}
		if strings.Contains(strings.Join(m.To, " "), "ines@example.com") && strings.Contains(m.Text, "We changed it.") {
			letters++
			if !strings.Contains(m.Text, "https://shop.example.com/u/") {
				t.Error("the letter has no link that stops such mail")
			}
		}
	}
	if letters != 1 {
		t.Errorf("%d letters arrived; %+v", letters, list)
	}
	if n := a.Count(`SELECT count(*) FROM outbox WHERE subject_kind = 'improvement_letter' AND customer_id = 2 AND state IN ('sent', 'sending', 'unknown')`); n != 0 {
		t.Error("somebody who objected was written to")
	}
	if r := api.Call("DELETE", path, ""); r.Status != http.StatusConflict {
		t.Errorf("an improvement that was told is deleted: %d", r.Status)
	}
}

// A crash in the middle of sending leaves all letters or none, and pressing
// again afterwards writes to nobody twice.
func TestACrashWhileSendingWritesToNobodyTwice(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	complaints(a, "delivery", 1, a.Clock.Now().AddDate(0, 0, -40))
	var one shown
	api.Into(&one, 201, "POST", "/improvements", `{"title":"Morning round","cause":"delivery"}`)
	api.Into(&one, 200, "POST", fmt.Sprintf("/improvements/%d/live", one.ID), "")
	crash := &crasher{}
	a.DB.Hook(crash)
	words := improvement.Letter{SubjectEN: "a", TextEN: "b", SubjectZH: "c", TextZH: "d"}
	boss := a.As(auth.System("shell"))
	crash.armed = true
	if _, err := a.Improvements().Send(boss, one.ID, words); err == nil {
		t.Fatal("it did not crash")
	}
	crash.armed = false
	if n := a.Count(`SELECT (SELECT count(*) FROM improvement_letter) + (SELECT count(*) FROM outbox WHERE subject_kind = 'improvement_letter')`); n != 0 {
		t.Errorf("%d rows are left of a crash", n)
	}
	for range 3 {
		if _, err := a.Improvements().Send(boss, one.ID, words); err != nil {
			t.Fatal(err)
		}
	}
	if n := a.Count(`SELECT count(*) FROM outbox WHERE subject_kind = 'improvement_letter'`); n != 1 {
		t.Errorf("%d letters", n)
	}
}

type crasher struct{ armed bool }

func (c *crasher) Begin(context.Context, *db.Tx) error { return nil }
func (c *crasher) Commit(_ context.Context, _ *db.Tx) error {
	if c.armed {
		return fmt.Errorf("the lights went out")
	}
	return nil
}

func TestWhoMayImprove(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Together()
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/improvements", ""}, {"GET", "/improvements/1", ""}, {"POST", "/improvements", `{"title":"x"}`}, {"PATCH", "/improvements/1", `{"version":1}`},
		{"DELETE", "/improvements/1", ""}, {"POST", "/improvements/1/live", ""}, {"PUT", "/improvements/1/cases/1", ""}, {"DELETE", "/improvements/1/cases/1", ""},
		{"GET", "/improvements/1/letters", ""}, {"POST", "/improvements/1/letters", `{}`},
	} {
		if r := a.Anonymous().Call(c.method, c.path, c.body); r.Status != http.StatusUnauthorized {
			t.Errorf("anonymous %s %s: %d", c.method, c.path, r.Status)
		}
	}
	sam := a.API(apptest.MemberEmail, "write")
	if r := sam.Call("POST", "/improvements/1/letters", `{}`); r.Status != http.StatusForbidden {
		t.Errorf("a member writes to all: %d", r.Status)
	}
	api := a.API("", "write")
	for _, body := range []string{`{"title":""}`, `{"title":"x","cause":"nonsense"}`, `{"title":"x","topic_id":99}`, `{"title":"x","owner_id":99}`, `{"title":"x","case_id":999}`, `{"title":"x","live_on":"yesterday"}`, `{"title":"x","wait_days":1}`} {
		if r := api.Call("POST", "/improvements", body); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	if r := api.Call("PATCH", "/improvements/1", `{"version":99,"title":"Other"}`); r.Status != http.StatusConflict || !strings.Contains(r.Body, "Beans leave before noon") {
		t.Errorf("a stale change: %d %s", r.Status, r.Body)
	}
	if r := api.Call("POST", "/improvements/1/judged", ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a person judges: %d", r.Status)
	}
	if r := api.Call("GET", "/improvements/999", ""); r.Status != http.StatusNotFound {
		t.Errorf("one that is not there: %d", r.Status)
	}
	var hostile shown
	api.Into(&hostile, 201, "POST", "/improvements", `{"title":"<script>alert(1)</script>"}`)
	if page := a.Owner().Get("/improvements").Body; strings.Contains(page, "<script>alert(1)") || !strings.Contains(page, "&lt;script&gt;") {
		t.Error("a title is not escaped")
	}
	if r := api.Call("POST", fmt.Sprintf("/improvements/%d/live", hostile.ID), ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("live without a theme: %d", r.Status)
	}
}
