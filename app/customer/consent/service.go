package consent

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
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
	Bundle  *i18n.Bundle
	BaseURL func() string // the public address, "" without one
	Days    func(ctx context.Context) (Days, error)
	// Asked tells when somebody was last asked by a survey (zero: never) and,
	// since a time, how often and when first, leaving out one invitation.
	Asked func(ctx context.Context, q db.Q, customer, contact, except int64, since time.Time) (last, first time.Time, n int, err error)
	// Profiling keeps whether a customer may be scored; nil leaves the page without it.
	Profiling func(ctx context.Context, tx *db.Tx, customer int64, off bool) error
	// Attach stores a file that proves a consent and Files lists those of a
	// customer; nil leaves them out.
	Attach func(ctx context.Context, customer int64, name string, r io.Reader) (id int64, err error)
	Files  func(ctx context.Context, customer int64) ([]File, error)
	// CanReply tells whether an invitation can be answered by writing back; nil is never.
	CanReply func(ctx context.Context) bool
	// OpenCase tells whether a complaint of the customer is being dealt with.
	OpenCase func(ctx context.Context, q db.Q, customer int64) (bool, error)
	// Queue puts a mail into the outbox, and View writes it; without them a yes
	// that is to be confirmed waits for the customer's own page.
	Queue func(ctx context.Context, tx *db.Tx, m outbox.Message) (created bool, err error)
	View  *view.Engine
}

// File is an attachment that can prove a consent.
type File struct {
	ID   int64
	Name string
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

// begin records what service and survey messages to a new customer rest on.
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

// Picture is what holds for a customer: every purpose in every channel that the
// shop uses, and all that was ever said, newest first.
type Picture struct {
	Purposes []Purpose // those that are on
	Channels []string
	States   []Status // purpose by purpose, channel by channel
	Ledger   []Entry
}

// Of is what holds for a customer.
func (s *Service) Of(ctx context.Context, customer int64) (Picture, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Picture{}, err
	}
	q := s.d.DB.Reader(ctx)
	if _, err := visible(ctx, q, customer); err != nil {
		return Picture{}, err
	}
	return s.read(ctx, q, customer, 0)
}

func (s *Service) read(ctx context.Context, q db.Q, customer, contact int64) (Picture, error) {
	all, err := purposesIn(ctx, q)
	if err != nil {
		return Picture{}, err
	}
	p := Picture{Purposes: slices.DeleteFunc(all, func(p Purpose) bool { return !p.Active })}
	if p.Channels, err = ChannelsIn(ctx, q); err != nil {
		return p, err
	}
	if p.Ledger, err = ledgerOf(ctx, q, customer); err != nil {
		return p, err
	}
	demand := false
	if err := setting.Get(ctx, q, DemandOptIn, &demand); err != nil {
		return p, err
	}
	mine := slices.DeleteFunc(slices.Clone(p.Ledger), func(e Entry) bool { return e.ContactID != 0 && int64(e.ContactID) != contact })
	for _, of := range p.Purposes {
		for _, ch := range p.Channels {
			st := judge(about(mine, of.Key, ch), of.NeedsWord || demand)
			st.Purpose, st.Channel = of.Key, ch
			p.States = append(p.States, st)
		}
	}
	return p, nil
}

// status is the rule for one purpose and channel. Without a channel it is
// enough that one of them is allowed.
func (s *Service) status(ctx context.Context, q db.Q, customer, contact int64, key, channel string) (Status, error) {
	p, err := named(ctx, q, key)
	if err != nil {
		return Status{}, err
	}
	if p.ID == 0 || !p.Active {
		return Status{Purpose: key, Channel: channel, Reason: "purpose_off"}, nil
	}
	rows, err := of(ctx, q, customer, contact, key)
	if err != nil {
		return Status{}, err
	}
	need := p.NeedsWord
	if !need {
		if err := setting.Get(ctx, q, DemandOptIn, &need); err != nil {
			return Status{}, err
		}
	}
	ways := []string{channel}
	if channel == Every {
		ways = Channels
	}
	var st Status
	for _, ch := range ways {
		st = judge(about(rows, key, ch), need)
		st.Purpose, st.Channel = key, ch
		if st.Allowed {
			break
		}
	}
	return st, nil
}

// May tells whether a purpose is allowed in a channel and, if not, why; for
// slices that want to know before they prepare something. Without a channel it
// is enough that one is allowed.
func (s *Service) May(ctx context.Context, q db.Q, customer, contact int64, purpose, channel string) (ok bool, reason string, err error) {
	st, err := s.status(ctx, q, customer, contact, purpose, channel)
	return st.Allowed, st.Reason, err
}

// List reads one page of the ledger of all customers whom the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return page.Page[Row]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return field.Fetch[Row](ctx, s.d.DB.Reader(ctx), list, req, where)
}

// Row is a row of the ledger in a list.
type Row struct {
	field.Row
	Entry
}

// Record writes down what a colleague was told, one row for each channel.
func (s *Service) Record(ctx context.Context, in Input) ([]Entry, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return nil, err
	}
	in.Wording, in.Proof = strings.TrimSpace(in.Wording), strings.TrimSpace(in.Proof)
	if in.Basis == "" {
		in.Basis = OptIn
	}
	return db.WriteOne(ctx, s.d.DB, "consent.record", func(ctx context.Context, tx *db.Tx) ([]Entry, error) {
		name, err := visible(ctx, tx, in.CustomerID)
		if err != nil {
			return nil, err
		}
		p, err := named(ctx, tx, in.Purpose)
		if err != nil {
			return nil, err
		}
		if err := in.Validate(p); err != nil {
			return nil, err
		}
		if err := belongs(ctx, tx, p, in); err != nil {
			return nil, err
		}
		if err := s.proven(ctx, tx, in); err != nil {
			return nil, err
		}
		journal.About(tx, "customer", in.CustomerID, name)
		if !p.DoubleOptIn || in.State != Allowed || in.Basis != OptIn {
			return s.write(ctx, tx, in)
		}
		return s.confirmable(ctx, tx, in)
	})
}

// proven asks for what shows it where a colleague writes down a yes of somebody
// who objected themselves, on their own page or by their mail program.
func (s *Service) proven(ctx context.Context, tx *db.Tx, in Input) error {
	if in.State != Allowed || in.Proof != "" || in.AttachmentID != 0 {
		return nil
	}
	rows, err := of(ctx, tx, in.CustomerID, in.ContactID, in.Purpose)
	if err != nil {
		return err
	}
	ways := in.Channels
	if len(ways) == 0 {
		ways = Channels
	}
	c := &errs.Check{}
	for _, ch := range ways {
		st := judge(about(rows, in.Purpose, ch), false)
		theirs := (st.byCustomer || st.byContact) && (st.Entry.Source == FromPreferences || st.Entry.Source == FromUnsubscribe)
		c.That(!theirs, "proof", "consent.error.proof")
	}
	return c.Err()
}

// confirmable writes a yes whose part about mail waits for the customer, and
// asks them by mail to confirm it.
func (s *Service) confirmable(ctx context.Context, tx *db.Tx, in Input) ([]Entry, error) {
	if len(in.Channels) == 0 {
		in.Channels = Channels
	}
	var out []Entry
	for _, part := range []struct {
		state    string
		channels []string
	}{{Asked, []string{"email"}}, {Allowed, slices.DeleteFunc(slices.Clone(in.Channels), func(ch string) bool { return ch == "email" })}} {
		if len(part.channels) == 0 || part.state == Asked && !slices.Contains(in.Channels, "email") {
			continue
		}
		step := in
		step.State, step.Channels = part.state, part.channels
		rows, err := s.write(ctx, tx, step)
		if err != nil {
			return nil, err
		}
		if part.state == Asked {
			if _, err := s.invite(ctx, tx, rows[0]); err != nil {
				return nil, err
			}
		}
		out = append(out, rows...)
	}
	return out, nil
}

// belongs checks that the records which a decision names are the customer's
// and the wording the purpose's.
func belongs(ctx context.Context, tx *db.Tx, p Purpose, in Input) error {
	if in.ContactID != 0 {
		if ok, err := among(ctx, tx, sqlBelongs, in.ContactID, in.CustomerID); err != nil || !ok {
			if err == nil {
				err = errs.NotVisible()
			}
			return err
		}
	}
	c := &errs.Check{}
	if in.AttachmentID != 0 {
		ok, err := among(ctx, tx, sqlFile, in.AttachmentID, in.CustomerID)
		if err != nil {
			return err
		}
		c.That(ok, "attachment_id", "error.choice")
	}
	if in.WordingID != 0 {
		_, err := wording(ctx, tx, in.WordingID, p.ID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		c.That(err == nil, "wording_id", "error.choice")
	}
	return c.Err()
}

// write adds the rows and tells the house once, so that what waits is taken back.
func (s *Service) write(ctx context.Context, tx *db.Tx, in Input) ([]Entry, error) {
	e := Entry{CustomerID: in.CustomerID, ContactID: db.ID(in.ContactID), Purpose: in.Purpose, State: in.State, Basis: in.Basis,
		Source: in.Source, Wording: in.Wording, WordingID: db.ID(in.WordingID), Proof: in.Proof, AttachmentID: db.ID(in.AttachmentID),
		UserID: db.ID(auth.From(ctx).UserID), At: db.At(tx.Now)}
	if in.State == Objected {
		e.Basis = Objection
	}
	channels := in.Channels
	if len(channels) == 0 {
		channels = []string{Every}
	}
	var out []Entry
	for _, ch := range channels {
		e.Channel = ch
		if err := add(ctx, tx, &e); err != nil {
			return nil, err
		}
		var stored Entry
		if err := tx.Get(ctx, &stored, sqlOne, e.ID); err != nil {
			return nil, fmt.Errorf("read consent %d: %w", e.ID, err)
		}
		out = append(out, stored)
	}
	return out, s.d.Bus.Publish(ctx, tx, Changed{ID: out[0].ID, CustomerID: in.CustomerID, ContactID: in.ContactID, Purpose: in.Purpose,
		Channels: in.Channels, State: in.State, Source: in.Source})
}
