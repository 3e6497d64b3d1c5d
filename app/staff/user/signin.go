package user

import (
	"context"
	"log/slog"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Entry is somebody at the door who gave the right password.
type Entry struct {
	UserID     int64
	Generation int64
	Pending    bool // the second factor is still to come
	Enrol      bool // they have none yet and the owner demands one
}

// SignIn checks a password. Unknown, invited and disabled accounts answer like
// a wrong password and take as long. A try counts before it is checked, so
// that many at once gain nothing.
func (s *Service) SignIn(ctx context.Context, email, password, ip string) (Entry, error) {
	email = strings.TrimSpace(email)
	account, address := "sign-in "+strings.ToLower(email), web.HouseKey("sign-in", ip)
	if err := s.try(ctx, account, address); err != nil {
		return Entry{}, err
	}
	u, found, err := byMail(ctx, s.db.Reader(ctx), email)
	if err != nil {
		return Entry{}, err
	}
	var secret secret
	if found && u.Status == Active {
		if secret, err = secretOf(ctx, s.db.Reader(ctx), u.ID); err != nil {
			return Entry{}, err
		}
	}
	ok, err := auth.VerifyPassword(ctx, password, secret.PasswordHash)
	if err != nil {
		return Entry{}, err
	}
	if !ok {
		slog.Warn("sign-in refused", "email", email, "ip", ip)
		if err := s.watch(ctx, account, u); err != nil {
			return Entry{}, err
		}
		return Entry{}, &errs.Error{Kind: errs.Unauthenticated, Message: errs.Message{Key: "login.error"},
			Fields: map[string]errs.Message{"password": {Key: "login.error"}}}
	}
	if err := s.forgive(ctx, account, address); err != nil {
		return Entry{}, err
	}
	if err := s.rehash(ctx, u, password, secret.PasswordHash); err != nil {
		return Entry{}, err
	}
	return s.enter(ctx, u)
}

// rehash brings a hash made by an earlier version, which was weaker, to today's
// strength; only now is the password at hand.
func (s *Service) rehash(ctx context.Context, u User, password, old string) error {
	if !auth.Outdated(old) {
		return nil
	}
	hash, err := auth.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "user.rehash", func(ctx context.Context, tx *db.Tx) error {
		return saveRehash(ctx, tx, u.ID, old, hash)
	})
}

// enter decides how far a right password opens the door.
func (s *Service) enter(ctx context.Context, u User) (Entry, error) {
	required, err := s.TOTPRequired(ctx)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{UserID: u.ID, Generation: u.Generation, Pending: u.TOTPOn || required, Enrol: required && !u.TOTPOn}
	if e.Enrol {
		return e, s.beginTOTP(ctx, u.ID)
	}
	if e.Pending {
		return e, nil
	}
	return e, s.signedIn(ctx, u)
}

// SecondFactor checks a code of the authenticator app, or a recovery code, of
// somebody whose password was right. Each code works once.
func (s *Service) SecondFactor(ctx context.Context, id int64, code, ip string) error {
	account, address := codeKey(id), web.HouseKey("code", ip)
	if err := s.try(ctx, account, address); err != nil {
		return err
	}
	var u User
	err := s.db.Write(ctx, "user.second_factor", func(ctx context.Context, tx *db.Tx) error {
		var err error
		if u, err = byID(ctx, tx, id); err != nil {
			return err
		}
		return s.checkCode(ctx, tx, u, code)
	})
	if err != nil {
		if errs.Is(err, errs.Invalid) {
			slog.Warn("second factor refused", "user", id, "ip", ip)
			if watched := s.watch(ctx, account, u); watched != nil {
				return watched
			}
		}
		return err
	}
	if err := s.forgive(ctx, account, address); err != nil {
		return err
	}
	return s.signedIn(ctx, u)
}

// signedIn leaves a line in the journal.
func (s *Service) signedIn(ctx context.Context, u User) error {
	ctx = auth.With(ctx, &auth.Actor{UserID: u.ID, Name: u.Name, Role: u.Role, Via: "session", RequestID: auth.From(ctx).RequestID})
	return s.db.Write(ctx, "user.sign_in", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "user", u.ID, u.Name)
		journal.Keep(tx)
		return nil
	})
}

// Prove checks the password of the person who acts, before something
// sensitive.
func (s *Service) Prove(ctx context.Context, password, ip string) error {
	me, err := s.Me(ctx)
	if err != nil {
		return err
	}
	account, address := proofKey(me.ID), web.HouseKey("prove", ip)
	if err := s.try(ctx, account, address); err != nil {
		return err
	}
	secret, err := secretOf(ctx, s.db.Reader(ctx), me.ID)
	if err != nil {
		return err
	}
	ok, err := auth.VerifyPassword(ctx, password, secret.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		c := &errs.Check{}
		c.Add("password", "prove.error")
		return c.Err()
	}
	return s.forgive(ctx, account, address)
}

// try refuses while one of the names must wait, and counts this try. Both
// happen in one transaction, so that no two tries see the same count.
func (s *Service) try(ctx context.Context, names ...string) error {
	return s.db.Write(ctx, "throttle.try", func(ctx context.Context, tx *db.Tx) error {
		if err := s.throttle.Free(ctx, names...); err != nil {
			return err
		}
		return s.throttle.Failed(ctx, names...)
	})
}

func (s *Service) forgive(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := s.throttle.Clear(ctx, name); err != nil {
			return err
		}
	}
	return nil
}
