package app

// How several people work together.

import (
	"regulars/app/work/daybook"
)

// together is what only several people need.
type together struct{ daybook *daybook.Service }

func (a *App) makeTogether() {
	a.daybook = daybook.New(daybook.Deps{DB: a.DB, Notices: a.notify, Hours: a.hours.Hours})
}
