// The mailbox that is read: the owner says which, once, and the answers that
// people write back count, and addresses that do not take mail are known.

package channel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/inbox"
	"regulars/app/sys/journal"
	"regulars/app/sys/mail"
	"regulars/app/sys/setting"
)

// settingIMAP is the stored setting; its password is sealed.
const settingIMAP = "channel.imap"

// InboxSettings is the mailbox as the owner typed it. An empty password keeps the
// stored one, or uses the one that mail is sent with.
type InboxSettings struct {
	On       bool   `json:"on"`
	Preset   string `json:"preset"`
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Security string `json:"security"`
	Username string `json:"username"`
	Password string `json:"-"`
	Sealed   string `json:"password"`
	Shared   bool   `json:"shared"` // the password is the one that mail is sent with
	Folder   string `json:"folder"`
	Address  string `json:"address"` // to which replies go
}

var usualInboxPort = map[string]int{"tls": 993, "starttls": 143, "none": 143}

// clean fills in what follows from the rest and from how mail is sent.
func (s *InboxSettings) clean(sending Settings) {
	for _, text := range []*string{&s.Host, &s.Username, &s.Folder, &s.Address} {
		*text = strings.TrimSpace(*text)
	}
	s.Host = strings.ToLower(s.Host)
	if s.Username == "" {
		s.Username = sending.Username
	}
	if s.Address == "" && strings.Contains(s.Username, "@") {
		s.Address = s.Username
	}
	if s.Address == "" {
		s.Address = sending.From
	}
	if s.Host == "" {
		if p := mail.PresetFor(s.Address); p.IMAP != "" {
			s.Preset, s.Host = p.ID, p.IMAP
		}
	}
	if s.Security == "" {
		s.Security = "tls"
	}
	if s.Port == 0 {
		s.Port = usualInboxPort[s.Security]
	}
	if s.Folder == "" {
		s.Folder = "INBOX"
	}
}

func (s *InboxSettings) validate() error {
	c := &errs.Check{}
	c.That(s.Host != "", "host", "error.required")
	c.That(!strings.ContainsAny(s.Host, " /\\:@?#[]<>\"'\r\n\t"), "host", "channel.error.host")
	c.That(s.Port >= 1 && s.Port <= 65535, "port", "channel.error.port")
	c.That(slices.Contains([]string{"tls", "starttls", "none"}, s.Security), "security", "error.choice")
	c.That(s.Username != "", "username", "error.required")
	c.That(s.Address != "", "address", "error.required")
	c.That(s.Address == "" || mail.CheckAddress(s.Address) == nil, "address", "error.email")
	for name, text := range map[string]string{"username": s.Username, "folder": s.Folder, "password": s.Password} {
		c.That(len(text) <= 254, name, "error.long", "n", 254)
		c.That(!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }), name, "error.control")
	}
	return c.Err()
}

// sameHouse tells whether two servers belong together, so that one password may
// go to both: smtp.example.com and imap.example.com.
func sameHouse(a, b string) bool {
	if a == b {
		return a != ""
	}
	_, restA, okA := strings.Cut(a, ".")
	_, restB, okB := strings.Cut(b, ".")
	return okA && okB && restA == restB && strings.Contains(restA, ".")
}

func (s *Service) storedInbox(ctx context.Context, q db.Q) (InboxSettings, error) {
	var st InboxSettings
	err := setting.Get(ctx, q, settingIMAP, &st)
	return st, err
}

// ReadInbox gives the settings in force, without the password, or what fits the
// way in which mail is sent.
func (s *Service) ReadInbox(ctx context.Context) (InboxSettings, error) {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return InboxSettings{}, err
	}
	st, err := s.storedInbox(ctx, s.db.Reader(ctx))
	if err != nil || st.Host != "" {
		return st, err
	}
	sending, err := s.stored(ctx, s.db.Reader(ctx))
	for _, p := range mail.Presets() {
		if p.ID == sending.Preset && p.IMAP != "" {
			st.Preset, st.Host = p.ID, p.IMAP
		}
	}
	st.clean(sending)
	return st, err
}

// SaveInbox stores the mailbox and reads it from now on.
func (s *Service) SaveInbox(ctx context.Context, in InboxSettings) (InboxSettings, error) {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return in, err
	}
	sending, err := s.stored(ctx, s.db.Reader(ctx))
	if err != nil {
		return in, err
	}
	in.clean(sending)
	if err := in.validate(); err != nil {
		return in, err
	}
	err = s.db.Write(ctx, "inbox.update", func(ctx context.Context, tx *db.Tx) error {
		old, err := s.storedInbox(ctx, tx)
		if err != nil {
			return err
		}
		in.On, in.Sealed, in.Shared = true, "", false
		same := old.Host == in.Host && old.Username == in.Username
		switch {
		case in.Password != "":
			in.Sealed = s.inboxBox.Seal(in.Password)
		case same && (old.Sealed != "" || old.Shared):
			in.Sealed, in.Shared = old.Sealed, old.Shared
		case in.Username == sending.Username && sameHouse(sending.Host, in.Host) && (sending.Sealed != "" || fixed(s.config)["password"]):
			in.Shared = true
		default:
			c := &errs.Check{}
			c.Add("password", "channel.error.password_again")
			return c.Err()
		}
		journal.About(tx, "inbox", 0, in.Host)
		return setting.Put(ctx, tx, settingIMAP, in)
	})
	return in, err
}

// StopInbox reads the mailbox no more. What was typed stays, for another time.
func (s *Service) StopInbox(ctx context.Context) error {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return err
	}
	return s.db.Write(ctx, "inbox.stop", func(ctx context.Context, tx *db.Tx) error {
		st, err := s.storedInbox(ctx, tx)
		if err != nil || !st.On {
			return err
		}
		st.On = false
		journal.About(tx, "inbox", 0, st.Host)
		return setting.Put(ctx, tx, settingIMAP, st)
	})
}

// Mailbox is the mailbox to read; ok is false while there is none.
func (s *Service) Mailbox(ctx context.Context) (st inbox.Settings, ok bool, err error) {
	q := s.db.Reader(ctx)
	in, err := s.storedInbox(ctx, q)
	if err != nil || !in.On || in.Host == "" {
		return st, false, err
	}
	st = inbox.Settings{Host: in.Host, Port: in.Port, Security: in.Security, Username: in.Username, Folder: in.Folder, Address: in.Address}
	if !in.Shared {
		plain, err := s.inboxBox.Open(in.Sealed)
		if err != nil {
			return st, false, fmt.Errorf("open the mailbox's password: %w", err)
		}
		st.Password = config.Secret(plain)
		return st, true, nil
	}
	to, sends, err := s.server(ctx)
	if err != nil || !sends || to.Username != in.Username || !sameHouse(to.Host, in.Host) {
		return st, false, err // mail is sent in another way since: the password was not meant for this
	}
	st.Password = to.Password
	return st, true, nil
}

// Replies is the address to which people write back, when it is read.
func (s *Service) Replies(ctx context.Context) (string, bool) {
	st, ok, err := s.Mailbox(ctx)
	if err != nil {
		return "", false
	}
	return st.Address, ok
}

// CheckInbox signs in and looks, and explains in plain words what is wrong.
func (s *Service) CheckInbox(ctx context.Context) error {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return err
	}
	st, ok, err := s.Mailbox(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return errs.New(errs.Conflict, "inbox.error.none")
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	box, err := s.dialer.Open(ctx, st)
	if err != nil {
		key := "inbox.error.connect"
		var f *inbox.Failure
		if errors.As(err, &f) {
			key = f.Key
		}
		e := errs.New(errs.Conflict, key)
		e.Cause = err
		return e
	}
	return box.Close()
}

const checkTime = 20 * time.Second

// InboxStatus is how the mailbox stands.
func (s *Service) InboxStatus(ctx context.Context) (inbox.Status, error) {
	if err := auth.From(ctx).May("outbox.read"); err != nil {
		return inbox.Status{}, err
	}
	return s.inbox.Status(ctx)
}

// checkInbox is what doctor and the health page ask about replies.
func (s *Service) checkInbox(ctx context.Context) (string, []any, error) {
	st, err := s.inbox.Status(ctx)
	if err != nil || st.FailingSince.IsZero() {
		return "", nil, err
	}
	return "inbox.check.failing", nil, nil
}
