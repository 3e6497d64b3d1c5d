// What the person behind the link in a mail sees and says.

package consent

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Token is what stands in a person's preferences address. It is made from the
// installation's key, so that every mail to one address carries the same one
// and a copy of the database holds none; another address gets another.
func (s *Service) Token(customer, contact int64, address string) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "%d:%d:%s", customer, contact, strings.ToLower(address))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Link makes the token known, in the transaction that queues a mail with it.
func (s *Service) Link(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error {
	_, err := tx.Exec(ctx, sqlAddLink, id.Hash(s.Token(customer, contact, address)), customer, db.ID(contact), db.At(tx.Now))
	if err != nil {
		return fmt.Errorf("keep the preferences link of customer %d: %w", customer, err)
	}
	return nil
}

// Holder is who a preferences page belongs to.
type Holder struct {
	CustomerID int64  `db:"customer_id"`
	ContactID  db.ID  `db:"contact_id"`
	Name       string `db:"name"`
	Language   string `db:"language"`

	NoProfiling bool `db:"no_profiling"`
}

// Holder finds the person of a token; a wrong one is not found.
func (s *Service) Holder(ctx context.Context, token string) (Holder, Picture, error) {
	var h Holder
	q := s.d.DB.Reader(ctx)
	if len(token) > 64 {
		return h, Picture{}, errs.NotVisible()
	}
	if err := db.OrNotFound(q.Get(ctx, &h, sqlFindLink, id.Hash(token))); err != nil {
		return h, Picture{}, err
	}
	p, err := s.read(ctx, q, h.CustomerID, int64(h.ContactID))
	return h, p, err
}

// Choice is what the person behind a token says. What it leaves out stays.
type Choice struct {
	May         map[string]map[string]bool // purpose, channel, allowed
	Wordings    map[string]int64           // the versions that they were shown, by purpose
	Said        map[string]string          // the words that they were shown where there is no version
	Nothing     bool                       // of any purpose, also of those that were never agreed to
	NoProfiling *bool
	Source      string
}

// Chosen is the operation by which customers decide for themselves. It stands:
// what the shop may do is write down what they told it since.
const Chosen = "consent.choose"

// Choose writes it. Only what differs from now is written.
func (s *Service) Choose(ctx context.Context, token string, choice Choice) error {
	return s.d.DB.Write(ctx, Chosen, func(ctx context.Context, tx *db.Tx) error {
		h, now, err := s.Holder(ctx, token)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", h.CustomerID, h.Name)
		for _, p := range now.Purposes {
			in := Input{CustomerID: h.CustomerID, ContactID: int64(h.ContactID), Purpose: p.Key, Basis: OptIn, Source: choice.Source, Wording: choice.Said[p.Key]}
			if id := choice.Wordings[p.Key]; id != 0 {
				if _, err := wording(ctx, tx, id, p.ID); err != nil {
					return err
				}
				in.WordingID, in.Wording = id, ""
			}
			if err := s.follow(ctx, tx, in, now, choice); err != nil {
				return err
			}
		}
		if choice.NoProfiling == nil || !s.profiled(h) {
			return nil
		}
		return s.d.Profiling(ctx, tx, h.CustomerID, *choice.NoProfiling)
	})
}

// noMore is what one press in a mail program says, and a STOP written back:
// nothing but service mail any more.
func noMore(p Picture) Choice {
	c := Choice{May: map[string]map[string]bool{}, Source: FromUnsubscribe}
	for _, of := range p.Purposes {
		if of.Key != ForService {
			c.May[of.Key] = map[string]bool{"email": false}
		}
	}
	return c
}

// Stop writes that somebody wrote back that they want no more such mail, in the
// caller's transaction.
func (s *Service) Stop(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error {
	if err := s.Link(ctx, tx, customer, contact, address); err != nil {
		return err
	}
	token := s.Token(customer, contact, address)
	_, now, err := s.Holder(ctx, token)
	if err != nil {
		return err
	}
	return s.Choose(ctx, token, noMore(now))
}

// follow writes what differs in one purpose. Whoever wants nothing of it any
// more objects in every channel, also in those that the shop does not use yet.
func (s *Service) follow(ctx context.Context, tx *db.Tx, in Input, now Picture, choice Choice) error {
	var off, on, whole []string
	nothing, stop := true, false
	for _, st := range now.States {
		if st.Purpose != in.Purpose {
			continue
		}
		want, said := choice.May[in.Purpose][st.Channel]
		if choice.Nothing {
			want, said = false, true
			stop = stop || st.Reason != "objected"
		}
		nothing = nothing && said && !want
		switch {
		case !said || want == st.Allowed:
		case !want:
			off = append(off, st.Channel)
		default:
			if st.byCustomer {
				whole = append(whole, st.Channel) // the objection of the whole customer is what they take back
			}
			if !st.byCustomer || st.byContact {
				on = append(on, st.Channel)
			}
		}
	}
	for ch, want := range choice.May[in.Purpose] { // mail still leaves where the page no longer asks about it
		if want || slices.Contains(now.Channels, ch) {
			continue
		}
		st, err := s.status(ctx, tx, in.CustomerID, in.ContactID, in.Purpose, ch)
		if err != nil {
			return err
		}
		if st.Allowed {
			off = append(off, ch)
		}
	}
	if nothing && (len(off) > 0 || stop) {
		off = nil
		in.State = Objected
		if _, err := s.write(ctx, tx, in); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		state    string
		channels []string
		contact  int64
	}{{Objected, off, in.ContactID}, {Allowed, whole, 0}, {Allowed, on, in.ContactID}} {
		if len(step.channels) == 0 {
			continue
		}
		in.State, in.Channels, in.ContactID = step.state, step.channels, step.contact
		if _, err := s.write(ctx, tx, in); err != nil {
			return err
		}
	}
	return nil
}

// profiled tells whether the page asks about profiling: the person must be the
// customer, for somebody at a company does not speak for the company's score.
func (s *Service) profiled(h Holder) bool { return s.d.Profiling != nil && h.ContactID == 0 }
