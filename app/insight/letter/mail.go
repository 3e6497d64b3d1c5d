package letter

import (
	"context"
	"time"

	"regulars/app/insight/periodical"
	"regulars/app/sys/auth"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// mail is one letter in its reader's language. It holds the numbers, and its
// picture is made of text, so that it reads the same everywhere.
func (s *Service) mail(ctx context.Context, b setting.Business, l Letter, a *auth.Actor, now time.Time) (outbox.Message, error) {
	l, err := s.open(ctx, l, a)
	if err != nil {
		return outbox.Message{}, err
	}
	return periodical.Paper{View: s.View, Business: b, Now: now}.Write("insight/letter-mail", a, func(d view.Data) (string, any) {
		return d.Locale.T("letter.subject", "whose", l.Whose(d), "period", l.Period(d)), mailBody{Letter: l, Name: a.Name, Base: periodical.Base(s.BaseURL())}
	})
}

// mailBody is what the mail's templates get.
type mailBody struct {
	Letter
	Name string
	periodical.Base
}
