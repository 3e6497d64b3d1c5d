package evaluation

import (
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) ownRoutes(r *web.Router) {
	r.Get(home+"/own", Write, s.showOwns)
	r.Get(home+"/own/new", Write, s.showNewOwn)
	r.Post(home+"/own", Write, s.makeOwn)
	r.Get(home+"/own/:id", Write, s.showOwn)
	r.Post(home+"/own/:id", Write, s.redoOwn)
	r.Post(home+"/own/:id/delete", Write, s.dropOwn)
	r.Get(home+"/checks", Fill, s.showEnding)
	r.Get(home+"/checks/:id", Fill, s.showCheckAt)
	r.Get("/customers/:id/checklists", Fill, s.showChecklists)
	r.Post("/customers/:id/checklists/:dimension", Fill, s.answer)
}

// listed tells whether there is a checklist that the reader may fill in.
func (s *Service) listed(ctx context.Context) (bool, error) {
	if !auth.From(ctx).Can(Fill) {
		return false, nil
	}
	owns, err := ownsOf(ctx, s.db.Reader(ctx))
	return slices.ContainsFunc(owns, func(o Own) bool { return o.Kind == ByChecklist }), err
}

// ownsBody feeds the list of the shop's own dimensions.
type ownsBody struct {
	tabs
	List   []Own
	Latest Model
	Fields map[int64]fieldWords
	Full   bool
}

// State says whether a dimension is weighed, and as it stands now.
func (b ownsBody) State(d view.Data, o Own) string {
	used, ok := ownAt(b.Latest.Own, o.Key())
	switch {
	case !ok:
		return d.Locale.T("evaluation.own.unused")
	case !used.same(o):
		return d.Locale.T("evaluation.own.changed")
	}
	return d.Locale.T("evaluation.weighs", "n", d.Locale.Decimal(b.Latest.Weights[o.Key()], 0))
}

// Made says what a dimension is made of.
func (b ownsBody) Made(d view.Data, o Own) string { return made(d.Locale, o, b.Fields[o.Field]) }

// fieldWords are what is said of an added field.
type fieldWords struct {
	Name     string
	Currency string // of an amount
	Unfit    string // why nobody is judged by it
}

func made(l *i18n.Locale, o Own, field fieldWords) string {
	number := func(v float64) string { return l.Decimal(v, places(v)) }
	if field.Currency != "" {
		number = func(v float64) string { return l.Money(minor(v, field.Currency), field.Currency) }
	}
	scale := l.T("evaluation.own.scale", "low", number(o.Low), "high", number(o.High))
	switch o.Kind {
	case ByField:
		if field.Name == "" {
			field.Name = l.T("customfield.gone")
		}
		text := l.T("evaluation.own.made.field", "field", field.Name, "scale", scale)
		if field.Unfit != "" {
			text += " " + l.T("evaluation.own.shut_because", "why", l.T("evaluation.unfit."+field.Unfit))
		}
		return text
	case ByCount:
		return l.T("evaluation.own.made.count", "what", l.T("evaluation.own.counted."+o.Counted), "months", o.Months, "scale", scale)
	}
	return l.T("evaluation.own.made.checklist", "n", len(o.Items), "need", o.Need, "days", o.Days)
}

func places(v float64) int {
	if v == math.Trunc(v) {
		return 0
	}
	return 2
}

func (s *Service) showOwns(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	if err := mayDecide(ctx); err != nil {
		return err
	}
	b := ownsBody{tabs: tabs{"model", true}}
	d, m, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	b.List, b.Latest, b.Full = d.Own, m, len(d.Own) >= maxOwn
	if b.Fields, err = s.fieldNames(ctx, web.Locale(c)); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/own-list", Title: "evaluation.own", Body: b})
}

// minor is an amount in whole units as money is kept.
func minor(v float64, currency string) int64 {
	return int64(math.Round(v * math.Pow10(money.Digits(currency))))
}

func (s *Service) fieldNames(ctx context.Context, l *i18n.Locale) (map[int64]fieldWords, error) {
	added, err := s.book.Record(ctx, s.db.Reader(ctx), "customer")
	out := map[int64]fieldWords{}
	for _, f := range added.Set {
		w := fieldWords{Name: f.Name(l.Tag()), Unfit: unfit(f, added.Set)}
		if added.Shape(f) == custom.Money {
			w.Currency = added.Currency
		}
		out[f.ID] = w
	}
	return out, err
}

// shutFields are the fields by which nobody is judged although they could be, with
// the reason, in the reader's language.
func shutFields(l *i18n.Locale, added custom.Record) []string {
	var out []string
	for _, f := range added.Set {
		useful := f.Kind == custom.Choice || numeric(added, f)
		if why := unfit(f, added.Set); why != "" && (useful || f.Unscored) {
			out = append(out, l.T("evaluation.own.refused", "field", f.Name(l.Tag()), "why", l.T("evaluation.unfit."+why)))
		}
	}
	return out
}

// ownForm is what was typed.
type ownForm struct {
	Own
	LowText, HighText string
}

// ownBody feeds the form of a dimension.
type ownBody struct {
	tabs
	Options  struct{ Fields, Counted, Sides []view.Option }
	Refused  []string // fields by which nobody is judged, and why
	Amounts  bool     // some fields are money
	Currency string
	Rows     []Item
	InUse    bool
	Delete   bool
}

func (s *Service) showNewOwn(c *fiber.Ctx) error {
	o := Own{Kind: c.Query("kind", ByChecklist), Months: 12, Need: 1, Days: 180, Counted: "visit", Low: 0, High: 10}
	if !slices.Contains(OwnKinds, o.Kind) {
		o.Kind = ByChecklist
	}
	return s.ownPage(c, ownForm{o, plain(o.Low), plain(o.High)}, nil)
}

func (s *Service) showOwn(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	o, err := s.Own(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.ownPage(c, ownForm{o, plain(o.Low), plain(o.High)}, nil)
}

func (s *Service) ownPage(c *fiber.Ctx, f ownForm, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	if err := mayDecide(ctx); err != nil {
		return err
	}
	b := ownBody{tabs: tabs{"model", true}, Delete: f.ID != 0}
	added, err := s.book.Record(ctx, s.db.Reader(ctx), "customer")
	if err != nil {
		return err
	}
	b.Refused, b.Currency = shutFields(l, added), added.Currency
	for _, field := range added.Set {
		if !numeric(added, field) || unfit(field, added.Set) != "" {
			continue
		}
		label := field.Name(l.Tag())
		if added.Shape(field) == custom.Money {
			b.Amounts = true
			label = l.T("evaluation.own.amount_in", "field", label, "currency", added.Currency)
		}
		b.Options.Fields = append(b.Options.Fields, view.Option{Value: strconv.FormatInt(field.ID, 10), Label: label})
	}
	for _, what := range Counted {
		b.Options.Counted = append(b.Options.Counted, view.Option{Value: what, Label: l.T("evaluation.own.counted." + what)})
	}
	for _, side := range Sides {
		key := "evaluation." + side
		if side == "" {
			key = "evaluation.own.neither"
		}
		b.Options.Sides = append(b.Options.Sides, view.Option{Value: side, Label: l.T(key)})
	}
	b.Rows = slices.Clone(f.Items)
	for blank := 0; blank < 3 && len(b.Rows) < maxItems; blank++ {
		b.Rows = append(b.Rows, Item{Weight: 1})
	}
	if f.ID != 0 {
		m, err := s.Latest(ctx)
		if err != nil {
			return err
		}
		b.InUse = slices.Contains(m.Keys(), f.Key())
	}
	page := web.Page{Name: "insight/own", Title: "evaluation.own.new", Body: b, Form: f, Err: problem}
	if f.ID != 0 {
		page.Title, page.Heading = "", f.Name(l.Tag())
	}
	return web.Render(c, page)
}

func typedOwn(c *fiber.Ctx) ownForm {
	f := ownForm{LowText: c.FormValue("low"), HighText: c.FormValue("high")}
	f.Own = Own{Kind: c.FormValue("kind"), NameEN: c.FormValue("name_en"), NameZH: c.FormValue("name_zh"), About: c.FormValue("about"), Side: c.FormValue("side"), Counted: c.FormValue("counted")}
	whole := func(name string) int {
		n, err := strconv.Atoi(c.FormValue(name))
		if err != nil {
			return 0
		}
		return n
	}
	f.Field, f.Months, f.Need, f.Days = int64(whole("field")), whole("months"), whole("need"), whole("days")
	f.Version = int64(whole("version"))
	for text, to := range map[string]*float64{f.LowText: &f.Low, f.HighText: &f.High} {
		v, err := number(text)
		if err != nil && f.Kind != ByChecklist {
			v = math.NaN()
		}
		*to = v
	}
	args := c.Request().PostArgs()
	ids, texts, weights := args.PeekMulti("item_id"), args.PeekMulti("item_text"), args.PeekMulti("item_weight")
	for i := range min(len(texts), 4*maxItems) {
		item := Item{Text: string(texts[i]), Weight: 1}
		if i < len(ids) {
			item.ID, _ = strconv.ParseInt(string(ids[i]), 10, 64)
		}
		if i < len(weights) {
			v, err := number(string(weights[i]))
			if err != nil {
				v = math.NaN()
			}
			item.Weight = v
		}
		f.Items = append(f.Items, item)
	}
	return f
}

func (s *Service) makeOwn(c *fiber.Ctx) error {
	f := typedOwn(c)
	o, err := s.Make(web.Ctx(c), f.Own)
	if err != nil {
		return s.ownPage(c, f, err)
	}
	return web.Done(c, home+"/own", "evaluation.own.made", "name", o.Name(web.Locale(c).Tag()))
}

func (s *Service) redoOwn(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	before, err := s.Own(web.Ctx(c), id)
	if err != nil {
		return err
	}
	f := typedOwn(c)
	f.ID, f.Kind = id, before.Kind
	o, err := s.Redo(web.Ctx(c), id, f.Version, f.Own)
	if err != nil {
		return s.ownPage(c, f, err)
	}
	return web.Done(c, home+"/own", "evaluation.own.saved", "name", o.Name(web.Locale(c).Tag()))
}

func (s *Service) dropOwn(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	o, err := s.Own(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if err := s.Drop(web.Ctx(c), id); err != nil {
		return s.ownPage(c, ownForm{o, plain(o.Low), plain(o.High)}, err)
	}
	return web.Done(c, home+"/own", "evaluation.own.deleted", "name", o.Name(web.Locale(c).Tag()))
}

// groupOptions are the groups that may be weighed otherwise.
func (s *Service) groupOptions(ctx context.Context, l *i18n.Locale) ([]view.Option, error) {
	var out []view.Option
	add := func(g Group) { out = append(out, view.Option{Value: g.Mark(), Label: g.Words(l)}) }
	for _, level := range Grades {
		add(Group{By: byLevel, Of: level})
	}
	add(Group{By: byKind, Of: "company"})
	add(Group{By: byKind, Of: "person"})
	set, err := custom.Of(ctx, s.db.Reader(ctx), "customer")
	for _, f := range set {
		if f.Kind != custom.Choice || unfit(f, set) != "" {
			continue
		}
		for _, choice := range f.Choices[:min(len(f.Choices), 50)] {
			add(Group{By: f.Slot(), Of: choice, NameEN: f.NameEN, NameZH: f.NameZH})
		}
	}
	return out, err
}
