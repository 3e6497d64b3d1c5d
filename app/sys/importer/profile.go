package importer

import (
	"context"
	"maps"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Profile is how files of one origin are imported: which header goes where and
// what is decided once for all of them. It belongs to the shop.
type Profile struct {
	ID          int64   `db:"id"`
	Name        string  `db:"name"`
	Kind        string  `db:"kind"`
	OptionsText string  `db:"options"`
	UserID      db.ID   `db:"user_id"` // who made it
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`
}

// Options are what the profile decides.
func (p Profile) Options() Options { return Run{OptionsText: p.OptionsText}.Options() }

// KindLabel is the i18n key of what is imported.
func (p Profile) KindLabel() string { return Kind{Name: p.Kind}.Label() }

const maxProfileName = 80

// Again are the options for the next file of the same sort: what was chosen
// about columns, by their headers, and the rules; nothing about single rows,
// and nothing that was only found out about the one file.
func (o Options) Again(header []string) Options {
	out := Options{Defaults: maps.Clone(o.Defaults), Match: o.Match, OnDuplicate: o.OnDuplicate, CreateMissing: o.CreateMissing,
		MonthFirst: o.MonthFirst, Wins: o.Wins, Prefer: o.Prefer, Map: maps.Clone(o.Map)}
	for i, name := range o.Columns {
		if i >= len(header) || header[i] == "" {
			continue
		}
		if out.Map == nil {
			out.Map = map[string]string{}
		}
		out.Map[header[i]] = name
	}
	for column, value := range out.Defaults {
		if value == "" {
			delete(out.Defaults, column)
		}
	}
	return out
}

// Settings are a run's options for the next file.
func (e *Engine) Settings(ctx context.Context, id int64) (Run, Options, error) {
	run, _, err := e.mine(ctx, id)
	if err != nil {
		return run, Options{}, err
	}
	t, closeFile, err := e.open(run.SHA256, run.Options())
	if err != nil {
		return run, Options{}, err
	}
	defer closeFile()
	return run, run.Options().Again(t.Header), nil
}

// Profiles lists the profiles of a kind, of all kinds when it is "", that the
// actor may import.
func (e *Engine) Profiles(ctx context.Context, kind string) ([]Profile, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return nil, err
	}
	all, err := profiles(ctx, e.db.Reader(ctx), kind)
	if err != nil {
		return nil, err
	}
	out := []Profile{}
	for _, p := range all {
		if e.mayKind(ctx, p.Kind) {
			out = append(out, p)
		}
	}
	return out, nil
}

func (e *Engine) mayKind(ctx context.Context, name string) bool {
	for _, k := range e.Kinds(ctx) {
		if k.Name == name {
			return true
		}
	}
	return false
}

// Profile reads one.
func (e *Engine) Profile(ctx context.Context, id int64) (Profile, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Profile{}, err
	}
	p, err := profile(ctx, e.db.Reader(ctx), id)
	if err == nil && !e.mayKind(ctx, p.Kind) {
		return Profile{}, errs.NotVisible()
	}
	return p, err
}

// Named finds the profile of that name for a kind.
func (e *Engine) Named(ctx context.Context, kind, name string) (Profile, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Profile{}, err
	}
	return profileNamed(ctx, e.db.Reader(ctx), kind, strings.TrimSpace(name))
}

// SaveProfile keeps options under a name; the same name of the same kind again
// replaces what it said.
func (e *Engine) SaveProfile(ctx context.Context, kind, name string, o Options) (Profile, error) {
	k, name, err := e.checkProfile(ctx, kind, name, o)
	if err != nil {
		return Profile{}, err
	}
	return db.WriteOne(ctx, e.db, "import_profile.save", func(ctx context.Context, tx *db.Tx) (Profile, error) {
		p, err := profileNamed(ctx, tx, k.Name, name)
		switch {
		case errs.Is(err, errs.NotFound):
			p, err = addProfile(ctx, tx, k.Name, name, o)
		case err == nil:
			p, err = setProfile(ctx, tx, p.ID, name, o)
		}
		if err != nil {
			return p, err
		}
		journal.About(tx, "import_profile", p.ID, p.Name)
		return p, nil
	})
}

// ChangeProfile changes one that is still at version.
func (e *Engine) ChangeProfile(ctx context.Context, id, version int64, name string, o Options) (Profile, error) {
	before, err := e.Profile(ctx, id)
	if err != nil {
		return before, err
	}
	if _, name, err = e.checkProfile(ctx, before.Kind, name, o); err != nil {
		return before, err
	}
	return db.WriteOne(ctx, e.db, "import_profile.update", func(ctx context.Context, tx *db.Tx) (Profile, error) {
		now, err := profile(ctx, tx, id)
		if err != nil {
			return now, err
		}
		if now.Version != version {
			return now, errs.Stale(now)
		}
		other, err := profileNamed(ctx, tx, now.Kind, name)
		if err == nil && other.ID != id {
			c := &errs.Check{}
			c.Add("name", "import.error.profile_taken")
			return now, c.Err()
		}
		if err != nil && !errs.Is(err, errs.NotFound) {
			return now, err
		}
		journal.About(tx, "import_profile", id, name)
		return setProfile(ctx, tx, id, name, o)
	})
}

func (e *Engine) checkProfile(ctx context.Context, kind, name string, o Options) (Kind, string, error) {
	k, err := e.Kind(ctx, kind)
	if err != nil {
		return k, name, err
	}
	name = text.Line(name)
	c := &errs.Check{}
	c.That(name != "", "name", "error.required")
	c.That(len([]rune(name)) <= maxProfileName, "name", "error.long", "n", maxProfileName)
	c.That(len(o.Map) <= 1000, "map", "error.many", "n", 1000)
	if err := c.Err(); err != nil {
		return k, name, err
	}
	if o.OnDuplicate == "" {
		o.OnDuplicate = Skip
	}
	return k, name, o.Validate(k)
}

// DropProfile forgets one, undoable.
func (e *Engine) DropProfile(ctx context.Context, id int64) error {
	p, err := e.Profile(ctx, id)
	if err != nil {
		return err
	}
	return e.db.Write(ctx, "import_profile.delete", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "import_profile", id, p.Name)
		return dropProfile(ctx, tx, id)
	})
}
