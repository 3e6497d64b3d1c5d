// Package worktest wires the slices of daily work over a test's own database:
// customers, follow-ups, tasks, notes and notifications, with the journal and
// the event bus as in the product.
package worktest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"regulars/app/customer/attachment"
	"regulars/app/customer/customer"
	"regulars/app/customer/note"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/followup"
	"regulars/app/work/task"
)

// House is the wired part of the product.
type House struct {
	T         testing.TB
	DB        *db.DB
	Clock     *clock.Fake
	Bus       *event.Bus
	Journal   *journal.Journal
	Customers *customer.Service
	Tasks     *task.Service
	FollowUps *followup.Service
	Notes     *note.Service
	Notify    *notify.Service
	Outbox    *outbox.Outbox
	View      *view.Engine
	Timeline  *timeline.Timeline
	people    people
}

// people is auth.Users over the test's own actors.
type people map[int64]*auth.Actor

// Actor implements auth.Users.
func (p people) Actor(_ context.Context, id int64) (*auth.Actor, int64, error) { return p[id], 1, nil }

// New wires a house without people or customers. The shop is in UTC.
func New(t testing.TB) *House {
	t.Helper()
	h := Open(t, dbtest.New(t))
	h.Write(func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, setting.BusinessName, setting.Business{Name: "Kettle & Crane", Locale: "en", Currency: "GBP", Timezone: "UTC", Region: "GB", SetupAt: 1})
	})
	return h
}

// Open wires a house over a database, as a restart does.
func Open(t testing.TB, d *db.DB) *House {
	t.Helper()
	h := &House{T: t, DB: d, Clock: dbtest.Clock(t), people: people{}}
	bundle, err := i18n.Load(os.DirFS(filepath.Join(root(), "assets")))
	h.must(err)
	h.View, err = view.New(templates(t), os.DirFS(filepath.Join(root(), "assets")), bundle)
	h.must(err)
	h.Bus = event.New(d)
	h.Customers = customer.New(d, h.Bus, search.New(d), nil)
	h.Notify = notify.New(d, h.people)
	h.Outbox = outbox.New(d, outbox.Options{})
	h.Tasks = task.New(task.Deps{DB: d, Events: h.Bus, Customers: h.Customers, Notices: h.Notify, Users: h.people, Mail: h.Outbox, View: h.View, BaseURL: func() string { return "https://crm.example.com" }})
	blobs, err := blob.New(t.TempDir())
	h.must(err)
	h.Notes = note.New(d, h.Bus, h.Customers, h.Notify, attachment.New(d, h.Bus, blobs, h.Customers))
	h.FollowUps = followup.New(followup.Deps{DB: d, Events: h.Bus, Customers: h.Customers, People: h.Notify, Tasks: h.Tasks, Notes: h.Notes})
	h.attach()
	return h
}

// attach gives the machines what the modules offer.
func (h *House) attach() {
	modules := []web.Module{h.Tasks.Module(), h.FollowUps.Module(), h.Notes.Module(), h.Notify.Module(), h.Customers.Module(nil, nil, func() *timeline.Timeline { return h.Timeline })}
	var tables []journal.Table
	var kinds []timeline.Kind
	for _, m := range modules {
		tables, kinds = append(tables, m.Journal...), append(kinds, m.Timeline...)
		for _, s := range m.Subscribers {
			h.Bus.Subscribe(s)
		}
	}
	h.Journal = journal.New(h.DB, tables)
	h.Journal.OnTouched(h.Customers.Touched)
	h.must(h.Journal.Install(h.T.Context()))
	h.Timeline = timeline.New(h.DB, h.Bus, kinds)
	h.Customers.Attach(h.Bus)
}

func (h *House) must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// root is the repository, seen from the folder of a slice's tests.
func root() string { return filepath.Join("..", "..", "..") }

// templates are the shared ones and those of daily work.
func templates(t testing.TB) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	base := filepath.Join(root(), "templates")
	for _, dir := range []string{"layouts", "partials", "work"} {
		entries, err := os.ReadDir(filepath.Join(base, dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			raw, err := os.ReadFile(filepath.Join(base, dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			out[dir+"/"+e.Name()] = &fstest.MapFile{Data: raw}
		}
	}
	return out
}

// Write runs fn as the house itself.
func (h *House) Write(fn func(ctx context.Context, tx *db.Tx) error) {
	h.T.Helper()
	h.must(h.DB.Write(auth.With(h.T.Context(), auth.System("job")), "test", fn))
}

// Person is somebody who works here. Zone "" is the shop's.
type Person struct {
	Name, Zone, Locale, DigestAt string
	Reach                        auth.Reach
	TeamID                       int64
	Without                      []string // permissions they lack
}

// Person takes somebody in and gives the context in which they act.
func (h *House) Person(p Person) (context.Context, int64) {
	h.T.Helper()
	if p.Reach == "" {
		p.Reach = auth.All
	}
	if p.DigestAt == "" {
		p.DigestAt = "08:00"
	}
	var id int64
	h.Write(func(ctx context.Context, tx *db.Tx) error {
		if p.TeamID != 0 {
			if _, err := tx.Exec(ctx, sqlTeam, p.TeamID, "team"); err != nil {
				return err
			}
		}
		var err error
		id, err = tx.Insert(ctx, sqlPerson, p.Name, strings.ToLower(strings.ReplaceAll(p.Name, " ", "."))+"@example.com", db.ID(p.TeamID), p.Zone, p.Locale, p.DigestAt)
		return err
	})
	return h.Join(id, p), id
}

// Join makes a person of the database known to a house, as after a restart.
func (h *House) Join(id int64, p Person) context.Context {
	h.T.Helper()
	zone := time.UTC
	if p.Zone != "" {
		var err error
		zone, err = time.LoadLocation(p.Zone)
		h.must(err)
	}
	if p.Reach == "" {
		p.Reach = auth.All
	}
	a := &auth.Actor{UserID: id, Name: p.Name, Role: auth.Member, TeamID: p.TeamID, Reach: p.Reach, Via: "session", Locale: p.Locale, Zone: zone}
	grants := map[string]bool{}
	for _, noun := range []string{"customer", "followup", "task", "note", "settings"} {
		for _, verb := range []string{"read", "write", "delete"} {
			grants[noun+"."+verb] = true
		}
	}
	for _, name := range p.Without {
		delete(grants, name)
	}
	a.Grant(grants)
	h.people[id] = a
	return auth.With(h.T.Context(), a)
}

// Leave makes a person unable to sign in.
func (h *House) Leave(id int64) {
	h.T.Helper()
	delete(h.people, id)
	h.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlLeave, id)
		return err
	})
}

// Customer makes a customer who belongs to owner (0 = nobody).
func (h *House) Customer(name string, owner int64) int64 {
	h.T.Helper()
	c, err := h.Customers.Create(auth.With(h.T.Context(), auth.System("job")), customer.Input{Name: name, Kind: customer.Person, OwnerID: owner})
	h.must(err)
	return c.ID
}

// Drain delivers the events.
func (h *House) Drain() {
	h.T.Helper()
	h.must(h.Bus.Drain(h.T.Context()))
}

// Count is a query's number.
func (h *House) Count(query string, args ...any) int {
	h.T.Helper()
	var n int
	h.must(h.DB.Reader(h.T.Context()).Get(h.T.Context(), &n, query, args...))
	return n
}
