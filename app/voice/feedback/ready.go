package feedback

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
)

// Ready is a text for replies, in both languages.
type Ready struct {
	ID        int64   `db:"id"`
	NameEN    string  `db:"name_en"`
	NameZH    string  `db:"name_zh"`
	SubjectEN string  `db:"subject_en"`
	SubjectZH string  `db:"subject_zh"`
	TextEN    string  `db:"text_en"`
	TextZH    string  `db:"text_zh"`
	Active    bool    `db:"active"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Name is what the reader calls it.
func (r Ready) Name(l *i18n.Locale) string {
	return Route{NameEN: r.NameEN, NameZH: r.NameZH}.Name(l)
}

// in is what is said in a language, else in the other one.
func (r Ready) in(language string) (subject, words string) {
	if language == "zh-CN" && r.TextZH != "" || r.TextEN == "" {
		return r.SubjectZH, r.TextZH
	}
	return r.SubjectEN, r.TextEN
}

func (r *Ready) clean() {
	for _, line := range []*string{&r.NameEN, &r.NameZH, &r.SubjectEN, &r.SubjectZH} {
		*line = text.Line(*line)
	}
	r.TextEN, r.TextZH = text.Block(r.TextEN), text.Block(r.TextZH)
}

// validate asks for a name and for one language that is whole.
func (r Ready) validate() error {
	c := &errs.Check{}
	c.That(r.NameEN != "" || r.NameZH != "", "name_en", "error.required")
	c.That(r.TextEN != "" || r.TextZH != "", "text_en", "error.required")
	for _, one := range []struct{ ending, name, subject, words string }{{"en", r.NameEN, r.SubjectEN, r.TextEN}, {"zh", r.NameZH, r.SubjectZH, r.TextZH}} {
		c.That(one.subject != "" || one.words == "", "subject_"+one.ending, "error.required")
		c.That(len([]rune(one.name)) <= maxCause, "name_"+one.ending, "error.long", "n", maxCause)
		c.That(len([]rune(one.subject)) <= maxSubject, "subject_"+one.ending, "error.long", "n", maxSubject)
		c.That(len([]rune(one.words)) <= maxAction, "text_"+one.ending, "error.long", "n", maxAction)
	}
	return c.Err()
}

// Replies are the ready texts.
func (s *Service) Replies(ctx context.Context) ([]Ready, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	out := []Ready{}
	err := s.db.Reader(ctx).Select(ctx, &out, sqlReplies)
	return out, err
}

// Ready reads one.
func (s *Service) Ready(ctx context.Context, id int64) (Ready, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Ready{}, err
	}
	return readyIn(ctx, s.db.Reader(ctx), id)
}

func readyIn(ctx context.Context, q db.Q, id int64) (Ready, error) {
	var r Ready
	return r, db.OrNotFound(q.Get(ctx, &r, sqlReply, id))
}

// SaveReady keeps a ready text; id 0 makes a new one.
func (s *Service) SaveReady(ctx context.Context, id int64, r Ready) (Ready, error) {
	if err := auth.From(ctx).May(Decide); err != nil {
		return Ready{}, err
	}
	r.clean()
	if err := r.validate(); err != nil {
		return Ready{}, err
	}
	op := "feedback.ready_create"
	if id != 0 {
		op = "feedback.ready_update"
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Ready, error) {
		var err error
		if id == 0 {
			id, err = tx.Insert(ctx, sqlAddReply, r.NameEN, r.NameZH, r.SubjectEN, r.SubjectZH, r.TextEN, r.TextZH, r.Active, db.At(tx.Now), db.At(tx.Now))
		} else {
			before, gone := readyIn(ctx, tx, id)
			if gone != nil {
				return before, gone
			}
			if before.Version != r.Version {
				return before, errs.Stale(before)
			}
			_, err = tx.Exec(ctx, sqlSetReply, r.NameEN, r.NameZH, r.SubjectEN, r.SubjectZH, r.TextEN, r.TextZH, r.Active, db.At(tx.Now), id)
		}
		if err != nil {
			return r, fmt.Errorf("keep a ready reply: %w", err)
		}
		if r, err = readyIn(ctx, tx, id); err != nil {
			return r, err
		}
		journal.About(tx, "feedback_reply", id, r.NameEN)
		return r, nil
	})
}

// DropReady removes a ready text; what was sent stays.
func (s *Service) DropReady(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Decide); err != nil {
		return err
	}
	return s.db.Write(ctx, "feedback.ready_delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := readyIn(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "feedback_reply", id, r.NameEN)
		_, err = tx.Exec(ctx, sqlDropReply, id)
		return err
	})
}
