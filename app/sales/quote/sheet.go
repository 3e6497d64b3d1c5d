package quote

import (
	"regulars/app/customer/invoicetitle"
	"regulars/app/kit/pdf"
	"regulars/app/sys/i18n"
	"regulars/app/sys/markup"
)

// The sheet of a quote as a file, for mail programs and archives: what the
// printed page says, in the same order.

// Where things stand on the sheet, in points.
const (
	left   = 48.0
	right  = pdf.Width - left
	bottom = pdf.Height - 64
	middle = pdf.Width / 2
)

var (
	textFont  = pdf.Font{Size: 9.5}
	boldFont  = pdf.Font{Size: 9.5, Bold: true}
	smallFont = pdf.Font{Size: 8}
	headFont  = pdf.Font{Size: 20, Bold: true}
	nameFont  = pdf.Font{Size: 13, Bold: true}
)

const (
	ink  pdf.Gray = 0.1
	pale pdf.Gray = 0.42
	rule pdf.Gray = 0.82
)

// sheet is a quote being set.
type sheet struct {
	*pdf.Document
	l *i18n.Locale
	q Shown
	y float64
}

// paper sets a quote on as many pages as it needs. The invoice title is the
// customer's, nil leaves it away.
func paper(l *i18n.Locale, business string, q Shown, to *invoicetitle.Title) ([]byte, error) {
	s := &sheet{&pdf.Document{Title: l.T("quote.paper") + " " + q.Name(), Author: business, Language: l.Tag(), Made: l.Now()}, l, q, left}
	s.Page()
	s.head(business)
	s.intro()
	s.lines()
	s.totals()
	if q.Terms != "" {
		s.section(l.T("quote.terms"), markup.Text(q.Terms))
	}
	if to != nil {
		s.invoice(*to)
	}
	s.signs(business)
	for n := 1; n <= s.Pages(); n++ {
		foot := l.T("quote.sheet_n", "number", q.Name(), "n", n, "of", s.Pages())
		s.Turn(n).Text(right-smallFont.Width(foot), pdf.Height-36, smallFont, pale, foot)
	}
	return s.Bytes()
}

// put sets a line at x; putEnd one that ends at x.
func (s *sheet) put(x float64, f pdf.Font, shade pdf.Gray, text string) {
	s.Last().Text(x, s.y, f, shade, text)
}

func (s *sheet) putEnd(x float64, f pdf.Font, shade pdf.Gray, text string) {
	s.put(x-f.Width(text), f, shade, text)
}

// room begins a new page unless so much is left on this one, and tells whether
// it did.
func (s *sheet) room(height float64) bool {
	if s.y+height <= bottom {
		return false
	}
	s.Page()
	s.y = left + 12
	return true
}

// block sets a text in lines between two edges.
func (s *sheet) block(x, to float64, f pdf.Font, shade pdf.Gray, text string) {
	for _, line := range f.Wrap(text, to-x) {
		s.room(f.Size * 1.5)
		s.put(x, f, shade, line)
		s.y += f.Size * 1.5
	}
}

func (s *sheet) head(business string) {
	s.y = left + 14
	s.put(left, nameFont, ink, business)
	s.putEnd(right, headFont, ink, s.l.T("quote.paper"))
	s.y += 16
	number := s.q.Number
	if s.q.Revision > 1 {
		number += "  " + s.l.T("quote.version_n", "n", s.q.Revision)
	}
	s.putEnd(right, textFont, pale, number)
	s.y += 16
	s.Last().Line(left, s.y, right, s.y, .7, rule)
	s.y += 22
	top := s.y
	s.put(left, smallFont, pale, s.l.T("common.customer"))
	s.y += 15
	s.block(left, middle-16, boldFont, ink, s.q.CustomerName)
	if s.q.Contact != "" {
		s.block(left, middle-16, textFont, ink, s.q.Contact)
	}
	under := s.y
	s.y = top
	for _, fact := range [][2]string{{"quote.quoted_on", string(s.q.QuotedOn)}, {"quote.valid_until", string(s.q.ValidUntil)}, {"quote.by", s.q.UserName}} {
		if fact[1] != "" {
			s.put(middle+16, textFont, pale, s.l.T(fact[0]))
			s.putEnd(right, textFont, ink, fact[1])
			s.y += 15
		}
	}
	s.y = max(s.y, under) + 12
}

func (s *sheet) intro() {
	if s.q.Title != "" {
		s.block(left, right, boldFont, ink, s.q.Title)
	}
	if s.q.Intro != "" {
		s.block(left, right, textFont, ink, s.q.Intro)
	}
	s.y += 10
}

// The columns of the lines: where those of text begin and those of numbers end.
const (
	nameAt     = left + 20
	nameTo     = left + 208
	quantityTo = left + 252
	unitAt     = left + 260
	unitTo     = left + 298
	priceTo    = left + 362
	offTo      = left + 412
	taxTo      = left + 442
)

func (s *sheet) columns() {
	s.Last().Box(left, s.y-11, right-left, 17, pdf.Gray(0.95))
	s.put(nameAt, smallFont, pale, s.l.T("order.product"))
	s.put(unitAt, smallFont, pale, s.l.T("product.unit"))
	for _, c := range []struct {
		to  float64
		key string
	}{{quantityTo, "order.quantity"}, {priceTo, "order.unit_price"}, {offTo, "quote.discount"}, {taxTo, "quote.tax_rate"}, {right, "common.amount"}} {
		s.putEnd(c.to, smallFont, pale, s.l.T(c.key))
	}
	s.y += 20
}

func (s *sheet) lines() {
	s.room(60)
	s.columns()
	for _, line := range s.q.Lines {
		name := line.Name
		switch {
		case line.Optional && line.Chosen:
			name += " (" + s.l.T("quote.chosen") + ")"
		case line.Optional:
			name += " (" + s.l.T("quote.optional") + ")"
		}
		rows, units := textFont.Wrap(name, nameTo-nameAt), smallFont.Wrap(line.Unit, unitTo-unitAt)
		if s.room(float64(max(len(rows), len(units)))*13 + 8) {
			s.columns()
		}
		s.put(left+4, textFont, pale, s.l.Number(line.N()))
		s.putEnd(quantityTo, textFont, ink, line.Quantity.String())
		s.putEnd(priceTo, textFont, ink, s.l.Money(line.UnitPrice, s.q.Currency))
		if off := line.Discount().Text(s.q.Currency); off != "" {
			s.putEnd(offTo, textFont, ink, off)
		}
		s.putEnd(taxTo, textFont, ink, line.Tax())
		s.putEnd(right, boldFont, ink, s.l.Money(line.Total, s.q.Currency))
		top := s.y
		for i := range max(len(rows), len(units)) {
			s.y = top + float64(i)*13
			if i < len(rows) {
				s.put(nameAt, textFont, ink, rows[i])
			}
			if i < len(units) {
				s.put(unitAt, smallFont, ink, units[i])
			}
		}
		s.y += 6
		s.Last().Line(left, s.y, right, s.y, .5, rule)
		s.y += 14
	}
}

func (s *sheet) totals() {
	s.room(90)
	sum := func(key string, minor int64, f pdf.Font) {
		amount := s.l.Money(minor, s.q.Currency)
		s.putEnd(min(taxTo, right-f.Width(amount)-14), f, pale, s.l.T(key))
		s.putEnd(right, f, ink, amount)
		s.y += 15
	}
	s.y += 4
	if s.q.Off() != 0 {
		sum("quote.gross", s.q.Gross, textFont)
		sum("quote.discounts", -s.q.Off(), textFont)
	}
	if s.q.Tax != 0 {
		if s.q.WithTax {
			sum("quote.tax_in", s.q.Tax, textFont)
		} else {
			sum("quote.net", s.q.Sums.Net, textFont)
			sum("quote.tax", s.q.Tax, textFont)
		}
	}
	s.y += 2
	sum("quote.total", s.q.Total, nameFont)
	if words := s.q.Words(); words != "" {
		s.putEnd(right, textFont, ink, s.l.T("quote.in_words")+words)
		s.y += 15
	}
	s.y += 10
}

// section is a heading with words under it.
func (s *sheet) section(head, words string) {
	s.room(44)
	s.put(left, smallFont, pale, head)
	s.y += 15
	s.block(left, right, textFont, ink, words)
	s.y += 10
}

func (s *sheet) invoice(t invoicetitle.Title) {
	where := t.Address
	if t.Phone != "" {
		where += " " + t.Phone
	}
	words := ""
	for _, fact := range [][2]string{{"quote.invoice.title", t.Title}, {"quote.invoice.tax_id", t.TaxID}, {"quote.invoice.address", where}, {"quote.invoice.bank", t.Bank},
		{"quote.invoice.account", t.Account}} {
		if fact[1] != "" {
			words += s.l.T("quote.sheet_fact", "name", s.l.T(fact[0]), "value", fact[1]) + "\n"
		}
	}
	s.section(s.l.T("quote.invoice_to"), words)
}

// signs are the lines to sign on.
func (s *sheet) signs(business string) {
	s.room(70)
	s.y += 44
	for _, side := range []struct {
		from, to float64
		who      string
	}{{left, middle - 16, s.l.T("quote.sign_customer")}, {middle + 16, right, business}} {
		s.Last().Line(side.from, s.y, side.to, s.y, .7, pale)
		s.y += 12
		s.put(side.from, smallFont, pale, side.who)
		s.putEnd(side.to, smallFont, pale, s.l.T("common.date"))
		s.y -= 12
	}
}
