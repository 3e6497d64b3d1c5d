package prediction

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/db"
)

// An alarm says that somebody is silent for longer than they use to be. Whether
// that means anything in this shop is tried on its own past: on an earlier day
// the same rule is asked who would have been named, and then who of them bought
// within their usual gap after all, beside everybody whom it would not have named.
// An alarm whose people came back hardly less often than the others says nothing,
// and is off. Surely less often is not enough: whose usual gap is taken for too
// short is named more often and given less time, so that even where everybody
// comes at random those named do a little worse.

// The earlier day lies a third of the history back, between these days.
const (
	minBack = 28
	maxBack = 182
)

// What a trial takes: as many people altogether, and on either side.
const (
	minTried = 30
	minSide  = 5
	clearly  = .8 // those named come back a fifth less often at least, even at the upper end of the interval
)

// Alarm is how an alarm would have done.
type Alarm struct {
	N          int     `json:"n"`    // named on the earlier day
	Back       int     `json:"back"` // of them bought within their usual gap
	Others     int     `json:"others"`
	OthersBack int     `json:"others_back"`
	P          float64 `json:"p"` // Fisher's exact test
}

// The outcomes of a trial.
const (
	Better    = "better"
	Few       = "few"        // too few people to try it on
	NotBetter = "not_better" // it says nothing, and is off
)

// Outcome is what the trial came to.
func (a Alarm) Outcome() string {
	switch {
	case a.N < minSide || a.Others < minSide || a.N+a.Others < minTried:
		return Few
	}
	if _, high := stats.Wilson(a.Back, a.N); high < clearly*a.OthersShare() && a.P < .05 {
		return Better
	}
	return NotBetter
}

// Off tells whether the alarm is not to be raised.
func (a Alarm) Off() bool { return a.Outcome() == NotBetter }

// Share is how many of those named came back.
func (a Alarm) Share() float64 { return float64(a.Back) / float64(max(1, a.N)) }

// OthersShare is how many of those not named did: the base.
func (a Alarm) OthersShare() float64 { return float64(a.OthersBack) / float64(max(1, a.Others)) }

func (a *Alarm) count(named, back bool) {
	n, came := &a.Others, &a.OthersBack
	if named {
		n, came = &a.N, &a.Back
	}
	*n++
	if back {
		*came++
	}
}

func (a *Alarm) judge() { a.P = stats.Fisher(a.Back, a.N-a.Back, a.OthersBack, a.Others-a.OthersBack) }

// Silence is the trial of both alarms.
type Silence struct {
	On   cal.Date `json:"on"`   // the earlier day
	Days int      `json:"days"` // since then
	Late Alarm    `json:"late"` // against those in rhythm
	Gone Alarm    `json:"gone"` // against everybody who was not
	Due  Due      `json:"due"`
}

// SilenceOf is the trial of last night; before the first it names nobody.
func SilenceOf(ctx context.Context, q db.Q) (Silence, error) {
	sh, _, _, err := ReadShop(ctx, q)
	return sh.Silence, err
}

// heed takes the alarms back that are off.
func (s Silence) heed(b Buyer, today cal.Date) Buyer {
	if b.State == Gone && s.Gone.Off() {
		switch {
		case b.Days == 1:
			b.State = Once
		case b.GapDays > 0 && today.Sub(b.ExpectedOn) > lateDays:
			b.State = Late
		default:
			b.State = Steady
		}
	}
	if b.State == Late && s.Late.Off() {
		b.State = Steady
	}
	if s.Due.Off() {
		b.ExpectedOn = ""
	}
	return b
}

// past is somebody as seen on the earlier day, in little room.
type past struct {
	gap    float32 // their usual one, 0 for none yet
	silent int32   // days
	after  int32   // days until they bought again, -1 if they did not
}

// trial gathers them.
type trial struct {
	on, today cal.Date
	gaps      gaps // up to the earlier day
	people    []past
	lasts     []last // of all time
}

// newTrial takes the earlier day; without a history nobody was there.
func newTrial(first, today cal.Date) trial {
	if first == "" {
		return trial{today: today}
	}
	return trial{on: today.AddDays(-min(maxBack, max(minBack, today.Sub(first)/3))), today: today}
}

// add looks at one history.
func (t *trial) add(days []cal.Date) {
	if l, ok := lastOf(days); ok {
		t.lasts = append(t.lasts, l)
	}
	n := 0
	for n < len(days) && days[n] <= t.on {
		n++
	}
	if n == 0 {
		return
	}
	p := past{silent: int32(t.on.Sub(days[n-1])), after: -1}
	for i := 1; i < n; i++ {
		t.gaps.add(days[i].Sub(days[i-1]))
	}
	if gap, known := stats.PurchaseRhythm(days[:n]); known {
		p.gap = float32(gap)
	}
	if n < len(days) {
		p.after = int32(days[n].Sub(t.on))
	}
	t.people = append(t.people, p)
}

// judge asks the rules of today of the day then. Who is given longer than there
// has been time since cannot be judged.
func (t *trial) judge() Silence {
	s := Silence{On: t.on, Days: t.today.Sub(t.on)}
	usual := t.gaps.usual()
	for _, p := range t.people {
		within := float64(p.gap)
		if within == 0 {
			within = usual
		}
		if within > float64(s.Days) {
			continue
		}
		back := p.after >= 0 && float64(p.after) <= max(1, within)
		gone := int(p.silent) > GoneAfter(float64(p.gap), usual)
		s.Gone.count(gone, back)
		if p.gap > 0 && !gone {
			s.Late.count(int(p.silent)-int(p.gap+.5) > lateDays, back)
		}
	}
	s.Late.judge()
	s.Gone.judge()
	return s
}
