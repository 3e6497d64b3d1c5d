package survey

// Counting: answers and invitations by what divides them, under the very
// conditions that their lists take. Whoever opens a number finds what made it.

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
)

// Dimensions are what answers can be divided by, as fields of their list.
var Dimensions = []string{"product_id", "category", "person_id", "team_id", "level", "region", "channel", "program_id", "wave_id", "poster_id", "language", "source"}

// Topic divides answers by what they speak of; those that speak of nothing known
// are in no group, so it is not among Dimensions.
const Topic = "topic_id"

// Tally is how many answers of a score fall into a group. Group is "" for those
// that fall into none.
type Tally struct {
	Group string
	Score int
	N     int
}

// Tally counts the answers that meet the conditions by group and score; by is
// one of Dimensions or Topic, "" puts all into one. An answer about an order with two
// products counts for both.
func (s *Service) Tally(ctx context.Context, conds []filter.Cond, by string) ([]Tally, error) {
	column, err := divide(responseList, by)
	if err != nil {
		return nil, err
	}
	cells, err := s.cells(ctx, responseList, column, "r.score", answerJoins[by], conds)
	if err != nil {
		return nil, err
	}
	out := make([]Tally, 0, len(cells))
	for _, c := range cells {
		score, _ := c.B.(int64)
		out = append(out, Tally{Group: words(c.A), Score: int(score), N: c.N})
	}
	return out, nil
}

// Reached is how many invitations of a group came to a state.
type Reached struct {
	Group string
	State string
	N     int
}

// Reached counts invitations by group and state; by is "" or a dimension that
// invitations have.
func (s *Service) Reached(ctx context.Context, conds []filter.Cond, by string) ([]Reached, error) {
	column, err := divide(invitationList, by)
	if err != nil {
		return nil, err
	}
	cells, err := s.cells(ctx, invitationList, column, "i.state", askingJoins[by], conds)
	if err != nil {
		return nil, err
	}
	out := make([]Reached, 0, len(cells))
	for _, c := range cells {
		out = append(out, Reached{Group: words(c.A), State: words(c.B), N: c.N})
	}
	return out, nil
}

// Asks tells whether invitations can be told apart by a field of answers.
func Asks(name string) bool {
	if name == InView {
		return true
	}
	_, ok := invitationList.Field(name)
	return ok && (slices.Contains(Dimensions, name) || name == "customer_id" || name == "order_id" || name == "customer_team_id")
}

// Skipped counts the customers who were not asked for a reason.
type Skipped struct {
	Reason string `db:"reason"`
	N      int    `db:"n"`
}

// NotAsked says why customers in the survey's programs were not asked.
func (s *Service) NotAsked(ctx context.Context, id int64) ([]Skipped, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	var out []Skipped
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlNotAsked, append([]any{id}, auth.From(ctx).Scope().Args()...)...); err != nil {
		return nil, fmt.Errorf("count who was not asked by survey %d: %w", id, err)
	}
	return out, nil
}

// Picked is how often something was said to a further question: an option
// chosen, a value given, a place in a ranking.
type Picked struct {
	Question string
	Item     string  // a matrix's row
	Choice   string  // an option's key; yes or no
	Value    float64 // of a scale, a number or a matrix's row; the place from 0
	N        int
}

// Picked counts what was said to the further questions, and how many people
// said anything to each.
func (s *Service) Picked(ctx context.Context, conds []filter.Cond) ([]Picked, map[string]int, error) {
	cells, err := s.cells(ctx, responseList, pickKey, pickAt, saying, conds)
	if err != nil {
		return nil, nil, err
	}
	var out []Picked
	for _, c := range cells {
		parts := strings.Split(words(c.A), "\x1f")
		if len(parts) == 3 {
			out = append(out, Picked{parts[0], parts[1], parts[2], number64(c.B), c.N})
		}
	}
	if cells, err = s.cells(ctx, responseList, "a.question", "1", heard, conds); err != nil {
		return nil, nil, err
	}
	people := map[string]int{}
	for _, c := range cells {
		people[words(c.A)] = c.N
	}
	return out, people, nil
}

// Mark is one rated thing in one answer.
type Mark struct {
	ID       int64
	Score    int
	Question string
	Item     string
	Value    float64
}

// Marks are all values that the answers give to further questions.
func (s *Service) Marks(ctx context.Context, conds []filter.Cond) ([]Mark, error) {
	cells, err := s.cells(ctx, responseList, "r.id", marks, saying, append(conds, filter.Cond{Field: "rated", Op: "eq", Value: "true"}))
	if err != nil {
		return nil, err
	}
	var out []Mark
	for _, c := range cells {
		var m Mark
		var value *float64
		if err := json.Unmarshal([]byte(words(c.B)), &[]any{&m.Score, &m.Question, &m.Item, &value}); err != nil {
			return nil, fmt.Errorf("read what answer %v rated: %w", c.A, err)
		}
		if value != nil {
			m.ID, _ = c.A.(int64)
			m.Value = *value
			out = append(out, m)
		}
	}
	return out, nil
}

// cells counts a list within the reader's scope.
func (s *Service) cells(ctx context.Context, l field.List, a, b, join string, conds []filter.Cond) ([]field.Cell, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	where, err := s.conditions(ctx, l, conds)
	if err != nil {
		return nil, err
	}
	if !auth.From(ctx).Scope().Everything() {
		where = append(where, scoped(ctx))
	}
	said := []string{a, b, join}
	for _, w := range where {
		said = append(said, w.SQL)
	}
	if !ofCustomer.MatchString(strings.Join(said, " ")) {
		l.From = counted[l.ID]
	}
	return l.Cells(ctx, s.db.Reader(ctx), a, b, join, where)
}

// ofCustomer finds what a count says of the customer. Where it says nothing, counted
// are the lists without the customers, whom SQLite would look up one by one.
var (
	ofCustomer = regexp.MustCompile(`\bc\.`)
	counted    = map[string]string{responseList.ID: `survey_response r JOIN survey s ON s.id = r.survey_id`, invitationList.ID: `survey_invitation i JOIN survey s ON s.id = i.survey_id`}
)

// divide is the expression of a dimension.
func divide(l field.List, by string) (string, error) {
	if by == "" {
		return "''", nil
	}
	if f, ok := l.Field(by); ok && (by == Topic || slices.Contains(Dimensions, by)) {
		return f.Column, nil
	}
	c := &errs.Check{}
	c.Add("by", "error.group", "field", by)
	return "", c.Err()
}

// words is a value of the database as text; nothing is "".
func words(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return ""
}

func number64(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}
