package product_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
)

func newService(t *testing.T) (*product.Service, *journal.Journal, context.Context) {
	t.Helper()
	d := dbtest.New(t)
	s := product.New(d, event.New(d), nil, search.New(d), nil)
	j := journal.New(d, s.Module().Journal)
	ctx := field.With(auth.With(context.Background(), auth.System("test")), field.Values{Now: d.Now(), Zone: time.UTC, Currency: "CNY"})
	if err := j.Install(ctx); err != nil {
		t.Fatal(err)
	}
	return s, j, ctx
}

func TestAProductIsMadeChangedDeletedAndTakenBack(t *testing.T) {
	s, j, ctx := newService(t)
	p, err := s.Create(ctx, product.Input{Name: "  House   espresso ", Code: "HE1", Unit: "kg", Price: 1650, UseUpDays: 14, Active: true})
	if err != nil || p.Name != "House espresso" || p.Version != 1 {
		t.Fatalf("%+v %v", p, err)
	}
	in := p.Input()
	in.Price = 1700
	if p, err = s.Update(ctx, p.ID, 1, in); err != nil || p.Price != 1700 || p.Version != 2 {
		t.Fatalf("%+v %v", p, err)
	}
	if _, err := s.Update(ctx, p.ID, 1, in); !errs.Is(err, errs.Conflict) {
		t.Errorf("a stale edit: %v", err)
	}
	var set journal.Receipt
	if err := s.Delete(journal.WithReceipt(ctx, &set), p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, p.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("after the delete: %v", err)
	}
	if _, err := j.Undo(ctx, set.Set, journal.Options{}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(ctx, p.ID); err != nil || got.Price != 1700 || got.Code != "HE1" || got.UseUpDays != 14 {
		t.Errorf("taken back: %+v %v", got, err)
	}
}

func TestHostileProductsAreRefused(t *testing.T) {
	s, _, ctx := newService(t)
	if _, err := s.Create(ctx, product.Input{Name: "Tea", Code: "T1"}); err != nil {
		t.Fatal(err)
	}
	for field, in := range map[string]product.Input{
		"name":        {Name: " \t "},
		"price":       {Name: "x", Price: -1},
		"use_up_days": {Name: "x", UseUpDays: -1},
		"unit":        {Name: "x", Unit: strings.Repeat("长", 61)},
		"code":        {Name: "x", Code: "T1"},
	} {
		_, err := s.Create(ctx, in)
		if e, ok := errs.As(err); !ok || e.Fields[field].Key == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := s.Create(ctx, product.Input{Name: "x", Price: math.MaxInt64}); !errs.Is(err, errs.Invalid) {
		t.Errorf("the largest price: %v", err)
	}
}

func TestProductsAreFoundFilteredAndSorted(t *testing.T) {
	s, _, ctx := newService(t)
	for i, in := range []product.Input{{Name: "意式拼配", Code: "HE1", Category: "豆", Active: true}, {Name: "Decaf", Category: "豆", Active: true},
		{Name: "filters", Category: "杂货", Active: false}, {Name: "100% arabica_x"}} {
		in.Price = int64(i) * 100
		if _, err := s.Create(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	for want, c := range map[string]struct {
		req   page.Request
		conds []filter.Cond
	}{
		"意式拼配":                   {page.Request{Q: "yishi"}, nil},
		"意式拼配 ":                  {page.Request{Q: "he1"}, nil},
		"Decaf":                  {page.Request{Q: "dec"}, nil},
		"Decaf 意式拼配":             {page.Request{}, []filter.Cond{{Field: "category", Op: "eq", Value: "豆"}}},
		"filters 100% arabica_x": {page.Request{Sort: "price"}, []filter.Cond{{Field: "active", Op: "eq", Value: "false"}}},
		"100% arabica_x":         {page.Request{}, []filter.Cond{{Field: "name", Op: "contains", Value: "%"}}},
		"100% arabica_x Decaf filters 意式拼配":   {page.Request{}, nil},
		"100% arabica_x filters Decaf 意式拼配  ": {page.Request{Sort: "-price"}, nil},
	} {
		p, err := s.List(ctx, c.req, c.conds)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range p.Items {
			names = append(names, r.Name)
		}
		if got := strings.Join(names, " "); got != strings.TrimSpace(want) {
			t.Errorf("%+v: got %q, want %q", c, got, want)
		}
	}
}

func TestPutMakesOneProductHoweverOften(t *testing.T) {
	s, _, ctx := newService(t)
	in := product.Input{Name: "Tea", ExternalSource: "till", ExternalID: "9"}
	a, first, err := s.Put(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	in.Price = 500
	b, second, err := s.Put(ctx, in)
	if err != nil || !first || second || a.ID != b.ID || b.Price != 500 {
		t.Errorf("%v %v %+v %v", first, second, b, err)
	}
}

func TestPricesAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]int64{"12.30": 1230, "12,30": 1230, "¥1,234.50": 123450, " １２ ": 1200, "0": 0} {
		if got, err := product.ParsePrice(typed, "CNY"); err != nil || got != want {
			t.Errorf("%q: %d %v, want %d", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "free", "1.234.5x", "12.345", "99999999999999999999", "--1"} {
		if got, err := product.ParsePrice(typed, "CNY"); err == nil {
			t.Errorf("%q was read as %d", typed, got)
		}
	}
}
