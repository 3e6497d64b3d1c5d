package web

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const requestIDLocal = "web.request"

// policy is the page CSP: nothing inline, nothing foreign, no frames.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// guardHeaders is outermost: a response header with a line break or NUL in it
// never reaches the wire, whatever put it there (response splitting).
func (s *Server) guardHeaders(c *fiber.Ctx) error {
	err := c.Next()
	bad := false
	for _, v := range c.Response().Header.All() {
		bad = bad || bytes.ContainsAny(v, "\r\n\x00")
	}
	if bad {
		slog.Error("a response header held a line break and was dropped", "path", c.Route().Path)
		c.Response().Reset()
		c.Status(fiber.StatusInternalServerError)
		return c.SendString("500")
	}
	return err
}

// secure sets the headers of every answer.
func (s *Server) secure(c *fiber.Ctx) error {
	c.Set("Content-Security-Policy", policy)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
	c.Set("Cache-Control", "no-store")
	if s.secureScheme(c) {
		c.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return c.Next()
}

// secureScheme tells whether the reader came by https, as far as we can know.
func (s *Server) secureScheme(c *fiber.Ctx) bool {
	if s.Config.TLS.On() {
		return true
	}
	return s.trusted(c) && strings.EqualFold(c.Get("X-Forwarded-Proto"), "https")
}

// trusted tells whether the connection comes from one of our proxies, whose
// X-Forwarded headers may be believed.
func (s *Server) trusted(c *fiber.Ctx) bool {
	ip, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	return ok && s.isProxy(ip.Unmap())
}

func (s *Server) isProxy(ip netip.Addr) bool {
	for _, p := range s.Config.TrustedProxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// ClientIP is the reader's address: the right-most address of
// X-Forwarded-For that is not one of our proxies.
func (s *Server) ClientIP(c *fiber.Ctx) string {
	remote, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return "unknown"
	}
	remote = remote.Unmap()
	if !s.isProxy(remote) {
		return remote.String()
	}
	hops := strings.Split(c.Get("X-Forwarded-For"), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if !s.isProxy(ip.Unmap()) {
			return ip.Unmap().String()
		}
	}
	return remote.String()
}

// network is the part of an address that one visitor controls: a whole IPv4
// address, the first 64 bits of an IPv6 one.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		return addr.String()
	}
	p, err := addr.Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}

func panicked(r any) error {
	return fmt.Errorf("panic: %v\n%s", r, debug.Stack())
}

// Framed lets the pages of these origins show the answer in a frame; nothing
// else of the product can be framed.
func Framed(c *fiber.Ctx, origins []string) {
	c.Set("Content-Security-Policy", strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors "+strings.Join(append([]string{"'self'"}, origins...), " "), 1))
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// Secure tells whether the reader came by https, as far as we can know.
func Secure(c *fiber.Ctx) bool { return From(c).secureScheme(c) }

// Range is how far an address leads.
type Range string

// The ranges of an address: this computer, its own network, everywhere.
const (
	Here     Range = "here"
	Indoors  Range = "indoors"
	Anywhere Range = "anywhere"
)

// Reach is how far the links in what is sent open, for partials/reach.
type Reach struct {
	Base string
	Far  Range
	May  bool // the reader may set the address
}

// ReachOf tells it of an address; without one there are no links to warn of.
func ReachOf(c *fiber.Ctx, base string) Reach {
	r := Reach{Base: base, Far: RangeOf(base), May: Actor(c).Can("settings.write")}
	if base == "" {
		r.Far = Anywhere
	}
	return r
}

// RangeOf tells from where an address can be opened, as far as it says so
// itself: a name may still lead nowhere.
func RangeOf(base string) Range {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return Here
	}
	host := strings.ToLower(u.Hostname())
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return Here
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		for _, end := range []string{".local", ".lan", ".internal", ".home", ".home.arpa"} {
			if strings.HasSuffix(host, end) {
				return Indoors
			}
		}
		if !strings.Contains(host, ".") {
			return Indoors
		}
		return Anywhere
	}
	switch ip = ip.Unmap(); {
	case ip.IsLoopback() || ip.IsUnspecified():
		return Here
	case ip.IsPrivate() || ip.IsLinkLocalUnicast():
		return Indoors
	}
	return Anywhere
}
