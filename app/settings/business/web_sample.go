package business

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

// sampleRoutes let the owner take the sample data back.
func (s *Service) sampleRoutes(r *web.Router) {
	r.Get("/settings/sample", "settings.write", s.showSample)
	r.Post("/settings/sample/delete", "settings.write", s.dropSample)
}

func (s *Service) showSample(c *fiber.Ctx) error {
	return web.Render(c, web.Page{Name: "settings/sample", Title: "sample.title", Body: web.SettingsNav(c)})
}

func (s *Service) dropSample(c *fiber.Ctx) error {
	if err := s.RemoveSample(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, "/today", "sample.removed")
}
