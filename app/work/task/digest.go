package task

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// MorningCard is what a person's day begins with; app/today has it. The
// context carries the person, so what they may not see is not on it.
type MorningCard interface {
	ForDigest(ctx context.Context, userID int64) (Card, error)
}

// Card is the content of a digest: what needs the person, by sort.
type Card struct{ Sections []Section }

// Section is a heading with its lines. More counts what did not fit.
type Section struct {
	Title errs.Message
	Lines []Line
	More  int
	Path  string // where all of it is
}

// Line is one thing: a name, what about it, and where it is.
type Line struct {
	Name string
	Note errs.Message
	At   db.Time
	Path string
	Warm bool
}

// N counts the lines, also those that did not fit.
func (c Card) N() int {
	n := 0
	for _, s := range c.Sections {
		n += len(s.Lines) + s.More
	}
	return n
}

// SetCard makes the digest show the morning card. Call it before the jobs run.
func (s *Service) SetCard(c MorningCard) { s.card = c }

// Digests makes the daily mail of everybody whose time has come: one per
// person and local date, however often it is asked, and none when there is
// nothing to say. After an absence only today's is made.
func (s *Service) Digests(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	people, err := digestReaders(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	now := s.db.Now()
	var faults error // one person's fault keeps nobody else's mail
	for _, p := range people {
		day := cal.Today(now, p.hours.Zone)
		at := cal.At(day, p.hours.Digest/60, p.hours.Digest%60, p.hours.Zone)
		if now.Before(at) || !p.CreatedAt.Before(at) { // not yet, or they joined later in the day
			continue
		}
		had, err := digested(ctx, s.db.Reader(ctx), p.ID, day)
		if err != nil {
			return err
		}
		if had {
			continue
		}
		if err := s.digest(ctx, p, day, at); err != nil {
			faults = errors.Join(faults, fmt.Errorf("make the digest of user %d: %w", p.ID, err))
		}
	}
	return faults
}

// digest makes one person's mail.
func (s *Service) digest(ctx context.Context, p person, day cal.Date, at time.Time) error {
	m, err := s.compose(ctx, p, day, at)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "digest.make", func(ctx context.Context, tx *db.Tx) error {
		mine, err := claimDigest(ctx, tx, p.ID, day)
		if err != nil || !mine {
			return err
		}
		if err := forgetDigests(ctx, tx, p.ID, tx.Now.AddDate(0, 0, -400)); err != nil || m.Channel == "" {
			return err
		}
		_, _, err = s.mail.Queue(ctx, tx, m)
		return err
	})
}

// compose writes the mail in the person's language; without anything to say
// the message is empty.
func (s *Service) compose(ctx context.Context, p person, day cal.Date, at time.Time) (m outbox.Message, err error) {
	actor, _, err := s.users.Actor(ctx, p.ID)
	if err != nil || actor == nil {
		return m, err
	}
	card, err := s.card.ForDigest(auth.With(ctx, actor), p.ID)
	if err != nil || card.N() == 0 {
		return m, err
	}
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return m, err
	}
	l := s.view.Bundle().For(p.Locale).In(p.hours.Zone).At(s.db.Now())
	subject := l.T("digest.subject", "n", card.N())
	data := view.Data{Title: subject, Locale: l, Business: business.Name, Body: digestBody{Name: p.Name, Card: card, BaseURL: s.baseURL()}}
	plain, rich, err := s.view.Mail("work/digest", data)
	if err != nil {
		return m, err
	}
	return outbox.Message{DedupeKey: fmt.Sprintf("digest:%d:%s", p.ID, day), Channel: outbox.Email, Purpose: outbox.Staff,
		ToAddress: p.Email, ToName: p.Name, UserID: db.ID(p.ID), Subject: subject, Payload: outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Payload(),
		ExpiresAt: db.At(at.Add(24 * time.Hour))}, nil // yesterday's digest is no use to anyone
}

// digestBody is what the mail's templates get.
type digestBody struct {
	Name    string
	Card    Card
	BaseURL string
}

// Link is the full address of a place in the house, "" without a base address.
func (b digestBody) Link(path string) string {
	if b.BaseURL == "" || path == "" {
		return ""
	}
	return b.BaseURL + path
}

// dueCard is the card while there is no other: what is due.
type dueCard struct{ s *Service }

// linesPerSection is how many things a digest names before it counts.
const linesPerSection = 20

// ForDigest implements MorningCard.
func (d dueCard) ForDigest(ctx context.Context, _ int64) (Card, error) {
	if !auth.From(ctx).Can(Read) {
		return Card{}, nil
	}
	mine, err := d.s.Mine(ctx, 500)
	if err != nil {
		return Card{}, err
	}
	l := d.s.view.Bundle().For(auth.From(ctx).Locale)
	var c Card
	for _, part := range []struct {
		key   string
		tasks []Task
		warm  bool
	}{{"task.group.overdue", mine.Overdue, true}, {"task.group.today", mine.Today, false}} {
		if len(part.tasks) == 0 {
			continue
		}
		section := Section{Title: errs.Message{Key: part.key}, Path: "/tasks"}
		for i, t := range part.tasks {
			if i == linesPerSection {
				section.More = len(part.tasks) - i
				break
			}
			section.Lines = append(section.Lines, Line{Name: t.Heading(l), Note: named(string(t.CustomerName)), At: t.DueAt, Path: t.Path(), Warm: part.warm})
		}
		c.Sections = append(c.Sections, section)
	}
	return c, nil
}

func named(customer string) errs.Message {
	if customer == "" {
		return errs.Message{}
	}
	return errs.Message{Key: "task.about", Args: errs.Args{"customer": customer}}
}

// Path is where a task is dealt with: its customer's record, or its own page.
func (t Task) Path() string {
	if t.CustomerID != 0 {
		return fmt.Sprintf("/customers/%d", t.CustomerID)
	}
	return fmt.Sprintf("/tasks/%d", t.ID)
}
