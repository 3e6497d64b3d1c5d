package inbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // gb2312, GB18030, Big5 and whatever else mails are written in
)

// Mail is what we need to know of a mail.
type Mail struct {
	Mark      string // the same for the same mail, wherever it lies
	From      string // the address alone, in lower case
	Subject   string
	Answers   []string // the Message-IDs that it answers, the nearest first
	Automatic string   // why no person wrote it, "" when one did
	Text      string   // what the person wrote, without what they quote
	Report    *Report  // of something that could not be delivered
}

const (
	maxParts = 60
	maxDepth = 8
	maxText  = 20_000 // characters; a longer one is cut
	maxPart  = 1 << 20
)

// Read takes a mail, or only its head, apart. It never fails: of a damaged mail
// it gives what can be read, of an unknown encoding the raw letters.
func Read(raw []byte) Mail {
	e, err := message.Read(bytes.NewReader(raw))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return Mail{Mark: mark(string(raw))}
	}
	h := e.Header
	m := Mail{From: sender(h), Subject: header(h, "Subject"), Answers: answers(h)}
	m.Mark = mark(h.Get("Message-Id"), h.Get("From"), h.Get("Date"), h.Get("Subject"), h.Get("In-Reply-To"))
	var p parts
	p.walk(e, 0)
	m.Report = p.report(m, h)
	m.Automatic = automatic(h, m)
	if m.Report != nil {
		return m // nobody wrote it
	}
	m.Text = strings.TrimSpace(strings.TrimSuffix(p.said(), "\n"+m.From)) // Foxmail signs with the address
	return m
}

func mark(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(sum[:])
}

// header is a field as people read it.
func header(h message.Header, name string) string {
	text, err := h.Text(name)
	if err != nil {
		text = h.Get(name)
	}
	return oneLine(text)
}

func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "?"), func(r rune) bool { return unicode.IsControl(r) || r == ' ' }), " ")
}

var addressShape = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}`)

// sender is the address alone; names around it are often spelled against the rules.
func sender(h message.Header) string {
	from := head(h.Get("From"), 1000)
	if a, err := mail.ParseAddress(from); err == nil {
		return strings.ToLower(a.Address)
	}
	found := addressShape.FindAllString(from, -1)
	if len(found) == 0 {
		return ""
	}
	return strings.ToLower(found[len(found)-1])
}

// from tells whether the mail was sent from an address.
func (m Mail) from(address string) bool { return address != "" && strings.EqualFold(m.From, address) }

var identity = regexp.MustCompile(`<([^<>\s]{3,250})>`)

// answers are the mails that it answers: In-Reply-To, then References from the
// last to the first.
func answers(h message.Header) []string {
	var out []string
	for _, m := range identity.FindAllStringSubmatch(h.Get("In-Reply-To"), 5) {
		out = append(out, m[1])
	}
	found := identity.FindAllStringSubmatch(h.Get("References"), -1)
	for i := len(found) - 1; i >= 0 && len(out) < 40; i-- {
		out = append(out, found[i][1])
	}
	return out
}

// parts are the readable parts of a mail.
type parts struct {
	n           int
	plain, rich string
	status      string   // a delivery report for machines
	words       []string // every text, for reports in plain words
	original    []string // Message-IDs of mails that are enclosed
	isReport    bool
}

func (p *parts) walk(e *message.Entity, depth int) {
	if p.n++; p.n > maxParts || depth > maxDepth {
		return
	}
	if r := e.MultipartReader(); r != nil {
		kind, params, _ := e.Header.ContentType()
		p.isReport = p.isReport || kind == "multipart/report" && strings.EqualFold(params["report-type"], "delivery-status")
		for {
			part, err := r.NextPart()
			if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return
			}
			p.walk(part, depth+1)
		}
	}
	p.leaf(e)
}

func (p *parts) leaf(e *message.Entity) {
	kind, _, err := e.Header.ContentType()
	if err != nil || kind == "" {
		kind = "text/plain"
	}
	disposition, _, _ := e.Header.ContentDisposition()
	if !strings.HasPrefix(kind, "text/") && !strings.HasPrefix(kind, "message/") {
		return
	}
	raw, _ := io.ReadAll(io.LimitReader(e.Body, maxPart)) // what was cut off is still worth reading
	text := strings.ToValidUTF8(string(raw), "?")
	switch {
	case kind == "message/delivery-status":
		p.status = head(p.status+"\n"+text, maxRead)
	case kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/rfc822-headers":
		p.original = append(p.original, messageIDs(head(text, maxRead))...)
	case disposition == "attachment":
	case kind == "text/html" && p.rich == "":
		p.rich = text
		p.words = append(p.words, text)
	case kind == "text/plain":
		if p.plain == "" {
			p.plain = text
		}
		p.words = append(p.words, text)
	}
}

var ownID = regexp.MustCompile(`(?im)^\s*Message-ID:\s*<([^<>\s]{3,250})>`)

// messageIDs are those of mails that stand in a text, the first lines of each.
func messageIDs(text string) []string {
	var out []string
	for _, m := range ownID.FindAllStringSubmatch(text, 5) {
		out = append(out, m[1])
	}
	return out
}

// said is what the person wrote.
func (p *parts) said() string {
	text := p.plain
	if strings.TrimSpace(text) == "" {
		text = flat(p.rich)
	}
	text = own(text)
	if utf8.RuneCountInString(text) > maxText {
		text = string([]rune(text)[:maxText])
	}
	return text
}
