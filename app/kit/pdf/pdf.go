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

	pages []*bytes.Buffer
}

// Page begins a new page; what follows is drawn on it.
func (d *Document) Page() { d.pages = append(d.pages, &bytes.Buffer{}) }

// Pages is how many there are.
func (d *Document) Pages() int { return len(d.pages) }

// Turn goes back to a page, the first is 1, to draw more on it.
func (d *Document) Turn(page int) *Sheet { return &Sheet{d.pages[page-1]} }

// Sheet is one page to draw on.
type Sheet struct{ out *bytes.Buffer }

// Last is the page that was begun last.
func (d *Document) Last() *Sheet { return d.Turn(len(d.pages)) }

// Gray is how dark something is: 0 black, 1 white.
type Gray float64

// Line draws a straight line of that width.
func (s *Sheet) Line(x1, y1, x2, y2, width float64, shade Gray) {
	fmt.Fprintf(s.out, "%.2f G %.2f w %.2f %.2f m %.2f %.2f l S\n", shade, width, x1, Height-y1, x2, Height-y2)
}

// Box fills a rectangle.
func (s *Sheet) Box(x, y, width, height float64, shade Gray) {
	fmt.Fprintf(s.out, "%.2f g %.2f %.2f %.2f %.2f re f\n", shade, x, Height-y-height, width, height)
}

// Text sets one line with its base line at y.
func (s *Sheet) Text(x, y float64, f Font, shade Gray, line string) {
	fmt.Fprintf(s.out, "BT %.2f g %.2f %.2f Td\n", shade, x, Height-y)
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
	object(fmt.Sprintf("<< /Type /Pages /Kids [ %s] /Count %d /MediaBox [0 0 %.0f %.0f] /Resources << /Font << /F1 4 0 R /F2 5 0 R /F3 6 0 R >> >> >>",
		kids.String(), len(d.pages), Width, Height))
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
