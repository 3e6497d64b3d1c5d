//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"regulars/app/voice/survey"
)

// An unhappy review is owned work; a happy one stands on the wall that everybody
// may see; and what somebody says anonymously at a poster is nobody's.
func TestReviewsPraiseAndAnAnonymousAnswer(t *testing.T) {
	for _, in := range []struct {
		locale            string
		desk, phone       Look
		unhappy, promise  string
		wall, over, first string
	}{
		{"en", Desk, Phone, "Unhappy", "This survey is anonymous", "What our customers say", "nobody can tell that it is yours", "Theo"},
		{"zh-CN", DeskZh, PhoneZh, "差评", "本问卷匿名", "顾客怎么说", "没有人能认出是您填的", "Theo"},
	} {
		t.Run(in.locale, func(t *testing.T) {
			t.Parallel()
			h := build(t, in.locale)
			desk := signIn(t, h.URL, in.desk)
			desk.Go("/reviews/new")
			desk.Fill("platform", "Google")
			desk.Fill("stars", "1/5")
			desk.Fill("words", "Cold coffee and a long queue.")
			desk.Submit(`form[action="/reviews"] button.primary`)
			desk.Sees(in.unhappy)
			desk.Submit(`#main dl.facts a[href^="/feedback-cases/"]`)
			desk.Sees("Cold coffee and a long queue.")
			desk.Check()

			api := h.API("", "write")
			api.Into(nil, 201, "POST", "/reviews", `{"platform":"Yelp","stars":5,"author":"Theo Lind","words":"Best roast in town.","praise":true}`)
			desk.Go("/praise")
			desk.Submit(`form[action="/praise/publish"] button.primary`)
			desk.Check()
			var page struct{ Path string }
			api.Into(&page, 200, "GET", "/praise/page", "")

			var v survey.Object
			api.Into(&v, 201, "POST", "/surveys", `{"name":"Frankly","kind":"csat","texts":{"en":{"question":"How is it here?"},"zh-CN":{"question":"在这里感觉如何？"}}}`)
			desk.Go(fmt.Sprintf("/surveys/%d/edit?at=settings", v.ID))
			desk.Click(`button[popovertarget="survey-anonymous"]`)
			desk.Submit(`#survey-anonymous button.primary`)
			desk.Check()
			var at struct{ Path string }
			api.Into(&at, 201, "POST", "/posters", fmt.Sprintf(`{"kind":"poster","name":"Door","survey_id":%d}`, v.ID))

			phone := open(t, h.URL, in.phone)
			phone.Go(page.Path)
			phone.Sees(in.wall, "Best roast in town.", in.first)
			phone.Check()
			phone.Go(at.Path)
			phone.Sees(in.promise)
			phone.Check()
			phone.Choose("score", "2")
			phone.Fill("comment", "Honestly, a bit loud.")
			phone.Submit(`form.survey button`)
			phone.Sees(in.over)
			phone.Check()
			if h.Count(`SELECT count(*) FROM survey_anonymous`) != 1 || h.Count(`SELECT count(*) FROM survey_response`) != 0 || h.Count(`SELECT count(*) FROM feedback_case`) != 1 {
				t.Error("the answer is somebody's, is lost, or opened a case")
			}
		})
	}
}
