package handover

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const columns = `h.id, h.from_id, f.name AS from_name, h.to_id, t.name AS to_name, h.user_id, u.name AS user_name, h.note, h.tasks, h.promises, h.quotes, h.kept, h.at`

const from = `handover h LEFT JOIN user f ON f.id = h.from_id LEFT JOIN user t ON t.id = h.to_id LEFT JOIN user u ON u.id = h.user_id`

const addSQL = `, from_id, to_id, user_id, note, tasks, promises, quotes, kept, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// A statement for each column that names a record.
var (
	sqlLines = map[string]string{
		"deal_id": db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE h.deal_id = ? ORDER BY h.id DESC LIMIT 20`),
		"lead_id": db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE h.lead_id = ? ORDER BY h.id DESC LIMIT 20`),
		"case_id": db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE h.case_id = ? ORDER BY h.id DESC LIMIT 20`),
		"task_id": db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE h.task_id = ? ORDER BY h.id DESC LIMIT 20`),
	}
	sqlAdd = map[string]string{
		"deal_id": db.SQL(`INSERT INTO handover (deal_id` + addSQL),
		"lead_id": db.SQL(`INSERT INTO handover (lead_id` + addSQL),
		"case_id": db.SQL(`INSERT INTO handover (case_id` + addSQL),
		"task_id": db.SQL(`INSERT INTO handover (task_id` + addSQL),
	}
	sqlSees = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL + `)`)
)

const sqlCustomer = `SELECT coalesce(d.customer_id, l.customer_id, k.customer_id, t.customer_id) FROM handover h LEFT JOIN deal d ON d.id = h.deal_id
	LEFT JOIN lead l ON l.id = h.lead_id LEFT JOIN feedback_case k ON k.id = h.case_id LEFT JOIN task t ON t.id = h.task_id WHERE h.id = ?`

func lines(ctx context.Context, q db.Q, k Kind, id int64) ([]Line, error) {
	out := []Line{}
	if err := q.Select(ctx, &out, sqlLines[k.Column], id); err != nil {
		return nil, fmt.Errorf("list the hand-overs of %s %d: %w", k.Subject, id, err)
	}
	return out, nil
}

// last is the newest hand-over of a record.
func last(ctx context.Context, q db.Q, k Kind, id int64) (Line, bool, error) {
	all, err := lines(ctx, q, k, id)
	if err != nil || len(all) == 0 {
		return Line{}, false, err
	}
	return all[0], true, nil
}

func add(ctx context.Context, tx *db.Tx, k Kind, r Record, to, user int64, p Parcel, m Moves) error {
	_, err := tx.Insert(ctx, sqlAdd[k.Column], r.ID, db.ID(r.OwnerID), db.ID(to), db.ID(user), p.Note, m.Tasks, m.Promises, m.Quotes, p.Keep, db.At(tx.Now))
	if err != nil {
		return fmt.Errorf("note that %s %d is handed over: %w", k.Subject, r.ID, err)
	}
	return nil
}

// sees tells whether a scope holds a customer.
func sees(ctx context.Context, q db.Q, scope auth.Scope, customer int64) (ok bool, err error) {
	if err := q.Get(ctx, &ok, sqlSees, append([]any{customer}, scope.Args()...)...); err != nil {
		return false, fmt.Errorf("look at customer %d: %w", customer, err)
	}
	return ok, nil
}
