package task

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

const columns = `t.id, t.kind, t.title, t.customer_id, c.name AS customer_name, t.owner_id, u.name AS owner_name, t.creator_id, t.due_at,
	t.done_at, t.done_by, t.followup_id, t.source_key, t.about_kind, t.about_id, t.notes, t.created_at, t.updated_at, t.version`

const from = `task t LEFT JOIN customer c ON c.id = t.customer_id LEFT JOIN user u ON u.id = t.owner_id`

var (
	sqlOne     = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.id = ?`)
	sqlVisible = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.id = ? AND ` + visibleSQL)
	sqlInsert  = db.SQL(`
		INSERT INTO task (kind, title, customer_id, owner_id, creator_id, due_at, followup_id, source_key, about_kind, about_id, notes, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE task SET kind = ?, title = ?, customer_id = ?, owner_id = ?, due_at = ?, notes = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDone     = db.SQL(`UPDATE task SET done_at = ?, done_by = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete   = db.SQL(`DELETE FROM task WHERE id = ?`)
	sqlBySource = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.source_key = ?`)
	sqlAlikeOf  = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.customer_id = ? AND t.title = ? AND t.due_sort >= ? AND t.due_sort < ? LIMIT 1`)
	sqlAlike    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.customer_id IS NULL AND t.title = ? AND t.due_sort >= ? AND t.due_sort < ? LIMIT 1`)
	sqlOpenNext = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE t.customer_id = ? AND ifnull(t.owner_id, 0) = ? AND t.kind = 'follow_up' AND t.done_at IS NULL`)
	sqlOfFollowUp = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE t.followup_id = ? AND t.done_at IS NULL`)
	sqlRemember   = db.SQL(`INSERT INTO task_reminder (task_id, due_at) VALUES (?, ?) ON CONFLICT (task_id) DO UPDATE SET due_at = excluded.due_at`)
	sqlForget     = db.SQL(`DELETE FROM task_reminder WHERE task_id = ?`)
	sqlToRemind   = db.List(`SELECT task_id FROM task_reminder WHERE due_at <= ? ORDER BY due_at LIMIT 200`)
	sqlPerson     = db.SQL(`SELECT id, name, email, locale, timezone, digest_at, status, created_at FROM user WHERE id = ?`)
	sqlPeople     = db.SQL(`SELECT id, name, email, locale, timezone, digest_at, status, created_at FROM user WHERE status = 'active' AND digest_at <> ''`)
	sqlDigested   = db.SQL(`SELECT count(*) FROM digest_run WHERE user_id = ? AND day = ?`)
	sqlDigest     = db.SQL(`INSERT INTO digest_run (user_id, day, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
	sqlDigestOld  = db.SQL(`DELETE FROM digest_run WHERE user_id = ? AND at < ?`)
	sqlFeed       = db.SQL(`SELECT user_id FROM calendar_feed WHERE token_hash = ?`)
	sqlFeedSince  = db.SQL(`SELECT created_at FROM calendar_feed WHERE user_id = ?`)
	sqlSetFeed    = db.SQL(`
		INSERT INTO calendar_feed (user_id, token_hash, created_at) VALUES (?, ?, ?)
		ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`)
	sqlDropFeed = db.SQL(`DELETE FROM calendar_feed WHERE user_id = ?`)
	sqlDue      = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE t.owner_id = ? AND t.done_at IS NULL AND t.due_sort < ? ORDER BY t.due_sort, t.id LIMIT ?`)
	sqlDueCount = db.SQL(`
		SELECT count(*) AS n, coalesce(min(due_sort), 0) AS first FROM (
			SELECT due_sort FROM task WHERE owner_id = ? AND done_at IS NULL AND due_sort < ? ORDER BY due_sort LIMIT 100)`)
	sqlCalendar = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE t.owner_id = ? AND t.done_at IS NULL AND t.due_sort >= ? AND t.due_at IS NOT NULL ORDER BY t.due_sort, t.id LIMIT 1000`)
	sqlAbout = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE t.about_kind = ? AND t.about_id = ? AND t.done_at IS NULL AND ` + visibleSQL + ` ORDER BY t.due_sort, t.id LIMIT 50`)
	sqlOfCustomer = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE t.customer_id = ? AND t.done_at IS NULL AND ` + visibleSQL + ` ORDER BY t.due_sort, t.id LIMIT 50`)
)

func one(ctx context.Context, q db.Q, id int64) (Task, error) {
	var t Task
	err := q.Get(ctx, &t, sqlOne, id)
	return t, db.OrNotFound(err)
}

// visible reads a task that the scope holds.
func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Task, error) {
	var t Task
	err := q.Get(ctx, &t, sqlVisible, append([]any{id}, visibleArgs(scope)...)...)
	return t, db.OrNotFound(err)
}

// maybe reads a task that need not be there.
func maybe(ctx context.Context, q db.Q, query string, args ...any) (t Task, found bool, err error) {
	found, err = db.Found(q.Get(ctx, &t, query, args...))
	return t, found, err
}

func insert(ctx context.Context, tx *db.Tx, t Task) (int64, error) {
	now := db.At(tx.Now)
	id, err := tx.Insert(ctx, sqlInsert, t.Kind, t.Title, t.CustomerID, t.OwnerID, t.CreatorID, t.DueAt, t.FollowUpID, t.SourceKey, t.Subject.Kind, t.Subject.ID, t.Notes, now, now)
	if err != nil {
		return 0, fmt.Errorf("add task: %w", err)
	}
	t.ID = id
	return id, remember(ctx, tx, t)
}

func update(ctx context.Context, tx *db.Tx, t Task) error {
	if _, err := tx.Exec(ctx, sqlUpdate, t.Kind, t.Title, t.CustomerID, t.OwnerID, t.DueAt, t.Notes, db.At(tx.Now), t.ID); err != nil {
		return fmt.Errorf("change task %d: %w", t.ID, err)
	}
	return remember(ctx, tx, t)
}

// finish sets or, with a zero time, takes back that a task is done.
func finish(ctx context.Context, tx *db.Tx, t Task) error {
	if _, err := tx.Exec(ctx, sqlDone, t.DoneAt, t.DoneBy, db.At(tx.Now), t.ID); err != nil {
		return fmt.Errorf("finish task %d: %w", t.ID, err)
	}
	return remember(ctx, tx, t)
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete task %d: %w", id, err)
	}
	return nil
}

// remember keeps the due time of an open task until it was told.
func remember(ctx context.Context, tx *db.Tx, t Task) error {
	var err error
	if t.Open() && !t.DueAt.IsZero() {
		_, err = tx.Exec(ctx, sqlRemember, t.ID, t.DueAt)
	} else {
		_, err = tx.Exec(ctx, sqlForget, t.ID)
	}
	if err != nil {
		return fmt.Errorf("keep the reminder of task %d: %w", t.ID, err)
	}
	return nil
}

func forget(ctx context.Context, tx *db.Tx, id int64) error {
	_, err := tx.Exec(ctx, sqlForget, id)
	return err
}

func toRemind(ctx context.Context, q db.Q, now time.Time) (ids []int64, err error) {
	err = q.Select(ctx, &ids, sqlToRemind, db.At(now))
	return ids, err
}

// person is what a due time and a digest need to know of somebody.
type person struct {
	ID        int64   `db:"id"`
	Name      string  `db:"name"`
	Email     string  `db:"email"`
	Locale    string  `db:"locale"`
	Timezone  string  `db:"timezone"`
	DigestAt  string  `db:"digest_at"`
	Status    string  `db:"status"`
	CreatedAt db.Time `db:"created_at"`
	hours     Hours
}

// settle fills in the shop's language and zone where a person chose none.
func (p *person) settle(b setting.Business) {
	if p.Locale == "" {
		p.Locale = b.Locale
	}
	p.hours = Hours{Zone: b.Zone(), Digest: defaultDigest}
	if zone, err := cal.Zone(p.Timezone); err == nil {
		p.hours.Zone = zone
	}
	if minutes, err := cal.ParseClock(p.DigestAt); err == nil {
		p.hours.Digest = minutes
	}
}

// personOf reads somebody; nobody has the shop's hours.
func personOf(ctx context.Context, q db.Q, id int64) (person, error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return person{}, err
	}
	var p person
	if _, err := db.Found(q.Get(ctx, &p, sqlPerson, id)); err != nil {
		return p, fmt.Errorf("read user %d: %w", id, err)
	}
	p.settle(b)
	return p, nil
}

// digestReaders are the people who want a digest.
func digestReaders(ctx context.Context, q db.Q) ([]person, error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []person
	if err := q.Select(ctx, &out, sqlPeople); err != nil {
		return nil, fmt.Errorf("list the readers of digests: %w", err)
	}
	for i := range out {
		out[i].settle(b)
	}
	return out, nil
}

func digested(ctx context.Context, q db.Q, user int64, day cal.Date) (bool, error) {
	var n int
	err := q.Get(ctx, &n, sqlDigested, user, day)
	return n > 0, err
}

// claimDigest is true for the one who makes the digest of that day.
func claimDigest(ctx context.Context, tx *db.Tx, user int64, day cal.Date) (bool, error) {
	n, err := tx.Exec(ctx, sqlDigest, user, day, db.At(tx.Now))
	if err != nil {
		return false, fmt.Errorf("claim the digest of user %d: %w", user, err)
	}
	return n == 1, nil
}

func forgetDigests(ctx context.Context, tx *db.Tx, user int64, before time.Time) error {
	_, err := tx.Exec(ctx, sqlDigestOld, user, db.At(before))
	return err
}

// due lists a person's open tasks that fall due before a moment.
func due(ctx context.Context, q db.Q, user int64, before time.Time, limit int) ([]Task, error) {
	var out []Task
	if err := q.Select(ctx, &out, sqlDue, user, before.UnixMilli(), limit); err != nil {
		return nil, fmt.Errorf("list what is due: %w", err)
	}
	return out, nil
}

// dueCount tells how much is due before a moment, up to 100, and when the first
// of it was.
func dueCount(ctx context.Context, q db.Q, user int64, before time.Time) (n int, first time.Time, err error) {
	var row struct {
		N     int   `db:"n"`
		First int64 `db:"first"`
	}
	if err := q.Get(ctx, &row, sqlDueCount, user, before.UnixMilli()); err != nil {
		return 0, first, fmt.Errorf("count what is due: %w", err)
	}
	return row.N, time.UnixMilli(row.First), nil
}

func ofCalendar(ctx context.Context, q db.Q, user int64, since time.Time) ([]Task, error) {
	var out []Task
	if err := q.Select(ctx, &out, sqlCalendar, user, since.UnixMilli()); err != nil {
		return nil, fmt.Errorf("list the tasks of a calendar: %w", err)
	}
	return out, nil
}

func ofCustomer(ctx context.Context, q db.Q, scope auth.Scope, customer int64) ([]Task, error) {
	out := []Task{}
	if err := q.Select(ctx, &out, sqlOfCustomer, append([]any{customer}, visibleArgs(scope)...)...); err != nil {
		return nil, fmt.Errorf("list the tasks of customer %d: %w", customer, err)
	}
	return out, nil
}

func feedUser(ctx context.Context, q db.Q, hash string) (user int64, err error) {
	err = q.Get(ctx, &user, sqlFeed, hash)
	return user, db.OrNotFound(err)
}

func feedSince(ctx context.Context, q db.Q, user int64) (at db.Time, err error) {
	_, err = db.Found(q.Get(ctx, &at, sqlFeedSince, user))
	return at, err
}

func setFeed(ctx context.Context, tx *db.Tx, user int64, hash string) error {
	_, err := tx.Exec(ctx, sqlSetFeed, user, hash, db.At(tx.Now))
	return err
}

func dropFeed(ctx context.Context, tx *db.Tx, user int64) error {
	_, err := tx.Exec(ctx, sqlDropFeed, user)
	return err
}
