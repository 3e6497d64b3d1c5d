package entry

import (
	"context"
	"strings"
	"unicode/utf8"

	"regulars/app/customer/customer"
	"regulars/app/customer/note"
	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/kit/oneline"
	"regulars/app/kit/page"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sales/order"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
	"regulars/app/voice/feedback"
	"regulars/app/work/task"
)

// offered is how many products the grammar is told of.
const offered = 5000

// Parse reads a text and proposes what to make of it. It changes nothing.
func (s *Service) Parse(ctx context.Context, typed string) (Draft, error) {
	actor := auth.From(ctx)
	if err := actor.May(customer.Read); err != nil {
		return Draft{}, err
	}
	if utf8.RuneCountInString(typed) > MaxText {
		return Draft{}, tooLong()
	}
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return Draft{}, err
	}
	zone := business.Zone()
	if actor.Zone != nil {
		zone = actor.Zone
	}
	in := oneline.Input{Text: typed, Own: []string{business.Name}, Now: s.DB.Now(), Zone: zone, Region: business.Region, Currency: business.Currency}
	people, err := s.People.Colleagues(ctx)
	if err != nil {
		return Draft{}, err
	}
	for _, p := range people {
		in.Own = append(in.Own, p.Name)
	}
	var goods []product.Product
	if actor.Can(product.Read) {
		if goods, err = s.Products.Offered(ctx, offered); err != nil {
			return Draft{}, err
		}
	}
	for _, p := range goods {
		in.Products = append(in.Products, oneline.Item{Name: p.Name, Code: string(p.Code)})
	}
	d := Draft{Text: typed, Currency: business.Currency, Read: oneline.Read(in)}
	if err := s.who(ctx, &d); err != nil {
		return d, err
	}
	d.orders(actor, goods)
	s.todo(actor, &d, cal.DateOf(in.Now, zone), in)
	d.words(actor)
	return d, nil
}

// who proposes the customer.
func (s *Service) who(ctx context.Context, d *Draft) error {
	c := &d.Customer
	c.May = auth.From(ctx).Can(customer.Write)
	if n := d.Read.Names; len(n) > 0 {
		c.Name, c.Company = n[0].Value.Name, n[0].Value.Company
	}
	for _, p := range d.Read.Phones {
		c.Phones = append(c.Phones, p.Value.Raw)
	}
	for _, e := range d.Read.Emails {
		c.Emails = append(c.Emails, e.Value)
	}
	if err := s.Look(ctx, c); err != nil {
		return err
	}
	if c.Name == "" && c.ID == 0 && len(c.Phones) > 0 {
		c.Name = c.Phones[0]
	}
	c.On = c.Name != "" || c.ID != 0
	return nil
}

// Look finds whom a name, numbers and addresses may mean. Somebody with the
// same number or address is proposed; so is the only one of that name.
func (s *Service) Look(ctx context.Context, c *CustomerDraft) error {
	in := customer.Input{Name: c.Name, Emails: c.Emails}
	for _, p := range c.Phones {
		in.Phones = append(in.Phones, customer.PhoneInput{Raw: p})
	}
	if in.Name == "" && len(in.Phones)+len(in.Emails) == 0 {
		return nil
	}
	alike, err := s.Customers.Alike(ctx, in, 0)
	if err != nil {
		return err
	}
	byName := 0
	for _, a := range alike {
		if !a.MayOpen {
			c.Hidden++
			continue
		}
		c.Matches = append(c.Matches, Match{a.ID, a.Name, a.Reasons})
		if strings.Join(a.Reasons, "") != "name" {
			if c.ID == 0 {
				c.ID = a.ID
			}
			continue
		}
		byName++
	}
	if c.ID == 0 && byName == 1 && c.Hidden == 0 && len(in.Phones)+len(in.Emails) == 0 {
		c.ID = c.Matches[0].ID
	}
	if len(c.Matches) > 0 || len([]rune(c.Name)) < 2 {
		return nil
	}
	const few = 4
	found, err := s.Customers.List(ctx, page.Request{Q: c.Name, Limit: few}, nil)
	for _, r := range found.Items {
		c.Matches = append(c.Matches, Match{r.ID, r.Name, []string{"similar"}})
	}
	return err
}

// orders proposes the order. A sum is the price of the only line; among several
// lines nobody can say how it is spread.
func (d *Draft) orders(actor *auth.Actor, goods []product.Product) {
	o := &d.Order
	o.May = actor.Can(order.Write)
	counted := false
	for _, l := range d.Read.Lines {
		counted = counted || l.Value.Counted
		line := LineDraft{Name: l.Value.Name, Quantity: l.Value.Quantity, Unit: l.Value.Unit}
		if len(l.Value.Products) == 1 {
			p := goods[l.Value.Products[0]]
			price := p.Price
			line.Name, line.ProductID, line.Price = p.Name, p.ID, &price
		} else {
			for _, i := range l.Value.Products {
				line.Options = append(line.Options, goods[i].Name)
			}
			o.Hint = "entry.hint.product"
		}
		o.Lines = append(o.Lines, line)
	}
	bought := d.Read.Has(oneline.Order)
	if len(o.Lines) == 0 && bought && len(d.Read.Amounts) > 0 {
		o.Lines = []LineDraft{{Quantity: money.One}}
		o.Hint = "entry.hint.what"
	}
	if len(d.Read.Amounts) > 0 && len(o.Lines) > 0 {
		d.price()
	}
	complains := d.Read.Has(oneline.Complaint)
	o.On = o.May && len(o.Lines) > 0 && (bought || counted || !complains)
}

// price gives the sum to the line.
func (d *Draft) price() {
	a := d.Read.Amounts[0].Value
	o := &d.Order
	switch {
	case a.Currency != "" && a.Currency != d.Currency:
		o.Hint = "entry.hint.currency"
	case len(o.Lines) > 1:
		o.Hint = "entry.hint.spread"
	default:
		l := &o.Lines[0]
		each := (a.Minor*int64(money.One) + int64(l.Quantity)/2) / int64(l.Quantity)
		if total, err := money.LineTotal(l.Quantity, each); err != nil || total != a.Minor {
			o.Hint = "entry.hint.uneven"
		}
		l.Price = &each
	}
}

// todo proposes the task.
func (s *Service) todo(actor *auth.Actor, d *Draft, today cal.Date, in oneline.Input) {
	t := &d.Task
	t.May, t.Kind = actor.Can(task.Write), task.Plain
	call, visit := d.Read.Has(oneline.CallBack), d.Read.Has(oneline.Visit)
	t.On = t.May && (call || visit || len(d.Read.Moments) > 0)
	l := s.Bundle.For(actor.Locale)
	name := d.Customer.Name
	switch {
	case name == "":
		t.Title = l.T("entry.title.plain")
	case call:
		t.Title = l.T("entry.title.call", "customer", name)
	case visit:
		t.Title = l.T("entry.title.visit", "customer", name)
	case d.Order.On:
		t.Title = l.T("entry.title.order", "customer", name)
	default:
		t.Title = l.T("entry.title.about", "customer", name)
	}
	if call && d.Customer.On {
		t.Kind = task.FollowUp
	}
	if d.Read.Note != "" && len(d.Read.Chat) == 0 && !d.Read.Has(oneline.Complaint) {
		t.Title = task.Headline(d.Read.Note)
	}
	t.Due, t.Assumed = task.When{Day: today.AddDays(1)}, true
	if m := d.Read.Moments; len(m) > 0 {
		t.Assumed = false
		t.Due = task.When{Day: m[0].Value.Day}
		if m[0].Value.Minutes >= 0 {
			t.Due = task.When{At: cal.At(m[0].Value.Day, m[0].Value.Minutes/60, m[0].Value.Minutes%60, in.Zone)}
		}
	}
}

// words proposes the complaint and the note: in a chat what the customer said
// of it, and the whole of it as a note.
func (d *Draft) words(actor *auth.Actor) {
	d.Case.May, d.Note.May = actor.Can(feedback.Write), actor.Can(note.Write)
	d.Case.Words = d.complaint()
	d.Case.On = d.Case.May && d.Case.Words != ""
	d.Note.Words = d.Read.Note
	if len(d.Read.Chat) > 0 {
		d.Note.Words = text.Block(d.Text)
	}
	d.Note.On = d.Note.May && d.Note.Words != "" && (len(d.Read.Chat) > 0 || !d.Task.On && !d.Case.On || len([]rune(d.Note.Words)) > 120)
}

func (d *Draft) complaint() string {
	if !d.Read.Has(oneline.Complaint) {
		return ""
	}
	if len(d.Read.Chat) == 0 {
		return text.Block(d.Text)
	}
	var said []string
	for _, m := range d.Read.Chat {
		for _, p := range d.Read.Purposes {
			if p.Value == oneline.Complaint && p.Span.Start >= m.Body.Start && p.Span.End <= m.Body.End && !m.Own {
				said = append(said, text.Block(d.Text[m.Body.Start:m.Body.End]))
				break
			}
		}
	}
	return strings.Join(said, "\n")
}

// reach are numbers and addresses as a customer's input.
func reach(phones, emails []string) customer.Input {
	in := customer.Input{}
	for _, cell := range phones {
		for _, p := range phone.Split(cell) {
			in.Phones = append(in.Phones, customer.PhoneInput{Raw: p})
		}
	}
	in.Emails = append(in.Emails, emails...)
	return in
}
