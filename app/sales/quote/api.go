package quote

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

// Object is a quote as the API shows it.
type Object struct {
	ID           int64          `json:"id"`
	Version      int64          `json:"version"`
	CreatedAt    time.Time      `json:"created_at"`
	UpdatedAt    time.Time      `json:"updated_at"`
	Number       string         `json:"number"`
	Revision     int            `json:"revision" doc:"the version of the offer, from 1"`
	CustomerID   int64          `json:"customer_id"`
	CustomerName string         `json:"customer_name"`
	ContactID    int64          `json:"contact_id,omitempty"`
	DealID       int64          `json:"deal_id,omitempty"`
	OrderID      int64          `json:"order_id,omitempty" doc:"what it became"`
	Title        string         `json:"title,omitempty"`
	QuotedOn     cal.Date       `json:"quoted_on"`
	ValidUntil   cal.Date       `json:"valid_until"`
	State        string         `json:"state"`
	WithTax      bool           `json:"prices_with_tax"`
	Discount     api.Discount   `json:"discount"`
	Gross        api.Money      `json:"gross" doc:"before any discount"`
	Off          api.Money      `json:"discounts" doc:"of all lines and of the whole"`
	Tax          api.Money      `json:"tax"`
	Total        api.Money      `json:"total"`
	Intro        string         `json:"intro,omitempty"`
	Terms        string         `json:"terms,omitempty"`
	UserID       int64          `json:"user_id,omitempty"`
	SentAt       *time.Time     `json:"sent_at"`
	DecidedAt    *time.Time     `json:"decided_at"`
	Signer       string         `json:"signer,omitempty"`
	Reason       string         `json:"reason,omitempty"`
	Lines        []LineObject   `json:"lines,omitempty" doc:"where one quote is read"`
	ExternalID   string         `json:"external_id,omitempty" doc:"What another system calls it, the same of all versions"`
	ExternalFrom string         `json:"external_source,omitempty"`
	Fields       map[string]any `json:"fields"`
}

// LineObject is one position of a quote.
type LineObject struct {
	ID        int64        `json:"id"`
	ProductID int64        `json:"product_id,omitempty"`
	Name      string       `json:"name"`
	Unit      string       `json:"unit,omitempty"`
	Quantity  api.Quantity `json:"quantity"`
	UnitPrice api.Money    `json:"unit_price"`
	Discount  api.Discount `json:"discount"`
	TaxRate   int64        `json:"tax_rate" doc:"basis points"`
	Total     api.Money    `json:"total"`
	Optional  bool         `json:"optional,omitempty"`
	Chosen    bool         `json:"chosen,omitempty"`
	PriceList string       `json:"price_list,omitempty" doc:"where the price came from"`
}

// Body is what POST takes.
type Body struct {
	CustomerID int64         `json:"customer_id" minimum:"1"`
	ContactID  int64         `json:"contact_id,omitempty"`
	DealID     int64         `json:"deal_id,omitempty"`
	Title      string        `json:"title,omitempty"`
	QuotedOn   string        `json:"quoted_on,omitempty" doc:"Left out, today"`
	ValidUntil string        `json:"valid_until,omitempty"`
	Discount   *api.Discount `json:"discount,omitempty"`
	Intro      string        `json:"intro,omitempty"`
	Terms      string        `json:"terms,omitempty"`
	Lines      []BodyLine    `json:"lines" minItems:"1" maxItems:"200"`

	ExternalID     string `json:"external_id,omitempty"`
	ExternalSource string `json:"external_source,omitempty"`

	Fields map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// BodyLine names a product by id, or by code, name or free words.
type BodyLine struct {
	ProductID int64         `json:"product_id,omitempty"`
	Name      string        `json:"name,omitempty"`
	Unit      string        `json:"unit,omitempty"`
	Quantity  api.Quantity  `json:"quantity"`
	UnitPrice *api.Money    `json:"unit_price,omitempty" doc:"Left out, what the product costs this customer"`
	Discount  *api.Discount `json:"discount,omitempty"`
	TaxRate   *int64        `json:"tax_rate,omitempty" doc:"Left out, the product's"`
	Optional  bool          `json:"optional,omitempty"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears; lines replace
// all lines.
type PatchBody struct {
	Version    *int64                `json:"version,omitempty"`
	CustomerID api.Opt[int64]        `json:"customer_id,omitempty"`
	ContactID  api.Opt[int64]        `json:"contact_id,omitempty"`
	DealID     api.Opt[int64]        `json:"deal_id,omitempty"`
	Title      api.Opt[string]       `json:"title,omitempty"`
	QuotedOn   api.Opt[string]       `json:"quoted_on,omitempty"`
	ValidUntil api.Opt[string]       `json:"valid_until,omitempty"`
	Discount   api.Opt[api.Discount] `json:"discount,omitempty"`
	Intro      api.Opt[string]       `json:"intro,omitempty"`
	Terms      api.Opt[string]       `json:"terms,omitempty"`
	Lines      api.Opt[[]BodyLine]   `json:"lines,omitempty"`

	ExternalID     api.Opt[string] `json:"external_id,omitempty"`
	ExternalSource api.Opt[string] `json:"external_source,omitempty"`

	Fields api.Opt[map[string]any] `json:"fields,omitempty"`
}

type (
	postIn  struct{ Body Body }
	patchIn struct {
		api.Path
		api.Versioned
		Body PatchBody
	}
	sentIn struct {
		api.Path
		api.Versioned
		Body struct {
			Version *int64 `json:"version,omitempty"`
			Mail    bool   `json:"mail,omitempty" doc:"Mail the link; otherwise it is only marked as sent"`
			Message string `json:"message,omitempty"`
		}
	}
	acceptedIn struct {
		api.Path
		Body struct {
			Signer string  `json:"signer" doc:"who accepted"`
			Chosen []int64 `json:"chosen,omitempty" doc:"ids of the optional lines that are taken along"`
		}
	}
	reasonIn struct {
		api.Path
		api.Versioned
		Body struct {
			Version *int64 `json:"version,omitempty"`
			Reason  string `json:"reason,omitempty"`
		}
	}
)

func (s *Service) api(a *api.API) {
	const tag = "quotes"
	api.Register(a, api.Op{Method: api.Get, Path: "/quotes", Tag: tag, Summary: "List quotes"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/quotes", Tag: tag, Summary: "Write a quote, a draft", Status: http.StatusCreated}, s.apiCreate)
	api.Counted(a, "/quotes", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/quotes/{id}", Tag: tag, Summary: "Read a quote with its lines"}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		return body(s.Get(ctx, in.ID))
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/quotes/{id}/pdf", Tag: tag, Summary: "The sheet of a quote as PDF, in the customer's language"}, s.apiSheet)
	api.Register(a, api.Op{Method: api.Put, Path: "/quotes/by-external/{source}/{external_id}", Tag: tag, Summary: "Create or change by another system's id"}, s.apiPut)
	api.Register(a, api.Op{Method: api.Patch, Path: "/quotes/{id}", Tag: tag, Summary: "Change a draft"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Post, Path: "/quotes/{id}/sent", Tag: tag, Summary: "Send a draft, by mail or by handing over its link"}, func(ctx context.Context, in *sentIn) (*api.Body[Object], error) {
		version, err := in.Version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		v, _, err := s.Send(ctx, in.ID, version, Sending{Mail: in.Body.Mail, Message: in.Body.Message})
		return body(v, err)
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/quotes/{id}/accepted", Tag: tag, Summary: "The customer accepted it: it becomes an order, once"}, func(ctx context.Context, in *acceptedIn) (*api.Body[Object], error) {
		return body(s.Accept(ctx, in.ID, Consenting{Signer: in.Body.Signer, Chosen: in.Body.Chosen}))
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/quotes/{id}/declined", Tag: tag, Summary: "The customer does not want it"}, func(ctx context.Context, in *reasonIn) (*api.Body[Object], error) {
		return body(s.Decline(ctx, in.ID, in.Body.Reason))
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/quotes/{id}/withdrawn", Tag: tag, Summary: "Take back what was sent"}, func(ctx context.Context, in *reasonIn) (*api.Body[Object], error) {
		version, err := in.Version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		return body(s.Withdraw(ctx, in.ID, version, in.Body.Reason))
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/quotes/{id}/versions", Tag: tag, Summary: "Begin a new version, a copy", Status: http.StatusCreated}, func(ctx context.Context, in *api.Path) (*api.Created[Object], error) {
		v, err := s.Revise(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &api.Created[Object]{Location: location(v.ID), Body: object(v)}, nil
	})
	api.Remove(a, "/quotes/{id}", tag, "Delete a quote, undoable through history", s.Delete)
}

func body(v Quote, err error) (*api.Body[Object], error) {
	if err != nil {
		return nil, api.WithCurrent(err, func(v Quote) any { return object(v) })
	}
	return &api.Body[Object]{Body: object(v)}, nil
}

func location(id int64) string { return fmt.Sprintf("%s/quotes/%d", api.Prefix, id) }

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Quote) }), nil
}

// input is what a body says about a quote.
func (s *Service) input(ctx context.Context, b Body) (Input, error) {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return Input{}, err
	}
	c := &errs.Check{}
	in := Input{CustomerID: b.CustomerID, ContactID: b.ContactID, DealID: b.DealID, Title: b.Title, Intro: b.Intro, Terms: b.Terms,
		ExternalID: b.ExternalID, ExternalSource: b.ExternalSource,
		Discount: b.Discount.Read(c, "discount", business.Currency), Lines: linesOf(c, b.Lines, business.Currency), Fields: custom.FromJSON(b.Fields)}
	in.QuotedOn, in.ValidUntil = day(c, "quoted_on", b.QuotedOn), day(c, "valid_until", b.ValidUntil)
	return in, c.Err()
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	if input.Fields == nil {
		input.Fields = custom.Typed{} // required ones are
	}
	v, err := s.Create(ctx, input)
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: location(v.ID), Body: object(v)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	v, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input, c, b := v.Input(), &errs.Check{}, in.Body
	b.CustomerID.Into(&input.CustomerID)
	b.ContactID.Into(&input.ContactID)
	b.DealID.Into(&input.DealID)
	b.Title.Into(&input.Title)
	b.Intro.Into(&input.Intro)
	b.Terms.Into(&input.Terms)
	b.ExternalID.Into(&input.ExternalID)
	b.ExternalSource.Into(&input.ExternalSource)
	if b.QuotedOn.Set {
		input.QuotedOn = day(c, "quoted_on", b.QuotedOn.Value)
	}
	if b.ValidUntil.Set {
		input.ValidUntil = day(c, "valid_until", b.ValidUntil.Value)
	}
	if b.Discount.Set {
		input.Discount = b.Discount.Value.Read(c, "discount", v.Currency)
	}
	if b.Lines.Set {
		input.Lines = linesOf(c, b.Lines.Value, v.Currency)
	}
	if b.Fields.Set {
		input.Fields = custom.FromJSON(b.Fields.Value)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return body(s.Update(ctx, in.ID, version, input))
}

func day(c *errs.Check, field, typed string) cal.Date {
	d, err := cal.ParseDate(typed)
	c.That(err == nil, field, "error.date")
	return d
}

func linesOf(c *errs.Check, list []BodyLine, currency string) []LineInput {
	var out []LineInput
	for i, l := range list {
		in := LineInput{ProductID: l.ProductID, Name: l.Name, Unit: l.Unit, Quantity: l.Quantity.Quantity, TaxRate: l.TaxRate, Optional: l.Optional,
			Discount: l.Discount.Read(c, lineField(i, "discount"), currency)}
		if l.UnitPrice != nil {
			price := l.UnitPrice.Minor(c, lineField(i, "unit_price"), currency)
			in.UnitPrice = &price
		}
		out = append(out, in)
	}
	return out
}

func object(v Quote) Object {
	money := func(minor int64) api.Money { return api.MoneyOf(minor, v.Currency) }
	o := Object{ID: v.ID, Version: v.Version, CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Number: v.Number, Revision: v.Revision,
		CustomerID: v.CustomerID, CustomerName: v.CustomerName, ContactID: int64(v.ContactID), DealID: int64(v.DealID), OrderID: int64(v.OrderID),
		Title: v.Title, QuotedOn: v.QuotedOn, ValidUntil: v.ValidUntil, State: v.State, WithTax: v.WithTax, Discount: api.DiscountOf(v.Discount(), v.Currency),
		Gross: money(v.Gross), Off: money(v.Discounts), Tax: money(v.Tax), Total: money(v.Total), Intro: v.Intro, Terms: v.Terms, UserID: int64(v.UserID),
		SentAt: api.Time(v.SentAt), DecidedAt: api.Time(v.DecidedAt), Signer: v.Signer, Reason: v.Reason, Fields: v.Added.Object(),
		ExternalID: string(v.ExternalID), ExternalFrom: v.ExternalSource}
	for _, l := range v.Lines {
		o.Lines = append(o.Lines, LineObject{ID: l.ID, ProductID: int64(l.ProductID), Name: l.Name, Unit: l.Unit, Quantity: api.Quantity{Quantity: l.Quantity},
			UnitPrice: money(l.UnitPrice), Discount: api.DiscountOf(l.Discount(), v.Currency), TaxRate: l.TaxRate, Total: money(l.Total), Optional: l.Optional,
			Chosen: l.Chosen, PriceList: l.PriceList})
	}
	return o
}
