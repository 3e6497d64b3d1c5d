package sharing

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

var (
	sqlNamed  = db.SQL(`SELECT name FROM user WHERE id = ?`)
	sqlShares = db.SQL(`
		SELECT x.user_id, u.name, x.access, x.follows FROM sharing x JOIN user u ON u.id = x.user_id WHERE x.customer_id = ? ORDER BY u.name`)
	sqlPut = db.SQL(`
		INSERT INTO sharing (customer_id, user_id, access, follows, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (customer_id, user_id) DO UPDATE SET access = excluded.access, follows = excluded.follows`)
	sqlDrop    = db.SQL(`DELETE FROM sharing WHERE customer_id = ? AND user_id = ?`)
	sqlOne     = db.SQL(`SELECT x.user_id, '' AS name, x.access, x.follows FROM sharing x WHERE x.customer_id = ? AND x.user_id = ?`)
	sqlActive  = db.SQL(`SELECT EXISTS (SELECT 1 FROM user WHERE id = ? AND status = 'active')`)
	sqlOwner   = db.SQL(`SELECT id, kind, name, language, level, owner_id FROM customer WHERE id = ?`)
	sqlKnown   = db.SQL(`SELECT c.name, u.name FROM customer c JOIN user u ON u.id = c.owner_id WHERE c.id = ?`)
	sqlHears   = db.SQL(`SELECT user_id FROM sharing WHERE customer_id = ? AND follows = 1`)
	sqlTheirs  = db.SQL(`SELECT id FROM customer WHERE owner_id = ? ORDER BY id LIMIT 20001`)
	sqlAsk     = db.SQL(`INSERT INTO sharing_request (customer_id, user_id, wants, note, at) VALUES (?, ?, ?, ?, ?)`)
	requestSQL = `SELECT r.id, r.customer_id, c.name AS customer_name, c.owner_id, r.user_id, u.name AS user_name, r.wants, r.note, r.state, r.at
		FROM sharing_request r JOIN customer c ON c.id = r.customer_id JOIN user u ON u.id = r.user_id `
	sqlRequest  = db.SQL(requestSQL + `WHERE r.id = ?`)
	sqlRequests = db.SQL(requestSQL + `WHERE r.state = 'open' AND (? = 1 OR c.owner_id = ? OR r.user_id = ?) ORDER BY r.id DESC LIMIT 200`)
	// What is open about one customer (?1), or about everybody that ?2 has.
	sqlSummaryOne = db.SQL(`
		SELECT 1 AS customers,
			(SELECT count(*) FROM task t WHERE t.customer_id = c.id AND t.owner_id = c.owner_id AND t.done_at IS NULL AND t.kind <> 'follow_up') AS tasks,
			(SELECT count(*) FROM task t WHERE t.customer_id = c.id AND t.owner_id = c.owner_id AND t.done_at IS NULL AND t.kind = 'follow_up') AS followups,
			(SELECT count(*) FROM feedback_case k WHERE k.customer_id = c.id AND k.owner_id = c.owner_id AND k.closed_at IS NULL) AS cases,
			(SELECT count(*) FROM survey_invitation i WHERE i.customer_id = c.id AND i.state IN ('queued', 'deferred')) AS invitations,
			0 AS other_tasks, 0 AS other_cases
		FROM customer c WHERE c.id = ?`)
	sqlSummaryAll = db.SQL(`
		SELECT (SELECT count(*) FROM customer c WHERE c.owner_id = u.id) AS customers,
			t.tasks, t.followups, t.other_tasks, k.cases, k.other_cases,
			(SELECT count(*) FROM survey_invitation i JOIN customer c ON c.id = i.customer_id WHERE c.owner_id = u.id AND i.state IN ('queued', 'deferred')) AS invitations
		FROM user u
		JOIN (SELECT count(*) FILTER (WHERE c.id IS NOT NULL AND t.kind <> 'follow_up') AS tasks, count(*) FILTER (WHERE c.id IS NOT NULL AND t.kind = 'follow_up') AS followups,
				count(*) FILTER (WHERE c.id IS NULL) AS other_tasks
			FROM task t LEFT JOIN customer c ON c.id = t.customer_id AND c.owner_id = t.owner_id WHERE t.owner_id = ?1 AND t.done_at IS NULL) t
		JOIN (SELECT count(c.id) AS cases, count(*) - count(c.id) AS other_cases
			FROM feedback_case k LEFT JOIN customer c ON c.id = k.customer_id AND c.owner_id = k.owner_id WHERE k.owner_id = ?1 AND k.closed_at IS NULL) k
		WHERE u.id = ?1`)
	sqlReads     = db.SQL(`SELECT EXISTS (SELECT 1 FROM sharing WHERE user_id = ? AND access = 'read')`)
	sqlMate      = db.SQL(`SELECT EXISTS (SELECT 1 FROM user WHERE id = ? AND team_id = ?)`)
	sqlTaskOf    = db.SQL(`SELECT EXISTS (SELECT 1 FROM task WHERE id = ? AND owner_id = ?)`)
	sqlCaseOf    = db.SQL(`SELECT EXISTS (SELECT 1 FROM feedback_case WHERE id = ? AND owner_id = ?)`)
	sqlDecide    = db.SQL(`UPDATE sharing_request SET state = ?, decided_by = ? WHERE id = ? AND state = 'open'`)
	sqlAddParcel = db.SQL(`INSERT INTO sharing_parcel (from_id, to_id, user_id, note, until, at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlAddPart   = db.SQL(`INSERT INTO sharing_content (parcel_id, customer_id, task_id, case_id) VALUES (?, ?, ?, ?)`)
	sqlOver      = db.SQL(`SELECT id, from_id, to_id FROM sharing_parcel WHERE until <> '' AND until <= ? AND returned_at IS NULL ORDER BY id`)
	sqlContent   = db.SQL(`
		SELECT coalesce(customer_id, 0) AS customer_id, coalesce(task_id, 0) AS task_id, coalesce(case_id, 0) AS case_id FROM sharing_content WHERE parcel_id = ? ORDER BY id`)
	sqlReturned = db.SQL(`UPDATE sharing_parcel SET returned_at = ? WHERE id = ?`)
)

func shares(ctx context.Context, q db.Q, customer int64) ([]Share, error) {
	out := []Share{}
	if err := q.Select(ctx, &out, sqlShares, customer); err != nil {
		return nil, fmt.Errorf("list who shares customer %d: %w", customer, err)
	}
	return out, nil
}

func share(ctx context.Context, q db.Q, customer, user int64) (Share, error) {
	s := Share{UserID: user}
	if _, err := db.Found(q.Get(ctx, &s, sqlOne, customer, user)); err != nil {
		return s, fmt.Errorf("read a share of customer %d: %w", customer, err)
	}
	return s, nil
}

// put stores a share; one that says nothing is none.
func put(ctx context.Context, tx *db.Tx, customer int64, s Share) error {
	var err error
	if s.Access == "" && !s.Follows {
		_, err = tx.Exec(ctx, sqlDrop, customer, s.UserID)
	} else {
		_, err = tx.Exec(ctx, sqlPut, customer, s.UserID, s.Access, s.Follows, db.At(tx.Now))
	}
	if err != nil {
		return fmt.Errorf("share customer %d: %w", customer, err)
	}
	return nil
}

// mustWork refuses people who do not work here.
func mustWork(ctx context.Context, q db.Q, user int64, field string) error {
	var ok bool
	if err := q.Get(ctx, &ok, sqlActive, user); err != nil {
		return fmt.Errorf("look up a person: %w", err)
	}
	c := &errs.Check{}
	c.That(ok, field, "error.person")
	return c.Err()
}

// known is the name of a customer and of who has them: what a finder may know.
func known(ctx context.Context, q db.Q, id int64) (name, owner string, err error) {
	found := false
	err = q.Each(ctx, sqlKnown, []any{id}, func(r *sqlx.Rows) error {
		found = true
		return r.Scan(&name, &owner)
	})
	if err == nil && !found {
		err = errs.NotVisible()
	}
	return name, owner, err
}
