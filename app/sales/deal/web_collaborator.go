package deal

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// showWith says who works on a deal, and what the reader may do about that.
func (s *Service) showWith(c *fiber.Ctx, b *ShowPage) error {
	ctx, actor := web.Ctx(c), web.Actor(c)
	q, scope := s.db.Reader(ctx), actor.Scope()
	works, err := yes(ctx, q, sqlWorks, b.ID, visibleArgs(scope))
	if err != nil {
		return err
	}
	b.MayWrite = b.MayWrite && works
	if b.MayDelete {
		if b.MayDelete, err = yes(ctx, q, sqlReaches, b.ID, reachArgs(scope)); err != nil {
			return err
		}
	}
	if b.CustomerID != 0 && actor.Can("customer.read") {
		if b.Sees, err = yes(ctx, q, sqlSeesCustomer, int64(b.CustomerID), scope.Args()); err != nil {
			return err
		}
	}
	if b.With, err = collaborators(ctx, q, b.ID); err != nil {
		return err
	}
	b.Me = actor.UserID
	b.Within = slices.ContainsFunc(b.With, func(w Collaborator) bool { return w.UserID == actor.UserID })
	b.MayGive = mayGive(ctx, b.Deal) == nil && actor.Can(Write)
	people, err := s.whom(c)
	b.MayHand = b.MayGive && b.OwnerID != 0 && len(people) > 0 && actor.Can("handover.write")
	if err == nil && s.handed != nil {
		b.Handed, err = s.handed.Handed(ctx, b.ID)
	}
	b.Whom = slices.DeleteFunc(people, func(o view.Option) bool {
		return o.Value == int64(b.OwnerID) || slices.ContainsFunc(b.With, func(w Collaborator) bool { return o.Value == w.UserID })
	})
	return err
}

func (s *Service) postCollaborator(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	user, access := number(c.FormValue("user_id")), c.FormValue("access")
	if err := s.Collaborate(web.Ctx(c), d.ID, user, access); err != nil {
		if errs.Is(err, errs.Invalid) {
			return s.showDeal(c, d, linesOf(d), err)
		}
		return err
	}
	if access != "" {
		return web.Done(c, path(d.ID), "deal.collaborates")
	}
	if user == auth.From(web.Ctx(c)).UserID {
		return web.Done(c, home, "deal.left", "name", d.Name)
	}
	return web.Done(c, path(d.ID), "common.saved")
}
