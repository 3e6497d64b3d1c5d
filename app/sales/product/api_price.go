package product

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/api"
	"regulars/app/sys/setting"
)

// PriceListObject is a price list as the API shows it.
type PriceListObject struct {
	ID        int64             `json:"id"`
	Version   int64             `json:"version"`
	CreatedAt time.Time         `json:"created_at"`
	UpdatedAt time.Time         `json:"updated_at"`
	Name      string            `json:"name"`
	Levels    string            `json:"levels" doc:"letters of customers' levels; empty is everybody"`
	StartsOn  cal.Date          `json:"starts_on"`
	EndsOn    cal.Date          `json:"ends_on"`
	Active    bool              `json:"active"`
	Prices    []PriceItemObject `json:"prices"`
}

// PriceItemObject is one price of a list.
type PriceItemObject struct {
	ProductID int64        `json:"product_id"`
	Name      string       `json:"name,omitempty"`
	Least     api.Quantity `json:"from_quantity" required:"false"`
	Price     api.Money    `json:"price"`
}

type priceListBody struct {
	Version  *int64            `json:"version,omitempty"`
	Name     string            `json:"name" maxLength:"60"`
	Levels   string            `json:"levels,omitempty"`
	StartsOn cal.Date          `json:"starts_on,omitempty"`
	EndsOn   cal.Date          `json:"ends_on,omitempty"`
	Active   *bool             `json:"active,omitempty"`
	Prices   []PriceItemObject `json:"prices,omitempty"`
}

type (
	priceListIn  struct{ Body priceListBody }
	priceListPut struct {
		api.Path
		api.Versioned
		Body priceListBody
	}
	priceAsk struct {
		api.Path
		Unit     string `query:"unit"`
		Quantity string `query:"quantity" doc:"1 when left out"`
		Level    string `query:"level" doc:"the customer's level"`
		On       string `query:"on" doc:"YYYY-MM-DD; today when left out"`
	}
)

// PricedObject is what one of a product costs somebody, and why.
type PricedObject struct {
	Price api.Money    `json:"price"`
	List  string       `json:"list,omitempty" doc:"the price list; without one it is the product's own price"`
	Least api.Quantity `json:"from_quantity"`
}

func (s *Service) apiPrices(a *api.API) {
	const tag = "products"
	api.Register(a, api.Op{Method: api.Get, Path: "/products/{id}/price", Tag: tag, Summary: "What a product costs at a quantity, a level and a day, and why"}, s.apiPrice)
	api.Register(a, api.Op{Method: api.Get, Path: "/price-lists", Tag: tag, Summary: "List the price lists"}, func(ctx context.Context, _ *struct{}) (*api.Body[api.Items[PriceListObject]], error) {
		lists, err := s.PriceLists(ctx)
		out := api.Items[PriceListObject]{Items: []PriceListObject{}}
		for _, l := range lists {
			out.Items = append(out.Items, priceListObject(l, ""))
		}
		return &api.Body[api.Items[PriceListObject]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/price-lists", Tag: tag, Summary: "Create a price list", Status: http.StatusCreated}, s.apiPriceListCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/price-lists/{id}", Tag: tag, Summary: "Read a price list with its prices"}, func(ctx context.Context, in *api.Path) (*api.Body[PriceListObject], error) {
		l, err := s.PriceList(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		currency, err := s.currency(ctx)
		return &api.Body[PriceListObject]{Body: priceListObject(l, currency)}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: "/price-lists/{id}", Tag: tag, Summary: "Replace a price list and its prices"}, s.apiPriceListPut)
	api.Remove(a, "/price-lists/{id}", tag, "Delete a price list, undoable through history", s.DeletePriceList)
}

func (s *Service) apiPrice(ctx context.Context, in *priceAsk) (*api.Body[PricedObject], error) {
	p, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	ask := Ask{Unit: in.Unit, Quantity: money.One, Level: in.Level, On: cal.Today(s.db.Now(), b.Zone())}
	c := &errs.Check{}
	if in.Quantity != "" {
		ask.Quantity, err = money.ParseQuantity(in.Quantity)
		c.That(err == nil, "quantity", "error.number")
	}
	if in.On != "" {
		ask.On, err = cal.ParseDate(in.On)
		c.That(err == nil, "on", "error.date")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	got, err := s.PriceOf(ctx, p, ask)
	return &api.Body[PricedObject]{Body: PricedObject{api.MoneyOf(got.Price, b.Currency), got.List, api.Quantity{Quantity: got.Least}}}, err
}

func (s *Service) apiPriceListCreate(ctx context.Context, in *priceListIn) (*api.Created[PriceListObject], error) {
	input, currency, err := s.priceListInput(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	l, err := s.CreatePriceList(ctx, input)
	if err != nil {
		return nil, err
	}
	return &api.Created[PriceListObject]{Location: fmt.Sprintf("%s/price-lists/%d", api.Prefix, l.ID), Body: priceListObject(l, currency)}, nil
}

func (s *Service) apiPriceListPut(ctx context.Context, in *priceListPut) (*api.Body[PriceListObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	input, currency, err := s.priceListInput(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	l, err := s.UpdatePriceList(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(l PriceList) any { return priceListObject(l, currency) })
	}
	return &api.Body[PriceListObject]{Body: priceListObject(l, currency)}, nil
}

func (s *Service) priceListInput(ctx context.Context, b priceListBody) (PriceListInput, string, error) {
	in := PriceListInput{Name: b.Name, Levels: b.Levels, StartsOn: b.StartsOn, EndsOn: b.EndsOn, Active: b.Active == nil || *b.Active}
	currency, err := s.currency(ctx)
	if err != nil {
		return in, currency, err
	}
	c := &errs.Check{}
	for i, p := range b.Prices {
		_, err := get(ctx, s.db.Reader(ctx), p.ProductID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return in, currency, err
		}
		c.That(err == nil, fmt.Sprintf("prices[%d].product_id", i), "order.error.no_product")
		in.Items = append(in.Items, PriceItem{ProductID: p.ProductID, Least: p.Least.Quantity, Price: p.Price.Minor(c, fmt.Sprintf("prices[%d].price", i), currency)})
	}
	return in, currency, c.Err()
}

func priceListObject(l PriceList, currency string) PriceListObject {
	o := PriceListObject{ID: l.ID, Version: l.Version, CreatedAt: l.CreatedAt.UTC(), UpdatedAt: l.UpdatedAt.UTC(), Name: l.Name, Levels: l.Levels,
		StartsOn: l.StartsOn, EndsOn: l.EndsOn, Active: l.Active, Prices: []PriceItemObject{}}
	for _, item := range l.Items {
		o.Prices = append(o.Prices, PriceItemObject{item.ProductID, item.Name, api.Quantity{Quantity: item.Least}, api.MoneyOf(item.Price, currency)})
	}
	return o
}
