package deal_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// pipelineExport is what another program's pipeline looks like when it leaves:
// 85 accounts, seven products, agents who have no account here, empty dates and
// values where nothing is decided.
func pipelineExport(n int) (file string, won, lost, open int) {
	rng := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n")
	products := []string{"GTX Basic", "GTX Pro", "MG Special", "MG Advanced", "GTX Plus Basic", "GTX Plus Pro", "GTK 500"}
	start := time.Date(2016, 10, 20, 0, 0, 0, 0, time.UTC)
	for i := range n {
		stage, engaged, closed, value := "Prospecting", "", "", ""
		account := fmt.Sprintf("Account %02d Ltd", rng.IntN(85))
		day := start.AddDate(0, 0, rng.IntN(400))
		switch x := rng.IntN(100); {
		case x < 48:
			stage, won = "Won", won+1
		case x < 76:
			stage, lost = "Lost", lost+1
		case x < 94:
			stage, open = "Engaging", open+1
		default:
			open++
		}
		if stage != "Prospecting" {
			engaged = day.Format(time.DateOnly)
		}
		switch stage {
		case "Won":
			closed, value = day.AddDate(0, 0, 1+rng.IntN(100)).Format(time.DateOnly), fmt.Sprint(30+rng.IntN(5000))
		case "Lost":
			closed, value = day.AddDate(0, 0, 1+rng.IntN(100)).Format(time.DateOnly), "0"
		default:
			if rng.IntN(2) == 0 {
				account = ""
			}
		}
		fmt.Fprintf(&b, "Q%05d,Agent %d,%s,%s,%s,%s,%s,%s\n", i, rng.IntN(30), products[rng.IntN(len(products))], account, stage, engaged, closed, value)
	}
	return b.String(), won, lost, open
}

func TestAnotherProgramsPipelineComesInByItsColumnsAlone(t *testing.T) {
	a := apptest.New(t)
	n := 700
	file, won, lost, open := pipelineExport(n)
	began := time.Now()
	run, problems := a.Import("deals", file, importer.Options{CreateMissing: true})
	t.Logf("%d deals in %s", n, time.Since(began))
	if got := apptest.Tally(run); got != fmt.Sprintf("%d 0 0 0", n) {
		t.Fatalf("%s %q", got, problems[:min(5, len(problems))])
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM deal WHERE result = 'won' AND closed_on <> ''`:                                   won,
		`SELECT count(*) FROM deal WHERE result = 'lost' AND amount = 0`:                                       lost,
		`SELECT count(*) FROM deal WHERE result = 'open' AND closed_on = ''`:                                   open,
		`SELECT count(*) FROM customer WHERE name LIKE 'Account %'`:                                            85,
		`SELECT count(*) FROM deal WHERE customer_id IS NULL AND result <> 'open'`:                             0,
		`SELECT count(*) FROM deal WHERE owner_id IS NOT NULL OR agent NOT LIKE 'Agent %'`:                     0,
		`SELECT count(*) FROM product`:                                                                         7,
		`SELECT count(DISTINCT name) FROM deal_stage WHERE name IN ('Prospecting', 'Engaging', 'Won', 'Lost')`: 2,
		`SELECT count(*) FROM deal d JOIN deal_line l ON l.deal_id = d.id WHERE l.total <> d.amount`:           0,
	} {
		if got := a.Count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	again, _ := a.Import("deals", file, importer.Options{CreateMissing: true})
	if got := apptest.Tally(again); got != fmt.Sprintf("0 0 %d 0", n) {
		t.Errorf("the same file again: %s", got)
	}
	if b := a.Owner(); !strings.Contains(b.Get("/deals").Body, "Engaging") {
		t.Error("the board does not show the stage that the file brought")
	}
}

func TestDealsComeInInChineseAndOneByOneSayWhatIsWrong(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	run, problems := a.Import("deals", `商机名称,客户名称,销售阶段,商机金额,预计成交日期,创建日期,结单日期,结果,负责人,产品
新店开业用豆,茗香茶业,已报价,"12,000.00",2026年4月1日,2026-01-05,,,,
春季合同,茗香茶业,,28500,,2025-12-01,2026-01-20,赢单,,龙井茶
年会茶歇,无名客户,没有这个阶段,1,,,,,,
坏金额,茗香茶业,新商机,很多,,,,,,
负数,茗香茶业,新商机,-5,,,,,,
坏结果,茗香茶业,新商机,5,,,,也许,,
`, importer.Options{})
	if got := apptest.Tally(run); got != "2 0 0 4" {
		t.Errorf("%s %q", got, problems)
	}
	for _, want := range []string{"There is no such stage: 没有这个阶段", "This is not an amount in", "An amount is not below zero.", "Neither open, won nor lost: 也许"} {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, want) }) {
			t.Errorf("nobody says %q: %q", want, problems)
		}
	}
	if n := a.Count(`SELECT count(*) FROM deal d JOIN deal_stage s ON s.id = d.stage_id WHERE d.customer_id IS NULL AND d.notes = '茗香茶业' AND (s.name = '已报价' AND d.amount = 1200000 OR d.result = 'won' AND d.closed_on = '2026-01-20')`); n != 2 {
		t.Errorf("%d of the deals are as the file says", n)
	}
}

func TestDealsGoOutAsTheyComeIn(t *testing.T) {
	a := apptest.New(t)
	file, _, _, _ := pipelineExport(60)
	a.Import("deals", file, importer.Options{CreateMissing: true})
	a.Import("deals", "name,customer,stage,amount,expected_close,created_on,owner_email\n\"Beans, roasted\",Account 01 Ltd,New,12.50,2026-05-01,2026-01-02,"+apptest.OwnerEmail+"\n", importer.Options{})
	out := a.Owner().Get("/exports/deals?format=csv").Body
	if !strings.Contains(out, `"Beans, roasted"`) {
		t.Fatalf("%.300s", out)
	}
	b := apptest.New(t)
	run, problems := b.Import("deals", out, importer.Options{CreateMissing: true})
	if got := apptest.Tally(run); got != "61 0 0 0" {
		t.Fatalf("%s %q", got, problems)
	}
	for _, what := range []string{"sum(amount)", "sum(result = 'won')", "sum(result = 'lost')", "count(customer_id)", "count(owner_id)", "count(DISTINCT agent)", "count(DISTINCT closed_on)", "count(DISTINCT opened_on)", "count(DISTINCT name)"} {
		if out, in := a.Count(`SELECT `+what+` FROM deal`), b.Count(`SELECT `+what+` FROM deal`); out != in {
			t.Errorf("%s: %d went out, %d came in", what, out, in)
		}
	}
}
