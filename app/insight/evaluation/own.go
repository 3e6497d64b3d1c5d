package evaluation

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Own is a dimension that the shop made itself. A published version holds a copy
// of those that it weighs, so that old scores stay readable and a change holds
// only with the next version.
type Own struct {
	ID      int64   `json:"id" db:"id"`
	Kind    string  `json:"kind" db:"kind"`
	NameEN  string  `json:"name_en,omitempty" db:"name_en"`
	NameZH  string  `json:"name_zh,omitempty" db:"name_zh"`
	About   string  `json:"about,omitempty" db:"about"` // why it says something about a customer
	Side    string  `json:"side,omitempty" db:"side"`
	Field   int64   `json:"field,omitempty" db:"field"`
	Counted string  `json:"counted,omitempty" db:"counted"`
	Months  int     `json:"months,omitempty" db:"months"`
	Low     float64 `json:"low" db:"low"`   // the number that is worth 0
	High    float64 `json:"high" db:"high"` // the number that is worth 100; below Low when less is better
	Need    int     `json:"need,omitempty" db:"need"`
	Days    int     `json:"days,omitempty" db:"days"`
	Items   Items   `json:"items,omitempty" db:"items"`

	At      db.Time `json:"-" db:"updated_at"`
	Version int64   `json:"-" db:"version"`

	shut  bool   // its field may not be used any more
	rests string // the dimension whose records its field is computed from
}

// What an own dimension is made of.
const (
	ByField     = "field"     // a number that the shop keeps about its customers
	ByCount     = "count"     // how often something happened
	ByChecklist = "checklist" // yes or no, filled in by a person
)

// OwnKinds lists them.
var OwnKinds = []string{ByChecklist, ByCount, ByField}

// Counted is what can be counted.
var Counted = []string{"exchange", "visit", "call", "wechat", "note", "case", "referral", "deal", "order", "return"}

// Sides are the sub-scores that an own dimension may be part of.
var Sides = []string{"", "value", "health"}

// Item is one point of a checklist.
type Item struct {
	ID     int64   `json:"id"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

// Heavy is the weight as it is typed.
func (i Item) Heavy() string { return plain(i.Weight) }

const (
	ownPrefix = "own_"
	maxOwn    = 12 // made
	maxUsed   = 4  // with a weight: with the six of the house as many as can be compared in pairs
	maxItems  = 12
	maxMonths = 36
	maxCheck  = 1096 // days for which an answer may count
	kOwn      = 1
	yearDays  = 365
)

// Key is its name among the dimensions.
func (o Own) Key() string { return ownPrefix + strconv.FormatInt(o.ID, 10) }

// Name is what it is called in a language.
func (o Own) Name(locale string) string {
	if locale == "zh-CN" && o.NameZH != "" || o.NameEN == "" {
		return o.NameZH
	}
	return o.NameEN
}

// Less tells whether a smaller number is better.
func (o Own) Less() bool { return o.High < o.Low }

// same tells whether two definitions judge and read alike.
func (o Own) same(p Own) bool {
	return slices.Equal(o.Items, p.Items) && o.plain() == p.plain()
}

// plain is what can be compared.
func (o Own) plain() any {
	return [...]any{o.ID, o.Kind, o.NameEN, o.NameZH, o.About, o.Side, o.Field, o.Counted, o.Months, o.Low, o.High, o.Need, o.Days}
}

func (o *Own) clean() {
	for _, s := range []*string{&o.Kind, &o.NameEN, &o.NameZH, &o.About, &o.Side, &o.Counted} {
		*s = text.Line(*s)
	}
	for i := range o.Items {
		o.Items[i].Text = text.Line(o.Items[i].Text)
	}
	o.Items = slices.DeleteFunc(o.Items, func(i Item) bool { return i.Text == "" })
	if o.Kind != ByField {
		o.Field = 0
	}
	if o.Kind != ByCount {
		o.Counted, o.Months = "", 0
	}
	if o.Kind != ByChecklist {
		o.Items, o.Need, o.Days = nil, 0, 0
		return
	}
	o.Low, o.High = 0, 100
}

// validate says what is wrong; added are the fields that the shop added to customers.
func (o Own) validate(added custom.Record) error {
	c := &errs.Check{}
	c.That(slices.Contains(OwnKinds, o.Kind), "kind", "error.choice")
	c.That(o.NameEN != "" || o.NameZH != "", "name_en", "error.required")
	for field, s := range map[string]string{"name_en": o.NameEN, "name_zh": o.NameZH} {
		c.That(len([]rune(s)) <= 60, field, "error.long", "n", 60)
		c.That(!aboutThePerson(s), field, "evaluation.own.error.person")
	}
	c.That(len([]rune(o.About)) <= maxNote, "about", "error.long", "n", maxNote)
	c.That(slices.Contains(Sides, o.Side), "side", "error.choice")
	c.That(math.Abs(o.Low) <= 1e12 && math.Abs(o.High) <= 1e12, "low", "error.number")
	c.That(o.Low != o.High && !math.IsNaN(o.Low) && !math.IsNaN(o.High), "high", "evaluation.own.error.scale")
	switch o.Kind {
	case ByField:
		f, there := fieldAt(added.Set, o.Field)
		c.That(there && numeric(added, f), "field", "error.choice")
		if why := unfit(f, added.Set); there && why != "" {
			c.Add("field", "evaluation.unfit."+why)
		}
	case ByCount:
		c.That(slices.Contains(Counted, o.Counted), "counted", "error.choice")
		c.That(o.Months >= 1 && o.Months <= maxMonths, "months", "evaluation.own.error.months", "n", maxMonths)
	case ByChecklist:
		o.validateItems(c)
	}
	return c.Err()
}

func (o Own) validateItems(c *errs.Check) {
	c.That(len(o.Items) > 0, "items", "error.required")
	c.That(len(o.Items) <= maxItems, "items", "error.many", "n", maxItems)
	for _, i := range o.Items {
		c.That(len([]rune(i.Text)) <= 120, "items", "error.long", "n", 120)
		c.That(between(i.Weight, .1, 100), "items", "evaluation.own.error.item_weight")
		c.That(!aboutThePerson(i.Text), "items", "evaluation.own.error.person")
	}
	c.That(o.Need >= 1 && o.Need <= max(1, len(o.Items)), "need", "evaluation.own.error.need")
	c.That(o.Days >= 1 && o.Days <= maxCheck, "days", "evaluation.own.error.days", "n", maxCheck)
}

// scale puts a number on 0 to 100.
func (o Own) scale(v float64) float64 {
	return math.Max(0, math.Min(100, 100*(v-o.Low)/(o.High-o.Low)))
}

// part is the dimension for one customer.
func (o Own) part(f facts, today cal.Date) part {
	switch o.Kind {
	case ByField:
		return o.number(f)
	case ByCount:
		return o.count(f, today)
	}
	return o.checked(f, today)
}

// number is one that the shop keeps or computes; it is what it is, so nothing is
// shrunk. Amounts are in whole units of the shop's currency.
func (o Own) number(f facts) part {
	if o.shut {
		return missing("own_shut", nil)
	}
	v, ok := f.numbers[o.Field]
	if !ok {
		return missing("own_no_value", nil)
	}
	code := "own_value"
	if v.money {
		code = "own_money"
	}
	return part{known: true, raw: o.scale(v.n), n: 1,
		reasons: []Reason{{Code: code, Nums: nums("value", v.n, "low", o.Low, "high", o.High)}}, evidence: []Ref{{"customer", f.customer}}}
}

func fieldAt(set custom.Set, id int64) (custom.Field, bool) {
	i := slices.IndexFunc(set, func(f custom.Field) bool { return f.ID == id })
	if i < 0 {
		return custom.Field{}, false
	}
	return set[i], true
}

// count is how often something happened. Whoever is known for a short time is
// drawn towards the typical customer.
func (o Own) count(f facts, today cal.Date) part {
	from := monthsBefore(today, o.Months)
	known := min(float64(o.Months), float64(today.Sub(f.knownSince()))/(yearDays/12.0))
	if known < 1 {
		return missing("own_young", nil)
	}
	n := 0
	var refs []Ref
	for _, h := range f.happenings(o.Counted) {
		if h.on > from && h.on <= today {
			n++
			refs = append(refs, h.ref)
		}
	}
	return part{known: true, raw: o.scale(float64(n)), n: known, k: kOwn, evidence: last(refs), of: len(refs),
		reasons: []Reason{{Code: "own_count." + o.Counted, Nums: nums("n", n, "months", o.Months)}}}
}

// checked is the share of the answers that are yes, by weight, of those that
// still count.
func (o Own) checked(f facts, today cal.Date) part {
	yes, all, n := 0.0, 0.0, 0
	var reasons []Reason
	var refs []Ref
	for _, item := range o.Items {
		a, there := f.checks[point{o.ID, item.ID}]
		if !there || a.until < today {
			continue
		}
		n++
		all += item.Weight
		code := "own_no"
		if a.yes {
			yes += item.Weight
			code = "own_yes"
		}
		reasons = append(reasons, Reason{Code: code, Text: item.Text, On: string(a.until)})
		refs = append(refs, Ref{"evaluation_check", a.id})
	}
	if n < max(1, o.Need) {
		return missing("own_unchecked", nums("have", n, "need", max(1, o.Need)))
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(a.Code, b.Code) }) // what is wrong comes first
	return part{known: true, raw: 100 * yes / all, n: float64(n), k: kOwn, reasons: reasons, evidence: refs}
}

// monthsBefore is the day some months earlier, a month being a twelfth of a year.
func monthsBefore(d cal.Date, n int) cal.Date { return d.AddDays(-yearDays * n / 12) }
