package approval_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/work/approval"
)

// house is a shop of four: the owner, two managers and a member, with an order
// that was paid.
type house struct {
	*apptest.App
	owner, anna, ben, dan *apptest.API
	annaID, benID, danID  int64
}

func shop(t *testing.T) *house {
	h := &house{App: apptest.New(t)}
	h.annaID = h.Colleague("anna@example.com", "manager").ID
	h.benID = h.Colleague("ben@example.com", "manager").ID
	h.danID = h.Colleague("dan@example.com", "member").ID
	h.owner, h.anna = h.API("", "write"), h.API("anna@example.com", "write")
	h.ben, h.dan = h.API("ben@example.com", "write"), h.API("dan@example.com", "write")
	h.owner.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	h.owner.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"500.00","currency":"USD"}}]}`)
	h.owner.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"1000.00","currency":"USD"}}`)
	return h
}

func (h *house) rule(steps string) {
	h.owner.Into(nil, 201, "POST", "/approval-rules", `{"kind":"payment.refund","basis":"amount","threshold":10000,"enabled":true,"steps":`+steps+`}`)
}

const manager = `[{"who":"manager"}]`

// refund asks dan's refund and gives the approval that it waits for.
func (h *house) refund(amount string) int64 {
	h.T.Helper()
	before := h.payments()
	r := h.dan.Call("POST", "/payments", fmt.Sprintf(`{"order_id":1,"amount":{"amount":"-%s","currency":"USD"},"note":"cracked","again":true}`, amount))
	if r.Status != 409 || !strings.Contains(r.Body, "waits") || h.payments() != before {
		h.T.Fatalf("a refund over the limit: %d %s", r.Status, r.Body)
	}
	var id int64
	if err := h.DB.Reader(h.T.Context()).Get(h.T.Context(), &id, `SELECT max(id) FROM approval`); err != nil {
		h.T.Fatal(err)
	}
	return id
}

func (h *house) payments() int { return h.Count(`SELECT count(*) FROM payment`) }

func path(id int64, what string) string { return fmt.Sprintf("/approvals/%d/%s", id, what) }

func TestARefundWaitsAndIsMadeWhenApproved(t *testing.T) {
	h := shop(t)
	h.rule(manager)
	h.dan.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"-100.00","currency":"USD"}}`)   // not more than the limit
	h.owner.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"-150.00","currency":"USD"}}`) // has the last word
	id := h.refund("150.00")
	if again := h.refund("150.00"); again != id {
		t.Errorf("asked twice: %d and %d", id, again)
	}
	if n := h.Count(`SELECT count(*) FROM notification WHERE kind = 'approval_asked'`); n != 2 {
		t.Errorf("%d are told, not both managers", n)
	}
	var waiting struct{ Items []approval.Object }
	h.anna.Into(&waiting, 200, "GET", "/approvals/waiting", "")
	if len(waiting.Items) != 1 || waiting.Items[0].ID != id || waiting.Items[0].Reason != "cracked" {
		t.Fatalf("%+v", waiting)
	}
	h.dan.Into(nil, 403, "POST", path(id, "approve"), `{}`)
	var a approval.Object
	n := h.payments()
	h.anna.Into(&a, 200, "POST", path(id, "approve"), `{}`)
	if a.State != "approved" || h.payments() != n+1 || h.Count(`SELECT count(*) FROM payment WHERE amount = -15000 AND note = 'cracked'`) != 1 {
		t.Fatalf("%+v, %d payments", a, h.payments()-n)
	}
	if h.Count(`SELECT count(*) FROM notification WHERE kind = 'approval_decided' AND user_id = (SELECT id FROM user WHERE email = 'dan@example.com')`) != 1 {
		t.Error("dan hears nothing")
	}
	if r := h.ben.Call("POST", path(id, "approve"), `{}`); r.Status != 409 || h.payments() != n+1 {
		t.Errorf("the second of two who press at once: %d", r.Status)
	}
	// The same once more is a new question: what was approved is used up.
	if again := h.refund("150.00"); again == id {
		t.Error("one word approves two refunds")
	}
}

func TestEveryRaceHasAClearAnswer(t *testing.T) {
	h := shop(t)
	h.rule(`[{"who":"manager"},{"who":"role","role":"owner"}]`)
	id := h.refund("150.00")
	h.dan.Into(nil, 200, "POST", path(id, "withdraw"), `{}`)
	if r := h.anna.Call("POST", path(id, "approve"), `{}`); r.Status != 409 || !strings.Contains(r.Body, "withdrawn") {
		t.Errorf("approved after it was withdrawn: %d %s", r.Status, r.Body)
	}
	h.dan.Into(nil, 409, "POST", path(id, "withdraw"), `{}`)

	id = h.refund("151.00") // two managers read version 2, both press: the second does not decide the owner's step
	var a approval.Object
	h.anna.Into(&a, 200, "GET", fmt.Sprintf("/approvals/%d", id), "")
	h.anna.Into(&a, 200, "POST", path(id, "approve"), fmt.Sprintf(`{"version":%d}`, a.Version))
	if a.State != "asked" || a.Step != 2 {
		t.Fatalf("after the first step: %+v", a)
	}
	h.ben.Into(nil, 403, "POST", path(id, "approve"), `{}`)
	h.owner.Into(nil, 409, "POST", path(id, "approve"), fmt.Sprintf(`{"version":%d}`, a.Version-1))
	h.owner.Into(nil, 204, "DELETE", "/approval-rules/1", "") // what was asked goes on without its rule
	h.owner.Into(&a, 200, "POST", path(id, "approve"), `{}`)
	if a.State != "approved" {
		t.Errorf("%+v", a)
	}

	h.rule(fmt.Sprintf(`[{"who":"person","user_id":%d}]`, h.annaID))
	id = h.refund("152.00")
	if err := h.Users().Disable(h.As(ownerActor()), h.annaID); err != nil {
		t.Fatal(err)
	}
	h.anna.Into(nil, 401, "POST", path(id, "approve"), `{}`)
	var waiting struct{ Items []approval.Object }
	h.owner.Into(&waiting, 200, "GET", "/approvals/waiting", "")
	if len(waiting.Items) != 1 || waiting.Items[0].ID != id {
		t.Fatalf("the approver has left and the owner sees %+v", waiting)
	}
	h.owner.Into(nil, 422, "POST", path(id, "reject"), `{}`) // no needs a reason
	h.owner.Into(&a, 200, "POST", path(id, "reject"), `{"note":"Not this time"}`)
	if a.State != "rejected" {
		t.Errorf("%+v", a)
	}

	id = h.refund("153.00")                             // nobody of the rule is left: the owner is asked at once
	h.owner.Into(nil, 409, "DELETE", "/payments/1", "") // money of it was paid back
	h.owner.Into(nil, 204, "DELETE", "/payments/2", "")
	h.owner.Into(nil, 204, "DELETE", "/payments/1", "")
	h.owner.Into(nil, 204, "DELETE", "/orders/1", "")
	h.owner.Into(&a, 200, "POST", path(id, "approve"), `{}`)
	if a.State != "void" {
		t.Errorf("the order is gone and the refund is %s", a.State)
	}
}

func TestADeputyDecidesWhileSomebodyIsAway(t *testing.T) {
	h := shop(t)
	h.rule(fmt.Sprintf(`[{"who":"person","user_id":%d}]`, h.annaID))
	id := h.refund("150.00")
	h.ben.Into(nil, 403, "POST", path(id, "approve"), `{}`)
	today := h.DB.Now().UTC().Format("2006-01-02")
	h.ben.Into(nil, 403, "POST", "/approval-deputies", fmt.Sprintf(`{"user_id":%d,"deputy_id":%d,"from":%q,"to":%q}`, h.annaID, h.benID, today, today))
	h.anna.Into(nil, 422, "POST", "/approval-deputies", fmt.Sprintf(`{"deputy_id":%d,"from":%q,"to":"2001-01-01"}`, h.benID, today))
	h.anna.Into(nil, 201, "POST", "/approval-deputies", fmt.Sprintf(`{"deputy_id":%d,"from":%q,"to":%q}`, h.benID, today, today))
	var a approval.Object
	h.ben.Into(nil, 200, "POST", path(id, "approve"), `{}`)
	h.owner.Into(&a, 200, "GET", fmt.Sprintf("/approvals/%d", id), "")
	if a.State != "approved" || a.Steps[0].DecidedBy != h.benID || a.Steps[0].StoodFor != h.annaID {
		t.Errorf("%+v", a)
	}
}

func TestWhoMaySeeAndDecide(t *testing.T) {
	h := shop(t)
	h.rule(manager)
	id := h.refund("150.00")
	one := fmt.Sprintf("/approvals/%d", id)
	h.Colleague("eve@example.com", "member")
	eve, nobody, look := h.API("eve@example.com", "write"), h.Anonymous(), h.API("anna@example.com", "read")
	eve.Into(nil, 404, "GET", one, "")
	for _, what := range []string{"approve", "reject", "withdraw"} {
		eve.Into(nil, 404, "POST", path(id, what), `{"note":"x"}`)
		nobody.Into(nil, 401, "POST", path(id, what), `{"note":"x"}`)
		look.Into(nil, 403, "POST", path(id, what), `{"note":"x"}`)
	}
	h.anna.Into(nil, 403, "POST", path(id, "withdraw"), `{}`)
	nobody.Into(nil, 401, "GET", "/approvals", "")
	nobody.Into(nil, 401, "GET", one, "")
	for _, path := range []string{"/approval-rules"} {
		h.anna.Into(nil, 403, "GET", path, "")
		h.dan.Into(nil, 403, "POST", path, `{"kind":"payment.refund","basis":"always","enabled":true,"steps":`+manager+`}`)
		nobody.Into(nil, 401, "GET", path, "")
	}
	h.dan.Into(nil, 403, "DELETE", "/approval-rules/1", "")
	for _, body := range []string{
		`{"kind":"everything","basis":"always","enabled":true,"steps":` + manager + `}`,
		`{"kind":"payment.refund","basis":"discount","enabled":true,"steps":` + manager + `}`,
		`{"kind":"payment.refund","basis":"amount","threshold":-1,"enabled":true,"steps":` + manager + `}`,
		`{"kind":"payment.refund","basis":"always","enabled":true,"steps":[]}`,
		`{"kind":"payment.refund","basis":"always","enabled":true,"steps":[{"who":"manager"},{"who":"manager"},{"who":"manager"},{"who":"manager"}]}`,
		`{"kind":"payment.refund","basis":"always","enabled":true,"steps":[{"who":"person","user_id":999}]}`,
		`{"kind":"payment.refund","basis":"always","enabled":true,"steps":[{"who":"role","role":"member"}]}`,
	} {
		h.owner.Into(nil, 422, "POST", "/approval-rules", body)
	}
}

func TestPagesDecideByPostOnly(t *testing.T) {
	h := shop(t)
	owner := h.Owner()
	owner.Get("/settings/approvals")
	if r := owner.Follow("/settings/approvals", "kind", "payment.refund", "basis", "amount", "limit", "100", "step1", "manager", "enabled", "1"); !strings.Contains(r.Body, "over $100") {
		t.Errorf("the rule in words: %.400s", r.Body)
	}
	dan := h.SignIn("dan@example.com", apptest.Password)
	dan.Get("/payments/new?order=1")
	if r := dan.Follow("/payments", "order_id", "1", "amount", "150", "refund", "1", "note", "<script>cracked</script>"); !strings.Contains(r.Body, "Pay back") || strings.Contains(r.Body, "<script>cracked") {
		t.Errorf("what waits: %.600s", r.Body)
	}
	anna := h.SignIn("anna@example.com", apptest.Password)
	list := anna.Get("/approvals").Body
	show := anna.Get("/approvals/1").Body
	if !strings.Contains(list, "Waiting for you") || !strings.Contains(show, `value="approve"`) || h.Count(`SELECT count(*) FROM approval WHERE state = 'asked'`) != 1 {
		t.Fatalf("looking decides nothing: %.300s", show)
	}
	if r := anna.Post("/approvals/1/decide", "version", "2", "answer", "reject"); r.Status != 422 || !strings.Contains(r.Body, "Say why") {
		t.Errorf("no without a reason: %d", r.Status)
	}
	if r := dan.Get("/approvals/1"); strings.Contains(r.Body, `value="approve"`) || !strings.Contains(r.Body, "Withdraw") {
		t.Error("whoever asked decides")
	}
	if r := anna.Follow("/approvals/1/decide", "version", "2", "answer", "approve"); !strings.Contains(r.Body, "Approved") || h.payments() != 2 {
		t.Errorf("%d payments", h.payments())
	}
	if r := anna.Post("/approvals/1/decide", "version", "2", "answer", "reject", "note", "x"); r.Status != 409 {
		t.Errorf("pressed again: %d", r.Status)
	}
	alone := apptest.New(t)
	if page := alone.Owner().Get("/settings").Body; strings.Contains(page, "/settings/approvals") {
		t.Error("whoever works alone meets approvals")
	}
	if r := alone.Owner().Get("/approvals"); r.Status != 403 {
		t.Errorf("whoever works alone: %d", r.Status)
	}
}

// Two refunds that each fit wait at once; only one of them can be paid back.
func TestARefundThatFitsNoMoreIsVoid(t *testing.T) {
	h := shop(t)
	h.rule(manager)
	first, second := h.refund("600.00"), h.refund("700.00")
	var a approval.Object
	h.anna.Into(&a, 200, "POST", path(first, "approve"), `{}`)
	if a.State != "approved" {
		t.Fatalf("%+v", a)
	}
	h.anna.Into(&a, 200, "POST", path(second, "approve"), `{}`)
	if a.State != "void" || h.payments() != 2 {
		t.Errorf("%s, %d payments", a.State, h.payments())
	}
	if page := h.Owner().Get(fmt.Sprintf("/approvals/%d", second)); !strings.Contains(page.Body, "holds less than this") {
		t.Error("nobody says why it is void")
	}
}
