package feedback

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/web"
)

func (s *Service) showFigures(c *fiber.Ctx) error {
	f, err := s.Figures(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "feedback/figures", Title: "feedback.figures", Body: f})
}

// lane is one column of the board.
type lane struct {
	State State
	Lines []line
}

// boardLook is the look of the list as columns, by what has to be done next.
const boardLook = "board"

// onBoard are the columns; what was reopened begins anew.
var onBoard = []State{Unseen, Acknowledged, Working, Resolved, AwaitingRecheck}

// boardBody is the open cases in columns.
type boardBody struct {
	Lanes []lane
	Any   bool
}

// Goes are the states to which a button leads without a further word.
func (l line) Goes() []State {
	var out []State
	for _, to := range []State{Acknowledged, Working} {
		if Transition(l.State, to) == nil {
			out = append(out, to)
		}
	}
	return out
}

func (s *Service) showBoard(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	open := []filter.Cond{{Field: "open", Op: "eq", Value: "true"}}
	p, err := s.List(ctx, page.Request{Limit: page.MaxLimit}, open)
	if err != nil {
		return err
	}
	lines, err := s.lines(ctx, p.Items)
	if err != nil {
		return err
	}
	b := boardBody{Any: len(lines) > 0}
	for _, state := range onBoard {
		column := lane{State: state}
		for _, l := range lines {
			if l.State == state || state == Unseen && l.State == Reopened {
				column.Lines = append(column.Lines, l)
			}
		}
		b.Lanes = append(b.Lanes, column)
	}
	return web.Render(c, web.Page{Name: "feedback/board", Title: "feedback.title", Body: b})
}

// complaintForm is what was typed about a complaint.
type complaintForm struct {
	Customer int64
	Words    string
	Source   string
}

func (s *Service) newComplaint(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.Query("customer"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	return s.renderComplaint(c, complaintForm{Customer: id, Source: "call"}, nil)
}

func (s *Service) renderComplaint(c *fiber.Ctx, f complaintForm, problem error) error {
	ctx := web.Ctx(c)
	if err := sees(ctx, s.db.Reader(ctx), web.Actor(c).Scope(), f.Customer); err != nil {
		return err
	}
	who, err := client(ctx, s.db.Reader(ctx), f.Customer)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "feedback/complaint", Title: "feedback.complaint", Body: who, Form: f, Err: problem})
}

func (s *Service) postComplaint(c *fiber.Ctx) error {
	f := complaintForm{Words: c.FormValue("words"), Source: c.FormValue("source")}
	f.Customer, _ = strconv.ParseInt(c.FormValue("customer_id"), 10, 64) // 0 is nobody's
	k, err := s.Hear(web.Ctx(c), Complaint{CustomerID: f.Customer, Words: f.Words, Source: f.Source})
	if errs.Is(err, errs.Invalid) {
		return s.renderComplaint(c, f, err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, path(k.ID), "feedback.done.complaint")
}
