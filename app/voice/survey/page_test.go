package survey

import (
	"bytes"
	"strings"
	"testing"

	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Every page of the slice renders in both languages with something on it.
func TestPagesRender(t *testing.T) {
	f, i, _ := asked(t)
	for range 6 {
		_, err := f.s.Record(f.owner(), Answer{CustomerID: i.CustomerID, Score: 9, Comment: "Good <script>alert(1)</script>"})
		must(t, err)
	}
	ctx := f.owner()
	answers, err := f.s.Responses(ctx, page.Request{Limit: 5}, nil)
	must(t, err)
	if answers.Next == "" {
		t.Fatal("no second page")
	}
	invitations, err := f.s.Invitations(ctx, pageAll, nil)
	must(t, err)
	programs, err := f.s.Programs(ctx, pageAll, nil)
	must(t, err)
	why, err := f.s.Why(ctx, i.CustomerID)
	must(t, err)
	panel, err := f.s.panel(ctx, i.CustomerID)
	must(t, err)
	consents, err := f.consent.Module().Panels[0].Load(ctx, i.CustomerID)
	must(t, err)
	surveys := []Survey{f.nps, f.csat}
	pages := map[string]view.Data{
		"voice/survey-new":    {Body: newBody{readySurveys, "food"}, Form: f.nps.Input()},
		"voice/programs":      {Body: programsBody{programs, true, true, true, map[int64]bool{1: true}, web.Reach{}}},
		"voice/program":       {Body: programBody{programs.Items[0], surveys, nil, web.Reach{}}, Form: programs.Items[0].Input()},
		"voice/invitations":   {Body: invitationsBody{invitations, "sent", true, false, true, web.Reach{}}},
		"voice/invite":        {Body: inviteBody{i.CustomerID, surveys, false, why, web.Reach{}}, Form: InviteInput{Channel: Email}},
		"voice/invitation":    {Body: invitationBody{i, []Trace{{Kind: "opened"}}, base + "/s/x", true, true, true, []Letter{{ID: 1, Words: "10 days ago", Late: true}}, web.Reach{}}},
		"voice/responses":     {Body: responsesBody{answers, surveys, true, nil}},
		"voice/answer":        {Body: answerBody{publicBody: publicBody{Form: Form{Survey: f.csat}, Choices: []choice{{1, "x", true, LowBand}}}, Customer: "Ines", Survey: f.csat, Surveys: surveys}, Form: Answer{}},
		"voice/panel":         {Body: panel},
		"voice/consent-panel": {Body: consents},
	}
	views := f.s.d.View
	for name, d := range pages {
		for _, tag := range []string{"en", "zh-CN"} {
			var out bytes.Buffer
			d.Locale = views.Bundle().For(tag).At(f.clock.Now())
			if err := views.Page(&out, tag, "app", name, d); err != nil {
				t.Errorf("%s in %s: %v", name, tag, err)
				continue
			}
			if s := out.String(); strings.Contains(s, "<script>alert") || strings.Contains(s, "%!") {
				t.Errorf("%s in %s is unsafe", name, tag)
			}
		}
	}
	for key, n := range views.Bundle().Missing() {
		if strings.Contains(key, "<nil>") { // the engine's own check of every template
			continue
		}
		if strings.HasPrefix(key, "survey.") || strings.HasPrefix(key, "consent.") || strings.HasPrefix(key, "reason.") {
			t.Errorf("%d times no text for %s", n, key)
		}
	}
}

// asks is a scored document of these words.
func asks(t Texts) Document { return Document{Texts: t, Scored: true} }

func TestSurveyTextsAreChecked(t *testing.T) {
	f := newShop(t)
	bad := []Input{
		{Kind: "stars", Name: "x", Document: asks(blankTexts(NPS))},
		{Kind: NPS, Name: "", Document: asks(blankTexts(NPS))},
		{Kind: NPS, Name: "x"},
		{Kind: NPS, Name: "x", Document: asks(Texts{"fr": {Question: "Ça va ?"}})},
		{Kind: NPS, Name: "x", Document: asks(Texts{"en": {Question: strings.Repeat("q", 501)}})},
		{Kind: NPS, Name: "x", Document: asks(Texts{"en": {Subject: "no question"}})},
	}
	for n, in := range bad {
		if _, err := f.s.Create(f.owner(), in); err == nil {
			t.Errorf("input %d was taken", n)
		}
	}
	in := f.nps.Input()
	in.Texts["en"] = Text{Question: "Would you tell a friend about {business}?", Subject: "Hello\r\nBcc: x@example.com"}
	v, err := f.s.Update(f.owner(), f.nps.ID, in)
	must(t, err)
	if v.Revision != 2 || v.Version != 2 || v.Texts["en"].Subject != "Hello Bcc: x@example.com" {
		t.Fatalf("%+v", v)
	}
	if _, err := f.s.Update(f.owner(), f.nps.ID, in); err == nil {
		t.Fatal("a stale edit was taken")
	}
	f.invite(InviteInput{CustomerID: f.customer("Ann")})
	f.drain()
	if _, l := f.sent(0); !strings.Contains(l.Text, "tell a friend about Kettle & Crane?") {
		t.Fatal(l.Text)
	}
	if err := f.s.Delete(f.owner(), f.nps.ID); err == nil {
		t.Fatal("a survey that was asked is gone")
	}
}

func TestBandsAndAlarms(t *testing.T) {
	for _, c := range []struct {
		kind  string
		score int
		band  Band
		low   bool
	}{
		{NPS, 0, LowBand, true}, {NPS, 6, LowBand, true}, {NPS, 7, MidBand, false}, {NPS, 8, MidBand, false}, {NPS, 9, HighBand, false},
		{CSAT, 1, LowBand, true}, {CSAT, 2, LowBand, true}, {CSAT, 3, MidBand, false}, {CSAT, 4, HighBand, false},
		{CES, 3, LowBand, true}, {CES, 4, MidBand, false}, {CES, 5, HighBand, false}, {Custom, 0, LowBand, false},
	} {
		if b, l := BandOf(c.kind, c.score), low(c.kind, c.score); b != c.band || l != c.low {
			t.Errorf("%s %d: %s %v", c.kind, c.score, b, l)
		}
	}
	v := Survey{Words: alarms}
	if v.alarming("I want my REFUND now") != "refund" || v.alarming("我要退款！") != "退款" || v.alarming("all fine") != "" {
		t.Error("alarming words")
	}
}
