package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// nextShown is how many customers stand in each list of a program's page.
const nextShown = 50

// Turn is a customer's place in a program: when they are asked, or why not.
type Turn struct {
	CustomerID   int64    `db:"customer_id"`
	Name         string   `db:"name"`
	DueOn        cal.Date `db:"due_on"`
	DueAt        db.Time  `db:"due_at"`
	Reason       string   `db:"reason"`
	InvitationID int64    `db:"invitation_id"`
}

// Course is who is next in a program and who is spared and why, of the customers
// whom the reader may see.
type Course struct {
	Next   []Turn
	Why    []Skipped // the reasons of those who are spared
	Spared []Turn    // those who are spared for the reason asked about
	States []Skipped // the invitations by state
}

// Course reads it; reason "" lists nobody who is spared.
func (s *Service) Course(ctx context.Context, p Program, reason string) (Course, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Course{}, err
	}
	var c Course
	scope := auth.From(ctx).Scope().Args()
	with := func(args ...any) []any { return append(args, scope...) }
	q := s.db.Reader(ctx)
	next, why := sqlNextUp, sqlSparedWhy
	if p.Kind != Relationship {
		next, why = sqlNextPlanned, sqlRefusedWhy
	}
	err := errors.Join(q.Select(ctx, &c.Next, next, append(with(p.ID), nextShown)...), q.Select(ctx, &c.Why, why, with(p.ID)...),
		q.Select(ctx, &c.States, sqlProgramStates, with(p.ID)...))
	if err == nil && reason != "" && p.Kind == Relationship {
		err = q.Select(ctx, &c.Spared, sqlSparedBy, append(with(p.ID, reason), nextShown)...)
	}
	if err != nil {
		return c, fmt.Errorf("read the course of program %d: %w", p.ID, err)
	}
	return c, nil
}

// courseBody is the page of one program.
type courseBody struct {
	Program  Program
	Course   Course
	Second   string // the name of the survey in turn with the first
	Reason   string
	Waiting  int
	MayWrite bool
	NoBase   bool
	MaySet   bool
	Idle     bool // its surveys are over
	Reach    web.Reach
}

// When are the hours and weekdays in which it sends, in words; "" without its own.
func (b courseBody) When(d view.Data) string {
	var said []string
	if b.Program.ToHour > 0 {
		said = append(said, d.Locale.T("survey.program.hours", "from", fmt.Sprintf("%02d:00", b.Program.FromHour), "to", fmt.Sprintf("%02d:00", b.Program.ToHour)))
	}
	if b.Program.Weekdays > 0 {
		for _, one := range weekOf(b.Program, d) {
			if one.On {
				said = append(said, one.Name)
			}
		}
	}
	return strings.Join(said, ", ")
}

// StopEffect says what stopping takes back.
func (b courseBody) StopEffect(d view.Data) string {
	return d.Locale.T("survey.program.stop_effect", "n", b.Waiting)
}

// Reasons are why people are spared, with the list that each leads to.
func (b courseBody) Reasons() []Chip {
	var out []Chip
	for _, w := range b.Course.Why {
		href := fmt.Sprintf("/survey-programs/%d?reason=%s", b.Program.ID, w.Reason)
		if b.Program.Kind != Relationship {
			href = fmt.Sprintf("/invitations?filter[program_id][eq]=%d&filter[reason][eq]=%s", b.Program.ID, w.Reason)
		}
		out = append(out, Chip{w.Reason, href, w.N, w.Reason == b.Reason})
	}
	return out
}

// Chip is a reason with how many it concerns.
type Chip struct {
	Reason, Href string
	N            int
	Here         bool
}

func (s *Service) showProgram(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	p, err := s.Program(ctx, id)
	if err != nil {
		return err
	}
	b := courseBody{Program: p, Reason: c.Query("reason"), MayWrite: web.Actor(c).Can(Write), NoBase: s.d.BaseURL() == "", MaySet: maySet(c), Reach: s.reach(c)}
	if b.Idle, err = s.idle(ctx, s.db.Reader(ctx), p, s.db.Now()); err != nil {
		return err
	}
	if b.Course, err = s.Course(ctx, p, b.Reason); err != nil {
		return err
	}
	if !slices.ContainsFunc(b.Course.Why, func(w Skipped) bool { return w.Reason == b.Reason }) {
		b.Reason = "" // an address of somebody's own making
	}
	for _, st := range b.Course.States {
		if st.Reason == Queued || st.Reason == Deferred {
			b.Waiting += st.N
		}
	}
	if p.AlternateID != 0 {
		v, err := s.Get(ctx, int64(p.AlternateID))
		if err != nil {
			return err
		}
		b.Second = v.Name
	}
	return web.Render(c, web.Page{Name: "voice/course", Heading: p.Name, Body: b})
}

// turnProgram is a button that holds a program, lets it go on or stops it.
func (s *Service) turnProgram(turn func(context.Context, int64) (Program, int, error), said string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		page := fmt.Sprintf("/survey-programs/%d", id)
		_, n, err := turn(web.Ctx(c), id)
		if errs.Is(err, errs.Conflict) {
			e, _ := errs.As(err)
			return web.Said(c, page, e.Message.Key)
		}
		if err != nil {
			return err
		}
		return web.Said(c, page, said, "n", n)
	}
}
