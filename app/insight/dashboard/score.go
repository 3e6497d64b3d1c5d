package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"regulars/app/insight/evaluation"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view/chart"
)

// radar is the usual score of each dimension.
func (s *Service) radar(ctx context.Context, l *i18n.Locale, ask Ask) (Drawn, error) {
	usual, err := s.usual(ctx, ask)
	if err != nil {
		return Drawn{}, err
	}
	c := chart.Radar{}
	m := &HeatMap{Corner: l.T("dashboard.dimension"), Columns: []string{l.T("dashboard.median")}}
	var said []string
	known := 0
	for _, key := range evaluation.Keys {
		v, ok := usual[key]
		title := l.T("evaluation.dimension." + key)
		a := chart.Axis{Name: title, Known: ok, Score: v}
		text := "–"
		if ok {
			text = l.Decimal(v, 0)
			a.Text, a.Low = text, v < 40
			known++
		}
		c.Axes = append(c.Axes, a)
		said = append(said, title+" "+text)
		m.Rows = append(m.Rows, HeatRow{Name: title, Cells: []HeatCell{{Text: text}}})
	}
	if known < 3 {
		return Drawn{Empty: true}, nil
	}
	c.Label = l.T("dashboard.special.radar") + l.T("common.colon") + strings.Join(said, l.T("common.comma"))
	return Drawn{Chart: c.SVG(), Heat: m, Notes: []string{l.T("dashboard.radar_note")}}, nil
}

// usual is the middle score of each dimension: of everybody as the night found it,
// of some customers as they are now, where there are enough to say so.
func (s *Service) usual(ctx context.Context, ask Ask) (map[string]float64, error) {
	if len(ask.whose()) == 0 {
		o, err := s.Evaluation.Overview(ctx)
		return o.Shop.Peer, err
	}
	all, err := dimensions(ctx, s.DB.Reader(ctx), auth.From(ctx).Scope(), ask)
	out := map[string]float64{}
	for key, of := range all {
		if len(of) >= fewScores {
			out[key] = stats.Median(of)
		}
	}
	return out, err
}

// fewScores is how many customers a middle rests on at least.
const fewScores = 5

// tens is how many customers have a score in each ten of a hundred.
func (s *Service) tens(ctx context.Context, ask Ask) (of [10]int, all int, err error) {
	if len(ask.whose()) == 0 {
		o, err := s.Evaluation.Overview(ctx)
		copy(of[:], o.Tens[:])
		return of, o.Scored, err
	}
	if of, err = tens(ctx, s.DB.Reader(ctx), auth.From(ctx).Scope(), ask); err != nil {
		return of, 0, err
	}
	for _, n := range of {
		all += n
	}
	return of, all, nil
}

// scored is the list of customers whose score lies in a ten.
func (a Ask) scored(ten int) string {
	q, name := url.Values{}, "filter[total]"
	path := specialPages[scores]
	if len(a.whose()) > 0 {
		path, name = "/customers", "filter[score]"
	}
	q.Set(name+"[gte]", fmt.Sprint(ten*10))
	if ten < 9 {
		q.Set(name+"[lt]", fmt.Sprint(ten*10+10))
	}
	for field, v := range map[string]string{"owner_id": a.Person, "region": a.Region, "tag_id": a.Tag} {
		if v != "" {
			q.Set("filter["+field+"][eq]", v)
		}
	}
	return path + "?" + q.Encode()
}

// scores is how many customers have which score.
func (s *Service) scores(ctx context.Context, l *i18n.Locale, width int, ask Ask) (Drawn, error) {
	of, all, err := s.tens(ctx, ask)
	if err != nil || all == 0 {
		return Drawn{Empty: true}, err
	}
	c := chart.Bars{Label: l.T("dashboard.special.scores"), Joined: true}
	m := &HeatMap{Corner: l.T("dashboard.score"), Columns: []string{l.T("dashboard.customers")}}
	top := 0
	for i, n := range of {
		span := fmt.Sprintf("%d–%d", i*10, i*10+10)
		href := ""
		if n > 0 {
			href = ask.scored(i)
		}
		top = max(top, n)
		c.Bars = append(c.Bars, chart.Bar{Name: fmt.Sprint(i * 10), Title: span + l.T("common.colon") + l.Number(n), Href: href, Value: float64(n)})
		m.Rows = append(m.Rows, HeatRow{Name: span, Cells: []HeatCell{{Text: l.Number(n), Href: href}}})
	}
	if top >= 2 {
		half := top / 2
		c.Ticks = []chart.Tick{{At: float64(half), Name: l.Number(half)}, {At: float64(top), Name: l.Number(top)}}
	}
	return Drawn{Chart: chart.Fit(c, widths[width]).SVG(), Heat: m}, nil
}
