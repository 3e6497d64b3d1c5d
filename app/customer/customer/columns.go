package customer

import (
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
)

// The columns of the list. Which of them, in what order, stands in the URL, as
// all of a view does.

// plainColumns are those that nobody chose; the name stands before them.
var plainColumns = []string{"grade", "rhythm", "last_order_on", "revenue", "nps", "owner_id", "next_task_at"}

// columnNames are all that can be chosen besides the shop's own fields.
var columnNames = []string{"grade", "rhythm", "last_order_on", "revenue", "nps", "owner_id", "next_task_at", "kind", "level", "stage", "tag_id", "contact", "phone", "email",
	"wechat", "region", "source", "address", "birthday", "external_id", "orders", "revenue_year", "paid", "first_order_on", "days_since_order", "expected_on",
	"last_contact_at", "next_contact_on", "open_tasks", "open_cases", "csat", "score", "value_score", "health_score", "created_at", "updated_at"}

// maxColumns keeps a page readable and quick.
const maxColumns = 16

// groupings are the fields that the list can be divided by, with the table
// that holds their values when that is another one.
var groupings = map[string]string{"owner_id": "", "level": "", "grade": "", "stage": "", "kind": "", "region": "", "source": "",
	"tag_id": " JOIN customer_tag x ON x.customer_id = c.id"}

// Column is a head of the table.
type Column struct {
	Name, Label string
	Sort        string // what the URL calls the order by it
	Class       string // how the cell stands, also on a phone
	own         custom.Field
}

// HeadClass is how the head stands.
func (c Column) HeadClass() string {
	if strings.Contains(c.Class, "num") {
		return "num"
	}
	return ""
}

// Span is how many cells a group's head takes, after that of the ticks.
func (p ListPage) Span() int { return len(p.Heads) + 1 }

// Cell is what a row says in a column. Kind is "", or how the template draws it.
type Cell struct {
	Column
	Kind string
	Text string
	Tone string
}

var placed = map[string]string{"grade": "l2e", "rhythm": "l1e", "last_order_on": "l2", "revenue": "num strong l2"}

var numbers = []string{"orders", "revenue", "revenue_year", "paid", "days_since_order", "open_tasks", "open_cases", "csat", "score", "value_score", "health_score"}

// headings are the columns with these names; unknown are those of fields that
// were deleted.
func headings(l *i18n.Locale, list field.List, set custom.Set, names []string) (out []Column, unknown []string) {
	for _, name := range names {
		c := Column{Name: name, Class: placed[name]}
		f, ok := list.Field(name)
		key, own := strings.CutPrefix(name, "fields.")
		switch {
		case own:
			if c.own, ok = set.Find(key); !ok {
				unknown = append(unknown, key)
				continue
			}
			c.Label = c.own.Name(l.Tag())
		case !slices.Contains(columnNames, name):
			continue
		case name == "rhythm":
			c.Label = l.T("customer.rhythm")
		case name == "contact":
			c.Label = l.T("customer.contact")
		case name == "address":
			c.Label = l.T("customer.address")
		case name == "birthday":
			c.Label = l.T("customer.birthday")
		default:
			c.Label = fieldLabel(l, f)
		}
		if ok && f.Sort {
			c.Sort = name
		}
		if c.Class == "" {
			c.Class = "gone"
			if !slices.Equal(names, plainColumns) {
				c.Class = "l2 tell"
			}
			if slices.Contains(numbers, name) || c.own.Kind == custom.Number || c.own.Kind == custom.Money {
				c.Class += " num"
			}
		}
		if !slices.ContainsFunc(out, func(o Column) bool { return o.Name == name }) && len(out) < maxColumns {
			out = append(out, c)
		}
	}
	return out, unknown
}

// cells says a row in these columns.
func cells(l *i18n.Locale, b setting.Business, r ListRow, columns []Column) []Cell {
	out := make([]Cell, len(columns))
	for i, c := range columns {
		out[i] = Cell{Column: c}
		out[i].say(l, b, r)
	}
	return out
}

func (c *Cell) say(l *i18n.Locale, b setting.Business, r ListRow) {
	switch c.Name {
	case "grade":
		c.Kind = "grade"
	case "rhythm":
		c.Kind = "rhythm"
	case "last_order_on":
		c.Text = r.LastOrder
		if r.Late {
			c.Tone = "warm-t"
		}
	case "nps":
		if r.NPS >= 0 {
			c.Kind, c.Text, c.Tone = "nps", l.Number(r.NPS), r.NPSClass
		}
	case "owner_id":
		c.Kind, c.Text = "person", string(r.OwnerName)
	case "next_task_at":
		c.Text, c.Tone = r.NextStep, "t2"
		if r.NextLate {
			c.Tone = "warm-t"
		}
	case "stage":
		c.Text = r.StageName
	case "tag_id":
		c.Kind = "tags"
	default:
		c.Text = plainText(l, b, r, c.Column)
	}
}

func plainText(l *i18n.Locale, b setting.Business, r ListRow, c Column) string {
	day := func(s string) string {
		if s == "" {
			return ""
		}
		return l.Date(cal.Date(s).Time(l.Zone()))
	}
	money := func(minor int64) string {
		if minor == 0 {
			return ""
		}
		return l.Money(minor, b.Currency)
	}
	known := func(n float64) string {
		if n < 0 {
			return ""
		}
		return l.Decimal(n, 0)
	}
	some := func(n int) string {
		if n == 0 {
			return ""
		}
		return l.Number(n)
	}
	switch c.Name {
	case "revenue":
		return r.Bought
	case "kind":
		return l.T("customer.kind." + r.Kind)
	case "level":
		return r.Level
	case "contact":
		return r.Contact
	case "phone":
		if len(r.Phones) > 0 {
			return r.Phones[0].Raw
		}
	case "email":
		if len(r.Emails) > 0 {
			return r.Emails[0]
		}
	case "wechat":
		return r.WeChat
	case "region":
		return l.Country(r.Region)
	case "source":
		return r.Source
	case "address":
		return clipped(r.Address, 60)
	case "birthday":
		return r.Birthday
	case "external_id":
		return string(r.ExternalID)
	case "orders":
		return some(r.Orders)
	case "revenue_year":
		return money(r.RevenueYear)
	case "paid":
		return money(r.Paid)
	case "first_order_on":
		return day(r.FirstOrderOn)
	case "days_since_order":
		if r.LastOrderOn != "" {
			return l.Number(cal.Today(l.Now(), l.Zone()).Sub(cal.Date(r.LastOrderOn)))
		}
	case "expected_on":
		return day(r.ExpectedOn)
	case "last_contact_at":
		if !r.LastContactAt.IsZero() {
			return l.Ago(r.LastContactAt.Time)
		}
	case "next_contact_on":
		return day(r.NextContactOn)
	case "open_tasks":
		return some(r.OpenTasks)
	case "open_cases":
		return some(r.OpenCases)
	case "csat":
		return known(float64(r.CSAT))
	case "score":
		return r.ScoreText
	case "value_score":
		return known(r.ValueScore)
	case "health_score":
		return known(r.HealthScore)
	case "created_at":
		return l.Date(r.CreatedAt.Time)
	case "updated_at":
		return l.Date(r.UpdatedAt.Time)
	}
	if c.own.ID != 0 {
		if t, ok := r.Added.TellOne(c.own, l); ok {
			return clipped(t.Text, 60)
		}
	}
	return ""
}

// clipped keeps a long text to what a cell holds.
func clipped(s string, n int) string {
	if letters := []rune(s); len(letters) > n {
		return string(letters[:n-1]) + "…"
	}
	return s
}
