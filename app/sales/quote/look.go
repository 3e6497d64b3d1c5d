package quote

import (
	"context"
	"time"

	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// at reads the quote behind a token.
func (s *Service) at(ctx context.Context, q db.Q, token string) (Quote, error) {
	v, err := get(ctx, q, sqlByToken, id.Hash(token))
	if err != nil {
		return v, err
	}
	return v, s.add(ctx, q, 1, func(int) *Quote { return &v })
}

// At is the quote behind a token, for the public page. A draft is nobody's to read.
func (s *Service) At(ctx context.Context, token string) (Quote, error) {
	return s.at(auth.With(ctx, auth.System("public")), s.db.Reader(ctx), token)
}

// Newest is the version of a number that counts now.
func (s *Service) Newest(ctx context.Context, v Quote) (Quote, error) {
	all, err := several(ctx, s.db.Reader(ctx), sqlVersions, append([]any{v.Number}, everything.Args()...)...)
	if err != nil {
		return v, err
	}
	for _, one := range all {
		if one.State != Draft {
			return one, nil
		}
	}
	return v, nil
}

// Looked notes that the page was fetched. Whether a person did is not known until
// the page itself says so: mail filters and previews fetch every link. Fetches
// within a minute are one.
func (s *Service) Looked(ctx context.Context, v Quote) (trace int64, err error) {
	ctx = auth.With(ctx, auth.System("public"))
	err = s.db.Write(ctx, "quote.looked", func(ctx context.Context, tx *db.Tx) error {
		before, err := traces(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		if len(before) > 0 && before[0].Kind == "program" && tx.Now.Sub(before[0].At.Time) < time.Minute {
			trace = before[0].ID
			return nil
		}
		if len(before) >= maxTraces {
			return nil
		}
		trace, err = addTrace(ctx, tx, v.ID, "program", "")
		return err
	})
	return trace, err
}

// Seen notes that a person looked: the page was shown and somebody moved on it.
func (s *Service) Seen(ctx context.Context, token string, trace int64) error {
	ctx = auth.With(ctx, auth.System("public"))
	return s.db.Write(ctx, "quote.looked", func(ctx context.Context, tx *db.Tx) error {
		v, err := s.at(ctx, tx, token)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlHuman, trace, v.ID)
		return err
	})
}
