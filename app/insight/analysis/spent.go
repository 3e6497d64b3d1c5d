package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/sales/order"
	"regulars/app/sys/auth"
)

// What each customer ordered in a month is kept beside who bought. Reports that
// divide orders by something of their customer add that up instead of the orders.

// spentBlock is how many customers stand side by side.
const spentBlock = 4096

// ordered is what a customer or a group ordered.
type ordered struct {
	customers int
	orders    int
	total     int64
}

// spending is what customers ordered, by their numbers.
type spending map[int64]*[spentBlock]ordered

func (s spending) add(customer int64, orders int, total int64) {
	block := s[customer/spentBlock]
	if block == nil {
		block = &[spentBlock]ordered{}
		s[customer/spentBlock] = block
	}
	o := &block[customer%spentBlock]
	o.customers, o.orders, o.total = 1, o.orders+orders, o.total+total
}

// take is what a customer ordered, once.
func (s spending) take(customer int64) (o ordered) {
	if block := s[customer/spentBlock]; block != nil {
		o, block[customer%spentBlock] = block[customer%spentBlock], ordered{}
	}
	return o
}

func (o *ordered) add(other ordered) {
	o.customers, o.orders, o.total = o.customers+other.customers, o.orders+other.orders, o.total+other.total
}

// spentBy tells whether the report can be put together from what customers ordered
// in each month: it is of all orders that hold, in the shop's currency, divided by
// one thing of their customer.
func (c *counting) spentBy(ctx context.Context, p period, by []divided) (bool, error) {
	if c.Name != "order" || !c.only || len(by) != 1 || !by[0].Of || by[0].Join+by[0].With != "" || by[0].Time != "" || len(by[0].Days) > 0 ||
		len(c.within) > 0 || !auth.From(ctx).Scope().Everything() || !p.all() && c.spec.On != "ordered_on" || !sold(c.spec.Filters) {
		return false, nil
	}
	for _, m := range c.measures {
		if m.Fn != fnCount && m.Fn != fnCustomers && (m.Of != "total" || m.Fn != fnSum && m.Fn != fnMean) {
			return false, nil
		}
	}
	b, err := c.readBought(ctx, p)
	return b.kept, err
}

// spent are the groups of such a report.
func (c *counting) spent(ctx context.Context, p period, by divided, t *Table) ([]group, error) {
	b, err := c.readBought(ctx, p)
	if err != nil {
		return nil, err
	}
	all := spending{}
	for _, m := range b.months {
		for _, class := range order.Classes {
			if err := m.By[class].Each(all.add); err != nil {
				return nil, fmt.Errorf("read what was spent in %s: %w", m.Name, err)
			}
		}
	}
	if by.Name == "customer" {
		return c.largest(all, p, t), nil
	}
	var out []group
	err = members(ctx, c.q, by.part(c.env), by.Column, func(key any, ids string) error {
		var sum ordered
		for id := range strings.SplitSeq(ids, ",") {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return fmt.Errorf("read a customer's number: %w", err)
			}
			sum.add(all.take(n))
		}
		out = c.gathered(out, key, sum)
		return nil
	})
	var rest ordered // those who have no value
	for _, block := range all {
		for _, o := range block {
			rest.add(o)
		}
	}
	out = c.gathered(out, nil, rest)
	slices.SortStableFunc(out, func(a, b group) int { return cmp.Compare(b.cells[0].Value, a.cells[0].Value) })
	return out, err
}

func (c *counting) gathered(out []group, key any, sum ordered) []group {
	if sum.orders == 0 {
		return out
	}
	g := group{keys: []any{key}}
	for _, m := range c.measures {
		g.cells = append(g.cells, m.cell(sum.of(m)))
	}
	return append(out, g)
}

// of are the aggregates of a measure.
func (o ordered) of(m measured) []*float64 {
	customers, orders, total := float64(o.customers), float64(o.orders), float64(o.total)
	switch m.Fn {
	case fnCustomers:
		return []*float64{&customers}
	case fnCount:
		return []*float64{&orders}
	}
	return []*float64{&total, &orders}
}

// largest are the customers by the measure that puts the report into its order:
// beyond the bound the smallest are left out. Of periods beside, those that the
// report shows come first.
func (c *counting) largest(all spending, p period, t *Table) []group {
	var ids []int64
	for at, block := range all {
		for i, o := range block {
			if o.orders > 0 {
				ids = append(ids, at*spentBlock+int64(i))
			}
		}
	}
	of := func(id int64) ordered { return all[id/spentBlock][id%spentBlock] }
	first := c.measures[0]
	if c.spec.Sort != "" {
		first = c.measures[number(c.spec.Sort)]
	}
	rank := func(id int64) float64 { return first.cell(of(id).of(first)).Value }
	slices.SortFunc(ids, func(a, b int64) int {
		return cmp.Or(cmp.Compare(boolInt(c.shown[b]), boolInt(c.shown[a])), cmp.Compare(rank(b), rank(a)), cmp.Compare(a, b))
	})
	if len(ids) > maxGroups {
		ids, t.Cut = ids[:maxGroups], true
	}
	if p == t.Period {
		c.shown = map[int64]bool{}
	}
	var out []group
	for _, id := range ids {
		out = c.gathered(out, id, of(id))
		if p == t.Period {
			c.shown[id] = true
		}
	}
	return out
}
