package consent

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/setting"
)

// DemandOptIn is the setting that asks for opt-in also where the customer
// relation would do.
const DemandOptIn = "consent.demand_opt_in"

// Days knows the working days; *cal.Hours is one.
type Days interface {
	Workday(d cal.Date) bool
	NextWorkday(d cal.Date) cal.Date
}

// Deps is what the slice stands on. What is nil does not restrict.
type Deps struct {
	DB      *db.DB
	Bus     *event.Bus
	Keys    *keys.Ring
	BaseURL func() string // the public address, "" without one
	Days    func(ctx context.Context) (Days, error)
	// Asked tells when somebody was last asked by a survey (zero: never) and,
	// since a time, how often and when first, leaving out one invitation.
	Asked func(ctx context.Context, q db.Q, customer, contact, except int64, since time.Time) (last, first time.Time, n int, err error)
	// Profiling keeps whether a customer may be scored; nil leaves the page without it.
	Profiling func(ctx context.Context, tx *db.Tx, customer int64, off bool) error
	// OpenCase tells whether a complaint of the customer is being dealt with.
	OpenCase func(ctx context.Context, q db.Q, customer int64) (bool, error)
}

// Service keeps the ledger.
type Service struct {
	d     Deps
	key   []byte
	forms *keys.Signer // of the preferences page
}

// New makes the service; it writes the basis of every new customer down in
// the transaction that makes the customer.
func New(d Deps) (*Service, error) {
	key, err := d.Keys.Key("preferences token", 32)
	if err != nil {
		return nil, err
	}
	forms, err := d.Keys.Signer("preferences form")
	if err != nil {
		return nil, err
	}
	if d.BaseURL == nil {
		d.BaseURL = func() string { return "" }
	}
	s := &Service{d: d, key: key, forms: forms}
	d.Bus.InTx(s.begin, "customer.created")
	return s, nil
}

// begin records what service and survey mail to a new customer rests on.
func (s *Service) begin(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	source := FromForm
	switch {
	case e.Imported:
		source = FromImport
	case auth.From(ctx).Via == "token":
		source = FromAPI
	}
	return addFirst(ctx, tx, int64(e.CustomerID), source, e.UserID)
}

// Of is what holds for a customer, purpose by purpose, with its ledger.
func (s *Service) Of(ctx context.Context, customer int64) ([]Status, []Entry, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, nil, err
	}
	q := s.d.DB.Reader(ctx)
	if _, err := visible(ctx, q, customer); err != nil {
		return nil, nil, err
	}
	return s.read(ctx, q, customer, 0)
}

func (s *Service) read(ctx context.Context, q db.Q, customer, contact int64) ([]Status, []Entry, error) {
	var out []Status
	for _, p := range Purposes {
		st, err := s.status(ctx, q, customer, contact, p)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, st)
	}
	var ledger []Entry
	if err := q.Select(ctx, &ledger, sqlLedger, customer); err != nil {
		return nil, nil, fmt.Errorf("read the consent ledger of customer %d: %w", customer, err)
	}
	return out, ledger, nil
}

// status is the rule for one purpose.
func (s *Service) status(ctx context.Context, q db.Q, customer, contact int64, purpose string) (Status, error) {
	rows, err := of(ctx, q, customer, contact, purpose)
	if err != nil {
		return Status{}, err
	}
	need := purpose == ForMarketing
	if !need {
		if err := setting.Get(ctx, q, DemandOptIn, &need); err != nil {
			return Status{}, err
		}
	}
	return judge(purpose, rows, need), nil
}

// May tells whether a purpose is allowed and, if not, why; for slices that
// want to know before they prepare something.
func (s *Service) May(ctx context.Context, q db.Q, customer, contact int64, purpose string) (ok bool, reason string, err error) {
	st, err := s.status(ctx, q, customer, contact, purpose)
	return st.Allowed, st.Reason, err
}

// Record writes down what a colleague was told.
func (s *Service) Record(ctx context.Context, in Input) (Entry, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Entry{}, err
	}
	in.Wording = strings.TrimSpace(in.Wording)
	if err := in.Validate(); err != nil {
		return Entry{}, err
	}
	return db.WriteOne(ctx, s.d.DB, "consent.record", func(ctx context.Context, tx *db.Tx) (Entry, error) {
		name, err := visible(ctx, tx, in.CustomerID)
		if err != nil {
			return Entry{}, err
		}
		if in.ContactID != 0 {
			var n int
			if err := tx.Get(ctx, &n, sqlBelongs, in.ContactID, in.CustomerID); err != nil {
				return Entry{}, err
			}
			if n == 0 {
				return Entry{}, errs.NotVisible()
			}
		}
		journal.About(tx, "customer", in.CustomerID, name)
		return s.write(ctx, tx, in)
	})
}

// write adds the row and tells the house, so that what waits is taken back.
func (s *Service) write(ctx context.Context, tx *db.Tx, in Input) (Entry, error) {
	e := Entry{CustomerID: in.CustomerID, ContactID: db.ID(in.ContactID), Purpose: in.Purpose, State: in.State, Basis: OptIn,
		Source: in.Source, Wording: in.Wording, UserID: db.ID(auth.From(ctx).UserID), At: db.At(tx.Now)}
	if in.State == Objected {
		e.Basis = Objection
	}
	if err := add(ctx, tx, &e); err != nil {
		return e, err
	}
	return e, s.d.Bus.Publish(ctx, tx, Changed{ID: e.ID, CustomerID: e.CustomerID, ContactID: in.ContactID, Purpose: e.Purpose, State: e.State, Source: e.Source})
}

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
func (s *Service) Holder(ctx context.Context, token string) (Holder, []Status, error) {
	var h Holder
	q := s.d.DB.Reader(ctx)
	if len(token) > 64 {
		return h, nil, errs.NotVisible()
	}
	if err := db.OrNotFound(q.Get(ctx, &h, sqlFindLink, id.Hash(token))); err != nil {
		return h, nil, err
	}
	list, _, err := s.read(ctx, q, h.CustomerID, int64(h.ContactID))
	return h, list, err
}

// Choice is what the person behind a token says. What it leaves out stays.
type Choice struct {
	May         map[string]bool // purpose to allowed
	NoProfiling *bool
	Source      string
	Wording     string
}

// Choose writes it. Only what differs from now is written.
func (s *Service) Choose(ctx context.Context, token string, choice Choice) error {
	return s.d.DB.Write(ctx, "consent.choose", func(ctx context.Context, tx *db.Tx) error {
		h, now, err := s.Holder(ctx, token)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", h.CustomerID, h.Name)
		for _, st := range now {
			want, said := choice.May[st.Purpose]
			if !said || want == st.Allowed {
				continue
			}
			in := Input{CustomerID: h.CustomerID, ContactID: int64(h.ContactID), Purpose: st.Purpose, State: Objected, Source: choice.Source, Wording: choice.Wording}
			if want {
				in.State = Allowed
			}
			if want && st.Entry.ContactID == 0 && st.Entry.State == Objected {
				in.ContactID = 0 // the objection of the whole customer is what they take back
			}
			if _, err := s.write(ctx, tx, in); err != nil {
				return err
			}
		}
		if choice.NoProfiling == nil || !s.profiled(h) {
			return nil
		}
		return s.d.Profiling(ctx, tx, h.CustomerID, *choice.NoProfiling)
	})
}

// profiled tells whether the page asks about profiling: the person must be the
// customer, for somebody at a company does not speak for the company's score.
func (s *Service) profiled(h Holder) bool { return s.d.Profiling != nil && h.ContactID == 0 }
