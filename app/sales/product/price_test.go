package product_test

import (
	"context"
	"testing"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// The price of a line: the customer's own list, larger quantities, the units and
// variants; a changed list goes back with one undo.
func TestPricesOfLists(t *testing.T) {
	s, j, ctx := newService(t)
	box := int64(11000)
	p := must[product.Product](t)(s.Create(ctx, product.Input{Name: "Tea", Unit: "bag", Price: 1000, Active: true,
		Units: []product.Unit{{Name: "box", Factor: 12 * money.One}, {Name: "crate", Factor: 100 * money.One, Price: &box}}}))
	red := must[product.Product](t)(s.Create(ctx, product.Input{Name: "Tea, red", Unit: "bag", Price: 1050, ParentID: p.ID, Active: true}))
	if _, err := s.Create(ctx, product.Input{Name: "Tea, red, small", ParentID: red.ID}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a variant of a variant: %v", err)
	}
	list := must[product.PriceList](t)(s.CreatePriceList(ctx, product.PriceListInput{Name: "Wholesale", Levels: "BA", Active: true,
		Items: []product.PriceItem{{ProductID: p.ID, Price: 900}, {ProductID: p.ID, Least: 10 * money.One, Price: 800}}}))
	if list.Levels != "AB" || len(list.Items) != 2 {
		t.Errorf("kept as %+v", list)
	}
	for _, c := range []struct {
		p        product.Product
		unit     string
		level    string
		quantity money.Quantity
		want     product.Priced
	}{
		{p, "", "", money.One, product.Priced{Price: 1000}},
		{p, "", "A", money.One, product.Priced{900, "Wholesale", 0}},
		{p, "", "A", 10 * money.One, product.Priced{800, "Wholesale", 10 * money.One}},
		{red, "", "B", 10 * money.One, product.Priced{800, "Wholesale", 10 * money.One}},
		{red, "", "C", 10 * money.One, product.Priced{Price: 1050}},
		{p, "box", "", money.One, product.Priced{Price: 12000}},
		{p, "Box", "A", money.One, product.Priced{9600, "Wholesale", 10 * money.One}},
		{p, "crate", "", money.One, product.Priced{Price: 11000}},
		{p, "barrel", "", money.One, product.Priced{Price: 1000}},
	} {
		if got, err := s.PriceOf(ctx, c.p, product.Ask{Unit: c.unit, Level: c.level, Quantity: c.quantity, On: "2026-01-05"}); err != nil || got != c.want {
			t.Errorf("%s %q %q %s: got %+v, %v", c.p.Name, c.unit, c.level, c.quantity, got, err)
		}
	}
	var set journal.Receipt
	if err := s.DeletePriceList(journal.WithReceipt(ctx, &set), list.ID); err != nil {
		t.Fatal(err)
	}
	if got := must[product.Priced](t)(s.PriceOf(ctx, p, product.Ask{Level: "A", Quantity: money.One, On: "2026-01-05"})); got.Price != 1000 {
		t.Errorf("without the list: %+v", got)
	}
	if _, err := j.Undo(ctx, set.Set, journal.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := must[product.PriceList](t)(s.PriceList(ctx, list.ID)); len(got.Items) != 2 {
		t.Errorf("taken back: %+v", got)
	}
	if _, err := s.UpdatePriceList(ctx, list.ID, list.Version+1, product.PriceListInput{Name: "X"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a stale edit: %v", err)
	}
	for name, in := range map[string]product.PriceListInput{
		"no name": {}, "ends first": {Name: "x", StartsOn: "2026-02-01", EndsOn: "2026-01-01"},
		"below zero": {Name: "x", Items: []product.PriceItem{{ProductID: p.ID, Price: -1}}},
		"twice":      {Name: "x", Items: []product.PriceItem{{ProductID: p.ID, Price: 1}, {ProductID: p.ID, Price: 2}}},
	} {
		if _, err := s.CreatePriceList(ctx, in); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a product cost is neither shown to nor changed by whoever may not know it.
func TestCostIsForThoseWhoMayKnowIt(t *testing.T) {
	s, _, ctx := newService(t)
	cost := int64(400)
	p := must[product.Product](t)(s.Create(ctx, product.Input{Name: "Tea", Price: 1000, Cost: &cost}))
	if p.Cost != 400 {
		t.Fatalf("got %+v", p)
	}
	seller := &auth.Actor{UserID: 2, Role: "member"}
	seller.Grant(map[string]bool{product.Read: true, product.Write: true})
	theirs := auth.With(context.Background(), seller)
	seen := must[product.Product](t)(s.Get(theirs, p.ID))
	in := seen.Input()
	in.Name = "Green tea"
	changed := must[product.Product](t)(s.Update(theirs, p.ID, p.Version, in))
	if seen.Cost != 0 || changed.Cost != 0 {
		t.Errorf("the cost was shown: %d, %d", seen.Cost, changed.Cost)
	}
	if now := must[product.Product](t)(s.Get(ctx, p.ID)); now.Cost != 400 || now.Name != "Green tea" {
		t.Errorf("somebody else's edit left %+v", now)
	}
	in.Cost = new(int64)
	if _, err := s.Update(theirs, p.ID, changed.Version, in); !errs.Is(err, errs.Denied) {
		t.Errorf("the cost was set: %v", err)
	}
	if offered := must[[]product.Product](t)(s.Offered(theirs, 10)); len(offered) != 0 && offered[0].Cost != 0 {
		t.Error("the picker tells what it cost")
	}
}
