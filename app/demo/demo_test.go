package demo_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/voice/feedback"
)

// What is made up must look like what really happens: causes that the shop
// offers, and outcomes only where the question was asked and answered again.
func TestMadeUpCasesLookLikeRealOnes(t *testing.T) {
	a := apptest.Blank(t)
	if err := a.FillDemo(a.As(auth.System("shell")), 300, 1, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if a.Count(`SELECT count(*) FROM feedback_case WHERE outcome = 'recovered'`) == 0 || a.Count(`SELECT count(*) FROM feedback_case WHERE outcome = 'no_answer'`) == 0 {
		t.Fatal("too few cases to say anything")
	}
	for what, query := range map[string]string{
		"have a cause without words": `SELECT count(*) FROM feedback_case WHERE cause NOT IN ('', 'delivery', 'quality', 'waiting', 'price', 'staff', 'information', 'billing', 'other')`,
		"have an outcome that nobody gave": `SELECT count(*) FROM feedback_case k LEFT JOIN survey_response r ON r.id = k.recheck_response_id AND r.case_id = k.id
			WHERE k.outcome IN ('recovered', 'improved', 'unchanged', 'worse') AND (r.score IS NOT k.recheck_score OR k.asked_at IS NULL)`,
		"end before they begin": `SELECT count(*) FROM feedback_case WHERE closed_at < opened_at OR asked_at < resolved_at OR closed_at < asked_at`,
		"lie in the future":     `SELECT count(*) FROM feedback_case WHERE closed_at > (SELECT max(updated_at) FROM user)`,
	} {
		if n := a.Count(query); n != 0 {
			t.Errorf("%d cases %s", n, what)
		}
	}
	var ended []struct {
		Kind    string `db:"kind"`
		Score   int    `db:"score"`
		After   int    `db:"recheck_score"`
		Outcome string `db:"outcome"`
	}
	ctx := a.As(auth.System("shell"))
	if err := a.DB.Reader(ctx).Select(ctx, &ended, `SELECT kind, score, recheck_score, outcome FROM feedback_case WHERE recheck_score >= 0`); err != nil {
		t.Fatal(err)
	}
	for _, k := range ended {
		if got := feedback.Result(k.Kind, k.Score, k.After); string(got) != k.Outcome {
			t.Errorf("%s %d to %d is called %s, it is %s", k.Kind, k.Score, k.After, k.Outcome, got)
		}
	}
	page := a.SignIn("owner@example.com", "kettle and crane demo").Get("/feedback-cases?view=closed").Body
	for _, raw := range []string{" of 0", "feedback.cause."} {
		if strings.Contains(page, raw) {
			t.Errorf("the list of cases says %q", raw)
		}
	}
}
