package tabular

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/tabular/vcf"
)

// isVCard looks past byte order marks and the zero bytes of UTF-16.
func isVCard(head []byte) bool {
	start := bytes.ReplaceAll(head[:min(len(head), 256)], []byte{0}, nil)
	start = bytes.TrimLeft(start, "\xef\xbb\xbf\xff\xfe \t\r\n")
	return len(start) >= 11 && strings.EqualFold(string(start[:11]), "BEGIN:VCARD")
}

type vcardReader struct{ cards *vcf.Reader }

// openVCard reads bytes, because every line of an old card may have an encoding
// of its own; only UTF-16 is a matter of the whole file.
func (t *Table) openVCard(raw, text io.Reader) error {
	if strings.HasPrefix(t.Encoding, "utf-16") {
		raw = text
	}
	t.rows = &vcardReader{cards: vcf.NewReader(raw, decodeBytes(t.Encoding))}
	return nil
}

func (v *vcardReader) next() ([]string, int, error) {
	row, line, err := v.cards.Next()
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return row, line, err
	case errors.Is(err, vcf.ErrTooLong):
		return nil, 0, errs.New(errs.Invalid, "import.error.cell_too_long", "line", line)
	}
	return nil, 0, readError(err)
}

func (v *vcardReader) close() error { return nil }
