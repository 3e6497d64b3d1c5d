// Tally reads what `go test -json` prints, shows packages and the output of
// failing tests only, and ends with the tests that took longest and one line of
// counts. Its exit status is 1 when anything failed.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

func main() {
	passed, failed, err := tally(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

func tally(in io.Reader, out io.Writer) (passed, failed int, err error) {
	said := map[string][]string{} // output by test
	var took []event
	defer func() { slowest(out, took) }()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text())
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			said[key] = append(said[key], e.Output)
		case "build-output":
			fmt.Fprint(out, e.Output)
		case "build-fail":
			failed++
		case "pass", "fail":
			passed, failed = count(out, e, said[key], passed, failed)
			if e.Test != "" && !strings.Contains(e.Test, "/") {
				took = append(took, e)
			}
			delete(said, key)
		case "skip":
			delete(said, key)
		}
	}
	return passed, failed, lines.Err()
}

// shown is how many of the slowest tests are named.
const shown = 12

func slowest(out io.Writer, took []event) {
	slices.SortFunc(took, func(a, b event) int { return cmp.Compare(b.Elapsed, a.Elapsed) })
	for _, e := range took[:min(shown, len(took))] {
		fmt.Fprintf(out, "took  %6.1fs  %s %s\n", e.Elapsed, e.Package, e.Test)
	}
}

func count(out io.Writer, e event, said []string, passed, failed int) (int, int) {
	switch {
	case e.Test == "" && e.Action == "pass":
		fmt.Fprintf(out, "ok    %6.1fs  %s\n", e.Elapsed, e.Package)
		return passed, failed
	case e.Action == "pass":
		return passed + 1, failed
	case e.Test == "":
		fmt.Fprintf(out, "FAIL  %6.1fs  %s\n%s", e.Elapsed, e.Package, strings.Join(said, ""))
		return passed, max(failed, 1)
	}
	fmt.Fprint(out, strings.Join(said, ""))
	return passed, failed + 1
}
