package order

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
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

// Importer tells how a table of orders is brought in, one line of an order a
// row. Rows that have the same number are one order.
func (s *Service) Importer(customers Directory, products Catalogue) importer.Kind {
	return importer.Kind{
		Name: "orders", Permission: Write, Href: "/orders", Subject: "order", Open: "/orders/", Group: "order_no", Missing: true,
		Columns: []importer.Column{
			{Name: "order_no", Required: true},
			{Name: "ordered_on", Required: true},
			{Name: "customer", Required: true, Synonyms: []string{"Customer ID", "Customer No", "客户编号", "会员号"}},
			{Name: "product", Required: true},
			{Name: "product_code", Synonyms: []string{"SKU", "StockCode", "Stock code", "Product code", "Item no", "Article no", "货号", "商品编码", "产品编号", "规格编码"}},
			{Name: "quantity", Number: true},
			{Name: "unit_price", Number: true},
			{Name: "status"},
			{Name: "discount", Synonyms: []string{"Discount", "Line discount", "Discount %", "折扣", "行折扣", "单品折扣"}},
			{Name: "tax_rate", Synonyms: []string{"Tax rate", "VAT %", "Tax %", "税率", "税率%"}},
			{Name: "order_discount", Synonyms: []string{"Total discount", "Discount on everything", "整单折扣", "整单优惠"}},
			{Name: "prices_with_tax", Synonyms: []string{"Prices contain the tax", "Tax included", "Tax inclusive", "价格含税", "含税", "是否含税"}},
			{Name: "deliver_on", Synonyms: []string{"Promised for", "Delivery date", "Promised date", "Ship by", "Required date", "承诺交货日", "承诺交期", "预计交货日期", "要求交货日期", "交期"}},
		},
		Match: []string{"order_no"},
		More: func(ctx context.Context) ([]importer.Column, error) {
			return importer.OwnColumns(ctx, s.db.Reader(ctx), "order")
		},
		Start: func(o importer.Options) importer.Work {
			return &importWork{s: s, o: o, customers: customers, products: products, ours: map[string]int64{}}
		},
	}
}

// importWork takes the orders of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	products  Catalogue
	business  setting.Business
	added     custom.Record // the shop's own fields
	names     *customer.Names
	goods     *product.Names
	have      map[string]int64 // by number, of this batch
	ours      map[string]int64 // those that earlier batches of this run have made or changed
	made      map[string]int64 // those of this batch
}

// virtual is the id of an order that a check would have made.
const virtual = -1

// Begin finds the orders, customers and products of all rows at once.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	if w.added, err = w.s.fields.Record(ctx, tx, "order"); err != nil {
		return err
	}
	var numbers []string
	people, things := map[string]bool{}, map[string]bool{}
	for _, r := range batch {
		numbers = append(numbers, plain(r.Get("order_no")))
		for _, row := range r.Rows {
			people[row.Get("customer")] = true
			things[plain(row.Get("product"))] = true
			things[plain(row.Get("product_code"))] = true
		}
	}
	w.made = map[string]int64{}
	if w.have, err = numbered(ctx, tx, numbers); err != nil {
		return err
	}
	if w.names, err = w.customers.Names(ctx, tx, keys(people)); err != nil {
		return err
	}
	w.goods, err = w.products.Names(ctx, tx, keys(things))
	return err
}

func keys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	return out
}

// Take makes, changes or passes over one order. Rows of an order that stand
// apart in the file come as several records: the later ones add their lines.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	number := plain(r.Get("order_no"))
	id, more := w.made[number]
	if !more {
		id, more = w.ours[number]
	}
	if !more {
		id = w.have[number]
	}
	r.Is(id)
	if id != 0 && !more && w.o.OnDuplicate == importer.Skip {
		return importer.Skipped, nil
	}
	d, err := w.read(r, number)
	if err != nil {
		return 0, err
	}
	if d.values, err = r.Own(ctx, tx, w.added); err != nil {
		return 0, err
	}
	if id != 0 && !more && w.o.OnDuplicate == importer.Create {
		return 0, wrong("order_no", "import.problem.order_exists", "value", clip(number))
	}
	if err := w.resolve(ctx, r, &d); err != nil {
		return 0, err
	}
	switch {
	case id == 0:
		err := w.create(ctx, tx, d)
		r.Is(w.made[d.in.Number])
		return importer.Created, err
	case id == virtual:
		return importer.Updated, nil
	}
	outcome, err := w.change(ctx, tx, id, d, more)
	if err != nil {
		return 0, err
	}
	if outcome == importer.Updated {
		w.made[number] = id // further rows add to what these have made of it
	}
	return outcome, nil
}

// Resume finds the orders that the rows before a break have made or changed:
// further rows add to them.
func (w *importWork) Resume(ctx context.Context, tx *db.Tx, batch []*importer.Record, past importer.Past) error {
	var numbers []string
	for _, r := range batch {
		numbers = append(numbers, plain(r.Get("order_no")))
	}
	have, err := numbered(ctx, tx, numbers)
	if err != nil {
		return err
	}
	written, err := past.Wrote(ctx, tx, "order_head", slices.Collect(maps.Values(have)))
	if err != nil {
		return err
	}
	for number, id := range have {
		if written[id] {
			w.ours[number] = id
		}
	}
	return nil
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	if w.o.Dry {
		for number := range w.made {
			w.ours[number] = virtual
		}
		return nil
	}
	maps.Copy(w.ours, w.made)
	return nil
}

// resolve finds what the rows name. It writes nothing: whatever can fail fails
// before something is made for the row.
func (w *importWork) resolve(ctx context.Context, r *importer.Record, d *draft) error {
	var err error
	d.in.CustomerID, err = w.names.Find(d.customer)
	if err != nil {
		return err
	}
	if d.in.CustomerID == 0 && !w.o.CreateMissing {
		return wrong("customer", "import.problem.no_customer", "value", clip(d.customer))
	}
	if d.in.CustomerID == 0 {
		if err := auth.From(ctx).May(customer.Write); err != nil {
			return err
		}
	}
	for i, l := range d.in.Lines {
		line := Line{Name: l.Name, Quantity: l.Quantity, DiscountRate: l.Discount.Rate, DiscountAmount: l.Discount.Amount}
		row := r.Rows[i]
		code := plain(row.Get("product_code"))
		p, found := w.goods.Coded(code, l.Name)
		d.codes = append(d.codes, code)
		switch {
		case found:
			line.ProductID, line.Name, line.Unit, line.UnitPrice = db.ID(p.ID), p.Name, p.Unit, p.Price
			if !w.business.TaxOnTop { // contained, it changes no amount of the file
				line.TaxRate = p.TaxRate
			}
		case !w.o.CreateMissing:
			return importer.At(row, wrong("product", "import.problem.no_product", "value", clip(l.Name)))
		case l.UnitPrice == nil:
			return importer.At(row, wrong("unit_price", "error.required"))
		default:
			if err := w.goods.MayCreate(ctx); err != nil {
				return err
			}
		}
		if l.UnitPrice != nil {
			line.UnitPrice = *l.UnitPrice
		}
		if l.TaxRate != nil {
			line.TaxRate = *l.TaxRate
		}
		d.lines = append(d.lines, line)
	}
	sums := d.order(w.business)
	return columnErrors(sums.sum())
}

// make makes the customer and the products that are missing.
func (w *importWork) make(ctx context.Context, tx *db.Tx, d *draft) error {
	var err error
	if d.in.CustomerID, err = w.names.Must(ctx, tx, d.customer, w.o.CreateMissing); err != nil {
		return err
	}
	for i := range d.lines {
		l := &d.lines[i]
		if l.ProductID != 0 {
			continue
		}
		p, found := w.goods.Coded(d.codes[i], l.Name) // an earlier line of the order may have made it
		if !found {
			if p, err = w.goods.Create(ctx, d.codes[i], l.Name, max(0, l.UnitPrice)); err != nil {
				return err
			}
		}
		l.ProductID, l.Unit = db.ID(p.ID), p.Unit
	}
	return nil
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, d draft) error {
	if err := w.make(ctx, tx, &d); err != nil {
		return err
	}
	o := d.order(w.business)
	o.UserID = db.ID(auth.From(ctx).UserID)
	err := o.sum()
	if err != nil {
		return columnErrors(err)
	}
	w.added.Values = nil
	if o.Values, err = w.added.Over(d.values); err != nil {
		return err
	}
	if err := insert(ctx, tx, &o); err != nil {
		return columnErrors(err)
	}
	w.made[o.Number], w.have[o.Number] = o.ID, o.ID
	fact := o.fact(moment(o.OrderedOn, tx.Now, w.business.Zone()))
	switch o.Status {
	case Draft:
		return w.s.events.Publish(ctx, tx, Drafted{fact})
	case Cancelled:
		return w.s.events.Publish(ctx, tx, Cancelling{fact})
	}
	if o.Return() {
		return w.s.events.Publish(ctx, tx, Returned{fact})
	}
	if err := w.s.events.Publish(ctx, tx, Placed{fact}); err != nil || o.Status != Completed || tx.Now.Sub(fact.At) > tooOld*24*time.Hour {
		return err // nobody asks about history: it needs no second fact
	}
	return w.s.events.Publish(ctx, tx, Finished{fact})
}

// change makes an order what the rows say, or, for rows that stand apart, adds
// their lines to it.
func (w *importWork) change(ctx context.Context, tx *db.Tx, id int64, d draft, more bool) (importer.Outcome, error) {
	before, err := get(ctx, tx, auth.From(ctx).Scope(), id)
	if errs.Is(err, errs.NotFound) {
		return 0, errs.New(errs.Invalid, "import.problem.not_yours")
	}
	if err != nil {
		return 0, err
	}
	if d.in.CustomerID != before.CustomerID {
		return 0, wrong("customer", "order.error.other_customer")
	}
	o := before
	if more {
		o.Lines = append(o.Lines[:len(o.Lines):len(o.Lines)], d.lines...)
		if len(o.Lines) > MaxLines {
			return 0, wrong("order_no", "error.many", "n", MaxLines)
		}
		if err = o.sum(); err != nil {
			return 0, columnErrors(err)
		}
	} else {
		d.keep(before)
		o.OrderedOn, o.DeliverOn, o.Lines = d.in.OrderedOn, d.in.DeliverOn, d.lines
		o.DiscountRate, o.DiscountAmount, o.WithTax = d.in.Discount.Rate, d.in.Discount.Amount, *d.in.WithTax
		if err = o.sum(); err != nil {
			return 0, columnErrors(err)
		}
		if d.status {
			o.Status = d.in.Status
		}
		w.added.Values = before.Values
		if o.Values, err = w.added.Over(d.values); err != nil {
			return 0, err
		}
		if o.DueOn != "" && o.DueOn < o.OrderedOn {
			return 0, wrong("ordered_on", "order.error.due_before")
		}
		if o.DeliverOn != "" && o.DeliverOn < o.OrderedOn {
			return 0, wrong("deliver_on", "order.error.due_before")
		}
		if err := mayBecome(before.Status, o.Status); err != nil {
			return 0, err
		}
		if same(before, o) {
			return importer.Skipped, nil
		}
	}
	if err := w.make(ctx, tx, &d); err != nil {
		return 0, err
	}
	copy(o.Lines[len(o.Lines)-len(d.lines):], d.lines)
	_, err = w.s.save(ctx, tx, before, o, w.business)
	return importer.Updated, err
}

// same tells that nothing of an order would change.
func same(a, b Order) bool {
	if a.OrderedOn != b.OrderedOn || a.DeliverOn != b.DeliverOn || a.WithTax != b.WithTax || a.Discount() != b.Discount() || a.Status != b.Status || len(a.Lines) != len(b.Lines) || a.Values.JSON() != b.Values.JSON() {
		return false
	}
	for i, l := range a.Lines {
		m := b.Lines[i]
		if l.Name != m.Name || l.Quantity != m.Quantity || l.UnitPrice != m.UnitPrice || l.Discount() != m.Discount() || l.TaxRate != m.TaxRate {
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

// draft is what the rows of an order say.
type draft struct {
	in       Input
	customer string
	status   bool // a row names one
	lines    []Line
	codes    []string      // of their products, as the file has them
	values   custom.Values // of the shop's own fields

	// The columns that the file has at all: what it does not tell stays as it is.
	deliver, off, taxed, lineOff bool
}

// order is a new order as the rows say it.
func (d draft) order(b setting.Business) Order {
	o := Order{Number: d.in.Number, CustomerID: d.in.CustomerID, OrderedOn: d.in.OrderedOn, DeliverOn: d.in.DeliverOn, Status: d.in.Status, Currency: b.Currency,
		WithTax: !b.TaxOnTop, DiscountRate: d.in.Discount.Rate, DiscountAmount: d.in.Discount.Amount, Lines: d.lines}
	if d.in.WithTax != nil {
		o.WithTax = *d.in.WithTax
	}
	return o
}

// keep leaves what the file has no columns of as it is in an order.
func (d *draft) keep(o Order) {
	if !d.deliver {
		d.in.DeliverOn = o.DeliverOn
	}
	if !d.off {
		d.in.Discount = o.Discount()
	}
	if d.in.WithTax == nil {
		d.in.WithTax = &o.WithTax
	}
	was := map[string]Line{}
	for _, l := range o.Lines {
		was[strings.ToLower(l.Name)] = l
	}
	for i := range d.lines {
		l := &d.lines[i]
		old, there := was[strings.ToLower(l.Name)]
		if !there {
			continue
		}
		if !d.taxed {
			l.TaxRate = old.TaxRate
		}
		if !d.lineOff {
			l.DiscountRate, l.DiscountAmount = old.DiscountRate, old.DiscountAmount
		}
	}
}
