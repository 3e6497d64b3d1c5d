package channel

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	words "regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/log"
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

// veil masks the address for a role that sees addresses so, also where the mail
// server's answer repeats it.
func (e *Entry) veil(masked bool) {
	if masked {
		e.ToAddress, e.Error = words.MaskEmail(e.ToAddress), log.Mask(e.Error)
	}
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

var suppressions = field.List{
	Fields: []field.Field{
		{Name: "address", Label: "outbox.to", Kind: field.Text, Column: "address"},
		{Name: "class", Label: "outbox.class", Kind: field.Choice, Column: "class", Choices: []string{outbox.Hard, outbox.Soft}},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "customer_id", Options: "customer"},
		{Name: "lifted_at", Label: "outbox.lifted_at", Kind: field.Time, Column: "lifted_at"},
		{Name: "last_at", Label: "outbox.when", Kind: field.Time, Column: "last_at"},
	},
	Columns: `id, address, customer_id, class, count, code, error, outbox_id, first_at, last_at, lifted_at, user_id`,
	From:    "outbox_suppression", ID: "id", Sort: "-id",
}

func find(ctx context.Context, q db.Q, req page.Request, conds []filter.Cond) (page.Page[Entry], error) {
	l, masked := entries, auth.From(ctx).Masked()
	if masked {
		l = l.Masked("to")
	}
	where, err := l.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Entry]{}, err
	}
	switch {
	case req.Q != "" && masked: // a part of an address would tell of the rest
		where = append(where, field.Where{SQL: "(lower(to_address) = lower(?) OR instr(lower(subject), lower(?)) > 0)", Args: []any{req.Q, req.Q}})
	case req.Q != "":
		where = append(where, field.Where{SQL: "(instr(lower(to_address), lower(?)) > 0 OR instr(lower(subject), lower(?)) > 0)", Args: []any{req.Q, req.Q}})
	}
	out, err := field.Fetch[Entry](ctx, q, l, req, where)
	for i := range out.Items {
		out.Items[i].veil(masked)
	}
	return out, err
}
