package relation

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/customers/:id/relations", customer.Read, s.show)
	r.Post("/customers/:id/relations", customer.Write, s.add)
	r.Post("/customers/:id/relations/:relation/delete", customer.Write, s.drop)
}

// panelRows is how many relations the record shows.
const panelRows = 6

// PanelBody feeds the record page's part.
type PanelBody struct {
	ID       int64
	Related  []Related
	More     int
	Referred Referred
	Currency string
	MayWrite bool
}

func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	list, err := s.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	b := PanelBody{ID: id, Related: list, MayWrite: auth.From(ctx).Can(customer.Write)}
	if len(list) > panelRows {
		b.Related, b.More = list[:panelRows], len(list)-panelRows
	}
	shop, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	b.Currency = shop.Currency
	b.Referred, err = s.Referred(ctx, id)
	return b, err
}

// Body feeds the page.
type Body struct {
	PanelBody
	Name       string
	Graph      chart.Graph
	Drawn      bool
	Depth      int
	Deeper     int // the next depth, 0 = no further
	Q          string
	Candidates []customer.Row
	Roles      []view.Option
}

// Form is what was typed.
type Form struct {
	Other      int64
	Role, Note string
}

func (s *Service) show(c *fiber.Ctx) error {
	return s.page(c, Form{Role: c.Query("role", "partner")}, nil)
}

func (s *Service) page(c *fiber.Ctx, f Form, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx, l := web.Ctx(c), web.Locale(c)
	who, err := s.customers.MustSee(ctx, id)
	if err != nil {
		return err
	}
	b := Body{Name: who.Name, Q: strings.TrimSpace(c.Query("q", c.FormValue("q")))}
	b.ID, b.Currency, b.MayWrite = id, web.Business(c).Currency, web.Actor(c).Can(customer.Write)
	if b.Related, err = s.Of(ctx, id); err != nil {
		return err
	}
	if b.Referred, err = s.Referred(ctx, id); err != nil {
		return err
	}
	depth, _ := strconv.Atoi(c.Query("depth"))
	b.Depth = min(max(depth, 2), MaxDepth)
	g, err := s.Graph(ctx, id, b.Depth)
	if err != nil {
		return err
	}
	b.Drawn = len(g.Nodes) > 1
	if g.More && b.Depth < MaxDepth {
		b.Deeper = b.Depth + 1
	}
	b.Graph = chart.Graph{Label: l.T("relation.graph", "name", who.Name, "n", len(g.Nodes)-1), Links: g.Links}
	for i, n := range g.Nodes {
		word := ""
		if n.Role != "" {
			word = l.T("relation.role." + n.Role)
		}
		b.Graph.Nodes = append(b.Graph.Nodes, chart.Node{Name: n.Name, Word: word, Row: n.Level, Here: i == 0})
	}
	for _, r := range Roles {
		b.Roles = append(b.Roles, view.Option{Value: r, Label: l.T("relation.role." + r)})
	}
	if b.MayWrite && b.Q != "" {
		found, err := s.customers.List(ctx, page.Request{Q: b.Q, Limit: 10}, nil)
		if err != nil {
			return err
		}
		for _, r := range found.Items {
			if r.ID != id {
				b.Candidates = append(b.Candidates, r)
			}
		}
		if len(b.Candidates) == 1 && f.Other == 0 {
			f.Other = b.Candidates[0].ID
		}
	}
	return web.Render(c, web.Page{Name: "customer/relations", Title: "relation.title", Heading: who.Name, Body: b, Form: f, Err: problem, Fragment: "candidates"})
}

func (s *Service) add(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := Form{Role: c.FormValue("role"), Note: c.FormValue("note")}
	f.Other, _ = strconv.ParseInt(c.FormValue("other_id"), 10, 64)
	if _, err := s.Add(web.Ctx(c), Input{Customer: id, Other: f.Other, Role: f.Role, Note: f.Note}); err != nil {
		return s.page(c, f, err)
	}
	return web.Done(c, fmt.Sprintf("/customers/%d/relations", id), "relation.added")
}

func (s *Service) drop(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	relation, err := web.ID(c, "relation")
	if err != nil {
		return err
	}
	if err := s.Remove(web.Ctx(c), id, relation); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d/relations", id), "relation.removed")
}
