package web

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// SafePath returns path when it is a place in this house, else fallback. A
// browser must never be sent to a host that somebody else chose.
func SafePath(path, fallback string) string {
	if len(path) == 0 || path[0] != '/' || len(path) > 2000 {
		return fallback
	}
	if len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		return fallback
	}
	for _, r := range path {
		if r < ' ' || r == 0x7f || r == '\\' {
			return fallback
		}
	}
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || u.User != nil {
		return fallback
	}
	return path
}

// Redirect sends the browser to a place in this house with 303, so that a
// reload does not repeat the change. htmx follows it as a whole page.
func Redirect(c *fiber.Ctx, path string) error {
	path = SafePath(path, "/")
	u, err := url.Parse(path)
	if err == nil {
		path = u.String() // percent-encodes whatever was not
	}
	path = strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(path)
	if c.Get("HX-Request") == "true" && c.Get("HX-Boosted") != "true" {
		c.Set("HX-Redirect", path)
		return c.SendStatus(fiber.StatusNoContent)
	}
	c.Set(fiber.HeaderLocation, path)
	return c.SendStatus(fiber.StatusSeeOther)
}

// Back sends the browser to the form's own "next" when that is a place in this
// house, else to fallback. The Referer is never believed.
func Back(c *fiber.Ctx, fallback string) error {
	return Redirect(c, SafePath(c.FormValue("next"), fallback))
}
