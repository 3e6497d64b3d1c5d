package wave_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/voice/wave"
)

// picky is a survey that breaks over one customer.
type picky struct {
	bad   int64
	asked map[int64]int64 // by customer, the wave
}

var errBroken = errors.New("this row cannot be read")

func (p *picky) Spare(context.Context, db.Q, int64, int64, bool) (int64, bool, string, error) {
	return 0, true, "", nil
}

func (p *picky) Over(context.Context, db.Q, int64, time.Time) (bool, error) { return false, nil }

func (p *picky) AskMember(_ context.Context, _ *db.Tx, _, wave, customer, _ int64, _ bool) (bool, string, error) {
	if customer == p.bad {
		return false, "", errBroken
	}
	p.asked[customer] = wave
	return true, "", nil
}

func (p *picky) TakeBack(context.Context, *db.Tx, int64, bool, int) ([]int64, error) { return nil, nil }

// A member whose row gives trouble is spared for it; the others of the wave and
// the waves after it have their turn.
func TestOneMemberInTroubleHoldsUpNobody(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("job"))
	err := a.DB.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		for id := 1; id <= 6; id++ {
			if _, err := tx.Insert(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, created_at, updated_at) VALUES (?, 'person', ?, '', '', 1, 1)`, id, fmt.Sprint(id)); err != nil {
				return err
			}
		}
		for w := 1; w <= 2; w++ {
			if _, err := tx.Insert(ctx, `INSERT INTO wave (id, survey_id, name, query, state, created_at, updated_at) VALUES (?, 1, 'w', '', 'running', 1, 1)`, w); err != nil {
				return err
			}
			for k := range 3 {
				if _, err := tx.Insert(ctx, `INSERT INTO wave_member (wave_id, customer_id, state) VALUES (?, ?, 'ask')`, w, (w-1)*3+k+1); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p := &picky{bad: 2, asked: map[int64]int64{}}
	if err := wave.New(a.DB, p, nil, nil).Drain(ctx); err != nil {
		t.Fatal(err)
	}
	if len(p.asked) != 5 || p.asked[3] != 1 || p.asked[6] != 2 {
		t.Errorf("asked %v", p.asked)
	}
	if n := a.Count(`SELECT count(*) FROM wave_member WHERE customer_id = 2 AND state = 'spared' AND reason = 'broken'`); n != 1 {
		t.Error("who was in trouble is not told")
	}
	if n := a.Count(`SELECT count(*) FROM wave WHERE state = 'done'`); n != 2 {
		t.Errorf("%d waves are done", n)
	}
}
