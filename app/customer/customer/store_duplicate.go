package customer

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Alike is a customer that may be the same one. The finder sees owner and last
// contact even of a record that is not theirs to open.
type Alike struct {
	ID            int64    `db:"id"`
	Name          string   `db:"name"`
	OwnerName     db.Null  `db:"owner_name"`
	LastContactAt db.Time  `db:"last_contact_at"`
	OwnerID       db.ID    `db:"owner_id"`
	MayOpen       bool     `db:"-"`
	InPool        bool     `db:"-"` // to be claimed
	MayAsk        bool     `db:"-"` // somebody else's, who can be asked
	Reasons       []string `db:"-"` // name, phone, email, wechat, tax
}

const (
	sqlAlikeName   = `SELECT id FROM customer WHERE name_key = ? LIMIT 20`
	sqlAlikePhone  = `SELECT DISTINCT customer_id FROM customer_phone WHERE e164 IN (?) LIMIT 20`
	sqlAlikeEmail  = `SELECT DISTINCT customer_id FROM customer_email WHERE email IN (?) LIMIT 20`
	sqlAlikeTax    = `SELECT DISTINCT customer_id FROM invoice_title WHERE tax_id = ? AND tax_id <> '' LIMIT 20`
	sqlAlikeWeChat = `SELECT id FROM customer WHERE wechat = ? AND wechat <> '' LIMIT 20`
)

var (
	sqlAlikeRow = db.SQL(`
		SELECT c.id, c.name, c.owner_id, u.name AS owner_name, nullif(s.last_contact_at, 0) AS last_contact_at
		FROM customer c JOIN customer_stat s ON s.customer_id = c.id LEFT JOIN user u ON u.id = c.owner_id WHERE c.id = ?`)
	_ = db.SQL(sqlAlikeName)
	_ = db.SQL(sqlAlikeWeChat)
	_ = db.SQL(sqlAlikeTax)
)

// Alike finds customers that may be the one typed so far: the same name
// without company suffixes, phone, e-mail, WeChat or tax id. except is left out (the
// record being edited).
func (s *Service) Alike(ctx context.Context, in Input, except int64) ([]Alike, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return s.alike(ctx, in, except)
}

func (s *Service) alike(ctx context.Context, in Input, except int64) ([]Alike, error) {
	actor := auth.From(ctx)
	in.Clean()
	q := s.db.Reader(ctx)
	reasons := map[int64][]string{}
	var order []int64
	note := func(reason string, ids []int64) {
		for _, id := range ids {
			if id == except {
				continue
			}
			if reasons[id] == nil {
				order = append(order, id)
			}
			reasons[id] = append(reasons[id], reason)
		}
	}
	if err := s.match(ctx, q, in, note); err != nil {
		return nil, err
	}
	out := make([]Alike, 0, len(order))
	for _, id := range order[:min(len(order), 5)] {
		var a Alike
		if err := q.Get(ctx, &a, sqlAlikeRow, id); err != nil {
			return nil, fmt.Errorf("read look-alike %d: %w", id, err)
		}
		_, err := ref(ctx, q, actor.Scope(), id)
		a.MayOpen = err == nil
		a.InPool = a.OwnerID == 0 && actor.Can("pool.claim")
		a.MayAsk = a.OwnerID != 0 && actor.Can("sharing.write")
		a.Reasons = reasons[id]
		out = append(out, a)
	}
	return out, nil
}

// match looks in each way and reports ids with the reason.
func (s *Service) match(ctx context.Context, q db.Q, in Input, note func(string, []int64)) error {
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	var numbers, emails []string
	for _, p := range in.Phones {
		if n := phone.Parse(p.Raw, business.Region); n.E164 != "" {
			numbers = append(numbers, n.E164)
		}
	}
	for _, e := range in.Emails {
		if validEmail(e) {
			emails = append(emails, strings.ToLower(e))
		}
	}
	look := func(reason, sql string, arg any) error {
		query, args, err := sqlx.In(sql, arg)
		if err != nil {
			return err
		}
		var ids []int64
		if err := q.Select(ctx, &ids, query, args...); err != nil {
			return fmt.Errorf("look for the same %s: %w", reason, err)
		}
		note(reason, ids)
		return nil
	}
	if len(numbers) > 0 {
		if err := look("phone", sqlAlikePhone, numbers); err != nil {
			return err
		}
	}
	if len(emails) > 0 {
		if err := look("email", sqlAlikeEmail, emails); err != nil {
			return err
		}
	}
	if in.TaxID != "" {
		if err := look("tax", sqlAlikeTax, in.TaxID); err != nil {
			return err
		}
	}
	if key := text.CompanyKey(in.Name); len([]rune(key)) >= 2 {
		if err := look("name", sqlAlikeName, key); err != nil {
			return err
		}
	}
	if in.WeChat != "" {
		return look("wechat", sqlAlikeWeChat, in.WeChat)
	}
	return nil
}

var sqlByExternal = db.SQL(`
	SELECT id FROM customer WHERE external_src = ?1 AND external_id = ?2
	UNION ALL SELECT survivor_id FROM duplicate_merge WHERE external_src = ?1 AND external_id = ?2 LIMIT 1`)

// byExternal is the customer that another system knows by this id, or that one
// with this id became part of, or 0.
func byExternal(ctx context.Context, q db.Q, source, external string) (int64, error) {
	var id int64
	if _, err := db.Found(q.Get(ctx, &id, sqlByExternal, source, external)); err != nil {
		return 0, fmt.Errorf("look up %s %s: %w", source, external, err)
	}
	return id, nil
}

// mayTwice refuses those who may not create a customer who seems to be there
// already.
func (s *Service) mayTwice(ctx context.Context, in Input) error {
	actor := auth.From(ctx)
	if actor.Can(Twice) {
		return nil
	}
	alike, err := s.alike(ctx, in, 0)
	if err != nil || len(alike) == 0 {
		return err
	}
	e := errs.New(errs.Conflict, "customer.error.twice")
	e.Current = duplicates(alike)
	return e
}
