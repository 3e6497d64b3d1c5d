package task

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/ics"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// A calendar feed shows a person's open tasks to any calendar program that has
// its address. Whoever knows the address reads it, so it holds 128 bits, only
// its hash is kept, and the person can make a new one or none.

// lookBack is how long an overdue task stays in the calendar.
const lookBack = 60 * 24 * time.Hour

// FeedSince is when the person's feed was made; zero when there is none.
func (s *Service) FeedSince(ctx context.Context) (db.Time, error) {
	a := auth.From(ctx)
	if !a.Signed() {
		return db.Time{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return feedSince(ctx, s.db.Reader(ctx), a.UserID)
}

// NewFeed makes the person's feed; an older address stops working. The token
// is shown this once.
func (s *Service) NewFeed(ctx context.Context) (token string, err error) {
	a := auth.From(ctx)
	if !a.Signed() {
		return "", errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	token = id.Token(16)
	return token, s.db.Write(ctx, "calendar.create", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "user", a.UserID, a.Name)
		journal.Keep(tx)
		return setFeed(ctx, tx, a.UserID, id.Hash(token))
	})
}

// DropFeed ends the person's feed.
func (s *Service) DropFeed(ctx context.Context) error {
	a := auth.From(ctx)
	if !a.Signed() {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return s.db.Write(ctx, "calendar.delete", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "user", a.UserID, a.Name)
		journal.Keep(tx)
		return dropFeed(ctx, tx, a.UserID)
	})
}

// Feed writes the calendar that belongs to a token. An unknown token and that
// of somebody who may no longer sign in are the same: not there.
func (s *Service) Feed(ctx context.Context, token string) ([]byte, error) {
	q := s.db.Reader(ctx)
	user, err := feedUser(ctx, q, id.Hash(token))
	if err != nil {
		return nil, err
	}
	actor, _, err := s.users.Actor(ctx, user)
	if err != nil {
		return nil, err
	}
	if actor == nil || !actor.Can(Read) {
		return nil, errs.NotVisible()
	}
	tasks, err := ofCalendar(ctx, q, user, s.db.Now().Add(-lookBack))
	if err != nil {
		return nil, err
	}
	return s.calendar(ctx, actor, tasks)
}

func (s *Service) calendar(ctx context.Context, a *auth.Actor, tasks []Task) ([]byte, error) {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	l := s.view.Bundle().For(a.Locale)
	base := s.baseURL()
	var out bytes.Buffer
	w := ics.NewWriter(&out, ics.Calendar{Product: "-//Regulars//Regulars//EN", Name: l.T("calendar.name", "business", business.Name), Method: "PUBLISH"})
	for _, t := range tasks {
		summary := t.Heading(l)
		if t.CustomerName != "" {
			summary = l.T("calendar.summary", "title", summary, "customer", string(t.CustomerName))
		}
		e := ics.Event{UID: fmt.Sprintf("task-%d@regulars", t.ID), Stamp: t.UpdatedAt.Time, Start: t.DueAt.Time, End: t.DueAt.Add(30 * time.Minute),
			Sequence: int(t.Version), Summary: summary, Description: t.Notes, Alarms: []time.Duration{0}}
		if base != "" {
			e.URL = base + t.Path()
		}
		if err := w.Event(e); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
