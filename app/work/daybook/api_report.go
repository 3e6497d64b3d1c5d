package daybook

import (
	"context"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/api"
)

// ReportObject is a report as the API shows it.
type ReportObject struct {
	ID        int64      `json:"id"`
	Version   int64      `json:"version"`
	UserID    int64      `json:"user_id"`
	Period    string     `json:"period" enum:"day,week"`
	Day       string     `json:"day" format:"date" doc:"Its first"`
	State     string     `json:"state" enum:"draft,handed_in"`
	Edition   int64      `json:"edition" doc:"How often it was handed in"`
	HandedAt  *time.Time `json:"handed_in_at,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Words
	Figures  *Figures        `json:"figures,omitempty" doc:"As they were when it was handed in; money in minor units"`
	Editions []EditionObject `json:"editions,omitempty" doc:"Only of a single report, newest first"`
	Comments []CommentObject `json:"comments,omitempty" doc:"Only of a single report"`
}

// EditionObject is a report as it was handed in once.
type EditionObject struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	Words
}

// CommentObject is what somebody said to a report.
type CommentObject struct {
	ID     int64     `json:"id"`
	UserID int64     `json:"user_id,omitempty"`
	Words  string    `json:"words"`
	At     time.Time `json:"at"`
}

// HandedObject is a colleague with their report, if they handed it in.
type HandedObject struct {
	UserID   int64         `json:"user_id"`
	Name     string        `json:"name"`
	HandedIn bool          `json:"handed_in"`
	Report   *ReportObject `json:"report,omitempty"`
}

type (
	roundIn struct {
		Period string `query:"period" enum:"day,week" default:"day"`
		Day    string `query:"day" format:"date" doc:"Any day of the period; today when left out"`
	}
	saveIn struct {
		Body struct {
			Period  string `json:"period" enum:"day,week"`
			Day     string `json:"day,omitempty" format:"date" doc:"Any day of the period; today when left out"`
			Version int64  `json:"version,omitempty" minimum:"0" doc:"What was read; left out for a new one"`
			HandIn  bool   `json:"hand_in,omitempty" doc:"Keeps an edition for good and tells whoever leads"`
			Words
		}
	}
	sayIn struct {
		api.Path
		Body struct {
			Words string `json:"words" minLength:"1" maxLength:"5000"`
		}
	}
	ruleIn struct{ Body Rule }
)

func (s *Service) reportAPI(a *api.API) {
	const tag, path, rule = "daily reports", "/daily-reports", "/settings/daybook"
	api.Register(a, api.Op{Method: api.Get, Path: path, Tag: tag, Summary: "Read who handed in the report of a day or week, and who did not"}, func(ctx context.Context, in *roundIn) (*api.Body[api.Items[HandedObject]], error) {
		list, _, err := s.Round(ctx, in.Period, cal.Date(in.Day))
		out := api.Items[HandedObject]{Items: []HandedObject{}}
		for _, h := range list {
			o := HandedObject{UserID: h.Person.ID, Name: h.Name, HandedIn: h.In()}
			if h.Report.ID != 0 {
				r := reportObject(h.Report)
				o.Report = &r
			}
			out.Items = append(out.Items, o)
		}
		return &api.Body[api.Items[HandedObject]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: path + "/{id}", Tag: tag, Summary: "Read a report with its editions and comments"}, func(ctx context.Context, in *api.Path) (*api.Body[ReportObject], error) {
		r, editions, comments, err := s.Read(ctx, in.ID)
		out := reportObject(r)
		for _, e := range editions {
			out.Editions = append(out.Editions, EditionObject{e.Number, e.At.UTC(), e.Words})
		}
		for _, c := range comments {
			out.Comments = append(out.Comments, commentObject(c))
		}
		return &api.Body[ReportObject]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: path, Tag: tag, Summary: "Write one's own report of a day or week, or hand it in"}, func(ctx context.Context, in *saveIn) (*api.Body[ReportObject], error) {
		b := in.Body
		r, err := s.Save(ctx, b.Period, cal.Date(b.Day), b.Version, b.Words, b.HandIn)
		if err != nil {
			return nil, api.WithCurrent(err, func(r Report) any { return reportObject(r) })
		}
		return &api.Body[ReportObject]{Body: reportObject(r)}, nil
	})
	api.Register(a, api.Op{Method: api.Post, Path: path + "/{id}/comments", Tag: tag, Summary: "Comment on a report"}, func(ctx context.Context, in *sayIn) (*api.Body[CommentObject], error) {
		c, err := s.Say(ctx, in.ID, in.Body.Words)
		return &api.Body[CommentObject]{Body: commentObject(c)}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: rule, Tag: tag, Summary: "Read when people are reminded of their reports"}, func(ctx context.Context, _ *api.Empty) (*api.Body[Rule], error) {
		r, err := s.Rule(ctx)
		return &api.Body[Rule]{Body: r}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: rule, Tag: tag, Summary: "Say when people are reminded of their reports"}, func(ctx context.Context, in *ruleIn) (*api.Body[Rule], error) {
		return &api.Body[Rule]{Body: in.Body}, s.SetRule(ctx, in.Body)
	})
}

func reportObject(r Report) ReportObject {
	out := ReportObject{ID: r.ID, Version: r.Version, UserID: r.UserID, Period: r.Period, Day: string(r.Day), State: r.State, Edition: r.Edition,
		HandedAt: moment(r.HandedAt.Time), CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), Words: r.Words}
	if r.Figures != "" {
		f := r.Known()
		out.Figures = &f
	}
	return out
}

func commentObject(c Comment) CommentObject {
	return CommentObject{ID: c.ID, UserID: int64(c.UserID), Words: c.Words, At: c.At.UTC()}
}
