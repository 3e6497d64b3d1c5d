package sharing

import (
	"context"
	"fmt"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// Of lists who shares or follows a customer.
func (s *Service) Of(ctx context.Context, id int64) ([]Share, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return nil, err
	}
	if _, err := s.Customers.MustSee(ctx, id); err != nil {
		return nil, err
	}
	return shares(ctx, s.DB.Reader(ctx), id)
}

// Share lets somebody in on a customer, changes what they may, or with no
// access takes it back. The owner may, and who may for others; everybody may
// leave.
func (s *Service) Share(ctx context.Context, id, user int64, access string) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	if access != "" && access != ReadOnly && access != Edit {
		c := &errs.Check{}
		c.Add("access", "error.choice")
		return c.Err()
	}
	op := "sharing.share"
	if access == "" {
		op = "sharing.unshare"
	}
	return s.DB.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.Customers.MustSee(ctx, id)
		if err != nil {
			return err
		}
		leaves := access == "" && user == actor.UserID
		if !leaves {
			if err := disposes(ctx, r); err != nil {
				return err
			}
		}
		if access != "" {
			if err := mustWork(ctx, tx, user, "user_id"); err != nil {
				return err
			}
		}
		journal.About(tx, "customer", id, r.Name)
		return s.let(ctx, tx, r, user, access)
	})
}

// let writes a share and tells the person.
func (s *Service) let(ctx context.Context, tx *db.Tx, r customer.Ref, user int64, access string) error {
	was, err := share(ctx, tx, r.ID, user)
	if err != nil {
		return err
	}
	now := Share{UserID: user, Access: access, Follows: access != ""}
	if err := put(ctx, tx, r.ID, now); err != nil {
		return err
	}
	if err := s.Customers.Index(ctx, tx, []int64{r.ID}); err != nil {
		return err
	}
	if access == "" || was.Access != "" || user == auth.From(ctx).UserID {
		return nil
	}
	return s.Notices.Tell(ctx, tx, notify.Notice{UserID: user, Kind: notify.Shared, SubjectKind: "customer", SubjectID: r.ID, CustomerID: r.ID, Label: r.Name,
		Args: map[string]any{"who": auth.From(ctx).Name}, DedupeKey: fmt.Sprintf("shared:%d:%d", tx.Set, user)})
}

// Follow makes the actor hear of what happens with a customer they see, or not.
func (s *Service) Follow(ctx context.Context, id int64, on bool) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "sharing.follow", func(ctx context.Context, tx *db.Tx) error {
		r, err := s.Customers.MustSee(ctx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", id, r.Name)
		was, err := share(ctx, tx, id, actor.UserID)
		if err != nil {
			return err
		}
		was.Follows = on
		return put(ctx, tx, id, was)
	})
}

// disposes refuses those who neither own a customer nor may for others.
func disposes(ctx context.Context, r customer.Ref) error {
	a := auth.From(ctx)
	if int64(r.OwnerID) == a.UserID && a.UserID != 0 || a.Can(Admin) {
		return nil
	}
	return errs.New(errs.Denied, "sharing.error.not_yours")
}

// Ask asks the owner of a customer to let the actor join in, or to hand them
// over. Whoever found that a customer exists may, also without seeing them.
func (s *Service) Ask(ctx context.Context, id int64, wants, note string) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	note = text.Block(note)
	c := &errs.Check{}
	c.That(wants == Join || wants == Transfer, "wants", "error.choice")
	c.That(len([]rune(note)) <= 500, "note", "error.long", "n", 500)
	if err := c.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, "sharing.ask", func(ctx context.Context, tx *db.Tx) error {
		var r customer.Ref
		if err := db.OrNotFound(tx.Get(ctx, &r, sqlOwner, id)); err != nil {
			return err
		}
		if r.OwnerID == 0 || int64(r.OwnerID) == actor.UserID {
			return errs.New(errs.Conflict, "sharing.error.no_owner")
		}
		request, err := tx.Insert(ctx, sqlAsk, id, actor.UserID, wants, note, db.At(tx.Now))
		if db.IsUnique(err) {
			return errs.New(errs.Conflict, "sharing.error.asked")
		}
		if err != nil {
			return fmt.Errorf("ask for customer %d: %w", id, err)
		}
		journal.About(tx, "customer", id, r.Name)
		return s.Notices.Tell(ctx, tx, notify.Notice{UserID: int64(r.OwnerID), Kind: notify.ShareAsked, SubjectKind: "sharing_request", SubjectID: request,
			Label: r.Name, Args: map[string]any{"who": actor.Name}})
	})
}

// Requests lists what waits for the actor's word, and what they asked.
func (s *Service) Requests(ctx context.Context) ([]Request, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return nil, err
	}
	out := []Request{}
	return out, s.DB.Reader(ctx).Select(ctx, &out, sqlRequests, actor.Can(Admin), actor.UserID, actor.UserID)
}

// Decide accepts or refuses a request; the owner's one tap does what was asked.
func (s *Service) Decide(ctx context.Context, id int64, accept bool) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	var sent Sent
	err := s.DB.Write(ctx, "sharing.decide", func(ctx context.Context, tx *db.Tx) error {
		var q Request
		if err := db.OrNotFound(tx.Get(ctx, &q, sqlRequest, id)); err != nil {
			return err
		}
		if int64(q.OwnerID) != actor.UserID && !actor.Can(Admin) {
			return errs.NotVisible()
		}
		state := "refused"
		if accept {
			state = "accepted"
		}
		n, err := tx.Exec(ctx, sqlDecide, state, db.ID(actor.UserID), id)
		if err != nil {
			return fmt.Errorf("answer request %d: %w", id, err)
		}
		if n == 0 {
			return errs.New(errs.Conflict, "sharing.error.decided")
		}
		journal.About(tx, "customer", q.CustomerID, q.CustomerName)
		if !accept {
			return nil
		}
		if q.Wants == Transfer {
			var err error
			sent, err = s.hand(ctx, Parcel{Customers: []int64{q.CustomerID}, To: q.UserID, Note: q.Note, Tasks: true, Cases: true})
			return err
		}
		r, err := s.Customers.MustSee(ctx, q.CustomerID)
		if err != nil {
			return err
		}
		return s.let(ctx, tx, r, q.UserID, Edit)
	})
	_, err = waiting(sent, err)
	return err
}

// tell lets followers hear of a fact, but not of what they did themselves.
func (s *Service) tell(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	if e.CustomerID == 0 {
		return nil
	}
	var who []int64
	if err := tx.Select(ctx, &who, sqlHears, int64(e.CustomerID)); err != nil {
		return fmt.Errorf("look who follows customer %d: %w", e.CustomerID, err)
	}
	for _, user := range who {
		if user == int64(e.UserID) {
			continue
		}
		var r customer.Ref
		if err := db.OrNotFound(tx.Get(ctx, &r, sqlOwner, int64(e.CustomerID))); err != nil {
			return err
		}
		if err := s.Notices.Tell(ctx, tx, notify.Notice{UserID: user, Kind: notify.Followed, SubjectKind: "customer", SubjectID: r.ID, CustomerID: r.ID,
			Label: r.Name, DedupeKey: fmt.Sprintf("followed:%d:%d", e.ID, user)}); err != nil {
			return err
		}
	}
	return nil
}
