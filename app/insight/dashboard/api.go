package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"regulars/app/insight/analysis"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
)

// TileObject is a tile as the API shows it.
type TileObject struct {
	ID     int64  `json:"id,omitempty"`
	Source string `json:"source" maxLength:"80" doc:"A ready report or number by its key, report:12 for one that is kept, or a picture: cohorts, drivers, radar, scores"`
	Title  string `json:"title,omitempty" maxLength:"80" doc:"Instead of the source's own"`
	Look   string `json:"look,omitempty" enum:"auto,number,bars,line,stacked,list,funnel,heat,histogram,table"`
	Width  int    `json:"width,omitempty" minimum:"0" maximum:"3" doc:"In columns"`
}

// Object is a dashboard. A ready one has a key instead of an id.
type Object struct {
	ID        int64        `json:"id,omitempty"`
	Key       string       `json:"key,omitempty" doc:"of a ready one"`
	Name      string       `json:"name"`
	UserID    *int64       `json:"user_id,omitempty"`
	Roles     []string     `json:"roles" doc:"Whom it is shown to besides its maker"`
	Tiles     []TileObject `json:"tiles,omitempty"`
	CreatedAt *time.Time   `json:"created_at,omitempty"`
	UpdatedAt *time.Time   `json:"updated_at,omitempty"`
	Version   int64        `json:"version,omitempty"`
}

func object(d Dashboard) Object {
	o := Object{ID: d.ID, Key: d.Key, Name: d.Name, UserID: api.ID(d.UserID), Roles: append([]string{}, d.Roles.list()...), CreatedAt: api.Time(d.CreatedAt), UpdatedAt: api.Time(d.UpdatedAt), Version: d.Version}
	for _, t := range d.Tiles {
		o.Tiles = append(o.Tiles, TileObject{ID: t.ID, Source: t.From(), Title: t.Title, Look: t.Look, Width: t.Width})
	}
	return o
}

func inputs(tiles []TileObject) []TileInput {
	var out []TileInput
	for _, t := range tiles {
		out = append(out, TileInput(t))
	}
	return out
}

// FigureObject is a drawn tile.
type FigureObject struct {
	Tile    TileObject            `json:"tile"`
	Title   string                `json:"title"`
	AsOf    *time.Time            `json:"as_of,omitempty" doc:"When it was counted"`
	Pending bool                  `json:"pending,omitempty" doc:"It takes longer; ask again"`
	Trouble string                `json:"trouble,omitempty"`
	Missing []string              `json:"not_filtered_by,omitempty" doc:"Filters that its records do not know"`
	Report  *analysis.TableObject `json:"report,omitempty" doc:"All of its numbers, each with the page of its rows"`
	Heads   []string              `json:"heads,omitempty" doc:"of a picture that is no report"`
	Rows    [][]string            `json:"rows,omitempty"`
	Page    string                `json:"page" doc:"Where it stands in full"`
}

func figureObject(s Shown) FigureObject {
	o := FigureObject{Tile: TileObject{ID: s.ID, Source: s.From(), Title: s.Tile.Title, Look: s.Look, Width: s.Width}, Title: s.plan.Title, Pending: s.Waiting, Trouble: s.Trouble, Missing: s.missing, Page: s.Open}
	if !s.At.IsZero() {
		at := s.At.UTC()
		o.AsOf = &at
	}
	if o.Report = s.Report; o.Report == nil && s.Heat != nil {
		o.Heads = append([]string{s.Heat.Corner}, s.Heat.Columns...)
		for _, r := range s.Heat.Rows {
			row := []string{r.Name}
			for _, c := range r.Cells {
				row = append(row, c.Text)
			}
			o.Rows = append(o.Rows, row)
		}
	}
	return o
}

type createInput struct {
	Body struct {
		Name   string       `json:"name,omitempty" maxLength:"200"`
		CopyOf string       `json:"copy_of,omitempty" maxLength:"40" doc:"A dashboard's key or id; everything else is left out then"`
		Roles  []string     `json:"roles,omitempty" maxItems:"3"`
		Tiles  []TileObject `json:"tiles,omitempty" maxItems:"24"`
	}
}

type patchInput struct {
	api.Path
	Body struct {
		Version int64                 `json:"version"`
		Name    api.Opt[string]       `json:"name,omitempty"`
		Roles   api.Opt[[]string]     `json:"roles,omitempty"`
		Tiles   api.Opt[[]TileObject] `json:"tiles,omitempty" doc:"All of them, in their order"`
	}
}

type whichInput struct {
	Which string `path:"which" maxLength:"40" doc:"A key or an id"`
}

type figuresInput struct {
	Which   string `path:"which" maxLength:"40" doc:"A key or an id"`
	Span    string `query:"span" doc:"A period of reports: this_month, last_90d …; custom with from and to"`
	From    string `query:"from"`
	To      string `query:"to"`
	Compare string `query:"compare" doc:"before, year or none"`
	Person  string `query:"person"`
	Region  string `query:"region"`
	Tag     string `query:"tag"`
}

func (s *Service) api(a *api.API) {
	const tag = "dashboards"
	api.Register(a, api.Op{Method: api.Get, Path: home, Summary: "List the dashboards, ready and kept", Tag: tag}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: home, Summary: "Make a dashboard, or copy one", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: home + "/{which}", Summary: "Read a dashboard", Tag: tag}, func(ctx context.Context, in *whichInput) (*api.Body[Object], error) {
		l, err := s.locale(ctx)
		if err != nil {
			return nil, err
		}
		return made(s.Get(ctx, l, in.Which))
	})
	api.Register(a, api.Op{Method: api.Get, Path: home + "/{which}/figures", Summary: "Count the tiles of a dashboard, as whoever asks may see them", Tag: tag}, s.apiFigures)
	api.Register(a, api.Op{Method: api.Patch, Path: home + "/{id}", Summary: "Change a dashboard", Tag: tag}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Delete, Path: home + "/{id}", Summary: "Delete a dashboard", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Empty, error) {
		return nil, s.Delete(ctx, in.ID)
	})
}

func made(d Dashboard, err error) (*api.Body[Object], error) {
	return &api.Body[Object]{Body: object(d)}, err
}

// locale is the language of whoever asks, in the shop's zone.
func (s *Service) locale(ctx context.Context) (*i18n.Locale, error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	return s.Bundle.For(auth.From(ctx).Locale).In(b.Zone()).At(s.DB.Now()), err
}

func (s *Service) apiList(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[Object]], error) {
	l, err := s.locale(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.All(ctx, l)
	out := api.Items[Object]{Items: []Object{}}
	for _, d := range list {
		d.Tiles = nil
		out.Items = append(out.Items, object(d))
	}
	return &api.Body[api.Items[Object]]{Body: out}, err
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Body[Object], error) {
	if in.Body.CopyOf == "" {
		return made(s.Create(ctx, Input{Name: in.Body.Name, Roles: in.Body.Roles, Tiles: inputs(in.Body.Tiles)}))
	}
	l, err := s.locale(ctx)
	if err != nil {
		return nil, err
	}
	return made(s.Copy(ctx, l, in.Body.CopyOf))
}

func (s *Service) apiFigures(ctx context.Context, in *figuresInput) (*api.Body[api.Items[FigureObject]], error) {
	l, err := s.locale(ctx)
	if err != nil {
		return nil, err
	}
	ask, err := parseAsk(url.Values{"span": {in.Span}, "from": {in.From}, "to": {in.To}, "compare": {in.Compare}, "person": {in.Person}, "region": {in.Region}, "tag": {in.Tag}})
	if err != nil {
		return nil, err
	}
	d, err := s.Get(ctx, l, in.Which)
	if err != nil {
		return nil, err
	}
	tiles, err := s.show(ctx, l, d, ask, d.Tiles, longer)
	if err != nil {
		return nil, err
	}
	out := api.Items[FigureObject]{Items: []FigureObject{}}
	for _, t := range tiles {
		out.Items = append(out.Items, figureObject(t))
	}
	return &api.Body[api.Items[FigureObject]]{Body: out}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	l, err := s.locale(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.Get(ctx, l, Dashboard{ID: in.ID}.Which())
	if err != nil {
		return nil, err
	}
	change := d.input()
	in.Body.Name.Into(&change.Name)
	in.Body.Roles.Into(&change.Roles)
	if in.Body.Tiles.Set {
		change.Tiles = inputs(in.Body.Tiles.Value)
	}
	return made(s.Update(ctx, in.ID, in.Body.Version, change))
}
