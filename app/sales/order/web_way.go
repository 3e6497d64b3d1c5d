package order

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/attachment"
	"regulars/app/customer/customer"
	"regulars/app/customer/invoicetitle"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/api"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

// Beside is what stands beside an order on its page.
type Beside struct {
	Went      []Move
	Todo      []task.Task
	Files     []attachment.Attachment
	People    []view.Option // who it can be handed to, where several work
	Related   []Related
	MayAttach bool
}

func (s *Service) beside(c *fiber.Ctx, o Order) (Beside, error) {
	ctx, b := web.Ctx(c), Beside{MayAttach: web.Actor(c).Can(customer.Write) && web.Actor(c).Can(Write)}
	var err error
	if b.Went, err = s.Way(ctx, o.ID); err != nil {
		return b, err
	}
	if web.Actor(c).Can(task.Read) {
		if b.Todo, err = s.tasks.About(ctx, "order", o.ID); err != nil {
			return b, err
		}
	}
	if b.Files, err = s.files.OfRecord(ctx, "order", o.ID); err != nil {
		return b, err
	}
	if b.Related, err = related(ctx, s.db.Reader(ctx), o.ID, o.CustomerID, o.products()); err != nil {
		return b, err
	}
	people, err := s.people.Colleagues(ctx)
	if err != nil || len(people) < 2 || !web.Actor(c).Can(task.Write) {
		return b, err
	}
	for _, p := range people {
		b.People = append(b.People, view.Option{Value: p.ID, Label: p.Name})
	}
	return b, nil
}

// hand gives another person something to do about the order.
func (s *Service) hand(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	to, err := strconv.ParseInt(c.FormValue("owner_id"), 10, 64)
	if err != nil {
		return errs.New(errs.Invalid, "error.choice")
	}
	day, err := cal.ParseDate(c.FormValue("due_on"))
	if err != nil {
		return errs.New(errs.Invalid, "error.date")
	}
	if err := s.Hand(web.Ctx(c), o.ID, to, c.FormValue("title"), day); err != nil {
		return err
	}
	return web.Done(c, path(o.ID), "order.handed", "number", o.Number)
}

// again drafts the order once more and opens the draft.
func (s *Service) again(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	o, err = s.Again(web.Ctx(c), o.ID)
	if err != nil {
		return err
	}
	return web.Done(c, path(o.ID)+"/edit", "order.drafted_again", "number", o.Number)
}

// upload keeps a paper with the order and its customer.
func (s *Service) upload(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	head, err := c.FormFile("file")
	if err != nil {
		return errs.New(errs.Invalid, "attachment.error.none")
	}
	f, err := head.Open()
	if err != nil {
		return fmt.Errorf("open the upload: %w", err)
	}
	defer f.Close()
	if _, err := s.files.AddTo(web.Ctx(c), o.CustomerID, "order", o.ID, head.Filename, f); err != nil {
		return err
	}
	return web.Done(c, path(o.ID), "attachment.added")
}

// Titles are what a customer's invoices are made out to; customer/invoicetitle
// has them.
type Titles interface {
	Of(ctx context.Context, customer int64) ([]invoicetitle.Title, error)
}

// PrintPage feeds the sheet of paper.
type PrintPage struct {
	Shown
	InvoiceTo *invoicetitle.Title
}

func (s *Service) print(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	b := PrintPage{}
	words := ""
	if o.Currency == "CNY" && o.Total >= 0 {
		words = money.Capitals(o.Total)
	}
	if b.Shown, err = addedUp(o, words); err != nil {
		return err
	}
	titles, err := s.titles.Of(web.Ctx(c), o.CustomerID)
	if err != nil && !errs.Is(err, errs.Denied) {
		return err
	}
	for i := range titles {
		if titles[i].Default || b.InvoiceTo == nil {
			b.InvoiceTo = &titles[i]
		}
	}
	return web.Render(c, web.Page{Name: "sales/order-print", Heading: o.Number, Body: b})
}

func (s *Service) apiWay(ctx context.Context, in *api.Path) (*api.Body[api.Items[MoveObject]], error) {
	way, err := s.Way(ctx, in.ID)
	out := api.Items[MoveObject]{Items: []MoveObject{}}
	for _, m := range way {
		out.Items = append(out.Items, MoveObject{From: m.From, To: m.To, By: string(m.By), At: m.At.UTC()})
	}
	return &api.Body[api.Items[MoveObject]]{Body: out}, err
}

func (s *Service) apiAgain(ctx context.Context, in *api.Path) (*api.Created[Object], error) {
	o, err := s.Again(ctx, in.ID)
	return &api.Created[Object]{Location: location(o.ID), Body: object(o)}, err
}
