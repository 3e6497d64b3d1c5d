package target

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Leader is one place of the leaderboard.
type Leader struct {
	Place  int
	Row    Row
	Won, N int     // closed deals
	Rate   float64 // of won deals, drawn towards the shop's by ten deals
	Low    float64 // between these it lies in 95 of 100 cases
	High   float64
}

// winK is how many deals the shop's own rate counts for beside a person's.
const winK = 10

const boardSetting = "leaderboard"

// board is the switch of the leaderboard.
type board struct {
	Off bool `json:"off"`
}

// BoardOn tells whether the shop has a leaderboard.
func (s *Service) BoardOn(ctx context.Context) (bool, error) {
	var b board
	err := setting.Get(ctx, s.DB.Reader(ctx), boardSetting, &b)
	return !b.Off, err
}

// SwitchBoard turns the leaderboard on or off for everybody.
func (s *Service) SwitchBoard(ctx context.Context, on bool) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "target.board", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, boardSetting)
		return setting.Put(ctx, tx, boardSetting, board{Off: !on})
	})
}

// Leaders ranks people by a metric in a period. The win rate is of all closed
// deals of the twelve months up to its end: a month holds too few.
func (s *Service) Leaders(ctx context.Context, p Period, metric string) (Results, []Leader, error) {
	r, err := s.Results(ctx, p, Person)
	if err != nil {
		return r, nil, err
	}
	var closed []struct {
		UserID int64 `db:"user_id"`
		Won    int   `db:"won"`
		N      int   `db:"n"`
	}
	q := s.DB.Reader(ctx)
	if err := q.Select(ctx, &closed, sqlClosed, p.To.AddDays(-364), p.To); err != nil {
		return r, nil, fmt.Errorf("count closed deals: %w", err)
	}
	won, n := 0, 0
	of := map[string]int{}
	for i, c := range closed {
		won, n = won+c.Won, n+c.N
		of[strconv.FormatInt(c.UserID, 10)] = i + 1
	}
	usual := stats.ShrunkRatio(won, n, .5, 2)
	var out []Leader
	for _, row := range r.Rows {
		if row.Key == "0" {
			continue
		}
		l := Leader{Row: row}
		if i := of[row.Key]; i > 0 {
			l.Won, l.N = closed[i-1].Won, closed[i-1].N
		}
		chance := stats.ChanceOf(l.Won, l.N-l.Won, usual, winK)
		l.Rate, l.Low, l.High = chance.P, chance.Low, chance.High
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b Leader) int {
		return cmp.Or(cmp.Compare(b.Row.Cells[metric].Value, a.Row.Cells[metric].Value), cmp.Compare(a.Row.Name, b.Row.Name))
	})
	for i := range out {
		out[i].Place = i + 1
		if i > 0 && out[i].Row.Cells[metric].Value == out[i-1].Row.Cells[metric].Value {
			out[i].Place = out[i-1].Place
		}
	}
	return r, out, nil
}
