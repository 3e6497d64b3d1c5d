package deal

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// What history says of the open deals together, and whether it says it better
// than the stages' own probabilities do.

// chances are those of the pipelines as they were known on a day, each worked out
// once for a stage and an age.
type chances struct {
	known map[int64]Learnt
	said  map[[3]int64]float64
}

func chancesOn(ctx context.Context, q db.Q, day cal.Date) (chances, []Pipeline, error) {
	out := chances{map[int64]Learnt{}, map[[3]int64]float64{}}
	all, err := pipelines(ctx, q)
	if err != nil {
		return out, nil, err
	}
	for _, p := range all {
		if out.known[p.ID], err = learnUntil(ctx, q, p, day); err != nil {
			return out, nil, err
		}
	}
	return out, all, nil
}

// of is the chance of a deal that was opened so many days ago, unless too few
// were decided.
func (c chances) of(pipeline, stage int64, days int) (float64, bool) {
	l, ok := c.known[pipeline]
	if !ok || l.Early() {
		return 0, false
	}
	key := [3]int64{pipeline, stage, int64(days)}
	p, said := c.said[key]
	if !said {
		p = l.Now(stage, float64(days))
		c.said[key] = p
	}
	return p, true
}

// Likely are the open deals that should close between two days, each with the
// chance that history gives it. It is not known where too few were decided.
func (s *Service) Likely(ctx context.Context, q db.Q, from, to cal.Date, currency string, today cal.Date) ([]stats.Prospect, bool, error) {
	known, _, err := chancesOn(ctx, q, ever)
	if err != nil {
		return nil, false, err
	}
	var open []Deal
	if err := q.Select(ctx, &open, sqlLikely, from, to, currency); err != nil {
		return nil, false, fmt.Errorf("read what should close: %w", err)
	}
	out := []stats.Prospect{}
	for _, d := range open {
		p, ok := known.of(d.PipelineID, d.StageID, max(0, today.Sub(d.OpenedOn)))
		if !ok {
			return nil, false, nil
		}
		out = append(out, stats.Prospect{Value: d.Amount, P: p})
	}
	return out, true, nil
}

// judgedDays is how far back both are tried.
const judgedDays = 180

// Judge looks back: of the deals that were open so many days ago and have been
// decided since, how far off were the stages' probabilities, and how far what
// history said on that day. Both are mean squared errors (Brier), the smaller the
// better; n is how many deals they rest on.
func (s *Service) Judge(ctx context.Context, q db.Q, today cal.Date) (n int, stages, history float64, err error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return 0, 0, 0, err
	}
	then := today.AddDays(-judgedDays)
	known, all, err := chancesOn(ctx, q, then)
	if err != nil {
		return 0, 0, 0, err
	}
	believed := map[int64]float64{}
	for _, p := range all {
		for _, st := range p.Stages {
			believed[st.ID] = float64(st.Probability) / 100
		}
	}
	var open []Deal
	if err := q.Select(ctx, &open, sqlOpenThen, db.At(then.AddDays(1).Time(b.Zone())), then); err != nil {
		return 0, 0, 0, fmt.Errorf("read what was open on %s: %w", then, err)
	}
	for _, d := range open {
		learnt, ok := known.of(d.PipelineID, d.StageID, max(0, then.Sub(d.OpenedOn)))
		if !ok {
			continue
		}
		own := believed[d.StageID]
		if d.Own != nil {
			own = float64(*d.Own) / 100
		}
		came := 0.0
		if d.Result == Won {
			came = 1
		}
		n++
		stages, history = stages+(own-came)*(own-came), history+(learnt-came)*(learnt-came)
	}
	if n > 0 {
		stages, history = stages/float64(n), history/float64(n)
	}
	return n, stages, history, nil
}
