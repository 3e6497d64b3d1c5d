package export

import (
	"context"
	"mime"
	"net/http"

	"regulars/app/sys/api"
)

type input struct {
	api.List
	Kind   string `path:"kind" doc:"customers, contacts, products, orders, payments, instalments, receivables, tasks, follow-ups, responses, invitations, feedback-cases or results"`
	Format string `query:"format" enum:"csv,gb18030,xlsx,vcf,vcf4" default:"csv" doc:"CSV in UTF-8 or GB18030, Excel, or (customers, contacts) an address book of version 3.0 or 4.0"`
	Clear  bool   `query:"clear" doc:"Sensitive fields of customers in clear, for those who may see them; noted as such"`

	Approval int64 `query:"approval" minimum:"0" doc:"The approval that lets a list leave that needs one"`
}

type requestIn struct {
	api.List
	Kind   string `path:"kind" doc:"As in GET"`
	Format string `query:"format" enum:"csv,gb18030,xlsx,vcf,vcf4" default:"csv"`
	Clear  bool   `query:"clear" doc:"Sensitive fields of customers in clear"`
	Body   struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

// RequestObject is the approval that a list waits for.
type RequestObject struct {
	ApprovalID int64 `json:"approval_id" doc:"0: it may leave at once"`
}

// Output is a file that leaves through the API.
type Output struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        api.Stream
}

func (d *Desk) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/exports/{kind}", Tag: "exports", Summary: "A whole list as a file, with the list's search, filters and order"}, d.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: "/exports/{kind}/request", Tag: "exports", Summary: "Ask for a list that needs somebody's word", Status: http.StatusCreated}, d.apiRequest)
}

func (d *Desk) apiGet(ctx context.Context, in *input) (*Output, error) {
	file, body, err := d.Make(ctx, in.Kind, in.Format, Ask{Request: in.Request(), Conds: in.Conditions(), Clear: in.Clear, Approved: in.Approval})
	return Answer(file, body, err)
}

// Answer is a file as the API hands it over.
func Answer(file File, body *Made, err error) (*Output, error) {
	if _, needs := Needing(err); needs {
		err = api.WithCurrent(err, func(l Leaving) any { return map[string]any{"rows": l.Rows} })
	}
	if err != nil {
		return nil, err
	}
	return &Output{Type: file.Type, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}), Body: api.Streamed(body, body.Size)}, nil
}

func (d *Desk) apiRequest(ctx context.Context, in *requestIn) (*api.Body[RequestObject], error) {
	id, err := d.Request(ctx, in.Kind, in.Format, Ask{Request: in.Request(), Conds: in.Conditions(), Clear: in.Clear}, in.Body.Reason)
	return &api.Body[RequestObject]{Body: RequestObject{id}}, err
}
