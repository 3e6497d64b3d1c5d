package satisfaction

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/voice/survey"
)

// Answer is one answer with all that hangs on it, in the words of the version
// that was answered.
type Answer struct {
	survey.Response
	Asked   survey.Survey // as it was asked
	Current int           // the version that is asked now
	Case    db.ID         // the case that it opened
	Topics  []Theme
	User    string // who took it down
	Served  string
	Place   string
}

// Answer reads one answer within the reader's scope.
func (s *Service) Answer(ctx context.Context, id int64) (Answer, error) {
	r, err := s.surveys.Response(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Response: r}
	v, err := s.surveys.Get(ctx, r.SurveyID)
	if err != nil {
		return out, err
	}
	q := s.db.Reader(ctx)
	out.Current = v.Revision
	if out.Asked, err = s.surveys.AsOf(ctx, q, v, r.SurveyVersion); err != nil {
		return out, err
	}
	if _, err := db.Found(q.Get(ctx, &out.Case, sqlCaseOf, id)); err != nil {
		return out, fmt.Errorf("find the case of answer %d: %w", id, err)
	}
	if err := q.Select(ctx, &out.Topics, sqlTopicsOf, id); err != nil {
		return out, fmt.Errorf("read the topics of answer %d: %w", id, err)
	}
	for _, name := range []struct {
		statement string
		id        db.ID
		into      *string
	}{{sqlPerson, r.UserID, &out.User}, {sqlPerson, r.RatedID, &out.Served}, {sqlPoster, r.PosterID, &out.Place}} {
		if name.id == 0 {
			continue
		}
		if _, err := db.Found(q.Get(ctx, name.into, name.statement, name.id)); err != nil {
			return out, fmt.Errorf("name what answer %d hangs on: %w", id, err)
		}
	}
	return out, nil
}
