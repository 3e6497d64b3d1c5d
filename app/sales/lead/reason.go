package lead

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Why leads are given up: a list that the shop edits. Those that were used
// before are only no longer offered.

// first are the reasons of a new shop, by language.
var first = map[string][]string{
	"en":    {"Not reachable", "No budget", "Not what they need", "Bought elsewhere", "Only asking", "Wrong number or spam"},
	"zh-CN": {"联系不上", "预算不够", "需求不符", "已在别家购买", "只是问问", "空号或垃圾信息"},
}

// Seed gives a new shop its first reasons.
func Seed(ctx context.Context, tx *db.Tx, locale string) error {
	names := first[locale]
	if names == nil {
		names = first["en"]
	}
	for i, name := range names {
		if _, err := addReason(ctx, tx, name, i); err != nil {
			return err
		}
	}
	return nil
}

// Start gives a shop that was there before its first reasons.
func (s *Service) Start(ctx context.Context) error {
	have, err := reasons(ctx, s.db.Reader(ctx))
	if err != nil || len(have) > 0 {
		return err
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil || !b.Ready() {
		return err
	}
	return s.db.Write(auth.With(ctx, auth.System("start")), "lead.seed", func(ctx context.Context, tx *db.Tx) error { return Seed(ctx, tx, b.Locale) })
}

// Reasons are why leads are given up, those that are no longer offered last.
func (s *Service) Reasons(ctx context.Context) ([]Reason, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return reasons(ctx, s.db.Reader(ctx))
}

// SaveReasons makes the list what is said, in this order: a reason with an id is
// renamed, one without is new, one that is missing is no longer offered.
func (s *Service) SaveReasons(ctx context.Context, want []Reason) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.reasons", func(ctx context.Context, tx *db.Tx) error {
		have, err := reasons(ctx, tx)
		if err != nil {
			return err
		}
		journal.About(tx, "lead_reason", 0, "")
		c := &errs.Check{}
		kept := map[int64]bool{}
		for i, r := range want {
			r.Name = strings.Join(strings.Fields(text.Line(r.Name)), " ")
			if r.Name == "" {
				continue
			}
			c.That(len([]rune(r.Name)) <= maxShort, "reason", "error.long", "n", maxShort)
			if err := c.Err(); err != nil {
				return err
			}
			if r.ID == 0 {
				_, err = addReason(ctx, tx, r.Name, i)
			} else {
				kept[r.ID] = true
				r.Active, r.Position = true, i
				err = setReason(ctx, tx, r)
			}
			if err != nil {
				return err
			}
		}
		for _, r := range have {
			if kept[r.ID] || !r.Active {
				continue
			}
			r.Active, r.Position = false, len(want)+1
			if err := setReason(ctx, tx, r); err != nil {
				return fmt.Errorf("put a reason away: %w", err)
			}
		}
		return nil
	})
}
