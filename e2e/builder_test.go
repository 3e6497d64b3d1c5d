//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// Somebody builds a survey with a rule, publishes it, a customer answers it on
// a phone, and what was said stands in the words it was given to.
func TestASurveyIsBuiltPublishedAndAnswered(t *testing.T) {
	for _, look := range []Look{Desk, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			h := build(t, look.Language)
			h.API("", "write").Into(nil, 201, "POST", "/customers", `{"kind":"person","name":"Ines Carvalho"}`)
			buildAndAnswer(t, h, look, 3)
		})
	}
}

// pick chooses in a list, as a person would.
func pick(tab *Tab, name, value string) {
	tab.t.Helper()
	tab.eval(fmt.Sprintf(`(() => { const s = document.querySelector('#work select[name="%s"]'); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); return s.value })()`, name, value), nil)
}

// tick presses an answer.
func tick(tab *Tab, name, value string) {
	tab.t.Helper()
	tab.eval(fmt.Sprintf(`document.querySelector('form.survey input[name="%s"][value="%s"]').click()`, name, value), nil)
}

func buildAndAnswer(t *testing.T, h house, look Look, survey int) {
	t.Helper()
	tab := signIn(t, h.URL, look)
	builder := fmt.Sprintf("/surveys/%d", survey)
	tab.Go("/surveys/new")
	tab.Submit(`button[name="ready"][value="visit"]`)
	tab.Go(builder + "/edit?at=add")
	tab.Submit(`button[name="kind"][value="single"]`)
	tab.Fill("text_en", "What spoilt it?")
	tab.Fill("text_zh-CN", "哪里扫兴？")
	tab.Fill("option_en", "The draught")
	tab.Fill("option_zh-CN", "有穿堂风")
	pick(tab, "show", "score|lte")
	tab.Fill("show_value", "2")
	tab.Submit(`#work button.primary`)
	tab.Check()
	tab.Shot("builder-question")
	tab.Submit(`li[data-key="q1"] button[value="up"]`)
	tab.Shot("builder-moved")
	tab.Submit(fmt.Sprintf(`form[action="%s/publication"] button`, builder))
	tab.Check()
	said, option := "What spoilt it?", "The draught"
	if look.Language == "zh-CN" {
		said, option = "哪里扫兴？", "有穿堂风"
	}
	tab.Sees(said, option)
	tab.Shot("builder-versions")

	var i struct{ URL string }
	h.API("", "write").Into(&i, 201, "POST", "/invitations", fmt.Sprintf(`{"survey_id":%d,"customer_id":1,"channel":"link"}`, survey))
	guest := open(t, h.URL, look)
	guest.Go(strings.TrimPrefix(i.URL, h.URL) + "?lang=" + look.Language)
	guest.SeesNot(said)
	tick(guest, "score", "1")
	guest.Comes(said)
	tick(guest, "q.q1", "o1")
	guest.Check()
	guest.Shot("builder-answer")
	guest.Submit(`form.survey button`)
	guest.Check()
	var list struct {
		Items []struct {
			Score         int
			SurveyVersion int `json:"survey_version"`
			Answers       map[string]struct{ Picks []string }
		}
	}
	h.API("", "read").Into(&list, 200, "GET", fmt.Sprintf("/responses?filter[survey_id][eq]=%d", survey), "")
	if len(list.Items) != 1 || list.Items[0].Score != 1 || list.Items[0].SurveyVersion != 2 || len(list.Items[0].Answers["q1"].Picks) != 1 {
		t.Fatalf("the answer: %+v", list.Items)
	}
	tab.Go(builder + "/versions")
	tab.Sees(said, option)
}
