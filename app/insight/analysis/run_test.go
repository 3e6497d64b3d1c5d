package analysis_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"modernc.org/sqlite"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// busy fills a shop with so many orders that a report takes a while.
func busy(a *apptest.App) {
	a.T.Helper()
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Everybody"}`)
	err := a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
			INSERT INTO order_head (number, customer_id, ordered_on, status, currency, total, created_at, updated_at)
			SELECT 'N' || i, 1, date('2020-01-01', (i % 2000) || ' days'), 'completed', 'USD', i % 997, 0, 0 FROM n`)
		return err
	})
	if err != nil {
		a.T.Fatal(err)
	}
}

// heavy is a report that looks at all orders many times over.
var heavy = analysis.Spec{Kind: "order", Rows: []analysis.Axis{{Field: "ordered_on", Unit: "day"}}, Column: analysis.Axis{Field: "weekday"},
	Measures: []analysis.Measure{{Fn: "median", Of: "total"}, {Fn: "median", Of: "tax"}, {Fn: "customers"}}}

// owner is the person who set the shop up.
func owner(t testing.TB, a *apptest.App) context.Context {
	t.Helper()
	one, _, err := a.Analysis().Users.Actor(context.Background(), 1)
	if err != nil || one == nil {
		t.Fatalf("the owner: %v", err)
	}
	return a.As(one)
}

// A report that takes long can be stopped by whoever asked for it and by nobody
// else, and with a plain form.
func TestALongReportIsStopped(t *testing.T) {
	a := apptest.New(t)
	busy(a)
	ctx, s := owner(t, a), a.Analysis()
	l := a.View.Bundle().For("en").At(a.Clock.Now())
	_, key, done, err := s.Wait(ctx, l, heavy, time.Nanosecond)
	if done || err != nil || key == "" {
		t.Fatalf("it is no long report: done %t, %v", done, err)
	}
	if p := s.Passed(key); p < 0 || p > 1 {
		t.Errorf("%v of its time has passed", p)
	}
	a.Colleague("sam@example.com", "member")
	sam := a.SignIn("sam@example.com", apptest.Password)
	sam.Get("/reports")
	if r := sam.Post("/reports/stop", "key", key); r.Status != 303 || strings.Contains(r.Header.Get("Location"), "stopped") {
		t.Errorf("a colleague stops it: %d to %s", r.Status, r.Header.Get("Location"))
	}
	b := a.Owner()
	b.Get("/reports")
	r := b.Post("/reports/stop", "key", key)
	to := r.Header.Get("Location")
	if r.Status != 303 || !strings.Contains(to, "stopped=1") {
		t.Fatalf("stopping it answers %d to %q", r.Status, to)
	}
	if page := b.Get(to); page.Status != 200 || !strings.Contains(page.Body, "Stopped. Nothing was counted.") {
		t.Errorf("the page after stopping: %d", page.Status)
	}
	work, stop := context.WithCancel(ctx)
	stop()
	if _, err := s.Run(work, l, heavy); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a report whose reader is gone: %v", err)
	}
}

// gate holds a statement that counts, in the middle of its rows: it says so, and
// goes on when it is let.
type gate struct{ counting, goOn chan struct{} }

// held is the gate before which the SQL function of that name stops.
var held atomic.Pointer[gate]

func init() {
	sqlite.MustRegisterScalarFunction("held", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if args[0] == int64(15000) {
			if g := held.Swap(nil); g != nil {
				close(g.counting)
				<-g.goOn
			}
		}
		return int64(1), nil
	})
}

// What is written while a report is counted is answered before the report is: it
// stands still half-way through its rows until everything was written.
func TestNoReportHoldsUpAWriter(t *testing.T) {
	a := apptest.New(t)
	busy(a)
	g := &gate{make(chan struct{}), make(chan struct{})}
	held.Store(g)
	deps := a.Analysis().Deps
	orders := deps.Lists.Orders.Where
	deps.Lists.Orders.Where = func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		l, where, err := orders(ctx, conds)
		return l, append(where, field.Where{SQL: "held(o.id)"}), err
	}
	s, l := analysis.New(deps), a.View.Bundle().For("en").At(a.Clock.Now())
	type answer struct {
		table analysis.Table
		err   error
	}
	ended := make(chan answer, 1)
	ctx := owner(t, a)
	go func() {
		t, err := s.Run(ctx, l, analysis.Spec{Kind: "order", Measures: []analysis.Measure{{Fn: "customers"}, {Fn: "count"}}})
		ended <- answer{t, err}
	}()
	<-g.counting
	api := a.API("", "write")
	for i := range 20 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"While it counts %d"}`, i))
	}
	var late struct{ ID int64 }
	api.Into(&late, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"2026-01-05","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"9.00","currency":"USD"}}]}`)
	select {
	case early := <-ended:
		t.Fatalf("the report was not waited with: %v", early.err)
	default:
	}
	close(g.goOn)
	r := <-ended
	if r.err != nil {
		t.Fatal(r.err)
	}
	if n := r.table.Total.Total[1].Value; n != 30000 {
		t.Errorf("the report counts %v orders; 30000 were there when it began", n)
	}
}

// Whoever may not read reports finds none of it.
func TestARoleWithoutReportsFindsNone(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	var made struct{ ID int64 }
	a.API("", "write").Into(&made, 201, "POST", "/reports", `{"name":"For all","query":"kind=customer&row=region","roles":["owner","manager","member"]}`)
	a.Colleague("sam@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	sam, page := a.API("sam@example.com", "write"), a.SignIn("sam@example.com", apptest.Password)
	at := fmt.Sprintf("/reports/%d", made.ID)
	for _, path := range []string{"/reports", "/reports/library", "/reports/mails", run("kind=customer"), at, at + "/table", at + "/mail"} {
		if r := sam.Call("GET", path, ""); r.Status != 403 {
			t.Errorf("the API answers %d for %s", r.Status, path)
		}
	}
	for _, path := range []string{"/reports", "/reports/new?kind=customer", "/reports/ready/growth", "/reports/rows?kind=customer&m=count", at} {
		if r := page.Get(path); r.Status != 403 {
			t.Errorf("the page answers %d for %s", r.Status, path)
		}
	}
	if r := page.Get("/today"); strings.Contains(r.Body, `href="/reports"`) {
		t.Error("the menu offers reports")
	}
}

// When a report comes by mail is decided by the API as on its page.
func TestMailsAreArrangedByTheAPI(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Colleague("sam@example.com", "member")
	api := a.API("", "write")
	var made struct{ ID int64 }
	api.Into(&made, 201, "POST", "/reports", `{"name":"Sales: May/June","query":"kind=order&row=status","roles":["member"]}`)
	at := fmt.Sprintf("/reports/%d/mail", made.ID)
	api.Into(nil, 404, "GET", at, "")
	for body, want := range map[string]int{`{"rhythm":"daily","day":1,"readers":[1]}`: 422, `{"rhythm":"weekly","day":7,"readers":[1]}`: 422, `{"rhythm":"monthly","day":0,"readers":[1]}`: 422,
		`{"rhythm":"weekly","day":1,"readers":[]}`: 422, `{"rhythm":"weekly","day":1,"readers":[99]}`: 422, `{"rhythm":"weekly","day":1,"readers":[1,2]}`: 200} {
		if r := api.Call("PUT", at, body); r.Status != want {
			t.Errorf("%s: %d, want %d", body, r.Status, want)
		}
	}
	var all struct{ Items []analysis.MailObject }
	api.Into(&all, 200, "GET", "/reports/mails", "")
	if len(all.Items) != 1 || all.Items[0].ReportID != made.ID || len(all.Items[0].Readers) != 2 {
		t.Fatalf("the mails are %+v", all.Items)
	}
	sam := a.API("sam@example.com", "write")
	for method, body := range map[string]string{"PUT": `{"rhythm":"weekly","day":1,"readers":[2]}`, "DELETE": ""} {
		if r := sam.Call(method, at, body); r.Status != 403 {
			t.Errorf("a colleague's %s answers %d", method, r.Status)
		}
	}
	if r := a.Anonymous().Call("GET", "/reports/mails", ""); r.Status != 401 {
		t.Errorf("nobody gets %d", r.Status)
	}
	a.Clock.Add(8 * 24 * time.Hour)
	if err := a.Analysis().Send(a.As(auth.System("test"))); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE 'report:%' AND json_extract(payload, '$.files[0].name') = 'Sales- May-June.xlsx'`); n != 1 {
		t.Errorf("%d mails with a spreadsheet, one of the two may take files out", n)
	}
	api.Into(nil, 204, "DELETE", at, "")
	api.Into(&all, 200, "GET", "/reports/mails", "")
	if len(all.Items) != 0 {
		t.Errorf("it still comes: %+v", all.Items)
	}
}

// The shop's own fields divide: a text, a number, and several values at once; a
// number is added up.
func TestOwnFieldsDivideAndAddUp(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, f := range []string{`{"subject":"customer","key":"street","kind":"text","name_en":"Street","name_zh":"街道"}`, `{"subject":"customer","key":"seats","kind":"number","name_en":"Seats","name_zh":"座位"}`,
		`{"subject":"customer","key":"likes","kind":"multi","name_en":"Likes","name_zh":"喜好","choices":["tea","cake","quiet"]}`} {
		api.Into(nil, 201, "POST", "/custom-fields", f)
	}
	for i, fields := range []string{`{"street":"Quay","seats":"9","likes":["tea","cake"]}`, `{"street":"Quay","seats":"10","likes":["tea"]}`, `{"street":"Mill Lane","seats":"10"}`, `{}`} {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d","fields":%s}`, i, fields))
	}
	b := a.Owner()
	for axis, want := range map[string]string{"fields.street": "Quay 2, Mill Lane 1, – 1", "fields.seats": "9 1, 10 2, – 1", "fields.likes": "tea 2, cake 1, – 2"} {
		var got table
		api.Into(&got, 200, "GET", run("kind=customer&row="+axis+"&m=count&m=sum:fields.seats"), "")
		var said []string
		for _, r := range got.Items {
			label := fmt.Sprint(r.Keys[0].Value)
			if r.Keys[0].Value == nil {
				label = "–"
			}
			said = append(said, fmt.Sprint(label, " ", *r.Total[0].Value))
			page := b.Get(r.Total[0].Rows)
			if n := strings.Count(page.Body, `class="strong" href="/customers/`); page.Status != 200 || n != int(*r.Total[0].Value) && !strings.HasPrefix(r.Total[0].Rows, "/customers?") {
				t.Errorf("%s %s opens %s: %d with %d rows", axis, label, r.Total[0].Rows, page.Status, n)
			}
		}
		have := strings.Join(said, ", ")
		for _, part := range strings.Split(want, ", ") {
			if !strings.Contains(have, part) {
				t.Errorf("%s: %s, want %s", axis, have, want)
			}
		}
		if *got.Total.Total[0].Value != 4 || *got.Total.Total[1].Value != 29 {
			t.Errorf("%s: the whole is %v with %v seats", axis, *got.Total.Total[0].Value, *got.Total.Total[1].Value)
		}
	}
}

// A computed field of the customer that rests on what is kept of them divides other
// records too: those who ordered five times have five orders each.
func TestWhatIsComputedOfCustomersDividesOtherRecords(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"often","kind":"computed","name_en":"Often","name_zh":"次数","formula":"orders_count * 1"}`)
	a.Fill()
	for kind, filter := range map[string]string{"order": "&filter[status][in]=confirmed,completed", "payment": "", "deal": "", "case": "", "response": "", "promise": ""} {
		var got table
		api.Into(&got, 200, "GET", run("kind="+kind+"&row=customer.fields.often&m=count"+filter), "")
		rows := 0.0
		for _, r := range got.Items {
			n := *r.Total[0].Value
			rows += n
			often, err := strconv.ParseFloat(fmt.Sprint(r.Keys[0].Value), 64)
			if kind == "order" && (err != nil || often < 1 || math.Mod(n, often) != 0) {
				t.Errorf("%g orders of customers who ordered %v times", n, r.Keys[0].Value)
			}
		}
		if whole := *got.Total.Total[0].Value; rows != whole || whole == 0 {
			t.Errorf("%s: rows of %g, %g in all", kind, rows, whole)
		}
	}
}
