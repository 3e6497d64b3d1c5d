package product

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
	"regulars/app/sys/setting"
)

// Object is a product as the API shows it.
type Object struct {
	ID             int64          `json:"id"`
	Version        int64          `json:"version"`
	CreatedAt      time.Time      `json:"created_at"`
	UpdatedAt      time.Time      `json:"updated_at"`
	Code           string         `json:"code,omitempty"`
	Name           string         `json:"name"`
	Unit           string         `json:"unit,omitempty"`
	Price          api.Money      `json:"price"`
	Category       string         `json:"category,omitempty"`
	UseUpDays      int            `json:"use_up_days,omitempty"`
	Active         bool           `json:"active"`
	TaxRate        int64          `json:"tax_rate" doc:"basis points: 1300 is 13 %"`
	Cost           *api.Money     `json:"cost,omitempty" doc:"only for whoever may know it"`
	StockNote      string         `json:"stock_note,omitempty"`
	Warranty       int            `json:"warranty_months,omitempty"`
	Once           bool           `json:"once,omitempty" doc:"nobody needs a second one: it is never recommended to its owner"`
	ParentID       int64          `json:"parent_id,omitempty" doc:"the product that it is a variant of"`
	Units          []UnitObject   `json:"units,omitempty" doc:"further units, where one product is read"`
	ExternalID     string         `json:"external_id,omitempty"`
	ExternalSource string         `json:"external_source,omitempty"`
	Fields         map[string]any `json:"fields"`
}

// UnitObject is a further unit as the API shows and takes it.
type UnitObject struct {
	Name   string       `json:"name"`
	Factor api.Quantity `json:"factor" doc:"how many of the product's own unit it holds"`
	Price  *api.Money   `json:"price,omitempty" doc:"without it, factor times the price"`
}

// Body is what POST and PUT take.
type Body struct {
	Code      string     `json:"code,omitempty"`
	Name      string     `json:"name" maxLength:"200"`
	Unit      string     `json:"unit,omitempty"`
	Price     *api.Money `json:"price,omitempty"`
	Category  string     `json:"category,omitempty"`
	UseUpDays int        `json:"use_up_days,omitempty"`
	Active    *bool      `json:"active,omitempty"`
	TaxRate   int64      `json:"tax_rate,omitempty"`
	Cost      *api.Money `json:"cost,omitempty"`
	StockNote string     `json:"stock_note,omitempty"`
	Warranty  int        `json:"warranty_months,omitempty"`
	Once      bool       `json:"once,omitempty"`
	ParentID  int64      `json:"parent_id,omitempty"`

	Units []UnitObject `json:"units,omitempty"`

	ExternalID     string `json:"external_id,omitempty"`
	ExternalSource string `json:"external_source,omitempty"`

	Fields map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears.
type PatchBody struct {
	Version   *int64             `json:"version,omitempty"`
	Code      api.Opt[string]    `json:"code,omitempty"`
	Name      api.Opt[string]    `json:"name,omitempty"`
	Unit      api.Opt[string]    `json:"unit,omitempty"`
	Price     api.Opt[api.Money] `json:"price,omitempty"`
	Category  api.Opt[string]    `json:"category,omitempty"`
	UseUpDays api.Opt[int]       `json:"use_up_days,omitempty"`
	Active    api.Opt[bool]      `json:"active,omitempty"`
	TaxRate   api.Opt[int64]     `json:"tax_rate,omitempty"`
	Cost      api.Opt[api.Money] `json:"cost,omitempty"`
	StockNote api.Opt[string]    `json:"stock_note,omitempty"`
	Warranty  api.Opt[int]       `json:"warranty_months,omitempty"`
	Once      api.Opt[bool]      `json:"once,omitempty"`
	ParentID  api.Opt[int64]     `json:"parent_id,omitempty"`

	Units api.Opt[[]UnitObject] `json:"units,omitempty"`

	ExternalID     api.Opt[string] `json:"external_id,omitempty"`
	ExternalSource api.Opt[string] `json:"external_source,omitempty"`

	Fields api.Opt[map[string]any] `json:"fields,omitempty"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type externalIn struct {
	api.External
	Body Body
}

type upserted struct {
	Status   int
	Location string `header:"Location"`
	Body     Object
}

func (s *Service) api(a *api.API) {
	const tag = "products"
	api.Register(a, api.Op{Method: api.Get, Path: "/products", Tag: tag, Summary: "List products"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/products", Tag: tag, Summary: "Create a product", Status: http.StatusCreated}, s.apiCreate)
	api.Counted(a, "/products", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/products/{id}", Tag: tag, Summary: "Read a product"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/products/{id}", Tag: tag, Summary: "Change a product"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Put, Path: "/products/by-external/{source}/{external_id}", Tag: tag, Summary: "Create or change by another system's id"}, s.apiPut)
	s.apiPrices(a)
	api.Remove(a, "/products/{id}", tag, "Delete a product, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	currency, err := s.currency(ctx)
	return api.Map(p, func(r Row) Object { return object(r.Product, currency) }), err
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	p, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	currency, err := s.currency(ctx)
	return &api.Body[Object]{Body: object(p, currency)}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	input, err := in.Body.input(currency)
	if err != nil {
		return nil, err
	}
	if input.Fields == nil {
		input.Fields = custom.Typed{} // required ones are
	}
	p, err := s.Create(ctx, input)
	return &api.Created[Object]{Location: location(p.ID), Body: object(p, currency)}, err
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	p, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	input := p.Input()
	if err := in.Body.apply(&input, currency); err != nil {
		return nil, err
	}
	p, err = s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Product) any { return object(p, currency) })
	}
	return &api.Body[Object]{Body: object(p, currency)}, nil
}

func (s *Service) apiPut(ctx context.Context, in *externalIn) (*upserted, error) {
	currency, err := s.currency(ctx)
	if err != nil {
		return nil, err
	}
	input, err := in.Body.input(currency)
	if err != nil {
		return nil, err
	}
	input.ExternalSource, input.ExternalID = in.Source, in.ExternalID
	p, created, err := s.Put(ctx, input)
	if err != nil {
		return nil, err
	}
	out := &upserted{Status: http.StatusOK, Location: location(p.ID), Body: object(p, currency)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (s *Service) currency(ctx context.Context) (string, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	return b.Currency, err
}

func location(id int64) string { return fmt.Sprintf("%s/products/%d", api.Prefix, id) }

func (b Body) input(currency string) (Input, error) {
	c := &errs.Check{}
	in := Input{Code: b.Code, Name: b.Name, Unit: b.Unit, Category: b.Category, UseUpDays: b.UseUpDays, Active: b.Active == nil || *b.Active,
		TaxRate: b.TaxRate, StockNote: b.StockNote, Warranty: b.Warranty, Once: b.Once, ParentID: b.ParentID,
		ExternalID: b.ExternalID, ExternalSource: b.ExternalSource, Fields: custom.FromJSON(b.Fields)}
	if b.Price != nil {
		in.Price = b.Price.Minor(c, "price", currency)
	}
	if b.Cost != nil {
		cost := b.Cost.Minor(c, "cost", currency)
		in.Cost = &cost
	}
	if b.Units != nil {
		in.Units = unitsOf(c, b.Units, currency)
	}
	return in, c.Err()
}

func (b PatchBody) apply(in *Input, currency string) error {
	c := &errs.Check{}
	b.Code.Into(&in.Code)
	b.Name.Into(&in.Name)
	b.Unit.Into(&in.Unit)
	b.Category.Into(&in.Category)
	b.UseUpDays.Into(&in.UseUpDays)
	b.Active.Into(&in.Active)
	b.TaxRate.Into(&in.TaxRate)
	b.StockNote.Into(&in.StockNote)
	b.Warranty.Into(&in.Warranty)
	b.Once.Into(&in.Once)
	b.ParentID.Into(&in.ParentID)
	if b.Units.Set {
		in.Units = unitsOf(c, b.Units.Value, currency)
	}
	if b.Cost.Set {
		var cost int64
		if !b.Cost.Null {
			cost = b.Cost.Value.Minor(c, "cost", currency)
		}
		in.Cost = &cost
	}
	b.ExternalID.Into(&in.ExternalID)
	b.ExternalSource.Into(&in.ExternalSource)
	if b.Fields.Set {
		in.Fields = custom.FromJSON(b.Fields.Value)
	}
	if b.Price.Set {
		in.Price = 0
		if !b.Price.Null {
			in.Price = b.Price.Value.Minor(c, "price", currency)
		}
	}
	return c.Err()
}

func unitsOf(c *errs.Check, list []UnitObject, currency string) []Unit {
	out := []Unit{}
	for i, u := range list {
		unit := Unit{Name: u.Name, Factor: u.Factor.Quantity}
		if u.Price != nil {
			price := u.Price.Minor(c, fmt.Sprintf("units[%d].price", i), currency)
			unit.Price = &price
		}
		out = append(out, unit)
	}
	return out
}

func object(p Product, currency string) Object {
	o := Object{ID: p.ID, Version: p.Version, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(), Code: string(p.Code), Name: p.Name,
		Unit: p.Unit, Price: api.MoneyOf(p.Price, currency), Category: p.Category, UseUpDays: p.UseUpDays, Active: p.Active, TaxRate: p.TaxRate,
		StockNote: p.StockNote, Warranty: p.Warranty, Once: p.Once, ParentID: int64(p.ParentID), ExternalID: string(p.ExternalID), ExternalSource: p.ExternalSource,
		Fields: p.Added.Object()}
	if p.Cost > 0 {
		cost := api.MoneyOf(p.Cost, currency)
		o.Cost = &cost
	}
	for _, u := range p.Units {
		unit := UnitObject{Name: u.Name, Factor: api.Quantity{Quantity: u.Factor}}
		if u.Price != nil {
			price := api.MoneyOf(*u.Price, currency)
			unit.Price = &price
		}
		o.Units = append(o.Units, unit)
	}
	return o
}
