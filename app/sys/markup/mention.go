package markup

import (
	"regexp"
	"strconv"
	"strings"
)

// mention is @[Name](user:12), as the composer writes it.
var mention = regexp.MustCompile(`@\[([^\[\]\n]{1,100})\]\(user:([0-9]{1,18})\)`)

// Mentions lists the users that a text names, each once, in order. Whether they
// exist and may see the record is the caller's to check.
func Mentions(md string) []int64 {
	var ids []int64
	seen := map[int64]bool{}
	for _, match := range mention.FindAllStringSubmatch(md, -1) {
		id, err := strconv.ParseInt(match[2], 10, 64)
		if err != nil || id == 0 || seen[id] {
			continue
		}
		seen[id] = true
		ids = append(ids, id)
	}
	return ids
}

// Mention writes a mention, so that it reads back; brackets in the name go.
func Mention(name string, userID int64) string {
	name = strings.NewReplacer("[", "", "]", "", "\n", " ").Replace(name)
	return "@[" + name + "](user:" + strconv.FormatInt(userID, 10) + ")"
}

// escapable are the signs that Markdown gives a meaning to.
var escapable = regexp.MustCompile("[\\\\`*_{}\\[\\]()#+.!<>|~-]")

// boldMentions shows a mention as its name; its letters stay letters.
func boldMentions(md string) string {
	return mention.ReplaceAllStringFunc(md, func(m string) string {
		name := mention.FindStringSubmatch(m)[1]
		return "**@" + escapable.ReplaceAllString(name, `\$0`) + "**"
	})
}
