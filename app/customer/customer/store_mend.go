package customer

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// Mend is one value of one customer that gives way to another; an empty To
// takes it away.
type Mend struct {
	CustomerID int64
	Name       string // of the customer, to show
	Field      string // name, birthday, phone, email
	From, To   string
}

var (
	sqlMendName     = db.SQL(`UPDATE customer SET name = ?, name_key = ?, sort_key = ?, updated_at = ?, version = version + 1 WHERE id = ? AND name = ?`)
	sqlMendBirthday = db.SQL(`UPDATE customer SET birthday = ?, updated_at = ?, version = version + 1 WHERE id = ? AND birthday = ?`)
	sqlSetLevel     = db.SQL(`UPDATE customer SET level = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlSetSource    = db.SQL(`UPDATE customer SET source = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlTouch        = db.SQL(`UPDATE customer SET updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlMendEmail    = db.SQL(`UPDATE customer_email SET email = ? WHERE customer_id = ? AND email = ?`)
	sqlMendNoEmail  = db.SQL(`DELETE FROM customer_email WHERE customer_id = ? AND email = ?`)
	sqlMendNoPhone  = db.SQL(`DELETE FROM customer_phone WHERE customer_id = ? AND raw = ? AND e164 = ''`)
)

// Mend changes single values of many customers, as one change.
func (s *Service) Mend(ctx context.Context, list []Mend) error {
	return s.bulk(ctx, "customer.mend", idsOf(list), func(ctx context.Context, tx *db.Tx) error {
		for _, m := range list {
			if err := mend(ctx, tx, m); err != nil {
				return fmt.Errorf("mend customer %d: %w", m.CustomerID, err)
			}
		}
		return s.mended(ctx, tx, idsOf(list))
	})
}

func idsOf(list []Mend) []int64 {
	var ids []int64
	for _, m := range list {
		ids = append(ids, m.CustomerID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func mend(ctx context.Context, tx *db.Tx, m Mend) error {
	now := db.At(tx.Now)
	var err error
	switch {
	case m.Field == "name" && m.To != "":
		_, err = tx.Exec(ctx, sqlMendName, m.To, text.CompanyKey(m.To), text.SortKey(m.To), now, m.CustomerID, m.From)
		return err
	case m.Field == "birthday":
		_, err = tx.Exec(ctx, sqlMendBirthday, m.To, now, m.CustomerID, m.From)
		return err
	case m.Field == "phone" && m.To == "":
		_, err = tx.Exec(ctx, sqlMendNoPhone, m.CustomerID, m.From)
	case m.Field == "email" && m.To == "":
		_, err = tx.Exec(ctx, sqlMendNoEmail, m.CustomerID, m.From)
	case m.Field == "email":
		_, err = tx.Exec(ctx, sqlMendEmail, m.To, m.CustomerID, m.From)
	default:
		return errs.New(errs.Invalid, "error.choice")
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlTouch, now, m.CustomerID)
	return err
}

// Classify sets the level or the source of many customers, as one change.
func (s *Service) Classify(ctx context.Context, ids []int64, field, value string) error {
	in := Input{Name: "x", Kind: Person}
	statement := sqlSetLevel
	switch field {
	case "level":
		in.Level = value
	case "source":
		in.Source, statement = value, sqlSetSource
	default:
		return errs.New(errs.Invalid, "error.choice")
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return err
	}
	if value = in.Level + in.Source; value == "" {
		c := &errs.Check{}
		c.Add(field, "error.required")
		return c.Err()
	}
	return s.bulk(ctx, "customer.classify", ids, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, statement, value, db.At(tx.Now), id); err != nil {
				return fmt.Errorf("classify customer %d: %w", id, err)
			}
		}
		return s.mended(ctx, tx, ids)
	})
}

// mended lets everybody know whom a change of many was about.
func (s *Service) mended(ctx context.Context, tx *db.Tx, ids []int64) error {
	if err := s.indexAll(ctx, tx, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.events.Publish(ctx, tx, Changed{CustomerID: id}); err != nil {
			return err
		}
	}
	return nil
}
