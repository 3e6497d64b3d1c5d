package letter_test

import (
	"fmt"
	"strings"
	"testing"
)

// Where being silent means nothing in this shop, nobody is called silent.
func TestALetterCallsNobodySilentWhereThatMeansNothing(t *testing.T) {
	for back, words := range map[int]string{48: "so nobody is said to have gone quiet", 5: "Nine in ten pauses"} {
		s := newShop(t, "en", 7)
		s.write(func(exec func(string, ...any)) {
			exec(`INSERT INTO prediction_figure (name, as_of, data) VALUES ('shop', 1, ?)`, fmt.Sprintf(`{"silence":{"gone":{"n":50,"back":%d,"others":50,"others_back":49,"p":%d}}}`, back, back/48))
		})
		s.api.Into(nil, 201, "POST", "/letters", `{"kind":"monthly"}`)
		_, main, _ := strings.Cut(s.Owner().Get("/letters/1").Body, "<main")
		if off := strings.Contains(main, "Gone quiet<") || strings.Contains(main, "Keep buying"); !strings.Contains(main, words) || off == (back == 48) {
			t.Errorf("of 50 silent %d came back: the letter does not say %q, or calls somebody silent", back, words)
		}
	}
}
