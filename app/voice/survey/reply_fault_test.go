package survey_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/sys/mail/mailtest"
)

var surveyLink = regexp.MustCompile(`/s/[A-Za-z0-9_-]+`)

// linkIn is the page that a mail leads to.
func linkIn(m mailtest.Message) string { return surveyLink.FindString(m.Text) }

// praised is a customer who has answered on the page and lets those words be
// shown, and the mail that asked her.
func praised(t *testing.T, p *post, words string) mailtest.Message {
	t.Helper()
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	p.api.Into(nil, 200, "PUT", "/praise/page", `{"public":true}`)
	m := p.ask(1)
	b, at := p.Browser(), linkIn(m)
	m2 := formIn.FindStringSubmatch(b.Get(at).Body)
	if r := b.Post(at, "nonce", m2[1], "version", "1", "score", "10", "comment", words, "praise", "1"); r.Status >= 400 {
		t.Fatalf("the page: %d %s", r.Status, r.Body)
	}
	if n := p.Count(`SELECT count(*) FROM survey_response WHERE praise = 1 AND praise_notice <> ''`); n != 1 {
		t.Fatalf("%d answers may be shown", n)
	}
	return m
}

// What she lets the shop show are the words that she read beside the box, never
// words that she writes later.
func TestALaterReplyIsNeverPraise(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	m := praised(t, p, "Warm bread")
	p.reply(m, "10")
	if n := p.Count(`SELECT count(*) FROM survey_response WHERE praise = 1 AND comment = 'Warm bread'`); n != 1 {
		t.Errorf("the same words, said again with a number, are withdrawn: %d", n)
	}
	p.reply(m, "10\nPrivately: my divorce lawyer is called Bo")
	if n := p.Count(`SELECT count(*) FROM survey_response WHERE comment LIKE '%divorce%' AND praise = 0 AND praise_notice = ''`); n != 1 {
		t.Error("private words may be shown")
	}
}

// returned is a report that anybody who knows the address can write.
func (p *post) returned(n int, from, head string) {
	p.t.Helper()
	p.in.Deliver("From: " + from + "\nTo: shop@example.com\nSubject: Returned mail" + head + "\nMessage-ID: <e" + fmt.Sprint(n) + "@evil.example>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n" +
		"MIME-Version: 1.0\nContent-Type: text/plain\n\nada@example.com: 550 no such user\n")
	p.Clock.Add(time.Minute)
	p.Settle()
}

// A report that proves nothing but that its author knows the address changes
// nothing; a colleague hears of it once.
func TestAReportWithoutProofChangesNothing(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	m := p.ask(1)
	var i struct{ State, Reason string }
	for n := range 4 {
		p.returned(n, "mailer-daemon@evil.example", "")
	}
	if p.api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "sent" {
		t.Errorf("%+v", i)
	}
	if page := p.Browser().Get(linkIn(m)); page.Status != 200 {
		t.Errorf("her link: %d", page.Status)
	}
	if n := p.Count(`SELECT count(*) FROM outbox WHERE state = 'failed'`) + p.Count(`SELECT count(*) FROM outbox_suppression`) + p.Count(`SELECT count(*) FROM survey_invitation WHERE sent_at IS NULL`); n != 0 {
		t.Errorf("%d traces of it", n)
	}
	if n := p.Count(`SELECT count(*) FROM notification WHERE kind = 'mail_bounced'`); n != 1 {
		t.Errorf("%d notices, want one", n)
	}
	if page := p.Owner().Get("/notifications"); !strings.Contains(page.Body, "may have come back") {
		t.Error("the notice says more than is known")
	}
}

// A full mailbox, proven, ends this invitation, but she counts as asked.
func TestAPassingBounceCountsAsAsked(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	m := p.ask(1)
	p.returned(1, "postmaster@mx.example.net", " Re: "+m.Subject)
	var i struct{ State, Reason string }
	if p.api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "failed" || i.Reason != "bounced" {
		t.Errorf("%+v", i)
	}
	if n := p.Count(`SELECT count(*) FROM survey_invitation WHERE sent_at IS NOT NULL`); n != 1 {
		t.Error("she may be asked again at once")
	}
	if n := p.Count(`SELECT count FROM outbox_suppression WHERE class = 'soft'`); n != 1 {
		t.Errorf("%d bounces counted", n)
	}
}
