package followup

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/markup"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

// Promises writes down what was promised in an exchange; sales/promise has it.
type Promises interface {
	// MadeIn keeps a promise whose amount is as it was typed; errors name the
	// fields due_on, amount and words.
	MadeIn(ctx context.Context, customer int64, side, kind, words string, by cal.Date, amount string) error
	MayMake(ctx context.Context) bool
}

// PromiseSides are who can have promised, in the reader's language.
func (logBody) PromiseSides(d view.Data) []view.Option {
	return promiseOptions(d, "side", "theirs", "ours")
}

// PromiseKinds are what can have been promised.
func (logBody) PromiseKinds(d view.Data) []view.Option {
	return promiseOptions(d, "kind", "other", "pay", "deliver")
}

func promiseOptions(d view.Data, of string, values ...string) []view.Option {
	var out []view.Option
	for _, v := range values {
		out = append(out, view.Option{Value: v, Label: d.Locale.T("promise." + of + "." + v)})
	}
	return out
}

func (s *Service) mayPromise(ctx context.Context) bool {
	return s.promises != nil && auth.From(ctx).Can(Write) && s.promises.MayMake(ctx)
}

// keepAll keeps what the composer says, with the promise that was made in it:
// both or neither.
func (s *Service) keepAll(c *fiber.Ctx, customer int64, f form) (said string, err error) {
	ctx := web.Ctx(c)
	if f.PromiseBy == "" || s.promises == nil {
		return s.keep(ctx, c, customer, f)
	}
	by, err := cal.ParseDate(f.PromiseBy)
	if err != nil {
		return "", wrong("promise_by", "error.date")
	}
	err = s.db.Write(ctx, "followup.promise", func(ctx context.Context, tx *db.Tx) error {
		if said, err = s.keep(ctx, c, customer, f); err != nil {
			return err
		}
		err := s.promises.MadeIn(ctx, customer, f.PromiseSide, f.PromiseKind, task.Headline(markup.Text(f.Text)), by, f.PromiseSum)
		if e, ok := errs.As(err); ok && e.Kind == errs.Invalid {
			return beside(e)
		}
		return err
	})
	return said, err
}
