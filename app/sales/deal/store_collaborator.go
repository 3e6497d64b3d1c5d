package deal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlCollaborators = db.SQL(`
		SELECT w.user_id, u.name, w.access, u.status = 'disabled' AS left FROM deal_collaborator w JOIN user u ON u.id = w.user_id WHERE w.deal_id = ? ORDER BY u.name, u.id`)
	sqlCollaborator    = db.SQL(`SELECT access FROM deal_collaborator WHERE deal_id = ? AND user_id = ?`)
	sqlPutCollaborator = db.SQL(`
		INSERT INTO deal_collaborator (deal_id, user_id, access, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (deal_id, user_id) DO UPDATE SET access = excluded.access`)
	sqlDropCollaborator = db.SQL(`DELETE FROM deal_collaborator WHERE deal_id = ? AND user_id = ?`)
	sqlWorks            = db.SQL(`SELECT EXISTS (SELECT 1 FROM deal d LEFT JOIN customer c ON c.id = d.customer_id WHERE d.id = ? AND ` + workSQL + `)`)
	sqlReaches          = db.SQL(`SELECT EXISTS (SELECT 1 FROM deal d LEFT JOIN customer c ON c.id = d.customer_id WHERE d.id = ? AND (` + reachSQL + `))`)
	sqlReadOnly         = db.SQL(`
		SELECT d.id FROM deal d LEFT JOIN customer c ON c.id = d.customer_id
		WHERE d.id IN (SELECT deal_id FROM deal_collaborator WHERE user_id = ? AND access = 'read') AND NOT ` + workSQL)
	sqlOpened       = db.SQL(`SELECT c.id FROM customer c WHERE c.id IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL)
	sqlSeesCustomer = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL + `)`)
)

// Collaborator is a colleague who works on a deal beside whoever has it.
type Collaborator struct {
	UserID int64  `db:"user_id"`
	Name   string `db:"name"`
	Access string `db:"access"`
	Left   bool   `db:"left"` // does not work here any more
}

func collaborators(ctx context.Context, q db.Q, deal int64) ([]Collaborator, error) {
	out := []Collaborator{}
	if err := q.Select(ctx, &out, sqlCollaborators, deal); err != nil {
		return nil, fmt.Errorf("list who works on deal %d: %w", deal, err)
	}
	return out, nil
}

func putCollaborator(ctx context.Context, tx *db.Tx, deal, user int64, access string) error {
	var err error
	if access == "" {
		_, err = tx.Exec(ctx, sqlDropCollaborator, deal, user)
	} else {
		_, err = tx.Exec(ctx, sqlPutCollaborator, deal, user, access, db.At(tx.Now))
	}
	if err != nil {
		return fmt.Errorf("set who works on deal %d: %w", deal, err)
	}
	return nil
}

// seen marks the rows whose customer the reader may open.
func seen(ctx context.Context, q db.Q, scope auth.Scope, rows []Row) error {
	customers := make([]int64, len(rows))
	for i, r := range rows {
		customers[i] = int64(r.CustomerID)
	}
	list, err := json.Marshal(customers)
	if err != nil {
		return err
	}
	var ids []int64
	if err := q.Select(ctx, &ids, sqlOpened, append([]any{string(list)}, scope.Args()...)...); err != nil {
		return fmt.Errorf("look which customers one may open: %w", err)
	}
	for i := range rows {
		rows[i].Sees = slices.Contains(ids, customers[i])
	}
	return nil
}

// yes asks a question about one deal or customer.
func yes(ctx context.Context, q db.Q, query string, id int64, args []any) (ok bool, err error) {
	if err := q.Get(ctx, &ok, query, append([]any{id}, args...)...); err != nil {
		return false, fmt.Errorf("look who may do what with %d: %w", id, err)
	}
	return ok, nil
}

// readOnly are the deals that somebody sees but does not work on.
func readOnly(ctx context.Context, q db.Q, scope auth.Scope) (map[int64]bool, error) {
	var ids []int64
	if scope.Reach == auth.All {
		return nil, nil
	}
	if err := q.Select(ctx, &ids, sqlReadOnly, append([]any{scope.UserID}, visibleArgs(scope)...)...); err != nil {
		return nil, fmt.Errorf("look which deals are only shown: %w", err)
	}
	out := map[int64]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
