package product

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Beside is what stands beside a product on its page: its variants, the product
// it is a variant of, and what goes well with it.
type Beside struct {
	Parent   Product // of a variant; otherwise without an id
	Variants []Product
	Related  []Product
}

// Beside reads it.
func (s *Service) Beside(ctx context.Context, p Product) (Beside, error) {
	var b Beside
	if err := auth.From(ctx).May(Read); err != nil {
		return b, err
	}
	q := s.db.Reader(ctx)
	var err error
	if b.Variants, err = several(ctx, q, sqlVariants, p.ID); err != nil {
		return b, err
	}
	if b.Related, err = several(ctx, q, sqlRelated, p.ID, p.ID); err != nil || p.ParentID == 0 {
		return b, err
	}
	b.Parent, err = get(ctx, q, int64(p.ParentID))
	return b, err
}

// Relate says that another product, by its code or name, goes well with one.
func (s *Service) Relate(ctx context.Context, id int64, other string) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "product.relate", func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		o, found, err := s.Named(ctx, oneLine(other))
		if err != nil {
			return err
		}
		c := &errs.Check{}
		c.That(found && o.ID != id, "related", "order.error.no_product")
		if err := c.Err(); err != nil {
			return err
		}
		journal.About(tx, "product", id, p.Name)
		return relate(ctx, tx, id, o.ID)
	})
}

// Unrelate takes that back.
func (s *Service) Unrelate(ctx context.Context, id, other int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "product.unrelate", func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "product", id, p.Name)
		return unrelate(ctx, tx, id, other)
	})
}

// checkParent refuses a product that would be a variant of itself, of a variant
// or while it has variants: one step is all there is.
func checkParent(ctx context.Context, q db.Q, id, parent int64) error {
	if parent == 0 {
		return nil
	}
	c := &errs.Check{}
	p, err := get(ctx, q, parent)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	c.That(err == nil && parent != id, "parent_id", "order.error.no_product")
	c.That(p.ParentID == 0, "parent_id", "product.error.variant_of_variant")
	if id != 0 {
		variants, err := several(ctx, q, sqlVariants, id)
		if err != nil {
			return err
		}
		c.That(len(variants) == 0, "parent_id", "product.error.variant_of_variant")
	}
	return c.Err()
}
