// Package periodical is what the house writes by itself at the end of a week, a
// month or a quarter, and who gets it: the owner's letter and the satisfaction
// report. Each occasion has an issue for the whole shop and one for each team; an
// issue keeps its figures as they stood, and is made once.
package periodical

import (
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/view"
)

// Issue is one of them, without what its slice makes of the figures.
type Issue struct {
	field.Row
	ID       int64     `db:"id"`
	Kind     slot.Kind `db:"kind"`
	Slot     string    `db:"slot"`
	TeamID   db.ID     `db:"team_id"` // 0 is the whole shop
	TeamName db.Null   `db:"team_name"`
	Since    cal.Date  `db:"first_day"`
	Until    cal.Date  `db:"last_day"`
	UserID   db.ID     `db:"user_id"`
	UserName db.Null   `db:"user_name"`
	MadeAt   db.Time   `db:"made_at"`
	Raw      string    `db:"figures"`
}

// ByHand tells whether somebody asked for it.
func (i Issue) ByHand() bool { return slot.ByHandName(i.Slot) }

// Period names its days.
func (i Issue) Period(d view.Data) string {
	if i.Kind == slot.Monthly && !i.ByHand() {
		return d.Month(i.Since)
	}
	return d.Locale.T("satisfaction.from_to", "from", d.Date(i.Since), "to", d.Date(i.Until))
}

// Whose is the shop or the team.
func (i Issue) Whose(d view.Data) string {
	if i.TeamName != "" {
		return string(i.TeamName)
	}
	return d.Business
}

// Made says when, and by whom if somebody asked for it.
func (i Issue) Made(d view.Data) string {
	if i.UserName != "" {
		return d.Locale.T("report.made_by", "when", d.DateTime(i.MadeAt.Time), "name", string(i.UserName))
	}
	return d.Locale.T("report.made", "when", d.DateTime(i.MadeAt.Time))
}

// Team is whose issues somebody reads who has the permission: the whole shop's
// (0), or their team's. Who sees only their own customers reads none.
func Team(a *auth.Actor, permission string) (team int64, ok bool) {
	switch scope := a.Scope(); {
	case !a.Can(permission):
		return 0, false
	case scope.Everything():
		return 0, true
	case scope.Reach != auth.Own && scope.TeamID != 0:
		return scope.TeamID, true
	}
	return 0, false
}

// Scoped limits a list of issues, whose team stands in column, to those that
// somebody may read.
func Scoped(a *auth.Actor, permission, column string) field.Where {
	switch team, ok := Team(a, permission); {
	case !ok:
		return field.Where{SQL: "0"}
	case team != 0:
		return field.Where{SQL: column + " = ?", Args: []any{team}}
	}
	return field.Where{SQL: "1"}
}

// Seen tells whether somebody may read it.
func (i Issue) Seen(a *auth.Actor, permission string) bool {
	team, ok := Team(a, permission)
	return ok && (team == 0 || team == int64(i.TeamID))
}

// Base is the address of the house in a mail, "" without one that leads here.
type Base string

// Link is the full address of a place in the house, "" without one.
func (b Base) Link(path string) string {
	if b == "" || path == "" {
		return ""
	}
	return strings.TrimSuffix(string(b), "/") + path
}

// Weekdays are the days of the week with their names, from Monday.
func Weekdays(d view.Data) []view.Option {
	monday := cal.Date("2026-01-05")
	var out []view.Option
	for i := range 7 {
		day := monday.AddDays(i)
		out = append(out, view.Option{Value: int(day.Weekday()), Label: d.Locale.Weekday(day.Time(time.UTC))})
	}
	return out
}
