package feedback

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// What is written to an unhappy customer: a ready text in their language, filled
// in and then edited by whoever writes. It leaves by email through the gate, or
// is copied into a chat and only noted down. Either counts as the first reply.

// Consent gives the link by which the reader of a mail stops them.
type Consent interface {
	Token(customer, contact int64, address string) string
	Link(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error
}

// Reply is what somebody writes on a case.
type Reply struct {
	Channel string // email is sent; anything else was copied and is noted down
	Subject string // of an email
	Text    string
	Version int64 // 0 skips the check
}

// Recipient is who reads a reply: the person who answered, else the customer,
// else a guest who left an address.
type Recipient struct {
	ContactID db.ID  `db:"contact_id"`
	Name      string `db:"name"`
	Language  string `db:"language"`
	Email     string `db:"email"`
	Product   string `db:"product"` // what it is about
}

func recipient(ctx context.Context, q db.Q, c Case) (Recipient, error) {
	var r Recipient
	_, err := db.Found(q.Get(ctx, &r, sqlRecipient, c.ID))
	if err != nil {
		return r, fmt.Errorf("read who is written to about case %d: %w", c.ID, err)
	}
	return r, nil
}

// sendOp is the write that sends a mail: what left the house is not taken back.
const sendOp = "feedback.reply"

// Stands are the writes that no undo takes back, with what is said instead.
var Stands = map[string]string{sendOp: "feedback.error.sent_stands"}

// replyKind marks our messages in the outbox; the id is the case's.
const replyKind = "case_reply"

// Write sends a reply, or notes down one that was copied, and tells whether it
// waits for something before it leaves.
func (s *Service) Write(ctx context.Context, id int64, in Reply) (c Case, waits string, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, "", err
	}
	in.Subject, in.Text = text.Line(in.Subject), text.Block(in.Text)
	check := &errs.Check{}
	check.That(in.Text != "", "text", "error.required")
	check.That(len([]rune(in.Text)) <= maxAction, "text", "error.long", "n", maxAction)
	check.That(in.Subject != "" || in.Channel != outbox.Email, "subject", "error.required")
	check.That(len([]rune(in.Subject)) <= maxSubject, "subject", "error.long", "n", maxSubject)
	if err := check.Err(); err != nil {
		return Case{}, "", err
	}
	if in.Channel != outbox.Email {
		c, err := s.LogContact(ctx, id, in.Channel, in.Text)
		return c, "", err
	}
	err = s.db.Write(ctx, sendOp, func(ctx context.Context, tx *db.Tx) error {
		if c, err = current(ctx, tx, actor.Scope(), id, in.Version); err != nil {
			return err
		}
		if waits, err = s.post(ctx, tx, c, in); err != nil {
			return err
		}
		return s.spoke(ctx, tx, &c, outbox.Email, in.Text)
	})
	return c, waits, err
}

// maxSubject bounds the subject of a mail.
const maxSubject = 150

// payload is what waits in the outbox; the link is put in when it leaves.
type payload struct {
	Text     string `json:"text"`
	Language string `json:"language"`
	ReplyTo  string `json:"reply_to"`
}

// post queues a reply and says what it waits for. What the gate refuses is not
// written down as if it had been said.
func (s *Service) post(ctx context.Context, tx *db.Tx, c Case, in Reply) (waits string, err error) {
	to, err := recipient(ctx, tx, c)
	if err != nil {
		return "", err
	}
	check := &errs.Check{}
	check.That(to.Email != "", "text", "feedback.error.no_email")
	if err := check.Err(); err != nil {
		return "", err
	}
	if c.CustomerID != 0 {
		if err := s.Consent.Link(ctx, tx, c.CustomerID, int64(to.ContactID), to.Email); err != nil {
			return "", err
		}
	}
	raw, err := json.Marshal(payload{in.Text, to.Language, auth.From(ctx).Email})
	if err != nil {
		return "", fmt.Errorf("encode the reply of case %d: %w", c.ID, err)
	}
	var steps int // each reply adds one, so no two share a key
	if err := tx.Get(ctx, &steps, sqlSteps, c.ID); err != nil {
		return "", fmt.Errorf("count the steps of case %d: %w", c.ID, err)
	}
	id, _, err := s.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: fmt.Sprintf("case:%d:reply:%d", c.ID, steps), Channel: outbox.Email, Purpose: outbox.Service,
		ToAddress: to.Email, ToName: to.Name, CustomerID: db.ID(c.CustomerID), ContactID: to.ContactID, Subject: in.Subject, Payload: string(raw),
		SubjectKind: replyKind, SubjectID: db.ID(c.ID), ExpiresAt: db.At(tx.Now.AddDate(0, 0, 14))})
	if err != nil {
		return "", fmt.Errorf("queue the reply of case %d: %w", c.ID, err)
	}
	row, err := s.Outbox.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if row.State == outbox.Cancelled {
		return "", errs.New(errs.Conflict, "feedback.error.reply_refused", "why", errs.Message{Key: "outbox.reason." + row.Reason})
	}
	return row.Reason, nil
}

// Channel lays a reply out and puts the link in by which its reader stops such
// mails, at the moment it leaves.
func (s *Service) Channel(next outbox.Channel) outbox.Channel {
	return outbox.Filled(next, replyKind, outbox.Service, s.compose)
}

// mailBody is what the mail's templates show.
type mailBody struct {
	Paragraphs  [][]string // each by its lines
	Unsubscribe string
}

func (s *Service) compose(ctx context.Context, d outbox.Delivery) (outbox.Delivery, error) {
	var p payload
	if err := json.Unmarshal([]byte(d.Payload), &p); err != nil {
		return d, fmt.Errorf("read message %d: %w", d.ID, err)
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return d, err
	}
	var body mailBody
	for _, one := range strings.Split(p.Text, "\n\n") {
		body.Paragraphs = append(body.Paragraphs, strings.Split(one, "\n"))
	}
	if base := s.BaseURL(); base != "" && d.CustomerID != 0 {
		body.Unsubscribe = base + "/u/" + s.Consent.Token(int64(d.CustomerID), int64(d.ContactID), d.ToAddress)
	}
	data := view.Data{Title: d.Subject, Business: b.Name, Body: body, Locale: s.View.Bundle().For(cmp.Or(p.Language, b.Locale)).In(b.Zone()).At(s.db.Now())}
	plain, rich, err := s.View.Mail("feedback/letter", data)
	letter := outbox.Letter{Text: plain, HTML: rich, ReplyTo: p.ReplyTo}
	if body.Unsubscribe != "" {
		letter = letter.Leavable(body.Unsubscribe)
	}
	d.Payload = letter.Payload()
	return d, err
}

// Draft fills a ready text in for a case, in the customer's language unless
// another is asked for.
func (s *Service) Draft(ctx context.Context, id, ready int64, language string) (Reply, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return Reply{}, err
	}
	q := s.db.Reader(ctx)
	r, err := readyIn(ctx, q, ready)
	if err != nil {
		return Reply{}, err
	}
	to, err := recipient(ctx, q, c)
	if err != nil {
		return Reply{}, err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	l := s.View.Bundle().For(cmp.Or(language, to.Language, b.Locale)).In(b.Zone()).At(s.db.Now())
	at := c.OpenedAt.Time
	if !c.AnsweredAt.IsZero() {
		at = c.AnsweredAt.Time
	}
	owner := string(c.OwnerName)
	if owner == "" {
		owner = auth.From(ctx).Name
	}
	fill := filler(map[string]string{"name": cmp.Or(to.Name, l.T("feedback.reply.somebody")), "product": cmp.Or(to.Product, l.T("feedback.reply.visit")), "date": l.Date(at),
		"shop": b.Name, "owner": owner})
	subject, words := r.in(l.Tag())
	return Reply{Channel: outbox.Email, Subject: fill(subject), Text: fill(words)}, nil
}

// filler writes values in the place of {names}, once: what stands in a value
// stays text.
func filler(values map[string]string) func(string) string {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, "{"+name+"}", text.Line(value))
	}
	return strings.NewReplacer(pairs...).Replace
}

// spoke notes down that the customer was contacted.
func (s *Service) spoke(ctx context.Context, tx *db.Tx, c *Case, channel, words string) error {
	journal.About(tx, subject, c.ID, c.label())
	key := ""
	if c.CustomerID != 0 {
		exchange, err := s.Contacts.LogContact(ctx, c.CustomerID, channel, words)
		if err != nil {
			return err
		}
		key = contactKey(c.ID, exchange)
	}
	if err := s.respond(ctx, tx, c, tx.Now, channel, words, key); err != nil {
		return err
	}
	var err error
	*c, err = get(ctx, tx, everything, c.ID)
	return err
}

// contactKey is the mark of an exchange in a case's history.
func contactKey(id, exchange int64) string { return fmt.Sprintf("contact:%d:f%d", id, exchange) }
