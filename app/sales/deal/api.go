package deal

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
	"regulars/app/sys/setting"
)

// Object is a deal as the API shows it.
type Object struct {
	ID             int64          `json:"id"`
	Version        int64          `json:"version"`
	CreatedAt      time.Time      `json:"created_at"`
	UpdatedAt      time.Time      `json:"updated_at"`
	Name           string         `json:"name"`
	CustomerID     *int64         `json:"customer_id" doc:"Null: about nobody yet"`
	CustomerName   string         `json:"customer_name,omitempty"`
	ContactID      *int64         `json:"contact_id,omitempty"`
	PipelineID     int64          `json:"pipeline_id"`
	StageID        int64          `json:"stage_id"`
	StageName      string         `json:"stage_name"`
	Amount         api.Money      `json:"amount" doc:"The sum of the lines once there are some"`
	AcceptedQuotes int            `json:"accepted_quotes,omitempty" doc:"Only of a single deal: how many of its quotes were accepted and stand"`
	AcceptedAmount *api.Money     `json:"accepted_amount,omitempty" doc:"What those come to"`
	Probability    int            `json:"probability" doc:"Percent: its own, else its stage's"`
	ExpectedClose  string         `json:"expected_close,omitempty"`
	OpenedOn       string         `json:"opened_on"`
	OwnerID        *int64         `json:"owner_id"`
	Agent          string         `json:"agent,omitempty" doc:"Who had it in another program and has no account here"`
	Result         string         `json:"result" enum:"open,won,lost"`
	ReasonID       *int64         `json:"reason_id,omitempty"`
	Reason         string         `json:"reason,omitempty"`
	ReasonNote     string         `json:"reason_note,omitempty"`
	ClosedOn       string         `json:"closed_on,omitempty"`
	MovedAt        time.Time      `json:"moved_at" doc:"Stands in its stage since"`
	NextTaskID     *int64         `json:"next_task_id,omitempty" doc:"The open task that comes first"`
	Source         string         `json:"source,omitempty"`
	Notes          string         `json:"notes,omitempty"`
	Lines          []LineObject   `json:"lines,omitempty"`
	ExternalID     string         `json:"external_id,omitempty"`
	ExternalSource string         `json:"external_source,omitempty"`
	Fields         map[string]any `json:"fields"`
}

// LineObject is a product on a deal.
type LineObject struct {
	ID        int64          `json:"id"`
	ProductID *int64         `json:"product_id,omitempty"`
	Name      string         `json:"name"`
	Unit      string         `json:"unit,omitempty"`
	Quantity  money.Quantity `json:"quantity"`
	UnitPrice api.Money      `json:"unit_price"`
	Discount  float64        `json:"discount" doc:"Percent"`
	Total     api.Money      `json:"total"`
}

// Body is what POST and PUT take.
type Body struct {
	Name           string         `json:"name"`
	CustomerID     int64          `json:"customer_id,omitempty"`
	ContactID      int64          `json:"contact_id,omitempty"`
	PipelineID     int64          `json:"pipeline_id,omitempty" doc:"Left out, the standard one"`
	StageID        int64          `json:"stage_id,omitempty" doc:"Left out, the first"`
	Amount         *api.Money     `json:"amount,omitempty"`
	Probability    *int           `json:"probability,omitempty" minimum:"0" maximum:"100"`
	ExpectedClose  string         `json:"expected_close,omitempty"`
	OpenedOn       string         `json:"opened_on,omitempty" doc:"Left out, today"`
	OwnerID        int64          `json:"owner_id,omitempty" doc:"Left out, the token's user"`
	Source         string         `json:"source,omitempty"`
	Notes          string         `json:"notes,omitempty"`
	Lines          []BodyLine     `json:"lines,omitempty" maxItems:"200"`
	ExternalID     string         `json:"external_id,omitempty"`
	ExternalSource string         `json:"external_source,omitempty"`
	Fields         map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// BodyLine names a product by id, or by code, name or free words.
type BodyLine struct {
	ProductID int64      `json:"product_id,omitempty"`
	Name      string     `json:"name,omitempty"`
	Quantity  *Amount    `json:"quantity,omitempty" doc:"Left out, one"`
	UnitPrice *api.Money `json:"unit_price,omitempty" doc:"Left out, the product's"`
	Discount  float64    `json:"discount,omitempty" minimum:"0" maximum:"100" doc:"Percent"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears; another stage
// is a move; lines replace all lines.
type PatchBody struct {
	Version        *int64                  `json:"version,omitempty"`
	Name           api.Opt[string]         `json:"name,omitempty"`
	CustomerID     api.Opt[int64]          `json:"customer_id,omitempty"`
	ContactID      api.Opt[int64]          `json:"contact_id,omitempty"`
	PipelineID     api.Opt[int64]          `json:"pipeline_id,omitempty"`
	StageID        api.Opt[int64]          `json:"stage_id,omitempty"`
	Amount         api.Opt[api.Money]      `json:"amount,omitempty"`
	Probability    api.Opt[int]            `json:"probability,omitempty"`
	ExpectedClose  api.Opt[string]         `json:"expected_close,omitempty"`
	OpenedOn       api.Opt[string]         `json:"opened_on,omitempty"`
	OwnerID        api.Opt[int64]          `json:"owner_id,omitempty"`
	Source         api.Opt[string]         `json:"source,omitempty"`
	Notes          api.Opt[string]         `json:"notes,omitempty"`
	Lines          api.Opt[[]BodyLine]     `json:"lines,omitempty"`
	ExternalID     api.Opt[string]         `json:"external_id,omitempty"`
	ExternalSource api.Opt[string]         `json:"external_source,omitempty"`
	Fields         api.Opt[map[string]any] `json:"fields,omitempty"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type externalIn struct {
	api.External
	Body Body
}

type upserted struct {
	Status   int
	Location string `header:"Location"`
	Body     Object
}

func (s *Service) api(a *api.API) {
	const tag = "deals"
	api.Register(a, api.Op{Method: api.Get, Path: "/deals", Tag: tag, Summary: "List deals"}, s.apiList)
	api.Counted(a, "/deals", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Post, Path: "/deals", Tag: tag, Summary: "Open a deal", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/deals/{id}", Tag: tag, Summary: "Read a deal"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/deals/{id}", Tag: tag, Summary: "Change a deal; another stage is a move"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Put, Path: "/deals/by-external/{source}/{external_id}", Tag: tag, Summary: "Create or change by another system's id"}, s.apiPut)
	api.Remove(a, "/deals/{id}", tag, "Delete a deal, undoable through history", s.Delete)
	api.Register(a, api.Op{Method: api.Get, Path: "/deals/{id}/lines", Tag: tag, Summary: "Read the products of a deal"}, s.apiLines)
	s.apiMoves(a, tag)
	s.apiRivals(a, tag)
	s.apiCollaborators(a, tag)
	s.apiPipelines(a)
	s.apiArrange(a)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Deal) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	d, err := s.Get(ctx, in.ID)
	out := object(d)
	if err == nil && s.quotes != nil {
		n, sum, err := s.quotes.AgreedFor(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		if out.AcceptedQuotes = n; n > 0 {
			m := api.MoneyOf(sum, d.Currency)
			out.AcceptedAmount = &m
		}
	}
	return &api.Body[Object]{Body: out}, err
}

func (s *Service) apiLines(ctx context.Context, in *api.Path) (*api.Body[api.Items[LineObject]], error) {
	d, err := s.Get(ctx, in.ID)
	return &api.Body[api.Items[LineObject]]{Body: api.Items[LineObject]{Items: append([]LineObject{}, object(d).Lines...)}}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	if input.Fields == nil {
		input.Fields = custom.Typed{} // required ones are
	}
	d, err := s.Create(ctx, input)
	return &api.Created[Object]{Location: location(d.ID), Body: object(d)}, err
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	d, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input := d.Input()
	if err := in.Body.apply(&input, d.Currency); err != nil {
		return nil, err
	}
	d, err = s.Update(ctx, in.ID, version, input)
	return answer(d, err)
}

func answer(d Deal, err error) (*api.Body[Object], error) {
	if err != nil {
		return nil, api.WithCurrent(err, func(d Deal) any { return object(d) })
	}
	return &api.Body[Object]{Body: object(d)}, nil
}

func (s *Service) apiPut(ctx context.Context, in *externalIn) (*upserted, error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	input.ExternalSource, input.ExternalID = in.Source, in.ExternalID
	d, created, err := s.Put(ctx, input)
	if err != nil {
		return nil, err
	}
	out := &upserted{Status: http.StatusOK, Location: location(d.ID), Body: object(d)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (s *Service) input(ctx context.Context, b Body) (Input, error) {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return Input{}, err
	}
	c := &errs.Check{}
	in := Input{Name: b.Name, CustomerID: b.CustomerID, ContactID: b.ContactID, PipelineID: b.PipelineID, StageID: b.StageID, Probability: b.Probability,
		ExpectedClose: day(c, "expected_close", b.ExpectedClose), OpenedOn: day(c, "opened_on", b.OpenedOn), OwnerID: b.OwnerID, Source: b.Source,
		Notes: b.Notes, ExternalID: b.ExternalID, ExternalSource: b.ExternalSource, Fields: custom.FromJSON(b.Fields)}
	if b.Amount != nil {
		in.Amount = b.Amount.Minor(c, "amount", business.Currency)
	}
	if b.Lines != nil {
		in.Lines = bodyLines(c, b.Lines, business.Currency)
	}
	return in, c.Err()
}

func (b PatchBody) apply(in *Input, currency string) error {
	c := &errs.Check{}
	b.Name.Into(&in.Name)
	c.That(!b.Name.Set || in.Name != "", "name", "error.required")
	if b.CustomerID.Set && b.CustomerID.Value != in.CustomerID {
		in.ContactID = 0
	}
	b.CustomerID.Into(&in.CustomerID)
	b.ContactID.Into(&in.ContactID)
	if b.PipelineID.Set && b.PipelineID.Value != in.PipelineID {
		in.StageID = 0
	}
	b.PipelineID.Into(&in.PipelineID)
	if b.StageID.Set && !b.PipelineID.Set {
		in.PipelineID = 0
	}
	b.StageID.Into(&in.StageID)
	if b.Amount.Set {
		in.Amount = b.Amount.Value.Minor(c, "amount", currency)
	}
	if b.Probability.Set {
		in.Probability = &b.Probability.Value
		if b.Probability.Null {
			in.Probability = nil
		}
	}
	if b.ExpectedClose.Set {
		in.ExpectedClose = day(c, "expected_close", b.ExpectedClose.Value)
	}
	if b.OpenedOn.Set {
		in.OpenedOn = day(c, "opened_on", b.OpenedOn.Value)
	}
	b.OwnerID.Into(&in.OwnerID)
	b.Source.Into(&in.Source)
	b.Notes.Into(&in.Notes)
	b.ExternalID.Into(&in.ExternalID)
	b.ExternalSource.Into(&in.ExternalSource)
	if b.Lines.Set {
		in.Lines = bodyLines(c, b.Lines.Value, currency)
	}
	if b.Fields.Set {
		in.Fields = custom.FromJSON(b.Fields.Value)
	}
	return c.Err()
}

func bodyLines(c *errs.Check, body []BodyLine, currency string) []LineInput {
	out := make([]LineInput, 0, len(body))
	for i, l := range body {
		in := LineInput{ProductID: l.ProductID, Name: l.Name, Quantity: money.One, Discount: int(l.Discount*100 + .5)}
		if l.Quantity != nil {
			in.Quantity = l.Quantity.Quantity
		}
		if l.UnitPrice != nil {
			price := l.UnitPrice.Minor(c, lineField(i, "unit_price"), currency)
			in.UnitPrice = &price
		}
		out = append(out, in)
	}
	return out
}

func location(id int64) string { return fmt.Sprintf("%s/deals/%d", api.Prefix, id) }

func object(d Deal) Object {
	out := Object{ID: d.ID, Version: d.Version, CreatedAt: d.CreatedAt.UTC(), UpdatedAt: d.UpdatedAt.UTC(), Name: d.Name, CustomerID: api.ID(d.CustomerID),
		CustomerName: string(d.CustomerName), ContactID: api.ID(d.ContactID), PipelineID: d.PipelineID, StageID: d.StageID, StageName: d.StageName,
		Amount: api.MoneyOf(d.Amount, d.Currency), Probability: d.Chance(), ExpectedClose: string(d.ExpectedClose), OpenedOn: string(d.OpenedOn),
		OwnerID: api.ID(d.OwnerID), Agent: d.Agent, Result: d.Result, ReasonID: api.ID(d.ReasonID), Reason: string(d.ReasonName), ReasonNote: d.ReasonNote,
		ClosedOn: string(d.ClosedOn), MovedAt: d.MovedAt.UTC(), Source: d.Source, Notes: d.Notes, ExternalID: string(d.ExternalID),
		ExternalSource: d.ExternalSource, Fields: d.Added.Object()}
	if d.Next.TaskID != 0 {
		out.NextTaskID = &d.Next.TaskID
	}
	for _, l := range d.Lines {
		out.Lines = append(out.Lines, LineObject{ID: l.ID, ProductID: api.ID(l.ProductID), Name: l.Name, Unit: l.Unit, Quantity: l.Quantity,
			UnitPrice: api.MoneyOf(l.UnitPrice, d.Currency), Discount: float64(l.Discount) / 100, Total: api.MoneyOf(l.Total, d.Currency)})
	}
	return out
}
