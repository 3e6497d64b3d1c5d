package target

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.show)
	r.Get(home+"/edit", Write, s.form)
	r.Post(home, Write, s.save)
	r.Get(home+"/rows", Read, s.rows)
	r.Get("/forecast", Read, s.ahead)
	r.Get("/leaderboard", Read, s.leaders)
	r.Post("/leaderboard", Write, s.switchBoard)
	r.Get("/commission", Read, s.commission)
	r.Post("/commission/rules", Write, s.addRule)
	r.Post("/commission/rules/:id/delete", Write, s.dropRule)
	r.Post("/commission/close", Write, s.closeMonth)
	r.Post("/commission/open", Write, s.openMonth)
}

// frame is what the pages have in common.
type frame struct {
	At       string // the page that is open
	Period   Period
	Subject  string
	Team     bool // several people work here
	MayWrite bool
}

// Link is the page for another period or subject.
func (f frame) Link(path, period, subject string) string {
	q := url.Values{"period": {period}}
	if subject != "" {
		q.Set("by", subject)
	}
	return path + "?" + q.Encode()
}

// Said is what a period is called.
func (f frame) Said(d view.Data, p Period) string { return said(d.Locale, p) }

func said(l *i18n.Locale, p Period) string {
	if p.Quarter() {
		return l.T("target.quarter", "q", p.Name[6:], "year", p.Name[:4])
	}
	return l.Month(p.From.Time(l.Zone()))
}

// Other is the month of a quarter, or the quarter of a month.
func (f frame) Other() Period {
	if f.Period.Quarter() {
		return MonthOf(f.Period.To)
	}
	return QuarterOf(f.Period.From)
}

// Subjects are by what results are divided here.
func (f frame) Subjects() []string {
	if f.Team {
		return Subjects
	}
	return []string{Product, Region}
}

func (s *Service) frame(c *fiber.Ctx, at string) (frame, error) {
	f := frame{At: at, MayWrite: web.Actor(c).Can(Write) && web.Actor(c).Scope().Everything()}
	ctx, l := web.Ctx(c), web.Locale(c)
	f.Period = MonthOf(cal.Today(l.Now(), l.Zone()))
	if p := c.Query("period", c.FormValue("period")); p != "" {
		var err error
		if f.Period, err = ParsePeriod(p); err != nil {
			return f, errs.NotVisible()
		}
	}
	people, err := s.people(ctx, s.DB.Reader(ctx))
	if err != nil {
		return f, err
	}
	n := 0
	for _, p := range people {
		if p.Active {
			n++
		}
	}
	f.Team = n > 1
	f.Subject = c.Query("by", c.FormValue("by"))
	if f.Subject == "" && f.Team {
		f.Subject = Person
	}
	if !slices.Contains(f.Subjects(), f.Subject) {
		f.Subject = f.Subjects()[0]
	}
	return f, nil
}

// showBody is the page of results.
type showBody struct {
	frame
	Results Results
}

func (s *Service) show(c *fiber.Ctx) error {
	f, err := s.frame(c, "targets")
	if err != nil {
		return err
	}
	r, err := s.Results(web.Ctx(c), f.Period, f.Subject)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/targets", Title: "nav.targets", Body: showBody{f, r}})
}

// Metrics are those that are counted for what stands in the rows.
func (b showBody) Metrics() []string {
	if b.Results.Subject == Product {
		return []string{Won}
	}
	return Metrics
}

// Named is whose row it is.
func (b showBody) Named(d view.Data, r Row) string {
	switch {
	case r.Subject == Region && r.Key == "":
		return d.Locale.T("target.no_region")
	case r.Subject == Team && r.Key == "0":
		return d.Locale.T("target.no_team")
	case r.Key == "0":
		return d.Locale.T("target.nobody")
	case r.Name == "":
		return d.Locale.T("target.gone")
	}
	return r.Name
}

// Value is a cell's number in the reader's language.
func (b showBody) Value(d view.Data, metric string, v int64) string {
	return value(d.Locale, metric, v, b.Results.Currency)
}

func value(l *i18n.Locale, metric string, v int64, currency string) string {
	if Money(metric) {
		return l.Money(v, currency)
	}
	return l.Number(int(v))
}

// Change is how a cell stands against the period before.
func (b showBody) Change(d view.Data, c Cell) string {
	if c.Before <= 0 {
		return ""
	}
	p := (c.Value - c.Before) * 100 / c.Before
	if p >= 0 {
		return fmt.Sprintf("+%d%%", p)
	}
	return fmt.Sprintf("−%d%%", -p)
}

// Rows is where the records behind a cell stand.
func (b showBody) Rows(r Row, metric string) string {
	return home + "/rows?" + url.Values{"period": {b.Period.Name}, "by": {r.Subject}, "key": {r.Key}, "metric": {metric}}.Encode()
}

// Bar is how much of the target is reached beside how much of the time is gone.
func (b showBody) Bar(d view.Data, c Cell, today cal.Date) chart.Meter {
	part := min(1, max(0, float64(c.Percent())/100))
	return chart.Meter{Label: d.Locale.T("target.reached", "p", c.Percent()), Parts: []chart.Segment{{Class: "fg", Share: part}}, Mark: b.Period.Elapsed(today)}
}

// Stats are the company's figures.
func (b showBody) Stats(d view.Data) []view.Stat {
	var out []view.Stat
	if !b.Results.Whole {
		return nil
	}
	today := cal.Today(d.Locale.Now(), d.Locale.Zone())
	for _, m := range Metrics {
		c := b.Results.Company.Cells[m]
		s := view.Stat{Label: d.Locale.T("target.metric." + m), Value: b.Value(d, m, c.Value), Small: b.Change(d, c), Href: b.Rows(b.Results.Company, m)}
		if c.Target > 0 {
			s.Note = d.Locale.T("target.of", "target", b.Value(d, m, c.Target), "p", c.Percent())
			s.Meter = b.Bar(d, c, today)
		}
		out = append(out, s)
	}
	return out
}

// formBody is the page on which targets are set.
type formBody struct {
	showBody
	Typed map[string]string
}

// Field is the name of an input.
func (formBody) Field(r Row, metric string) string {
	return "t:" + r.Subject + ":" + metric + ":" + r.Key
}

// Set is what stands in an input.
func (b formBody) Set(r Row, metric string) string {
	if v, typed := b.Typed[b.Field(r, metric)]; typed {
		return v
	}
	t := r.Cells[metric].Target
	switch {
	case t == 0:
		return ""
	case Money(metric):
		return money.Decimal(t, b.Results.Currency)
	}
	return strconv.FormatInt(t, 10)
}

func (s *Service) form(c *fiber.Ctx) error { return s.edit(c, nil, nil) }

func (s *Service) edit(c *fiber.Ctx, typed map[string]string, problem error) error {
	f, err := s.frame(c, "targets")
	if err != nil {
		return err
	}
	if !f.MayWrite {
		return errs.New(errs.Denied, "error.denied")
	}
	r, err := s.Results(web.Ctx(c), f.Period, f.Subject)
	if err != nil {
		return err
	}
	r.Rows = slices.DeleteFunc(r.Rows, func(r Row) bool { return r.Key == "0" || r.Key == "" || (r.Name == "" && r.Subject != Region) })
	if f.Subject == Product { // also those that nobody bought yet
		names, err := s.names(web.Ctx(c), s.DB.Reader(web.Ctx(c)), Product, nil)
		if err != nil {
			return err
		}
		for _, row := range r.Rows {
			delete(names, row.Key)
		}
		for key, name := range names {
			r.Rows = append(r.Rows, Row{Subject: Product, Key: key, Name: name})
		}
		slices.SortFunc(r.Rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	}
	return web.Render(c, web.Page{Name: "sales/target-form", Title: "target.set", Body: formBody{showBody{f, r}, typed}, Err: problem})
}

func (s *Service) save(c *fiber.Ctx) error {
	f, err := s.frame(c, "targets")
	if err != nil {
		return err
	}
	typed, list, check := map[string]string{}, []Input{}, &errs.Check{}
	for key, v := range c.Request().PostArgs().All() {
		typed[string(key)] = strings.TrimSpace(string(v))
	}
	for name, v := range typed {
		parts := strings.SplitN(name, ":", 4)
		if len(parts) != 4 || parts[0] != "t" {
			continue
		}
		in := Input{Period: f.Period.Name, Subject: parts[1], Metric: parts[2], Key: parts[3]}
		if v != "" {
			if Money(in.Metric) {
				in.Amount, err = payment.ParseAmount(v, web.Business(c).Currency)
			} else {
				in.Amount, err = strconv.ParseInt(v, 10, 64)
			}
			check.That(err == nil && in.Amount >= 0 && in.Amount <= maxTarget, name, "error.money")
		}
		list = append(list, in)
	}
	err = check.Err()
	if err == nil {
		err = s.Set(web.Ctx(c), list)
	}
	if err != nil {
		return s.edit(c, typed, err)
	}
	return web.Done(c, f.Link(home, f.Period.Name, f.Subject), "common.saved")
}

// rowsBody is the page of the records behind a number.
type rowsBody struct {
	frame
	Items Items
}

func (s *Service) rows(c *fiber.Ctx) error {
	f, err := s.frame(c, "targets")
	if err != nil {
		return err
	}
	subject := c.Query("by", Company)
	items, err := s.Rows(web.Ctx(c), f.Period, subject, c.Query("key"), c.Query("metric"), c.Query("after"))
	if err != nil {
		return err
	}
	f.Subject = subject
	return web.Render(c, web.Page{Name: "sales/target-rows", Title: "target.metric." + items.Metric, Body: rowsBody{f, items}})
}

// Href is where a record stands.
func (b rowsBody) Href(i Item) string {
	switch b.Items.Metric {
	case Won:
		return fmt.Sprintf("/deals/%d", i.ID)
	case Received:
		if i.ReceiptID != 0 {
			return fmt.Sprintf("/receipts/%d", i.ReceiptID)
		}
		return fmt.Sprintf("/payments/%d", i.ID/4) // see moneyIn
	case Contacts:
		return fmt.Sprintf("/follow-ups/%d", i.ID)
	}
	return fmt.Sprintf("/customers/%d", i.ID)
}

// Called is what a record is called.
func (b rowsBody) Called(d view.Data, i Item) string {
	if b.Items.Metric == Contacts {
		return d.Locale.T("followup.kind." + i.Name)
	}
	switch {
	case i.Name != "" || i.ReceiptID == 0:
		return i.Name
	case i.Amount < 0:
		return d.Locale.T("receivable.entry.back")
	}
	return d.Locale.T("receivable.entry.receipt")
}

// More is the following page.
func (b rowsBody) More() string {
	return home + "/rows?" + url.Values{"period": {b.Period.Name}, "by": {b.Items.Subject}, "key": {b.Items.Key}, "metric": {b.Items.Metric}, "after": {b.Items.Next}}.Encode()
}
