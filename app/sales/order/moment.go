package order

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// moments are what customers can be asked about: an order, its delivery, and
// goods that came back. The first two are the same event: nobody is asked twice
// about one order.
func (s *Service) moments() []event.Moment {
	gone := []string{"order.returned", "order.cancelled", "order.removed", "order.drafted"}
	return []event.Moment{
		{Name: "order", Kinds: []string{"order.placed"}, Ends: gone,
			Read: occasion("order", func(o Order) bool { return Purchase(o.Status) && !o.Return() })},
		{Name: "delivery", Kinds: []string{"order.completed"}, Ends: append(gone, "order.changed"),
			Read: occasion("order", func(o Order) bool { return o.Status == Completed && !o.Return() })},
		{Name: "return", Kinds: []string{"order.returned"}, Ends: []string{"order.cancelled", "order.removed", "order.drafted", "order.placed"},
			Read: occasion("return", func(o Order) bool { return Purchase(o.Status) && o.Return() })},
	}
}

func occasion(noun string, is func(Order) bool) func(context.Context, db.Q, int64) (event.Occasion, bool, error) {
	return func(ctx context.Context, q db.Q, id int64) (event.Occasion, bool, error) {
		what := event.Occasion{Key: fmt.Sprintf("%s:%d", noun, id)}
		o, err := get(ctx, q, auth.Scope{Reach: auth.All}, id)
		if errs.Is(err, errs.NotFound) {
			return what, false, nil
		}
		what.CustomerID, what.OrderID = o.CustomerID, id
		return what, err == nil && is(o), err
	}
}
