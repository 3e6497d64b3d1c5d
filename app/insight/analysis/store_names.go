package analysis

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// What records are called, by their ids.
var (
	sqlUsers      = db.SQL(`SELECT id, name FROM user WHERE id IN (SELECT value FROM json_each(?))`)
	sqlTeams      = db.SQL(`SELECT id, name FROM team WHERE id IN (SELECT value FROM json_each(?))`)
	sqlTags       = db.SQL(`SELECT id, name FROM tag WHERE id IN (SELECT value FROM json_each(?))`)
	sqlCustomers  = db.SQL(`SELECT c.id, c.name FROM customer c WHERE c.id IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL)
	sqlProducts   = db.SQL(`SELECT id, name FROM product WHERE id IN (SELECT value FROM json_each(?))`)
	sqlSurveys    = db.SQL(`SELECT id, name FROM survey WHERE id IN (SELECT value FROM json_each(?))`)
	sqlStages     = db.SQL(`SELECT s.id, CASE WHEN (SELECT count(*) FROM deal_pipeline) > 1 THEN p.name || ' › ' || s.name ELSE s.name END AS name FROM deal_stage s JOIN deal_pipeline p ON p.id = s.pipeline_id WHERE s.id IN (SELECT value FROM json_each(?))`)
	sqlPipelines  = db.SQL(`SELECT id, name FROM deal_pipeline WHERE id IN (SELECT value FROM json_each(?))`)
	sqlDealWhy    = db.SQL(`SELECT id, name FROM deal_reason WHERE id IN (SELECT value FROM json_each(?))`)
	sqlLeadWhy    = db.SQL(`SELECT id, name FROM lead_reason WHERE id IN (SELECT value FROM json_each(?))`)
	sqlColleagues = db.SQL(`SELECT id, name FROM user WHERE status = 'active' ORDER BY name, id LIMIT 300`)
	sqlAllTeams   = db.SQL(`SELECT id, name FROM team ORDER BY name, id LIMIT 300`)
	sqlCauses     = db.SQL(`SELECT code, name_en, name_zh FROM feedback_cause`)
	sqlTagNamed   = db.SQL(`SELECT coalesce(min(id), 0) FROM tag WHERE name = ? COLLATE NOCASE`)
	// The order of the stages of deals is the pipelines'.
	sqlStageOrder = db.SQL(`SELECT s.id, '' AS name FROM deal_stage s JOIN deal_pipeline p ON p.id = s.pipeline_id ORDER BY p.position, p.id, s.position, s.id`)
)

var nameSQL = map[string]string{"user": sqlUsers, "team": sqlTeams, "tag": sqlTags, "customer": sqlCustomers, "product": sqlProducts, "survey": sqlSurveys,
	"deal_stage": sqlStages, "pipeline": sqlPipelines, "deal_reason": sqlDealWhy, "lead_reason": sqlLeadWhy}

// record is one with its name.
type record struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// names are what records are called; a customer's only for whom the actor may see.
func names(ctx context.Context, q db.Q, kind string, ids []int64) (map[int64]string, error) {
	raw, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("look up names: %w", err)
	}
	args := []any{string(raw)}
	if kind == "customer" {
		args = append(args, auth.From(ctx).Scope().Args()...)
	}
	var rows []record
	if err := q.Select(ctx, &rows, nameSQL[kind], args...); err != nil {
		return nil, fmt.Errorf("look up the names of %s: %w", kind, err)
	}
	out := map[int64]string{}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}

func records(ctx context.Context, q db.Q, query string) ([]record, error) {
	var out []record
	if err := q.Select(ctx, &out, query); err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	return out, nil
}

// cause is why a case came about, as the shop calls it.
type cause struct {
	Code string `db:"code"`
	EN   string `db:"name_en"`
	ZH   string `db:"name_zh"`
}

func causes(ctx context.Context, q db.Q) ([]cause, error) {
	var out []cause
	if err := q.Select(ctx, &out, sqlCauses); err != nil {
		return nil, fmt.Errorf("list causes: %w", err)
	}
	return out, nil
}

// tagNamed is the tag of a name, 0 for none.
func tagNamed(ctx context.Context, q db.Q, name string) (id int64, err error) {
	if err := q.Get(ctx, &id, sqlTagNamed, name); err != nil {
		return 0, fmt.Errorf("look for tag %q: %w", name, err)
	}
	return id, nil
}
