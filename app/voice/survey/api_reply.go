package survey

import (
	"context"
	"time"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// What people wrote back that is no answer, for programs that watch for it.

// Written is one of those letters in a list.
type Written struct {
	field.Row
	Letter
	CustomerName db.Null `db:"customer_name"`
	SurveyID     int64   `db:"survey_id"`
}

var written = field.List{
	Columns: `y.id, y.invitation_id, y.customer_id, c.name AS customer_name, i.survey_id, y.words, y.late, y.received_at, y.read_at, y.user_id`,
	From:    `survey_reply y JOIN customer c ON c.id = y.customer_id JOIN survey_invitation i ON i.id = y.invitation_id`,
	ID:      "y.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "read", Label: "survey.letter_read", Kind: field.Bool, Column: "(y.read_at IS NOT NULL)"},
		{Name: "late", Label: "survey.letter_late", Kind: field.Bool, Column: "y.late"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "y.customer_id"},
		{Name: "invitation_id", Label: "survey.invitation", Kind: field.Ref, Column: "y.invitation_id"},
		{Name: "survey_id", Label: "survey.survey", Kind: field.Ref, Column: "i.survey_id"},
		{Name: "received_at", Label: "common.created", Kind: field.Time, Column: "y.received_at"},
	},
}

// Written lists what was written back, newest first.
func (s *Service) Written(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Written], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return page.Page[Written]{}, err
	}
	where, err := written.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Written]{}, err
	}
	return field.Fetch[Written](ctx, s.db.Reader(ctx), written, req, append(where, scoped(ctx)))
}

// LetterObject is one of them as the API shows it.
type LetterObject struct {
	ID           int64      `json:"id"`
	InvitationID int64      `json:"invitation_id"`
	CustomerID   int64      `json:"customer_id"`
	Words        string     `json:"words"`
	Late         bool       `json:"late" doc:"It came after the invitation had run out"`
	ReceivedAt   *time.Time `json:"received_at"`
	ReadAt       *time.Time `json:"read_at" doc:"When a colleague put it away; null while nobody has"`
	ReadBy       *int64     `json:"read_by"`
}

func letterObject(l Letter) LetterObject {
	return LetterObject{l.ID, l.InvitationID, l.CustomerID, l.Words, l.Late, api.Time(l.ReceivedAt), api.Time(l.ReadAt), api.ID(l.UserID)}
}

func (s *Service) apiReplies(a *api.API) {
	const tag, path = "invitations", "/survey-replies"
	one := func(l Letter, err error) (*api.Body[LetterObject], error) {
		if err != nil {
			return nil, err
		}
		return &api.Body[LetterObject]{Body: letterObject(l)}, nil
	}
	api.Register(a, api.Op{Method: api.Get, Path: path, Summary: "List what people wrote back to invitations that is no answer", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[LetterObject]], error) {
		p, err := s.Written(ctx, in.Request(), in.Conditions())
		return api.Map(p, func(w Written) LetterObject { return letterObject(w.Letter) }), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: path + "/{id}", Summary: "Read what somebody wrote back", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[LetterObject], error) {
		return one(s.Letter(ctx, in.ID))
	})
	api.Register(a, api.Op{Method: api.Post, Path: path + "/{id}/read", Summary: "Note that a colleague has read it", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[LetterObject], error) {
		if _, err := s.PutAway(ctx, in.ID); err != nil {
			return nil, err
		}
		return one(s.Letter(ctx, in.ID))
	})
}
