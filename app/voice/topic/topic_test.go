package topic

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestWordsAreFound(t *testing.T) {
	for _, c := range []struct {
		words, text string
		want        bool
	}{
		{"wait*", "We were Waiting for an hour", true},
		{"wait", "We were waiting", false},
		{"wait", "What a wait!", true},
		{"took too long", "It took TOO long again", true},
		{"took too long", "It took a bit too long", false},
		{"price*", "The pricing is fine", false},
		{"等", "等了很久", true},
		{"太贵", "有点 太 贵 了", true},
		{"太贵", "太好了，贵宾", false},
		{"café", "The CAFE was full", true},
		{"咖啡", "Their 咖啡coffee is great", true},
		{"coffee", "Their 咖啡coffee is great", true},
		{"５ star*", "A 5 stars place", true},
		{"late", "chocolate", false},
		{"", "anything", false},
		{"a*b", "a*b", true},
	} {
		in := Input{Words: c.words}
		in.Clean()
		if _, got := matcher(Topic{Words: in.Words}).in(hay(c.text)); got != c.want {
			t.Errorf("%q in %q: %v", c.words, c.text, got)
		}
	}
}

func TestInputIsCheckedAndCleaned(t *testing.T) {
	in := Input{NameEN: "  Waiting ", Words: " wait*, queue\n\nqueue、等 ; 慢"}
	in.Clean()
	if in.NameEN != "Waiting" || in.Words != "wait*\nqueue\n等\n慢" {
		t.Errorf("%+v", in)
	}
	if err := in.Validate(); err != nil {
		t.Error(err)
	}
	for _, bad := range []Input{{Words: "x"}, {NameEN: "x"}, {NameEN: "x", Words: "***"}, {NameEN: strings.Repeat("x", 61), Words: "a"}, {NameZH: "等", Words: strings.Repeat("x", 61)}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestReadyTopicsAreWhole(t *testing.T) {
	for pack := range trades {
		names := map[string]bool{}
		for _, r := range readyFor(pack) {
			in := Input{NameEN: r.EN, NameZH: r.ZH, Words: r.Words}
			in.Clean()
			if err := in.Validate(); err != nil || r.EN == "" || r.ZH == "" || names[r.EN] {
				t.Errorf("%s: %s: %v", pack, r.EN, err)
			}
			names[r.EN] = true
		}
	}
	if len(readyFor("")) != len(everywhere) {
		t.Error("a trade that nobody knows gets more than everybody")
	}
}

func FuzzMatcher(f *testing.F) {
	f.Add("wait*\n等", "我们等了 waiting")
	f.Fuzz(func(t *testing.T, words, text string) {
		m := matcher(Topic{Words: words})
		word, ok := m.in(hay(text))
		if ok && word == "" {
			t.Error("found nothing, yet something")
		}
		for _, n := range m.words { // what is found in a text is found in more of it
			joined := strings.Join(n.parts, " ")
			if _, again := m.in(hay("x " + joined + " x")); !again {
				t.Errorf("%q is not found in itself", joined)
			}
		}
	})
}

func TestManyTextsAreLookedThroughQuickly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var all []Matcher
	for _, one := range readyFor("food") {
		in := Input{NameEN: one.EN, Words: one.Words}
		in.Clean()
		all = append(all, matcher(Topic{ID: 1, Words: in.Words}))
	}
	found := 0
	for range 2000 {
		text := strings.Repeat([]string{"good coffee ", "等了很久 ", "lovely place ", "too expensive "}[r.IntN(4)], 1+r.IntN(20))
		h := hay(text)
		for _, m := range all {
			if _, ok := m.in(h); ok {
				found++
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d found", found)
	}
}
