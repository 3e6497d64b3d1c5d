package report

import (
	"time"

	"regulars/app/insight/periodical"
	"regulars/app/sys/auth"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// letter is one mail, in its reader's language. It holds the numbers, so that it
// is of use where no address leads back to the house.
func (s *Service) letter(b setting.Business, r Report, a *auth.Actor, now time.Time) (outbox.Message, error) {
	r.Figures = r.Figures.For(a)
	return periodical.Paper{View: s.View, Business: b, Now: now}.Write("voice/report-mail", a, func(d view.Data) (string, any) {
		return d.Locale.T("report.subject", "period", r.Period(d)), mailBody{Report: r, Name: a.Name, Base: periodical.Base(s.BaseURL())}
	})
}

// mailBody is what the mail's templates get.
type mailBody struct {
	Report
	Name string
	periodical.Base
}
