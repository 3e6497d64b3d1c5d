package customer

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
)

// Importer tells how a table of customers is brought in.
func (s *Service) Importer() importer.Kind {
	return importer.Kind{
		Name: "customers", Permission: Write, Href: "/customers", Open: "/customers/", Subject: "customer",
		Several: "contact",
		Columns: append([]importer.Column{
			{Name: "external_id"}, {Name: "name", Required: true, Or: []string{"family_name", "given_name", "company"}, Synonyms: []string{"Customer", "Customer name", "Shop", "Client", "Account", "客户", "客户名称", "客户姓名", "单位名称"}},
			{Name: "kind"}, {Name: "phone"}, {Name: "mobile"}, {Name: "email"}, {Name: "wechat"}, {Name: "address"}, {Name: "region"},
			{Name: "source"}, {Name: "level"}, {Name: "stage"}, {Name: "tags"}, {Name: "birthday"}, {Name: "owner_email"}, {Name: "notes"}, {Name: "company"},
			{Name: "family_name", Synonyms: []string{"Last name", "Surname", "Family name", "姓氏", "姓"}}, {Name: "given_name", Synonyms: []string{"First name", "Forename", "Given name", "名"}},
		}, s.partColumns()...),
		Match: []string{"external_id", "email", "phone"},
		More:  s.importMore,
		Start: s.startImport,
	}
}

func (s *Service) startImport(o importer.Options) importer.Work {
	w := &importWork{s: s, o: o, seen: newMatches(), born: map[int64]bool{}}
	for _, p := range s.parts {
		w.parts = append(w.parts, p.StartPart(o))
	}
	return w
}

// importWork takes the customers of one run.
type importWork struct {
	s        *Service
	o        importer.Options
	business setting.Business
	added    custom.Record // the shop's own fields
	today    cal.Date
	people   map[string]int64 // by e-mail and by name; 0 when two have the name
	tags     map[string]int64
	stages   stage.Names      // the shop's own words
	staged   map[int64]string // whom rows put where
	inputs   map[*importer.Record]Input
	numbers  map[*importer.Record][]phone.Number
	docs     []search.Doc
	have     matches // of this batch
	seen     matches // of a check's earlier batches, which were rolled back
	made     matches // what a check adds to that once the batch is through
	changed  []int64
	parts    []PartWork
	born     map[int64]bool // those whom the run has made
}

// Prepare implements importer.Preparer.
func (w *importWork) Prepare(batch []*importer.Record) {
	for _, p := range w.parts {
		if p, ok := p.(importer.Preparer); ok {
			p.Prepare(batch)
		}
	}
}

// virtual is the id of a customer whom a check would have made.
const virtual = -1

// Begin reads the rows and looks up at once whom they may mean.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	w.today = cal.Today(tx.Now, w.business.Zone())
	if w.added, err = w.s.fields.Record(ctx, tx, "customer"); err != nil {
		return err
	}
	if w.people, err = StaffByName(ctx, tx); err != nil {
		return err
	}
	w.inputs, w.numbers, w.docs, w.changed = map[*importer.Record]Input{}, map[*importer.Record][]phone.Number{}, nil, nil
	if w.stages, err = stage.NamesIn(ctx, tx); err != nil {
		return err
	}
	w.staged = map[int64]string{}
	w.tags, w.made = map[string]int64{}, newMatches()
	asked := newMatches()
	for _, r := range batch {
		in, err := w.input(ctx, tx, r)
		if err != nil {
			return err
		}
		w.inputs[r] = in
		for _, p := range in.Phones {
			w.numbers[r] = append(w.numbers[r], phone.Parse(p.Raw, w.business.Region))
		}
		asked.add(w.wanted(keysOf(in, w.numbers[r])), 0)
	}
	if w.have, err = lookUp(ctx, tx, asked); err != nil {
		return err
	}
	w.have.addAsked(w.seen, asked)
	for _, p := range w.parts {
		if err := p.Begin(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// wanted are the keys that are worth looking up: names, which many share, only
// where they decide.
func (w *importWork) wanted(keys matches) matches {
	known := slices.ContainsFunc(w.o.Match, func(column string) bool { return column != "name" && len(keys[column]) > 0 })
	if known && !w.o.Matches("name") {
		delete(keys, "name")
	}
	return keys
}

// Take makes, changes or passes over one customer.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	in := w.inputs[r]
	if err := in.Validate(); err != nil {
		return 0, err
	}
	for _, p := range w.parts {
		if err := p.Read(ctx, tx, r); err != nil {
			return 0, err
		}
	}
	keys := keysOf(in, w.numbers[r])
	id, err := w.match(in, keys)
	if err != nil {
		return 0, err
	}
	switch {
	case id == 0 || w.o.On(r.Line) == importer.Create:
		made, err := w.create(ctx, tx, r, in, keys)
		r.Is(made)
		return importer.Created, err
	case id == virtual && w.o.On(r.Line) == importer.Update:
		return importer.Updated, nil
	case id == virtual:
		return w.again(r), nil
	case w.o.On(r.Line) == importer.Skip:
		r.Is(id)
		if !w.born[id] {
			return importer.Skipped, nil
		}
		added, err := w.takeParts(ctx, tx, r, id, false) // another row of somebody whom this file has brought
		if added.Changed {
			w.changed = append(w.changed, id)
			return importer.Updated, err
		}
		return importer.Skipped, err
	}
	r.Is(id)
	return w.update(ctx, tx, id, r, in)
}

// End makes them findable.
func (w *importWork) End(ctx context.Context, tx *db.Tx) error {
	w.seen.addAll(w.made)
	if err := w.s.search.PutAll(ctx, tx, w.docs); err != nil {
		return err
	}
	if err := w.setStages(ctx, tx); err != nil {
		return err
	}
	if len(w.changed) == 0 {
		return nil
	}
	return w.s.Index(ctx, tx, w.changed)
}

// match is the one customer a row means, 0 for nobody yet.
func (w *importWork) match(in Input, keys matches) (int64, error) {
	named := true // by name only when the row has nothing better
	for _, column := range w.o.Match {
		asked := keys[column]
		named = named && len(asked) == 0
		if id, err := w.have.only(column, asked); id != 0 || err != nil {
			return id, err
		}
	}
	if !named || w.o.Matches("name") {
		return 0, nil
	}
	return w.have.only("name", map[string][]int64{text.Fold(in.Name): nil})
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, r *importer.Record, in Input, keys matches) (int64, error) {
	numbers := w.numbers[r]
	var err error
	w.added.Values = nil
	if in.values, err = w.added.Over(in.values); err != nil {
		return 0, err
	}
	if err := w.twice(ctx, r, in); err != nil {
		return 0, err
	}
	id, err := insert(ctx, tx, in)
	if err != nil {
		return 0, err
	}
	if to := w.stageNamed(r); to != "" {
		w.staged[id] = to
	}
	doc := search.Doc{New: true, Kind: "customer", ID: id, OwnerID: in.OwnerID, Title: in.Name, Sub: in.Region, WeChats: optional(in.WeChat), Phones: numbers, Emails: in.Emails}
	for i, p := range in.Phones {
		n := numbers[i]
		if _, err := tx.Insert(ctx, sqlAddPhone, id, nil, p.Raw, n.E164, n.Ext, p.Label, i); err != nil {
			return 0, err
		}
	}
	for i, e := range in.Emails {
		if _, err := tx.Insert(ctx, sqlAddEmail, id, nil, e, i); err != nil {
			return 0, err
		}
	}
	for _, name := range in.Tags {
		if err := w.tag(ctx, tx, id, name); err != nil {
			return 0, err
		}
	}
	w.born[id] = true
	added, err := w.takeParts(ctx, tx, r, id, true)
	if err != nil {
		return 0, err
	}
	doc.WeChats = append(doc.WeChats, added.WeChats...)
	doc.Names, doc.Phones, doc.Emails = append(doc.Names, added.Names...), append(slices.Clone(numbers), added.Phones...), append(slices.Clone(in.Emails), added.Emails...)
	if err := w.s.events.Publish(ctx, tx, Created{CustomerID: id, Name: in.Name, Source: in.Source}); err != nil {
		return 0, err
	}
	w.docs = append(w.docs, doc) // only of those that stay
	keys.mark(id)
	w.have.addAll(keys)
	if w.o.Dry {
		keys.mark(virtual)
		w.made.addAll(keys)
	}
	return id, nil
}

func (w *importWork) tag(ctx context.Context, tx *db.Tx, customer int64, name string) error {
	id, ok := w.tags[strings.ToLower(name)]
	if !ok {
		var err error
		if id, err = tagID(ctx, tx, name); err != nil {
			return err
		}
		w.tags[strings.ToLower(name)] = id
	}
	_, err := tx.Exec(ctx, sqlAddTag, customer, id)
	return err
}

// update writes what the row says over what is there, where that is to win;
// what it leaves empty stays.
func (w *importWork) update(ctx context.Context, tx *db.Tx, id int64, r *importer.Record, in Input) (importer.Outcome, error) {
	before, err := get(auth.As(ctx, "import"), tx, auth.From(ctx).Scope(), id) // in full: nobody is shown it
	if errs.Is(err, errs.NotFound) {
		return 0, errs.New(errs.Invalid, "import.problem.not_yours")
	}
	if err != nil {
		return 0, err
	}
	old := before.Input()
	in = before.unmasked(ctx, in)
	merged := merge(old, w.chosen(r.Line, old, in), w.business.Region)
	w.added.Values = old.values
	if merged.values, err = w.added.Over(w.o.Own(r.Line, w.added, in.values)); err != nil {
		return 0, err
	}
	to := w.stageNamed(r)
	if to != "" && to != before.Stage {
		w.staged[id] = to
	}
	added, err := w.takeParts(ctx, tx, r, id, false)
	if err != nil {
		return 0, err
	}
	if reflect.DeepEqual(merged, old) {
		if added.Changed {
			w.changed = append(w.changed, id)
			return importer.Updated, w.s.events.Publish(ctx, tx, Changed{CustomerID: id})
		}
		if w.staged[id] != "" {
			return importer.Updated, nil
		}
		return importer.Skipped, nil
	}
	if err := merged.Validate(); err != nil {
		return 0, err
	}
	if err := update(ctx, tx, id, merged); err != nil {
		return 0, err
	}
	if err := setReach(ctx, tx, id, 0, merged.Phones, merged.Emails, w.business.Region); err != nil {
		return 0, err
	}
	if err := setTags(ctx, tx, id, merged.Tags); err != nil {
		return 0, err
	}
	w.changed = append(w.changed, id)
	return importer.Updated, w.s.events.Publish(ctx, tx, Changed{CustomerID: id})
}

// merge is old with what in says. The kind is only guessed, so old's stays.
func merge(old, in Input, region string) Input {
	out := old
	for _, f := range []struct {
		dst *string
		src string
	}{{&out.Name, in.Name}, {&out.Level, in.Level}, {&out.WeChat, in.WeChat}, {&out.Address, in.Address}, {&out.Region, in.Region},
		{&out.Source, in.Source}, {&out.Notes, in.Notes}, {&out.ExternalID, in.ExternalID}} {
		if f.src != "" {
			*f.dst = f.src
		}
	}
	if in.Birthday != "" {
		out.Birthday, out.BirthdayLunar = in.Birthday, in.BirthdayLunar
	}
	if in.OwnerID != 0 && old.OwnerID == 0 {
		out.OwnerID = in.OwnerID
	}
	out.Phones = append(slices.Clone(old.Phones), newPhones(old.Phones, in.Phones, region)...)
	out.Emails = append(slices.Clone(old.Emails), newWords(old.Emails, in.Emails)...)
	out.Tags = append(slices.Clone(old.Tags), newWords(old.Tags, in.Tags)...)
	return out
}

// newPhones are those of in that old has not, in whatever form.
func newPhones(old, in []PhoneInput, region string) []PhoneInput {
	number := func(p PhoneInput) string {
		if n := phone.Parse(p.Raw, region); n.E164 != "" {
			return n.E164 + "-" + n.Ext
		}
		return p.Raw
	}
	var out []PhoneInput
	for _, p := range in {
		same := func(have PhoneInput) bool { return number(have) == number(p) }
		if !slices.ContainsFunc(old, same) && !slices.ContainsFunc(out, same) {
			out = append(out, p)
		}
	}
	return out
}

// newWords are those of in that old has not, in whatever letters.
func newWords(old, in []string) []string {
	var out []string
	for _, s := range in {
		same := func(have string) bool { return strings.EqualFold(have, s) }
		if !slices.ContainsFunc(old, same) && !slices.ContainsFunc(out, same) {
			out = append(out, s)
		}
	}
	return out
}

// keysOf are the ways in which a row's customer can be known.
func keysOf(in Input, numbers []phone.Number) matches {
	m := newMatches()
	if in.ExternalID != "" {
		m.put("external_id", in.ExternalID)
	}
	for _, e := range in.Emails {
		m.put("email", strings.ToLower(e))
	}
	for _, n := range numbers {
		if n.E164 != "" {
			m.put("phone", n.E164)
		}
	}
	if in.WeChat != "" {
		m.put("wechat", in.WeChat)
	}
	m.put("name", text.Fold(in.Name))
	return m
}
