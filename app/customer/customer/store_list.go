package customer

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/search"
)

// Row is one line of the list.
type Row struct {
	field.Row
	ID             int64   `db:"id"`
	Kind           string  `db:"kind"`
	Name           string  `db:"name"`
	Level          string  `db:"level"`
	OwnerID        db.ID   `db:"owner_id"`
	OwnerName      db.Null `db:"owner_name"`
	Region         string  `db:"region"`
	Source         string  `db:"source"`
	WeChat         string  `db:"wechat"`
	Address        string  `db:"address"`
	Birthday       string  `db:"birthday"`
	ExternalID     db.Null `db:"external_id"`
	BirthdayLunar  bool    `db:"birthday_lunar"`
	Language       string  `db:"language"`
	Timezone       string  `db:"timezone"`
	Notes          string  `db:"notes"`
	RhythmDays     int     `db:"rhythm_days"`
	ExternalSource string  `db:"external_src"`
	CreatedAt      db.Time `db:"created_at"`
	UpdatedAt      db.Time `db:"updated_at"`
	Version        int64   `db:"version"`
	Orders         int     `db:"orders"`
	Revenue        int64   `db:"revenue"`
	LastOrderOn    string  `db:"last_order_on"`
	ExpectedOn     string  `db:"expected_on"`
	GapDays        float64 `db:"gap_days"`
	LastContactAt  db.Time `db:"last_contact_at"`
	RecycleAt      db.Time `db:"recycle_at"`      // when they go back to a pool
	ProtectedUntil db.Time `db:"protected_until"` // from going back, as claimed
	NextTaskAt     db.Time `db:"next_task_at"`
	NPS            int     `db:"nps"`
	Score          float64 `db:"score"`
	Grade          string  `db:"grade"`
	GradeByHand    bool    `db:"grade_by_hand"` // a person set it, until a day
	RevenueYear    int64   `db:"revenue_year"`
	Paid           int64   `db:"paid"`
	FirstOrderOn   string  `db:"first_order_on"`
	NextContactOn  string  `db:"next_contact_on"`
	OpenTasks      int     `db:"open_tasks"`
	OpenCases      int     `db:"open_cases"`
	CSAT           int     `db:"csat"`
	ValueScore     float64 `db:"value_score"`
	HealthScore    float64 `db:"health_score"`
	Stage          string  `db:"stage"`
	Segment        db.Null `db:"segment"` // of buyers, by how lately, how often and for how much
	NoProfiling    bool    `db:"no_profiling"`
	Calm           bool    `db:"-"` // being late means nothing in this shop

	Values custom.Values `db:"fields"`
	Added  custom.Record

	ReferredBy string // their name, if the reader may see them
	Referred   int64  // what those bought whom they referred

	Contact string   // first contact of a company
	Phones  []Phone  // own phones
	Emails  []string // own e-mails
	Tags    []Tag
	Rhythm  []Purchase // last six months
}

// referral is what can be asked about whom somebody referred, by whoever sees
// everybody.
var referral = []field.Field{
	{Name: "referrer_id", Label: "customer.referrer", Kind: field.Ref, Column: "x.from_id", Within: "c.id IN (SELECT x.to_id FROM relation x WHERE x.kind = 'referral' AND %s)"},
	{Name: "referred_revenue", Label: "customer.referred_revenue", Kind: field.Money, Column: "sum(y.revenue)",
		Within: "c.id IN (SELECT x.from_id FROM relation x JOIN customer_stat y ON y.customer_id = x.to_id WHERE x.kind = 'referral' GROUP BY x.from_id HAVING %s)"},
}

// Purchase is a tick of the rhythm strip.
type Purchase struct {
	On    string `db:"ordered_on"`
	Total int64  `db:"total"`
}

// ShownGrade is the letter to show: the level set by hand wins.
func (r Row) ShownGrade() string {
	if r.Level != "" {
		return r.Level
	}
	return r.Grade
}

const tagged = "c.id IN (SELECT x.customer_id FROM customer_tag x WHERE %s)"

var list = field.List{
	Columns: `c.id, c.kind, c.name, c.level, c.owner_id, u.name AS owner_name, c.region, c.source, c.wechat, c.address, c.birthday,
		c.birthday_lunar, c.language, c.timezone, c.notes, c.rhythm_days, c.external_src, c.external_id, c.fields, c.created_at, c.updated_at, c.version, c.no_profiling, s.orders, s.revenue, s.last_order_on, s.expected_on, s.gap_days,
		nullif(s.last_contact_at, 0) AS last_contact_at, nullif(s.next_task_at, 0) AS next_task_at, s.nps, s.score, s.grade, s.grade_by_hand, s.stage,
		s.revenue_year, s.paid, s.first_order_on, s.next_contact_on, s.open_tasks, s.open_cases, s.csat, s.value_score, s.health_score,
		(SELECT g.segment FROM prediction_rfm g WHERE g.customer_id = c.id) AS segment,
		(SELECT g.at FROM pool_due g WHERE g.customer_id = c.id) AS recycle_at,
		(SELECT h.protect_until - 1 FROM pool_hold h WHERE h.customer_id = c.id AND h.protect_until > 0) AS protected_until`,
	From: "customer c JOIN customer_stat s ON s.customer_id = c.id LEFT JOIN user u ON u.id = c.owner_id",
	Lean: "customer c", Joined: "s", Beside: "customer_stat s",
	ID:   "c.id",
	Sort: "-created_at",
	// A further field is one line here and its name in columns.go.
	Fields: []field.Field{
		{Name: "name", Label: "customer.name", Kind: field.Text, Column: "c.name"},
		{Name: "sort_name", Label: "customer.name", Kind: field.Text, Column: "c.sort_key", Sort: true},
		{Name: "kind", Label: "customer.kind", Kind: field.Choice, Column: "c.kind", Choices: []string{Company, Person}},
		{Name: "level", Label: "customer.level", Kind: field.Choice, Column: "c.level", Choices: Levels, Known: "c.level <> ''"},
		{Name: "grade", Label: "customer.grade", Kind: field.Choice, Column: "s.grade", Choices: Levels, Known: "s.grade <> ''"},
		{Name: "stage", Label: "stage.title", Kind: field.Choice, Column: "s.stage", Choices: stage.All, Options: "stage", Sort: true, Tie: "s.customer_id"},
		{Name: "segment", Label: "customer.segment", Kind: field.Choice, Column: "g.segment", Choices: Segments, Options: "segment",
			Within: "c.id IN (SELECT g.customer_id FROM prediction_rfm g WHERE %s)",
			Walk:   "EXISTS (SELECT 1 FROM prediction_rfm g WHERE g.customer_id = c.id AND %s)"},
		{Name: "rhythm", Label: "retention.state", Kind: field.Choice, Column: "b.state", Choices: []string{"steady", "late", "gone", "once"},
			Within: "c.id IN (SELECT b.customer_id FROM prediction_buyer b WHERE %s)",
			Walk:   "EXISTS (SELECT 1 FROM prediction_buyer b WHERE b.customer_id = c.id AND %s)"},
		{Name: "owner_id", Label: "customer.owner", Kind: field.Ref, Column: "c.owner_id", Options: "user"},
		{Name: "team_id", Label: "customer.team", Kind: field.Ref, Column: "y.team_id", Options: "team",
			Within: "c.owner_id IN (SELECT y.id FROM user y WHERE y.team_id IS NOT NULL AND %s)"},
		{Name: "tag_id", Label: "customer.tags", Kind: field.Ref, Column: "x.tag_id", Within: tagged, Options: "tag"},
		{Name: "tag", Label: "customer.tags", Kind: field.Text, Column: "t.name",
			Within: "c.id IN (SELECT x.customer_id FROM customer_tag x JOIN tag t ON t.id = x.tag_id WHERE %s)"},
		{Name: "region", Label: "customer.region", Kind: field.Text, Column: "c.region"},
		{Name: "source", Label: "customer.source", Kind: field.Text, Column: "c.source"},
		{Name: "wechat", Label: "customer.wechat", Kind: field.Text, Column: "c.wechat"},
		{Name: "phone", Label: "customer.phone", Kind: field.Text, Column: "p.raw",
			Within: "c.id IN (SELECT p.customer_id FROM customer_phone p WHERE %s)",
			Walk:   "EXISTS (SELECT 1 FROM customer_phone p WHERE p.customer_id = c.id AND %s)"},
		{Name: "email", Label: "customer.email", Kind: field.Text, Column: "m.email",
			Within: "c.id IN (SELECT m.customer_id FROM customer_email m WHERE %s)",
			Walk:   "EXISTS (SELECT 1 FROM customer_email m WHERE m.customer_id = c.id AND %s)"},
		{Name: "external_id", Label: "customer.external_id", Kind: field.Text, Column: "c.external_id"},
		{Name: "created_at", Label: "customer.created_at", Kind: field.Time, Column: "c.created_at", Sort: true},
		{Name: "updated_at", Label: "customer.updated_at", Kind: field.Time, Column: "c.updated_at", Sort: true},
		{Name: "orders", Label: "customer.orders", Kind: field.Number, Column: "s.orders"},
		{Name: "revenue", Label: "customer.revenue", Kind: field.Money, Column: "s.revenue", Sort: true, Tie: "s.customer_id"},
		{Name: "revenue_year", Label: "customer.revenue_year", Kind: field.Money, Column: "s.revenue_year"},
		{Name: "paid", Label: "customer.paid", Kind: field.Money, Column: "s.paid"},
		{Name: "first_order_on", Label: "customer.first_order", Kind: field.Date, Column: "s.first_order_on"},
		{Name: "last_order_on", Label: "customer.last_order", Kind: field.Date, Column: "s.last_order_on", Sort: true, Tie: "s.customer_id"},
		{Name: "days_since_order", Label: "customer.days_since_order", Kind: field.Since, Column: "s.last_order_on"},
		{Name: "expected_on", Label: "customer.expected", Kind: field.Date, Ahead: true, Column: "s.expected_on"},
		{Name: "last_contact_at", Label: "customer.last_contact_column", Kind: field.Time, Column: "s.last_contact_at", Sort: true, Tie: "s.customer_id"},
		{Name: "recycle_at", Label: "pool.recycle_at", Kind: field.Time, Ahead: true, Column: "g.at", Tie: "g.customer_id",
			Within: "c.id IN (SELECT g.customer_id FROM pool_due g WHERE %s)",
			Walk:   "EXISTS (SELECT 1 FROM pool_due g WHERE g.customer_id = c.id AND %s)"},
		{Name: "protected_until", Label: "pool.protected_until", Kind: field.Time, Ahead: true, Column: "(h.protect_until - 1)", // the end of the last day
			Within: "c.id IN (SELECT h.customer_id FROM pool_hold h WHERE h.protect_until > 0 AND %s)",
			Walk:   "EXISTS (SELECT 1 FROM pool_hold h WHERE h.customer_id = c.id AND h.protect_until > 0 AND %s)"},
		{Name: "next_contact_on", Label: "customer.next_contact", Kind: field.Date, Ahead: true, Column: "s.next_contact_on"},
		{Name: "next_task_at", Label: "customer.next_step", Kind: field.Time, Ahead: true, Column: "s.next_task_at"},
		{Name: "open_tasks", Label: "customer.open_tasks", Kind: field.Number, Column: "s.open_tasks"},
		{Name: "score", Label: "customer.score", Kind: field.Number, Column: "s.score", Known: "s.score >= 0", Sort: true, Tie: "s.customer_id"},
		{Name: "value_score", Label: "customer.value_score", Kind: field.Number, Column: "s.value_score", Known: "s.value_score >= 0"},
		{Name: "health_score", Label: "customer.health_score", Kind: field.Number, Column: "s.health_score", Known: "s.health_score >= 0"},
		{Name: "nps", Label: "customer.nps", Kind: field.Number, Column: "s.nps", Known: "s.nps >= 0"},
		{Name: "csat", Label: "customer.csat", Kind: field.Number, Column: "s.csat", Known: "s.csat >= 0"},
		{Name: "quality", Label: "quality.kind", Kind: field.Text, Column: "f.kind", Within: "c.id IN (SELECT f.customer_id FROM quality_finding f WHERE %s)"},
		{Name: "open_cases", Label: "customer.open_cases", Kind: field.Number, Column: "s.open_cases"},
		{Name: "marketing", Label: "customer.marketing", Kind: field.Choice, Column: "n.state", Choices: []string{"allowed", "objected"},
			Within: "c.id IN (SELECT n.customer_id FROM consent_now n WHERE n.what = 'marketing.email' AND %s)"},
		{Name: "agreed", Label: "customer.agreed", Kind: field.Choice, Column: "n.what", Options: "consent", Choices: []string{"marketing.email"}, // and all others, see withConsents
			Within: "c.id IN (SELECT n.customer_id FROM consent_now n WHERE n.state = 'allowed' AND %s)"},
		{Name: "objected", Label: "customer.objected", Kind: field.Choice, Column: "n.what", Options: "consent", Choices: []string{"marketing.email"}, // and all others, see withConsents
			Within: "c.id IN (SELECT n.customer_id FROM consent_now n WHERE n.state = 'objected' AND %s)"},
	},
}

// find is List with search text: hits in the order of their rank (or in the
// order asked for), filtered like any list.
func (s *Service) find(ctx context.Context, req page.Request, where []field.Where) (page.Page[Row], error) {
	out := page.Page[Row]{Items: []Row{}}
	if req.Limit == 0 {
		req.Limit = page.DefaultLimit
	}
	after := req.Cursor
	total := 0
	for {
		res, err := s.search.Find(ctx, search.Query{Text: req.Q, Kinds: []string{"customer"}, Scope: auth.From(ctx).Scope(), Limit: req.Limit, After: after, Count: req.Count && after == ""})
		if err != nil {
			return out, err
		}
		if total == 0 {
			total = res.Total
		}
		rows, err := s.rows(ctx, res.Hits, where)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, rows...)
		after = res.Next
		if after == "" || len(out.Items) >= req.Limit {
			break
		}
	}
	out.Next = after
	if req.Count {
		out.Total = &total
	}
	return out, s.decorate(ctx, out.Items)
}

// rows reads the hits that pass the filters, in the hits' order.
func (s *Service) rows(ctx context.Context, hits []search.Hit, where []field.Where) ([]Row, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	in := field.Where{SQL: "c.id IN ("}
	place := map[int64]int{}
	for i, h := range hits {
		if i > 0 {
			in.SQL += ", "
		}
		in.SQL += "?"
		in.Args = append(in.Args, h.ID)
		place[h.ID] = i
	}
	in.SQL += ")"
	p, err := field.Fetch[Row](ctx, s.db.Reader(ctx), list, page.Request{Limit: len(hits), Sort: "id"}, append([]field.Where{in}, where...))
	if err != nil {
		return nil, err
	}
	ordered := make([]*Row, len(hits))
	for i := range p.Items {
		ordered[place[p.Items[i].ID]] = &p.Items[i]
	}
	var out []Row
	for _, r := range ordered {
		if r != nil {
			out = append(out, *r)
		}
	}
	return out, nil
}

const (
	sqlRowContacts = `SELECT customer_id, name FROM contact WHERE customer_id IN (?) ORDER BY is_primary, id DESC`
	sqlRowTags     = `SELECT ct.customer_id, t.id, t.name, t.colour FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id WHERE ct.customer_id IN (?) ORDER BY t.name`
	sqlRowPhones   = `SELECT customer_id, raw, e164, ext, label FROM customer_phone WHERE customer_id IN (?) AND contact_id IS NULL ORDER BY position`
	sqlRowReferrer = `SELECT x.to_id, c.name FROM relation x JOIN customer c ON c.id = x.from_id WHERE x.to_id IN (?) AND x.kind = 'referral' AND ` + auth.CustomerSQL
	sqlRowReferred = `SELECT x.from_id, sum(y.revenue) FROM relation x JOIN customer c ON c.id = x.to_id JOIN customer_stat y ON y.customer_id = c.id
		WHERE x.from_id IN (?) AND x.kind = 'referral' AND ` + auth.CustomerSQL + ` GROUP BY x.from_id`
	sqlRowEmails = `SELECT customer_id, email FROM customer_email WHERE customer_id IN (?) AND contact_id IS NULL ORDER BY position`
	sqlRowOrders = `SELECT customer_id, ordered_on, total FROM order_head WHERE customer_id IN (?) AND ordered_on >= ? AND status IN ('confirmed', 'completed') AND total >= 0 ORDER BY ordered_on`
)

// decorate adds to the rows what a page shows of each: contacts, tags, reach
// and the purchases of the last six months.
func (s *Service) decorate(ctx context.Context, rows []Row) error {
	since := cal.DateOf(s.db.Now().AddDate(0, -6, 0), time.UTC)
	if err := s.heed(ctx, rows); err != nil {
		return err
	}
	if err := s.addAll(ctx, s.db.Reader(ctx), rows); err != nil {
		return err
	}
	if err := decorate(ctx, s.db.Reader(ctx), rows, since); err != nil {
		return err
	}
	for i := range rows {
		Veil(ctx, rows[i].Phones, rows[i].Emails)
		rows[i].WeChat = VeilWeChat(ctx, rows[i].WeChat)
	}
	return nil
}

// decorate adds what hangs on the rows of one page, one query per kind.
func decorate(ctx context.Context, q db.Q, rows []Row, since cal.Date) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]int64, len(rows))
	at := map[int64]*Row{}
	for i := range rows {
		ids[i] = rows[i].ID
		at[rows[i].ID] = &rows[i]
	}
	scope := auth.From(ctx).Scope().Args()
	parts := []struct {
		sql  string
		fn   func(r *sqlx.Rows) error
		args []any
	}{
		{sqlRowContacts, func(r *sqlx.Rows) error {
			var id int64
			var name string
			err := r.Scan(&id, &name)
			at[id].Contact = name
			return err
		}, nil},
		{sqlRowTags, func(r *sqlx.Rows) error {
			var id int64
			var t Tag
			err := r.Scan(&id, &t.ID, &t.Name, &t.Colour)
			at[id].Tags = append(at[id].Tags, t)
			return err
		}, nil},
		{sqlRowPhones, func(r *sqlx.Rows) error {
			var id int64
			var p Phone
			err := r.Scan(&id, &p.Raw, &p.E164, &p.Ext, &p.Label)
			at[id].Phones = append(at[id].Phones, p)
			return err
		}, nil},
		{sqlRowReferrer, func(r *sqlx.Rows) error {
			var id int64
			var name string
			err := r.Scan(&id, &name)
			at[id].ReferredBy = name
			return err
		}, scope},
		{sqlRowReferred, func(r *sqlx.Rows) error {
			var id, sum int64
			err := r.Scan(&id, &sum)
			at[id].Referred = sum
			return err
		}, scope},
		{sqlRowEmails, func(r *sqlx.Rows) error {
			var id int64
			var e string
			err := r.Scan(&id, &e)
			at[id].Emails = append(at[id].Emails, e)
			return err
		}, nil},
		{sqlRowOrders, func(r *sqlx.Rows) error {
			var id int64
			var p Purchase
			err := r.Scan(&id, &p.On, &p.Total)
			at[id].Rhythm = append(at[id].Rhythm, p)
			return err
		}, []any{string(since)}},
	}
	for _, p := range parts {
		query, args, err := sqlx.In(p.sql, append([]any{ids}, p.args...)...)
		if err != nil {
			return fmt.Errorf("decorate customers: %w", err)
		}
		if err := q.Each(ctx, query, args, p.fn); err != nil {
			return fmt.Errorf("decorate customers: %w", err)
		}
	}
	return nil
}
