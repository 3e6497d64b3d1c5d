package receivable

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/export"
	"regulars/app/sys/web"
)

func (s *Service) owedRoutes(r *web.Router) {
	r.Get("/receivables", payment.Read, s.showOwed)
	r.Get("/customers/:id/statement", payment.Read, s.showStatement)
	r.Get("/customers/:id/statement.csv", export.Permission, s.statementFile)
}

// OwedPage feeds the page of what is owed.
type OwedPage struct {
	Ageing
	Narrow
	Who       string // of the one customer that is shown
	Shop      string // its currency
	Kept      int64  // credit of customers in it
	More      int    // items that are not shown
	Rest      int    // debtors that are not shown
	MayExport bool
}

// shownItems and shownDebtors bound the page; the export has all.
const (
	shownItems   = 300
	shownDebtors = 200
)

// Age is a bucket of a debtor as a link to its rows.
type Age struct {
	Name, Href string
	Amount     int64
}

// Ages are the buckets of a debtor, each with the way to its rows.
func (p OwedPage) Ages(d Debtor) []Age {
	var out []Age
	for n, name := range Buckets {
		href := "/receivables?bucket=" + name + "&currency=" + d.Currency
		if d.CustomerID != 0 {
			href += "&customer=" + strconv.FormatInt(d.CustomerID, 10)
		}
		out = append(out, Age{Name: name, Href: href, Amount: d.Buckets[n]})
	}
	return out
}

// File is where what is shown leaves as a file.
func (p OwedPage) File(format string) string {
	q := url.Values{"format": {format}}
	for name, value := range map[string]string{"customer_id": id(p.Customer), "team_id": id(p.Team), "bucket": p.Bucket, "currency": p.Currency} {
		if value != "" {
			q.Set("filter["+name+"][eq]", value)
		}
	}
	if p.Overdue {
		q.Set("filter[overdue][eq]", "true")
	}
	return "/exports/receivables?" + q.Encode()
}

func id(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// Promise is what a customer said they would pay, nil for nothing.
func (p OwedPage) Promise(customer int64) *Promised {
	if said, ok := p.Promises[customer]; ok {
		return &said
	}
	return nil
}

// Buckets are the names of the ages, for the heads of the tables.
func (p OwedPage) Buckets() []string { return Buckets }

func (s *Service) showOwed(c *fiber.Ctx) error {
	n := Narrow{Bucket: c.Query("bucket"), Currency: c.Query("currency"), Overdue: c.Query("overdue") != ""}
	n.Customer, _ = strconv.ParseInt(c.Query("customer"), 10, 64) // no number is everybody
	n.Team, _ = strconv.ParseInt(c.Query("team"), 10, 64)
	b := OwedPage{Narrow: n, MayExport: web.Actor(c).Can(export.Permission)}
	if n.Customer != 0 {
		who, err := s.Customers.MustSee(web.Ctx(c), n.Customer)
		if err != nil {
			return err
		}
		b.Who = who.Name
	}
	var err error
	if b.Ageing, err = s.Ageing(web.Ctx(c), n); err != nil {
		return err
	}
	if b.Shop = web.Business(c).Currency; !b.Any() {
		if b.Kept, err = s.kept(web.Ctx(c), b.Shop); err != nil {
			return err
		}
	}
	if len(b.Items) > shownItems {
		b.Items, b.More = b.Items[:shownItems], len(b.Items)-shownItems
	}
	if len(b.Debtors) > shownDebtors {
		b.Debtors, b.Rest = b.Debtors[:shownDebtors], len(b.Debtors)-shownDebtors
	}
	return web.Render(c, web.Page{Name: "sales/receivables", Title: "nav.receivables", Body: b})
}

// Any tells that only a part is shown.
func (n Narrow) Any() bool {
	return n.Customer != 0 || n.Bucket != "" || n.Currency != "" || n.Overdue || n.Team != 0
}

// StatementPage feeds the sheet of paper.
type StatementPage struct {
	Statement
	Wrong bool // the days typed are none
	wrong error
	CSV   bool
}

func (s *Service) statement(c *fiber.Ctx) (StatementPage, error) {
	var b StatementPage
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	check := &errs.Check{}
	day := cal.Today(s.DB.Now(), web.Locale(c).Zone())
	from, to := period(check, strings.TrimSpace(c.Query("from")), strings.TrimSpace(c.Query("to")), day)
	if b.wrong = check.Err(); b.wrong != nil {
		b.Wrong = true
		from, to = period(check, "", "", day)
	}
	b.Statement, err = s.StatementOf(web.Ctx(c), id, from, to)
	b.CSV = web.Actor(c).Can(export.Permission)
	return b, err
}

func (s *Service) showStatement(c *fiber.Ctx) error {
	b, err := s.statement(c)
	if err != nil {
		return err
	}
	pg := web.Page{Name: "sales/statement", Title: "receivable.statement", Body: b}
	if b.Wrong {
		pg.Status = fiber.StatusUnprocessableEntity
	}
	return web.Render(c, pg)
}

// statementFile sends the statement as a table.
func (s *Service) statementFile(c *fiber.Ctx) error {
	if !web.Actor(c).Can(payment.Read) {
		return web.Actor(c).May(payment.Read)
	}
	b, err := s.statement(c)
	if err == nil {
		err = b.wrong
	}
	if err != nil {
		return err
	}
	l := web.Locale(c)
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	rows := [][]string{{"day", "kind", "reference", "owed", "paid", "balance", "currency"}}
	for _, a := range b.Accounts {
		rows = append(rows, []string{string(b.From), l.T("receivable.opening"), "", "", "", money.Decimal(a.Opening, a.Currency), a.Currency})
		for _, e := range a.Entries {
			rows = append(rows, []string{string(e.On), l.T("receivable.entry." + e.Kind), plain(e.Ref), money.Decimal(e.Debit(), a.Currency), money.Decimal(e.Credit(), a.Currency),
				money.Decimal(e.Balance, a.Currency), a.Currency})
		}
		rows = append(rows, []string{string(b.To), l.T("receivable.closing"), "", "", "", money.Decimal(a.Closing, a.Currency), a.Currency})
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write the statement of customer %d: %w", b.Customer.ID, err)
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="statement-%d-%s.csv"`, b.Customer.ID, b.To))
	return c.Send(out.Bytes())
}

// plain keeps a spreadsheet from taking words for a formula.
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
