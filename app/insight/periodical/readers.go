package periodical

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/mail"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Stale is how long what was written may wait for the mail server.
const Stale = 7 * 24 * time.Hour

// mostReaders is how many people can be chosen.
const mostReaders = 200

// Readers are the people who work here and get something by mail.
type Readers struct {
	Users      auth.Users
	Permission string // of whoever reads it
}

// Check says what is wrong of a rhythm and of whom it goes to. Somebody who was
// chosen before and may see nothing any more is kept out of the mail, not out of
// the form.
func (r Readers) Check(ctx context.Context, weekday, day int, chosen *[]int64, was []int64) error {
	c := &errs.Check{}
	c.That(weekday >= 0 && weekday <= 6, "weekday", "error.choice")
	c.That(day >= 1 && day <= slot.LastDay, "day", "error.range", "min", 1, "max", slot.LastDay)
	c.That(len(*chosen) <= mostReaders, "recipients", "error.choice")
	if err := c.Err(); err != nil {
		return err
	}
	slices.Sort(*chosen)
	*chosen = slices.Compact(*chosen)
	for _, id := range *chosen {
		if slices.Contains(was, id) {
			continue
		}
		a, _, err := r.Users.Actor(ctx, id)
		if err != nil {
			return err
		}
		c.That(a != nil, "recipients", "error.person")
		if a != nil {
			_, ok := Team(a, r.Permission)
			c.That(ok, "recipients", "report.error.recipient", "name", a.Name)
		}
	}
	return c.Err()
}

// Today are those chosen who work here and may read it now.
func (r Readers) Today(ctx context.Context, chosen []int64) ([]*auth.Actor, error) {
	var out []*auth.Actor
	for _, id := range chosen {
		a, _, err := r.Users.Actor(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read recipient %d: %w", id, err)
		}
		if a == nil {
			continue
		}
		if _, ok := Team(a, r.Permission); ok {
			out = append(out, a)
		}
	}
	return out, nil
}

// Person may be chosen, if there is an issue for them.
type Person struct {
	ID     int64
	Name   string
	Email  string
	Gets   string // "all", "team", or "" for nobody's
	Chosen bool
}

// Everybody are those who work here, with the issue that is theirs.
func (r Readers) Everybody(ctx context.Context, q db.Q, chosen []int64) ([]Person, error) {
	var ids []int64
	if err := q.Select(ctx, &ids, sqlPeople); err != nil {
		return nil, fmt.Errorf("list who works here: %w", err)
	}
	var out []Person
	for _, id := range ids {
		a, _, err := r.Users.Actor(ctx, id)
		if err != nil {
			return nil, err
		}
		if a == nil {
			continue
		}
		p := Person{ID: id, Name: a.Name, Email: a.Email, Chosen: slices.Contains(chosen, id)}
		if team, ok := Team(a, r.Permission); ok {
			p.Gets = "all"
			if team != 0 {
				p.Gets = "team"
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// Send queues everybody's mail, each once for an occasion. Who sees a team gets
// the team's issue; write makes it, ok is false where there is none.
func (r Readers) Send(ctx context.Context, tx *db.Tx, box *outbox.Outbox, name string, at slot.Slot, people []*auth.Actor, write func(team int64, a *auth.Actor) (m outbox.Message, ok bool, err error)) error {
	for _, a := range people {
		team, _ := Team(a, r.Permission)
		m, ok, err := write(team, a)
		if err != nil {
			return fmt.Errorf("write %s %s to user %d: %w", name, at.Name, a.UserID, err)
		}
		if !ok {
			continue
		}
		m.DedupeKey = fmt.Sprintf("%s:%s:%s:%d", name, at.Kind, at.Name, a.UserID)
		if _, _, err := box.Queue(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// Paper writes mail to people who work here, in the language of each.
type Paper struct {
	View     *view.Engine
	Business setting.Business
	Now      time.Time
}

// Write makes the mail of a template, with files. say gives its subject and its body.
func (p Paper) Write(template string, a *auth.Actor, say func(d view.Data) (subject string, body any), files ...mail.File) (outbox.Message, error) {
	data := view.Data{Locale: p.View.Bundle().For(a.Locale).In(p.Business.Zone()).At(p.Now), Business: p.Business.Name}
	data.Title, data.Body = say(data)
	plain, rich, err := p.View.Mail(template, data)
	if err != nil {
		return outbox.Message{}, err
	}
	return outbox.Message{Channel: outbox.Email, Purpose: outbox.Staff, ToAddress: a.Email, ToName: a.Name, UserID: db.ID(a.UserID), Subject: data.Title,
		Payload: outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true, Files: files}.Payload(), ExpiresAt: db.At(p.Now.Add(Stale))}, nil
}

// Whose is the team whose issues the actor may have: the one asked for, or all
// that they see. There are no other teams for them.
func (r Readers) Whose(ctx context.Context, q db.Q, actor *auth.Actor, team int64) (int64, error) {
	own, ok := Team(actor, r.Permission)
	if team == 0 {
		team = own
	}
	if !ok || own != 0 && team != own {
		return 0, errs.NotVisible()
	}
	if team == 0 {
		return 0, nil
	}
	all, err := Teams(ctx, q)
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(all, func(t Named) bool { return t.ID == team }) {
		return 0, errs.NotVisible()
	}
	return team, nil
}
