package wave_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/outbox"
	"regulars/app/voice/survey"
	"regulars/app/voice/wave"
)

// storm ends the process, as far as a test can: at a commit, before or after it,
// or in the hand-over of a message. From then on nothing is written until the
// next life begins.
type storm struct {
	r     *rand.Rand
	calm  bool
	dead  bool
	left  int // commits until the next end
	after bool
	ends  int
	post  map[string]int
}

var errDied = errors.New("the process ended")

func (s *storm) Begin(context.Context, *db.Tx) error {
	if s.dead {
		return errDied
	}
	return nil
}

func (s *storm) Commit(_ context.Context, tx *db.Tx) error {
	if s.calm {
		return nil
	}
	if s.left--; s.left > 0 {
		return nil
	}
	s.die()
	if !s.after {
		return errDied
	}
	tx.AfterCommit(runtime.Goexit)
	return nil
}

func (s *storm) die() { s.dead, s.ends = true, s.ends+1 }

// Ready and Send are the channel.
func (s *storm) Ready(context.Context) (bool, string) { return true, "" }

func (s *storm) Send(_ context.Context, d outbox.Delivery) error {
	if s.calm {
		s.post[d.ToAddress]++
		return nil
	}
	switch s.r.IntN(8) {
	case 0: // it never left
		s.die()
		runtime.Goexit()
	case 1: // it left, and nobody wrote it down
		s.post[d.ToAddress]++
		s.die()
		runtime.Goexit()
	}
	s.post[d.ToAddress]++
	return nil
}

// live is one life of the process: everything that lives in memory is new. Each
// tick comes twice.
func live(t *testing.T, a *apptest.App, s *storm) {
	t.Helper()
	s.dead, s.left, s.after = false, 1+s.r.IntN(3), s.r.IntN(2) == 0
	ctx := a.As(auth.System("job"))
	box := outbox.New(a.DB, outbox.Options{Gate: a.Consents(), Channels: map[string]outbox.Channel{outbox.Email: s}, Seed: 1})
	surveys, err := survey.New(survey.Deps{DB: a.DB, Bus: event.New(a.DB), Keys: a.Keys, View: a.View, Outbox: box, Consent: a.Consents(),
		BaseURL: func() string { return "https://shop.example.com" }})
	if err != nil {
		t.Fatal(err)
	}
	waves := wave.New(a.DB, surveys, nil, nil)
	over := make(chan struct{})
	go func() {
		defer close(over)
		if box.Recover(ctx) != nil {
			return
		}
		for range 2 {
			if waves.Drain(ctx) != nil || box.Drain(ctx) != nil {
				return
			}
		}
	}()
	<-over
}

// Ten thousand times the process ends in the middle of twenty waves: nobody is
// written to twice, whoever was not written to is known by name, and each end
// leaves at most one of whom nobody knows.
func TestNobodyIsAskedTwiceWhateverEndsTheProcess(t *testing.T) {
	const waves, people, ends = 20, 140, 500
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com")
	ctx := a.As(auth.System("shell"))
	if err := a.Outbox.SetPerMinute(ctx, 100_000); err != nil {
		t.Fatal(err)
	}
	err := a.DB.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		for k := range waves * people {
			id, err := tx.Insert(ctx, `INSERT INTO customer (kind, name, name_key, sort_key, region, created_at, updated_at) VALUES ('person', ?1, ?1, ?1, ?2, 1, 1)`, fmt.Sprint("c", k), fmt.Sprint("w", k/people))
			if err == nil {
				_, err = tx.Insert(ctx, `INSERT INTO customer_email (customer_id, email) VALUES (?, ?)`, id, fmt.Sprintf("c%d@example.com", k))
			}
			if err == nil {
				_, err = tx.Insert(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Clock.Add(30 * time.Minute) // half past nine: there is no quiet hour before this ends
	s := &storm{r: rand.New(rand.NewPCG(4, 500)), calm: true, post: map[string]int{}}
	a.DB.Hook(s)
	for n := range waves {
		w, err := a.Waves().Create(ctx, wave.Input{SurveyID: 1, Name: "Storm", Query: fmt.Sprintf("filter[region][eq]=w%d", n)})
		if err != nil {
			t.Fatal(err)
		}
		weather(t, a, s, w.ID, n%4 == 3, ends)
		sent, unknown := 0, a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = ? AND state = 'unknown'`, w.ID)
		for k := n * people; k < (n+1)*people; k++ {
			address := fmt.Sprintf("c%d@example.com", k)
			if s.post[address] > 1 {
				t.Errorf("%s was written to %d times", address, s.post[address])
			}
			if s.post[address] == 1 {
				sent++
			} else if a.Count(`SELECT count(*) FROM outbox WHERE to_address = ? AND state = 'unknown'`, address) != 1 {
				t.Errorf("%s was not written to, and nobody knows", address)
			}
		}
		if all := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = ? AND state IN ('sent', 'unknown')`, w.ID); all != people || sent+unknown < people {
			t.Errorf("wave %d: %d of %d are settled, %d were written to, of %d nobody knows", n, all, people, sent, unknown)
		}
	}
	if s.ends != waves*ends {
		t.Errorf("the process ended %d times, not %d", s.ends, waves*ends)
	}
}

// weather takes one wave through its ends and then lets it finish.
func weather(t *testing.T, a *apptest.App, s *storm, id int64, held bool, ends int) {
	t.Helper()
	ctx := a.As(auth.System("shell"))
	started := false
	s.calm = false
	first := s.ends
	for k := 0; s.ends < first+ends && k < 2*ends; k++ {
		a.Clock.Add(time.Second)
		before := a.Count(`SELECT count(*) FROM outbox WHERE state = 'unknown'`)
		live(t, a, s)
		if now := a.Count(`SELECT count(*) FROM outbox WHERE state IN ('unknown', 'sending')`); now > before+1 {
			t.Fatalf("one end left %d of whom nobody knows", now-before)
		}
		s.dead, s.calm = false, true
		if !started && a.Count(`SELECT count(*) FROM wave_member WHERE wave_id = ? AND reason = 'unseen'`, id) == 0 {
			if _, err := a.Waves().Start(ctx, id); err != nil {
				t.Fatal(err)
			}
			started = true
		}
		if held && started && k == ends/3 {
			if _, err := a.Waves().Pause(ctx, id); err != nil {
				t.Fatal(err)
			}
		}
		if held && k == ends/2 {
			if _, err := a.Waves().Resume(ctx, id); err != nil {
				t.Fatal(err)
			}
		}
		s.calm = false
	}
	s.calm = true
	for range 3 {
		live(t, a, s)
	}
}
