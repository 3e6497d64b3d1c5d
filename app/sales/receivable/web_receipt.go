package receivable

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/approval"
)

func (s *Service) receiptRoutes(r *web.Router) {
	r.Get("/receipts/new", payment.Write, s.blank)
	r.Post("/receipts", payment.Write, s.receive)
	r.Get("/receipts/:id", payment.Read, s.show)
	r.Post("/receipts/:id", payment.Write, s.correct)
	r.Post("/receipts/:id/use", payment.Write, s.use)
	r.Post("/receipts/:id/back", payment.Write, s.back)
	r.Post("/receipts/:id/back/:back/delete", payment.Delete, s.takeBack)
	r.Post("/receipts/:id/delete", payment.Delete, s.drop)
}

// ReceiptPage feeds the form of new money and the page of a receipt.
type ReceiptPage struct {
	Receipt
	Customer            customer.Ref
	Orders              []Owing
	Methods             []view.Option
	Today               cal.Date
	MayWrite, MayDelete bool
	Twice               bool // the same sum of that day is there already
	Changed             bool // somebody else changed it meanwhile
	Asked               any  // what waits for approval
}

// Owing is an order that is not paid in full, with what it is to get.
type Owing struct {
	Item
	Part string // as typed
	I    int
}

// Key is where a message about its part stands.
func (o Owing) Key() string { return partField(o.I, "amount") }

// ReceiptForm is what was typed.
type ReceiptForm struct {
	Version                          int64
	Amount, ReceivedOn, Method, Note string
	BackAmount, BackOn               string
}

func (s *Service) blank(c *fiber.Ctx) error {
	who, err := s.who(c, c.Query("customer"))
	if err != nil {
		return err
	}
	b := ReceiptPage{Customer: who}
	b.Currency = web.Business(c).Currency
	f := ReceiptForm{Amount: strings.TrimSpace(c.Query("amount")), ReceivedOn: c.Query("received_on"), Method: c.Query("method"), Note: c.Query("note")}
	if f.ReceivedOn == "" {
		f.ReceivedOn = string(cal.Today(s.DB.Now(), web.Locale(c).Zone()))
	}
	amount, err := payment.ParseAmount(f.Amount, b.Currency)
	if err != nil {
		amount = 0
	}
	if b.Orders, err = s.owing(c, who.ID, b.Currency, amount); err != nil {
		return err
	}
	return s.renderReceipt(c, b, f, nil)
}

func (s *Service) who(c *fiber.Ctx, typed string) (customer.Ref, error) {
	id, err := strconv.ParseInt(typed, 10, 64)
	if err != nil {
		return customer.Ref{}, errs.NotVisible()
	}
	return s.Customers.MustSee(web.Ctx(c), id)
}

// owing lists the orders of a customer that are not paid, what is due first
// before the rest, and spreads amount over them.
func (s *Service) owing(c *fiber.Ctx, customer int64, currency string, amount int64) ([]Owing, error) {
	ctx := web.Ctx(c)
	list, err := itemsOf(ctx, s.DB.Reader(ctx), customer)
	if err != nil {
		return nil, err
	}
	gets := map[int64]int64{}
	for _, a := range Spread(list, currency, amount) {
		gets[a.OrderID] = a.Amount
	}
	var out []Owing
	seen := map[int64]int{}
	for _, i := range list {
		if i.Currency != currency {
			continue
		}
		if n, ok := seen[i.OrderID]; ok {
			out[n].Open += i.Open
			continue
		}
		seen[i.OrderID] = len(out)
		o := Owing{Item: i, I: len(out)}
		if n := gets[i.OrderID]; n > 0 {
			o.Part = money.Decimal(n, currency)
		}
		out = append(out, o)
	}
	return out, nil
}

// typed puts what was typed beside the orders and reads it.
func typed(c *fiber.Ctx, orders []Owing, currency string) ([]Alloc, error) {
	check := &errs.Check{}
	var out []Alloc
	for n := range orders {
		o := &orders[n]
		o.Part, o.I = strings.TrimSpace(c.FormValue(fmt.Sprintf("order_%d", o.OrderID))), len(out)
		if o.Part == "" {
			continue
		}
		amount, err := payment.ParseAmount(o.Part, currency)
		check.That(err == nil, o.Key(), "error.money")
		out = append(out, Alloc{o.OrderID, amount})
	}
	return out, check.Err()
}

func (s *Service) receive(c *fiber.Ctx) error {
	who, err := s.who(c, c.FormValue("customer_id"))
	if err != nil {
		return err
	}
	b := ReceiptPage{Customer: who}
	b.Currency = web.Business(c).Currency
	if b.Orders, err = s.owing(c, who.ID, b.Currency, 0); err != nil {
		return err
	}
	f := receiptForm(c)
	in, err := f.input(b.Currency)
	if err == nil {
		in.CustomerID, in.Again = who.ID, c.FormValue("again") != ""
		in.Parts, err = typed(c, b.Orders, b.Currency)
	}
	var r Receipt
	if err == nil {
		r, err = s.Receive(web.Ctx(c), in)
	}
	if err != nil {
		return s.renderReceipt(c, b, f, err)
	}
	return web.Done(c, receiptPath(r.ID), "payment.saved", "amount", money.Text(r.Amount, r.Currency))
}

func (s *Service) show(c *fiber.Ctx) error {
	b, err := s.receiptParam(c)
	if err != nil {
		return err
	}
	return s.renderReceipt(c, b, formOf(b.Receipt), nil)
}

func (s *Service) receiptParam(c *fiber.Ctx) (ReceiptPage, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return ReceiptPage{}, err
	}
	r, err := s.Receipt(web.Ctx(c), id)
	if err != nil {
		return ReceiptPage{}, err
	}
	b := ReceiptPage{Receipt: r, Customer: customer.Ref{ID: r.CustomerID, Name: r.CustomerName}}
	if r.Credit() > 0 {
		b.Orders, err = s.owing(c, r.CustomerID, r.Currency, r.Credit())
	}
	return b, err
}

func (s *Service) correct(c *fiber.Ctx) error {
	b, err := s.receiptParam(c)
	if err != nil {
		return err
	}
	f := receiptForm(c)
	in, err := f.input(b.Currency)
	if err == nil {
		_, err = s.Correct(web.Ctx(c), b.ID, f.Version, in)
	}
	if err != nil {
		return s.renderReceipt(c, b, f, err)
	}
	return web.Done(c, receiptPath(b.ID), "common.saved")
}

func (s *Service) use(c *fiber.Ctx) error {
	b, err := s.receiptParam(c)
	if err != nil {
		return err
	}
	list, err := typed(c, b.Orders, b.Currency)
	if err == nil && len(list) == 0 {
		check := &errs.Check{}
		check.Add("parts", "receivable.error.none_open")
		err = check.Err()
	}
	if err == nil {
		_, err = s.Use(web.Ctx(c), b.ID, list)
	}
	if err != nil {
		return s.renderReceipt(c, b, formOf(b.Receipt), err)
	}
	return web.Done(c, receiptPath(b.ID), "common.saved")
}

func (s *Service) back(c *fiber.Ctx) error {
	b, err := s.receiptParam(c)
	if err != nil {
		return err
	}
	f := formOf(b.Receipt)
	f.BackAmount, f.BackOn = c.FormValue("back_amount"), strings.TrimSpace(c.FormValue("back_on"))
	check := &errs.Check{}
	amount, err := payment.ParseAmount(f.BackAmount, b.Currency)
	check.That(err == nil, "back_amount", "error.money")
	on, err := cal.ParseDate(f.BackOn)
	check.That(err == nil, "back_on", "error.date")
	err = check.Err()
	if err == nil {
		_, err = s.PayBack(web.Ctx(c), b.ID, amount, on, c.FormValue("back_method"), "")
		err = beside(err)
	}
	if waits := approval.Waiting(err); waits != 0 {
		return web.Done(c, approval.Path(waits), "approval.asked")
	}
	if err != nil {
		return s.renderReceipt(c, b, f, err)
	}
	return web.Done(c, receiptPath(b.ID), "common.saved")
}

func (s *Service) takeBack(c *fiber.Ctx) error {
	b, err := s.receiptParam(c)
	if err != nil {
		return err
	}
	id, err := web.ID(c, "back")
	if err != nil {
		return err
	}
	if _, err := s.TakeBack(web.Ctx(c), b.ID, id); err != nil {
		return err
	}
	return web.Done(c, receiptPath(b.ID), "common.deleted")
}

func (s *Service) drop(c *fiber.Ctx) error {
	b, err := s.receiptParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), b.ID); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", b.CustomerID), "common.deleted")
}

func (s *Service) renderReceipt(c *fiber.Ctx, b ReceiptPage, f ReceiptForm, problem error) error {
	b.Methods, b.Today = payment.MethodOptions(web.Locale(c), f.Method), cal.Today(s.DB.Now(), web.Locale(c).Zone())
	b.MayWrite, b.MayDelete = web.Actor(c).Can(payment.Write), web.Actor(c).Can(payment.Delete)
	if s.approvals != nil && b.ID != 0 {
		var err error
		if b.Asked, err = s.approvals.About(web.Ctx(c), "receipt", b.ID); err != nil {
			return err
		}
	}
	if e, ok := errs.As(problem); ok {
		b.Twice = e.Fields["amount"].Key == "receivable.error.same"
		if now, stale := e.Current.(Receipt); stale && e.Kind == errs.Conflict {
			b.Changed, f = true, formOf(now)
		}
	}
	pg := web.Page{Name: "sales/receipt", Title: "receivable.new_receipt", Body: b, Form: f, Err: problem}
	if b.ID != 0 {
		pg.Title = "receipt.title"
	}
	return web.Render(c, pg)
}

func receiptForm(c *fiber.Ctx) ReceiptForm {
	f := ReceiptForm{Amount: c.FormValue("amount"), ReceivedOn: strings.TrimSpace(c.FormValue("received_on")), Method: c.FormValue("method"), Note: c.FormValue("note")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	return f
}

func formOf(r Receipt) ReceiptForm {
	return ReceiptForm{Version: r.Version, Amount: money.Decimal(r.Amount, r.Currency), ReceivedOn: string(r.ReceivedOn), Method: r.Method, Note: r.Note,
		BackAmount: money.Decimal(r.Credit(), r.Currency)}
}

func (f ReceiptForm) input(currency string) (ReceiptInput, error) {
	c := &errs.Check{}
	in := ReceiptInput{Method: f.Method, Note: f.Note, Currency: currency}
	var err error
	in.Amount, err = payment.ParseAmount(f.Amount, currency)
	c.That(err == nil, "amount", "error.money")
	in.ReceivedOn, err = cal.ParseDate(f.ReceivedOn)
	c.That(err == nil, "received_on", "error.date")
	return in, c.Err()
}

// beside puts the messages about money that is paid back where its form is.
func beside(err error) error {
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Invalid {
		return err
	}
	c := &errs.Check{}
	for name, m := range e.Fields {
		if name == "received_on" || name == "paid_on" {
			name = "on"
		}
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add("back_"+name, m.Key, args...)
	}
	return c.Err()
}
