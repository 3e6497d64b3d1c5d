package lead

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

const routeColumns = `r.id, r.name, r.position, r.sources, r.regions, r.product_id, p.name AS product_name, r.form_id, f.name AS form_name, r.people, r.method, r.at_once, r.active,
	r.last_id, r.created_at, r.updated_at, r.version FROM lead_route r LEFT JOIN product p ON p.id = r.product_id LEFT JOIN lead_form f ON f.id = r.form_id`

var (
	sqlRoutes   = db.SQL(`SELECT ` + routeColumns + ` ORDER BY r.position, r.id`)
	sqlRoute    = db.SQL(`SELECT ` + routeColumns + ` WHERE r.id = ?`)
	sqlAddRoute = db.SQL(`
		INSERT INTO lead_route (name, position, sources, regions, product_id, form_id, people, method, at_once, active, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetRoute = db.SQL(`
		UPDATE lead_route SET name = ?, position = ?, sources = ?, regions = ?, product_id = ?, form_id = ?, people = ?, method = ?, at_once = ?, active = ?,
			updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlPlaceRoute   = db.SQL(`UPDATE lead_route SET position = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropRoute    = db.SQL(`DELETE FROM lead_route WHERE id = ?`)
	sqlTurn         = db.SQL(`UPDATE lead_route SET last_id = ? WHERE id = ?`)
	sqlProductThere = db.SQL(`SELECT count(*) FROM product WHERE id = ?`)
	sqlFormThere    = db.SQL(`SELECT count(*) FROM lead_form WHERE id = ?`)
	sqlWaiting      = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE l.waiting = 1 AND l.owner_id IS NULL AND ` + open + ` ORDER BY l.id LIMIT 500`)
	sqlWorkers      = db.SQL(`
		SELECT u.id, u.name, u.role, (SELECT count(*) FROM lead l WHERE l.owner_id = u.id AND ` + open + `) AS open,
			EXISTS (SELECT 1 FROM sharing_parcel p WHERE p.from_id = u.id AND p.until <> '' AND p.returned_at IS NULL)
			OR EXISTS (SELECT 1 FROM approval_deputy d WHERE d.user_id = u.id AND d.from_on <= ? AND d.to_on >= ?) AS away
		FROM user u WHERE u.status = 'active' ORDER BY u.id`)
)

func routesNow(ctx context.Context, q db.Q) ([]Route, error) {
	out := []Route{}
	if err := q.Select(ctx, &out, sqlRoutes); err != nil {
		return nil, fmt.Errorf("list the rules of assignment: %w", err)
	}
	return out, nil
}

func routeByID(ctx context.Context, q db.Q, id int64) (r Route, err error) {
	return r, db.OrNotFound(q.Get(ctx, &r, sqlRoute, id))
}

func putRoute(ctx context.Context, tx *db.Tx, r *Route) (err error) {
	args := []any{r.Name, r.Position, r.Sources.JSON(), r.Regions.JSON(), r.ProductID, r.FormID, jsonIDs(r.People), r.Method, r.AtOnce, r.Active}
	if r.ID == 0 {
		r.ID, err = tx.Insert(ctx, sqlAddRoute, append(args, db.At(tx.Now), db.At(tx.Now))...)
	} else {
		_, err = tx.Exec(ctx, sqlSetRoute, append(args, db.At(tx.Now), r.ID)...)
	}
	if err != nil {
		return fmt.Errorf("store a rule of assignment: %w", err)
	}
	return nil
}
