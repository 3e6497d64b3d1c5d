package pool

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
)

// Body is a pool as it is written.
type Body struct {
	Name          string       `json:"name" minLength:"1" maxLength:"60"`
	Active        *bool        `json:"active,omitempty"`
	Masked        bool         `json:"masked,omitempty" doc:"Hide numbers and addresses until a customer is claimed"`
	HoldCap       int          `json:"hold_cap,omitempty" doc:"Customers one person may have; 0 sets no limit, here and below"`
	CountBuyers   bool         `json:"count_buyers,omitempty" doc:"Those who bought count towards hold_cap"`
	DailyCap      int          `json:"daily_cap,omitempty" doc:"Claims in a day"`
	ClaimGap      int          `json:"claim_gap,omitempty" doc:"Minutes between two claims"`
	CooldownDays  int          `json:"cooldown_days,omitempty" doc:"Before whoever lost a customer may claim them again"`
	ProtectDays   int          `json:"protect_days,omitempty" doc:"After a claim nothing goes back"`
	UnfinishedCap int          `json:"unfinished_cap,omitempty" doc:"Claimed and not followed up yet"`
	LockCap       int          `json:"lock_cap,omitempty"`
	WarnDays      int          `json:"warn_days,omitempty"`
	Workdays      bool         `json:"workdays,omitempty" doc:"Days off do not count"`
	MinCharacters int          `json:"min_characters,omitempty" doc:"That make a follow-up count"`
	Rules         []RuleObject `json:"rules,omitempty" maxItems:"10"`
	UserIDs       []int64      `json:"user_ids,omitempty" maxItems:"250"`
	TeamIDs       []int64      `json:"team_ids,omitempty" maxItems:"250"`
	AdminUserIDs  []int64      `json:"admin_user_ids,omitempty" maxItems:"250" doc:"Who look after this pool alone: assign, put back for others, set its rules"`
	AdminTeamIDs  []int64      `json:"admin_team_ids,omitempty" maxItems:"250"`
}

// RuleObject is one rule.
type RuleObject struct {
	Kind   string `json:"kind" enum:"contact,purchase"`
	Level  string `json:"level,omitempty" doc:"A to D; empty is every level without a rule of its own"`
	Days   int    `json:"days" minimum:"0" maximum:"730" doc:"More than so many days; 0 is never"`
	Buyers bool   `json:"buyers,omitempty" doc:"Also customers who bought"`
}

// Object is a pool as it is read.
type Object struct {
	ID        int64     `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Customers int       `json:"customers" doc:"In it now, counted up to 1,001"`
	Counting  int       `json:"counting,omitempty" doc:"Of how many customers it is still being counted when they go back"`
	Body
}

// CustomerObject is a customer in a pool, before anybody claimed them.
type CustomerObject struct {
	ID            int64      `json:"id"`
	Name          string     `json:"name"`
	Kind          string     `json:"kind"`
	Region        string     `json:"region,omitempty"`
	Level         string     `json:"level,omitempty"`
	Phone         string     `json:"phone,omitempty"`
	Email         string     `json:"email,omitempty"`
	WeChat        string     `json:"wechat,omitempty"`
	Since         time.Time  `json:"since"`
	Reason        string     `json:"reason,omitempty"`
	PreviousOwner string     `json:"previous_owner,omitempty"`
	LastContactAt *time.Time `json:"last_contact_at,omitempty"`
}

// HoldObject is how a customer is held.
type HoldObject struct {
	CustomerID     int64      `json:"customer_id"`
	OwnerID        *int64     `json:"owner_id,omitempty"`
	PoolID         *int64     `json:"pool_id,omitempty"`
	Since          time.Time  `json:"since"`
	Locked         bool       `json:"locked"`
	ProtectedUntil *time.Time `json:"protected_until,omitempty"`
	RecycleAt      *time.Time `json:"recycle_at,omitempty"`
	Rule           string     `json:"rule,omitempty"`
}

// EntryObject is a line of the ledger.
type EntryObject struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	How    string    `json:"how"`
	FromID *int64    `json:"from_id,omitempty"`
	From   string    `json:"from,omitempty"`
	ToID   *int64    `json:"to_id,omitempty"`
	To     string    `json:"to,omitempty"`
	By     string    `json:"by,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Rule   string    `json:"rule,omitempty"`
	Days   int       `json:"days,omitempty"`
}

// TrialObject is what rules would do tonight.
type TrialObject struct {
	Customers int           `json:"customers"`
	Owners    []OwnerObject `json:"owners"`
}

// OwnerObject is one person's share of it.
type OwnerObject struct {
	OwnerID   int64  `json:"owner_id"`
	Name      string `json:"name"`
	Customers int    `json:"customers"`
}

// MovedObject is how many lay in a pool that was emptied.
type MovedObject struct {
	Customers int `json:"customers"`
}

// SwitchObject says which parts for several people are on.
type SwitchObject struct {
	Sharing bool `json:"sharing"`
	Pools   bool `json:"pools"`
}

type (
	postIn struct{ Body Body }
	putIn  struct {
		api.Path
		api.Versioned
		Body struct {
			Version *int64 `json:"version,omitempty"`
			Body
		}
	}
	tryIn struct {
		api.Path
		Body Body
	}
	inPoolIn struct {
		api.Path
		api.List
	}
	assignIn struct {
		api.Path
		Body struct {
			OwnerID int64  `json:"owner_id" minimum:"1"`
			Reason  string `json:"reason,omitempty" maxLength:"300"`
		}
	}
	releaseIn struct {
		api.Path
		Body struct {
			PoolID int64  `json:"pool_id,omitempty" doc:"0 is the pool they belong to"`
			Reason string `json:"reason,omitempty" maxLength:"300"`
		}
	}
	spreadIn struct {
		api.Path
		Body struct {
			CustomerIDs []int64 `json:"customer_ids" minItems:"1" maxItems:"2000"`
			DryRun      bool    `json:"dry_run,omitempty" doc:"Only say who would get how many"`
		}
	}
	moveIn struct {
		api.Path
		Body struct {
			ToID int64 `json:"to_id" minimum:"1"`
		}
	}
	soonIn struct {
		All bool `query:"all"`
	}
	switchIn struct {
		Body struct {
			Sharing api.Opt[bool] `json:"sharing,omitempty"`
			Pools   api.Opt[bool] `json:"pools,omitempty"`
		}
	}
)

func (s *Service) api(a *api.API) {
	const tag = "pools"
	api.Register(a, api.Op{Method: api.Get, Path: "/pools", Tag: tag, Summary: "List the pools"}, func(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[Object]], error) {
		list, err := s.List(ctx)
		out := api.Items[Object]{Items: []Object{}}
		for _, p := range list {
			out.Items = append(out.Items, object(p))
		}
		return &api.Body[api.Items[Object]]{Body: out}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/pools", Tag: tag, Summary: "Make a pool", Status: http.StatusCreated}, func(ctx context.Context, in *postIn) (*api.Created[Object], error) {
		p, err := s.Save(ctx, 0, 0, in.Body.pool())
		return &api.Created[Object]{Location: fmt.Sprintf("%s/pools/%d", api.Prefix, p.ID), Body: object(p)}, err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/pools/{id}", Tag: tag, Summary: "Read a pool with its rules"}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		p, err := s.Get(ctx, in.ID)
		return s.counted(ctx, p, err)
	})
	api.Register(a, api.Op{Method: api.Put, Path: "/pools/{id}", Tag: tag, Summary: "Change a pool; rules count from the next night on"}, s.apiPut)
	api.Remove(a, "/pools/{id}", tag, "Delete a pool that holds nobody", s.Delete)
	api.Register(a, api.Op{Method: api.Post, Path: "/pools/{id}/spread", Tag: tag, Summary: "Assign many customers, each to the member who has the fewest"}, s.apiSpread)
	api.Register(a, api.Op{Method: api.Post, Path: "/pools/{id}/move", Tag: tag, Summary: "Put everybody in a pool into another, so that it can end"}, func(ctx context.Context, in *moveIn) (*api.Body[MovedObject], error) {
		n, err := s.Move(ctx, in.ID, in.Body.ToID)
		return &api.Body[MovedObject]{Body: MovedObject{n}}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/pools/{id}/simulation", Tag: tag, Summary: "Say whom these rules would take back tonight; nothing is changed"}, s.apiTry)
	api.Register(a, api.Op{Method: api.Get, Path: "/pools/{id}/customers", Tag: tag, Summary: "List the customers in a pool"}, s.apiIn)
	api.Register(a, api.Op{Method: api.Get, Path: "/pool-warnings", Tag: tag, Summary: "List who goes back soon: one's own, or all"}, s.apiSoon)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/claim", Tag: tag, Summary: "Claim a customer from their pool"}, func(ctx context.Context, in *api.Path) (*api.Body[HoldObject], error) {
		h, err := s.Claim(ctx, in.ID)
		return s.held(ctx, h, err)
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/assign", Tag: tag, Summary: "Give a customer in a pool to somebody"}, func(ctx context.Context, in *assignIn) (*api.Body[HoldObject], error) {
		h, err := s.Assign(ctx, in.ID, in.Body.OwnerID, in.Body.Reason)
		return s.held(ctx, h, err)
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/release", Tag: tag, Summary: "Put a customer into a pool"}, func(ctx context.Context, in *releaseIn) (*api.Body[HoldObject], error) {
		h, err := s.Release(ctx, in.ID, in.Body.PoolID, in.Body.Reason)
		return s.held(ctx, h, err)
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/lock", Tag: tag, Summary: "Keep a customer from going back"}, func(ctx context.Context, in *api.Path) (*api.Body[HoldObject], error) {
		h, err := s.Lock(ctx, in.ID, true)
		return s.held(ctx, h, err)
	})
	api.Remove(a, "/customers/{id}/lock", tag, "Let a customer go back again", func(ctx context.Context, id int64) error {
		_, err := s.Lock(ctx, id, false)
		return err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/ownership", Tag: tag, Summary: "Read who had a customer, newest first"}, s.apiLedger)
	api.Register(a, api.Op{Method: api.Get, Path: "/settings/teamwork", Tag: "settings", Summary: "Read which parts for several people are on"}, func(ctx context.Context, _ *api.Empty) (*api.Body[SwitchObject], error) {
		on, err := s.Switches(ctx)
		return &api.Body[SwitchObject]{Body: SwitchObject(on)}, err
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/settings/teamwork", Tag: "settings", Summary: "Switch parts for several people on or off"}, s.apiSwitch)
}

func (s *Service) apiPut(ctx context.Context, in *putIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	p, err := s.Save(ctx, in.ID, version, in.Body.Body.pool())
	if err != nil {
		return nil, api.WithCurrent(err, func(p Pool) any { return object(p) })
	}
	return s.counted(ctx, p, nil)
}

// counted is a pool with how much of the counting after new rules is left.
func (s *Service) counted(ctx context.Context, p Pool, err error) (*api.Body[Object], error) {
	out := object(p)
	if err == nil {
		out.Counting, err = s.Counting(ctx)
	}
	return &api.Body[Object]{Body: out}, err
}

func (s *Service) apiSpread(ctx context.Context, in *spreadIn) (*api.Body[api.Items[OwnerObject]], error) {
	var portions []Portion
	var err error
	if in.Body.DryRun {
		portions, err = s.Plan(ctx, in.ID, in.Body.CustomerIDs)
	} else {
		portions, err = s.Spread(ctx, in.ID, in.Body.CustomerIDs)
	}
	out := api.Items[OwnerObject]{Items: []OwnerObject{}}
	for _, p := range portions {
		out.Items = append(out.Items, OwnerObject{p.ID, p.Name, p.N})
	}
	return &api.Body[api.Items[OwnerObject]]{Body: out}, err
}

func (s *Service) apiTry(ctx context.Context, in *tryIn) (*api.Body[TrialObject], error) {
	if _, err := s.Get(ctx, in.ID); err != nil {
		return nil, err
	}
	t, err := s.Try(ctx, in.ID, in.Body.pool())
	out := TrialObject{Customers: t.N, Owners: []OwnerObject{}}
	for _, o := range t.Owners {
		out.Owners = append(out.Owners, OwnerObject{o.ID, o.Name, o.N})
	}
	return &api.Body[TrialObject]{Body: out}, err
}

func (s *Service) apiIn(ctx context.Context, in *inPoolIn) (*api.Body[api.Items[CustomerObject]], error) {
	p, err := s.In(ctx, in.ID, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) CustomerObject {
		return CustomerObject{ID: r.ID, Name: r.Name, Kind: r.Kind, Region: r.Region, Level: r.Level, Phone: r.Phone, Email: r.Email, WeChat: r.WeChat,
			Since: r.Since.UTC(), Reason: r.Reason, PreviousOwner: string(r.Previous), LastContactAt: api.Time(r.LastContactAt)}
	}), nil
}

// SoonObject is a customer who goes back soon.
type SoonObject struct {
	CustomerID int64     `json:"customer_id"`
	Name       string    `json:"name"`
	OwnerID    int64     `json:"owner_id"`
	RecycleAt  time.Time `json:"recycle_at"`
	Rule       string    `json:"rule"`
	Days       int       `json:"days"`
}

func (s *Service) apiSoon(ctx context.Context, in *soonIn) (*api.Body[api.Items[SoonObject]], error) {
	list, _, err := s.Soon(ctx, in.All)
	out := api.Items[SoonObject]{Items: []SoonObject{}}
	for _, d := range list {
		out.Items = append(out.Items, SoonObject{d.CustomerID, d.Name, d.OwnerID, d.At.UTC(), d.Kind, d.Days})
	}
	return &api.Body[api.Items[SoonObject]]{Body: out}, err
}

func (s *Service) apiLedger(ctx context.Context, in *api.Path) (*api.Body[api.Items[EntryObject]], error) {
	list, err := s.Ledger(ctx, in.ID)
	out := api.Items[EntryObject]{Items: []EntryObject{}}
	for _, e := range list {
		out.Items = append(out.Items, EntryObject{ID: e.ID, At: e.At.UTC(), How: e.How, FromID: api.ID(e.FromID), From: string(e.From),
			ToID: api.ID(e.ToID), To: string(e.To), By: string(e.By), Reason: e.Reason, Rule: e.Rule, Days: e.Days})
	}
	return &api.Body[api.Items[EntryObject]]{Body: out}, err
}

func (s *Service) apiSwitch(ctx context.Context, in *switchIn) (*api.Body[SwitchObject], error) {
	on, err := s.Switches(ctx)
	if err != nil {
		return nil, err
	}
	in.Body.Sharing.Into(&on.Sharing)
	in.Body.Pools.Into(&on.Pools)
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	name := map[string]string{i18n.English: "Public pool", i18n.Chinese: "公海"}[business.Locale]
	return &api.Body[SwitchObject]{Body: SwitchObject(on)}, s.Switch(ctx, on, name)
}

// held is a hold with the day on which it ends.
func (s *Service) held(ctx context.Context, h Hold, err error) (*api.Body[HoldObject], error) {
	if err != nil {
		return nil, err
	}
	o := HoldObject{CustomerID: h.CustomerID, OwnerID: api.ID(h.OwnerID), PoolID: api.ID(h.PoolID), Since: h.Since.UTC(), Locked: h.Locked,
		ProtectedUntil: api.Time(h.ProtectUntil)}
	d, found, err := due(ctx, s.db.Reader(ctx), h.CustomerID)
	if err == nil && found {
		o.RecycleAt, o.Rule = api.Time(db.At(d.At.Time)), d.Kind
	}
	return &api.Body[HoldObject]{Body: o}, err
}

func (b Body) pool() Pool {
	p := Pool{Name: b.Name, Active: b.Active == nil || *b.Active, Masked: b.Masked, HoldCap: b.HoldCap, CountBuyers: b.CountBuyers, DailyCap: b.DailyCap,
		ClaimGap: b.ClaimGap, Cooldown: b.CooldownDays, Protect: b.ProtectDays, Unfinished: b.UnfinishedCap, LockCap: b.LockCap, Warn: b.WarnDays,
		Workdays: b.Workdays, MinWords: b.MinCharacters, People: b.UserIDs, Teams: b.TeamIDs,
		AdminPeople: b.AdminUserIDs, AdminTeams: b.AdminTeamIDs}
	for _, r := range b.Rules {
		p.Rules = append(p.Rules, Rule(r))
	}
	return p
}

func object(p Pool) Object {
	o := Object{ID: p.ID, Version: p.Version, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(), Customers: p.Customers,
		Body: Body{Name: p.Name, Active: &p.Active, Masked: p.Masked, HoldCap: p.HoldCap, CountBuyers: p.CountBuyers, DailyCap: p.DailyCap,
			ClaimGap: p.ClaimGap, CooldownDays: p.Cooldown, ProtectDays: p.Protect, UnfinishedCap: p.Unfinished, LockCap: p.LockCap, WarnDays: p.Warn,
			Workdays: p.Workdays, MinCharacters: p.MinWords, UserIDs: p.People, TeamIDs: p.Teams,
			AdminUserIDs: p.AdminPeople, AdminTeamIDs: p.AdminTeams}}
	for _, r := range p.Rules {
		o.Rules = append(o.Rules, RuleObject(r))
	}
	return o
}
