package periodical

import (
	"math"

	"regulars/app/insight/satisfaction"
	"regulars/app/kit/stats"
)

// Score is a survey's score with how sure it is, as an issue keeps it. Without
// enough answers it is not known.
type Score struct {
	N        int     `json:"n"`
	Rows     string  `json:"rows"`
	Value    float64 `json:"value"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Interval bool    `json:"interval"`
	Trust    string  `json:"trust"`
}

// ScoreOf is a score to be kept, with the page that lists its answers.
func ScoreOf(f satisfaction.Figure, rows string) Score {
	out := Score{N: f.Score.N, Rows: rows, Trust: string(f.Trust)}
	if f.Known() {
		out.Value, out.Low, out.High, out.Interval = Sane(f.Score.Value), Sane(f.Score.Low), Sane(f.Score.High), f.Score.Interval
	}
	return out
}

// Figure is the score as the pages of results have it.
func (s Score) Figure(kind string) satisfaction.Figure {
	return satisfaction.Figure{Kind: kind, Trust: stats.Trust(s.Trust),
		Score: stats.Estimate{N: s.N, Value: s.Value, Low: s.Low, High: s.High, Interval: s.Interval}}
}

// Sane is a number that can be kept.
func Sane(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
