package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

var versionInput = regexp.MustCompile(`name="version" value="([^"]*)"`)

// Two people edit one record: the second sees both versions, keeps what they
// typed, and takes the other's value of the fields they choose.
func TestTwoPeopleEditOneRecord(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	b.Get("/today")
	b.Post("/customers/1/notes", "text", "First words")
	for name, c := range map[string]struct {
		page, post string
		form       []string // what both send besides
		one, two   string   // the fields that clash
		read       string
	}{
		"customer":  {"/customers/1/edit", "/customers/1", []string{"name", "Harbour", "kind", "company"}, "address", "source", "/customers/1"},
		"contact":   {"/contacts/1", "/contacts/1", []string{"name", "Ines", "customer_id", "1"}, "title", "notes", "/contacts/1"},
		"product":   {"/products/1", "/products/1", []string{"name", "Tea", "price", "2.00", "active", "1"}, "unit", "category", "/products/1"},
		"task":      {"/tasks/1", "/tasks/1", []string{"pick", "date"}, "title", "notes", "/tasks/1"},
		"order":     {"/orders/1/edit", "/orders/1", []string{"customer_id", "1", "ordered_on", "2026-02-01", "status", "confirmed", "line_name", "Bread", "line_quantity", "1", "line_price", "5.00"}, "number", "notes", "/orders/1/edit"},
		"follow-up": {"/follow-ups/1", "/follow-ups/1", []string{"channel", "call", "date", "2026-03-01", "time", "10:00"}, "content", "content", "/follow-ups/1"},
		"note":      {"/notes/1", "/notes/1", nil, "text", "text", "/notes/1"},
	} {
		t.Run(name, func(t *testing.T) {
			page := b.Get(c.page)
			m := versionInput.FindStringSubmatch(page.Body)
			if page.Status != http.StatusOK || m == nil {
				t.Fatalf("%s: %d without a version", c.page, page.Status)
			}
			theirs := append([]string{"version", m[1], c.one, "Theirs one"}, c.form...)
			ours := append([]string{c.one, "Ours one"}, c.form...)
			if c.two != c.one {
				theirs, ours = append(theirs, c.two, "Theirs two"), append(ours, c.two, "Ours two")
			}
			if r := b.Post(c.post, theirs...); r.Status != http.StatusSeeOther {
				t.Fatalf("the first save: %d", r.Status)
			}
			r := b.Post(c.post, append([]string{"version", m[1]}, ours...)...)
			if r.Status != http.StatusConflict {
				t.Fatalf("the second save: %d", r.Status)
			}
			text := html.UnescapeString(r.Body)
			for _, want := range []string{"Ours one", "Theirs one", `name="_take.` + c.one + `" value="theirs"`, `name="_theirs.` + c.one + `" value="Theirs one"`} {
				if !strings.Contains(text, want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			now := versionInput.FindStringSubmatch(r.Body)
			if now == nil || now[1] == m[1] {
				t.Fatal("the page still holds the old version")
			}
			again := append([]string{"version", now[1], "_take." + c.one, "theirs", "_theirs." + c.one, "Theirs one", "_take." + c.two + ".x", "ours"}, ours...)
			if r := b.Post(c.post, again...); r.Status != http.StatusSeeOther {
				t.Fatalf("saving the choice: %d", r.Status)
			}
			text = html.UnescapeString(b.Get(c.read).Body)
			if !strings.Contains(text, "Theirs one") || c.two != c.one && !strings.Contains(text, "Ours two") {
				t.Error("the choice was not saved field by field")
			}
		})
	}
	// The choice reaches no field of the page itself.
	token := b.Get("/customers/1/edit")
	m := versionInput.FindStringSubmatch(token.Body)
	if r := b.Post("/customers/1", "version", m[1], "name", "Harbour", "_take._csrf", "theirs", "_theirs._csrf", "x"); r.Status != http.StatusSeeOther {
		t.Errorf("%d", r.Status)
	}
}
