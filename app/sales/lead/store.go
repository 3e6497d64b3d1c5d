package lead

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `l.id, l.name, l.company, l.phones, l.emails, l.wechat, l.source, l.need, l.interest, l.product_id, l.amount, l.currency, l.region, l.owner_id,
		u.name AS owner_name, l.owned_at, l.assigned_why, l.state, l.reason_id, r.name AS reason_name, l.reason_note, l.score, l.unchecked, l.consent,
		l.consent_at, l.received_at, l.due_at, l.first_response_at, l.last_contact_at, l.alerted_at, l.closed_at, l.customer_id, c.name AS customer_name,
		l.deal_id, d.name AS deal_name, l.form_id, l.words, l.external_id, l.external_src, l.fields, l.created_at, l.updated_at, l.version, l.waiting,
		l.warned_at`
	from = `lead l LEFT JOIN user u ON u.id = l.owner_id LEFT JOIN lead_reason r ON r.id = l.reason_id LEFT JOIN customer c ON c.id = l.customer_id
		LEFT JOIN deal d ON d.id = l.deal_id`
	open = `l.state IN ('new', 'working', 'qualified')`
	// visibleSQL limits leads to those that an actor sees: the pool's, their own
	// and their reach's. It takes visibleArgs.
	visibleSQL = `(? = 1 OR l.owner_id IS NULL OR l.owner_id = ? OR (? > 0 AND l.owner_id IN (SELECT id FROM user WHERE team_id = ?)))`
)

func visibleArgs(s auth.Scope) []any {
	all, team := 0, int64(0)
	if s.Reach == auth.All {
		all = 1
	}
	if s.Reach == auth.Team {
		team = s.TeamID
	}
	return []any{all, s.UserID, team, team}
}

var (
	sqlGet        = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE l.id = ?`)
	sqlVisible    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE l.id = ? AND ` + visibleSQL)
	sqlByExternal = db.SQL(`SELECT id FROM lead WHERE external_src = ? AND external_id = ?`)
	sqlInsert     = db.SQL(`
		INSERT INTO lead (name, company, phones, emails, wechat, source, need, interest, product_id, amount, currency, region, owner_id, owned_at, assigned_why,
			state, reason_id, reason_note, score, unchecked, consent, consent_at, received_at, due_at, first_response_at, last_contact_at, alerted_at, closed_at,
			customer_id, deal_id, form_id, words, external_id, external_src, fields, waiting, warned_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE lead SET name = ?, company = ?, phones = ?, emails = ?, wechat = ?, source = ?, need = ?, interest = ?, product_id = ?, amount = ?, currency = ?,
			region = ?, owner_id = ?, owned_at = ?, assigned_why = ?, state = ?, reason_id = ?, reason_note = ?, score = ?, unchecked = ?, consent = ?,
			consent_at = ?, received_at = ?, due_at = ?, first_response_at = ?, last_contact_at = ?, alerted_at = ?, closed_at = ?, customer_id = ?, deal_id = ?, form_id = ?,
			words = ?, external_id = ?, external_src = ?, fields = ?, waiting = ?, warned_at = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete  = db.SQL(`DELETE FROM lead WHERE id = ?`)
	sqlPerson  = db.SQL(`SELECT count(*) FROM user WHERE id = ? AND status <> 'disabled'`)
	sqlEvents  = db.SQL(`SELECT e.id, e.kind, e.at, e.user_id, u.name AS user_name, e.content FROM lead_event e LEFT JOIN user u ON u.id = e.user_id WHERE e.lead_id = ? ORDER BY e.at DESC, e.id DESC LIMIT 500`)
	sqlNote    = db.SQL(`INSERT INTO lead_event (lead_id, kind, at, user_id, content) VALUES (?, ?, ?, ?, ?)`)
	sqlReasons = db.SQL(`SELECT id, name, active, position, version FROM lead_reason ORDER BY position, id`)
	sqlReason  = db.SQL(`SELECT id, name, active, position, version FROM lead_reason WHERE id = ?`)
	sqlPutWhy  = db.SQL(`INSERT INTO lead_reason (name, position, created_at, updated_at) VALUES (?, ?, ?, ?)`)
	sqlSetWhy  = db.SQL(`UPDATE lead_reason SET name = ?, active = ?, position = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlFresh   = db.SQL(`SELECT count(*) FROM lead l WHERE l.state = 'new' AND ` + visibleSQL)
	sqlPooled  = db.SQL(`SELECT count(*) FROM lead l WHERE l.owner_id IS NULL AND ` + open)
	sqlLateN   = db.SQL(`SELECT count(*) FROM lead l WHERE l.due_at < ? AND l.due_at IS NOT NULL AND l.first_response_at IS NULL AND ` + open + ` AND ` + visibleSQL)
	sqlMails   = db.SQL(`SELECT id, email FROM user`)
)

// list is what a reader can filter and sort leads by.
var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "l.id",
	Sort:    "-received_at",
	Fields: []field.Field{
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "l.name COLLATE NOCASE", Sort: true},
		{Name: "company", Label: "lead.company", Kind: field.Text, Column: "l.company"},
		{Name: "phone", Label: "common.phone", Kind: field.Text, Column: "l.phones"},
		{Name: "email", Label: "common.email", Kind: field.Text, Column: "l.emails"},
		{Name: "wechat", Label: "customer.wechat", Kind: field.Text, Column: "l.wechat"},
		{Name: "source", Label: "deal.source", Kind: field.Text, Column: "l.source"},
		{Name: "need", Label: "lead.need", Kind: field.Text, Column: "l.need"},
		{Name: "interest", Label: "lead.interest", Kind: field.Text, Column: "l.interest"},
		{Name: "amount", Label: "lead.amount", Kind: field.Money, Column: "l.amount", Sort: true},
		{Name: "region", Label: "lead.region", Kind: field.Text, Column: "l.region"},
		{Name: "score", Label: "lead.score", Kind: field.Number, Column: "l.score", Sort: true},
		{Name: "owner_id", Label: "common.owner", Kind: field.Ref, Column: "l.owner_id", Options: "user"},
		{Name: "team_id", Label: "customer.team", Kind: field.Ref, Column: "y.team_id", Options: "team",
			Within: "l.owner_id IN (SELECT y.id FROM user y WHERE y.team_id IS NOT NULL AND %s)"},
		{Name: "state", Label: "lead.state", Kind: field.Choice, Column: "l.state", Choices: States},
		{Name: "open", Label: "lead.open", Kind: field.Bool, Column: "(" + open + ")"},
		{Name: "late", Label: "lead.late", Kind: field.Bool, Column: "(" + open + " AND l.alerted_at IS NOT NULL AND l.first_response_at IS NULL)"},
		{Name: "unchecked", Label: "lead.unchecked", Kind: field.Bool, Column: "l.unchecked"},
		{Name: "reason_id", Label: "lead.reason", Kind: field.Ref, Column: "l.reason_id", Options: "reason"},
		{Name: "received_at", Label: "lead.received_at", Kind: field.Time, Column: "l.received_at", Sort: true},
		{Name: "first_response_at", Label: "lead.first_response_at", Kind: field.Time, Column: "l.first_response_at"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "l.customer_id"},
		{Name: "product_id", Label: "order.product", Kind: field.Ref, Column: "l.product_id"},
		{Name: "external_id", Label: "order.external_id", Kind: field.Text, Column: "coalesce(l.external_id, '')"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "l.created_at", Sort: true},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "l.updated_at", Sort: true},
	},
}

// hidden are the fields that somebody who sees no details finds only whole.
var hidden = []string{"phone", "email", "wechat"}

// Row is a lead in a list.
type Row struct {
	field.Row
	Lead
}

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Lead, error) {
	var l Lead
	return l, db.OrNotFound(q.Get(ctx, &l, sqlVisible, append([]any{id}, visibleArgs(scope)...)...))
}

// one reads a lead whoever asks.
func one(ctx context.Context, q db.Q, id int64) (Lead, error) {
	var l Lead
	return l, db.OrNotFound(q.Get(ctx, &l, sqlGet, id))
}

func (l Lead) args() []any {
	return []any{l.Name, l.Company, l.Phones.JSON(), l.Emails.JSON(), l.WeChat, l.Source, l.Need, l.Interest, l.ProductID, l.Amount, l.Currency, l.Region,
		l.OwnerID, l.OwnedAt, l.AssignedWhy, l.State, l.ReasonID, l.ReasonNote, l.Score, l.Unchecked, l.Consent, l.ConsentAt, l.ReceivedAt, l.DueAt,
		l.FirstResponseAt, l.LastContactAt, l.AlertedAt, l.ClosedAt, l.CustomerID, l.DealID, l.FormID, l.Words, l.ExternalID, l.ExternalSource, l.Values.JSON(), l.Waiting, l.WarnedAt}
}

func insert(ctx context.Context, tx *db.Tx, l *Lead) error {
	id, err := tx.Insert(ctx, sqlInsert, append(l.args(), db.At(tx.Now), db.At(tx.Now))...)
	if err != nil {
		return taken(err)
	}
	l.ID = id
	return nil
}

func update(ctx context.Context, tx *db.Tx, l Lead) error {
	_, err := tx.Exec(ctx, sqlUpdate, append(l.args(), db.At(tx.Now), l.ID)...)
	return taken(err)
}

func taken(err error) error {
	if err == nil {
		return nil
	}
	if !db.IsUnique(err) {
		return fmt.Errorf("store lead: %w", err)
	}
	c := &errs.Check{}
	c.Add("external_id", "error.taken")
	return c.Err()
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete lead %d: %w", id, err)
	}
	return nil
}

func byExternal(ctx context.Context, q db.Q, source, external string) (int64, bool, error) {
	var id int64
	found, err := db.Found(q.Get(ctx, &id, sqlByExternal, source, external))
	return id, found, err
}

func counts(ctx context.Context, q db.Q, query string, args ...any) (n int, err error) {
	if err := q.Get(ctx, &n, query, args...); err != nil {
		return 0, fmt.Errorf("count leads: %w", err)
	}
	return n, nil
}

// Event is what was said or done about a lead.
type Event struct {
	ID       int64   `db:"id"`
	Kind     string  `db:"kind"`
	At       db.Time `db:"at"`
	UserID   db.ID   `db:"user_id"`
	UserName db.Null `db:"user_name"`
	Words    string  `db:"content"`
}

func events(ctx context.Context, q db.Q, lead int64) ([]Event, error) {
	out := []Event{}
	if err := q.Select(ctx, &out, sqlEvents, lead); err != nil {
		return nil, fmt.Errorf("read the log of lead %d: %w", lead, err)
	}
	return out, nil
}

// jot writes a line of a lead's log.
func jot(ctx context.Context, tx *db.Tx, lead int64, e Event) error {
	if e.At.IsZero() {
		e.At = db.At(tx.Now)
	}
	if _, err := tx.Insert(ctx, sqlNote, lead, e.Kind, e.At, e.UserID, e.Words); err != nil {
		return fmt.Errorf("write the log of lead %d: %w", lead, err)
	}
	return nil
}

// Reason is why leads are given up.
type Reason struct {
	ID       int64  `db:"id"`
	Name     string `db:"name"`
	Active   bool   `db:"active"`
	Position int    `db:"position"`
	Version  int64  `db:"version"`
}

func reasons(ctx context.Context, q db.Q) ([]Reason, error) {
	out := []Reason{}
	if err := q.Select(ctx, &out, sqlReasons); err != nil {
		return nil, fmt.Errorf("list why leads are given up: %w", err)
	}
	return out, nil
}

func reasonOf(ctx context.Context, q db.Q, id int64) (r Reason, err error) {
	return r, db.OrNotFound(q.Get(ctx, &r, sqlReason, id))
}

func addReason(ctx context.Context, tx *db.Tx, name string, position int) (int64, error) {
	id, err := tx.Insert(ctx, sqlPutWhy, name, position, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add a reason to give leads up: %w", err)
	}
	return id, nil
}

func setReason(ctx context.Context, tx *db.Tx, r Reason) error {
	if _, err := tx.Exec(ctx, sqlSetWhy, r.Name, r.Active, r.Position, db.At(tx.Now), r.ID); err != nil {
		return fmt.Errorf("change reason %d to give leads up: %w", r.ID, err)
	}
	return nil
}

// mailsOf are the people's addresses by id.
func mailsOf(ctx context.Context, q db.Q) (map[int64]string, error) {
	var rows []struct {
		ID    int64  `db:"id"`
		Email string `db:"email"`
	}
	if err := q.Select(ctx, &rows, sqlMails); err != nil {
		return nil, fmt.Errorf("read the people's addresses: %w", err)
	}
	out := map[int64]string{}
	for _, r := range rows {
		out[r.ID] = r.Email
	}
	return out, nil
}
