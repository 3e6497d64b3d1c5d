package importer

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Entry is a run in a list.
type Entry struct {
	Run
	field.Row
}

// runs are listed newest first; whoever does not see all records sees only
// their own.
var runs = field.List{
	Columns: runColumns, From: "import_run r LEFT JOIN user u ON u.id = r.user_id", ID: "r.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "kind", Label: "import.what", Kind: field.Text, Column: "r.kind"},
		{Name: "file", Label: "import.file", Kind: field.Text, Column: "r.file_name"},
		{Name: "state", Label: "common.status", Kind: field.Choice, Column: "r.state", Choices: []string{Mapping, Checking, Checked, Running, Done, Failed, Undoing, Undone}},
		{Name: "failed", Label: "import.failed", Kind: field.Number, Column: "r.failed"},
		{Name: "user_id", Label: "common.owner", Kind: field.Ref, Column: "r.user_id", Options: "user"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "r.created_at"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "r.updated_at"},
	},
}

// Find lists runs in pages; q looks into the names of the files.
func (e *Engine) Find(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Entry], error) {
	a := auth.From(ctx)
	if err := a.May(Write); err != nil {
		return page.Page[Entry]{}, err
	}
	where, err := runs.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Entry]{}, err
	}
	if a.Reach != auth.All {
		where = append(where, field.Where{SQL: "r.user_id = ?", Args: []any{a.UserID}})
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(r.file_name), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Entry](ctx, e.db.Reader(ctx), runs, req, where)
}

var sqlAllProblems = db.SQL(`SELECT count(*) FROM import_problem WHERE run_id = ? AND fatal >= ?`)

// PageOfProblems lists a run's problems in pages, in the order of the file.
func (e *Engine) PageOfProblems(ctx context.Context, id int64, fatalOnly bool, req page.Request) (page.Page[Problem], error) {
	out := page.Page[Problem]{Items: []Problem{}}
	run, err := e.Get(ctx, id)
	if err != nil {
		return out, err
	}
	after := int64(0)
	if req.Cursor != "" {
		c, err := page.Decode(req.Cursor, "id")
		if err != nil {
			return out, err
		}
		after = c.ID
	}
	err = problems(ctx, e.db.Reader(ctx), run.ID, after, fatalOnly, req.Limit+1, func(p Problem) error {
		out.Items = append(out.Items, p)
		return nil
	})
	if err != nil {
		return out, err
	}
	if len(out.Items) > req.Limit {
		out.Items = out.Items[:req.Limit]
		out.Next = page.Cursor{Sort: "id", ID: out.Items[req.Limit-1].id}.Encode()
	}
	if !req.Count {
		return out, nil
	}
	fatal, n := 0, 0
	if fatalOnly {
		fatal = 1
	}
	err = e.db.Reader(ctx).Get(ctx, &n, sqlAllProblems, run.ID, fatal)
	out.Total = &n
	return out, err
}
