package pages

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/api"
	"regulars/app/sys/importer"
)

// Object is an import as the API shows it.
type Object struct {
	ID        int64            `json:"id"`
	Kind      string           `json:"kind"`
	File      string           `json:"file"`
	State     string           `json:"state" enum:"mapping,checking,checked,running,done,failed,undoing,undone"`
	Total     *int             `json:"total" doc:"Rows in the file; null until counted"`
	Position  int              `json:"position" doc:"Rows gone through"`
	Created   int              `json:"created"`
	Updated   int              `json:"updated"`
	Skipped   int              `json:"skipped"`
	Failed    int              `json:"failed"`
	Conflicts int              `json:"conflicts" doc:"Rows that the undo left alone because they changed since"`
	Options   importer.Options `json:"options"`
	Error     string           `json:"error,omitempty" doc:"Why the run stopped, as a key"`
	UserID    *int64           `json:"user_id"`
	CreatedAt *time.Time       `json:"created_at"`
	UpdatedAt *time.Time       `json:"updated_at"`
}

func object(r importer.Run) Object {
	o := Object{ID: r.ID, Kind: r.Kind, File: r.FileName, State: r.State, Position: r.Position, Created: r.Created, Updated: r.Updated,
		Skipped: r.Skipped, Failed: r.Failed, Conflicts: r.Conflicts, Options: r.Options(), Error: r.Error().Key, UserID: api.ID(r.UserID),
		CreatedAt: api.Time(r.CreatedAt), UpdatedAt: api.Time(r.UpdatedAt)}
	if r.Total > 0 {
		o.Total = &r.Total
	}
	return o
}

// ProblemObject is what is wrong with a row.
type ProblemObject struct {
	Line  int       `json:"line"`
	Field string    `json:"field,omitempty"`
	Key   string    `json:"key"`
	Args  errs.Args `json:"args,omitempty"`
	Fatal bool      `json:"fatal" doc:"false: the row is taken with this remark"`
	Cells []string  `json:"cells"`

	Message string `json:"message" doc:"What is wrong, with the column's name, in the language of the token's user"`
}

type uploadForm struct {
	File          huma.FormFile `form:"file" required:"true"`
	Kind          string        `form:"kind" required:"true" doc:"Plural noun: customers"`
	DryRun        bool          `form:"dry_run" required:"false" doc:"Only check"`
	OnDuplicate   string        `form:"on_duplicate" required:"false" doc:"skip (default), update or create"`
	Match         string        `form:"match" required:"false" doc:"email,phone,external_id"`
	CreateMissing bool          `form:"create_missing" required:"false"`
	Encoding      string        `form:"encoding" required:"false"`
	Delimiter     string        `form:"delimiter" required:"false"`
	Sheet         string        `form:"sheet" required:"false"`
	Wins          string        `form:"wins" required:"false" doc:"Which value stays in an update: file (default), empty (the file fills only what is empty here) or here"`
	Map           string        `form:"map" required:"false" doc:"JSON object: header of the file to column; \"+\" and a kind of field makes a new field of it"`
	Profile       string        `form:"profile" required:"false" doc:"Name of a saved profile, whose settings the others here replace"`
	Like          int64         `form:"like" required:"false" doc:"Id of an earlier import, whose settings are used again"`
	Defaults      string        `form:"defaults" required:"false" doc:"JSON object: column to value for rows that say nothing"`
}

type uploadInput struct {
	RawBody huma.MultipartFormFiles[uploadForm]
}

const tag = "imports"

func (p *Pages) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/imports", Tag: tag, Summary: "List imports"}, p.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/imports", Tag: tag, Summary: "Import a file", Status: http.StatusCreated, MaxBody: importer.MaxUpload + 1<<20}, p.apiUpload)
	api.Register(a, api.Op{Method: api.Get, Path: "/imports/{id}", Tag: tag, Summary: "Read an import"}, p.one(p.engine.Get))
	api.Register(a, api.Op{Method: api.Get, Path: "/imports/{id}/problems", Tag: tag, Summary: "List what is wrong with its rows"}, p.apiProblems(a))
	api.Register(a, api.Op{Method: api.Get, Path: "/imports/{id}/rows", Tag: tag, Summary: "List what became of its rows"}, p.apiRows)
	p.apiProfiles(a)
	api.Register(a, api.Op{Method: api.Post, Path: "/imports/{id}/run", Tag: tag, Summary: "Run a checked import, or go on with a failed one"}, p.one(p.engine.Begin))
	api.Register(a, api.Op{Method: api.Post, Path: "/imports/{id}/undo", Tag: tag, Summary: "Take a whole import back"}, p.one(p.engine.Undo))
}

func (p *Pages) one(do func(context.Context, int64) (importer.Run, error)) func(context.Context, *api.Path) (*api.Body[Object], error) {
	return func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		r, err := do(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &api.Body[Object]{Body: object(r)}, nil
	}
}

func (p *Pages) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	found, err := p.engine.Find(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(found, func(e importer.Entry) Object { return object(e.Run) }), nil
}

func (p *Pages) apiUpload(ctx context.Context, in *uploadInput) (*api.Created[Object], error) {
	form := in.RawBody.Data()
	o, err := form.options()
	if err != nil {
		return nil, err
	}
	defer func() { _ = form.File.Close() }()
	if o, err = p.settings(ctx, form, o); err != nil {
		return nil, err
	}
	run, err := p.engine.Upload(ctx, form.Kind, form.File.Filename, form.File, importer.MaxUpload, o)
	if err != nil {
		return nil, err
	}
	begin := p.engine.Begin
	if form.DryRun {
		begin = p.engine.Check
	}
	if run, err = begin(ctx, run.ID); err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/imports/%d", api.Prefix, run.ID), Body: object(run)}, nil
}

func (f *uploadForm) options() (importer.Options, error) {
	o := importer.Options{Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet, OnDuplicate: f.OnDuplicate, Wins: f.Wins, CreateMissing: f.CreateMissing}
	for _, m := range strings.Split(f.Match, ",") {
		if m = strings.TrimSpace(m); m != "" {
			o.Match = append(o.Match, m)
		}
	}
	c := &errs.Check{}
	if f.Map != "" && json.Unmarshal([]byte(f.Map), &o.Map) != nil {
		c.Add("map", "import.error.json")
	}
	if f.Defaults != "" && json.Unmarshal([]byte(f.Defaults), &o.Defaults) != nil {
		c.Add("defaults", "import.error.json")
	}
	return o, c.Err()
}

type problemsInput struct {
	api.Path
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"500"`
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
	Fatal  bool   `query:"fatal" doc:"Only what kept rows out"`
	Count  bool   `query:"count" doc:"Also count them all exactly"`
}

func (p *Pages) apiProblems(a *api.API) func(context.Context, *problemsInput) (*api.Body[api.Items[ProblemObject]], error) {
	return func(ctx context.Context, in *problemsInput) (*api.Body[api.Items[ProblemObject]], error) {
		run, err := p.engine.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		found, err := p.engine.PageOfProblems(ctx, in.ID, in.Fatal, page.Request{Limit: in.Limit, Cursor: in.Cursor, Count: in.Count})
		if err != nil {
			return nil, err
		}
		say := a.Say(ctx)
		return api.Map(found, func(pr importer.Problem) ProblemObject {
			return ProblemObject{Line: pr.Line, Field: pr.Field, Key: pr.Key, Args: pr.Args, Fatal: pr.Fatal, Cells: pr.Cells, Message: p.engine.Reason(run, pr, say)}
		}), nil
	}
}
