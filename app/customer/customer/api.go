package customer

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Object is a customer as the API shows it.
type Object struct {
	ID          int64          `json:"id"`
	Version     int64          `json:"version"`
	CreatedAt   time.Time      `json:"created_at"`
	UpdatedAt   time.Time      `json:"updated_at"`
	Kind        string         `json:"kind"`
	Name        string         `json:"name"`
	Phones      []PhoneObject  `json:"phones"`
	Emails      []string       `json:"emails"`
	Address     string         `json:"address,omitempty"`
	Region      string         `json:"region,omitempty"`
	Source      string         `json:"source,omitempty"`
	Level       string         `json:"level,omitempty"`
	Stage       string         `json:"stage,omitempty" doc:"of their life with the shop; set through /customers/{id}/stage"`
	OwnerID     *int64         `json:"owner_id,omitempty"`
	Tags        []string       `json:"tags"`
	Birthday    string         `json:"birthday,omitempty"`
	BirthdayLun bool           `json:"birthday_lunar,omitempty"`
	WeChat      string         `json:"wechat,omitempty"`
	Language    string         `json:"language,omitempty"`
	Timezone    string         `json:"timezone,omitempty"`
	Notes       string         `json:"notes,omitempty"`
	RhythmDays  int            `json:"rhythm_days,omitempty"`
	ExternalID  string         `json:"external_id,omitempty"`
	ExternalSrc string         `json:"external_source,omitempty"`
	NoProfiling bool           `json:"no_profiling" doc:"neither scored nor graded"`
	Fields      map[string]any `json:"fields"`
	Duplicates  []Duplicate    `json:"possible_duplicates,omitempty"`

	Consents map[string]string `json:"consents,omitempty" doc:"with include=consents: the last word by purpose.channel, allowed or objected"`
}

// PhoneObject is a number as it was written and as it is understood.
type PhoneObject struct {
	Raw   string `json:"raw"`
	E164  string `json:"e164,omitempty"`
	Ext   string `json:"ext,omitempty"`
	Label string `json:"label,omitempty"`
}

// Duplicate is a customer that may be the same one.
type Duplicate struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Reasons []string `json:"reasons"`

	OwnerName     string     `json:"owner_name,omitempty"`
	LastContactAt *time.Time `json:"last_contact_at,omitempty"`
	MayOpen       bool       `json:"may_open"`
	InPool        bool       `json:"in_pool,omitempty" doc:"Nobody's: claim them"`
}

// Body is what POST and PUT take.
type Body struct {
	Kind        string         `json:"kind,omitempty" enum:"company,person"`
	Name        string         `json:"name" maxLength:"200"`
	Phones      []api.PhoneIn  `json:"phones,omitempty" maxItems:"20"`
	Emails      []string       `json:"emails,omitempty" maxItems:"20"`
	Address     string         `json:"address,omitempty"`
	Region      string         `json:"region,omitempty"`
	Source      string         `json:"source,omitempty"`
	Level       string         `json:"level,omitempty"`
	OwnerID     int64          `json:"owner_id,omitempty"`
	Tags        []string       `json:"tags,omitempty" maxItems:"200"`
	Birthday    string         `json:"birthday,omitempty"`
	BirthdayLun bool           `json:"birthday_lunar,omitempty"`
	WeChat      string         `json:"wechat,omitempty"`
	Language    string         `json:"language,omitempty"`
	Timezone    string         `json:"timezone,omitempty"`
	Notes       string         `json:"notes,omitempty"`
	RhythmDays  int            `json:"rhythm_days,omitempty"`
	ExternalID  string         `json:"external_id,omitempty"`
	ExternalSrc string         `json:"external_source,omitempty"`
	NoProfiling *bool          `json:"no_profiling,omitempty" doc:"neither scored nor graded; absent leaves it"`
	TaxID       string         `json:"tax_id,omitempty" maxLength:"60" doc:"of a new one: looked for among the others, and kept as an invoice title of this name"`
	Fields      map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears.
type PatchBody struct {
	Version     *int64                  `json:"version,omitempty"`
	Kind        api.Opt[string]         `json:"kind,omitempty"`
	Name        api.Opt[string]         `json:"name,omitempty"`
	Phones      api.Opt[[]api.PhoneIn]  `json:"phones,omitempty"`
	Emails      api.Opt[[]string]       `json:"emails,omitempty"`
	Address     api.Opt[string]         `json:"address,omitempty"`
	Region      api.Opt[string]         `json:"region,omitempty"`
	Source      api.Opt[string]         `json:"source,omitempty"`
	Level       api.Opt[string]         `json:"level,omitempty"`
	OwnerID     api.Opt[int64]          `json:"owner_id,omitempty"`
	Tags        api.Opt[[]string]       `json:"tags,omitempty"`
	Birthday    api.Opt[string]         `json:"birthday,omitempty"`
	BirthdayLun api.Opt[bool]           `json:"birthday_lunar,omitempty"`
	WeChat      api.Opt[string]         `json:"wechat,omitempty"`
	Language    api.Opt[string]         `json:"language,omitempty"`
	Timezone    api.Opt[string]         `json:"timezone,omitempty"`
	Notes       api.Opt[string]         `json:"notes,omitempty"`
	RhythmDays  api.Opt[int]            `json:"rhythm_days,omitempty"`
	ExternalID  api.Opt[string]         `json:"external_id,omitempty"`
	ExternalSrc api.Opt[string]         `json:"external_source,omitempty"`
	NoProfiling api.Opt[bool]           `json:"no_profiling,omitempty"`
	Fields      api.Opt[map[string]any] `json:"fields,omitempty"`
}

type postIn struct {
	OnDuplicate string `query:"on_duplicate" enum:"create,refuse" doc:"refuse answers 409 when one exists already"`
	Body        Body
}

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type externalIn struct {
	api.External
	Body Body
}

type upserted struct {
	Status   int
	Location string `header:"Location"`
	Body     Object
}

const tagName = "customers"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/customers", Tag: tagName, Summary: "List customers"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers", Tag: tagName, Summary: "Create a customer", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: "/customers", Tag: tagName, Summary: "Change many customers as one entry of the history, or preview it"}, s.apiBulk)
	api.Counted(a, "/customers", tagName, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}", Tag: tagName, Summary: "Read a customer"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/customers/{id}", Tag: tagName, Summary: "Change a customer"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Put, Path: "/customers/by-external/{source}/{external_id}", Tag: tagName, Summary: "Create or change by another system's id"}, s.apiUpsert)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/reveal", Tag: tagName, Summary: "See a customer's numbers and addresses in full where your role sees them masked; it is recorded", Status: http.StatusOK}, s.apiReveal)
	api.Remove(a, "/customers/{id}", tagName, "Delete a customer, undoable through history", func(ctx context.Context, id int64) error {
		_, err := s.Delete(ctx, id)
		return err
	})
}

type listIn struct {
	api.List
	Include string `query:"include" enum:"consents" doc:"Also what each of them agreed and objected to"`
}

type getIn struct {
	api.Path
	Include string `query:"include" enum:"consents" doc:"Also what they agreed and objected to"`
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	out := api.Map(p, rowObject)
	return out, s.addConsents(ctx, in.Include, out.Body.Items)
}

func (s *Service) apiGet(ctx context.Context, in *getIn) (*api.Body[Object], error) {
	c, err := s.Get(ctx, in.ID)
	if err != nil {
		to, err := s.mergedInto(ctx, in.ID, err)
		if err != nil {
			return nil, err
		}
		return nil, api.Moved(path(to), to)
	}
	out := []Object{object(c)}
	err = s.addConsents(ctx, in.Include, out)
	return &api.Body[Object]{Body: out[0]}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	input := in.Body.input()
	input.must()
	alike, err := s.Alike(ctx, input, 0)
	if err != nil {
		return nil, err
	}
	if in.OnDuplicate == "refuse" && len(alike) > 0 {
		e := errs.New(errs.Conflict, "customer.error.duplicate")
		e.Current = duplicates(alike)
		return nil, e
	}
	c, err := s.Create(ctx, input)
	if err != nil {
		return nil, err
	}
	o := object(c)
	o.Duplicates = duplicates(alike)
	return &api.Created[Object]{Location: api.Prefix + path(c.ID), Body: o}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	now, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input := now.Input()
	in.Body.apply(&input)
	c, err := s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(c Customer) any { return object(c) })
	}
	return &api.Body[Object]{Body: object(c)}, nil
}

// apiUpsert creates or changes in one transaction, so that two callers with
// the same id never make two customers.
func (s *Service) apiUpsert(ctx context.Context, in *externalIn) (*upserted, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return nil, err
	}
	input := in.Body.input()
	input.ExternalSource, input.ExternalID = in.Source, in.ExternalID
	return db.WriteOne(ctx, s.db, "customer.upsert", func(ctx context.Context, tx *db.Tx) (*upserted, error) {
		id, err := byExternal(ctx, tx, in.Source, in.ExternalID)
		if err != nil {
			return nil, err
		}
		out := &upserted{Status: http.StatusOK}
		var c Customer
		if id == 0 {
			out.Status = http.StatusCreated
			input.must()
			c, err = s.Create(ctx, input)
		} else {
			var now Customer
			if now, err = s.Get(ctx, id); err == nil {
				c, err = s.Update(ctx, id, now.Version, input)
			}
		}
		if err != nil {
			return nil, err
		}
		out.Location, out.Body = api.Prefix+path(c.ID), object(c)
		return out, nil
	})
}

func (b Body) input() Input {
	in := Input{Kind: b.Kind, Name: b.Name, OwnerID: b.OwnerID, Level: b.Level, WeChat: b.WeChat, Address: b.Address, Region: b.Region,
		Source: b.Source, Birthday: b.Birthday, BirthdayLunar: b.BirthdayLun, Language: b.Language, Timezone: b.Timezone, Notes: b.Notes,
		RhythmDays: b.RhythmDays, ExternalID: b.ExternalID, ExternalSource: b.ExternalSrc, Phones: phonesIn(b.Phones), Emails: b.Emails, Tags: b.Tags, TaxID: b.TaxID,
		NoProfiling: b.NoProfiling, Fields: custom.FromJSON(b.Fields)}
	return in
}

func phonesIn(list []api.PhoneIn) []PhoneInput {
	var out []PhoneInput
	for _, p := range list {
		out = append(out, PhoneInput{Raw: p.Raw, Label: p.Label})
	}
	return out
}

func (b PatchBody) apply(in *Input) {
	b.Kind.Into(&in.Kind)
	b.Name.Into(&in.Name)
	b.Address.Into(&in.Address)
	b.Region.Into(&in.Region)
	b.Source.Into(&in.Source)
	b.Level.Into(&in.Level)
	b.OwnerID.Into(&in.OwnerID)
	b.Tags.Into(&in.Tags)
	b.Emails.Into(&in.Emails)
	b.Birthday.Into(&in.Birthday)
	b.BirthdayLun.Into(&in.BirthdayLunar)
	b.WeChat.Into(&in.WeChat)
	b.Language.Into(&in.Language)
	b.Timezone.Into(&in.Timezone)
	b.Notes.Into(&in.Notes)
	b.RhythmDays.Into(&in.RhythmDays)
	b.ExternalID.Into(&in.ExternalID)
	b.ExternalSrc.Into(&in.ExternalSource)
	if b.NoProfiling.Set {
		in.NoProfiling = &b.NoProfiling.Value
	}
	if b.Phones.Set {
		in.Phones = phonesIn(b.Phones.Value)
	}
	if b.Fields.Set {
		in.Fields = custom.FromJSON(b.Fields.Value)
	}
}

func object(c Customer) Object {
	o := Object{ID: c.ID, Version: c.Version, CreatedAt: c.CreatedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(), Kind: c.Kind, Name: c.Name,
		Phones: []PhoneObject{}, Emails: []string{}, Address: c.Address, Region: c.Region, Source: c.Source, Level: c.Level, Stage: c.Stage, OwnerID: api.ID(c.OwnerID),
		Tags: []string{}, Birthday: c.Birthday, BirthdayLun: c.BirthdayLunar, WeChat: c.WeChat, Language: c.Language, Timezone: c.Timezone,
		Notes: c.Notes, RhythmDays: c.RhythmDays, ExternalID: string(c.ExternalID), ExternalSrc: c.ExternalSource, NoProfiling: c.NoProfiling, Fields: c.Added.Object()}
	for _, p := range c.Phones {
		if p.ContactID == 0 {
			o.Phones = append(o.Phones, PhoneObject{p.Raw, p.E164, p.Ext, p.Label})
		}
	}
	for _, e := range c.Emails {
		if e.ContactID == 0 {
			o.Emails = append(o.Emails, e.Email)
		}
	}
	for _, t := range c.Tags {
		o.Tags = append(o.Tags, t.Name)
	}
	return o
}

func rowObject(r Row) Object {
	c := Customer{ID: r.ID, Kind: r.Kind, Name: r.Name, OwnerID: r.OwnerID, Level: r.Level, Stage: r.Stage, WeChat: r.WeChat, Address: r.Address,
		Region: r.Region, Source: r.Source, Birthday: r.Birthday, ExternalID: r.ExternalID, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		Version: r.Version, Phones: r.Phones, Tags: r.Tags, BirthdayLunar: r.BirthdayLunar, Language: r.Language, Timezone: r.Timezone,
		Notes: r.Notes, RhythmDays: r.RhythmDays, ExternalSource: r.ExternalSource, NoProfiling: r.NoProfiling, Added: r.Added}
	for _, e := range r.Emails {
		c.Emails = append(c.Emails, Email{Email: e})
	}
	return object(c)
}

func duplicates(list []Alike) []Duplicate {
	var out []Duplicate
	for _, a := range list {
		out = append(out, Duplicate{ID: a.ID, Name: a.Name, Reasons: a.Reasons, OwnerName: string(a.OwnerName), LastContactAt: api.Time(a.LastContactAt),
			MayOpen: a.MayOpen, InPool: a.InPool})
	}
	return out
}
