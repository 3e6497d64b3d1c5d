package contract

import (
	"context"
	"reflect"
	"slices"
	"strconv"
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

// Directory finds customers by what the cells of a file call them.
type Directory interface {
	Names(ctx context.Context, tx *db.Tx, cells []string) (*customer.Names, error)
}

// Importer tells how a table of contracts is brought in, also one that left by the
// export. A contract is known by its number; the same file again changes nothing.
func (s *Service) Importer(customers Directory) importer.Kind {
	return importer.Kind{
		Name: "contracts", Permission: Write, Href: home, Open: home + "/", Subject: subject, Missing: true,
		Columns: []importer.Column{
			{Name: "contract_no", Required: true, Synonyms: []string{"Number", "Contract no", "Contract number", "合同号", "合同编号", "编号"}},
			{Name: "customer", Required: true},
			{Name: "subject", Required: true, Synonyms: []string{"Title", "Contract", "Contract title", "合同名称", "合同标题", "主题"}},
			{Name: "signed_on", Synonyms: []string{"Signed on", "Signed", "Date signed", "签订日期", "签约日期", "签署日期"}},
			{Name: "starts_on", Synonyms: []string{"Starts", "Starts on", "Start date", "开始日期", "生效日期"}},
			{Name: "ends_on", Synonyms: []string{"Ends", "Ends on", "End date", "Expires on", "结束日期", "到期日期", "到期日"}},
			{Name: "amount", Number: true, Synonyms: []string{"合同金额"}},
			{Name: "notice_days", Number: true, Synonyms: []string{"Days of notice", "Notice", "通知期", "提前通知天数"}},
			{Name: "renewal", Synonyms: []string{"After its end", "Renewal", "到期处理", "续签方式"}},
			{Name: "renew_months", Number: true, Synonyms: []string{"Months of another term", "Term in months", "续期月数", "每次续期（月）"}},
			{Name: "order_no", Synonyms: []string{"Order number", "订单", "关联订单"}},
			{Name: "deal", Synonyms: []string{"Deal name", "Opportunity", "商机", "商机名称", "关联商机"}},
			{Name: "owner_email", Synonyms: []string{"Reminded", "Remind", "Reminder to", "Contract owner", "提醒谁", "提醒人", "合同负责人"}},
			{Name: "currency", Synonyms: []string{"Currency", "币种", "货币"}},
			{Name: "cancelled_on", Synonyms: []string{"Cancelled on", "终止日期"}},
			{Name: "reason"},
			{Name: "notes"},
		},
		More: func(ctx context.Context) ([]importer.Column, error) {
			return importer.OwnColumns(ctx, s.DB.Reader(ctx), subject)
		},
		Start: func(o importer.Options) importer.Work { return &importWork{s: s, o: o, customers: customers} },
	}
}

// importWork takes the contracts of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	business  setting.Business
	names     *customer.Names
	added     custom.Record // the shop's own fields
	people    map[string]int64
}

// Begin finds the customers of all rows.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	if w.added, err = w.s.Fields.Record(ctx, tx, subject); err != nil {
		return err
	}
	if w.people, err = customer.StaffByName(ctx, tx); err != nil {
		return err
	}
	var who []string
	for _, r := range batch {
		who = append(who, r.Get("customer"))
	}
	w.names, err = w.customers.Names(ctx, tx, who)
	return err
}

// Take makes or changes one contract, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	in, ended, err := w.read(r)
	if err != nil {
		return 0, err
	}
	if in.CustomerID, err = w.names.Must(ctx, tx, r.Get("customer"), w.o.CreateMissing); err != nil {
		return 0, err
	}
	if err := w.links(ctx, tx, r, &in); err != nil {
		return 0, err
	}
	have, found, err := numbered(ctx, tx, in.Number)
	if err != nil {
		return 0, err
	}
	if !found {
		k, err := w.s.Create(ctx, in)
		if err == nil && ended != "" {
			_, err = w.s.Cancel(ctx, k.ID, k.Version, ended, text.Line(r.Get("reason")))
		}
		r.Is(k.ID)
		return importer.Created, atColumn(err)
	}
	r.Is(have.ID)
	if w.o.On(r.Line) != importer.Update {
		return importer.Skipped, nil
	}
	next := w.over(r, have, in)
	w.added.Values = have.Values
	next.own = w.o.Own(r.Line, w.added, in.own)
	if own, err := w.added.Over(next.own); err != nil || same(next, have.Input()) && own.JSON() == have.Values.JSON() {
		return importer.Skipped, err
	}
	_, err = w.s.Update(ctx, have.ID, have.Version, next)
	return importer.Updated, atColumn(err)
}

// over is a contract that is here with what a row says over it.
func (w *importWork) over(r *importer.Record, have Contract, in Input) Input {
	next := have.Input()
	next.Title = in.Title
	if in.Notes != "" {
		next.Notes = in.Notes
	}
	for to, day := range map[*cal.Date]cal.Date{&next.SignedOn: in.SignedOn, &next.StartsOn: in.StartsOn, &next.EndsOn: in.EndsOn} {
		if day != "" {
			*to = day
		}
	}
	for to, id := range map[*int64]int64{&next.OrderID: in.OrderID, &next.DealID: in.DealID, &next.OwnerID: in.OwnerID} {
		if id != 0 {
			*to = id
		}
	}
	if r.Get("amount") != "" {
		next.Amount, next.Currency = in.Amount, in.Currency
	}
	if r.Get("notice_days") != "" {
		next.NoticeDays = in.NoticeDays
	}
	if in.RenewMonths != 0 {
		next.RenewMonths = in.RenewMonths
	}
	if in.Renewal != "" {
		next.Renewal = in.Renewal
	}
	return next
}

// same compares all but the shop's own fields.
func same(a, b Input) bool {
	a.Fields, a.own, b.Fields, b.own = nil, nil, nil, nil
	return reflect.DeepEqual(a, b)
}

// Resume implements importer.Work: what came in is known by its number.
func (w *importWork) Resume(context.Context, *db.Tx, []*importer.Record, importer.Past) error {
	return nil
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error { return nil }

// read takes a row apart, with the day on which it was cancelled.
func (w *importWork) read(r *importer.Record) (in Input, ended cal.Date, err error) {
	c := &errs.Check{}
	in = Input{Number: strings.Join(strings.Fields(r.Get("contract_no")), " "), Title: text.Line(r.Get("subject")), Notes: r.Get("notes")}
	c.That(in.Number != "", "contract_no", "error.required")
	c.That(in.Title != "", "subject", "error.required")
	for name, to := range map[string]*cal.Date{"signed_on": &in.SignedOn, "starts_on": &in.StartsOn, "ends_on": &in.EndsOn, "cancelled_on": &ended} {
		cell := r.Get(name)
		day, ok := r.Date(name)
		c.That(cell == "" || ok, name, "import.problem.date", "value", clip(cell))
		*to = cal.Date(day)
	}
	if cell := strings.TrimSpace(r.Get("notice_days")); cell != "" {
		n, err := strconv.Atoi(cell)
		c.That(err == nil, "notice_days", "error.whole")
		in.NoticeDays = n
	}
	if cell := strings.TrimSpace(r.Get("renew_months")); cell != "" {
		n, err := strconv.Atoi(cell)
		c.That(err == nil, "renew_months", "error.whole")
		in.RenewMonths = n
	}
	if cell := strings.ToLower(strings.TrimSpace(r.Get("renewal"))); cell != "" {
		in.Renewal = renewalCalled(cell)
		c.That(in.Renewal != "", "renewal", "error.choice")
	}
	return in, ended, c.Err()
}

// renewalCalled is how it goes on, by its key or by what people call it.
func renewalCalled(cell string) string {
	if slices.Contains(Renewals, cell) {
		return cell
	}
	for key, called := range map[string][]string{NoRenewal: {"no", "it ends", "不续", "到期结束"}, ByHand: {"manual", "by hand", "人工续签", "手动"},
		ByItself: {"yes", "auto", "automatic", "自动续期", "自动续签", "不通知则自动续期"}} {
		if slices.Contains(called, cell) {
			return key
		}
	}
	return ""
}

func clip(s string) string {
	if rs := []rune(s); len(rs) > 50 {
		return string(rs[:50]) + "…"
	}
	return s
}

// numbered finds a contract that the actor sees by its number.
func numbered(ctx context.Context, q db.Q, number string) (Contract, bool, error) {
	var k Contract
	found, err := db.Found(q.Get(ctx, &k, sqlNumbered, append([]any{number}, auth.From(ctx).Scope().Args()...)...))
	return k, found, err
}

// atColumn puts what is wrong with a field at the column that has it.
func atColumn(err error) error {
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Invalid {
		return err
	}
	c := &errs.Check{}
	for name, m := range e.Fields {
		switch name {
		case "number":
			name = "contract_no"
		case "title":
			name = "subject"
		case "customer_id":
			name = "customer"
		case "on":
			name = "cancelled_on"
		}
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add(name, m.Key, args...)
	}
	return c.Err()
}
