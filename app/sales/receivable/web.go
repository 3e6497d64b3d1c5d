package receivable

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/orders/:id/instalments", payment.Read, s.showPlan)
	r.Post("/orders/:id/instalments", payment.Write, s.savePlan)
	r.Post("/orders/:id/credit", payment.Write, s.free)
	s.listRoutes(r)
	s.receiptRoutes(r)
	s.owedRoutes(r)
	s.settingRoutes(r)
}

// PlanPage feeds the form of a plan.
type PlanPage struct {
	Plan
	Templates []view.Option
	Today     cal.Date
	MayWrite  bool
	Changed   bool // somebody else changed it meanwhile
}

// PlanForm is the plan as it was typed.
type PlanForm struct {
	Mark string
	Rows []PlanRow
}

// PlanRow is one part as it was typed; I is its place in messages.
type PlanRow struct {
	I                    int
	ID                   int64
	DueOn, Amount, Words string
	Paid                 int64
	Whole                bool // paid in full: it stands as it is
}

// Key is the name under which a message about a field of the row stands.
func (r PlanRow) Key(name string) string { return partField(r.I, name) }

// N counts rows from one, for people.
func (r PlanRow) N() int { return r.I + 1 }

const spareRows = 3

func (s *Service) showPlan(c *fiber.Ctx) error {
	p, err := s.planParam(c)
	if err != nil {
		return err
	}
	f := planForm(p)
	if len(p.Parts) == 0 {
		for _, in := range p.Order.Propose(c.Query("template"), web.Locale(c).T) {
			f.Rows = append(f.Rows, PlanRow{I: len(f.Rows), DueOn: string(in.DueOn), Amount: money.Decimal(in.Amount, p.Order.Currency), Words: in.Words})
		}
	}
	return s.renderPlan(c, p, f, nil)
}

func (s *Service) savePlan(c *fiber.Ctx) error {
	p, err := s.planParam(c)
	if err != nil {
		return err
	}
	f, list, err := readPlan(c, p)
	if c.FormValue("rows") != "" {
		return s.renderPlan(c, p, f, nil)
	}
	if err == nil {
		_, err = s.SetPlan(web.Ctx(c), p.Order.ID, f.Mark, list)
	}
	if err != nil {
		return s.renderPlan(c, p, f, err)
	}
	return web.Done(c, orderPath(p.Order.ID), "receivable.plan_saved")
}

func (s *Service) free(c *fiber.Ctx) error {
	p, err := s.planParam(c)
	if err != nil {
		return err
	}
	n, err := s.Free(web.Ctx(c), p.Order.ID)
	if err != nil {
		return err
	}
	return web.Done(c, orderPath(p.Order.ID), "receivable.freed", "amount", money.Text(n, p.Order.Currency))
}

func (s *Service) planParam(c *fiber.Ctx) (Plan, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Plan{}, err
	}
	return s.Plan(web.Ctx(c), id)
}

// renderPlan shows the form; where the sum is wrong, the line that is missing is
// offered.
func (s *Service) renderPlan(c *fiber.Ctx, p Plan, f PlanForm, problem error) error {
	b := PlanPage{Plan: p, Today: cal.Today(s.DB.Now(), web.Locale(c).Zone()), MayWrite: web.Actor(c).Can(payment.Write)}
	for _, t := range Templates {
		b.Templates = append(b.Templates, view.Option{Value: t, Label: web.Locale(c).T("receivable.template." + t)})
	}
	if e, ok := errs.As(problem); ok {
		if now, stale := e.Current.(Plan); stale && e.Kind == errs.Conflict {
			b.Changed, b.Plan, f.Mark = true, now, now.Mark()
		}
		if e.Fields["parts"].Key == "receivable.error.sum" {
			f.offer(p)
		}
	}
	for n := 0; n < spareRows; n++ {
		f.Rows = append(f.Rows, PlanRow{I: len(f.Rows)})
	}
	return web.Render(c, web.Page{Name: "sales/plan", Title: "receivable.plan", Body: b, Form: f, Err: problem})
}

// offer adds the line that the parts leave.
func (f *PlanForm) offer(p Plan) {
	rest, last := p.Order.Total, p.Order.OrderedOn
	for _, r := range f.Rows {
		n, err := amountOf(r.Amount, p.Order)
		if err != nil {
			return
		}
		rest, last = rest-n, max(last, cal.Date(r.DueOn))
	}
	if rest > 0 {
		f.Rows = append(f.Rows, PlanRow{I: len(f.Rows), DueOn: string(last.AddDays(30)), Amount: money.Decimal(rest, p.Order.Currency)})
	}
}

func planForm(p Plan) PlanForm {
	f := PlanForm{Mark: p.Mark()}
	for n, i := range p.Parts {
		f.Rows = append(f.Rows, PlanRow{I: n, ID: i.ID, DueOn: string(i.DueOn), Amount: money.Decimal(i.Amount, i.Currency), Words: i.Words, Paid: i.Paid, Whole: i.Open() == 0})
	}
	return f
}

// readPlan reads what was typed; rows left empty are dropped.
func readPlan(c *fiber.Ctx, p Plan) (PlanForm, []Part, error) {
	f := PlanForm{Mark: c.FormValue("mark")}
	var list []Part
	check := &errs.Check{}
	ids, days, amounts, words := column(c, "id"), column(c, "due_on"), column(c, "amount"), column(c, "words")
	for n := range amounts {
		r := PlanRow{I: len(f.Rows), Amount: amounts[n], DueOn: at(days, n), Words: at(words, n)}
		if r.Amount == "" && r.DueOn == "" && r.Words == "" {
			continue
		}
		r.ID, _ = strconv.ParseInt(at(ids, n), 10, 64) // no number is a new one
		for _, i := range p.Parts {
			if i.ID == r.ID {
				r.Paid, r.Whole = i.Paid, i.Open() == 0
			}
		}
		part := Part{ID: r.ID, Words: r.Words}
		var err error
		part.DueOn, err = cal.ParseDate(r.DueOn)
		check.That(err == nil && r.DueOn != "", r.Key("due_on"), "error.date")
		part.Amount, err = amountOf(r.Amount, p.Order)
		check.That(err == nil, r.Key("amount"), "error.money")
		f.Rows, list = append(f.Rows, r), append(list, part)
	}
	return f, list, check.Err()
}

// amountOf reads money, or a share of the order: 30%.
func amountOf(typed string, o Order) (int64, error) {
	typed = strings.ReplaceAll(strings.TrimSpace(typed), "％", "%")
	if number, ok := strings.CutSuffix(typed, "%"); ok {
		percent, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || percent <= 0 || percent > 100 {
			return 0, errs.New(errs.Invalid, "error.percent")
		}
		return share(o.Total, percent), nil
	}
	return payment.ParseAmount(typed, o.Currency)
}

func column(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		if len(out) > maxParts { // one more than may be, so that it is refused
			break
		}
		out = append(out, strings.TrimSpace(string(v)))
	}
	return out
}

func at(list []string, n int) string {
	if n < len(list) {
		return list[n]
	}
	return ""
}

func orderPath(id int64) string { return fmt.Sprintf("/orders/%d", id) }

func receiptPath(id int64) string { return fmt.Sprintf("/receipts/%d", id) }
