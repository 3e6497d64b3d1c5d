package backup

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
)

func TestLeftoversOfAKillAreSweptButNotOthersWork(t *testing.T) {
	d, dir := shop(t)
	put(t, filepath.Join(dir, folder, ".work-dead", "archive"), "half an archive")
	live, err := newWork(filepath.Join(dir, folder))
	if err != nil {
		t.Fatal(err)
	}
	defer live.close()
	k := New(d, dir, nil)
	if err := k.Nightly(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := leftovers(t, dir); len(l) != 1 || l[0] != live.dir {
		t.Fatalf("left: %v", l)
	}
	if files, err := k.List(); err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
}

func TestLeftoversOfAKillAreSweptAtStart(t *testing.T) {
	_, dir := shop(t)
	put(t, filepath.Join(dir, folder, ".work-dead", database), "half a copy")
	if err := Resume(dir); err != nil {
		t.Fatal(err)
	}
	if l := leftovers(t, dir); len(l) > 0 {
		t.Fatalf("left: %v", l)
	}
}

func TestNightlyKeepsDaysAndWeeks(t *testing.T) {
	d, dir := shop(t)
	put(t, filepath.Join(dir, folder, "mine.tar.gz"), "by hand")
	k := New(d, dir, nil)
	for day := range 60 {
		at := dbtest.Start.AddDate(0, 0, day)
		put(t, filepath.Join(dir, folder, nightly+at.Format(stamp)+".tar.gz"), "x")
		if err := k.prune(); err != nil {
			t.Fatal(err)
		}
	}
	files, err := k.List()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		if !f.night.IsZero() {
			got = append(got, f.night.Format("01-02"))
		}
	}
	// The sixtieth day is Thursday 30 April; the weeks before end on Sundays.
	want := "04-30 04-29 04-28 04-27 04-26 04-25 04-24 04-19 04-12 04-05 03-29"
	if strings.Join(got, " ") != want || len(files) != len(got)+1 {
		t.Fatalf("kept %v", got)
	}
}

func TestNightlyAndDrillAreRecorded(t *testing.T) {
	d, dir := shop(t)
	clock := dbtest.Clock(t)
	k := New(d, dir, func(context.Context) (string, error) { return "secret", nil })
	if err := k.Drill(t.Context()); err == nil {
		t.Fatal("a drill without a backup succeeded")
	}
	if err := k.Nightly(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := k.Drill(t.Context()); err != nil {
		t.Fatal(err)
	}
	last, err := k.Last(t.Context())
	if err != nil || !last.Encrypted || last.GoodAt != clock.Now().UnixMilli() || last.File != "nightly-20260302-090000.tar.gz.age" {
		t.Fatalf("%+v %v", last, err)
	}
	drill, err := k.LastDrill(t.Context())
	if err != nil || drill.Error != "" || drill.Entries != 3 {
		t.Fatalf("%+v %v", drill, err)
	}
	put(t, filepath.Join(dir, folder, last.File), "spoilt")
	clock.Add(7 * 24 * time.Hour)
	if err := k.Drill(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Fatalf("got %v", err)
	}
	if again, _ := k.LastDrill(t.Context()); again.Error == "" || again.GoodAt != drill.At {
		t.Fatalf("%+v", again)
	}
	for _, s := range k.Jobs() {
		if s.Name == "" || s.Run == nil {
			t.Fatalf("%+v", s)
		}
	}
}

func TestSnapshotBeforeMigrating(t *testing.T) {
	d, dir := shop(t)
	path, err := Snapshot(t.Context(), d, dir)
	if err != nil || filepath.Base(path) != fmt.Sprintf("before-%d.db", db.SchemaVersion()) {
		t.Fatal(path, err)
	}
	say(t, d, "after")
	if word(t, dbtest.Open(t, path)) != "before" {
		t.Fatal("not the state from before")
	}
	if _, err := Snapshot(t.Context(), d, dir); err != nil {
		t.Fatal(err)
	}
	if word(t, dbtest.Open(t, path)) != "after" {
		t.Fatal("an outdated snapshot stayed")
	}
}
