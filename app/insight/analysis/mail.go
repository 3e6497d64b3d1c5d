package analysis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"regulars/app/insight/periodical"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Mail is when a report comes by mail and who gets it; no rhythm is never. Day is
// one of the week, 0 is Sunday, or of the month. Papers are the files that come
// along.
type Mail struct {
	Rhythm  string `db:"rhythm"`
	Day     int    `db:"day"`
	Since   int64  `db:"since"`
	Papers  papers `db:"papers"`
	Readers []int64
}

// Papers are the files that can come along with a mail.
var Papers = []string{export.XLSX, export.PDF}

// papers are some of them, with commas between.
type papers string

func papersOf(chosen []string) papers { return papers(strings.Join(chosen, ",")) }

func (p papers) list() []string { return roles(p).list() }

// Has tells whether a file is among them.
func (p papers) Has(format string) bool { return slices.Contains(p.list(), format) }

// check puts them into their order; one that there is not is refused.
func (p *papers) check(c *errs.Check) {
	var out []string
	for _, format := range Papers {
		if p.Has(format) {
			out = append(out, format)
		}
	}
	c.That(!slices.ContainsFunc(p.list(), func(f string) bool { return !slices.Contains(Papers, f) }), "papers", "error.choice")
	*p = papersOf(out)
}

// Rhythms are how often reports can come.
var Rhythms = []string{"weekly", "monthly"}

const (
	mailHour   = 7  // before the shop opens
	lastDay    = 28 // of a month, which every month has
	mostLines  = 30 // of a table in a mail
	mostToSend = 50 // people
)

// slot is one occasion on which a report is sent.
func (m Mail) slot(now time.Time, zone *time.Location) (name string, due time.Time) {
	today := cal.Today(now, zone)
	day := today.AddDays(-(int(today.Weekday()) - m.Day + 7) % 7)
	back := func() cal.Date { return day.AddDays(-7) }
	if m.Rhythm == "monthly" {
		day = endOf(moved(today, 0, -1)).AddDays(m.Day)
		back = func() cal.Date { return moved(day, 0, -1) }
	}
	if due = cal.At(day, mailHour, 0, zone); due.After(now) {
		day = back()
		due = cal.At(day, mailHour, 0, zone)
	}
	return string(day), due
}

func (m *Mail) check(ctx context.Context, s *Service, r Report) error {
	c := &errs.Check{}
	if m.Rhythm == "" {
		m.Day, m.Readers, m.Papers = 0, nil, ""
		return nil
	}
	c.That(slices.Contains(Rhythms, m.Rhythm), "rhythm", "error.choice")
	if m.Rhythm == "weekly" {
		c.That(m.Day >= 0 && m.Day <= 6, "day", "error.choice")
	} else {
		c.That(m.Day >= 1 && m.Day <= lastDay, "day", "error.range", "min", 1, "max", lastDay)
	}
	m.Papers.check(c)
	slices.Sort(m.Readers)
	m.Readers = slices.Compact(m.Readers)
	c.That(len(m.Readers) > 0, "readers", "error.required")
	c.That(len(m.Readers) <= mostToSend, "readers", "error.many", "n", mostToSend)
	if err := c.Err(); err != nil {
		return err
	}
	for _, id := range m.Readers {
		a, _, err := s.Users.Actor(ctx, id)
		if err != nil {
			return err
		}
		c.That(a != nil, "readers", "error.person")
		if a != nil {
			c.That(r.sees(a), "readers", "analysis.error.reader", "name", a.Name)
		}
	}
	return c.Err()
}

// sees tells whether somebody may read the report.
func (r Report) sees(a *auth.Actor) bool {
	return a.Can(Read) && (int64(r.UserID) == a.UserID || r.Roles.Shown(a.Role))
}

// MailOf is when a report comes by mail.
func (s *Service) MailOf(ctx context.Context, id int64) (Mail, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return Mail{}, err
	}
	return mailOf(ctx, s.DB.Reader(ctx), id)
}

// Mailed are the reports that the actor sees and that come by mail.
func (s *Service) Mailed(ctx context.Context) ([]due, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	q := s.DB.Reader(ctx)
	all, err := scheduled(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []due
	for _, one := range all {
		_, err := get(ctx, q, actor, one.ReportID)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if one.Mail, err = mailOf(ctx, q, one.ReportID); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// SetMail decides it. To send a report to others takes the right to share; to
// oneself it takes none.
func (s *Service) SetMail(ctx context.Context, id int64, m Mail) (Mail, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return m, err
	}
	return db.WriteOne(ctx, s.DB, "analysis.mail", func(ctx context.Context, tx *db.Tx) (Mail, error) {
		r, err := get(ctx, tx, actor, id)
		if err != nil {
			return m, err
		}
		if err := r.mayChange(actor); err != nil {
			return m, err
		}
		if err := m.check(ctx, s, r); err != nil {
			return m, err
		}
		if slices.ContainsFunc(m.Readers, func(u int64) bool { return u != actor.UserID }) {
			if err := actor.May(Share); err != nil {
				return m, err
			}
		}
		m.Since = tx.Now.UnixMilli()
		journal.About(tx, "analysis_report", id, r.Name)
		return m, putMail(ctx, tx, id, m)
	})
}

// Send sends the reports that are due, each to its readers with what they may see.
func (s *Service) Send(ctx context.Context) error {
	house := auth.With(ctx, auth.System("job"))
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	due, err := scheduled(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	var failed []error
	for _, one := range due {
		slot, at := one.slot(s.DB.Now(), b.Zone())
		if at.UnixMilli() < one.Since || one.Last >= slot {
			continue
		}
		if err := s.sendOne(house, b, one.ReportID, slot); err != nil {
			failed = append(failed, fmt.Errorf("send report %d of %s: %w", one.ReportID, slot, err))
		}
	}
	return errors.Join(failed...)
}

// sendOne queues the mails of one report, all in one stroke.
func (s *Service) sendOne(ctx context.Context, b setting.Business, id int64, slot string) error {
	r, err := get(ctx, s.DB.Reader(ctx), auth.From(ctx), id)
	if err != nil {
		return err
	}
	spec, err := r.Spec()
	if err != nil {
		return err
	}
	m, err := mailOf(ctx, s.DB.Reader(ctx), id)
	if err != nil {
		return err
	}
	var letters []outbox.Message
	for _, user := range m.Readers {
		a, _, err := s.Users.Actor(ctx, user)
		if err != nil {
			return err
		}
		if a == nil || !r.sees(a) {
			continue
		}
		l, err := s.letter(auth.With(ctx, a), b, r, spec, m, a)
		if e, ok := errs.As(err); ok && (e.Kind == errs.Invalid || e.Kind == errs.Denied) {
			slog.Warn("a report cannot be sent", "report", id, "user", user, "error", err)
			continue // it names what is gone, or they may not count it any more
		}
		if err != nil {
			return err
		}
		l.DedupeKey = fmt.Sprintf("report:%d:%s:%d", id, slot, user)
		letters = append(letters, l)
	}
	return s.DB.Write(ctx, "analysis.sent", func(ctx context.Context, tx *db.Tx) error {
		fresh, err := noteSent(ctx, tx, id, slot)
		if err != nil || !fresh {
			return err
		}
		for _, l := range letters {
			if _, _, err := s.Mail.Queue(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// letter is one mail, in its reader's language, with what its reader may see.
func (s *Service) letter(ctx context.Context, b setting.Business, r Report, spec Spec, m Mail, a *auth.Actor) (outbox.Message, error) {
	work, stop := context.WithTimeout(ctx, s.Bound)
	defer stop()
	now := s.DB.Now()
	l := dated(s.View.Bundle().For(a.Locale).In(b.Zone()))
	t, err := s.Run(work, l, spec)
	if err != nil {
		return outbox.Message{}, err
	}
	body := mailBody{Report: r, Name: a.Name, Table: t, Rows: t.Rows[:min(len(t.Rows), mostLines)], Base: periodical.Base(s.BaseURL())}
	files, held, err := s.along(ctx, m, t, r.Name)
	if err != nil {
		return outbox.Message{}, err
	}
	body.Held = held
	return periodical.Paper{View: s.View, Business: b, Now: now}.Write("insight/report-mail", a, func(view.Data) (string, any) { return r.Name, body }, files...)
}

// mailBody is what the mail's templates get.
type mailBody struct {
	Report
	Name  string
	Table Table
	Rows  []Row
	Held  bool // a file that was chosen does not come along
	periodical.Base
}

// Narrow tells whether the table has room on a phone.
func (b mailBody) Narrow() bool { return len(b.Table.Axes)+len(b.Table.Columned()) <= 3 }

// Said is a number of a row in its own line, with those that stand beside it.
type Said struct {
	Shown
	Others []Shown
}

// Lines are the numbers of a row one under the other, for a table too wide for a
// phone.
func (b mailBody) Lines(l Line) (out []Said) {
	for _, c := range l.Cells {
		if n := len(out); c.Beside != "" && n > 0 {
			out[n-1].Others = append(out[n-1].Others, c)
			continue
		}
		out = append(out, Said{Shown: c})
	}
	return out
}

// More is how many rows the mail leaves out.
func (b mailBody) More() int { return len(b.Table.Rows) - len(b.Rows) }
