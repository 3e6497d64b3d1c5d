package app

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/sales/promise"
	"regulars/app/sys/auth"
)

// vows take down what was promised in an exchange.
type vows struct{ a *App }

// MayMake implements followup.Promises.
func (v vows) MayMake(ctx context.Context) bool { return auth.From(ctx).Can(promise.Write) }

// MadeIn implements followup.Promises.
func (v vows) MadeIn(ctx context.Context, customer int64, side, kind, words string, by cal.Date, amount string) error {
	return v.a.promises.MadeIn(ctx, customer, side, kind, words, by, amount)
}
