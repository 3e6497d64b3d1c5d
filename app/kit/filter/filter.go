// Package filter reads filter[field][op]=value, the one grammar of list pages,
// saved views and the JSON API.
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
	Value string `json:"value"` // for in: comma-separated; for empty: true (or "") or false
}

// Ops are the operators of the contract.
var Ops = []string{"eq", "ne", "lt", "lte", "gt", "gte", "in", "contains", "starts", "empty"}

// Parse reads the conditions of a query, sorted by field and operator. A key
// that starts with "filter" but does not parse is Invalid.
func Parse(query url.Values) ([]Cond, error) {
	var out []Cond
	check := &errs.Check{}
	for key, values := range query {
		if !strings.HasPrefix(key, "filter") {
			continue
		}
		field, op, ok := parseKey(key)
		if !ok {
			check.Add(key, "error.filter.key")
			continue
		}
		if !slices.Contains(Ops, op) {
			check.Add(key, "error.filter.op", "op", op)
			continue
		}
		for _, v := range values {
			if op == "empty" && v != "" && v != "true" && v != "false" {
				check.Add(key, "error.filter.empty")
				continue
			}
			out = append(out, Cond{field, op, v})
		}
	}
	sort.Slice(out, func(i, k int) bool {
		a, b := out[i], out[k]
		return a.Field+"\x00"+a.Op+"\x00"+a.Value < b.Field+"\x00"+b.Op+"\x00"+b.Value
	})
	return out, check.Err()
}

// parseKey takes filter[field][op] or filter[field] (eq) apart.
func parseKey(key string) (field, op string, ok bool) {
	rest, found := strings.CutPrefix(key, "filter[")
	if !found || !strings.HasSuffix(rest, "]") {
		return "", "", false
	}
	parts := strings.Split(strings.TrimSuffix(rest, "]"), "][")
	switch {
	case len(parts) == 1 && parts[0] != "":
		return parts[0], "eq", true
	case len(parts) == 2 && parts[0] != "" && parts[1] != "":
		return parts[0], parts[1], true
	}
	return "", "", false
}

// Key is the query key of a condition.
func (c Cond) Key() string { return "filter[" + c.Field + "][" + c.Op + "]" }
