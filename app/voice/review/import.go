package review

import (
	"context"
	"strings"

	people "regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
	"regulars/app/voice/survey"
)

// Importer tells how a table of reviews is brought in. A review is known by its
// platform's number or by who said what when, so the same file again changes
// nothing; what is older than a week opens no case.
func (s *Service) Importer() importer.Kind {
	return importer.Kind{
		Name: "reviews", Permission: survey.Ask, Href: home, Open: home + "/",
		Columns: []importer.Column{
			{Name: "platform", Required: true, Synonyms: []string{"Platform", "Site", "Website", "Review site", "平台", "渠道", "来源平台"}},
			{Name: "stars", Synonyms: []string{"Stars", "Rating", "Star rating", "Score", "星级", "评分", "星数", "打分"}},
			{Name: "text", Synonyms: []string{"Text", "Review", "Review text", "Content", "Comment", "评价", "评价内容", "内容", "点评"}},
			{Name: "author", Synonyms: []string{"Author", "Reviewer", "User", "Nickname", "作者", "用户", "昵称", "评价人"}},
			{Name: "link", Synonyms: []string{"Link", "URL", "Address", "链接", "网址"}},
			{Name: "date", Synonyms: []string{"Date", "Posted on", "Review date", "Created", "日期", "评价时间", "发布时间", "时间"}},
			{Name: "customer", Synonyms: []string{"Customer ID", "客户编号"}},
			{Name: "external_id", Synonyms: []string{"Review ID", "评价编号", "评论ID"}},
		},
		Start: func(o importer.Options) importer.Work { return &importWork{s: s, o: o, seen: map[string]bool{}} },
	}
}

// fresh is how old a review may be, in days, to still open a case.
const fresh = 7

// importWork takes the reviews of one run.
type importWork struct {
	s        *Service
	o        importer.Options
	business setting.Business
	names    *people.Names
	seen     map[string]bool // of a check's earlier batches, which were rolled back
	made     []string
}

// Begin finds the customers that rows name.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	var cells []string
	for _, r := range batch {
		if cell := r.Get("customer"); cell != "" {
			cells = append(cells, cell)
		}
	}
	w.made = nil
	w.names, err = w.s.Customers.Names(ctx, tx, cells)
	return err
}

// Take keeps one review, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	today := cal.Today(tx.Now, w.business.Zone())
	in, err := w.read(r, today)
	if err != nil {
		return 0, err
	}
	var old Review
	found, err := db.Found(tx.Get(ctx, &old, sqlKnown, in.Platform, in.known()))
	if err != nil {
		return 0, err
	}
	key := strings.ToLower(in.Platform) + "\x00" + in.known()
	if !found && w.seen[key] {
		return importer.Skipped, nil
	}
	if found {
		r.Is(old.ID)
		return w.again(ctx, tx, old, in)
	}
	made, err := w.s.add(ctx, tx, w.business, in, in.PostedOn >= today.AddDays(-fresh))
	if err != nil {
		return 0, err
	}
	r.Is(made.ID)
	w.made = append(w.made, key)
	return importer.Created, nil
}

// again corrects a review that the platform knows by a number; what a row is
// known by otherwise is all that it says.
func (w *importWork) again(ctx context.Context, tx *db.Tx, old Review, in Input) (importer.Outcome, error) {
	same := old.Words == in.Words && old.Rated() == (Review{Stars: in.Stars, Most: in.Most}).Rated() && old.Author == in.Author && old.URL == in.URL &&
		(in.CustomerID == 0 || in.CustomerID == int64(old.CustomerID))
	if same || w.o.OnDuplicate != importer.Update || in.ExternalID == "" {
		return importer.Skipped, nil
	}
	seen, err := get(ctx, tx, old.ID)
	if err != nil {
		return 0, err
	}
	in.Replied, in.Praise = !seen.RepliedAt.IsZero(), seen.Praise
	if in.CustomerID == 0 {
		in.CustomerID = int64(seen.CustomerID)
	}
	_, err = w.s.change(ctx, tx, w.business, seen, in)
	return importer.Updated, err
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

func (w *importWork) read(r *importer.Record, today cal.Date) (Input, error) {
	in := Input{Platform: r.Get("platform"), Author: r.Get("author"), Words: r.Get("text"), URL: r.Get("link"), ExternalID: r.Get("external_id")}
	c := &errs.Check{}
	if cell := r.Get("stars"); cell != "" {
		stars, most, ok := ParseStars(cell)
		c.That(ok, "stars", "import.problem.score", "value", clip(cell))
		in.Stars, in.Most = &stars, most
	}
	if cell := r.Get("date"); cell != "" {
		day, ok := r.Date("date")
		c.That(ok, "date", "import.problem.date", "value", clip(cell))
		in.PostedOn = cal.Date(day)
	}
	if in.URL = strings.TrimSpace(in.URL); in.URL != "" && !address(in.URL) {
		r.Remark("link", "review.error.url")
		in.URL = ""
	}
	if cell := r.Get("customer"); cell != "" {
		id, err := w.names.Find(cell)
		if err != nil || id == 0 {
			r.Remark("customer", "import.problem.no_customer", "value", clip(cell))
		}
		in.CustomerID = id
	}
	if err := c.Err(); err != nil {
		return in, err
	}
	in.clean(today)
	return in, renamed(in.validate(today))
}

// renamed tells a problem with the column that it stands in.
func renamed(err error) error {
	e, ok := errs.As(err)
	if !ok {
		return err
	}
	out := *e
	out.Fields = map[string]errs.Message{}
	for name, m := range e.Fields {
		if column := map[string]string{"words": "text", "posted_on": "date", "most": "stars"}[name]; column != "" {
			name = column
		}
		out.Fields[name] = m
	}
	return &out
}

func clip(s string) string {
	if rs := []rune(s); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return s
}
