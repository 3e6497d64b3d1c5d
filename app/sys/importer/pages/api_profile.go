package pages

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/page"
	"regulars/app/sys/api"
	"regulars/app/sys/importer"
)

// ProfileObject is a saved way to import as the API shows it.
type ProfileObject struct {
	ID        int64            `json:"id"`
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	UpdatedAt time.Time        `json:"updated_at"`
	Name      string           `json:"name"`
	Kind      string           `json:"kind"`
	Options   importer.Options `json:"options"`
}

func profileObject(p importer.Profile) ProfileObject {
	return ProfileObject{ID: p.ID, Version: p.Version, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(), Name: p.Name, Kind: p.Kind, Options: p.Options()}
}

// ProfileBody is what POST takes; the same name of the same kind is replaced.
type ProfileBody struct {
	Name          string            `json:"name" maxLength:"80"`
	Kind          string            `json:"kind" doc:"Plural noun: customers"`
	Map           map[string]string `json:"map,omitempty" doc:"Header of the file to column, empty = leave out"`
	Defaults      map[string]string `json:"defaults,omitempty"`
	Match         []string          `json:"match,omitempty"`
	OnDuplicate   string            `json:"on_duplicate,omitempty" enum:"skip,update,create"`
	CreateMissing bool              `json:"create_missing,omitempty"`
	MonthFirst    bool              `json:"month_first,omitempty"`
	Wins          string            `json:"wins,omitempty" enum:"file,empty,here"`
}

func (b ProfileBody) options() importer.Options {
	return importer.Options{Map: b.Map, Defaults: b.Defaults, Match: b.Match, OnDuplicate: b.OnDuplicate, CreateMissing: b.CreateMissing, MonthFirst: b.MonthFirst, Wins: b.Wins}
}

type profilePost struct{ Body ProfileBody }

type profilePatch struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64                     `json:"version,omitempty"`
		Name    api.Opt[string]            `json:"name,omitempty"`
		Map     api.Opt[map[string]string] `json:"map,omitempty"`
	}
}

type profileList struct {
	Kind string `query:"kind" doc:"Only those of this kind"`
}

func (p *Pages) apiProfiles(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/import-profiles", Tag: tag, Summary: "List saved ways to import"}, func(ctx context.Context, in *profileList) (*api.Body[api.Items[ProfileObject]], error) {
		list, err := p.engine.Profiles(ctx, in.Kind)
		if err != nil {
			return nil, err
		}
		out := api.Items[ProfileObject]{Items: []ProfileObject{}}
		for _, one := range list {
			out.Items = append(out.Items, profileObject(one))
		}
		return &api.Body[api.Items[ProfileObject]]{Body: out}, nil
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/import-profiles", Tag: tag, Summary: "Save a way to import", Status: http.StatusCreated}, func(ctx context.Context, in *profilePost) (*api.Created[ProfileObject], error) {
		one, err := p.engine.SaveProfile(ctx, in.Body.Kind, in.Body.Name, in.Body.options())
		if err != nil {
			return nil, err
		}
		return &api.Created[ProfileObject]{Location: fmt.Sprintf("%s/import-profiles/%d", api.Prefix, one.ID), Body: profileObject(one)}, nil
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/import-profiles/{id}", Tag: tag, Summary: "Read a saved way to import"}, func(ctx context.Context, in *api.Path) (*api.Body[ProfileObject], error) {
		one, err := p.engine.Profile(ctx, in.ID)
		return &api.Body[ProfileObject]{Body: profileObject(one)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/import-profiles/{id}", Tag: tag, Summary: "Change a saved way to import"}, p.apiPatchProfile)
	api.Remove(a, "/import-profiles/{id}", tag, "Delete a saved way to import, undoable through history", p.engine.DropProfile)
}

func (p *Pages) apiPatchProfile(ctx context.Context, in *profilePatch) (*api.Body[ProfileObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	one, err := p.engine.Profile(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	o, name := one.Options(), one.Name
	in.Body.Name.Into(&name)
	in.Body.Map.Into(&o.Map)
	one, err = p.engine.ChangeProfile(ctx, in.ID, version, name, o)
	if err != nil {
		return nil, api.WithCurrent(err, func(now importer.Profile) any { return profileObject(now) })
	}
	return &api.Body[ProfileObject]{Body: profileObject(one)}, nil
}

// settings begins with a profile's or an earlier run's, over which the upload's
// own go.
func (p *Pages) settings(ctx context.Context, form *uploadForm, o importer.Options) (importer.Options, error) {
	base := importer.Options{}
	switch {
	case form.Profile != "":
		one, err := p.engine.Named(ctx, form.Kind, form.Profile)
		if err != nil {
			return o, err
		}
		base = one.Options()
	case form.Like != 0:
		_, again, err := p.engine.Settings(ctx, form.Like)
		if err != nil {
			return o, err
		}
		base = again
	}
	return o.Over(base), nil
}

// RowObject is what became of a row.
type RowObject struct {
	Line    int    `json:"line"`
	Outcome string `json:"outcome" enum:"created,updated,skipped,failed"`
	ID      *int64 `json:"id" doc:"The record, or the one that it belongs to"`
}

type rowsInput struct {
	api.Path
	Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"500"`
	Cursor  string `query:"cursor" doc:"next_cursor of the page before"`
	Outcome string `query:"outcome" enum:"created,updated,skipped,failed"`
}

func (p *Pages) apiRows(ctx context.Context, in *rowsInput) (*api.Body[api.Items[RowObject]], error) {
	found, err := p.engine.Taken(ctx, in.ID, in.Outcome, page.Request{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return api.Map(found, func(t importer.Taken) RowObject {
		o := RowObject{Line: t.Line, Outcome: t.Outcome}
		if t.ID != 0 {
			o.ID = &t.ID
		}
		return o
	}), nil
}
