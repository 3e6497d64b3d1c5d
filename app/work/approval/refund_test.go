package approval_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/work/approval"
)

func usd(cents int) string {
	return fmt.Sprintf(`{"amount":"%d.%02d","currency":"USD"}`, cents/100, cents%100)
}

func back(cents int) string { return strings.Replace(usd(cents), `"amount":"`, `"amount":"-`, 1) }

// In whatever parts, by whatever door: what goes back for one order, or of a
// customer's credit, without anybody's word never comes to more than the limit.
func TestNoSplittingPassesTheLimit(t *testing.T) {
	const limit = 10_000
	r := rand.New(rand.NewPCG(7, 20))
	for round := range 6 {
		h := shop(t)
		h.rule(manager)
		h.owner.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"amount":`+usd(30_000)+`}`)
		h.owner.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"amount":`+usd(40_000)+`}`)
		actor, _, err := h.Users().Actor(t.Context(), h.annaID)
		if err != nil {
			t.Fatal(err)
		}
		asked, done := 0, 0
		for step := range 24 {
			part := 1 + r.IntN(limit/2)
			var answer apptest.Answer
			switch r.IntN(5) {
			case 0, 1:
				answer = h.dan.Call("POST", "/payments", fmt.Sprintf(`{"order_id":1,"again":true,"amount":%s,"note":"part %d"}`, back(part), step))
			case 2:
				answer = h.dan.Call("POST", fmt.Sprintf("/receipts/%d/refund", 1+r.IntN(2)), fmt.Sprintf(`{"amount":%s,"note":"part %d"}`, usd(part), step))
			case 3: // a refund that is there becomes more
				id := h.Count(`SELECT coalesce((SELECT id FROM payment WHERE amount < 0 ORDER BY id LIMIT 1), 1)`)
				was := h.Count(`SELECT -amount FROM payment WHERE id = ?`, id)
				if was < 0 {
					continue
				}
				answer = h.dan.Call("PATCH", fmt.Sprintf("/payments/%d", id), fmt.Sprintf(`{"version":%d,"amount":%s}`, h.Count(`SELECT version FROM payment WHERE id = ?`, id), back(was+part)))
			default:
				run, why := h.ImportAs(h.As(actor), "payments", fmt.Sprintf("order_no,amount,paid_on\n%s,-%d.%02d,2026-02-%02d\n", number(h), part/100, part%100, 1+step), importer.Options{})
				if run.Failed > 0 {
					asked++
					if !strings.Contains(why[0], "more than $100.00 needs approval") {
						t.Fatalf("a row that is not let in: %v", why)
					}
				}
			}
			switch {
			case answer.Status == 409 && strings.Contains(answer.Body, "waits"):
				asked++
			case answer.Status >= 400:
				t.Fatalf("round %d, step %d: %d %s", round, step, answer.Status, answer.Body)
			}
			order := h.Count(`SELECT -coalesce(sum(min(amount, 0)), 0) FROM payment`)
			credit := h.Count(`SELECT coalesce(sum(amount), 0) FROM receipt_back`)
			if order+credit > limit {
				t.Fatalf("round %d, step %d: %d went back for the order and %d of the credit, nobody was asked", round, step, order, credit)
			}
			done = order + credit
		}
		if asked == 0 || done == 0 {
			t.Errorf("round %d: %d asked, %d went back", round, asked, done)
		}
	}
}

func number(h *house) string {
	var o struct{ Number string }
	h.owner.Into(&o, 200, "GET", "/orders/1", "")
	return o.Number
}

// The sum is what the approver reads; what waits counts, another order does not.
func TestARefundCountsWithWhatWentBefore(t *testing.T) {
	h := shop(t)
	h.rule(manager)
	h.owner.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"500.00","currency":"USD"}}]}`)
	h.owner.Into(nil, 201, "POST", "/payments", `{"order_id":2,"again":true,"amount":{"amount":"1000.00","currency":"USD"}}`)
	h.dan.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":`+back(6_000)+`}`)
	h.dan.Into(nil, 201, "POST", "/payments", `{"order_id":2,"amount":`+back(6_001)+`}`)
	id := h.refund("60.02")
	var a approval.Object
	h.anna.Into(&a, 200, "GET", fmt.Sprintf("/approvals/%d", id), "")
	if a.Amount.Amount != "60.02" || a.Earlier == nil || a.Earlier.Amount != "60.00" {
		t.Errorf("%+v", a)
	}
	if page := h.Owner().Get(fmt.Sprintf("/approvals/%d", id)).Body; !strings.Contains(page, "$120.02") {
		t.Error("the page does not say the sum")
	}
	if again := h.refund("0.01"); again == id {
		t.Error("a cent more is the same question")
	}
}

// Credit waits like a refund, and is paid back by the word that is given.
func TestCreditWaitsAndIsPaidBackWhenApproved(t *testing.T) {
	h := shop(t)
	h.rule(manager)
	h.owner.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"amount":{"amount":"500.00","currency":"USD"}}`)
	body := `{"amount":{"amount":"300.00","currency":"USD"},"note":"moved away"}`
	r := h.dan.Call("POST", "/receipts/1/refund", body)
	if r.Status != 409 || !strings.Contains(r.Body, "waits") || h.Count(`SELECT count(*) FROM receipt_back`) != 0 {
		t.Fatalf("Dan pays back: %d %s", r.Status, r.Body)
	}
	h.dan.Into(nil, 409, "POST", "/receipts/1/refund", `{"amount":{"amount":"5.00","currency":"USD"}}`) // together with what waits
	h.dan.Into(nil, 200, "POST", path(2, "withdraw"), `{}`)
	var a approval.Object
	h.anna.Into(&a, 200, "POST", path(1, "approve"), `{}`)
	if a.State != "approved" || h.Count(`SELECT sum(amount) FROM receipt_back WHERE note = 'moved away'`) != 30_000 {
		t.Errorf("%+v", a)
	}
	h.owner.Into(nil, 200, "POST", "/receipts/1/refund", `{"amount":{"amount":"200.00","currency":"USD"}}`)
	dan := h.SignIn("dan@example.com", apptest.Password)
	dan.Get("/today")
	h.owner.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"again":true,"amount":{"amount":"900.00","currency":"USD"}}`)
	if r := dan.Follow("/receipts/2/back", "back_amount", "400", "back_on", "2026-03-02"); !strings.Contains(r.Body, "waits for approval") {
		t.Errorf("the page: %d %.300s", r.Status, r.Body)
	}
}

// Whoever looks at the order, the payment or the receipt sees that it waits, for
// whom and since when; whoever asked takes it back there.
func TestWhatWaitsIsShownWhereItWaits(t *testing.T) {
	h := shop(t)
	h.rule(`[{"who":"manager"},{"who":"role","role":"owner"}]`)
	id := h.refund("150.00")
	h.owner.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"amount":{"amount":"500.00","currency":"USD"}}`)
	h.dan.Into(nil, 409, "POST", "/receipts/1/refund", `{"amount":{"amount":"300.00","currency":"USD"}}`)
	dan, eve := h.SignIn("dan@example.com", apptest.Password), h.stranger()
	for _, page := range []string{"/orders/1", "/payments/1", "/receipts/1"} {
		for who, b := range map[string]*apptest.Browser{"the asker": dan, "an approver": h.SignIn("anna@example.com", apptest.Password), "a colleague": eve} {
			body := b.Get(page).Body
			if !strings.Contains(body, "Waits for approval.") || !strings.Contains(body, "Sam Okafor asked") || !strings.Contains(body, "step 1 of 2") {
				t.Errorf("%s does not read on %s that it waits", who, page)
			}
			if withdraws := strings.Contains(body, "/withdraw"); withdraws != (who == "the asker") {
				t.Errorf("%s may withdraw on %s: %v", who, page, withdraws)
			}
			if opens := strings.Contains(body, `href="/approvals/`+fmt.Sprint(id)); page == "/orders/1" && opens == (who == "a colleague") {
				t.Errorf("%s opens the approval: %v", who, opens)
			}
		}
	}
	if body := dan.Get("/orders").Body; !strings.Contains(body, "Waits for approval") {
		t.Error("the list does not say that it waits")
	}
	var all struct{ Items []approval.Object }
	h.anna.Into(&all, 200, "GET", "/approvals?filter[subject_kind][eq]=order&filter[subject_id][eq]=1&filter[state][eq]=asked", "")
	if len(all.Items) != 1 || all.Items[0].ID != id {
		t.Errorf("%+v", all.Items)
	}
	if r := dan.Post(path(id, "withdraw"), "stay", "1"); r.Status != 303 || r.Location != "/orders/1" {
		t.Errorf("withdrawn on the order: %d %s", r.Status, r.Location)
	}
	if body := dan.Get("/orders/1").Body; strings.Contains(body, "Waits for approval.") {
		t.Error("what was withdrawn waits")
	}
	h.blind("payment.read")
	if body := h.stranger().Get("/orders/1").Body; strings.Contains(body, "Waits for approval.") {
		t.Error("who may not see payments sees a refund")
	}
	if body := h.stranger().Get("/orders").Body; strings.Contains(body, "Waits for approval") {
		t.Error("who may not see payments sees a refund in the list")
	}
}

// stranger is a member who has nothing to do with it.
func (h *house) stranger() *apptest.Browser {
	if h.Count(`SELECT count(*) FROM user WHERE email = 'eve@example.com'`) == 0 {
		h.Colleague("eve@example.com", "member")
	}
	return h.SignIn("eve@example.com", apptest.Password)
}

// blind takes a permission from members.
func (h *house) blind(permission string) {
	if err := h.DB.Write(h.As(ownerActor()), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO role_permission (role, permission, allowed) VALUES ('member', ?, 0)`, permission)
		return err
	}); err != nil {
		h.T.Fatal(err)
	}
}
