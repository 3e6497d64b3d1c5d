// Package order is what customers bought: a date, lines and a status, in one
// screen. A confirmed or completed order counts as a purchase, unless more came
// back than went out: then it is a return, which lowers sums and is counted
// nowhere. The total is
// what kit/pricing makes of the lines, their discounts and their tax, and is kept
// with them in one transaction; what was paid
// and what is still owed are always computed from the payments.
package order

import (
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/kit/text"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read     = "order.read"
	Write    = "order.write"
	Delete   = "order.delete"
	Settings = "order.settings"
)

// The states of an order.
const (
	Draft     = "draft"
	Confirmed = "confirmed"
	Completed = "completed"
	Cancelled = "cancelled"
)

// Statuses lists them in the order of a life.
var Statuses = []string{Draft, Confirmed, Completed, Cancelled}

// Purchase tells whether an order of that status counts as one.
func Purchase(status string) bool { return status == Confirmed || status == Completed }

// next says which status may follow which. A purchase never becomes a draft
// again: it is cancelled, and may be taken up again.
var next = map[string][]string{
	Draft:     {Confirmed, Completed, Cancelled},
	Confirmed: {Completed, Cancelled},
	Completed: {Confirmed, Cancelled},
	Cancelled: {Draft, Confirmed},
}

// MayBecome tells whether a status may follow another; the same one may.
func MayBecome(from, to string) bool {
	for _, s := range next[from] {
		if s == to {
			return true
		}
	}
	return from == to
}

// Order is one order with its lines.
type Order struct {
	ID             int64    `db:"id"`
	Number         string   `db:"number"`
	CustomerID     int64    `db:"customer_id"`
	CustomerName   string   `db:"customer_name"`
	OrderedOn      cal.Date `db:"ordered_on"`
	DueOn          cal.Date `db:"due_on"`     // when it is to be paid; "" = at once
	DeliverOn      cal.Date `db:"deliver_on"` // the promised day; "" = none
	Status         string   `db:"status"`
	Currency       string   `db:"currency"`
	WithTax        bool     `db:"with_tax"` // the prices contain the tax
	DiscountRate   int64    `db:"discount_rate"`
	DiscountAmount int64    `db:"discount_amount"`
	Tax            int64    `db:"tax"`
	Total          int64    `db:"total"`
	Paid           int64    `db:"paid"`
	Notes          string   `db:"notes"`
	UserID         db.ID    `db:"user_id"`
	ExternalID     db.Null  `db:"external_id"`
	ExternalSource string   `db:"external_src"`
	CreatedAt      db.Time  `db:"created_at"`
	UpdatedAt      db.Time  `db:"updated_at"`
	Version        int64    `db:"version"`

	Values custom.Values `db:"fields"`
	Added  custom.Record `db:"-"` // the values of the fields that the shop added

	Lines []Line `db:"-"`
}

// Return tells that more came back than went out.
func (o Order) Return() bool { return o.Total < 0 }

// Outstanding is what is still to be paid; below zero when too much was.
func (o Order) Outstanding() int64 { return o.Total - o.Paid }

// Owed tells that the order is a purchase that is not paid in full.
func (o Order) Owed() bool { return Purchase(o.Status) && o.Outstanding() > 0 }

// Late tells that it should have been paid before today.
func (o Order) Late(today cal.Date) bool {
	return o.Owed() && o.DueOn != "" && o.DueOn < today
}

// Overdue tells that it was promised for a day before today and is not delivered.
func (o Order) Overdue(today cal.Date) bool {
	return o.Status == Confirmed && !o.Return() && o.DeliverOn != "" && o.DeliverOn < today
}

// Line is one position of an order, with its own copy of the product's words.
type Line struct {
	ID             int64          `db:"id"`
	OrderID        int64          `db:"order_id"`
	ProductID      db.ID          `db:"product_id"`
	Name           string         `db:"name"`
	Unit           string         `db:"unit"`
	Quantity       money.Quantity `db:"quantity"`
	UnitPrice      int64          `db:"unit_price"`
	DiscountRate   int64          `db:"discount_rate"`
	DiscountAmount int64          `db:"discount_amount"`
	TaxRate        int64          `db:"tax_rate"`
	Total          int64          `db:"total"` // after its own discount
	Position       int            `db:"position"`
}

// Input is what a form, the API or an import says about an order.
type Input struct {
	Number         string // "" is the next one of the year
	CustomerID     int64  // 0 leaves an order that exists with its customer
	OrderedOn      cal.Date
	DueOn          cal.Date
	DeliverOn      cal.Date
	Status         string // "" is confirmed
	Notes          string
	ExternalID     string
	ExternalSource string
	Lines          []LineInput
	Discount       pricing.Discount // of the whole
	WithTax        *bool            // nil leaves it, for a new one as the shop's prices are
	Return         bool             // goods came back: quantities may be below zero
	Received       *Receipt         // money that came with the order, only when it is made
	Fields         custom.Typed     // of the added fields; nil leaves them as they are
}

// LineInput is one position: a product by its id or by what was typed, which
// is its code, its name, or anything that is in no catalogue.
type LineInput struct {
	ProductID int64
	Name      string
	Unit      string // "" is the product's
	Quantity  money.Quantity
	UnitPrice *int64 // nil is what the product costs this customer
	Discount  pricing.Discount
	TaxRate   *int64 // nil is the product's
}

// Receipt is money received together with the order.
type Receipt struct {
	Amount int64
	Method string
}

// The limits of an order. MaxTotal keeps every sum of orders within 64 bits.
const (
	MaxLines    = 500
	MaxQuantity = 1_000_000 * money.One
	MaxTotal    = 100_000_000_000_000
	maxNumber   = 60
	maxName     = 200
	maxNotes    = 5000
)

// Clean trims what was typed and fills in what goes without saying.
func (in *Input) Clean(today cal.Date) {
	for _, s := range []*string{&in.Number, &in.Status, &in.ExternalID, &in.ExternalSource} {
		*s = text.Line(*s)
	}
	in.Notes = text.Block(in.Notes)
	in.Number = strings.Join(strings.Fields(in.Number), " ")
	if in.Status == "" {
		in.Status = Confirmed
	}
	if in.OrderedOn == "" {
		in.OrderedOn = today
	}
	if in.Return && !slices.ContainsFunc(in.Lines, func(l LineInput) bool { return l.Quantity < 0 }) {
		for i := range in.Lines { // said as it looks on the note: two came back
			in.Lines[i].Quantity = -in.Lines[i].Quantity
		}
	}
	for i := range in.Lines {
		in.Lines[i].Name = strings.Join(strings.Fields(text.Line(in.Lines[i].Name)), " ")
		in.Lines[i].Unit = text.Line(in.Lines[i].Unit)
	}
}

// keep leaves as it was what an order cannot be without.
func (in *Input) keep(before Order) {
	if in.CustomerID == 0 {
		in.CustomerID = before.CustomerID
	}
	if strings.TrimSpace(in.Number) == "" {
		in.Number = before.Number
	}
	if strings.TrimSpace(in.Status) == "" {
		in.Status = before.Status
	}
	if in.OrderedOn == "" {
		in.OrderedOn = before.OrderedOn
	}
}

// The days that an order can be of: a slip of the year is no order.
const (
	earliest  = cal.Date("1900-01-01")
	latestDay = cal.Date("2199-12-31")
)

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(len([]rune(in.Number)) <= maxNumber, "number", "error.long", "n", maxNumber)
	c.That(len(next[in.Status]) > 0, "status", "error.choice")
	c.That(in.OrderedOn.Valid() && in.OrderedOn >= earliest && in.OrderedOn <= latestDay, "ordered_on", "error.date")
	c.That(in.DueOn.Valid() && in.DueOn <= latestDay, "due_on", "error.date")
	c.That(in.DueOn == "" || in.DueOn >= in.OrderedOn, "due_on", "order.error.due_before")
	c.That(in.DeliverOn == "" || (in.DeliverOn.Valid() && in.DeliverOn <= latestDay), "deliver_on", "error.date")
	c.That(in.DeliverOn == "" || in.DeliverOn >= in.OrderedOn, "deliver_on", "order.error.due_before")
	c.That(len([]rune(in.Notes)) <= maxNotes, "notes", "error.long", "n", maxNotes)
	c.That(len([]rune(in.ExternalID)) <= 100, "external_id", "error.long", "n", 100)
	c.That(len([]rune(in.ExternalSource)) <= 100, "external_source", "error.long", "n", 100)
	c.That(len(in.Lines) > 0, "lines", "order.error.no_lines")
	c.That(len(in.Lines) <= MaxLines, "lines", "error.many", "n", MaxLines)
	for i, l := range in.Lines {
		c.That(l.ProductID != 0 || l.Name != "", lineField(i, "name"), "error.required")
		c.That(len([]rune(l.Name)) <= maxName, lineField(i, "name"), "error.long", "n", maxName)
		c.That(len([]rune(l.Unit)) <= maxNumber, lineField(i, "unit"), "error.long", "n", maxNumber)
		c.That(l.Quantity != 0, lineField(i, "quantity"), "error.positive")
		c.That(l.Quantity >= 0 || in.Return, lineField(i, "quantity"), "order.error.no_return")
		c.That(l.Quantity <= MaxQuantity && l.Quantity >= -MaxQuantity, lineField(i, "quantity"), "order.error.too_many")
		if l.UnitPrice != nil { // below zero: a discount as a line of its own
			c.That(*l.UnitPrice <= product.MaxPrice && *l.UnitPrice >= -product.MaxPrice, lineField(i, "unit_price"), "error.money_too_big")
		}
	}
	return c.Err()
}

// lineField is where a mistake of a line is shown.
func lineField(i int, name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }

// Items is what was bought in a few words: "House espresso × 18, Decaf × 2, +3".
func Items(lines []Line) string {
	const shown = 3
	var parts []string
	for i, l := range lines {
		if i == shown {
			parts = append(parts, fmt.Sprintf("+%d", len(lines)-shown))
			break
		}
		part := l.Name
		if l.Quantity != money.One {
			part += " × " + l.Quantity.String()
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// Input is the order as a form would send it, for an edit that changes only
// some fields.
func (o Order) Input() Input {
	in := Input{Number: o.Number, CustomerID: o.CustomerID, OrderedOn: o.OrderedOn, DueOn: o.DueOn, DeliverOn: o.DeliverOn, Status: o.Status, Notes: o.Notes,
		ExternalID: string(o.ExternalID), ExternalSource: o.ExternalSource, Discount: o.Discount()}
	for _, l := range o.Lines {
		price, tax := l.UnitPrice, l.TaxRate
		in.Return = in.Return || l.Quantity < 0
		in.Lines = append(in.Lines, LineInput{ProductID: int64(l.ProductID), Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, UnitPrice: &price,
			Discount: l.Discount(), TaxRate: &tax})
	}
	return in
}
