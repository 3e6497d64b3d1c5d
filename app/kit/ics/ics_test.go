package ics

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))

func write(t testing.TB, c Calendar, events ...Event) string {
	t.Helper()
	var b strings.Builder
	w := NewWriter(&b, c)
	for _, e := range events {
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// value is what a reader understands: unfolded, then unescaped.
func value(file, name string) string {
	for line := range strings.SplitSeq(strings.ReplaceAll(file, "\r\n ", ""), "\r\n") {
		rest, ok := strings.CutPrefix(line, name+":")
		if !ok {
			continue
		}
		var b strings.Builder
		for i := 0; i < len(rest); i++ {
			if rest[i] != '\\' {
				b.WriteByte(rest[i])
				continue
			}
			if i++; rest[i] == 'n' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(rest[i])
			}
		}
		return b.String()
	}
	return ""
}

func TestAWholeCalendar(t *testing.T) {
	got := write(t, Calendar{Product: "-//Regulars//Regulars//EN", Name: "回访, today", Method: "PUBLISH"},
		Event{
			UID: "task-7@example.com", Stamp: noon, Start: noon, End: noon.Add(90 * time.Minute), Sequence: 2,
			Summary: "Call; then visit", Description: "one\r\ntwo", Location: "a\\b", URL: "https://example.com/t/7?a=1,2",
			Alarms: []time.Duration{15 * time.Minute},
		},
		Event{UID: "b-1@example.com", Stamp: noon, Day: "2026-12-31", Summary: "生日", Cancelled: true})
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Regulars//Regulars//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", `X-WR-CALNAME:回访\, today`,
		"BEGIN:VEVENT", "UID:task-7@example.com", "DTSTAMP:20260302T040000Z", "DTSTART:20260302T040000Z", "DTEND:20260302T053000Z", "SEQUENCE:2",
		`SUMMARY:Call\; then visit`, `DESCRIPTION:one\ntwo`, `LOCATION:a\\b`, "URL:https://example.com/t/7?a=1,2",
		"BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", `DESCRIPTION:Call\; then visit`, "END:VALARM", "END:VEVENT",
		"BEGIN:VEVENT", "UID:b-1@example.com", "DTSTAMP:20260302T040000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "TRANSP:TRANSPARENT",
		"SEQUENCE:0", "SUMMARY:生日", "STATUS:CANCELLED", "END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNothingCanBreakOutOfItsLine(t *testing.T) {
	evil := "x\r\nEND:VEVENT\nBEGIN:VEVENT\rUID:other\x00\x1b"
	got := write(t, Calendar{Product: evil, Name: evil, Method: evil},
		Event{UID: evil, Stamp: noon, Start: noon, Summary: evil, Description: evil, Location: evil, URL: evil, Alarms: []time.Duration{0, -time.Hour}})
	for _, line := range strings.Split(strings.ReplaceAll(got, "\r\n ", ""), "\r\n") {
		if strings.ContainsAny(line, "\r\n\x00\x1b") {
			t.Errorf("a control character in %q", line)
		}
	}
	if n := strings.Count(got, "\r\nBEGIN:VEVENT"); n != 1 {
		t.Errorf("%d events", n)
	}
	if !strings.Contains(got, "TRIGGER:-PT0M\r\n") || !strings.Contains(got, "TRIGGER:PT60M\r\n") {
		t.Error("alarms at and after the start")
	}
}

func TestAnEventNeedsItsBasics(t *testing.T) {
	var b strings.Builder
	w := NewWriter(&b, Calendar{Product: "x"})
	before := b.Len()
	for _, e := range []Event{{Stamp: noon, Start: noon}, {UID: "a", Start: noon}, {UID: "a", Stamp: noon}} {
		if w.Event(e) == nil || b.Len() != before {
			t.Errorf("%+v was written", e)
		}
	}
}

type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left--; b.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestAFailedWriteIsNotLost(t *testing.T) {
	for left := range 12 {
		w := NewWriter(&broken{left}, Calendar{Product: "x"})
		_ = w.Event(Event{UID: "a", Stamp: noon, Start: noon})
		if err := w.Close(); err == nil {
			t.Errorf("after %d lines the error was lost", left)
		}
	}
}

func FuzzTextComesBack(f *testing.F) {
	f.Add("plain")
	f.Add(strings.Repeat("回头客", 60))
	f.Add("a,b;c\\n\\\n" + strings.Repeat("x", 74) + "é")
	f.Add("\r\n \t\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		file := write(t, Calendar{Product: "x"}, Event{UID: "a", Stamp: noon, Start: noon, Summary: s})
		for line := range strings.SplitSeq(file, "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("bad line %q", line)
			}
		}
		want := clean(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
		if got := value(file, "SUMMARY"); got != want {
			t.Fatalf("%q came back as %q", want, got)
		}
	})
}
