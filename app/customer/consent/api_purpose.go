package consent

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// PurposeObject is a purpose as the API shows it.
type PurposeObject struct {
	ID          int64     `json:"id"`
	Key         string    `json:"key"`
	BuiltIn     bool      `json:"built_in"`
	NameEN      string    `json:"name_en" doc:"empty = the product's word"`
	NameZH      string    `json:"name_zh"`
	AboutEN     string    `json:"about_en"`
	AboutZH     string    `json:"about_zh"`
	NeedsWord   bool      `json:"needs_word" doc:"only for customers who agreed; else until they object"`
	DoubleOptIn bool      `json:"double_opt_in" doc:"a yes to mail counts once the customer confirms it"`
	Active      bool      `json:"active"`
	Position    int       `json:"position"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Version     int64     `json:"version"`
}

func purposeObject(p Purpose) PurposeObject {
	return PurposeObject{p.ID, p.Key, p.BuiltIn, p.NameEN, p.NameZH, p.AboutEN, p.AboutZH, p.NeedsWord, p.DoubleOptIn, p.Active, p.Position,
		p.CreatedAt.UTC(), p.UpdatedAt.UTC(), p.Version}
}

// WordingObject is a version of a purpose's words.
type WordingObject struct {
	ID        int64     `json:"id"`
	PurposeID int64     `json:"purpose_id"`
	Number    int       `json:"number"`
	TextEN    string    `json:"text_en"`
	TextZH    string    `json:"text_zh"`
	Missing   []string  `json:"missing" doc:"languages in which it says nothing"`
	Given     int       `json:"given" doc:"rows of the ledger that rest on it"`
	UserID    *int64    `json:"user_id,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

func wordingObject(w Wording) WordingObject {
	return WordingObject{w.ID, w.PurposeID, w.Number, w.TextEN, w.TextZH, append([]string{}, w.Missing()...), w.Given, api.ID(w.UserID), w.CreatedAt.UTC()}
}

type purposeIn struct {
	Body struct {
		NameEN      string `json:"name_en,omitempty"`
		NameZH      string `json:"name_zh,omitempty"`
		AboutEN     string `json:"about_en,omitempty"`
		AboutZH     string `json:"about_zh,omitempty"`
		NeedsWord   *bool  `json:"needs_word,omitempty" doc:"absent = true"`
		DoubleOptIn bool   `json:"double_opt_in,omitempty"`
		Active      *bool  `json:"active,omitempty" doc:"absent = true"`
		Position    int    `json:"position,omitempty"`
		TextEN      string `json:"text_en,omitempty" doc:"its first wording"`
		TextZH      string `json:"text_zh,omitempty"`
	}
}

type purposePatch struct {
	api.Path
	api.Versioned
	Body struct {
		Version     *int64          `json:"version,omitempty"`
		NameEN      api.Opt[string] `json:"name_en,omitempty"`
		NameZH      api.Opt[string] `json:"name_zh,omitempty"`
		AboutEN     api.Opt[string] `json:"about_en,omitempty"`
		AboutZH     api.Opt[string] `json:"about_zh,omitempty"`
		NeedsWord   api.Opt[bool]   `json:"needs_word,omitempty"`
		DoubleOptIn api.Opt[bool]   `json:"double_opt_in,omitempty"`
		Active      api.Opt[bool]   `json:"active,omitempty"`
		Position    api.Opt[int]    `json:"position,omitempty"`
	}
}

type wordingIn struct {
	api.Path
	Body struct {
		TextEN string `json:"text_en,omitempty"`
		TextZH string `json:"text_zh,omitempty"`
	}
}

// ChannelsObject are the ways in which the shop reaches people.
type ChannelsObject struct {
	Channels []string `json:"channels"`
}

func (s *Service) apiPurposes(a *api.API) {
	const tag = "consents"
	api.Register(a, api.Op{Method: api.Get, Path: "/consent-purposes", Summary: "List what customers can agree to", Tag: tag},
		func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[PurposeObject]], error) {
			all, err := s.Purposes(ctx)
			out := &api.Body[api.Items[PurposeObject]]{Body: api.Items[PurposeObject]{Items: []PurposeObject{}}}
			for _, p := range all {
				out.Body.Items = append(out.Body.Items, purposeObject(p))
			}
			return out, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/consent-purposes", Summary: "Add a purpose of the shop's own", Tag: tag, Status: http.StatusCreated}, s.apiAddPurpose)
	api.Register(a, api.Op{Method: api.Get, Path: "/consent-purposes/{id}", Summary: "Read a purpose", Tag: tag},
		func(ctx context.Context, in *api.Path) (*api.Body[PurposeObject], error) {
			p, err := s.Purpose(ctx, in.ID)
			return &api.Body[PurposeObject]{Body: purposeObject(p)}, err
		})
	api.Register(a, api.Op{Method: api.Patch, Path: "/consent-purposes/{id}", Summary: "Change a purpose, or let it rest", Tag: tag}, s.apiPatchPurpose)
	api.Remove(a, "/consent-purposes/{id}", tag, "Take a purpose of the shop's own away, undoable through history", s.DropPurpose)
	api.Register(a, api.Op{Method: api.Get, Path: "/consent-purposes/{id}/wordings", Summary: "List the versions of its wording, newest first", Tag: tag},
		func(ctx context.Context, in *api.Path) (*api.Body[api.Items[WordingObject]], error) {
			all, err := s.Wordings(ctx, in.ID)
			out := &api.Body[api.Items[WordingObject]]{Body: api.Items[WordingObject]{Items: []WordingObject{}}}
			for _, w := range all {
				out.Body.Items = append(out.Body.Items, wordingObject(w))
			}
			return out, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/consent-purposes/{id}/wordings", Summary: "Give it other words, as the next version", Tag: tag, Status: http.StatusCreated},
		func(ctx context.Context, in *wordingIn) (*api.Body[WordingObject], error) {
			w, err := s.Word(ctx, in.ID, in.Body.TextEN, in.Body.TextZH)
			return &api.Body[WordingObject]{Body: wordingObject(w)}, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/settings/consent", Summary: "Read in which ways the shop reaches people", Tag: "settings"},
		func(ctx context.Context, _ *api.Empty) (*api.Body[ChannelsObject], error) {
			used, err := s.UsedChannels(ctx)
			return &api.Body[ChannelsObject]{Body: ChannelsObject{used}}, err
		})
	api.Register(a, api.Op{Method: api.Put, Path: "/settings/consent", Summary: "Say in which ways the shop reaches people", Tag: "settings"},
		func(ctx context.Context, in *struct{ Body ChannelsObject }) (*api.Body[ChannelsObject], error) {
			if err := s.UseChannels(ctx, in.Body.Channels); err != nil {
				return nil, err
			}
			used, err := s.UsedChannels(ctx)
			return &api.Body[ChannelsObject]{Body: ChannelsObject{used}}, err
		})
}

func (s *Service) apiAddPurpose(ctx context.Context, in *purposeIn) (*api.Created[PurposeObject], error) {
	b := in.Body
	d := PurposeInput{NameEN: b.NameEN, NameZH: b.NameZH, AboutEN: b.AboutEN, AboutZH: b.AboutZH, NeedsWord: b.NeedsWord == nil || *b.NeedsWord,
		DoubleOptIn: b.DoubleOptIn, Active: b.Active == nil || *b.Active, Position: b.Position}
	p, err := s.AddPurpose(ctx, d, b.TextEN, b.TextZH)
	if err != nil {
		return nil, err
	}
	return &api.Created[PurposeObject]{Location: fmt.Sprintf("%s/consent-purposes/%d", api.Prefix, p.ID), Body: purposeObject(p)}, nil
}

func (s *Service) apiPatchPurpose(ctx context.Context, in *purposePatch) (*api.Body[PurposeObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	now, err := s.Purpose(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	d, b := InputOf(now), in.Body
	b.NameEN.Into(&d.NameEN)
	b.NameZH.Into(&d.NameZH)
	b.AboutEN.Into(&d.AboutEN)
	b.AboutZH.Into(&d.AboutZH)
	b.NeedsWord.Into(&d.NeedsWord)
	b.DoubleOptIn.Into(&d.DoubleOptIn)
	b.Active.Into(&d.Active)
	b.Position.Into(&d.Position)
	p, err := s.ChangePurpose(ctx, in.ID, version, d)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Purpose) any { return purposeObject(p) })
	}
	return &api.Body[PurposeObject]{Body: purposeObject(p)}, nil
}
