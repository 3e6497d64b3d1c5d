package customer

import (
	"context"

	"regulars/app/sys/api"
)

// Revealed is a customer's numbers and addresses, those of their contacts among them.
type Revealed struct {
	Phones []RevealedPhone `json:"phones"`
	Emails []RevealedEmail `json:"emails"`
}

// RevealedPhone is a number and whose it is.
type RevealedPhone struct {
	PhoneObject
	ContactID *int64 `json:"contact_id,omitempty"`
}

// RevealedEmail is an address and whose it is.
type RevealedEmail struct {
	Email     string `json:"email"`
	ContactID *int64 `json:"contact_id,omitempty"`
}

func (s *Service) apiReveal(ctx context.Context, in *api.Path) (*api.Body[Revealed], error) {
	c, err := s.Reveal(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := Revealed{Phones: []RevealedPhone{}, Emails: []RevealedEmail{}}
	for _, p := range c.Phones {
		out.Phones = append(out.Phones, RevealedPhone{PhoneObject{p.Raw, p.E164, p.Ext, p.Label}, api.ID(p.ContactID)})
	}
	for _, e := range c.Emails {
		out.Emails = append(out.Emails, RevealedEmail{e.Email, api.ID(e.ContactID)})
	}
	return &api.Body[Revealed]{Body: out}, nil
}
