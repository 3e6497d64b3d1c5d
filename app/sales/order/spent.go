package order

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
)

// bought is what a customer ordered: so many orders, so much money.
type bought struct {
	customer int64
	orders   int
	total    int64
}

var errSpent = errors.New("order: this is not what buyers spent")

// Each calls fn with every buyer in the order of their numbers: how many orders they
// placed and what these come to.
func (b Buyers) Each(fn func(customer int64, orders int, total int64)) error {
	last := int64(-1)
	for raw := b.spent; len(raw) > 0; {
		step, n := binary.Uvarint(raw)
		orders, k := binary.Uvarint(raw[max(0, n):])
		if n <= 0 || k <= 0 || step == 0 {
			return errSpent
		}
		total, l := binary.Varint(raw[n+k:])
		if l <= 0 {
			return errSpent
		}
		raw = raw[n+k+l:]
		last += int64(step)
		fn(last, int(orders), total)
	}
	return nil
}

// pack writes down what each of them ordered: the step from one customer to the
// next, how many orders, and their money.
func pack(rows []bought) []byte {
	slices.SortFunc(rows, func(x, y bought) int { return cmp.Compare(x.customer, y.customer) })
	out := []byte{}
	for last, i := int64(-1), 0; i < len(rows); {
		sum := bought{customer: rows[i].customer}
		for ; i < len(rows) && rows[i].customer == sum.customer; i++ {
			sum.orders, sum.total = sum.orders+rows[i].orders, sum.total+rows[i].total
		}
		out = binary.AppendUvarint(out, uint64(sum.customer-last))
		out = binary.AppendUvarint(out, uint64(sum.orders))
		out = binary.AppendVarint(out, sum.total)
		last = sum.customer
	}
	return out
}
