package handover

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Preview is what a hand-over would mean, before it is done.
type Preview struct {
	Moves
	Records []Record
	Lost    bool   // the giver would not see all of them any more
	Blind   bool   // the receiver does not see the customer of one
	To      string // the receiver
}

// Look says what handing some records over would move, and, once a receiver is
// named, who would see less than they may think.
func (s *Service) Look(ctx context.Context, kind string, ids []int64, p Parcel) (Preview, error) {
	var out Preview
	if err := auth.From(ctx).May(Write); err != nil {
		return out, err
	}
	k, err := s.kind(kind)
	if err != nil {
		return out, err
	}
	if len(ids) == 0 || len(ids) > maxRecords {
		return out, errs.NotVisible()
	}
	var to *auth.Actor
	if p.To != 0 {
		if to, err = s.receiver(ctx, k, p.To); err != nil {
			return out, err
		}
		out.To = to.Name
	}
	for _, id := range ids {
		r, err := s.see(ctx, k, id)
		if err != nil {
			return out, err
		}
		out.Records = append(out.Records, r)
		if k.Moves != nil {
			m, err := k.Moves(ctx, r)
			if err != nil {
				return out, err
			}
			out.Moves = out.plus(m)
		}
		if to == nil {
			continue
		}
		out.Lost = out.Lost || loses(auth.From(ctx), to, r, p.Keep)
		if r.CustomerID != 0 {
			seen, err := sees(ctx, s.db.Reader(ctx), to.Scope(), r.CustomerID)
			if err != nil {
				return out, err
			}
			out.Blind = out.Blind || !seen
		}
	}
	return out, nil
}

// receiver is somebody who works here and may see such records.
func (s *Service) receiver(ctx context.Context, k Kind, id int64) (*auth.Actor, error) {
	to, _, err := s.users.Actor(ctx, id)
	if err != nil {
		return nil, err
	}
	c := &errs.Check{}
	c.That(to != nil, "to_id", "error.person")
	c.That(to == nil || to.Can(k.Read), "to_id", "handover.error.cannot")
	return to, c.Err()
}

// see reads a record that the actor may give away.
func (s *Service) see(ctx context.Context, k Kind, id int64) (Record, error) {
	r, err := k.See(ctx, id)
	switch {
	case err != nil:
		return r, err
	case !r.Open:
		return r, errs.New(errs.Conflict, "handover.error.closed", "name", r.Name)
	case r.OwnerID == 0:
		return r, errs.New(errs.Conflict, "handover.error.nobodys", "name", r.Name)
	}
	return r, nil
}

// loses tells whether somebody sees a record no more once another has it.
func loses(a, to *auth.Actor, r Record, keep string) bool {
	switch {
	case a.Reach == auth.All || r.Sees || to.UserID == a.UserID:
		return false
	case a.Reach == auth.Team && a.TeamID != 0 && to.TeamID == a.TeamID:
		return false
	}
	return keep == "" || r.OwnerID != a.UserID
}

// Hand gives records to a colleague as one change.
func (s *Service) Hand(ctx context.Context, kind string, ids []int64, p Parcel) (Moves, error) {
	var moved Moves
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return moved, err
	}
	k, err := s.kind(kind)
	if err != nil {
		return moved, err
	}
	if err := p.check(k, len(ids)); err != nil {
		return moved, err
	}
	to, err := s.receiver(ctx, k, p.To)
	if err != nil {
		return moved, err
	}
	err = s.db.Write(ctx, HandOp, func(ctx context.Context, tx *db.Tx) error {
		var first Record
		for i, id := range ids {
			r, m, err := s.give(ctx, tx, k, id, to, p)
			if err != nil {
				return err
			}
			if i == 0 {
				first = r
			}
			moved = moved.plus(m)
		}
		journal.Because(tx, p.Note)
		return s.tell(ctx, tx, k, first, len(ids), to.UserID, p.Note)
	})
	return moved, err
}

func (s *Service) give(ctx context.Context, tx *db.Tx, k Kind, id int64, to *auth.Actor, p Parcel) (Record, Moves, error) {
	var m Moves
	r, err := s.see(ctx, k, id)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Denied) {
		err = gone(ctx, tx, k, id, auth.From(ctx).UserID, err)
	}
	if err != nil {
		return r, m, err
	}
	if p.From != 0 && p.From != r.OwnerID {
		return r, m, errs.New(errs.Conflict, "handover.error.taken", "name", r.Name, "who", r.OwnerName)
	}
	if r.OwnerID == to.UserID {
		c := &errs.Check{}
		c.Add("to_id", "handover.error.has_it")
		return r, m, c.Err()
	}
	if k.Moves != nil {
		all, err := k.Moves(ctx, r)
		if err != nil {
			return r, m, err
		}
		if m = all.only(p); m.Any() {
			if m, err = k.Bring(ctx, tx, r, to.UserID, m); err != nil {
				return r, m, err
			}
		}
	}
	journal.About(tx, k.Subject, r.ID, r.Name)
	if err := k.Give(ctx, tx, r, to, p.Note, p.Keep); err != nil {
		return r, m, err
	}
	return r, m, add(ctx, tx, k, r, to.UserID, auth.From(ctx).UserID, p, m)
}

// gone tells who had a record until a moment ago that it went to somebody else
// meanwhile, instead of that there is no such thing.
func gone(ctx context.Context, q db.Q, k Kind, id, user int64, err error) error {
	l, found, lookErr := last(ctx, q, k, id)
	if lookErr != nil {
		return lookErr
	}
	if !found || int64(l.FromID) != user || user == 0 {
		return err
	}
	return errs.New(errs.Conflict, "handover.error.gone", "who", string(l.User), "to", string(l.To))
}

// tell lets the receiver know, with the note.
func (s *Service) tell(ctx context.Context, tx *db.Tx, k Kind, r Record, n int, to int64, note string) error {
	actor := auth.From(ctx)
	if to == actor.UserID {
		return nil
	}
	label := r.Name
	if n > 1 {
		label = fmt.Sprintf("%s +%d", label, n-1)
	}
	return s.notices.Tell(ctx, tx, notify.Notice{UserID: to, Kind: notify.HandedOver, SubjectKind: k.Subject, SubjectID: r.ID, CustomerID: r.CustomerID,
		Label: label, Args: map[string]any{"who": actor.Name, "note": clip(note)}, DedupeKey: fmt.Sprintf("handed:%d", tx.Set)})
}

// clip keeps a note short enough for the bell.
func clip(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// Seen lists the hand-overs of a record, for whoever sees it.
func (s *Service) Seen(ctx context.Context, kind string, id int64) ([]Line, error) {
	k, err := s.kind(kind)
	if err != nil {
		return nil, err
	}
	if err := auth.From(ctx).May(k.Read); err != nil {
		return nil, err
	}
	if _, err := k.See(ctx, id); err != nil && !errs.Is(err, errs.Denied) {
		return nil, err
	}
	return lines(ctx, s.db.Reader(ctx), k, id)
}

// Of lists the hand-overs of a record that the actor may see, the newest first.
// Callers have checked that.
func (s *Service) Of(ctx context.Context, kind string, id int64) ([]Line, error) {
	k, err := s.kind(kind)
	if err != nil {
		return nil, err
	}
	return lines(ctx, s.db.Reader(ctx), k, id)
}
