package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"regulars/app"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/importer"
)

// imported is how many customers the file of the import holds.
const imported = 100_000

// measureBulk runs in process what works through everybody.
func measureBulk(ctx context.Context, o options, work string, raw *raws, t *table) error {
	file := filepath.Join(work, "bench.csv")
	if err := writeCSV(file); err != nil {
		return err
	}
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
	ctx = auth.With(ctx, auth.System("shell"))
	err = bulk(ctx, o, a, file, raw, t)
	return errors.Join(err, a.Close())
}

func bulk(ctx context.Context, o options, a *app.App, file string, raw *raws, t *table) error {
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
	took, err := timed(o.profile, "import", func() error {
		_, err := a.ShellImporter().RunFile(ctx, "customers", file, importer.Options{OnDuplicate: importer.Skip}, func(m errs.Message) string { return m.Key })
		return err
	})
	if err != nil {
		return err
	}
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
	t.note("import of a CSV file", "%.0f rows/s, %.0f : raw inserts", imported/took.Seconds(), took.Seconds()/inserted.Seconds())
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

// writeCSV makes a file as a spreadsheet writes it.
func writeCSV(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "name,phone,email,region,source,notes")
	given := []string{"晓明", "Ada", "建国", "Ruth", "雨桐", "Owen", "欣怡", "Priya"}
	family := []string{"王", "Okafor", "李", "Marchetti", "欧阳", "Novak", "张", "Lund"}
	for i := range imported {
		k := i % len(given)
		name := given[k] + " " + family[(i/8)%4*2+1]
		if k%2 == 0 {
			name = family[(i/8)%4*2] + given[k]
		}
		fmt.Fprintf(w, "%s,139%08d,person%d@example.org,Bristol,Trade fair,met at stand %d\n", name, i, i, i%90)
	}
	return errors.Join(w.Flush(), f.Close())
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
