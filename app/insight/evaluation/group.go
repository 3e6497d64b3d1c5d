package evaluation

import (
	"maps"
	"slices"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
)

// Group is some of the customers, who are weighed otherwise: those of a level
// that a person set, companies or persons, or those with a choice in a field that
// the shop added, such as the industry.
type Group struct {
	By      string             `json:"by"` // level, kind, or an added field's slot
	Of      string             `json:"of"`
	NameEN  string             `json:"name_en,omitempty"` // of the added field, so that an old version stays readable
	NameZH  string             `json:"name_zh,omitempty"`
	Weights map[string]float64 `json:"weights"`
}

// The built-in ways to tell groups apart.
const (
	byLevel = "level"
	byKind  = "kind"
)

const maxGroups = 4

// Mark names the group in an evaluation.
func (g Group) Mark() string { return g.By + "=" + g.Of }

// Name is what the group is told apart by, in a language; "" for what the house
// knows.
func (g Group) Name(locale string) string {
	return Own{NameEN: g.NameEN, NameZH: g.NameZH}.Name(locale)
}

func (g Group) same(o Group) bool { return g.Mark() == o.Mark() && maps.Equal(g.Weights, o.Weights) }

// has tells whether a customer belongs to it.
func (g Group) has(f facts) bool {
	switch g.By {
	case byLevel:
		return f.level == g.Of
	case byKind:
		return f.kind == g.Of
	}
	v, ok := f.values[g.By].(string)
	return ok && v == g.Of
}

// weightsOf are those that a customer is judged by, and the group they come from.
func (m Model) weightsOf(f facts) (weights map[string]float64, by string) {
	for _, g := range m.Groups {
		if g.has(f) {
			return g.Weights, g.Mark()
		}
	}
	return m.Weights, ""
}

// Group finds one by its mark.
func (m Model) Group(mark string) (Group, bool) {
	i := slices.IndexFunc(m.Groups, func(g Group) bool { return g.Mark() == mark })
	if i < 0 {
		return Group{}, false
	}
	return m.Groups[i], true
}

// groups says what is wrong with them.
func (d *Draft) groups(c *errs.Check) {
	c.That(len(d.Groups) <= maxGroups, "weights", "error.many", "n", maxGroups)
	seen := map[string]bool{}
	for i, g := range d.Groups {
		name := "g" + strconv.Itoa(i) + "."
		c.That(!seen[g.Mark()], name+"of", "evaluation.group.error.twice")
		seen[g.Mark()] = true
		d.weighed(c, g.Weights, name+"w.", name+"weights")
	}
}

// known completes groups by the fields that the shop added, and says which are
// none: what a person is rather than does tells no groups apart.
func (d *Draft) known(c *errs.Check, fields custom.Set) {
	for i := range d.Groups {
		g := &d.Groups[i]
		ok := false
		switch g.By {
		case byLevel:
			ok = slices.Contains(Grades, g.Of)
		case byKind:
			ok = g.Of == "company" || g.Of == "person"
		default:
			for _, f := range fields {
				if f.Slot() == g.By && f.Kind == custom.Choice && unfit(f, fields) == "" && slices.Contains(f.Choices, g.Of) {
					g.NameEN, g.NameZH, ok = f.NameEN, f.NameZH, true
				}
			}
		}
		c.That(ok, "g"+strconv.Itoa(i)+".of", "error.choice")
	}
}

// needs is what versions ask about customers besides what everybody is judged by.
type needs struct {
	person bool           // level, kind, since when
	fields bool           // added values
	given  []int64        // added fields that give a number
	counts map[string]int // of what, over how many months at most
	lists  bool
}

func needsOf(models ...Model) needs {
	n := needs{counts: map[string]int{}}
	for _, m := range models {
		for _, g := range m.Groups {
			n.person = true
			n.fields = n.fields || g.added()
		}
		for _, o := range m.Own {
			switch o.Kind {
			case ByField:
				n.person, n.fields, n.given = true, true, append(n.given, o.Field)
			case ByCount:
				n.person = true
				n.counts[o.Counted] = max(n.counts[o.Counted], o.Months)
			case ByChecklist:
				n.lists = true
			}
		}
	}
	return n
}

// most are the months over which any of these are counted, 0 for none.
func (n needs) most(of ...string) int {
	months := 0
	for _, what := range of {
		months = max(months, n.counts[what])
	}
	return months
}
