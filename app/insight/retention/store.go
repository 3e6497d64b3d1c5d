package retention

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const pageRows = 50

const rowColumns = `b.customer_id, c.name, u.name AS owner, b.first_on, b.last_on, b.days, b.gap_days, b.year_total, b.state
		FROM prediction_buyer b CROSS JOIN customer c ON c.id = b.customer_id LEFT JOIN user u ON u.id = c.owner_id`

var (
	sqlCohort = db.List(`
		SELECT ` + rowColumns + `
		WHERE b.cohort = ? AND b.customer_id > ? AND ` + auth.CustomerSQL + `
			AND EXISTS (SELECT 1 FROM order_head o WHERE o.customer_id = b.customer_id AND o.ordered_on >= ? AND o.ordered_on < ?
				AND o.status IN ('confirmed', 'completed') AND o.total >= 0)
		ORDER BY b.customer_id LIMIT ?`)
	sqlState = db.List(`
		SELECT ` + rowColumns + `
		WHERE b.state = ? AND (b.year_total, b.customer_id) < (?, ?) AND ` + auth.CustomerSQL + `
		ORDER BY b.year_total DESC, b.customer_id DESC LIMIT ?`)
)

func cohortRows(ctx context.Context, q db.Q, scope auth.Scope, a Ask) ([]Row, string, error) {
	month, err := cal.ParseDate(a.Cohort + "-01")
	if err != nil || a.Month < 0 || a.Month > 1200 {
		return nil, "", errs.NotVisible()
	}
	after := int64(0)
	if a.After != "" {
		if after, err = strconv.ParseInt(a.After, 10, 64); err != nil {
			return nil, "", errs.NotVisible()
		}
	}
	from := monthAfter(month, a.Month)
	args := append([]any{a.Cohort, after}, scope.Args()...)
	var out []Row
	if err := q.Select(ctx, &out, sqlCohort, append(args, string(from), string(monthAfter(month, a.Month+1)), pageRows+1)...); err != nil {
		return nil, "", fmt.Errorf("read the customers of a cohort: %w", err)
	}
	if len(out) <= pageRows {
		return out, "", nil
	}
	out = out[:pageRows]
	return out, strconv.FormatInt(out[pageRows-1].CustomerID, 10), nil
}

func stateRows(ctx context.Context, q db.Q, scope auth.Scope, a Ask) ([]Row, string, error) {
	if !slices.Contains(prediction.States, a.State) {
		return nil, "", errs.NotVisible()
	}
	total, id := int64(1<<62), int64(0)
	if a.After != "" {
		var errs1, errs2 error
		sum, last, _ := strings.Cut(a.After, "_")
		total, errs1 = strconv.ParseInt(sum, 10, 64)
		id, errs2 = strconv.ParseInt(last, 10, 64)
		if errs1 != nil || errs2 != nil {
			return nil, "", errs.NotVisible()
		}
	}
	args := append([]any{a.State, total, id}, scope.Args()...)
	var out []Row
	if err := q.Select(ctx, &out, sqlState, append(args, pageRows+1)...); err != nil {
		return nil, "", fmt.Errorf("read the customers in a state: %w", err)
	}
	if len(out) <= pageRows {
		return out, "", nil
	}
	out = out[:pageRows]
	last := out[pageRows-1]
	return out, fmt.Sprintf("%d_%d", last.YearTotal, last.CustomerID), nil
}

// monthAfter is the first day of the month that comes n months later.
func monthAfter(first cal.Date, n int) cal.Date {
	for range n {
		first = cal.Date(first.AddDays(31).Month() + "-01")
	}
	return first
}
