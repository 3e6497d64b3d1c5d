package survey

import (
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
)

// The preview is the customer's page from the same partial, in a language and
// after a score that the reader chooses. It stands in no form: nothing can be
// sent from it.

// previewBody is the page on the phone.
type previewBody struct {
	publicBody
	Full bool
}

// PublicBody is the customer's page.
func (b previewBody) PublicBody() publicBody { return b.publicBody }

// Thanked is what is said after the press.
func (b previewBody) Thanked() string { return b.publicBody.Thanks }

// sampleScore is a score of the band.
func sampleScore(kind string, band Band) int {
	low, high := Scale(kind)
	for score := high; score > low; score-- {
		if BandOf(kind, score) == band {
			return score
		}
	}
	return low
}

// preview draws what a draft would ask.
func (s *Service) preview(c *fiber.Ctx, v Survey, d Document, language string, band Band, full bool) (view.Markup, error) {
	if !slices.Contains(Languages, language) {
		language = web.Locale(c).Tag()
	}
	v.Document = d
	score := NoScore
	if v.Scored && slices.Contains([]Band{LowBand, MidBand, HighBand}, band) {
		score = sampleScore(v.Kind, band)
	}
	l := s.d.View.Bundle().For(language)
	b := previewBody{bodyIn(language, web.Business(c).Name, Form{Survey: v}, "", "preview", score, ""), full}
	b.Asked = askIn(language, v, question.Answers{}, lead(v, score, ""))
	out, err := s.d.View.Part(language, "voice/preview", view.Data{Locale: l, Business: web.Business(c).Name, Body: b})
	if err != nil {
		return "", fmt.Errorf("draw the preview of survey %d: %w", v.ID, err)
	}
	return out, nil
}

// previewPage is the preview alone.
type previewPage struct {
	Survey  Survey
	In      string
	Band    Band
	Preview view.Markup
}

// Languages and Bands are what it can be looked at in.
func (previewPage) Languages() []string { return Languages }

// Bands are the scores it can be looked at after.
func (previewPage) Bands() []Band { return []Band{LowBand, MidBand, HighBand} }

func (s *Service) showPreview(c *fiber.Ctx) error {
	v, err := s.surveyOf(c)
	if err != nil {
		return err
	}
	d, err := v.Draft()
	if err != nil {
		return err
	}
	b := previewPage{Survey: v, In: c.Query("in", web.Locale(c).Tag()), Band: Band(c.Query("band", string(LowBand)))}
	if b.Preview, err = s.preview(c, v, d, b.In, b.Band, true); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/preview-page", Heading: v.Name, Body: b})
}

// versionsBody lists what a survey has asked.
type versionsBody struct {
	Survey   Survey
	Versions []versionLine
	MayWrite bool
}

// versionLine is one published document with how many have answered it.
type versionLine struct {
	Version
	Document Document
	Author   string
	Answers  int
}

// Count is a question's number on the page.
func (versionsBody) Count(k int) int { return k + 1 }

// Title is a question's text in the reader's language.
func (versionsBody) Title(d view.Data, t question.Texts) string {
	return t.For(d.Locale.Tag(), Languages)
}

// Lead is the survey's own question in the reader's language.
func (versionsBody) Lead(d view.Data, doc Document) string {
	return doc.Texts.For(d.Locale.Tag()).with(d.Business).Question
}

func (s *Service) showVersions(c *fiber.Ctx) error {
	v, err := s.surveyOf(c)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	list, err := s.Versions(ctx, v.ID)
	if err != nil {
		return err
	}
	counts, err := s.answersByVersion(ctx, v.ID)
	if err != nil {
		return err
	}
	b := versionsBody{Survey: v, MayWrite: web.Actor(c).Can(Write)}
	for _, one := range list {
		line := versionLine{Version: one, Answers: counts[one.Number].N, Author: counts[one.Number].Author}
		if line.Document, err = one.Document(); err != nil {
			return err
		}
		b.Versions = append(b.Versions, line)
	}
	return web.Render(c, web.Page{Name: "voice/versions", Heading: v.Name, Body: b})
}
