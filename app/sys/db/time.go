package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is an instant, stored as unix milliseconds in UTC; the zero Time is NULL.
// A time.Time is never bound: the driver would store text.
type Time struct{ time.Time }

// At wraps t.
func At(t time.Time) Time { return Time{t} }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMilli(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
	case int64:
		t.Time = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("scan time: unexpected %T", src)
	}
	return nil
}

// ID is a reference to another row; 0 is NULL.
type ID int64

// Value implements driver.Valuer.
func (i ID) Value() (driver.Value, error) {
	if i == 0 {
		return nil, nil
	}
	return int64(i), nil
}

// Scan implements sql.Scanner.
func (i *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = 0
	case int64:
		*i = ID(v)
	default:
		return fmt.Errorf("scan id: unexpected %T", src)
	}
	return nil
}

// Null is a text column where "" and NULL mean the same: nothing.
type Null string

// Value implements driver.Valuer.
func (n Null) Value() (driver.Value, error) {
	if n == "" {
		return nil, nil
	}
	return string(n), nil
}

// Scan implements sql.Scanner.
func (n *Null) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*n = ""
	case string:
		*n = Null(v)
	default:
		return fmt.Errorf("scan text: unexpected %T", src)
	}
	return nil
}
