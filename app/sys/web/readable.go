package web

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
)

// checkText refuses a form that says what no browser sends: bytes that are not
// UTF-8, or NUL. Stored, they would break search, exports and undo later.
func checkText(c *fiber.Ctx) error {
	ok := true
	look := func(key, value []byte) { ok = ok && isText(key) && isText(value) }
	for key, value := range c.Request().URI().QueryArgs().All() {
		look(key, value)
	}
	switch kind := c.Get(fiber.HeaderContentType); {
	case strings.HasPrefix(kind, fiber.MIMEApplicationForm):
		for key, value := range c.Request().PostArgs().All() {
			look(key, value)
		}
	case strings.HasPrefix(kind, fiber.MIMEMultipartForm):
		form, err := c.MultipartForm()
		if err != nil {
			return errs.New(errs.Malformed, "error.malformed")
		}
		for key, values := range form.Value {
			for _, v := range values {
				look([]byte(key), []byte(v))
			}
		}
	}
	if !ok {
		return errs.New(errs.Malformed, "error.malformed")
	}
	return nil
}

func isText(b []byte) bool { return utf8.Valid(b) && !bytes.Contains(b, []byte{0}) }
