package filter

import (
	"net/url"
	"slices"
	"testing"

	"regulars/app/kit/errs"
)

func TestParse(t *testing.T) {
	for query, want := range map[string][]Cond{
		"":                                 nil,
		"filter[name]=x":                   {{"name", "eq", "x"}},
		"filter[b][gt]=2&filter[a][lt]=1":  {{"a", "lt", "1"}, {"b", "gt", "2"}},
		"filter[a][empty]=":                {{"a", "empty", ""}},
		"filter[a][empty]=true":            {{"a", "empty", "true"}},
		"filter[a][empty]=false&other=one": {{"a", "empty", "false"}},
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
