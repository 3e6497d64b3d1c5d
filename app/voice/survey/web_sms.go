package survey

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// textsBody is the desk of text messages to send by hand.
type textsBody struct {
	List  []SMSText
	Reach web.Reach
}

// reach is how far the links in mails open.
func (s *Service) reach(c *fiber.Ctx) web.Reach { return web.ReachOf(c, s.d.BaseURL()) }

func (s *Service) showTexts(c *fiber.Ctx) error {
	base, _ := web.BaseURL(c)
	list, err := s.Texts(web.Ctx(c), base)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/texts", Title: "survey.texts", Body: textsBody{list, web.ReachOf(c, base)}})
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
