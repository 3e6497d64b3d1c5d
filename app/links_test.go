package app_test

// Every link that a page offers leads somewhere: a shop full of sample data is
// walked from Today, every page's links followed, two of each shape.

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

var (
	href   = regexp.MustCompile(`href="([^"]*)"`)
	digits = regexp.MustCompile(`[0-9]+`)
)

func TestEveryLinkOfEveryPageLeadsSomewhere(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	todo := []string{"/today", "/settings", "/customers?filter[region][eq]=Bristol&sort=-revenue&q=", "/customers?q=Harbour+Street&sort=sort_name"}
	seen, shapes, asked := map[string]bool{}, map[string]int{}, map[string]int{}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		r := b.Get(path)
		if r.Status != http.StatusOK && r.Status != http.StatusSeeOther {
			t.Errorf("%s answers %d", path, r.Status)
		}
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range href.FindAllStringSubmatch(r.Body, -1) {
			next := html.UnescapeString(m[1])
			if strings.HasPrefix(next, "?") {
				next = strings.SplitN(path, "?", 2)[0] + next
			}
			if strings.Contains(next, "%25") {
				t.Errorf("%s: the link %s is encoded twice", path, next)
			}
			next, _, _ = strings.Cut(next, "#")
			shape := digits.ReplaceAllString(next, "1")
			if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "/assets/") || seen[next] || shapes[shape] > 1 {
				continue
			}
			if at, query, _ := strings.Cut(shape, "?"); strings.Count(query, "&") > 1 { // results can be narrowed without end
				if asked[at]++; asked[at] > 15 {
					continue
				}
			}
			shapes[shape]++
			todo = append(todo, next)
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d pages were found", len(seen))
	}
}

func TestAnExportHoldsWhatTheListShows(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	for _, list := range []string{"/customers?filter[region][eq]=Bristol&sort=-revenue", "/customers?q=Harbour+Street"} {
		r := b.Get(list)
		found := 0
		for _, m := range href.FindAllStringSubmatch(r.Body, -1) {
			link := html.UnescapeString(m[1])
			if !strings.HasPrefix(link, "/customers/export") || strings.Contains(link, "xlsx") || strings.Contains(link, "clear=1") {
				continue
			}
			found++
			file := b.Get(link)
			if file.Status != http.StatusOK || !strings.Contains(file.Body, "Harbour Street Bakery") || strings.Contains(file.Body, "单雄信,person") || strings.Contains(file.Body, "FN:单雄信") { // who may be named as a relation
				t.Errorf("%s: the export %s answers %d\n%s", list, link, file.Status, file.Body)
			}
		}
		if found != 3 {
			t.Errorf("%s offers %d exports as CSV and two sorts of vCard, 3 are wanted", list, found)
		}
	}
}
