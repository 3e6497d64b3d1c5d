package survey

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
)

// The kinds of program: everybody again and again, or after a moment that a
// slice of the house knows of (event.Moments).
const (
	Relationship = "relationship"
	AfterOrder   = after + "order"
	after        = "after_"
)

// programKinds are all that there are words for.
func programKinds() []string {
	kinds := []string{Relationship}
	for _, m := range event.Moments {
		kinds = append(kinds, after+m)
	}
	return kinds
}

// The states of a program.
const (
	On      = "on"
	Paused  = "paused"  // nobody is asked; what was planned waits
	Stopped = "stopped" // what waited was taken back
)

// Program says who is asked a survey, and when.
type Program struct {
	field.Row
	ID         int64  `db:"id"`
	SurveyID   int64  `db:"survey_id"`
	SurveyName string `db:"survey_name"`
	Kind       string `db:"kind"`
	Name       string `db:"name"`
	Active     bool   `db:"active"`
	EveryDays  int    `db:"every_days"`
	DelayDays  int    `db:"delay_days"`
	DailyCap   int    `db:"daily_cap"` // 0 = from the audience
	RemindDays int    `db:"remind_days"`
	ExpireDays int    `db:"expire_days"`
	// AlternateID is a second survey: of those who come to a moment about one half
	// is asked the one and the other half the other, nobody both. 0 is none.
	AlternateID db.ID   `db:"alternate_id"`
	StoppedAt   db.Time `db:"stopped_at"`
	ClosesOn    string  `db:"closes_on"`   // the last day on which it asks, "" none
	ClosesAtN   int     `db:"closes_at_n"` // the answers after which it asks no more, 0 none
	Texts       bool    `db:"texts"`       // by text message whoever has no mail address
	FromHour    int     `db:"from_hour"`   // the hours in which it sends; both 0 are the shop's own
	ToHour      int     `db:"to_hour"`
	Weekdays    int     `db:"weekdays"` // 1 Monday, 2 Tuesday, 4 ...; 0 is every working day
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`
}

// ProgramInput is what a form or the API says about a program.
type ProgramInput struct {
	SurveyID   int64
	Kind       string
	Name       string
	Active     bool
	EveryDays  int
	DelayDays  int
	DailyCap   int
	RemindDays int
	ExpireDays int

	AlternateID int64
	ClosesOn    string
	ClosesAtN   int
	Texts       bool
	FromHour    int
	ToHour      int
	Weekdays    int
	Version     int64
}

// State is what the program does.
func (p Program) State() string {
	switch {
	case p.Active:
		return On
	case p.StoppedAt.IsZero():
		return Paused
	}
	return Stopped
}

// moment is the name of what it follows, "" for a rhythm.
func (p Program) moment() string {
	name, _ := strings.CutPrefix(p.Kind, after)
	if name == p.Kind {
		return ""
	}
	return name
}

// Input is the program as a form would send it.
func (p Program) Input() ProgramInput {
	return ProgramInput{p.SurveyID, p.Kind, p.Name, p.Active, p.EveryDays, p.DelayDays, p.DailyCap, p.RemindDays, p.ExpireDays, int64(p.AlternateID), p.ClosesOn, p.ClosesAtN, p.Texts, p.FromHour, p.ToHour, p.Weekdays, p.Version}
}

// Validate says what is wrong, field by field.
func (in ProgramInput) Validate() error {
	c := &errs.Check{}
	c.That(in.Kind == Relationship || strings.HasPrefix(in.Kind, after), "kind", "error.choice")
	c.That(in.AlternateID == 0 || in.Kind != Relationship && in.AlternateID != in.SurveyID, "alternate_id", "error.choice")
	c.That(in.ClosesOn == "" || cal.Date(in.ClosesOn).Valid(), "closes_on", "error.date")
	c.That(text.Visible(in.Name), "name", "error.required")
	c.That(len([]rune(in.Name)) <= 100, "name", "error.long", "n", 100)
	for _, f := range []struct {
		name          string
		value, lo, hi int
	}{
		{"every_days", in.EveryDays, 30, 730}, {"delay_days", in.DelayDays, 0, 90}, {"daily_cap", in.DailyCap, 0, 100000},
		{"remind_days", in.RemindDays, 0, 30}, {"expire_days", in.ExpireDays, 3, 90}, {"closes_at_n", in.ClosesAtN, 0, 1_000_000},
		{"from_hour", in.FromHour, 0, 23}, {"to_hour", in.ToHour, 0, 24}, {"weekdays", in.Weekdays, 0, 127},
	} {
		c.That(f.value >= f.lo && f.value <= f.hi, f.name, "error.range", "min", f.lo, "max", f.hi)
	}
	c.That(in.FromHour < in.ToHour || in.FromHour == 0 && in.ToHour == 0, "to_hour", "survey.error.hours")
	c.That(in.RemindDays < in.ExpireDays, "remind_days", "survey.error.remind_late")
	return c.Err()
}

// firstAfter is how long after becoming a customer somebody is asked first.
const firstAfter = 30

// eligible is the first day on which a customer may be asked, and whether
// there is one: 30 days after the first purchase, and not before the second.
func eligible(orders int, first, last cal.Date) (cal.Date, bool) {
	if orders < 2 || first == "" {
		return "", false
	}
	day := first.AddDays(firstAfter)
	if orders == 2 && last > day {
		day = last
	}
	return day, true
}

// phase is the customer's own place in the rhythm, always the same.
func (p Program) phase(customer int64) int {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%d", p.ID, customer))
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(p.EveryDays))
}

// firstDue is when an enrolled customer is asked first. Who becomes eligible
// now is asked then; who was long ago is one of a crowd, which is spread over
// the whole rhythm.
func (p Program) firstDue(customer int64, from, today cal.Date) cal.Date {
	if from >= today.AddDays(-1) {
		return max(from, today)
	}
	return today.AddDays(p.phase(customer))
}

// cap is how many a day are asked at most: a quarter more than the audience
// needs, so that what weekends pile up is gone in a few days.
func (p Program) cap(audience, workdays int) int {
	if p.DailyCap > 0 {
		return p.DailyCap
	}
	return max(1, int(math.Ceil(1.25*float64(audience)/float64(max(1, workdays)))))
}

// period names the round that a due day falls in; a customer is invited once
// per survey and period, whatever ticks twice.
func (p Program) period(due, anchor cal.Date) string {
	n := due.Sub(anchor)
	return fmt.Sprintf("r%d:%d", p.EveryDays, int(math.Floor(float64(n)/float64(p.EveryDays))))
}
