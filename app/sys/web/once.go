package web

// A form that makes something carries a number of its own (partials/once). Sent
// twice, by a double click or by an impatient reload, it makes one record: the
// second gets the answer of the first. What is sent again with other content is
// another form. Only answers of this process are remembered, the latest ones.

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"regulars/app/kit/errs"
)

const (
	onceField = "_once"
	onceKept  = 1000
)

type onceKey [sha256.Size]byte

// onceAnswer is where a form led to; empty until done is closed, and when it
// led nowhere.
type onceAnswer struct {
	done     chan struct{}
	location string
	flash    []byte
}

type onceForms struct {
	mu     sync.Mutex
	answer map[onceKey]*onceAnswer
	latest []onceKey
}

// take gives the answer of a form, and whether the caller has to find it.
func (o *onceForms) take(key onceKey) (*onceAnswer, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if a := o.answer[key]; a != nil {
		return a, false
	}
	if o.answer == nil {
		o.answer = map[onceKey]*onceAnswer{}
	}
	a := &onceAnswer{done: make(chan struct{})}
	o.answer[key] = a
	o.latest = append(o.latest, key)
	if len(o.latest) > onceKept {
		delete(o.answer, o.latest[0])
		o.latest = o.latest[1:]
	}
	return a, true
}

func (o *onceForms) forget(key onceKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.answer, key)
	o.latest = slices.DeleteFunc(o.latest, func(k onceKey) bool { return k == key })
}

// once answers a form, or repeats the answer that it got before. A form that
// was refused is tried again.
func (s *Server) once(c *fiber.Ctx, h fiber.Handler) error {
	actor := Actor(c)
	if actor == nil || c.FormValue(onceField) == "" {
		return h(c)
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%d\x00%s\x00", actor.UserID, c.Path())
	sum.Write(c.Body())
	key := onceKey(sum.Sum(nil))
	for {
		a, first := s.forms.take(key)
		if first {
			return s.answerOnce(c, h, key, a)
		}
		select {
		case <-a.done:
		case <-c.UserContext().Done():
			return errs.New(errs.Unavailable, "error.unavailable")
		}
		if a.location != "" {
			return repeat(c, a)
		}
	}
}

func (s *Server) answerOnce(c *fiber.Ctx, h fiber.Handler, key onceKey, a *onceAnswer) error {
	defer func() {
		if a.location == "" {
			s.forms.forget(key)
		}
		close(a.done)
	}()
	err := h(c)
	if err != nil {
		return err
	}
	head := &c.Response().Header
	for _, name := range []string{fiber.HeaderLocation, "HX-Redirect"} {
		if path := head.Peek(name); len(path) > 0 {
			a.location, a.flash = string(path), slices.Clone(head.PeekCookie(flashCookie))
		}
	}
	return nil
}

func repeat(c *fiber.Ctx, a *onceAnswer) error {
	if len(a.flash) > 0 {
		var cookie fasthttp.Cookie
		if err := cookie.ParseBytes(a.flash); err == nil {
			c.Response().Header.SetCookie(&cookie)
		}
	}
	return Redirect(c, a.location)
}
