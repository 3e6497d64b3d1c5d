package daybook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// What a report is about.
const (
	Day  = "day"
	Week = "week"
)

// The states of a report.
const (
	Draft    = "draft"
	HandedIn = "handed_in"
)

// Words are what somebody says about their day or week.
type Words struct {
	Well     string `db:"well" json:"well"`
	Problems string `db:"problems" json:"problems"`
	Help     string `db:"help" json:"help"`
	Plan     string `db:"plan" json:"plan"`
}

// Report is somebody's, of a day or a week.
type Report struct {
	Words
	ID        int64    `db:"id"`
	UserID    int64    `db:"user_id"`
	UserName  string   `db:"user_name"`
	Period    string   `db:"period"`
	Day       cal.Date `db:"day"`
	State     string   `db:"state"`
	Edition   int64    `db:"edition"`
	HandedAt  db.Time  `db:"handed_at"`
	Figures   string   `db:"figures"`
	Comments  int      `db:"comments"`
	CreatedAt db.Time  `db:"created_at"`
	UpdatedAt db.Time  `db:"updated_at"`
	Version   int64    `db:"version"`
}

// Edition is a report as it was handed in once.
type Edition struct {
	Words
	Number  int64   `db:"number"`
	Figures string  `db:"figures"`
	At      db.Time `db:"at"`
}

// Comment is what a reader says to a report.
type Comment struct {
	ID       int64   `db:"id"`
	UserID   db.ID   `db:"user_id"`
	UserName db.Null `db:"user_name"`
	Words    string  `db:"words"`
	At       db.Time `db:"at"`
}

// Sum is money of one currency.
type Sum struct {
	Currency string `db:"currency" json:"currency"`
	Ordered  int64  `db:"ordered" json:"ordered"`
	Received int64  `db:"received" json:"received"`
}

// Figures are what the product knows of somebody's days.
type Figures struct {
	Counts map[string]int `json:"counts"`
	Sums   []Sum          `json:"sums,omitempty"`
	Open   int            `json:"open"`    // tasks that are theirs and still open
	Late   int            `json:"overdue"` // those whose time has passed
}

// Ahead is a task that comes next.
type Ahead struct {
	ID           int64   `db:"id"`
	Title        string  `db:"title"`
	CustomerName db.Null `db:"customer_name"`
	DueAt        db.Time `db:"due_at"`
}

// Span is the days that it is about.
func (r Report) Span() Span { return spanOf(r.Period, r.Day) }

func spanOf(period string, day cal.Date) Span {
	if period == Week {
		return Span{day, day.AddDays(6)}
	}
	return Span{day, day}
}

// Known reads the figures that it was handed in with.
func (r Report) Known() Figures { return known(r.Figures) }

// Known reads the figures of that time.
func (e Edition) Known() Figures { return known(e.Figures) }

func known(stored string) (f Figures) {
	if stored != "" {
		_ = json.Unmarshal([]byte(stored), &f) // the product wrote it
	}
	return f
}

const maxWords = 5000

func (w *Words) check() error {
	c := &errs.Check{}
	for name, s := range map[string]*string{"well": &w.Well, "problems": &w.Problems, "help": &w.Help, "plan": &w.Plan} {
		*s = text.Block(*s)
		c.That(len([]rune(*s)) <= maxWords, name, "error.long", "n", maxWords)
	}
	return c.Err()
}

// first is the first day of the period that day lies in.
func first(period string, day cal.Date) cal.Date {
	if period == Week {
		return day.Monday()
	}
	return day
}

// when checks and tidies what a report is about: no day to come.
func (s *Service) when(ctx context.Context, period string, day cal.Date) (cal.Date, error) {
	today, _, err := s.day(ctx)
	if err != nil {
		return "", err
	}
	if day == "" {
		day = today
	}
	c := &errs.Check{}
	c.That(period == Day || period == Week, "period", "error.choice")
	c.That(day.Valid() && day <= today && day > today.AddDays(-400), "day", "error.date")
	if err := c.Err(); err != nil {
		return "", err
	}
	return first(period, day), nil
}

// Of are the figures of a person's days and what comes next for them: what is due
// up to the end of the day after, or of the week after. The reader must be allowed
// to see the person.
func (s *Service) Of(ctx context.Context, user int64, span Span) (Figures, []Ahead, error) {
	f := Figures{}
	if err := s.sees(ctx, user); err != nil {
		return f, nil, err
	}
	_, zone, err := s.day(ctx)
	if err != nil {
		return f, nil, err
	}
	people := []Person{{ID: user}}
	if err := s.count(ctx, people, span, zone); err != nil {
		return f, nil, err
	}
	f.Counts = people[0].Counts
	q := s.DB.Reader(ctx)
	args, err := s.args(ctx, []int64{user}, "", span, zone)
	if err != nil {
		return f, nil, err
	}
	if err := q.Select(ctx, &f.Sums, sqlSums, args...); err != nil {
		return f, nil, fmt.Errorf("add up the sums of a day: %w", err)
	}
	var ahead []Ahead
	if !auth.From(ctx).Can("task.read") {
		return f, nil, nil
	}
	until := span.To.AddDays(1)
	if span.From != span.To {
		until = span.To.AddDays(7)
	}
	_, end := Span{until, until}.bounds(zone)
	if err := q.Get(ctx, &f.Open, sqlOpen, user); err != nil {
		return f, nil, err
	}
	if err := q.Get(ctx, &f.Late, sqlLate, user, db.At(s.DB.Now())); err != nil {
		return f, nil, err
	}
	if err := q.Select(ctx, &ahead, sqlAhead, append([]any{user, end}, auth.From(ctx).Scope().Args()...)...); err != nil {
		return f, nil, fmt.Errorf("list what comes next: %w", err)
	}
	return f, ahead, nil
}

// Mine is the actor's report of a day or week, or a new one with what comes next
// as its plan. Looking stores nothing.
func (s *Service) Mine(ctx context.Context, period string, day cal.Date) (Report, error) {
	me := auth.From(ctx)
	if err := me.May(Write); err != nil {
		return Report{}, err
	}
	day, err := s.when(ctx, period, day)
	if err != nil {
		return Report{}, err
	}
	var r Report
	found, err := db.Found(s.DB.Reader(ctx).Get(ctx, &r, sqlMine, me.UserID, period, string(day)))
	if err != nil || found {
		return r, err
	}
	r = Report{UserID: me.UserID, UserName: me.Name, Period: period, Day: day, State: Draft}
	_, ahead, err := s.Of(ctx, me.UserID, r.Span())
	var lines []string
	for _, t := range ahead {
		line := "- " + t.Title
		if t.CustomerName != "" {
			line += " (" + string(t.CustomerName) + ")"
		}
		lines = append(lines, line)
	}
	r.Plan = strings.Join(lines, "\n")
	return r, err
}

// Save keeps the actor's report of a day or week as it was at version (0: there is
// none yet). Handing in keeps an edition for good; a report that was handed in once
// gets a new edition with every change.
func (s *Service) Save(ctx context.Context, period string, day cal.Date, version int64, w Words, handIn bool) (Report, error) {
	me := auth.From(ctx)
	if err := me.May(Write); err != nil {
		return Report{}, err
	}
	if !me.Signed() {
		return Report{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	day, err := s.when(ctx, period, day)
	if err == nil {
		err = w.check()
	}
	if err != nil {
		return Report{}, err
	}
	figures, _, err := s.Of(ctx, me.UserID, spanOf(period, day))
	if err != nil {
		return Report{}, err
	}
	op := "daybook.save"
	if handIn {
		op = "daybook.hand_in"
	}
	return db.WriteOne(ctx, s.DB, op, func(ctx context.Context, tx *db.Tx) (Report, error) {
		var before Report
		found, err := db.Found(tx.Get(ctx, &before, sqlMine, me.UserID, period, string(day)))
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		if found && before.State == HandedIn && before.Words == w {
			return before, nil
		}
		id := before.ID
		if !found {
			if id, err = tx.Insert(ctx, sqlNewReport, me.UserID, period, string(day), db.At(tx.Now), db.At(tx.Now)); err != nil {
				return before, fmt.Errorf("start a report: %w", err)
			}
		}
		if _, err := tx.Exec(ctx, sqlSetReport, w.Well, w.Problems, w.Help, w.Plan, db.At(tx.Now), id); err != nil {
			return before, fmt.Errorf("store report %d: %w", id, err)
		}
		journal.About(tx, "daily_report", id, string(day))
		if handIn || before.State == HandedIn {
			if err := s.handIn(ctx, tx, id, before, w, figures); err != nil {
				return before, err
			}
		}
		return one(ctx, tx, id)
	})
}

func (s *Service) handIn(ctx context.Context, tx *db.Tx, id int64, before Report, w Words, figures Figures) error {
	stored, err := json.Marshal(figures)
	if err != nil {
		return fmt.Errorf("keep the figures of report %d: %w", id, err)
	}
	n := before.Edition + 1
	if _, err := tx.Insert(ctx, sqlNewEdition, id, n, w.Well, w.Problems, w.Help, w.Plan, string(stored), db.At(tx.Now)); err != nil {
		return fmt.Errorf("keep edition %d of report %d: %w", n, id, err)
	}
	if _, err := tx.Exec(ctx, sqlHandIn, n, db.At(tx.Now), string(stored), id); err != nil {
		return fmt.Errorf("hand in report %d: %w", id, err)
	}
	if n > 1 {
		return nil // those who read it once see the new edition when they look again
	}
	return s.tellLeads(ctx, tx, id)
}

// tellLeads tells those who lead the actor: the managers of the team, or the owner
// of a manager and of whoever has no team's manager.
func (s *Service) tellLeads(ctx context.Context, tx *db.Tx, id int64) error {
	me := auth.From(ctx)
	var leads []int64
	if err := tx.Select(ctx, &leads, sqlLeads, me.UserID, me.UserID, me.UserID); err != nil {
		return fmt.Errorf("look who reads report %d: %w", id, err)
	}
	for _, lead := range leads {
		if err := s.Notices.Tell(ctx, tx, notify.Notice{UserID: lead, Kind: notify.ReportIn, SubjectKind: "daily_report", SubjectID: id,
			Args: map[string]any{"who": me.Name}}); err != nil {
			return err
		}
	}
	return nil
}

// Read gives a report with its editions, newest first, and its comments. A draft
// is its writer's alone.
func (s *Service) Read(ctx context.Context, id int64) (Report, []Edition, []Comment, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Report{}, nil, nil, err
	}
	q := s.DB.Reader(ctx)
	r, err := s.mayRead(ctx, q, id)
	if err != nil {
		return r, nil, nil, err
	}
	var editions []Edition
	var comments []Comment
	err = errors.Join(q.Select(ctx, &editions, sqlEditions, id), q.Select(ctx, &comments, sqlComments, id))
	return r, editions, comments, err
}

func (s *Service) mayRead(ctx context.Context, q db.Q, id int64) (Report, error) {
	r, err := one(ctx, q, id)
	if err != nil {
		return r, err
	}
	if r.State == Draft && r.UserID != auth.From(ctx).UserID {
		return r, errs.NotVisible()
	}
	return r, s.sees(ctx, r.UserID)
}

// Say adds a comment, which its writer and whoever commented before are told.
func (s *Service) Say(ctx context.Context, id int64, words string) (Comment, error) {
	me := auth.From(ctx)
	if err := me.May(Write); err != nil {
		return Comment{}, err
	}
	words = text.Block(words)
	c := &errs.Check{}
	c.That(text.Visible(words), "words", "error.required")
	c.That(len([]rune(words)) <= maxWords, "words", "error.long", "n", maxWords)
	if err := c.Err(); err != nil {
		return Comment{}, err
	}
	return db.WriteOne(ctx, s.DB, "daybook.comment", func(ctx context.Context, tx *db.Tx) (Comment, error) {
		r, err := s.mayRead(ctx, tx, id)
		if err != nil {
			return Comment{}, err
		}
		var comments []Comment
		if err := tx.Select(ctx, &comments, sqlComments, id); err != nil {
			return Comment{}, err
		}
		at, err := tx.Insert(ctx, sqlNewComment, id, db.ID(me.UserID), words, db.At(tx.Now))
		if err != nil {
			return Comment{}, fmt.Errorf("comment on report %d: %w", id, err)
		}
		journal.About(tx, "daily_report", id, string(r.Day))
		told := []int64{me.UserID}
		for _, who := range append([]Comment{{UserID: db.ID(r.UserID)}}, comments...) {
			if slices.Contains(told, int64(who.UserID)) || who.UserID == 0 {
				continue
			}
			told = append(told, int64(who.UserID))
			if err := s.Notices.Tell(ctx, tx, notify.Notice{UserID: int64(who.UserID), Kind: notify.ReportSaid, SubjectKind: "daily_report", SubjectID: id, Label: words,
				Args: map[string]any{"who": me.Name}, DedupeKey: fmt.Sprintf("report_said:%d:%d", at, who.UserID)}); err != nil {
				return Comment{}, err
			}
		}
		return Comment{ID: at, UserID: db.ID(me.UserID), UserName: db.Null(me.Name), Words: words, At: db.At(tx.Now)}, nil
	})
}

// Handed is a colleague with their report of a period, if they handed it in.
type Handed struct {
	Person
	Report Report // zero without one
}

// In tells whether it was handed in.
func (h Handed) In() bool { return h.Report.State == HandedIn }

// Owes tells whether somebody leads them who would read it: nobody leads the owner.
func (h Handed) Owes() bool { return h.Role != auth.Owner }

// Round is who handed in the report of a day or week and who did not yet.
func (s *Service) Round(ctx context.Context, period string, day cal.Date) ([]Handed, cal.Date, error) {
	people, err := s.People(ctx)
	if err != nil {
		return nil, day, err
	}
	if day, err = s.when(ctx, period, day); err != nil {
		return nil, day, err
	}
	var list []Report
	if err := s.DB.Reader(ctx).Select(ctx, &list, sqlRound, period, string(day)); err != nil {
		return nil, day, fmt.Errorf("list the reports of %s: %w", day, err)
	}
	out := []Handed{}
	for _, p := range people {
		h := Handed{Person: p}
		for _, r := range list {
			if r.UserID == p.ID && (r.State == HandedIn || r.UserID == auth.From(ctx).UserID) {
				h.Report = r
			}
		}
		out = append(out, h)
	}
	return out, day, nil
}
