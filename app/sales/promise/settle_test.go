package promise

import (
	"math/rand/v2"
	"testing"

	"regulars/app/kit/cal"
)

func pay(id, amount int64, made, due cal.Date) Promise {
	return Promise{ID: id, Side: Theirs, Kind: Pay, Amount: amount, Currency: "USD", MadeOn: made, DueOn: due, State: Open}
}

func came(on cal.Date, amount int64) paid { return paid{On: on, Amount: amount, Currency: "USD"} }

func TestFactsSettleWhatTheyCan(t *testing.T) {
	const today = cal.Date("2026-03-10")
	order := bought{ID: 7, Total: 500, Paid: 500, Done: true, DoneOn: "2026-03-04"}
	rest := Promise{ID: 9, Side: Theirs, Kind: Pay, OrderID: 7, MadeOn: "2026-03-01", DueOn: "2026-03-05"}
	deliver := Promise{ID: 8, Side: Ours, Kind: Deliver, OrderID: 7, MadeOn: "2026-03-01", DueOn: "2026-03-03"}
	back := pay(6, 50, "2026-03-01", "2026-03-08")
	back.Side = Ours
	ofOrder := came("2026-03-06", 500)
	ofOrder.OrderID = 7
	euro := came("2026-03-02", 100)
	euro.Currency = "EUR"
	for name, c := range map[string]struct {
		promises []Promise
		facts    facts
		want     map[int64]string
		on       map[int64]cal.Date
	}{
		"in time":            {[]Promise{pay(1, 100, "2026-03-01", "2026-03-05")}, facts{payments: []paid{came("2026-03-05", 100)}}, map[int64]string{1: Kept}, map[int64]cal.Date{1: "2026-03-05"}},
		"in two parts":       {[]Promise{pay(1, 100, "2026-03-01", "2026-03-05")}, facts{payments: []paid{came("2026-03-02", 60), came("2026-03-06", 60)}}, map[int64]string{1: Late}, map[int64]cal.Date{1: "2026-03-06"}},
		"not enough":         {[]Promise{pay(1, 100, "2026-03-01", "2026-03-05")}, facts{payments: []paid{came("2026-03-02", 99)}}, map[int64]string{1: Open}, nil},
		"before it was said": {[]Promise{pay(1, 100, "2026-03-03", "2026-03-05")}, facts{payments: []paid{came("2026-03-02", 100)}}, map[int64]string{1: Open}, nil},
		"another currency":   {[]Promise{pay(1, 100, "2026-03-01", "2026-03-05")}, facts{payments: []paid{euro}}, map[int64]string{1: Open}, nil},
		"money counts once":  {[]Promise{pay(2, 100, "2026-03-01", "2026-03-09"), pay(1, 100, "2026-03-01", "2026-03-05")}, facts{payments: []paid{came("2026-03-04", 150)}}, map[int64]string{1: Kept, 2: Open}, nil},
		"the rest is passed on": {[]Promise{pay(1, 100, "2026-03-01", "2026-03-05"), pay(2, 100, "2026-03-01", "2026-03-09")},
			facts{payments: []paid{came("2026-03-04", 150), came("2026-03-08", 50)}}, map[int64]string{1: Kept, 2: Kept}, map[int64]cal.Date{2: "2026-03-08"}},
		"nobody paid for long": {[]Promise{pay(1, 100, "2026-01-01", "2026-02-07")}, facts{}, map[int64]string{1: Broken}, map[int64]cal.Date{1: "2026-03-09"}},
		"grace lasts its day":  {[]Promise{pay(1, 100, "2026-01-01", "2026-02-08")}, facts{}, map[int64]string{1: Open}, nil},
		"better late":          {[]Promise{pay(1, 100, "2026-01-01", "2026-02-01")}, facts{payments: []paid{came("2026-03-09", 100)}}, map[int64]string{1: Late}, nil},
		"the order and its rest": {[]Promise{rest, deliver}, facts{payments: []paid{ofOrder}, orders: map[int64]bought{7: order}},
			map[int64]string{9: Late, 8: Late}, map[int64]cal.Date{9: "2026-03-06", 8: "2026-03-04"}},
		"an order that is gone": {[]Promise{rest}, facts{orders: map[int64]bought{}}, map[int64]string{9: Open}, nil},
		"kept and taken back":   {[]Promise{pay(1, 100, "2026-03-01", "2026-03-05")}, facts{payments: []paid{came("2026-03-04", 100), came("2026-03-06", -100)}}, map[int64]string{1: Open}, nil},
		"too much went back": {[]Promise{pay(1, 100, "2026-03-01", "2026-03-05")}, facts{payments: []paid{came("2026-03-04", 100), came("2026-03-05", 20), came("2026-03-06", -20)}},
			map[int64]string{1: Kept}, map[int64]cal.Date{1: "2026-03-04"}},
		"paid back": {[]Promise{back}, facts{payments: []paid{came("2026-03-04", -50)}}, map[int64]string{6: Kept}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := settled(c.promises, c.facts, today)
			for id, want := range c.want {
				if got[id].State != want {
					t.Errorf("promise %d is %s, want %s", id, got[id].State, want)
				}
			}
			for id, on := range c.on {
				if got[id].SettledOn != on {
					t.Errorf("promise %d on %s, want %s", id, got[id].SettledOn, on)
				}
			}
		})
	}
}

// Whatever happens: what is promised and called done never comes to more than
// what was paid, more money never makes a kept promise open again, and asking
// twice says the same.
func TestNoMoneyKeepsTwoPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	day := func() cal.Date { return cal.Date("2026-03-01").AddDays(r.IntN(40)) }
	for range 3000 {
		var promises []Promise
		for i := range 1 + r.IntN(5) {
			made := day()
			promises = append(promises, pay(int64(i+1), int64(1+r.IntN(200)), made, made.AddDays(r.IntN(20))))
		}
		var f facts
		in := int64(0)
		for d := range 50 {
			if r.IntN(4) == 0 {
				m := came(cal.Date("2026-03-01").AddDays(d), int64(1+r.IntN(150)))
				f.payments, in = append(f.payments, m), in+m.Amount
			}
		}
		today := cal.Date("2026-05-01")
		got := settled(promises, f, today)
		kept := int64(0)
		for _, p := range got {
			if p.State == Kept || p.State == Late {
				kept += p.Amount
				if p.SettledOn < p.MadeOn || (p.State == Kept) != (p.SettledOn <= p.DueOn) {
					t.Fatalf("%+v", p)
				}
			}
		}
		if kept > in {
			t.Fatalf("%d kept promises of %d that was paid", kept, in)
		}
		for id, p := range settled(promises, f, today) {
			if p.State != got[id].State || p.SettledOn != got[id].SettledOn {
				t.Fatalf("a second look says %+v instead of %+v", p, got[id])
			}
		}
	}
}
