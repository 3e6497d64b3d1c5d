package survey_test

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

const answers = "客户,评分,意见,回答时间,问卷\n茗香茶业,9,很好,2025年3月1日,\n王芳,2,太慢了,2025-03-02 14:30,csat\n王芳,3,投诉,2025-03-03,nps\n李雷,,,2025-03-04,\n李雷,11,,2025-03-04,\n李雷,满意,,三月,没有的问卷\n茗香茶业,9,很好,2025-03-01,nps\n"

func TestAnswersComeInOnceAndGoOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	text, err := simplifiedchinese.GB18030.NewEncoder().String(answers)
	if err != nil {
		t.Fatal(err)
	}
	o := importer.Options{CreateMissing: true}
	checked, _ := a.CheckImport("responses", text, o)
	run, problems := a.Import("responses", text, o)
	if got := apptest.Tally(run); got != "3 0 1 3" || apptest.Tally(checked) != got {
		t.Errorf("%s, checked %s", got, apptest.Tally(checked))
	}
	want := []string{"5: Score: This is needed.", "6: Score: From 0 to 10.", "7: Answered at: This is not a date we understand: 三月",
		"7: Score: This is not a score: 满意", "7: Survey: There is no such survey: 没有的问卷"}
	if !slices.Equal(problems, want) {
		t.Errorf("%q", problems)
	}
	if n := a.Count(`SELECT count(*) FROM survey_response WHERE channel = 'import' AND invitation_id IS NULL`); n != 3 {
		t.Errorf("%d answers", n)
	}
	if n := a.Count(`SELECT s.csat * 100 + s.nps FROM customer_stat s JOIN customer c ON c.id = s.customer_id WHERE c.name = '王芳'`); n != 203 {
		t.Errorf("figures %d", n)
	}
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT (SELECT count(*) FROM feedback_case) + (SELECT count(*) FROM task) + (SELECT count(*) FROM notification)`); n != 0 {
		t.Errorf("history opened %d cases and things", n)
	}
	if again, _ := a.Import("responses", text, o); apptest.Tally(again) != "0 0 4 3" {
		t.Error(apptest.Tally(again))
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT (SELECT count(*) FROM survey_response) + (SELECT count(*) FROM timeline_entry) + (SELECT count(*) FROM customer)`); n != 0 {
		t.Errorf("%d left", n)
	}
}

func TestAFreshLowAnswerOpensACase(t *testing.T) {
	a := apptest.New(t)
	a.Import("customers", "name\nInes\nTwin\nTwin\n", importer.Options{OnDuplicate: importer.Create})
	file := "customer,score,comment\nInes,2,Late again\nTwin,9,\nNobody,9,\n"
	run, problems := a.Import("responses", file, importer.Options{})
	want := []string{"3: Customer: Two customers match: Twin", "4: Customer: There is no such customer: Nobody"}
	if apptest.Tally(run) != "1 0 0 2" || !slices.Equal(problems, want) {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM feedback_case`); n != 1 {
		t.Errorf("%d cases", n)
	}
	if again, _ := a.Import("responses", file, importer.Options{}); apptest.Tally(again) != "0 0 1 2" {
		t.Error(apptest.Tally(again))
	}
}
