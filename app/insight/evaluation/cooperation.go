package evaluation

import (
	"cmp"

	"regulars/app/kit/stats"
)

// alike is the rate beyond which hardly anybody in a shop differs: who does as
// everybody does shows nothing of themselves by it.
const alike = .98

// habit is one of the ways to work together: how often it went well, of how many.
type habit struct {
	code  string
	said  float64 // the number that the reason names
	k, n  int
	usual float64
}

// tells is whether it says anything of this customer: people here differ, or
// this one does otherwise than nearly everybody.
func (h habit) tells() bool {
	switch {
	case h.usual > alike:
		return h.k < h.n
	case h.usual < 1-alike:
		return h.k > 0
	}
	return true
}

// cooperation is how often they answer when asked, keep what they ordered and
// keep their promises, each against the shop's usual rate. Each counts by how far
// its number can be relied on, n/(n+5), so that many orders do not outvote a few
// promises; what tells nothing is left out, and said so.
func (f facts) cooperation(s Shop) part {
	answered, cancelled, kept := 0, 0, 0
	var bad, good []Ref
	sort := func(well bool, r Ref) {
		if well {
			good = append(good, r)
		} else {
			bad = append(bad, r)
		}
	}
	for _, a := range f.asked {
		if a.answered {
			answered++
		}
		sort(a.answered, Ref{"invitation", a.id})
	}
	for _, p := range f.promised {
		if p.kept {
			kept++
		}
		sort(p.kept, Ref{"promise", p.id})
	}
	for _, o := range f.orders {
		if o.cancelled {
			cancelled++
			sort(false, Ref{"order", o.id})
		}
	}
	asked, ordered, made := len(f.asked), len(f.orders), len(f.promised)
	all := asked + ordered + made
	if all < needContacts {
		return missing("need_contacts", nums("have", float64(all), "need", needContacts))
	}
	p := part{known: true, raw: 50, k: kCooperation, of: all}
	sum, weight := 0.0, 0.0
	for _, h := range []habit{
		{"replied", float64(answered), answered, asked, s.Reply},
		{"cancelled", float64(cancelled), ordered - cancelled, ordered, s.Kept},
		{"promises", float64(kept), kept, made, cmp.Or(s.Promises, usualWord)},
	} {
		if h.n == 0 {
			continue
		}
		r := Reason{Code: h.code, Nums: nums("k", h.said, "n", float64(h.n))}
		if !h.tells() {
			r.Code += "_alike"
			p.reasons = append(p.reasons, r)
			continue
		}
		w := float64(h.n) / float64(h.n+needContacts)
		sum, weight, p.n = sum+w*against(stats.ShrunkRatio(h.k, h.n, h.usual, needContacts), h.usual), weight+w, p.n+float64(h.n)
		p.reasons = append(p.reasons, r)
	}
	if weight > 0 {
		p.raw = sum / weight
	}
	// What costs points comes first, then what went well, then what was ordered.
	p.evidence = append(last(bad), last(good)...)
	if left := maxEvidence - len(p.evidence); left > 0 {
		_, came := split(f.orders, func(o order) bool { return o.cancelled })
		rows := newest(came)
		p.evidence = append(p.evidence, refs(rows[:min(len(rows), left)])...)
	}
	p.evidence = p.evidence[:min(len(p.evidence), maxEvidence)]
	return p
}

// against puts a rate on 0 to 100 so that the usual one is 50 and the rarer of
// the two ends is the farther: doing what most do is worth little.
func against(rate, usual float64) float64 {
	return 50 + 50*(rate-usual)/max(usual, 1-usual)
}
