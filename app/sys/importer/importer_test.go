package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/kit/errs"
	"regulars/app/kit/tabular"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/journal"
)

// labels is a slice with one table: tags, known by their name.
func labels(onBatch func()) Kind {
	return Kind{
		Name: "tags", Permission: "tag.write", Columns: []Column{{Name: "name", Required: true}, {Name: "category", Number: true}, {Name: "code"}},
		Match: []string{"name"}, Start: func(o Options) Work { return &labelWork{o: o, onBatch: onBatch, seen: map[string]bool{}} },
	}
}

type labelWork struct {
	o       Options
	onBatch func()
	seen    map[string]bool
	made    []string
}

func (w *labelWork) Begin(context.Context, *db.Tx, []*Record) error {
	w.made = nil
	if w.onBatch != nil {
		w.onBatch()
	}
	return nil
}

func (w *labelWork) Take(ctx context.Context, tx *db.Tx, r *Record) (Outcome, error) {
	name := r.Get("name")
	if name == "" {
		c := &errs.Check{}
		c.Add("name", "error.required")
		return 0, c.Err()
	}
	var have int
	if err := tx.Get(ctx, &have, `SELECT count(*) FROM tag WHERE name = ?`, name); err != nil {
		return 0, err
	}
	if (have > 0 || w.seen[name]) && w.o.OnDuplicate == Skip {
		return Skipped, nil
	}
	if _, err := tx.Insert(ctx, `INSERT INTO tag (name, created_at, updated_at) VALUES (?, ?, ?)`, name, db.At(tx.Now), db.At(tx.Now)); err != nil {
		return 0, err
	}
	if r.Get("code") == "late" { // fails after it has written
		return 0, errs.New(errs.Invalid, "import.problem.kind", "value", "late")
	}
	if w.o.Dry {
		w.made = append(w.made, name)
	}
	return Created, nil
}

func (w *labelWork) End(context.Context, *db.Tx) error {
	for _, name := range w.made {
		w.seen[name] = true
	}
	return nil
}

type fixture struct {
	*Engine
	db  *db.DB
	ctx context.Context
	dir string
}

func engine(t *testing.T, onBatch func()) fixture {
	t.Helper()
	d := dbtest.New(t)
	j := journal.New(d, []journal.Table{{Name: "tag"}})
	if err := j.Install(context.Background()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	blobs, err := blob.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	e := New(Deps{DB: d, Blobs: blobs})
	e.Attach(j, labels(onBatch))
	return fixture{e, d, auth.With(context.Background(), auth.System("shell")), dir}
}

// again is the same house after a restart.
func (f fixture) again(onBatch func()) fixture {
	e := New(f.Deps)
	e.Attach(f.journal, labels(onBatch))
	return fixture{e, f.db, f.ctx, f.dir}
}

func (f fixture) upload(t *testing.T, text string, o Options) Run {
	t.Helper()
	run, err := f.Upload(f.ctx, "tags", `C:\data\labels.csv`, strings.NewReader(text), MaxUpload, o)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func (f fixture) run(t *testing.T, id int64) Run {
	t.Helper()
	run, err := f.Get(f.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func (f fixture) count(t *testing.T) int {
	t.Helper()
	var n int
	if err := f.db.Reader(f.ctx).Get(f.ctx, &n, `SELECT count(*) FROM tag`); err != nil {
		t.Fatal(err)
	}
	return n
}

func rows(n int) string {
	var b strings.Builder
	b.WriteString("Name,Other\n")
	for i := range n {
		fmt.Fprintf(&b, "label %d,x\n", i)
	}
	return b.String()
}

func TestAnImportWithMistakesTellsThemAndIsTakenBack(t *testing.T) {
	f := engine(t, nil)
	text, err := simplifiedchinese.GB18030.NewEncoder().String("名称,分类,编码\n老客户,甲,1\n,缺名字的行,2\n=cmd|'/c calc'!A1,乙,3\n零散\n早到的,丙,late\n老客户,丁,5\n" + strings.Repeat("常客", 20) + ",戊,6\n")
	if err != nil {
		t.Fatal(err)
	}
	run := f.upload(t, text, Options{})
	if run.Total != 7 || run.FileName != "labels.csv" || run.State != Mapping {
		t.Fatalf("%+v", run)
	}
	if _, err := f.Check(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	checked := f.run(t, run.ID)
	if checked.State != Checked || checked.Created != 4 || checked.Skipped != 1 || checked.Failed != 2 || f.count(t) != 0 {
		t.Fatalf("check: %+v, %d written", checked, f.count(t))
	}
	if _, err := f.Begin(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	done := f.run(t, run.ID)
	if done.State != Done || done.Created != 4 || done.Skipped != 1 || done.Failed != 2 || f.count(t) != 4 {
		t.Fatalf("run: %+v, %d written", done, f.count(t))
	}
	var out bytes.Buffer
	say := func(m errs.Message) string { return m.Key }
	if err := f.FailedRows(f.ctx, run.ID, &out, say); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Count(got, "\r\n") != 3 || !strings.Contains(got, "缺名字的行,2,3,import.field_reason") || !strings.Contains(got, "早到的,丙,late,6,") {
		t.Errorf("failed rows: %q", got)
	}
	if _, err := f.Undo(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	if back := f.run(t, run.ID); back.State != Undone || f.count(t) != 0 {
		t.Fatalf("undo: %+v, %d left", back, f.count(t))
	}
	if _, err := f.Undo(f.ctx, run.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second undo: %v", err)
	}
}

func TestTheSameFileTwiceChangesNothing(t *testing.T) {
	f := engine(t, nil)
	for range 2 {
		run := f.upload(t, rows(120), Options{})
		if _, err := f.Begin(f.ctx, run.ID); err != nil {
			t.Fatal(err)
		}
		f.Drain(f.ctx)
	}
	if f.count(t) != 120 {
		t.Errorf("%d written", f.count(t))
	}
	runs, err := f.List(f.ctx, 0, 10)
	if err != nil || len(runs) != 2 || runs[0].Skipped != 120 || runs[0].Group != 0 {
		t.Errorf("%+v %v", runs, err)
	}
}

func TestAKillBetweenBatchesIsResumedWithoutDoubleRows(t *testing.T) {
	for stop := 1; stop < 12; stop++ {
		ctx, kill := context.WithCancel(context.Background())
		batches := 0
		f := engine(t, func() {
			if batches++; batches == stop {
				kill()
			}
		})
		run := f.upload(t, rows(2000), Options{OnDuplicate: Create})
		if _, err := f.Begin(f.ctx, run.ID); err != nil {
			t.Fatal(err)
		}
		f.Drain(ctx)
		if killed := f.run(t, run.ID); killed.State == Running && killed.Position != f.count(t) {
			t.Fatalf("position %d but %d rows", killed.Position, f.count(t))
		}
		f = f.again(nil)
		f.Drain(f.ctx)
		if done := f.run(t, run.ID); done.State != Done || done.Created != 2000 || f.count(t) != 2000 {
			t.Fatalf("stopped at batch %d: %+v, %d rows", stop, done, f.count(t))
		}
		if _, err := f.Undo(f.ctx, run.ID); err != nil {
			t.Fatal(err)
		}
		f.Drain(f.ctx)
		if f.count(t) != 0 {
			t.Fatalf("%d left after the undo", f.count(t))
		}
		kill()
	}
}

func TestSeveralFilesQueue(t *testing.T) {
	f := engine(t, nil)
	a, b := f.upload(t, rows(30), Options{}), f.upload(t, "name\nanother\n\nlabel 3\n", Options{})
	for _, run := range []Run{a, b} {
		if _, err := f.Begin(f.ctx, run.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Begin(f.ctx, a.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("begun twice: %v", err)
	}
	f.Drain(f.ctx)
	if got := f.run(t, b.ID); got.Created != 1 || got.Skipped != 1 || f.count(t) != 31 {
		t.Errorf("%+v", got)
	}
}

func TestAShellImportBesideTheServerIsNotTakenOver(t *testing.T) {
	f := engine(t, nil)
	d := f.Deps
	d.Shell = true
	shell := New(d)
	shell.Attach(f.journal, labels(nil))
	run, err := shell.Upload(f.ctx, "tags", "a.csv", strings.NewReader(rows(5)), 0, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shell.Begin(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	if f.count(t) != 0 {
		t.Fatal("the server took the shell's run")
	}
	dbtest.Clock(t).Add(2 * lease) // the shell died
	f.Drain(f.ctx)
	if f.count(t) != 5 {
		t.Fatal("the server left a dead shell's run alone")
	}
}

func TestRunFileWritesFailedRowsBesideTheFile(t *testing.T) {
	f := engine(t, nil)
	name := filepath.Join(f.dir, "labels.csv")
	if err := os.WriteFile(name, []byte("name;code\ngood;1\n;2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := f.RunFile(f.ctx, "tags", name, Options{}, func(m errs.Message) string { return m.Key })
	if err != nil || r.Created != 1 || r.Failed != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	text, err := os.ReadFile(filepath.Join(f.dir, "labels.failed.csv"))
	if err != nil || !strings.Contains(string(text), ",2,3,") {
		t.Errorf("%q %v", text, err)
	}
	odd := filepath.Join(f.dir, "odd.csv")
	if err := os.WriteFile(odd, []byte("name,code\nodd\x07 one,a long enough code\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err = f.RunFile(f.ctx, "tags", odd, Options{Dry: true}, func(m errs.Message) string { return m.Key })
	if err != nil || r.Remarks != 1 || r.FailedFile != "" {
		t.Errorf("%+v %v", r, err)
	}
	if text, err = os.ReadFile(filepath.Join(f.dir, "odd.remarks.csv")); err != nil || !strings.Contains(string(text), "odd one,a long enough code,2,") {
		t.Errorf("%q %v", text, err)
	}
	if _, err := f.RunFile(f.ctx, "tags", filepath.Join(f.dir, "no such file"), Options{}, nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("missing file: %v", err)
	}
	dry, err := f.RunFile(f.ctx, "tags", name, Options{Dry: true, Map: map[string]string{"name": "", "code": "name"}}, func(m errs.Message) string { return m.Key })
	if err != nil || dry.Created != 2 || f.count(t) != 1 {
		t.Errorf("check by another map: %+v %v, %d written", dry, err, f.count(t))
	}
}

func TestWhoMayNotImportIsRefused(t *testing.T) {
	f := engine(t, nil)
	run := f.upload(t, rows(1), Options{})
	for _, grants := range []map[string]bool{{}, {Write: true}, {"tag.write": true}} {
		a := &auth.Actor{UserID: 5, Role: auth.Member, Reach: auth.Own}
		a.Grant(grants)
		ctx := auth.With(context.Background(), a)
		if _, err := f.Upload(ctx, "tags", "x", strings.NewReader(rows(1)), 0, Options{}); !errs.Is(err, errs.Denied) {
			t.Errorf("%v uploads: %v", grants, err)
		}
	}
	a := &auth.Actor{UserID: 5, Role: auth.Member, Reach: auth.Own}
	a.Grant(map[string]bool{Write: true, "tag.write": true})
	ctx := auth.With(context.Background(), a)
	if _, err := f.Get(ctx, run.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("sees somebody else's import: %v", err)
	}
	if err := f.Problems(ctx, run.ID, false, 10, func(Problem) error { return nil }); !errs.Is(err, errs.NotFound) {
		t.Errorf("reads somebody else's rows: %v", err)
	}
}

func TestWhatCannotBeReadIsExplained(t *testing.T) {
	f := engine(t, nil)
	for name, text := range map[string]string{"empty": "", "pdf": "%PDF-1.7 ...", "html": "<html><table>"} {
		if _, err := f.Upload(f.ctx, "tags", name, strings.NewReader(text), MaxUpload, Options{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := f.Upload(f.ctx, "tags", "big", strings.NewReader(strings.Repeat("a", 100)), 50, Options{}); !errs.Is(err, errs.TooLarge) {
		t.Errorf("too big: %v", err)
	}
	if _, err := f.Upload(f.ctx, "no such kind", "x", strings.NewReader("a"), 50, Options{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("kind: %v", err)
	}
	run := f.upload(t, "nothing we know\nx\n", Options{})
	if _, err := f.Begin(f.ctx, run.ID); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a name column: %v", err)
	}
	broken := f.upload(t, "name\ngood\n\"never closed\n", Options{})
	if _, err := f.Begin(f.ctx, broken.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	if got := f.run(t, broken.ID); got.State != Failed || got.Error().Key != "import.error.open_quote" {
		t.Errorf("%+v", got)
	}
}

func TestAPanicEndsOnlyItsRun(t *testing.T) {
	calls := 0
	f := engine(t, func() {
		if calls++; calls == 1 {
			panic("a slice's mistake")
		}
	})
	a, b := f.upload(t, rows(3), Options{}), f.upload(t, rows(5), Options{})
	for _, run := range []Run{a, b} {
		if _, err := f.Begin(f.ctx, run.ID); err != nil {
			t.Fatal(err)
		}
	}
	f.Drain(f.ctx)
	if f.run(t, a.ID).State != Failed || f.run(t, b.ID).State != Done || f.count(t) != 5 {
		t.Errorf("%+v %+v", f.run(t, a.ID), f.run(t, b.ID))
	}
}

func TestHeadersAreKnownInBothLanguagesAndAnyShape(t *testing.T) {
	k := Kind{Columns: []Column{{Name: "external_id"}, {Name: "name"}, {Name: "phone"}, {Name: "mobile"}, {Name: "email"}, {Name: "owner_email"}}}
	got := k.Guess([]string{"E-Mail Address", "手机号码", "NAME", "Phone 2", "ｔｅｌ", "客户 编号", "Owner_Email", "shoe size", "name"})
	want := []string{"email", "mobile", "name", "phone", "phone", "external_id", "owner_email", "", ""}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q", got)
	}
}

func TestPreviewShowsLettersColumnsAndARecord(t *testing.T) {
	f := engine(t, nil)
	text, err := simplifiedchinese.GB18030.NewEncoder().String("名称,城市\n老客户的店,杭州\n新客户的店,\n")
	if err != nil {
		t.Fatal(err)
	}
	run := f.upload(t, text, Options{})
	p, err := f.Preview(f.ctx, run.ID, 2)
	if err != nil {
		t.Fatal(err)
	}
	if p.Matched != 1 || len(p.Columns) != 2 || p.Columns[1].Filled != 50 || p.Columns[0].Goes != "name" || len(p.Record) != 1 || p.Record[0].Value != "新客户的店" {
		t.Errorf("%+v", p)
	}
	right := 0
	for _, l := range p.Letters {
		if l.Current && l.Detected && strings.Contains(l.Text, "老客户") {
			right++
		}
	}
	if right != 1 || len(p.Letters) < 3 {
		t.Errorf("%+v", p.Letters)
	}
	if _, err := f.Choose(f.ctx, run.ID, Options{Encoding: "big5", Columns: []string{"name", "code"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Choose(f.ctx, run.ID, Options{Encoding: "klingon"}); !errs.Is(err, errs.Invalid) && err == nil {
		t.Errorf("an encoding nobody has: %v", err)
	}
	if _, err := f.Choose(f.ctx, run.ID, Options{Columns: []string{"name; DROP", ""}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a column nobody has: %v", err)
	}
}

func TestNeighboursOfOneNumberAreOneRecord(t *testing.T) {
	k := Kind{Columns: []Column{{Name: "order_no"}, {Name: "product"}}, Group: "order_no"}
	text := "order_no,product\nA,1\nA,2\nB,3\n,4\n,5\nA,6\n"
	table, err := tabular.Open(strings.NewReader(text), int64(len(text)), tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &source{table: table, plan: newPlan(k, Options{Columns: []string{"order_no", "product"}})}
	var got []string
	for {
		batch, err := s.take(2)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch) == 0 {
			break
		}
		for _, r := range batch {
			got = append(got, fmt.Sprintf("%s%d", r.Get("order_no"), len(r.Rows)))
		}
	}
	if strings.Join(got, " ") != "A2 B1 1 1 A1" || s.rows != 6 {
		t.Errorf("%v, %d rows", got, s.rows)
	}
}

func TestAnExportedFormulaComesBackAsItWas(t *testing.T) {
	for _, cell := range []string{"=1+1", "@x", "+cmd", "'quoted'", "plain", "-5"} {
		if got := fuse(tabular.Defuse(cell)); got != cell {
			t.Errorf("%q became %q", cell, got)
		}
	}
	p := newPlan(Kind{Columns: []Column{{Name: "external_id"}}}, Options{Columns: []string{"external_id"}})
	if r := p.row([]string{"1.1010119900307E+17"}, 2); r.Get("external_id") != "" || len(r.problems) != 1 || r.problems[0].Fatal {
		t.Errorf("%+v", r)
	}
}

func TestAFaultOfTheMachineIsNoProblemOfARow(t *testing.T) {
	r := &Record{Row: &Row{}}
	if err := r.fail(errors.New("disk")); err == nil {
		t.Error("a fault was taken for a bad row")
	}
}
