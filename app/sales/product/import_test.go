package product_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

const goods = "货号,品名,单位,售价,分类\nT-1,龙井茶,盒,¥128.50,茶叶\nT-2,白茶,,\"1,200\",茶叶\n,空白,,,\n,杯子,只,十块,\n,,只,5,\nT-1,龙井,盒,1,\n"

func TestProductsComeInOnceAndGoOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	text, err := simplifiedchinese.GB18030.NewEncoder().String(goods)
	if err != nil {
		t.Fatal(err)
	}
	run, problems := a.Import("products", text, importer.Options{})
	if got := apptest.Tally(run); got != "3 0 1 2" {
		t.Error(got)
	}
	if want := []string{"5: Price: This is not an amount in USD: 十块", "6: Name: This is needed."}; !slices.Equal(problems, want) {
		t.Errorf("%q", problems)
	}
	if n := a.Count(`SELECT price FROM product WHERE code = 'T-1' AND name = '龙井茶' AND unit = '盒' AND category = '茶叶' AND active = 1`); n != 12850 {
		t.Errorf("price %d", n)
	}
	if again, _ := a.Import("products", text, importer.Options{}); apptest.Tally(again) != "0 0 4 2" {
		t.Error(apptest.Tally(again))
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM product`); n != 0 {
		t.Errorf("%d left", n)
	}
}

func TestProductsAreUpdatedByCodeOrName(t *testing.T) {
	a := apptest.New(t)
	a.Import("products", "code,name,price\nA,Green tea,3\n,Mug,5\n,Twin,1\n", importer.Options{})
	run, problems := a.Import("products", "code,name,price,unit\nA,Green tea leaf,4,bag\nM,mug,,\n,mug,5,\nB,Green tea,9,\n", importer.Options{OnDuplicate: importer.Update})
	if got := apptest.Tally(run); got != "1 2 1 0" {
		t.Error(got, problems)
	}
	if n := a.Count(`SELECT count(*) FROM product WHERE code = 'A' AND name = 'Green tea leaf' AND price = 400 AND unit = 'bag'`); n != 1 {
		t.Error("not updated by its code")
	}
	if n := a.Count(`SELECT count(*) FROM product WHERE code = 'M' AND lower(name) = 'mug' AND price = 500`); n != 1 {
		t.Error("not updated by its name")
	}
	a.Import("products", "name\nTwin\n", importer.Options{OnDuplicate: importer.Create})
	if run, problems = a.Import("products", "name\ntwin\n", importer.Options{}); run.Failed != 1 || problems[0] != "2: Name: Two products have this name: twin" {
		t.Error(problems)
	}
	if run, _ = a.CheckImport("products", "name,price\nNew,1\nNew,2\nMug,3\n", importer.Options{}); apptest.Tally(run) != "1 0 2 0" || a.Count(`SELECT count(*) FROM product WHERE name = 'New'`) != 0 {
		t.Error(apptest.Tally(run))
	}
}

// What nobody needs twice is told by a file, goes out and comes back the same; a
// file without the column, or with an empty cell, changes nothing about it.
func TestWhatIsBoughtOnceComesInAndGoesOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	once := func(name string) int {
		return a.Count(`SELECT count(*) FROM product WHERE once = 1 AND name = ?`, name)
	}
	run, problems := a.Import("products", "货号,品名,只买一次\nT-1,烧水壶,是\nT-2,白茶,否\nT-3,茶巾,\nT-4,茶盘,两个\n", importer.Options{})
	if apptest.Tally(run) != "3 0 0 1" || len(problems) != 1 || !strings.Contains(problems[0], "两个") {
		t.Error(apptest.Tally(run), problems)
	}
	if once("烧水壶") != 1 || once("白茶")+once("茶巾") != 0 {
		t.Error("not as the file says")
	}
	out := a.Owner().Get("/exports/products?format=csv").Body
	if again, problems := a.Import("products", out, importer.Options{OnDuplicate: importer.Update}); apptest.Tally(again) != "0 0 3 0" || !strings.Contains(out, ",yes") {
		t.Error(apptest.Tally(again), problems, out)
	}
	a.Import("products", "code,name,price\nT-1,烧水壶,9\n", importer.Options{OnDuplicate: importer.Update})
	a.Import("products", "code,name,once\nT-1,烧水壶,\n", importer.Options{OnDuplicate: importer.Update})
	if once("烧水壶") != 1 {
		t.Error("a file that does not say took it away")
	}
	run, _ = a.Import("products", "code,name,once\nT-1,烧水壶,no\nT-2,白茶,yes\n", importer.Options{OnDuplicate: importer.Update})
	if once("烧水壶") != 0 || once("白茶") != 1 {
		t.Error("not changed as the file says")
	}
	a.TakeBack(run)
	if once("烧水壶") != 1 || once("白茶") != 0 {
		t.Error("not taken back")
	}
}

func TestAPersonChoosesWhatOfAProductStays(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("shell"))
	a.Import("products", "code,name,price\nA,Green tea,3\n", importer.Options{})
	run, err := a.Imports.Upload(ctx, "products", "x.csv", strings.NewReader("code,name,price,unit\nA,Green leaf,4,bag\nB,Mug,1,\n"), 0, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := a.Imports.Pairs(ctx, run.ID, 1)
	if err != nil || pairs.Found != 1 || pairs.Shown.Known != "code" || len(pairs.Shown.Fields) != 3 || pairs.Shown.Fields[2].Here != "$3.00" || pairs.Shown.Fields[2].File != "$4.00" {
		t.Fatalf("%+v %+v %v", pairs, pairs.Shown, err)
	}
	if _, err := a.Imports.Decide(ctx, run.ID, 2, importer.RowChoice{On: importer.Update, Fields: map[string]string{"name": importer.WinsHere}}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Imports.Begin(ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	a.Imports.Drain(ctx)
	if n := a.Count(`SELECT count(*) FROM product WHERE code = 'A' AND name = 'Green tea' AND price = 400 AND unit = 'bag'`); n != 1 {
		t.Error("not as chosen")
	}
}
