package receivable

import (
	"cmp"
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/work/approval"
)

// Receipt is money of a customer that pays for several orders, or for none yet.
type Receipt struct {
	ID           int64    `db:"id"`
	CustomerID   int64    `db:"customer_id"`
	CustomerName string   `db:"customer_name"`
	Amount       int64    `db:"amount"`
	Currency     string   `db:"currency"`
	ReceivedOn   cal.Date `db:"received_on"`
	Method       string   `db:"method"`
	Note         string   `db:"note"`
	Used         int64    `db:"used"` // of it, by orders
	Back         int64    `db:"back"` // of it, paid back
	CreatedAt    db.Time  `db:"created_at"`
	UpdatedAt    db.Time  `db:"updated_at"`
	Version      int64    `db:"version"`
	SetOffID     db.ID    `db:"set_off_id"` // the refund of a return that it was made of

	From  *SetOff     `db:"-"` // the return
	Parts []Allocated `db:"-"`
	Backs []PaidBack  `db:"-"`
}

// Credit is what is left of it.
func (r Receipt) Credit() int64 { return r.Amount - r.Used - r.Back }

// SetOff is a return whose customer got credit instead of money.
type SetOff struct {
	PaymentID int64  `db:"payment_id"`
	OrderID   int64  `db:"order_id"`
	Number    string `db:"number"`
}

// Allocated is what an order got of a receipt.
type Allocated struct {
	ReceiptID int64    `db:"receipt_id"`
	PaymentID int64    `db:"payment_id"`
	OrderID   int64    `db:"order_id"`
	Number    string   `db:"number"`
	Amount    int64    `db:"amount"`
	PaidOn    cal.Date `db:"paid_on"`
}

// PaidBack is credit that the customer got back.
type PaidBack struct {
	ID        int64    `db:"id"`
	ReceiptID int64    `db:"receipt_id"`
	Amount    int64    `db:"amount"`
	PaidOn    cal.Date `db:"paid_on"`
	Method    string   `db:"method"`
	Note      string   `db:"note"`
}

// Alloc is what an order is to get.
type Alloc struct {
	OrderID int64
	Amount  int64
}

// ReceiptInput is what a form or the API says about money that came in.
type ReceiptInput struct {
	CustomerID int64 // fixed once it exists
	Amount     int64
	Currency   string // "" is the shop's
	ReceivedOn cal.Date
	Method     string
	Note       string
	Parts      []Alloc
	Oldest     bool // spread it over what is due first, instead of Parts
	Again      bool // somebody has looked: it is not the same money twice

	setOff int64 // the refund of a return that it is made of
}

const (
	maxMethod = 50
	maxNote   = 1000
)

func (in *ReceiptInput) clean(today cal.Date, currency string) error {
	in.Note = text.Line(in.Note)
	m := payment.Input{Method: in.Method, PaidOn: in.ReceivedOn}
	m.Clean(today)
	in.Method, in.ReceivedOn = m.Method, m.PaidOn
	in.Currency = cmp.Or(in.Currency, currency)
	c := &errs.Check{}
	c.That(money.Known(in.Currency), "currency", "error.money_currency", "currency", in.Currency)
	c.That(in.Amount > 0, "amount", "error.positive")
	c.That(in.Amount <= payment.MaxAmount, "amount", "error.money_too_big")
	c.That(in.ReceivedOn.Valid() && in.ReceivedOn >= firstDay && in.ReceivedOn <= today.AddDays(366), "received_on", "error.date")
	c.That(len([]rune(in.Method)) <= maxMethod, "method", "error.long", "n", maxMethod)
	c.That(len([]rune(in.Note)) <= maxNote, "note", "error.long", "n", maxNote)
	return c.Err()
}

// Spread gives money to what is due first: each order what it owes, until
// nothing is left.
func Spread(items []Item, currency string, amount int64) []Alloc {
	var out []Alloc
	at := map[int64]int{}
	for _, i := range items {
		got := min(i.Open, amount)
		if i.Currency != currency || got <= 0 {
			continue
		}
		n, seen := at[i.OrderID]
		if !seen {
			n = len(out)
			at[i.OrderID], out = n, append(out, Alloc{OrderID: i.OrderID})
		}
		out[n].Amount += got
		amount -= got
	}
	return out
}

// Receipt reads one.
func (s *Service) Receipt(ctx context.Context, id int64) (Receipt, error) {
	if err := auth.From(ctx).May(payment.Read); err != nil {
		return Receipt{}, err
	}
	return receiptOf(ctx, s.DB.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Receive keeps money that came in and gives the orders their parts of it; what
// is beyond them is the customer's credit.
func (s *Service) Receive(ctx context.Context, in ReceiptInput) (Receipt, error) {
	if err := auth.From(ctx).May(payment.Write); err != nil {
		return Receipt{}, err
	}
	return db.WriteOne(ctx, s.DB, "receipt.create", func(ctx context.Context, tx *db.Tx) (Receipt, error) {
		day, b, err := today(ctx, tx, s.DB)
		if err != nil {
			return Receipt{}, err
		}
		if err := in.clean(day, b.Currency); err != nil {
			return Receipt{}, err
		}
		c := &errs.Check{}
		if _, err := s.Customers.MustSee(ctx, in.CustomerID); errs.Is(err, errs.NotFound) {
			c.Add("customer_id", "error.choice")
			return Receipt{}, c.Err()
		} else if err != nil {
			return Receipt{}, err
		}
		if err := s.Customers.MustEdit(ctx, in.CustomerID); err != nil {
			return Receipt{}, err
		}
		twice, err := sameMoney(ctx, tx, in)
		if err != nil {
			return Receipt{}, err
		}
		if twice && !in.Again {
			c.Add("amount", "receivable.error.same")
			return Receipt{}, c.Err()
		}
		if in.Oldest {
			items, err := itemsOf(ctx, tx, in.CustomerID)
			if err != nil {
				return Receipt{}, err
			}
			in.Parts = Spread(items, in.Currency, in.Amount)
		}
		id, err := insertReceipt(ctx, tx, in, auth.From(ctx).UserID)
		if err != nil {
			return Receipt{}, err
		}
		journal.About(tx, "receipt", id, money.Text(in.Amount, in.Currency))
		return s.give(ctx, tx, id, in.Parts, in.ReceivedOn)
	})
}

// Use gives orders parts of a receipt's credit; without any, what is due first.
func (s *Service) Use(ctx context.Context, id int64, parts []Alloc) (Receipt, error) {
	return s.changed(ctx, id, "receipt.use", func(ctx context.Context, tx *db.Tx, r Receipt) error {
		day, _, err := today(ctx, tx, s.DB)
		if err != nil {
			return err
		}
		if len(parts) == 0 {
			items, err := itemsOf(ctx, tx, r.CustomerID)
			if err != nil {
				return err
			}
			parts = Spread(items, r.Currency, r.Credit())
		}
		if len(parts) == 0 {
			c := &errs.Check{}
			c.Add("parts", "receivable.error.none_open")
			return c.Err()
		}
		_, err = s.give(ctx, tx, id, parts, max(day, r.ReceivedOn))
		return err
	})
}

// PayBack gives the customer money of a receipt back. Where that needs somebody's
// word it waits, and the error tells so.
func (s *Service) PayBack(ctx context.Context, id, amount int64, on cal.Date, method, note string) (Receipt, error) {
	var waits int64
	r, err := s.changed(ctx, id, "receipt.back", func(ctx context.Context, tx *db.Tx, r Receipt) error {
		day, _, err := today(ctx, tx, s.DB)
		if err != nil {
			return err
		}
		in := ReceiptInput{Amount: amount, Currency: r.Currency, ReceivedOn: on, Method: method, Note: note}
		if err := in.clean(day, r.Currency); err != nil {
			return err
		}
		c := &errs.Check{}
		c.That(in.ReceivedOn >= r.ReceivedOn, "paid_on", "receivable.error.back_before", "day", string(r.ReceivedOn))
		c.That(amount <= r.Credit(), "amount", "receivable.error.credit", "amount", money.Text(r.Credit(), r.Currency))
		if err := c.Err(); err != nil {
			return err
		}
		if waits, err = s.ask(ctx, tx, r, pending{id, in.Amount, in.ReceivedOn, in.Method, in.Note}); err != nil || waits != 0 {
			return err
		}
		return insertBack(ctx, tx, id, in)
	})
	if err == nil && waits != 0 {
		err = approval.Waits(waits)
	}
	return r, err
}

// changed runs a change of a receipt that the actor may change.
func (s *Service) changed(ctx context.Context, id int64, op string, change func(ctx context.Context, tx *db.Tx, r Receipt) error) (Receipt, error) {
	actor := auth.From(ctx)
	if err := actor.May(payment.Write); err != nil {
		return Receipt{}, err
	}
	return db.WriteOne(ctx, s.DB, op, func(ctx context.Context, tx *db.Tx) (Receipt, error) {
		r, err := receiptOf(ctx, tx, actor.Scope(), id)
		if err != nil {
			return r, err
		}
		if err := s.Customers.MustEdit(ctx, r.CustomerID); err != nil {
			return r, err
		}
		journal.About(tx, "receipt", id, money.Text(r.Amount, r.Currency))
		if err := change(ctx, tx, r); err != nil {
			return r, err
		}
		return receiptOf(ctx, tx, auth.Scope{Reach: auth.All}, id)
	})
}

// give makes the payments of orders of the same customer out of a receipt.
func (s *Service) give(ctx context.Context, tx *db.Tx, id int64, parts []Alloc, on cal.Date) (Receipt, error) {
	r, err := receiptOf(ctx, tx, auth.Scope{Reach: auth.All}, id)
	if err != nil {
		return r, err
	}
	left, seen := r.Credit(), map[int64]bool{}
	c := &errs.Check{}
	for n, a := range parts {
		o, err := orderOf(ctx, tx, auth.From(ctx).Scope(), a.OrderID)
		if errs.Is(err, errs.NotFound) || (err == nil && (o.CustomerID != r.CustomerID || seen[a.OrderID])) {
			c.Add(partField(n, "order_id"), "payment.error.no_order")
			continue
		}
		if err != nil {
			return r, err
		}
		seen[a.OrderID] = true
		owed := payment.Order{Status: o.Status, Total: o.Total, Paid: o.Paid}.Owed()
		c.That(o.Currency == r.Currency, partField(n, "amount"), "receivable.error.currency", "currency", o.Currency, "receipt", r.Currency)
		c.That(a.Amount > 0, partField(n, "amount"), "error.positive")
		c.That(a.Amount <= owed, partField(n, "amount"), "payment.error.over", "amount", money.Text(owed, o.Currency))
		if c.Err() != nil {
			continue
		}
		if left -= a.Amount; left < 0 {
			c.Add("amount", "receivable.error.parts", "amount", money.Text(r.Credit(), r.Currency))
			break
		}
		in := payment.Input{OrderID: a.OrderID, Amount: a.Amount, PaidOn: on, Method: r.Method, ReceiptID: id}
		if _, err := s.Payments.Create(ctx, in); err != nil {
			return r, err
		}
	}
	if err := c.Err(); err != nil {
		return r, err
	}
	return receiptOf(ctx, tx, auth.Scope{Reach: auth.All}, id)
}

// Keep implements payment.Rests: the order gets what it owes, the rest is credit.
func (s *Service) Keep(ctx context.Context, _ *db.Tx, o payment.Order, in payment.Input) (int64, error) {
	ask := ReceiptInput{CustomerID: o.CustomerID, Amount: in.Amount, Currency: o.Currency, ReceivedOn: in.PaidOn, Method: in.Method, Note: in.Note, Again: in.Again}
	if owed := o.Owed(); owed > 0 {
		ask.Parts = []Alloc{{o.ID, owed}}
	}
	r, err := s.Receive(ctx, ask)
	if err != nil || len(r.Parts) == 0 {
		return 0, err
	}
	return r.Parts[0].PaymentID, nil
}
