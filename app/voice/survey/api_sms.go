package survey

import (
	"context"

	"regulars/app/sys/api"
)

// TextObject is a text message to send by hand, as the API shows it.
type TextObject struct {
	InvitationID int64  `json:"invitation_id"`
	CustomerID   int64  `json:"customer_id"`
	To           string `json:"to"`
	Text         string `json:"text"`
	Length       int    `json:"length" doc:"In characters of its alphabet"`
	Parts        int    `json:"parts" doc:"How many messages the network makes of it"`
}

type textPath struct {
	api.Path
	Host string `header:"Host" hidden:"true"`
}

func (s *Service) textAPI(a *api.API) {
	const tag = "invitations"
	api.Register(a, api.Op{Method: api.Get, Path: "/invitations/{id}/text", Summary: "Read the text message to send by hand", Tag: tag}, func(ctx context.Context, in *textPath) (*api.Body[TextObject], error) {
		base := s.d.BaseURL()
		if base == "" {
			base = "http://" + in.Host
		}
		one, err := s.Text(ctx, in.ID, base)
		if err != nil {
			return nil, err
		}
		return &api.Body[TextObject]{Body: TextObject{in.ID, one.Invitation.CustomerID, one.Shown, one.Text, one.Length, one.Parts}}, nil
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/invitations/{id}/sent", Summary: "Say that the text message was sent by hand", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[InvitationObject], error) {
		i, err := s.SentByHand(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &api.Body[InvitationObject]{Body: invitationObject(i)}, nil
	})
}
