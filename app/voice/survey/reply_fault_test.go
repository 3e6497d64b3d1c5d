package survey_test

import (
	"regexp"
	"strings"
	"testing"

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
