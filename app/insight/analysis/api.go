package analysis

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
)

// Object is a kept report as the API shows it.
type Object struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Query     string     `json:"query" doc:"What it counts, as the page's address says it"`
	UserID    *int64     `json:"user_id,omitempty"`
	Roles     []string   `json:"roles" doc:"Whom it is shown to besides its maker"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
	Version   int64      `json:"version"`
}

func object(r Report) Object {
	return Object{ID: r.ID, Name: r.Name, Query: r.Query, UserID: api.ID(r.UserID), Roles: append([]string{}, r.Roles.list()...), CreatedAt: api.Time(r.CreatedAt), UpdatedAt: api.Time(r.UpdatedAt), Version: r.Version}
}

// CellObject is one number.
type CellObject struct {
	Value *float64 `json:"value" doc:"null where there is nothing to say; money in minor units, a rate as a share of 1"`
	N     int      `json:"n"`
	Low   *float64 `json:"low,omitempty" doc:"of the 95 % interval"`
	High  *float64 `json:"high,omitempty"`
	Part  bool     `json:"in_part,omitempty" doc:"it stands for a month that not everybody has had whole"`
	Rows  string   `json:"rows,omitempty" doc:"the page that lists the records behind it"`
}

// KeyObject is a value of what is divided by.
type KeyObject struct {
	Value any    `json:"value"`
	Label string `json:"label"`
	Part  bool   `json:"in_part,omitempty" doc:"a month, week or year that is not over, or that the period cuts off: the label says until or from when it is counted"`
}

// RowObject is one line.
type RowObject struct {
	Keys   []KeyObject    `json:"keys"`
	Cells  [][]CellObject `json:"cells,omitempty" doc:"by column, then by measure"`
	Total  []CellObject   `json:"total,omitempty" doc:"absent where the columns are stages that deals pass one after the other: they add up to nothing"`
	Before []CellObject   `json:"before,omitempty"`
	Year   []CellObject   `json:"year,omitempty"`
}

// HeadObject is a measure.
type HeadObject struct {
	Measure string `json:"measure"`
	Label   string `json:"label"`
	Unit    string `json:"unit" enum:"money,number,days,hours,percent,points"`
}

// TableObject is what a report counted.
type TableObject struct {
	Query    string       `json:"query"`
	Kind     string       `json:"kind"`
	Rows     []string     `json:"axes"`
	Across   string       `json:"across,omitempty"`
	Measures []HeadObject `json:"measures"`
	Columns  []KeyObject  `json:"columns,omitempty"`
	Items    []RowObject  `json:"items"`
	Total    *RowObject   `json:"total,omitempty" doc:"absent where the rows are stages that deals pass one after the other: they add up to nothing"`
	Currency string       `json:"currency"`
	From     string       `json:"from,omitempty"`
	To       string       `json:"to,omitempty"`
	Foreign  int          `json:"foreign,omitempty" doc:"records whose money is in another currency and not added"`
	Cut      bool         `json:"cut,omitempty" doc:"there were more groups than are looked at; totals count all"`
	Left     int          `json:"left,omitempty" doc:"rows left out by top"`
	Scoped   bool         `json:"scoped,omitempty" doc:"what the reader may not see is not counted"`
}

func cellObjects(cells []Cell) []CellObject {
	var out []CellObject
	for _, c := range cells {
		o := CellObject{N: c.N, Part: c.Unripe, Rows: c.Href}
		if c.Known {
			o.Value = &c.Value
		}
		if c.Interval {
			o.Low, o.High = &c.Low, &c.High
		}
		out = append(out, o)
	}
	return out
}

func keyObjects(keys []Key) []KeyObject {
	out := []KeyObject{}
	for _, k := range keys {
		out = append(out, KeyObject{k.Value, k.Label, k.Late || k.Short})
	}
	return out
}

func (t Table) rowObject(r Row) RowObject {
	o := RowObject{Keys: keyObjects(r.Keys)}
	if !t.Crossed {
		o.Total, o.Before, o.Year = cellObjects(r.Total), cellObjects(r.Before), cellObjects(r.Year)
	}
	for _, c := range r.Cells {
		o.Cells = append(o.Cells, cellObjects(c))
	}
	return o
}

func tableObject(t Table) TableObject {
	o := TableObject{Query: t.Spec.Query().Encode(), Kind: t.Kind.Name, Rows: append([]string{}, t.Axes...), Across: t.Across, Items: []RowObject{}, Currency: t.Currency,
		From: string(t.From()), To: string(t.To()), Foreign: t.Foreign, Cut: t.Cut, Left: t.Left, Scoped: t.Scoped}
	for _, h := range t.Heads {
		o.Measures = append(o.Measures, HeadObject{h.Measure.String(), h.Label, h.Unit})
	}
	if t.Pivot() {
		o.Columns = keyObjects(t.Columns)
	}
	for _, r := range t.Rows {
		o.Items = append(o.Items, t.rowObject(r))
	}
	if !t.Passed {
		whole := t.rowObject(t.Total)
		o.Total = &whole
	}
	return o
}

type runInput struct {
	Query string `query:"query" maxLength:"6000" required:"true" doc:"What to count, as the page's address says it: kind=order&row=ordered_on:month&m=sum:total"`
}

type savedInput struct {
	api.Path
	Query string `query:"query" maxLength:"4000" doc:"Further filters: filter[status][eq]=completed"`
}

type reportInput struct {
	Body struct {
		Name  string   `json:"name" maxLength:"200"`
		Query string   `json:"query" maxLength:"6000"`
		Roles []string `json:"roles,omitempty" maxItems:"3"`
	}
}

type patchInput struct {
	api.Path
	Body struct {
		Version int64             `json:"version"`
		Name    api.Opt[string]   `json:"name,omitempty"`
		Query   api.Opt[string]   `json:"query,omitempty"`
		Roles   api.Opt[[]string] `json:"roles,omitempty"`
	}
}

// ReadyObject is a report of the library.
type ReadyObject struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Group string `json:"group"`
	Query string `json:"query,omitempty"`
	Page  string `json:"page,omitempty" doc:"the page that answers it instead"`
}

func (s *Service) api(a *api.API) {
	const tag = "reports"
	api.Register(a, api.Op{Method: api.Get, Path: home, Summary: "List the reports that are kept", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, func(r Listed) Object { return object(r.Report) }), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: home + "/library", Summary: "List the ready reports", Tag: tag}, s.apiLibrary)
	api.Register(a, api.Op{Method: api.Get, Path: home + "/run", Summary: "Count a report, kept or not, as whoever asks may see it", Tag: tag}, s.apiRun)
	api.Register(a, api.Op{Method: api.Get, Path: home + "/file", Summary: "A report that is not kept as a file", Tag: tag}, s.apiFile)
	api.Register(a, api.Op{Method: api.Post, Path: home + "/segments", Summary: "Keep the customers behind a number as a view: those who are there today get a tag of that name", Tag: tag, Status: http.StatusCreated}, s.apiKeep)
	api.Register(a, api.Op{Method: api.Post, Path: home, Summary: "Keep a report", Tag: tag, Status: http.StatusCreated}, func(ctx context.Context, in *reportInput) (*api.Body[Object], error) {
		return kept(s.Create(ctx, Input{Name: in.Body.Name, Query: in.Body.Query, Roles: in.Body.Roles}))
	})
	s.apiMails(a)
	api.Register(a, api.Op{Method: api.Get, Path: home + "/{id}", Summary: "Read a report", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		return kept(s.Get(ctx, in.ID))
	})
	api.Register(a, api.Op{Method: api.Get, Path: home + "/{id}/file", Summary: "A kept report as a file", Tag: tag}, s.apiKeptFile)
	api.Register(a, api.Op{Method: api.Get, Path: home + "/{id}/table", Summary: "Count a kept report", Tag: tag}, s.apiTable)
	api.Register(a, api.Op{Method: api.Patch, Path: home + "/{id}", Summary: "Change a report", Tag: tag}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Delete, Path: home + "/{id}", Summary: "Delete a report", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Empty, error) {
		return nil, s.Delete(ctx, in.ID)
	})
}

func kept(r Report, err error) (*api.Body[Object], error) {
	return &api.Body[Object]{Body: object(r)}, err
}

func (s *Service) apiLibrary(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[ReadyObject]], error) {
	all, err := s.Library(ctx)
	l := s.View.Bundle().For(auth.From(ctx).Locale)
	out := api.Items[ReadyObject]{Items: []ReadyObject{}}
	for _, r := range all {
		out.Items = append(out.Items, ReadyObject{r.Key, l.T(r.Title()), r.Group, r.Query, r.Link})
	}
	return &api.Body[api.Items[ReadyObject]]{Body: out}, err
}

func (s *Service) apiRun(ctx context.Context, in *runInput) (*api.Body[TableObject], error) {
	spec, err := parseText(in.Query)
	if err != nil {
		return nil, err
	}
	return s.tabled(ctx, spec)
}

func (s *Service) apiTable(ctx context.Context, in *savedInput) (*api.Body[TableObject], error) {
	r, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	spec, err := r.Spec()
	if err != nil {
		return nil, err
	}
	more, err := parseText(in.Query)
	if err != nil {
		return nil, err
	}
	spec.Filters = append(spec.Filters, more.Filters...)
	return s.tabled(ctx, spec)
}

func (s *Service) tabled(ctx context.Context, spec Spec) (*api.Body[TableObject], error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return nil, err
	}
	work, stop := context.WithTimeout(ctx, s.Bound)
	defer stop()
	t, err := s.Run(work, s.View.Bundle().For(auth.From(ctx).Locale).In(b.Zone()).At(s.DB.Now()), spec)
	if err != nil {
		return nil, err
	}
	return &api.Body[TableObject]{Body: tableObject(t)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	r, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := Input{Name: r.Name, Query: r.Query, Roles: r.Roles.list()}
	in.Body.Name.Into(&change.Name)
	in.Body.Query.Into(&change.Query)
	in.Body.Roles.Into(&change.Roles)
	return kept(s.Update(ctx, in.ID, in.Body.Version, change))
}

// Object is the table as the API says it.
func (t Table) Object() TableObject { return tableObject(t) }
