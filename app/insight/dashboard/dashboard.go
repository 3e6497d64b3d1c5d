// Package dashboard puts figures beside each other: several dashboards, ready
// ones for every kind of work and those that the shop arranges itself. A tile is
// a report drawn as its maker likes, or one of the pictures that other pages of
// insight have. It owns no figures: what a tile shows is counted as its reader
// may see it, kept for a while and counted anew when something was written.
package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// The permissions.
const (
	Read  = "dashboard.read"  // look at dashboards; what stands on them is a permission of its own
	Write = "dashboard.write" // arrange dashboards of one's own
	Share = "dashboard.share" // show them to others
)

// Roles are those that a dashboard can be shown to.
var Roles = []string{"owner", "manager", "member"}

// Dashboard is tiles under a name. A ready one has a Key instead of an ID.
type Dashboard struct {
	ID        int64   `db:"id"`
	Key       string  `db:"-"`
	UserID    db.ID   `db:"user_id"`
	UserName  db.Null `db:"user_name"`
	Name      string  `db:"name"`
	Roles     roles   `db:"roles"` // whom it is shown to besides its maker
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
	Tiles     []Tile  `db:"-"`
}

// Which is what an address calls it.
func (d Dashboard) Which() string {
	if d.Key != "" {
		return d.Key
	}
	return strconv.FormatInt(d.ID, 10)
}

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

// Tile is one picture or number.
type Tile struct {
	ID          int64  `db:"id"`
	DashboardID int64  `db:"dashboard_id"`
	Position    int    `db:"position"`
	Source      string `db:"source"`    // a ready report, a number of ours or a picture of another page; "" for ReportID
	ReportID    db.ID  `db:"report_id"` // a report that somebody keeps
	Title       string `db:"title"`     // "" is the source's own
	Look        string `db:"look"`
	Width       int    `db:"width"` // in columns, 1 to 3
}

// From is the source as forms and the API name it.
func (t Tile) From() string {
	if t.ReportID != 0 {
		return reportPrefix + strconv.FormatInt(int64(t.ReportID), 10)
	}
	return t.Source
}

const reportPrefix = "report:"

// The ways to draw a report. Pictures of other pages have their own.
const (
	Auto      = "auto"
	Number    = "number"
	Columns   = "bars"
	Line      = "line"
	Stacked   = "stacked"
	List      = "list"
	Funnel    = "funnel"
	Heat      = "heat"
	Histogram = "histogram"
	Plain     = "table"
)

// Looks lists them.
var Looks = []string{Auto, Number, Columns, Line, Stacked, List, Funnel, Heat, Histogram, Plain}

const (
	mostTiles = 24
	maxTitle  = 80
)

// TileInput is what is said about a tile; ID is 0 for a new one.
type TileInput struct {
	ID     int64
	Source string
	Title  string
	Look   string
	Width  int
}

// Input is what is said about a dashboard: all of its tiles, in their order.
type Input struct {
	Name  string
	Roles []string
	Tiles []TileInput
}

// Clean trims, and fills in what was left open.
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
	for i := range in.Tiles {
		t := &in.Tiles[i]
		t.Title = text.Line(t.Title)
		if t.Look == "" {
			t.Look = Auto
		}
		if t.Width == 0 {
			t.Width = 1
		}
	}
}

// Validate says what is wrong of what the words alone tell.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= maxTitle, "name", "error.long", "n", maxTitle)
	for _, r := range in.Roles {
		c.That(slices.Contains(Roles, r), "roles", "error.choice")
	}
	c.That(len(in.Tiles) <= mostTiles, "tiles", "error.long", "n", mostTiles)
	for _, t := range in.Tiles {
		c.That(len([]rune(t.Title)) <= maxTitle, "tiles", "error.long", "n", maxTitle)
		c.That(slices.Contains(Looks, t.Look) && t.Width >= 1 && t.Width <= 3, "tiles", "error.choice")
		c.That(t.Source != "" && len(t.Source) <= maxTitle, "tiles", "error.choice")
	}
	return c.Err()
}

// mayChange refuses a dashboard that is another's and that the actor does not share.
func (d Dashboard) mayChange(a *auth.Actor) error {
	if d.ID == 0 {
		return errs.NotVisible()
	}
	if int64(d.UserID) == a.UserID {
		return a.May(Write)
	}
	return a.May(Share)
}
