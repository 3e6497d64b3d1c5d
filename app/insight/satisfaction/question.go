package satisfaction

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"regulars/app/kit/stats"
	"regulars/app/voice/question"
	"regulars/app/voice/survey"
)

// Said is what was answered to one further question.
type Said struct {
	question.Question
	N       int // people who answered it
	Rows    string
	Figure  *Figure  // of a scale
	Options []Choice // of options, yes or no, a scale's values, a number's
	Items   []Item   // of a matrix, by row
	Numbers Numbers  // of a number
	Texts   []string // of an anonymous survey, in no order
}

// Choice is one option with how many chose it.
type Choice struct {
	Key   string
	N     int
	Share stats.Estimate // in percent of those who answered
	Place float64        // of a ranking: the mean place, 1 is the best
	Rows  string
}

// Item is a row of a matrix.
type Item struct {
	Key string
	Figure
	Rows string
}

// Numbers are what typed numbers come to.
type Numbers struct {
	Mean   stats.Estimate
	Median float64
	Least  float64
	Most   float64
}

// Questions counts the further questions that the survey asks now; what earlier
// versions asked besides stays in the answers themselves.
func (s *Service) Questions(ctx context.Context, q Query) ([]Said, error) {
	if len(q.Survey.Questions) == 0 {
		return nil, nil
	}
	picked, people, err := s.surveys.Picked(ctx, q.given())
	if err != nil {
		return nil, err
	}
	var out []Said
	for _, one := range q.Survey.Questions {
		if !one.Asks() {
			continue
		}
		said := Said{Question: one, N: people[one.Key], Rows: rows(q.with(eq("question", one.Key)).given())}
		var own []survey.Picked
		for _, p := range picked {
			if p.Question == one.Key {
				own = append(own, p)
			}
		}
		said.count(q, own)
		out = append(out, said)
	}
	return out, nil
}

func (s *Said) count(q Query, picked []survey.Picked) {
	switch s.Kind {
	case question.NPS, question.CSAT, question.CES:
		c := Counts{}
		for _, p := range picked {
			c[int(p.Value)] += p.N
		}
		f := figure(s.Kind, c)
		s.Figure = &f
		for _, v := range s.Values() {
			s.choose(q, strconv.Itoa(v), c[v])
		}
	case question.Matrix:
		s.matrix(q, picked)
	case question.Ranking:
		s.rank(q, picked)
	case question.YesNo, question.Consent:
		n := map[string]int{}
		for _, p := range picked {
			n[p.Choice] += p.N
		}
		s.choose(q, "yes", n["yes"])
		if s.Kind == question.YesNo {
			s.choose(q, "no", n["no"])
		}
	case question.Single, question.Multi:
		s.options(q, picked)
	case question.Number:
		s.numbers(picked)
	}
}

// choose adds a choice with its share of those who answered.
func (s *Said) choose(q Query, key string, n int) {
	s.Options = append(s.Options, Choice{Key: key, N: n, Share: stats.CSAT(n, s.N), Rows: s.chosen(q, "", key)})
}

// chosen is the page of those who said exactly this.
func (s *Said) chosen(q Query, item, key string) string {
	if item != "" {
		item = "." + item
	}
	return rows(q.with(eq("said", s.Key+item+"="+key)).given())
}

func (s *Said) options(q Query, picked []survey.Picked) {
	n := map[string]int{}
	for _, p := range picked {
		n[p.Choice] += p.N
	}
	for _, o := range s.Question.Options {
		s.choose(q, o.Key, n[o.Key])
	}
	if s.Other {
		s.choose(q, question.OtherKey, n[question.OtherKey])
	}
}

func (s *Said) matrix(q Query, picked []survey.Picked) {
	by := map[string]Counts{}
	for _, p := range picked {
		if by[p.Item] == nil {
			by[p.Item] = Counts{}
		}
		by[p.Item][int(p.Value)] += p.N
	}
	for _, o := range s.Question.Options {
		s.Items = append(s.Items, Item{o.Key, figure(survey.CSAT, by[o.Key]), rows(q.with(eq("question", s.Key)).given())})
	}
}

// rank orders the options by their mean place.
func (s *Said) rank(q Query, picked []survey.Picked) {
	sum, n := map[string]float64{}, map[string]int{}
	for _, p := range picked {
		sum[p.Choice] += (p.Value + 1) * float64(p.N)
		n[p.Choice] += p.N
	}
	for _, o := range s.Question.Options {
		c := Choice{Key: o.Key, N: n[o.Key], Share: stats.CSAT(n[o.Key], s.N), Rows: s.chosen(q, "", o.Key)}
		if c.N > 0 {
			c.Place = sum[o.Key] / float64(c.N)
		}
		s.Options = append(s.Options, c)
	}
	slices.SortStableFunc(s.Options, func(a, b Choice) int {
		return cmp.Or(cmp.Compare(boolInt(a.N == 0), boolInt(b.N == 0)), cmp.Compare(a.Place, b.Place))
	})
}

func (s *Said) numbers(picked []survey.Picked) {
	var all []float64
	for _, p := range picked {
		for range p.N {
			all = append(all, p.Value)
		}
	}
	if len(all) == 0 {
		return
	}
	low, high := slices.Min(all), slices.Max(all)
	s.Numbers = Numbers{Mean: stats.Mean(all, low, high), Median: stats.Median(all), Least: low, Most: high}
}
