package preference_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

type likes struct {
	Stated struct {
		Tags   []string
		Fields map[string]any
	}
	NoProfiling bool `json:"no_profiling"`
	TooEarly    bool `json:"too_early"`
	Basis       struct{ Orders, Returns, Exchanges int }
	Derived     []struct {
		Kind, Name, Rows string
		N, Of, Returned  int
	}
}

// find is a finding as "n of all, returned".
func (l likes) find(kind, name string) string {
	for _, d := range l.Derived {
		if d.Kind == kind && (name == "" || d.Name == name) {
			return fmt.Sprintf("%s %d of %d, %d back", d.Name, d.N, d.Of, d.Returned)
		}
	}
	return ""
}

func order(day string, lines ...string) string {
	return `{"customer_id":1,"ordered_on":"` + day + `","status":"completed","lines":[` + strings.Join(lines, ",") + `]}`
}

// back is an order whose goods came back.
func back(day, line string) string {
	return strings.Replace(order(day, line), `{`, `{"return":true,`, 1)
}

func line(product, quantity int) string {
	return fmt.Sprintf(`{"product_id":%d,"quantity":%d,"unit_price":{"amount":"10.00","currency":"USD"}}`, product, quantity)
}

func shop(t *testing.T) (*apptest.App, *apptest.API) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","owner_id":1}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Oolong","category":"Tea"}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Sencha","category":"Tea"}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Kettle","category":"Ware"}`)
	return a, api
}

// The clock of the tests stands in March 2026; 2026-01-06 is a Tuesday.
func TestPreferencesComeWithTheirEvidence(t *testing.T) {
	a, api := shop(t)
	var l likes
	api.Into(nil, 201, "POST", "/orders", order("2026-01-06", line(1, 1), line(3, 1)))
	api.Into(nil, 201, "POST", "/orders", order("2026-01-13", line(1, 2), line(3, 1)))
	api.Into(&l, 200, "GET", "/customers/1/preferences", "")
	if !l.TooEarly || len(l.Derived) != 0 || l.Basis.Orders != 2 {
		t.Fatalf("two purchases say %+v", l)
	}
	b := a.Owner()
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "Too early to tell: 2 purchases") {
		t.Error("the record does not say that it is too early")
	}
	for _, day := range []string{"2026-01-20", "2026-01-27", "2026-02-03"} {
		api.Into(nil, 201, "POST", "/orders", order(day, line(1, 1), line(2, 1)))
	}
	api.Into(nil, 201, "POST", "/orders", order("2020-01-05", line(3, 9)))
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"2026-02-04","status":"draft","lines":[`+line(3, 1)+`]}`)
	api.Into(&l, 200, "GET", "/customers/1/preferences", "")
	for want, got := range map[string]string{
		"Oolong 5 of 5, 0 back": l.find("product", "Oolong"), "Kettle 2 of 5, 0 back": l.find("product", "Kettle"),
		"Tea 5 of 5, 0 back": l.find("category", "Tea"), "2 5 of 5, 0 back": l.find("weekday", ""),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, d := range l.Derived {
		if r := b.Get(d.Rows); r.Status != 200 {
			t.Errorf("%s: %d", d.Rows, r.Status)
		}
		var rows struct{ Items []struct{} }
		api.Into(&rows, 200, "GET", d.Rows, "")
		if len(rows.Items) != d.N {
			t.Errorf("%s %s says %d, its rows are %d", d.Kind, d.Name, d.N, len(rows.Items))
		}
	}
	// Both kettles come back: nothing of them is left.
	api.Into(nil, 201, "POST", "/orders", back("2026-02-10", line(3, -2)))
	api.Into(nil, 201, "POST", "/orders", back("2026-02-11", line(1, -1)))
	api.Into(&l, 200, "GET", "/customers/1/preferences", "")
	if l.find("product", "Kettle") != "" || l.find("category", "Ware") != "" || l.find("product", "Oolong") != "Oolong 5 of 5, 1 back" || l.Basis.Returns != 2 {
		t.Errorf("after returns: %+v", l)
	}
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "5 of 5 orders") || !strings.Contains(page.Body, "Tuesday") || !strings.Contains(page.Body, "came back 1 time") {
		t.Error("the record does not show the evidence")
	}
}

func TestAWayToTalkIsTheUsualOne(t *testing.T) {
	_, api := shop(t)
	for _, channel := range []string{"wechat", "call"} {
		api.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"`+channel+`","content":"x"}`)
	}
	var l likes
	api.Into(&l, 200, "GET", "/customers/1/preferences", "")
	if len(l.Derived) != 0 {
		t.Errorf("two exchanges say %+v", l)
	}
	for range 2 {
		api.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"wechat","content":"x"}`)
	}
	api.Into(&l, 200, "GET", "/customers/1/preferences", "")
	if l.find("channel", "") != "wechat 3 of 4, 0 back" {
		t.Errorf("four exchanges say %+v", l)
	}
}

func TestWhatWasSaidStandsBesideIt(t *testing.T) {
	a, api := shop(t)
	for range 4 {
		api.Into(nil, 201, "POST", "/orders", order("2026-02-03", line(1, 1)))
	}
	api.Into(nil, 201, "POST", "/tags", `{"name":"Likes it dark","preference":true}`)
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"milk","kind":"choice","name_en":"Milk","choices":["oat","soy"],"preference":true}`)
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"other","kind":"text","name_en":"Other"}`)
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"tags":["Likes it dark","VIP"],"fields":{"milk":"oat","other":"x"},"no_profiling":true}`)
	var l likes
	api.Into(&l, 200, "GET", "/customers/1/preferences", "")
	if len(l.Stated.Tags) != 1 || len(l.Stated.Fields) != 1 || l.Stated.Fields["milk"] != "oat" {
		t.Errorf("said: %+v", l.Stated)
	}
	if !l.NoProfiling || len(l.Derived) != 0 || l.Basis.Orders != 0 {
		t.Errorf("they do not want to be profiled, but %+v", l)
	}
	page := a.Owner().Get("/customers/1")
	if !strings.Contains(page.Body, "do not want to be profiled") || strings.Contains(page.Body, "4 of 4") {
		t.Error("the record derives something")
	}
	b := a.Owner()
	b.Get("/settings/tags/1")
	b.Follow("/settings/tags/1", "version", "1", "name", "Likes it dark", "colour", "3")
	api.Into(&l, 200, "GET", "/customers/1/preferences", "")
	if len(l.Stated.Tags) != 0 {
		t.Error("the tag says nothing any more, but is shown")
	}
}

func TestWhoSeesPreferences(t *testing.T) {
	a, api := shop(t)
	for range 4 {
		api.Into(nil, 201, "POST", "/orders", order("2026-02-03", line(1, 1)))
	}
	a.Colleague("dan@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write")
	dan := a.API("dan@example.com", "read")
	dan.Into(nil, 404, "GET", "/customers/1/preferences", "")
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	var l likes
	dan.Into(&l, 200, "GET", "/customers/1/preferences", "")
	if len(l.Derived) != 0 || l.Basis.Orders != 0 {
		t.Errorf("without the right to see orders: %+v", l)
	}
	if r := a.Anonymous().Call("GET", "/customers/1/preferences", ""); r.Status != 401 {
		t.Errorf("a stranger: %d", r.Status)
	}
	api.Into(nil, 404, "GET", "/customers/99/preferences", "")
}
