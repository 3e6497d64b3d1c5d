package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"regulars/app"
	"regulars/app/kit/errs"
	"regulars/app/kit/tabular"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/importer"
)

// imported is how many customers the file of the import holds.
const imported = 100_000

// measureBulk runs in process what works through everybody.
func measureBulk(ctx context.Context, o options, work string, raw *raws, t *table) error {
	for name, first := range map[string]int{"bench.csv": 0, "bench.xlsx": imported} {
		if err := writeTable(filepath.Join(work, name), first, imported); err != nil {
			return err
		}
	}
	return within(ctx, work, func(ctx context.Context, a *app.App) error { return bulk(ctx, a, o, work, raw, t) })
}

// within runs fn in process over a data folder.
func within(ctx context.Context, work string, fn func(ctx context.Context, a *app.App) error) error {
	cfg, err := config.Load(config.Options{DataDir: work, Environ: []string{}})
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Config: cfg, Files: os.DirFS("."), Version: "bench"})
	if err != nil {
		return err
	}
	if err := a.Migrate(ctx); err != nil {
		return errors.Join(err, a.Close())
	}
	return errors.Join(fn(auth.With(ctx, auth.System("shell")), a), a.Close())
}

func bulk(ctx context.Context, a *app.App, o options, work string, raw *raws, t *table) error {
	evaluated, err := timed(o.profile, "evaluation", func() error { return evaluate(ctx, a) })
	if err != nil {
		return err
	}
	scanned, err := timed("", "", func() error {
		return raw.read(`SELECT customer_id, count(*), sum(total), min(ordered_on), max(ordered_on) FROM order_head GROUP BY customer_id`)
	})
	if err != nil {
		return err
	}
	t.note("evaluation of everybody", "%.1f s, %.0f : raw sums of their orders", evaluated.Seconds(), evaluated.Seconds()/scanned.Seconds())
	inserted, err := timed("", "", func() error {
		for range imported / 500 {
			if err := raw.insert(ctx, 500); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range []struct{ name, title string }{{"bench.csv", "import of a CSV file"}, {"bench.xlsx", "import of an XLSX file"}} {
		for _, turn := range []string{"", ", the same again"} {
			file := filepath.Join(work, f.name)
			var report importer.Report
			took, err := timed(o.profile, f.name+turn, func() (err error) {
				report, err = a.ShellImporter(true).RunFile(ctx, "customers", file, importer.Options{OnDuplicate: importer.Skip}, func(m errs.Message) string { return m.Key })
				return err
			})
			if err != nil {
				return err
			}
			if made := map[bool]int{true: imported}[turn == ""]; report.Created != made || report.Updated+report.Failed != 0 {
				return fmt.Errorf("%s%s: %d created, %d updated, %d failed", f.title, turn, report.Created, report.Updated, report.Failed)
			}
			t.note(f.title+turn, "%.0f rows/s, %.0f : raw inserts", imported/took.Seconds(), took.Seconds()/inserted.Seconds())
		}
	}
	return nil
}

// evaluate runs the nightly evaluation.
func evaluate(ctx context.Context, a *app.App) error {
	for _, m := range a.Modules() {
		for _, j := range m.Jobs {
			if j.Name == "evaluation_nightly" {
				return j.Run(ctx)
			}
		}
	}
	return errors.New("there is no evaluation")
}

// writeTable makes a file as a spreadsheet writes it.
func writeTable(file string, from, rows int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	var w interface {
		Write(row []string) error
		Close() error
	}
	if filepath.Ext(file) == ".xlsx" {
		w, err = tabular.NewXLSXWriter(f, "customers", filepath.Dir(file))
	} else {
		w, err = tabular.NewCSVWriter(f, false)
	}
	if err != nil {
		return err
	}
	if err := w.Write([]string{"name", "phone", "email", "region", "source", "notes"}); err != nil {
		return err
	}
	family, given := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"), []rune("晓明建国雨桐欣怡思远浩然子涵梓萱桂英秀兰伟芳娜敏静丽强磊洋艳勇军杰娟涛超霞平刚")
	first, last := []string{"Ada", "Ruth", "Owen", "Priya", "Felix", "Nora"}, []string{"Okafor", "Marchetti", "Novak", "Lund", "Frost"}
	rnd := rand.New(rand.NewPCG(1, uint64(from+2)))
	for i := from; i < from+rows; i++ {
		name := string([]rune{family[rnd.IntN(len(family))], given[rnd.IntN(len(given))], given[rnd.IntN(len(given))]})
		if i%2 == 0 {
			name = fmt.Sprintf("%s %s %d", first[rnd.IntN(len(first))], last[rnd.IntN(len(last))], i)
		}
		err := w.Write([]string{name, fmt.Sprintf("139%08d", i), fmt.Sprintf("person%d@example.org", i), "Bristol", "Trade fair", fmt.Sprintf("met at stand %d", i%90)})
		if err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), f.Close())
}

// timed runs fn once, with a CPU profile when a folder is given.
func timed(folder, name string, fn func() error) (time.Duration, error) {
	if folder != "" {
		f, err := os.Create(filepath.Join(folder, name+".pprof"))
		if err != nil {
			return 0, err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return 0, err
		}
		defer pprof.StopCPUProfile()
	}
	begin := time.Now()
	err := fn()
	return time.Since(begin), err
}
