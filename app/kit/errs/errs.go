// Package errs gives every expected failure a kind that pages and the JSON API
// translate in one place. Anything that is not an *Error is an internal fault:
// the reader gets an error id, only the log gets the details.
package errs

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says what sort of failure it was; it decides the HTTP status.
type Kind int

// The kinds, in the order of their HTTP status.
const (
	Internal        Kind = iota // 500
	Malformed                   // 400: the request could not be parsed
	Unauthenticated             // 401
	Denied                      // 403
	NotFound                    // 404: absent, or not visible to this actor
	Conflict                    // 409: stale version or a duplicate
	TooLarge                    // 413
	Unsupported                 // 415
	Invalid                     // 422: understood but wrong; Fields says where
	TooMany                     // 429
	Unavailable                 // 503
)

// Args fills the placeholders of a message.
type Args map[string]any

// Message is an i18n key with the values for its placeholders.
type Message struct {
	Key  string
	Args Args
}

// Error is a failure that a person can be told about.
type Error struct {
	Kind    Kind
	Message Message            // the sentence shown above a form or as the problem's detail
	Fields  map[string]Message // per input field, by its form and JSON name
	Current any                // Conflict: the object as it is now
	Retry   int                // TooMany: seconds to wait
	Cause   error              // for the log only
}

// Error implements error; it is meant for logs, not for people.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message.Key)
	for _, name := range e.FieldNames() {
		fmt.Fprintf(&b, " %s=%s", name, e.Fields[name].Key)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Cause }

// FieldNames lists the fields that are wrong, sorted.
func (e *Error) FieldNames() []string {
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// New makes an error of a kind with an i18n key. Args alternate name, value.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Message: msg(key, args)}
}

// NotVisible is the one answer for "absent" and "not yours to see".
func NotVisible() *Error { return New(NotFound, "error.not_found") }

// Stale says that someone else saved first; current is the object as it is now.
func Stale(current any) *Error {
	return &Error{Kind: Conflict, Message: Message{Key: "error.stale"}, Current: current}
}

// Check collects field errors; Err is nil while nothing was wrong.
type Check struct{ fields map[string]Message }

// Add notes that a field is wrong; the first message for a field stays.
func (c *Check) Add(field, key string, args ...any) {
	if c.fields == nil {
		c.fields = map[string]Message{}
	}
	if _, ok := c.fields[field]; !ok {
		c.fields[field] = msg(key, args)
	}
}

// That adds the message when ok is false.
func (c *Check) That(ok bool, field, key string, args ...any) {
	if !ok {
		c.Add(field, key, args...)
	}
}

// Count is how many fields were found wrong so far.
func (c *Check) Count() int { return len(c.fields) }

// Err is an Invalid error with every field that was wrong, or nil.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: Message{Key: "error.invalid"}, Fields: c.fields}
}

// As finds the *Error in err's chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Is tells whether err is an expected failure of that kind.
func Is(err error, kind Kind) bool {
	e, ok := As(err)
	return ok && e.Kind == kind
}

func msg(key string, args []any) Message {
	m := Message{Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if m.Args == nil {
			m.Args = Args{}
		}
		m.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}
