package privacy

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Leftovers knows in which kept files of imports a word stands.
type Leftovers interface {
	Holding(ctx context.Context, words []string) ([]string, error)
}

// Customers makes a customer findable as they are now.
type Customers interface {
	Index(ctx context.Context, tx *db.Tx, ids []int64) error
}

// Deps is what the slice stands on.
type Deps struct {
	DB        *db.DB
	Bus       *event.Bus
	Search    *search.Index
	Blobs     *blob.Store
	Keys      *keys.Ring
	View      *view.Engine
	Imports   Leftovers
	Customers Customers
	DataDir   string
}

// Service holds the use cases.
type Service struct {
	d   Deps
	key []byte // makes the marks of the list of the erased
}

// New makes the service.
func New(d Deps) (*Service, error) {
	key, err := d.Keys.Key("erased people", 32)
	return &Service{d: d, key: key}, err
}

// Attach gives it the imports, which are made after it.
func (s *Service) Attach(imports Leftovers) { s.d.Imports = imports }

// person finds the subject among those that the actor sees.
func (s *Service) person(ctx context.Context, q db.Q, who Subject) (Person, error) {
	var p Person
	if who.LeadID != 0 {
		if err := auth.From(ctx).May(readLeads); err != nil {
			return p, err
		}
	}
	query, args := who.query(auth.From(ctx))
	err := db.OrNotFound(q.Get(ctx, &p, query, args...))
	if err == nil && !p.ErasedAt.IsZero() {
		return p, errs.New(errs.Conflict, "privacy.error.erased")
	}
	return p, err
}

// Find is the one person with this e-mail address.
func (s *Service) Find(ctx context.Context, email string) (Subject, error) {
	var found []Subject
	if err := s.d.DB.Reader(ctx).Select(ctx, &found, sqlByEmail, email); err != nil {
		return Subject{}, fmt.Errorf("look for %s: %w", email, err)
	}
	switch len(found) {
	case 0:
		return Subject{}, errs.New(errs.NotFound, "privacy.error.nobody", "email", email)
	case 1:
		return found[0], nil
	}
	return Subject{}, errs.New(errs.Conflict, "privacy.error.several", "email", email, "n", len(found))
}

// Look tells what is held about a person and what an erasure would do with it.
func (s *Service) Look(ctx context.Context, who Subject) (Held, error) {
	a := auth.From(ctx)
	if err := a.May(Export); err != nil && a.May(Erase) != nil {
		return Held{}, err
	}
	q := s.d.DB.Reader(ctx)
	p, err := s.person(ctx, q, who)
	if err != nil {
		return Held{Person: p}, err
	}
	h := Held{Person: p}
	r, err := gather(ctx, q, p.Subject)
	if err != nil {
		return h, err
	}
	if h.Counts, err = r.counts(ctx, q); err != nil {
		return h, err
	}
	words, err := r.words(ctx, q)
	if err != nil {
		return h, err
	}
	files, err := s.filesOf(ctx, q, r)
	if err != nil {
		return h, err
	}
	h.Files = len(files)
	kept, err := s.d.Imports.Holding(ctx, spellings(words))
	if err != nil && !errs.Is(err, errs.Conflict) {
		return h, err
	}
	h.Imports = len(kept)
	h.Mentions, err = mentions(ctx, q, p.CustomerID, words)
	return h, err
}

func (s *Service) filesOf(ctx context.Context, q db.Q, r reach) ([]string, error) {
	var out []string
	if err := q.Select(ctx, &out, sqlFilesOf, list(r.rows["attachment"]), list(r.rows["customer_photo"])); err != nil {
		return nil, fmt.Errorf("list their files: %w", err)
	}
	return out, nil
}

// Erase takes a person out of everything: rows, search, history, outbox, files
// and what imports left. Their orders and payments stay without identity. It
// cannot be taken back.
func (s *Service) Erase(ctx context.Context, who Subject, in Input) (Erased, error) {
	if err := auth.From(ctx).May(Erase); err != nil {
		return Erased{}, err
	}
	p, err := s.person(ctx, s.d.DB.Reader(ctx), who)
	if err != nil {
		return Erased{}, err
	}
	if err := in.check(p.Name); err != nil {
		return Erased{}, err
	}
	out, err := s.erase(ctx, p, false)
	if err != nil {
		return out, err
	}
	out.Clean = s.scrub(ctx)
	return out, nil
}

// erase does it; again says that the list holds the person already.
func (s *Service) erase(ctx context.Context, p Person, again bool) (Erased, error) {
	var out Erased
	var files []string
	var runs []string
	err := s.d.DB.Write(ctx, "person.erase", func(ctx context.Context, tx *db.Tx) error {
		r, err := gather(ctx, tx, p.Subject)
		if err != nil {
			return err
		}
		words, err := r.words(ctx, tx)
		if err != nil {
			return err
		}
		if p.ContactID != 0 {
			if err := r.name(ctx, tx, p.CustomerID, words); err != nil {
				return err
			}
		}
		if files, err = s.filesOf(ctx, tx, r); err != nil {
			return err
		}
		if runs, err = s.d.Imports.Holding(ctx, spellings(words)); err != nil {
			return err
		}
		for _, ids := range r.rows {
			out.Rows += len(ids)
		}
		if err := r.remove(ctx, tx, words); err != nil {
			return err
		}
		if err := s.removeFound(ctx, tx, r, p, words); err != nil {
			return err
		}
		if p.ContactID == 0 && p.LeadID == 0 {
			name, err := s.neutralName(ctx, tx, p.CustomerID)
			if err != nil {
				return err
			}
			if out.Kept, err = closeRecord(ctx, tx, p.CustomerID, name); err != nil {
				return err
			}
		}
		kind, id := "customer", p.CustomerID
		if p.LeadID != 0 {
			kind, id = "lead", p.LeadID
		}
		journal.About(tx, kind, id, "")
		journal.Keep(tx)
		if err := r.forget(ctx, tx, words); err != nil {
			return err
		}
		if again {
			return os.WriteFile(filepath.Join(s.d.DataDir, dueName), nil, 0o600)
		}
		return s.remember(p) // last, so that the list and the data part ways only with the disk
	})
	if err != nil {
		return out, fmt.Errorf("erase a person: %w", err)
	}
	out.Files, err = s.dropFiles(ctx, files, runs)
	return out, err
}

// neutralName is what a record is called of which only orders are left.
func (s *Service) neutralName(ctx context.Context, q db.Q, id int64) (string, error) {
	b, err := setting.ReadBusiness(ctx, q)
	return s.d.View.Bundle().For(b.Locale).T("privacy.erased_name", "id", strconv.FormatInt(id, 10)), err
}

// removeFound takes the person out of search: their own records, and those that
// were found by their name; a company is found again by what is left of it.
func (s *Service) removeFound(ctx context.Context, tx *db.Tx, r reach, p Person, words []string) error {
	for table, ids := range r.rows {
		if err := s.d.Search.Remove(ctx, tx, table, ids...); err != nil {
			return err
		}
	}
	others, err := findable(ctx, tx, words)
	if err != nil {
		return err
	}
	for _, f := range others {
		if err := s.d.Search.Remove(ctx, tx, f.Kind, f.ID); err != nil {
			return err
		}
		if f.Kind == "customer" {
			if err := s.d.Customers.Index(ctx, tx, []int64{f.ID}); err != nil {
				return err
			}
		}
	}
	if p.ContactID != 0 {
		if err := s.d.Customers.Index(ctx, tx, []int64{p.CustomerID}); err != nil {
			return err
		}
	}
	return s.d.Search.Compact(ctx, tx)
}

// dropFiles removes stored files that nobody needs any more.
func (s *Service) dropFiles(ctx context.Context, files, runs []string) (int, error) {
	n := 0
	q := s.d.DB.Reader(ctx)
	for _, sha := range slices.Concat(files, runs) {
		needed, err := held(ctx, q, sha, slices.Contains(runs, sha))
		if err != nil {
			return n, err
		}
		if needed || !s.d.Blobs.Has(sha) {
			continue
		}
		if err := s.d.Blobs.Remove(sha); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
