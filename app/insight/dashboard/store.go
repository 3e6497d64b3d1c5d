package dashboard

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
)

const (
	columns = `d.id, d.user_id, u.name AS user_name, d.name, d.roles, d.created_at, d.updated_at, d.version`
	tables  = `dashboard d LEFT JOIN user u ON u.id = d.user_id`
	// seen is who sees a dashboard: whoever made it, and the roles it is shown to.
	// It takes seenArgs.
	seen = `(? = 1 OR d.user_id = ? OR instr(',' || d.roles || ',', ',' || ? || ',') > 0)`
)

func seenArgs(a *auth.Actor) []any {
	house := 0
	if a.UserID == 0 {
		house = 1
	}
	return []any{house, a.UserID, a.Role}
}

var (
	sqlAll        = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE ` + seen + ` ORDER BY (d.user_id IS ?) DESC, d.name, d.id LIMIT 100`)
	sqlGet        = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE d.id = ? AND ` + seen)
	sqlTiles      = db.SQL(`SELECT id, dashboard_id, position, source, report_id, title, look, width FROM dashboard_tile WHERE dashboard_id = ? ORDER BY position, id`)
	sqlInsert     = db.SQL(`INSERT INTO dashboard (user_id, name, roles, created_at, updated_at) VALUES (?, ?, ?, ?, ?)`)
	sqlUpdate     = db.SQL(`UPDATE dashboard SET name = ?, roles = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete     = db.SQL(`DELETE FROM dashboard WHERE id = ?`)
	sqlInsertTile = db.SQL(`INSERT INTO dashboard_tile (dashboard_id, position, source, report_id, title, look, width) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdateTile = db.SQL(`UPDATE dashboard_tile SET position = ?, source = ?, report_id = ?, title = ?, look = ?, width = ? WHERE id = ? AND dashboard_id = ?`)
	sqlDeleteTile = db.SQL(`DELETE FROM dashboard_tile WHERE id = ? AND dashboard_id = ?`)

	sqlHere   = db.SQL(`SELECT user_id FROM session WHERE pending = 0 AND seen_at > ? GROUP BY user_id ORDER BY max(seen_at) DESC LIMIT ?`)
	sqlPeople = db.SQL(`SELECT id AS value, name AS label FROM user WHERE status = 'active' ORDER BY name, id LIMIT 300`)
	sqlTags   = db.SQL(`SELECT id AS value, name AS label FROM tag ORDER BY name, id LIMIT 300`)
	// One look into the index for each region, however many customers there are.
	sqlRegions = db.List(`WITH RECURSIVE r (region) AS (
		SELECT min(region) FROM customer WHERE region <> ''
		UNION ALL SELECT (SELECT min(c.region) FROM customer c WHERE c.region <> '' AND c.region > r.region) FROM r WHERE r.region IS NOT NULL LIMIT 200
	) SELECT region AS value, region AS label FROM r WHERE region IS NOT NULL`)
)

func all(ctx context.Context, q db.Q, a *auth.Actor) ([]Dashboard, error) {
	var out []Dashboard
	if err := q.Select(ctx, &out, sqlAll, append(seenArgs(a), a.UserID)...); err != nil {
		return nil, fmt.Errorf("list dashboards: %w", err)
	}
	return out, nil
}

func get(ctx context.Context, q db.Q, a *auth.Actor, id int64) (Dashboard, error) {
	var d Dashboard
	if err := db.OrNotFound(q.Get(ctx, &d, sqlGet, append([]any{id}, seenArgs(a)...)...)); err != nil {
		return d, err
	}
	if err := q.Select(ctx, &d.Tiles, sqlTiles, id); err != nil {
		return d, fmt.Errorf("read the tiles of dashboard %d: %w", id, err)
	}
	return d, nil
}

func insert(ctx context.Context, tx *db.Tx, in Input, user int64) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, db.ID(user), in.Name, strings.Join(in.Roles, ","), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("make dashboard %q: %w", in.Name, err)
	}
	return id, arrange(ctx, tx, id, nil, in.Tiles)
}

func update(ctx context.Context, tx *db.Tx, d Dashboard, in Input) error {
	if _, err := tx.Exec(ctx, sqlUpdate, in.Name, strings.Join(in.Roles, ","), db.At(tx.Now), d.ID); err != nil {
		return fmt.Errorf("change dashboard %d: %w", d.ID, err)
	}
	return arrange(ctx, tx, d.ID, d.Tiles, in.Tiles)
}

// arrange makes the tiles those of now: new ones come, known ones change, the
// others go. What did not change is not written.
func arrange(ctx context.Context, tx *db.Tx, id int64, was []Tile, now []TileInput) error {
	known := map[int64]Tile{}
	for _, t := range was {
		known[t.ID] = t
	}
	for i, in := range now {
		t := in.tile()
		t.ID, t.DashboardID, t.Position = in.ID, id, i+1
		old, ok := known[in.ID]
		delete(known, in.ID)
		var err error
		switch {
		case !ok:
			_, err = tx.Insert(ctx, sqlInsertTile, id, t.Position, t.Source, t.ReportID, t.Title, t.Look, t.Width)
		case old != t:
			_, err = tx.Exec(ctx, sqlUpdateTile, t.Position, t.Source, t.ReportID, t.Title, t.Look, t.Width, t.ID, id)
		}
		if err != nil {
			return fmt.Errorf("put a tile on dashboard %d: %w", id, err)
		}
	}
	for gone := range known {
		if _, err := tx.Exec(ctx, sqlDeleteTile, gone, id); err != nil {
			return fmt.Errorf("take tile %d off dashboard %d: %w", gone, id, err)
		}
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete dashboard %d: %w", id, err)
	}
	return nil
}

// here are those who were here since, the latest first.
func here(ctx context.Context, q db.Q, since time.Time) (ids []int64, err error) {
	if err := q.Select(ctx, &ids, sqlHere, db.At(since), mostAhead); err != nil {
		return nil, fmt.Errorf("list who was here lately: %w", err)
	}
	return ids, nil
}

// options are what the filters offer.
func options(ctx context.Context, q db.Q, query string) ([]view.Option, error) {
	var rows []struct {
		Value string `db:"value"`
		Label string `db:"label"`
	}
	if err := q.Select(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("list what dashboards are filtered by: %w", err)
	}
	var out []view.Option
	for _, r := range rows {
		out = append(out, view.Option{Value: r.Value, Label: r.Label})
	}
	return out, nil
}

// Of customers with an owner, a region or a tag the scores are read as they are now.
const askedOf = ` FROM customer c JOIN customer_stat s ON s.customer_id = c.id
	WHERE c.no_profiling = 0 AND s.score >= 0 AND (? = '' OR c.owner_id = CAST(? AS INTEGER)) AND (? = '' OR c.region = ?)
		AND (? = '' OR c.id IN (SELECT v.customer_id FROM customer_tag v WHERE v.tag_id = CAST(? AS INTEGER))) AND ` + auth.CustomerSQL

var (
	sqlTens       = db.SQL(`SELECT min(9, CAST(s.score / 10 AS INTEGER)) AS ten, count(*) AS n` + askedOf + ` GROUP BY 1`)
	sqlDimensions = db.SQL(`
		SELECT d.value ->> '$.key' AS key, d.value ->> '$.score' AS score FROM evaluation e, json_each(e.dimensions) d
		WHERE d.value ->> '$.score' IS NOT NULL AND e.customer_id IN (SELECT c.id` + askedOf + `)`)
)

// of are the values for askedOf.
func (a Ask) of(scope auth.Scope) []any {
	return append([]any{a.Person, a.Person, a.Region, a.Region, a.Tag, a.Tag}, scope.Args()...)
}

func tens(ctx context.Context, q db.Q, scope auth.Scope, ask Ask) (out [10]int, err error) {
	var rows []struct {
		Ten int `db:"ten"`
		N   int `db:"n"`
	}
	if err := q.Select(ctx, &rows, sqlTens, ask.of(scope)...); err != nil {
		return out, fmt.Errorf("count scores: %w", err)
	}
	for _, r := range rows {
		out[r.Ten] = r.N
	}
	return out, nil
}

// dimensions are the scores of each dimension.
func dimensions(ctx context.Context, q db.Q, scope auth.Scope, ask Ask) (map[string][]float64, error) {
	out := map[string][]float64{}
	err := q.Each(ctx, sqlDimensions, ask.of(scope), func(r *sqlx.Rows) error {
		var key string
		var score float64
		if err := r.Scan(&key, &score); err != nil {
			return err
		}
		out[key] = append(out[key], score)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read scores by dimension: %w", err)
	}
	return out, nil
}
