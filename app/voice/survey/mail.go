package survey

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Channel puts an invitation's words and links in at the moment it leaves and
// hands it on to the channel that sends mail.
func (s *Service) Channel(next outbox.Channel) outbox.Channel {
	return outbox.Filled(next, subjectKind, outbox.Survey, s.compose)
}

// mailBody is what the mail's templates show.
type mailBody struct {
	Name        string
	Text        Text
	Kind        string
	Scores      []mailScore
	Page        string
	Trap        string // a link no person sees
	Unsubscribe string
	Reminder    bool
}

type mailScore struct {
	Value int
	Face  string
	Href  string
}

func (s *Service) compose(ctx context.Context, d outbox.Delivery) (outbox.Delivery, error) {
	var p payload
	if err := json.Unmarshal([]byte(d.Payload), &p); err != nil {
		return d, fmt.Errorf("read message %d: %w", d.ID, err)
	}
	q := s.db.Reader(ctx)
	i, err := readInvitation(ctx, q, p.Invitation)
	if err != nil {
		return d, fmt.Errorf("read invitation %d: %w", p.Invitation, err)
	}
	v, err := readSurvey(ctx, q, i.SurveyID)
	if err != nil {
		return d, err
	}
	base := s.d.BaseURL()
	if base == "" {
		return d, fmt.Errorf("invitation %d: there is no public address", i.ID)
	}
	token := s.tokens.of(i.ID, i.Nonce)
	words, err := s.words(ctx, q, v, i.Language)
	if err != nil {
		return d, err
	}
	unsubscribe := base + "/u/" + s.d.Consent.Token(i.CustomerID, int64(i.ContactID), d.ToAddress)
	body := mailBody{Name: d.ToName, Text: words, Kind: v.Kind, Page: base + path(token), Trap: base + path(token) + "?h=1",
		Unsubscribe: unsubscribe, Reminder: p.Reminder}
	for _, score := range v.Scores() {
		body.Scores = append(body.Scores, mailScore{score, Face(v.Kind, score), voted(base, token, score)})
	}
	d.Subject = subject(words, p.Reminder)
	plain, rich, err := s.write(ctx, q, i.Language, d.Subject, body)
	d.Payload = outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Leavable(unsubscribe).Payload()
	return d, err
}

// write renders both parts in the customer's language.
func (s *Service) write(ctx context.Context, q db.Q, language, title string, body mailBody) (text, html string, err error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return "", "", err
	}
	data := view.Data{Title: title, Business: b.Name, Body: body, Locale: s.d.View.Bundle().For(language).In(b.Zone()).At(s.db.Now())}
	return s.d.View.Mail("voice/mail", data)
}

// Face stands beside the number of a satisfaction score.
func Face(kind string, score int) string {
	faces := []string{"😠", "🙁", "😐", "🙂", "😀"}
	if kind != CSAT || score < 1 || score > len(faces) {
		return ""
	}
	return faces[score-1]
}
