package invoicetitle

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
)

// Object is an invoice title as the API shows it.
type Object struct {
	ID         int64      `json:"id"`
	Version    int64      `json:"version"`
	CustomerID int64      `json:"customer_id"`
	Title      string     `json:"title"`
	TaxID      string     `json:"tax_id"`
	Doubt      string     `json:"tax_id_doubt,omitempty" doc:"Why the tax id is probably mistyped: length, character, authority, region, organisation or checksum. A warning only"`
	Address    string     `json:"address"`
	Phone      string     `json:"phone"`
	Bank       string     `json:"bank"`
	Account    string     `json:"account"`
	Default    bool       `json:"is_default"`
	CreatedAt  *time.Time `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at"`
}

func object(t Title) Object {
	return Object{ID: t.ID, Version: t.Version, CustomerID: t.CustomerID, Title: t.Title, TaxID: t.TaxID, Doubt: t.Doubt(), Address: t.Address, Phone: t.Phone,
		Bank: t.Bank, Account: t.Account, Default: t.Default, CreatedAt: api.Time(t.CreatedAt), UpdatedAt: api.Time(t.UpdatedAt)}
}

type (
	createIn struct {
		Body struct {
			CustomerID int64  `json:"customer_id" minimum:"1"`
			Title      string `json:"title"`
			TaxID      string `json:"tax_id,omitempty"`
			Address    string `json:"address,omitempty"`
			Phone      string `json:"phone,omitempty"`
			Bank       string `json:"bank,omitempty"`
			Account    string `json:"account,omitempty"`
			Default    bool   `json:"is_default,omitempty"`
		}
	}
	patchIn struct {
		api.Path
		api.Versioned
		Body struct {
			Version *int64          `json:"version,omitempty"`
			Title   api.Opt[string] `json:"title,omitempty"`
			TaxID   api.Opt[string] `json:"tax_id,omitempty"`
			Address api.Opt[string] `json:"address,omitempty"`
			Phone   api.Opt[string] `json:"phone,omitempty"`
			Bank    api.Opt[string] `json:"bank,omitempty"`
			Account api.Opt[string] `json:"account,omitempty"`
			Default api.Opt[bool]   `json:"is_default,omitempty"`
		}
	}
	textIn struct {
		Body struct {
			Text string `json:"text" maxLength:"8000"`
		}
	}
)

// ReadObject is what a text was recognised as; nothing is stored.
type ReadObject struct {
	Title   string `json:"title"`
	TaxID   string `json:"tax_id"`
	Doubt   string `json:"tax_id_doubt,omitempty"`
	Address string `json:"address"`
	Phone   string `json:"phone"`
	Bank    string `json:"bank"`
	Account string `json:"account"`
}

func (s *Service) api(a *api.API) {
	const tag = "invoice titles"
	api.Register(a, api.Op{Method: api.Get, Path: "/invoice-titles", Tag: tag, Summary: "List what customers' invoices are made out to"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/invoice-titles", Tag: tag, Summary: "Add an invoice title to a customer", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Post, Path: "/invoice-titles/recognition", Tag: tag, Summary: "Read an invoice title out of text; nothing is stored"}, s.apiRead)
	api.Register(a, api.Op{Method: api.Get, Path: "/invoice-titles/{id}", Tag: tag, Summary: "Read an invoice title"}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		t, err := s.Get(ctx, in.ID)
		return &api.Body[Object]{Body: object(t)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/invoice-titles/{id}", Tag: tag, Summary: "Change an invoice title"}, s.apiPatch)
	api.Remove(a, "/invoice-titles/{id}", tag, "Delete an invoice title, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, object), nil
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*api.Created[Object], error) {
	b := in.Body
	t, err := s.Create(ctx, Input{CustomerID: b.CustomerID, Title: b.Title, TaxID: b.TaxID, Address: b.Address, Phone: b.Phone, Bank: b.Bank, Account: b.Account, Default: b.Default})
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/invoice-titles/%d", api.Prefix, t.ID), Body: object(t)}, nil
}

func (s *Service) apiRead(ctx context.Context, in *textIn) (*api.Body[ReadObject], error) {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return nil, err
	}
	r := Recognise(in.Body.Text)
	return &api.Body[ReadObject]{Body: ReadObject{r.Title, r.TaxID, Doubt(r.TaxID), r.Address, r.Phone, r.Bank, r.Account}}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	now, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input := now.Input()
	for from, into := range map[*api.Opt[string]]*string{&in.Body.Title: &input.Title, &in.Body.TaxID: &input.TaxID, &in.Body.Address: &input.Address,
		&in.Body.Phone: &input.Phone, &in.Body.Bank: &input.Bank, &in.Body.Account: &input.Account} {
		from.Into(into)
	}
	in.Body.Default.Into(&input.Default)
	t, err := s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(t Title) any { return object(t) })
	}
	return &api.Body[Object]{Body: object(t)}, nil
}
