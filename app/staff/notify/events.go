package notify

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// subscriber reads, after their commit, the facts that concern somebody.
// History that was brought in tells nobody anything.
func (s *Service) subscriber() event.Subscriber {
	return event.Subscriber{
		Name:   "notify",
		Kinds:  []string{"note.written", "note.changed", "followup.happened", "followup.changed", "task.assigned", "customer.assigned", "response.given", "invitation.replied", "mail.bounced", "mail.doubted", "case.opened", "case.complained", "user.besieged", "reveal.often"},
		Fresh:  true,
		Handle: s.handle,
	}
}

// said is what the facts of other slices have in common for their readers.
type said struct {
	Mentions []int64 `json:"mentions"`
	OwnerID  int64   `json:"owner_id"`
	Title    string  `json:"title"`
	Count    int     `json:"count"`
	Score    *int    `json:"score"`
}

func (s *Service) handle(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	var f said
	if err := json.Unmarshal([]byte(e.Data), &f); err != nil {
		return fmt.Errorf("read event %d %s: %w", e.ID, e.Kind, err)
	}
	who, err := nameOf(ctx, tx, e.UserID)
	if err != nil {
		return err
	}
	n := Notice{SubjectKind: e.SubjectKind, SubjectID: int64(e.SubjectID), CustomerID: int64(e.CustomerID), Args: map[string]any{"who": who}}
	customer, owner, err := customerOf(ctx, tx, e.CustomerID)
	if err != nil {
		return err
	}
	n.Label = customer
	switch e.Kind {
	case "note.written", "note.changed", "followup.happened", "followup.changed":
		return s.tellMentioned(ctx, tx, e, n, f.Mentions)
	case "task.assigned":
		n.Kind, n.UserID, n.Label = Assigned, f.OwnerID, f.Title
		n.DedupeKey = fmt.Sprintf("assigned:%d", e.ID)
	case "customer.assigned":
		n.Kind, n.UserID, n.Args["n"] = Assigned, f.OwnerID, f.Count
		n.DedupeKey = fmt.Sprintf("assigned:%d", e.ID)
	case "response.given":
		n.Kind, n.UserID = NewResponse, owner
		if f.Score != nil {
			n.Args["score"] = *f.Score
		}
	case "invitation.replied", "mail.bounced", "mail.doubted":
		n.Kind, n.UserID = map[string]string{"invitation.replied": WroteBack, "mail.bounced": MailBounced, "mail.doubted": MailBounced}[e.Kind], owner
		if e.Kind == "mail.doubted" {
			n.Args["what"] = "doubted"
		}
		n.DedupeKey = fmt.Sprintf("%s:%d", n.Kind, e.ID)
		if owner == 0 {
			return s.tellOwners(ctx, tx, n, int64(e.ID))
		}
	case "case.opened", "case.complained":
		n.Kind, n.UserID = CaseOpened, f.OwnerID
		if n.UserID == 0 {
			n.UserID = owner
		}
	case "reveal.often":
		n.Kind, n.Args["n"] = RevealOften, f.Count
		return s.tellOwners(ctx, tx, n, e.ID)
	case "user.besieged":
		n.Kind, n.UserID, n.Args["n"] = Besieged, n.SubjectID, f.Count
		n.DedupeKey = fmt.Sprintf("besieged:%d", e.ID)
	}
	if n.UserID == int64(e.UserID) {
		return nil // people know what they did themselves
	}
	return s.Tell(ctx, tx, n)
}

// tellOwners tells everybody who answers for the shop.
func (s *Service) tellOwners(ctx context.Context, tx *db.Tx, n Notice, event int64) error {
	ids, err := owners(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		n.UserID, n.DedupeKey = id, fmt.Sprintf("%s:%d:%d", n.Kind, event, id)
		if err := s.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// tellMentioned tells those who may see the customer; the others would only
// find a closed door.
func (s *Service) tellMentioned(ctx context.Context, tx *db.Tx, e event.Envelope, n Notice, ids []int64) error {
	n.Kind = Mention
	for _, id := range ids {
		if id == int64(e.UserID) {
			continue
		}
		a, _, err := s.users.Actor(ctx, id)
		if err != nil {
			return err
		}
		if a == nil {
			continue
		}
		visible, err := sees(ctx, tx, a.Scope(), n.CustomerID)
		if err != nil {
			return err
		}
		if !visible {
			continue
		}
		n.UserID = id
		if err := s.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
