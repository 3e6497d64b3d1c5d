// Package ics writes calendars as RFC 5545 wants them: CRLF lines, folded at
// 75 octets, text escaped, times in UTC. It streams, so a feed of thousands of
// appointments needs no memory.
package ics

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"regulars/app/kit/cal"
)

// Calendar is the head of the file.
type Calendar struct {
	Product string // who wrote it, like "-//Regulars//Regulars//EN"
	Name    string // shown by calendar programs; optional
	Method  string // "PUBLISH" for a file sent by mail; optional
}

// Event is one appointment, or a whole day when Day is given instead of Start
// and End.
type Event struct {
	UID         string // the same for ever, so that updates replace
	Stamp       time.Time
	Start, End  time.Time
	Day         cal.Date
	Sequence    int // counts changes of the same UID
	Summary     string
	Description string
	Location    string
	URL         string
	Cancelled   bool
	Alarms      []time.Duration // how long before the start to remind
}

// Writer puts one calendar into a stream. After the first failed write it
// writes nothing more and every call returns that error.
type Writer struct {
	out io.Writer
	err error
}

// NewWriter writes the head of the calendar; a failure shows at the next call.
func NewWriter(out io.Writer, c Calendar) *Writer {
	w := &Writer{out: out}
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.text("PRODID", c.Product)
	w.line("CALSCALE:GREGORIAN")
	w.optional("METHOD", c.Method)
	w.optional("X-WR-CALNAME", c.Name)
	return w
}

// Event adds an appointment. UID, Stamp and either Day or Start are needed;
// without an End it is a moment.
func (w *Writer) Event(e Event) error {
	if e.UID == "" || e.Stamp.IsZero() || e.Day == "" && e.Start.IsZero() {
		return fmt.Errorf("write event %q: it needs a UID, a stamp and a start", e.UID)
	}
	w.line("BEGIN:VEVENT")
	w.text("UID", e.UID)
	w.line("DTSTAMP:" + stamp(e.Stamp))
	w.when(e)
	w.line(fmt.Sprintf("SEQUENCE:%d", e.Sequence))
	w.text("SUMMARY", e.Summary)
	w.optional("DESCRIPTION", e.Description)
	w.optional("LOCATION", e.Location)
	if e.URL != "" {
		w.line("URL:" + clean(strings.Join(strings.Fields(e.URL), "")))
	}
	if e.Cancelled {
		w.line("STATUS:CANCELLED")
	}
	for _, before := range e.Alarms {
		w.alarm(before, e.Summary)
	}
	w.line("END:VEVENT")
	return w.err
}

// Close ends the calendar; it does not close the stream.
func (w *Writer) Close() error {
	w.line("END:VCALENDAR")
	return w.err
}

func (w *Writer) when(e Event) {
	if e.Day != "" {
		w.line("DTSTART;VALUE=DATE:" + compact(e.Day))
		w.line("DTEND;VALUE=DATE:" + compact(e.Day.AddDays(1)))
		w.line("TRANSP:TRANSPARENT")
		return
	}
	w.line("DTSTART:" + stamp(e.Start))
	if e.End.After(e.Start) {
		w.line("DTEND:" + stamp(e.End))
	}
}

func (w *Writer) alarm(before time.Duration, summary string) {
	sign := "-"
	if before < 0 {
		sign, before = "", -before
	}
	w.line("BEGIN:VALARM")
	w.line("ACTION:DISPLAY")
	w.line(fmt.Sprintf("TRIGGER:%sPT%dM", sign, before/time.Minute))
	w.text("DESCRIPTION", summary)
	w.line("END:VALARM")
}

func (w *Writer) optional(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *Writer) text(name, value string) { w.line(name + ":" + escape(value)) }

// line folds one content line: at most 75 octets, the space that marks a
// continuation included, and never inside a character.
func (w *Writer) line(s string) {
	if w.err != nil {
		return
	}
	var b strings.Builder
	for limit := 75; len(s) > limit; limit = 74 {
		cut := limit
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut])
		b.WriteString("\r\n ")
		s = s[cut:]
	}
	b.WriteString(s)
	b.WriteString("\r\n")
	if _, err := io.WriteString(w.out, b.String()); err != nil {
		w.err = fmt.Errorf("write calendar: %w", err)
	}
}

// escape makes any text a TEXT value; line breaks of all systems become \n.
func escape(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(clean(s))
}

// clean drops what no line may hold: control characters and broken UTF-8.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func compact(d cal.Date) string { return strings.ReplaceAll(string(d), "-", "") }
