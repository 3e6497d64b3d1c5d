package prediction

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
)

// MaySee is nil for those who may see figures of the whole shop: they have the
// permission and no record is hidden from them.
func MaySee(ctx context.Context) error {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return err
	}
	if !actor.Scope().Everything() {
		return errs.New(errs.Denied, "error.denied")
	}
	return nil
}

// Whole tells whether the reader sees the whole shop, for the sidebar.
func Whole(ctx context.Context) (bool, error) { return auth.From(ctx).Scope().Everything(), nil }
