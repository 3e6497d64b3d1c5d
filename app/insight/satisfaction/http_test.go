package satisfaction_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"regulars/app/insight/satisfaction"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

type results struct {
	N, Asked, Answered int
	Score, Low, High   *float64
	Trust, Rows        string
	Months             []struct {
		Month string
		N     int
	}
	Beside []struct {
		Source string
		N      int
	}
	Groups []satisfaction.GroupObject
}

// Every number is the count of the list that it leads to.
func TestEveryNumberOpensItsAnswers(t *testing.T) {
	s := newShop(t, 400)
	var r results
	s.api.Into(&r, 200, "GET", "/surveys/1/results", "")
	if r.N < 60 || s.listed(r.Rows) != r.N {
		t.Fatalf("the score of %d opens %d answers", r.N, s.listed(r.Rows))
	}
	checked := 0
	for _, by := range []string{"product_id", "category", "person_id", "team_id", "level", "region", "channel", "program_id", "wave_id", "poster_id", "language", "source"} {
		for _, narrowed := range []string{"", "&filter[level][eq]=A", "&since=2025-10-01&until=2025-12-31"} {
			var g results
			s.api.Into(&g, 200, "GET", "/surveys/1/results?by="+by+narrowed, "")
			sum := 0
			for _, one := range g.Groups {
				if n := s.listed(one.Rows); n != one.N {
					t.Errorf("by %s%s: %q counts %d and opens %d: %s", by, narrowed, one.Value, one.N, n, one.Rows)
				}
				sum += one.N
				checked++
			}
			if by != "product_id" && by != "category" && by != "source" && by != "poster_id" && sum != g.N {
				t.Errorf("by %s%s: the groups hold %d of %d", by, narrowed, sum, g.N)
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d groups were opened", checked)
	}
	var questions struct{ Items []satisfaction.SaidObject }
	s.api.Into(&questions, 200, "GET", "/surveys/1/questions", "")
	if len(questions.Items) != 7 {
		t.Fatalf("%d questions", len(questions.Items))
	}
	for _, q := range questions.Items {
		if n := s.listed(q.Rows); n != q.N || n == 0 {
			t.Errorf("%s was answered by %d and opens %d", q.Question, q.N, n)
		}
		for _, o := range q.Options {
			if n := s.listed(o.Rows); n != o.N {
				t.Errorf("%s = %s counts %d and opens %d: %s", q.Question, o.Key, o.N, n, o.Rows)
			}
		}
	}
	for _, at := range []string{"/surveys/1", "/surveys/1/groups?by=product_id", "/surveys/1/said"} {
		page := s.Owner().Get(at)
		for _, link := range strings.Split(page.Body, `href="/responses?`)[1:] {
			href, rest, _ := strings.Cut(link, `"`)
			if _, text, _ := strings.Cut(rest, ">"); strings.HasPrefix(text, "0<") {
				continue
			} else if n := 0; scan(text, &n) && s.listed("/responses?"+strings.ReplaceAll(href, "&amp;", "&")) != n {
				t.Errorf("%s shows %d behind %s", at, n, href)
			}
		}
	}
}

// scan reads the number that a link's text begins with.
func scan(text string, n *int) bool {
	got, err := fmt.Sscanf(text, "%d", n)
	return err == nil && got == 1 && (strings.HasPrefix(text, fmt.Sprint(*n, "<")) || strings.HasPrefix(text, fmt.Sprint(*n, " answer")))
}

// Only what invited people said themselves makes the score; the rest stands
// beside it with its own number.
func TestTheScoreIsMadeByInvitedPeople(t *testing.T) {
	s := newShop(t, 300)
	var r results
	s.api.Into(&r, 200, "GET", "/surveys/1/results", "")
	own := s.Count(`SELECT count(*) FROM survey_response WHERE survey_id = 1 AND case_id IS NULL AND channel IN ('email', 'link', 'sms', 'reply') AND answered_at >= ?`,
		s.Clock.Now().AddDate(0, 0, -90).Truncate(24*3600*1e9).UnixMilli())
	if r.N != own {
		t.Errorf("the score counts %d, want %d", r.N, own)
	}
	seen := map[string]int{}
	for _, b := range r.Beside {
		seen[b.Source] = b.N
	}
	if seen["assisted"] == 0 || seen["imported"] == 0 || seen["place"] == 0 || seen["recheck"] == 0 || seen["invited"] != 0 {
		t.Errorf("beside the score: %v", seen)
	}
	if len(r.Months) != 12 || r.Months[11].Month != "2026-03" {
		t.Errorf("%+v", r.Months)
	}
	if r.Asked < r.Answered || r.Answered == 0 {
		t.Errorf("%d of %d answered", r.Answered, r.Asked)
	}
	page := s.Owner().Get("/surveys/1").Body
	for _, want := range []string{"Not part of the score", "Taken down by a colleague", "Who did not answer", `<svg class="chart"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestComparisonsNameTheirTest(t *testing.T) {
	s := newShop(t, 400)
	var c satisfaction.ComparisonObject
	s.api.Into(&c, 200, "GET", "/surveys/1/comparison?by=language&a=en&b=zh-CN&since=2025-01-01", "")
	if c.Difference.Test != "nps" || c.Difference.Verdict == "" || c.A.N == 0 || s.listed(c.A.Rows) != c.A.N || s.listed(c.B.Rows) != c.B.N {
		t.Errorf("%+v", c)
	}
	s.api.Into(&c, 200, "GET", "/surveys/1/comparison?since=2026-01-01&until=2026-01-31&since2=2025-12-01&until2=2025-12-31", "")
	if c.A.Since != "2025-12-01" || c.B.Until != "2026-01-31" || s.listed(c.A.Rows) != c.A.N {
		t.Errorf("%+v", c)
	}
	page := s.Owner().Get("/surveys/1/compare?by=language&a=en&b=-&since=2025-01-01").Body
	if !strings.Contains(page, "z test of two NPS") {
		t.Error("the page does not name the test")
	}
	s.api.Into(nil, 422, "GET", "/surveys/1/results?since=2026-02-01&until=2026-01-01", "")
	s.api.Into(nil, 422, "GET", "/surveys/1/results?filter[nothing][eq]=1", "")
	s.api.Into(nil, 404, "GET", "/surveys/999/results", "")
	if r := s.Owner().Get("/surveys/1?since=yesterday"); r.Status != 422 {
		t.Errorf("a day that is none: %d", r.Status)
	}
	if r := s.Owner().Get("/surveys/1/groups?by=password"); r.Status != 404 {
		t.Errorf("by something else: %d", r.Status)
	}
}

func TestDriversNeedAnswers(t *testing.T) {
	s := newShop(t, 1200)
	var d satisfaction.DriversObject
	s.api.Into(&d, 200, "GET", "/surveys/1/drivers?since=2025-01-01", "")
	if d.Method != "lmg" || len(d.Drivers) != 4 || d.Needed != 60 || d.Complete < 60 {
		t.Fatalf("%s on %d of %d, %d drivers", d.Method, d.Complete, d.Needed, len(d.Drivers))
	}
	sum := 0.0
	for _, one := range d.Drivers {
		sum += *one.Importance
		if n := s.listed(one.Rows); n != one.N {
			t.Errorf("%s rests on %d and opens %d", one.Question, one.N, n)
		}
	}
	if sum < .999 || sum > 1.001 {
		t.Errorf("the shares sum to %v", sum)
	}
	s.api.Into(&d, 200, "GET", "/surveys/1/drivers?since=2026-02-25", "")
	if d.Method != "spearman" {
		t.Errorf("%s on %d answers", d.Method, d.Complete)
	}
	page := s.Owner().Get("/surveys/1/drivers?since=2025-01-01").Body
	if !strings.Contains(page, "Importance beside performance") || !strings.Contains(page, `class="hot"`) {
		t.Error("no picture of importance and performance")
	}
}

func TestResultsAreForThoseWhoMay(t *testing.T) {
	s := newShop(t, 60)
	for _, at := range []string{"/surveys", "/surveys/1", "/surveys/1/groups", "/surveys/1/compare", "/surveys/1/said", "/surveys/1/drivers"} {
		if r := s.Browser().Get(at); r.Status != 303 && r.Status != 302 {
			t.Errorf("%s without signing in: %d", at, r.Status)
		}
		if r := s.Owner().Get(at); r.Status != 200 {
			t.Errorf("%s: %d", at, r.Status)
		}
	}
	for _, at := range []string{"/surveys/1/results", "/surveys/1/comparison", "/surveys/1/drivers", "/surveys/1/questions"} {
		if r := s.Anonymous().Call("GET", at, ""); r.Status != 401 {
			t.Errorf("%s without a token: %d", at, r.Status)
		}
	}
	s.Colleague("sam@example.com", "member")
	if err := s.DB.Write(s.As(auth.System("shell")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE customer SET owner_id = 1`)
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE role SET reach = 'own' WHERE name = 'member'`)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	sam := s.API("sam@example.com", "read")
	var own, all struct{ N int }
	sam.Into(&own, 200, "GET", "/surveys/1/results?since=2025-01-01", "")
	s.api.Into(&all, 200, "GET", "/surveys/1/results?since=2025-01-01", "")
	if own.N >= all.N {
		t.Errorf("a colleague's score counts %d of %d answers, also those of other people's customers", own.N, all.N)
	}
}

func TestHostileFiltersAreRefusedOrShownAsText(t *testing.T) {
	s := newShop(t, 30)
	page := s.Owner().Get(`/surveys/1?filter[region][eq]=%22%3E%3Cscript%3Ealert(1)%3C/script%3E`)
	if page.Status != 200 || strings.Contains(page.Body, "<script>alert") {
		t.Errorf("%d, or a script in the page", page.Status)
	}
}

// An answer is read in the words it was given to, also by somebody whom nobody
// knows.
func TestAnAnswerHasItsPage(t *testing.T) {
	s := newShop(t, 120)
	guest := s.Count(`SELECT max(id) FROM survey_response WHERE customer_id IS NULL`)
	known := s.Count(`SELECT max(id) FROM survey_response WHERE customer_id IS NOT NULL AND answers LIKE '%"why"%'`)
	if page := s.Owner().Get(fmt.Sprintf("/responses/%d", guest)); page.Status != 200 || !strings.Contains(page.Body, "A guest") {
		t.Errorf("a guest's answer: %d", page.Status)
	}
	page := s.Owner().Get(fmt.Sprintf("/responses/%d", known))
	for _, want := range []string{"How fast?", "Why?", "What first?", "Not known", "/customers/"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page of an answer does not say %q", want)
		}
	}
	if r := s.Owner().Get("/responses/999999"); r.Status != 404 {
		t.Errorf("an answer that is none: %d", r.Status)
	}
}

func TestResultsAndAnswersLeaveAsFiles(t *testing.T) {
	s := newShop(t, 120)
	b := s.Owner()
	file := b.Get("/exports/responses?filter[survey_id][eq]=1&filter[source][eq]=invited")
	lines := strings.Count(file.Body, "\n") - 1
	if want := s.listed("/responses?filter[survey_id][eq]=1&filter[source][eq]=invited"); file.Status != 200 || lines != want {
		t.Errorf("%d: a file of %d answers, the list has %d", file.Status, lines, want)
	}
	if head, _, _ := strings.Cut(file.Body, "\n"); !strings.Contains(head, ",speed,why,again,order,parts,people,more") {
		t.Errorf("the questions have no columns: %s", head)
	}
	for _, kind := range []string{"invitations", "feedback-cases", "results", "responses"} {
		if file := b.Get("/exports/" + kind + "?format=xlsx"); file.Status != 200 || !strings.HasPrefix(file.Body, "PK") {
			t.Errorf("%s as a workbook: %d", kind, file.Status)
		}
	}
	if file := b.Get("/exports/results?filter[survey_id][eq]=1"); !strings.Contains(file.Body, ",level,A,") || !strings.Contains(file.Body, ",month,2026-03,") {
		t.Errorf("results: %d %.300s", file.Status, file.Body)
	}
}

func TestAnonymousSurveysShowNoPart(t *testing.T) {
	s := newShop(t, 30)
	if err := s.DB.Write(s.As(auth.System("shell")), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE survey SET anonymous = 1 WHERE id = 1`); err != nil {
			return err
		}
		for i := range 9 {
			day := "2026-02-03"
			if i > 5 {
				day = "2026-02-10"
			}
			if _, err := tx.Exec(ctx, `INSERT INTO survey_anonymous (key, survey_id, score, comment, day) VALUES (?, 1, ?, ?, ?)`, fmt.Sprint("k", i), i, map[bool]string{true: "still alone", false: "said by one of five"}[i > 5], day); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var r results
	s.api.Into(&r, 200, "GET", "/surveys/1/results?since=2026-02-10&until=2026-02-10", "")
	if r.N != 6 || len(r.Groups) != 0 || len(r.Months) != 0 || r.Rows != "" {
		t.Errorf("%+v", r)
	}
	for _, part := range []string{"comparison", "drivers", "questions", "topics"} {
		s.api.Into(nil, 404, "GET", "/surveys/1/"+part, "")
	}
	page := s.Owner().Get("/surveys/1?since=2026-02-10").Body
	if strings.Contains(page, "still alone") || !strings.Contains(page, "said by one of five") || !strings.Contains(page, "batches of whole weeks") {
		t.Error("the page of an anonymous survey")
	}
	for _, part := range []string{"groups", "compare", "said", "drivers", "topics"} {
		if r := s.Owner().Get("/surveys/1/" + part); r.Status != 404 {
			t.Errorf("%s: %d", part, r.Status)
		}
	}
}
