package contact

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
)

// Importer tells how a table of contacts is brought in.
func (s *Service) Importer() importer.Kind {
	return importer.Kind{
		Name: "contacts", Permission: customer.Write, Href: "/customers", Subject: "contact", Open: "/customers/", Missing: true,
		Columns: []importer.Column{
			{Name: "customer", Required: true, Synonyms: []string{"Company", "Organisation", "公司", "公司名称", "单位", "客户编号"}},
			{Name: "name", Required: true, Or: []string{"family_name", "given_name"}, Synonyms: []string{"Contact", "Contact person", "Contact name", "Who", "联系人", "联系人姓名"}},
			{Name: "family_name", Synonyms: familyNames}, {Name: "given_name", Synonyms: givenNames},
			{Name: "title"}, {Name: "phone"}, {Name: "mobile"}, {Name: "email"}, {Name: "wechat"}, {Name: "birthday"}, {Name: "notes"},
		},
		Match: []string{"email", "phone", "name"},
		More: func(ctx context.Context) ([]importer.Column, error) {
			return importer.OwnColumns(ctx, s.db.Reader(ctx), "contact")
		},
		Start: func(o importer.Options) importer.Work { return &importWork{s: s, o: o} },
	}
}

// importWork takes the contacts of one run.
type importWork struct {
	s       *Service
	o       importer.Options
	names   *customer.Names
	added   custom.Record // the shop's own fields
	people  map[int64][]Contact
	region  string
	today   cal.Date
	changed map[int64]bool // customers whose search entry is to be made anew
}

// Begin finds the customers of all rows at once.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var cells []string
	for _, r := range batch {
		cells = append(cells, r.Get("customer"))
	}
	if err := w.begin(ctx, tx); err != nil {
		return err
	}
	var err error
	w.names, err = w.s.customers.Names(ctx, tx, cells)
	return err
}

func (w *importWork) begin(ctx context.Context, tx *db.Tx) error {
	w.people, w.changed = map[int64][]Contact{}, map[int64]bool{}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	if w.added, err = w.s.fields.Record(ctx, tx, "contact"); err != nil {
		return err
	}
	w.region, w.today = business.Region, cal.Today(tx.Now, business.Zone())
	return nil
}

// read makes a contact of what a row, or a part of one, says.
func (w *importWork) read(ctx context.Context, tx *db.Tx, r *importer.Row) (Input, error) {
	in := Input{Name: strings.Join(strings.Fields(r.Get("name")), " "), Title: r.Get("title"), WeChat: r.Get("wechat"), Notes: r.Get("notes")}
	if in.Name == "" {
		in.Name = customer.FullName(r.Get("family_name"), r.Get("given_name"))
	}
	in.Birthday, in.BirthdayLunar, _ = customer.Birthday(r, w.today)
	in.Phones, in.Emails = customer.Reach(r)
	var err error
	in.values, err = r.Own(ctx, tx, w.added)
	in.Clean()
	return in, err
}

// Take adds or changes one contact.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	in, err := w.read(ctx, tx, r.Row)
	if err != nil {
		return 0, err
	}
	if err := in.Validate(); err != nil {
		return 0, err
	}
	if in.CustomerID, err = w.names.Must(ctx, tx, r.Get("customer"), w.o.CreateMissing); err != nil {
		return 0, err
	}
	r.Is(in.CustomerID)
	same, err := w.known(ctx, tx, in)
	if err != nil {
		return 0, err
	}
	switch {
	case same == nil || w.o.On(r.Line) == importer.Create:
		return importer.Created, w.create(ctx, tx, in)
	case w.o.On(r.Line) == importer.Skip:
		return importer.Skipped, nil
	}
	return w.update(ctx, tx, *same, r.Line, in)
}

// End makes what changed findable.
func (w *importWork) End(ctx context.Context, tx *db.Tx) error {
	ids := make([]int64, 0, len(w.changed))
	for id := range w.changed {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := w.s.events.Publish(ctx, tx, customer.Changed{CustomerID: id}); err != nil {
			return err
		}
	}
	return w.s.customers.Index(ctx, tx, ids)
}

// known is the contact of its customer that a row means, nil for a new one.
func (w *importWork) known(ctx context.Context, tx *db.Tx, in Input) (*Contact, error) {
	there, read := w.people[in.CustomerID]
	if !read {
		var err error
		if there, err = of(auth.As(ctx, "import"), tx, in.CustomerID); err != nil { // in full: nobody is shown it
			return nil, err
		}
		w.people[in.CustomerID] = there
	}
	return w.match(there, in)
}

// match is the contact that a row means: by e-mail, phone or name among the
// people of its customer.
func (w *importWork) match(there []Contact, in Input) (*Contact, error) {
	for _, column := range w.o.Match {
		var same *Contact
		for i := range there {
			if !alike(column, there[i], in) {
				continue
			}
			if same != nil {
				return nil, errs.New(errs.Invalid, "import.problem.two_contacts", "value", in.Name)
			}
			same = &there[i]
		}
		if same != nil {
			return same, nil
		}
	}
	return nil, nil
}

func alike(column string, c Contact, in Input) bool {
	switch column {
	case "email":
		return slices.ContainsFunc(c.Emails, func(have string) bool {
			return slices.ContainsFunc(in.Emails, func(e string) bool { return strings.EqualFold(have, e) })
		})
	case "phone":
		return slices.ContainsFunc(c.Phones, func(have customer.Phone) bool {
			return slices.ContainsFunc(in.Phones, func(p customer.PhoneInput) bool { return have.Raw == p.Raw })
		})
	case "name":
		return text.Fold(c.Name) == text.Fold(in.Name)
	}
	return false
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, in Input) error {
	var err error
	w.added.Values = nil
	if in.values, err = w.added.Over(in.values); err != nil {
		return err
	}
	id, err := insert(ctx, tx, in)
	if err != nil {
		return err
	}
	return w.finish(ctx, tx, id, in)
}

// update writes what the row says over what is there, where that is to win.
func (w *importWork) update(ctx context.Context, tx *db.Tx, before Contact, line int, in Input) (importer.Outcome, error) {
	old := before.Input()
	if auth.From(ctx).Masked() { // in the place of what they only saw masked stands what it hides
		in.Phones, in.Emails = slices.Clone(in.Phones), slices.Clone(in.Emails)
		customer.Unmask(before.Phones, before.Emails, in.Phones, in.Emails)
		if text.Mask(before.WeChat) == in.WeChat {
			in.WeChat = before.WeChat
		}
	}
	merged := old
	for _, f := range []struct {
		column string
		dst    *string
		src    string
	}{{"name", &merged.Name, in.Name}, {"title", &merged.Title, in.Title}, {"wechat", &merged.WeChat, in.WeChat}, {"notes", &merged.Notes, in.Notes}} {
		if f.src != "" && w.o.Takes(line, f.column, *f.dst == "") {
			*f.dst = f.src
		}
	}
	if !w.o.Takes(line, "phone", len(old.Phones) == 0) {
		in.Phones = nil
	}
	if !w.o.Takes(line, "email", len(old.Emails) == 0) {
		in.Emails = nil
	}
	if in.Birthday != "" && w.o.Takes(line, "birthday", old.Birthday == "") {
		merged.Birthday, merged.BirthdayLunar = in.Birthday, in.BirthdayLunar
	}
	merged.Phones, merged.Emails = slices.Clone(old.Phones), slices.Clone(old.Emails)
	for _, p := range in.Phones {
		if !slices.ContainsFunc(merged.Phones, func(have customer.PhoneInput) bool { return have.Raw == p.Raw }) {
			merged.Phones = append(merged.Phones, p)
		}
	}
	for _, e := range in.Emails {
		if !slices.ContainsFunc(merged.Emails, func(have string) bool { return strings.EqualFold(have, e) }) {
			merged.Emails = append(merged.Emails, e)
		}
	}
	w.added.Values = old.values
	var err error
	if merged.values, err = w.added.Over(w.o.Own(line, w.added, in.values)); err != nil {
		return 0, err
	}
	if reflect.DeepEqual(merged, old) {
		return importer.Skipped, nil
	}
	if err := update(ctx, tx, before.ID, merged); err != nil {
		return 0, err
	}
	return importer.Updated, w.finish(ctx, tx, before.ID, merged)
}

func (w *importWork) finish(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	if err := w.s.customers.SetReach(ctx, tx, in.CustomerID, id, in.Phones, in.Emails); err != nil {
		return err
	}
	w.changed[in.CustomerID] = true
	delete(w.people, in.CustomerID) // read again with this one
	return nil
}
