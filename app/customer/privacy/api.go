package privacy

import (
	"bytes"
	"context"
	"net/http"

	"regulars/app/sys/api"
)

// HeldObject is what is held about a person.
type HeldObject struct {
	CustomerID int64   `json:"customer_id" doc:"0 of somebody who only asked"`
	ContactID  *int64  `json:"contact_id,omitempty"`
	LeadID     *int64  `json:"lead_id,omitempty"`
	Kind       string  `json:"kind" enum:"company,person,contact,lead"`
	Name       string  `json:"name"`
	Records    []Count `json:"records"`
	Files      int     `json:"files"`
	Imports    int     `json:"import_files" doc:"Kept files of imports in which they stand"`
	Mentions   int     `json:"mentions" doc:"Notes and exchanges with others that name them; an erasure leaves those alone"`
}

func heldObject(h Held) HeldObject {
	o := HeldObject{CustomerID: h.Person.CustomerID, Kind: h.Person.Kind, Name: h.Person.Name, Records: h.Counts, Files: h.Files, Imports: h.Imports, Mentions: h.Mentions}
	if h.Person.ContactID != 0 {
		o.ContactID = &h.Person.ContactID
	}
	if h.Person.LeadID != 0 {
		o.LeadID = &h.Person.LeadID
	}
	if o.Records == nil {
		o.Records = []Count{}
	}
	return o
}

type zipOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

type eraseInput struct {
	api.Path
	Body struct {
		Confirm string `json:"confirm" maxLength:"300" doc:"The person's name as it stands on the record"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "people"
	for path, who := range map[string]func(id int64) Subject{
		"/customers/{id}": customerOf, "/contacts/{id}": contactOf, "/leads/{id}": leadOf,
	} {
		api.Register(a, api.Op{Method: api.Get, Path: path + "/person-export", Tag: tag, Summary: "See what is held about a person and what an erasure would do"},
			func(ctx context.Context, in *api.Path) (*api.Body[HeldObject], error) {
				h, err := s.Look(ctx, who(in.ID))
				return &api.Body[HeldObject]{Body: heldObject(h)}, err
			})
		api.Register(a, api.Op{Method: api.Post, Path: path + "/person-export", Tag: tag, Summary: "Get everything that is held about a person as a zip", Status: http.StatusOK},
			func(ctx context.Context, in *api.Path) (*zipOutput, error) {
				var b bytes.Buffer
				if _, err := s.Pack(ctx, who(in.ID), &b); err != nil {
					return nil, err
				}
				return &zipOutput{Type: "application/zip", Disposition: `attachment; filename="person.zip"`, Body: b.Bytes()}, nil
			})
		api.Register(a, api.Op{Method: api.Post, Path: path + "/erasure", Tag: tag, Summary: "Erase a person everywhere; their orders stay without identity. It cannot be undone", Status: http.StatusOK},
			func(ctx context.Context, in *eraseInput) (*api.Body[Erased], error) {
				out, err := s.Erase(ctx, who(in.ID), Input{Confirm: in.Body.Confirm})
				return &api.Body[Erased]{Body: out}, err
			})
	}
}
