package app_test

// A form sent twice makes one record.

import (
	"net/http"
	"regexp"
	"testing"

	"regulars/app/apptest"
)

var onceField = regexp.MustCompile(`name="_once" value="([^"]+)"`)

func TestAFormSentTwiceMakesOneRecord(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	for _, form := range []struct {
		page, action, list string
		fields             []string
	}{
		{"/customers/new", "/customers", "/customers", []string{"name", "Fern & Field"}},
		{"/payments/new?order=2", "/payments", "/payments", []string{"order_id", "2", "amount", "1.00", "paid_on", "2026-02-20"}},
		{"/tasks/new", "/tasks", "/tasks", []string{"title", "Count the cups"}},
		{"/customers/1", "/customers/1/log", "/notes", []string{"kind", "note", "text", "Likes it strong."}},
	} {
		m := onceField.FindStringSubmatch(b.Get(form.page).Body)
		if m == nil {
			t.Errorf("%s: its form has no number of its own", form.page)
			continue
		}
		before := count(t, a, form.list)
		refused := b.Post(form.action, "_once", m[1])
		fields := append([]string{"_once", m[1]}, form.fields...)
		first := b.Post(form.action, fields...)
		second := b.Post(form.action, fields...)
		if first.Status != http.StatusSeeOther || second.Status != first.Status || second.Location != first.Location {
			t.Errorf("%s: %d %s, then %d %s (refused before: %d)", form.action, first.Status, first.Location, second.Status, second.Location, refused.Status)
		}
		if n := count(t, a, form.list) - before; n != 1 {
			t.Errorf("%s sent twice made %d records", form.action, n)
		}
		other := append([]string{"_once", m[1]}, form.fields...)
		other[len(other)-1] += "9"
		if form.action == "/payments" {
			other[5] = "2.00"
			other[len(other)-1] = "2026-02-21"
		}
		if r := b.Post(form.action, other...); r.Status != http.StatusSeeOther || count(t, a, form.list)-before != 2 {
			t.Errorf("%s with other content: %d, and it has to count", form.action, r.Status)
		}
	}
}

func count(t *testing.T, a *apptest.App, list string) int {
	t.Helper()
	var out struct{ Total int }
	a.API("", "read").Into(&out, 200, "GET", list+"?count=true", "")
	return out.Total
}
