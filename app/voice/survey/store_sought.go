package survey

import (
	"strings"

	"regulars/app/sys/field"
)

// Looking for words in what was said: each word that was typed stands in the
// comment, in an answer to an open question, or in the name of whoever said it.
// Chinese has no blanks: what is typed in one piece is looked for in one piece.
// Anonymous answers are not among them.

// maxSought is how many words are looked for.
const maxSought = 6

const soughtSQL = `(r.id IN (SELECT w.id FROM survey_response w WHERE w.comment <> '' AND w.comment LIKE ? ESCAPE '\')
	OR r.id IN (SELECT w.response_id FROM survey_answer w WHERE w.words <> '' AND w.words LIKE ? ESCAPE '\')
	OR r.customer_id IN (SELECT w.id FROM customer w WHERE w.name LIKE ? ESCAPE '\'))`

// sought are the conditions on answers for what was typed.
func sought(typed string) []field.Where {
	var out []field.Where
	for _, word := range strings.Fields(typed) {
		if len(out) == maxSought {
			break
		}
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
		out = append(out, field.Where{SQL: soughtSQL, Args: []any{like, like, like}, Reads: true})
	}
	return out
}
