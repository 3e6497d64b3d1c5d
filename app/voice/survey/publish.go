package survey

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/voice/question"
)

// A survey is edited as a draft beside what is being asked. Publishing makes the
// draft the next version; versions are kept for ever, so that every answer can
// be read in the words it was given to.

// Version is one published document of a survey.
type Version struct {
	Number    int     `db:"number"`
	Text      string  `db:"document"`
	UserID    db.ID   `db:"user_id"`
	CreatedAt db.Time `db:"created_at"`
}

// Document reads what the version asked.
func (v Version) Document() (Document, error) {
	var d Document
	if err := json.Unmarshal([]byte(v.Text), &d); err != nil {
		return d, fmt.Errorf("read version %d of a survey: %w", v.Number, err)
	}
	d.clean()
	return d, nil
}

// Versions lists what a survey has asked, newest first.
func (s *Service) Versions(ctx context.Context, survey int64) ([]Version, error) {
	if _, err := s.Get(ctx, survey); err != nil {
		return nil, err
	}
	var out []Version
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlVersions, survey); err != nil {
		return nil, fmt.Errorf("list the versions of survey %d: %w", survey, err)
	}
	return out, nil
}

// AsOf is a survey with the document of one of its versions; 0 is what is asked
// now.
func (s *Service) AsOf(ctx context.Context, q db.Q, v Survey, number int) (Survey, error) {
	if number == 0 || number == v.Revision {
		return v, nil
	}
	var old Version
	if err := db.OrNotFound(q.Get(ctx, &old, sqlVersion, v.ID, number)); err != nil {
		return v, err
	}
	d, err := old.Document()
	v.Document, v.Revision = d, number
	return v, err
}

// Draft is what is being edited: the stored draft, or what is asked now.
func (s Survey) Draft() (Document, error) {
	if s.DraftText == "" {
		return s.Document, nil
	}
	return Version{Text: s.DraftText, Number: s.Revision + 1}.Document()
}

// SaveDraft keeps a document for later; nobody is asked it yet.
func (s *Service) SaveDraft(ctx context.Context, id int64, d Document, version int64) (Survey, error) {
	return s.redraft(ctx, "survey.draft", id, version, func(ctx context.Context, tx *db.Tx, v Survey) (string, error) {
		d.clean()
		if err := s.checkDocument(ctx, tx, v, d); err != nil {
			return "", err
		}
		if d.same(v.Document) {
			return "", nil
		}
		raw, err := json.Marshal(d)
		return string(raw), err
	})
}

// DropDraft goes back to what is asked now.
func (s *Service) DropDraft(ctx context.Context, id, version int64) (Survey, error) {
	return s.redraft(ctx, "survey.restore", id, version, func(context.Context, *db.Tx, Survey) (string, error) { return "", nil })
}

func (s *Service) redraft(ctx context.Context, op string, id, version int64, text func(context.Context, *db.Tx, Survey) (string, error)) (Survey, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Survey{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Survey, error) {
		v, err := readSurvey(ctx, tx, id)
		if err != nil {
			return v, err
		}
		if version != v.Version {
			return v, errs.Stale(v)
		}
		draft, err := text(ctx, tx, v)
		if err != nil {
			return v, err
		}
		journal.About(tx, "survey", id, v.Name)
		if _, err := tx.Exec(ctx, sqlSetDraft, draft, db.At(tx.Now), id, version); err != nil {
			return v, fmt.Errorf("keep the draft of survey %d: %w", id, err)
		}
		return readSurvey(ctx, tx, id)
	})
}

// Publish makes the draft what is asked from now on.
func (s *Service) Publish(ctx context.Context, id, version int64) (Survey, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Survey{}, err
	}
	return db.WriteOne(ctx, s.db, "survey.publish", func(ctx context.Context, tx *db.Tx) (Survey, error) {
		v, err := readSurvey(ctx, tx, id)
		if err != nil {
			return v, err
		}
		if version != v.Version {
			return v, errs.Stale(v)
		}
		if v.DraftText == "" {
			return v, errs.New(errs.Conflict, "survey.error.no_draft")
		}
		d, err := v.Draft()
		if err != nil {
			return v, err
		}
		if err := s.checkDocument(ctx, tx, v, d); err != nil {
			return v, err
		}
		journal.About(tx, "survey", id, v.Name)
		in := v.Input()
		in.Document = d
		if err := s.revise(ctx, tx, v, in); err != nil {
			return v, err
		}
		return readSurvey(ctx, tx, id)
	})
}

// checkDocument also holds it against everything published before: what a key
// once asked it asks for ever, because its answers are counted together.
func (s *Service) checkDocument(ctx context.Context, q db.Q, v Survey, d Document) error {
	c := &errs.Check{}
	d.check(c, v.Kind)
	var versions []Version
	if err := q.Select(ctx, &versions, sqlVersions, v.ID); err != nil {
		return fmt.Errorf("list the versions of survey %d: %w", v.ID, err)
	}
	for _, version := range versions {
		old, err := version.Document()
		if err != nil {
			return err
		}
		d.Questions.Frozen(c, old.Questions)
		c.That(old.Scored == d.Scored, "scored", "question.error.frozen")
	}
	return c.Err()
}

// revise stores what a survey says; a document that asks something else is its
// next version, and a draft that has become it is gone.
func (s *Service) revise(ctx context.Context, tx *db.Tx, v Survey, in Input) error {
	number, draft := v.Revision, v.DraftText
	if !in.Document.same(v.Document) {
		var err error
		if number, err = addVersion(ctx, tx, v.ID, in.Document); err != nil {
			return err
		}
		draft = ""
	}
	_, err := tx.Exec(ctx, sqlUpdateSurvey, in.Name, in.Texts, in.Questions, in.Scored, in.Stars, in.Comment, in.Actions, draft, in.Words, in.Active,
		in.ClosesOn, in.ClosesAtN, number, db.At(tx.Now), v.ID, v.Version)
	if err != nil {
		return fmt.Errorf("change survey %d: %w", v.ID, err)
	}
	return nil
}

// lead is what an answer says to the survey's own two questions.
func (a Answer) lead(v Survey) question.Lead {
	out := question.Lead{Comment: a.Comment}
	if v.Scored {
		out.Score = &a.Score
	}
	return out
}
