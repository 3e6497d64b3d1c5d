package demo

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var (
	sqlReask = db.SQL(`
		INSERT INTO survey_invitation (survey_id, customer_id, case_id, period_key, channel, state, due_at, sent_at, answered_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, 'email', ?, ?, ?, ?, ?, ?)`)
	sqlReanswer = db.SQL(`
		INSERT INTO survey_response (invitation_id, survey_id, customer_id, case_id, score, channel, answered_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, 'email', ?, ?, ?)`)
	sqlAskedAgain = db.SQL(`UPDATE feedback_case SET asked_at = ?, recheck_response_id = ?, recheck_score = ? WHERE id = ?`)
)

// complaint makes the case of a low answer: old ones are settled, the newest
// still run.
func (g *generator) complaint(ctx context.Context, tx *db.Tx, l *life, survey, response int64, kind string, score, ago int) error {
	opened := g.at(ago, 13)
	responded, resolved := db.At(opened.Add(5*time.Hour)), db.At(opened.Add(50*time.Hour))
	closed := db.At(opened.Add(16 * 24 * time.Hour))
	state, outcome := "closed", []string{"recovered", "recovered", "improved", "unchanged", "no_answer"}[l.rng.IntN(5)]
	var told any = 1
	if kind == "csat" && outcome == "improved" { // one point more than 2 is no low answer any more
		outcome = "recovered"
	}
	cause := []string{"delivery", "waiting", "quality", "staff"}[int(response)%4]
	action := l.words(remedies)
	if g.Customers >= 10_000 && ago >= 1 && ago < 18 && l.rng.Float64() > 10*taskShare(g.Customers) {
		// Settled on the spot: nobody works through thousands of open cases.
		outcome = "no_answer"
		responded, resolved, closed = db.At(opened.Add(time.Hour)), db.At(opened.Add(2*time.Hour)), db.At(opened.Add(3*time.Hour))
	} else if ago < 6 {
		state, outcome, cause, action, told = "new", "", "", "", nil
		responded, resolved, closed = db.Time{}, db.Time{}, db.Time{}
		l.contacts++
	} else if ago < 18 {
		state, outcome, closed = "resolved", "", db.Time{}
		l.contacts++
	}
	red := score <= 3 && kind == "nps"
	within := 9 * time.Hour
	if red {
		within = 4 * time.Hour
	}
	respond, resolve := db.At(g.office.Add(opened.Time, within)), db.At(g.office.Add(opened.Time, 5*9*time.Hour))
	due, recheck := respond, ""
	if state == "resolved" {
		day := cal.DateOf(resolved.Time, g.Zone).AddDays(14)
		due, recheck = db.At(day.Time(g.Zone)), string(day)
	}
	id, err := tx.Insert(ctx, sqlCase, l.id, response, survey, l.owner, state, red, kind, score, opened, opened, due, respond, resolve,
		responded, resolved, closed, cause, action, told, outcome, recheck, opened, opened)
	if err != nil || state != "closed" || closed.Sub(opened.Time) < 7*24*time.Hour {
		return err
	}
	return g.askedAgain(ctx, tx, l, survey, id, kind, score, outcome, closed)
}

// askedAgain is the second question of a settled case, two days before it was
// closed, and the answer that made its outcome.
func (g *generator) askedAgain(ctx context.Context, tx *db.Tx, l *life, survey, id int64, kind string, score int, outcome string, closed db.Time) error {
	asked, at := db.At(closed.Add(-48*time.Hour)), closed
	state, after := "answered", map[string]int{"recovered": 8, "improved": score + 1, "unchanged": score, "no_answer": -1}[outcome]
	if outcome == "recovered" && kind == "csat" {
		after = 4
	}
	if outcome == "no_answer" {
		state, at = "expired", db.Time{}
	}
	invitation, err := tx.Insert(ctx, sqlReask, survey, l.id, id, fmt.Sprintf("case:%d:1", id), state, asked, asked, at, asked, asked)
	if err != nil {
		return err
	}
	answer := int64(0)
	if state == "answered" {
		if answer, err = tx.Insert(ctx, sqlReanswer, invitation, survey, l.id, id, after, at, at, at); err != nil {
			return err
		}
		if err := g.entry(ctx, tx, l, at, "response.given", "response", answer, "", map[string]any{"id": answer, "customer_id": l.id,
			"survey_id": survey, "survey_kind": kind, "score": after, "top": map[string]int{"nps": 10, "csat": 5}[kind], "low": after == score}); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, sqlAskedAgain, asked, db.ID(answer), after, id)
	return err
}
