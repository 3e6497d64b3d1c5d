package satisfaction

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"regulars/app/kit/filter"
	"regulars/app/voice/survey"
)

// Group is one product, person, level … with its own score, compared with all
// other answers together.
type Group struct {
	Value string // "" is none
	Name  string // "" for a word of the program or none
	Figure
	Rest Difference // this group against the others
	Rate Rate
	Rows string
}

// Groups is a survey divided. Overlap tells that an answer may count in several.
type Groups struct {
	Query
	By      string
	Figure  // all of them
	Groups  []Group
	Overlap bool
	Left    int // groups beyond those shown
}

// maxGroups is how many groups a page shows, those with the most answers.
const maxGroups = 50

// Groups divides the answers by one of survey.Dimensions.
func (s *Service) Groups(ctx context.Context, q Query, by string) (Groups, error) {
	switch by {
	case "poster_id":
		q = q.from(survey.OnTheSpot)
	case "source":
		q = q.from(everywhere)
	}
	if by == survey.InView {
		return s.segments(ctx, q)
	}
	out := Groups{Query: q, By: by, Overlap: by == "product_id" || by == "category"}
	tallies, err := s.surveys.Tally(ctx, q.own(), by)
	if err != nil {
		return out, err
	}
	whole, err := s.figure(ctx, q)
	if err != nil {
		return out, err
	}
	out.Figure = whole
	asked, err := s.askedBy(ctx, q, by)
	if err != nil {
		return out, err
	}
	parts := counts(tallies)
	for value := range asked {
		if parts[value] == nil {
			parts[value] = Counts{}
		}
	}
	names, err := s.names(ctx, by)
	if err != nil {
		return out, err
	}
	for value, c := range parts {
		part := q.with(is(by, value))
		g := Group{Value: value, Name: names[value], Figure: figure(q.Survey.Kind, c), Rate: rate(part, asked[value]), Rows: part.Rows()}
		if g.Score.N == 0 && g.Rate.Asked == 0 {
			continue
		}
		g.Rest = compare(q.Survey.Kind, whole.Counts.less(c), c)
		out.Groups = append(out.Groups, g)
	}
	slices.SortFunc(out.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(boolInt(a.Value == ""), boolInt(b.Value == "")), cmp.Compare(b.Score.N, a.Score.N), cmp.Compare(b.Rate.Asked, a.Rate.Asked), cmp.Compare(a.Value, b.Value))
	})
	if len(out.Groups) > maxGroups {
		out.Left = len(out.Groups) - maxGroups
		out.Groups = out.Groups[:maxGroups]
	}
	if by == "source" { // what people said unasked, or to a colleague, is no sample to test against
		for i := range out.Groups {
			out.Groups[i].Rest = Difference{}
		}
		return out, nil
	}
	var all []*Difference
	for i := range out.Groups {
		all = append(all, &out.Groups[i].Rest)
	}
	together(all)
	return out, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// askedBy are the invitations by group; none where invitations have no such
// division.
func (s *Service) askedBy(ctx context.Context, q Query, by string) (map[string][]survey.Reached, error) {
	conds, ok := q.asked()
	if !ok || !survey.Asks(by) || by == "source" {
		return nil, nil
	}
	reached, err := s.surveys.Reached(ctx, conds, by)
	if err != nil {
		return nil, err
	}
	out := map[string][]survey.Reached{}
	for _, r := range reached {
		out[r.Group] = append(out[r.Group], r)
	}
	return out, nil
}

// silent are invitations that nobody answered.
var silent = filter.Cond{Field: "state", Op: "ne", Value: survey.Answered}

// Side is one of two groups that are compared: a group, days, or both.
type Side struct {
	Value string
	Any   bool // all groups
	Query
	Figure
	Name string
	Rows string
}

// Comparison is two groups or periods beside each other.
type Comparison struct {
	By   string
	A, B Side
	Difference
}

// Compare sets two groups, or two periods, or both, beside each other.
func (s *Service) Compare(ctx context.Context, by string, a, b Side) (Comparison, error) {
	out := Comparison{By: by}
	names, err := s.names(ctx, by)
	if err != nil {
		return out, err
	}
	for _, side := range []*Side{&a, &b} {
		if !side.Any {
			side.Query = side.with(is(by, side.Value))
		}
		if side.Figure, err = s.figure(ctx, side.Query); err != nil {
			return out, err
		}
		side.Name, side.Rows = names[side.Value], side.Query.Rows()
	}
	out.A, out.B = a, b
	out.Difference = compare(a.Survey.Kind, a.Counts, b.Counts)
	return out, nil
}

// names are what groups are called that are known by a number.
func (s *Service) names(ctx context.Context, by string) (map[string]string, error) {
	statement, ok := sqlNames[by]
	out := map[string]string{}
	if by == survey.InView {
		views, err := s.surveys.Segments(ctx)
		for _, v := range views {
			out[strconv.FormatInt(v.ID, 10)] = v.Name
		}
		return out, err
	}
	if !ok {
		return out, nil
	}
	var list []struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	if err := s.db.Reader(ctx).Select(ctx, &list, statement); err != nil {
		return nil, err
	}
	for _, n := range list {
		out[strconv.FormatInt(n.ID, 10)] = n.Name
	}
	return out, nil
}
