package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every group of figures is read by some test of the arithmetic: what nobody
// reads nobody reproduces.
func TestEveryGroupIsReproduced(t *testing.T) {
	files, err := filepath.Glob("../*/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	tests := ""
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		tests += string(text)
	}
	for group := range groups(t) {
		if group != "note" && !strings.Contains(tests, `golden.Read(t, "`+group+`"`) {
			t.Errorf("no test reads %s", group)
		}
	}
}
