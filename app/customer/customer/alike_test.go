package customer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

const taxID = "91330106MA2KJ5QX10"

// guarded is a shop with one customer, and a member who may not create anybody
// twice and sees only their own.
func guarded(t *testing.T) (*apptest.App, *apptest.API, *apptest.API) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"杭州鹤壶茶业有限公司","owner_id":1,"tax_id":" 91330106ma2kj5qx10 "}`)
	a.Colleague("dan@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write", "allowed", "import.write", "allowed", "sharing.write")
	return a, api, a.API("dan@example.com", "write")
}

func TestATaxIDIsLookedForAtEveryDoor(t *testing.T) {
	a, api, dan := guarded(t)
	if n := a.Count("SELECT count(*) FROM invoice_title WHERE tax_id = '" + taxID + "' AND customer_id = 1 AND is_default = 1"); n != 1 {
		t.Errorf("the tax id is kept %d times", n)
	}
	var made struct {
		Duplicates []struct {
			ID        int64
			Name      string
			Reasons   []string
			OwnerName string `json:"owner_name"`
			MayOpen   bool   `json:"may_open"`
		} `json:"possible_duplicates"`
	}
	same := `{"name":"Something else","tax_id":"９１３３０１０６-MA2KJ5QX10"}`
	if r := api.Call("POST", "/customers?on_duplicate=refuse", same); r.Status != 409 || !strings.Contains(r.Body, "鹤壶") {
		t.Errorf("refused: %d %s", r.Status, r.Body)
	}
	if r := dan.Call("POST", "/customers", same); r.Status != 409 || !strings.Contains(r.Body, `"owner_name"`) || !strings.Contains(r.Body, `"may_open":false`) {
		t.Errorf("whoever may not: %d %s", r.Status, r.Body)
	}
	b := a.Owner()
	if page := b.Get("/customers/alike?name=Other&tax_id=" + taxID); !strings.Contains(page.Body, "Same tax ID") || !strings.Contains(page.Body, `href="/customers/1"`) {
		t.Errorf("the form does not say it: %d", page.Status)
	}
	d := a.SignIn("dan@example.com", apptest.Password)
	if page := d.Get("/customers/alike?name=Other&tax_id=" + taxID); !strings.Contains(page.Body, "/customers/1/ask") || strings.Contains(page.Body, `href="/customers/1"`) {
		t.Errorf("the finder is not offered to ask: %d", page.Status)
	}
	d.Get("/customers/new")
	if r := d.Post("/customers", "name", "Other", "tax_id", taxID); r.Status != 409 {
		t.Errorf("the form lets it through: %d", r.Status)
	}
	if page := b.Get("/customers/new"); !strings.Contains(page.Body, `name="tax_id"`) || !strings.Contains(page.Body, `name="name" type="text" required maxlength="200" autofocus data-alike-key`) {
		t.Error("the form does not look while one types")
	}
	api.Into(&made, 201, "POST", "/customers", same)
	if len(made.Duplicates) != 1 || made.Duplicates[0].Reasons[0] != "tax" || !made.Duplicates[0].MayOpen {
		t.Errorf("made anyway: %+v", made)
	}
}

func TestAnImportSaysWhoIsThereAlready(t *testing.T) {
	a, _, _ := guarded(t)
	run, problems := a.Import("customers", "name,invoice.tax_id\nFresh Ltd,"+taxID+"\nOther Ltd,\n", importer.Options{})
	if run.Created != 2 || !strings.Contains(strings.Join(problems, "\n"), "has this tax ID already") {
		t.Errorf("%s %v", apptest.Tally(run), problems)
	}
	actor := &auth.Actor{UserID: 2, Name: "Dan", Role: auth.Member, Reach: auth.Own, Zone: time.UTC}
	actor.Grant(map[string]bool{customer.Read: true, customer.Write: true, "import.write": true})
	a.Imports.Users = sees{actor}
	dan := a.As(actor)
	run, problems = a.ImportAs(dan, "customers", "name,invoice.tax_id\n鹤壶茶业（杭州）有限公司,\nThird Ltd,"+taxID+"\nFourth Ltd,\n", importer.Options{})
	if run.Created != 1 || run.Failed != 2 || strings.Count(strings.Join(problems, "\n"), "may not create a customer twice") != 2 {
		t.Errorf("%s %v", apptest.Tally(run), problems)
	}
}

// sees is the one person whom the engine finds behind a run.
type sees struct{ actor *auth.Actor }

func (s sees) Actor(context.Context, int64) (*auth.Actor, int64, error) { return s.actor, 1, nil }
