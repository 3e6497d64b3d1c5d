package vcf

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Writer writes an address book: vCard 3.0, which every phone reads, or 4.0. Its
// rows are those of a table, the first of which names the columns.
type Writer struct {
	w      *bufio.Writer
	header []string
	four   bool
}

// NewWriter writes to w; Close writes what is left.
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriter(w)} }

// NewWriter4 writes version 4.0.
func NewWriter4(w io.Writer) *Writer { return &Writer{w: bufio.NewWriter(w), four: true} }

// Cards tells the one who fills the rows that photos are welcome, as data:
// addresses in the column "photo".
func (v *Writer) Cards() bool { return true }

// Write takes the header first and then one card after the other. Columns that
// an address book has no place for are left out.
func (v *Writer) Write(row []string) error {
	if v.header == nil {
		v.header = slices.Clone(row)
		return nil
	}
	v.line("BEGIN", "VCARD")
	version := "3.0"
	if v.four {
		version = "4.0"
	}
	v.line("VERSION", version)
	name := v.cell(row, "name")
	v.line("N", escape(name)+";;;;")
	v.line("FN", escape(name))
	if v.cell(row, "kind") == "company" {
		if v.four {
			v.line("KIND", "org")
		}
		v.line("ORG", escape(name))
	} else {
		v.some("ORG", v.cell(row, "customer"))
	}
	v.some("TITLE", v.cell(row, "title"))
	for _, p := range strings.Split(v.cell(row, "phone"), "; ") {
		v.some("TEL", p)
	}
	for _, e := range strings.Split(v.cell(row, "email"), "; ") {
		v.some("EMAIL", e)
	}
	if address := v.cell(row, "address"); address != "" {
		v.line("ADR", ";;"+escape(address)+";"+escape(v.cell(row, "region"))+";;;")
	}
	if day := v.cell(row, "birthday"); len(day) == len("2006-01-02") {
		if v.four {
			day = strings.ReplaceAll(day, "-", "")
		}
		v.line("BDAY", day)
	}
	v.some("NOTE", v.cell(row, "notes"))
	if data, ok := strings.CutPrefix(v.cell(row, "photo"), "data:image/jpeg;base64,"); ok && v.four {
		v.line("PHOTO", "data:image/jpeg;base64,"+data)
	} else if ok {
		v.line("PHOTO;ENCODING=b;TYPE=JPEG", data)
	}
	v.line("END", "VCARD")
	return v.err()
}

// Close writes what is left; it does not close the writer below.
func (v *Writer) Close() error {
	if err := v.w.Flush(); err != nil {
		return fmt.Errorf("write vcard: %w", err)
	}
	return nil
}

func (v *Writer) err() error {
	if _, err := v.w.WriteString(""); err != nil { // a bufio.Writer keeps its first error
		return fmt.Errorf("write vcard: %w", err)
	}
	return nil
}

func (v *Writer) cell(row []string, column string) string {
	if i := slices.Index(v.header, column); i >= 0 && i < len(row) {
		return row[i]
	}
	return ""
}

func (v *Writer) some(name, value string) {
	if strings.TrimSpace(value) != "" {
		v.line(name, escape(value))
	}
}

// line writes a property, folded between characters.
func (v *Writer) line(name, value string) {
	const most = 74
	text := name + ":" + value
	for room := most; len(text) > room; room = most - 1 {
		cut := room
		for cut > 1 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		_, _ = v.w.WriteString(text[:cut] + "\r\n ")
		text = text[cut:]
	}
	_, _ = v.w.WriteString(text + "\r\n")
}

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return escaper.Replace(s)
}
