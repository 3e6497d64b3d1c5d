package improvement

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/voice/feedback"
	"regulars/app/voice/survey"
)

// lastDay is until when too few answers are waited for. A verdict that was
// given stands: looking again until it pleases would prove everything.
const lastDay = 730

// Judge gives the verdicts that are due: all of one day together. Where too few
// have answered it looks again after another waiting time, at a longer stretch.
func (s *Service) Judge(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	today := cal.DateOf(s.db.Now(), b.Zone())
	var due []Improvement
	if err := q.Select(ctx, &due, sqlDue, today); err != nil {
		return fmt.Errorf("find the improvements to judge: %w", err)
	}
	var all []*Figures
	for _, i := range due {
		f, err := s.figures(ctx, q, i, today, b.Zone())
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	verdicts := judge(all)
	for n, i := range due {
		if err := s.record(ctx, i, today, verdicts[n], *all[n]); err != nil {
			return err
		}
	}
	return nil
}

// record keeps a verdict, unless the improvement changed meanwhile.
func (s *Service) record(ctx context.Context, was Improvement, today cal.Date, verdict string, f Figures) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode the figures of improvement %d: %w", was.ID, err)
	}
	return s.db.Write(ctx, judgeOp, func(ctx context.Context, tx *db.Tx) error {
		i, err := get(ctx, tx, was.ID)
		if errs.Is(err, errs.NotFound) || err == nil && i.Version != was.Version {
			return nil
		}
		if err != nil {
			return err
		}
		journal.About(tx, subject, i.ID, i.Title)
		if _, err := tx.Insert(ctx, sqlVerdict, i.ID, today, verdict, string(raw), db.At(tx.Now)); err != nil {
			return err
		}
		i.JudgeOn = ""
		if verdict == TooFew && today.Sub(i.LiveOn)+i.WaitDays <= lastDay {
			i.JudgeOn = today.AddDays(i.WaitDays)
		}
		_, err = tx.Exec(ctx, sqlMove, Judged, i.LiveOn, i.JudgeOn, verdict, db.At(tx.Now), i.ID)
		return err
	})
}

// figures counts what a verdict rests on: equally many days before the change
// as since, up to yesterday.
func (s *Service) figures(ctx context.Context, q db.Q, i Improvement, today cal.Date, zone *time.Location) (*Figures, error) {
	from, days := window(i, today)
	f := &Figures{By: byCause, Theme: i.Cause, From: from, LiveOn: i.LiveOn, Until: i.LiveOn.AddDays(days - 1)}
	start, live, end := from.Time(zone), i.LiveOn.Time(zone), today.Time(zone)
	var err error
	if i.TopicID != 0 && s.Topics != nil {
		err = s.byTopic(ctx, q, i, f, start, live, end)
	} else {
		if f.Before, f.ControlBefore, err = causes(ctx, q, i.Cause, start, live); err == nil {
			f.After, f.ControlAfter, err = causes(ctx, q, i.Cause, live, end)
		}
	}
	if err != nil {
		return nil, err
	}
	f.Again, err = s.again(ctx, q, i.ID)
	return f, err
}

// byTopic fills the four cells: happy answers among those that speak of the
// topic and among all others.
func (s *Service) byTopic(ctx context.Context, q db.Q, i Improvement, f *Figures, start, live, end time.Time) error {
	f.By = byTopic
	names, err := s.themes(ctx, q, "en")
	if err != nil {
		return err
	}
	for _, t := range names {
		if t.ID == int64(i.TopicID) {
			f.Theme = t.Name
		}
	}
	touched, err := s.Topics.Answers(ctx, q, int64(i.TopicID))
	if err != nil {
		return err
	}
	var answers []said
	if err := q.Select(ctx, &answers, sqlAnswers, db.At(start), db.At(end)); err != nil {
		return fmt.Errorf("read the answers around improvement %d: %w", i.ID, err)
	}
	for _, a := range answers {
		cell := &f.ControlAfter
		switch early := a.At.Before(live); {
		case touched[a.ID] && early:
			cell = &f.Before
		case touched[a.ID]:
			cell = &f.After
		case early:
			cell = &f.ControlBefore
		}
		cell.N++
		if survey.BandOf(a.Kind, a.Score) == survey.HighBand {
			cell.K++
		}
	}
	return nil
}

// again sums up what the customers of the linked cases said the second time.
func (s *Service) again(ctx context.Context, q db.Q, id int64) (Again, error) {
	var pairs []pair
	if err := q.Select(ctx, &pairs, sqlPairs, id); err != nil {
		return Again{}, fmt.Errorf("read the second answers of improvement %d: %w", id, err)
	}
	a := asked(pairs, feedback.Low)
	natural, err := s.Cases.Naturally(ctx)
	a.Natural, a.NaturalKnown = Cell{natural.K, natural.N}, natural.N >= enough
	return a, err
}

// read decodes the figures.
func (v *Verdict) read() error {
	if err := json.Unmarshal([]byte(v.Raw), &v.Figures); err != nil {
		return fmt.Errorf("read verdict %d: %w", v.ID, err)
	}
	return nil
}
