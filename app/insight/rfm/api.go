package rfm

import (
	"context"

	"regulars/app/insight/prediction"
	"regulars/app/kit/rfm"
	"regulars/app/sys/api"
	"regulars/app/sys/setting"
)

// Object is the overview as the API shows it.
type Object struct {
	AsOf     string       `json:"as_of" doc:"empty before the first night"`
	Buyers   int          `json:"buyers"`
	Basis    rfm.Basis    `json:"basis" enum:"quintiles,terciles,thresholds,nothing"`
	Segments []PartObject `json:"segments"`
	Moves    []Move       `json:"moves" doc:"since the month began"`
}

// PartObject is a segment with who is in it.
type PartObject struct {
	Key   string    `json:"key"`
	Name  string    `json:"name" doc:"as the shop calls it, empty for the usual word"`
	N     int       `json:"n"`
	Was   int       `json:"was" doc:"when the month began"`
	Total api.Money `json:"total" doc:"bought in two years"`
}

// SegmentObject is a row of the owner's table.
type SegmentObject struct {
	Key    string `json:"key"`
	NameEN string `json:"name_en,omitempty" required:"false"`
	NameZH string `json:"name_zh,omitempty" required:"false"`
	R      [2]int `json:"r" doc:"from and to, 1 to 5"`
	F      [2]int `json:"f"`
	M      [2]int `json:"m"`
}

// TableObject is the owner's table with the thresholds of a small shop.
type TableObject struct {
	Segments   []SegmentObject `json:"segments" doc:"the first that holds the three scores has them; the last has whatever is left"`
	Thresholds *Thresholds     `json:"thresholds,omitempty" required:"false" doc:"for a shop with fewer than 15 buyers; money in minor units"`
}

// PlaceObject is where a customer stands.
type PlaceObject struct {
	Segment string `json:"segment,omitempty" doc:"empty for those who never bought or do not want to be profiled"`
	Before  string `json:"before,omitempty" doc:"the segment with which they came into this month"`
	R       int    `json:"r,omitempty"`
	F       int    `json:"f,omitempty"`
	M       int    `json:"m,omitempty"`
}

func (s *Service) api(a *api.API) {
	const tag = "insight"
	api.Register(a, api.Op{Method: api.Get, Path: "/rfm", Tag: tag, Summary: "The ten segments of buyers, by how lately, how often and for how much they bought"}, s.apiOverview)
	api.Register(a, api.Op{Method: api.Get, Path: "/rfm/segments", Tag: tag, Summary: "Read the table of segments"},
		func(ctx context.Context, _ *struct{}) (*api.Body[TableObject], error) { return s.apiTable(ctx) })
	api.Register(a, api.Op{Method: api.Put, Path: "/rfm/segments", Tag: tag, Summary: "Replace the table of segments; everybody is sorted anew"},
		func(ctx context.Context, in *api.Body[TableObject]) (*api.Body[TableObject], error) {
			if err := s.Save(ctx, in.Body.list(), in.Body.thresholds()); err != nil {
				return nil, err
			}
			return s.apiTable(ctx)
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/segment", Tag: "customers", Summary: "In which segment a customer is"},
		func(ctx context.Context, in *api.Path) (*api.Body[PlaceObject], error) {
			p, _, err := s.Of(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return &api.Body[PlaceObject]{Body: PlaceObject{p.Segment, p.Before, p.R, p.F, p.M}}, nil
		})
}

func (s *Service) apiOverview(ctx context.Context, _ *struct{}) (*api.Body[Object], error) {
	o, _, err := s.Overview(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Segments(ctx)
	if err != nil {
		return nil, err
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	out := Object{AsOf: string(o.Day), Buyers: o.Buyers, Basis: o.Basis, Segments: []PartObject{}, Moves: append([]Move{}, o.Moves...)}
	for _, p := range o.Parts {
		g, _ := list.Find(p.Segment)
		out.Segments = append(out.Segments, PartObject{p.Segment, g.NameEN, p.N, p.Was, api.MoneyOf(p.Total, b.Currency)})
	}
	return &api.Body[Object]{Body: out}, err
}

func (s *Service) apiTable(ctx context.Context) (*api.Body[TableObject], error) {
	if err := prediction.MaySee(ctx); err != nil {
		return nil, err
	}
	list, err := s.Segments(ctx)
	if err != nil {
		return nil, err
	}
	var o TableObject
	for _, g := range list {
		o.Segments = append(o.Segments, SegmentObject{g.Key, g.NameEN, g.NameZH, [2]int{g.RFrom, g.RTo}, [2]int{g.FFrom, g.FTo}, [2]int{g.MFrom, g.MTo}})
	}
	o.Thresholds = &Thresholds{}
	return &api.Body[TableObject]{Body: o}, setting.Get(ctx, s.db.Reader(ctx), Setting, o.Thresholds)
}

func (o TableObject) list() Segments {
	var out Segments
	for i, g := range o.Segments {
		out = append(out, Segment{Key: g.Key, Position: i + 1, NameEN: g.NameEN, NameZH: g.NameZH, RFrom: g.R[0], RTo: g.R[1], FFrom: g.F[0], FTo: g.F[1], MFrom: g.M[0], MTo: g.M[1]})
	}
	return out
}

func (o TableObject) thresholds() Thresholds {
	if o.Thresholds == nil {
		return Thresholds{}
	}
	return *o.Thresholds
}
