package customer_test

import (
	"context"
	"testing"

	"regulars/app/apptest"
	"regulars/app/customer/customer"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
)

// When somebody is due is told only where the shop's own past bears it out, and of
// nobody who is not to be profiled.
func TestWhoIsDueIsToldOnlyWhereItMeansSomething(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Bo","no_profiling":true}`)
	a.Put(`UPDATE customer_stat SET expected_on = '2026-03-01'`)
	for _, c := range []struct{ late, due bool }{{false, false}, {true, false}, {false, true}} {
		s := customer.New(a.DB, a.Events, a.Search, nil)
		s.OnUnheard(func(context.Context) (bool, bool, error) { return c.late, c.due, nil })
		p, err := s.List(a.As(auth.System("test")), page.Request{Limit: 10, Sort: "id"}, nil)
		if err != nil || len(p.Items) != 2 {
			t.Fatalf("%+v %v", p.Items, err)
		}
		ada, bo := p.Items[0], p.Items[1]
		if told := ada.ExpectedOn != ""; told == c.due || ada.Calm != c.late || bo.ExpectedOn != "" {
			t.Errorf("late off %v, due off %v: %+v, %+v", c.late, c.due, ada, bo)
		}
	}
}
