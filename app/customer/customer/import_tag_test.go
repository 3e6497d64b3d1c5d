package customer_test

import (
	"slices"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

func TestTagsComeInOnceAndGoOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	before := a.Count(`SELECT count(*) FROM tag`)
	text, err := simplifiedchinese.GB18030.NewEncoder().String("标签,备注\n老客户,a\nVIP,b\nvip,c\n,d\n")
	if err != nil {
		t.Fatal(err)
	}
	checked, _ := a.CheckImport("tags", text, importer.Options{})
	run, problems := a.Import("tags", text, importer.Options{})
	if got := apptest.Tally(run); got != "2 0 1 1" || apptest.Tally(checked) != got || !slices.Equal(problems, []string{"5: Name: This is needed."}) {
		t.Errorf("%s, checked %s %q", got, apptest.Tally(checked), problems)
	}
	if again, _ := a.Import("tags", text, importer.Options{}); apptest.Tally(again) != "0 0 3 1" {
		t.Error(apptest.Tally(again))
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM tag`); n != before {
		t.Errorf("%d tags left", n-before)
	}
}
