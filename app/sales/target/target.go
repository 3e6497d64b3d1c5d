// Package target is what people are to reach and what they reached: won deals,
// money received, new customers and contacts made, by person, team, product,
// region and the whole company, for a month or a quarter beside the one before.
// It also says what the rest of a month is likely to bring, who leads, and what
// commission a month came to. Everything but targets, rules and closed sheets is
// counted from the records whenever somebody looks.
package target

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read  = "target.read"
	Write = "target.write"
)

// What is counted.
const (
	Won          = "won"
	Received     = "received"
	NewCustomers = "new_customers"
	Contacts     = "contacts"
)

// Whose results they are.
const (
	Company = "company"
	Person  = "person"
	Team    = "team"
	Product = "product"
	Region  = "region"
)

// The choices, in the order in which they are shown.
var (
	Metrics  = []string{Won, Received, NewCustomers, Contacts}
	Subjects = []string{Person, Team, Product, Region}
)

// Money tells whether a metric is an amount.
func Money(metric string) bool { return metric == Won || metric == Received }

// Counted tells whether a metric is counted for a subject: of money and people
// nobody knows for which product they came.
func Counted(subject, metric string) bool { return subject != Product || metric == Won }

// Period is a month or a quarter.
type Period struct {
	Name     string // 2026-11 or 2026-Q4
	From, To cal.Date
}

// ParsePeriod reads 2026-11 and 2026-Q4.
func ParsePeriod(s string) (Period, error) {
	wrong := fmt.Errorf("%q is neither a month nor a quarter", s)
	if len(s) != 7 || s[4] != '-' {
		return Period{}, wrong
	}
	year, err := strconv.Atoi(s[:4])
	if err != nil || year < 1900 || year > 2199 {
		return Period{}, wrong
	}
	first, months := 0, 1
	if s[5] == 'Q' && s[6] >= '1' && s[6] <= '4' {
		first, months = int(s[6]-'1')*3+1, 3
	} else if first, err = strconv.Atoi(s[5:]); err != nil || first < 1 || first > 12 {
		return Period{}, wrong
	}
	from := time.Date(year, time.Month(first), 1, 0, 0, 0, 0, time.UTC)
	return Period{Name: s, From: cal.DateOf(from, time.UTC), To: cal.DateOf(from.AddDate(0, months, -1), time.UTC)}, nil
}

// MonthOf is the month of a day.
func MonthOf(d cal.Date) Period {
	p, _ := ParsePeriod(string(d)[:7]) // a valid day has a valid month
	return p
}

// QuarterOf is the quarter of a day.
func QuarterOf(d cal.Date) Period {
	month, _ := strconv.Atoi(string(d)[5:7]) // two digits of a valid day
	p, _ := ParsePeriod(fmt.Sprintf("%s-Q%d", string(d)[:4], (month+2)/3))
	return p
}

// Quarter tells which of the two it is.
func (p Period) Quarter() bool { return strings.Contains(p.Name, "Q") }

// Months are the names of the months it holds.
func (p Period) Months() []string {
	var out []string
	for d := p.From; d <= p.To; d = MonthOf(d).To.AddDays(1) {
		out = append(out, MonthOf(d).Name)
	}
	return out
}

// Before is the period before it, and After the one after.
func (p Period) Before() Period { return p.like(p.From.AddDays(-1)) }

// After is the period after it.
func (p Period) After() Period { return p.like(p.To.AddDays(1)) }

func (p Period) like(d cal.Date) Period {
	if p.Quarter() {
		return QuarterOf(d)
	}
	return MonthOf(d)
}

// Elapsed is the share of its days that have passed at the end of today, 0 to 1.
func (p Period) Elapsed(today cal.Date) float64 {
	all := p.To.Sub(p.From) + 1
	return min(1, max(0, float64(today.Sub(p.From)+1)/float64(all)))
}

// Target is what is to be reached.
type Target struct {
	ID        int64   `db:"id"`
	Period    string  `db:"period"`
	Metric    string  `db:"metric"`
	Subject   string  `db:"subject"`
	UserID    db.ID   `db:"user_id"`
	TeamID    db.ID   `db:"team_id"`
	ProductID db.ID   `db:"product_id"`
	Region    string  `db:"region"`
	Amount    int64   `db:"amount"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Key names whose target it is within its subject: an id, or a region.
func (t Target) Key() string {
	if t.Subject == Region {
		return t.Region
	}
	return strconv.FormatInt(max(int64(t.UserID), int64(t.TeamID), int64(t.ProductID)), 10)
}

// Input is one target as a form or the API says it; Amount 0 takes it away.
type Input struct {
	Period, Metric, Subject, Key string
	Amount                       int64
}

// maxTarget keeps sums within 64 bits.
const maxTarget = 100_000_000_000_000

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	_, err := ParsePeriod(in.Period)
	c.That(err == nil, "period", "target.error.period")
	c.That(slices.Contains(Metrics, in.Metric), "metric", "error.choice")
	c.That(in.Subject == Company || slices.Contains(Subjects, in.Subject), "subject", "error.choice")
	c.That(Counted(in.Subject, in.Metric), "metric", "target.error.product")
	c.That(in.Amount >= 0 && in.Amount <= maxTarget, "amount", "error.money")
	id, err := strconv.ParseInt(in.Key, 10, 64)
	switch in.Subject {
	case Company:
		c.That(in.Key == "" || in.Key == "0", "key", "error.choice")
	case Region:
		c.That(in.Key != "" && len([]rune(in.Key)) <= 100, "key", "error.choice")
	default:
		c.That(err == nil && id > 0, "key", "error.choice")
	}
	return c.Err()
}

func plain(v int64) string { return strconv.FormatInt(v, 10) }

func number(s string) (int64, error) { return strconv.ParseInt(strings.TrimSpace(s), 10, 64) }
