package web

// The product beside other programs: the manifest that lets a browser install
// it, its icons, and the service worker (assets/js/worker.js) that keeps the
// records one has opened for reading without a connection. Which pages may be
// kept is decided here, answer by answer.

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
)

const keepHeader = "Regulars-Keep"

func (s *Server) offlineRoutes(r *Router) {
	r.Get("/manifest.webmanifest", Public, s.manifest)
	r.Get("/sw.js", Public, s.worker)
	r.Get("/offline", Public, s.showOffline)
	for _, icon := range view.Icons {
		r.Get("/"+icon.Name, Public, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderContentType, "image/png")
			c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
			return c.Send(icon.PNG())
		})
	}
}

// place is a way in that an installed product offers on its icon.
type place struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// manifest describes the product to a browser that installs it.
func (s *Server) manifest(c *fiber.Ctx) error {
	l := Locale(c)
	type picture struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose,omitempty"`
	}
	var icons []picture
	for _, icon := range view.Icons {
		icons = append(icons, picture{"/" + icon.Name, fmt.Sprintf("%dx%d", icon.Size, icon.Size), "image/png", icon.Purpose})
	}
	name := Business(c).Name
	if name == "" {
		name = l.T("common.powered")
	}
	body, err := json.Marshal(map[string]any{
		"id": "/", "start_url": "/today", "scope": "/", "display": "standalone", "lang": l.Tag(), "name": name, "short_name": name,
		"description": l.T("offline.description"), "theme_color": "#0d6247", "background_color": "#f4f6f4", "icons": icons,
		"shortcuts": []place{{l.T("nav.today"), "/today"}, {l.T("followup.log"), "/log"}, {l.T("customer.new"), "/customers/new"}},
	})
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	c.Set(fiber.HeaderContentType, "application/manifest+json")
	return c.Send(body)
}

// worker serves the service worker for the whole house. Its first lines change
// with the program, so that a browser replaces an old one.
func (s *Server) worker(c *fiber.Ctx) error {
	assets := s.View.Assets()
	script, ok := assets.Lookup("js/worker.js")
	if !ok {
		return errs.NotVisible()
	}
	shell := []string{assets.URL("app.css"), assets.URL("app.js")}
	for _, name := range []string{"htmx.js", "icon.svg"} {
		if assets.Has(name) {
			shell = append(shell, assets.URL(name))
		}
	}
	list, err := json.Marshal(shell)
	if err != nil {
		return fmt.Errorf("list the shell: %w", err)
	}
	sum := sha256.Sum256(fmt.Append(nil, s.Version, shell, script.Version))
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.SendString(fmt.Sprintf("const build = \"%x\", shell = %s, away = \"/offline?lang=%s\";\n%s", sum[:8], list, Locale(c).Tag(), script.Body))
}

// showOffline is the page for what was never seen; it knows nobody.
func (s *Server) showOffline(c *fiber.Ctx) error {
	NoSession(c)
	return Render(c, Page{Name: "offline/here", Layout: "plain", Title: "offline.title"})
}

// mayKeep marks a page that its reader's browser may keep: Today and the page
// of one record, as it was asked for without anything else. Never settings,
// never on a shared computer.
func (s *Server) mayKeep(c *fiber.Ctx, status int) {
	a := Actor(c)
	if a == nil || status > fiber.StatusOK || c.Method() != fiber.MethodGet || Shared(c) || len(c.Request().URI().QueryString()) > 0 || c.Get("HX-Request") == "true" {
		return
	}
	if c.Path() == "/today" || s.isRecord(c.Path()) {
		c.Set(keepHeader, strconv.FormatInt(a.UserID, 10))
	}
}

func (s *Server) isRecord(path string) bool {
	if strings.HasPrefix(path, "/settings/") {
		return false
	}
	id, err := strconv.ParseInt(path[strings.LastIndexByte(path, '/')+1:], 10, 64)
	if err != nil {
		return false
	}
	for _, m := range s.Modules {
		for _, subject := range m.Subjects {
			if subject.Path(id) == path {
				return true
			}
		}
	}
	return false
}
