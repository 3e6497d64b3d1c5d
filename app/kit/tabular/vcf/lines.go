package vcf

import (
	"bufio"
	"errors"
	"io"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// Lines of vCard 2.1, 3.0 and 4.0, brought into the one form the decoder
// understands: unfolded, decoded, parameters reduced to TYPE.

// ErrTooLong says that one property is longer than any honest one.
var ErrTooLong = errors.New("vcf: property too long")

const maxProperty = 1 << 20

// A photo may have so many megabytes, and is a third longer as it is written in
// a card.
const (
	PhotoMB  = 2
	MaxPhoto = PhotoMB << 20 / 3 * 4
)

// unwanted properties may be big and are skipped.
var unwanted = map[string]bool{"LOGO": true, "SOUND": true, "KEY": true, "AGENT": true}

type lines struct {
	r    *bufio.Reader
	at   int    // number of the line that was read last
	next []byte // read ahead to see whether it continues
	have bool
}

// physical reads one line, ended in any way, without its end.
func (l *lines) physical() ([]byte, error) {
	if l.have {
		l.have = false
		return l.next, nil
	}
	var line []byte
	for {
		c, err := l.r.ReadByte()
		if errors.Is(err, io.EOF) && len(line) > 0 {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
		if c == '\r' || c == '\n' {
			if c == '\r' {
				if n, err := l.r.Peek(1); err == nil && n[0] == '\n' {
					_, _ = l.r.ReadByte()
				}
			}
			l.at++
			return line, nil
		}
		if line = append(line, c); len(line) > 16*maxProperty {
			return nil, ErrTooLong
		}
	}
}

// property is one line of a card after unfolding.
type property struct {
	name   string
	types  []string
	value  []byte
	params map[string]string
	large  bool // a photo longer than MaxPhoto, of which the rest was passed over
}

// logical reads a line with its continuations.
func (l *lines) logical() (property, error) {
	line, err := l.physical()
	if err != nil {
		return property{}, err
	}
	line = append([]byte(nil), line...)
	p := parse(line)
	printable := strings.EqualFold(p.params["ENCODING"], "QUOTED-PRINTABLE")
	for {
		more, err := l.physical()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return property{}, err
		}
		folded := len(more) > 0 && (more[0] == ' ' || more[0] == '\t')
		soft := printable && strings.HasSuffix(string(p.value), "=")
		if !folded && !soft {
			l.next, l.have = more, true
			break
		}
		if unwanted[p.name] {
			continue
		}
		if p.large = p.large || p.name == "PHOTO" && len(p.value) > MaxPhoto; p.large {
			continue
		}
		if soft {
			p.value = p.value[:len(p.value)-1]
		}
		if folded {
			more = more[1:]
		}
		if p.value = append(p.value, more...); len(p.value) > maxProperty && p.name != "PHOTO" {
			return property{}, ErrTooLong
		}
	}
	return p, nil
}

// parse cuts a line at its first colon outside of quotes.
func parse(line []byte) property {
	quoted, colon := false, -1
	var cuts []int
	for i, c := range line {
		if c == '"' {
			quoted = !quoted
		}
		if c == ':' && !quoted {
			colon = i
			break
		}
		if c == ';' && !quoted {
			cuts = append(cuts, i)
		}
	}
	if colon < 0 {
		return property{}
	}
	var parts []string
	from := 0
	for _, at := range append(cuts, colon) {
		parts = append(parts, string(line[from:at]))
		from = at + 1
	}
	p := property{value: line[colon+1:], params: map[string]string{}}
	p.name = strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(parts[0], "\ufeff")))
	if dot := strings.LastIndexByte(p.name, '.'); dot >= 0 {
		p.name = p.name[dot+1:]
	}
	for _, part := range parts[1:] {
		p.param(strings.TrimSpace(part))
	}
	return p
}

// param takes NAME=value, or a bare value as version 2.1 has it.
func (p *property) param(s string) {
	name, value, named := strings.Cut(s, "=")
	name, value = strings.ToUpper(strings.TrimSpace(name)), strings.Trim(value, `" `)
	switch {
	case !named && (name == "QUOTED-PRINTABLE" || name == "BASE64"):
		p.params["ENCODING"] = name
	case !named:
		p.types = append(p.types, strings.ToLower(name))
	case name == "TYPE":
		p.types = append(p.types, strings.Split(strings.ToLower(value), ",")...)
	default:
		p.params[name] = value
	}
}

// text decodes the value: transfer encoding first, then the characters.
func (p property) text(decode func([]byte) string) string {
	value := p.value
	if strings.EqualFold(p.params["ENCODING"], "QUOTED-PRINTABLE") {
		// what precedes a bad escape is kept
		value, _ = io.ReadAll(quotedprintable.NewReader(strings.NewReader(string(value))))
	}
	s := ""
	if enc, err := htmlindex.Get(p.params["CHARSET"]); err == nil {
		b, _ := enc.NewDecoder().Bytes(value)
		s = string(b)
	} else {
		s = decode(value)
	}
	s = strings.NewReplacer("\r\n", `\n`, "\n", `\n`, "\r", `\n`, "\x00", "").Replace(s)
	return strings.ToValidUTF8(s, "\ufffd")
}
