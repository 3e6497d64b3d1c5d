// Bench measures the product beside raw SQLite in the same run and prints
// ratios: this machine's speed divides itself out. It starts the real binary
// over a made-up shop of 100,000 customers and asks like a browser and like a
// program; what is not asked over HTTP (import, evaluation) runs in process.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"regulars/app/sys/db"
)

// options of a run.
type options struct {
	binary  string
	data    string
	stat1   string
	profile string
	rounds  int
	part    string
}

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "./regulars", "the program to measure")
	flag.StringVar(&o.data, "data", "", "a folder made by `regulars demo --scale 100k --no-serve`; empty makes one")
	flag.StringVar(&o.profile, "profile", "", "write the CPU profile of the import and the evaluation into this folder")
	flag.IntVar(&o.rounds, "rounds", 400, "requests for each line")
	flag.StringVar(&o.part, "part", "", "only this part: server, bulk, nights or wave")
	flag.StringVar(&o.stat1, "stat1", "", "write the statistics of a filled database to this file and stop")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.stat1 != "" {
		return stat1(ctx, dir, o.stat1)
	}
	if o.binary, err = filepath.Abs(o.binary); err != nil {
		return err
	}
	work := filepath.Join(dir, "data")
	if err := prepare(o, work); err != nil {
		return err
	}
	if err := ours(dir); err != nil {
		return err
	}
	t := &table{rounds: o.rounds}
	raw, err := openRaw(filepath.Join(work, "regulars.db"))
	if err != nil {
		return err
	}
	defer raw.Close()
	if o.part == "" || o.part == "server" {
		if err := measureServer(ctx, o, work, raw, t); err != nil {
			return err
		}
	}
	if o.part == "" || o.part == "nights" {
		if err := measureNights(ctx, o, work, raw, t); err != nil {
			return err
		}
	}
	if o.part == "" || o.part == "bulk" {
		if err := measureBulk(ctx, o, work, raw, t); err != nil {
			return err
		}
	}
	if o.part == "" || o.part == "wave" {
		if err := measureWave(ctx, o, work, raw, t); err != nil {
			return err
		}
	}
	return t.print(os.Stdout)
}

// ours makes the product's settings of SQLite those of this process: they must
// come before the first connection.
func ours(dir string) error {
	d, err := db.Open(db.Options{Path: filepath.Join(dir, "first.db")})
	if err != nil {
		return err
	}
	return d.Close()
}

func stat1(ctx context.Context, dir, file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := writeStat1(ctx, dir, f); err != nil {
		return err
	}
	return f.Close()
}

// prepare makes the shop, or copies a ready one: a run changes its data.
func prepare(o options, work string) error {
	if o.data != "" {
		return os.CopyFS(work, os.DirFS(o.data))
	}
	fmt.Fprintln(os.Stderr, "making 100,000 customers; --data takes a folder that is made already")
	cmd := exec.Command(o.binary, "demo", "--scale", "100k", "--data", work, "--no-serve")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}
