package history

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Object is a change as the API shows it.
type Object struct {
	ID        int64      `json:"id"`
	CreatedAt *time.Time `json:"created_at"`
	UserID    *int64     `json:"user_id"`
	Via       string     `json:"via"`
	Op        string     `json:"op"`
	Reason    string     `json:"reason,omitempty"`
	Subject   *subject   `json:"subject,omitempty"`
	Label     string     `json:"label,omitempty"`
	Rows      int        `json:"rows"`
	UndoOf    *int64     `json:"undo_of"`
	UndoneBy  *int64     `json:"undone_by"`
	Undoable  bool       `json:"undoable" doc:"It is recent and not undone; whether you may is decided when you try"`
}

type subject struct {
	Kind string `json:"kind"`
	ID   *int64 `json:"id"`
}

// WithChanges is one change with its rows.
type WithChanges struct {
	Object
	Size    int         `json:"size" doc:"Rows in the whole action, which may consist of several sets"`
	Changes []rowObject `json:"changes"`
	More    bool        `json:"more"`
}

type rowObject struct {
	ID       int64         `json:"id"`
	Table    string        `json:"table"`
	RowID    int64         `json:"row_id"`
	Name     string        `json:"name,omitempty"`
	Op       string        `json:"op" enum:"insert,update,delete"`
	Fields   []fieldObject `json:"fields"`
	Conflict string        `json:"conflict,omitempty"`
}

type fieldObject struct {
	Name string `json:"name"`
	Old  any    `json:"old"`
	New  any    `json:"new"`
	Now  any    `json:"now,omitempty" doc:"What stands there now, for rows that changed again"`
}

// Undone is what taking back did.
type Undone struct {
	ID        int64              `json:"id,omitempty" doc:"The new change; undo it to redo"`
	Rows      int                `json:"rows"`
	Conflicts []journal.Conflict `json:"conflicts"`
	Running   bool               `json:"running,omitempty" doc:"A large action goes on in the background"`
}

func (s *Service) object(e Entry) Object { return s.objectOf(e.Set) }

func (s *Service) objectOf(set journal.Set) Object {
	o := Object{ID: set.ID, CreatedAt: api.Time(set.At), UserID: api.ID(set.UserID), Via: set.Via, Op: set.Op, Reason: set.Reason, Label: set.Label,
		Rows: set.Rows, UndoOf: api.ID(set.UndoOf), UndoneBy: api.ID(set.UndoneBy), Undoable: set.MayUndo(db.At(s.DB.Now())) && s.journal.Stands(set.Op) == ""}
	if set.SubjectKind != "" {
		o.Subject = &subject{set.SubjectKind, api.ID(set.SubjectID)}
	}
	return o
}

var opNames = map[string]string{"I": "insert", "U": "update", "D": "delete"}

func (s *Service) detail(d Detail) WithChanges {
	out := WithChanges{Object: s.objectOf(d.Set), Size: d.Size, More: d.More, Changes: []rowObject{}}
	for _, c := range d.Changes {
		row := rowObject{ID: c.Row.Change, Table: c.Table, RowID: c.ID, Name: c.Name, Op: opNames[c.Op], Conflict: c.Conflict, Fields: []fieldObject{}}
		for _, f := range c.Fields {
			row.Fields = append(row.Fields, fieldObject{f.Name, f.Old, f.New, c.Current[f.Name]})
		}
		out.Changes = append(out.Changes, row)
	}
	return out
}

type listInput struct {
	api.List
	Mine    bool   `query:"mine" doc:"Only one's own changes"`
	Subject string `query:"subject" doc:"Only changes of one record, such as customer.12"`
}

type getInput struct {
	api.Path
	After int64 `query:"after" minimum:"0" doc:"Rows after this change id"`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"200"`
}

type undoInput struct {
	api.Path
	SkipConflicts bool `query:"skip_conflicts" doc:"Leave rows alone that changed since, take the rest back"`
	Body          *struct {
		Changes []int64 `json:"changes,omitempty" maxItems:"10000" doc:"Only these rows of the change"`
		Force   []int64 `json:"force,omitempty" maxItems:"10000" doc:"Set these rows back although they changed again since"`
	}
}

type undoOutput struct {
	Status int
	Body   Undone
}

// apiPatience is how long a call waits for a large action.
const apiPatience = 20 * time.Second

func (s *Service) api(a *api.API) {
	const tag = "history"
	api.Register(a, api.Op{Method: api.Get, Path: "/history", Summary: "List changes, newest first", Tag: tag}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/history/{id}", Summary: "Read a change with its rows", Tag: tag}, s.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: "/history/{id}/undo", Summary: "Take a change back", Tag: tag}, s.apiUndo)
	api.Register(a, api.Op{Method: api.Get, Path: "/audit", Summary: "List everything that was recorded, also logins and exports", Tag: "audit"}, s.apiAudit)
}

func (s *Service) apiList(ctx context.Context, in *listInput) (*api.Body[api.Items[Object]], error) {
	l := List{Request: in.Request(), Mine: in.Mine, Conds: in.Conditions()}
	if in.Subject != "" {
		var ok bool
		if l.Kind, l.Subject, ok = parseSubject(in.Subject); !ok {
			c := &errs.Check{}
			c.Add("subject", "history.error.subject")
			return nil, c.Err()
		}
	}
	p, err := s.Find(ctx, l)
	if err != nil {
		return nil, err
	}
	return api.Map(p, s.object), nil
}

func (s *Service) apiGet(ctx context.Context, in *getInput) (*api.Body[WithChanges], error) {
	d, err := s.Get(ctx, in.ID, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	return &api.Body[WithChanges]{Body: s.detail(d)}, nil
}

func (s *Service) apiUndo(ctx context.Context, in *undoInput) (*undoOutput, error) {
	o := journal.Options{SkipConflicts: in.SkipConflicts}
	if in.Body != nil {
		o.Only, o.Force = in.Body.Changes, in.Body.Force
	}
	if auth.From(ctx).ReadOnly {
		return nil, errs.New(errs.Denied, "error.denied")
	}
	out, done, err := s.Undo(ctx, in.ID, o, apiPatience)
	if err != nil {
		return nil, api.WithCurrent(err, func(o journal.Outcome) any { return Undone{Rows: o.Rows, Conflicts: o.Conflicts} })
	}
	if !done {
		return &undoOutput{Status: http.StatusAccepted, Body: Undone{Running: true, Conflicts: []journal.Conflict{}}}, nil
	}
	if out.Conflicts == nil {
		out.Conflicts = []journal.Conflict{}
	}
	return &undoOutput{Status: http.StatusOK, Body: Undone{ID: out.Set, Rows: out.Rows, Conflicts: out.Conflicts}}, nil
}

func (s *Service) apiAudit(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.Audit(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, s.object), nil
}
