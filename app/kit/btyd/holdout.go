package btyd

import "math"

// Held is a customer as seen on an earlier day, and how many purchases followed
// until today.
type Held struct {
	Seen
	Later int
}

// Trial is how a fit made on an earlier day did since: the sums, and the mean
// error per customer beside that of two simple guesses.
type Trial struct {
	Customers        int
	Foreseen, Actual float64
	Error            float64 // mean |foreseen - actual| per customer
	OwnRate          float64 // the same when everybody goes on at their own rate
	Mean             float64 // the same when everybody buys what all do on average
}

// Passed tells whether the model is worth showing: its error is below that of
// both guesses. Where nobody bought anything there was nothing to foresee, and
// whoever says "nothing" is right.
func (t Trial) Passed() bool {
	return t.Customers > 0 && t.Actual > 0 && t.Error < t.OwnRate && t.Error < t.Mean
}

// Try compares forecasts over t units of time with what followed. p must come
// from a fit that saw nothing later than the earlier day. The average that
// everybody buys is taken from the past too: all purchases over all the time.
func (p Params) Try(held []Held, t float64) Trial {
	var out Trial
	purchases, time := 0.0, 0.0
	for _, h := range held {
		n := float64(max(1, h.Customers))
		purchases += n * float64(h.X)
		time += n * h.T
	}
	usual := 0.0
	if time > 0 {
		usual = purchases / time * t
	}
	sum := 0.0
	for _, h := range held {
		n, later, own := float64(max(1, h.Customers)), float64(h.Later), 0.0
		if h.T > 0 {
			own = float64(h.X) / h.T * t
		}
		foreseen := p.Purchases(h.Seen, t)
		out.Foreseen += n * foreseen
		out.Actual += n * later
		out.Error += n * math.Abs(foreseen-later)
		out.OwnRate += n * math.Abs(own-later)
		out.Mean += n * math.Abs(usual-later)
		sum += n
	}
	if sum > 0 {
		out.Error, out.OwnRate, out.Mean = out.Error/sum, out.OwnRate/sum, out.Mean/sum
	}
	out.Customers = int(sum)
	return out
}
