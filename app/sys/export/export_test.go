package export_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/tabular"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// shop has a record of every kind that leaves, each with an own field, Chinese
// letters and a cell that a spreadsheet would take for a formula.
func shop(t *testing.T) *apptest.App {
	a := apptest.New(t)
	api := a.API(apptest.OwnerEmail, "write")
	for _, subject := range []string{"customer", "contact", "product", "order"} {
		api.Into(nil, 201, "POST", "/custom-fields", fmt.Sprintf(`{"subject":%q,"key":"extra","kind":"text","name_en":"Extra","name_zh":"补充"}`, subject))
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"=cmd|林小棠","phones":["+44 20 7946 0102"],"fields":{"extra":"@SUM(1)"}}`)
	api.Into(nil, 201, "POST", "/contacts", `{"customer_id":1,"name":"=1+1 周岚","emails":["lan@example.com"],"fields":{"extra":"@SUM(1)"}}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"=HYPERLINK(1) 龙井","code":"T-1","price":{"amount":"12.30","currency":"USD"},"fields":{"extra":"@SUM(1)"}}`)
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"2026-01-05","status":"completed","lines":[{"product_id":1,"quantity":2,"unit_price":{"amount":"12.30","currency":"USD"}},{"name":"-2+3|碗","quantity":1,"unit_price":{"amount":"4.00","currency":"USD"}}],"fields":{"extra":"@SUM(1)"}}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"9.00","currency":"USD"},"paid_on":"2026-01-08","method":"cash"}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"-8.60","currency":"USD"},"paid_on":"2026-01-09","method":"cash"}`)
	api.Into(nil, 201, "POST", "/tasks", `{"title":"=1+1 Send the price list","customer_id":1,"due_at":"2026-03-01T09:30:00Z"}`)
	api.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"=1+1 想要新的拼配","at":"2026-02-27T10:00:00Z"}`)
	return a
}

func TestEveryKindLeavesInEveryFormat(t *testing.T) {
	a := shop(t)
	b, api := a.Owner(), a.API(apptest.OwnerEmail, "read")
	for kind, want := range map[string]struct {
		rows  int
		first string
	}{"customers": {1, "=cmd|林小棠"}, "contacts": {1, "=1+1 周岚"}, "products": {1, "=HYPERLINK(1) 龙井"}, "orders": {2, "=HYPERLINK(1) 龙井"},
		"payments": {2, "-8.60"}, "tasks": {1, "=1+1 Send"}, "follow-ups": {1, "=1+1 想要"}} {
		for _, format := range []string{"csv", "gb18030", "xlsx", "vcf", "vcf4"} {
			before := a.Count(`SELECT count(*) FROM journal_set WHERE op IN ('export.list', 'customer.export')`)
			page := b.Get("/exports/" + kind + "?format=" + format)
			file := api.Call("GET", "/exports/"+kind+"?format="+format, "")
			if strings.HasPrefix(format, "vcf") && kind != "customers" && kind != "contacts" {
				if page.Status != 422 || file.Status != 422 {
					t.Errorf("%s as an address book: %d %d", kind, page.Status, file.Status)
				}
				continue
			}
			if page.Status != 200 || file.Status != 200 || page.Header.Get("Content-Type") != file.Header.Get("Content-Type") || !strings.Contains(page.Header.Get("Content-Disposition"), kind) {
				t.Fatalf("%s %s: %d %d %.200s", kind, format, page.Status, file.Status, page.Body)
			}
			if n := a.Count(`SELECT count(*) FROM journal_set WHERE op IN ('export.list', 'customer.export')`); n != before+2 {
				t.Errorf("%s %s: %d entries in the audit log", kind, format, n-before)
			}
			for _, body := range []string{page.Body, file.Body} {
				check(t, kind+" "+format, format, body, want.rows, want.first)
			}
		}
	}
}

func check(t *testing.T, what, format, body string, rows int, first string) {
	t.Helper()
	if strings.HasPrefix(format, "vcf") {
		if strings.Count(body, "BEGIN:VCARD") != rows {
			t.Errorf("%s: %.300s", what, body)
		}
		return
	}
	r := strings.NewReader(body)
	table, err := tabular.Open(r, r.Size(), tabular.Options{Encoding: map[string]string{"gb18030": "gb18030"}[format]})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	defer func() { _ = table.Close() }()
	_, plain := map[string]bool{"payments": true, "tasks": true, "follow-ups": true}[strings.Fields(what)[0]]
	if !plain && !strings.Contains(strings.Join(table.Header, ","), "fields.extra") {
		t.Errorf("%s lacks the own field: %q", what, table.Header)
	}
	n := 0
	for {
		row, err := table.Next()
		if err != nil {
			break
		}
		line := strings.Join(row, "\x1f")
		if n++; n == 1 && (!strings.Contains(line, first) || !plain && !strings.Contains(line, "@SUM(1)")) {
			t.Errorf("%s: %q", what, row)
		}
		for _, cell := range row {
			if format != "xlsx" && tabular.Defuse(cell) != cell {
				t.Errorf("%s: a formula leaves: %q", what, cell)
			}
		}
	}
	if n != rows {
		t.Errorf("%s: %d rows", what, n)
	}
	if format == "csv" && !strings.HasPrefix(body, "\ufeff") {
		t.Errorf("%s has no byte order mark", what)
	}
}

// What left comes back: every kind's file changes nothing in the shop it is of.
func TestWhatLeftComesBackUnchanged(t *testing.T) {
	a := shop(t)
	b := a.Owner()
	for _, kind := range []string{"customers", "products", "orders", "contacts", "payments", "tasks", "follow-ups"} {
		o := importer.Options{OnDuplicate: importer.Update}
		switch kind {
		case "customers", "contacts":
			o.Match = []string{"name"}
		case "orders":
			o.OnDuplicate = importer.Skip
		}
		run, problems := a.Import(kind, b.Get("/exports/"+kind).Body, o)
		if run.Created+run.Updated+run.Failed != 0 {
			t.Errorf("%s: %s %q", kind, apptest.Tally(run), problems)
		}
	}
}

// A list leaves with the columns that its page shows, in the reader's words.
func TestAListLeavesAsItIsShown(t *testing.T) {
	a := shop(t)
	b := a.Owner()
	for path, want := range map[string]string{
		"/exports/payments":                             "Paid on,Customer,Order,Method,Amount\n2026-01-09,\"'=cmd|林小棠\",O-2026-0001,Cash,-8.60\n2026-01-08,\"'=cmd|林小棠\",O-2026-0001,Cash,9.00\n",
		"/exports/tasks":                                "What is to be done,Customer,Kind,Due\n'=1+1 Send the price list,\"'=cmd|林小棠\",Task,2026-03-01 09:30\n",
		"/exports/orders":                               "Number",
		"/exports/products":                             "Name",
		"/exports/contacts":                             "Name",
		"/exports/feedback-cases":                       "Customer",
		"/customers/export":                             "Name,Grade,\"Rhythm, 6 months\",Last order",
		"/exports/payments?columns=amount,note":         "Paid on,Amount,Note\n",
		"/customers/export?columns=orders,fields.extra": "Name,Orders,Extra\n",
		"/customers/export?columns=orders&filter[name][eq]=nobody":  "Name,Orders\n",
		"/exports/tasks?columns=notes&filter[title][contains]=none": "What is to be done,Notes\n",
	} {
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		r := b.Get(path + mark + "as=shown")
		if head := strings.TrimPrefix(r.Body, "\ufeff"); r.Status != 200 || !strings.HasPrefix(strings.ReplaceAll(head, "\r", ""), want) {
			t.Errorf("%s: %d %.120q, want %q", path, r.Status, head, want)
		}
	}
	if r := b.Get("/customers/export?as=shown&columns=orders,fields.extra"); !strings.Contains(r.Body, "林小棠") || !strings.Contains(r.Body, ",1,") || !strings.Contains(r.Body, "SUM(1)") {
		t.Errorf("the row as shown: %.300q", r.Body)
	}
	if r := b.Get("/exports/follow-ups?as=shown"); r.Status != 404 {
		t.Errorf("what is no table as shown: %d", r.Status)
	}
}

func TestOnlyWhoMayTakesListsOut(t *testing.T) {
	a := shop(t)
	a.Colleague("dan@example.com", "member")
	dan, api := a.SignIn("dan@example.com", apptest.Password), a.API("dan@example.com", "read")
	for _, kind := range []string{"customers", "contacts", "products", "orders", "payments", "tasks", "follow-ups"} {
		if r := dan.Get("/exports/" + kind); r.Status != 403 {
			t.Errorf("a member's page, %s: %d", kind, r.Status)
		}
		if r := api.Call("GET", "/exports/"+kind, ""); r.Status != 403 {
			t.Errorf("a member's program, %s: %d", kind, r.Status)
		}
		if r := a.Anonymous().Call("GET", "/exports/"+kind, ""); r.Status != 401 {
			t.Errorf("nobody's program, %s: %d", kind, r.Status)
		}
		if r := a.Browser().Get("/exports/" + kind); r.Status == 200 {
			t.Errorf("nobody's page, %s", kind)
		}
	}
	b := a.Owner()
	for path, want := range map[string]int{"/exports/secrets": 404, "/exports/orders?format=exe": 422, "/exports/orders?filter[nothing][eq]=1": 422, "/exports/orders?filter[status][eq]=draft": 200} {
		if r := b.Get(path); r.Status != want {
			t.Errorf("%s: %d, want %d", path, r.Status, want)
		}
	}
}

// A file shows the shop at one moment: what is written while its rows are being
// read is not in it, and no one can be in it twice.
func TestAFileShowsOneMoment(t *testing.T) {
	a := shop(t)
	api := a.API(apptest.OwnerEmail, "write")
	for i := range 30 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %02d"}`, i))
	}
	ctx := a.As(auth.System("test"))
	var rows int
	err := a.DB.Still(ctx, func(ctx context.Context) error {
		before := 0
		if err := a.DB.Reader(ctx).Get(ctx, &before, "SELECT count(*) FROM customer"); err != nil {
			return err
		}
		api.Into(nil, 201, "POST", "/customers", `{"name":"Late"}`)
		if err := a.DB.Reader(ctx).Get(ctx, &rows, "SELECT count(*) FROM customer"); err != nil || rows != before {
			t.Errorf("%d before, %d after somebody wrote: %v", before, rows, err)
		}
		return nil
	})
	if n := a.Count("SELECT count(*) FROM customer"); err != nil || n != rows+1 {
		t.Errorf("%d then, %d now: %v", rows, n, err)
	}
	if err := a.DB.Still(ctx, func(ctx context.Context) error {
		return a.DB.Write(ctx, "test", func(context.Context, *db.Tx) error { return nil })
	}); err != nil {
		t.Errorf("what leaves cannot be noted: %v", err)
	}
}

// Nothing is left of the files from which lists left.
func TestNoFileStays(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	a := shop(t)
	b, api := a.Owner(), a.API(apptest.OwnerEmail, "read")
	for _, format := range []string{"csv", "xlsx", "vcf4"} {
		if r := b.Get("/customers/export?format=" + format); r.Status != 200 || r.Header.Get("Content-Length") == "0" {
			t.Errorf("%s: %d", format, r.Status)
		}
		api.Call("GET", "/exports/customers?format="+format, "")
		if r := b.Get("/exports/customers?format=" + format + "&filter[nothing][eq]=1"); r.Status != 422 || strings.Contains(r.Header.Get("Content-Type"), "csv") {
			t.Errorf("%s of a wrong filter: %d %s", format, r.Status, r.Header.Get("Content-Type"))
		}
	}
	left, err := filepath.Glob(filepath.Join(temp, "regulars-export-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
	if menu := b.Get("/customers").Body; !strings.Contains(menu, "format=vcf4") || !strings.Contains(menu, "vCard 4.0") {
		t.Error("the menu has no vCard 4.0")
	}
}
