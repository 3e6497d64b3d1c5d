package feedback

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// ReadyObject is a ready text for replies.
type ReadyObject struct {
	ID        int64      `json:"id"`
	NameEN    string     `json:"name_en"`
	NameZH    string     `json:"name_zh"`
	SubjectEN string     `json:"subject_en"`
	SubjectZH string     `json:"subject_zh"`
	TextEN    string     `json:"text_en" doc:"{name}, {product}, {date}, {shop} and {owner} are filled in"`
	TextZH    string     `json:"text_zh"`
	Active    bool       `json:"active"`
	Version   int64      `json:"version"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func readyObject(r Ready) ReadyObject {
	return ReadyObject{r.ID, r.NameEN, r.NameZH, r.SubjectEN, r.SubjectZH, r.TextEN, r.TextZH, r.Active, r.Version, api.Time(r.CreatedAt), api.Time(r.UpdatedAt)}
}

type readyCreate struct {
	Body struct {
		NameEN    string `json:"name_en,omitempty" maxLength:"100"`
		NameZH    string `json:"name_zh,omitempty" maxLength:"100"`
		SubjectEN string `json:"subject_en,omitempty" maxLength:"150"`
		SubjectZH string `json:"subject_zh,omitempty" maxLength:"150"`
		TextEN    string `json:"text_en,omitempty" maxLength:"10000"`
		TextZH    string `json:"text_zh,omitempty" maxLength:"10000"`
		Active    *bool  `json:"active,omitempty"`
	}
}

type readyPatch struct {
	api.Path
	api.Versioned
	Body struct {
		Version   *int64          `json:"version,omitempty"`
		NameEN    api.Opt[string] `json:"name_en,omitempty"`
		NameZH    api.Opt[string] `json:"name_zh,omitempty"`
		SubjectEN api.Opt[string] `json:"subject_en,omitempty"`
		SubjectZH api.Opt[string] `json:"subject_zh,omitempty"`
		TextEN    api.Opt[string] `json:"text_en,omitempty"`
		TextZH    api.Opt[string] `json:"text_zh,omitempty"`
		Active    api.Opt[bool]   `json:"active,omitempty"`
	}
}

type contactInput struct {
	api.Path
	Body struct {
		Channel string `json:"channel" enum:"call,visit,wechat,email,sms,other"`
		Content string `json:"content" maxLength:"10000"`
	}
}

type replyInput struct {
	api.Path
	Body struct {
		Version int64  `json:"version,omitempty"`
		Channel string `json:"channel" enum:"call,visit,wechat,email,sms,other" doc:"email is sent; anything else was said elsewhere and is noted down"`
		Subject string `json:"subject,omitempty" maxLength:"150"`
		Text    string `json:"text" maxLength:"10000"`
	}
}

type draftInput struct {
	api.Path
	Reply    int64  `query:"reply" minimum:"1" required:"true" doc:"The ready text"`
	Language string `query:"language" enum:"en,zh-CN" doc:"Instead of the customer's"`
}

// DraftObject is a ready text, filled in for a case.
type DraftObject struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

type compensationInput struct {
	api.Path
	Body struct {
		Version int64  `json:"version,omitempty"`
		Amount  int64  `json:"amount" minimum:"0" doc:"Minor units of the shop's currency; 0 takes it back"`
		For     string `json:"for,omitempty" maxLength:"1000" doc:"What it was"`
	}
}

// ScriptObject is what to say on the telephone about a kind, in a language.
type ScriptObject struct {
	Kind     string `json:"kind" enum:"nps,csat,ces,complaint"`
	Language string `json:"language" enum:"en,zh-CN"`
	Text     string `json:"text" maxLength:"10000" doc:"One step a line; empty for the usual one"`
}

type scriptPatch struct {
	Body struct {
		Items []ScriptObject `json:"items" maxItems:"20"`
	}
}

func (s *Service) apiReplies(a *api.API) {
	const tag = "feedback-cases"
	done := func(c Case, err error) (*api.Body[Object], error) {
		if err != nil {
			return nil, api.WithCurrent(err, func(c Case) any { return object(c) })
		}
		return &api.Body[Object]{Body: object(c)}, nil
	}
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-cases/{id}/contact", Summary: "Log that somebody spoke with the customer", Tag: tag},
		func(ctx context.Context, in *contactInput) (*api.Body[Object], error) {
			return done(s.LogContact(ctx, in.ID, in.Body.Channel, in.Body.Content))
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-cases/{id}/draft", Summary: "Fill a ready text in for a case", Tag: tag},
		func(ctx context.Context, in *draftInput) (*api.Body[DraftObject], error) {
			r, err := s.Draft(ctx, in.ID, in.Reply, in.Language)
			return &api.Body[DraftObject]{Body: DraftObject{r.Subject, r.Text}}, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-cases/{id}/replies", Summary: "Reply to the customer; an email leaves through the consent gate", Tag: tag},
		func(ctx context.Context, in *replyInput) (*api.Body[Object], error) {
			c, _, err := s.Write(ctx, in.ID, Reply{in.Body.Channel, in.Body.Subject, in.Body.Text, in.Body.Version})
			return done(c, err)
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-cases/{id}/compensation", Summary: "Write down what the customer got, up to one's limit", Tag: tag},
		func(ctx context.Context, in *compensationInput) (*api.Body[Object], error) {
			return done(s.Compensate(ctx, in.ID, Compensation{in.Body.Amount, in.Body.For, in.Body.Version}))
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/settings/feedback-script", Summary: "Read what the shop wrote itself to be said on the telephone", Tag: "settings"},
		func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[ScriptObject]], error) {
			list, err := s.Scripts(ctx)
			return listed(list, func(one Script) ScriptObject { return ScriptObject(one) }), err
		})
	api.Register(a, api.Op{Method: api.Patch, Path: "/settings/feedback-script", Summary: "Write what is said on the telephone", Tag: "settings", Status: http.StatusNoContent},
		func(ctx context.Context, in *scriptPatch) (*api.Empty, error) {
			var list []Script
			for _, one := range in.Body.Items {
				list = append(list, Script(one))
			}
			return &api.Empty{}, s.SetScripts(ctx, list)
		})
	s.apiReady(a)
}

func (s *Service) apiReady(a *api.API) {
	const tag = "feedback-replies"
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-replies", Summary: "List the ready texts for replies", Tag: tag},
		func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[ReadyObject]], error) {
			list, err := s.Replies(ctx)
			return listed(list, readyObject), err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/feedback-replies/{id}", Summary: "Read a ready text", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[ReadyObject], error) {
		r, err := s.Ready(ctx, in.ID)
		return &api.Body[ReadyObject]{Body: readyObject(r)}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/feedback-replies", Summary: "Make a ready text", Tag: tag, Status: http.StatusCreated},
		func(ctx context.Context, in *readyCreate) (*api.Created[ReadyObject], error) {
			b := in.Body
			r, err := s.SaveReady(ctx, 0, Ready{NameEN: b.NameEN, NameZH: b.NameZH, SubjectEN: b.SubjectEN, SubjectZH: b.SubjectZH, TextEN: b.TextEN, TextZH: b.TextZH, Active: b.Active == nil || *b.Active})
			return &api.Created[ReadyObject]{Location: fmt.Sprintf("%s/feedback-replies/%d", api.Prefix, r.ID), Body: readyObject(r)}, err
		})
	api.Register(a, api.Op{Method: api.Patch, Path: "/feedback-replies/{id}", Summary: "Change a ready text", Tag: tag}, s.apiSetReady)
	api.Remove(a, "/feedback-replies/{id}", tag, "Delete a ready text; what was sent stays", s.DropReady)
}

func (s *Service) apiSetReady(ctx context.Context, in *readyPatch) (*api.Body[ReadyObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	r, err := s.Ready(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	r.Version = version
	b := in.Body
	b.NameEN.Into(&r.NameEN)
	b.NameZH.Into(&r.NameZH)
	b.SubjectEN.Into(&r.SubjectEN)
	b.SubjectZH.Into(&r.SubjectZH)
	b.TextEN.Into(&r.TextEN)
	b.TextZH.Into(&r.TextZH)
	b.Active.Into(&r.Active)
	if r, err = s.SaveReady(ctx, in.ID, r); err != nil {
		return nil, api.WithCurrent(err, func(r Ready) any { return readyObject(r) })
	}
	return &api.Body[ReadyObject]{Body: readyObject(r)}, nil
}
