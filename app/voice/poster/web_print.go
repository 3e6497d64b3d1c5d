package poster

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

// sizes are what a poster is printed on.
var sizes = []string{"a4", "a6", "slip"}

// printBody is a poster on paper, in both languages or one.
type printBody struct {
	Poster Poster
	Size   string
	Speak  string // both, en or zh
	Sizes  []string
	Words  []printed
	Reach  reach
}

// printed are the words of one language.
type printed struct {
	Language string
	Question string
	Scan     string
	Nothing  string
}

func (s *Service) showPrint(c *fiber.Ctx) error {
	p, err := s.one(c)
	if err != nil {
		return err
	}
	usual := "a4"
	if p.Kind == Slip {
		usual = "slip"
	}
	b := printBody{Poster: p, Size: c.Query("size", usual), Speak: c.Query("speak", "both"), Sizes: sizes, Reach: reachOf(c)}
	if !slices.Contains(sizes, b.Size) {
		b.Size = usual
	}
	v, err := s.Surveys.Get(web.Ctx(c), p.SurveyID)
	if err != nil {
		return err
	}
	for _, language := range survey.Languages {
		if b.Speak == "en" && language != "en" || b.Speak == "zh" && language == "en" {
			continue
		}
		l := s.View.Bundle().For(language)
		w := printed{Language: language, Question: strings.ReplaceAll(v.Texts[language].Question, "{business}", web.Business(c).Name), Scan: l.T("poster.scan"), Nothing: l.T("poster.nothing_to_install")}
		if w.Question == "" {
			w.Question = l.T("poster.how_was_it")
		}
		b.Words = append(b.Words, w)
	}
	return web.Render(c, web.Page{Name: "voice/poster-print", Heading: p.Name, Body: b})
}
