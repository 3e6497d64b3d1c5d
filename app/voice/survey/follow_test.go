package survey_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// Whoever chose a score, on numbers or on faces, is asked what belongs to it
// and has a place to write. Both hang on the choice itself, never on how the
// choices look: once the faces had no place to write at all.
func TestEveryScoreHasItsQuestionAndAPlaceToWrite(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Tom Okafor","emails":["tom@example.com"]}`)
	for _, id := range []string{"1", "2"} {
		var i struct{ URL string }
		api.Into(&i, 201, "POST", "/invitations", `{"survey_id":`+id+`,"customer_id":1,"channel":"link"}`)
		page := a.Browser().Get(i.URL[strings.Index(i.URL, "/s/"):])
		if page.Status != http.StatusOK || !strings.Contains(page.Body, `<textarea id="comment"`) {
			t.Fatalf("survey %s: %d", id, page.Status)
		}
		for _, band := range []string{"low", "mid", "high"} {
			if !strings.Contains(page.Body, `data-band="`+band+`"`) || !strings.Contains(page.Body, `class="ask `+band+`"`) {
				t.Errorf("survey %s: nothing belongs to a %s score", id, band)
			}
		}
	}
	css, err := os.ReadFile(filepath.Join(apptest.Root(), "assets", "css", "components", "public.css"))
	if err != nil {
		t.Fatal(err)
	}
	hides := regexp.MustCompile(`[^{}]*\.after\b[^{}]*\{[^{}]*display: none`).FindAllString(string(css), -1)
	if len(hides) != 1 || !strings.Contains(hides[0], `.survey:not(:has([name="score"]:checked)) .after`) {
		t.Errorf("the place to write is hidden by %q", hides)
	}
}
