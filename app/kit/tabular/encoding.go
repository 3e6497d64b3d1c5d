package tabular

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"regulars/app/kit/errs"
)

// Which encoding a text is in. Short texts can be taken for the wrong one, so
// whoever previews a file must be able to choose another.

// Encodings are those that are detected, for a list to choose from.
func Encodings() []string {
	return []string{"utf-8", "gb18030", "big5", "utf-16le", "utf-16be", "windows-1252"}
}

// refuse tells why the head of a file cannot be a text.
func refuse(head []byte) error {
	if len(bytes.TrimSpace(head)) == 0 {
		return errs.New(errs.Invalid, "import.error.empty")
	}
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")) {
		return errs.New(errs.Invalid, "import.error.old_excel") // .xls, or a workbook with a password
	}
	start := bytes.ToLower(bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n"))
	for _, magic := range []string{"%pdf", "<html", "<!doctype", "<table", "<?xml", "{\\rtf", "\x89png", "\xff\xd8\xff", "gif8", "rar!", "7z\xbc\xaf"} {
		if bytes.HasPrefix(start, []byte(magic)) {
			return notATable(nil)
		}
	}
	if enc := detect(head); strings.HasPrefix(enc, "utf-16") {
		return nil
	}
	strange := 0
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x0b && c != 0x0c {
			strange++
		}
	}
	if strange > 2 && strange*20 > len(head) {
		return notATable(nil)
	}
	return nil
}

// detect guesses the encoding of a text from its head.
func detect(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be"
	}
	if enc := nulPattern(head); enc != "" {
		return enc
	}
	if isUTF8(head) {
		return "utf-8"
	}
	return pairStatistics(head)
}

// nulPattern knows UTF-16 without a mark by the zero bytes of its ASCII part.
func nulPattern(head []byte) string {
	var even, odd int
	for i, c := range head {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	half := len(head) / 2
	switch {
	case half < 2:
		return ""
	case odd > 2 && odd*5 > half && even*20 < odd:
		return "utf-16le"
	case even > 2 && even*5 > half && odd*20 < even:
		return "utf-16be"
	}
	return ""
}

// isUTF8 allows for a last character that the sample cuts.
func isUTF8(head []byte) bool {
	for n := 0; n <= 3 && n <= len(head); n++ {
		if utf8.Valid(head[:len(head)-n]) {
			return n == 0 || len(head) >= sample
		}
	}
	return false
}

// pairStatistics looks at which bytes make up the double-byte characters:
// common Chinese ones lie in a corner of GB18030, others in one of Big5.
func pairStatistics(head []byte) string {
	var pairs, high, common, taiwan, broken int
	for i := 0; i < len(head)-1; i++ {
		lead, trail := head[i], head[i+1]
		if lead < 0x81 {
			continue
		}
		i++
		if trail < 0x40 && !(trail >= 0x30 && trail <= 0x39) {
			broken++
			continue
		}
		pairs++
		if lead >= 0xa1 && trail >= 0xa1 {
			high++
		}
		if lead >= 0xb0 && lead <= 0xd7 {
			common++
		}
		if lead >= 0xa4 && lead <= 0xc6 {
			taiwan++
		}
	}
	switch {
	case pairs == 0 || broken*4 > pairs:
		return "windows-1252"
	case high*100 >= pairs*85 && common*100 >= pairs*40:
		return "gb18030"
	case taiwan*100 >= pairs*70:
		return "big5"
	}
	return "windows-1252"
}

func lookup(name string) (encoding.Encoding, error) {
	switch name = strings.ToLower(name); name {
	case "utf-8", "utf8":
		return unicode.UTF8BOM, nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, errs.New(errs.Invalid, "import.error.encoding", "encoding", name)
	}
	return enc, nil
}

func decodeStream(r io.Reader, name string) (io.Reader, error) {
	enc, err := lookup(name)
	if err != nil {
		return nil, err
	}
	return transform.NewReader(r, enc.NewDecoder()), nil
}

// decodeBytes reads a value whose encoding is not declared.
func decodeBytes(fallback string) func([]byte) string {
	return func(b []byte) string {
		name := fallback
		if isUTF8(b) {
			name = "utf-8"
		} else if name == "utf-8" {
			name = pairStatistics(b)
		}
		enc, err := lookup(name)
		if err != nil {
			return strings.ToValidUTF8(string(b), "\ufffd")
		}
		s, _, err := transform.Bytes(enc.NewDecoder(), b)
		if err != nil {
			return strings.ToValidUTF8(string(b), "\ufffd")
		}
		return string(s)
	}
}
