package entry_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// catalogue gives the shop something to sell.
func catalogue(api *apptest.API) {
	api.Into(nil, 201, "POST", "/products", `{"name":"Longjing 龙井","price":{"amount":"24.00"}}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Green tea tin","price":{"amount":"8.00"}}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Black tea tin","price":{"amount":"9.00"}}`)
}

type part struct {
	Possible, Proposed bool
	Text, Title        string
	DueAt              string `json:"due_at"`
	ID                 int64
	Name               string
	Phones             []string
	Matches            []struct {
		ID      int64
		Reasons []string
	}
	Lines []struct {
		ProductID int64 `json:"product_id"`
		Name      string
		Quantity  float64
		UnitPrice struct{ Amount string } `json:"unit_price"`
		Options   []string
	}
}

type parsed struct {
	Marks []struct {
		Kind, Text, Sure string
		Start, End       int
	}
	Customer, Order, Task, Note part
	Case                        part `json:"feedback_case"`
}

const line = "Ada Bello +44 117 496 0142 order 2 x Longjing $45.50 call back next Tue 3pm" // the clock stands at Monday, 2 March 2026

func parse(t *testing.T, api *apptest.API, text string) parsed {
	t.Helper()
	var p parsed
	api.Into(&p, 200, "POST", "/entries/parse", fmt.Sprintf(`{"text":%q}`, text))
	return p
}

func TestALineIsReadAndChangesNothing(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	catalogue(api)
	p := parse(t, api, line)
	if p.Customer.Name != "Ada Bello" || !p.Customer.Proposed || len(p.Customer.Phones) != 1 || p.Customer.ID != 0 {
		t.Errorf("customer %+v", p.Customer)
	}
	if len(p.Order.Lines) != 1 || p.Order.Lines[0].ProductID != 1 || p.Order.Lines[0].Quantity != 2 || p.Order.Lines[0].UnitPrice.Amount != "22.75" || !p.Order.Proposed {
		t.Errorf("order %+v", p.Order)
	}
	if p.Task.DueAt != "2026-03-10T15:00:00Z" || p.Task.Title != "Call Ada Bello back" || !p.Task.Proposed || p.Case.Proposed || p.Note.Proposed {
		t.Errorf("task %+v, case %+v, note %+v", p.Task, p.Case, p.Note)
	}
	for _, m := range p.Marks {
		if m.End <= m.Start || line[m.Start:m.End] != m.Text {
			t.Errorf("mark %+v", m)
		}
	}
	var have struct{ Total int }
	if api.Into(&have, 200, "GET", "/customers?count=true", ""); have.Total != 0 {
		t.Errorf("parsing made %d customers", have.Total)
	}
}

func TestWhoIsKnownIsProposed(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada B.","phones":["+44 117 496 0142"]}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Tom Okafor"}`)
	if p := parse(t, api, line); p.Customer.ID != 1 || p.Customer.Matches[0].Reasons[0] != "phone" {
		t.Errorf("by number: %+v", p.Customer)
	}
	if p := parse(t, api, "visit Tom Okafor tomorrow"); p.Customer.ID != 2 {
		t.Errorf("by name: %+v", p.Customer)
	}
	if p := parse(t, api, "Tom Okafor +44 117 496 0143 order 3 x mugs"); p.Customer.ID != 0 || len(p.Customer.Matches) != 1 {
		t.Errorf("the name with another number is only offered: %+v", p.Customer)
	}
}

func TestAChatBecomesACaseAnOrderAndANote(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	api := a.API("", "write")
	catalogue(api)
	p := parse(t, api, "周雨桐 09:12\n老板，上次的龙井有点受潮了\nMei Lin 09:15\n抱歉，明天给您换1包\n周雨桐 09:16\n好的，再加3包龙井")
	if p.Customer.Name != "周雨桐" || p.Case.Text != "老板，上次的龙井有点受潮了" || !p.Case.Proposed || !p.Note.Proposed || !strings.Contains(p.Note.Text, "再加3包") {
		t.Errorf("%+v\n%+v\n%+v", p.Customer, p.Case, p.Note)
	}
	if len(p.Order.Lines) != 1 || p.Order.Lines[0].Quantity != 3 || p.Order.Lines[0].Name != "Longjing 龙井" || p.Task.DueAt != "2026-03-03" {
		t.Errorf("%+v %+v", p.Order, p.Task)
	}
	var made struct {
		HistoryID int64 `json:"history_id"`
		CaseID    int64 `json:"feedback_case_id"`
	}
	api.Into(&made, 201, "POST", "/entries", `{"customer":{"name":"周雨桐"},"feedback_case":{"text":"龙井有点受潮"},"note":{"text":"老板"}}`)
	if r := api.Call("GET", fmt.Sprintf("/feedback-cases/%d", made.CaseID), ""); !strings.Contains(r.Body, `"state":"new"`) || !strings.Contains(r.Body, `"score":-1`) {
		t.Errorf("case: %s", r.Body)
	}
	b := a.Owner()
	for _, path := range []string{fmt.Sprintf("/feedback-cases/%d", made.CaseID), "/feedback-cases", "/today", "/customers/1"} {
		if r := b.Get(path); r.Status != 200 || !strings.Contains(r.Body, "周雨桐") || strings.Contains(r.Body, ">-1<") {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if r := b.Get(fmt.Sprintf("/feedback-cases/%d", made.CaseID)); !strings.Contains(r.Body, "龙井有点受潮") {
		t.Error("the case does not say what it is about")
	}
	// a second complaint joins the open case
	var second struct {
		CaseID int64 `json:"feedback_case_id"`
	}
	api.Into(&second, 201, "POST", "/entries", `{"customer":{"id":1},"feedback_case":{"text":"又坏了"}}`)
	if second.CaseID != made.CaseID {
		t.Errorf("case %d beside %d", second.CaseID, made.CaseID)
	}
}

// counts says how many of each kind there are.
func counts(api *apptest.API) string {
	var out []string
	for _, kind := range []string{"customers", "orders", "tasks", "feedback-cases", "notes"} {
		var list struct{ Items []struct{ ID int64 } }
		api.Into(&list, 200, "GET", "/"+kind, "")
		out = append(out, fmt.Sprint(len(list.Items)))
	}
	return strings.Join(out, " ")
}

func TestOneStepMakesAllAndOneUndoTakesAllBack(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	catalogue(api)
	body := `{"customer":{"name":"Ada Bello","phones":["+44 117 496 0142"]},"order":{"lines":[{"product_id":1,"quantity":2}]},"task":{"title":"Call Ada","kind":"follow_up","due_at":"2026-03-10"},"feedback_case":{"text":"too slow"},"note":{"text":"Likes it strong"}}`
	var made struct {
		HistoryID int64 `json:"history_id"`
		OrderID   int64 `json:"order_id"`
	}
	r := api.Into(&made, 201, "POST", "/entries", body)
	if r.Header.Get("Location") != "/api/v1/customers/1" {
		t.Errorf("Location %q", r.Header.Get("Location"))
	}
	if got := counts(api); got != "1 1 1 1 1" {
		t.Fatalf("made %s", got)
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", made.HistoryID), "")
	if got := counts(api); got != "0 0 0 0 0" {
		t.Errorf("after undo %s", got)
	}
}

func TestAMistakeMakesNothingAtAll(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for body, where := range map[string]string{
		`{}`: "body.text",
		`{"order":{"lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"2.00"}}]}}`:                        "body.customer.name",
		`{"customer":{"name":"Ada"},"order":{"lines":[{"name":"Tea","quantity":1}]}}`:                             "body.order.lines[0].unit_price",
		`{"customer":{"name":"Ada"},"order":{"lines":[]}}`:                                                        "body.order.lines",
		`{"customer":{"name":"Ada"},"order":{"lines":[{"name":"Tea","quantity":0,"unit_price":{"amount":"x"}}]}}`: "body.order.lines[0].unit_price",
		`{"customer":{"name":"Ada"},"task":{"title":"x","due_at":"2026-02-31"}}`:                                  "body.task.due_at",
		`{"customer":{"name":"Ada"},"task":{"title":"\u200b"}}`:                                                   "body.task.title",
		`{"customer":{"name":"Ada","phones":["none"]},"note":{"text":"x"}}`:                                       "",
		`{"customer":{"name":"\u200b"},"note":{"text":"x"}}`:                                                      "body.customer.name",
		`{"customer":{"id":1,"emails":["nonsense"]}}`:                                                             "",
		`{"nothing":1}`: "",
	} {
		r := api.Call("POST", "/entries", body)
		if r.Status != 422 && !(strings.Contains(body, `"id":1`) && r.Status == 404) && !strings.Contains(body, "none") {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
		if where != "" && !strings.Contains(r.Body, fmt.Sprintf("%q", where)) {
			t.Errorf("%s: not at %s: %s", body, where, r.Body)
		}
	}
	if r := api.Call("POST", "/entries/parse", fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", 20001))); r.Status != 422 {
		t.Errorf("too long: %d", r.Status)
	}
	for _, hostile := range []string{"<script>alert(1)</script>", `' OR 1=1 --`, "\u202e\u0000", strings.Repeat("1 ", 9000), "😀😀 2 x 😀", "￥", "2 x"} {
		if r := api.Call("POST", "/entries/parse", fmt.Sprintf(`{"text":%q}`, hostile)); r.Status >= 500 {
			t.Errorf("%.20q: %d", hostile, r.Status)
		}
	}
}

func TestNumbersThatAreNewAreAdded(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","phones":["+44 117 496 0142"]}`)
	api.Into(nil, 201, "POST", "/entries", `{"customer":{"id":1,"phones":["+441174960142","+44 117 496 0143"],"emails":["ada@example.com"]},"note":{"text":"hello"}}`)
	var c struct {
		Phones []struct{ Raw string }
		Emails []string
	}
	if api.Into(&c, 200, "GET", "/customers/1", ""); len(c.Phones) != 2 || len(c.Emails) != 1 {
		t.Errorf("%+v", c)
	}
}

func TestThePagesStepByStepWithoutScript(t *testing.T) {
	a := apptest.New(t)
	catalogue(a.API("", "write"))
	b := a.Owner()
	if r := b.Get("/entry"); r.Status != 200 || strings.Contains(r.Body, `name="do" value="make"`) {
		t.Fatalf("the empty page: %d", r.Status)
	}
	page := b.Post("/entry", "text", line+" <b>x</b>", "do", "read")
	for _, want := range []string{`value="Ada Bello"`, `value="Longjing 龙井"`, `value="22.75"`, `value="2026-03-10"`, `value="15:00"`, "&lt;b&gt;"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the preview has no %s", want)
		}
	}
	form := []string{"text", line, "do", "make", "customer_on", "1", "customer_id", "new", "customer_name", "Ada Bello", "customer_phone", "+44 117 496 0142", "customer_email", "",
		"order_on", "1", "line_name", "Longjing 龙井", "line_quantity", "2", "line_price", "oops", "task_on", "1", "task_title", "Call Ada", "task_kind", "follow_up", "task_date", "2026-03-10", "task_time", "15:00", "note_text", "not ticked"}
	if r := b.Post("/entry", form...); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `value="oops"`) || !strings.Contains(r.Body, `id="entry-p0-e"`) {
		t.Errorf("a wrong price: %d", r.Status)
	}
	for i := range form {
		if form[i] == "oops" {
			form[i] = "22.75"
		}
	}
	done := b.Follow("/entry", form...)
	if !strings.Contains(done.Body, "3 things were made for Ada Bello") {
		t.Errorf("no toast:\n%.3000s", done.Body)
	}
	undo := regexp.MustCompile(`/history/\d+/undo`).FindString(done.Body)
	if undo == "" {
		t.Fatal("no undo is offered")
	}
	if r := b.Post(undo); r.Status != http.StatusSeeOther {
		t.Errorf("undo: %d", r.Status)
	}
	if got := counts(a.API("", "write")); got != "0 0 0 0 0" {
		t.Errorf("after undo %s", got)
	}
	if r := b.Post("/entry", "text", "x", "do", "make"); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "Nothing is ticked") {
		t.Errorf("nothing ticked: %d", r.Status)
	}
	if r := b.Post("/entry", "text", strings.Repeat("x", 20001), "do", "read"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("too long: %d", r.Status)
	}
	if r := b.Post("/entry", "text", line, "do", "look", "customer_on", "1", "customer_name", "Nobody"); r.Status != 200 || !strings.Contains(r.Body, "Nobody known") {
		t.Errorf("look: %d", r.Status)
	}
}

func TestEachPartNeedsItsRight(t *testing.T) {
	a := apptest.New(t)
	owner := a.API("", "write")
	catalogue(owner)
	owner.Into(nil, 201, "POST", "/customers", `{"name":"Somebody else's","owner_id":1}`)
	a.Colleague(apptest.MemberEmail, auth.Member)
	b := a.Owner()
	b.Get("/settings/roles")
	if r := b.Post("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write", "allowed", "task.write", "allowed", "task.read"); r.Status != http.StatusSeeOther {
		t.Fatalf("roles: %d", r.Status)
	}
	member := a.API(apptest.MemberEmail, "write")
	p := parse(t, member, line+" it was too slow")
	if p.Order.Possible || p.Order.Proposed || p.Case.Possible || p.Note.Possible || !p.Task.Possible || !p.Customer.Possible {
		t.Errorf("%+v", p)
	}
	if r := member.Call("POST", "/entries", `{"customer":{"name":"Ada"},"order":{"lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"2.00"}}]}}`); r.Status != 403 {
		t.Errorf("an order without the right: %d %s", r.Status, r.Body)
	}
	if r := member.Call("POST", "/entries", `{"customer":{"id":1},"task":{"title":"x"}}`); r.Status != 404 {
		t.Errorf("another's customer: %d %s", r.Status, r.Body)
	}
	if r := member.Call("POST", "/entries", `{"customer":{"name":"Mine"},"task":{"title":"x"}}`); r.Status != 201 {
		t.Errorf("what is allowed: %d %s", r.Status, r.Body)
	}
	if got := counts(owner); got != "2 0 1 0 0" {
		t.Errorf("made %s", got)
	}
	m := a.SignIn(apptest.MemberEmail, apptest.Password)
	if r := m.Get("/entry?text=Ada+order+2+x+Longjing"); !strings.Contains(r.Body, "Not possible for you") {
		t.Error("the page does not say what is not possible")
	}
	if r := a.Anonymous().Call("POST", "/entries", "{}"); r.Status != 401 {
		t.Errorf("a stranger: %d", r.Status)
	}
	if r := a.Browser().Get("/entry"); r.Status != http.StatusSeeOther {
		t.Errorf("a stranger's page: %d", r.Status)
	}
}
