package deal

import (
	"errors"
	"fmt"
	"mime"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// The documents of a stage on its settings, and as they are opened from a deal.

const papersPath = home + "/documents"

func (s *Service) paperRoutes(r *web.Router) {
	r.Upload(stagesPath+"/:id/files", Settings, maxPaper+1<<20, s.postPaper)
	r.Post(stagesPath+"/:id/files/:file/delete", Settings, s.removePaper)
	r.Get(papersPath+"/:id", Read, s.sendPaper)
}

// postPaper keeps a file; what is wrong with it is said on the stage's page.
func (s *Service) postPaper(c *fiber.Ctx) error {
	st, err := s.stageByParam(c)
	if err != nil {
		return err
	}
	err = s.takePaper(c, st.ID)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.TooLarge) {
		return s.stagePage(c, st, stageFormOf(st), err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, stagePath(st.ID), "attachment.added")
}

func (s *Service) takePaper(c *fiber.Ctx, stage int64) error {
	head, err := c.FormFile("file")
	if err != nil {
		return errs.New(errs.Invalid, "attachment.error.none")
	}
	f, err := head.Open()
	if err != nil {
		return fmt.Errorf("open the upload: %w", err)
	}
	_, err = s.AddPaper(web.Ctx(c), stage, head.Filename, f)
	return errors.Join(err, f.Close())
}

func (s *Service) removePaper(c *fiber.Ctx) error {
	st, err := s.stageByParam(c)
	if err != nil {
		return err
	}
	id, err := web.ID(c, "file")
	if err != nil {
		return err
	}
	if err := s.DropPaper(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, stagePath(st.ID), "attachment.removed")
}

// sendPaper sends the bytes as a file, never shown by the browser inside our own
// origin.
func (s *Service) sendPaper(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	p, f, err := s.OpenPaper(web.Ctx(c), id)
	if err != nil {
		return err
	}
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentType, p.Mime)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": p.Name}))
	return c.SendStream(f, int(p.Size))
}

func stagePath(id int64) string { return fmt.Sprintf("%s/%d", stagesPath, id) }
