package api

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

var (
	sqlKey = db.SQL(`
		SELECT body_hash, coalesce(status, 0) AS status, coalesce(location, '') AS location, coalesce(body, '') AS body
		FROM idempotency WHERE user_id = ? AND key_hash = ?`)
	sqlAddKey = db.SQL(`INSERT INTO idempotency (user_id, key_hash, body_hash, set_id, created_at) VALUES (?, ?, ?, ?, ?)`)
	sqlAnswer = db.SQL(`UPDATE idempotency SET status = ?, location = ?, body = ? WHERE user_id = ? AND key_hash = ?`)
)

// attempt is one call with an Idempotency-Key. The key is stored in the same
// transaction as the call's own change, so a retry after a crash can never
// change anything a second time.
type attempt struct {
	user      int64
	key, body string
	stored    bool
}

type attemptKey struct{}

// Idempotency is the db hook that stores the key of the running call.
type Idempotency struct{}

// Begin implements db.Hook.
func (Idempotency) Begin(context.Context, *db.Tx) error { return nil }

// Commit stores the key once, with the call's first change.
func (Idempotency) Commit(ctx context.Context, tx *db.Tx) error {
	a, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok || a.stored || strings.HasPrefix(tx.Op, "token.") {
		return nil
	}
	_, err := tx.Exec(ctx, sqlAddKey, a.user, a.key, a.body, tx.Set, db.At(tx.Now))
	if db.IsUnique(err) {
		return errs.New(errs.Conflict, "error.idempotency_running")
	}
	if err != nil {
		return fmt.Errorf("store idempotency key: %w", err)
	}
	a.stored = true
	return nil
}

// Retry answers a repeated POST from the first one's answer and remembers the
// answer of a new one. It stands after authentication.
func Retry(d *db.DB) fiber.Handler {
	return func(c *fiber.Ctx) error {
		key := c.Get("Idempotency-Key")
		if key == "" || c.Method() != fiber.MethodPost {
			return c.Next()
		}
		if len(key) > 255 {
			return errs.New(errs.Invalid, "error.idempotency_long")
		}
		ctx := c.UserContext()
		a := &attempt{user: auth.From(ctx).UserID, key: id.Hash(c.Path() + "\n" + key), body: id.Hash(c.OriginalURL() + "\n" + string(c.Body()))}
		var before struct {
			BodyHash string `db:"body_hash"`
			Status   int    `db:"status"`
			Location string `db:"location"`
			Body     string `db:"body"`
		}
		found, err := db.Found(d.Reader(ctx).Get(ctx, &before, sqlKey, a.user, a.key))
		if err != nil {
			return fmt.Errorf("look up idempotency key: %w", err)
		}
		if found {
			return repeat(c, before.BodyHash == a.body, before.Status, before.Location, before.Body)
		}
		c.SetUserContext(context.WithValue(ctx, attemptKey{}, a))
		if err := c.Next(); err != nil {
			return err
		}
		if !a.stored {
			return nil // nothing was changed, so a retry is free to try again
		}
		return d.Write(ctx, "api.answer", func(ctx context.Context, tx *db.Tx) error {
			r := c.Response()
			_, err := tx.Exec(ctx, sqlAnswer, r.StatusCode(), string(r.Header.Peek("Location")), string(r.Body()), a.user, a.key)
			return err
		})
	}
}

// repeat sends the first answer again. When the process died between the
// change and its answer, the change stands and only its words are lost.
func repeat(c *fiber.Ctx, same bool, status int, location, body string) error {
	if !same {
		return errs.New(errs.Invalid, "error.idempotency_other")
	}
	if status == 0 {
		return errs.New(errs.Conflict, "error.idempotency_done")
	}
	c.Set("Idempotency-Replayed", "true")
	if location != "" {
		c.Set(fiber.HeaderLocation, location)
	}
	if body != "" {
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	}
	return c.Status(status).SendString(body)
}
