package lead

import (
	"context"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
)

// What the row of an imported lead says.

// draft is a lead as a row tells it.
type draft struct {
	Lead
	values   custom.Values
	priced   bool   // the row names an amount
	dated    bool   // it says when they asked
	today    bool   // which was today
	stranger string // whose it was, where they do not work here
	owned    bool   // the file says whose they are
	why      string // it was given up
}

// keys is by what it is known; a name counts only where there is nothing else.
func (d draft) keys(b setting.Business) []string {
	keys := keysOf(d.Lead, b)
	if len(keys) > 1 {
		keys = keys[:len(keys)-1]
	}
	return keys
}

// reached is by what a row says that somebody is known. What is no address is
// left out, and so is what somebody who sees no details has in their file.
func (w *importWork) reached(ctx context.Context, r *importer.Record) Input {
	in := Input{Name: r.Get("name"), Company: r.Get("company"), WeChat: r.Get("wechat"), ExternalID: r.Get("external_id"),
		Phones: []string{r.Get("phone")}, Emails: []string{r.Get("email")}}
	in.Clean()
	in.Phones = slices.DeleteFunc(in.Phones, func(p string) bool { return !strings.ContainsAny(p, "0123456789") })
	in.Emails = slices.DeleteFunc(in.Emails, func(e string) bool { return !isEmail(e) })
	if !auth.From(ctx).Masked() {
		return in
	}
	hidden := func(s string) bool { return strings.Contains(s, "*") }
	in.Phones, in.Emails = slices.DeleteFunc(in.Phones, hidden), slices.DeleteFunc(in.Emails, hidden)
	if hidden(in.WeChat) {
		in.WeChat = ""
	}
	return in
}

func (w *importWork) read(ctx context.Context, r *importer.Record) (draft, error) {
	in := w.reached(ctx, r)
	in.Source, in.Interest, in.Region, in.Need = clip(plain(r.Get("source"))), plain(r.Get("product")), clip(plain(r.Get("region"))), r.Get("need")
	in.Clean()
	d := draft{owned: r.Has("owner_email"), why: clip(plain(r.Get("reason")))}
	c := &errs.Check{}
	if cell := r.Get("amount"); strings.TrimSpace(cell) != "" {
		amount, ok := product.Amount(r.Row, "amount", w.business.Currency)
		c.That(ok, "amount", "import.problem.amount", "value", clip(cell), "currency", w.business.Currency)
		in.Amount, d.priced = amount, true
	}
	state, ok := stateNamed(r.Get("status"))
	c.That(ok, "status", "import.problem.lead_state", "value", clip(plain(r.Get("status"))))
	d.State = state
	if len(in.Emails) == 0 && strings.TrimSpace(r.Get("email")) != "" {
		r.Remark("email", "import.problem.email", "value", clip(plain(r.Get("email"))))
	}
	if len(in.Phones) == 0 && strings.TrimSpace(r.Get("phone")) != "" {
		r.Remark("phone", "import.problem.phone", "value", clip(plain(r.Get("phone"))))
	}
	for column, to := range map[string]*db.Time{"created_on": &d.ReceivedAt, "answered_on": &d.FirstResponseAt, "closed_on": &d.ClosedAt} {
		cell := r.Get(column)
		if strings.TrimSpace(cell) == "" {
			continue
		}
		on, at, ok := r.Moment(column, w.business.Zone())
		if ok && at.IsZero() {
			at = cal.At(on, 12, 0, w.business.Zone())
		}
		c.That(ok, column, "import.problem.date", "value", clip(cell))
		*to = db.At(at)
	}
	if err := c.Err(); err != nil {
		return d, err
	}
	if err := in.Validate(); err != nil {
		return d, atColumn(err)
	}
	w.days(&d)
	d.Name, d.Company, d.Phones, d.Emails, d.WeChat, d.Source, d.Need, d.Amount, d.Region = in.Name, in.Company, in.Phones, in.Emails, in.WeChat, in.Source, in.Need, in.Amount, in.Region
	d.Interest, d.ExternalID = in.Interest, db.Null(in.ExternalID)
	return d, nil
}

// days fills in what a file leaves empty. Nobody asks, answers or decides in the
// future.
func (w *importWork) days(d *draft) {
	now := w.s.db.Now()
	zone := w.business.Zone()
	d.dated = !d.ReceivedAt.IsZero()
	d.today = d.dated && cal.DateOf(d.ReceivedAt.Time, zone) == cal.Today(now, zone)
	for _, t := range []*db.Time{&d.ReceivedAt, &d.FirstResponseAt, &d.ClosedAt} {
		if t.After(now) {
			*t = db.At(now)
		}
	}
	if !d.dated {
		d.ReceivedAt = db.At(now)
		if !d.ClosedAt.IsZero() {
			d.ReceivedAt = d.ClosedAt
		}
	}
	if d.IsOpen() {
		d.ClosedAt = db.Time{}
	} else if d.ClosedAt.IsZero() {
		d.ClosedAt = d.ReceivedAt
	}
	d.LastContactAt = d.FirstResponseAt
}

// whose finds the owner, the customer and the reason that a row names.
func (w *importWork) whose(r *importer.Record, d *draft) error {
	who := plain(r.Get("owner_email"))
	if id := w.people[strings.ToLower(who)]; id != 0 && who != "" {
		d.OwnerID = db.ID(id)
	} else if who != "" {
		d.stranger = clip(who)
		r.Remark("owner_email", "import.problem.owner", "value", d.stranger)
	}
	if d.State != Disqualified {
		d.why = ""
	}
	if d.why != "" {
		i := slices.IndexFunc(w.why, func(x Reason) bool { return strings.EqualFold(x.Name, d.why) })
		if i < 0 {
			d.ReasonNote = d.why
		} else {
			d.ReasonID = db.ID(w.why[i].ID)
		}
	}
	cell := plain(r.Get("customer"))
	if d.State != Converted || cell == "" {
		return nil
	}
	id, err := w.names.Find(cell)
	if err != nil {
		return err
	}
	if id == 0 {
		r.Remark("customer", "import.problem.no_customer", "value", clip(cell))
	}
	d.CustomerID = db.ID(id)
	return nil
}

// sides are what is here beside what a row says, under the columns' names.
func (l Lead) sides(d draft, b setting.Business) []importer.PairField {
	amount := func(n int64) string {
		if n == 0 {
			return ""
		}
		return money.Text(n, b.Currency)
	}
	return []importer.PairField{
		{Column: "name", Here: l.Name, File: d.Name}, {Column: "company", Here: l.Company, File: d.Company},
		{Column: "phone", Here: strings.Join(l.Phones, "; "), File: strings.Join(d.Phones, "; ")},
		{Column: "email", Here: strings.Join(l.Emails, "; "), File: strings.Join(d.Emails, "; ")}, {Column: "wechat", Here: l.WeChat, File: d.WeChat},
		{Column: "need", Here: l.Need, File: d.Need}, {Column: "product", Here: l.Interest, File: d.Interest}, {Column: "source", Here: l.Source, File: d.Source},
		{Column: "amount", Here: amount(l.Amount), File: amount(d.Amount)}, {Column: "region", Here: l.Region, File: d.Region},
	}
}

// merged is a lead that is here with what a row says over it, where the person
// wants that. One that became a customer stays one, and whoever sees no numbers
// changes none.
func (w *importWork) merged(ctx context.Context, r *importer.Record, before Lead, d draft) Lead {
	now := before
	takes := func(column string, empty bool) bool { return w.o.Takes(r.Line, column, empty) }
	if auth.From(ctx).Masked() {
		d.Phones, d.Emails, d.WeChat = nil, nil, ""
	}
	for _, f := range []struct {
		column   string
		old, new *string
	}{{"name", &now.Name, &d.Name}, {"company", &now.Company, &d.Company}, {"wechat", &now.WeChat, &d.WeChat}, {"need", &now.Need, &d.Need},
		{"product", &now.Interest, &d.Interest}, {"source", &now.Source, &d.Source}, {"region", &now.Region, &d.Region}} {
		if *f.new != "" && takes(f.column, *f.old == "") && (f.column != "name" || plain(r.Get("name")) != "") {
			*f.old = *f.new
		}
	}
	if len(d.Phones) > 0 && takes("phone", len(now.Phones) == 0) {
		now.Phones = d.Phones
	}
	if len(d.Emails) > 0 && takes("email", len(now.Emails) == 0) {
		now.Emails = d.Emails
	}
	if d.priced && takes("amount", now.Amount == 0) {
		now.Amount = d.Amount
	}
	if d.OwnerID != 0 && takes("owner_email", now.OwnerID == 0) {
		now.OwnerID = d.OwnerID
	}
	if d.ExternalID != "" && now.ExternalID == "" {
		now.ExternalID = d.ExternalID
	}
	if plain(r.Get("status")) == "" || before.State == Converted || d.State == before.State || !takes("status", false) {
		return now
	}
	now.State, now.ReasonID, now.ReasonNote, now.ClosedAt = d.State, d.ReasonID, d.ReasonNote, d.ClosedAt
	if now.CustomerID == 0 {
		now.CustomerID = d.CustomerID
	}
	return now
}

func same(a, b Lead) bool {
	return a.Name == b.Name && a.Company == b.Company && slices.Equal(a.Phones, b.Phones) && slices.Equal(a.Emails, b.Emails) && a.WeChat == b.WeChat &&
		a.Need == b.Need && a.Interest == b.Interest && a.Source == b.Source && a.Amount == b.Amount && a.Region == b.Region && a.OwnerID == b.OwnerID &&
		a.State == b.State && a.ExternalID == b.ExternalID && a.CustomerID == b.CustomerID && a.Values.JSON() == b.Values.JSON()
}

// became is what happened to a lead that was brought in again.
func became(before, now Lead) event.Fact {
	switch {
	case now.State == before.State:
		return Changed{}
	case now.State == Converted:
		return Became{}
	case now.State == Disqualified:
		return GivenUp{}
	case !before.IsOpen():
		return Reopened{}
	}
	return Changed{}
}

// stateWords are what other programs call the states of a lead.
var stateWords = map[string][]string{
	Fresh: {"new", "open", "open - not contacted", "not contacted", "untouched", "not started", "fresh", "subscriber", "lead",
		"新", "新线索", "新建", "未处理", "待处理", "未跟进", "待跟进", "未联系", "待联系", "未分配", "待分配"},
	Working: {"working", "working on it", "contacted", "attempted to contact", "contact in future", "connected", "in progress", "in process", "working - contacted", "assigned", "nurturing", "open deal",
		"跟进中", "已联系", "处理中", "联系中", "已分配", "培育中", "将来联系", "尝试联系"},
	Qualified: {"qualified", "pre-qualified", "pre qualified", "sales qualified", "hot", "warm", "marketingqualifiedlead", "salesqualifiedlead",
		"已确认", "合格", "有效", "有意向", "已验证", "高意向"},
	Converted: {"converted", "closed - converted", "customer", "won", "became a customer", "closed won",
		"已转换", "已转化", "已转客户", "转为客户", "已成交", "成交"},
	Disqualified: {"disqualified", "unqualified", "not qualified", "junk", "junk lead", "lost", "lost lead", "dead", "closed", "closed - not converted", "given up", "bad timing", "recycled", "archived",
		"已放弃", "放弃", "无效", "无效线索", "垃圾线索", "已关闭", "已流失", "丢失线索", "不合格"},
}

// stateNamed is the state that a cell means; an empty one means a new lead.
func stateNamed(cell string) (string, bool) {
	folded := text.Fold(strings.TrimSpace(cell))
	if folded == "" {
		return Fresh, true
	}
	for state, words := range stateWords {
		if slices.Contains(words, folded) {
			return state, true
		}
	}
	return "", false
}

// atColumn puts what is wrong with a field at the column that has it.
func atColumn(err error) error {
	e, ok := errs.As(err)
	if !ok {
		return err
	}
	c := &errs.Check{}
	for name, m := range e.Fields {
		if column, ok := map[string]string{"phones": "phone", "emails": "email", "interest": "product"}[name]; ok {
			name = column
		}
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add(name, m.Key, args...)
	}
	return c.Err()
}

func wrong(column, key string, args ...any) error {
	c := &errs.Check{}
	c.Add(column, key, args...)
	return c.Err()
}

func plain(s string) string { return strings.Join(strings.Fields(text.Line(s)), " ") }

func clip(s string) string {
	if r := []rune(s); len(r) > maxShort {
		return string(r[:maxShort-1]) + "…"
	}
	return s
}

// stamp is a moment as a table shows it, "" for none.
func stamp(t db.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04")
}
