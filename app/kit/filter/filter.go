// Package filter reads filter[field][op]=value, the one grammar of list pages,
// saved views and the JSON API.
//
// All conditions must hold. A condition may stand in a group, one level deep:
// filter[any1][field][op]=value is one of several of which at least one must
// hold; filter[all1][field][op]=value is part of an alternative: of the groups
// all1, all2 … at least one must hold in full.
package filter

import (
	"net/url"
	"slices"
	"sort"
	"strings"

	"regulars/app/kit/errs"
)

// Cond is one condition on one field.
type Cond struct {
	Field string `json:"field"`
	Op    string `json:"op"`
	Value string `json:"value"`           // for in and nin: comma-separated; for empty: true (or "") or false
	Group string `json:"group,omitempty"` // "", any1 to any9, all1 to all9
}

// Ops are the operators of the contract.
var Ops = []string{"eq", "ne", "lt", "lte", "gt", "gte", "in", "nin", "contains", "starts", "empty"}

// The bounds of one filter, far above what a person asks for.
const (
	MaxConds = 60
	maxValue = 4000
	maxName  = 80
)

// Parse reads the conditions of a query, sorted by group, field and operator. A
// key that starts with "filter" but does not parse is Invalid.
func Parse(query url.Values) ([]Cond, error) {
	var out []Cond
	check := &errs.Check{}
	for key, values := range query {
		if !strings.HasPrefix(key, "filter") {
			continue
		}
		c, ok := parseKey(key)
		if !ok {
			check.Add(short(key), "error.filter.key")
			continue
		}
		if !slices.Contains(Ops, c.Op) {
			check.Add(key, "error.filter.op", "op", c.Op)
			continue
		}
		for _, v := range values {
			if c.Op == "empty" && v != "" && v != "true" && v != "false" {
				check.Add(key, "error.filter.empty")
				continue
			}
			if len(v) > maxValue {
				check.Add(key, "error.long", "n", maxValue)
				continue
			}
			c.Value = v
			out = append(out, c)
		}
	}
	if err := check.Err(); err != nil {
		return nil, err
	}
	if len(out) > MaxConds {
		check.Add("filter", "error.filter.conditions", "max", MaxConds)
		return nil, check.Err()
	}
	sort.Slice(out, func(i, k int) bool { return out[i].rank() < out[k].rank() })
	return out, nil
}

func (c Cond) rank() string { return c.Group + "\x00" + c.Field + "\x00" + c.Op + "\x00" + c.Value }

// parseKey takes filter[field][op], filter[field] (eq) or
// filter[group][field][op] apart.
func parseKey(key string) (Cond, bool) {
	rest, found := strings.CutPrefix(key, "filter[")
	if !found || !strings.HasSuffix(rest, "]") || len(rest) > maxName {
		return Cond{}, false
	}
	parts := strings.Split(strings.TrimSuffix(rest, "]"), "][")
	for _, p := range parts {
		if p == "" || strings.ContainsAny(p, "[]") {
			return Cond{}, false
		}
	}
	switch len(parts) {
	case 1:
		return Cond{Field: parts[0], Op: "eq"}, true
	case 2:
		return Cond{Field: parts[0], Op: parts[1]}, true
	case 3:
		return Cond{Group: parts[0], Field: parts[1], Op: parts[2]}, isGroup(parts[0])
	}
	return Cond{}, false
}

func isGroup(name string) bool {
	return len(name) == 4 && (name[:3] == "any" || name[:3] == "all") && name[3] >= '1' && name[3] <= '9'
}

// short keeps an absurd key from filling the answer.
func short(key string) string {
	if len(key) > maxName {
		return strings.ToValidUTF8(key[:maxName], "")
	}
	return key
}

// Key is the query key of a condition.
func (c Cond) Key() string {
	if c.Group != "" {
		return "filter[" + c.Group + "][" + c.Field + "][" + c.Op + "]"
	}
	return "filter[" + c.Field + "][" + c.Op + "]"
}

// Query writes conditions as the query that Parse reads.
func Query(conds []Cond) url.Values {
	q := url.Values{}
	for _, c := range conds {
		q.Add(c.Key(), c.Value)
	}
	return q
}

// Groups splits conditions into those that must all hold, the groups of which
// one condition must hold, and the alternatives, each in their order.
func Groups(conds []Cond) (all []Cond, anyOf, alternatives [][]Cond) {
	last := ""
	for _, c := range conds {
		switch {
		case c.Group == "":
			all = append(all, c)
			continue
		case c.Group != last && strings.HasPrefix(c.Group, "any"):
			anyOf = append(anyOf, nil)
		case c.Group != last:
			alternatives = append(alternatives, nil)
		}
		last = c.Group
		into := &alternatives
		if strings.HasPrefix(c.Group, "any") {
			into = &anyOf
		}
		(*into)[len(*into)-1] = append((*into)[len(*into)-1], c)
	}
	return all, anyOf, alternatives
}
