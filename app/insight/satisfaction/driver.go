package satisfaction

import (
	"cmp"
	"context"
	"slices"

	"regulars/app/kit/stats"
	"regulars/app/voice/question"
)

// Driver is a rated question beside the score: how good it is and how much the
// score goes along with it.
type Driver struct {
	Question    question.Question
	Item        string         // a matrix's row
	N           int            // answers to it that also have a score
	Performance stats.Estimate // its mean in percent of its scale
	Importance  float64        // share of what is explained, or the rank correlation's size
	Correlation stats.Correlation
	First       bool // matters more than most and is worse than most
	Rows        string
}

// Drivers are the rated questions by importance. Shared tells that the
// importance of each is its share of R2 among all (LMG), on Complete answers;
// otherwise they are rank correlations one by one.
type Drivers struct {
	Query
	Drivers  []Driver
	Shared   bool
	R2       float64
	Complete int
	Needed   int // complete answers that shares would take
}

// Drivers looks for what goes along with the score. It says what moves together,
// never what causes it.
func (s *Service) Drivers(ctx context.Context, q Query) (Drivers, error) {
	out := Drivers{Query: q}
	type rated struct {
		Driver
		low, high float64
		scores    []float64
		values    []float64
	}
	var list []*rated
	at := map[[2]string]*rated{}
	for _, one := range q.Survey.Questions {
		low, high, ok := question.Scale(one.Kind)
		if one.Kind == question.YesNo {
			low, high, ok = 0, 1, true
		}
		if !ok {
			continue
		}
		items := []string{""}
		if one.Kind == question.Matrix {
			items = nil
			for _, o := range one.Options {
				items = append(items, o.Key)
			}
		}
		for _, item := range items {
			r := &rated{Driver: Driver{Question: one, Item: item, Rows: rows(q.with(eq("question", one.Key)).own())}, low: float64(low), high: float64(high)}
			list = append(list, r)
			at[[2]string{one.Key, item}] = r
		}
	}
	out.Needed = 15 * max(1, len(list))
	if len(list) == 0 {
		return out, nil
	}
	marks, err := s.surveys.Marks(ctx, q.own())
	if err != nil {
		return out, err
	}
	values := map[int64]map[*rated]float64{}
	score := map[int64]float64{}
	for _, m := range marks {
		r := at[[2]string{m.Question, m.Item}]
		if r == nil {
			continue
		}
		v := 100 * (m.Value - r.low) / (r.high - r.low)
		r.scores, r.values = append(r.scores, float64(m.Score)), append(r.values, v)
		if values[m.ID] == nil {
			values[m.ID] = map[*rated]float64{}
		}
		values[m.ID][r], score[m.ID] = v, float64(m.Score)
	}
	var y []float64
	columns := make([][]float64, len(list))
	for id, row := range values {
		if len(row) < len(list) {
			continue
		}
		y = append(y, score[id])
		for i, r := range list {
			columns[i] = append(columns[i], row[r])
		}
	}
	out.Complete = len(y)
	var shares []float64
	if stats.EnoughForDrivers(len(y), len(list)) {
		out.R2, shares, out.Shared = stats.LMG(y, columns)
		out.Shared = out.Shared && out.R2 > 0
	}
	for i, r := range list {
		r.N, r.Performance, r.Correlation = len(r.values), stats.Mean(r.values, 0, 100), stats.Spearman(r.values, r.scores)
		r.Importance = r.Correlation.R
		if out.Shared {
			r.Importance = shares[i] / out.R2
		}
		out.Drivers = append(out.Drivers, r.Driver)
	}
	out.first()
	slices.SortStableFunc(out.Drivers, func(a, b Driver) int { return cmp.Compare(b.Importance, a.Importance) })
	return out, nil
}

// first marks what to look at: above the middle in importance, below it in
// performance, with answers enough to say so.
func (d *Drivers) first() {
	var importance, performance []float64
	for _, one := range d.Drivers {
		if one.Known() {
			importance, performance = append(importance, one.Importance), append(performance, one.Performance.Value)
		}
	}
	for i := range d.Drivers {
		one := &d.Drivers[i]
		one.First = one.Known() && len(importance) > 1 && one.Importance > 0 && one.Importance >= stats.Median(importance) && one.Performance.Value < stats.Median(performance)
	}
}

// Known tells whether there are answers enough to place the driver.
func (d Driver) Known() bool { return d.N >= 15 && d.Correlation.Valid }
