package token

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Service knows the tokens.
type Service struct {
	db        *db.DB
	users     auth.Users
	perMinute int // requests of one token; 0 = no limit

	mu    sync.Mutex
	spent map[int64]minute
}

// minute counts the requests of a token within one minute.
type minute struct {
	start time.Time
	n     int
}

// New makes the service.
func New(d *db.DB, users auth.Users, perMinute int) *Service {
	return &Service{db: d, users: users, perMinute: perMinute, spent: map[int64]minute{}}
}

// List gives one's own tokens, newest first; who manages staff sees everyone's.
func (s *Service) List(ctx context.Context) ([]Token, error) {
	actor := auth.From(ctx)
	if actor.Can("staff.write") {
		return all(ctx, s.db.Reader(ctx))
	}
	if err := actor.May("token.write"); err != nil {
		return nil, err
	}
	return of(ctx, s.db.Reader(ctx), actor.UserID)
}

// Create makes a token and gives its secret, which is not kept. For somebody
// else only an owner or the shell may.
func (s *Service) Create(ctx context.Context, in Input) (t Token, secret string, err error) {
	actor := auth.From(ctx)
	if err := actor.May("token.write"); err != nil {
		return Token{}, "", err
	}
	if in.UserID == 0 {
		in.UserID = actor.UserID
	}
	if in.UserID != actor.UserID {
		if err := actor.May("staff.owner"); err != nil {
			return Token{}, "", err
		}
	}
	if err := in.check(); err != nil {
		return Token{}, "", err
	}
	secret = newSecret()
	t, err = db.WriteOne(ctx, s.db, "token.create", func(ctx context.Context, tx *db.Tx) (Token, error) {
		if who, _, err := s.users.Actor(ctx, in.UserID); err != nil {
			return Token{}, err
		} else if who == nil {
			return Token{}, errs.NotVisible()
		}
		made, err := insert(ctx, tx, in, id.Hash(secret))
		if err != nil {
			return Token{}, err
		}
		journal.About(tx, "token", made, in.Name)
		journal.Keep(tx)
		return get(ctx, tx, made)
	})
	if err != nil {
		return Token{}, "", err
	}
	return t, secret, nil
}

// Revoke ends a token at once.
func (s *Service) Revoke(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May("token.write"); err != nil {
		return err
	}
	return s.db.Write(ctx, "token.revoke", func(ctx context.Context, tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.UserID != actor.UserID && !actor.Can("staff.write") {
			return errs.NotVisible()
		}
		journal.About(tx, "token", id, t.Name)
		journal.Keep(tx)
		return revoke(ctx, tx, id)
	})
}

// Authenticate is the person behind a bearer secret, or Unauthenticated; all
// that is wrong with a secret gets the same answer.
func (s *Service) Authenticate(ctx context.Context, bearer string) (*auth.Actor, error) {
	_, actor, err := s.authenticate(ctx, bearer)
	return actor, err
}

func (s *Service) authenticate(ctx context.Context, bearer string) (Token, *auth.Actor, error) {
	refused := errs.New(errs.Unauthenticated, "token.error.refused")
	if !strings.HasPrefix(bearer, Prefix) || len(bearer) > 200 {
		return Token{}, nil, refused
	}
	t, found, err := byHash(ctx, s.db.Reader(ctx), id.Hash(bearer))
	if err != nil {
		return Token{}, nil, err
	}
	now := s.db.Now()
	if !found || !t.Works(now) {
		return Token{}, nil, refused
	}
	actor, _, err := s.users.Actor(ctx, t.UserID)
	if err != nil {
		return Token{}, nil, err
	}
	if actor == nil {
		return Token{}, nil, refused
	}
	actor.Via, actor.ReadOnly = "token", t.Scope == Read
	s.note(ctx, t, now)
	return t, actor, nil
}

// note keeps when a token was last used, to the minute; a trace, not worth
// failing the request.
func (s *Service) note(ctx context.Context, t Token, now time.Time) {
	if now.Sub(t.LastUsedAt.Time) < time.Minute {
		return
	}
	err := s.db.Write(ctx, "token.used", func(ctx context.Context, tx *db.Tx) error { return used(ctx, tx, t.ID, now) })
	if err != nil {
		slog.Warn("the use of a token could not be noted", "token", t.ID, "error", err)
	}
}

// spend counts a request against the token's minute.
func (s *Service) spend(token int64) error {
	if s.perMinute == 0 {
		return nil
	}
	now := s.db.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.spent[token]
	if age := now.Sub(m.start); age < 0 || age >= time.Minute {
		m = minute{start: now}
	}
	if m.n >= s.perMinute {
		wait := int((time.Minute - now.Sub(m.start)).Seconds()) + 1
		e := errs.New(errs.TooMany, "error.too_many", "seconds", wait)
		e.Retry = wait
		return e
	}
	m.n++
	s.spent[token] = m
	return nil
}
