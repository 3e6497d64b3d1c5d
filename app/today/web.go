package today

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
	"regulars/app/work/task"
)

// Module offers the slice to the house.
func (s *Service) Module(index *search.Index) web.Module {
	f := finder{s, index}
	return web.Module{
		Name: "today",
		Routes: func(r *web.Router) {
			r.Get("/", web.Self, func(c *fiber.Ctx) error { return web.Redirect(c, "/today") })
			r.Get("/today", Read, s.show)
			r.Post("/today/dismissals", Read, s.putAway)
			r.Get("/search", Read, f.find)
		},
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}},
		Nav:         []web.Nav{{Order: 10, Key: "nav.today", Icon: "today", Href: "/today", Permission: Read, Tab: true, Shortcut: "g t"}},
		Journal:     []journal.Table{{Name: "today_dismissal"}},
	}
}

func (s *Service) show(c *fiber.Ctx) error {
	card, err := s.Card(web.Ctx(c))
	if err != nil {
		return err
	}
	if err := s.reached(web.Ctx(c), card.Overdue, card.Due); err != nil {
		return err
	}
	strips, err := s.strips(web.Ctx(c), card.Late, web.Locale(c))
	if err != nil {
		return err
	}
	b := body{Card: card, strips: strips}
	if s.offered != nil {
		if b.Offer, err = s.offered(web.Ctx(c)); err != nil {
			return err
		}
	}
	if s.unusual != nil {
		if b.Unusual, err = s.unusual(web.Ctx(c), web.Locale(c)); err != nil {
			return err
		}
	}
	if s.waiting != nil {
		if b.Asked, err = s.waiting(web.Ctx(c)); err != nil {
			return err
		}
	}
	if s.ending != nil {
		if b.Ending, err = s.ending(web.Ctx(c)); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "today/today", Title: "nav.today", Body: b})
}

// body is the page: the card, and how those who have gone quiet used to come.
type body struct {
	Card
	strips  map[int64]chart.Rhythm
	Offer   bool // of letters
	Unusual []Unusual
	Asked   int // questions that wait for the reader's word
	Ending  int // customers with checklists that end
}

// Strip is the rhythm of somebody who has gone quiet.
func (b body) Strip(l Late) chart.Rhythm { return b.strips[l.CustomerID] }

// reached fills in how the customers of due lines are reached.
func (s *Service) reached(ctx context.Context, groups ...[]Task) error {
	var ids []int64
	for _, tasks := range groups {
		for _, t := range tasks {
			if t.CustomerID != 0 {
				ids = append(ids, int64(t.CustomerID))
			}
		}
	}
	found, err := task.Reaches(ctx, s.db.Reader(ctx), ids)
	if err != nil {
		return err
	}
	for _, tasks := range groups {
		for i := range tasks {
			tasks[i].Reach = found[int64(tasks[i].CustomerID)]
		}
	}
	return nil
}

// Row is a due line as every list of tasks shows it.
func (t Task) Row() task.Task {
	return task.Task{ID: t.ID, Version: t.Version, Kind: t.Kind, Title: t.Title, CustomerID: t.CustomerID, CustomerName: t.Customer, DueAt: t.DueAt, Reach: t.Reach}
}

func (s *Service) putAway(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	if err := s.Dismiss(web.Ctx(c), id, c.FormValue("kind"), c.FormValue("period"), c.FormValue("reason")); err != nil {
		return err
	}
	return web.Done(c, "/today", "today.put_away")
}
