// Package vcf reads address books: every vCard becomes one row of text cells.
// Versions 2.1, 3.0 and 4.0 are understood, as are the odd files of old phones
// (quoted-printable GBK, soft line breaks, missing ends).
package vcf

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/emersion/go-vcard"
)

// Columns are the cells of a row, in order. Several values of one kind are
// separated by "; ".
func Columns() []string {
	return []string{"name", "company", "title", "phone", "email", "address", "birthday", "notes", "photo"}
}

// Reader reads one card after the other.
type Reader struct {
	lines  lines
	decode func([]byte) string
}

// NewReader reads cards from r; decode makes text of values whose encoding is
// not declared.
func NewReader(r io.Reader, decode func([]byte) string) *Reader {
	return &Reader{lines: lines{r: bufio.NewReader(r)}, decode: decode}
}

// Next gives the row of the next card and the line it begins on; io.EOF ends.
func (r *Reader) Next() ([]string, int, error) {
	begin, err := r.seek()
	if err != nil {
		return nil, r.lines.at, err
	}
	var b strings.Builder
	b.WriteString("BEGIN:VCARD\r\n")
	photo := ""
	for {
		p, err := r.lines.logical()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, r.lines.at, err
		}
		if err != nil || p.name == "END" || p.name == "BEGIN" {
			break // a card without an end is taken as far as it goes
		}
		if p.name == "PHOTO" && photo == "" {
			photo = picture(p)
		}
		if !wanted(p) {
			continue
		}
		b.WriteString(p.name)
		if len(p.types) > 0 {
			b.WriteString(";TYPE=" + strings.Join(safe(p.types), ","))
		}
		b.WriteString(":" + p.text(r.decode) + "\r\n")
		if b.Len() > 4*maxProperty {
			return nil, r.lines.at, ErrTooLong
		}
	}
	b.WriteString("END:VCARD\r\n")
	card, err := vcard.NewDecoder(strings.NewReader(b.String())).Decode()
	if err != nil {
		return nil, begin, fmt.Errorf("read the card at line %d: %w", begin, err)
	}
	return append(row(card), photo), begin, nil
}

// TooLarge stands in place of a photo that is longer than MaxPhoto.
const TooLarge = "data:too-large"

// picture writes a photo as a data: address, whatever the card's version calls
// it. One that only says where it lies on the network is left out.
func picture(p property) string {
	value := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\\' {
			return -1
		}
		return r
	}, string(p.value))
	switch {
	case p.large || len(value) > MaxPhoto:
		return TooLarge
	case strings.HasPrefix(strings.ToLower(value), "data:"):
		return value
	case strings.EqualFold(p.params["ENCODING"], "b") || strings.EqualFold(p.params["ENCODING"], "BASE64"):
		return "data:image;base64," + value
	}
	return ""
}

// seek goes to the next BEGIN.
func (r *Reader) seek() (int, error) {
	for {
		p, err := r.lines.logical()
		if err != nil {
			return 0, err
		}
		if p.name == "BEGIN" {
			return max(1, r.lines.at-1), nil
		}
	}
}

func wanted(p property) bool {
	if unwanted[p.name] || p.name == "PHOTO" || p.name == "" || strings.EqualFold(p.params["ENCODING"], "BASE64") {
		return false
	}
	for _, r := range p.name {
		if r != '-' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)) {
			return false
		}
	}
	return true
}

// safe keeps what cannot break a line of the form we write.
func safe(types []string) []string {
	out := make([]string, 0, len(types))
	for _, t := range types {
		out = append(out, strings.Map(func(r rune) rune {
			if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' {
				return -1
			}
			return r
		}, t))
	}
	return out
}

func row(card vcard.Card) []string {
	return []string{
		name(card), first(card.PreferredValue(vcard.FieldOrganization)), clean(card.PreferredValue(vcard.FieldTitle)),
		phones(card), joined(card.Values(vcard.FieldEmail)), address(card),
		birthday(card.Value(vcard.FieldBirthday)), joined(card.Values(vcard.FieldNote)),
	}
}

// name prefers the written name; the parts of a Chinese one are put in order,
// since many phones write the given name first.
func name(card vcard.Card) string {
	whole := clean(card.PreferredValue(vcard.FieldFormattedName))
	parts := card.Name()
	if parts == nil {
		return whole
	}
	family, given := clean(parts.FamilyName), clean(strings.TrimSpace(parts.GivenName+" "+parts.AdditionalName))
	if isHan(family) && isHan(given) {
		return family + given
	}
	if whole == "" {
		whole = strings.TrimSpace(given + " " + family)
	}
	if whole == "" {
		whole = clean(card.PreferredValue(vcard.FieldNickname))
	}
	return whole
}

func phones(card vcard.Card) string {
	var all []string
	for _, f := range card[vcard.FieldTelephone] {
		if fax := f.Params.HasType("fax"); !fax || f.Params.HasType("voice") {
			all = append(all, strings.TrimPrefix(f.Value, "tel:"))
		}
	}
	return joined(all)
}

// address writes the preferred address in the order of its script.
func address(card vcard.Card) string {
	a := card.Address()
	if a == nil {
		return ""
	}
	if isHan(a.StreetAddress) || isHan(a.Locality) || isHan(a.Region) {
		return clean(a.Country + a.Region + a.Locality + a.StreetAddress + a.ExtendedAddress)
	}
	var parts []string
	for _, p := range []string{a.StreetAddress, a.ExtendedAddress, a.PostalCode + " " + a.Locality, a.Region, a.Country} {
		if p = clean(p); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// birthday writes 19900102 as 1990-01-02 and leaves other forms alone.
func birthday(s string) string {
	s, _, _ = strings.Cut(clean(s), "T")
	if len(s) != 8 || strings.Trim(s, "0123456789") != "" {
		return s
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}

func first(s string) string {
	for i := range s {
		if s[i] == ';' && (i == 0 || s[i-1] != '\\') {
			s = s[:i]
			break
		}
	}
	return clean(s)
}

func joined(values []string) string {
	var out []string
	for _, v := range values {
		if v = clean(v); v != "" {
			out = append(out, v)
		}
	}
	return strings.Join(out, "; ")
}

// clean trims, and takes off the escape of a semicolon that the library leaves.
func clean(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, `\;`, ";")) }

// isHan tells whether a text holds Han characters.
func isHan(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}
