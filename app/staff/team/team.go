// Package team groups the people who work here. A role whose data scope is
// "team" sees the records of everyone in the same team. Deleting a team leaves
// its people without one.
package team

import (
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// Team is a group of people.
type Team struct {
	ID        int64   `db:"id"`
	Name      string  `db:"name"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
	People    int     `db:"people"` // who belong to it and are not disabled
}

// Input is what a form or an API call says about a team.
type Input struct {
	Name    string
	Version int64 // the state a change is based on; 0 when it is new
}

func (in *Input) check() error {
	in.Name = strings.TrimSpace(in.Name)
	c := &errs.Check{}
	c.That(text.Visible(in.Name), "name", "error.required")
	c.That(len([]rune(in.Name)) <= 60, "name", "error.long", "n", 60)
	c.That(!strings.ContainsFunc(in.Name, func(r rune) bool { return r < ' ' || r == 0x7f }), "name", "error.control")
	return c.Err()
}
