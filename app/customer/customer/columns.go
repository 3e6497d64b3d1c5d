package customer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// The columns of the list. Which of them, in what order, stands in the URL, as
// all of a view does.

// plainColumns are those that nobody chose; the name stands before them.
var plainColumns = []string{"grade", "rhythm", "last_order_on", "revenue", "nps", "owner_id", "next_task_at"}

// columnNames are all that can be chosen besides the shop's own fields.
var columnNames = []string{"grade", "rhythm", "last_order_on", "revenue", "nps", "owner_id", "next_task_at", "kind", "level", "stage", "segment", "tag_id", "contact", "phone", "email",
	"wechat", "region", "source", "address", "birthday", "external_id", "orders", "revenue_year", "paid", "first_order_on", "days_since_order", "expected_on",
	"last_contact_at", "next_contact_on", "recycle_at", "protected_until", "open_tasks", "open_cases", "csat", "score", "value_score", "health_score", "referred_by", "referred_revenue", "created_at", "updated_at"}

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
	said        map[string]string // what the values are called
}

// HeadClass is how the head stands.
func (c Column) HeadClass() string {
	if strings.Contains(c.Class, "num") {
		return "num"
	}
	return ""
}

var placed = map[string]string{"grade": "l2e", "rhythm": "l1e", "last_order_on": "l2", "revenue": "num strong l2"}

var numbers = []string{"orders", "revenue", "revenue_year", "paid", "days_since_order", "open_tasks", "open_cases", "csat", "score", "value_score", "health_score", "referred_revenue"}

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
		case !slices.Contains(columnNames, name) || (name == recycleAt || name == protectedUntil) && !ok: // without pools nobody goes back
			continue
		case name == "rhythm":
			c.Label = l.T("customer.rhythm")
		case name == "contact":
			c.Label = l.T("customer.contact")
		case name == "referred_by" || name == "referred_revenue":
			c.Label = l.T("customer." + name)
		case name == "address":
			c.Label = l.T("customer.address")
		case name == "birthday":
			c.Label = l.T("customer.birthday")
		default:
			c.Label = listing.Words{Locale: l}.Label(f)
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
		if !slices.ContainsFunc(out, func(o Column) bool { return o.Name == name }) && len(out) < listing.MaxColumns {
			out = append(out, c)
		}
	}
	if !slices.ContainsFunc(out, func(c Column) bool { return c.Name == "rhythm" }) {
		// On a phone the first amount takes the strip's place, beside the name.
		if i := slices.IndexFunc(out, func(c Column) bool { return slices.Contains(amounts, c.Name) || c.own.Kind == custom.Money }); i >= 0 {
			out[i].Class = "num strong l1e"
		}
	}
	return out, unknown
}

var amounts = []string{"revenue", "revenue_year", "paid"}

// sheet is the table's rows in the columns of its head.
func (p ListPage) sheet(l *i18n.Locale, b setting.Business, stages stage.Names) view.Sheet {
	out := view.Sheet{Ticks: true, Span: len(p.Heads) + 1, Choose: l.T("common.select"), All: l.T("customer.group_all"), Change: l.T("common.edit")}
	for _, g := range p.Groups {
		group := view.SheetGroup{Label: g.Label, N: l.Number(g.N), Href: g.Href}
		if g.Hue != 0 {
			group.Pill = tagKind(g.Hue)
		}
		for _, r := range g.Rows {
			row := view.SheetRow{ID: r.ID, Name: r.Name, Cells: make([]view.Cell, 1, len(p.Heads)+1)}
			row.Cells[0] = p.nameCell(r)
			r.StageName = stages.Of(l, r.Stage)
			for _, c := range p.Heads {
				cell := c.cell(l, b, r)
				if p.May.Write && !p.Plain && c.Edit() {
					cell.Edit, cell.EditPage = fmt.Sprintf("/customers/%d/cell/%s", r.ID, c.Name), fmt.Sprintf("/customers/%d/edit", r.ID)
				}
				row.Cells = append(row.Cells, cell)
			}
			group.Rows = append(group.Rows, row)
		}
		out.Groups = append(out.Groups, group)
	}
	return out
}

func (p ListPage) nameCell(r ListRow) view.Cell {
	c := view.Cell{Class: "l1", Text: r.Name, Sign: r.Kind, Href: "/customers/" + strconv.FormatInt(r.ID, 10)}
	if p.From != "" {
		c.Href += "?" + p.From
	}
	if r.Back != "" {
		c.Asides = []view.Pill{{Text: r.Back, Kind: "warm"}}
	} else if p.Plain && r.Contact != "" {
		c.Asides = []view.Pill{{Text: r.Contact}}
	} else if p.Plain {
		for _, t := range r.Tags[:min(2, len(r.Tags))] {
			c.Asides = append(c.Asides, t.pill())
		}
	}
	return c
}

// cell is what a row says in this column.
func (c Column) cell(l *i18n.Locale, b setting.Business, r ListRow) view.Cell {
	out := view.Cell{Label: c.Label, Class: c.Class}
	tone := ""
	switch c.Name {
	case "grade":
		out.Text, out.Grade, out.Note = r.ShownGrade(), strings.ToLower(r.ShownGrade()), r.ScoreText
		if r.Level == "" && r.GradeByHand {
			out.Grade, out.Title = out.Grade+" hand", l.T("evaluation.by_hand")
		}
		if r.NoProfiling {
			out.Note, out.NoteSays = "–", l.T("evaluation.no_profiling")
		}
	case "rhythm":
		if r.Orders > 0 {
			out.Draw = r.rhythm(l)
		}
	case "last_order_on":
		if out.Text = r.LastOrder; out.Text != "" {
			out.Title = l.Date(cal.Date(r.LastOrderOn).Time(l.Zone()))
		}
		if r.Late {
			tone = "warm-t"
		}
	case "nps":
		if r.NPS >= 0 {
			out.Strong, out.Text, tone = true, l.Number(r.NPS), npsTone(r.NPS)
		}
	case "owner_id":
		out.Person, out.Text = true, string(r.OwnerName)
	case "next_task_at":
		if out.Text, tone = r.NextStep, "t2"; out.Text != "" {
			out.Title = l.DateTime(r.NextTaskAt.Time)
		}
		if r.NextLate {
			tone = "warm-t"
		}
	case "stage":
		out.Text = r.StageName
	case "segment":
		out.Text = c.said[string(r.Segment)]
	case "tag_id":
		for _, t := range r.Tags[:min(4, len(r.Tags))] {
			out.Pills = append(out.Pills, t.pill())
		}
		if more := len(r.Tags) - 4; more > 0 {
			out.Note = "+" + l.Number(more)
		}
	case "phone":
		if len(r.Phones) > 0 {
			out.Text = r.Phones[0].Raw
			if tel := r.Phones[0].E164; tel != "" {
				out.Href = "tel:" + tel
			}
		}
	case "email":
		if len(r.Emails) > 0 {
			if out.Text = r.Emails[0]; !strings.Contains(out.Text, "*") {
				out.Href = "mailto:" + out.Text
			}
		}
	default:
		out.Text = plainText(l, b, r, c)
		if c.own.ID == 0 {
			break
		}
		if t, ok := r.Added.TellOne(c.own, l); ok {
			out.Text, out.Href = clipped(t.Text, 60), t.Href
		}
	}
	if tone != "" {
		out.Class += " " + tone
	}
	return out
}

func tagKind(hue int) string { return "tag hue-" + strconv.Itoa(hue) }

func (t Tag) pill() view.Pill { return view.Pill{Text: t.Name, Kind: tagKind(t.Colour)} }

func npsTone(score int) string {
	switch {
	case score >= 9:
		return "good-t"
	case score >= 7:
		return "t2"
	}
	return "bad-t"
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
	case protectedUntil:
		if r.ProtectedUntil.After(l.Now()) {
			return l.Date(r.ProtectedUntil.Time)
		}
	case "recycle_at":
		if !r.RecycleAt.IsZero() {
			return l.Date(r.RecycleAt.Time)
		}
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
	case "referred_by":
		return r.ReferredBy
	case "referred_revenue":
		return money(r.Referred)
	case "created_at":
		return l.Date(r.CreatedAt.Time)
	case "updated_at":
		return l.Date(r.UpdatedAt.Time)
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
