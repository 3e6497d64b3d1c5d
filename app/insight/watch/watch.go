// Package watch looks once a night whether the last seven days were like the
// weeks before: orders, what they brought, new buyers, cases, answers and what
// they say. Several numbers are looked at together, so that one of them is
// bound to be odd now and then; it speaks up only about what chance among all of
// them hardly explains, and says how often it would have done so before.
package watch

import (
	"context"
	"slices"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/db"
)

const (
	span     = 7  // days
	weeks    = 26 // that a week is compared with
	tries    = 13 // weeks of the past that are judged too
	blocks   = 1 + tries + weeks
	fewSpans = 8  // weeks before, for a range
	fewReply = 5  // replies in a week, for a median
	fewSaid  = 10 // answers in a week, for a score
	level    = .05
)

// The numbers, in their order.
const (
	Orders  = "orders"
	Revenue = "revenue"
	Buyers  = "buyers"
	Cases   = "cases"
	Reply   = "reply" // hours until a case got its first reply
	Answers = "answers"
	NPS     = "nps"
)

// Keys lists them.
var Keys = []string{Orders, Revenue, Buyers, Cases, Reply, Answers, NPS}

// The states of a number.
const (
	Usual   = "usual"
	Outside = "outside" // of its range, but one of several looks may be by chance
	Alarm   = "alarm"
	Unknown = "unknown" // too little is known yet
)

// Number is one that is watched.
type Number struct {
	Key   string    `json:"key"`
	State string    `json:"state"`
	Now   float64   `json:"now"`
	N     int       `json:"n"` // of replies or answers that it rests on
	Low   float64   `json:"low"`
	High  float64   `json:"high"`
	Weeks int       `json:"weeks"` // compared with
	P     float64   `json:"p"`     // as if it were the only one
	Holm  float64   `json:"holm"`  // among all
	Past  []float64 `json:"past"`  // of the weeks before, the oldest first
}

// Look is what a night found.
type Look struct {
	Day     cal.Date `json:"day"`  // the day on which it looked
	From    cal.Date `json:"from"` // the first of the seven days
	Numbers []Number `json:"numbers"`
	Tried   int      `json:"tried"` // weeks of the past that could be judged
	Rang    int      `json:"rang"`  // of them with an alarm
}

// To is the last of the seven days.
func (l Look) To() cal.Date { return l.From.AddDays(span - 1) }

// week is what seven days brought.
type week struct {
	sum   map[string]float64 // of Orders, Revenue, Buyers, Cases and Answers
	reply []float64
	said  stats.Answers
}

// history are the weeks, the newest first, and how many of them each number has.
type history struct {
	weeks []week
	have  map[string]int
}

// judge compares a week with those before it; at 0 is the newest.
func (h history) judge(at int) []Number {
	out := make([]Number, 0, len(Keys))
	var ps []float64
	var judged []int
	for _, key := range Keys {
		n := h.number(key, at)
		if n.State != Unknown {
			judged, ps = append(judged, len(out)), append(ps, n.P)
		}
		out = append(out, n)
	}
	for i, p := range stats.Holm(ps) {
		n := &out[judged[i]]
		switch n.Holm = p; {
		case p < level:
			n.State = Alarm
		case n.P < level:
			n.State = Outside
		}
	}
	return out
}

func (h history) number(key string, at int) Number {
	n := Number{Key: key, State: Unknown, P: 1, Holm: 1, Low: 0, High: 0}
	last := min(at+1+weeks, h.have[key])
	if at >= last {
		return n
	}
	before := h.weeks[at+1 : last]
	switch key {
	case Reply:
		h.reply(&n, h.weeks[at], before)
	case NPS:
		h.score(&n, h.weeks[at], before)
	default:
		h.sums(&n, key, h.weeks[at], before)
	}
	slices.Reverse(n.Past)
	return n
}

// sums judges what is added up: events by counts, money by what it comes to.
func (history) sums(n *Number, key string, now week, before []week) {
	var counts []int
	n.Now = now.sum[key]
	for _, w := range before {
		v := max(0, w.sum[key])
		n.Past = append(n.Past, v)
		counts = append(counts, int(v))
	}
	n.Weeks = len(before)
	if key == Revenue {
		if u, ok := stats.UsualSpan(n.Past); ok {
			n.State, n.Low, n.High, n.P = Usual, u.Low, u.High, u.P(n.Now)
		}
		return
	}
	if u, ok := stats.UsualCount(counts); ok {
		n.State, n.Low, n.High, n.P = Usual, float64(u.Low), float64(u.High), u.P(int(n.Now))
	}
}

func (history) reply(n *Number, now week, before []week) {
	for _, w := range before {
		if len(w.reply) >= fewReply {
			n.Past = append(n.Past, stats.Median(w.reply))
		}
	}
	n.Weeks, n.N = len(n.Past), len(now.reply)
	if n.N < fewReply {
		return
	}
	n.Now = stats.Median(now.reply)
	if u, ok := stats.UsualSpan(n.Past); ok {
		n.State, n.Low, n.High, n.P = Usual, u.Low, u.High, u.P(n.Now)
	}
}

func (history) score(n *Number, now week, before []week) {
	var sum stats.Answers
	for _, w := range before {
		sum.Promoters += w.said.Promoters
		sum.Passives += w.said.Passives
		sum.Detractors += w.said.Detractors
		if w.said.N() >= fewSaid {
			n.Past = append(n.Past, stats.NPS(w.said).Value)
		}
	}
	n.Weeks, n.N = len(before), now.said.N()
	if n.N < fewSaid || n.Weeks < fewSpans {
		return
	}
	n.Now = stats.NPS(now.said).Value
	if t := stats.NPSChange(sum, now.said); t.Valid {
		n.Low, n.High = stats.UsualNPS(sum, n.N)
		n.State, n.P = Usual, t.P
	}
}

// rang tells in how many weeks of the past it would have spoken up.
func (h history) rang() (rang, tried int) {
	for at := 1; at <= tries; at++ {
		known, loud := false, false
		for _, n := range h.judge(at) {
			known = known || n.State != Unknown
			loud = loud || n.State == Alarm
		}
		if known {
			tried++
		}
		if loud {
			rang++
		}
	}
	return rang, tried
}

// Service looks and shows.
type Service struct{ prediction.Nightly[Look] }

// New makes the service.
func New(d *db.DB) *Service {
	return &Service{prediction.Nightly[Look]{DB: d, Name: "watch", Make: look}}
}

// look judges the last seven whole days.
func look(ctx context.Context, q db.Q, today cal.Date) (Look, error) {
	h, err := read(ctx, q, today)
	if err != nil {
		return Look{}, err
	}
	l := Look{Day: today, From: today.AddDays(-span), Numbers: h.judge(0)}
	l.Rang, l.Tried = h.rang()
	return l, nil
}
