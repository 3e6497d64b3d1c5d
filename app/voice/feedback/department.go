package feedback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// A case may need a department: the workshop says what broke, the office sends
// the new invoice. Its owner stays responsible and the clocks run on; the
// department has a clock of its own, in working days, and answers to the owner.
// When it is late its lead hears of it, and in the end the business owner.

// Handing says which department is to answer, and what.
type Handing struct {
	TeamID  int64
	Cause   string // when no department is named: whose business this cause is
	Note    string // what is asked of it
	Version int64  // 0 skips the check
}

// mayHand tells whether a department can be asked: as long as somebody works on
// the case.
func (c Case) mayHand() bool {
	return slices.Contains([]State{Unseen, Acknowledged, Working, Reopened}, c.State)
}

// HandToTeam asks a department.
func (s *Service) HandToTeam(ctx context.Context, id int64, in Handing) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	in.Note = text.Block(in.Note)
	return db.WriteOne(ctx, s.db, "feedback.hand", func(ctx context.Context, tx *db.Tx) (Case, error) {
		c, err := current(ctx, tx, actor.Scope(), id, in.Version)
		if err != nil {
			return c, err
		}
		if !c.mayHand() {
			return c, errs.New(errs.Conflict, "feedback.error.hand")
		}
		team, err := in.team(ctx, tx)
		if err != nil {
			return c, err
		}
		if c.TeamID == db.ID(team.ID) {
			return c, nil
		}
		p, err := s.pace(ctx, tx)
		if err != nil {
			return c, err
		}
		until := p.hours.Add(tx.Now, time.Duration(team.Days)*workday(p.hours, tx.Now))
		c.TeamID, c.TeamAt, c.TeamBy, c.TeamAlerted = db.ID(team.ID), db.At(tx.Now), db.At(until), 0
		c.Cause = cmp.Or(c.Cause, text.Line(in.Cause))
		if err := s.keep(ctx, tx, &c); err != nil {
			return c, err
		}
		if err := note(ctx, tx, id, Event{Kind: "team", Note: team.Name + "\n" + in.Note}, ""); err != nil {
			return c, err
		}
		people, err := inTeam(ctx, tx, team.ID)
		if err != nil {
			return c, err
		}
		if err := s.tell(ctx, tx, c, notify.Assigned, fmt.Sprintf("asked:%d", tx.Now.UnixMilli()), people...); err != nil {
			return c, err
		}
		return c, s.Deps.Events.Publish(ctx, tx, Changed{fact: factOf(c), From: c.State, To: c.State})
	})
}

// team finds the department that is meant, if it exists and somebody works there.
func (in Handing) team(ctx context.Context, q db.Q) (Team, error) {
	var teams []Team
	if err := q.Select(ctx, &teams, sqlTeams); err != nil {
		return Team{}, fmt.Errorf("read the departments: %w", err)
	}
	check := &errs.Check{}
	check.That(len([]rune(in.Note)) <= maxReason, "note", "error.long", "n", maxReason)
	if in.TeamID == 0 && in.Cause != "" {
		var err error
		if in.TeamID, err = teamFor(ctx, q, in.Cause); err != nil {
			return Team{}, err
		}
	}
	for _, t := range teams {
		if t.ID == in.TeamID && t.People > 0 {
			return t, check.Err()
		}
	}
	check.Add("team_id", "feedback.error.no_team")
	return Team{}, check.Err()
}

// teamFor is whose business a cause is, or the one above it.
func teamFor(ctx context.Context, q db.Q, cause string) (int64, error) {
	causes, err := causesIn(ctx, q)
	if err != nil {
		return 0, err
	}
	var routes []Route
	if err := q.Select(ctx, &routes, sqlRoutes); err != nil {
		return 0, fmt.Errorf("read who looks after what: %w", err)
	}
	at := slices.IndexFunc(causes, func(c Cause) bool { return c.Code == cause })
	for range maxDepth {
		if at < 0 {
			break
		}
		for _, r := range routes {
			if r.CauseID == db.ID(causes[at].ID) && r.TeamID != 0 {
				return int64(r.TeamID), nil
			}
		}
		above := causes[at].ParentID
		at = slices.IndexFunc(causes, func(c Cause) bool { return c.ID == int64(above) })
	}
	return 0, nil
}

// AnswerForTeam is what the department says; the case is its owner's again.
func (s *Service) AnswerForTeam(ctx context.Context, id, version int64, words string) (Case, error) {
	words = text.Block(words)
	check := &errs.Check{}
	check.That(words != "", "words", "error.required")
	check.That(len([]rune(words)) <= maxAction, "words", "error.long", "n", maxAction)
	return s.fromTeam(ctx, "feedback.team_answer", id, version, check, Event{Kind: "team_answer", Note: words})
}

// TakeBack ends the department's part without an answer.
func (s *Service) TakeBack(ctx context.Context, id, version int64) (Case, error) {
	return s.fromTeam(ctx, "feedback.take_back", id, version, &errs.Check{}, Event{Kind: "team_back"})
}

func (s *Service) fromTeam(ctx context.Context, op string, id, version int64, check *errs.Check, e Event) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Case, error) {
		c, err := current(ctx, tx, actor.Scope(), id, version)
		if err != nil {
			return c, err
		}
		if c.TeamID == 0 {
			return c, errs.New(errs.Conflict, "feedback.error.not_handed")
		}
		if err := check.Err(); err != nil {
			return c, err
		}
		c.leaveTeam()
		if err := s.keep(ctx, tx, &c); err != nil {
			return c, err
		}
		if err := note(ctx, tx, id, e, ""); err != nil {
			return c, err
		}
		if e.Kind == "team_answer" && int64(c.OwnerID) != actor.UserID {
			if err := s.tell(ctx, tx, c, notify.Assigned, fmt.Sprintf("answered:%d", tx.Now.UnixMilli()), int64(c.OwnerID)); err != nil {
				return c, err
			}
		}
		return c, s.Deps.Events.Publish(ctx, tx, Changed{fact: factOf(c), From: c.State, To: c.State})
	})
}

// leaveTeam ends whatever a department had to do.
func (c *Case) leaveTeam() {
	c.TeamID, c.TeamAt, c.TeamBy, c.TeamAlerted = 0, db.Time{}, db.Time{}, 0
}

// ofTeam is the department's clock.
func (c Case) ofTeam(p pace, now time.Time) Clock {
	return p.clock(c.TeamAt.Time, c.TeamBy.Time, time.Time{}, now)
}

// remindTeam tells the lead of a department that is late and the case's owner,
// and at twice its time the business owner; each once.
func (s *Service) remindTeam(ctx context.Context, tx *db.Tx, c Case) error {
	p, err := s.pace(ctx, tx)
	if err != nil || c.TeamID == 0 || !c.Open() {
		return err
	}
	level := alertFor(c.ofTeam(p, tx.Now))
	if level < 2 || level <= c.TeamAlerted {
		return nil
	}
	what, users := "team_very_late", []int64(nil)
	if level == 2 {
		what = "team_late"
		var people []candidate
		if err := tx.Select(ctx, &people, sqlCandidates); err != nil {
			return fmt.Errorf("read who leads a department: %w", err)
		}
		users = leadsOf(people, int64(c.TeamID))
		users = append(users, int64(c.OwnerID))
	} else if users, err = withRole(ctx, tx, auth.Owner); err != nil {
		return err
	}
	c.TeamAlerted = level
	if err := s.keep(ctx, tx, &c); err != nil {
		return err
	}
	if err := note(ctx, tx, c.ID, Event{Kind: "alert", Note: what}, ""); err != nil {
		return err
	}
	return s.tell(ctx, tx, c, notify.CaseDue, fmt.Sprintf("%s:%d", what, c.TeamAt.UnixMilli()), users...)
}

// leadsOf are the managers of a department, else all managers, else the owners.
func leadsOf(people []candidate, team int64) []int64 {
	for _, may := range []func(candidate) bool{
		func(c candidate) bool { return c.Role == auth.Manager && c.TeamID == team },
		func(c candidate) bool { return c.Role == auth.Manager },
		func(c candidate) bool { return c.Role == auth.Owner },
	} {
		var out []int64
		for _, c := range people {
			if !c.Off && may(c) {
				out = append(out, c.ID)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func inTeam(ctx context.Context, q db.Q, team int64) ([]int64, error) {
	var ids []int64
	if err := q.Select(ctx, &ids, sqlInTeam, team); err != nil {
		return nil, fmt.Errorf("read who works in department %d: %w", team, err)
	}
	return ids, nil
}

// Teams are the departments with how long each may take.
func (s *Service) Teams(ctx context.Context) ([]Team, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	out := []Team{}
	err := s.db.Reader(ctx).Select(ctx, &out, sqlTeams)
	return out, err
}

// SetTeamDays says how many working days a department may take.
func (s *Service) SetTeamDays(ctx context.Context, team int64, days int) error {
	if err := auth.From(ctx).May(Decide); err != nil {
		return err
	}
	check := &errs.Check{}
	check.That(days >= 1 && days <= 10, "days", "error.range", "min", strconv.Itoa(1), "max", strconv.Itoa(10))
	if err := check.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "feedback.team_days", func(ctx context.Context, tx *db.Tx) error {
		teams, err := s.Teams(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(teams, func(t Team) bool { return t.ID == team })
		if at < 0 {
			return errs.NotVisible()
		}
		journal.About(tx, "team", team, teams[at].Name)
		_, err = tx.Exec(ctx, sqlTeamDays, team, days, db.At(tx.Now))
		return err
	})
}
