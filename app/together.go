package app

// How several people work together.

import (
	"context"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sales/deal"
	"regulars/app/sales/lead"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/voice/feedback"
	"regulars/app/work/daybook"
	"regulars/app/work/handover"
	"regulars/app/work/task"
)

// together is what only several people need.
type together struct {
	daybook   *daybook.Service
	handovers *handover.Service
}

func (a *App) makeTogether() {
	a.daybook = daybook.New(daybook.Deps{DB: a.DB, Notices: a.notify, Hours: a.hours.Hours})
	a.handovers = handover.New(a.DB, a.users, a.notify)
	for _, k := range []handover.Kind{a.dealsGiven(), a.leadsGiven(), a.casesGiven(), a.tasksGiven()} {
		a.handovers.Register(k)
	}
	a.deals.OnHanded(handed{a.handovers, "deals"})
	a.tasks.OnHanded(handed{a.handovers, "tasks"})
}

// handed are the hand-overs as a record's page shows them.
type handed struct {
	s    *handover.Service
	kind string
}

// Handed implements deal.Handed and task.Handed.
func (h handed) Handed(ctx context.Context, id int64) (any, error) { return h.s.Of(ctx, h.kind, id) }

func (a *App) dealsGiven() handover.Kind {
	return handover.Kind{Name: "deals", Subject: "deal", Column: "deal_id", Read: deal.Read, Keeps: true, Path: deal.Path,
		See: func(ctx context.Context, id int64) (handover.Record, error) {
			d, sees, err := a.deals.Given(ctx, id)
			return handover.Record{ID: d.ID, Name: d.Name, OwnerID: int64(d.OwnerID), OwnerName: string(d.OwnerName), CustomerID: int64(d.CustomerID), Open: true, Sees: sees}, err
		},
		Give: func(ctx context.Context, tx *db.Tx, r handover.Record, to *auth.Actor, note, keep string) error {
			return a.deals.HandOver(ctx, tx, r.ID, to.UserID, to.Name, note, keep)
		},
		Moves: func(ctx context.Context, r handover.Record) (m handover.Moves, err error) {
			if m.Tasks, err = a.tasks.OpenAbout(ctx, "deal", r.ID, r.OwnerID); err != nil {
				return m, err
			}
			if m.Promises, err = a.promises.OpenOf(ctx, r.CustomerID, r.OwnerID); err != nil {
				return m, err
			}
			m.Quotes, err = a.quotes.OpenOf(ctx, r.ID, r.OwnerID)
			return m, err
		},
		Bring: func(ctx context.Context, tx *db.Tx, r handover.Record, to int64, m handover.Moves) (out handover.Moves, err error) {
			if m.Tasks > 0 {
				out.Tasks, err = a.tasks.HandAbout(ctx, tx, "deal", r.ID, r.OwnerID, to)
			}
			if err == nil && m.Promises > 0 {
				out.Promises, err = a.promises.HandOf(ctx, tx, r.CustomerID, r.OwnerID, to)
			}
			if err == nil && m.Quotes > 0 {
				out.Quotes, err = a.quotes.HandOf(ctx, tx, r.ID, r.OwnerID, to)
			}
			return out, err
		}}
}

func (a *App) leadsGiven() handover.Kind {
	return handover.Kind{Name: "leads", Subject: "lead", Column: "lead_id", Read: lead.Read, Path: lead.Path,
		See: func(ctx context.Context, id int64) (handover.Record, error) {
			l, err := a.leads.Given(ctx, id)
			return handover.Record{ID: l.ID, Name: l.Title(), OwnerID: int64(l.OwnerID), OwnerName: string(l.OwnerName), Open: l.IsOpen()}, err
		},
		Give: func(ctx context.Context, _ *db.Tx, r handover.Record, to *auth.Actor, note, _ string) error {
			return a.leads.HandOver(ctx, r.ID, to.UserID, to.Name, note)
		}}
}

func (a *App) casesGiven() handover.Kind {
	return handover.Kind{Name: "feedback-cases", Subject: "case", Column: "case_id", Read: feedback.Read, Path: feedback.Path,
		See: func(ctx context.Context, id int64) (handover.Record, error) {
			c, sees, err := a.cases.Given(ctx, id)
			if err == nil {
				err = theirs(ctx, int64(c.OwnerID))
			}
			return handover.Record{ID: c.ID, Name: c.Name(), OwnerID: int64(c.OwnerID), OwnerName: string(c.OwnerName), CustomerID: c.CustomerID, Open: c.Open(), Sees: sees}, err
		},
		Give: func(ctx context.Context, tx *db.Tx, r handover.Record, to *auth.Actor, note, _ string) error {
			return a.cases.HandCase(ctx, tx, r.ID, to.UserID, to.Name, note)
		}}
}

func (a *App) tasksGiven() handover.Kind {
	return handover.Kind{Name: "tasks", Subject: "task", Column: "task_id", Read: task.Read, Path: func(id int64) string { return "/tasks/" + strconv.FormatInt(id, 10) },
		See: func(ctx context.Context, id int64) (handover.Record, error) {
			t, sees, err := a.tasks.Given(ctx, id)
			if err == nil {
				err = theirs(ctx, int64(t.OwnerID))
			}
			return handover.Record{ID: t.ID, Name: t.Heading(a.View.Bundle().For(auth.From(ctx).Locale)), OwnerID: int64(t.OwnerID), OwnerName: string(t.OwnerName), CustomerID: int64(t.CustomerID), Open: t.Open(), Sees: sees}, err
		},
		Give: func(ctx context.Context, tx *db.Tx, r handover.Record, to *auth.Actor, _, _ string) error {
			return a.tasks.HandTask(ctx, tx, r.ID, to.UserID)
		}}
}

// theirs refuses to give away what a colleague has to whoever may not for others.
func theirs(ctx context.Context, owner int64) error {
	a := auth.From(ctx)
	if owner == 0 || owner == a.UserID || a.Can(handover.Admin) {
		return nil
	}
	return errs.New(errs.Denied, "handover.error.not_yours")
}
