// Bench measures the product beside raw SQLite in the same run and prints
// ratios: this machine's speed divides itself out.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	stat1 := flag.String("stat1", "", "write the statistics of a filled database to this file and stop")
	flag.Parse()
	if err := run(*stat1); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(stat1 string) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if stat1 == "" {
		return nil
	}
	f, err := os.Create(stat1)
	if err != nil {
		return err
	}
	if err := writeStat1(context.Background(), dir, f); err != nil {
		return err
	}
	return f.Close()
}
