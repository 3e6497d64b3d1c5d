// Package stage says where a customer stands in their life with the shop:
// prospect, new, active, regular, at risk, lost or won back. A rule tells it
// from the days on which they bought, and the same days always tell the same
// stage; a person may set another one, and the rule keeps away until the day
// they name. Every move is kept with its reason. A to D is something else: how
// much a customer matters, not where they stand.
package stage

import (
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/kit/text"
)

// The stages, in the order of a life.
const (
	Prospect = "prospect"
	Fresh    = "new"
	Active   = "active"
	Regular  = "regular"
	AtRisk   = "at_risk"
	Lost     = "lost"
	WonBack  = "won_back"
)

// All are the stages in the order of a life.
var All = []string{Prospect, Fresh, Active, Regular, AtRisk, Lost, WonBack}

// Known tells whether s is a stage.
func Known(s string) bool {
	for _, k := range All {
		if k == s {
			return true
		}
	}
	return false
}

// MaxDays is how many purchase days, the newest, the rule looks at.
const MaxDays = 60

// year is what the rule calls twelve months.
const year = 365

// Rules are the shop's thresholds, in days unless said otherwise.
type Rules struct {
	NewDays     int     `db:"new_days"`
	RegularDays int     `db:"regular_days"` // purchase days within twelve months
	WonDays     int     `db:"won_days"`
	RiskTimes   float64 `db:"risk_times"` // of the customer's own rhythm
	RiskLeast   int     `db:"risk_least"` // however short the rhythm
	RiskDays    int     `db:"risk_days"`  // for those without a rhythm
	LostTimes   float64 `db:"lost_times"`
	LostLeast   int     `db:"lost_least"`
	LostDays    int     `db:"lost_days"`
}

// Validate says what is wrong, field by field.
func (r Rules) Validate() error {
	c := &errs.Check{}
	for _, f := range []struct {
		name  string
		n, up int
	}{{"new_days", r.NewDays, 3650}, {"regular_days", r.RegularDays, MaxDays}, {"won_days", r.WonDays, 3650}, {"risk_least", r.RiskLeast, 3650},
		{"risk_days", r.RiskDays, 3650}, {"lost_least", r.LostLeast, 3650}, {"lost_days", r.LostDays, 3650}} {
		c.That(f.n >= 1 && f.n <= f.up, f.name, "error.range", "min", 1, "max", f.up)
	}
	c.That(r.RiskTimes >= 1 && r.RiskTimes <= 100, "risk_times", "error.range", "min", 1, "max", 100)
	c.That(r.LostTimes >= 1 && r.LostTimes <= 100, "lost_times", "error.range", "min", 1, "max", 100)
	c.That(r.LostTimes > r.RiskTimes, "lost_times", "stage.error.lost_later")
	c.That(r.LostLeast > r.RiskLeast, "lost_least", "stage.error.lost_later")
	c.That(r.LostDays > r.RiskDays, "lost_days", "stage.error.lost_later")
	return c.Err()
}

// Seen is what the rule looked at.
type Seen struct {
	Silent int     `db:"silent_days"` // days since the last order
	Gap    float64 `db:"gap_days"`    // the usual gap, 0 = unknown
	Year   int     `db:"year_days"`   // purchase days within twelve months
}

// Rhythm is the median gap between purchase days (newest first); 0 below three.
func Rhythm(days []cal.Date) float64 {
	if len(days) < 3 {
		return 0
	}
	gaps := make([]float64, 0, len(days)-1)
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, float64(days[i-1].Sub(days[i])))
	}
	return stats.Median(gaps)
}

// Tell is the stage of a customer who bought on these days, newest first and
// no more than MaxDays of them.
func (r Rules) Tell(days []cal.Date, today cal.Date) (string, Seen) {
	if len(days) == 0 {
		return Prospect, Seen{}
	}
	seen := Seen{Silent: max(today.Sub(days[0]), 0), Gap: Rhythm(days)}
	for _, d := range days {
		if today.Sub(d) <= year {
			seen.Year++
		}
	}
	risk, lost := r.silence(seen.Gap)
	first := days[len(days)-1]
	switch {
	case seen.Silent > lost:
		return Lost, seen
	case seen.Silent > risk:
		return AtRisk, seen
	case r.cameBack(days, today):
		return WonBack, seen
	case len(days) < MaxDays && today.Sub(first) <= r.NewDays:
		return Fresh, seen
	case seen.Year >= r.RegularDays:
		return Regular, seen
	}
	return Active, seen
}

// silence is after how many days without an order somebody of that rhythm is
// at risk, and lost.
func (r Rules) silence(gap float64) (risk, lost int) {
	if gap <= 0 {
		return r.RiskDays, r.LostDays
	}
	return max(int(gap*r.RiskTimes+0.5), r.RiskLeast), max(int(gap*r.LostTimes+0.5), r.LostLeast)
}

// cameBack tells whether an order of late ended a silence that counted as lost.
func (r Rules) cameBack(days []cal.Date, today cal.Date) bool {
	for i := 0; i+1 < len(days) && today.Sub(days[i]) <= r.WonDays; i++ {
		if _, lost := r.silence(Rhythm(days[i+1:])); days[i].Sub(days[i+1]) > lost {
			return true
		}
	}
	return false
}

// Names are the shop's own words, by language and stage; "" is the product's.
type Names map[string]map[string]string

// Clean trims and leaves out what is no stage.
func (n Names) Clean() Names {
	out := Names{}
	for language, words := range n {
		if language != "en" && language != "zh-CN" {
			continue
		}
		for key, name := range words {
			if name = text.Line(name); name != "" && Known(key) {
				if out[language] == nil {
					out[language] = map[string]string{}
				}
				out[language][key] = name
			}
		}
	}
	return out
}

// maxName is how long a stage's name may be, in characters.
const maxName = 40

// Validate says which names are too long or stand twice in a language.
func (n Names) Validate() error {
	c := &errs.Check{}
	for language, words := range n {
		taken := map[string]bool{}
		for _, key := range All {
			name := words[key]
			field := "name." + language + "." + key
			c.That(len([]rune(name)) <= maxName, field, "error.long", "n", maxName)
			c.That(name == "" || !taken[text.Fold(name)], field, "stage.error.name_twice")
			taken[text.Fold(name)] = true
		}
	}
	return c.Err()
}

// words is what a language bundle answers with.
type words interface {
	Tag() string
	T(key string, args ...any) string
}

// Of is the name of a stage in the reader's language.
func (n Names) Of(l words, stage string) string {
	if name := n[l.Tag()][stage]; name != "" {
		return name
	}
	if !Known(stage) {
		return ""
	}
	return l.T("stage." + stage)
}

// Tone is the colour of a stage's pill.
func Tone(stage string) string {
	switch stage {
	case Fresh, WonBack:
		return "info"
	case Active, Regular:
		return "accent"
	case AtRisk:
		return "warm"
	case Lost:
		return "bad"
	}
	return ""
}
