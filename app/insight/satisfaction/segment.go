package satisfaction

import (
	"context"
	"strconv"

	"regulars/app/voice/survey"
)

// maxSegments is how many saved views are counted at once, the first of the list.
const maxSegments = 12

// segments divides the answers by the saved views of customers, as they stand in
// them today. Somebody may stand in several, so each is compared with everybody
// who does not stand in it.
func (s *Service) segments(ctx context.Context, q Query) (Groups, error) {
	out := Groups{Query: q, By: survey.InView, Overlap: true}
	var err error
	if out.Figure, err = s.figure(ctx, q); err != nil {
		return out, err
	}
	views, err := s.surveys.Segments(ctx)
	if err != nil {
		return out, err
	}
	if len(views) > maxSegments {
		out.Left, views = len(views)-maxSegments, views[:maxSegments]
	}
	for _, v := range views {
		part := q.with(eq(survey.InView, strconv.FormatInt(v.ID, 10)))
		g := Group{Value: strconv.FormatInt(v.ID, 10), Name: v.Name, Rows: part.Rows()}
		if g.Figure, err = s.figure(ctx, part); err != nil {
			return out, err
		}
		if g.Rate, err = s.rate(ctx, part); err != nil {
			return out, err
		}
		g.Rest = compare(q.Survey.Kind, out.Counts.less(g.Counts), g.Counts)
		out.Groups = append(out.Groups, g)
	}
	var all []*Difference
	for i := range out.Groups {
		all = append(all, &out.Groups[i].Rest)
	}
	together(all)
	return out, nil
}
