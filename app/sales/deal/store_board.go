package deal

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const headColumns = `d.stage_id, d.currency, coalesce(d.owner_id, 0) AS owner_id, count(*) AS n, sum(d.amount) AS amount,
	CAST(round(sum(d.amount * 1.0 * coalesce(d.probability, s.probability)) / 100) AS INTEGER) AS weighted`

var (
	// The heads of the columns come from an index alone, for whoever sees all.
	sqlHeads = db.List(`
		SELECT ` + headColumns + ` FROM deal d JOIN deal_stage s ON s.id = d.stage_id
		WHERE d.pipeline_id = ? AND d.result = 'open' GROUP BY d.stage_id, d.currency, d.owner_id`)
	sqlHeadsSeen = db.List(`
		SELECT ` + headColumns + ` FROM deal d JOIN deal_stage s ON s.id = d.stage_id LEFT JOIN customer c ON c.id = d.customer_id
		WHERE d.pipeline_id = ? AND d.result = 'open' AND ` + visibleSQL + ` GROUP BY d.stage_id, d.currency, d.owner_id`)
	// Those on which somebody (the last value) collaborates.
	sqlHeadsWith = db.List(`
		SELECT ` + headColumns + ` FROM deal d JOIN deal_stage s ON s.id = d.stage_id LEFT JOIN customer c ON c.id = d.customer_id
		WHERE d.pipeline_id = ? AND d.result = 'open' AND ` + visibleSQL + ` AND d.id IN (SELECT deal_id FROM deal_collaborator WHERE user_id = ?)
		GROUP BY d.stage_id, d.currency, d.owner_id`)
	sqlCards = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE d.stage_id = ? AND d.result = 'open' AND (d.position, d.id) > (?, ?) AND (? < 0 OR coalesce(d.owner_id, 0) = ?)
			AND (? = 0 OR d.id IN (SELECT deal_id FROM deal_collaborator WHERE user_id = ?)) AND ` + visibleSQL + `
		ORDER BY d.position, d.id LIMIT ?`)
	sqlOpenIn = db.SQL(`SELECT pipeline_id AS id, count(*) AS n FROM deal WHERE result = 'open' GROUP BY pipeline_id`)
	sqlPace   = db.SQL(`
		SELECT coalesce(sum(result = 'won'), 0) AS won, coalesce(sum(result = 'lost'), 0) AS lost,
			coalesce(avg(CASE WHEN result = 'won' THEN julianday(closed_on) - julianday(opened_on) END), 0) AS days
		FROM deal WHERE pipeline_id = ? AND result IN ('won', 'lost') AND closed_on >= ?`)
	sqlWonSince = db.SQL(`
		SELECT currency, count(*) AS n, coalesce(sum(amount), 0) AS amount FROM deal
		WHERE pipeline_id = ? AND result = 'won' AND closed_on >= ? GROUP BY currency ORDER BY sum(amount) DESC`)
	sqlClosing = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE d.expected_close >= ? AND d.expected_close < ? AND d.result = 'open' AND d.pipeline_id = ? AND ` + visibleSQL + `
		ORDER BY d.expected_close, d.id LIMIT 1000`)
)

// head sums up the open deals of one stage, currency and owner.
type head struct {
	StageID  int64  `db:"stage_id"`
	Currency string `db:"currency"`
	OwnerID  int64  `db:"owner_id"`
	N        int    `db:"n"`
	Amount   int64  `db:"amount"`
	Weighted int64  `db:"weighted"`
}

// everybodys is the board of all deals, with that of those on which the reader
// collaborates; any other number is whose deals it holds, 0 those of nobody.
const (
	everybodys int64 = -1
	with       int64 = -2
)

// heads sum up what stands in a pipeline.
func heads(ctx context.Context, q db.Q, scope auth.Scope, pipeline, owner int64) ([]head, error) {
	var out []head
	var err error
	if owner == with {
		err = q.Select(ctx, &out, sqlHeadsWith, append(append([]any{pipeline}, visibleArgs(scope)...), scope.UserID)...)
	} else if scope.Reach == auth.All {
		err = q.Select(ctx, &out, sqlHeads, pipeline)
	} else {
		err = q.Select(ctx, &out, sqlHeadsSeen, append([]any{pipeline}, visibleArgs(scope)...)...)
	}
	if err != nil {
		return nil, fmt.Errorf("sum up pipeline %d: %w", pipeline, err)
	}
	return out, nil
}

// spot is where a column goes on.
type spot struct {
	Position float64
	ID       int64
}

// start is before every card.
var start = spot{Position: -1e300}

// cards reads the next open deals of a column of whose board it is.
func cards(ctx context.Context, q db.Q, scope auth.Scope, stage, owner int64, after spot, limit int) ([]Deal, error) {
	out := []Deal{}
	mine := int64(0)
	if owner == with {
		mine = scope.UserID
	}
	args := append([]any{stage, after.Position, after.ID, owner, owner, mine, mine}, visibleArgs(scope)...)
	if err := q.Select(ctx, &out, sqlCards, append(args, limit)...); err != nil {
		return nil, fmt.Errorf("read the column of stage %d: %w", stage, err)
	}
	return out, nil
}

// openIn counts the open deals of every pipeline.
func openIn(ctx context.Context, q db.Q) (map[int64]int, error) {
	var rows []struct {
		ID int64 `db:"id"`
		N  int   `db:"n"`
	}
	if err := q.Select(ctx, &rows, sqlOpenIn); err != nil {
		return nil, fmt.Errorf("count the open deals: %w", err)
	}
	out := map[int64]int{}
	for _, r := range rows {
		out[r.ID] = r.N
	}
	return out, nil
}

// Pace is how a pipeline went: what was decided in a time, and how long a win
// took on average.
type Pace struct {
	Won  int     `db:"won"`
	Lost int     `db:"lost"`
	Days float64 `db:"days"`
}

func pace(ctx context.Context, q db.Q, pipeline int64, since cal.Date) (p Pace, err error) {
	if err := q.Get(ctx, &p, sqlPace, pipeline, since); err != nil {
		return p, fmt.Errorf("see how pipeline %d went: %w", pipeline, err)
	}
	return p, nil
}

// sum is an amount of one currency.
type sum struct {
	Currency string `db:"currency"`
	N        int    `db:"n"`
	Amount   int64  `db:"amount"`
	Weighted int64  `db:"-"`
}

func wonSince(ctx context.Context, q db.Q, pipeline int64, since cal.Date) ([]sum, error) {
	var out []sum
	if err := q.Select(ctx, &out, sqlWonSince, pipeline, since); err != nil {
		return nil, fmt.Errorf("sum up what pipeline %d won: %w", pipeline, err)
	}
	return out, nil
}

// closing reads the open deals that are expected to be decided in a span of days.
func closing(ctx context.Context, q db.Q, scope auth.Scope, pipeline int64, from, until cal.Date) ([]Deal, error) {
	out := []Deal{}
	if err := q.Select(ctx, &out, sqlClosing, append([]any{from, until, pipeline}, visibleArgs(scope)...)...); err != nil {
		return nil, fmt.Errorf("read the deals by their day: %w", err)
	}
	return out, nil
}
