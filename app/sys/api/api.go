// Package api is the JSON face: the same services as the pages, described by
// OpenAPI 3.1 and answering errors as RFC 9457 problems.
package api

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

// API registers operations.
type API struct {
	huma   huma.API
	bundle *i18n.Bundle
	own    func(ctx context.Context, path string) ([]string, error)
}

// New puts the API onto the app below Prefix. Authentication stands before it.
func New(app *fiber.App, bundle *i18n.Bundle, version string) *API {
	huma.NewError = newProblem
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, found ...error) huma.StatusError {
		if nowhere(found) { // no record has such an id
			actor := auth.From(ctx.Context())
			return describe(http.StatusNotFound, bundle.For(actor.Locale), errs.NotVisible(), actor.RequestID)
		}
		return newProblem(status, msg, found...)
	}
	config := huma.DefaultConfig("Regulars", version)
	config.Info.Description = "Customers, follow-ups, orders, surveys and their evaluation. Authorization: Bearer rg_…" +
		" Lists also take filter[field][op]=value with the operators eq ne lt lte gt gte in nin contains starts empty; all must hold." +
		" Of filter[any1][field][op]=value one of the group must hold; of the groups filter[all1][field][op]=value one must hold in full." +
		" fields=name,fields.key keeps an answer to what you need." +
		" Dates also take today, -60d, +7d, and with eq a span such as this_month or last_30d."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema links
	config.Transformers = []huma.Transformer{trimmed}
	config.Servers = []*huma.Server{{URL: Prefix}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	config.Security = []map[string][]string{{"token": {}}}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", uniqueNames())
	registry := config.Components.Schemas
	registry.RegisterTypeAlias(reflect.TypeFor[money.Amount](), reflect.TypeFor[Money]())
	a := &API{huma: humafiber.NewWithGroup(app, app.Group(Prefix, keepExternal, checkText), config), bundle: bundle}
	a.huma.UseMiddleware(a.refuseUnknown)
	return a
}

// uniqueNames numbers the names of inline bodies, which only have a hint.
func uniqueNames() func(reflect.Type, string) string {
	taken := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		base := schemaName(t, hint)
		name := base
		for n := 2; taken[name] != nil && taken[name] != t; n++ {
			name = base + strconv.Itoa(n)
		}
		taken[name] = t
		return name
	}
}

// schemaName keeps the Objects of different slices apart: TeamObject, UserObject.
func schemaName(t reflect.Type, hint string) string {
	name := t.Name()
	if name == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	var out strings.Builder
	for _, part := range strings.FieldsFunc(path.Base(t.PkgPath())+"."+name, func(r rune) bool { return strings.ContainsRune("[],*", r) }) {
		for _, word := range strings.FieldsFunc(path.Base(part), func(r rune) bool { return strings.ContainsRune("._-", r) }) {
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return out.String()
}

// OpenAPI is the description as JSON.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().MarshalJSON() }

// Document gives the description, for our own docs page.
func (a *API) Document() *huma.OpenAPI { return a.huma.OpenAPI() }

// Op describes one operation. What it may do is checked by the service.
type Op struct {
	Method  string
	Path    string // below Prefix, with {id}
	Summary string
	Tag     string
	Status  int // of success; 200, or 204 without a body, unless said otherwise
	MaxBody int64
}

// Register adds an operation. Errors of the service become problems.
func Register[I, O any](a *API, op Op, h func(ctx context.Context, in *I) (*O, error)) {
	o := huma.Operation{
		OperationID: operationID(op.Method, op.Path), Method: op.Method, Path: op.Path, Summary: op.Summary, Tags: []string{op.Tag},
		DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusTooManyRequests},
	}
	if o.MaxBodyBytes == 0 {
		o.MaxBodyBytes = 4 << 20
	}
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		if err := a.trim(ctx, op.Path, in, out); err != nil {
			return nil, err
		}
		return out, nil
	})
}

func operationID(method, route string) string {
	words := strings.FieldsFunc(route, func(r rune) bool { return strings.ContainsRune("/{}-", r) })
	return strings.ToLower(method) + "-" + strings.Join(words, "-")
}

// Body wraps what an operation answers.
type Body[T any] struct{ Body T }

// Created is the answer to a POST that made a record.
type Created[T any] struct {
	Location string `header:"Location"`
	Body     T
}

// Path is the input of an operation on one record.
type Path struct {
	ID int64 `path:"id" minimum:"1"`
}

// Empty is the input or output of an operation without one.
type Empty struct{}

// nul is the escape of a NUL in JSON text.
var nul = regexp.MustCompile(`(^|[^\\])(\\\\)*\\u0000`)

// checkText refuses JSON that is not UTF-8, which Go would quietly patch, or
// that holds a NUL, which no file or program that we hand it to takes well.
func checkText(c *fiber.Ctx) error {
	if strings.Contains(c.Get(fiber.HeaderContentType), "json") {
		if b := c.Body(); !utf8.Valid(b) || nul.Match(b) {
			return errs.New(errs.Malformed, "error.malformed")
		}
	}
	return c.Next()
}

// nowhere tells that an address names a record by what cannot be an id.
func nowhere(found []error) bool {
	return slices.ContainsFunc(found, func(err error) bool {
		d, ok := err.(huma.ErrorDetailer)
		return ok && d.ErrorDetail().Location == "path.id"
	})
}

// refuseUnknown answers 422 to a query parameter that the operation does not
// have, or has twice: a typo in a filter must not return everything, and of two
// orders nobody knows which one counts.
func (a *API) refuseUnknown(ctx huma.Context, next func(huma.Context)) {
	known := map[string]bool{}
	list := false
	for _, p := range ctx.Operation().Parameters {
		known[p.Name] = known[p.Name] || p.In == "query"
		list = list || p.Name == "sort" || p.Name == "by" || p.Name == "preview" // takes api.List, Matching or Groups, which read filters
	}
	u := ctx.URL()
	var wrong []error
	for name, values := range u.Query() {
		switch {
		case list && strings.HasPrefix(name, "filter["):
		case !known[name]:
			wrong = append(wrong, &huma.ErrorDetail{Location: "query." + name, Message: "unknown parameter"})
		case len(values) > 1:
			wrong = append(wrong, &huma.ErrorDetail{Location: "query." + name, Message: "given more than once"})
		}
	}
	if len(wrong) > 0 {
		if err := huma.WriteErr(a.huma, ctx, http.StatusUnprocessableEntity, "a parameter is wrong", wrong...); err != nil {
			ctx.SetStatus(http.StatusUnprocessableEntity)
		}
		return
	}
	next(ctx)
}

// Operations lists what a path offers, by method.
func Operations(item *huma.PathItem) map[string]*huma.Operation {
	out := map[string]*huma.Operation{}
	for method, op := range map[string]*huma.Operation{Get: item.Get, Post: item.Post, Put: item.Put, Patch: item.Patch, Delete: item.Delete} {
		if op != nil {
			out[method] = op
		}
	}
	return out
}
