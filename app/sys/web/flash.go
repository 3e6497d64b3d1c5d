package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

const flashCookie = "rg_flash"

// note is a toast that waits for the next page: a message and the journal set
// that it can take back.
type note struct {
	Key  string    `json:"k"`
	Args errs.Args `json:"a,omitempty"`
	Undo int64     `json:"u,omitempty"`
}

// Done tells on the next page what was done, with Undo when the request
// changed something that can be taken back, and goes there.
func Done(c *fiber.Ctx, path, key string, args ...any) error {
	if err := putFlash(c, noteOf(c, key, args...)); err != nil {
		return err
	}
	return Redirect(c, path)
}

// noteOf says what the request did, with what it changed.
func noteOf(c *fiber.Ctx, key string, args ...any) note {
	n := note{Key: key, Args: errs.New(0, key, args...).Message.Args}
	if r := receiptOf(c); r != nil {
		n.Undo = r.Set
	}
	return n
}

// toast is the note in the reader's words.
func (n note) toast(l *i18n.Locale) view.Toast {
	t := view.Toast{Text: l.Message(errs.Message{Key: n.Key, Args: n.Args})}
	if n.Undo != 0 {
		t.UndoURL = fmt.Sprintf("/history/%d/undo", n.Undo)
	}
	return t
}

// Said is Done without anything to take back.
func Said(c *fiber.Ctx, path, key string, args ...any) error {
	if err := putFlash(c, note{Key: key, Args: errs.New(0, key, args...).Message.Args}); err != nil {
		return err
	}
	return Redirect(c, path)
}

func putFlash(c *fiber.Ctx, n note) error {
	raw, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode toast: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(raw)
	s := From(c)
	s.setCookie(c, flashCookie, text+"."+s.flash.Sign(text), false)
	return nil
}

// takeFlash reads and forgets the waiting toast.
func takeFlash(c *fiber.Ctx, l *i18n.Locale) []view.Toast {
	s := From(c)
	raw := c.Cookies(flashCookie)
	if raw == "" {
		return nil
	}
	s.clearCookie(c, flashCookie)
	text, signature, ok := cutLast(raw, '.')
	if !ok || !s.flash.Verify(text, signature) {
		return nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	var n note
	if json.Unmarshal(plain, &n) != nil {
		return nil
	}
	return []view.Toast{n.toast(l)}
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == sep {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
