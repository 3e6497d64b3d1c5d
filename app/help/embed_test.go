package help

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The program carries every guide: one that main.go forgets keeps it from starting,
// and the other tests read the guides from the folder.
func TestTheProgramCarriesItsGuides(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range guides {
		if !strings.Contains(string(source), "docs/"+g.Path+"*.md") {
			t.Errorf("main.go does not carry docs/%s*.md", g.Path)
		}
	}
}
