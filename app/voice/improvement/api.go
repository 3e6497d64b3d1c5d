package improvement

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/api"
)

// Object is an improvement as the API shows it.
type Object struct {
	ID        int64          `json:"id"`
	Title     string         `json:"title"`
	TopicID   *int64         `json:"topic_id,omitempty" doc:"What customers talk about; without one the cause is the theme"`
	Cause     string         `json:"cause,omitempty" doc:"The code of a cause, see feedback-causes"`
	Change    string         `json:"change,omitempty"`
	Expected  string         `json:"expected,omitempty"`
	OwnerID   *int64         `json:"owner_id,omitempty"`
	State     State          `json:"state" doc:"idea, doing, live, judged or dropped"`
	LiveOn    cal.Date       `json:"live_on,omitempty"`
	WaitDays  int            `json:"wait_days" doc:"Days from live_on until the figures judge"`
	JudgeOn   cal.Date       `json:"judge_on,omitempty" doc:"When it is judged next"`
	Verdict   string         `json:"verdict,omitempty" doc:"proven, not_proven or too_few"`
	SubjectEN string         `json:"subject_en,omitempty"`
	SubjectZH string         `json:"subject_zh,omitempty"`
	LetterEN  string         `json:"letter_en,omitempty"`
	LetterZH  string         `json:"letter_zh,omitempty"`
	Cases     int            `json:"cases" doc:"Linked cases"`
	Letters   int            `json:"letters" doc:"Letters that were queued"`
	Verdicts  []VerdictShown `json:"verdicts,omitempty" doc:"Newest first; of a single improvement only"`
	Version   int64          `json:"version"`
	CreatedAt *time.Time     `json:"created_at"`
	UpdatedAt *time.Time     `json:"updated_at"`
}

// VerdictShown is one verdict as the API shows it.
type VerdictShown struct {
	JudgedOn cal.Date `json:"judged_on"`
	Verdict  string   `json:"verdict"`
	Figures  Figures  `json:"figures"`
}

// RecipientObject is somebody who complained.
type RecipientObject struct {
	CustomerID int64      `json:"customer_id"`
	ContactID  *int64     `json:"contact_id,omitempty"`
	CaseID     *int64     `json:"case_id,omitempty"`
	Language   string     `json:"language"`
	Spared     bool       `json:"spared" doc:"Gets no letter, for the reason"`
	Reason     string     `json:"reason,omitempty" doc:"Why spared, or what the letter waits for"`
	Until      *time.Time `json:"until,omitempty"`
	State      string     `json:"state,omitempty" doc:"Of the letter that was queued, as in the outbox"`
}

func object(i Improvement) Object {
	return Object{ID: i.ID, Title: i.Title, TopicID: api.ID(i.TopicID), Cause: i.Cause, Change: i.Change, Expected: i.Expected, OwnerID: api.ID(i.OwnerID),
		State: i.State, LiveOn: i.LiveOn, WaitDays: i.WaitDays, JudgeOn: i.JudgeOn, Verdict: i.Verdict, SubjectEN: i.SubjectEN, SubjectZH: i.SubjectZH,
		LetterEN: i.LetterEN, LetterZH: i.LetterZH, Cases: i.Cases, Letters: i.Letters, Version: i.Version, CreatedAt: api.Time(i.CreatedAt),
		UpdatedAt: api.Time(i.UpdatedAt)}
}

type createInput struct {
	Body struct {
		Title    string   `json:"title" maxLength:"200"`
		TopicID  int64    `json:"topic_id,omitempty" minimum:"1"`
		Cause    string   `json:"cause,omitempty" maxLength:"200"`
		Change   string   `json:"change,omitempty" maxLength:"4000"`
		Expected string   `json:"expected,omitempty" maxLength:"4000"`
		OwnerID  int64    `json:"owner_id,omitempty" minimum:"1"`
		LiveOn   cal.Date `json:"live_on,omitempty"`
		WaitDays int      `json:"wait_days,omitempty" minimum:"7" maximum:"180"`
		CaseID   int64    `json:"case_id,omitempty" minimum:"1" doc:"A case it comes from"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version  *int64            `json:"version,omitempty"`
		Title    api.Opt[string]   `json:"title,omitempty"`
		TopicID  api.Opt[int64]    `json:"topic_id,omitempty"`
		Cause    api.Opt[string]   `json:"cause,omitempty"`
		Change   api.Opt[string]   `json:"change,omitempty"`
		Expected api.Opt[string]   `json:"expected,omitempty"`
		OwnerID  api.Opt[int64]    `json:"owner_id,omitempty"`
		LiveOn   api.Opt[cal.Date] `json:"live_on,omitempty"`
		WaitDays api.Opt[int]      `json:"wait_days,omitempty"`
	}
}

type moveInput struct {
	api.Path
	State string `path:"state" enum:"idea,doing,live,dropped"`
	Body  *struct {
		Version int64 `json:"version,omitempty"`
	}
}

type linkInput struct {
	api.Path
	CaseID int64 `path:"case_id" minimum:"1"`
}

type sendInput struct {
	api.Path
	Body struct {
		Version   int64  `json:"version,omitempty"`
		SubjectEN string `json:"subject_en,omitempty" maxLength:"300"`
		SubjectZH string `json:"subject_zh,omitempty" maxLength:"300"`
		LetterEN  string `json:"letter_en,omitempty" maxLength:"8000"`
		LetterZH  string `json:"letter_zh,omitempty" maxLength:"8000"`
	}
}

// Queued says how many letters were put into the outbox.
type Queued struct {
	Queued int `json:"queued"`
}

func (s *Service) api(a *api.API) {
	const tag, one = "improvements", "/improvements/{id}"
	api.Register(a, api.Op{Method: api.Get, Path: home, Summary: "List the improvements", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, func(r Row) Object { return object(r.Improvement) }), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: one, Summary: "Read an improvement with its verdicts", Tag: tag}, s.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: home, Summary: "Make an improvement", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: one, Summary: "Change an improvement", Tag: tag}, s.apiPatch)
	api.Remove(a, one, tag, "Delete an improvement of which nobody was told", s.Delete)
	api.Register(a, api.Op{Method: api.Put, Path: one + "/cases/{case_id}", Summary: "Link a case to an improvement", Tag: tag, Status: http.StatusNoContent}, func(ctx context.Context, in *linkInput) (*api.Empty, error) {
		return nil, s.Link(ctx, in.ID, in.CaseID)
	})
	api.Register(a, api.Op{Method: api.Delete, Path: one + "/cases/{case_id}", Summary: "Take a case away from an improvement", Tag: tag, Status: http.StatusNoContent}, func(ctx context.Context, in *linkInput) (*api.Empty, error) {
		return nil, s.Unlink(ctx, in.ID, in.CaseID)
	})
	api.Register(a, api.Op{Method: api.Get, Path: one + "/letters", Summary: "Who complained, with consent and why spared", Tag: tag}, s.apiLetters)
	api.Register(a, api.Op{Method: api.Post, Path: one + "/letters", Summary: "Write to all who complained, each once", Tag: tag}, func(ctx context.Context, in *sendInput) (*api.Body[Queued], error) {
		b := in.Body
		n, err := s.Send(ctx, in.ID, Letter{b.SubjectEN, b.SubjectZH, b.LetterEN, b.LetterZH, b.Version})
		return &api.Body[Queued]{Body: Queued{n}}, api.WithCurrent(err, func(i Improvement) any { return object(i) })
	})
	api.Register(a, api.Op{Method: api.Post, Path: one + "/{state}", Summary: "Bring an improvement into another state", Tag: tag}, s.apiMove)
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	i, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	o := object(i)
	list, err := s.Verdicts(ctx, in.ID)
	for _, v := range list {
		o.Verdicts = append(o.Verdicts, VerdictShown{v.JudgedOn, v.Verdict, v.Figures})
	}
	return &api.Body[Object]{Body: o}, err
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Created[Object], error) {
	b := in.Body
	i, err := s.Create(ctx, Input{Title: b.Title, TopicID: b.TopicID, Cause: b.Cause, Change: b.Change, Expected: b.Expected, OwnerID: b.OwnerID,
		LiveOn: string(b.LiveOn), WaitDays: b.WaitDays}, b.CaseID)
	return &api.Created[Object]{Location: fmt.Sprintf("%s%s", api.Prefix, path(i.ID)), Body: object(i)}, err
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	i, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change, b := i.Input(), in.Body
	day := i.LiveOn
	change.Version = version
	b.Title.Into(&change.Title)
	b.TopicID.Into(&change.TopicID)
	b.Cause.Into(&change.Cause)
	b.Change.Into(&change.Change)
	b.Expected.Into(&change.Expected)
	b.OwnerID.Into(&change.OwnerID)
	b.LiveOn.Into(&day)
	b.WaitDays.Into(&change.WaitDays)
	change.LiveOn = string(day)
	if i, err = s.Update(ctx, in.ID, change); err != nil {
		return nil, api.WithCurrent(err, func(i Improvement) any { return object(i) })
	}
	return &api.Body[Object]{Body: object(i)}, nil
}

func (s *Service) apiMove(ctx context.Context, in *moveInput) (*api.Body[Object], error) {
	version := int64(0)
	if in.Body != nil {
		version = in.Body.Version
	}
	i, err := s.Move(ctx, in.ID, version, State(in.State))
	if err != nil {
		return nil, api.WithCurrent(err, func(i Improvement) any { return object(i) })
	}
	return &api.Body[Object]{Body: object(i)}, nil
}

func (s *Service) apiLetters(ctx context.Context, in *api.Path) (*api.Body[api.Items[RecipientObject]], error) {
	list, err := s.Recipients(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &api.Body[api.Items[RecipientObject]]{Body: api.Items[RecipientObject]{Items: []RecipientObject{}}}
	for _, r := range list {
		out.Body.Items = append(out.Body.Items, RecipientObject{r.CustomerID, api.ID(r.ContactID), api.ID(r.CaseID), r.Language, r.Spared, r.Reason,
			api.Time(r.Until), r.State})
	}
	return out, nil
}
