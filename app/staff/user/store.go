package user

import (
	"context"
	"fmt"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `u.id, u.name, u.email, u.role, u.team_id, coalesce(t.name, '') AS team_name, u.status, u.locale, u.timezone,
	u.theme, u.density, u.shortcuts, u.digest_at, u.created_at, u.updated_at, u.version,
	coalesce(s.generation, 0) AS generation, coalesce(s.totp_on, 0) AS totp_on, coalesce(s.password_hash, '') <> '' AS has_password`
	from = `user u LEFT JOIN user_secret s ON s.user_id = u.id LEFT JOIN team t ON t.id = u.team_id`
)

var (
	sqlAll    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` ORDER BY u.status = 'disabled', u.name, u.id`)
	sqlByID   = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE u.id = ?`)
	sqlByMail = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE u.email = ?`)
	sqlInsert = db.SQL(`
		INSERT INTO user (name, email, role, team_id, status, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE user SET name = ?, role = ?, team_id = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?`)
	sqlStatus  = db.SQL(`UPDATE user SET status = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlProfile = db.SQL(`
		UPDATE user SET name = ?, locale = ?, timezone = ?, theme = ?, density = ?, shortcuts = ?, digest_at = ?,
			updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlPeople = db.SQL(`SELECT count(*) FROM user WHERE status = 'active'`)
	sqlOwners = db.SQL(`SELECT count(*) FROM user WHERE role = 'owner' AND status = 'active'`)
)

// Row is a person in a list.
type Row struct {
	User
	field.Row
}

var fields = []field.Field{
	{Name: "name", Label: "common.name", Kind: field.Text, Column: "u.name", Sort: true},
	{Name: "email", Label: "common.email", Kind: field.Text, Column: "u.email", Sort: true},
	{Name: "role", Label: "staff.role", Kind: field.Choice, Column: "u.role", Choices: auth.Roles},
	{Name: "status", Label: "common.status", Kind: field.Choice, Column: "u.status", Choices: []string{Invited, Active, Disabled}},
	{Name: "team_id", Label: "staff.team", Kind: field.Ref, Column: "u.team_id", Options: "team"},
	{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "u.created_at", Sort: true},
}

var people = field.List{Fields: fields, Columns: columns, From: from, ID: "u.id", Sort: "name"}

func find(ctx context.Context, q db.Q, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := people.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" { // few people work in a house: no search index for them
		where = append(where, field.Where{SQL: "(instr(lower(u.name), lower(?)) > 0 OR instr(lower(u.email), lower(?)) > 0)", Args: []any{req.Q, req.Q}})
	}
	return field.Fetch[Row](ctx, q, people, req, where)
}

func all(ctx context.Context, q db.Q) ([]User, error) {
	out := []User{}
	if err := q.Select(ctx, &out, sqlAll); err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	return out, nil
}

func byID(ctx context.Context, q db.Q, id int64) (User, error) {
	var u User
	err := q.Get(ctx, &u, sqlByID, id)
	return u, db.OrNotFound(err)
}

func byMail(ctx context.Context, q db.Q, email string) (User, bool, error) {
	var u User
	found, err := db.Found(q.Get(ctx, &u, sqlByMail, email))
	return u, found, err
}

func insert(ctx context.Context, tx *db.Tx, in Input, hash string) (int64, error) {
	status := Invited
	if hash != "" {
		status = Active
	}
	id, err := tx.Insert(ctx, sqlInsert, in.Name, in.Email, in.Role, db.ID(in.TeamID), status, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, err
	}
	return id, savePassword(ctx, tx, id, hash)
}

func update(ctx context.Context, tx *db.Tx, id int64, in Change) error {
	if _, err := tx.Exec(ctx, sqlUpdate, in.Name, in.Role, db.ID(in.TeamID), db.At(tx.Now), id, in.Version); err != nil {
		return fmt.Errorf("change person %d: %w", id, err)
	}
	return nil
}

func saveStatus(ctx context.Context, tx *db.Tx, id int64, status string) error {
	if _, err := tx.Exec(ctx, sqlStatus, status, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("make person %d %s: %w", id, status, err)
	}
	return nil
}

func saveProfile(ctx context.Context, tx *db.Tx, id int64, p Profile) error {
	if _, err := tx.Exec(ctx, sqlProfile, p.Name, p.Locale, p.Timezone, p.Theme, p.Density, p.Shortcuts, p.DigestAt, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("store the profile of person %d: %w", id, err)
	}
	return nil
}

func owners(ctx context.Context, q db.Q) (int, error) {
	var n int
	if err := q.Get(ctx, &n, sqlOwners); err != nil {
		return 0, fmt.Errorf("count owners: %w", err)
	}
	return n, nil
}

// active counts who may sign in.
func active(ctx context.Context, q db.Q) (int, error) {
	var n int
	if err := q.Get(ctx, &n, sqlPeople); err != nil {
		return 0, fmt.Errorf("count the people: %w", err)
	}
	return n, nil
}
