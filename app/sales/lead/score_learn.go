package lead

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// What the leads that ended teach: the rate of each rule, and whether weights
// learned from them foresee better than the share of won alone.

// ended is a lead whose end is known.
type ended struct {
	Lead
	Won bool `db:"won"`
}

// Rate is what came of the leads that a rule held for.
type Rate struct {
	Won, N    int
	Low, High float64 // Wilson, 95 %
}

const (
	fewest  = 5  // below that no share is told
	earlier = 30 // below that it is called early
)

// Enough tells whether a share may be told.
func (r Rate) Enough() bool { return r.N >= fewest }

// Early tells that the share rests on little.
func (r Rate) Early() bool { return r.N < earlier }

// Share is the part that was won.
func (r Rate) Share() float64 {
	if r.N == 0 {
		return 0
	}
	return float64(r.Won) / float64(r.N)
}

func rateOf(list []ended, holds func(Lead) bool) Rate {
	r := Rate{}
	for _, e := range list {
		if holds(e.Lead) {
			r.N++
			if e.Won {
				r.Won++
			}
		}
	}
	r.Low, r.High = stats.Wilson(r.Won, r.N)
	return r
}

// endedLeads are the newest leads whose end is known, the oldest first. Won is
// who became a customer and whose deal, if there is one, was won; whose deal is
// open has no end yet.
func (s *Service) endedLeads(ctx context.Context, q db.Q) ([]ended, error) {
	list := []ended{}
	if err := q.Select(ctx, &list, sqlEnded); err != nil {
		return nil, fmt.Errorf("read the leads that ended: %w", err)
	}
	slices.Reverse(list)
	return list, s.fields.Complete(ctx, q, "lead", len(list), func(i int) custom.Values { return list[i].Values }, func(i int, r custom.Record) { list[i].Added = r })
}

// Learned is everything that the settings tell of the score.
type Learned struct {
	Rules []ScoreRule
	Rates map[int64]Rate
	All   Rate
	Fit   Fit
	Plain bool
}

// Learned tells what came of the leads of each rule.
func (s *Service) Learned(ctx context.Context) (Learned, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return Learned{}, err
	}
	q := s.db.Reader(ctx)
	out := Learned{Rates: map[int64]Rate{}}
	var err error
	if out.Rules, err = scoreRules(ctx, q); err != nil {
		return out, err
	}
	set, err := scoringOf(ctx, q)
	if err != nil {
		return out, err
	}
	out.Plain = set.Plain
	list, err := s.endedLeads(ctx, q)
	if err != nil {
		return out, err
	}
	out.All = rateOf(list, func(Lead) bool { return true })
	for _, r := range out.Rules {
		out.Rates[r.ID] = rateOf(list, r.Holds)
	}
	out.Fit, err = fitNow(ctx, q)
	return out, err
}

// learn fits weights on the older leads and tries them on the newer ones.
func learn(list []ended, rules []ScoreRule, plain bool) Fit {
	f := Fit{Ended: len(list)}
	y := make([]bool, len(list))
	for i, e := range list {
		if y[i] = e.Won; e.Won {
			f.Won++
		}
	}
	if len(list) < Least {
		f.Why = "few"
		return f
	}
	cut := len(list) * 7 / 10
	older, newer := y[:cut], y[cut:]
	f.Trained, f.Tested = len(older), len(newer)
	x, ids := inputs(list, rules, older)
	if len(ids) == 0 {
		f.Why = "rules"
		return f
	}
	trained, ok := stats.Logit(older, slice(x, 0, cut), 1)
	if !ok {
		f.Why = "unsettled"
		return f
	}
	base, flat := make([]float64, len(newer)), share(older)
	foreseen := make([]float64, len(newer))
	for i := range newer {
		base[i], foreseen[i] = flat, trained.P(row(x, cut+i))
	}
	f.Brier, f.LogLoss = stats.Brier(foreseen, newer), stats.LogLoss(foreseen, newer)
	f.Brier0, f.Loss0 = stats.Brier(base, newer), stats.LogLoss(base, newer)
	if !surely(base, foreseen, newer) {
		f.Why = "worse"
		return f
	}
	whole, ok := stats.Logit(y, x, 1)
	if !ok {
		f.Why = "unsettled"
		return f
	}
	f.LogitFit, f.Rules = whole, ids
	if plain {
		f.Why = "plain"
		return f
	}
	f.Used = true
	return f
}

// surely tells whether chances foresee better than others by more than luck
// explains: in both measures, and the Brier score by 1.64 standard errors of the
// difference, which luck reaches once in twenty.
func surely(base, foreseen []float64, came []bool) bool {
	if stats.LogLoss(foreseen, came) >= stats.LogLoss(base, came) {
		return false
	}
	better := make([]float64, len(came))
	for i := range came {
		better[i] = stats.Brier(base[i:i+1], came[i:i+1]) - stats.Brier(foreseen[i:i+1], came[i:i+1])
	}
	gain := stats.Mean(better, -1, 1)
	const luck = 1.64
	return gain.Value > luck*gain.SE
}

// inputs are the rules as columns of noughts and ones: as many as the rarer end
// among the older leads carries, ten of it each, and none that is always alike.
func inputs(list []ended, rules []ScoreRule, older []bool) (x [][]float64, ids []int64) {
	won := 0
	for _, v := range older {
		if v {
			won++
		}
	}
	most := min(won, len(older)-won) / 10
	for _, r := range rules {
		column, early := make([]float64, len(list)), 0
		for i, e := range list {
			if r.Holds(e.Lead) {
				column[i] = 1
				if i < len(older) {
					early++
				}
			}
		}
		if early > 0 && early < len(older) && len(ids) < most {
			x, ids = append(x, column), append(ids, r.ID)
		}
	}
	return x, ids
}

func slice(x [][]float64, from, to int) [][]float64 {
	out := make([][]float64, len(x))
	for j := range x {
		out[j] = x[j][from:to]
	}
	return out
}

func row(x [][]float64, i int) []float64 {
	out := make([]float64, len(x))
	for j := range x {
		out[j] = x[j][i]
	}
	return out
}

func share(y []bool) float64 {
	n := 0
	for _, v := range y {
		if v {
			n++
		}
	}
	return float64(n) / float64(len(y))
}

// relearn learns anew and scores all leads by it.
func (s *Service) relearn(ctx context.Context, tx *db.Tx) error {
	set, err := scoringOf(ctx, tx)
	if err != nil {
		return err
	}
	all, err := scoreRules(ctx, tx)
	if err != nil {
		return err
	}
	rules := counted(all)
	f := Fit{Why: "rules"}
	if len(rules) > 0 {
		list, err := s.endedLeads(ctx, tx)
		if err != nil {
			return err
		}
		f = learn(list, rules, set.Plain)
	}
	if err := putFit(ctx, tx, f); err != nil {
		return err
	}
	return s.rescore(ctx, tx, Scoring{Rules: rules, Fit: f}, nil)
}

// rescore writes the score of leads where it is another now; none named are all.
func (s *Service) rescore(ctx context.Context, tx *db.Tx, by Scoring, ids []int64) error {
	const batch = 500
	for after := int64(0); ; {
		var list []Lead
		if err := tx.Select(ctx, &list, sqlBatch, after, ids == nil, jsonIDs(ids), batch); err != nil {
			return fmt.Errorf("read leads to score: %w", err)
		}
		if err := s.fields.Complete(ctx, tx, "lead", len(list), func(i int) custom.Values { return list[i].Values }, func(i int, r custom.Record) { list[i].Added = r }); err != nil {
			return err
		}
		for _, l := range list {
			after = l.ID
			if n := by.Score(l); n != l.Score {
				if _, err := tx.Exec(ctx, sqlScore, n, l.ID); err != nil {
					return fmt.Errorf("score lead %d: %w", l.ID, err)
				}
			}
		}
		if len(list) < batch {
			return nil
		}
	}
}

// Relearn is the nightly job: leads have ended since.
func (s *Service) Relearn(ctx context.Context) error {
	return s.db.Write(ctx, "lead.relearn", s.relearn)
}

// afterRules and afterLeads bring scores up to date behind an undo.
func (s *Service) afterRules(ctx context.Context, tx *db.Tx, _ []int64) error {
	return s.relearn(ctx, tx)
}

func (s *Service) afterLeads(ctx context.Context, tx *db.Tx, ids []int64) error {
	by, err := s.scoring(ctx, tx)
	if err != nil {
		return err
	}
	return s.rescore(ctx, tx, by, ids)
}
