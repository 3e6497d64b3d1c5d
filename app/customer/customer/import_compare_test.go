package customer_test

import (
	"strings"
	"testing"

	"regulars/app/sys/importer"
)

// here brings in one customer, and theirs is a file about the same and a new one.
const (
	here   = "name,phone,email,region,notes,tags\nHarbour Street Bakery,0571-88886666,,Leeds,old notes,old\n"
	theirs = "name,phone,email,region,notes,tags\nHarbour St Bakery,0571 8888 6666,ines@example.com,Hull,new notes,new\nSomebody new,13900139000,,,,\n"
)

func (f importing) mapped(t *testing.T, text string, o importer.Options) importer.Run {
	t.Helper()
	run, err := f.Upload(f.ctx, "customers", "x.csv", strings.NewReader(text), 0, o)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func (f importing) begin(t *testing.T, run importer.Run) string {
	t.Helper()
	if _, err := f.Begin(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	run, err := f.Get(f.ctx, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return counts(run)
}

func (f importing) bakery(t *testing.T) string {
	t.Helper()
	c, err := f.s.Get(f.ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	in := c.Input()
	return strings.Join([]string{in.Name, in.Region, in.Notes, strings.Join(in.Emails, "+"), strings.Join(in.Tags, "+")}, "; ")
}

func TestWhatIsHereStandsBesideWhatTheFileSays(t *testing.T) {
	f := newImporting(t)
	f.bring(t, here, importer.Options{})
	run := f.mapped(t, theirs, importer.Options{Wins: importer.WinsEmpty})
	p, err := f.Pairs(f.ctx, run.ID, 7)
	if err != nil || !p.Can || p.Found != 1 || p.Looked != 2 || p.At != 1 || p.On != importer.Skip || p.Shown == nil {
		t.Fatalf("%+v %v", p, err)
	}
	if p.Shown.Line != 2 || p.Shown.ID != 1 || p.Shown.Title != "Harbour Street Bakery" || p.Shown.Known != "phone" {
		t.Errorf("%+v", p.Shown)
	}
	var got []string
	for _, x := range p.Shown.Fields {
		mark := ""
		if x.Taken {
			mark = " taken"
		}
		if x.Adds {
			mark += " adds"
		}
		got = append(got, x.Column+": "+x.Here+" / "+x.File+mark)
	}
	want := "name: Harbour Street Bakery / Harbour St Bakery, region: Leeds / Hull, notes: old notes / new notes, email:  / ines@example.com taken, tags: old / new adds"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, ", "), want)
	}
	if len(f.found(t, "Somebody")) != 0 || f.bakery(t) != "Harbour Street Bakery; Leeds; old notes; ; old" {
		t.Error("looking wrote something")
	}
}

func TestTheChosenValuesStay(t *testing.T) {
	for name, c := range map[string]struct {
		o      importer.Options
		choice *importer.RowChoice
		all    bool
		counts string
		want   string
	}{
		"file wins":    {importer.Options{OnDuplicate: importer.Update}, nil, false, "1 created, 1 updated, 0 skipped, 0 failed", "Harbour St Bakery; Hull; new notes; ines@example.com; new+old"},
		"fill empty":   {importer.Options{OnDuplicate: importer.Update, Wins: importer.WinsEmpty}, nil, false, "1 created, 1 updated, 0 skipped, 0 failed", "Harbour Street Bakery; Leeds; old notes; ines@example.com; old"},
		"here wins":    {importer.Options{OnDuplicate: importer.Update, Wins: importer.WinsHere}, nil, false, "1 created, 0 updated, 1 skipped, 0 failed", "Harbour Street Bakery; Leeds; old notes; ; old"},
		"one by one":   {importer.Options{}, &importer.RowChoice{On: importer.Update, Fields: map[string]string{"name": importer.WinsHere, "email": importer.WinsHere}}, false, "1 created, 1 updated, 0 skipped, 0 failed", "Harbour Street Bakery; Hull; new notes; ; new+old"},
		"for all":      {importer.Options{Wins: importer.WinsHere}, &importer.RowChoice{On: importer.Update, Fields: map[string]string{"region": importer.WinsFile}}, true, "1 created, 1 updated, 0 skipped, 0 failed", "Harbour Street Bakery; Hull; old notes; ; old"},
		"keep both":    {importer.Options{}, &importer.RowChoice{On: importer.Create}, false, "2 created, 0 updated, 0 skipped, 0 failed", "Harbour Street Bakery; Leeds; old notes; ; old"},
		"skip the row": {importer.Options{OnDuplicate: importer.Update}, &importer.RowChoice{On: importer.Skip}, false, "1 created, 0 updated, 1 skipped, 0 failed", "Harbour Street Bakery; Leeds; old notes; ; old"},
	} {
		f := newImporting(t)
		f.bring(t, here, importer.Options{})
		run := f.mapped(t, theirs, c.o)
		if c.choice != nil {
			if _, err := f.Decide(f.ctx, run.ID, 2, *c.choice, c.all); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if got := f.begin(t, run); got != c.counts {
			t.Errorf("%s: %s", name, got)
		}
		if got := f.bakery(t); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestImpossibleBirthdaysAreToldAndLeftOut(t *testing.T) {
	f := newImporting(t)
	days := []string{"99/99/9999", "31.02.2020", "2020-02-31", "9999-12-31", "0001-01-01", "2031-01-01", "1899年13月1日", "00/00/2000", "--02-30", "农历2月31日", "农历2999-01-01"}
	text := "name,birthday\n"
	var want []string
	for i, day := range days {
		text += "Person " + string(rune('A'+i)) + "," + day + "\n"
		want = append(want, string(rune('0'+(i+2)/10))+string(rune('0'+(i+2)%10)))
	}
	run := f.bring(t, text+"Born,29.02.2000\n", importer.Options{})
	var got []string
	for _, p := range strings.Fields(f.problems(t, run.ID)) {
		line, rest, _ := strings.Cut(p, ":")
		if rest != "birthday:birthday" {
			t.Errorf("%s", p)
		}
		if len(line) == 1 {
			line = "0" + line
		}
		got = append(got, line)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("lines %v, want %v", got, want)
	}
	var stored string
	if err := f.db.Reader(f.ctx).Get(f.ctx, &stored, `SELECT group_concat(birthday, '') FROM customer`); err != nil || stored != "2000-02-29" {
		t.Errorf("stored %q %v", stored, err)
	}
}
