package channel

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/outbox"
)

// Entry is a message in a list; its payload is never read for one.
type Entry struct {
	ID            int64          `db:"id"`
	Channel       string         `db:"channel"`
	Purpose       outbox.Purpose `db:"purpose"`
	ToAddress     string         `db:"to_address"`
	ToName        string         `db:"to_name"`
	CustomerID    db.ID          `db:"customer_id"`
	Subject       string         `db:"subject"`
	State         outbox.State   `db:"state"`
	Reason        string         `db:"reason"`
	Attempts      int            `db:"attempts"`
	NextAttemptAt db.Time        `db:"next_attempt_at"`
	ErrorCode     string         `db:"error_code"`
	Error         string         `db:"error"`
	CreatedAt     db.Time        `db:"created_at"`
	SentAt        db.Time        `db:"sent_at"`
	field.Row
}

var (
	states = []string{string(outbox.Queued), string(outbox.Sending), string(outbox.Sent), string(outbox.Failed), string(outbox.Unknown),
		string(outbox.Held), string(outbox.Deferred), string(outbox.Cancelled)}
	purposes = []string{string(outbox.Security), string(outbox.Staff), string(outbox.Service), string(outbox.Survey), string(outbox.Marketing)}
)

var entries = field.List{
	Fields: []field.Field{
		{Name: "state", Label: "outbox.state", Kind: field.Choice, Column: "state", Choices: states},
		{Name: "purpose", Label: "outbox.purpose", Kind: field.Choice, Column: "purpose", Choices: purposes},
		{Name: "channel", Label: "outbox.channel", Kind: field.Text, Column: "channel"},
		{Name: "to", Label: "outbox.to", Kind: field.Text, Column: "to_address"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "customer_id", Options: "customer"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "created_at"},
	},
	Columns: `id, channel, purpose, to_address, to_name, customer_id, subject, state, reason, attempts, next_attempt_at, error_code, error,
		created_at, sent_at`,
	From: "outbox", ID: "id", Sort: "-id",
}

func find(ctx context.Context, q db.Q, req page.Request, conds []filter.Cond) (page.Page[Entry], error) {
	where, err := entries.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Entry]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "(instr(lower(to_address), lower(?)) > 0 OR instr(lower(subject), lower(?)) > 0)", Args: []any{req.Q, req.Q}})
	}
	return field.Fetch[Entry](ctx, q, entries, req, where)
}
