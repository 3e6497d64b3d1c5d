package web

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// How long a session lives: idle, kept signed in, and how fresh a password
// must be for a sensitive action.
const (
	idleLimit  = 12 * time.Hour
	keepLimit  = 30 * 24 * time.Hour
	proofLimit = 10 * time.Minute
)

// Session is one browser that a person signed in with.
type Session struct {
	ID         int64   `db:"id"`
	UserID     int64   `db:"user_id"`
	Generation int64   `db:"generation"`
	Pending    bool    `db:"pending"`
	Keep       bool    `db:"keep"`
	CreatedAt  db.Time `db:"created_at"`
	SeenAt     db.Time `db:"seen_at"`
	ProvedAt   db.Time `db:"proved_at"`
	ExpiresAt  db.Time `db:"expires_at"`
	IP         string  `db:"ip"`
	Agent      string  `db:"agent"`
	hash       string
}

// Sessions keeps them; the cookie holds the only copy of the token.
type Sessions struct {
	db    *db.DB
	users auth.Users
}

const sessionColumns = `id, user_id, generation, pending, keep, created_at, seen_at, proved_at, expires_at, ip, agent`

var (
	sqlAddSession = db.SQL(`
		INSERT INTO session (token_hash, user_id, generation, pending, keep, created_at, seen_at, proved_at, expires_at, ip, agent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSession          = db.SQL(`SELECT ` + sessionColumns + ` FROM session WHERE token_hash = ?`)
	sqlSessions         = db.List(`SELECT ` + sessionColumns + ` FROM session WHERE user_id = ? AND pending = 0 AND expires_at > ? ORDER BY id DESC`)
	sqlSeen             = db.SQL(`UPDATE session SET seen_at = ?, expires_at = ? WHERE id = ?`)
	sqlProved           = db.SQL(`UPDATE session SET proved_at = ? WHERE id = ?`)
	sqlEnd              = db.SQL(`DELETE FROM session WHERE id = ? AND user_id = ?`)
	sqlEndAll           = db.SQL(`DELETE FROM session WHERE user_id = ? AND id <> ?`)
	sqlSweep            = db.SQL(`DELETE FROM session WHERE expires_at < ?`)
	sqlSweepThrottle    = db.SQL(`DELETE FROM throttle WHERE seen_at < ?`)
	sqlSweepIdempotency = db.SQL(`DELETE FROM idempotency WHERE created_at < ?`)
)

const sessionLocal = "web.session"

// Start signs a person in: a new token, so that one fixed before is worthless.
// A pending session only opens the second-factor page.
func (s *Sessions) Start(c *fiber.Ctx, userID, generation int64, keep, pending bool) error {
	server := From(c)
	if old := sessionOf(c); old != nil {
		if err := s.End(Ctx(c), old.UserID, old.ID); err != nil {
			return err
		}
	}
	token := id.Token(32)
	life := idleLimit
	switch {
	case pending:
		life = 10 * time.Minute
	case keep:
		life = keepLimit
	}
	agent := c.Get("User-Agent")
	if len(agent) > 200 {
		agent = agent[:200]
	}
	err := s.db.Write(Ctx(c), "session.start", func(ctx context.Context, tx *db.Tx) error {
		now := tx.Now
		_, err := tx.Insert(ctx, sqlAddSession, id.Hash(token), userID, generation, pending, keep, db.At(now), db.At(now), db.At(now),
			db.At(now.Add(life)), server.ClientIP(c), agent)
		return err
	})
	if err != nil {
		return fmt.Errorf("start session: %w", err)
	}
	server.setCookie(c, server.sessionCookie(c), token, keep && !pending)
	return nil
}

// Drop signs the request's browser out.
func (s *Sessions) Drop(c *fiber.Ctx) error {
	server := From(c)
	if old := sessionOf(c); old != nil {
		if err := s.End(Ctx(c), old.UserID, old.ID); err != nil {
			return err
		}
	}
	server.clearCookie(c, server.sessionCookie(c))
	return nil
}

// End ends one session of a person.
func (s *Sessions) End(ctx context.Context, userID, session int64) error {
	return s.db.Write(ctx, "session.end", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlEnd, session, userID)
		return err
	})
}

// EndOthers ends all sessions of a person but one (0 = really all).
func (s *Sessions) EndOthers(ctx context.Context, userID, but int64) error {
	return s.db.Write(ctx, "session.end", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlEndAll, userID, but)
		return err
	})
}

// Of lists a person's sessions, newest first.
func (s *Sessions) Of(ctx context.Context, userID int64) ([]Session, error) {
	var out []Session
	err := s.db.Reader(ctx).Select(ctx, &out, sqlSessions, userID, db.At(s.db.Now()))
	return out, err
}

// Prove notes that the password was typed just now.
func (s *Sessions) Prove(ctx context.Context, session int64) error {
	return s.db.Write(ctx, "session.prove", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlProved, db.At(tx.Now), session)
		return err
	})
}

// Sweep forgets what has expired; a nightly job runs it.
func (s *Sessions) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, "session.sweep", func(ctx context.Context, tx *db.Tx) error {
		day := db.At(tx.Now.Add(-24 * time.Hour))
		for _, sql := range []string{sqlSweep, sqlSweepThrottle, sqlSweepIdempotency} {
			if _, err := tx.Exec(ctx, sql, day); err != nil {
				return err
			}
		}
		return nil
	})
}

// resume finds the request's session and its person. A session whose person
// was disabled or whose generation passed is as good as none.
func (s *Server) resume(c *fiber.Ctx) (*Session, *auth.Actor, error) {
	token := c.Cookies(s.sessionCookie(c))
	if token == "" {
		return nil, nil, nil
	}
	ctx := c.UserContext()
	sess := Session{hash: id.Hash(token)}
	found, err := db.Found(s.DB.Reader(ctx).Get(ctx, &sess, sqlSession, sess.hash))
	if err != nil || !found {
		return nil, nil, err
	}
	now := s.DB.Now()
	if !now.Before(sess.ExpiresAt.Time) {
		return nil, nil, nil
	}
	actor, generation, err := s.Users.Actor(ctx, sess.UserID)
	if err != nil || actor == nil || generation != sess.Generation {
		return nil, nil, err
	}
	actor.Via = "session"
	if !sess.Pending && c.Locals(peekLocal) == nil && now.Sub(sess.SeenAt.Time) > 5*time.Minute {
		if err := s.touch(ctx, sess, now); err != nil { // a full disk must still let people read
			slog.Warn("the use of a session could not be noted", "session", sess.ID, "error", err)
		}
	}
	return &sess, actor, nil
}

// touch moves the end of an idle session; an access trace, no decision.
func (s *Server) touch(ctx context.Context, sess Session, now time.Time) error {
	end := now.Add(idleLimit)
	if sess.Keep {
		end = now.Add(keepLimit)
	}
	return s.DB.Write(ctx, "session.seen", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		_, err := tx.Exec(ctx, sqlSeen, db.At(now), db.At(end), sess.ID)
		return err
	})
}

func sessionOf(c *fiber.Ctx) *Session {
	s, _ := c.Locals(sessionLocal).(*Session)
	return s
}

// SessionOf is the request's session, or nil; for the pages about sessions.
func SessionOf(c *fiber.Ctx) *Session { return sessionOf(c) }

// Proved tells whether the password was typed in the last ten minutes.
func Proved(c *fiber.Ctx) bool {
	s := sessionOf(c)
	return s != nil && From(c).DB.Now().Sub(s.ProvedAt.Time) <= proofLimit
}
