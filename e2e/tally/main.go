// Tally reads what `go test -json` prints, shows packages and the output of
// failing tests only, and ends with one line of counts. Its exit status is 1
// when anything failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
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
			delete(said, key)
		case "skip":
			delete(said, key)
		}
	}
	return passed, failed, lines.Err()
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
