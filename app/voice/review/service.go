package review

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	people "regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
	"regulars/app/voice/survey"
)

// Customers finds who wrote something (customer/customer).
type Customers interface {
	MustSee(ctx context.Context, id int64) (people.Ref, error)
	Names(ctx context.Context, tx *db.Tx, cells []string) (*people.Names, error)
}

// Cases opens complaints (voice/feedback).
type Cases interface {
	Reviewed(ctx context.Context, tx *db.Tx, review, customer int64, red bool, words string) (int64, error)
}

// Deps is what the slice stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Keys      *keys.Ring
	View      *view.Engine
	Surveys   *survey.Service
	Customers Customers
	Cases     Cases
	BaseURL   func() string
}

// Service holds the use cases; reviews follow the permissions of surveys.
type Service struct {
	Deps
	db  *db.DB
	key []byte
}

// New makes the service, which hears of objections.
func New(d Deps) (*Service, error) {
	key, err := d.Keys.Key("praise token", 32)
	if err != nil {
		return nil, err
	}
	s := &Service{Deps: d, db: d.DB, key: key}
	d.Events.InTx(s.objected, "consent.withdrawn")
	return s, nil
}

// Listed is the list of reviews; a shop adds no fields to them.
func (s *Service) Listed(context.Context) (field.List, custom.Record, error) {
	return list, custom.Record{}, nil
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(survey.Read); err != nil {
		return nil, err
	}
	where, err := list.Conditions(ctx, conds)
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: "(w.customer_id IS NULL OR " + sql + ")", Args: args})
	}
	return where, err
}

// List reads one page of reviews.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "(instr(lower(w.words), lower(?)) > 0 OR instr(lower(w.author), lower(?)) > 0)", Args: []any{req.Q, req.Q}, Reads: true})
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return list.Count(ctx, s.db.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return list.GroupsBy(ctx, s.db.Reader(ctx), by, where)
}

// Get reads one review.
func (s *Service) Get(ctx context.Context, id int64) (Review, error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return Review{}, err
	}
	return get(ctx, s.db.Reader(ctx), id)
}

// Create keeps a review; an unhappy one is a complaint.
func (s *Service) Create(ctx context.Context, in Input) (Review, error) {
	if err := auth.From(ctx).May(survey.Ask); err != nil {
		return Review{}, err
	}
	return db.WriteOne(ctx, s.db, "review.create", func(ctx context.Context, tx *db.Tx) (Review, error) {
		b, err := s.check(ctx, tx, &in)
		if err != nil {
			return Review{}, err
		}
		return s.add(ctx, tx, b, in, true)
	})
}

// check looks at what was said and at whom it names.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input) (setting.Business, error) {
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return b, err
	}
	today := cal.Today(tx.Now, b.Zone())
	in.clean(today)
	if err := in.validate(today); err != nil {
		return b, err
	}
	if in.CustomerID == 0 && in.Customer != "" {
		if in.CustomerID, err = s.meant(ctx, tx, in.Customer); err != nil {
			return b, err
		}
	}
	if in.CustomerID == 0 {
		return b, nil
	}
	_, err = s.Customers.MustSee(ctx, in.CustomerID)
	if errs.Is(err, errs.NotFound) {
		return b, nobody("error.choice", "")
	}
	return b, err
}

var numbered = regexp.MustCompile(`^(?:.*#)?([1-9]\d{0,17})$`)

// meant is the customer that somebody typed: "Ada #12", 12, a name, a phone.
func (s *Service) meant(ctx context.Context, tx *db.Tx, typed string) (int64, error) {
	names, err := s.Customers.Names(ctx, tx, []string{typed})
	if err != nil {
		return 0, err
	}
	id, err := names.Find(typed)
	if id != 0 || err != nil {
		return id, err
	}
	if m := numbered.FindStringSubmatch(typed); m != nil {
		return strconv.ParseInt(m[1], 10, 64)
	}
	return 0, nobody("import.problem.no_customer", typed)
}

func nobody(key, typed string) error {
	c := &errs.Check{}
	c.Add("customer", key, "value", clip(typed))
	return c.Err()
}

// add stores a review. Complaints of long ago open nothing: complains says
// whether this one still may.
func (s *Service) add(ctx context.Context, tx *db.Tx, b setting.Business, in Input, complains bool) (Review, error) {
	replied := db.Time{}
	if in.Replied {
		replied = db.At(tx.Now)
	}
	id, err := insert(ctx, tx, in, replied)
	if err != nil {
		return Review{}, err
	}
	r, err := get(ctx, tx, id)
	if err != nil {
		return r, err
	}
	journal.About(tx, subject, id, r.label())
	if r, err = s.complain(ctx, tx, r, complains); err != nil || r.CustomerID == 0 {
		return r, err
	}
	return r, s.Events.Publish(ctx, tx, r.fact(tx.Now, b.Zone()))
}

// complain opens a case for an unhappy review that has none.
func (s *Service) complain(ctx context.Context, tx *db.Tx, r Review, may bool) (Review, error) {
	if !may || r.Mood() != Unhappy || r.CaseID != 0 {
		return r, nil
	}
	id, err := s.Cases.Reviewed(ctx, tx, r.ID, int64(r.CustomerID), r.red(), r.said())
	if err != nil {
		return r, err
	}
	if _, err := tx.Exec(ctx, sqlOpened, id, r.ID); err != nil {
		return r, fmt.Errorf("note the case of review %d: %w", r.ID, err)
	}
	r.CaseID = db.ID(id)
	return r, nil
}

// said is the review as a case tells it.
func (r Review) said() string {
	out := r.Platform + " " + r.Rated()
	if r.Author != "" {
		out += ", " + r.Author
	}
	if r.Words != "" {
		out += ": " + r.Words
	}
	return out
}

func (r Review) label() string {
	if r.Author != "" {
		return r.Platform + ", " + r.Author
	}
	return r.Platform
}

// Update changes a review that is still at in.Version.
func (s *Service) Update(ctx context.Context, id int64, in Input) (Review, error) {
	if err := auth.From(ctx).May(survey.Ask); err != nil {
		return Review{}, err
	}
	return db.WriteOne(ctx, s.db, "review.update", func(ctx context.Context, tx *db.Tx) (Review, error) {
		before, err := get(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if before.Version != in.Version {
			return before, errs.Stale(before)
		}
		b, err := s.check(ctx, tx, &in)
		if err != nil {
			return before, err
		}
		return s.change(ctx, tx, b, before, in)
	})
}

func (s *Service) change(ctx context.Context, tx *db.Tx, b setting.Business, before Review, in Input) (Review, error) {
	replied := before.RepliedAt
	switch {
	case !in.Replied:
		replied = db.Time{}
	case replied.IsZero():
		replied = db.At(tx.Now)
	}
	if in.ExternalID == "" && before.ExternalID[0] == '#' {
		in.ExternalID = before.ExternalID // a corrected word makes no other review of it
	}
	if err := update(ctx, tx, before.ID, in, replied); err != nil {
		return before, err
	}
	r, err := get(ctx, tx, before.ID)
	if err != nil {
		return r, err
	}
	journal.About(tx, subject, r.ID, r.label())
	if r, err = s.complain(ctx, tx, r, before.Mood() != Unhappy); err != nil {
		return r, err
	}
	return r, s.tell(ctx, tx, b, before, r)
}

// tell keeps the timeline of whoever wrote it right.
func (s *Service) tell(ctx context.Context, tx *db.Tx, b setting.Business, before, r Review) error {
	if before.CustomerID == r.CustomerID {
		if r.CustomerID == 0 {
			return nil
		}
		return timeline.Reword(ctx, tx, subject, r.ID, "review.given", r.Words, db.At(r.fact(tx.Now, b.Zone()).at))
	}
	if before.CustomerID != 0 {
		if err := timeline.Drop(ctx, tx, subject, r.ID); err != nil {
			return err
		}
	}
	if r.CustomerID == 0 {
		return nil
	}
	return s.Events.Publish(ctx, tx, r.fact(tx.Now, b.Zone()))
}

// Delete removes a review; the case that it opened stays.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(survey.Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "review.delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, subject, id, r.label())
		if err := timeline.Drop(ctx, tx, subject, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlDelete, id)
		return err
	})
}

// Summary is what the reviews of one platform come to.
type Summary struct {
	Platform   string  `db:"platform"`
	N          int     `db:"n"`
	Rated      int     `db:"rated"` // of them with stars
	Mean       float64 `db:"mean"`  // out of five
	Low        int     `db:"low"`
	Unanswered int     `db:"unanswered"`
}

// Total is what platforms come to together; each has weight by its reviews with
// stars.
func Total(sums []Summary) Summary {
	var t Summary
	for _, s := range sums {
		t.Mean += s.Mean * float64(s.Rated)
		t.N, t.Rated, t.Low, t.Unanswered = t.N+s.N, t.Rated+s.Rated, t.Low+s.Low, t.Unanswered+s.Unanswered
	}
	if t.Rated > 0 {
		t.Mean /= float64(t.Rated)
	}
	return t
}

// lastDay is after every review.
const lastDay = cal.Date("9999-12-31")

// Summaries counts reviews since a day, by platform.
func (s *Service) Summaries(ctx context.Context, since cal.Date) ([]Summary, error) {
	return s.Between(ctx, since, lastDay, 0)
}

// Between counts the reviews of some days by platform, both days included; of a
// team those that its customers are known to have written.
func (s *Service) Between(ctx context.Context, since, until cal.Date, team int64) ([]Summary, error) {
	if err := auth.From(ctx).May(survey.Read); err != nil {
		return nil, err
	}
	out := []Summary{}
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlSummary, append([]any{since, until, team, team}, auth.From(ctx).Scope().Args()...)...); err != nil {
		return nil, fmt.Errorf("count the reviews: %w", err)
	}
	return out, nil
}
