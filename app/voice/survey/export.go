package survey

import (
	"context"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/filter"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/voice/question"
)

// Exporters tell how answers and invitations leave: what their lists show.
func (s *Service) Exporters() []export.Kind {
	return []export.Kind{{Name: "responses", Write: s.writeResponses}, {Name: "invitations", Write: s.writeInvitations}}
}

var responseHead = []string{"id", "answered_at", "survey", "kind", "customer_id", "customer", "score", "band", "comment", "channel", "language", "level", "region",
	"survey_version", "invitation_id", "case_id"}

// writeResponses gives the answers to further questions a column each when one
// survey is asked for, and stands them in one otherwise.
func (s *Service) writeResponses(ctx context.Context, ask export.Ask, w export.Writer) error {
	var questions question.List
	if id := one(ask.Conds); id != 0 {
		v, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		questions = v.Questions
	}
	head := append([]string{}, responseHead...)
	for _, q := range questions {
		if q.Asks() {
			head = append(head, q.Key)
		}
	}
	if questions == nil {
		head = append(head, "answers")
	}
	return export.Table(ctx, ask, w, head, s.Responses, func(list []Response) (out [][]string, err error) {
		for _, r := range list {
			out = append(out, append(r.cells(), r.further(questions)...))
		}
		return out, nil
	})
}

func one(conds []filter.Cond) int64 {
	for _, c := range conds {
		if c.Field == "survey_id" && c.Op == "eq" && c.Group == "" {
			return reference(c.Value)
		}
	}
	return 0
}

func (r Response) cells() []string {
	score := ""
	if r.Scored() {
		score = strconv.Itoa(r.Score)
	}
	return []string{strconv.FormatInt(r.ID, 10), instant(r.AnsweredAt), r.SurveyName, r.SurveyKind, numbered(r.CustomerID), r.CustomerName, score, string(r.Band()), r.Comment,
		r.Channel, r.Language, r.Level, r.Region, numbered(db.ID(r.SurveyVersion)), numbered(r.InvitationID), numbered(r.CaseID)}
}

// further are the answers to the questions, or all of them as they are kept.
func (r Response) further(questions question.List) []string {
	if questions == nil {
		if r.Answers == "{}" {
			return []string{""}
		}
		return []string{r.Answers}
	}
	var out []string
	said := r.Said()
	for _, q := range questions {
		if q.Asks() {
			out = append(out, Cell(q, said[q.Key]))
		}
	}
	return out
}

// Cell is an answer as one cell of a table: keys and numbers, which mean the
// same in every language.
func Cell(q question.Question, a question.Answer) string {
	switch {
	case a.N != nil:
		return strconv.FormatFloat(*a.N, 'f', -1, 64)
	case a.Yes != nil:
		return strconv.FormatBool(*a.Yes)
	case len(a.Rows) > 0:
		var parts []string
		for _, o := range q.Options {
			if n, ok := a.Rows[o.Key]; ok {
				parts = append(parts, o.Key+"="+strconv.Itoa(n))
			}
		}
		return strings.Join(parts, "; ")
	case len(a.Picks) > 0:
		text := strings.Join(a.Picks, "; ")
		if a.Other != "" {
			text += ": " + a.Other
		}
		return text
	}
	return a.Text
}

func (s *Service) writeInvitations(ctx context.Context, ask export.Ask, w export.Writer) error {
	head := []string{"id", "created_at", "survey", "customer_id", "customer", "channel", "state", "reason", "sent_at", "reminded_at", "answered_at", "expires_at", "order_id", "case_id"}
	return export.Table(ctx, ask, w, head, s.Invitations, func(list []Invitation) (out [][]string, err error) {
		for _, i := range list {
			out = append(out, []string{strconv.FormatInt(i.ID, 10), instant(i.CreatedAt), i.SurveyName, numbered(db.ID(i.CustomerID)), i.CustomerName, i.Channel, i.State,
				i.Reason, instant(i.SentAt), instant(i.RemindedAt), instant(i.AnsweredAt), instant(i.ExpiresAt), numbered(i.OrderID), numbered(i.CaseID)})
		}
		return out, nil
	})
}

func instant(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func numbered(id db.ID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}
