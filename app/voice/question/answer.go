package question

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"regulars/app/kit/errs"
)

// OtherKey stands for an answer of one's own among the options.
const OtherKey = "other"

// Bounds of one answer, in characters.
const (
	MaxShort = 300
	MaxLong  = 5000
)

// Answer is what somebody said to one question; which part is filled says its
// kind.
type Answer struct {
	N     *float64       `json:"n,omitempty" doc:"A scale's value or a number"`
	Text  string         `json:"text,omitempty" doc:"Words; a day as YYYY-MM-DD"`
	Picks []string       `json:"picks,omitempty" doc:"Keys of the options, for a ranking the best first"`
	Other string         `json:"other,omitempty" doc:"An answer of one's own"`
	Rows  map[string]int `json:"rows,omitempty" doc:"A matrix: key of the row to 1-5"`
	Yes   *bool          `json:"yes,omitempty"`
}

// Empty tells whether nothing was said.
func (a Answer) Empty() bool {
	return a.N == nil && a.Text == "" && len(a.Picks) == 0 && a.Other == "" && len(a.Rows) == 0 && a.Yes == nil
}

// Answers are what somebody said, by the question's key.
type Answers map[string]Answer

// Of reads stored answers; what was stored by something else than a survey of
// ours is left out.
func Of(raw string) Answers {
	var parts map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &parts) != nil {
		return Answers{}
	}
	out := Answers{}
	for key, part := range parts {
		var a Answer
		if json.Unmarshal(part, &a) == nil && !a.Empty() {
			out[key] = a
		}
	}
	return out
}

// Read takes the answers from a page's inputs: q.<key>, q.<key>.other,
// q.<key>.<row> and, for a ranking, q.<key>.<option> with the place.
func (l List) Read(form url.Values) Answers {
	out := Answers{}
	for _, q := range l {
		if a := q.read(form); !a.Empty() {
			out[q.Key] = a
		}
	}
	return out
}

func (q Question) read(form url.Values) Answer {
	name := "q." + q.Key
	value := strings.TrimSpace(form.Get(name))
	var a Answer
	switch q.Kind {
	case NPS, CSAT, CES, Number:
		if n, err := strconv.ParseFloat(strings.ReplaceAll(value, ",", "."), 64); err == nil {
			a.N = &n
		} else {
			a.Text = value // told as wrong by Check, and kept on the page
		}
	case Single, Multi:
		for _, v := range form[name] {
			if v != "" && v != OtherKey && !slices.Contains(a.Picks, v) {
				a.Picks = append(a.Picks, v)
			}
		}
		if slices.Contains(form[name], OtherKey) {
			a.Picks = append(a.Picks, OtherKey)
			a.Other = line(form.Get(name + ".other"))
		}
	case YesNo:
		if value == "yes" || value == "no" {
			yes := value == "yes"
			a.Yes = &yes
		}
	case Consent:
		if value != "" {
			yes := true
			a.Yes = &yes
		}
	case Short, Date:
		a.Text = line(value)
	case Long:
		a.Text = Lines(form.Get(name))
	case Ranking:
		a.Picks = q.ranked(form)
	case Matrix:
		for _, row := range q.Options {
			if n, err := strconv.Atoi(form.Get(name + "." + row.Key)); err == nil {
				if a.Rows == nil {
					a.Rows = map[string]int{}
				}
				a.Rows[row.Key] = n
			}
		}
	}
	return a
}

// ranked orders the options by the place that was chosen for each; those
// without one come after, and are left out.
func (q Question) ranked(form url.Values) []string {
	type place struct {
		key string
		at  int
	}
	var places []place
	for _, o := range q.Options {
		if at, err := strconv.Atoi(form.Get("q." + q.Key + "." + o.Key)); err == nil {
			places = append(places, place{o.Key, at})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return a.at - b.at })
	var out []string
	for _, p := range places {
		out = append(out, p.key)
	}
	return out
}

// line is typed text as one line without control characters.
func line(s string) string { return strings.Join(strings.Fields(Lines(s)), " ") }

// Lines is typed text without control characters other than line breaks.
func Lines(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029') {
			return -1
		}
		return r
	}, s))
}

// Take gives back the answers that count, to questions that are shown, and says
// what is wrong with them, field by field (q.<key>). A required question is
// missed only when it is among asked: those that the person has seen; nil means
// all.
func (l List) Take(c *errs.Check, given Answers, lead Lead, asked []string) Answers {
	out := Answers{}
	for _, q := range l.Shown(given, lead) {
		a := given[q.Key]
		field := "q." + q.Key
		if a.Empty() || q.Kind == Consent && a.Yes != nil && !*a.Yes {
			if q.Required && q.Asks() && (asked == nil || slices.Contains(asked, q.Key)) {
				c.Add(field, "error.required")
			}
			continue
		}
		if q.check(c, field, &a) {
			out[q.Key] = a
		}
	}
	return out
}

// check looks at one answer that is not empty and drops the parts that are not
// of the question's kind.
func (q Question) check(c *errs.Check, field string, a *Answer) bool {
	before := c.Count()
	kept := Answer{}
	switch q.Kind {
	case NPS, CSAT, CES:
		low, high, _ := Scale(q.Kind)
		c.That(a.N != nil && *a.N == math.Trunc(*a.N) && *a.N >= float64(low) && *a.N <= float64(high), field, "error.range", "min", low, "max", high)
		kept.N = a.N
	case Number:
		q.checkNumber(c, field, a.N)
		kept.N = a.N
	case Single, Multi:
		kept.Picks, kept.Other = a.Picks, strings.TrimSpace(a.Other)
		q.checkPicks(c, field, kept)
	case Ranking:
		kept.Picks = a.Picks
		c.That(len(a.Picks) == len(q.Options) && !repeated(a.Picks), field, "question.error.ranking")
		q.checkPicks(c, field, kept)
	case YesNo, Consent:
		c.That(a.Yes != nil, field, "error.choice")
		kept.Yes = a.Yes
	case Short:
		kept.Text = line(a.Text)
		c.That(len([]rune(kept.Text)) <= MaxShort, field, "error.long", "n", MaxShort)
	case Long:
		kept.Text = Lines(a.Text)
		c.That(len([]rune(kept.Text)) <= MaxLong, field, "error.long", "n", MaxLong)
	case Date:
		kept.Text = a.Text
		_, err := time.Parse(time.DateOnly, a.Text)
		c.That(err == nil, field, "error.date")
	case Matrix:
		kept.Rows = a.Rows
		q.checkRows(c, field, a.Rows)
	}
	*a = kept
	return c.Count() == before && !kept.Empty()
}

func (q Question) checkNumber(c *errs.Check, field string, n *float64) {
	if n == nil || math.IsNaN(*n) || math.IsInf(*n, 0) || math.Abs(*n) > 1e12 {
		c.Add(field, "error.number")
		return
	}
	c.That(q.Min == nil || *n >= *q.Min, field, "question.error.least", "n", shown(q.Min))
	c.That(q.Max == nil || *n <= *q.Max, field, "question.error.most", "n", shown(q.Max))
}

func shown(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

func (q Question) checkPicks(c *errs.Check, field string, a Answer) {
	for _, key := range a.Picks {
		_, there := q.Option(key)
		c.That(there || key == OtherKey && q.Other, field, "error.choice")
	}
	c.That(!repeated(a.Picks), field, "error.choice")
	if q.Kind == Single {
		c.That(len(a.Picks) == 1, field, "error.choice")
	}
	if q.Kind == Multi && q.Most > 0 {
		c.That(len(a.Picks) <= q.Most, field, "question.error.picks", "n", q.Most)
	}
	if slices.Contains(a.Picks, OtherKey) {
		c.That(a.Other != "", field, "question.error.other")
		c.That(len([]rune(a.Other)) <= MaxShort, field, "error.long", "n", MaxShort)
	} else {
		c.That(a.Other == "", field, "error.choice")
	}
}

func (q Question) checkRows(c *errs.Check, field string, rows map[string]int) {
	for key, n := range rows {
		_, there := q.Option(key)
		c.That(there && n >= 1 && n <= 5, field, "error.choice")
	}
	c.That(!q.Required || len(rows) == len(q.Options), field, "question.error.rows")
}

func repeated(list []string) bool {
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s] {
			return true
		}
		seen[s] = true
	}
	return false
}

// JSON is how answers are stored.
func (a Answers) JSON() (string, error) {
	if len(a) == 0 {
		return "{}", nil
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return "", fmt.Errorf("encode answers: %w", err)
	}
	return string(raw), nil
}
