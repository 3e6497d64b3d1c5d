package customer

import (
	"context"

	"regulars/app/sys/api"
)

// RevealedObject is a customer's numbers, addresses and WeChat names, those of
// their contacts among them.
type RevealedObject struct {
	Phones  []RevealedPhone  `json:"phones"`
	Emails  []RevealedEmail  `json:"emails"`
	WeChats []RevealedWeChat `json:"wechats"`
}

// RevealedWeChat is a WeChat name and whose it is.
type RevealedWeChat struct {
	WeChat    string `json:"wechat"`
	ContactID *int64 `json:"contact_id,omitempty"`
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

func (s *Service) apiReveal(ctx context.Context, in *api.Path) (*api.Body[RevealedObject], error) {
	c, err := s.Reveal(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := RevealedObject{Phones: []RevealedPhone{}, Emails: []RevealedEmail{}, WeChats: []RevealedWeChat{}}
	for _, p := range c.Phones {
		out.Phones = append(out.Phones, RevealedPhone{PhoneObject{p.Raw, p.E164, p.Ext, p.Label}, api.ID(p.ContactID)})
	}
	for _, e := range c.Emails {
		out.Emails = append(out.Emails, RevealedEmail{e.Email, api.ID(e.ContactID)})
	}
	for _, n := range c.WeChats {
		out.WeChats = append(out.WeChats, RevealedWeChat{n.Name, api.ID(n.ContactID)})
	}
	return &api.Body[RevealedObject]{Body: out}, nil
}
