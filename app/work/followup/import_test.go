package followup_test

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

const talks = "客户,时间,跟进方式,跟进内容,下次跟进时间\n茗香茶业,2025年3月1日,电话,想要新茶,2025-03-10\n茗香茶业,2025/3/2 下午 2:30,微信,发了报价,\n王芳,2025-03-02 00:00:00,烟火,来店里看了看,\n,2025-03-02,电话,没有客户,\n王芳,昨天,电话,,后天\n茗香茶业,2025-03-01,电话,想要新茶,\n"

func TestExchangesComeInOnceAndGoOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	text, err := simplifiedchinese.GB18030.NewEncoder().String(talks)
	if err != nil {
		t.Fatal(err)
	}
	o := importer.Options{CreateMissing: true}
	checked, _ := a.CheckImport("follow-ups", text, o)
	run, problems := a.Import("follow-ups", text, o)
	if got := apptest.Tally(run); got != "3 0 1 2" || apptest.Tally(checked) != got {
		t.Errorf("%s, checked %s", got, apptest.Tally(checked))
	}
	want := []string{"4: Channel: Not a way to speak with somebody that we know: 烟火", "5: Customer: This is needed.",
		"6: At: This is not a date we understand: 昨天", "6: Next contact: This is not a date we understand: 后天"}
	if !slices.Equal(problems, want) {
		t.Errorf("%q", problems)
	}
	if n := a.Count(`SELECT count(*) FROM followup WHERE channel = 'wechat' AND at = unixepoch('2025-03-02 14:30') * 1000`); n != 1 {
		t.Error("the time of day was lost")
	}
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE words = '发了报价'`); n != 1 {
		t.Error("not on the timeline")
	}
	if n := a.Count(`SELECT last_contact_at / 1000 = unixepoch('2025-03-02 14:30') FROM customer_stat s JOIN customer c ON c.id = s.customer_id WHERE c.name = '茗香茶业'`); n != 1 {
		t.Error("the last contact is another")
	}
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM notification)`); n != 0 {
		t.Errorf("history started %d things", n)
	}
	if again, _ := a.Import("follow-ups", text, o); apptest.Tally(again) != "0 0 4 2" {
		t.Error(apptest.Tally(again))
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT (SELECT count(*) FROM followup) + (SELECT count(*) FROM timeline_entry) + (SELECT count(*) FROM customer)`); n != 0 {
		t.Errorf("%d left", n)
	}
}

func TestAFreshExchangePlansTheNextForTheOwner(t *testing.T) {
	a := apptest.New(t)
	a.Import("customers", "name,owner_email\nInes,"+apptest.OwnerEmail+"\nTwin,\nTwin,\n", importer.Options{OnDuplicate: importer.Create})
	today, next := a.Clock.Now().Format("2006-01-02"), a.Clock.Now().AddDate(0, 0, 3).Format("2006-01-02")
	file := "customer,at,content,next_at\nInes," + today + ",Call again," + next + "\nTwin," + today + ",Who?,\nNobody," + today + ",Who?,\n"
	run, problems := a.Import("follow-ups", file, importer.Options{})
	want := []string{"3: Customer: Two customers match: Twin", "4: Customer: There is no such customer: Nobody"}
	if apptest.Tally(run) != "1 0 0 2" || !slices.Equal(problems, want) {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
	open := `SELECT count(*) FROM task t JOIN user u ON u.id = t.owner_id WHERE t.done_at IS NULL AND u.email = ? AND t.due_at > ?`
	if n := a.Count(open, apptest.OwnerEmail, a.Clock.Now().UnixMilli()); n != 1 {
		t.Errorf("%d open", n)
	}
	if again, _ := a.Import("follow-ups", file, importer.Options{}); apptest.Tally(again) != "0 0 1 2" || a.Count(`SELECT count(*) FROM task`) != 1 {
		t.Error(apptest.Tally(again))
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM task`); n != 0 {
		t.Errorf("%d tasks left", n)
	}
}
