package app

import (
	"context"

	"regulars/app/sys/outbox"
	"regulars/app/voice/feedback"
	"regulars/app/voice/improvement"
	"regulars/app/voice/survey"
	"regulars/app/voice/wave"
)

// makeVoice makes what asks customers and what becomes of their answers.
func (a *App) makeVoice() error {
	var err error
	a.surveys, err = survey.New(survey.Deps{DB: a.DB, Bus: a.Events, Keys: a.Keys, View: a.View, Outbox: a.Outbox, Consent: a.consent, BaseURL: a.BaseURL,
		Days:    func(ctx context.Context) (survey.Days, error) { return a.hours.Hours(ctx) },
		CanMail: a.channel.Ready, CanReply: a.channel.Replies, OpenCase: a.openCase,
		Segments: a.segments, Within: a.within, Hear: a.hear})
	if err != nil {
		return err
	}
	a.channel.Inbox().OnReply("invitation", a.surveys.Replied)
	a.waves = wave.New(a.DB, a.surveys, a.customers, a.BaseURL)
	a.channels[outbox.Email] = a.consent.Channel(a.surveys.Channel(a.channel)) // what holds a link gets it, and its words, only when it leaves
	a.cases = feedback.New(feedback.Deps{DB: a.DB, Events: a.Events, Days: a.hours, Notices: a.notify, Tasks: a.tasks,
		Surveys: a.surveys, Contacts: caller{a.followups}, Topics: themes{a.topics}, Consent: a.consent, Outbox: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	a.improvements = improvement.New(improvement.Deps{DB: a.DB, Cases: a.cases, Topics: themes{a.topics}, Consent: a.consent, Outbox: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	a.channels[outbox.Email] = a.receivables.Channel(a.improvements.Channel(a.cases.Channel(a.channels[outbox.Email])))
	return nil
}
