package text

import (
	"strings"
	"unicode/utf8"
)

// maxKeyed is how much of a name its key is made of; no name that is stored is
// longer.
const maxKeyed = 400

// CompanyKey is equal for names that are likely the same company: without legal
// form, place in front, brackets, punctuation, width and case. It warns of
// duplicates and never merges anything by itself. Names that consist of nothing
// else keep what they have; an empty name has an empty key.
func CompanyKey(name string) string {
	folded := Fold(name)
	if rs := []rune(folded); len(rs) > maxKeyed {
		folded = strings.TrimSpace(string(rs[:maxKeyed]))
	}
	tokens := dropDotted(keyTokens(dropPlaceBrackets(folded)))
	if len(tokens) == 0 {
		return strings.Join(keyTokens(folded), "")
	}
	for n := len(tokens); n > 1 && isLegalLatin(tokens[n-1]); n = len(tokens) {
		tokens = tokens[:n-1]
	}
	if len(tokens) > 1 && tokens[0] == "the" {
		tokens = tokens[1:]
	}
	return bareHan(strings.Join(tokens, ""))
}

// keyTokens are the words of a name; an ampersand reads "and", apostrophes join.
func keyTokens(folded string) []string {
	folded = strings.NewReplacer("&", " and ", "'", "", "’", "").Replace(folded)
	var out []string
	for _, r := range split(folded) {
		out = append(out, string(r.text))
	}
	if n := len(out); n > 1 && out[n-1] == "and" {
		out = out[:n-1]
	}
	return out
}

// dropDotted drops a legal form written with dots: L.L.C.
func dropDotted(tokens []string) []string {
	for n := min(4, len(tokens)-1); n >= 2; n-- {
		tail := tokens[len(tokens)-n:]
		if legalJoined[strings.Join(tail, " ")] {
			return tokens[:len(tokens)-n]
		}
	}
	return tokens
}

func isLegalLatin(w string) bool { return legalLatin[w] || w == "and" }

// dropPlaceBrackets removes brackets around a place: 华为技术(深圳), ABC (China).
func dropPlaceBrackets(s string) string {
	for from := 0; ; {
		open := strings.IndexAny(s[from:], "(【[〔")
		if open < 0 {
			return s
		}
		open += from
		end := strings.IndexAny(s[open:], ")】]〕")
		if end < 0 {
			return s
		}
		end += open
		_, size := utf8.DecodeRuneInString(s[open:])
		_, tail := utf8.DecodeRuneInString(s[end:])
		inner := []rune(strings.TrimSpace(s[open+size : end]))
		if len(inner) > 0 && placeLen(inner) == len(inner) || foreignPlaces[string(inner)] {
			s = s[:open] + " " + s[end+tail:]
			continue
		}
		from = end + tail
	}
}

var foreignPlaces = words(`china shanghai beijing shenzhen guangzhou hangzhou suzhou hongkong uk usa us germany france japan singapore`)

// bareHan strips the legal form behind and the places in front of a Chinese name.
func bareHan(key string) string {
	for changed := true; changed; {
		changed = false
		for _, form := range legalHan {
			rest, cut := strings.CutSuffix(key, form)
			if cut && len([]rune(rest)) >= 2 {
				key, changed = rest, true
				break
			}
		}
	}
	rs := []rune(key)
	for {
		n := placeLen(rs)
		rest := rs[n:]
		if n == 0 || len(rest) < 2 || trades[string(rest)] {
			return string(rs)
		}
		rs = rest
	}
}

// organisations are endings and words by which a Chinese name is no person's.
var organisations = []string{"公司", "集团", "工厂", "厂", "商行", "店", "中心", "学校", "学院", "医院", "诊所", "工作室", "事务所", "合作社", "酒店", "餐厅", "协会", "银行"}

// IsCompany guesses whether a name is an organisation's: it carries a legal
// form or a word that people are not called.
func IsCompany(name string) bool {
	folded := Fold(name)
	for _, w := range organisations {
		if strings.HasSuffix(folded, w) || strings.Contains(folded, w+"(") {
			return true
		}
	}
	tokens := keyTokens(folded)
	n := len(tokens)
	return n > 1 && (legalLatin[tokens[n-1]] || len(dropDotted(tokens)) < n)
}
