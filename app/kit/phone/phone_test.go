package phone

import (
	"slices"
	"strings"
	"testing"
)

func TestParseReadsWhatPeopleWrite(t *testing.T) {
	for _, c := range []struct{ raw, region, e164, ext string }{
		{"13800138000", "CN", "+8613800138000", ""},
		{"16212345678", "CN", "+8616212345678", ""},
		{" １３８　００１３　８０００ ", "CN", "+8613800138000", ""},
		{"+86 138-0013-8000", "US", "+8613800138000", ""},
		{"0086 13800138000", "CN", "+8613800138000", ""},
		{"手机：138 0013 8000", "CN", "+8613800138000", ""},
		{"0571-88886666", "CN", "+8657188886666", ""},
		{"（0571）88886666", "CN", "+8657188886666", ""},
		{"0571-88886666转801", "CN", "+8657188886666", "801"},
		{"0571-88886666 分机 8001", "CN", "+8657188886666", "8001"},
		{"0571-88886666-801", "CN", "+8657188886666", "801"},
		{"010—62345678", "CN", "+861062345678", ""},
		{"010-62345678 ext. 12", "CN", "+861062345678", "12"},
		{"4008208820", "CN", "+864008208820", ""},
		{"400-820-8820", "CN", "+864008208820", ""},
		{"(202) 555-0143 x77", "US", "+12025550143", "77"},
		{"020 7946 0018", "GB", "+442079460018", ""},
		{"95588", "CN", "", ""},
		{"12345", "CN", "", ""},
		{"88886666", "CN", "", ""},
		{"same as last year", "CN", "", ""},
		{"", "CN", "", ""},
		{strings.Repeat("1", 500), "CN", "", ""},
		{"13800138000", "", "", ""},
	} {
		n := Parse(c.raw, c.region)
		if n.E164 != c.e164 || n.Ext != c.ext || n.Raw != strings.TrimSpace(c.raw) {
			t.Errorf("Parse(%q) = %+v, want %s ext %q", c.raw, n, c.e164, c.ext)
		}
	}
}

func TestSplitCutsLists(t *testing.T) {
	for raw, want := range map[string][]string{
		"13800138000 / 0571-88886666、010-62345678": {"13800138000", "0571-88886666", "010-62345678"},
		"13800138000；13900139000":                  {"13800138000", "13900139000"},
		"13800138000，无":                            {"13800138000"},
		"010-62345678, ext 12":                     {"010-62345678,ext 12"},
		"13800138000\n13900139000":                 {"13800138000", "13900139000"},
		"":                                         nil, "无": nil,
	} {
		if got := Split(raw); !slices.Equal(got, want) {
			t.Errorf("Split(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestEntriesKeepWhatHoldsNoDigit(t *testing.T) {
	for in, want := range map[string]string{"": "", "  ": "", "none": "none", "138 0013 8000 / 0571-88886666": "138 0013 8000|0571-88886666"} {
		if got := strings.Join(Entries(in), "|"); got != want {
			t.Errorf("Entries(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNumbersAreFoundByTheirDigits(t *testing.T) {
	for raw, queries := range map[string][]string{
		"138-0013-8000":   {"1380", "13800138000", "+86 138", "0086138", "8000", "38000", "0138000", "138 0013 8000", "86138"},
		"0571-88886666-8": {"0571", "571", "88886666", "6666", "0571 8888", "+865718888"},
		"0571-88886666转8": {"6666", "8888"},
		"95588":           {"955", "95588", "5588"},
		"020 whatever 12": {"0201"},
	} {
		tokens := Tokens(Parse(raw, "CN"))
		for _, q := range queries {
			prefix, ok := Query(q)
			if !ok || !slices.ContainsFunc(tokens, func(s string) bool { return strings.HasPrefix(s, prefix) }) {
				t.Errorf("%q is not found by %q (%q) in %v", raw, q, prefix, tokens)
			}
		}
	}
	for _, q := range []string{"", "张三", "3M", "+", "a1"} {
		if p, ok := Query(q); ok {
			t.Errorf("Query(%q) = %q", q, p)
		}
	}
}

func TestMaskAndDisplay(t *testing.T) {
	for raw, want := range map[string]string{
		"13800138000": "138****8000", "138 0013 8000": "138 **** 8000", "+86 138 0013 8000": "+86 138 **** 8000",
		"0571-88886666": "057*-****6666", "88886666": "88****66", "12345": "****5", "110": "***", "": "",
		"0571-88886666转801": "057*-****6666", "张三 13800138000": "138****8000",
	} {
		if got := strings.TrimSpace(Mask(raw)); got != want {
			t.Errorf("Mask(%q) = %q, want %q", raw, got, want)
		}
	}
	for _, c := range []struct{ raw, region, want string }{
		{"13800138000", "CN", "138 0013 8000"}, {"13800138000", "US", "+86 138 0013 8000"},
		{"057188886666转801", "CN", "0571 8888 6666-801"}, {"95588", "CN", "95588"},
	} {
		if got := Display(Parse(c.raw, "CN"), c.region); got != c.want {
			t.Errorf("Display(%q, %s) = %q, want %q", c.raw, c.region, got, c.want)
		}
	}
	if got := Display(Parse("(202) 555-0143 x77", "US"), "us"); got != "(202) 555-0143 x77" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"13800138000", "0571-88886666转801", "+", "１３８/０", ";ext=", "tel:+1-2", "\xff", ",x1,x2"} {
		f.Add(s, "CN")
	}
	f.Fuzz(func(t *testing.T, raw, region string) {
		n := Parse(raw, region)
		for _, token := range append(Tokens(n), digits(n.E164)) {
			if digits(token) != token || len(token) > maxDigits {
				t.Errorf("token %q", token)
			}
		}
		Split(raw)
		Display(n, region)
		if shown := digits(Mask(raw)); len(shown) > 10 {
			t.Errorf("Mask(%q) shows %q", raw, shown)
		}
	})
}
