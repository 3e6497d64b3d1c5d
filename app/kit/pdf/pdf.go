// Package pdf writes sheets of paper as PDF files of a few kilobytes. Latin
// letters are set in Helvetica and Chinese in STSong-Light, two of the fonts that
// every reader of the format knows by name, so that no font has to be carried:
// a free Chinese one weighs more than the rest of the program. The text stays
// text, to be searched and copied.
package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// A4 in points.
const (
	Width  = 595.0
	Height = 842.0
)

// Document is a file in the making. Its coordinates are points from the upper
// left corner of the page.
type Document struct {
	Title, Author, Language string
	Made                    time.Time
	Lying                   bool // the pages are wider than they are high

	pages []*bytes.Buffer
}

// Size is the width and the height of every page.
func (d *Document) Size() (width, height float64) {
	if d.Lying {
		return Height, Width
	}
	return Width, Height
}

// Page begins a new page; what follows is drawn on it.
func (d *Document) Page() { d.pages = append(d.pages, &bytes.Buffer{}) }

// Pages is how many there are.
func (d *Document) Pages() int { return len(d.pages) }

// Turn goes back to a page, the first is 1, to draw more on it.
func (d *Document) Turn(page int) *Sheet {
	_, height := d.Size()
	return &Sheet{d.pages[page-1], height}
}

// Sheet is one page to draw on.
type Sheet struct {
	out    *bytes.Buffer
	height float64
}

// Last is the page that was begun last.
func (d *Document) Last() *Sheet { return d.Turn(len(d.pages)) }

// Text sets one line with its base line at y.
func (s *Sheet) Text(x, y float64, f Font, shade Shade, line string) {
	fmt.Fprintf(s.out, "BT %s %.2f %.2f Td\n", shade.fill(), x, s.height-y)
	for _, r := range runs(line) {
		r.write(s.out, f, shade)
	}
	s.out.WriteString("ET\n")
}

// Bytes is the finished file.
func (d *Document) Bytes() ([]byte, error) {
	var out bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	const first = 8 // the first page's number; its drawing follows it
	var kids strings.Builder
	for i := range d.pages {
		fmt.Fprintf(&kids, "%d 0 R ", first+2*i)
	}
	object(fmt.Sprintf("<< /Type /Catalog /Pages 2 0 R /Lang %s /ViewerPreferences << /DisplayDocTitle true >> >>", hex(d.Language)))
	width, height := d.Size()
	object(fmt.Sprintf("<< /Type /Pages /Kids [ %s] /Count %d /MediaBox [0 0 %.0f %.0f] /Resources << /Font << /F1 4 0 R /F2 5 0 R /F3 6 0 R >> >> >>",
		kids.String(), len(d.pages), width, height))
	object(fmt.Sprintf("<< /Title %s /Author %s /CreationDate (D:%sZ) >>", hex(d.Title), hex(d.Author), d.Made.UTC().Format("20060102150405")))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
	object("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UTF16-H /Encoding /UniGB-UTF16-H /DescendantFonts [7 0 R] >>")
	object("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 " +
		"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>")
	for i, page := range d.pages {
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>", first+2*i+1))
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		if _, err := z.Write(page.Bytes()); err != nil {
			return nil, fmt.Errorf("pack page %d: %w", i+1, err)
		}
		if err := z.Close(); err != nil {
			return nil, fmt.Errorf("pack page %d: %w", i+1, err)
		}
		object(fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", packed.Len(), packed.String()))
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes(), nil
}

// hex is a text string of the format, in UTF-16 with its mark.
func hex(s string) string { return "<FEFF" + units(s) + ">" }

func units(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}
