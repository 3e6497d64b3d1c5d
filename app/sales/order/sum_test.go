package order

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"regulars/app/kit/pricing"
	"regulars/app/sys/setting"
)

func taxed(l LineInput, rate int64) LineInput {
	l.TaxRate = &rate
	return l
}

// Whatever is sold with whatever discounts and rates, the lines make the head,
// and so do the bases and taxes of the rates.
func TestLinesAndRatesAddUpToTheHead(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	r := rand.New(rand.NewPCG(5, 28))
	rates := []int64{0, 100, 600, 900, 1300, 1900}
	off := func(most int64) pricing.Discount {
		switch r.IntN(4) {
		case 0:
			return pricing.Discount{Rate: r.Int64N(5_000)}
		case 1:
			return pricing.Discount{Amount: r.Int64N(most)}
		}
		return pricing.Discount{}
	}
	var o Order
	for i := range 80 {
		with := r.IntN(2) == 0
		in := Input{CustomerID: who, WithTax: &with, Discount: off(50)}
		for j := range 1 + r.IntN(6) {
			l := taxed(line(fmt.Sprintf("thing %d", j), 1000+r.Int64N(50_000), 100+r.Int64N(100_000)), rates[r.IntN(len(rates))])
			l.Discount = off(90)
			in.Lines = append(in.Lines, l)
		}
		var err error
		if i%4 == 3 { // also when it is changed
			o, err = h.orders.Update(h.ctx, o.ID, o.Version, in)
		} else {
			o, err = h.orders.Create(h.ctx, in)
		}
		h.must(err)
		o = h.get(o.ID)
		t1, err := o.Sums()
		h.must(err)
		var lines, shares, tax int64
		bases := map[int64]int64{}
		for j, l := range o.Lines {
			if l.Total != t1.Lines[j].Total {
				t.Fatalf("line %d says %d, it comes to %d", j, l.Total, t1.Lines[j].Total)
			}
			lines, shares = lines+l.Total, shares+t1.Lines[j].Share
			bases[l.TaxRate] += l.Total - t1.Lines[j].Share
		}
		if shares != t1.Discount || o.Total != t1.Total || o.Tax != t1.Tax {
			t.Fatalf("the discount %d is spread as %d; the head says %d with %d tax, it comes to %d with %d", t1.Discount, shares, o.Total, o.Tax, t1.Total, t1.Tax)
		}
		for _, due := range t1.Taxes {
			tax += due.Amount
			want := due.Base
			if o.WithTax {
				want += due.Amount
			}
			if bases[due.Rate] != want {
				t.Fatalf("at rate %d the lines make %d, the tax says %d", due.Rate, bases[due.Rate], want)
			}
		}
		want := lines - t1.Discount
		if !o.WithTax {
			want += tax
		}
		if o.Total != want || tax != o.Tax || t1.Net+t1.Tax != o.Total {
			t.Fatalf("the lines make %d, the head says %d", want, o.Total)
		}
	}
}

func TestTheShopsWayOfPricesIsKeptByAnOrder(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	l := taxed(line("Assam", 1000, 10_000), 1300)
	if o := h.order(who, l); o.Total != 10_000 || o.Tax != 1150 || !o.WithTax {
		t.Errorf("contained: %d with %d tax", o.Total, o.Tax)
	}
	h.set(setting.BusinessName, setting.Business{Name: "Kettle", Locale: "en", Currency: "CNY", Timezone: "Asia/Shanghai", Region: "CN", Pack: "wholesale", SetupAt: 1, TaxOnTop: true})
	o := h.order(who, l)
	if o.Total != 11_300 || o.Tax != 1300 || o.WithTax {
		t.Errorf("on top: %d with %d tax", o.Total, o.Tax)
	}
	h.set(setting.BusinessName, setting.Business{Name: "Kettle", Locale: "en", Currency: "CNY", Timezone: "Asia/Shanghai", Region: "CN", Pack: "wholesale", SetupAt: 1})
	in := o.Input()
	in.Notes = "by ship"
	o, err := h.orders.Update(h.ctx, o.ID, o.Version, in)
	h.must(err)
	if o.Total != 11_300 {
		t.Errorf("an old order follows the shop: %d", o.Total)
	}
	before := h.get(1)
	if _, err := h.orders.SetStatus(h.ctx, before.ID, Completed); err != nil {
		t.Fatal(err)
	}
	if after := h.get(1); after.Total != before.Total || after.Tax != before.Tax {
		t.Errorf("a state changed the sums: %+v", after)
	}
}
