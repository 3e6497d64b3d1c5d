package survey

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What somebody writes back to an invitation. The first line may be a score;
// only what can hardly mean anything else is taken for one: "9", "9分", "10/10",
// "9, lovely", "9 because", but not "10 days ago". A colleague reads the rest.

// reading is what a reply says.
type reading struct {
	Score   int // NoScore when there is none
	Comment string
	Stop    bool // they want no more such mail
}

var (
	leadingNumber = regexp.MustCompile(`^(?i:(?:score|rating|my score|评分|打分|我打|我给|打|给|得分)\s*[:：]?\s*)?(\d{1,2})(.*)$`)
	ofTop         = regexp.MustCompile(`^\s*(?:/|out of|of|/\s*满分)\s*(\d{1,2})(?:\s*分)?(?:\s*[^\d/\s].*)?\s*$`)
	points        = regexp.MustCompile(`^\s*(?:分|星|(?i:points?|stars?)\b)`)
)

// goesOn are the words with which a sentence about the score begins.
var goesOn = strings.Fields(`the it its it's i i'm im we because but as since thank thanks thx great good very excellent perfect super nice all always never
	not no my your you this that and so really absolutely ok okay fine bad terrible awful poor love loved lovely would please sorry everything nothing wonderful
	amazing awesome best happy unhappy from if when`)

// goesOnHan are the characters with which one begins in Chinese.
const goesOnHan = "很非太挺还好满服谢不没真特超比味态质感就都因但觉总继赞棒差慢快可希东环价产老贵您我他她们这那喜再来吧"

var stopWords = []string{"stop", "unsubscribe", "optout", "opt-out", "退订", "td", "取消订阅", "拒收", "停止发送", "不要再发", "请勿再发"}

// readReply takes a text apart: kind names the scale.
func readReply(text, subject, kind string) reading {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line := strings.TrimSpace(norm.NFKC.String(first))
	out := reading{Score: NoScore, Comment: strings.TrimSpace(text)}
	if stops(line) || line == "" && stops(norm.NFKC.String(subject)) {
		out.Stop = true
		return out
	}
	m := leadingNumber.FindStringSubmatch(line)
	if m == nil {
		return out
	}
	n, err := strconv.Atoi(m[1])
	lo, hi := Scale(kind)
	if err != nil || n < lo || n > hi {
		return out
	}
	after, ok := scored(m[2], hi)
	if !ok {
		return out
	}
	out.Score = n
	out.Comment = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(after), ".,;:!-–—，。；：！、") + "\n" + strings.TrimSpace(rest))
	return out
}

// scored tells whether a number followed by this is a score, and gives what is
// said about it.
func scored(after string, top int) (string, bool) {
	if m := ofTop.FindStringSubmatch(after); m != nil {
		if n, err := strconv.Atoi(m[1]); err != nil || n != top {
			return "", false
		}
		_, said, _ := strings.Cut(after, m[1])
		return strings.TrimPrefix(strings.TrimSpace(said), "分"), true
	}
	if m := points.FindString(after); m != "" {
		return after[len(m):], true
	}
	trimmed := strings.TrimSpace(after)
	if trimmed == "" {
		return "", true
	}
	r := []rune(trimmed)
	switch {
	case unicode.IsDigit(r[0]), r[0] == '/', r[0] == '%', r[0] == '+', r[0] == '~':
		return "", false
	case strings.ContainsRune(".,:-–—", r[0]):
		next := strings.TrimSpace(string(r[1:]))
		return next, next == "" || !unicode.IsDigit([]rune(next)[0]) // 9.5, 9-10, 9:30
	case unicode.Is(unicode.Han, r[0]):
		return trimmed, strings.ContainsRune(goesOnHan, r[0])
	case unicode.IsLetter(r[0]):
		if after == trimmed { // 9th, 10am
			return "", false
		}
		word := strings.ToLower(strings.FieldsFunc(trimmed, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })[0])
		return trimmed, slices.Contains(goesOn, word)
	}
	return trimmed, true // punctuation, a bracket, a face
}

// stops tells whether a line asks for no more mail with its first word.
func stops(line string) bool {
	line = strings.ToLower(strings.TrimLeftFunc(line, func(r rune) bool { return !unicode.IsLetter(r) }))
	for _, w := range stopWords {
		if rest, ok := strings.CutPrefix(line, w); ok {
			if r := []rune(rest); len(r) == 0 || !unicode.IsLetter(r[0]) || unicode.Is(unicode.Han, r[0]) {
				return true
			}
		}
	}
	return false
}
