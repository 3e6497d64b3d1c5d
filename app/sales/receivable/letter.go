package receivable

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Consent gives the link by which a customer stops such mails.
type Consent interface {
	Token(customer, contact int64, address string) string
	Link(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error
}

// letterKind marks reminders in the outbox.
const letterKind = "payment_reminder"

// payload is what waits in the outbox; sums and the link are put in when it leaves.
type payload struct {
	Step     int    `json:"step"` // counted from 0
	Language string `json:"language"`
}

// recipient is who is written to.
type recipient struct {
	Name     string `db:"name"`
	Email    string `db:"email"`
	Language string `db:"language"`
	Contact  db.ID  `db:"contact_id"`
}

// write queues one letter to a customer about the parts that have newly reached a
// step. Whoever has no address is left alone, and not noted as written to.
func (s *Service) write(ctx context.Context, tx *db.Tx, r Reminders, list []Item, done map[string]int, day cal.Date) error {
	step, news := 0, []Item{}
	for _, i := range list {
		if n := r.due(i, day, done[i.key()]); n > 0 {
			step, news = max(step, n), append(news, i)
		}
	}
	if len(news) == 0 {
		return nil
	}
	customer := news[0].CustomerID
	to, err := recipientOf(ctx, tx, customer)
	if err != nil || to.Email == "" {
		return err
	}
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	l := s.View.Bundle().For(cmp.Or(to.Language, b.Locale)).In(b.Zone()).At(tx.Now)
	if err := s.Consent.Link(ctx, tx, customer, int64(to.Contact), to.Email); err != nil {
		return err
	}
	raw, err := json.Marshal(payload{step - 1, l.Tag()})
	if err != nil {
		return fmt.Errorf("encode the reminder of customer %d: %w", customer, err)
	}
	m := outbox.Message{DedupeKey: fmt.Sprintf("reminder:%d:%s", customer, day), Channel: outbox.Email, Purpose: outbox.Service, ToAddress: to.Email, ToName: to.Name,
		CustomerID: db.ID(customer), ContactID: to.Contact, Subject: filled(r.In(l, step-1).Subject, to.Name, b.Name, sums(news)),
		Payload: string(raw), SubjectKind: letterKind, SubjectID: db.ID(customer), ExpiresAt: db.At(tx.Now.AddDate(0, 0, 5))}
	id, _, err := s.Outbox.Queue(ctx, tx, m)
	if err != nil {
		return fmt.Errorf("queue the reminder of customer %d: %w", customer, err)
	}
	return note(ctx, tx, news, step, id)
}

// sums is what parts come to, per currency.
func sums(list []Item) string {
	by, order := map[string]int64{}, []string{}
	for _, i := range list {
		if by[i.Currency] == 0 {
			order = append(order, i.Currency)
		}
		by[i.Currency] += i.Open
	}
	var out []string
	for _, cur := range order {
		out = append(out, money.Text(by[cur], cur))
	}
	return strings.Join(out, ", ")
}

// wanted looks once more when a reminder would leave: what was paid meanwhile
// needs none, and the owner may have switched them off.
func (s *Service) wanted(ctx context.Context, tx *db.Tx, m outbox.Message) (outbox.Decision, error) {
	r, err := ReadReminders(ctx, tx)
	if err != nil {
		return outbox.Refuse(""), err
	}
	list, err := s.overdueOf(ctx, tx, int64(m.CustomerID))
	if err != nil {
		return outbox.Refuse(""), err
	}
	if !r.On || len(list) == 0 {
		return outbox.Refuse("cancelled"), nil
	}
	return outbox.Allow(), nil
}

func (s *Service) overdueOf(ctx context.Context, q db.Q, customer int64) ([]Item, error) {
	day, _, err := today(ctx, q, s.DB)
	if err != nil {
		return nil, err
	}
	all, err := itemsOf(ctx, q, customer)
	var late []Item
	for _, i := range all {
		if i.Late(day) {
			late = append(late, i)
		}
	}
	return late, err
}

// Channel lays a reminder out at the moment it leaves, with what is owed then.
func (s *Service) Channel(next outbox.Channel) outbox.Channel {
	return outbox.Filled(next, letterKind, outbox.Service, s.compose)
}

// mailBody is what the mail's templates show.
type mailBody struct {
	Paragraphs  [][]string // each by its lines
	Items       []Item
	Unsubscribe string
}

func (s *Service) compose(ctx context.Context, d outbox.Delivery) (outbox.Delivery, error) {
	var p payload
	if err := json.Unmarshal([]byte(d.Payload), &p); err != nil {
		return d, fmt.Errorf("read message %d: %w", d.ID, err)
	}
	q := s.DB.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return d, err
	}
	r, err := ReadReminders(ctx, q)
	if err != nil {
		return d, err
	}
	list, err := s.overdueOf(ctx, q, int64(d.CustomerID))
	if err != nil {
		return d, err
	}
	leave := ""
	if base := s.BaseURL(); base != "" {
		leave = base + "/u/" + s.Consent.Token(int64(d.CustomerID), int64(d.ContactID), d.ToAddress)
	}
	l := s.View.Bundle().For(cmp.Or(p.Language, b.Locale)).In(b.Zone()).At(s.DB.Now())
	plain, rich, err := s.lay(l, b, r.In(l, p.Step), d.ToName, list, leave)
	letter := outbox.Letter{Text: plain, HTML: rich}
	if leave != "" {
		letter = letter.Leavable(leave)
	}
	d.Payload = letter.Payload()
	return d, err
}

// lay lays a letter out, for a customer or for the owner's eyes.
func (s *Service) lay(l *i18n.Locale, b setting.Business, w Words, name string, list []Item, leave string) (plain, rich string, err error) {
	total := sums(list)
	body := mailBody{Items: list, Unsubscribe: leave}
	for _, one := range strings.Split(filled(w.Text, name, b.Name, total), "\n\n") {
		body.Paragraphs = append(body.Paragraphs, strings.Split(one, "\n"))
	}
	data := view.Data{Title: filled(w.Subject, name, b.Name, total), Business: b.Name, Body: body, Locale: l}
	return s.View.Mail("sales/reminder", data)
}
