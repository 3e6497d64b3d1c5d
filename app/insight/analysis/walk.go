package analysis

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/field"
)

// Instants become days in the shop's zone record by record, which costs more than
// all else of a count. Where an index runs along them, each month is counted
// between its first and its last instant instead.

// mostSteps is how many periods are counted one after the other; up to fewSteps are
// told apart in one look at all records, where more than the index is needed of them.
const (
	mostSteps = 60
	fewSteps  = 4
)

// step is a value of a time axis with the instants between which it lies.
type step struct {
	value    string
	from, to int64
}

// steps are the values of the only axis, where it is the day of records that an
// index runs along; none where the ordinary way is as quick.
func (c *counting) steps(ctx context.Context, p period, by []divided) []step {
	if c.Walk == "" || len(by) != 1 || by[0].Name != c.Day || by[0].Time != field.Time || by[0].Unit == "weekday" {
		return nil
	}
	for _, m := range c.measures {
		if m.Fn == fnMedian {
			return nil
		}
	}
	d := by[0]
	first, last := p.From, p.To
	for _, end := range []struct {
		fn   string
		into *cal.Date
	}{{"min", &first}, {"max", &last}} {
		if *end.into != "" && d.Field == c.spec.On {
			continue
		}
		at, _, err := c.List.Tally(ctx, c.q, field.Tally{Count: []field.Part{{SQL: end.fn + "(" + d.Column + ")"}}, From: c.Walk})
		if err != nil || len(at) == 0 || at[0].Count[0] == nil || *at[0].Count[0] <= 0 {
			return nil
		}
		*end.into = cal.DateOf(time.UnixMilli(int64(*at[0].Count[0])), c.zone)
	}
	var out []step
	for _, value := range buckets(d.Unit, first, last) {
		from, to, ok := days(d.Unit, value)
		if !ok || len(out) == mostSteps {
			return nil
		}
		out = append(out, step{value, from.Time(c.zone).UnixMilli(), to.AddDays(1).Time(c.zone).UnixMilli()})
	}
	return out
}

// walk counts step by step.
func (c *counting) walk(ctx context.Context, p period, where []field.Where, d divided, steps []step) ([]group, error) {
	var out []group
	more := func(m measured) bool { return m.Fn != fnCount }
	if p.all() && len(steps) <= fewSteps && slices.ContainsFunc(c.measures, more) {
		return c.look(ctx, where, d, steps)
	}
	ask := field.Tally{Count: append(c.parts(false), field.Part{SQL: "count(*)"})}
	for _, s := range steps {
		ask.Where = append(where[:len(where):len(where)], field.Where{SQL: d.Column + " >= ? AND " + d.Column + " < ?", Args: []any{s.from, s.to}})
		found, _, err := c.List.Tally(ctx, c.q, ask)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", s.value, err)
		}
		sums := found[0].Count
		if n := sums[len(sums)-1]; n == nil || *n == 0 {
			continue
		}
		sums = sums[:len(sums)-1]
		out = append(out, group{keys: []any{s.value}, sums: sums, cells: c.cells(sums)})
	}
	return out, nil
}

// look counts all steps at once, record by record in the order in which they lie.
func (c *counting) look(ctx context.Context, where []field.Where, d divided, steps []step) ([]group, error) {
	first, last := steps[0], steps[len(steps)-1]
	which := field.Part{SQL: "CASE"}
	for _, s := range steps {
		which.SQL, which.Args = which.SQL+" WHEN "+d.Column+" < ? THEN ?", append(which.Args, s.to, s.value)
	}
	which.SQL += " END"
	found, _, err := c.List.Tally(ctx, c.q, field.Tally{By: []field.Part{which}, Count: c.parts(false), Limit: maxGroups,
		Where: append(where[:len(where):len(where)], field.Where{SQL: "+" + d.Column + " >= ? AND +" + d.Column + " < ?", Args: []any{first.from, last.to}})})
	if err != nil {
		return nil, fmt.Errorf("count from %s to %s: %w", first.value, last.value, err)
	}
	var out []group
	for _, g := range found {
		out = append(out, group{keys: g.By, sums: g.Count, cells: c.cells(g.Count)})
	}
	return out, nil
}
