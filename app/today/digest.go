package today

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/work/task"
)

// ForDigest is the morning card for the daily mail. The context carries the
// person, so what they may not see is not on it.
func (s *Service) ForDigest(ctx context.Context, user int64) (task.Card, error) {
	off, err := s.wishes.Unwanted(ctx, user)
	if err != nil {
		return task.Card{}, err
	}
	c, err := s.Card(ctx)
	if err != nil {
		return task.Card{}, err
	}
	var out task.Card
	add := func(name, key, path string, all int, lines []task.Line) {
		if len(lines) > 0 && !slices.Contains(off, name) {
			out.Sections = append(out.Sections, task.Section{Title: message(key), Lines: lines, More: max(0, all-len(lines)), Path: path})
		}
	}
	add("overdue", "today.overdue", "/today", len(c.Overdue), taskLines(c.Overdue, true))
	add("today", "nav.today", "/today", len(c.Due), taskLines(c.Due, false))
	var cases, late, births []task.Line
	for _, k := range c.Cases {
		said := message("today.scored", "score", k.Score)
		if k.Score < 0 {
			said = message("today.complained")
		}
		cases = append(cases, task.Line{Name: k.Customer, Note: said, At: k.RespondBy, Path: fmt.Sprintf("/feedback-cases/%d", k.ID), Warm: k.RespondedAt.IsZero()})
	}
	for _, l := range c.Late {
		late = append(late, task.Line{Name: l.Customer, Note: message("today.every_now", "n", int(l.GapDays+0.5), "now", l.Days), Path: record(l.CustomerID), Warm: true})
	}
	for _, b := range c.Births {
		births = append(births, task.Line{Name: b.Customer, Note: message("today.birthday_on", "date", string(b.On)), Path: record(b.CustomerID)})
	}
	add("unhappy", "today.unhappy", "/feedback-cases", len(cases), cases)
	add("quiet", "today.quiet", "/today", c.LateAll, late)
	add("birthdays", "today.birthdays", "/today", len(births), births)
	return out, nil
}

func taskLines(tasks []Task, warm bool) []task.Line {
	var out []task.Line
	for _, t := range tasks {
		line := task.Line{Name: t.Title, At: t.DueAt, Path: fmt.Sprintf("/tasks/%d", t.ID), Warm: warm}
		if t.Customer != "" {
			line.Note = message("today.with", "customer", string(t.Customer))
		}
		out = append(out, line)
	}
	return out
}

func message(key string, args ...any) errs.Message {
	return errs.New(errs.Invalid, key, args...).Message
}

func record(id int64) string { return fmt.Sprintf("/customers/%d", id) }
