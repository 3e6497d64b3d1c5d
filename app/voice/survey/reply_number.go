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
	points        = regexp.MustCompile(`^\s*(?:分|(?i:points?)\b)`)
	stars         = regexp.MustCompile(`^\s*(?:星|(?i:stars?)\b)`)
	listMark      = regexp.MustCompile(`^\s*[.)、]`)
	listItem      = regexp.MustCompile(`(?:^|[\s;,。])(\d{1,2})\s*[.)、]\s*[^\d\s]`)
)

// goesOn are the words with which a sentence about the score begins.
var goesOn = strings.Fields(`the it its it's i i'm im we because but as since thank thanks thx great good very excellent perfect super nice all always never
	not no my your you this that and so really absolutely ok okay fine bad terrible awful poor love loved lovely would please sorry everything nothing wonderful
	amazing awesome best happy unhappy from if when`)

// goesOnHan are the characters with which one begins in Chinese.
const goesOnHan = "很非太挺还好满服谢不没真特超比味态质感就都因但觉总继赞棒差慢快可希东环价产老贵您我他她们这那喜再来吧"

var stopWords = []string{"stop", "unsubscribe", "optout", "opt-out", "opt out", "退订", "取消", "td", "t", "取消订阅", "拒收", "停止发送", "不要再发", "请勿再发"}

// readReply takes a text apart: kind names the scale.
func readReply(text, subject, kind string) reading {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line := strings.TrimSpace(norm.NFKC.String(first))
	out := reading{Score: NoScore, Comment: strings.TrimSpace(text)}
	if stops(line) {
		out.Stop, out.Comment = true, strings.TrimSpace(rest) // whatever else they say is for a colleague
		return out
	}
	if line == "" && stopsBy(subject) {
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
	after, ok := scored(m[2], hi, kind == CSAT)
	if !ok || begunList(n, m[2], rest) {
		return out
	}
	out.Score = n
	out.Comment = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(after), ".,;:!-–—，。；：！、") + "\n" + strings.TrimSpace(rest))
	return out
}

// begunList tells whether a number is the first of a list's, not a score: the
// next one follows.
func begunList(n int, after, rest string) bool {
	if !listMark.MatchString(after) {
		return false
	}
	for _, m := range listItem.FindAllStringSubmatch(after+"\n"+norm.NFKC.String(rest), 200) {
		if next, err := strconv.Atoi(m[1]); err == nil && next == n+1 {
			return true
		}
	}
	return false
}

// scored tells whether a number followed by this is a score, and gives what is
// said about it. Stars count five everywhere, so they are a score only where the
// scale does too.
func scored(after string, top int, starred bool) (string, bool) {
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
	if m := stars.FindString(after); m != "" {
		return after[len(m):], starred
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

// courtesy is what may stand around such a word without changing what it says.
var courtesy = strings.Fields("please pls me now thanks thank you thx 请 谢谢 谢谢您 谢谢你 了")

// stops tells whether a line asks for no more mail and says nothing else.
func stops(line string) bool {
	said := strings.FieldsFunc(strings.ToLower(line), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' })
	said = slices.DeleteFunc(said, func(w string) bool { return strings.Trim(w, "-") == "" || slices.Contains(courtesy, w) })
	word := strings.Trim(strings.Join(said, " "), "-")
	return slices.Contains(stopWords, strings.TrimSuffix(strings.TrimPrefix(word, "请"), "谢谢"))
}

// stopsBy tells it of a subject, which carries our own code and may be an answer's.
func stopsBy(subject string) bool {
	return stops(ownCode.ReplaceAllString(answerTo.ReplaceAllString(norm.NFKC.String(subject), ""), ""))
}

var (
	ownCode  = regexp.MustCompile(`\[#[0-9A-Za-z]{1,12}-[A-Za-z0-9]{8}\]`)
	answerTo = regexp.MustCompile(`(?i)^\s*((re|aw|回复|答复)\s*[:：]\s*)+`)
)
