package deal

import (
	"context"
	"errors"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
)

// Amount is a number with at most three decimals; text is read as well.
type Amount struct{ money.Quantity }

// Schema describes it for OpenAPI.
func (Amount) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{{Type: "number"}, {Type: "string"}}, Examples: []any{1.5}}
}

// UnmarshalJSON says in words what is wrong: huma shows the error as it is.
func (q *Amount) UnmarshalJSON(b []byte) error {
	if err := q.Quantity.UnmarshalJSON(b); err != nil {
		return errors.New("a quantity is a number with at most three decimals")
	}
	return nil
}

type moveIn struct {
	api.Path
	api.Versioned
	Body struct {
		Version       *int64         `json:"version,omitempty"`
		StageID       int64          `json:"stage_id" minimum:"1"`
		AfterID       *int64         `json:"after_id,omitempty" doc:"The deal it will stand below, 0 for the top of the column"`
		Amount        *api.Money     `json:"amount,omitempty"`
		ExpectedClose string         `json:"expected_close,omitempty"`
		CustomerID    int64          `json:"customer_id,omitempty"`
		OwnerID       int64          `json:"owner_id,omitempty"`
		Checklist     []string       `json:"checklist,omitempty" maxItems:"30" doc:"Items of the stage's checklist that are done"`
		Fields        map[string]any `json:"fields,omitempty"`
	}
}

type endIn struct {
	api.Path
	api.Versioned
	Body struct {
		Version  *int64 `json:"version,omitempty"`
		ReasonID int64  `json:"reason_id,omitempty" doc:"One of GET /deal-reasons; required"`
		Note     string `json:"reason_note,omitempty"`
		ClosedOn string `json:"closed_on,omitempty" doc:"Left out, today"`
	}
}

type reopenIn struct {
	api.Path
	api.Versioned
	Body *struct {
		Version *int64 `json:"version,omitempty"`
	} `required:"false"`
}

// StayObject is a stage that a deal came to.
type StayObject struct {
	StageID int64     `json:"stage_id"`
	Stage   string    `json:"stage"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"`
}

func (s *Service) apiMoves(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Post, Path: "/deals/{id}/move", Tag: tag, Summary: "Put a deal into another stage; what the stage wants known is told field by field"}, s.apiMove)
	api.Register(a, api.Op{Method: api.Post, Path: "/deals/{id}/won", Tag: tag, Summary: "A deal is won"}, s.apiEnd(Won))
	api.Register(a, api.Op{Method: api.Post, Path: "/deals/{id}/lost", Tag: tag, Summary: "A deal is lost"}, s.apiEnd(Lost))
	api.Register(a, api.Op{Method: api.Post, Path: "/deals/{id}/open", Tag: tag, Summary: "Take a decided deal up again"}, s.apiOpen)
	api.Register(a, api.Op{Method: api.Get, Path: "/deals/{id}/moves", Tag: tag, Summary: "Through which stages a deal went"}, s.apiStays)
}

func (s *Service) apiMove(ctx context.Context, in *moveIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	d, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	c := &errs.Check{}
	w := Way{StageID: b.StageID, After: b.AfterID, CustomerID: b.CustomerID, OwnerID: b.OwnerID, Ticked: b.Checklist, Fields: custom.FromJSON(b.Fields),
		ExpectedClose: day(c, "expected_close", b.ExpectedClose)}
	if b.Amount != nil {
		n := b.Amount.Minor(c, "amount", d.Currency)
		w.Amount = &n
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	d, err = s.Move(ctx, in.ID, version, w)
	return answer(d, err)
}

func (s *Service) apiEnd(result string) func(context.Context, *endIn) (*api.Body[Object], error) {
	return func(ctx context.Context, in *endIn) (*api.Body[Object], error) {
		c := &errs.Check{}
		e := Ending{ReasonID: in.Body.ReasonID, Note: in.Body.Note, On: day(c, "closed_on", in.Body.ClosedOn)}
		if err := c.Err(); err != nil {
			return nil, err
		}
		version, err := atVersion(in.Versioned, in.Body.Version)
		if err != nil {
			return nil, err
		}
		end := s.Win
		if result == Lost {
			end = s.Lose
		}
		d, err := end(ctx, in.ID, version, e)
		return answer(d, err)
	}
}

// atVersion is the version that the caller has seen; whoever names none means
// the deal as it is.
func atVersion(v api.Versioned, body *int64) (*int64, error) {
	if body == nil && v.IfMatch == "" {
		return nil, nil
	}
	n, err := v.Version(body)
	return &n, err
}

func (s *Service) apiOpen(ctx context.Context, in *reopenIn) (*api.Body[Object], error) {
	var typed *int64
	if in.Body != nil {
		typed = in.Body.Version
	}
	version, err := atVersion(in.Versioned, typed)
	if err != nil {
		return nil, err
	}
	d, err := s.Reopen(ctx, in.ID, version)
	return answer(d, err)
}

func (s *Service) apiStays(ctx context.Context, in *api.Path) (*api.Body[api.Items[StayObject]], error) {
	if _, err := s.Get(ctx, in.ID); err != nil {
		return nil, err
	}
	list, err := stays(ctx, s.db.Reader(ctx), in.ID)
	out := []StayObject{}
	for _, st := range list {
		out = append(out, StayObject{st.StageID, st.Stage, st.At.UTC(), string(st.Who)})
	}
	return &api.Body[api.Items[StayObject]]{Body: api.Items[StayObject]{Items: out}}, err
}
