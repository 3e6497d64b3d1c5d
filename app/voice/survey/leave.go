package survey

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
)

// What waits in the outbox is looked at once more when it would leave: its survey
// may have been switched off since, its program or wave held or stopped. What is
// only held waits and goes on by itself.

// heldFor is after how long what is held is looked at again.
const heldFor = 15 * time.Minute

// wanted tells whether an invitation, or its reminder, may leave now.
func (s *Service) wanted(ctx context.Context, tx *db.Tx, m outbox.Message) (outbox.Decision, error) {
	var by struct {
		SurveyID    int64  `db:"survey_id"`
		ProgramID   int64  `db:"program_id"`
		ProgramOn   bool   `db:"program_on"`
		ProgramOver bool   `db:"program_over"`
		Wave        string `db:"wave"`
	}
	found, err := db.Found(tx.Get(ctx, &by, sqlStands, int64(m.SubjectID)))
	if err != nil {
		return outbox.Refuse(""), fmt.Errorf("look whether invitation %d is still wanted: %w", m.SubjectID, err)
	}
	if !found {
		return outbox.Refuse("gone"), nil
	}
	v, err := readSurvey(ctx, tx, by.SurveyID)
	if err != nil {
		return outbox.Refuse(""), err
	}
	over, err := s.closed(ctx, tx, v, tx.Now)
	if err != nil {
		return outbox.Refuse(""), err
	}
	later := tx.Now.Add(heldFor)
	switch {
	case over:
		return outbox.Refuse("closed"), nil
	case by.ProgramOver && !by.ProgramOn:
		return outbox.Refuse(reasonStopped), nil
	case by.Wave == "stopped":
		return outbox.Refuse("wave_stopped"), nil
	case !v.Active:
		return outbox.Defer(later, "survey_off"), nil
	case !by.ProgramOn:
		return outbox.Defer(later, "program_off"), nil
	case by.Wave == "paused":
		return outbox.Defer(later, "wave_paused"), nil
	case by.ProgramID == 0:
		return outbox.Allow(), nil
	}
	p, err := readProgram(ctx, tx, by.ProgramID)
	if err != nil || !p.timed() {
		return outbox.Allow(), err
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return outbox.Refuse(""), err
	}
	if at := p.next(tx.Now, zone); at.After(tx.Now) {
		return outbox.Defer(at, "program_hours"), nil
	}
	return outbox.Allow(), nil
}
