package deal

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `d.id, d.name, d.customer_id, c.name AS customer_name, d.contact_id, k.name AS contact_name, d.pipeline_id, p.name AS pipeline_name,
		d.stage_id, s.name AS stage_name, d.amount, d.currency, d.probability, s.probability AS stage_probability, s.rot_days, d.expected_close,
		d.opened_on, d.owner_id, u.name AS owner_name, d.agent, d.result, d.reason_id, r.name AS reason_name, d.reason_note, d.closed_on,
		d.position, d.moved_at, d.source, d.notes, d.external_id, d.external_src, d.fields, d.created_at, d.updated_at, d.version`
	from = `deal d JOIN deal_stage s ON s.id = d.stage_id JOIN deal_pipeline p ON p.id = d.pipeline_id LEFT JOIN customer c ON c.id = d.customer_id
		LEFT JOIN contact k ON k.id = d.contact_id LEFT JOIN user u ON u.id = d.owner_id LEFT JOIN deal_reason r ON r.id = d.reason_id`
	lineColumns = `l.id, l.deal_id, l.product_id, l.name, l.unit, l.quantity, l.unit_price, l.discount, l.total, l.position`
)

var (
	sqlGet        = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE d.id = ?`)
	sqlVisible    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE d.id = ? AND ` + visibleSQL)
	sqlByExternal = db.SQL(`SELECT id FROM deal WHERE external_src = ? AND external_id = ?`)
	sqlOfCustomer = db.List(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE d.customer_id = ? AND ` + visibleSQL + `
		ORDER BY d.result = 'open' DESC, d.updated_at DESC LIMIT 30`)
	sqlInsert = db.SQL(`
		INSERT INTO deal (name, customer_id, contact_id, pipeline_id, stage_id, amount, currency, probability, expected_close, opened_on, owner_id, agent,
			result, reason_id, reason_note, closed_on, position, moved_at, source, notes, external_id, external_src, fields, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE deal SET name = ?, customer_id = ?, contact_id = ?, pipeline_id = ?, stage_id = ?, amount = ?, probability = ?, expected_close = ?, opened_on = ?,
			owner_id = ?, agent = ?, result = ?, reason_id = ?, reason_note = ?, closed_on = ?, position = ?, moved_at = ?, source = ?, notes = ?,
			external_id = ?, external_src = ?, fields = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete   = db.SQL(`DELETE FROM deal WHERE id = ?`)
	sqlLines    = db.SQL(`SELECT ` + lineColumns + ` FROM deal_line l WHERE l.deal_id = ? ORDER BY l.position, l.id`)
	sqlAddLine  = db.SQL(`INSERT INTO deal_line (deal_id, product_id, name, unit, quantity, unit_price, discount, total, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetLine  = db.SQL(`UPDATE deal_line SET product_id = ?, name = ?, unit = ?, quantity = ?, unit_price = ?, discount = ?, total = ?, position = ? WHERE id = ?`)
	sqlDropLine = db.SQL(`DELETE FROM deal_line WHERE id = ?`)
	sqlPerson   = db.SQL(`SELECT count(*) FROM user WHERE id = ? AND status <> 'disabled'`)
	sqlContact  = db.SQL(`SELECT count(*) FROM contact WHERE id = ? AND customer_id = ?`)
	sqlTop      = db.SQL(`SELECT coalesce(min(position), 0) - 1 FROM deal WHERE stage_id = ? AND result = 'open'`)
	sqlSteps    = db.SQL(`
		SELECT t.id AS task_id, t.about_id AS deal_id, t.title, t.due_at FROM task t
		WHERE t.about_kind = 'deal' AND t.about_id IN (SELECT value FROM json_each(?)) AND t.done_at IS NULL ORDER BY t.about_id, t.due_sort, t.id`)
)

const sqlDealCustomer = `SELECT customer_id FROM deal WHERE id = ?`

const openStep = `EXISTS (SELECT 1 FROM task x WHERE x.about_kind = 'deal' AND x.about_id = d.id AND x.done_at IS NULL)`

// list is what a reader can filter and sort deals by.
var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "d.id",
	Sort:    "-created_at",
	Fields: []field.Field{
		{Name: "name", Label: "deal.name", Kind: field.Text, Column: "d.name COLLATE NOCASE", Sort: true},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "d.customer_id"},
		{Name: "customer", Label: "common.customer", Kind: field.Text, Column: "coalesce(c.name, '')"},
		{Name: "pipeline_id", Label: "deal.pipeline", Kind: field.Ref, Column: "d.pipeline_id", Options: "pipeline"},
		{Name: "stage_id", Label: "deal.stage", Kind: field.Ref, Column: "d.stage_id", Options: "stage"},
		{Name: "result", Label: "deal.result", Kind: field.Choice, Column: "d.result", Choices: Results},
		{Name: "owner_id", Label: "common.owner", Kind: field.Ref, Column: "d.owner_id", Options: "user"},
		{Name: "team_id", Label: "customer.team", Kind: field.Ref, Column: "y.team_id", Options: "team",
			Within: "d.owner_id IN (SELECT y.id FROM user y WHERE y.team_id IS NOT NULL AND %s)"},
		{Name: "collaborator_id", Label: "deal.collaborator", Kind: field.Ref, Column: "x.user_id", Options: "user",
			Within: "EXISTS (SELECT 1 FROM deal_collaborator x WHERE x.deal_id = d.id AND %s)"},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "d.amount", Sort: true},
		{Name: "probability", Label: "deal.probability", Kind: field.Number, Column: "coalesce(d.probability, s.probability)"},
		{Name: "expected_close", Label: "deal.expected_close", Kind: field.Date, Ahead: true, Column: "d.expected_close", Sort: true},
		{Name: "opened_on", Label: "deal.opened_on", Kind: field.Date, Column: "d.opened_on", Sort: true},
		{Name: "closed_on", Label: "deal.closed_on", Kind: field.Date, Column: "d.closed_on", Sort: true},
		{Name: "reason_id", Label: "deal.reason", Kind: field.Ref, Column: "d.reason_id", Options: "reason"},
		{Name: "source", Label: "deal.source", Kind: field.Text, Column: "d.source"},
		{Name: "agent", Label: "deal.agent", Kind: field.Text, Column: "d.agent"},
		{Name: "stepless", Label: "deal.stepless", Kind: field.Bool, Column: "(d.result = 'open' AND NOT " + openStep + ")"},
		{Name: "product_id", Label: "order.product", Kind: field.Ref, Column: "x.product_id", Within: "EXISTS (SELECT 1 FROM deal_line x WHERE x.deal_id = d.id AND %s)"},
		{Name: "moved_at", Label: "deal.moved_at", Kind: field.Time, Column: "d.moved_at", Sort: true},
		{Name: "external_id", Label: "order.external_id", Kind: field.Text, Column: "coalesce(d.external_id, '')"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "d.created_at", Sort: true},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "d.updated_at", Sort: true},
	},
}

// Row is a deal in a list.
type Row struct {
	field.Row
	Deal
	Sees bool `db:"-"` // the reader may open its customer
}

// visible reads a deal that the scope holds, with its lines.
func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Deal, error) {
	var d Deal
	if err := db.OrNotFound(q.Get(ctx, &d, sqlVisible, append([]any{id}, visibleArgs(scope)...)...)); err != nil {
		return d, err
	}
	return d, readLines(ctx, q, &d)
}

// one reads a deal whoever asks.
func one(ctx context.Context, q db.Q, id int64) (Deal, error) {
	var d Deal
	if err := db.OrNotFound(q.Get(ctx, &d, sqlGet, id)); err != nil {
		return d, err
	}
	return d, readLines(ctx, q, &d)
}

func readLines(ctx context.Context, q db.Q, d *Deal) error {
	d.Lines = []Line{}
	if err := q.Select(ctx, &d.Lines, sqlLines, d.ID); err != nil {
		return fmt.Errorf("read the lines of deal %d: %w", d.ID, err)
	}
	return nil
}

func ofCustomer(ctx context.Context, q db.Q, scope auth.Scope, customer int64) ([]Deal, error) {
	out := []Deal{}
	if err := q.Select(ctx, &out, sqlOfCustomer, append([]any{customer}, visibleArgs(scope)...)...); err != nil {
		return nil, fmt.Errorf("list the deals of customer %d: %w", customer, err)
	}
	return out, nil
}

func insert(ctx context.Context, tx *db.Tx, d *Deal) error {
	id, err := tx.Insert(ctx, sqlInsert, d.Name, d.CustomerID, d.ContactID, d.PipelineID, d.StageID, d.Amount, d.Currency, d.Own, string(d.ExpectedClose),
		string(d.OpenedOn), d.OwnerID, d.Agent, d.Result, d.ReasonID, d.ReasonNote, string(d.ClosedOn), d.Position, d.MovedAt, d.Source, d.Notes,
		d.ExternalID, d.ExternalSource, d.Values.JSON(), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return taken(err)
	}
	d.ID = id
	return writeLines(ctx, tx, id, nil, d.Lines)
}

func update(ctx context.Context, tx *db.Tx, before []Line, d Deal) error {
	_, err := tx.Exec(ctx, sqlUpdate, d.Name, d.CustomerID, d.ContactID, d.PipelineID, d.StageID, d.Amount, d.Own, string(d.ExpectedClose),
		string(d.OpenedOn), d.OwnerID, d.Agent, d.Result, d.ReasonID, d.ReasonNote, string(d.ClosedOn), d.Position, d.MovedAt, d.Source, d.Notes,
		d.ExternalID, d.ExternalSource, d.Values.JSON(), db.At(tx.Now), d.ID)
	if err != nil {
		return taken(err)
	}
	return writeLines(ctx, tx, d.ID, before, d.Lines)
}

func taken(err error) error {
	if !db.IsUnique(err) {
		return fmt.Errorf("store deal: %w", err)
	}
	c := &errs.Check{}
	c.Add("external_id", "error.taken")
	return c.Err()
}

// writeLines makes the lines what they should be, place by place, so that the
// history shows only what really changed.
func writeLines(ctx context.Context, tx *db.Tx, deal int64, before, after []Line) error {
	for i, l := range after {
		l.Position, l.DealID = i, deal
		args := []any{l.ProductID, l.Name, l.Unit, int64(l.Quantity), l.UnitPrice, l.Discount, l.Total, l.Position}
		if i >= len(before) {
			if _, err := tx.Insert(ctx, sqlAddLine, append([]any{deal}, args...)...); err != nil {
				return fmt.Errorf("add line %d of deal %d: %w", i, deal, err)
			}
			continue
		}
		if l.ID = before[i].ID; l == before[i] {
			continue
		}
		if _, err := tx.Exec(ctx, sqlSetLine, append(args, l.ID)...); err != nil {
			return fmt.Errorf("change line %d of deal %d: %w", i, deal, err)
		}
	}
	for i := len(after); i < len(before); i++ {
		if _, err := tx.Exec(ctx, sqlDropLine, before[i].ID); err != nil {
			return fmt.Errorf("drop line %d of deal %d: %w", i, deal, err)
		}
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete deal %d: %w", id, err)
	}
	return nil
}

func byExternal(ctx context.Context, q db.Q, source, external string) (int64, bool, error) {
	var id int64
	found, err := db.Found(q.Get(ctx, &id, sqlByExternal, source, external))
	return id, found, err
}

func counts(ctx context.Context, q db.Q, query string, args ...any) (bool, error) {
	var n int
	err := q.Get(ctx, &n, query, args...)
	return n > 0, err
}

// top is the place above all others of a column.
func top(ctx context.Context, q db.Q, stage int64) (at float64, err error) {
	if err := q.Get(ctx, &at, sqlTop, stage); err != nil {
		return 0, fmt.Errorf("find the top of stage %d: %w", stage, err)
	}
	return at, nil
}

// steps are the next steps of deals.
func steps(ctx context.Context, q db.Q, deals []int64) (map[int64]Step, error) {
	raw, err := json.Marshal(deals)
	if err != nil {
		return nil, fmt.Errorf("read the next steps: %w", err)
	}
	var rows []Step
	if err := q.Select(ctx, &rows, sqlSteps, string(raw)); err != nil {
		return nil, fmt.Errorf("read the next steps: %w", err)
	}
	out := map[int64]Step{}
	for _, r := range rows {
		if _, there := out[r.DealID]; !there {
			out[r.DealID] = r
		}
	}
	return out, nil
}

var sqlMails = db.SQL(`SELECT id, email FROM user`)

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
