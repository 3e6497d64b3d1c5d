package survey

import (
	"context"
	"testing"

	"regulars/app/sys/db"
)

// What waits in the outbox leaves no more once its survey, program or wave was
// switched off, held or stopped; what was only held goes on, once.
func TestWhatWasSwitchedOffSinceDoesNotLeave(t *testing.T) {
	f := newShop(t)
	set := func(query string) {
		t.Helper()
		f.write(func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, query); return err })
	}
	set(`INSERT INTO wave (id, survey_id, name, query, state, created_at, updated_at) VALUES (1, 1, 'w', '', 'running', 1, 1)`)
	for n, c := range []struct {
		name, belongs, off, on, state, reason string
	}{
		{"the survey", "", `UPDATE survey SET active = 0`, `UPDATE survey SET active = 1`, Deferred, "survey_off"},
		{"the program", "program_id = 1", `UPDATE survey_program SET active = 0`, `UPDATE survey_program SET active = 1`, Deferred, "program_off"},
		{"the program, for good", "program_id = 1", `UPDATE survey_program SET active = 0, stopped_at = 5`, `UPDATE survey_program SET active = 1, stopped_at = NULL`, Refused, "program_stopped"},
		{"the wave", "wave_id = 1", `UPDATE wave SET state = 'paused'`, `UPDATE wave SET state = 'running'`, Deferred, "wave_paused"},
		{"the wave, for good", "wave_id = 1", `UPDATE wave SET state = 'stopped'`, `UPDATE wave SET state = 'running'`, Refused, "wave_stopped"},
		{"the survey, by its day", "", `UPDATE survey SET closes_on = '2020-01-01'`, `UPDATE survey SET closes_on = ''`, Refused, "closed"},
	} {
		left := len(f.post.took)
		i := f.invite(InviteInput{CustomerID: f.customer("Ann Lee"), OverrideQuietHours: true})
		if c.belongs != "" {
			set(`UPDATE survey_invitation SET ` + c.belongs + ` WHERE id = (SELECT max(id) FROM survey_invitation)`)
		}
		set(c.off)
		f.drain()
		f.is(i.ID, c.state, c.reason)
		set(c.on)
		f.clock.Add(heldFor)
		f.drain()
		f.drain()
		want := left
		if c.state == Deferred {
			want++
			f.is(i.ID, Sent, "")
		} else {
			f.is(i.ID, c.state, c.reason)
		}
		if len(f.post.took) != want {
			t.Errorf("%d, %s: %d letters left", n, c.name, len(f.post.took)-left)
		}
	}
}
