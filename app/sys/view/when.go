package view

import (
	"fmt"
	"reflect"
	"time"
)

// when reads what slices hold as time: a time.Time, unix milliseconds, or a
// calendar date YYYY-MM-DD (also of a named type); pointers may be nil.
func (d Data) when(v any) (time.Time, bool) {
	if day, ok := calendarDay(v); ok {
		t, err := d.Locale.ParseDay(day)
		return t, err == nil
	}
	switch t := plain(v).(type) {
	case time.Time:
		return t, !t.IsZero()
	case interface {
		IsZero() bool
		UnixMilli() int64
	}: // a stored instant
		return time.UnixMilli(t.UnixMilli()), !t.IsZero()
	case nil:
		return time.Time{}, false
	default:
		ms := reflect.ValueOf(t)
		if ms.CanInt() && ms.Int() != 0 {
			return time.UnixMilli(ms.Int()), true
		}
	}
	return time.Time{}, false
}

// calendarDay recognises a date without a time, whatever type carries it.
func calendarDay(v any) (string, bool) {
	v = plain(v)
	if v == nil {
		return "", false
	}
	text := ""
	if value := reflect.ValueOf(v); value.Kind() == reflect.String {
		text = value.String()
	} else if s, ok := v.(fmt.Stringer); ok {
		text = s.String()
	}
	if len(text) != len(time.DateOnly) {
		return "", false
	}
	_, err := time.Parse(time.DateOnly, text)
	return text, err == nil
}

// plain follows pointers; a nil one is nil.
func plain(v any) any {
	value := reflect.ValueOf(v)
	for value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	if !value.IsValid() {
		return nil
	}
	return value.Interface()
}
