package web

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/view"
)

var statuses = map[errs.Kind]int{
	errs.Internal: 500, errs.Malformed: 400, errs.Unauthenticated: 401, errs.Denied: 403, errs.NotFound: 404, errs.Conflict: 409,
	errs.TooLarge: 413, errs.Unsupported: 415, errs.Invalid: 422, errs.TooMany: 429, errs.Unavailable: 503,
}

func statusOf(k errs.Kind) int { return statuses[k] }

// fail is the one place where an error becomes an answer: a page for people,
// problem+json below /api. What is unexpected is logged under the error id
// that the reader sees.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	if c.Locals(serverLocal) == nil { // refused before any middleware: size of headers or body
		c.Locals(serverLocal, s)
	}
	if errors.Is(err, errNotSetUp) {
		return Redirect(c, "/setup")
	}
	e := s.expected(err)
	status := statusOf(e.Kind)
	var fe *fiber.Error
	if errors.As(err, &fe) && e.Kind == errs.NotFound {
		status = fe.Code
	}
	if status == 405 {
		e = errs.New(errs.NotFound, "error.method")
	}
	if status >= 500 {
		slog.Error("request failed", "id", RequestID(c), "method", c.Method(), "route", c.Route().Path, "error", err)
	}
	if e.Retry > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(e.Retry))
	}
	if strings.HasPrefix(c.Path(), "/api/") {
		return api.WriteProblem(c, status, s.View.Bundle().For(Locale(c).Tag()), e, RequestID(c))
	}
	if e.Kind == errs.Unauthenticated && c.Method() == fiber.MethodGet && c.Get("HX-Request") != "true" {
		return Redirect(c, loginPath(c))
	}
	return s.errorPage(c, status, e)
}

func loginPath(c *fiber.Ctx) string {
	next := string(c.Request().RequestURI())
	if next == "/" || SafePath(next, "") == "" {
		return "/login"
	}
	return "/login?next=" + queryEscape(next)
}

// expected turns any error into one a person can be told about.
func (s *Server) expected(err error) *errs.Error {
	if e, ok := errs.As(err); ok {
		return e
	}
	var fe *fiber.Error
	if errors.As(err, &fe) {
		switch fe.Code {
		case 404, 405:
			return errs.NotVisible()
		case 413:
			return errs.New(errs.TooLarge, "error.too_large", "mb", maxBody>>20)
		case 431:
			return errs.New(errs.Malformed, "error.headers_too_large")
		case 400, 408:
			return errs.New(errs.Malformed, "error.malformed")
		}
	}
	return &errs.Error{Kind: errs.Internal, Message: errs.Message{Key: "error.internal"}, Cause: err}
}

func (s *Server) errorPage(c *fiber.Ctx, status int, e *errs.Error) error {
	if status == fiber.StatusNotFound && c.Locals(businessLocal) == nil {
		// No route looked who asks: whoever is signed in is shown the way home.
		if err := s.admit(c, fiber.MethodGet, Self); err != nil {
			c.Locals(actorLocal, nil)
		}
	}
	d := s.data(c)
	d.Error = d.Locale.Message(e.Message)
	for _, name := range e.FieldNames() {
		d.Error += " " + d.Locale.Message(e.Fields[name])
	}
	d.Title = d.Error
	d.Body = view.ErrorPage{Status: status, ID: RequestID(c), Wait: e.Retry}
	layout := "plain"
	if d.User != nil {
		layout = "app"
	}
	var buf bytes.Buffer
	if err := s.View.Page(&buf, d.Locale.Tag(), layout, "errors/error", d); err != nil {
		slog.Error("the error page failed", "id", RequestID(c), "error", err)
		return c.Status(status).SendString(fmt.Sprintf("%d %s", status, RequestID(c)))
	}
	c.Status(status)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(buf.Bytes())
}

func logFault(c *fiber.Ctx, err error) {
	slog.Error("part of a page failed", "id", RequestID(c), "error", err)
}
