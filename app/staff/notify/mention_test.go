package notify_test

import (
	"strings"
	"testing"

	"regulars/app/staff/notify"
	"regulars/app/sys/markup"
)

var staff = []notify.Colleague{{1, "Mei Lin"}, {2, "Mei"}, {3, "小李"}, {4, "Tom Okafor"}, {5, "Ana Ruiz"}, {6, "Ana Belle"}, {7, "O'Neil [x](user:1)"}}

func TestTypedNamesBecomeMentions(t *testing.T) {
	for typed, want := range map[string]string{
		"@Mei Lin and @mei":          "@[Mei Lin](user:1) and @[Mei](user:2)",
		"请@小李看一下":                    "请@[小李](user:3)看一下",
		"@TOM, @Tom. @tom":           "@[Tom Okafor](user:4), @[Tom Okafor](user:4). @[Tom Okafor](user:4)",
		"@Ana is two people":         "@Ana is two people",
		"a@tom.example @Tomas @ @@":  "a@tom.example @Tomas @ @@",
		"@[Mei Lin](user:1) stays":   "@[Mei Lin](user:1) stays",
		"@Meister":                   "@Meister",
		"\xff@小李":                    "\xff@[小李](user:3)",
		"@O'Neil [x](user:1) writes": "@[O'Neil x(user:1)](user:7) writes",
	} {
		if got := notify.Resolve(typed, staff); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("@Mei Lin @小李 @[Mei](user:2)")
	f.Fuzz(func(t *testing.T, text string) {
		once := notify.Resolve(text, staff)
		if len(once) < len(text)-40*strings.Count(text, "@") {
			t.Errorf("%q lost words: %q", text, once)
		}
		if again := notify.Resolve(once, staff); again != once {
			t.Errorf("%q is not stable: %q, %q", text, once, again)
		}
		markup.Mentions(once)
	})
}
