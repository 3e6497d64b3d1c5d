package question

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"regulars/app/kit/errs"
)

var both = []string{"en", "zh-CN"}

func words(s string) Texts { return Texts{"en": s, "zh-CN": s} }

func options(keys ...string) []Option {
	var out []Option
	for _, k := range keys {
		out = append(out, Option{Key: k, Text: words(k)})
	}
	return out
}

func when(question, op string, value float64, option string) Rule {
	return Rule{Tests: []Test{{Question: question, Op: op, Value: value, Option: option}}}
}

// sample has every kind once, with rules and a jump.
func sample() List {
	unhappy := when(Score, "lte", 6, "")
	hundred := 100.0
	return List{
		{Key: "why", Kind: Multi, Text: words("Why"), Options: options("late", "wrong"), Other: true, Most: 2, Show: &unhappy, Required: true},
		{Key: "staff", Kind: CSAT, Text: words("Staff"), Jump: []Jump{{When: when("staff", "gte", 5, ""), To: "back"}}},
		{Key: "ease", Kind: CES, Text: words("Ease")},
		{Key: "friend", Kind: NPS, Text: words("Friend")},
		{Key: "plan", Kind: Single, Text: words("Plan"), Options: options("a", "b")},
		{Key: "back", Kind: YesNo, Text: words("Back")},
		{Key: "when", Kind: Date, Text: words("When"), Show: &Rule{Tests: []Test{{Question: "back", Op: "yes"}}}},
		{Key: "name", Kind: Short, Text: words("Name")},
		{Key: "story", Kind: Long, Text: words("Story")},
		{Key: "many", Kind: Number, Text: words("Many"), Max: &hundred},
		{Key: "order", Kind: Ranking, Text: words("Order"), Options: options("x", "y", "z")},
		{Key: "parts", Kind: Matrix, Text: words("Parts"), Options: options("taste", "price")},
		{Key: "note", Kind: Statement, Text: words("Note")},
		{Key: "quote", Kind: Consent, Text: words("Quote")},
	}
}

func problems(l List, lead string) map[string]errs.Message {
	c := &errs.Check{}
	l.Check(c, lead, both)
	e, _ := errs.As(c.Err())
	if e == nil {
		return nil
	}
	return e.Fields
}

func TestEveryKindIsAccepted(t *testing.T) {
	if bad := problems(sample(), NPS); bad != nil {
		t.Fatalf("a good list is refused: %v", bad)
	}
	var kinds []string
	for _, q := range sample() {
		kinds = append(kinds, q.Kind)
	}
	for _, k := range Kinds {
		if !slices.Contains(kinds, k) {
			t.Errorf("%s is in no test", k)
		}
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	for name, spoil := range map[string]func(List) List{
		"questions.0.key":     func(l List) List { l[0].Key = "Not a key"; return l[:1] },
		"questions.1.key":     func(l List) List { l[1].Key = "why"; l[1].Jump = nil; return l },
		"questions.2.kind":    func(l List) List { l[2].Kind = "guess"; return l },
		"questions.3.text":    func(l List) List { l[3].Text = nil; return l },
		"questions.4.options": func(l List) List { l[4].Options = options("a"); return l },
		"questions.0.show":    func(l List) List { r := when("plan", "is", 0, "a"); l[0].Show = &r; return l },
		"questions.1.jump":    func(l List) List { l[1].Jump[0].To = "why"; return l },
		"questions.6.show":    func(l List) List { l[6].Show.Tests[0].Op = "lte"; return l },
		"questions.5.help":    func(l List) List { l[5].Help = Texts{"fr": "non"}; return l },
		"questions.9.max":     func(l List) List { hi, lo := 1.0, 2.0; l[9].Min, l[9].Max = &lo, &hi; return l },
	} {
		bad := problems(spoil(sample()), NPS)
		if _, ok := bad[name]; !ok {
			t.Errorf("%s is not named: %v", name, bad)
		}
	}
	noScore := List{{Key: "why", Kind: Short, Text: words("Why"), Show: &Rule{Tests: []Test{{Question: Score, Op: "lte", Value: 6}}}}}
	if problems(noScore, "") == nil {
		t.Error("a rule over a score that is not asked is accepted")
	}
}

func TestKindOfAPublishedQuestionStays(t *testing.T) {
	l := sample()
	l[2].Kind = NPS
	c := &errs.Check{}
	l.Frozen(c, sample())
	e, _ := errs.As(c.Err())
	if e == nil || e.Fields["questions.2.kind"].Key == "" {
		t.Fatalf("a scale was turned: %v", c.Err())
	}
}

func keys(l List) []string {
	var out []string
	for _, q := range l {
		out = append(out, q.Key)
	}
	return out
}

func TestRulesAndJumps(t *testing.T) {
	three, nine, five := 3, 9, 5.0
	if got := keys(sample().Shown(nil, Lead{Score: &three})); got[0] != "why" || slices.Contains(got, "when") {
		t.Errorf("after a low score: %v", got)
	}
	if got := keys(sample().Shown(nil, Lead{Score: &nine})); got[0] != "staff" {
		t.Errorf("after a high score: %v", got)
	}
	got := keys(sample().Shown(Answers{"staff": {N: &five}, "plan": {Picks: []string{"a"}}}, Lead{Score: &nine}))
	if !reflect.DeepEqual(got[:2], []string{"staff", "back"}) {
		t.Errorf("the jump is not taken: %v", got)
	}
	yes := true
	if got := keys(sample().Shown(Answers{"back": {Yes: &yes}}, Lead{})); !slices.Contains(got, "when") {
		t.Errorf("a rule over a yes does not show: %v", got)
	}
}

func TestHiddenAnswersCountForNothing(t *testing.T) {
	nine := 9
	c := &errs.Check{}
	out := sample().Take(c, Answers{"why": {Picks: []string{"late"}}, "strange": {Text: "x"}, "name": {Text: " Ada "}}, Lead{Score: &nine}, nil)
	if c.Err() != nil || len(out) != 1 || out["name"].Text != "Ada" {
		t.Fatalf("kept %v, %v", out, c.Err())
	}
}

func TestRequiredIsMissedOnlyWhereItWasSeen(t *testing.T) {
	three := 3
	for _, try := range []struct {
		asked []string
		want  bool
	}{{nil, true}, {[]string{"why"}, true}, {[]string{"staff"}, false}} {
		c := &errs.Check{}
		sample().Take(c, nil, Lead{Score: &three}, try.asked)
		if (c.Err() != nil) != try.want {
			t.Errorf("asked %v: %v", try.asked, c.Err())
		}
	}
}

func TestReadAndRefuse(t *testing.T) {
	good := url.Values{"q.why": {"late", "other"}, "q.why.other": {" too  small "}, "q.staff": {"4"}, "q.plan": {"b"}, "q.back": {"no"}, "q.when": {""},
		"q.story": {"one\r\ntwo\x00"}, "q.many": {"12,5"}, "q.order.x": {"2"}, "q.order.y": {"1"}, "q.order.z": {"3"}, "q.parts.taste": {"5"}, "q.quote": {"on"}}
	three := 3
	c := &errs.Check{}
	out := sample().Take(c, sample().Read(good), Lead{Score: &three}, nil)
	if err := c.Err(); err != nil {
		t.Fatal(err)
	}
	if out["why"].Other != "too small" || *out["many"].N != 12.5 || !reflect.DeepEqual(out["order"].Picks, []string{"y", "x", "z"}) ||
		out["story"].Text != "one\ntwo" || out["parts"].Rows["taste"] != 5 || *out["back"].Yes || !*out["quote"].Yes {
		t.Fatalf("read %+v", out)
	}
	for field, bad := range map[string]url.Values{
		"q.why": {"q.why": {"late", "wrong", "other"}, "q.why.other": {"x"}}, "q.staff": {"q.why": {"late"}, "q.staff": {"6"}}, "q.plan": {"q.why": {"late"}, "q.plan": {"zzz"}},
		"q.many": {"q.why": {"late"}, "q.many": {"101"}}, "q.order": {"q.why": {"late"}, "q.order.x": {"1"}}, "q.parts": {"q.why": {"late"}, "q.parts.taste": {"9"}},
		"q.ease": {"q.why": {"late"}, "q.ease": {"2.5"}}, "q.name": {"q.why": {"late"}, "q.name": {fmt.Sprint(make([]int, 400))}},
	} {
		c := &errs.Check{}
		sample().Take(c, sample().Read(bad), Lead{Score: &three}, nil)
		e, _ := errs.As(c.Err())
		if e == nil || e.Fields[field].Key == "" {
			t.Errorf("%s: %v", field, c.Err())
		}
	}
}

// Whatever is answered, taking it twice keeps the same, and what is kept was shown.
func TestTakenAgainIsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 7))
	for range 3000 {
		l := sample()
		r.Shuffle(len(l), func(a, b int) { l[a], l[b] = l[b], l[a] })
		score := r.IntN(11)
		lead := Lead{Score: &score}
		given := random(r, l)
		out := l.Take(&errs.Check{}, given, lead, nil)
		c := &errs.Check{}
		if again := l.Take(c, out, lead, []string{}); !reflect.DeepEqual(out, again) {
			t.Fatalf("%v became %v (%v)", out, again, c.Err())
		}
		shown := keys(l.Shown(out, lead))
		for key := range out {
			if !slices.Contains(shown, key) {
				t.Fatalf("%s is kept and was not shown", key)
			}
		}
		raw, err := out.JSON()
		if err != nil || !reflect.DeepEqual(Of(raw), out) {
			t.Fatalf("%s reads as %v: %v", raw, Of(raw), err)
		}
	}
}

func random(r *rand.Rand, l List) Answers {
	out := Answers{}
	for _, q := range l {
		n, yes := float64(r.IntN(12)), r.IntN(2) == 0
		a := Answer{}
		switch {
		case r.IntN(3) == 0:
			continue
		case q.Picked():
			for _, o := range q.Options {
				if r.IntN(2) == 0 {
					a.Picks = append(a.Picks, o.Key)
				}
			}
		case q.Kind == Matrix:
			a.Rows = map[string]int{q.Options[0].Key: r.IntN(7)}
		case q.Kind == YesNo || q.Kind == Consent:
			a.Yes = &yes
		case q.Scaled() || q.Kind == Number:
			a.N = &n
		default:
			a.Text = []string{"2026-11-22", "words", "\x00"}[r.IntN(3)]
		}
		out[q.Key] = a
	}
	return out
}

func FuzzRead(f *testing.F) {
	f.Add("q.why=late&q.many=1e309&q.staff=NaN&score=3")
	f.Add("q.order.x=1&q.order.y=1&q.story=%ff%00&q.when=0000-00-00")
	f.Fuzz(func(t *testing.T, raw string) {
		form, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		for key, a := range sample().Take(&errs.Check{}, sample().Read(form), Lead{}, nil) {
			if a.Empty() {
				t.Fatalf("%s is kept empty", key)
			}
			if _, err := (Answers{key: a}).JSON(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
