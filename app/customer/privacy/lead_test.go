package privacy_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/customer/privacy"
	"regulars/app/sys/auth"
)

// unpacked is all the text of a zip.
func unpacked(t *testing.T, body string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		src, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, src); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestWhoOnlyAskedGetsTheirDataAndIsForgotten(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/leads", `{"name":"Quillon Vantage","phones":["+44 117 496 0177"],"emails":["quillon@example.com"],"need":"Tea for a secret wedding"}`)
	api.Into(nil, 200, "POST", "/leads/1/log", `{"kind":"call","words":"Told them of oolong"}`)
	b := a.Owner()
	if page := b.Get("/leads/1"); !strings.Contains(page.Body, `href="/leads/1/privacy"`) {
		t.Error("the lead's page does not lead there")
	}
	if page := b.Get("/leads/1/privacy"); page.Status != 200 || !strings.Contains(page.Body, "Quillon Vantage") {
		t.Fatalf("%d", page.Status)
	}
	text := unpacked(t, b.Post("/leads/1/person-export").Body)
	for _, want := range []string{"secret wedding", "Told them of oolong", "quillon@example.com", "0177"} {
		if !strings.Contains(text, want) {
			t.Errorf("the copy does not hold %q", want)
		}
	}
	if r := api.Call("POST", "/leads/1/erasure", `{"confirm":"Somebody"}`); r.Status != 403 && r.Status != 422 {
		t.Errorf("erased by another name: %d %s", r.Status, r.Body)
	}
	if r := a.Browser().Get("/leads/1/privacy"); r.Status == 200 {
		t.Error("a stranger reads it")
	}
	a.Colleague(apptest.MemberEmail, auth.Member)
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/leads/1/privacy"); r.Status != 403 && r.Status != 404 {
		t.Errorf("a member reads it: %d", r.Status)
	}
	ctx := a.As(auth.System("shell"))
	who, err := a.Privacy().Find(ctx, "quillon@example.com")
	if err != nil || who.LeadID != 1 {
		t.Fatalf("%+v %v", who, err)
	}
	if _, err := a.Privacy().Erase(ctx, who, privacy.Input{Confirm: "Quillon Vantage"}); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{`SELECT count(*) FROM lead`, `SELECT count(*) FROM lead_event`, `SELECT count(*) FROM lead_reach`,
		`SELECT count(*) FROM journal_change WHERE data LIKE '%Quillon%' OR data LIKE '%oolong%'`, `SELECT count(*) FROM journal_set WHERE label LIKE '%Quillon%'`, `SELECT count(*) FROM event WHERE data LIKE '%Quillon%'`} {
		if n := a.Count(query); n != 0 {
			t.Errorf("%s: %d", query, n)
		}
	}
}

func TestTheInquiriesOfACustomerLeaveWithThem(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Castell Hotels","phones":["+44 117 496 0177"],"emails":["mira@example.com"]}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Mira","phones":["+44 (117) 496-0177"],"need":"Asked for oolong"}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"M","emails":["MIRA@example.com"],"need":"Asked for sencha"}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Another","phones":["+44 20 7496 0177"],"need":"Asked for matcha"}`)
	b := a.Owner()
	b.Get("/settings")
	text := unpacked(t, b.Post("/customers/1/person-export").Body)
	if !strings.Contains(text, "oolong") || !strings.Contains(text, "sencha") || strings.Contains(text, "matcha") {
		t.Errorf("the copy holds other inquiries: %.2000s", text)
	}
	ctx := a.As(auth.System("shell"))
	who, err := a.Privacy().Find(ctx, "mira@example.com")
	if err != nil || who.CustomerID != 1 {
		t.Fatalf("%+v %v", who, err)
	}
	if _, err := a.Privacy().Erase(ctx, who, privacy.Input{Confirm: "Castell Hotels"}); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM lead`); n != 1 {
		t.Errorf("%d leads stay", n)
	}
}
