package export

import (
	"context"
	"mime"

	"regulars/app/sys/api"
)

type input struct {
	api.List
	Kind   string `path:"kind" doc:"customers, contacts, products, orders, payments, tasks, follow-ups, responses, invitations, feedback-cases or results"`
	Format string `query:"format" enum:"csv,gb18030,xlsx,vcf,vcf4" default:"csv" doc:"CSV in UTF-8 or GB18030, Excel, or (customers, contacts) an address book of version 3.0 or 4.0"`
	Clear  bool   `query:"clear" doc:"Sensitive fields of customers in clear, for those who may see them; noted as such"`
}

type output struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        api.Stream
}

func (d *Desk) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/exports/{kind}", Tag: "exports", Summary: "A whole list as a file, with the list's search, filters and order"}, d.apiGet)
}

func (d *Desk) apiGet(ctx context.Context, in *input) (*output, error) {
	file, body, err := d.make(ctx, in.Kind, in.Format, Ask{Request: in.Request(), Conds: in.Conditions(), Clear: in.Clear})
	if err != nil {
		return nil, err
	}
	return &output{Type: file.Type, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}), Body: api.Streamed(body, body.size)}, nil
}
