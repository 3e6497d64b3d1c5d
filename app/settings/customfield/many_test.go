package customfield_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// With as many fields as a shop may have, every page still answers, the form
// folds the empty ones away, and the next field is refused in words.
func TestFiveHundredFieldsAreStillUsable(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	api.Into(nil, http.StatusCreated, http.MethodPost, "/custom-fields", `{"subject":"customer","kind":"text","name_en":"Field 0","key":"k0","required":true}`)
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO custom_field (subject, key, kind, name_en, name_zh, choices, position, created_at, updated_at)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 499)
			SELECT 'customer', 'k' || i, CASE i % 5 WHEN 0 THEN 'number' WHEN 1 THEN 'date' WHEN 2 THEN 'choice' ELSE 'text' END, 'Field ' || i, '', '["a","b"]', i,
				(SELECT created_at FROM custom_field), (SELECT created_at FROM custom_field) FROM n`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	values := make([]string, 0, 500)
	for i := range 500 {
		value := fmt.Sprintf("%q", fmt.Sprintf("value %d", i))
		switch {
		case i == 0:
		case i%5 == 0:
			value = fmt.Sprint(i)
		case i%5 == 1:
			value = `"2026-03-02"`
		case i%5 == 2:
			value = `"a"`
		}
		values = append(values, fmt.Sprintf("%q:%s", fmt.Sprintf("k%d", i), value))
	}
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Full","fields":{`+strings.Join(values, ",")+`}}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Sparse","fields":{"k0":"here","k7":"a"}}`)
	if r := api.Call(http.MethodPost, "/custom-fields", `{"subject":"customer","kind":"text","name_en":"One too many"}`); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "More than 500") {
		t.Errorf("the field after the last: %d %s", r.Status, r.Body)
	}
	for path, most := range map[string]int{ // bytes
		"/customers/1": 300_000, "/customers/1/edit": 600_000, "/customers/2/edit": 600_000, "/customers/new": 600_000, "/customers": 100_000,
		"/customers?columns=fields.k1,fields.k499": 100_000, "/customers/columns": 150_000, "/customers/filter": 250_000, "/settings/fields": 500_000,
	} {
		r := b.Get(path)
		if r.Status != http.StatusOK || strings.Contains(r.Body, "&lt;no value") || strings.Contains(r.Body, "ZgotmplZ") {
			t.Errorf("%s: %d", path, r.Status)
		}
		if len(r.Body) > most {
			t.Errorf("%s is %d bytes, more than %d", path, len(r.Body), most)
		}
	}
	form := b.Get("/customers/2/edit").Body
	front, folded, ok := strings.Cut(form, "data-find-within")
	if !ok || !strings.Contains(front, `name="fields.k0"`) || !strings.Contains(front, `name="fields.k7"`) || strings.Contains(front, `name="fields.k8"`) || !strings.Contains(folded, `name="fields.k8"`) {
		t.Error("the form does not keep what is filled in front and the rest behind a fold")
	}
	if n := strings.Count(form, ` name="fields.k`); n != 500 {
		t.Errorf("the form has %d of the fields", n)
	}
	if saved := b.Follow("/customers/2", "name", "Sparse", "kind", "company", "version", "1", "fields.k0", "here", "fields.k8", "from behind"); !strings.Contains(saved.Body, "from behind") {
		t.Errorf("what stood behind the fold is not saved: %d", saved.Status)
	}
	wrong := b.Post("/customers/2", "name", "Sparse", "kind", "company", "version", "2", "fields.k0", "here", "fields.k5", "many")
	front, _, _ = strings.Cut(wrong.Body, "data-find-within")
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(front, `name="fields.k5"`) {
		t.Errorf("a mistake behind the fold does not come forward: %d", wrong.Status)
	}
}
