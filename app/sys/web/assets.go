package web

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
)

// asset serves an embedded file, compressed once, immutable under its version.
func (s *Server) asset(c *fiber.Ctx) error {
	a, ok := s.View.Assets().Lookup(strings.TrimPrefix(c.Path(), "/assets/"))
	if !ok {
		return errs.NotVisible()
	}
	c.Set(fiber.HeaderCacheControl, a.CacheControl(c.Query("v")))
	c.Set(fiber.HeaderETag, a.ETag)
	c.Vary(fiber.HeaderAcceptEncoding)
	if c.Get(fiber.HeaderIfNoneMatch) == a.ETag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	body, encoding := a.Encoded(c.Get(fiber.HeaderAcceptEncoding))
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	c.Set(fiber.HeaderContentType, a.ContentType)
	return c.Send(body)
}

func queryEscape(s string) string { return url.QueryEscape(s) }
