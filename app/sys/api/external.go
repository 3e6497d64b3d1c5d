package api

// Another system's ids hold what its people typed: 2024/17, A+B, 50%. The router
// decodes a path before it looks for the slashes and takes a plus for a blank,
// so these are carried past it encoded once more.

import (
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

const byExternal = "/by-external/"

var carried = strings.NewReplacer("%2F", "%252F", "%2f", "%252F", "%25", "%2525", "+", "%2B")

func keepExternal(c *fiber.Ctx) error {
	raw := string(c.Request().URI().PathOriginal())
	if at := strings.Index(raw, byExternal); at >= 0 && strings.ContainsAny(raw[at:], "%+") {
		at += len(byExternal)
		c.Path(raw[:at] + carried.Replace(raw[at:]))
	}
	return c.Next()
}

// External is the address of a record by another system's id.
type External struct {
	Source     string `path:"source" maxLength:"100"`
	ExternalID string `path:"external_id" maxLength:"100"`
}

// Resolve takes off what the address was carried in.
func (e *External) Resolve(huma.Context) []error {
	for place, s := range map[string]*string{"path.source": &e.Source, "path.external_id": &e.ExternalID} {
		plain, err := url.PathUnescape(*s)
		if err != nil {
			return []error{&huma.ErrorDetail{Location: place, Message: "is not encoded as an address wants it"}}
		}
		*s = plain
	}
	return nil
}
