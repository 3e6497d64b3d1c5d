package filter

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"regulars/app/kit/errs"
)

func TestParse(t *testing.T) {
	for query, want := range map[string][]Cond{
		"":                                nil,
		"filter[name]=x":                  {{Field: "name", Op: "eq", Value: "x"}},
		"filter[b][gt]=2&filter[a][lt]=1": {{Field: "a", Op: "lt", Value: "1"}, {Field: "b", Op: "gt", Value: "2"}},
		"filter[a][empty]=":               {{Field: "a", Op: "empty", Value: ""}},
		"filter[a][empty]=true":           {{Field: "a", Op: "empty", Value: "true"}},
		"filter[any1][a][gt]=2&filter[b]=1&filter[all2][c][in]=x,y": {{Field: "b", Op: "eq", Value: "1"},
			{Field: "c", Op: "in", Value: "x,y", Group: "all2"}, {Field: "a", Op: "gt", Value: "2", Group: "any1"}},
		"filter[a][empty]=false&other=one": {{Field: "a", Op: "empty", Value: "false"}},
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(v)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v", query, got, err)
		}
	}
	for query, key := range map[string]string{
		"filter[a][empty]=maybe":                       "error.filter.empty",
		"filter[a][empty]=true&filter[a][empty]=maybe": "error.filter.empty",
		"filter[a][empty]=TRUE":                        "error.filter.empty",
		"filter[a][like]=x":                            "error.filter.op",
		"filter=x":                                     "error.filter.key",
		"filter[]=x":                                   "error.filter.key",
		"filter[a][eq][x]=1":                           "error.filter.key",
		"filter[any][a][eq]=1":                         "error.filter.key",
		"filter[any10][a][eq]=1":                       "error.filter.key",
		"filter[any1][any2][a][eq]=1":                  "error.filter.key",
		"filter[any1][[a][eq]=1":                       "error.filter.key",
		"filter[" + strings.Repeat("a", 90) + "]=1":    "error.filter.key",
		"filter[a][eq]=" + strings.Repeat("x", 4001):   "error.long",
		strings.Repeat("filter[a]=1&", MaxConds+1):     "error.filter.conditions",
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(v)
		e, ok := errs.As(err)
		if !ok || len(e.Fields) != 1 {
			t.Errorf("%s: %v", query, err)
			continue
		}
		for _, m := range e.Fields {
			if m.Key != key {
				t.Errorf("%s: %s, want %s", query, m.Key, key)
			}
		}
	}
}

func TestGroupsKeepTheirConditionsTogether(t *testing.T) {
	v, err := url.ParseQuery("filter[x]=0&filter[any1][a][eq]=1&filter[any1][b][eq]=2&filter[any3][c][eq]=3&filter[all1][d][eq]=4&filter[all2][e][eq]=5&filter[all2][f][eq]=6")
	if err != nil {
		t.Fatal(err)
	}
	conds, err := Parse(v)
	if err != nil {
		t.Fatal(err)
	}
	all, anyOf, alternatives := Groups(conds)
	if len(all) != 1 || len(anyOf) != 2 || len(anyOf[0]) != 2 || anyOf[1][0].Field != "c" || len(alternatives) != 2 || len(alternatives[1]) != 2 {
		t.Errorf("all %v, any %v, alternatives %v", all, anyOf, alternatives)
	}
}

// What Parse takes is written back by Query as the same conditions, and
// nothing anybody sends makes it panic or give more than the bound.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"filter[a]=1", "filter[any1][a][eq]=1&filter[b][empty]=", "filter[[]][]]=", "filter=", "filter[all9][x][nin]=a,b&filter[x]", "filter[\xff]=1", "filter[a][eq]=%00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		conds, err := Parse(v)
		if err != nil {
			return
		}
		if len(conds) > MaxConds {
			t.Fatalf("%d conditions", len(conds))
		}
		again, err := Parse(Query(conds))
		if err != nil || !slices.Equal(again, conds) {
			t.Fatalf("%q became %v, then %v (%v)", raw, conds, again, err)
		}
		all, anyOf, alternatives := Groups(conds)
		n := len(all)
		for _, g := range append(anyOf, alternatives...) {
			n += len(g)
		}
		if n != len(conds) {
			t.Fatalf("%d of %d conditions kept in groups", n, len(conds))
		}
	})
}
