package pool

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `p.id, p.name, p.active, p.masked, p.hold_cap, p.count_buyers, p.daily_cap, p.claim_gap, p.cooldown_days, p.protect_days,
	p.unfinished_cap, p.lock_cap, p.warn_days, p.workdays, p.min_words, p.created_at, p.updated_at, p.version`

var (
	sqlPools  = db.SQL(`SELECT ` + columns + ` FROM pool p ORDER BY p.id`)
	sqlPool   = db.SQL(`SELECT ` + columns + ` FROM pool p WHERE p.id = ?`)
	sqlInsert = db.SQL(`
		INSERT INTO pool (name, active, masked, hold_cap, count_buyers, daily_cap, claim_gap, cooldown_days, protect_days, unfinished_cap,
			lock_cap, warn_days, workdays, min_words, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE pool SET name = ?, active = ?, masked = ?, hold_cap = ?, count_buyers = ?, daily_cap = ?, claim_gap = ?, cooldown_days = ?,
			protect_days = ?, unfinished_cap = ?, lock_cap = ?, warn_days = ?, workdays = ?, min_words = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete     = db.SQL(`DELETE FROM pool WHERE id = ?`)
	sqlMembers    = db.SQL(`SELECT pool_id, coalesce(user_id, 0), coalesce(team_id, 0) FROM pool_member ORDER BY id`)
	sqlAddMember  = db.SQL(`INSERT INTO pool_member (pool_id, user_id, team_id) VALUES (?, ?, ?)`)
	sqlDropPerson = db.SQL(`DELETE FROM pool_member WHERE pool_id = ? AND user_id = ?`)
	sqlDropTeam   = db.SQL(`DELETE FROM pool_member WHERE pool_id = ? AND team_id = ?`)
	sqlAdmins     = db.SQL(`SELECT pool_id, coalesce(user_id, 0), coalesce(team_id, 0) FROM pool_admin ORDER BY id`)
	sqlAddAdmin   = db.SQL(`INSERT INTO pool_admin (pool_id, user_id, team_id) VALUES (?, ?, ?)`)
	sqlDropAdmin  = db.SQL(`DELETE FROM pool_admin WHERE pool_id = ? AND user_id = ?`)
	sqlDropAdmins = db.SQL(`DELETE FROM pool_admin WHERE pool_id = ? AND team_id = ?`)
	sqlNamed      = db.SQL(`
		SELECT EXISTS (SELECT 1 FROM pool_admin m JOIN user u ON u.id = ? WHERE m.pool_id = ? AND (m.user_id = u.id OR m.team_id = u.team_id))`)
	sqlRules   = db.SQL(`SELECT pool_id, kind, level, days, buyers FROM pool_rule ORDER BY kind, level`)
	sqlPutRule = db.SQL(`
		INSERT INTO pool_rule (pool_id, kind, level, days, buyers) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (pool_id, kind, level) DO UPDATE SET days = excluded.days, buyers = excluded.buyers
		WHERE days <> excluded.days OR buyers <> excluded.buyers`)
	sqlDropRule = db.SQL(`DELETE FROM pool_rule WHERE pool_id = ? AND kind = ? AND level = ?`)
	sqlFirst    = db.SQL(`SELECT coalesce(min(id), 0) FROM pool WHERE active = 1`)
	sqlLying    = db.SQL(`
		SELECT count(*) FROM (SELECT 1 FROM customer c LEFT JOIN pool_hold h ON h.customer_id = c.id WHERE c.owner_id IS NULL AND ` + lies + ` LIMIT 1001)`)
)

// lies tells in which pool a customer c of nobody's with hold h is: where they
// were put, else in the first one. It takes the first pool's id and the pool's.
const (
	lies         = `coalesce((SELECT x.id FROM pool x WHERE x.id = h.pool_id AND x.active = 1), ?) = ?`
	liesNumbered = `coalesce((SELECT x.id FROM pool x WHERE x.id = h.pool_id AND x.active = 1), ?1) = ?2`
)

var inPool = field.List{
	Columns: `c.id, c.kind, c.name, c.region, c.wechat, iif(c.level <> '', c.level, s.grade) AS level, coalesce(h.since, c.created_at) AS since,
		coalesce(h.reason, '') AS reason, v.name AS previous_name, nullif(s.last_contact_at, 0) AS last_contact_at,
		coalesce((SELECT n.raw FROM customer_phone n WHERE n.customer_id = c.id AND n.contact_id IS NULL ORDER BY n.position LIMIT 1), '') AS phone,
		coalesce((SELECT n.email FROM customer_email n WHERE n.customer_id = c.id AND n.contact_id IS NULL ORDER BY n.position LIMIT 1), '') AS email`,
	From: `customer c JOIN customer_stat s ON s.customer_id = c.id LEFT JOIN pool_hold h ON h.customer_id = c.id LEFT JOIN user v ON v.id = h.previous_id`,
	ID:   "c.id",
	Sort: "-id",
	Fields: []field.Field{
		{Name: "sort_name", Label: "customer.name", Kind: field.Text, Column: "c.sort_key", Sort: true},
		{Name: "name", Label: "customer.name", Kind: field.Text, Column: "c.name"},
		{Name: "region", Label: "customer.region", Kind: field.Text, Column: "c.region"},
		{Name: "last_contact_at", Label: "customer.last_contact_column", Kind: field.Time, Column: "s.last_contact_at", Sort: true, Tie: "s.customer_id"},
	},
}

func pools(ctx context.Context, q db.Q) ([]Pool, error) {
	var out []Pool
	if err := q.Select(ctx, &out, sqlPools); err != nil {
		return nil, fmt.Errorf("list pools: %w", err)
	}
	at := map[int64]*Pool{}
	for i := range out {
		at[out[i].ID] = &out[i]
	}
	if err := seats(ctx, q, sqlMembers, at, func(p *Pool) (people, teams *[]int64) { return &p.People, &p.Teams }); err != nil {
		return nil, err
	}
	if err := seats(ctx, q, sqlAdmins, at, func(p *Pool) (people, teams *[]int64) { return &p.AdminPeople, &p.AdminTeams }); err != nil {
		return nil, err
	}
	err := q.Each(ctx, sqlRules, nil, func(r *sqlx.Rows) error {
		var pool int64
		var rule Rule
		err := r.Scan(&pool, &rule.Kind, &rule.Level, &rule.Days, &rule.Buyers)
		if p := at[pool]; p != nil {
			p.Rules = append(p.Rules, rule)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the rules of pools: %w", err)
	}
	return out, nil
}

// seats reads who is named for which pool.
func seats(ctx context.Context, q db.Q, sql string, at map[int64]*Pool, of func(*Pool) (people, teams *[]int64)) error {
	err := q.Each(ctx, sql, nil, func(r *sqlx.Rows) error {
		var pool, user, team int64
		err := r.Scan(&pool, &user, &team)
		if p := at[pool]; p != nil {
			people, teams := of(p)
			if user != 0 {
				*people = append(*people, user)
			} else {
				*teams = append(*teams, team)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list who is named for pools: %w", err)
	}
	return nil
}

func onePool(ctx context.Context, q db.Q, id int64) (Pool, error) {
	list, err := pools(ctx, q)
	if err != nil {
		return Pool{}, err
	}
	for _, p := range list {
		if p.ID == id {
			return p, nil
		}
	}
	return Pool{}, db.OrNotFound(q.Get(ctx, &Pool{}, sqlPool, id))
}

func (p Pool) values() []any {
	return []any{p.Name, p.Active, p.Masked, p.HoldCap, p.CountBuyers, p.DailyCap, p.ClaimGap, p.Cooldown, p.Protect, p.Unfinished,
		p.LockCap, p.Warn, p.Workdays, p.MinWords}
}

func insertPool(ctx context.Context, tx *db.Tx, p Pool) (int64, error) {
	now := db.At(tx.Now)
	id, err := tx.Insert(ctx, sqlInsert, append(p.values(), now, now)...)
	if err != nil {
		return 0, taken(err)
	}
	return id, setParts(ctx, tx, id, Pool{}, p)
}

func updatePool(ctx context.Context, tx *db.Tx, before, p Pool) error {
	if _, err := tx.Exec(ctx, sqlUpdate, append(p.values(), db.At(tx.Now), before.ID)...); err != nil {
		return taken(err)
	}
	return setParts(ctx, tx, before.ID, before, p)
}

// setParts makes members and rules what they are to be; rows that stay are not
// touched, so that the history shows only what changed.
func setParts(ctx context.Context, tx *db.Tx, id int64, before, p Pool) error {
	exec := func(sql string, args ...any) error {
		_, err := tx.Exec(ctx, sql, args...)
		if db.IsConstraint(err) {
			return taken(err)
		}
		if err != nil {
			return fmt.Errorf("store the parts of pool %d: %w", id, err)
		}
		return nil
	}
	for _, list := range []struct {
		was, is   []int64
		add, drop string
		team      bool
	}{
		{before.People, p.People, sqlAddMember, sqlDropPerson, false}, {before.Teams, p.Teams, sqlAddMember, sqlDropTeam, true},
		{before.AdminPeople, p.AdminPeople, sqlAddAdmin, sqlDropAdmin, false}, {before.AdminTeams, p.AdminTeams, sqlAddAdmin, sqlDropAdmins, true},
	} {
		for _, x := range list.is {
			if has(list.was, x) {
				continue
			}
			user, team := db.ID(x), db.ID(0)
			if list.team {
				user, team = team, user
			}
			if err := exec(list.add, id, user, team); err != nil {
				return err
			}
		}
		for _, x := range list.was {
			if !has(list.is, x) {
				if err := exec(list.drop, id, x); err != nil {
					return err
				}
			}
		}
	}
	for _, r := range p.Rules {
		if err := exec(sqlPutRule, id, r.Kind, r.Level, r.Days, r.Buyers); err != nil {
			return err
		}
	}
	for _, r := range before.Rules {
		if p.RuleOf(r.Kind, r.Level).Days < 0 {
			if err := exec(sqlDropRule, id, r.Kind, r.Level); err != nil {
				return err
			}
		}
	}
	return nil
}

// first is the pool of those who were put into none.
func first(ctx context.Context, q db.Q) (int64, error) {
	var id int64
	if err := q.Get(ctx, &id, sqlFirst); err != nil {
		return 0, fmt.Errorf("find the first pool: %w", err)
	}
	return id, nil
}

// lying counts the customers in a pool, up to 1,001.
func lying(ctx context.Context, q db.Q, pool int64) (int, error) {
	one, err := first(ctx, q)
	if err != nil {
		return 0, err
	}
	var n int
	if err := q.Get(ctx, &n, sqlLying, one, pool); err != nil {
		return 0, fmt.Errorf("count pool %d: %w", pool, err)
	}
	return n, nil
}

func listed(ctx context.Context, q db.Q, pool int64, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := inPool.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	one, err := first(ctx, q)
	if err != nil {
		return page.Page[Row]{}, err
	}
	where = append(where, field.Where{SQL: "c.owner_id IS NULL"}, field.Where{SQL: lies, Args: []any{one, pool}})
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(c.name), lower(?)) > 0", Args: []any{req.Q}})
	}
	req.Q = ""
	return field.Fetch[Row](ctx, q, inPool, req, where)
}
