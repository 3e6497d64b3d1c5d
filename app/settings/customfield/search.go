package customfield

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// A field that is ticked, or unticked, to be searched after records have values
// in it: the index is made anew beside the work, and the page says how far it is.

// Again makes the next records of a kind findable as they are now, from after
// the given one, and tells the last of them; 0 when there are no more.
type Again func(ctx context.Context, after int64, size int) (last int64, err error)

// OnSearch hears who indexes the records of a subject whose fields are those of
// owner: a contact is found as its customer.
func (s *Service) OnSearch(owner string, of []string, again Again) {
	s.searches = append(s.searches, searched{owner, of, again})
}

type searched struct {
	owner    string
	subjects []string
	again    Again
}

// followed is what the index of a kind of record was made with.
type followed struct {
	Fields string `db:"fields"`
	UpTo   int64  `db:"upto"`
	Most   int64  `db:"most"`
}

// everything stands for the last record.
const everything = -1

// stepTime is how long one write may keep others waiting.
const stepTime = 20 * time.Millisecond

// KeepSearch makes the index follow the fields that are searched. It goes on
// where it was stopped.
func (s *Service) KeepSearch(ctx context.Context) error {
	for _, one := range s.searches {
		if err := s.follow(ctx, one); err != nil {
			return fmt.Errorf("index the added fields of %s: %w", one.owner, err)
		}
	}
	return nil
}

func (s *Service) follow(ctx context.Context, one searched) error {
	at, err := s.begin(ctx, one)
	if err != nil {
		return err
	}
	for size := 50; at.UpTo != everything && ctx.Err() == nil; {
		start := s.db.Now()
		last, err := one.again(ctx, at.UpTo, size)
		if err != nil {
			return err
		}
		if last == 0 {
			last = everything
		}
		now, err := readFollowed(ctx, s.db.Reader(ctx), one.owner)
		if err != nil {
			return err
		}
		if now.Fields != at.Fields { // changed meanwhile: another round begins
			return nil
		}
		at.UpTo = last
		if err := s.note(ctx, one.owner, at); err != nil {
			return err
		}
		if took := s.db.Now().Sub(start); took > stepTime {
			size = max(size/2, 5)
		} else if took < stepTime/2 {
			size = min(size*2, 500)
		}
	}
	return ctx.Err()
}

// begin is where the index stands, after a change of the fields at its beginning.
func (s *Service) begin(ctx context.Context, one searched) (followed, error) {
	q := s.db.Reader(ctx)
	at, err := readFollowed(ctx, q, one.owner)
	if err != nil {
		return at, err
	}
	var want []string
	for _, subject := range one.subjects {
		set, err := custom.Of(ctx, q, subject)
		if err != nil {
			return at, err
		}
		for _, f := range set {
			if f.Searchable && f.Stored() && !f.Sensitive {
				want = append(want, subject+"."+strconv.FormatInt(f.ID, 10))
			}
		}
	}
	slices.Sort(want)
	fields := strings.Join(want, " ")
	if fields == at.Fields {
		if at.Fields == "" {
			at.UpTo = everything
		}
		return at, nil
	}
	used, err := s.holdsAny(ctx, q, at.Fields, fields)
	if err != nil {
		return at, err
	}
	next := followed{Fields: fields}
	if next.Most, err = custom.Last(ctx, q, s.subject(one.owner)); err != nil {
		return at, err
	}
	if !used && (at.UpTo == everything || at.Fields == "") {
		next.UpTo = everything // nobody has a value in what changed
	}
	return next, s.note(ctx, one.owner, next)
}

// holdsAny tells whether a record has a value in a field that one of the lists
// names and the other does not.
func (s *Service) holdsAny(ctx context.Context, q db.Q, before, after string) (bool, error) {
	was, is := strings.Fields(before), strings.Fields(after)
	for _, name := range append(slices.Clone(was), is...) {
		if slices.Contains(was, name) && slices.Contains(is, name) {
			continue
		}
		subject, number, _ := strings.Cut(name, ".")
		id, err := strconv.ParseInt(number, 10, 64)
		of, known := s.book.Subject(subject)
		if err != nil || !known {
			continue
		}
		n, err := custom.Used(ctx, q, of, custom.Field{ID: id})
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

// SearchProgress is how far search follows the fields of a kind of record, in
// percent; 100 when it does.
func (s *Service) SearchProgress(ctx context.Context, subject string) (int, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return 0, err
	}
	for _, one := range s.searches {
		if !slices.Contains(one.subjects, subject) {
			continue
		}
		at, err := readFollowed(ctx, s.db.Reader(ctx), one.owner)
		if err != nil || at.UpTo == everything || at.Most == 0 {
			return 100, err
		}
		return min(99, int(at.UpTo*100/at.Most)), nil
	}
	return 100, nil
}

func readFollowed(ctx context.Context, q db.Q, owner string) (followed, error) {
	var at followed
	if _, err := db.Found(q.Get(ctx, &at, sqlFollowed, owner)); err != nil {
		return at, fmt.Errorf("read how far search is: %w", err)
	}
	return at, nil
}

func (s *Service) note(ctx context.Context, owner string, at followed) error {
	return s.db.Write(ctx, "search.rebuild", func(ctx context.Context, tx *db.Tx) error {
		return putFollowed(ctx, tx, owner, at)
	})
}
