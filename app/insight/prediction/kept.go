package prediction

import (
	"context"
	"sync"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Nightly is a figure of the whole shop that a night makes anew after the rows of
// buyers.
type Nightly[T any] struct {
	DB   *db.DB
	Name string                                                       // of the figure
	Make func(ctx context.Context, q db.Q, today cal.Date) (T, error) // it reads only

	mu sync.Mutex // one run at a time
}

// Attach makes it follow the rows of buyers.
func (n *Nightly[T]) Attach(p *Service) { p.OnRows(n.Renew) }

// Renew makes it.
func (n *Nightly[T]) Renew(ctx context.Context, today cal.Date) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	ctx = auth.With(ctx, auth.System("job"))
	made, err := n.Make(ctx, n.DB.Reader(ctx), today)
	if err != nil {
		return err
	}
	return n.DB.Write(ctx, "prediction."+n.Name, func(ctx context.Context, tx *db.Tx) error { return Keep(ctx, tx, n.Name, made) })
}

// Read is what the last night made; made is false before the first.
func (n *Nightly[T]) Read(ctx context.Context) (last T, made bool, err error) {
	if err := MaySee(ctx); err != nil {
		return last, false, err
	}
	_, made, err = Figure(ctx, n.DB.Reader(ctx), n.Name, &last)
	return last, made, err
}
