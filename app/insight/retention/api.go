package retention

import (
	"context"
	"time"

	"regulars/app/sys/api"
)

// Object is retention as the API shows it.
type Object struct {
	AsOf    *time.Time     `json:"as_of" doc:"null before the first night"`
	Buyers  int            `json:"buyers"`
	Came    int            `json:"came_back" doc:"bought on a second day"`
	Usual   float64        `json:"usual_gap_days" doc:"the gap that nine in ten of the shop's gaps do not exceed"`
	States  []StateObject  `json:"states"`
	Due     *DueObject     `json:"due,omitempty" doc:"whether a customer's own rhythm tells when they come next; not_better: nobody is called due"`
	Silence []AlarmObject  `json:"silence" doc:"whether being late or gone says anything: tried on an earlier day of the shop's own past"`
	Return  []StepObject   `json:"second_purchase" doc:"Kaplan-Meier: the share that had come back after so many days"`
	Cohorts []CohortObject `json:"cohorts" doc:"the newest first"`
	Older   string         `json:"older,omitempty" doc:"ask with before= this for earlier cohorts"`
}

// StateObject is how many buyers are in a state.
type StateObject struct {
	State string    `json:"state" enum:"once,steady,late,gone"`
	N     int       `json:"n"`
	Total api.Money `json:"year_total" doc:"what they bought in the 365 days up to their last purchase"`
}

// AlarmObject is how an alarm would have done.
type AlarmObject struct {
	State      string `json:"state" enum:"late,gone"`
	Outcome    string `json:"outcome" enum:"better,few,not_better" doc:"not_better: the alarm is off, nobody is in the state"`
	On         string `json:"on" doc:"the earlier day"`
	N          int    `json:"n" doc:"named on that day"`
	Back       int    `json:"back" doc:"of them bought within their usual gap"`
	Others     int    `json:"others"`
	OthersBack int    `json:"others_back"`
}

// DueObject is how well the day that somebody is due would have been told.
type DueObject struct {
	Outcome string  `json:"outcome" enum:"better,few,not_better"`
	N       int     `json:"n" doc:"last gaps that were foretold"`
	Own     float64 `json:"own" doc:"mean error of their own rhythm, in days"`
	Base    float64 `json:"base" doc:"of the shop's median gap"`
}

// StepObject is a point of the curve.
type StepObject struct {
	Days   int     `json:"days"`
	AtRisk int     `json:"at_risk"`
	Share  float64 `json:"share"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// CohortObject is a row of the table.
type CohortObject struct {
	Month string       `json:"month"`
	N     int          `json:"n"`
	Cells []CellObject `json:"cells" doc:"months that have begun"`
}

// CellObject is a field of it.
type CellObject struct {
	Month    int      `json:"month" doc:"since the first"`
	Buyers   int      `json:"buyers"`
	Share    *float64 `json:"share,omitempty" doc:"absent with fewer than 5 people"`
	Low      *float64 `json:"low,omitempty" doc:"95 % interval by Wilson"`
	High     *float64 `json:"high,omitempty"`
	Complete bool     `json:"complete"`
}

func (s *Service) api(a *api.API) {
	type ask struct {
		Before string `query:"before" doc:"cohorts before this month, as 2026-03"`
	}
	api.Register(a, api.Op{Method: api.Get, Path: "/retention", Tag: "insight", Summary: "Who comes back: cohorts, time to the second purchase, and who is gone by their own rhythm"},
		func(ctx context.Context, in *ask) (*api.Body[Object], error) {
			t, err := s.Table(ctx, in.Before)
			if err != nil {
				return nil, err
			}
			return &api.Body[Object]{Body: object(t)}, nil
		})
}

func object(t Table) Object {
	o := Object{Buyers: t.Shop.Buyers, Came: t.Shop.Came, Usual: t.Shop.Usual, Older: t.Older, States: []StateObject{}, Silence: []AlarmObject{}, Return: []StepObject{}, Cohorts: []CohortObject{}}
	if t.Made {
		o.AsOf = api.Time(t.AsOf)
	}
	for _, st := range t.Shop.States {
		o.States = append(o.States, StateObject{st.State, st.N, api.MoneyOf(st.Total, t.Currency)})
	}
	if d := t.Shop.Silence.Due; t.Made {
		o.Due = &DueObject{d.Outcome(), d.N, d.Own, d.Base}
	}
	for _, a := range (body{t}).Trials() {
		if t.Made {
			o.Silence = append(o.Silence, AlarmObject{a.Kind, a.Outcome(), string(t.Shop.Silence.On), a.N, a.Back, a.Others, a.OthersBack})
		}
	}
	for _, st := range t.Shop.Return.Steps {
		o.Return = append(o.Return, StepObject(st))
	}
	for _, c := range t.Cohorts {
		row := CohortObject{Month: c.Month, N: c.N, Cells: []CellObject{}}
		for _, f := range c.Cells {
			if f.Future {
				break
			}
			cell := CellObject{Month: f.Month, Buyers: f.Buyers, Complete: !f.Open}
			if f.Known() {
				cell.Share, cell.Low, cell.High = &f.Share, &f.Low, &f.High
			}
			row.Cells = append(row.Cells, cell)
		}
		o.Cohorts = append(o.Cohorts, row)
	}
	return o
}
