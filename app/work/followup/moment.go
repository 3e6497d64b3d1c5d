package followup

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// visited is the moment of a visit, about which a customer can be asked.
func visited() event.Moment {
	return event.Moment{Name: "visit", Kinds: []string{"followup.happened"}, Ends: []string{"followup.changed", "followup.removed"},
		Read: func(ctx context.Context, q db.Q, id int64) (event.Occasion, bool, error) {
			what := event.Occasion{Key: fmt.Sprintf("visit:%d", id)}
			f, err := visible(ctx, q, auth.Scope{Reach: auth.All}, id)
			if errs.Is(err, errs.NotFound) {
				return what, false, nil
			}
			what.CustomerID, what.RatedID = f.CustomerID, int64(f.UserID)
			return what, err == nil && f.Channel == "visit", err
		}}
}
