package review

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/voice/survey"
)

// The wall of praise: what people said who agreed to be quoted, and reviews that
// the shop put there. Nobody stands on it with more than a first name. What
// somebody takes back, objects to or has erased is gone with the next look:
// nothing is kept of the wall but who is left off. What somebody says whom we do
// not know is left off until a colleague puts it there.

// Quote is one of them.
type Quote struct {
	Source  string    // answer or review
	ID      int64     // of that
	Words   string    // as they were written
	Name    string    // the first one, "" for nobody's
	Where   string    // the survey or the site
	On      time.Time // when it was said
	Hidden  bool      // the shop leaves it off
	Waits   bool      // nobody whom we know said it, and no colleague has said yes
	Unknown bool      // nobody whom we know said it
}

// Where quotes come from.
const (
	FromAnswer = "answer"
	FromReview = "review"
)

// maxQuotes is how many stand on the wall.
const maxQuotes = 100

// said is a quote as the tables keep it.
type said struct {
	ID     int64   `db:"id"`
	Words  string  `db:"words"`
	Score  int     `db:"score"`
	Kind   string  `db:"kind"`
	Person db.Null `db:"person"`
	Where  string  `db:"place"`
	At     db.Time `db:"at"`
	On     string  `db:"posted_on"`
	Hidden bool    `db:"hidden"`
	Waits  bool    `db:"waits"`
}

// wall is what stands there, newest first, as far as scope reaches; hidden adds
// what the shop left off.
func (s *Service) wall(ctx context.Context, scope auth.Scope, hidden bool) ([]Quote, error) {
	q := s.db.Reader(ctx)
	var answers, reviews []said
	if err := q.Select(ctx, &answers, sqlPraise, append(scope.Args(), 3*maxQuotes)...); err != nil {
		return nil, fmt.Errorf("read who praised us: %w", err)
	}
	if err := q.Select(ctx, &reviews, sqlPraised, append(scope.Args(), maxQuotes)...); err != nil {
		return nil, fmt.Errorf("read the reviews on the wall: %w", err)
	}
	var out []Quote
	for _, a := range answers {
		if a.Score != survey.NoAnswer && survey.BandOf(a.Kind, a.Score) != survey.HighBand || a.Hidden && !hidden {
			continue
		}
		out = append(out, Quote{FromAnswer, a.ID, a.Words, FirstName(string(a.Person)), a.Where, a.At.Time, a.Hidden, a.Waits, a.Person == ""})
	}
	for _, r := range reviews {
		on, err := time.Parse(time.DateOnly, r.On)
		if err != nil {
			return nil, fmt.Errorf("read the day of review %d: %w", r.ID, err)
		}
		out = append(out, Quote{FromReview, r.ID, r.Words, FirstName(string(r.Person)), r.Where, on, false, false, r.Person == ""})
	}
	slices.SortStableFunc(out, func(a, b Quote) int { return b.On.Compare(a.On) })
	return out[:min(len(out), maxQuotes)], nil
}

// Praise is the wall for those who work here: what is of their customers and of
// nobody whom we know; hidden adds what the shop left off.
func (s *Service) Praise(ctx context.Context, hidden bool) ([]Quote, error) {
	a := auth.From(ctx)
	if err := a.May(survey.Read); err != nil {
		return nil, err
	}
	return s.wall(ctx, a.Scope(), hidden)
}

// FirstName is all of a name that others learn: the first word, or of a name in
// Chinese, Japanese or Korean its first sign, as is usual there. A number or an
// address is no name.
func FirstName(name string) string {
	words := strings.FieldsFunc(name, unicode.IsSpace)
	if len(words) == 0 {
		return ""
	}
	first := words[0]
	if strings.ContainsFunc(first, func(r rune) bool { return r == '@' || r == '＠' || unicode.IsNumber(r) }) {
		return ""
	}
	runes := []rune(first)
	if slices.ContainsFunc(runes, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
	}) {
		return string(runes[0]) + "**"
	}
	if len(runes) > 30 {
		runes = runes[:30]
	}
	return string(runes)
}

// Hide leaves an answer off the wall, or puts it back.
func (s *Service) Hide(ctx context.Context, response int64, hide bool) error {
	if err := auth.From(ctx).May(survey.Ask); err != nil {
		return err
	}
	op := "praise.show"
	if hide {
		op = "praise.hide"
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		var there bool
		if err := tx.Get(ctx, &there, sqlQuotable, append([]any{response}, auth.From(ctx).Scope().Args()...)...); err != nil {
			return err
		}
		if !there {
			return errs.NotVisible()
		}
		journal.About(tx, "response", response, "")
		if !hide {
			_, err := tx.Exec(ctx, sqlShow, response)
			return err
		}
		_, err := tx.Exec(ctx, sqlHide, response, db.ID(auth.From(ctx).UserID), db.At(tx.Now))
		return err
	})
}

// page is how the wall's public page stands.
type wallPage struct {
	On    bool   `json:"on"`
	Nonce string `json:"nonce,omitempty"`
}

const wallSetting = "praise"

func (s *Service) wallPage(ctx context.Context, q db.Q) (wallPage, error) {
	var p wallPage
	return p, setting.Get(ctx, q, wallSetting, &p)
}

// Publish opens the wall's public page, shuts it, or gives it another address.
func (s *Service) Publish(ctx context.Context, on, renew bool) error {
	if err := auth.From(ctx).May(survey.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "praise.publish", func(ctx context.Context, tx *db.Tx) error {
		p, err := s.wallPage(ctx, tx)
		if err != nil {
			return err
		}
		if p.On = on; p.Nonce == "" || renew {
			p.Nonce = id.Token(16)
		}
		journal.About(tx, "setting", 0, wallSetting)
		return setting.Put(ctx, tx, wallSetting, p)
	})
}

// token is the secret part of the public page's address, made from the
// installation's key: a copy of the database opens nothing.
func (s *Service) token(nonce string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(nonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Path is where the wall's public page lies, "" while it is shut.
func (s *Service) Path(ctx context.Context) (string, error) {
	p, err := s.wallPage(ctx, s.db.Reader(ctx))
	if err != nil || !p.On || p.Nonce == "" {
		return "", err
	}
	return "/s/praise/" + s.token(p.Nonce), nil
}

// opens tells whether a token opens the wall.
func (s *Service) opens(ctx context.Context, token string) (bool, error) {
	p, err := s.wallPage(ctx, s.db.Reader(ctx))
	return err == nil && p.On && p.Nonce != "" && hmac.Equal([]byte(token), []byte(s.token(p.Nonce))), err
}

// objected takes from the wall what somebody wrote who wants to hear nothing
// more from us, in the transaction of the objection. Nothing brings it back but
// somebody who puts it there again.
func (s *Service) objected(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	var said struct {
		Purpose string `json:"purpose"`
	}
	if err := json.Unmarshal([]byte(e.Data), &said); err != nil {
		return fmt.Errorf("read an objection: %w", err)
	}
	if said.Purpose != "survey" || e.CustomerID == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, sqlDispraise, db.At(tx.Now), int64(e.CustomerID)); err != nil {
		return fmt.Errorf("take the praise of customer %d off the wall: %w", e.CustomerID, err)
	}
	return nil
}
