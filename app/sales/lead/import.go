package lead

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
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

// Importer tells how a table of leads is brought in, such as what another program
// exported. Whose owner is nobody here lies in the pool, a product that is none
// here stays in words, a reason that is none of the list as a note.
func (s *Service) Importer(customers Directory) importer.Kind {
	return importer.Kind{
		Name: "leads", Permission: Write, Href: home, Subject: "lead", Open: home + "/",
		Columns: []importer.Column{
			{Name: "name", Required: true, Or: []string{"company", "phone", "email", "wechat"}, Synonyms: []string{"Lead", "Lead name", "Contact name", "Contact", "Person", "线索", "线索名称", "联系人", "联系人姓名", "称呼"}},
			{Name: "company", Synonyms: []string{"Company name", "Account name", "公司全称", "单位名称", "企业名称"}},
			{Name: "phone", Synonyms: []string{"Mobile", "Mobile phone", "Cell", "Cell phone", "手机", "手机号", "手机号码", "移动电话"}},
			{Name: "email"},
			{Name: "wechat"},
			{Name: "need", Synonyms: []string{"Needs", "Inquiry", "Enquiry", "Message", "What they want", "Requirement", "Description", "需求", "客户需求", "咨询内容", "留言", "线索详情", "描述", "备注", "Notes"}},
			{Name: "product", Synonyms: []string{"Interest", "Interested in", "Product interest", "意向产品", "感兴趣的产品", "咨询产品"}},
			{Name: "source", Synonyms: []string{"Lead source", "Original source", "Channel", "线索来源", "渠道", "来源渠道"}},
			{Name: "amount", Number: true, Synonyms: []string{"Value", "Lead value", "Budget", "Expected value", "预算", "预计金额", "意向金额"}},
			{Name: "region"},
			{Name: "status", Synonyms: []string{"Lead status", "Stage", "Lead stage", "线索状态", "线索阶段", "跟进状态"}},
			{Name: "reason", Synonyms: []string{"Disqualified reason", "Lost reason", "Unqualified reason", "无效原因", "放弃原因", "流失原因"}},
			{Name: "owner_email", Synonyms: []string{"Lead owner", "Assigned to", "线索负责人", "线索所有人", "跟进人"}},
			{Name: "created_on", Says: "received_on", Synonyms: []string{"Received", "Received at", "Received on", "Created", "Create date", "Created at", "Created time", "Date", "创建时间", "创建日期", "收到时间", "咨询时间", "日期"}},
			{Name: "answered_on", Says: "first_answer", Synonyms: []string{"First response", "First response at", "First answer", "First contacted", "首次响应时间", "首次联系时间"}},
			{Name: "closed_on", Synonyms: []string{"Closed", "Converted time", "Converted on", "Closed at", "转化时间", "关闭时间"}},
			{Name: "customer", Synonyms: []string{"Converted account", "Converted customer", "已转客户", "转化客户"}},
			{Name: "external_id", Synonyms: []string{"Lead ID", "Record ID", "线索编号", "线索ID"}},
		},
		Match: []string{"external_id", "phone", "email"},
		More: func(ctx context.Context) ([]importer.Column, error) {
			return importer.OwnColumns(ctx, s.db.Reader(ctx), "lead")
		},
		Start: func(o importer.Options) importer.Work {
			return &importWork{s: s, o: o, customers: customers, seen: map[string]bool{}}
		},
	}
}

// importWork takes the leads of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	business  setting.Business
	added     custom.Record // the shop's own fields
	names     *customer.Names
	people    map[string]int64
	why       []Reason
	have      map[string]Lead // leads that are here, by what they are known by
	seen      map[string]bool // of a check's earlier batches, which were rolled back
	made      []string
}

// Begin finds whatever the rows name at once.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	if w.added, err = w.s.fields.Record(ctx, tx, "lead"); err != nil {
		return err
	}
	if w.people, err = customer.StaffByName(ctx, tx); err != nil {
		return err
	}
	if w.why, err = reasons(ctx, tx); err != nil {
		return err
	}
	var said []Input
	var who []string
	for _, r := range batch {
		in := w.reached(ctx, r)
		said = append(said, in)
		who = append(append(append(who, plain(r.Get("customer"))), in.Phones...), in.Emails...)
	}
	w.made = nil
	if w.have, err = alreadyHere(ctx, tx, w.business, said); err != nil {
		return err
	}
	w.names, err = w.customers.Names(ctx, tx, who)
	return err
}

// Take makes or changes one lead, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	d, err := w.read(ctx, r)
	if err != nil {
		return 0, err
	}
	if d.values, err = r.Own(ctx, tx, w.added); err != nil {
		return 0, err
	}
	if err := w.whose(r, &d); err != nil {
		return 0, err
	}
	keys := d.keys(w.business)
	have, _ := w.match(keys)
	r.Is(have.ID)
	twice := slices.ContainsFunc(keys, func(k string) bool { return w.seen[k] && w.counts(k) })
	if (have.ID != 0 || twice) && w.o.On(r.Line) == importer.Skip {
		return importer.Skipped, nil
	}
	if w.o.On(r.Line) == importer.Create && have.ID != 0 && d.ExternalID != "" && have.ExternalID == d.ExternalID {
		return 0, wrong("external_id", "error.taken")
	}
	if have.ID != 0 && w.o.On(r.Line) == importer.Update {
		return w.change(ctx, tx, r, have.ID, d)
	}
	w.remark(r, d)
	if err := w.create(ctx, tx, &d); err != nil {
		return 0, err
	}
	r.Is(d.ID)
	for _, key := range keys {
		w.have[key] = d.Lead
	}
	w.made = append(w.made, keys...)
	return importer.Created, nil
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	if w.o.Dry {
		for _, key := range w.made {
			w.seen[key] = true
		}
	}
	return nil
}

// match is the lead that is known by one of the keys, with the column.
func (w *importWork) match(keys []string) (Lead, string) {
	for _, key := range keys {
		if l, ok := w.have[key]; ok && w.counts(key) {
			column, _, _ := strings.Cut(key, "\x00")
			return l, column
		}
	}
	return Lead{}, ""
}

// counts tells whether the person wants leads to be known by a key; a name is
// looked at only where there is nothing else.
func (w *importWork) counts(key string) bool {
	column, _, _ := strings.Cut(key, "\x00")
	return column == "name" || w.o.Matches(column)
}

// remark tells that somebody with this number or address is a customer already.
func (w *importWork) remark(r *importer.Record, d draft) {
	if d.CustomerID != 0 {
		return
	}
	for column, list := range map[string]Words{"phone": d.Phones, "email": d.Emails} {
		if slices.ContainsFunc(list, func(s string) bool { id, err := w.names.Find(s); return id != 0 || err != nil }) {
			r.Remark(column, "import.problem.is_customer", "value", clip(list.First()))
		}
	}
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, d *draft) error {
	d.Currency = w.business.Currency
	in := d.Input()
	if !d.owned && auth.From(ctx).Signed() {
		in.OwnerID = auth.From(ctx).UserID
	}
	d.OwnerID = 0 // from here it comes to whom it is given
	if err := w.s.put(ctx, tx, &d.Lead, in, w.business); err != nil {
		return err
	}
	if err := w.stand(ctx, tx, d); err != nil {
		return err
	}
	if err := insert(ctx, tx, &d.Lead); err != nil {
		return err
	}
	log := []Event{{Kind: "received", At: d.ReceivedAt, UserID: db.ID(auth.From(ctx).UserID), Words: d.Source}}
	if d.stranger != "" {
		log = append(log, Event{Kind: "elsewhere", Words: d.stranger})
	}
	if !d.IsOpen() {
		log = append(log, Event{Kind: d.State, At: d.ClosedAt, Words: d.why})
	}
	for _, e := range log {
		if err := jot(ctx, tx, d.ID, e); err != nil {
			return err
		}
	}
	journal.About(tx, "lead", d.ID, d.Name)
	return w.s.Events.Publish(ctx, tx, Received{d.fact(d.ReceivedAt.Time)})
}

// stand gives a new lead its own fields, its clock and its score. What came in on
// an earlier day waits no longer than it has.
func (w *importWork) stand(ctx context.Context, tx *db.Tx, d *draft) error {
	w.added.Values = d.Values
	var err error
	if d.Values, err = w.added.Over(d.values); err != nil {
		return err
	}
	if d.today && d.IsOpen() && d.FirstResponseAt.IsZero() {
		if err := w.s.begin(ctx, tx, &d.Lead); err != nil {
			return err
		}
	}
	return w.s.rate(ctx, tx, &d.Lead)
}

// change makes a lead that is here what the row says.
func (w *importWork) change(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, d draft) (importer.Outcome, error) {
	before, err := visible(ctx, tx, auth.From(ctx).Scope(), id)
	if errs.Is(err, errs.NotFound) {
		return 0, errs.New(errs.Invalid, "import.problem.lead_not_yours")
	}
	if err != nil {
		return 0, err
	}
	now := w.merged(ctx, r, before, d)
	if err := w.s.mayGive(ctx, before, int64(now.OwnerID)); err != nil {
		return 0, err
	}
	owner := now.OwnerID
	now.OwnerID = before.OwnerID
	in := now.Input()
	in.OwnerID = int64(owner)
	if err := w.s.put(ctx, tx, &now, in, w.business); err != nil {
		return 0, err
	}
	w.added.Values = before.Values
	if now.Values, err = w.added.Over(w.o.Own(r.Line, w.added, d.values)); err != nil {
		return 0, err
	}
	if same(before, now) {
		return importer.Skipped, nil
	}
	if err := w.s.rate(ctx, tx, &now); err != nil {
		return 0, err
	}
	if err := update(ctx, tx, now); err != nil {
		return 0, err
	}
	if now.State != before.State && !now.IsOpen() {
		if err := jot(ctx, tx, id, Event{Kind: now.State, At: now.ClosedAt, UserID: db.ID(auth.From(ctx).UserID), Words: d.why}); err != nil {
			return 0, err
		}
	}
	journal.About(tx, "lead", id, now.Name)
	return importer.Updated, w.s.publish(ctx, tx, became(before, now), now)
}

// Compare shows a lead that is here beside what a row says.
func (w *importWork) Compare(ctx context.Context, tx *db.Tx, r *importer.Record) (*importer.Pair, error) {
	d, err := w.read(ctx, r)
	if err != nil || w.whose(r, &d) != nil {
		return nil, nil // told as a problem of the row
	}
	have, known := w.match(d.keys(w.business))
	if have.ID == 0 {
		return nil, nil
	}
	l, err := w.s.get(ctx, tx, auth.From(ctx).Scope(), have.ID)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("compare lead %d: %w", have.ID, err)
	}
	p := &importer.Pair{ID: l.ID, Title: l.Title(), Known: known}
	for _, f := range l.sides(d, w.business) {
		if f.File != "" && f.File != f.Here {
			p.Fields = append(p.Fields, f)
		}
	}
	return p, nil
}
