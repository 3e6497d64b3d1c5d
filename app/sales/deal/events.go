package deal

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Fact is what all facts about a deal say. Amount, Stage and Reason are for the
// sentence; programs read Minor and the ids.
type Fact struct {
	DealID     int64    `json:"deal_id"`
	CustomerID int64    `json:"customer_id"`
	OwnerID    int64    `json:"owner_id"`
	PipelineID int64    `json:"pipeline_id"`
	StageID    int64    `json:"stage_id"`
	Name       string   `json:"name"`
	Stage      string   `json:"stage"`
	Result     string   `json:"result"`
	ReasonID   int64    `json:"reason_id"`
	Reason     string   `json:"reason"`
	ClosedOn   cal.Date `json:"closed_on"`
	Minor      int64    `json:"minor"`
	Currency   string   `json:"currency"`
	Amount     string   `json:"amount"`

	At time.Time `json:"-"`
}

// Opened: somebody saw a chance.
type Opened struct{ Fact }

// Moved: a deal came to another stage.
type Moved struct{ Fact }

// Closed: a deal was won, or lost.
type Closed struct{ Fact }

// Reopened: a deal that was decided is not.
type Reopened struct{ Fact }

// Changed: a deal was corrected.
type Changed struct{ Fact }

// Handed: a deal was handed to a colleague, with what they should know.
type Handed struct {
	Fact
	To   string `json:"to"`
	Note string `json:"-"`
}

// Words implements timeline.Worded.
func (f Handed) Words() string { return f.Note }

// Meta implements event.Fact.
func (f Handed) Meta() event.Meta { return f.meta("deal.handed") }

// Removed: a deal was deleted.
type Removed struct{ Fact }

// Meta implements event.Fact.
func (f Opened) Meta() event.Meta { return f.meta("deal.opened") }

// Meta implements event.Fact.
func (f Moved) Meta() event.Meta { return f.meta("deal.moved") }

// Meta implements event.Fact.
func (f Closed) Meta() event.Meta { return f.meta("deal." + f.Result) }

// Meta implements event.Fact.
func (f Reopened) Meta() event.Meta { return f.meta("deal.reopened") }

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta { return f.meta("deal.changed") }

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta { return f.meta("deal.removed") }

func (f Fact) meta(kind string) event.Meta {
	return event.Meta{Kind: kind, CustomerID: f.CustomerID, SubjectKind: "deal", SubjectID: f.DealID, At: f.At}
}

func (d Deal) fact(at time.Time) Fact {
	return Fact{DealID: d.ID, CustomerID: int64(d.CustomerID), OwnerID: int64(d.OwnerID), PipelineID: d.PipelineID, StageID: d.StageID, Name: d.Name,
		Stage: d.StageName, Result: d.Result, ReasonID: int64(d.ReasonID), Reason: string(d.ReasonName), ClosedOn: d.ClosedOn, Minor: d.Amount,
		Currency: d.Currency, Amount: money.Text(d.Amount, d.Currency), At: at}
}

// moment is when something of a day counts as done: now for today, else the
// middle of that day.
func moment(on cal.Date, now time.Time, zone *time.Location) time.Time {
	if on == "" || on == cal.Today(now, zone) {
		return now
	}
	return cal.At(on, 12, 0, zone)
}

var kinds = []timeline.Kind{
	{Event: "deal.opened", Icon: "board"},
	{Event: "deal.moved", Icon: "board"},
	{Event: "deal.won", Icon: "board", Tone: "accent"},
	{Event: "deal.lost", Icon: "board", Tone: "warm"},
	{Event: "deal.reopened", Icon: "board"},
	{Event: "deal.handed", Icon: "people", Human: true},
}

// moments are what customers can be asked about: why a deal was won, or lost.
func moments() []event.Moment {
	ends := []string{"deal.reopened", "deal.removed"}
	return []event.Moment{
		{Name: "deal_won", Kinds: []string{"deal.won"}, Ends: ends, Read: occasion(Won)},
		{Name: "deal_lost", Kinds: []string{"deal.lost"}, Ends: ends, Read: occasion(Lost)},
	}
}

func occasion(result string) func(context.Context, db.Q, int64) (event.Occasion, bool, error) {
	return func(ctx context.Context, q db.Q, id int64) (event.Occasion, bool, error) {
		what := event.Occasion{Key: fmt.Sprintf("deal_%s:%d", result, id)}
		d, err := one(ctx, q, id)
		if errs.Is(err, errs.NotFound) {
			return what, false, nil
		}
		what.CustomerID, what.RatedID = int64(d.CustomerID), int64(d.OwnerID)
		return what, err == nil && d.Result == result && d.CustomerID != 0, err
	}
}
