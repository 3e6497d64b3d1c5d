package customer

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

var (
	sqlBulkRows  = `SELECT c.id, c.owner_id, c.level, c.region, c.source, c.fields FROM customer c WHERE c.id IN (?) AND ` + auth.CustomerSQL + ` AND ` + editSQL
	sqlBulkTags  = `SELECT customer_id, tag_id FROM customer_tag WHERE customer_id IN (?) AND tag_id IN (?)`
	sqlSetRegion = db.SQL(`UPDATE customer SET region = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlSetFields = db.SQL(`UPDATE customer SET fields = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
)

// bulkRows reads those of the customers that the actor may change.
func bulkRows(ctx context.Context, q db.Q, ids, tags []int64) ([]bulkRow, error) {
	a := auth.From(ctx)
	query, args, err := sqlx.In(sqlBulkRows, slices.Concat([]any{ids}, a.Scope().Args(), editor(a))...)
	if err != nil {
		return nil, fmt.Errorf("look at many customers: %w", err)
	}
	var rows []bulkRow
	if err := q.Select(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("look at many customers: %w", err)
	}
	if len(tags) == 0 {
		return rows, nil
	}
	at := map[int64]*bulkRow{}
	for i := range rows {
		at[rows[i].ID] = &rows[i]
	}
	if query, args, err = sqlx.In(sqlBulkTags, ids, tags); err != nil {
		return nil, fmt.Errorf("look at the tags of many customers: %w", err)
	}
	err = q.Each(ctx, query, args, func(r *sqlx.Rows) error {
		var customer, tag int64
		if err := r.Scan(&customer, &tag); err != nil {
			return err
		}
		if row := at[customer]; row != nil {
			row.tags = append(row.tags, tag)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look at the tags of many customers: %w", err)
	}
	return rows, nil
}

// checkOwner makes sure that an owner (0 = nobody) is somebody who works here.
func checkOwner(ctx context.Context, q db.Q, owner int64) error {
	if owner == 0 {
		return nil
	}
	var n int
	if err := q.Get(ctx, &n, sqlUserExists, owner); err != nil {
		return fmt.Errorf("look up owner: %w", err)
	}
	c := &errs.Check{}
	c.That(n == 1, "owner_id", "error.person")
	return c.Err()
}

// findTags looks the tags up that there are.
func (b *bulkWork) findTags(ctx context.Context, q db.Q) error {
	for _, name := range b.names {
		var id int64
		found, err := db.Found(q.Get(ctx, &id, sqlFindTag, name))
		if err != nil {
			return fmt.Errorf("look up tag %s: %w", name, err)
		}
		if found {
			b.tags = append(b.tags, id)
		}
	}
	return nil
}

// makeTags makes those that there are not, when they are to be put on.
func (b *bulkWork) makeTags(ctx context.Context, tx *db.Tx) error {
	if b.Field != bulkAddTags {
		return nil
	}
	b.tags = nil
	for _, name := range b.names {
		id, err := tagID(ctx, tx, name)
		if err != nil {
			return err
		}
		b.tags = append(b.tags, id)
	}
	return nil
}

// apply changes one customer; r keeps up with their added values.
func (b *bulkWork) apply(ctx context.Context, tx *db.Tx, r *bulkRow) error {
	var err error
	now := db.At(tx.Now)
	switch b.Field {
	case bulkOwner:
		_, err = tx.Exec(ctx, sqlAssign, db.ID(b.owner), now, r.ID)
	case bulkLevel:
		_, err = tx.Exec(ctx, sqlSetLevel, b.text, now, r.ID)
	case bulkRegion:
		_, err = tx.Exec(ctx, sqlSetRegion, b.text, now, r.ID)
	case bulkSource:
		_, err = tx.Exec(ctx, sqlSetSource, b.text, now, r.ID)
	case bulkAddTags, bulkDropTags:
		for _, tag := range b.tags {
			if b.Field == bulkAddTags {
				_, err = tx.Insert(ctx, sqlAddTag, r.ID, tag)
			} else {
				_, err = tx.Exec(ctx, sqlDropTag, r.ID, tag)
			}
			if err != nil {
				break
			}
		}
	default:
		values := custom.Values{}
		maps.Copy(values, r.Values)
		if values[b.own.Slot()] = b.value; b.value == nil {
			delete(values, b.own.Slot())
		}
		r.Values = values
		_, err = tx.Exec(ctx, sqlSetFields, values.JSON(), now, r.ID)
	}
	if err != nil {
		return fmt.Errorf("change %s of customer %d: %w", b.Field, r.ID, err)
	}
	return nil
}
