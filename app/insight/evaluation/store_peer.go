package evaluation

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

const peersWho = `
	SELECT s.score, s.value_score, s.health_score FROM customer c JOIN customer_stat s ON s.customer_id = c.id
	WHERE c.id <> ? AND c.no_profiling = 0 AND s.score >= 0`

var (
	sqlPeersRegion = db.SQL(peersWho + ` AND c.region = ? AND c.region <> '' AND ` + auth.CustomerSQL + ` LIMIT 2000`)
	sqlPeersLevel  = db.SQL(peersWho + ` AND c.level = ? AND c.level <> '' AND ` + auth.CustomerSQL + ` LIMIT 2000`)
	sqlPeersChoice = db.SQL(peersWho + ` AND json_extract(c.fields, '$.' || ?) = ? AND ` + auth.CustomerSQL + ` LIMIT 2000`)

	sqlMembers = db.SQL(`
		SELECT c.region, c.level, c.fields, s.score, s.value_score, s.health_score FROM customer c JOIN customer_stat s ON s.customer_id = c.id
		WHERE c.no_profiling = 0 AND s.score >= 0`)
	sqlMember    = db.SQL(`SELECT c.region, c.level, c.fields, s.score, s.value_score, s.health_score FROM customer c JOIN customer_stat s ON s.customer_id = c.id WHERE c.id = ?`)
	sqlCrowd     = db.SQL(`SELECT data FROM evaluation_peer WHERE by = ? AND of = ?`)
	sqlPutCrowd  = db.SQL(`INSERT INTO evaluation_peer (by, of, data) VALUES (?, ?, ?) ON CONFLICT (by, of) DO UPDATE SET data = excluded.data`)
	sqlDropPeers = db.SQL(`DELETE FROM evaluation_peer`)
)

// peerRow is what is known of one of the customers that somebody is compared with.
type peerRow struct{ Score, Value, Health float64 }

// peerRows are the others of a group, as they stand.
func peerRows(ctx context.Context, q db.Q, g Group, customer int64, scope auth.Scope) ([]peerRow, error) {
	sql, args := sqlPeersChoice, []any{customer, g.By, g.Of}
	switch g.By {
	case byRegion:
		sql, args = sqlPeersRegion, []any{customer, g.Of}
	case byLevel:
		sql, args = sqlPeersLevel, []any{customer, g.Of}
	}
	var rows []peerRow
	err := q.Each(ctx, sql, append(args, scope.Args()...), func(r *sqlx.Rows) error {
		var p peerRow
		err := r.Scan(&p.Score, &p.Value, &p.Health)
		rows = append(rows, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read whom customer %d is compared with: %w", customer, err)
	}
	return rows, nil
}

// member is what tells a scored customer's groups.
type member struct {
	region, level string
	values        custom.Values
	peerRow
}

func (m *member) scan(r *sqlx.Rows) error {
	var fields string
	if err := r.Scan(&m.region, &m.level, &fields, &m.Score, &m.Value, &m.Health); err != nil || fields == "{}" {
		return err
	}
	return m.values.Scan(fields)
}

// eachMember walks through all who are scored.
func eachMember(ctx context.Context, q db.Q, fn func(member) error) error {
	return q.Each(ctx, sqlMembers, nil, func(r *sqlx.Rows) error {
		var m member
		if err := m.scan(r); err != nil {
			return err
		}
		return fn(m)
	})
}

func memberOf(ctx context.Context, q db.Q, customer int64) (m member, found bool, err error) {
	err = q.Each(ctx, sqlMember, []any{customer}, func(r *sqlx.Rows) error {
		found = true
		return m.scan(r)
	})
	return m, found, err
}

func putPeers(ctx context.Context, tx *db.Tx, all packed) error {
	if _, err := tx.Exec(ctx, sqlDropPeers); err != nil {
		return fmt.Errorf("forget the groups of the night before: %w", err)
	}
	for key, members := range all {
		if len(members)/3 <= fewPeers {
			continue
		}
		if err := putCrowd(ctx, tx, key[0], key[1], crowdOf(members)); err != nil {
			return err
		}
	}
	return nil
}

// kept is a crowd as it is stored.
type kept struct {
	Total  []int `json:"total"`
	Value  []int `json:"value"`
	Health []int `json:"health"`
}

func putCrowd(ctx context.Context, tx *db.Tx, by, of string, c *crowd) error {
	text, err := json.Marshal(kept{c.Total.bins[:], c.Value.bins[:], c.Health.bins[:]})
	if err != nil {
		return fmt.Errorf("encode a group: %w", err)
	}
	if _, err = tx.Exec(ctx, sqlPutCrowd, by, of, string(text)); err != nil {
		return fmt.Errorf("keep a group: %w", err)
	}
	return nil
}

func readCrowd(ctx context.Context, q db.Q, g Group) (c crowd, found bool, err error) {
	var text string
	if found, err = db.Found(q.Get(ctx, &text, sqlCrowd, g.By, g.Of)); err != nil || !found {
		return c, false, err
	}
	var k kept
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return c, false, fmt.Errorf("read a group: %w", err)
	}
	for _, part := range []struct {
		t    *tally
		bins []int
	}{{&c.Total, k.Total}, {&c.Value, k.Value}, {&c.Health, k.Health}} {
		for i, n := range part.bins[:min(len(part.bins), len(part.t.bins))] {
			part.t.bins[i] = n
			part.t.n += n
		}
	}
	return c, true, nil
}

// keptPeers compares somebody with a group as the night counted it.
func keptPeers(ctx context.Context, q db.Q, g Group, total float64) (Peers, bool, error) {
	c, found, err := readCrowd(ctx, q, g)
	if err != nil || !found {
		return Peers{}, false, err
	}
	p, ok := c.without(g, total)
	return p, ok, nil
}
