package product

import (
	"context"
	"reflect"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
)

// Importer tells how a table of products is brought in.
func (s *Service) Importer() importer.Kind {
	return importer.Kind{
		Name: "products", Permission: Write, Href: "/products", Subject: "product", Open: "/products/",
		Columns: []importer.Column{
			{Name: "code"},
			{Name: "name", Required: true, Synonyms: []string{"Product", "Product name", "Item", "Article", "产品", "商品", "产品名称", "商品名称", "品名"}},
			{Name: "unit"}, {Name: "price", Number: true, Synonyms: []string{"Sales price", "销售价", "标准价"}}, {Name: "category", Synonyms: []string{"Series", "系列"}}, {Name: "tax_rate", Number: true}, {Name: "stock_note"},
			{Name: "warranty_months", Number: true}, {Name: "use_up_days", Number: true}, {Name: "cost", Number: true},
			{Name: "once", Synonyms: []string{"Bought once", "Bought once only", "One is enough", "只买一次", "一次性购买"}},
		},
		Match: []string{"code", "name"},
		More: func(ctx context.Context) ([]importer.Column, error) {
			return importer.OwnColumns(ctx, s.db.Reader(ctx), "product")
		},
		Start: func(o importer.Options) importer.Work { return &importWork{s: s, o: o, seen: newKnown()} },
	}
}

// importWork takes the products of one run.
type importWork struct {
	s        *Service
	o        importer.Options
	currency string
	added    custom.Record // the shop's own fields
	knows    bool          // what products cost
	have     known         // of this batch
	seen     known         // of a check's earlier batches, which were rolled back
	made     []Product     // what this batch adds to that
}

// virtual is the id of a product that a check would have made.
const virtual = -1

// Begin looks up at once which products the rows may mean.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	w.currency, w.made, w.knows = business.Currency, nil, auth.From(ctx).Can(Cost)
	if w.added, err = w.s.fields.Record(ctx, tx, "product"); err != nil {
		return err
	}
	codes, names := map[string]bool{}, map[string]bool{}
	for _, r := range batch {
		in := Input{Code: r.Get("code"), Name: r.Get("name")}
		in.Clean()
		codes[in.Code], names[in.Name] = true, true
	}
	if w.have, err = lookUp(ctx, tx, codes, names); err != nil {
		return err
	}
	for _, p := range w.seen.byCode {
		w.have.add(p)
	}
	for _, list := range w.seen.byName {
		for _, p := range list {
			w.have.add(p)
		}
	}
	return nil
}

// Take makes, changes or passes over one product.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	in, err := w.input(r)
	if err != nil {
		return 0, err
	}
	if in.values, err = r.Own(ctx, tx, w.added); err != nil {
		return 0, err
	}
	p, found, err := w.match(in)
	if err != nil {
		return 0, err
	}
	switch {
	case !found || w.o.On(r.Line) == importer.Create:
		made, err := w.create(ctx, tx, in)
		r.Is(made)
		return importer.Created, err
	case w.o.On(r.Line) == importer.Skip:
		r.Is(p.ID)
		return importer.Skipped, nil
	case p.ID == virtual:
		return importer.Updated, nil
	}
	r.Is(p.ID)
	return w.update(ctx, tx, p, r.Line, in)
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	if w.o.Dry {
		for _, p := range w.made {
			p.ID = virtual
			w.seen.add(p)
		}
	}
	return nil
}

func (w *importWork) input(r *importer.Record) (Input, error) {
	in := Input{Code: r.Get("code"), Name: r.Get("name"), Unit: r.Get("unit"), Category: r.Get("category"), StockNote: r.Get("stock_note"), Active: true}
	in.Clean()
	c := &errs.Check{}
	w.figures(c, r, &in)
	if cell := r.Get("once"); cell != "" {
		once, ok := r.Yes("once")
		in.Once, in.onceSaid = once, true
		c.That(ok, "once", "import.problem.yes", "value", clip(cell))
	}
	if cell := r.Get("price"); cell != "" {
		var ok bool
		in.Price, ok = Amount(r.Row, "price", w.currency)
		c.That(ok && in.Price >= 0, "price", "import.problem.amount", "value", clip(cell), "currency", w.currency)
	}
	if err := c.Err(); err != nil {
		return in, err
	}
	return in, in.Validate()
}

// figures reads what a row says in numbers. What a product cost is passed over
// for whoever may not know it.
func (w *importWork) figures(c *errs.Check, r *importer.Record, in *Input) {
	for name, dst := range map[string]*int{"warranty_months": &in.Warranty, "use_up_days": &in.UseUpDays} {
		if cell := r.Get(name); cell != "" {
			q, err := ParseQuantity(cell)
			c.That(err == nil && q%money.One == 0, name, "error.number")
			*dst = int(q / money.One)
		}
	}
	var err error
	in.TaxRate, err = pricing.ParseRate(r.Get("tax_rate"))
	c.That(err == nil, "tax_rate", "error.percent")
	if cell := r.Get("cost"); cell != "" && w.knows {
		cost, ok := Amount(r.Row, "cost", w.currency)
		c.That(ok && cost >= 0, "cost", "import.problem.amount", "value", clip(cell), "currency", w.currency)
		in.Cost = &cost
	}
}

// Amount reads a cell as money in a currency. Orders read theirs the same way.
func Amount(r *importer.Row, column, currency string) (int64, bool) {
	decimal, ok := r.Decimal(column)
	if !ok {
		return 0, false
	}
	minor, err := money.Parse(decimal, currency)
	return minor, err == nil
}

func clip(s string) string {
	if rs := []rune(s); len(rs) > maxShort {
		return string(rs[:maxShort]) + "…"
	}
	return s
}

// match is the product that a row means: the one of its code, or else of its
// name unless that one has another code.
func (w *importWork) match(in Input) (Product, bool, error) {
	if p, ok := w.have.byCode[in.Code]; ok && in.Code != "" && w.o.Matches("code") {
		return p, true, nil
	}
	if !w.o.Matches("name") {
		return Product{}, false, nil
	}
	var same []Product
	for _, p := range w.have.byName[strings.ToLower(in.Name)] {
		if in.Code == "" || p.Code == "" {
			same = append(same, p)
		}
	}
	switch len(same) {
	case 0:
		return Product{}, false, nil
	case 1:
		return same[0], true, nil
	}
	c := &errs.Check{}
	c.Add("name", "import.problem.two_products", "value", clip(in.Name))
	return Product{}, false, c.Err()
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	var err error
	w.added.Values = nil
	if in.values, err = w.added.Over(in.values); err != nil {
		return 0, err
	}
	id, err := insert(ctx, tx, in)
	if err != nil {
		return 0, err
	}
	p := Product{Values: in.values, ID: id, Code: db.Null(in.Code), Name: in.Name, Unit: in.Unit, Price: in.Price, Category: in.Category, TaxRate: in.TaxRate,
		StockNote: in.StockNote, Warranty: in.Warranty, UseUpDays: in.UseUpDays, Once: in.Once, Active: true}
	w.have.add(p)
	w.made = append(w.made, p)
	return id, w.s.events.Publish(ctx, tx, Created{id})
}

// update writes what the row says over what is there, where that is to win;
// what it leaves empty stays.
func (w *importWork) update(ctx context.Context, tx *db.Tx, p Product, line int, in Input) (importer.Outcome, error) {
	old := p.Input()
	merged := old
	for _, f := range []struct {
		column string
		dst    *string
		src    string
	}{{"code", &merged.Code, in.Code}, {"name", &merged.Name, in.Name}, {"unit", &merged.Unit, in.Unit}, {"category", &merged.Category, in.Category}, {"stock_note", &merged.StockNote, in.StockNote}} {
		if f.src != "" && w.o.Takes(line, f.column, *f.dst == "") {
			*f.dst = f.src
		}
	}
	if in.Price != 0 && w.o.Takes(line, "price", old.Price == 0) {
		merged.Price = in.Price
	}
	if in.TaxRate != 0 && w.o.Takes(line, "tax_rate", old.TaxRate == 0) {
		merged.TaxRate = in.TaxRate
	}
	if in.Warranty != 0 && w.o.Takes(line, "warranty_months", old.Warranty == 0) {
		merged.Warranty = in.Warranty
	}
	if in.UseUpDays != 0 && w.o.Takes(line, "use_up_days", old.UseUpDays == 0) {
		merged.UseUpDays = in.UseUpDays
	}
	if in.Cost != nil && *in.Cost != p.Cost && w.o.Takes(line, "cost", p.Cost == 0) {
		merged.Cost = in.Cost
	}
	if in.onceSaid && w.o.Takes(line, "once", !old.Once) {
		merged.Once = in.Once
	}
	w.added.Values = old.values
	var err error
	if merged.values, err = w.added.Over(w.o.Own(line, w.added, in.values)); err != nil {
		return 0, err
	}
	if reflect.DeepEqual(merged, old) {
		return importer.Skipped, nil
	}
	if err := update(ctx, tx, p.ID, merged); err != nil {
		return 0, err
	}
	p.Values = merged.values
	p.Code, p.Name, p.Unit, p.Price, p.Category = db.Null(merged.Code), merged.Name, merged.Unit, merged.Price, merged.Category
	p.TaxRate, p.StockNote, p.Warranty, p.UseUpDays, p.Once = merged.TaxRate, merged.StockNote, merged.Warranty, merged.UseUpDays, merged.Once
	if merged.Cost != nil {
		p.Cost = *merged.Cost
	}
	w.have.add(p)
	return importer.Updated, w.s.events.Publish(ctx, tx, Changed{p.ID})
}

// Names finds the products that the rows of another import name, by code or
// by name in any case of letters; a name that only one product has but for spaces
// and hyphens is that one. All with three queries.
type Names struct {
	s     *Service
	found known
}

// Names looks up everything that these cells may mean.
func (s *Service) Names(ctx context.Context, tx *db.Tx, cells []string) (*Names, error) {
	asked := map[string]bool{}
	for _, cell := range cells {
		asked[cell] = true
	}
	found, err := lookUp(ctx, tx, asked, asked)
	if err == nil {
		err = found.alike(ctx, tx, asked)
	}
	return &Names{s, found}, err
}

// Find is the product that a cell means.
func (n *Names) Find(cell string) (Product, bool) {
	if p, ok := n.found.byCode[cell]; ok {
		return p, true
	}
	if list := n.found.byName[strings.ToLower(cell)]; len(list) > 0 {
		return list[0], true
	}
	if list := n.found.closed[closedUp(cell)]; len(list) == 1 {
		return list[0], true
	}
	return Product{}, false
}

// MayCreate tells whether the actor may make what is not there.
func (n *Names) MayCreate(ctx context.Context) error { return auth.From(ctx).May(Write) }

// Coded is the product that a code and a name mean: the one of that code, else
// the one of that name if it has no other code.
func (n *Names) Coded(code, name string) (Product, bool) {
	if code == "" {
		return n.Find(name)
	}
	if p, ok := n.found.byCode[code]; ok {
		return p, true
	}
	for _, p := range n.found.byName[strings.ToLower(name)] {
		if p.Code == "" {
			return p, true
		}
	}
	return Product{}, false
}

// Create makes a product of which a name and a price are known, and perhaps a
// code.
func (n *Names) Create(ctx context.Context, code, name string, price int64) (Product, error) {
	p, err := n.s.Create(ctx, Input{Code: code, Name: name, Price: price, Active: true})
	if err != nil {
		return p, err
	}
	n.found.add(p)
	return p, nil
}
