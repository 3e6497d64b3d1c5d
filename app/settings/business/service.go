package business

import (
	"context"
	"fmt"
	"log/slog"

	"regulars/app/kit/errs"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Owners makes the first person; staff/user has it.
type Owners interface {
	AddOwner(ctx context.Context, o user.Owner) (user.User, error)
}

// Hook is what a slice does for a new shop, inside setup's transaction: the
// tags of the pack, the ready surveys.
type Hook func(ctx context.Context, tx *db.Tx, p Pack, in Input) error

// Service knows the shop.
type Service struct {
	db       *db.DB
	owners   Owners
	dataDir  string
	hooks    []Hook
	sample   func(ctx context.Context, p Pack, in Input) error
	unsample func(ctx context.Context) error
}

// New makes the service. dataDir is where the one-time token lies.
func New(d *db.DB, owners Owners, dataDir string) *Service {
	return &Service{db: d, owners: owners, dataDir: dataDir}
}

// OnSetup adds what happens with a new shop.
func (s *Service) OnSetup(h Hook) { s.hooks = append(s.hooks, h) }

// OnSample says how sample data is brought in. It runs after setup, as a
// change of its own that can be taken back as a whole; until it is given the
// first run does not offer sample data.
func (s *Service) OnSample(f func(ctx context.Context, p Pack, in Input) error) { s.sample = f }

// OnSampleRemoved says how sample data is taken back.
func (s *Service) OnSampleRemoved(f func(ctx context.Context) error) { s.unsample = f }

// RemoveSample takes the sample data back as a whole.
func (s *Service) RemoveSample(ctx context.Context) error {
	if err := auth.From(ctx).May("settings.write"); err != nil {
		return err
	}
	if s.unsample == nil {
		return errs.NotVisible()
	}
	return s.unsample(ctx)
}

// Setup makes the shop and its owner, once. The shell calls it headless; the
// page comes through First, which asks for the token.
func (s *Service) Setup(ctx context.Context, in Input) (user.User, error) {
	if err := auth.From(ctx).May("business.setup"); err != nil { // nobody's permission: only the house has it
		return user.User{}, err
	}
	if err := s.fresh(ctx); err != nil {
		return user.User{}, err
	}
	if err := in.check(); err != nil {
		return user.User{}, err
	}
	hash, err := auth.HashPassword(ctx, in.Password)
	if err != nil {
		return user.User{}, err
	}
	in.Password = "" // hooks have no business with it
	pack, _ := PackNamed(in.Pack)
	owner, err := db.WriteOne(ctx, s.db, "business.setup", func(ctx context.Context, tx *db.Tx) (user.User, error) {
		return s.open(ctx, tx, pack, in, hash)
	})
	if err != nil {
		return user.User{}, err
	}
	if err := s.dropToken(); err != nil {
		slog.Error("the setup token is used but could not be removed", "error", err)
	}
	if in.Sample && s.sample != nil {
		if err := s.sample(ctx, pack, in); err != nil {
			slog.Error("sample data could not be brought in", "error", err)
		}
	}
	return owner, nil
}

func (s *Service) open(ctx context.Context, tx *db.Tx, pack Pack, in Input, hash string) (user.User, error) {
	if err := s.fresh(ctx); err != nil { // the other of two racing setups was first
		return user.User{}, err
	}
	journal.About(tx, "setting", 0, in.Business)
	b := setting.Business{Name: in.Business, Locale: in.Locale, Currency: in.Currency, Timezone: in.Timezone, Email: in.OwnerEmail,
		Region: regionOf(in.Timezone, in.Currency), Pack: in.Pack, SetupAt: tx.Now.UnixMilli()}
	if err := setting.Put(ctx, tx, setting.BusinessName, b); err != nil {
		return user.User{}, err
	}
	owner, err := s.owners.AddOwner(ctx, user.Owner{Name: in.OwnerName, Email: in.OwnerEmail, PasswordHash: hash})
	if err != nil {
		return user.User{}, err
	}
	for _, h := range s.hooks {
		if err := h(ctx, tx, pack, in); err != nil {
			return user.User{}, fmt.Errorf("prepare the shop with pack %s: %w", pack.Name, err)
		}
	}
	return owner, nil
}

// fresh refuses a shop that is set up already.
func (s *Service) fresh(ctx context.Context) error {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	if b.Ready() {
		return errs.New(errs.Conflict, "setup.error.done")
	}
	return nil
}

// First is Setup for whoever knows the one-time token.
func (s *Service) First(ctx context.Context, token string, in Input) (user.User, error) {
	if err := s.fresh(ctx); err != nil {
		return user.User{}, err
	}
	if err := s.tokenFits(token); err != nil {
		return user.User{}, err
	}
	return s.Setup(auth.As(ctx, "setup"), in)
}

// Get reads the shop.
func (s *Service) Get(ctx context.Context) (setting.Business, error) {
	if !auth.From(ctx).Signed() {
		return setting.Business{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return setting.ReadBusiness(ctx, s.db.Reader(ctx))
}

// Update changes the shop's profile.
func (s *Service) Update(ctx context.Context, p Profile) error {
	if err := auth.From(ctx).May("settings.write"); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	return s.db.Write(ctx, "business.update", func(ctx context.Context, tx *db.Tx) error {
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		if version(b) != p.Version {
			return errs.Stale(b)
		}
		journal.About(tx, "setting", 0, p.Name)
		b.Name, b.Locale, b.Currency, b.Timezone, b.Region, b.Map, b.Email = p.Name, p.Locale, p.Currency, p.Timezone, p.Region, p.Map, p.Email
		b.TaxOnTop = !p.PricesWithTax
		return setting.Put(ctx, tx, setting.BusinessName, b)
	})
}
