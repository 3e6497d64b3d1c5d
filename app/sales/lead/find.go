package lead

import (
	"context"
	"fmt"

	"regulars/app/kit/page"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
)

// Found is a lead that the search finds.
type Found struct {
	ID          int64
	Title, Need string
}

// Find are the newest leads that the reader sees and that answer what was typed.
func (s *Service) Find(ctx context.Context, typed string, limit int) ([]Found, error) {
	if !auth.From(ctx).Can(Read) {
		return nil, nil
	}
	p, err := s.List(ctx, page.Request{Q: typed, Limit: limit}, nil)
	var out []Found
	for _, r := range p.Items {
		out = append(out, Found{r.ID, r.Title(), r.Wanted()})
	}
	return out, err
}

// matching is the condition that a lead is found by what was typed: a part of a
// name, its pinyin or initials, digits of a number, an address. Whoever sees no
// details finds by names alone.
func matching(typed string, set custom.Set, masked bool) field.Where {
	folded := text.Fold(typed)
	w := field.Where{Reads: true, SQL: `(instr(l.words, ?) > 0 OR l.external_id = ?`, Args: []any{folded, typed}}
	if masked {
		w.SQL = `(instr(lower(l.name || ' ' || l.company), ?) > 0 OR l.external_id = ?`
	} else if digits, ok := phone.Query(typed); ok && len(digits) > 2 {
		w.SQL += ` OR instr(l.words, ?) > 0`
		w.Args = append(w.Args, " "+digits)
	} else {
		spelled(&w, typed)
	}
	for _, begins := range set.Begins("l", typed) {
		w.SQL += " OR " + begins.SQL
		w.Args = append(w.Args, begins.Args...)
	}
	w.SQL += ")"
	return w
}

// spelled adds the names that sound like what was typed.
func spelled(w *field.Where, typed string) {
	all := text.QueryTokens(typed)
	for i, terms := range all {
		w.SQL += []string{` OR ((`, `) AND (`}[min(i, 1)]
		for k, t := range terms {
			w.SQL += []string{`instr(l.words, ?) > 0`, ` OR instr(l.words, ?) > 0`}[min(k, 1)]
			token := " " + t.Text
			if !t.Prefix {
				token += " "
			}
			w.Args = append(w.Args, token)
		}
	}
	if len(all) > 0 {
		w.SQL += `))`
	}
}

// Unanswered are the leads of the reader and of the pool that wait for a first
// answer, the most urgent first.
func (s *Service) Unanswered(ctx context.Context, limit int) ([]Lead, error) {
	actor := auth.From(ctx)
	if !actor.Can(Read) || !actor.Can(Write) {
		return nil, nil
	}
	var out []Lead
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlUnanswered, actor.UserID, limit); err != nil {
		return nil, fmt.Errorf("find leads that wait for an answer: %w", err)
	}
	return out, nil
}
