package importer

import (
	"strings"
	"testing"

	"regulars/app/kit/errs"
)

func TestWhatNobodySeesIsTakenOutOfCells(t *testing.T) {
	for cell, want := range map[string]string{
		"plain 文字 😀": "plain 文字 😀", "a\x00b": "ab", "\x1b[31mred": "[31mred", "del\x7f\u0085": "del", "\u202a+44 20 7946 0018\u202c": "+44 20 7946 0018",
		"\ufeffname": "name", "two\r\nlines\rthree": "two\nlines\nthree", "bad \xff utf": "bad \ufffd utf", " \x01 ": "", "tab\there": "tab\there", "x\ufffe\U0001ffff": "x",
	} {
		if got, _ := clean(cell); got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}

func TestControlCharactersAreTakenOutWithARemarkAndNeverStored(t *testing.T) {
	f := engine(t, nil)
	run := f.upload(t, "na\x07me,code\nnull\x00 and \x1bescape\x7f,1\n\x02\x03,2\n\u202atext\u202c,"+strings.Repeat("3", 300)+"\n", Options{Defaults: map[string]string{"category": "b\x08ell"}})
	if _, err := f.Begin(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	if done := f.run(t, run.ID); done.Created != 2 || done.Failed != 1 {
		t.Errorf("%+v", done)
	}
	var stored string
	if err := f.db.Reader(f.ctx).Get(f.ctx, &stored, `SELECT (SELECT group_concat(name, '|') FROM tag) || (SELECT group_concat(cells, '|') FROM import_problem)`); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "null and escape|text") || strings.ContainsFunc(stored, unseen) || strings.Contains(stored, `\u00`) {
		t.Errorf("stored %q", stored)
	}
	var keys []string
	if err := f.Problems(f.ctx, run.ID, false, 10, func(p Problem) error { keys = append(keys, p.Key); return nil }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(keys, " "); got != ProblemControl+" error.required" {
		t.Errorf("%s", got)
	}
}

func TestACellTypedAnewIsKeptWithTheRunAndUsed(t *testing.T) {
	f := engine(t, nil)
	run := f.upload(t, "name,code\ngood,1\n,2\nlater,late\n", Options{})
	if _, err := f.Check(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	if got := f.run(t, run.ID); got.Failed != 2 {
		t.Fatalf("%+v", got)
	}
	if _, err := f.Fix(f.ctx, run.ID, []Fix{{3, "name", "mended\x00"}, {4, "code", "in time"}, {3, "category", "from nowhere"}}); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	got := f.run(t, run.ID)
	if got.State != Checked || got.Failed != 0 || got.Created != 3 || f.count(t) != 0 {
		t.Fatalf("%+v", got)
	}
	p, err := f.Preview(f.ctx, run.ID, 2)
	if err != nil || len(p.Record) != 3 || p.Record[0].Value != "mended" || p.Record[1].Value != "from nowhere" {
		t.Errorf("%+v %v", p.Record, err)
	}
	if _, err := f.Begin(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	var names string
	if err := f.db.Reader(f.ctx).Get(f.ctx, &names, `SELECT group_concat(name, '|') FROM tag`); err != nil || names != "good|later|mended" {
		t.Errorf("%q %v", names, err)
	}
	if _, err := f.Fix(f.ctx, run.ID, []Fix{{3, "name", "too late"}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("after the run: %v", err)
	}
	other := f.upload(t, "name\n\n,\nx\n", Options{})
	for _, bad := range []Fix{{2, "nothing", "x"}, {2, "name", strings.Repeat("x", maxFix+1)}} {
		if _, err := f.Fix(f.ctx, other.ID, []Fix{bad}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", bad.Column, err)
		}
	}
	if _, err := f.Fix(f.ctx, other.ID, []Fix{{4, "name", ""}}); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	if got := f.run(t, other.ID); got.Failed != 1 {
		t.Errorf("emptied by hand: %+v", got)
	}
	if _, err := f.Unfix(f.ctx, other.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	if got := f.run(t, other.ID); got.Failed != 0 || len(got.Options().Fixes) != 0 {
		t.Errorf("as the file says: %+v", got)
	}
}

func TestTheMostParticularChoiceWins(t *testing.T) {
	o := Options{OnDuplicate: Skip, Wins: WinsEmpty}
	if o.Takes(2, "name", false) || !o.Takes(2, "name", true) || o.On(2) != Skip {
		t.Error("the rule for all")
	}
	o.Decide(2, RowChoice{On: Update, Fields: map[string]string{"name": WinsFile}}, false)
	if !o.Takes(2, "name", false) || o.Takes(3, "name", false) || o.On(2) != Update || o.On(3) != Skip {
		t.Error("the choice for one row")
	}
	o.Decide(3, RowChoice{On: Update, Fields: map[string]string{"name": WinsHere}}, true)
	if !o.Takes(2, "name", false) || o.Takes(9, "name", true) || o.On(9) != Update {
		t.Error("the choice for all others")
	}
	if !(Options{}).Takes(1, "name", false) || (Options{Wins: WinsHere}).Takes(1, "name", true) {
		t.Error("without a choice the file wins")
	}
	k := labels(nil)
	for name, bad := range map[string]Options{"wins": {Wins: "me"}, "rows": {Rows: map[int]RowChoice{1: {On: "explode"}}}, "prefer": {Prefer: map[string]string{"nothing": WinsFile}},
		"fields": {Rows: map[int]RowChoice{1: {Fields: map[string]string{"name": "neither"}}}}} {
		bad.OnDuplicate = Skip
		if err := bad.Validate(k); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
