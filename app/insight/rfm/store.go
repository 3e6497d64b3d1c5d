package rfm

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlSegments   = db.SQL(`SELECT id, key, position, name_en, name_zh, r_from, r_to, f_from, f_to, m_from, m_to FROM prediction_segment ORDER BY position, id`)
	sqlPutSegment = db.SQL(`
		INSERT INTO prediction_segment (key, position, name_en, name_zh, r_from, r_to, f_from, f_to, m_from, m_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET position = excluded.position, name_en = excluded.name_en, name_zh = excluded.name_zh, r_from = excluded.r_from,
			r_to = excluded.r_to, f_from = excluded.f_from, f_to = excluded.f_to, m_from = excluded.m_from, m_to = excluded.m_to`)
	sqlNext = db.SQL(`
		SELECT b.customer_id, b.cohort, b.last_on, b.recent_days, b.recent_total, coalesce(p.r, 0) AS r, coalesce(p.f, 0) AS f, coalesce(p.m, 0) AS m,
			coalesce(p.segment, '') AS segment, coalesce(p.month, '') AS month, coalesce(p.before, '') AS before
		FROM prediction_buyer b LEFT JOIN prediction_rfm p ON p.customer_id = b.customer_id WHERE b.customer_id > ? ORDER BY b.customer_id LIMIT ?`)
	sqlPut = db.SQL(`
		INSERT INTO prediction_rfm (customer_id, r, f, m, segment, month, before)
		SELECT customer_id, ?2, ?3, ?4, ?5, ?6, ?7 FROM prediction_buyer WHERE customer_id = ?1
		ON CONFLICT (customer_id) DO UPDATE SET r = excluded.r, f = excluded.f, m = excluded.m, segment = excluded.segment, month = excluded.month, before = excluded.before`)
	sqlForget  = db.SQL(`DELETE FROM prediction_rfm WHERE customer_id = ?`)
	sqlPlace   = db.SQL(`SELECT r, f, m, segment, before FROM prediction_rfm WHERE customer_id = ? AND segment <> ''`)
	sqlVisible = db.SQL(`SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlMoved   = db.List(`
		SELECT p.customer_id, c.name, p.r, p.f, p.m, b.last_on, b.recent_total
		FROM prediction_rfm p CROSS JOIN customer c ON c.id = p.customer_id CROSS JOIN prediction_buyer b ON b.customer_id = p.customer_id
		WHERE p.before = ? AND p.segment = ? AND p.customer_id > ? AND ` + auth.CustomerSQL + `
		ORDER BY p.customer_id LIMIT ?`)
)

// readSegments is the table as it holds: the owner's, or the one to begin with.
func readSegments(ctx context.Context, q db.Q) (Segments, error) {
	var out Segments
	if err := q.Select(ctx, &out, sqlSegments); err != nil {
		return nil, fmt.Errorf("read the segments: %w", err)
	}
	if len(out) != len(Keys) {
		return Standard(), nil
	}
	return out, nil
}

func putSegments(ctx context.Context, tx *db.Tx, list Segments) error {
	for _, g := range list {
		if _, err := tx.Exec(ctx, sqlPutSegment, g.Key, g.Position, g.NameEN, g.NameZH, g.RFrom, g.RTo, g.FFrom, g.FTo, g.MFrom, g.MTo); err != nil {
			return fmt.Errorf("store segment %s: %w", g.Key, err)
		}
	}
	return nil
}

func put(ctx context.Context, tx *db.Tx, rows []row) error {
	for _, r := range rows {
		if _, err := tx.Exec(ctx, sqlPut, r.CustomerID, r.R, r.F, r.M, r.Segment, r.Month, r.Before); err != nil {
			return fmt.Errorf("store the segment of customer %d: %w", r.CustomerID, err)
		}
	}
	return nil
}

func forget(ctx context.Context, tx *db.Tx, customer int64) error {
	if _, err := tx.Exec(ctx, sqlForget, customer); err != nil {
		return fmt.Errorf("forget the segment of customer %d: %w", customer, err)
	}
	return nil
}

// Moved is somebody who came from one segment into another this month.
type Moved struct {
	CustomerID  int64  `db:"customer_id"`
	Name        string `db:"name"`
	R           int    `db:"r"`
	F           int    `db:"f"`
	M           int    `db:"m"`
	LastOn      string `db:"last_on"`
	RecentTotal int64  `db:"recent_total"`
}

const pageRows = 50

// Moved are those who came from one segment ("" for none) into another this
// month and whom the actor may see.
func (s *Service) Moved(ctx context.Context, from, to, after string) (out []Moved, next string, err error) {
	actor := auth.From(ctx)
	if err := actor.May("prediction.read"); err != nil {
		return nil, "", err
	}
	last := int64(0)
	if after != "" {
		last, err = strconv.ParseInt(after, 10, 64)
	}
	if err != nil || !slices.Contains(Keys, to) || from != "" && !slices.Contains(Keys, from) {
		return nil, "", errs.NotVisible()
	}
	args := append([]any{from, to, last}, actor.Scope().Args()...)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlMoved, append(args, pageRows+1)...); err != nil {
		return nil, "", fmt.Errorf("read who changed segment: %w", err)
	}
	if len(out) > pageRows {
		out = out[:pageRows]
		next = strconv.FormatInt(out[pageRows-1].CustomerID, 10)
	}
	return out, next, nil
}
