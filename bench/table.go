package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// timing is what many runs of one thing took.
type timing struct{ all []time.Duration }

func (t *timing) add(d time.Duration) { t.all = append(t.all, d) }

// at is the duration that a share of the runs stayed below.
func (t *timing) at(share float64) time.Duration {
	if len(t.all) == 0 {
		return 0
	}
	slices.Sort(t.all)
	return t.all[min(len(t.all)-1, int(share*float64(len(t.all))))]
}

// row is a measured line: the product, and raw SQLite doing the same.
type row struct {
	name    string
	product timing
	raw     timing
}

// table gathers what a run found.
type table struct {
	rounds int
	rows   []row
	facts  [][2]string
}

// enough is how long one line may take.
const enough = 15 * time.Second

// compare runs both many times in turn, so that a busy moment of the machine
// hits both alike. A few runs before warm the caches of both. What takes long is
// run less often: for as long as it may, but twenty times.
func (t *table) compare(name string, product func(i int) error, raw func(i int) error) error {
	r := row{name: name}
	begin := time.Now()
	for i := range t.rounds + 5 {
		if i >= 25 && time.Since(begin) > enough {
			break
		}
		for _, one := range []struct {
			run  func(int) error
			into *timing
		}{{product, &r.product}, {raw, &r.raw}} {
			if one.run == nil {
				continue
			}
			start := time.Now()
			if err := one.run(i); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if i >= 5 {
				one.into.add(time.Since(start))
			}
		}
	}
	t.rows = append(t.rows, r)
	fmt.Fprintf(os.Stderr, "%s: %s ms\n", name, ms(r.product.at(.5)))
	return nil
}

// note adds a single figure.
func (t *table) note(name, format string, args ...any) {
	t.facts = append(t.facts, [2]string{name, fmt.Sprintf(format, args...)})
	fmt.Fprintf(os.Stderr, "%s: %s\n", name, t.facts[len(t.facts)-1][1])
}

func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "what\tp50 ms\tp99 ms\traw p50 ms\traw p99 ms\tp50 : raw\tp99 : raw")
	for _, r := range t.rows {
		p50, p99, raw50, raw99 := r.product.at(.5), r.product.at(.99), r.raw.at(.5), r.raw.at(.99)
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.name, ms(p50), ms(p99), ms(raw50), ms(raw99), ratio(p50, raw50), ratio(p99, raw99))
	}
	fmt.Fprintln(out)
	for _, f := range t.facts {
		fmt.Fprintf(out, "%s\t%s\n", f[0], f[1])
	}
	return out.Flush()
}

func ms(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond))
}

func ratio(a, b time.Duration) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", float64(a)/float64(b))
}
