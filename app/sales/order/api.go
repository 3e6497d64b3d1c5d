package order

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
	"regulars/app/sys/setting"
)

// Object is an order as the API shows it.
type Object struct {
	ID             int64          `json:"id"`
	Version        int64          `json:"version"`
	CreatedAt      time.Time      `json:"created_at"`
	UpdatedAt      time.Time      `json:"updated_at"`
	Number         string         `json:"number"`
	CustomerID     int64          `json:"customer_id"`
	CustomerName   string         `json:"customer_name"`
	OrderedOn      string         `json:"ordered_on" format:"date"`
	DueOn          string         `json:"due_on,omitempty"`
	DeliverOn      string         `json:"deliver_on,omitempty" format:"date"`
	Status         string         `json:"status"`
	WithTax        bool           `json:"prices_with_tax"`
	Discount       api.Discount   `json:"discount"`
	Lines          []LineObject   `json:"lines"`
	Gross          api.Money      `json:"gross" doc:"Before any discount"`
	Off            api.Money      `json:"discounts" doc:"Of all lines and of the whole"`
	Tax            api.Money      `json:"tax"`
	Taxes          []TaxObject    `json:"taxes,omitempty" doc:"By rate"`
	Total          api.Money      `json:"total"`
	Return         bool           `json:"return,omitempty" doc:"More came back than went out"`
	Paid           api.Money      `json:"paid"`
	Outstanding    api.Money      `json:"outstanding"`
	Notes          string         `json:"notes,omitempty"`
	UserID         *int64         `json:"user_id,omitempty"`
	ExternalID     string         `json:"external_id,omitempty"`
	ExternalSource string         `json:"external_source,omitempty"`
	Fields         map[string]any `json:"fields"`
}

// LineObject is one position of an order.
type LineObject struct {
	ID        int64        `json:"id"`
	ProductID *int64       `json:"product_id,omitempty"`
	Name      string       `json:"name"`
	Unit      string       `json:"unit,omitempty"`
	Quantity  api.Quantity `json:"quantity"`
	UnitPrice api.Money    `json:"unit_price"`
	Discount  api.Discount `json:"discount"`
	TaxRate   int64        `json:"tax_rate" doc:"Basis points"`
	Total     api.Money    `json:"total" doc:"After its own discount"`
}

// TaxObject is the tax of one rate.
type TaxObject struct {
	Rate   int64     `json:"rate" doc:"Basis points"`
	Base   api.Money `json:"base" doc:"Without the tax"`
	Amount api.Money `json:"amount"`
}

// Body is what POST and PUT take.
type Body struct {
	Number         string        `json:"number,omitempty" doc:"Left out, the next one of the year"`
	CustomerID     int64         `json:"customer_id" minimum:"1"`
	OrderedOn      string        `json:"ordered_on,omitempty" doc:"Left out, today"`
	DueOn          string        `json:"due_on,omitempty"`
	DeliverOn      string        `json:"deliver_on,omitempty" doc:"The day it was promised for; whoever has the customer gets a task"`
	Status         string        `json:"status,omitempty" enum:"draft,confirmed,completed,cancelled"`
	Lines          []BodyLine    `json:"lines" minItems:"1" maxItems:"500"`
	Discount       *api.Discount `json:"discount,omitempty" doc:"Of the whole"`
	WithTax        *bool         `json:"prices_with_tax,omitempty" doc:"Left out, as the shop's prices are"`
	Return         bool          `json:"return,omitempty" doc:"Goods came back: quantities may be below zero, and the total lowers what was sold without counting as an order"`
	Notes          string        `json:"notes,omitempty"`
	ExternalID     string        `json:"external_id,omitempty"`
	ExternalSource string        `json:"external_source,omitempty"`

	Fields map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// BodyLine names a product by id, or by code, name or free words.
type BodyLine struct {
	ProductID int64         `json:"product_id,omitempty"`
	Name      string        `json:"name,omitempty"`
	Unit      string        `json:"unit,omitempty" doc:"Left out, the product's"`
	Quantity  api.Quantity  `json:"quantity"`
	UnitPrice *api.Money    `json:"unit_price,omitempty" doc:"Left out, what the product costs this customer"`
	Discount  *api.Discount `json:"discount,omitempty"`
	TaxRate   *int64        `json:"tax_rate,omitempty" doc:"Basis points; left out, the product's"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears; lines
// replace all lines.
type PatchBody struct {
	Version        *int64                `json:"version,omitempty"`
	Number         api.Opt[string]       `json:"number,omitempty"`
	CustomerID     api.Opt[int64]        `json:"customer_id,omitempty" doc:"Moves the order with its payments to another customer"`
	OrderedOn      api.Opt[string]       `json:"ordered_on,omitempty"`
	DueOn          api.Opt[string]       `json:"due_on,omitempty"`
	DeliverOn      api.Opt[string]       `json:"deliver_on,omitempty"`
	Status         api.Opt[string]       `json:"status,omitempty"`
	Lines          api.Opt[[]BodyLine]   `json:"lines,omitempty"`
	Discount       api.Opt[api.Discount] `json:"discount,omitempty"`
	WithTax        *bool                 `json:"prices_with_tax,omitempty"`
	Notes          api.Opt[string]       `json:"notes,omitempty"`
	ExternalID     api.Opt[string]       `json:"external_id,omitempty"`
	ExternalSource api.Opt[string]       `json:"external_source,omitempty"`

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

// moves are the state changes that are resources of their own.
var moves = map[string]string{"confirmation": Confirmed, "completion": Completed, "cancellation": Cancelled}

func (s *Service) api(a *api.API) {
	const tag = "orders"
	api.Register(a, api.Op{Method: api.Get, Path: "/orders", Tag: tag, Summary: "List orders"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/orders", Tag: tag, Summary: "Create an order", Status: http.StatusCreated}, s.apiCreate)
	api.Counted(a, "/orders", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/orders/{id}", Tag: tag, Summary: "Read an order"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Get, Path: "/orders/{id}/lines", Tag: tag, Summary: "Read the lines of an order"}, s.apiLines)
	api.Register(a, api.Op{Method: api.Patch, Path: "/orders/{id}", Tag: tag, Summary: "Change an order"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Put, Path: "/orders/by-external/{source}/{external_id}", Tag: tag, Summary: "Create or change by another system's id"}, s.apiPut)
	api.Remove(a, "/orders/{id}", tag, "Delete an order, undoable through history", s.Delete)
	api.Register(a, api.Op{Method: api.Get, Path: "/orders/{id}/moves", Tag: tag, Summary: "Read through which states an order went"}, s.apiWay)
	api.Register(a, api.Op{Method: api.Post, Path: "/orders/{id}/again", Tag: tag, Summary: "Draft the same order again at today's prices", Status: http.StatusCreated}, s.apiAgain)
	for _, word := range []string{"confirmation", "completion", "cancellation"} {
		api.Register(a, api.Op{Method: api.Post, Path: "/orders/{id}/" + word, Tag: tag, Summary: "Move an order: " + word}, s.apiMove(moves[word]))
	}
}

func (s *Service) apiMove(status string) func(context.Context, *api.Path) (*api.Body[Object], error) {
	return func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		o, err := s.SetStatus(ctx, in.ID, status)
		return &api.Body[Object]{Body: object(o)}, err
	}
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Order) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	o, err := s.Get(ctx, in.ID)
	return &api.Body[Object]{Body: object(o)}, err
}

func (s *Service) apiLines(ctx context.Context, in *api.Path) (*api.Body[api.Items[LineObject]], error) {
	o, err := s.Get(ctx, in.ID)
	return &api.Body[api.Items[LineObject]]{Body: api.Items[LineObject]{Items: object(o).Lines}}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	if input.Fields == nil {
		input.Fields = custom.Typed{} // required ones are
	}
	o, err := s.Create(ctx, input)
	return &api.Created[Object]{Location: location(o.ID), Body: object(o)}, err
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	o, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input := o.Input()
	if err := in.Body.apply(&input, o.Currency); err != nil {
		return nil, err
	}
	o, err = s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(o Order) any { return object(o) })
	}
	return &api.Body[Object]{Body: object(o)}, nil
}

func (s *Service) apiPut(ctx context.Context, in *externalIn) (*upserted, error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	input.ExternalSource, input.ExternalID = in.Source, in.ExternalID
	o, created, err := s.Put(ctx, input)
	if err != nil {
		return nil, err
	}
	out := &upserted{Status: http.StatusOK, Location: location(o.ID), Body: object(o)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (s *Service) input(ctx context.Context, b Body) (Input, error) {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return Input{}, err
	}
	c := &errs.Check{}
	in := Input{Number: b.Number, CustomerID: b.CustomerID, Status: b.Status, Notes: b.Notes, ExternalID: b.ExternalID,
		ExternalSource: b.ExternalSource, Return: b.Return, OrderedOn: date(c, "ordered_on", b.OrderedOn), DueOn: date(c, "due_on", b.DueOn),
		DeliverOn: date(c, "deliver_on", b.DeliverOn), Discount: b.Discount.Read(c, "discount", business.Currency), WithTax: b.WithTax,
		Lines: lines(c, b.Lines, business.Currency), Fields: custom.FromJSON(b.Fields)}
	return in, c.Err()
}

func (b PatchBody) apply(in *Input, currency string) error {
	c := &errs.Check{}
	b.Number.Into(&in.Number)
	c.That(!b.CustomerID.Set || b.CustomerID.Value > 0, "customer_id", "error.required")
	b.CustomerID.Into(&in.CustomerID)
	b.Status.Into(&in.Status)
	b.Notes.Into(&in.Notes)
	b.ExternalID.Into(&in.ExternalID)
	b.ExternalSource.Into(&in.ExternalSource)
	if b.Fields.Set {
		in.Fields = custom.FromJSON(b.Fields.Value)
	}
	if b.OrderedOn.Set {
		in.OrderedOn = date(c, "ordered_on", b.OrderedOn.Value)
	}
	if b.DueOn.Set {
		in.DueOn = date(c, "due_on", b.DueOn.Value)
	}
	if b.DeliverOn.Set {
		in.DeliverOn = date(c, "deliver_on", b.DeliverOn.Value)
	}
	if b.Discount.Set {
		in.Discount = b.Discount.Value.Read(c, "discount", currency)
	}
	in.WithTax = b.WithTax
	if b.Lines.Set {
		in.Lines = lines(c, b.Lines.Value, currency)
	}
	return c.Err()
}

func date(c *errs.Check, field, s string) cal.Date {
	d, err := cal.ParseDate(s)
	c.That(err == nil, field, "error.date")
	return d
}

func lines(c *errs.Check, body []BodyLine, currency string) []LineInput {
	out := make([]LineInput, 0, len(body))
	for i, l := range body {
		in := LineInput{ProductID: l.ProductID, Name: l.Name, Unit: l.Unit, Quantity: l.Quantity.Quantity, TaxRate: l.TaxRate,
			Discount: l.Discount.Read(c, lineField(i, "discount"), currency)}
		if l.UnitPrice != nil {
			price := l.UnitPrice.Minor(c, lineField(i, "unit_price"), currency)
			in.UnitPrice = &price
		}
		out = append(out, in)
	}
	return out
}

func location(id int64) string { return fmt.Sprintf("%s/orders/%d", api.Prefix, id) }

func object(o Order) Object {
	out := Object{ID: o.ID, Version: o.Version, CreatedAt: o.CreatedAt.UTC(), UpdatedAt: o.UpdatedAt.UTC(), Number: o.Number,
		CustomerID: o.CustomerID, CustomerName: o.CustomerName, OrderedOn: string(o.OrderedOn), DueOn: string(o.DueOn), DeliverOn: string(o.DeliverOn), Status: o.Status,
		Lines: []LineObject{}, Return: o.Return(), Total: api.MoneyOf(o.Total, o.Currency), Paid: api.MoneyOf(o.Paid, o.Currency),
		Outstanding: api.MoneyOf(o.Outstanding(), o.Currency), Notes: o.Notes, UserID: api.ID(o.UserID), ExternalID: string(o.ExternalID),
		ExternalSource: o.ExternalSource, Fields: o.Added.Object(), WithTax: o.WithTax, Discount: api.DiscountOf(o.Discount(), o.Currency), Tax: api.MoneyOf(o.Tax, o.Currency)}
	if t, err := o.Sums(); err == nil { // what is stored was added up
		out.Gross, out.Off = api.MoneyOf(t.Gross, o.Currency), api.MoneyOf(t.Gross-t.Subtotal+t.Discount, o.Currency)
		for _, due := range t.Taxes {
			out.Taxes = append(out.Taxes, TaxObject{due.Rate, api.MoneyOf(due.Base, o.Currency), api.MoneyOf(due.Amount, o.Currency)})
		}
	}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, LineObject{ID: l.ID, ProductID: api.ID(l.ProductID), Name: l.Name, Unit: l.Unit,
			Quantity: api.Quantity{Quantity: l.Quantity}, UnitPrice: api.MoneyOf(l.UnitPrice, o.Currency),
			Discount: api.DiscountOf(l.Discount(), o.Currency), TaxRate: l.TaxRate, Total: api.MoneyOf(l.Total, o.Currency)})
	}
	return out
}
