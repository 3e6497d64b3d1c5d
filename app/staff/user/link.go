package user

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// InviteLink makes a new invitation for somebody who has not come yet.
func (s *Service) InviteLink(ctx context.Context, id int64) (token string, err error) {
	return s.makeLink(ctx, "user.invite", id, linkInvite, Invited)
}

// ResetPasswordLink makes a link with which a colleague chooses a new
// password: 30 minutes, one use.
func (s *Service) ResetPasswordLink(ctx context.Context, id int64) (token string, err error) {
	return s.makeLink(ctx, "user.reset_link", id, linkReset, Active)
}

func (s *Service) makeLink(ctx context.Context, op string, id int64, kind, status string) (token string, err error) {
	if err := auth.From(ctx).May("staff.write"); err != nil {
		return "", err
	}
	err = s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		u, err := s.touchable(ctx, tx, id)
		if err != nil {
			return err
		}
		if u.Status != status {
			return errs.New(errs.Conflict, "user.error.link_status")
		}
		journal.About(tx, "user", id, u.Name)
		journal.Keep(tx)
		token, err = addLink(ctx, tx, id, kind)
		return err
	})
	return token, err
}

// Forgot mails a reset link when the address belongs to somebody who may sign
// in, mail can be sent and they did not ask three times within the hour. It
// never tells which of these was the case.
func (s *Service) Forgot(ctx context.Context, email, ip string) error {
	email = strings.TrimSpace(email)
	if err := s.try(ctx, web.HouseKey("forgot", ip)); err != nil {
		return err
	}
	return s.db.Write(ctx, "user.forgot", func(ctx context.Context, tx *db.Tx) error {
		u, found, err := byMail(ctx, tx, email)
		if err != nil || !found || u.Status != Active || !s.CanMail() {
			return err
		}
		asked, err := resetsSince(ctx, tx, u.ID, tx.Now.Add(-time.Hour))
		if err != nil || asked >= 3 {
			return err
		}
		token, err := addLink(ctx, tx, u.ID, linkReset)
		if err != nil {
			return err
		}
		journal.About(tx, "user", u.ID, u.Name)
		journal.Keep(tx)
		return s.mailer.QueueSecurity(ctx, tx, u.Email, u.Name, u.Locale, "mail.reset.subject", "mail.reset.text",
			"name", u.Name, "link", s.baseURL()+"/reset/"+token)
	})
}

// CanMail tells whether reset links can be mailed at all.
func (s *Service) CanMail() bool { return s.mailer != nil && s.baseURL != nil && s.baseURL() != "" }

// Invited reads whose invitation a token is, while it works.
func (s *Service) Invited(ctx context.Context, token string) (User, error) {
	u, err := linkUser(ctx, s.db.Reader(ctx), token, linkInvite, s.db.Now())
	if err == nil && u.Status != Invited {
		return User{}, errs.New(errs.NotFound, "user.error.link")
	}
	return u, err
}

// Resetting reads whose reset link a token is, while it works.
func (s *Service) Resetting(ctx context.Context, token string) (User, error) {
	u, err := linkUser(ctx, s.db.Reader(ctx), token, linkReset, s.db.Now())
	if err == nil && u.Status != Active {
		return User{}, errs.New(errs.NotFound, "user.error.link")
	}
	return u, err
}

// Accept takes an invitation: the person says their name, chooses a password
// and is at the door.
func (s *Service) Accept(ctx context.Context, token, name, password string) (Entry, error) {
	if _, err := s.Invited(ctx, token); err != nil {
		return Entry{}, err
	}
	name = strings.TrimSpace(name)
	c := &errs.Check{}
	CheckName(c, "name", name)
	auth.CheckPassword(c, "password", password)
	if err := c.Err(); err != nil {
		return Entry{}, err
	}
	hash, err := auth.HashPassword(ctx, password)
	if err != nil {
		return Entry{}, err
	}
	u, err := db.WriteOne(ctx, s.db, "user.accept", func(ctx context.Context, tx *db.Tx) (User, error) {
		u, err := s.Invited(ctx, token)
		if err != nil {
			return u, err
		}
		journal.About(tx, "user", u.ID, name)
		if err := update(ctx, tx, u.ID, Change{Name: name, Role: u.Role, TeamID: int64(u.TeamID), Version: u.Version}); err != nil {
			return u, err
		}
		if err := saveStatus(ctx, tx, u.ID, Active); err != nil {
			return u, err
		}
		return s.newPassword(ctx, tx, u.ID, hash)
	})
	if err != nil {
		return Entry{}, err
	}
	return s.enter(ctx, u)
}

// Reset gives the person of a reset link a new password and ends all their
// sessions. They sign in with it themselves, second factor included.
func (s *Service) Reset(ctx context.Context, token, password string) error {
	if _, err := s.Resetting(ctx, token); err != nil {
		return err
	}
	c := &errs.Check{}
	auth.CheckPassword(c, "password", password)
	if err := c.Err(); err != nil {
		return err
	}
	hash, err := auth.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "user.reset", func(ctx context.Context, tx *db.Tx) error {
		u, err := s.Resetting(ctx, token)
		if err != nil {
			return err
		}
		journal.About(tx, "user", u.ID, u.Name)
		journal.Keep(tx)
		_, err = s.newPassword(ctx, tx, u.ID, hash)
		return err
	})
}

// newPassword stores a hash, which ends all sessions, and forgets all links.
func (s *Service) newPassword(ctx context.Context, tx *db.Tx, id int64, hash string) (User, error) {
	if err := savePassword(ctx, tx, id, hash); err != nil {
		return User{}, err
	}
	if err := dropLinks(ctx, tx, id); err != nil {
		return User{}, err
	}
	return byID(ctx, tx, id)
}
