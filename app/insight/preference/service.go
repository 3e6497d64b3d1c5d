package preference

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// The permissions by which others let their rows be seen.
const (
	readOrders    = "order.read"
	readExchanges = "followup.read"
)

// Customers finds the customer among those that the actor may see.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
}

// Service holds the use case; it follows the permissions of what it counts.
type Service struct {
	db        *db.DB
	customers Customers
	fields    *custom.Book
}

// New makes the service.
func New(d *db.DB, customers Customers, fields *custom.Book) *Service {
	return &Service{d, customers, fields}
}

// Of is what a customer likes, as far as the actor may see what shows it.
func (s *Service) Of(ctx context.Context, id int64) (Preferences, error) {
	p := Preferences{CustomerID: id}
	if _, err := s.customers.MustSee(ctx, id); err != nil {
		return p, err
	}
	q := s.db.Reader(ctx)
	var h head
	if err := db.OrNotFound(q.Get(ctx, &h, sqlHead, id)); err != nil {
		return p, err
	}
	if err := q.Select(ctx, &p.Tags, sqlTags, id); err != nil {
		return p, fmt.Errorf("read what customer %d said they like: %w", id, err)
	}
	if err := s.stated(ctx, q, &p, h.Values); err != nil {
		return p, err
	}
	if p.NoProfiling = h.NoProfiling; p.NoProfiling {
		return p, nil
	}
	actor := auth.From(ctx)
	if actor.Can(readOrders) {
		if err := s.purchases(ctx, q, &p); err != nil {
			return p, err
		}
	}
	if actor.Can(readExchanges) {
		return p, s.exchanges(ctx, q, &p)
	}
	return p, nil
}

// stated keeps of the added fields those that were ticked for it and hold
// something; a sealed one stays where it can be opened.
func (s *Service) stated(ctx context.Context, q db.Q, p *Preferences, values custom.Values) error {
	record, err := s.fields.Of(ctx, q, "customer", values)
	if err != nil {
		return err
	}
	var set custom.Set
	for _, f := range record.Set {
		if f.Preference && !f.Sensitive && len(record.Strings(f)) > 0 {
			set = append(set, f)
		}
	}
	p.Added, p.Added.Set = record, set
	return nil
}

func (s *Service) purchases(ctx context.Context, q db.Q, p *Preferences) error {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	if p.Basis, err = basis(ctx, q, p.CustomerID, since(s.db.Now(), b.Zone())); err != nil || p.Basis.Orders < MinOrders {
		return err
	}
	add := func(kind, filter string, one bought) {
		value := one.Name
		if one.ProductID != 0 {
			filter, value = "product_id", strconv.FormatInt(one.ProductID, 10)
		}
		p.Derived = append(p.Derived, Finding{Kind: kind, Name: one.Name, ProductID: one.ProductID, N: one.N, Of: p.Basis.Orders, Returned: one.Returned,
			Since: p.Basis.Since, Rows: p.orders(filter, value)})
	}
	products, err := items(ctx, q, sqlProducts, p.CustomerID, p.Basis.Since)
	if err != nil {
		return err
	}
	for _, one := range products {
		add(Product, "product", one)
	}
	categories, err := items(ctx, q, sqlCategories, p.CustomerID, p.Basis.Since)
	if err != nil {
		return err
	}
	for _, one := range categories {
		add(Category, "category", one)
	}
	days, err := shares(ctx, q, sqlDays, p.CustomerID, p.Basis.Since)
	if err != nil {
		return err
	}
	if day, ok := favourite(days, p.Basis.Orders); ok {
		add(Weekday, "weekday", bought{Name: day.Name, N: day.N})
	}
	return nil
}

func (s *Service) exchanges(ctx context.Context, q db.Q, p *Preferences) error {
	from := s.db.Now().AddDate(-windowYears, 0, 0)
	channels, err := shares(ctx, q, sqlChannels, p.CustomerID, db.At(from), windowRows)
	if err != nil {
		return err
	}
	one, all, ok := usual(channels)
	p.Basis.Exchanges = all
	if ok {
		rows := url.Values{"filter[customer_id][eq]": {strconv.FormatInt(p.CustomerID, 10)}, "filter[channel][eq]": {one.Name}, "scope": {"all"}, "filter[at][gte]": {from.UTC().Format(time.DateOnly)}}
		p.Derived = append(p.Derived, Finding{Kind: Channel, Name: one.Name, N: one.N, Of: all, Rows: "/follow-ups/said?" + rows.Encode()})
	}
	return nil
}
