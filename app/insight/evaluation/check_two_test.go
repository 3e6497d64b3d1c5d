package evaluation_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// was are the hidden fields of a checklist: what each point showed when the page
// was opened.
func was(page string) (out []string) {
	for _, m := range regexp.MustCompile(`name="(i\d+\.was)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1], html.UnescapeString(m[2]))
	}
	return out
}

// Two colleagues have the same checklist open. Each changes what they touched, and
// whoever would write over the other's answer is told.
func TestTwoPeopleFillInOneChecklist(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	api.Into(nil, 201, "POST", "/evaluation-dimensions", `{"kind":"checklist","name_en":"Good","need":1,"days":30,"items":[{"text":"Kind","weight":1},{"text":"Prompt","weight":1}]}`)
	const path = "/customers/1/checklists/1"
	one, two := a.Owner(), a.Owner()
	first, second := one.Get("/customers/1/checklists").Body, two.Get("/customers/1/checklists").Body
	until := regexp.MustCompile(`name="i1\.until" value="([^"]*)"`).FindStringSubmatch(first)[1]
	send := func(b *apptest.Browser, page string, pairs ...string) apptest.Answer {
		return b.Post(path, append(append(was(page), "i1.until", until, "i2.until", until), pairs...)...)
	}
	if len(was(first)) != 4 {
		t.Fatalf("hidden fields: %q", was(first))
	}
	if r := send(one, first, "i1.yes", "1", "i1.note", "kind to \"all\" | of us"); r.Status != http.StatusSeeOther {
		t.Fatalf("the first: %d", r.Status)
	}
	if r := send(two, second, "i2.yes", "0"); r.Status != http.StatusSeeOther {
		t.Fatalf("the second, of another point: %d", r.Status)
	}
	if n := a.Count(`SELECT count(*) FROM evaluation_check WHERE item = 1 AND yes = 1 AND note <> '' OR item = 2 AND yes = 0`); n != 2 {
		t.Fatalf("%d of two answers are left", n)
	}
	r := send(two, second, "i1.yes", "0")
	if r.Status != http.StatusConflict || !strings.Contains(r.Body, "Someone saved this before you") {
		t.Errorf("over the other's answer: %d", r.Status)
	}
	if n := a.Count(`SELECT yes FROM evaluation_check WHERE item = 1`); n != 1 {
		t.Error("the other's answer is written over")
	}
	if r := send(two, r.Body, "i1.yes", "0", "i2.yes", "0"); r.Status != http.StatusSeeOther || a.Count(`SELECT yes FROM evaluation_check WHERE item = 1`) != 0 {
		t.Errorf("knowing of it: %d", r.Status)
	}
	third := two.Get("/customers/1/checklists").Body
	if r := send(two, third, "i1.yes", "0", "i1.note", "", "i2.yes", ""); r.Status != http.StatusSeeOther || a.Count(`SELECT count(*) FROM evaluation_check WHERE item = 2`) != 0 {
		t.Errorf("an answer taken away: %d", r.Status)
	}
}
