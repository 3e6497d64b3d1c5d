// Package analysis is the reports that a shop puts together itself: a kind of
// record, divided by up to two things and one more across, counted. It owns no
// figures: every report is counted anew from the records that its reader may
// see, under the very conditions of their list, and every number opens the rows
// behind it.
//
// A report is a query, as a list's view is: all of it stands in the address, is
// checked against what the program offers, and only names of the program become
// part of a statement.
package analysis

import (
	"net/url"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// The permissions.
const (
	Read  = "analysis.read"  // look at reports; what they count is a permission of its own
	Write = "analysis.write" // keep reports of one's own
	Share = "analysis.share" // show reports to others and send them by mail
)

// Roles are those that a report can be shown to.
var Roles = []string{"owner", "manager", "member"}

// Report is one that somebody keeps.
type Report struct {
	ID        int64   `db:"id"`
	UserID    db.ID   `db:"user_id"`
	UserName  db.Null `db:"user_name"`
	Name      string  `db:"name"`
	Query     string  `db:"query"`
	Roles     roles   `db:"roles"` // whom it is shown to besides its maker
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Spec is what it counts.
func (r Report) Spec() (Spec, error) { return parseText(r.Query) }

// roles are names with commas between.
type roles string

func (r roles) list() []string {
	if r == "" {
		return nil
	}
	return strings.Split(string(r), ",")
}

// Shown tells whether a role sees it.
func (r roles) Shown(role string) bool { return slices.Contains(r.list(), role) }

// Input is what is said about a report.
type Input struct {
	Name  string
	Query string
	Roles []string
}

const maxQuery = 6000

// Clean trims, and puts the roles in their order.
func (in *Input) Clean() {
	in.Name = text.Line(in.Name)
	var shown []string
	for _, r := range Roles {
		if slices.Contains(in.Roles, r) {
			shown = append(shown, r)
		}
	}
	if len(shown) == len(in.Roles) {
		in.Roles = shown
	}
}

// Validate says what is wrong of what the words alone tell; whether there is what
// they name, the service finds out.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= 80, "name", "error.long", "n", 80)
	for _, r := range in.Roles {
		c.That(slices.Contains(Roles, r), "roles", "error.choice")
	}
	q, err := url.ParseQuery(in.Query)
	c.That(err == nil && len(in.Query) <= maxQuery && q.Get("kind") != "", "query", "error.malformed")
	return c.Err()
}

// mayChange refuses a report that is another's and that the actor does not share.
func (r Report) mayChange(a *auth.Actor) error {
	if int64(r.UserID) == a.UserID {
		return a.May(Write)
	}
	return a.May(Share)
}
