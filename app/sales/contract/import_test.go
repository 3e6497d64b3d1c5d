package contract_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// Contracts come in once, are corrected by a file, leave by the export and come
// back as they were; a run is taken back as a whole.
func TestContractsComeInAndGoOut(t *testing.T) {
	a := apptest.New(t)
	file := "合同编号,客户,合同名称,签约日期,开始日期,到期日期,合同金额,提前通知天数,续签方式,终止日期,reason\n" +
		"K-1,茗香茶业,全年供茶,2025-01-02,2025-01-02,2099-12-31,\"12,000\",30,自动续期,,\n" +
		"K-2,Ada Field,Machine,2024-01-01,2024-01-01,2024-12-31,100,0,hand,,\n" +
		"K-3,Ada Field,Beans,2025-01-01,,,5,,,2025-02-01,Moved away\n" +
		",Ada Field,Nameless,,,,,,,,\nK-5,Ada Field,Days,32/1/2025,,,,,,,\nK-6,Ada Field,Money,,,,much,,,,\nK-7,Ada Field,Turned,2025-01-02,2025-01-02,2024-01-01,,,,,\nK-8,Ada Field,Choice,,,,,,perhaps,,\nK-9,Ada Field,Below,,,,-5,,,,\n"
	checked, _ := a.CheckImport("contracts", file, importer.Options{CreateMissing: true})
	run, problems := a.Import("contracts", file, importer.Options{CreateMissing: true})
	if got := apptest.Tally(run); got != "3 0 0 6" || apptest.Tally(checked) != got {
		t.Fatalf("%s, checked %s: %q", got, apptest.Tally(checked), problems)
	}
	if n := a.Count(`SELECT count(*) FROM contract WHERE (number = 'K-1' AND state = 'running' AND amount = 1200000 AND renewal = 'self' AND notice_days = 30)
		OR (number = 'K-2' AND state = 'ended') OR (number = 'K-3' AND state = 'cancelled')`); n != 3 {
		t.Errorf("%d of three as they should be", n)
	}
	if again, _ := a.Import("contracts", file, importer.Options{CreateMissing: true}); apptest.Tally(again) != "0 0 3 6" {
		t.Error("the same file again:", apptest.Tally(again))
	}
	out := a.Owner().Get("/exports/contracts?format=csv")
	if out.Status != 200 || !strings.Contains(out.Body, "K-1") {
		t.Fatalf("%d %s", out.Status, out.Body)
	}
	if back, problems := a.Import("contracts", out.Body, importer.Options{OnDuplicate: importer.Update}); apptest.Tally(back) != "0 0 3 0" {
		t.Errorf("the export comes back changed: %s %q", apptest.Tally(back), problems)
	}
	words, _ := a.Import("contracts", "number,customer,title,notes\nK-1,茗香茶业,全年供茶,On paper\n", importer.Options{OnDuplicate: importer.Update})
	if apptest.Tally(words) != "0 1 0 0" || a.Count(`SELECT count(*) FROM contract WHERE notes = 'On paper' AND amount = 1200000`) != 1 {
		t.Error("a file does not correct:", apptest.Tally(words))
	}
	a.TakeBack(words)
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM contract`); n != 0 {
		t.Errorf("%d left", n)
	}
}
