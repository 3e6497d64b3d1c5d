package custom

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"regulars/app/kit/errs"
)

var cards = Set{
	{ID: 1, Key: "plate", Kind: Text, Searchable: true},
	{ID: 2, Key: "seats", Kind: Number},
	{ID: 3, Key: "deposit", Kind: Money},
	{ID: 4, Key: "serviced", Kind: Date},
	{ID: 5, Key: "lease", Kind: Bool},
	{ID: 6, Key: "fuel", Kind: Choice, Choices: Words{"petrol", "电"}},
	{ID: 7, Key: "extras", Kind: Multi, Choices: Words{"roof", "hook"}, Searchable: true},
	{ID: 8, Key: "site", Kind: Link},
	{ID: 9, Key: "vat", Kind: Text, Required: true, ShownField: "kind", ShownValue: "company"},
	{ID: 10, Key: "range", Kind: Number, Required: true, ShownField: "fuel", ShownValue: "电"},
}

func record(v Values) Record { return Record{Set: cards, Values: v, Currency: "GBP"} }

func apply(before Values, typed Typed, kind string) (Values, error) {
	return record(before).Apply(context.Background(), nil, typed, map[string]string{"kind": kind})
}

func TestValuesAreReadStoredAndShown(t *testing.T) {
	typed := Typed{"plate": {" AB 12 "}, "seats": {"1,200"}, "deposit": {"12.30"}, "serviced": {"2026-02-28"}, "lease": {"是"}, "fuel": {"petrol"},
		"extras": {"", "roof", "hook"}, "site": {"https://example.com/x"}, "vat": {""}}
	v, err := apply(nil, typed, "person")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"f1":"AB 12","f2":1200,"f3":1230,"f4":"2026-02-28","f5":true,"f6":"petrol","f7":["roof","hook"],"f8":"https://example.com/x"}`
	if v.JSON() != want {
		t.Fatalf("stored %s", v.JSON())
	}
	var again Values
	if err := again.Scan(v.JSON()); err != nil {
		t.Fatal(err)
	}
	back, err := apply(nil, record(again).Typed(), "person")
	if err != nil || back.JSON() != want {
		t.Errorf("a form that is sent back unchanged changes %s, %v", back.JSON(), err)
	}
	object, err := json.Marshal(record(again).Object())
	if err != nil || !strings.Contains(string(object), `"deposit":{"amount":"12.30","currency":"GBP"}`) || !strings.Contains(string(object), `"vat":null`) {
		t.Errorf("the API shows %s, %v", object, err)
	}
	if got := cards.SearchText(again); !reflect.DeepEqual(got, []string{"AB 12", "roof", "hook"}) {
		t.Errorf("found by %q", got)
	}
	cleared, err := apply(again, Typed{"plate": nil, "extras": {""}}, "person")
	if err != nil || strings.Contains(cleared.JSON(), "f1") || strings.Contains(cleared.JSON(), "f7") || !strings.Contains(cleared.JSON(), "f2") {
		t.Errorf("cleared: %s, %v", cleared.JSON(), err)
	}
}

func TestWrongValuesAreNamed(t *testing.T) {
	for _, c := range []struct{ key, value, kind string }{
		{"seats", "many", "person"}, {"seats", "1e99", "person"}, {"deposit", "12.345", "person"}, {"serviced", "2026-02-30", "person"}, {"lease", "perhaps", "person"},
		{"fuel", "steam", "person"}, {"extras", "roof;sail", "person"}, {"site", "javascript:alert(1)", "person"}, {"site", "example.com", "person"},
		{"plate", strings.Repeat("x", 501), "person"}, {"nothing", "x", "person"}, {"vat", "", "company"}, {"range", "", "person"},
	} {
		typed := Typed{c.key: {c.value}}
		if c.key == "range" {
			typed["fuel"] = []string{"电"}
		}
		_, err := apply(nil, typed, c.kind)
		e, ok := errs.As(err)
		if !ok || e.Fields["fields."+c.key].Key == "" {
			t.Errorf("%s = %.20q: %v", c.key, c.value, err)
		}
	}
	if _, err := apply(nil, nil, "company"); err != nil {
		t.Errorf("nothing was said, nothing is required: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("seats", "12")
	f.Add("extras", "roof, hook")
	f.Add("deposit", "-0.01")
	f.Fuzz(func(t *testing.T, key, value string) {
		v, err := apply(nil, FromJSON(map[string]any{key: value}), "person")
		if err != nil {
			return
		}
		var again Values
		if err := again.Scan(v.JSON()); err != nil {
			t.Fatalf("%q = %q stores %s: %v", key, value, v.JSON(), err)
		}
		back, err := apply(nil, record(again).Typed(), "person")
		if err != nil || back.JSON() != v.JSON() {
			t.Fatalf("%q = %q: %s becomes %s, %v", key, value, v.JSON(), back.JSON(), err)
		}
	})
}
