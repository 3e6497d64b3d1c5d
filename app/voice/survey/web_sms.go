package survey

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// textsBody is the desk of text messages to send by hand.
type textsBody struct {
	List  []SMSText
	Reach Reach
}

// Reach is how far the links made on this page open.
type Reach struct {
	Base string
	Far  web.Range
	May  bool
}

// reach is how far the links in mails open; nowhere far without an address.
func (s *Service) reach(c *fiber.Ctx) Reach { return reachFrom(c, s.d.BaseURL()) }

func reachFrom(c *fiber.Ctx, base string) Reach {
	r := Reach{Base: base, Far: web.RangeOf(base), May: maySet(c)}
	if base == "" {
		r.Far = web.RangeOf("https://example.com") // there are no links to warn of
	}
	return r
}

func (s *Service) showTexts(c *fiber.Ctx) error {
	base, _ := web.BaseURL(c)
	list, err := s.Texts(web.Ctx(c), base)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/texts", Title: "survey.texts", Body: textsBody{list, reachFrom(c, base)}})
}

func (s *Service) postSent(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	_, err = s.SentByHand(web.Ctx(c), id)
	if e, ok := errs.As(err); ok && errs.Is(err, errs.Conflict) {
		return web.Said(c, "/invitation-texts", e.Message.Key)
	}
	if err != nil {
		return err
	}
	return web.Done(c, "/invitation-texts", "survey.texts_sent")
}

func (s *Service) postSpared(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := s.Spared(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/invitation-texts", "survey.texts_spared")
}
