package followup

import (
	"context"
	"strings"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
	"regulars/app/work/task"
)

// Directory finds customers by what the cells of a file call them.
type Directory interface {
	Names(ctx context.Context, tx *db.Tx, cells []string) (*customer.Names, error)
}

// Importer tells how a table of exchanges is brought in. One is known by its
// customer, day and words, so the same file again changes nothing.
func (s *Service) Importer(customers Directory) importer.Kind {
	return importer.Kind{
		Name: "follow-ups", Permission: Write, Href: "/follow-ups", Open: "/customers/", Missing: true,
		Columns: []importer.Column{
			{Name: "customer", Required: true, Synonyms: []string{"Customer ID", "Customer No", "客户编号"}},
			{Name: "at", Required: true}, {Name: "channel"}, {Name: "content", Required: true}, {Name: "next_at"},
		},
		Start: func(o importer.Options) importer.Work {
			return &importWork{s: s, o: o, customers: customers, seen: map[spokenKey]bool{}}
		},
	}
}

// importWork takes the exchanges of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	business  setting.Business
	names     *customer.Names
	have      map[spokenKey]bool
	seen      map[spokenKey]bool // of a check's earlier batches, which were rolled back
	made      []spokenKey        // what this batch adds to that
}

// spokenKey is what an exchange is known by: a customer's id, or the cell that
// names one who is not here yet.
type spokenKey struct {
	customer int64
	cell     string
	day      cal.Date
	content  string
}

// Begin finds the customers of all rows and what was already said with them.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	cells := map[string]bool{}
	var first, last cal.Date
	for _, r := range batch {
		cells[r.Get("customer")] = true
		if day, ok := r.Date("at"); ok {
			if first == "" || cal.Date(day) < first {
				first = cal.Date(day)
			}
			last = max(last, cal.Date(day))
		}
	}
	var list []string
	for cell := range cells {
		list = append(list, cell)
	}
	if w.names, err = w.customers.Names(ctx, tx, list); err != nil {
		return err
	}
	ids := []int64{}
	for cell := range cells {
		if id, err := w.names.Find(cell); err == nil && id != 0 {
			ids = append(ids, id)
		}
	}
	w.have, w.made = map[spokenKey]bool{}, nil
	if first == "" {
		return nil
	}
	zone := w.business.Zone()
	rows, err := spoken(ctx, tx, ids, db.At(first.AddDays(-1).Time(zone)), db.At(last.AddDays(2).Time(zone)))
	for _, f := range rows {
		w.have[spokenKey{f.CustomerID, "", cal.DateOf(f.At.Time, zone), f.Content}] = true
	}
	return err
}

// Take records one exchange, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	in, err := w.read(r, tx.Now)
	if err != nil {
		return 0, err
	}
	cell := strings.TrimSpace(r.Get("customer"))
	if in.CustomerID, err = w.names.Find(cell); err != nil {
		return 0, err
	}
	r.Is(in.CustomerID)
	day := cal.DateOf(in.At.At, w.business.Zone())
	named := spokenKey{cell: text.Fold(cell), day: day, content: in.Content}
	here := in.CustomerID != 0 && w.have[spokenKey{customer: in.CustomerID, day: day, content: in.Content}]
	if (here || w.seen[named]) && w.o.OnDuplicate != importer.Create {
		return importer.Skipped, nil
	}
	if in.CustomerID, err = w.names.Must(ctx, tx, cell, w.o.CreateMissing); err != nil {
		return 0, err
	}
	r.Is(in.CustomerID)
	w.have[spokenKey{customer: in.CustomerID, day: day, content: in.Content}] = true
	w.made = append(w.made, named)
	return importer.Created, w.create(ctx, tx, in)
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	if w.o.Dry {
		for _, k := range w.made {
			w.seen[k] = true
		}
	}
	return nil
}

func (w *importWork) read(r *importer.Record, now time.Time) (Input, error) {
	in := Input{Channel: channelNamed(r.Get("channel")), Content: r.Get("content")}
	if cell := r.Get("channel"); cell != "" && in.Channel == "" {
		r.Remark("channel", "import.problem.channel", "value", clip(cell))
	}
	in.Clean()
	c := &errs.Check{}
	zone := w.business.Zone()
	cell := r.Get("at")
	day, at, ok := r.Moment("at", zone)
	c.That(cell != "", "at", "error.required")
	c.That(cell == "" || ok, "at", "import.problem.date", "value", clip(cell))
	if at.IsZero() && ok { // the middle of its day, or now for one of today
		at = cal.At(day, 12, 0, zone)
		if day == cal.Today(now, zone) && at.After(now) {
			at = now
		}
	}
	in.At.At = at
	if cell := r.Get("next_at"); cell != "" {
		day, at, ok := r.Moment("next_at", zone)
		c.That(ok, "next_at", "import.problem.date", "value", clip(cell))
		in.Next = task.When{At: at, Day: day}
	}
	if err := c.Err(); err != nil {
		return in, err
	}
	return in, in.Validate(now)
}

// create stores an exchange and, unless it is history, when to get back: that
// falls to the customer's owner, or else to whoever imports.
func (w *importWork) create(ctx context.Context, tx *db.Tx, in Input) error {
	user := auth.From(ctx).UserID
	f := FollowUp{CustomerID: in.CustomerID, UserID: db.ID(user), Channel: in.Channel, Content: in.Content, At: db.At(in.At.At)}
	owner := user
	if !in.Next.IsZero() {
		c, err := w.s.customers.MustSee(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		if c.OwnerID != 0 {
			owner = int64(c.OwnerID)
		}
		next, err := w.s.tasks.Moment(ctx, owner, in.Next)
		if err != nil {
			return err
		}
		f.NextAt = db.At(next)
	}
	var err error
	if f.ID, err = insert(ctx, tx, f); err != nil {
		return err
	}
	if err := w.s.plan(ctx, tx, f, owner); err != nil {
		return err
	}
	happened := Happened{FollowUpID: f.ID, CustomerID: f.CustomerID, Channel: f.Channel, at: f.At.Time, words: f.Content}
	if !f.NextAt.IsZero() {
		happened.NextAt = f.NextAt.UnixMilli()
	}
	return w.s.events.Publish(ctx, tx, happened)
}

// channelWords are what other programs call the ways to speak with a customer.
var channelWords = map[string][]string{
	"call":   {"call", "phone", "phone call", "telephone", "tel", "电话", "去电", "来电", "打电话", "通话"},
	"visit":  {"visit", "meeting", "in person", "face to face", "拜访", "上门", "面谈", "到店", "见面", "来访"},
	"wechat": {"wechat", "weixin", "微信", "企业微信"},
	"email":  {"email", "e-mail", "mail", "邮件", "电子邮件", "邮箱"},
	"sms":    {"sms", "text", "text message", "短信"},
	"other":  {"other", "其他", "其它"},
}

// channelNamed is the channel that a cell means, "" for none of ours.
func channelNamed(cell string) string {
	folded := text.Fold(strings.TrimSpace(cell))
	for channel, words := range channelWords {
		for _, word := range words {
			if folded == word {
				return channel
			}
		}
	}
	return ""
}

func clip(s string) string {
	if rs := []rune(s); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return s
}
