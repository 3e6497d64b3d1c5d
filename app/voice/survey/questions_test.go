package survey

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/voice/question"
)

func says(en string) question.Texts { return question.Texts{"en": en, "zh-CN": en + "。"} }

// further are questions of which one comes only after a low score.
func further() question.List {
	return question.List{
		{Key: "staff", Kind: question.CSAT, Text: says("How was the service?"), Required: true},
		{Key: "why", Kind: question.Multi, Text: says("What was wrong?"), Other: true, Required: true,
			Options: []question.Option{{Key: "late", Text: says("Late")}, {Key: "cold", Text: says("Cold")}},
			Show:    &question.Rule{Tests: []question.Test{{Question: question.Score, Op: "lte", Value: 6}}}},
		{Key: "parts", Kind: question.Matrix, Text: says("And these?"), Options: []question.Option{{Key: "taste", Text: says("Taste")}, {Key: "price", Text: says("Price")}}},
	}
}

func (f *shop) further() Survey {
	f.t.Helper()
	d := f.nps.Document
	d.Questions = further()
	v, err := f.s.SaveDraft(f.owner(), f.nps.ID, d, f.nps.Version)
	must(f.t, err)
	v, err = f.s.Publish(f.owner(), v.ID, v.Version)
	must(f.t, err)
	f.nps = v
	return v
}

func TestADraftIsAskedOnlyOncePublished(t *testing.T) {
	f := newShop(t)
	d := f.nps.Document
	d.Questions = further()
	v, err := f.s.SaveDraft(f.owner(), f.nps.ID, d, f.nps.Version)
	must(t, err)
	if len(v.Questions) != 0 || v.Revision != 1 || v.DraftText == "" {
		t.Fatalf("a draft is asked: %+v", v)
	}
	if _, err := f.s.Publish(f.owner(), v.ID, v.Version-1); !errs.Is(err, errs.Conflict) {
		t.Fatalf("published over somebody's change: %v", err)
	}
	v, err = f.s.Publish(f.owner(), v.ID, v.Version)
	must(t, err)
	if len(v.Questions) != 3 || v.Revision != 2 || v.DraftText != "" {
		t.Fatalf("published: %+v", v)
	}
	if _, err := f.s.Publish(f.owner(), v.ID, v.Version); !errs.Is(err, errs.Conflict) {
		t.Fatalf("nothing was published: %v", err)
	}
	list, err := f.s.Versions(f.owner(), v.ID)
	must(t, err)
	first, err := list[1].Document()
	must(t, err)
	if len(list) != 2 || list[0].Number != 2 || len(first.Questions) != 0 {
		t.Fatalf("versions: %+v", list)
	}
	d = v.Document
	d.Questions = further()
	d.Questions[0].Kind = question.NPS
	if _, err := f.s.SaveDraft(f.owner(), v.ID, d, v.Version); !errs.Is(err, errs.Invalid) {
		t.Fatalf("a published scale was turned: %v", err)
	}
}

func TestQuestionsThatARuleBringsUpComeAfterTheFirstPress(t *testing.T) {
	f := newShop(t)
	f.further()
	f.invite(InviteInput{CustomerID: f.customer("Ines Calder")})
	f.drain()
	_, l := f.sent(0)
	f.clock.Add(time.Hour)
	link := strings.TrimSuffix(l.links()[0], "?v=0")
	p := f.do(http.MethodGet, link, nil)
	for _, want := range []string{"How was the service?", `id="q.why" hidden disabled`, `name="q.parts.taste"`, "survey.js"} {
		if !strings.Contains(p.text, want) {
			t.Fatalf("%q is missing in %s", want, p.text)
		}
	}
	vote := url.Values{"score": {"3"}, "nonce": {p.nonce()}, "version": {"2"}, "asked": {"staff", "parts"}, "q.parts.taste": {"2"}}
	p = f.do(http.MethodPost, link, vote)
	if p.StatusCode != http.StatusUnprocessableEntity || f.count(`SELECT count(*) FROM survey_response`) != 0 {
		t.Fatalf("a required question was left out: %d", p.StatusCode)
	}
	vote.Set("q.staff", "2")
	p = f.do(http.MethodPost, link, vote)
	if p.StatusCode != 200 || !strings.Contains(p.text, "little more to ask") || strings.Contains(p.text, `id="q.why" hidden`) {
		t.Fatalf("the question is not brought up: %d %s", p.StatusCode, p.text)
	}
	if f.count(`SELECT count(*) FROM survey_response WHERE score = 3`) != 1 {
		t.Fatal("what was said first is not kept")
	}
	vote["asked"] = []string{"staff", "why", "parts"}
	vote["q.why"], vote["q.why.other"] = []string{"late", "other"}, []string{"dark"}
	if p = f.do(http.MethodPost, link, vote); p.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", p.StatusCode, p.text)
	}
	for query, want := range map[string]int64{
		`SELECT count(*) FROM survey_response WHERE revision = 2 AND survey_version = 2`:                                     1,
		`SELECT count(*) FROM survey_answer`:                                                                                 4,
		`SELECT count(*) FROM survey_answer WHERE question = 'why' AND choice = 'other' AND words = 'dark' AND position = 1`: 1,
		`SELECT count(*) FROM survey_answer WHERE question = 'parts' AND item = 'taste' AND number = 2`:                      1,
		`SELECT count(*) FROM survey_answer WHERE question = 'staff' AND number = 2`:                                         1,
		`SELECT count(*) FROM journal_set WHERE op = 'response.answer'`:                                                      2,
	} {
		if n := int64(f.count(query)); n != want {
			t.Errorf("%s: %d, not %d", query, n, want)
		}
	}
	// somebody who loaded the page before a change is asked by the words they saw
	d := f.nps.Document
	d.Questions = d.Questions[:1]
	in := f.nps.Input()
	in.Document = d
	_, err := f.s.Update(f.owner(), f.nps.ID, in)
	must(t, err)
	vote["q.why"] = []string{"cold"}
	delete(vote, "q.why.other")
	if p = f.do(http.MethodPost, link, vote); p.StatusCode != http.StatusSeeOther || f.count(`SELECT count(*) FROM survey_answer WHERE choice = 'cold'`) != 1 {
		t.Fatalf("an older page is not heard: %d", p.StatusCode)
	}
	vote.Set("version", "77")
	if p = f.do(http.MethodPost, link, vote); p.StatusCode != http.StatusNotFound {
		t.Fatalf("a version that never was: %d", p.StatusCode)
	}
}

func TestASurveyOfOnesOwnNeedsNoScore(t *testing.T) {
	f := newShop(t)
	in := Input{Kind: Custom, Name: "Visit", Active: true, Document: Document{Texts: Texts{"en": {Question: "Three questions about your visit"}}, Questions: further()[2:], Comment: CommentNo}}
	v, err := f.s.Create(f.owner(), in)
	must(t, err)
	r, err := f.s.Record(f.owner(), Answer{SurveyID: v.ID, CustomerID: f.customer("Ada Novak"), Score: NoAnswer, Answers: []byte(`{"parts":{"rows":{"price":5}},"odd":{"n":1}}`)})
	must(t, err)
	if r.Scored() || r.Band() != "" || r.Answers != `{"parts":{"rows":{"price":5}}}` {
		t.Fatalf("%+v", r)
	}
	in.Kind = NPS
	if _, err := f.s.Create(f.owner(), in); !errs.Is(err, errs.Invalid) {
		t.Fatalf("a recommendation survey without its score: %v", err)
	}
}
