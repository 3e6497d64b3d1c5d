// Package payment is the money that came in for an order, in one sum or in
// parts; what was paid back is a payment below zero. What is still owed is
// always computed from the order's total and these rows, never stored.
package payment

import (
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read   = "payment.read"
	Write  = "payment.write"
	Delete = "payment.delete"
	// Settings is the right to say how far customers may go into debt and how
	// they are reminded; sales/receivable asks for it.
	Settings = "payment.settings"
)

// Methods are the ways to pay that have a name in both languages; others are
// kept as they were typed.
var Methods = []string{"cash", "card", "transfer", "wechat", "alipay", "cheque", "other"}

// Payment is one sum received or paid back.
type Payment struct {
	ID             int64    `db:"id"`
	OrderID        int64    `db:"order_id"`
	OrderNumber    string   `db:"number"`
	CustomerID     int64    `db:"customer_id"`
	CustomerName   string   `db:"customer_name"`
	Amount         int64    `db:"amount"` // minor units of the order's currency; below zero: paid back
	Currency       string   `db:"currency"`
	PaidOn         cal.Date `db:"paid_on"`
	Method         string   `db:"method"`
	Note           string   `db:"note"`
	ReceiptID      db.ID    `db:"receipt_id"` // the receipt it is a part of
	CreditID       db.ID    `db:"credit_id"`  // the receipt that it became, of a return
	ExternalID     db.Null  `db:"external_id"`
	ExternalSource string   `db:"external_src"`
	CreatedAt      db.Time  `db:"created_at"`
	UpdatedAt      db.Time  `db:"updated_at"`
	Version        int64    `db:"version"`
}

// Input is what a form or the API says about a payment.
type Input struct {
	OrderID        int64 // fixed once the payment exists
	Amount         int64
	PaidOn         cal.Date // "" is today
	Method         string
	Note           string
	ReceiptID      int64  // it is a part of this receipt; fixed like the order
	Again          bool   // somebody has looked: it is not the same money twice
	Surplus        string // what becomes of more than the order owes: see the choices
	ExternalID     string
	ExternalSource string
}

// What becomes of money beyond what an order owes.
const (
	Leave  = ""       // it stays with the order
	Refuse = "refuse" // it is not taken
	Credit = "credit" // it is kept as the customer's credit
)

// Order is what a payment needs to know of its order.
type Order struct {
	ID         int64  `db:"id"`
	Number     string `db:"number"`
	CustomerID int64  `db:"customer_id"`
	Currency   string `db:"currency"`
	Status     string `db:"status"`
	Total      int64  `db:"total"`
	Paid       int64  `db:"paid"`
	Back       int64  `db:"back"` // what went back, counted apart
}

// Owed is what may still be paid for it; nothing once it is cancelled.
func (o Order) Owed() int64 {
	if o.Status == "cancelled" {
		return 0
	}
	return max(0, o.Total-o.Paid)
}

// add counts a payment that the order did not know yet.
func (o *Order) add(amount int64) {
	o.Paid += amount
	o.Back += max(0, -amount)
}

// Takes says why what was paid for it cannot change by so much: of a sale no more
// is paid back than was paid, of a return no more than it comes to. Sums that
// were further off before may come nearer.
func (o Order) Takes(by int64) (key string, left int64) {
	after, least := o.Paid+by, min(0, o.Total)
	switch {
	case by < 0 && after < least:
		return "payment.error.back", max(0, o.Paid-least)
	case by > 0 && o.Total < 0 && after > 0:
		return "payment.error.return", max(0, -o.Paid)
	}
	return "", 0
}

// MaxAmount bounds one payment, so that no sum can leave 64 bits.
const MaxAmount = 100_000_000_000_000

const (
	maxMethod = 50
	maxNote   = 1000
)

// synonyms are what cashiers and spreadsheets write for the known methods.
var synonyms = map[string]string{
	"现金": "cash", "刷卡": "card", "银行卡": "card", "信用卡": "card", "credit card": "card", "debit card": "card",
	"转账": "transfer", "银行转账": "transfer", "汇款": "transfer", "对公转账": "transfer", "bank transfer": "transfer", "wire": "transfer",
	"微信": "wechat", "微信支付": "wechat", "wechat pay": "wechat", "支付宝": "alipay", "支票": "cheque", "check": "cheque", "其他": "other",
}

// Clean trims and gives known methods their one name.
func (in *Input) Clean(today cal.Date) {
	for _, s := range []*string{&in.Method, &in.Note, &in.ExternalID, &in.ExternalSource} {
		*s = text.Line(*s)
	}
	lower := strings.ToLower(in.Method)
	if known, ok := synonyms[lower]; ok {
		in.Method = known
	} else if Known(lower) {
		in.Method = lower
	}
	if in.PaidOn == "" {
		in.PaidOn = today
	}
}

// Known tells whether a method has a name in both languages.
func Known(method string) bool {
	for _, m := range Methods {
		if m == method {
			return true
		}
	}
	return false
}

// firstDay is before any money that anybody still writes down.
const firstDay = cal.Date("1900-01-01")

// Validate says what is wrong, field by field.
func (in Input) Validate(today cal.Date) error {
	c := &errs.Check{}
	c.That(in.Amount != 0, "amount", "payment.error.zero")
	c.That(in.Amount <= MaxAmount && in.Amount >= -MaxAmount, "amount", "error.money_too_big")
	c.That(in.ReceiptID == 0 || in.Amount > 0, "amount", "error.positive")
	c.That(in.Surplus == Leave || in.Surplus == Refuse || in.Surplus == Credit, "surplus", "error.choice")
	c.That(in.PaidOn.Valid() && in.PaidOn >= firstDay && in.PaidOn <= today.AddDays(366), "paid_on", "error.date")
	c.That(len([]rune(in.Method)) <= maxMethod, "method", "error.long", "n", maxMethod)
	c.That(len([]rune(in.Note)) <= maxNote, "note", "error.long", "n", maxNote)
	c.That(len([]rune(in.ExternalID)) <= 100, "external_id", "error.long", "n", 100)
	c.That(len([]rune(in.ExternalSource)) <= 100, "external_source", "error.long", "n", 100)
	return c.Err()
}

// Input is the payment as a form would send it, for an edit that changes only
// some fields.
func (p Payment) Input() Input {
	return Input{OrderID: p.OrderID, Amount: p.Amount, PaidOn: p.PaidOn, Method: p.Method, Note: p.Note,
		ReceiptID: int64(p.ReceiptID), ExternalID: string(p.ExternalID), ExternalSource: p.ExternalSource}
}
