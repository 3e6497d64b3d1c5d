package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/event"
	"regulars/app/sys/importer"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
)

// Module is what a slice offers the house, as data. From the list of modules
// come the router, the navigation, the permission screen, the journal's
// tables, the jobs and the API's tags.
type Module struct {
	Name        string
	Routes      func(r *Router)
	API         func(a *api.API)
	Jobs        []job.Spec
	Permissions []auth.Permission
	Nav         []Nav
	Settings    []SettingsEntry
	Timeline    []timeline.Kind
	Journal     []journal.Table
	Subscribers []event.Subscriber
	Moments     []event.Moment // after which customers may be asked how it was
	Subjects    []Subject
	Panels      []Panel
	Banners     func(ctx context.Context) ([]Banner, error)
	Pins        func(ctx context.Context) ([]Pin, error)
	SavedViews  func(ctx context.Context, kind string) ([]SavedView, error)
	// Audience is whom the reader may show a view of a list to.
	Audience  func(c *fiber.Ctx) ([]view.Option, error)
	Checks    []Check
	Importers []importer.Kind
	Fields    []custom.Subject // kinds of record to which a shop may add fields
}

// Nav is an entry of the sidebar, shown to those who have Permission.
type Nav struct {
	Group      string // i18n key of the group; "" for the first
	Order      int    // entries sort by it within the whole sidebar
	Key        string // i18n key
	Icon       string
	Href       string
	Permission string
	Tab        bool // stands in the phone's bottom bar
	Shortcut   string
	Count      func(ctx context.Context) (n int, warm bool, err error)
	Here       func(ctx context.Context) (bool, error) // nil: always; otherwise the sidebar has it only while true
}

// Pin is a place of the sidebar that one person put there.
type Pin struct {
	Label string
	Icon  string
	Href  string
	N     int
	Over  bool // there are more than N
}

// SavedView is a list's filter, columns and order under a name.
type SavedView struct {
	ID          int64
	Name, Query string
	Opens       bool // the actor's list opens with it
}

// Subject says where a kind of record is shown, for links from the timeline,
// the history, search and notifications.
type Subject struct {
	Kind string
	Path func(id int64) string
}

// The places on a customer's record page where slices show their part.
const (
	ZoneLeft     = "left"     // who they are
	ZoneComposer = "composer" // above the timeline
	ZoneRight    = "right"    // what to think of them
	ZonePrint    = "print"    // their sheet of paper
)

// Panel is a slice's part of a customer's record page. Page is a template
// without layout; Load gives its Body, nil to show nothing.
type Panel struct {
	Zone       string
	Order      int
	Permission string
	Page       string
	Load       func(ctx context.Context, customer int64) (any, error)
}

// Banner is a sentence on every page about something that needs a person.
type Banner struct {
	Kind   string // info, warm or bad
	Key    string // i18n key of the text
	Args   []any
	Href   string
	Action string // i18n key of the link
	Press  []Press
}

// Press is a button of a banner: a POST, after a question when Ask says one.
type Press struct {
	Href   string
	Action string // i18n key of the button
	Ask    string // i18n key of the question
	Effect string // i18n key of what it does
}

// Check is a question that doctor and the health page ask. Run returns an i18n
// key with what is wrong, or "".
type Check struct {
	Name    string // i18n key
	Running bool   // it tells of what only a running server does
	Run     func(ctx context.Context) (problem string, args []any, err error)
}
