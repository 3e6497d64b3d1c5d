package feedback

import (
	"strings"

	"regulars/app/kit/text"
)

// The kinds of survey that have a low band.
const (
	nps  = "nps"
	csat = "csat"
	ces  = "ces"
)

// Low tells whether a score lies in its scale's low band: NPS 0-6, CSAT 1-2,
// CES 1-3.
func Low(kind string, score int) bool {
	switch kind {
	case nps:
		return score >= 0 && score <= 6
	case csat:
		return score >= 1 && score <= 2
	case ces:
		return score >= 1 && score <= 3
	}
	return false
}

// Result is what the second answer shows beside the first. Recovered: left the
// low band and rose by 2 (NPS) or 1 (the short scales). Improved: rose, but
// less than that. A case that was opened by words and not by its score cannot
// leave the low band, so it can only improve, stay or get worse.
func Result(kind string, before, after int) State {
	rise := 1
	if kind == nps {
		rise = 2
	}
	switch {
	case Low(kind, before) && !Low(kind, after) && after-before >= rise:
		return Recovered
	case after > before:
		return Improved
	case after < before:
		return Worse
	}
	return Unchanged
}

// saysOneOf tells whether a comment holds one of the words, one a line.
func saysOneOf(words, comment string) bool {
	said := text.Fold(comment)
	for _, w := range strings.Split(words, "\n") {
		if w = text.Fold(strings.TrimSpace(w)); w != "" && strings.Contains(said, w) {
			return true
		}
	}
	return false
}

// opens tells whether an answer needs a case.
func (a Answer) opens() bool { return Low(a.Kind, a.Score) || saysOneOf(a.Words, a.Comment) }

// promotes tells whether an answer deserves a thank-you.
func (a Answer) promotes() bool { return a.Kind == nps && a.Score >= 9 }
