package field

import (
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/filter"
)

// Ways are what people choose from when they build a filter: the grammar's
// operators in the shape of a sentence, by kind of field.

// What a way asks for.
const (
	AskText   = "text"
	AskNumber = "number"
	AskDay    = "date"
	AskDays   = "days" // a number of days
	AskMany   = "many" // some of the field's words or records
	AskNone   = "none"
)

// Way is one way to compare a field. Its words are the i18n keys filter.way.NAME
// (to choose from) and filter.said.NAME (with the value).
type Way struct{ Name, Asks string }

// Span tells whether the way is a span of days with a name of its own.
func (w Way) Span() bool { return slices.Contains(Spans, w.Name) }

// Ways lists how a field can be compared, the likeliest first.
func (f Field) Ways() []Way {
	filled := []Way{{"filled", AskNone}, {"blank", AskNone}}
	if f.Whole {
		return append([]Way{{"eq", AskText}}, filled...)
	}
	switch f.Kind {
	case Choice, Ref:
		return append([]Way{{"in", AskMany}, {"nin", AskMany}}, filled...)
	case Bool:
		return append([]Way{{"yes", AskNone}, {"no", AskNone}}, filled...)
	case Date, Time:
		ways := []Way{{"last", AskDays}, {"ago", AskDays}, {"next", AskDays}, {"ahead", AskDays}, {"on", AskDay}, {"before", AskDay}, {"from", AskDay}}
		for _, s := range Spans {
			ways = append(ways, Way{s, AskNone})
		}
		return append(ways, filled...)
	case Number, Money, Since:
		ways := []Way{{"gte", AskNumber}, {"lte", AskNumber}, {"eq", AskNumber}, {"ne", AskNumber}, {"gt", AskNumber}, {"lt", AskNumber}}
		return append(ways, filled...)
	}
	return append([]Way{{"contains", AskText}, {"eq", AskText}, {"ne", AskText}, {"starts", AskText}, {"in", AskText}}, filled...)
}

// Way finds a way by its name; the first stands for one that is not there.
func (f Field) Way(name string) Way {
	ways := f.Ways()
	if i := slices.IndexFunc(ways, func(w Way) bool { return w.Name == name }); i >= 0 {
		return ways[i]
	}
	return ways[0]
}

// Cond is what somebody chose as a condition of the grammar.
func (f Field) Cond(way string, values []string) filter.Cond {
	value := strings.TrimSpace(strings.Join(values, ","))
	c := filter.Cond{Field: f.Name, Op: way, Value: value}
	days := strings.TrimLeft(value, "+-")
	switch {
	case way == "filled":
		c.Op, c.Value = "empty", "false"
	case way == "blank":
		c.Op, c.Value = "empty", "true"
	case way == "yes":
		c.Op, c.Value = "eq", "true"
	case way == "no":
		c.Op, c.Value = "eq", "false"
	case way == "last" || way == "next":
		c.Op, c.Value = "eq", way+"_"+days+"d"
	case way == "ago":
		c.Op, c.Value = "lt", "-"+days+"d"
	case way == "ahead":
		c.Op, c.Value = "gt", "+"+days+"d"
	case way == "on":
		c.Op = "eq"
	case way == "before":
		c.Op = "lt"
	case way == "from":
		c.Op = "gte"
	case slices.Contains(Spans, way):
		c.Op, c.Value = "eq", way
	case way == "in" && len(values) == 1 && (f.Kind == Choice || f.Kind == Ref):
		c.Op = "eq"
	}
	return c
}

// Chosen is the way and the values that make a condition.
func (f Field) Chosen(c filter.Cond) (Way, []string) {
	pick := func(name string, values ...string) (Way, []string) { return f.Way(name), values }
	switch {
	case c.Op == "empty" && c.Value == "false":
		return pick("filled")
	case c.Op == "empty":
		return pick("blank")
	case f.Kind == Bool:
		return pick(map[bool]string{true: "yes", false: "no"}[(c.Value == "true") == (c.Op == "eq")])
	case f.Kind == Choice || f.Kind == Ref:
		return pick(map[string]string{"ne": "nin", "nin": "nin"}[c.Op], strings.Split(c.Value, ",")...)
	case f.Kind != Date && f.Kind != Time:
		return pick(c.Op, c.Value)
	}
	number, isDays := strings.CutSuffix(c.Value, "d")
	if isDays {
		for _, w := range []string{"last", "next"} {
			if n, ok := strings.CutPrefix(number, w+"_"); ok && c.Op == "eq" {
				return pick(w, n)
			}
		}
		n, err := strconv.Atoi(number)
		switch {
		case err != nil:
		case (c.Op == "lt" || c.Op == "lte") && n <= 0:
			return pick("ago", strconv.Itoa(-n))
		case (c.Op == "gt" || c.Op == "gte") && n >= 0:
			return pick("ahead", strconv.Itoa(n))
		case (c.Op == "gt" || c.Op == "gte") && n < 0:
			return pick("last", strconv.Itoa(-n))
		case (c.Op == "lt" || c.Op == "lte") && n > 0:
			return pick("next", strconv.Itoa(n))
		}
	}
	if slices.Contains(Spans, c.Value) && c.Op == "eq" {
		return pick(c.Value)
	}
	return pick(map[string]string{"eq": "on", "lt": "before", "lte": "before", "gt": "from", "gte": "from"}[c.Op], c.Value)
}
