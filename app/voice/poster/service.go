package poster

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	people "regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/id"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/view"
	"regulars/app/voice/survey"
)

// Customers finds who somebody may be (customer/customer).
type Customers interface {
	Alike(ctx context.Context, in people.Input, except int64) ([]people.Alike, error)
}

// Deps is what the slice stands on.
type Deps struct {
	DB        *db.DB
	Keys      *keys.Ring
	View      *view.Engine
	Surveys   *survey.Service
	Customers Customers
}

// Service keeps the places and lets people answer there.
type Service struct {
	Deps
	db     *db.DB
	key    []byte
	device *keys.Signer
}

// New makes the service.
func New(d Deps) (*Service, error) {
	key, err := d.Keys.Key("poster token", 32)
	if err != nil {
		return nil, err
	}
	device, err := d.Keys.Signer("poster device")
	return &Service{Deps: d, db: d.DB, key: key, device: device}, err
}

// token is the secret part of a poster's address, 128 bits, made from the
// installation's key: a copy of the database opens nothing.
func (s *Service) token(nonce string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(nonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Address is where the poster's page lies.
func (s *Service) Address(p Poster, base string) string { return base + path(p.Kind, s.token(p.Nonce)) }

// List is a page of posters.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Poster], error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return page.Page[Poster]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Poster]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "(instr(lower(p.name), lower(?)) > 0 OR instr(lower(p.place), lower(?)) > 0)", Args: []any{req.Q, req.Q}})
	}
	return field.Fetch[Poster](ctx, s.db.Reader(ctx), list, req, where)
}

// Get reads one poster.
func (s *Service) Get(ctx context.Context, id int64) (Poster, error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return Poster{}, err
	}
	return get(ctx, s.db.Reader(ctx), id)
}

// check looks at an input and at what it refers to.
func (s *Service) check(ctx context.Context, q db.Q, in *Input) error {
	in.clean()
	if err := in.validate(); err != nil {
		return err
	}
	var there struct {
		Survey  bool `db:"survey"`
		Product bool `db:"product"`
		Rated   bool `db:"rated"`
	}
	if err := q.Get(ctx, &there, sqlExists, in.SurveyID, in.ProductID, in.RatedID); err != nil {
		return fmt.Errorf("look what a poster is about: %w", err)
	}
	c := &errs.Check{}
	c.That(there.Survey, "survey_id", "error.choice")
	c.That(there.Product, "product_id", "error.choice")
	c.That(there.Rated, "rated_id", "error.choice")
	return c.Err()
}

// Create makes a poster with an address of its own.
func (s *Service) Create(ctx context.Context, in Input) (Poster, error) {
	if err := auth.From(ctx).May(survey.Write); err != nil {
		return Poster{}, err
	}
	return db.WriteOne(ctx, s.db, "poster.create", func(ctx context.Context, tx *db.Tx) (Poster, error) {
		if err := s.check(ctx, tx, &in); err != nil {
			return Poster{}, err
		}
		nonce := id.Token(16)
		made, err := insert(ctx, tx, in, id.Hash(s.token(nonce)), nonce)
		if err != nil {
			return Poster{}, err
		}
		journal.About(tx, "poster", made, in.Name)
		return get(ctx, tx, made)
	})
}

// Update changes a poster; its address stays.
func (s *Service) Update(ctx context.Context, id int64, in Input) (Poster, error) {
	return s.change(ctx, "poster.update", id, in.Version, func(ctx context.Context, tx *db.Tx, p Poster) error {
		if (in.Kind == Kiosk || in.Kind == Widget || p.Kind == Kiosk || p.Kind == Widget) && in.Kind != p.Kind {
			return errs.New(errs.Conflict, "poster.error.kind")
		}
		if err := s.check(ctx, tx, &in); err != nil {
			return err
		}
		return update(ctx, tx, id, in)
	})
}

// Renew gives the poster another address: what hangs in the shop opens nothing
// any more.
func (s *Service) Renew(ctx context.Context, poster, version int64) (Poster, error) {
	return s.change(ctx, "poster.renew", poster, version, func(ctx context.Context, tx *db.Tx, _ Poster) error {
		nonce := id.Token(16)
		_, err := tx.Exec(ctx, sqlRenew, id.Hash(s.token(nonce)), nonce, db.At(tx.Now), poster)
		return err
	})
}

func (s *Service) change(ctx context.Context, op string, id, version int64, do func(context.Context, *db.Tx, Poster) error) (Poster, error) {
	if err := auth.From(ctx).May(survey.Write); err != nil {
		return Poster{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Poster, error) {
		p, err := get(ctx, tx, id)
		if err != nil {
			return p, err
		}
		if version != p.Version {
			return p, errs.Stale(p)
		}
		journal.About(tx, "poster", id, p.Name)
		if err := do(ctx, tx, p); err != nil {
			return p, err
		}
		return get(ctx, tx, id)
	})
}

// Delete removes a poster; the answers given there stay.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(survey.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "poster.delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "poster", id, p.Name)
		_, err = tx.Exec(ctx, sqlDelete, id)
		return err
	})
}

// counts are the answers given at each poster.
func (s *Service) counts(ctx context.Context) (map[int64]int, error) {
	var rows []struct {
		ID int64 `db:"id"`
		N  int   `db:"n"`
	}
	if err := s.db.Reader(ctx).Select(ctx, &rows, sqlCounts); err != nil {
		return nil, fmt.Errorf("count what posters brought: %w", err)
	}
	out := map[int64]int{}
	for _, r := range rows {
		out[r.ID] = r.N
	}
	return out, nil
}
