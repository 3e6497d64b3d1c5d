package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/crowd"
	"regulars/app/kit/filter"
	"regulars/app/sales/order"
	"regulars/app/sys/auth"
)

// Who bought is kept by month and by whether it was their first purchase. Reports
// that count customers of orders, divide by new and returning, or follow those who
// first bought in the same month, put it together from there.

// boughtIn is what such a report reads, by period.
type boughtIn struct {
	months []order.Month
	kept   bool // something of it was counted already
}

// crowded tells whether the report can be put together from who bought in each
// month: it is of all orders that hold, in the shop's currency.
func (c *counting) crowded(ctx context.Context, p period, by []divided) (bool, error) {
	if c.Name != "order" || !c.only || len(c.within) > 0 || !auth.From(ctx).Scope().Everything() || !p.all() && c.spec.On != "ordered_on" || !sold(c.spec.Filters) {
		return false, nil
	}
	followed, needs := false, false
	for _, d := range by {
		switch d.Field {
		case "ordered_on", "cohort":
			if !slices.Contains([]string{"month", "quarter", "year"}, d.Unit) {
				return false, nil
			}
			followed = followed || d.Field == "cohort"
		case "newness":
		case "age":
			followed = true
		default:
			return false, nil
		}
		needs = needs || d.Field != "ordered_on"
	}
	for _, m := range c.measures {
		customers := m.Fn == fnCustomers
		money := m.Fn == fnCount || m.Of == "total" && (m.Fn == fnSum || m.Fn == fnMean)
		if !customers && (!money || followed) {
			return false, nil
		}
	}
	b, err := c.readBought(ctx, p)
	return needs || b.kept, err // else one look at the orders is as quick
}

// sold tells whether the filters leave the orders that hold and nothing else.
func sold(conds []filter.Cond) bool {
	return len(conds) == 1 && conds[0].Field == "status" && conds[0].Op == "in" && slices.Contains([]string{"confirmed,completed", "completed,confirmed"}, conds[0].Value)
}

func (c *counting) readBought(ctx context.Context, p period) (boughtIn, error) {
	if b, ok := c.bought[p]; ok {
		return b, nil
	}
	months, err := order.Bought(ctx, c.q, p.From, p.To)
	b := boughtIn{months: months, kept: slices.ContainsFunc(months, func(m order.Month) bool { return m.Kept })}
	c.bought[p] = b
	return b, err
}

// crowds are the groups of such a report.
func (c *counting) crowds(ctx context.Context, p period, by []divided) ([]group, error) {
	b, err := c.readBought(ctx, p)
	if err != nil {
		return nil, err
	}
	var began []order.Month // for those who first bought in the same month
	if slices.ContainsFunc(by, func(d divided) bool { return d.Field == "cohort" || d.Field == "age" }) {
		all, err := c.readBought(ctx, period{})
		if err != nil {
			return nil, err
		}
		began = all.months
	}
	s := &sorting{by: by, at: map[string]int{}}
	for _, m := range b.months {
		for _, class := range order.Classes {
			s.month(m, class, began)
		}
	}
	out := make([]group, len(s.found))
	for i, f := range s.found {
		out[i].keys = f.keys
		for _, m := range c.measures {
			out[i].cells = append(out[i].cells, f.cell(m))
		}
	}
	if len(out) == 0 && len(by) == 0 {
		return []group{{cells: c.nothing()}}, nil
	}
	slices.SortStableFunc(out, func(a, b group) int { return cmp.Compare(b.cells[0].Value, a.cells[0].Value) })
	return out, nil
}

// sorting puts buyers into groups.
type sorting struct {
	by    []divided
	at    map[string]int
	found []buyers
}

// buyers are a group of them.
type buyers struct {
	keys []any
	order.Buyers
}

func (f buyers) cell(m measured) Cell {
	orders, total := float64(f.Orders), float64(f.Total)
	switch m.Fn {
	case fnCustomers:
		who := float64(f.Who.Len())
		return m.cell([]*float64{&who})
	case fnCount:
		return m.cell([]*float64{&orders})
	}
	return m.cell([]*float64{&total, &orders})
}

// month sorts who bought in one month: by when they first bought, where that is
// asked for.
func (s *sorting) month(m order.Month, class order.Class, began []order.Month) {
	b := m.By[class]
	if b.Orders == 0 {
		return
	}
	if began == nil || class == order.Never {
		s.add(b, m.Name, class, "")
		return
	}
	for _, first := range began {
		who := crowd.Common(b.Who, first.By[order.First].Who)
		if len(who) > 0 {
			s.add(order.Buyers{Orders: b.Orders, Who: who}, m.Name, class, first.Name)
		}
	}
}

func (s *sorting) add(b order.Buyers, month string, class order.Class, first string) {
	keys := make([]any, len(s.by))
	for i, d := range s.by {
		keys[i] = keyOf(d, month, class, first)
	}
	i, ok := s.at[mark(keys)]
	if !ok {
		i = len(s.found)
		s.at[mark(keys)] = i
		s.found = append(s.found, buyers{keys: keys, Buyers: order.Buyers{Who: crowd.Set{}}})
	}
	f := &s.found[i]
	f.Orders += b.Orders
	f.Total += b.Total
	f.Who.Merge(b.Who)
}

// keyOf is the value of an axis, as the rows would have it.
func keyOf(d divided, month string, class order.Class, first string) any {
	switch d.Field {
	case "ordered_on":
		return bucket(d.Unit, day(month))
	case "newness":
		return map[order.Class]any{order.First: "new", order.Later: "returning", order.Early: "returning"}[class]
	case "cohort":
		if first != "" {
			return bucket(d.Unit, day(first))
		}
	case "age":
		if class == order.First || class == order.Later {
			return fmt.Sprintf("%03d", months(month)-months(first))
		}
	}
	return nil
}

func day(month string) cal.Date { return cal.Date(month + "-01") }

// months numbers months in their order.
func months(name string) int {
	at := day(name).Time(time.UTC)
	return at.Year()*12 + int(at.Month())
}
