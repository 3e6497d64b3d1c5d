package review

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// Stars as people and other programs write them: 4, 4.5, 4/5, 8.5 / 10, ★★★★☆,
// 4 stars, 五星.

var (
	ofMost = regexp.MustCompile(`^(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|von)\s*(\d+)$`)
	plain  = regexp.MustCompile(`^(\d+(?:[.,]\d+)?)\s*(?:stars?|星|分|颗星)?$`)
	han    = map[string]float64{"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
)

// ParseStars reads stars and, where the text says so, of how many; most is 0
// where it does not.
func ParseStars(typed string) (stars float64, most int, ok bool) {
	s := strings.ToLower(strings.TrimSpace(width.Narrow.String(typed)))
	if full := strings.Count(s, "★") + strings.Count(s, "⭐"); full > 0 && strings.Trim(s, "★☆⭐\ufe0f ") == "" {
		return float64(full), max(5, full), true
	}
	if m := ofMost.FindStringSubmatch(s); m != nil {
		stars, ok = number(m[1])
		most, err := strconv.Atoi(m[2])
		return stars, most, ok && err == nil
	}
	if m := plain.FindStringSubmatch(s); m != nil {
		stars, ok = number(m[1])
		return stars, 0, ok
	}
	if word, cut := strings.CutSuffix(s, "星"); cut && han[word] > 0 {
		return han[word], 0, true
	}
	return 0, 0, false
}

func number(s string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return n, err == nil
}
