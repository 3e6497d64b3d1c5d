package api

import (
	"context"
	"fmt"
	"path"
	"reflect"
	"strconv"
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
		SELECT body_hash, set_id, coalesce(status, 0) AS status, coalesce(location, '') AS location, coalesce(body, '') AS body
		FROM idempotency WHERE user_id = ? AND key_hash = ?`)
	sqlAddKey = db.SQL(`INSERT INTO idempotency (user_id, key_hash, body_hash, set_id, created_at) VALUES (?, ?, ?, ?, ?)`)
	// sqlMade finds the record that a change made: what the change is about, or
	// else the first row of that name that it added.
	sqlMade = db.SQL(`
		SELECT coalesce((SELECT subject_id FROM journal_set WHERE id = ? AND subject_kind = ?),
			(SELECT row_id FROM journal_change WHERE set_id = ? AND op = 'I' AND (tbl = ? OR substr(tbl, -length(?)) = ?) ORDER BY id LIMIT 1), 0)`)
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
		if c.Method() != fiber.MethodPost {
			return c.Next()
		}
		return Once(c, d, auth.From(c.UserContext()).UserID, id.Hash(c.OriginalURL()+"\n"+string(c.Body())), c.Next)
	}
}

// Once runs next unless the user sent a call with this Idempotency-Key to this
// path before: then that one's answer is given again. body is the hash of what
// the call says; without a key next simply runs.
func Once(c *fiber.Ctx, d *db.DB, user int64, body string, next func() error) error {
	key := c.Get("Idempotency-Key")
	if key == "" {
		return next()
	}
	if len(key) > 255 {
		return errs.New(errs.Invalid, "error.idempotency_long")
	}
	ctx := c.UserContext()
	a := &attempt{user: user, key: id.Hash(c.Path() + "\n" + key), body: body}
	var before answer
	found, err := db.Found(d.Reader(ctx).Get(ctx, &before, sqlKey, a.user, a.key))
	if err != nil {
		return fmt.Errorf("look up idempotency key: %w", err)
	}
	if found {
		return repeat(c, d, before, before.BodyHash == a.body)
	}
	c.SetUserContext(context.WithValue(ctx, attemptKey{}, a))
	if err := next(); err != nil {
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

// answer is what the first call with a key was answered; Status 0 is a call
// that died, or still runs, between its change and its answer.
type answer struct {
	BodyHash string `db:"body_hash"`
	Set      db.ID  `db:"set_id"`
	Status   int    `db:"status"`
	Location string `db:"location"`
	Body     string `db:"body"`
}

// repeat sends the first answer again. When the process died between the
// change and its answer, the change stands and only its words are lost.
func repeat(c *fiber.Ctx, d *db.DB, before answer, same bool) error {
	if !same {
		return errs.New(errs.Invalid, "error.idempotency_other")
	}
	if before.Status == 0 {
		return retell(c, d, before.Set)
	}
	c.Set("Idempotency-Replayed", "true")
	if before.Location != "" {
		c.Set(fiber.HeaderLocation, before.Location)
	}
	if before.Body != "" {
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	}
	return c.Status(before.Status).SendString(before.Body)
}

// retell answers for a call whose words were lost: with the record that it
// made, as it is now. What made no record is only said to be done.
func retell(c *fiber.Ctx, d *db.DB, set db.ID) error {
	done := errs.New(errs.Conflict, "error.idempotency_done")
	noun := strings.TrimSuffix(strings.ReplaceAll(path.Base(c.Path()), "-", "_"), "s")
	var made int64
	part := "_" + noun
	if err := d.Reader(c.UserContext()).Get(c.UserContext(), &made, sqlMade, set, noun, set, noun, part, part); err != nil {
		return fmt.Errorf("find what an earlier call made: %w", err)
	}
	if set == 0 || made == 0 || path.Dir(c.Path()) != Prefix {
		return done
	}
	location := c.Path() + "/" + strconv.FormatInt(made, 10)
	c.Method(fiber.MethodGet)
	c.Request().SetRequestURI(location)
	c.Path(location)
	if err := c.RestartRouting(); err != nil {
		return err
	}
	if c.Response().StatusCode() != fiber.StatusOK {
		return done
	}
	c.Set("Idempotency-Replayed", "true")
	c.Set(fiber.HeaderLocation, location)
	c.Status(fiber.StatusCreated)
	return nil
}
