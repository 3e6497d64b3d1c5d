// Package quote is an offer in writing: lines with prices, discounts and tax that
// a customer reads behind a link, asks about, and accepts or declines. Sent, it is
// never changed: a new version is a copy. Accepted, it becomes an order, once.
package quote

import (
	"fmt"
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
	Read   = "quote.read"
	Write  = "quote.write"
	Delete = "quote.delete"
)

// The states of a quote.
const (
	Draft     = "draft"
	Sent      = "sent"
	Accepted  = "accepted"
	Declined  = "declined"
	Expired   = "expired"
	Withdrawn = "withdrawn"
	Replaced  = "replaced" // a newer version was sent
)

// States lists them in the order of a life.
var States = []string{Draft, Sent, Accepted, Declined, Expired, Withdrawn, Replaced}

// Quote is one version of an offer with its lines.
type Quote struct {
	ID             int64    `db:"id"`
	Number         string   `db:"number"`
	Revision       int      `db:"revision"`
	CustomerID     int64    `db:"customer_id"`
	CustomerName   string   `db:"customer_name"`
	Language       string   `db:"language"` // of the customer, "" unknown
	ContactID      db.ID    `db:"contact_id"`
	DealID         db.ID    `db:"deal_id"`
	Title          string   `db:"title"`
	QuotedOn       cal.Date `db:"quoted_on"`
	ValidUntil     cal.Date `db:"valid_until"`
	State          string   `db:"state"`
	Currency       string   `db:"currency"`
	WithTax        bool     `db:"with_tax"`
	DiscountRate   int64    `db:"discount_rate"`
	DiscountAmount int64    `db:"discount_amount"`
	Gross          int64    `db:"gross"`
	Discounts      int64    `db:"discount"`
	Tax            int64    `db:"tax"`
	Total          int64    `db:"total"`
	Intro          string   `db:"intro"`
	Terms          string   `db:"terms"`
	UserID         db.ID    `db:"user_id"`
	UserName       string   `db:"user_name"`
	OrderID        db.ID    `db:"order_id"`
	SentAt         db.Time  `db:"sent_at"`
	DecidedAt      db.Time  `db:"decided_at"`
	Signer         string   `db:"signer"`
	Signature      string   `db:"signature"`
	Reason         string   `db:"reason"`
	Nonce          string   `db:"nonce"`
	CreatedAt      db.Time  `db:"created_at"`
	UpdatedAt      db.Time  `db:"updated_at"`
	Version        int64    `db:"version"`
	ExternalID     db.Null  `db:"external_id"` // the same of all versions
	ExternalSource string   `db:"external_src"`

	Values custom.Values `db:"fields"`
	Added  custom.Record `db:"-"` // the values of the fields that the shop added

	Lines []Line `db:"-"`
}

// Open tells that the customer may still decide.
func (q Quote) Open(today cal.Date) bool { return q.State == Sent && !q.over(today) }

func (q Quote) over(today cal.Date) bool { return q.ValidUntil != "" && q.ValidUntil < today }

// Name is the number with its version, as it stands on the paper.
func (q Quote) Name() string {
	if q.Revision == 1 {
		return q.Number
	}
	return fmt.Sprintf("%s v%d", q.Number, q.Revision)
}

// Discount is that of the whole.
func (q Quote) Discount() pricing.Discount {
	return pricing.Discount{Rate: q.DiscountRate, Amount: q.DiscountAmount}
}

// Options are the lines that the customer may take along.
func (q Quote) Options() []Line { return pick(q.Lines, func(l Line) bool { return l.Optional }) }

// Counted are the lines that make the total.
func (q Quote) Counted() []Line { return pick(q.Lines, Line.counts) }

func pick(lines []Line, is func(Line) bool) []Line {
	var out []Line
	for _, l := range lines {
		if is(l) {
			out = append(out, l)
		}
	}
	return out
}

// Sums adds up what counts.
func (q Quote) Sums() (pricing.Totals, error) {
	var lines []pricing.Line
	var at []int
	for i, l := range q.Lines {
		if l.counts() {
			lines, at = append(lines, l.priced()), append(at, i)
		}
	}
	t, err := pricing.Total(lines, pricing.Options{WithTax: q.WithTax, Discount: q.Discount()})
	if wrong, ok := err.(*pricing.Wrong); ok && wrong.Line >= 0 {
		wrong.Line = at[wrong.Line]
	}
	return t, err
}

// Capitals is the total written out, where that is the custom.
func (q Quote) Capitals() string {
	if q.Currency != "CNY" {
		return ""
	}
	return money.Capitals(q.Total)
}

// Line is one position of a quote, with its own copy of the product's words.
type Line struct {
	ID             int64          `db:"id"`
	QuoteID        int64          `db:"quote_id"`
	ProductID      db.ID          `db:"product_id"`
	Name           string         `db:"name"`
	Unit           string         `db:"unit"`
	Quantity       money.Quantity `db:"quantity"`
	UnitPrice      int64          `db:"unit_price"`
	DiscountRate   int64          `db:"discount_rate"`
	DiscountAmount int64          `db:"discount_amount"`
	TaxRate        int64          `db:"tax_rate"`
	Total          int64          `db:"total"`
	Optional       bool           `db:"optional"`
	Chosen         bool           `db:"chosen"`
	PriceList      string         `db:"price_list"`
	PriceLeast     money.Quantity `db:"price_least"`
	Position       int            `db:"position"`
}

func (l Line) counts() bool { return !l.Optional || l.Chosen }

// Discount is that of the line.
func (l Line) Discount() pricing.Discount {
	return pricing.Discount{Rate: l.DiscountRate, Amount: l.DiscountAmount}
}

// N is the number shown.
func (l Line) N() int { return l.Position + 1 }

// Tax is the rate as people read it, "" for none.
func (l Line) Tax() string {
	if l.TaxRate == 0 {
		return ""
	}
	return pricing.RateText(l.TaxRate) + "%"
}

func (l Line) priced() pricing.Line {
	return pricing.Line{Quantity: l.Quantity, Price: l.UnitPrice, Discount: l.Discount(), TaxRate: l.TaxRate}
}

// Input is what a form or the API says about a quote.
type Input struct {
	CustomerID int64
	ContactID  int64
	DealID     int64
	Title      string
	QuotedOn   cal.Date // "" is today
	ValidUntil cal.Date
	Discount   pricing.Discount
	Intro      string
	Terms      string
	Lines      []LineInput
	Fields     custom.Typed // of the added fields; nil leaves them as they are

	ExternalID, ExternalSource string
}

// LineInput is one position: a product by its id or by what was typed, which is
// its code, its name, or anything that is in no catalogue.
type LineInput struct {
	ProductID int64
	Name      string
	Unit      string
	Quantity  money.Quantity
	UnitPrice *int64 // nil is what the product costs this customer
	Discount  pricing.Discount
	TaxRate   *int64 // nil is the product's
	Optional  bool
}

// The limits of a quote.
const (
	MaxLines    = 200
	maxQuantity = 1_000_000 * money.One
	maxName     = 200
	maxUnit     = 60
	maxExternal = 100
	maxText     = 10_000
)

// Clean trims what was typed and fills in what goes without saying.
func (in *Input) Clean(today cal.Date) {
	in.Title, in.ExternalID, in.ExternalSource = line(in.Title), line(in.ExternalID), line(in.ExternalSource)
	in.Intro, in.Terms = text.Block(in.Intro), text.Block(in.Terms)
	if in.QuotedOn == "" {
		in.QuotedOn = today
	}
	for i := range in.Lines {
		in.Lines[i].Name, in.Lines[i].Unit = line(in.Lines[i].Name), line(in.Lines[i].Unit)
	}
}

func line(s string) string { return strings.Join(strings.Fields(text.Line(s)), " ") }

const (
	earliest  = cal.Date("1900-01-01")
	latestDay = cal.Date("2199-12-31")
)

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(len([]rune(in.Title)) <= maxName, "title", "error.long", "n", maxName)
	c.That(len([]rune(in.ExternalID)) <= maxExternal, "external_id", "error.long", "n", maxExternal)
	c.That(len([]rune(in.ExternalSource)) <= maxExternal, "external_source", "error.long", "n", maxExternal)
	c.That(in.QuotedOn.Valid() && in.QuotedOn >= earliest && in.QuotedOn <= latestDay, "quoted_on", "error.date")
	c.That(in.ValidUntil.Valid() && in.ValidUntil <= latestDay, "valid_until", "error.date")
	c.That(in.ValidUntil == "" || in.ValidUntil >= in.QuotedOn, "valid_until", "quote.error.ends_before")
	c.That(len([]rune(in.Intro)) <= maxText, "intro", "error.long", "n", maxText)
	c.That(len([]rune(in.Terms)) <= maxText, "terms", "error.long", "n", maxText)
	c.That(len(in.Lines) > 0, "lines", "order.error.no_lines")
	c.That(len(in.Lines) <= MaxLines, "lines", "error.many", "n", MaxLines)
	for i, l := range in.Lines {
		c.That(l.ProductID != 0 || l.Name != "", lineField(i, "name"), "error.required")
		c.That(len([]rune(l.Name)) <= maxName, lineField(i, "name"), "error.long", "n", maxName)
		c.That(len([]rune(l.Unit)) <= maxUnit, lineField(i, "unit"), "error.long", "n", maxUnit)
		c.That(l.Quantity > 0, lineField(i, "quantity"), "error.positive")
		c.That(l.Quantity <= maxQuantity, lineField(i, "quantity"), "order.error.too_many")
		c.That(l.UnitPrice == nil || *l.UnitPrice >= 0, lineField(i, "unit_price"), "quote.error.below_zero")
		c.That(l.UnitPrice == nil || *l.UnitPrice <= product.MaxPrice, lineField(i, "unit_price"), "error.money_too_big")
	}
	return c.Err()
}

// lineField is where a mistake of a line is shown.
func lineField(i int, name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }

// wrongField is where a mistake in adding up is shown.
func wrongField(i int, name string) string {
	if name == "price" || name == "total" {
		name = "unit_price"
	}
	switch {
	case i < 0 && name == "discount":
		return "discount"
	case i < 0:
		return "lines"
	}
	return lineField(i, name)
}

// Input is the quote as a form would send it, for an edit that changes only some
// fields and for a new version.
func (q Quote) Input() Input {
	in := Input{CustomerID: q.CustomerID, ContactID: int64(q.ContactID), DealID: int64(q.DealID), Title: q.Title, QuotedOn: q.QuotedOn,
		ValidUntil: q.ValidUntil, Discount: q.Discount(), Intro: q.Intro, Terms: q.Terms,
		ExternalID: string(q.ExternalID), ExternalSource: q.ExternalSource}
	for _, l := range q.Lines {
		price, tax := l.UnitPrice, l.TaxRate
		in.Lines = append(in.Lines, LineInput{ProductID: int64(l.ProductID), Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, UnitPrice: &price,
			Discount: l.Discount(), TaxRate: &tax, Optional: l.Optional})
	}
	return in
}
