package analysis

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlMail    = db.SQL(`SELECT rhythm, day, since, papers FROM analysis_mail WHERE report_id = ?`)
	sqlReaders = db.SQL(`SELECT user_id FROM analysis_reader WHERE report_id = ? ORDER BY user_id`)
	sqlPutMail = db.SQL(`
		INSERT INTO analysis_mail (report_id, rhythm, day, since, papers) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (report_id) DO UPDATE SET rhythm = excluded.rhythm, day = excluded.day, since = excluded.since, papers = excluded.papers`)
	sqlDropMail    = db.SQL(`DELETE FROM analysis_mail WHERE report_id = ?`)
	sqlDropReaders = db.SQL(`DELETE FROM analysis_reader WHERE report_id = ?`)
	sqlAddReader   = db.SQL(`INSERT INTO analysis_reader (report_id, user_id) VALUES (?, ?)`)
	sqlScheduled   = db.SQL(`
		SELECT m.report_id, m.rhythm, m.day, m.since, m.papers, coalesce((SELECT max(t.slot) FROM analysis_sent t WHERE t.report_id = m.report_id), '') AS last
		FROM analysis_mail m ORDER BY m.report_id`)
	sqlSent = db.SQL(`INSERT INTO analysis_sent (report_id, slot, sent_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
)

func mailOf(ctx context.Context, q db.Q, id int64) (Mail, error) {
	m := Mail{Readers: []int64{}}
	if _, err := db.Found(q.Get(ctx, &m, sqlMail, id)); err != nil {
		return m, fmt.Errorf("read when report %d comes: %w", id, err)
	}
	if err := q.Select(ctx, &m.Readers, sqlReaders, id); err != nil {
		return m, fmt.Errorf("read who gets report %d: %w", id, err)
	}
	return m, nil
}

func putMail(ctx context.Context, tx *db.Tx, id int64, m Mail) error {
	if _, err := tx.Exec(ctx, sqlDropReaders, id); err != nil {
		return fmt.Errorf("change who gets report %d: %w", id, err)
	}
	if m.Rhythm == "" {
		if _, err := tx.Exec(ctx, sqlDropMail, id); err != nil {
			return fmt.Errorf("stop the mail of report %d: %w", id, err)
		}
		return nil
	}
	if _, err := tx.Exec(ctx, sqlPutMail, id, m.Rhythm, m.Day, m.Since, m.Papers); err != nil {
		return fmt.Errorf("change when report %d comes: %w", id, err)
	}
	for _, user := range m.Readers {
		if _, err := tx.Insert(ctx, sqlAddReader, id, user); err != nil {
			return fmt.Errorf("send report %d to %d: %w", id, user, err)
		}
	}
	return nil
}

// due is a report that comes by mail, with the last day it was sent for.
type due struct {
	Mail
	ReportID int64  `db:"report_id"`
	Last     string `db:"last"`
}

func scheduled(ctx context.Context, q db.Q) ([]due, error) {
	var out []due
	if err := q.Select(ctx, &out, sqlScheduled); err != nil {
		return nil, fmt.Errorf("list the reports that come by mail: %w", err)
	}
	return out, nil
}

func noteSent(ctx context.Context, tx *db.Tx, id int64, slot string) (bool, error) {
	n, err := tx.Exec(ctx, sqlSent, id, slot, db.At(tx.Now))
	if err != nil {
		return false, fmt.Errorf("note that report %d was sent: %w", id, err)
	}
	return n == 1, nil
}
