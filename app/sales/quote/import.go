package quote

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Directory finds customers by what the cells of a file call them.
type Directory interface {
	Names(ctx context.Context, tx *db.Tx, cells []string) (*customer.Names, error)
}

// Catalogue finds products by what the cells of a file call them.
type Catalogue interface {
	Names(ctx context.Context, tx *db.Tx, cells []string) (*product.Names, error)
}

// Importer tells how a table of quotes is brought in, one line of a quote a row.
// Neighbouring rows of the same number are one quote. What was sent elsewhere is
// history: it comes in as it stands, opens no link that anybody has and starts
// nothing; a draft can be changed by a file, what was sent cannot.
func (s *Service) Importer(customers Directory, products Catalogue) importer.Kind {
	return importer.Kind{
		Name: "quotes", Permission: Write, Href: "/quotes", Subject: "quote", Open: "/quotes/", Group: "quote_no", Missing: true,
		Columns: []importer.Column{
			{Name: "quote_no", Required: true, Synonyms: []string{"Quote no", "Quote number", "Quotation no", "Estimate number", "报价单号", "报价编号", "报价单编号"}},
			{Name: "quoted_on", Synonyms: []string{"Quoted on", "Quote date", "Quotation date", "Estimate date", "报价日期"}},
			{Name: "customer", Required: true, Synonyms: []string{"Account name", "Customer ID", "Customer No", "客户编号"}},
			{Name: "subject", Synonyms: []string{"Subject", "Quote name", "Title", "主题", "报价主题", "报价名称", "报价单标题"}},
			{Name: "valid_until", Synonyms: []string{"Valid until", "Expiration date", "Expiry date", "Valid till", "有效期至", "有效期", "到期日"}},
			{Name: "quote_state", Synonyms: []string{"Status", "State", "Stage", "Quote stage", "Quote status", "状态", "报价状态", "报价单状态"}},
			{Name: "product", Required: true},
			{Name: "product_code", Synonyms: []string{"SKU", "Stock code", "Product code", "Item no", "Article no", "货号", "商品编码", "产品编号", "规格编码"}},
			{Name: "unit"},
			{Name: "quantity", Number: true},
			{Name: "unit_price", Number: true},
			{Name: "discount", Synonyms: []string{"Discount", "Line discount", "Discount %", "折扣", "行折扣"}},
			{Name: "tax_rate", Synonyms: []string{"Tax rate", "VAT %", "Tax %", "税率", "税率%"}},
			{Name: "optional", Synonyms: []string{"Optional", "可选", "选配"}},
			{Name: "order_discount", Synonyms: []string{"Total discount", "Discount on everything", "整单折扣", "整单优惠"}},
			{Name: "prices_with_tax", Synonyms: []string{"Prices contain the tax", "Tax included", "Tax inclusive", "价格含税", "含税", "是否含税"}},
			{Name: "currency", Synonyms: []string{"Currency", "币种", "货币"}},
			{Name: "external_id", Synonyms: []string{"Quote ID", "Record ID", "报价单ID"}},
			{Name: "terms", Synonyms: []string{"Terms", "Terms and conditions", "条款", "条款说明", "交易条款"}},
		},
		Match: []string{"quote_no", "external_id"},
		More: func(ctx context.Context) ([]importer.Column, error) {
			return importer.OwnColumns(ctx, s.db.Reader(ctx), "quote")
		},
		Start: func(o importer.Options) importer.Work {
			return &importWork{s: s, o: o, customers: customers, products: products, ours: map[string]bool{}}
		},
	}
}

// importWork takes the quotes of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	products  Catalogue
	business  setting.Business
	added     custom.Record // the shop's own fields
	names     *customer.Names
	goods     *product.Names
	have      map[string]int64 // by name, of this batch
	elsewhere map[string]int64 // by what another system calls them
	ours      map[string]bool  // those that earlier batches of this run have taken
	made      map[string]bool  // those of this batch
}

// Begin finds the quotes, customers and products of all rows at once.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	if w.added, err = w.s.d.Fields.Record(ctx, tx, "quote"); err != nil {
		return err
	}
	var numbers, ids []string
	people, things := map[string]bool{}, map[string]bool{}
	for _, r := range batch {
		number, _ := named(r.Get("quote_no"))
		numbers, ids = append(numbers, number), append(ids, line(r.Get("external_id")))
		for _, row := range r.Rows {
			people[row.Get("customer")] = true
			things[line(row.Get("product"))] = true
			things[line(row.Get("product_code"))] = true
		}
	}
	w.made = map[string]bool{}
	if w.have, err = numbered(ctx, tx, numbers); err != nil {
		return err
	}
	if w.elsewhere, err = called(ctx, tx, ids); err != nil {
		return err
	}
	if w.names, err = w.customers.Names(ctx, tx, slices.Collect(maps.Keys(people))); err != nil {
		return err
	}
	w.goods, err = w.products.Names(ctx, tx, slices.Collect(maps.Keys(things)))
	return err
}

// Take makes or changes one quote, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	d, err := w.read(r)
	if err != nil {
		return 0, err
	}
	key := d.v.Name()
	if w.ours[key] || w.made[key] {
		return 0, wrong("quote_no", "import.problem.quote_apart", "value", clipped(key))
	}
	id := w.have[key]
	if id == 0 && d.v.ExternalID != "" && w.o.Matches("external_id") {
		id = w.elsewhere[string(d.v.ExternalID)]
	}
	r.Is(id)
	if id != 0 && w.o.On(r.Line) == importer.Skip {
		w.made[key] = true
		return importer.Skipped, nil
	}
	if id != 0 && w.o.On(r.Line) == importer.Create {
		return 0, wrong("quote_no", "error.taken")
	}
	if d.values, err = r.Own(ctx, tx, w.added); err != nil {
		return 0, err
	}
	if err := w.resolve(ctx, tx, r, &d); err != nil {
		return 0, err
	}
	if err := d.v.sum(); err != nil {
		return 0, columnErrors(err)
	}
	outcome := importer.Created
	if id == 0 {
		id, err = w.create(ctx, tx, d)
	} else {
		outcome, err = w.change(ctx, tx, id, d)
	}
	if err != nil {
		return 0, err
	}
	r.Is(id)
	w.made[key] = true
	return outcome, nil
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	maps.Copy(w.ours, w.made)
	return nil
}

// Resume finds the quotes that the rows before a break have taken.
func (w *importWork) Resume(ctx context.Context, tx *db.Tx, batch []*importer.Record, past importer.Past) error {
	var numbers []string
	for _, r := range batch {
		number, _ := named(r.Get("quote_no"))
		numbers = append(numbers, number)
	}
	have, err := numbered(ctx, tx, numbers)
	if err != nil {
		return err
	}
	written, err := past.Wrote(ctx, tx, "quote", slices.Collect(maps.Values(have)))
	for name, id := range have {
		w.ours[name] = w.ours[name] || written[id]
	}
	return err
}

// resolve finds what the rows name, or makes it. Whatever can fail of the rows
// themselves has failed before.
func (w *importWork) resolve(ctx context.Context, tx *db.Tx, r *importer.Record, d *draft) error {
	id, err := w.names.Find(d.customer)
	if err != nil {
		return err
	}
	if id == 0 && !w.o.CreateMissing {
		return wrong("customer", "import.problem.no_customer", "value", clipped(d.customer))
	}
	for i := range d.v.Lines {
		l, row := &d.v.Lines[i], r.Rows[i]
		code := line(row.Get("product_code"))
		p, found := w.goods.Coded(code, l.Name)
		switch {
		case found:
			l.ProductID, l.Name = db.ID(p.ID), p.Name
			if l.Unit == "" {
				l.Unit = p.Unit
			}
			if !d.priced[i] {
				l.UnitPrice = p.Price
			}
			if !row.Has("tax_rate") && d.v.WithTax { // contained, it changes no amount of the file
				l.TaxRate = p.TaxRate
			}
		case !d.priced[i]:
			return importer.At(row, wrong("unit_price", "error.required"))
		}
	}
	if id == 0 {
		if id, err = w.names.Must(ctx, tx, d.customer, true); err != nil {
			return err
		}
	}
	d.v.CustomerID = id
	return nil
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, d draft) (int64, error) {
	v := d.v
	v.UserID = db.ID(auth.From(ctx).UserID)
	w.added.Values = nil
	var err error
	if v.Values, err = w.added.Over(d.values); err != nil {
		return 0, err
	}
	token, nonce := w.s.tokens.fresh()
	v.Nonce = nonce
	if v.ID, err = insert(ctx, tx, v, token); err != nil {
		return 0, err
	}
	if v.State != Draft {
		if err := w.s.stand(ctx, tx, &v, w.business); err != nil {
			return 0, err
		}
	}
	if err := takeNumber(ctx, tx, v.Number); err != nil {
		return 0, err
	}
	journal.About(tx, "quote", v.ID, v.Name())
	return v.ID, w.s.history(ctx, tx, v, w.business)
}

// change makes a draft what the rows say; what was sent may only come again as
// it is.
func (w *importWork) change(ctx context.Context, tx *db.Tx, id int64, d draft) (importer.Outcome, error) {
	before, err := w.s.get(ctx, tx, auth.From(ctx).Scope(), id)
	if errs.Is(err, errs.NotFound) {
		return 0, errs.New(errs.Invalid, "import.problem.not_yours")
	}
	if err != nil {
		return 0, err
	}
	if d.v.CustomerID != before.CustomerID {
		return 0, wrong("customer", "order.error.other_customer")
	}
	v := before
	v.QuotedOn, v.WithTax, v.Lines = d.v.QuotedOn, d.v.WithTax, d.v.Lines
	if d.v.ExternalID != "" && v.ExternalID == "" {
		v.ExternalID = d.v.ExternalID
	}
	if d.has["subject"] {
		v.Title = d.v.Title
	}
	if d.has["valid_until"] {
		v.ValidUntil = d.v.ValidUntil
	}
	if d.has["order_discount"] {
		v.DiscountRate, v.DiscountAmount = d.v.DiscountRate, d.v.DiscountAmount
	}
	if d.has["terms"] {
		v.Terms = d.v.Terms
	}
	keepLines(v.Lines, before.Lines, d.has)
	w.added.Values = before.Values
	if v.Values, err = w.added.Over(d.values); err != nil {
		return 0, err
	}
	if err := v.sum(); err != nil {
		return 0, columnErrors(err)
	}
	if same(before, v) {
		return importer.Skipped, nil
	}
	if before.State != Draft {
		return 0, wrong("quote_no", "quote.error.sent_stays")
	}
	if v.WithTax != before.WithTax {
		return 0, wrong("prices_with_tax", "quote.error.with_tax_stays")
	}
	journal.About(tx, "quote", id, v.Name())
	if err := update(ctx, tx, before, v); err != nil {
		return 0, err
	}
	return importer.Updated, nil
}

// keepLines leaves what the file has no columns of as it is on lines of the same
// name.
func keepLines(lines, before []Line, has map[string]bool) {
	was := map[string]Line{}
	for _, l := range before {
		was[strings.ToLower(l.Name)] = l
	}
	for i := range lines {
		l := &lines[i]
		old, there := was[strings.ToLower(l.Name)]
		if !there {
			continue
		}
		if !has["unit"] {
			l.Unit = old.Unit
		}
		if !has["discount"] {
			l.DiscountRate, l.DiscountAmount = old.DiscountRate, old.DiscountAmount
		}
		if !has["tax_rate"] {
			l.TaxRate = old.TaxRate
		}
		if !has["optional"] {
			l.Optional = old.Optional
		}
		l.Chosen = old.Chosen
		if l.UnitPrice == old.UnitPrice {
			l.PriceList, l.PriceLeast = old.PriceList, old.PriceLeast
		}
	}
}

// same tells that nothing of a quote would change.
func same(a, b Quote) bool {
	if a.ExternalID != b.ExternalID || a.Title != b.Title || a.QuotedOn != b.QuotedOn || a.ValidUntil != b.ValidUntil || a.Discount() != b.Discount() || a.WithTax != b.WithTax || a.Terms != b.Terms ||
		len(a.Lines) != len(b.Lines) || a.Values.JSON() != b.Values.JSON() {
		return false
	}
	for i, l := range a.Lines {
		m := b.Lines[i]
		if l.Name != m.Name || l.Unit != m.Unit || l.Quantity != m.Quantity || l.UnitPrice != m.UnitPrice || l.Discount() != m.Discount() || l.TaxRate != m.TaxRate || l.Optional != m.Optional {
			return false
		}
	}
	return true
}

func wrong(column, key string, args ...any) error {
	c := &errs.Check{}
	c.Add(column, key, args...)
	return c.Err()
}

// stand puts a quote of before into the state in which it stands.
func (s *Service) stand(ctx context.Context, tx *db.Tx, v *Quote, b setting.Business) error {
	v.SentAt = db.At(v.QuotedOn.Time(b.Zone()))
	if v.State == Accepted || v.State == Declined {
		v.DecidedAt = v.SentAt
	}
	_, err := tx.Exec(ctx, sqlState, v.State, v.Gross, v.Discounts, v.Tax, v.Total, v.OrderID, v.SentAt, v.DecidedAt, v.Signer, v.Signature, v.Reason, db.At(tx.Now), v.ID)
	if err != nil {
		return fmt.Errorf("let quote %s stand as %s: %w", v.Number, v.State, err)
	}
	return nil
}

// history tells what became of a quote of before, on its own day.
func (s *Service) history(ctx context.Context, tx *db.Tx, v Quote, b setting.Business) error {
	f := v.fact()
	if err := s.d.Events.Publish(ctx, tx, Written{Fact: f}); err != nil || v.State == Draft {
		return err
	}
	f.At = v.QuotedOn.Time(b.Zone())
	if err := s.d.Events.Publish(ctx, tx, Left{f}); err != nil {
		return err
	}
	switch v.State {
	case Accepted:
		return s.d.Events.Publish(ctx, tx, Agreed{Fact: f})
	case Declined:
		return s.d.Events.Publish(ctx, tx, Refused{Fact: f})
	}
	return nil
}
