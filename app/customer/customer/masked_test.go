package customer_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// A role that sees numbers masked sees them so everywhere, saves without losing
// them, and every look at one is recorded.
func TestNumbersAreMaskedForARoleAndEveryLookIsRecorded(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Colleague(apptest.MemberEmail, "member")
	decide := func(permission string) {
		t.Helper()
		err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO role_permission (role, permission, allowed) VALUES ('member', ?, 0)`, permission)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	decide("detail.read")
	b, api := a.SignIn(apptest.MemberEmail, apptest.Password), a.API(apptest.MemberEmail, "write")
	hidden := []string{"117 496 0142", "1174960142", "ines@example.com", "baker@example.com", "13800138000", "138 0013 8000", "dan@example.com"}
	for _, path := range []string{"/customers", "/customers/1", "/customers/2", "/customers/1/edit", "/contacts/1", "/customers?q=dan", "/history?subject=customer.1"} {
		r := b.Get(path)
		if r.Status != http.StatusOK {
			t.Errorf("%s: %d", path, r.Status)
		}
		for _, h := range hidden {
			if strings.Contains(r.Body, h) {
				t.Errorf("%s shows %s", path, h)
			}
		}
	}
	for _, path := range []string{"/customers", "/customers/1", "/customers/2", "/contacts", "/contacts/1"} {
		r := api.Call("GET", path, "")
		for _, h := range hidden {
			if strings.Contains(r.Body, h) {
				t.Errorf("the API's %s shows %s", path, h)
			}
		}
		if !strings.Contains(r.Body, "***@example.com") {
			t.Errorf("the API's %s shows no masked address: %s", path, r.Body)
		}
	}
	api.Into(nil, 200, "PATCH", "/customers/2", `{"version":1,"name":"单雄信二"}`)
	api.Into(nil, 200, "PATCH", "/contacts/1", `{"version":1,"title":"Head baker"}`)
	if n := a.Count(`SELECT count(*) FROM customer_phone WHERE raw = '138 0013 8000'`); n != 1 {
		t.Error("a masked number was saved over the real one")
	}
	if n := a.Count(`SELECT count(*) FROM customer_email WHERE email IN ('dan@example.com', 'baker@example.com')`); n != 2 {
		t.Error("a masked address was saved over the real one")
	}
	const looks = `SELECT count(*) FROM journal_set WHERE op = 'customer.reveal' AND subject_kind = 'customer' AND subject_id = 2 AND reason = 'phone, email, wechat'`
	if r := api.Call("POST", "/customers/2/reveal", ""); r.Status != http.StatusOK || !strings.Contains(r.Body, "138 0013 8000") || a.Count(looks) != 1 {
		t.Errorf("a look: %d %s, %d recorded", r.Status, r.Body, a.Count(looks))
	}
	if r := b.Post("/customers/2/reveal"); r.Status != http.StatusOK || !strings.Contains(r.Body, "138 0013 8000") || a.Count(looks) != 2 {
		t.Errorf("a look on the page: %d, %d recorded", r.Status, a.Count(looks))
	}
	decide("detail.reveal")
	if r := api.Call("POST", "/customers/2/reveal", ""); r.Status != http.StatusForbidden || strings.Contains(r.Body, "8000") || a.Count(looks) != 2 {
		t.Errorf("without the permission: %d %s", r.Status, r.Body)
	}
	if r := a.Anonymous().Call("POST", "/customers/2/reveal", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", r.Status)
	}
}
