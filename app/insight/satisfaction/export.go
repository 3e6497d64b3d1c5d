package satisfaction

import (
	"context"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/export"
	"regulars/app/voice/survey"
)

var resultHead = []string{"survey", "kind", "since", "until", "by", "group", "n", "score", "low", "high", "asked", "answered", "p_against_rest", "verdict"}

// Exporter tells how results leave: each survey as a whole, by every dimension
// and month by month, one figure a row. The filters are survey_id and
// answered_at; without them it is all surveys and ninety days.
func (s *Service) Exporter() export.Kind { return export.Kind{Name: "results", Write: s.writeOut} }

func (s *Service) writeOut(ctx context.Context, ask export.Ask, w export.Writer) error {
	if err := w.Write(resultHead); err != nil {
		return err
	}
	var ids []int64
	since, until := "", ""
	var rest []filter.Cond
	for _, c := range ask.Conds {
		switch {
		case c.Field == "survey_id" && c.Op == "eq":
			id, err := strconv.ParseInt(c.Value, 10, 64)
			if err != nil {
				return errs.NotVisible()
			}
			ids = append(ids, id)
		case c.Field == "answered_at" && c.Op == "gte":
			since = c.Value
		case c.Field == "answered_at" && c.Op == "lte":
			until = c.Value
		default:
			rest = append(rest, c)
		}
	}
	if ids == nil {
		list, err := s.surveys.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
		if err != nil {
			return err
		}
		for _, v := range list.Items {
			ids = append(ids, v.ID)
		}
	}
	for _, id := range ids {
		q, err := s.Ask(ctx, id, since, until, rest)
		if err != nil {
			return err
		}
		if err := s.writeSurvey(ctx, q, w); err != nil {
			return err
		}
	}
	return w.Close()
}

func (s *Service) writeSurvey(ctx context.Context, q Query, w export.Writer) error {
	row := func(q Query, by, group string, f Figure, r Rate, d Difference) error {
		cells := []string{q.Survey.Name, q.Survey.Kind, string(q.Since), string(q.Until), by, group, strconv.Itoa(f.Score.N), "", "", "", "", "", "", string(d.Verdict)}
		if f.Known() {
			cells[7] = decimal(f.Score.Value)
			if f.Score.Interval {
				cells[8], cells[9] = decimal(f.Score.Low), decimal(f.Score.High)
			}
		}
		if r.Known {
			cells[10], cells[11] = strconv.Itoa(r.Asked), strconv.Itoa(r.Answered)
		}
		if d.Valid {
			cells[12] = strconv.FormatFloat(d.P, 'g', 4, 64)
		}
		return w.Write(cells)
	}
	if q.Survey.Anonymous {
		secret, err := s.Anonymous(ctx, q)
		if err != nil || len(secret.Batches) == 0 {
			return err
		}
		for _, b := range secret.Batches {
			if err := row(q.between(b.Since, b.Until), "batch", "", b.Figure, Rate{}, Difference{}); err != nil {
				return err
			}
		}
		return nil
	}
	r, err := s.Result(ctx, q, Month)
	if err != nil {
		return err
	}
	if err := row(q, "", "", r.Figure, r.Rate, Difference{}); err != nil {
		return err
	}
	for _, p := range r.Trend.Points {
		if err := row(q.between(p.Since, p.Until), "month", p.Since.Month(), p.Figure, Rate{}, Difference{}); err != nil {
			return err
		}
	}
	for _, by := range survey.Dimensions {
		groups, err := s.Groups(ctx, q, by)
		if err != nil {
			return err
		}
		for _, g := range groups.Groups {
			name := g.Name
			if name == "" {
				name = g.Value
			}
			if err := row(q, by, name, g.Figure, g.Rate, g.Rest); err != nil {
				return err
			}
		}
	}
	return nil
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }
