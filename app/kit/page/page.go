// Package page holds what a list was asked for and what it answers: keyset
// pages, never an offset, so that page 1,000 costs what page 1 costs.
package page

import (
	"encoding/base64"
	"encoding/json"
	"strconv"

	"regulars/app/kit/errs"
)

// The limits of a list.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// Request is what a reader asked for.
type Request struct {
	Limit  int
	Cursor string
	Sort   string // field name, "-" before it for descending
	Q      string // search text
	Count  bool   // also count all matches
	// CountTo counts the matches too, but no further than this.
	CountTo int
}

// Page is one page of T. Next is "" on the last one.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor,omitempty"`
	Total *int   `json:"total,omitempty"`
}

// Cursor is the place after which a page starts: the sort value and the id of
// the last row before it. Value is a string, a number or nil.
type Cursor struct {
	Sort  string `json:"s"`
	Value any    `json:"v"`
	ID    int64  `json:"i"`
}

// Encode makes the opaque text that a client sends back.
func (c Cursor) Encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic("page: cursor values are plain: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Decode reads a cursor made for the same sort; anything else is Invalid.
func Decode(text, sort string) (Cursor, error) {
	var c Cursor
	bad := &errs.Check{}
	bad.Add("cursor", "error.cursor")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return c, bad.Err()
	}
	if err := json.Unmarshal(b, &c); err != nil || c.Sort != sort {
		return c, bad.Err()
	}
	switch v := c.Value.(type) {
	case nil, string:
	case float64:
		if v == float64(int64(v)) {
			c.Value = int64(v)
		}
	default:
		return c, bad.Err()
	}
	return c, nil
}

// ParseLimit reads a limit of 1 to MaxLimit; "" is the default.
func ParseLimit(s string) (int, error) {
	if s == "" {
		return DefaultLimit, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > MaxLimit {
		bad := &errs.Check{}
		bad.Add("limit", "error.limit", "max", MaxLimit)
		return 0, bad.Err()
	}
	return n, nil
}
