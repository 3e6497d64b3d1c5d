package approval

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `a.id, a.kind, a.subject_kind, a.subject_id, a.customer_id, c.name AS customer_name, a.title, a.amount, a.earlier, a.currency, a.discount, a.quantity,
		a.fingerprint, a.payload, a.reason, a.asker_id, k.name AS asker_name, a.state, a.step, a.decided_at, a.created_at, a.updated_at, a.version`
	from = `approval a JOIN user k ON k.id = a.asker_id LEFT JOIN customer c ON c.id = a.customer_id`

	// namedSQL are the people u whom the step s of approval a names: a member's
	// manager is one of their team, or of none; a manager's is the owner.
	namedSQL = `u.status = 'active' AND u.id <> a.asker_id AND (s.who = 'person' AND u.id = s.user_id OR s.who = 'role' AND u.role = s.role
		OR s.who = 'manager' AND (k.role = 'member' AND u.role = 'manager' AND (k.team_id IS NULL OR u.team_id IS NULL OR u.team_id = k.team_id)
			OR k.role = 'manager' AND u.role = 'owner'))`
	stepSQL = `approval a JOIN user k ON k.id = a.asker_id JOIN approval_step s ON s.approval_id = a.id AND s.position = a.step`

	// mineSQL is what waits for a person: named by the step, deputy of somebody
	// who is, or the owner where nobody else is left.
	mineSQL = stepSQL + ` LEFT JOIN customer c ON c.id = a.customer_id
		WHERE a.state = 'asked' AND a.asker_id <> ?
			AND (EXISTS (SELECT 1 FROM user u WHERE ` + namedSQL + ` AND (u.id = ? OR EXISTS (
					SELECT 1 FROM approval_deputy d WHERE d.user_id = u.id AND d.deputy_id = ? AND d.from_on <= ? AND d.to_on >= ?)))
				OR ? = 1 AND NOT EXISTS (SELECT 1 FROM user u WHERE ` + namedSQL + `))`
)

var (
	sqlRules   = db.SQL(`SELECT * FROM approval_rule ORDER BY kind, threshold, id`)
	sqlRule    = db.SQL(`SELECT * FROM approval_rule WHERE id = ?`)
	sqlRulesOf = db.SQL(`SELECT * FROM approval_rule WHERE kind = ? AND enabled = 1 ORDER BY id`)
	sqlAnyRule = db.SQL(`SELECT EXISTS (SELECT 1 FROM approval_rule WHERE enabled = 1) OR EXISTS (SELECT 1 FROM approval WHERE state = 'asked')
		OR EXISTS (SELECT 1 FROM role WHERE discount_limit IS NOT NULL)`)
	sqlDiscount = db.SQL(`SELECT discount_limit FROM role WHERE name = ? AND discount_limit IS NOT NULL`)
	sqlNewRule  = db.SQL(`INSERT INTO approval_rule (kind, basis, threshold, steps, enabled, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlSetRule  = db.SQL(`UPDATE approval_rule SET kind = ?, basis = ?, threshold = ?, steps = ?, enabled = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropRule = db.SQL(`DELETE FROM approval_rule WHERE id = ?`)
	sqlPerson   = db.SQL(`SELECT id, name FROM user WHERE id = ? AND status = 'active'`)
	sqlOthers   = db.SQL(`SELECT count(*) FROM user WHERE status = 'active' AND id <> ?`)

	sqlInsert = db.SQL(`
		INSERT INTO approval (kind, subject_kind, subject_id, customer_id, title, amount, earlier, currency, discount, quantity, fingerprint, payload, reason, asker_id,
			created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlNewStep = db.SQL(`INSERT INTO approval_step (approval_id, position, who, role, user_id) VALUES (?, ?, ?, ?, ?)`)
	sqlMark    = db.SQL(`UPDATE approval_step SET state = ?, decided_by = ?, stood_for = ?, note = ?, decided_at = ? WHERE approval_id = ? AND position = ?`)
	sqlMove    = db.SQL(`UPDATE approval SET step = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlEnd     = db.SQL(`UPDATE approval SET state = ?, decided_at = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlGet     = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE a.id = ?`)
	sqlSame    = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE a.state = 'asked' AND a.kind = ? AND a.subject_kind = ? AND a.subject_id IS ? AND a.fingerprint = ? AND a.asker_id = ? LIMIT 1`)
	sqlAbout = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE a.subject_kind = ? AND a.subject_id = ? AND a.kind = ? ORDER BY a.id DESC LIMIT 50`)
	sqlOpenOf = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE a.state = 'asked' AND a.kind = ? AND (a.customer_id = ? OR a.subject_kind = ? AND a.subject_id = ?) ORDER BY a.id`)
	sqlOpenAbout = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE a.state = 'asked' AND a.subject_kind = ? AND a.subject_id = ? ORDER BY a.id LIMIT 20`)
	sqlOpenAmong = db.SQL(`
		SELECT DISTINCT subject_id, kind FROM approval
		WHERE state = 'asked' AND subject_kind = ? AND subject_id IN (SELECT value FROM json_each(?))`)
	sqlSteps = db.SQL(`
		SELECT s.id, s.position, s.who, s.role, s.user_id, u.name AS user_name, s.state, s.decided_by, b.name AS decider_name, s.stood_for,
			f.name AS stood_for_name, s.note, s.decided_at
		FROM approval_step s LEFT JOIN user u ON u.id = s.user_id LEFT JOIN user b ON b.id = s.decided_by LEFT JOIN user f ON f.id = s.stood_for
		WHERE s.approval_id = ? ORDER BY s.position`)
	sqlDeciders = db.SQL(`
		SELECT u.id, u.name, u.email, u.locale, 0 AS stands_for FROM ` + stepSQL + ` JOIN user u ON ` + namedSQL + ` WHERE a.id = ?
		UNION ALL
		SELECT p.id, p.name, p.email, p.locale, u.id AS stands_for FROM ` + stepSQL + ` JOIN user u ON ` + namedSQL + `
			JOIN approval_deputy d ON d.user_id = u.id AND d.from_on <= ? AND d.to_on >= ?
			JOIN user p ON p.id = d.deputy_id AND p.status = 'active' AND p.id <> a.asker_id
		WHERE a.id = ? ORDER BY 5, 2`)
	sqlDecided = db.SQL(`SELECT EXISTS (SELECT 1 FROM approval_step WHERE approval_id = ? AND decided_by = ?)`)
	sqlMine    = db.List(`SELECT ` + columns + ` FROM ` + mineSQL + ` ORDER BY a.id LIMIT 50`)
	sqlCount   = db.SQL(`SELECT count(*) FROM ` + mineSQL)

	sqlDeputies = db.SQL(`
		SELECT d.id, d.user_id, u.name AS user_name, d.deputy_id, p.name AS deputy_name, d.from_on, d.to_on
		FROM approval_deputy d JOIN user u ON u.id = d.user_id JOIN user p ON p.id = d.deputy_id
		WHERE d.to_on >= ? AND (? = 1 OR d.user_id = ? OR d.deputy_id = ?) ORDER BY d.from_on, d.id`)
	sqlDeputy = db.SQL(`
		SELECT d.id, d.user_id, u.name AS user_name, d.deputy_id, p.name AS deputy_name, d.from_on, d.to_on
		FROM approval_deputy d JOIN user u ON u.id = d.user_id JOIN user p ON p.id = d.deputy_id WHERE d.id = ?`)
	sqlNewDeputy = db.SQL(`INSERT INTO approval_deputy (user_id, deputy_id, from_on, to_on, created_at) VALUES (?, ?, ?, ?, ?)`)
	sqlEndDeputy = db.SQL(`DELETE FROM approval_deputy WHERE id = ?`)
)

// Where the journal finds the customer of a row.
const (
	sqlCustomer     = `SELECT customer_id FROM approval WHERE id = ?`
	sqlStepCustomer = `SELECT a.customer_id FROM approval_step s JOIN approval a ON a.id = s.approval_id WHERE s.id = ?`
)

// list is what a reader can filter and sort approvals by.
var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "a.id",
	Sort:    "-created_at",
	Fields: []field.Field{
		{Name: "state", Label: "approval.state", Kind: field.Choice, Column: "a.state", Choices: States},
		{Name: "kind", Label: "approval.kind", Kind: field.Text, Column: "a.kind"},
		{Name: "asker_id", Label: "approval.asker", Kind: field.Ref, Column: "a.asker_id", Options: "user"},
		{Name: "subject_kind", Label: "approval.subject_kind", Kind: field.Text, Column: "a.subject_kind"},
		{Name: "subject_id", Label: "approval.subject_kind", Kind: field.Ref, Column: "a.subject_id"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "a.customer_id"},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "a.amount"},
		{Name: "created_at", Label: "approval.asked_at", Kind: field.Time, Column: "a.created_at", Sort: true},
		{Name: "decided_at", Label: "approval.decided_at", Kind: field.Time, Column: "a.decided_at"},
	},
}

// decider is somebody who can decide the step that an approval is at.
type decider struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Email  string `db:"email"`
	Locale string `db:"locale"`
	For    db.ID  `db:"stands_for"` // whose deputy they are
}

// visible is the condition of what somebody sees beside what they decide: their
// own, what they decided, and for a manager what their people asked.
func visible(ctx context.Context) []field.Where {
	me := auth.From(ctx)
	own := "a.asker_id = ? OR a.id IN (SELECT approval_id FROM approval_step WHERE decided_by = ?)"
	args := []any{me.UserID, me.UserID}
	switch {
	case me.Role == auth.Owner, me.Role == auth.Manager && me.Reach == auth.All:
		return nil
	case me.Role == auth.Manager && me.Reach == auth.Team && me.TeamID != 0:
		own, args = own+" OR k.team_id = ?", append(args, me.TeamID)
	}
	return []field.Where{{SQL: "(" + own + ")", Args: args}}
}

// discountLimit is what a role may take off without asking.
func discountLimit(ctx context.Context, q db.Q, role string) (points int64, set bool, err error) {
	if set, err = db.Found(q.Get(ctx, &points, sqlDiscount, role)); err != nil {
		return 0, false, fmt.Errorf("read what %s may take off: %w", role, err)
	}
	return points, set, nil
}

func get(ctx context.Context, q db.Q, id int64) (Approval, error) {
	var a Approval
	return a, db.OrNotFound(q.Get(ctx, &a, sqlGet, id))
}

func steps(ctx context.Context, q db.Q, id int64) ([]Step, error) {
	out := []Step{}
	if err := q.Select(ctx, &out, sqlSteps, id); err != nil {
		return nil, fmt.Errorf("read the steps of approval %d: %w", id, err)
	}
	return out, nil
}

func insert(ctx context.Context, tx *db.Tx, a Ask) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, a.Kind, a.SubjectKind, db.ID(a.SubjectID), db.ID(a.CustomerID), a.Title, a.Amount, a.Earlier, a.Currency, a.Discount, a.Rows,
		a.Fingerprint, a.Payload, a.Reason, a.AskerID, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store a question about %s: %w", a.Kind, err)
	}
	return id, nil
}

func addStep(ctx context.Context, tx *db.Tx, id int64, position int, t Turn) error {
	if _, err := tx.Insert(ctx, sqlNewStep, id, position, t.Who, t.Role, db.ID(t.UserID)); err != nil {
		return fmt.Errorf("store a step of approval %d: %w", id, err)
	}
	return nil
}

func markStep(ctx context.Context, tx *db.Tx, id, position int64, state string, by, stood int64, note string) error {
	if _, err := tx.Exec(ctx, sqlMark, state, db.ID(by), db.ID(stood), note, db.At(tx.Now), id, position); err != nil {
		return fmt.Errorf("decide step %d of approval %d: %w", position, id, err)
	}
	return nil
}

// deciders are who can decide the step that an approval is at, deputies last.
func (s *Service) deciders(ctx context.Context, q db.Q, id int64) ([]decider, error) {
	today, err := day(ctx, q, db.At(s.DB.Now()))
	if err != nil {
		return nil, err
	}
	var out []decider
	if err := q.Select(ctx, &out, sqlDeciders, id, string(today), string(today), id); err != nil {
		return nil, fmt.Errorf("look who decides approval %d: %w", id, err)
	}
	return out, nil
}

// decides tells whether an approval waits for the actor, or was decided by them.
func (s *Service) decides(ctx context.Context, q db.Q, a Approval) (bool, error) {
	me := auth.From(ctx).UserID
	var did bool
	if err := q.Get(ctx, &did, sqlDecided, a.ID, me); err != nil || did {
		return did, err
	}
	who, err := s.deciders(ctx, q, a.ID)
	return among(who, me), err
}

func (s *Service) mineArgs(ctx context.Context, q db.Q) ([]any, error) {
	me := auth.From(ctx)
	today, err := day(ctx, q, db.At(s.DB.Now()))
	owner := 0
	if me.Role == auth.Owner {
		owner = 1
	}
	return []any{me.UserID, me.UserID, me.UserID, string(today), string(today), owner}, err
}

// Mine is what waits for the actor's word, oldest first.
func (s *Service) Mine(ctx context.Context) ([]Approval, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	q := s.DB.Reader(ctx)
	args, err := s.mineArgs(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []Approval{}
	return out, q.Select(ctx, &out, sqlMine, args...)
}

func person(ctx context.Context, q db.Q, id int64) (name string, works bool, err error) {
	var p struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	works, err = db.Found(q.Get(ctx, &p, sqlPerson, id))
	return p.Name, works, err
}
