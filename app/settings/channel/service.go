package channel

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/fetch"
	"regulars/app/sys/inbox"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/mail"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Options are what the service stands on.
type Options struct {
	DB     *db.DB
	Keys   *keys.Ring
	View   *view.Engine
	Config config.Config
	Events *event.Bus // hears of addresses that do not take mail; nil tells nobody
}

// Service knows the mail server and the outbox's pages. It is the outbox's
// channel "email".
type Service struct {
	db     *db.DB
	box    *keys.Box
	view   *view.Engine
	config config.Config
	sender *mail.Sender
	outbox *outbox.Outbox

	events   *event.Bus
	inboxBox *keys.Box
	dialer   *inbox.Dialer
	inbox    *inbox.Inbox
	resolver Resolver
}

// New makes the service; Attach gives it the outbox that is built on it.
func New(o Options) (*Service, error) {
	box, err := o.Keys.Box("smtp password")
	if err != nil {
		return nil, err
	}
	inboxBox, err := o.Keys.Box("imap password")
	if err != nil {
		return nil, err
	}
	guard := fetch.NewGuard(o.Config.Outbound.AllowPrivate)
	return &Service{db: o.DB, box: box, view: o.View, config: o.Config, sender: mail.New(guard), events: o.Events, inboxBox: inboxBox, dialer: inbox.NewDialer(guard), resolver: net.DefaultResolver}, nil
}

// Attach tells the service which outbox sends through it. The mailbox that it
// reads is about what that outbox sent.
func (s *Service) Attach(o *outbox.Outbox) {
	s.outbox = o
	o.OnBounce(s.bounced)
	o.OnDoubt(s.doubted)
	s.inbox = inbox.New(inbox.Options{DB: s.db, Outbox: o, Source: s.Mailbox, Open: s.dialer.Open})
}

// Inbox is the mailbox that is read.
func (s *Service) Inbox() *inbox.Inbox { return s.inbox }

// Read gives the settings in force, without the password, and which of them
// the configuration decides.
func (s *Service) Read(ctx context.Context) (Settings, map[string]bool, error) {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return Settings{}, nil, err
	}
	st, err := s.stored(ctx, s.db.Reader(ctx))
	return st, fixed(s.config), err
}

func (s *Service) stored(ctx context.Context, q db.Q) (Settings, error) {
	var st Settings
	if err := setting.Get(ctx, q, settingSMTP, &st); err != nil {
		return st, err
	}
	apply(s.config, &st)
	return st, nil
}

// Save stores the mail server. With another server the password must be typed
// again: the stored one was meant for the old one only.
func (s *Service) Save(ctx context.Context, in Settings) (Settings, error) {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return in, err
	}
	apply(s.config, &in)
	in.Clean()
	if err := in.Validate(); err != nil {
		return in, err
	}
	err := s.db.Write(ctx, "channel.update", func(ctx context.Context, tx *db.Tx) error {
		old, err := s.stored(ctx, tx)
		if err != nil {
			return err
		}
		in.Sealed = old.Sealed
		switch {
		case fixed(s.config)["password"], in.Username == "":
			in.Sealed = ""
		case in.Password != "":
			in.Sealed = s.box.Seal(in.Password)
		case old.Sealed == "" || old.Host != in.Host || old.Username != in.Username:
			c := &errs.Check{}
			c.Add("password", "channel.error.password_again")
			return c.Err()
		}
		journal.About(tx, "channel", 0, in.Host)
		if err := setting.Put(ctx, tx, settingSMTP, in); err != nil {
			return err
		}
		return s.outbox.Resume(ctx, outbox.Email)
	})
	return in, err
}

// server is the mail server to hand messages to; ok is false while none is set.
func (s *Service) server(ctx context.Context) (to mail.Settings, ok bool, err error) {
	st, err := s.stored(ctx, s.db.Reader(ctx))
	if err != nil || st.Host == "" || st.From == "" {
		return to, false, err
	}
	to = mail.Settings{Host: st.Host, Port: st.Port, Username: st.Username, From: st.From, FromName: st.FromName, Security: st.Security}
	if fixed(s.config)["password"] {
		to.Password = s.config.SMTP.Password
	} else if st.Sealed != "" {
		plain, err := s.box.Open(st.Sealed)
		if err != nil {
			return to, false, fmt.Errorf("open the mail password: %w", err)
		}
		to.Password = config.Secret(plain)
	}
	if to.FromName != "" {
		return to, true, nil
	}
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	to.FromName = business.Name
	return to, true, err
}

// Host is the right half of Message-IDs: the domain that mail is sent from.
func (s *Service) Host(ctx context.Context) string {
	to, ok, err := s.server(ctx)
	if _, domain, found := strings.Cut(to.From, "@"); err == nil && ok && found {
		return strings.ToLower(domain)
	}
	return "regulars.invalid"
}

// Probe logs in at the mail server and sends nothing. A failure is explained
// in plain words.
func (s *Service) Probe(ctx context.Context) error {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return err
	}
	to, ok, err := s.server(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return errs.New(errs.Conflict, "channel.error.no_smtp")
	}
	if err := s.sender.Check(ctx, to); err != nil {
		e := errs.New(errs.Conflict, mail.Explain(err))
		e.Cause = err
		return e
	}
	return nil
}

// Test tries the mail server and then queues a mail to the person who acts.
func (s *Service) Test(ctx context.Context) error {
	me := auth.From(ctx)
	if err := s.Probe(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, "channel.test", func(ctx context.Context, tx *db.Tx) error {
		subject, letter, err := s.plain(ctx, tx, me.Locale, "channel.test.subject", "channel.test.text", nil)
		if err != nil {
			return err
		}
		_, _, err = s.outbox.Queue(ctx, tx, outbox.Message{DedupeKey: "mail_test:" + id.Token(9), Channel: outbox.Email, Purpose: outbox.Staff,
			ToAddress: me.Email, ToName: me.Name, UserID: db.ID(me.UserID), Subject: subject, Payload: letter.Payload(),
			ExpiresAt: db.At(tx.Now.Add(24 * time.Hour))})
		return err
	})
}
