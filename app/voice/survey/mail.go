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
	Unsubscribe string // "" without a page: whoever wants no more writes that back
	Reminder    bool
	Low, High   int
	Reply       bool // a number written back is an answer
	Unread      bool // a reply would say who wrote it: nobody reads it
	Write       bool // and so is a sentence, where the survey asks for no number
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
	address, replies := s.d.CanReply(ctx)
	if v.Anonymous { // a reply says who wrote it
		replies = false
	}
	if base == "" && !replies {
		return d, fmt.Errorf("invitation %d: there is no public address, and nobody reads replies", i.ID)
	}
	words, err := s.words(ctx, q, v, i.Language)
	if err != nil {
		return d, err
	}
	body := mailBody{Name: d.ToName, Text: words, Kind: v.Kind, Reminder: p.Reminder, Reply: replies && v.Scored, Write: replies && !v.Scored, Unread: v.Anonymous}
	body.Low, body.High = Scale(v.Kind)
	d.Subject = subject(words, p.Reminder)
	code := s.d.Outbox.Code(d.ID, d.CreatedAt)
	if base != "" {
		s.link(&body, base, v, i, d.ToAddress)
	}
	if replies && code != "" { // some servers name mails themselves: then only the subject tells what a reply is about
		d.Subject += " " + code
	}
	plain, rich, err := s.write(ctx, q, i.Language, d.Subject, body)
	letter := outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}
	switch {
	case base != "":
		letter = letter.Leavable(body.Unsubscribe)
	default:
		letter = letter.LeavableBy(address, "STOP "+code)
	}
	if replies {
		letter.ReplyTo = address
	}
	d.Payload = letter.Payload()
	return d, err
}

// link puts the addresses of the page into a mail.
func (s *Service) link(body *mailBody, base string, v Survey, i Invitation, address string) {
	token := s.tokens.of(i.ID, i.Nonce)
	body.Page, body.Trap = base+path(token), base+path(token)+"?h=1"
	body.Unsubscribe = base + "/u/" + s.d.Consent.Token(i.CustomerID, int64(i.ContactID), address)
	for _, score := range v.Scores() {
		body.Scores = append(body.Scores, mailScore{score, Face(v.Kind, score), voted(base, token, score)})
	}
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
