package survey

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
)

// An interview: a colleague asks on the phone or at the counter and writes down
// what is said. It is the customer's page with all its questions; the answer is
// marked as assisted, because people are kinder to a voice than to a form.

// answerBody is that page.
type answerBody struct {
	publicBody
	Customer   string
	CustomerID int64
	Invitation int64
	Survey     Survey
	Surveys    []Survey
}

// PublicBody is what the customer would see.
func (b answerBody) PublicBody() publicBody { return b.publicBody }

func (s *Service) newResponse(c *fiber.Ctx) error {
	a := Answer{CustomerID: reference(c.Query("customer")), SurveyID: reference(c.Query("survey")), InvitationID: reference(c.Query("invitation")), Score: NoScore}
	if reply := reference(c.Query("reply")); reply != 0 && a.InvitationID != 0 { // what they wrote back
		list, err := s.Letters(web.Ctx(c), a.InvitationID)
		if err != nil {
			return err
		}
		for _, l := range list {
			if l.ID == reply {
				a.Comment = l.Words
			}
		}
	}
	return s.answerForm(c, a, nil)
}

// interviewed finds the customer and the survey that an interview is about.
func (s *Service) interviewed(c *fiber.Ctx, a *Answer) (customer, Survey, error) {
	ctx := web.Ctx(c)
	q := s.db.Reader(ctx)
	if a.InvitationID != 0 {
		i, _, err := s.Invitation(ctx, a.InvitationID)
		if err != nil {
			return customer{}, Survey{}, err
		}
		a.CustomerID, a.SurveyID = i.CustomerID, i.SurveyID
	}
	who, err := seen(ctx, q, a.CustomerID)
	if err != nil {
		return who, Survey{}, err
	}
	v, err := s.which(ctx, q, a.SurveyID)
	if err != nil && a.SurveyID != 0 {
		return who, v, errs.NotVisible()
	}
	if err != nil {
		return who, v, err
	}
	v, err = s.AsOf(ctx, q, v, a.SurveyVersion)
	return who, v, err
}

func (s *Service) answerForm(c *fiber.Ctx, a Answer, problem error) error {
	who, v, err := s.interviewed(c, &a)
	if err != nil {
		return err
	}
	list, err := s.List(web.Ctx(c), page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return err
	}
	said := a.Said
	if said == nil {
		said = question.Answers{}
	}
	b := answerBody{publicBody: s.body(c, Form{Survey: v}, "", "form", a.Score, a.Comment), Customer: who.Name, CustomerID: who.ID, Invitation: a.InvitationID, Survey: v, Surveys: list.Items}
	b.Asked = ask(c, v, said, lead(v, a.Score, a.Comment))
	return web.Render(c, web.Page{Name: "voice/answer", Title: "survey.record", Body: b, Form: a, Err: problem})
}

// postResponse keeps what was said. What a rule has brought up by it is asked
// before anything is stored, so that one interview is one answer.
func (s *Service) postResponse(c *fiber.Ctx) error {
	a := Answer{CustomerID: reference(c.FormValue("customer_id")), SurveyID: reference(c.FormValue("survey_id")),
		InvitationID: reference(c.FormValue("invitation_id")), Comment: strings.ReplaceAll(c.FormValue("comment"), "\r\n", "\n"),
		SurveyVersion: int(reference(c.FormValue("version"))), Channel: Staff, Language: web.Locale(c).Tag()}
	agreed(c, &a)
	_, v, err := s.interviewed(c, &a)
	if err != nil {
		return err
	}
	a.Score, a.Said, a.Asked = answerIn(c, v)
	if c.FormValue("version") == "" {
		a.Asked = []string{} // a form without the further questions has asked none
	} else if more := v.Questions.Shown(a.Said, lead(v, a.Score, a.Comment)); unseen(more, a.Asked) {
		return s.answerForm(c, a, errs.New(errs.Invalid, "builder.more_to_ask"))
	}
	r, err := s.Record(web.Ctx(c), a)
	if err != nil {
		return s.answerForm(c, a, err)
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", r.CustomerID), "survey.recorded")
}
