// Package web is the house's front door: it turns a request into an actor with
// a context, guards it, and turns errors into pages. Slices register routes
// with the permission each one needs.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/clock"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/https"
	"regulars/app/sys/keys"
	"regulars/app/sys/view"
)

// The largest bodies: what one request may carry, by kind of route.
const (
	maxBody   = 32 << 20 // imports; everything else is cut shorter below
	MaxForm   = 4 << 20
	MaxUpload = 10 << 20
)

// Options are what the server stands on.
type Options struct {
	Config  config.Config
	DB      *db.DB
	Clock   clock.Clock
	View    *view.Engine
	Keys    *keys.Ring
	Users   auth.Users
	Modules []Module
	Version string
	// Unread counts the actor's unread notifications; nil means none are kept.
	Unread func(ctx context.Context) (int, error)
	// BaseURL is the public address, "" without one; nil means the configured one.
	BaseURL func() string
}

// Server serves pages and the API.
type Server struct {
	Options
	App      *fiber.App
	Sessions *Sessions
	csrf     *keys.Signer
	flash    *keys.Signer
	frames   sync.Map // of *frame, by user
	forms    onceForms
	ln       atomic.Pointer[listener]
	closing  atomic.Bool
	ctx      context.Context
}

const serverLocal = "web.server"

// New wires the middlewares; routes follow with Mount.
func New(ctx context.Context, o Options) (*Server, error) {
	csrf, err := o.Keys.Signer("csrf")
	if err != nil {
		return nil, err
	}
	flash, err := o.Keys.Signer("flash")
	if err != nil {
		return nil, err
	}
	s := &Server{Options: o, ctx: ctx, csrf: csrf, flash: flash}
	s.Sessions = &Sessions{db: o.DB, users: o.Users}
	s.App = fiber.New(fiber.Config{
		Immutable:               true,
		UnescapePath:            true,
		BodyLimit:               maxBody,
		ReadTimeout:             15 * time.Second,
		WriteTimeout:            60 * time.Second,
		IdleTimeout:             60 * time.Second,
		ReadBufferSize:          16 << 10,
		Concurrency:             1024,
		DisableStartupMessage:   true,
		EnableTrustedProxyCheck: true,
		ErrorHandler:            s.fail,
	})
	s.App.Use(s.guardHeaders, s.identify, s.secure, s.recoverPanic, compress.New(compress.Config{Level: compress.LevelBestSpeed, Next: uncompressed}))
	s.App.Get("/assets/*", s.asset)
	s.App.Get("/up", func(c *fiber.Ctx) error { return c.SendString("ok") })
	return s, nil
}

// uncompressed leaves alone what is compressed already.
func uncompressed(c *fiber.Ctx) bool { return strings.HasPrefix(c.Path(), "/assets/") }

// identify gives the request its id, its server and a context that ends.
func (s *Server) identify(c *fiber.Ctx) error {
	rid := id.Token(9)
	c.Locals(serverLocal, s)
	c.Locals(requestIDLocal, rid)
	ctx, cancel := context.WithTimeout(s.ctx, 30*time.Second)
	defer cancel()
	c.SetUserContext(ctx)
	start := s.Clock.Now()
	err := c.Next()
	if err != nil { // so that the log sees the status the reader gets
		if ferr := s.fail(c, err); ferr != nil {
			return ferr
		}
	}
	slog.Debug("request", "id", rid, "method", c.Method(), "route", c.Route().Path, "status", c.Response().StatusCode(), "ms", s.Clock.Now().Sub(start).Milliseconds())
	return nil
}

// recoverPanic turns a panic into a 500 with an error id.
func (s *Server) recoverPanic(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
		}
	}()
	return c.Next()
}

// Mount registers the routes of all modules, each with its permission.
func (s *Server) Mount() {
	s.offlineRoutes(&Router{server: s, module: "offline"})
	for _, m := range s.Modules {
		if m.Routes != nil {
			m.Routes(&Router{server: s, module: m.Name})
		}
	}
	s.App.Use(func(c *fiber.Ctx) error { // whatever is left
		for _, method := range []string{fiber.MethodGet, fiber.MethodPost, fiber.MethodPut, fiber.MethodPatch, fiber.MethodDelete} {
			if method != c.Method() && s.serves(method, c.Path()) {
				return fiber.ErrMethodNotAllowed
			}
		}
		return errs.NotVisible()
	})
}

// serves tells whether some route has this method and path.
func (s *Server) serves(method, path string) bool {
	for _, r := range s.App.GetRoutes(true) {
		if r.Method == method && fiber.RoutePatternMatch(path, r.Path) && r.Path != "/" {
			return true
		}
	}
	return false
}

// Listen serves on the configured address until Shutdown. It tells the real
// address once it listens.
func (s *Server) Listen(onReady func(addr net.Addr)) error {
	ln, err := https.Listen(s.Config)
	if err != nil {
		return err
	}
	return s.Serve(ln, onReady)
}

// Serve is Listen on a listener that is there already.
func (s *Server) Serve(accepting net.Listener, onReady func(addr net.Addr)) error {
	ln := newListener(accepting)
	s.ln.Store(ln)
	onReady(ln.Addr())
	err := s.App.Listener(ln)
	if s.closing.Load() {
		return nil
	}
	return err
}

// Shutdown stops accepting and lets running requests finish for up to d. It
// closes the listener itself: fasthttp does not know one that it has not begun
// to serve, and would then serve it for ever.
func (s *Server) Shutdown(d time.Duration) error {
	s.closing.Store(true)
	err := s.App.ShutdownWithTimeout(d)
	if ln := s.ln.Load(); ln != nil {
		if gone := ln.Close(); !errors.Is(gone, net.ErrClosed) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// From is the server that handles the request.
func From(c *fiber.Ctx) *Server { return c.Locals(serverLocal).(*Server) }
