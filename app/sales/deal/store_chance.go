package deal

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/db"
)

// How likely deals are won, learnt from those that were decided: of the deals
// that came to a stage, so many were won, drawn towards the pipeline's own rate.
// It stands beside what the owner believes and replaces it nowhere.

// shrink is how many deals of the pipeline's rate a stage begins with.
const shrink = 10

var (
	sqlDecided = db.SQL(`
		SELECT result, max(0, julianday(closed_on) - julianday(opened_on)) AS days FROM deal
		WHERE pipeline_id = ? AND result IN ('won', 'lost') AND closed_on <> '' AND closed_on <= ? ORDER BY days`)
	sqlCameTo = db.SQL(`
		SELECT m.stage_id, count(DISTINCT CASE WHEN d.result = 'won' THEN d.id END) AS won, count(DISTINCT CASE WHEN d.result = 'lost' THEN d.id END) AS lost
		FROM deal d JOIN deal_move m ON m.deal_id = d.id WHERE d.pipeline_id = ? AND d.result IN ('won', 'lost') AND d.closed_on <= ? GROUP BY m.stage_id`)
	sqlLikely = db.SQL(`
		SELECT pipeline_id, stage_id, amount, opened_on FROM deal WHERE expected_close BETWEEN ? AND ? AND result = 'open' AND currency = ?`)
	// Deals that were open on a day and have been decided since, in the stage of that day.
	sqlOpenThen = db.SQL(`
		SELECT d.pipeline_id, d.opened_on, d.result, d.probability,
			coalesce((SELECT m.stage_id FROM deal_move m WHERE m.deal_id = d.id AND m.at <= ?1 ORDER BY m.at DESC, m.id DESC LIMIT 1), d.stage_id) AS stage_id
		FROM deal d WHERE d.closed_on > ?2 AND d.result IN ('won', 'lost') AND d.opened_on <= ?2 LIMIT 5000`)
)

// Learnt is what the decided deals of a pipeline say.
type Learnt struct {
	Base   stats.Chance
	Stages map[int64]stats.Chance
	Wins   []float64 // days from opening to the win, sorted
	Losses []float64
}

// Early tells that too few deals were decided to say anything.
func (l Learnt) Early() bool { return l.Base.N < tooFew }

// Now is the chance of a deal in a stage that was opened so many days ago.
func (l Learnt) Now(stage int64, days float64) float64 {
	c, ok := l.Stages[stage]
	if !ok {
		c = l.Base
	}
	return stats.AgedChance(c.P, l.Wins, l.Losses, days)
}

// ever is a day after every other.
const ever = cal.Date("9999-12-31")

// learn is what is known today.
func learn(ctx context.Context, q db.Q, p Pipeline) (Learnt, error) {
	return learnUntil(ctx, q, p, ever)
}

// learnUntil is what was known on a day.
func learnUntil(ctx context.Context, q db.Q, p Pipeline, day cal.Date) (Learnt, error) {
	out := Learnt{Stages: map[int64]stats.Chance{}}
	var ends []struct {
		Result string  `db:"result"`
		Days   float64 `db:"days"`
	}
	if err := q.Select(ctx, &ends, sqlDecided, p.ID, day); err != nil {
		return out, fmt.Errorf("read what pipeline %d decided: %w", p.ID, err)
	}
	for _, e := range ends {
		if e.Result == Won {
			out.Wins = append(out.Wins, e.Days)
		} else {
			out.Losses = append(out.Losses, e.Days)
		}
	}
	slices.Sort(out.Wins)
	slices.Sort(out.Losses)
	out.Base = stats.ChanceOf(len(out.Wins), len(out.Losses), .5, 1)
	var came []struct {
		StageID int64 `db:"stage_id"`
		Won     int   `db:"won"`
		Lost    int   `db:"lost"`
	}
	if err := q.Select(ctx, &came, sqlCameTo, p.ID, day); err != nil {
		return out, fmt.Errorf("read how the stages of pipeline %d ended: %w", p.ID, err)
	}
	for _, st := range p.Stages {
		out.Stages[st.ID] = stats.ChanceOf(0, 0, out.Base.P, shrink)
	}
	for _, c := range came {
		out.Stages[c.StageID] = stats.ChanceOf(c.Won, c.Lost, out.Base.P, shrink)
	}
	return out, nil
}
