package lead

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sales/deal"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The pages of what becomes of a lead.

func (s *Service) postLog(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	_, err = s.Log(web.Ctx(c), l.ID, c.FormValue("kind"), c.FormValue("words"))
	if errs.Is(err, errs.Invalid) {
		return s.showLead(c, l, c.FormValue("kind"), c.FormValue("words"), err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, path(l.ID), "common.saved")
}

func (s *Service) postClaim(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	_, err = s.Claim(web.Ctx(c), l.ID)
	return s.after(c, l, err, "lead.claimed")
}

func (s *Service) postOwner(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	version := number(c.FormValue("version"))
	_, err = s.Give(web.Ctx(c), l.ID, &version, number(c.FormValue("owner_id")))
	if err == nil && number(c.FormValue("owner_id")) != web.Actor(c).UserID {
		if _, err := s.Get(web.Ctx(c), l.ID); errs.Is(err, errs.NotFound) {
			return web.Done(c, home, "lead.given", "name", l.Name)
		}
	}
	return s.after(c, l, err, "common.saved")
}

func (s *Service) postState(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	in := l.Input()
	in.State = c.FormValue("state")
	_, err = s.Update(web.Ctx(c), l.ID, number(c.FormValue("version")), in)
	return s.after(c, l, err, "common.saved")
}

func (s *Service) postReopen(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	version := number(c.FormValue("version"))
	_, err = s.Reopen(web.Ctx(c), l.ID, &version)
	return s.after(c, l, err, "lead.reopened")
}

// after goes back to the lead, with what went wrong.
func (s *Service) after(c *fiber.Ctx, l Lead, err error, done string) error {
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Invalid) {
		now, again := s.Get(web.Ctx(c), l.ID)
		if again != nil {
			return again
		}
		return s.showLead(c, now, "", "", err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, path(l.ID), done, "name", l.Name)
}

// GiveUpPage asks why a lead is given up.
type GiveUpPage struct {
	Lead
	Reasons []view.Option
	Reason  string
	Note    string
	At      int64 // the version that was seen
}

func (s *Service) askGiveUp(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.giveUpPage(c, GiveUpPage{Lead: l, At: l.Version}, nil)
}

func (s *Service) giveUpPage(c *fiber.Ctx, b GiveUpPage, problem error) error {
	why, err := s.Reasons(web.Ctx(c))
	if err != nil {
		return err
	}
	for _, r := range why {
		if r.Active {
			b.Reasons = append(b.Reasons, view.Option{Value: r.ID, Label: r.Name})
		}
	}
	return web.Render(c, web.Page{Name: "sales/lead-end", Heading: b.Title(), Body: b, Err: problem})
}

func (s *Service) postGiveUp(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	b := GiveUpPage{Lead: l, Reason: c.FormValue("reason_id"), Note: c.FormValue("reason_note"), At: number(c.FormValue("version"))}
	_, err = s.Disqualify(web.Ctx(c), l.ID, &b.At, number(b.Reason), b.Note)
	if err != nil {
		b.At = l.Version
		return s.giveUpPage(c, b, err)
	}
	return web.Done(c, path(l.ID), "lead.given_up", "name", l.Name)
}

// ConvertPage is the one screen on which a lead becomes a customer.
type ConvertPage struct {
	Lead
	Alike    []customer.Alike
	MayNew   bool
	MayDeal  bool
	Contacts bool // there is a company, whose contact the person can be
	Stages   []view.Option
	Form     ConvertForm
}

// ConvertForm is how it was filled in.
type ConvertForm struct {
	Version  int64
	Customer string // an id, or new
	Contact  bool
	Deal     bool
	DealName string
	Amount   string
	Stage    string
}

func (s *Service) askConvert(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	if l.State == Converted {
		return web.Redirect(c, path(l.ID))
	}
	f := ConvertForm{Version: l.Version, Customer: "new", Contact: true, Deal: l.Need != "" || l.Interest != "" || l.Amount > 0, DealName: l.wish(), Amount: decimal(l.Amount, l.Currency)}
	return s.convertPage(c, l, f, nil)
}

func (s *Service) convertPage(c *fiber.Ctx, l Lead, f ConvertForm, problem error) error {
	ctx, actor := web.Ctx(c), web.Actor(c)
	b := ConvertPage{Lead: l, MayNew: actor.Can(customer.Write), MayDeal: actor.Can(deal.Write), Contacts: l.Company != "", Form: f}
	var err error
	if b.Alike, err = s.Alike(ctx, l); err != nil && !errs.Is(err, errs.Denied) {
		return err
	}
	if problem == nil && f.Customer == "new" && len(b.Alike) > 0 && b.Alike[0].MayOpen {
		b.Form.Customer = strconv.FormatInt(b.Alike[0].ID, 10)
	}
	if b.MayDeal {
		all, err := s.Deals.Pipelines(ctx)
		if err != nil && !errs.Is(err, errs.Denied) {
			return err
		}
		for _, p := range all {
			for _, st := range p.Stages {
				label := st.Name
				if len(all) > 1 {
					label = p.Name + " › " + label
				}
				b.Stages = append(b.Stages, view.Option{Value: st.ID, Label: label})
			}
		}
	}
	return web.Render(c, web.Page{Name: "sales/lead-convert", Heading: l.Title(), Body: b, Err: problem})
}

func (s *Service) postConvert(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := ConvertForm{Version: number(c.FormValue("version")), Customer: c.FormValue("customer_id"), Contact: c.FormValue("contact") != "",
		Deal: c.FormValue("deal") != "", DealName: c.FormValue("deal_name"), Amount: c.FormValue("deal_amount"), Stage: c.FormValue("stage_id")}
	check := &errs.Check{}
	how := Conversion{CustomerID: number(f.Customer), Contact: f.Contact, Deal: f.Deal, DealName: f.DealName, StageID: number(f.Stage)}
	if how.Deal {
		how.Amount = amount(check, "deal_amount", f.Amount, l.Currency)
	}
	if err = check.Err(); err == nil {
		l, err = s.Convert(web.Ctx(c), l.ID, &f.Version, how)
	}
	if err != nil {
		if now, again := s.byParam(c); again == nil {
			l, f.Version = now, now.Version
		}
		return s.convertPage(c, l, f, err)
	}
	if l.DealID != 0 {
		return web.Done(c, "/deals/"+strconv.FormatInt(int64(l.DealID), 10), "lead.converted", "name", l.Name)
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(int64(l.CustomerID), 10), "lead.converted", "name", l.Name)
}
