package improvement

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
)

// "You said, we did": one letter to everybody who complained, in their
// language, through the gate like any other question to a customer. Whoever
// objects is spared, also when they object after it was queued.

// Consent tells whom the shop may write to, and gives the link by which they
// stop it.
type Consent interface {
	May(ctx context.Context, q db.Q, customer, contact int64, purpose, channel string) (ok bool, reason string, err error)
	Askable(ctx context.Context, q db.Q, customer, contact, except int64, now time.Time) (time.Time, error)
	Token(customer, contact int64, address string) string
	Link(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error
}

// Letter is the text in both languages.
type Letter struct {
	SubjectEN, SubjectZH string
	TextEN, TextZH       string
	Version              int64
}

// Bounds of a letter.
const (
	maxSubject = 150
	maxLetter  = 4000
)

// Letter is the text as it was kept.
func (i Improvement) Letter() Letter {
	return Letter{i.SubjectEN, i.SubjectZH, i.LetterEN, i.LetterZH, i.Version}
}

// in is what is said in a language.
func (l Letter) in(language string) (subject, words string) {
	if language == "zh-CN" {
		return l.SubjectZH, l.TextZH
	}
	return l.SubjectEN, l.TextEN
}

func (l *Letter) clean() {
	l.SubjectEN, l.SubjectZH = text.Line(l.SubjectEN), text.Line(l.SubjectZH)
	l.TextEN, l.TextZH = text.Block(l.TextEN), text.Block(l.TextZH)
}

// validate asks for the words of each language that somebody reads.
func (l Letter) validate(languages map[string]bool) error {
	c := &errs.Check{}
	for _, one := range []struct{ tag, ending, subject, text string }{{"en", "en", l.SubjectEN, l.TextEN}, {"zh-CN", "zh", l.SubjectZH, l.TextZH}} {
		c.That(len([]rune(one.subject)) <= maxSubject, "subject_"+one.ending, "error.long", "n", maxSubject)
		c.That(len([]rune(one.text)) <= maxLetter, "letter_"+one.ending, "error.long", "n", maxLetter)
		c.That(one.subject != "" || !languages[one.tag], "subject_"+one.ending, "error.required")
		c.That(one.text != "" || !languages[one.tag], "letter_"+one.ending, "error.required")
	}
	return c.Err()
}

// Recipients are all who complained, each with why they are spared or what
// they wait for.
func (s *Service) Recipients(ctx context.Context, id int64) ([]Recipient, error) {
	i, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.recipients(ctx, s.db.Reader(ctx), i, s.db.Now())
}

func (s *Service) recipients(ctx context.Context, q db.Q, i Improvement, now time.Time) ([]Recipient, error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, err
	}
	live := now
	if i.LiveOn != "" {
		live = i.LiveOn.AddDays(1).Time(b.Zone())
	}
	list, err := s.complained(ctx, q, i, live)
	if err != nil {
		return nil, err
	}
	sent, err := letters(ctx, q, i.ID)
	if err != nil {
		return nil, err
	}
	for n := range list {
		r := &list[n]
		if r.Language != "en" && r.Language != "zh-CN" {
			r.Language = b.Locale
		}
		if l, ok := sent[r.CustomerID]; ok {
			r.State, r.Reason = l.State, l.Reason
			continue
		}
		if err := s.spare(ctx, q, r, now); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// spare looks up what keeps a letter from somebody.
func (s *Service) spare(ctx context.Context, q db.Q, r *Recipient, now time.Time) error {
	contact := int64(r.ContactID)
	if r.Email == "" {
		r.Spared, r.Reason = true, "no_email"
		return nil
	}
	ok, reason, err := s.Consent.May(ctx, q, r.CustomerID, contact, string(outbox.Survey), outbox.Email)
	if err != nil {
		return err
	}
	if !ok {
		r.Spared, r.Reason = true, reason
		return nil
	}
	until, err := s.Consent.Askable(ctx, q, r.CustomerID, contact, 0, now)
	if err != nil {
		return err
	}
	if until.After(now) {
		r.Reason, r.Until = "budget", db.At(until)
	}
	return nil
}

// Word keeps the text, without sending anything.
func (s *Service) Word(ctx context.Context, id int64, l Letter) (Improvement, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Improvement{}, err
	}
	l.clean()
	if err := l.validate(nil); err != nil {
		return Improvement{}, err
	}
	return db.WriteOne(ctx, s.db, "improvement.word", func(ctx context.Context, tx *db.Tx) (Improvement, error) {
		if _, err := current(ctx, tx, id, l.Version); err != nil {
			return Improvement{}, err
		}
		if err := word(ctx, tx, id, l); err != nil {
			return Improvement{}, err
		}
		return get(ctx, tx, id)
	})
}

func word(ctx context.Context, tx *db.Tx, id int64, l Letter) error {
	_, err := tx.Exec(ctx, sqlWords, l.SubjectEN, l.SubjectZH, l.TextEN, l.TextZH, db.At(tx.Now), id)
	return err
}

// payload is what waits in the outbox; the link is put in when it leaves.
type payload struct {
	Text     string `json:"text"`
	Language string `json:"language"`
	Links    bool   `json:"links"`
}

// Send writes to everybody who is not spared and has no letter yet, and says to
// how many. The text is kept with it.
func (s *Service) Send(ctx context.Context, id int64, l Letter) (int, error) {
	if err := auth.From(ctx).May(Tell); err != nil {
		return 0, err
	}
	l.clean()
	return db.WriteOne(ctx, s.db, sendOp, func(ctx context.Context, tx *db.Tx) (int, error) {
		i, err := current(ctx, tx, id, l.Version)
		if err != nil {
			return 0, err
		}
		if i.State != Live && i.State != Judged {
			return 0, errs.New(errs.Conflict, "improvement.error.not_live")
		}
		list, err := s.recipients(ctx, tx, i, tx.Now)
		if err != nil {
			return 0, err
		}
		languages := map[string]bool{}
		for _, r := range list {
			if !r.Spared && r.State == "" {
				languages[r.Language] = true
			}
		}
		if err := l.validate(languages); err != nil {
			return 0, err
		}
		if err := word(ctx, tx, id, l); err != nil {
			return 0, err
		}
		n := 0
		for _, r := range list {
			if r.Spared || r.State != "" {
				continue
			}
			if err := s.queue(ctx, tx, i, l, r); err != nil {
				return n, err
			}
			n++
		}
		if n > 0 {
			journal.Because(tx, fmt.Sprint(n))
		}
		return n, nil
	})
}

// queue puts one letter into the outbox, once for each customer and improvement.
func (s *Service) queue(ctx context.Context, tx *db.Tx, i Improvement, l Letter, r Recipient) error {
	contact := int64(r.ContactID)
	if err := s.Consent.Link(ctx, tx, r.CustomerID, contact, r.Email); err != nil {
		return err
	}
	now := db.At(tx.Now)
	row, err := tx.Insert(ctx, sqlAddLetter, i.ID, r.CustomerID, r.ContactID, now, now)
	if err != nil {
		return fmt.Errorf("note the letter to customer %d: %w", r.CustomerID, err)
	}
	subject, words := l.in(r.Language)
	raw, err := json.Marshal(payload{words, r.Language, true})
	if err != nil {
		return fmt.Errorf("encode the letter to customer %d: %w", r.CustomerID, err)
	}
	_, _, err = s.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: fmt.Sprintf("improvement:%d:%d", i.ID, r.CustomerID), Channel: outbox.Email,
		Purpose: outbox.Survey, ToAddress: r.Email, ToName: r.Name, CustomerID: db.ID(r.CustomerID), ContactID: r.ContactID, Subject: subject,
		Payload: string(raw), SubjectKind: letterKind, SubjectID: db.ID(row), ExpiresAt: db.At(tx.Now.AddDate(0, 3, 0))})
	if err != nil {
		return fmt.Errorf("queue the letter to customer %d: %w", r.CustomerID, err)
	}
	return nil
}

// became keeps what happened to a letter beside the improvement.
func (s *Service) became(ctx context.Context, tx *db.Tx, row outbox.Row) error {
	if row.SubjectKind != letterKind {
		return nil
	}
	_, err := tx.Exec(ctx, sqlBecame, string(row.State), row.Reason, db.At(tx.Now), int64(row.SubjectID))
	return err
}

// Try sends the letter to the person who asks, as a customer would read it.
func (s *Service) Try(ctx context.Context, id int64, l Letter, language string) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	l.clean()
	if err := l.validate(map[string]bool{language: true}); err != nil {
		return err
	}
	return s.db.Write(ctx, "improvement.try", func(ctx context.Context, tx *db.Tx) error {
		i, err := current(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		var me struct {
			Name  string `db:"name"`
			Email string `db:"email"`
		}
		if err := db.OrNotFound(tx.Get(ctx, &me, sqlMyEmail, actor.UserID)); err != nil {
			return err
		}
		subject, words := l.in(language)
		plain, rich, err := s.write(ctx, tx, language, subject, mailBody{Name: me.Name, Paragraphs: paragraphs(words)})
		if err != nil {
			return err
		}
		_, _, err = s.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: fmt.Sprintf("improvement:%d:try:%d:%d", i.ID, actor.UserID, tx.Now.UnixNano()),
			Channel: outbox.Email, Purpose: outbox.Staff, ToAddress: me.Email, ToName: me.Name, UserID: db.ID(actor.UserID), Subject: subject,
			Payload: outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Payload(), ExpiresAt: db.At(tx.Now.Add(24 * time.Hour))})
		return err
	})
}

// paragraphs are the blocks between empty lines.
func paragraphs(words string) []string {
	var out []string
	for _, p := range strings.Split(words, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
