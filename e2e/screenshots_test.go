//go:build e2e

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// TestScreenshots takes the README's pictures from the sample business; it
// does so only when asked (make screenshots), and checks otherwise that the
// README's pictures are those that it would take.
func TestScreenshots(t *testing.T) {
	images := filepath.Join(apptest.Root(), "docs", "images")
	pictures := []struct {
		name, path string
		look       Look
	}{
		{"today", "/today", Desk},
		{"customer", "/customers?sort=-revenue", Desk},
		{"case", "/feedback-cases", Desk},
		{"phone", "/today", Phone},
	}
	if !*screenshots {
		readme, err := os.ReadFile(filepath.Join(apptest.Root(), "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`docs/images/(\w+)\.png`).FindAllStringSubmatch(string(readme), -1) {
			known := false
			for _, p := range pictures {
				known = known || p.name == m[1]
			}
			if !known {
				t.Errorf("nobody takes the README's picture %s", m[1])
			}
		}
		return
	}
	if err := os.MkdirAll(images, 0o755); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "demo")
	var out bytes.Buffer
	cmd := exec.Command(binary, "demo", "--no-serve", "--data", data)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("make the sample business: %v\n%s", err, out.String())
	}
	login := regexp.MustCompile(`(\S+@\S+) with the password: (.+)`).FindStringSubmatch(out.String())
	if login == nil {
		t.Fatalf("no login in %q", out.String())
	}
	p := start(t, data, "")
	for _, pic := range pictures {
		tab := open(t, p.URL, pic.look)
		tab.Go("/login")
		tab.Fill("email", login[1])
		tab.Fill("password", strings.TrimSpace(login[2]))
		tab.Submit("form button.primary")
		if strings.HasPrefix(tab.Path(), "/login") {
			t.Fatalf("the login of the sample business was refused: %q", login[0])
		}
		tab.Go(pic.path)
		if pic.name != "today" && pic.name != "phone" { // the first record of the list
			tab.Submit(`main :is(td, .ttl) a[href^="/"]`)
		}
		tab.shot(filepath.Join(images, pic.name+".png"))
	}
}
