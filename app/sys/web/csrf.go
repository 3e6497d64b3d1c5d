package web

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
)

// CSRF is the token that the request's forms must send back: bound to the
// session, or before login to the browser.
func CSRF(c *fiber.Ctx) string {
	s := From(c)
	if sess := sessionOf(c); sess != nil {
		return s.csrf.Sign("session " + sess.hash)
	}
	return s.csrf.Sign("visitor " + s.visitor(c))
}

// checkCSRF refuses a change that another site's page may have sent.
func (s *Server) checkCSRF(c *fiber.Ctx) error {
	if !s.sameOrigin(c) {
		return errs.New(errs.Denied, "error.csrf")
	}
	sent := c.Get("X-CSRF-Token")
	if sent == "" {
		sent = c.FormValue("_csrf")
	}
	subject := ""
	if sess := sessionOf(c); sess != nil {
		subject = "session " + sess.hash
	} else if v := c.Cookies(visitorCookie); v != "" {
		subject = "visitor " + v
	}
	if subject == "" || !s.csrf.Verify(subject, sent) {
		return errs.New(errs.Denied, "error.csrf")
	}
	return nil
}

// sameOrigin reads what browsers say about where a request comes from. On
// plain-http addresses of a local network they send no Sec-Fetch-Site; then
// Origin must be an address this server is reached by.
func (s *Server) sameOrigin(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none"
	}
	origin := c.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	for _, host := range s.hosts(c) {
		if strings.EqualFold(u.Host, host) {
			return true
		}
	}
	return false
}

// hosts are the host:port names under which this request may have been made.
func (s *Server) hosts(c *fiber.Ctx) []string {
	hosts := []string{string(c.Context().Host())}
	if base, err := url.Parse(s.base()); err == nil && base.Host != "" {
		hosts = append(hosts, base.Host)
	}
	if h := c.Get("X-Forwarded-Host"); h != "" && s.trusted(c) {
		hosts = append(hosts, h)
	}
	return hosts
}

// base is the public address, "" without one.
func (s *Server) base() string {
	if s.BaseURL != nil {
		return s.BaseURL()
	}
	return s.Config.BaseURL
}

// BaseURL is what links begin with that leave the house: the configured one,
// or else, for links shown on the page itself, the host of the request.
func BaseURL(c *fiber.Ctx) (base string, public bool) {
	s := From(c)
	if base := s.base(); base != "" {
		return strings.TrimSuffix(base, "/"), true
	}
	scheme := "http"
	if s.secureScheme(c) {
		scheme = "https"
	}
	host := string(c.Context().Host())
	if h := c.Get("X-Forwarded-Host"); h != "" && s.trusted(c) {
		host = h
	}
	return scheme + "://" + host, false
}
