package satisfaction

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/stats"
	"regulars/app/voice/survey"
)

// Theme is a topic among the answers that hold words.
type Theme struct {
	ID     int64  `db:"id"`
	NameEN string `db:"name_en"`
	NameZH string `db:"name_zh"`

	N       int
	Share   stats.Estimate // of the answers with words, in percent
	Bands   stats.Answers  // how happy those are who speak of it
	Odds    stats.Test     // log odds of the unhappy against the happy
	Verdict stats.Verdict  // of Odds, adjusted for all topics at once
	P       float64
	Quotes  []survey.Response
	Rows    string
}

// Themes are what the answers with words speak of, the most frequent first.
type Themes struct {
	Query
	Themes []Theme
	Words  int           // answers with words
	Bands  stats.Answers // of them
	Rows   string
}

// priorTexts is how many texts of the usual mix are assumed beforehand.
const priorTexts = 10

// quotes is how many answers are shown to a topic.
const quotes = 2

// worded keeps answers with words.
var worded = filter.Cond{Field: "worded", Op: "eq", Value: "true"}

// Topics counts what the answers speak of. A topic belongs to the unhappy when
// its odds among them differ from those among the happy.
func (s *Service) Topics(ctx context.Context, q Query) (Themes, error) {
	out := Themes{Query: q, Rows: rows(append(q.given(), worded))}
	all, err := s.surveys.Tally(ctx, append(q.given(), worded), "")
	if err != nil {
		return out, err
	}
	whole := counts(all)[""]
	out.Words, out.Bands = whole.N(), whole.scored().bands(q.Survey.Kind)
	tallies, err := s.surveys.Tally(ctx, append(q.given(), worded), survey.Topic)
	if err != nil {
		return out, err
	}
	by := counts(tallies)
	var list []Theme
	if err := s.db.Reader(ctx).Select(ctx, &list, sqlTopics); err != nil {
		return out, err
	}
	for _, t := range list {
		key := strconv.FormatInt(t.ID, 10)
		c := by[key]
		if c.N() == 0 {
			continue
		}
		own := append(q.with(eq(survey.Topic, key)).given(), worded)
		t.N, t.Share, t.Bands, t.Rows = c.N(), stats.CSAT(c.N(), out.Words), c.scored().bands(q.Survey.Kind), rows(own)
		t.Odds = stats.LogOdds(t.Bands.Detractors, out.Bands.Detractors, t.Bands.Promoters, out.Bands.Promoters, float64(t.N)/float64(out.Words), priorTexts)
		latest, err := s.surveys.Responses(ctx, page.Request{Limit: quotes}, append(own, filter.Cond{Field: "comment", Op: "empty", Value: "false"}))
		if err != nil {
			return out, err
		}
		t.Quotes = latest.Items
		out.Themes = append(out.Themes, t)
	}
	out.judge()
	slices.SortStableFunc(out.Themes, func(a, b Theme) int { return cmp.Compare(b.N, a.N) })
	return out, nil
}

func (t *Themes) judge() {
	var ps []float64
	for _, one := range t.Themes {
		ps = append(ps, one.Odds.P)
	}
	for i, p := range stats.Holm(ps) {
		t.Themes[i].P = p
		t.Themes[i].Verdict = stats.Judge(p, min(t.Bands.Detractors, t.Bands.Promoters))
	}
}

// scored leaves out answers without a score.
func (c Counts) scored() Counts {
	out := Counts{}
	for score, n := range c {
		if score >= 0 {
			out[score] = n
		}
	}
	return out
}

// Name is the topic in a language.
func (t Theme) Name(language string) string {
	if language == "zh-CN" && t.NameZH != "" || t.NameEN == "" {
		return t.NameZH
	}
	return t.NameEN
}
