package receivable

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sales/payment"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
)

// ReceiptObject is a receipt as the API shows it.
type ReceiptObject struct {
	ID         int64         `json:"id"`
	Version    int64         `json:"version"`
	CreatedAt  time.Time     `json:"created_at"`
	UpdatedAt  time.Time     `json:"updated_at"`
	CustomerID int64         `json:"customer_id"`
	Amount     api.Money     `json:"amount"`
	ReceivedOn string        `json:"received_on" format:"date"`
	Method     string        `json:"method,omitempty"`
	Note       string        `json:"note,omitempty"`
	Used       api.Money     `json:"used"`
	PaidBack   api.Money     `json:"paid_back"`
	Credit     api.Money     `json:"credit" doc:"What is left of it"`
	SetOffID   int64         `json:"set_off_id,omitempty" doc:"The refund of a return that it was made of"`
	Parts      []AllocObject `json:"parts,omitempty"`
	Backs      []BackObject  `json:"backs,omitempty"`
}

// AllocObject is what an order got of a receipt.
type AllocObject struct {
	OrderID   int64     `json:"order_id"`
	PaymentID int64     `json:"payment_id"`
	Amount    api.Money `json:"amount"`
}

// BackObject is credit that was paid back.
type BackObject struct {
	ID     int64     `json:"id"`
	Amount api.Money `json:"amount"`
	PaidOn string    `json:"paid_on" format:"date"`
	Method string    `json:"method,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// AllocBody is what an order is to get.
type AllocBody struct {
	OrderID int64     `json:"order_id" minimum:"1"`
	Amount  api.Money `json:"amount"`
}

// ReceiptBody is what POST takes. Without parts all of it is credit, unless
// oldest is asked for.
type ReceiptBody struct {
	CustomerID int64       `json:"customer_id" minimum:"1"`
	Amount     api.Money   `json:"amount"`
	ReceivedOn string      `json:"received_on,omitempty"`
	Method     string      `json:"method,omitempty"`
	Note       string      `json:"note,omitempty"`
	Parts      []AllocBody `json:"parts,omitempty" maxItems:"500"`
	Oldest     bool        `json:"oldest,omitempty" doc:"Spread it over what is due first"`
	Again      bool        `json:"again,omitempty" doc:"The same sum of the same day is there already, and this is another"`
}

// BackBody is what is paid back.
type BackBody struct {
	Amount api.Money `json:"amount"`
	PaidOn string    `json:"paid_on,omitempty"`
	Method string    `json:"method,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// ReceiptPatch is what PATCH takes: absent is unchanged.
type ReceiptPatch struct {
	Version    *int64             `json:"version,omitempty"`
	Amount     api.Opt[api.Money] `json:"amount,omitempty"`
	ReceivedOn api.Opt[string]    `json:"received_on,omitempty"`
	Method     api.Opt[string]    `json:"method,omitempty"`
	Note       api.Opt[string]    `json:"note,omitempty"`
}

type receiptIn struct{ Body ReceiptBody }

type receiptPatchIn struct {
	api.Path
	api.Versioned
	Body ReceiptPatch
}

type useIn struct {
	api.Path
	Body struct {
		Parts []AllocBody `json:"parts,omitempty" maxItems:"500" doc:"Absent: what is due first"`
	}
}

type backIn struct {
	api.Path
	Body BackBody
}

func (s *Service) apiReceipts(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Get, Path: "/receipts", Tag: tag, Summary: "List money that came in for several orders or none yet"}, s.apiReceiptList)
	api.Register(a, api.Op{Method: api.Post, Path: "/receipts", Tag: tag, Summary: "Receive money and give orders their parts; the rest is credit", Status: http.StatusCreated}, s.apiReceive)
	api.Register(a, api.Op{Method: api.Get, Path: "/receipts/{id}", Tag: tag, Summary: "Read a receipt"}, s.apiReceipt)
	api.Register(a, api.Op{Method: api.Patch, Path: "/receipts/{id}", Tag: tag, Summary: "Correct a receipt"}, s.apiCorrect)
	api.Register(a, api.Op{Method: api.Post, Path: "/receipts/{id}/use", Tag: tag, Summary: "Pay orders with the credit of a receipt"}, s.apiUse)
	api.Register(a, api.Op{Method: api.Post, Path: "/receipts/{id}/refund", Tag: tag, Summary: "Pay credit of a receipt back"}, s.apiBack)
	api.Remove(a, "/receipts/{id}", tag, "Delete a receipt with its payments, undoable through history", s.Delete)
}

func (s *Service) apiReceiptList(ctx context.Context, in *api.List) (*api.Body[api.Items[ReceiptObject]], error) {
	p, err := s.Receipts(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r ReceiptRow) ReceiptObject { return receiptObject(r.Receipt) }), nil
}

func (s *Service) apiReceipt(ctx context.Context, in *api.Path) (*api.Body[ReceiptObject], error) {
	r, err := s.Receipt(ctx, in.ID)
	return &api.Body[ReceiptObject]{Body: receiptObject(r)}, err
}

func (s *Service) apiReceive(ctx context.Context, in *receiptIn) (*api.Created[ReceiptObject], error) {
	b := in.Body
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return nil, err
	}
	if err := auth.From(ctx).May(payment.Write); err != nil {
		return nil, err
	}
	currency := business.Currency
	if b.Amount.Currency != "" {
		currency = b.Amount.Currency
	}
	c := &errs.Check{}
	input := ReceiptInput{CustomerID: b.CustomerID, Currency: currency, Method: b.Method, Note: b.Note, Oldest: b.Oldest, Again: b.Again,
		Amount: b.Amount.Minor(c, "amount", currency), ReceivedOn: date(c, "received_on", b.ReceivedOn), Parts: allocs(c, b.Parts, currency)}
	if err := c.Err(); err != nil {
		return nil, err
	}
	r, err := s.Receive(ctx, input)
	return &api.Created[ReceiptObject]{Location: fmt.Sprintf("%s/receipts/%d", api.Prefix, r.ID), Body: receiptObject(r)}, err
}

func allocs(c *errs.Check, list []AllocBody, currency string) (out []Alloc) {
	for n, a := range list {
		if a.Amount.Currency != "" && a.Amount.Currency != currency {
			c.Add(partField(n, "amount"), "receivable.error.currency", "currency", a.Amount.Currency, "receipt", currency)
			continue
		}
		out = append(out, Alloc{a.OrderID, a.Amount.Minor(c, partField(n, "amount"), currency)})
	}
	return out
}

func (s *Service) apiCorrect(ctx context.Context, in *receiptPatchIn) (*api.Body[ReceiptObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	r, err := s.Receipt(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c, b := &errs.Check{}, in.Body
	input := ReceiptInput{Amount: r.Amount, ReceivedOn: r.ReceivedOn, Method: r.Method, Note: r.Note}
	b.Method.Into(&input.Method)
	b.Note.Into(&input.Note)
	if b.Amount.Set {
		input.Amount = b.Amount.Value.Minor(c, "amount", r.Currency)
	}
	if b.ReceivedOn.Set {
		input.ReceivedOn = date(c, "received_on", b.ReceivedOn.Value)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	r, err = s.Correct(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(r Receipt) any { return receiptObject(r) })
	}
	return &api.Body[ReceiptObject]{Body: receiptObject(r)}, nil
}

func (s *Service) apiUse(ctx context.Context, in *useIn) (*api.Body[ReceiptObject], error) {
	r, err := s.Receipt(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c := &errs.Check{}
	list := allocs(c, in.Body.Parts, r.Currency)
	if err := c.Err(); err != nil {
		return nil, err
	}
	r, err = s.Use(ctx, in.ID, list)
	return &api.Body[ReceiptObject]{Body: receiptObject(r)}, err
}

func (s *Service) apiBack(ctx context.Context, in *backIn) (*api.Body[ReceiptObject], error) {
	r, err := s.Receipt(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c := &errs.Check{}
	amount, on := in.Body.Amount.Minor(c, "amount", r.Currency), date(c, "paid_on", in.Body.PaidOn)
	if err := c.Err(); err != nil {
		return nil, err
	}
	r, err = s.PayBack(ctx, in.ID, amount, on, in.Body.Method, in.Body.Note)
	return &api.Body[ReceiptObject]{Body: receiptObject(r)}, err
}

func receiptObject(r Receipt) ReceiptObject {
	money := func(n int64) api.Money { return api.MoneyOf(n, r.Currency) }
	out := ReceiptObject{ID: r.ID, Version: r.Version, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), CustomerID: r.CustomerID, Amount: money(r.Amount),
		ReceivedOn: string(r.ReceivedOn), Method: r.Method, Note: r.Note, Used: money(r.Used), PaidBack: money(r.Back), Credit: money(r.Credit()), SetOffID: int64(r.SetOffID)}
	for _, p := range r.Parts {
		out.Parts = append(out.Parts, AllocObject{OrderID: p.OrderID, PaymentID: p.PaymentID, Amount: money(p.Amount)})
	}
	for _, b := range r.Backs {
		out.Backs = append(out.Backs, BackObject{ID: b.ID, Amount: money(b.Amount), PaidOn: string(b.PaidOn), Method: b.Method, Note: b.Note})
	}
	return out
}
