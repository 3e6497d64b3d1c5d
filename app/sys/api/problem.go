package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
)

// Problem is an error answer, RFC 9457.
type Problem struct {
	Type     string   `json:"type"`
	Title    string   `json:"title"`
	Status   int      `json:"status"`
	Detail   string   `json:"detail,omitempty"`
	Instance string   `json:"instance,omitempty"` // the request's id, as in the log
	Errors   []Detail `json:"errors,omitempty"`
	Current  any      `json:"current,omitempty"`     // 409: the object as it is now
	Into     int64    `json:"merged_into,omitempty"` // 308: the record that this one became
	retry    int
	location string
}

// Detail says what is wrong where.
type Detail struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus tells huma the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders adds Retry-After and Location.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry > 0 {
		h.Set("Retry-After", fmt.Sprint(p.retry))
	}
	if p.location != "" {
		h.Set("Location", p.location)
	}
	return h
}

// newProblem is huma's own validation answer in our shape.
func newProblem(status int, msg string, errors ...error) huma.StatusError {
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: msg}
	for _, err := range errors {
		if d, ok := err.(huma.ErrorDetailer); ok {
			e := d.ErrorDetail()
			p.Errors = append(p.Errors, Detail{e.Location, e.Message})
		} else if err != nil {
			p.Errors = append(p.Errors, Detail{"body", err.Error()})
		}
	}
	return p
}

var statuses = map[errs.Kind]int{
	errs.Internal: 500, errs.Malformed: 400, errs.Unauthenticated: 401, errs.Denied: 403, errs.NotFound: 404, errs.Conflict: 409,
	errs.TooLarge: 413, errs.Unsupported: 415, errs.Invalid: 422, errs.TooMany: 429, errs.Unavailable: 503,
}

// Say puts messages into the actor's language.
func (a *API) Say(ctx context.Context) func(errs.Message) string {
	return a.bundle.For(auth.From(ctx).Locale).Message
}

// moved is the answer for a record that became part of another.
type moved struct {
	location string
	into     int64
}

// Error implements error.
func (m *moved) Error() string { return "moved to " + m.location }

// Moved answers 308: the record lives on as another one at that path.
func Moved(path string, into int64) error { return &moved{Prefix + path, into} }

// problem turns a service's error into the answer; what is unexpected is
// logged and stays inside.
func (a *API) problem(ctx context.Context, err error) error {
	actor := auth.From(ctx)
	var m *moved
	if errors.As(err, &m) {
		p := describe(http.StatusPermanentRedirect, a.bundle.For(actor.Locale), errs.NotVisible(), actor.RequestID)
		p.Into, p.location = m.into, m.location
		return p
	}
	e, ok := errs.As(err)
	if !ok {
		slog.Error("API call failed", "id", actor.RequestID, "error", err)
		e = errs.New(errs.Internal, "error.internal")
	}
	return describe(statuses[e.Kind], a.bundle.For(actor.Locale), e, actor.RequestID)
}

func describe(status int, l *i18n.Locale, e *errs.Error, request string) *Problem {
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: l.Message(e.Message), Instance: request,
		Current: e.Current, retry: e.Retry}
	for _, name := range e.FieldNames() {
		p.Errors = append(p.Errors, Detail{location(name), l.Message(e.Fields[name])})
	}
	return p
}

func location(field string) string {
	if strings.HasPrefix(field, "filter[") || slices.Contains([]string{"limit", "cursor", "sort", "q", "count"}, field) {
		return "query." + field
	}
	return "body." + field
}

// WriteProblem answers an error that arose before or outside an operation.
func WriteProblem(c *fiber.Ctx, status int, l *i18n.Locale, e *errs.Error, request string) error {
	body, err := json.Marshal(describe(status, l, e, request))
	if err != nil {
		return fmt.Errorf("encode problem: %w", err)
	}
	c.Status(status)
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Send(body)
}

// WithCurrent rewrites the object that a conflict carries into its API form.
func WithCurrent[T any](err error, object func(T) any) error {
	e, ok := errs.As(err)
	if !ok {
		return err
	}
	current, ok := e.Current.(T)
	if !ok {
		return err
	}
	changed := *e
	changed.Current = object(current)
	return &changed
}
