package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/custom"
)

// Typed reads the added fields of a form: what it says of fields.<key>.
func Typed(c *fiber.Ctx) custom.Typed {
	out := custom.Typed{}
	add := func(name, value string) {
		if key, ok := strings.CutPrefix(name, "fields."); ok {
			out[key] = append(out[key], value)
		}
	}
	for k, v := range c.Request().PostArgs().All() {
		add(string(k), string(v))
	}
	if form, err := c.MultipartForm(); err == nil {
		for name, values := range form.Value {
			for _, v := range values {
				add(name, v)
			}
		}
	}
	return out
}

// Told is what a record's page shows of its added fields; who may see sensitive
// values is offered to.
func Told(c *fiber.Ctx, r custom.Record) []custom.Told {
	list := r.Told(Locale(c))
	for i := range list {
		list[i].May = Actor(c).Can("custom_field.reveal")
	}
	return list
}
