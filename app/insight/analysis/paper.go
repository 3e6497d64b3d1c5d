package analysis

import (
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/pdf"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view/chart"
)

// A report as a PDF file, to be put before somebody: what its page says, in the
// same order, upright where its columns fit and lying where they do not.

const (
	margin     = 48.0
	footRoom   = 52.0
	mostPaper  = 1000 // rows; the spreadsheet has all
	widestDraw = 500.0
)

var (
	textFont  = pdf.Font{Size: 9}
	boldFont  = pdf.Font{Size: 9, Bold: true}
	smallFont = pdf.Font{Size: 7.5}
	titleFont = pdf.Font{Size: 17, Bold: true}
)

const (
	ink  pdf.Gray = 0.1
	pale pdf.Gray = 0.42
	rule pdf.Gray = 0.82
	tint pdf.Gray = 0.95
	hair pdf.Gray = 0.9
)

// paper is what a report says on paper besides its table.
type paper struct {
	Table
	Name     string
	Business string
	When     time.Time // it was counted
	Reader   string    // for whom it was counted, "" where one person works alone
	Filters  []string  // in words
}

// sheet is a report being set.
type sheet struct {
	*pdf.Document
	paper
	l      *i18n.Locale
	y      float64
	right  float64
	bottom float64
}

// pdf sets the report on as many pages as it needs.
func (p paper) pdf() ([]byte, error) {
	l := p.Locale
	s := &sheet{Document: &pdf.Document{Title: p.Name, Author: p.Business, Language: l.Tag(), Made: p.When}, paper: p, l: l}
	g := newGrid(p.Table)
	s.Lying = g.natural() > pdf.Width-2*margin
	width, height := s.Size()
	s.right, s.bottom = width-margin, height-footRoom
	s.page()
	s.head()
	if err := s.picture(); err != nil {
		return nil, err
	}
	s.table(g)
	s.notes()
	s.feet()
	return s.Bytes()
}

func (s *sheet) page() {
	s.Page()
	s.y = margin
}

// room begins a new page unless so much is left on this one, and tells whether it
// did.
func (s *sheet) room(height float64) bool {
	if s.y+height <= s.bottom {
		return false
	}
	s.page()
	return true
}

func (s *sheet) put(x float64, f pdf.Font, shade pdf.Gray, text string) {
	s.Last().Text(x, s.y, f, shade, text)
}

func (s *sheet) putEnd(x float64, f pdf.Font, shade pdf.Gray, text string) {
	s.put(x-f.Width(text), f, shade, text)
}

// block sets a text in lines from x to the right edge.
func (s *sheet) block(x float64, f pdf.Font, shade pdf.Gray, text string) {
	for _, line := range f.Wrap(text, s.right-x) {
		s.room(f.Size * 1.5)
		s.put(x, f, shade, line)
		s.y += f.Size * 1.5
	}
}

// head says what was counted, of which days and with which filters, and when.
func (s *sheet) head() {
	s.y += 4
	business := smallFont.Clip(s.Business, 160)
	s.putEnd(s.right, smallFont, pale, business)
	s.y += 4
	for _, line := range titleFont.Wrap(s.Name, s.right-margin-smallFont.Width(business)-20) {
		s.put(margin, titleFont, ink, line)
		s.y += titleFont.Size * 1.3
	}
	counted := []string{s.l.T(s.Kind.Label)}
	for _, h := range s.Heads {
		if h.Fn != fnCount { // how many there are is said by what they are
			counted = append(counted, h.Label)
		}
	}
	made := s.l.DateTime(s.When)
	if s.Reader != "" {
		made = s.l.T("analysis.paper_made_for", "when", made, "name", s.Reader)
	}
	facts := [][2]string{{"analysis.kind", strings.Join(counted, " · ")}, {"analysis.row", strings.Join(s.Axes, " · ")}, {"analysis.col", s.Across},
		{"analysis.span", s.Days()}, {"analysis.filters", strings.Join(s.Filters, " · ")}, {"analysis.paper_at", made}}
	indent := 0.0
	for _, f := range facts {
		if f[1] != "" {
			indent = max(indent, textFont.Width(s.l.T(f[0])))
		}
	}
	for _, f := range facts {
		if f[1] != "" {
			s.put(margin, textFont, pale, s.l.T(f[0]))
			s.block(margin+indent+14, textFont, ink, f[1])
		}
	}
	s.y += 8
}

// picture draws the chart of the page, with what its colours mean.
func (s *sheet) picture() error {
	if s.Empty() {
		return nil
	}
	p := s.Draw()
	if p.Chart == nil {
		return nil
	}
	svg := p.Chart.SVG()
	wide, high := chart.Size(svg)
	if wide == 0 {
		return nil
	}
	width := min(s.right-margin, widestDraw)
	s.room(high*width/wide + 30)
	if err := chart.Print(s.Last(), svg, margin, s.y, width); err != nil {
		return fmt.Errorf("draw report %q: %w", s.Name, err)
	}
	s.y += high*width/wide + 12
	x := margin
	for i, part := range p.Legend {
		words := smallFont.Clip(part.No+"  "+part.Name, 140)
		if w := 14 + smallFont.Width(words); x > margin && x+w > s.right {
			x, s.y = margin, s.y+12
		}
		s.Last().Box(x, s.y-6, 7, 7, chart.Swatch(i))
		s.put(x+11, smallFont, pale, words)
		x += 11 + smallFont.Width(words) + 14
	}
	s.y += 12
	return nil
}

func (s *sheet) notes() {
	s.y += 6
	for _, n := range s.paper.Table.notes(mostPaper, "analysis.paper_rows") {
		s.block(margin, smallFont, pale, n)
		s.y += 3
	}
}

// feet number the pages.
func (s *sheet) feet() {
	_, height := s.Size()
	for n := 1; n <= s.Pages(); n++ {
		at, of := s.Turn(n), s.l.T("analysis.paper_page", "n", n, "of", s.Pages())
		end := s.right - smallFont.Width(of)
		at.Text(end, height-30, smallFont, pale, of)
		at.Text(margin, height-30, smallFont, pale, smallFont.Clip(s.Name, end-margin-30))
	}
}
