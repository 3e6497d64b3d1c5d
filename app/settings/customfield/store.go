package customfield

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

var (
	sqlGet    = db.SQL(`SELECT ` + custom.Columns + ` FROM custom_field WHERE id = ?`)
	sqlInsert = db.SQL(`
		INSERT INTO custom_field (subject, key, kind, name_en, name_zh, help_en, help_zh, choices, required, required_field, required_value, shown_field,
			shown_value, searchable, filterable, sensitive, formula, purpose, preference, unscored, position, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE custom_field SET name_en = ?, name_zh = ?, help_en = ?, help_zh = ?, choices = ?, required = ?, required_field = ?, required_value = ?,
			shown_field = ?, shown_value = ?, searchable = ?, filterable = ?, formula = ?, purpose = ?, preference = ?, unscored = ?, position = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM custom_field WHERE id = ?`)

	sqlFollowed    = db.SQL(`SELECT fields, upto, most FROM custom_field_search WHERE subject = ?`)
	sqlPutFollowed = db.SQL(`
		INSERT INTO custom_field_search (subject, fields, upto, most) VALUES (?, ?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET fields = excluded.fields, upto = excluded.upto, most = excluded.most`)
)

func get(ctx context.Context, q db.Q, id int64) (custom.Field, error) {
	var f custom.Field
	err := q.Get(ctx, &f, sqlGet, id)
	return f, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	choices, err := words(in.Choices)
	if err != nil {
		return 0, err
	}
	id, err := tx.Insert(ctx, sqlInsert, in.Subject, in.Key, in.Kind, in.NameEN, in.NameZH, in.HelpEN, in.HelpZH, choices, in.Required, in.NeedField,
		in.NeedValue, in.ShownField, in.ShownValue, in.Searchable, in.Filterable, in.Sensitive, in.Formula, in.Purpose, in.Preference, in.Unscored, in.Position, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add field %s: %w", in.Key, err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	choices, err := words(in.Choices)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlUpdate, in.NameEN, in.NameZH, in.HelpEN, in.HelpZH, choices, in.Required, in.NeedField, in.NeedValue, in.ShownField,
		in.ShownValue, in.Searchable, in.Filterable, in.Formula, in.Purpose, in.Preference, in.Unscored, in.Position, db.At(tx.Now), id)
	if err != nil {
		return fmt.Errorf("change field %s: %w", in.Key, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete field %d: %w", id, err)
	}
	return nil
}

func words(list []string) (string, error) {
	if list == nil {
		list = []string{}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("encode choices: %w", err)
	}
	return string(b), nil
}

func putFollowed(ctx context.Context, tx *db.Tx, owner string, at followed) error {
	if _, err := tx.Exec(ctx, sqlPutFollowed, owner, at.Fields, at.UpTo, at.Most); err != nil {
		return fmt.Errorf("note how far search is: %w", err)
	}
	return nil
}
