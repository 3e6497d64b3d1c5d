package survey_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/sys/db"
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

// A mail that came back for a reason that may pass ends nothing: she counts as
// asked, her link stays open, and her address rests only after the third time.
func TestAPassingBounceCountsAsAsked(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	m := p.ask(1)
	p.returned(1, "postmaster@mx.example.net", " Re: "+m.Subject)
	var i struct{ State, Reason string }
	if p.api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "sent" || i.Reason != "returned" {
		t.Errorf("%+v", i)
	}
	if page := p.Browser().Get(linkIn(m)); page.Status != 200 || !strings.Contains(page.Body, `name="score"`) {
		t.Errorf("her link: %d", page.Status)
	}
	if n := p.Count(`SELECT count(*) FROM survey_invitation WHERE sent_at IS NOT NULL`); n != 1 {
		t.Error("she may be asked again at once")
	}
	if n := p.Count(`SELECT count FROM outbox_suppression WHERE class = 'soft'`); n != 1 {
		t.Errorf("%d bounces counted", n)
	}
	p.report(m, "5.7.1", "550 5.7.1 Message rejected as spam") // about us, not about her
	if p.Count(`SELECT count FROM outbox_suppression`) != 1 || p.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'sent'`) != 1 {
		t.Error("a server that does not like us is held against her")
	}
	p.report(m, "5.1.1", "550 5.1.1 User unknown")
	if p.api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "failed" || i.Reason != "bounced" {
		t.Errorf("an address that is proven not to exist: %+v", i)
	}
}

// report is a machine's, with the Message-ID of what came back.
func (p *post) report(m mailtest.Message, status, said string) {
	p.t.Helper()
	p.in.Deliver("From: MAILER-DAEMON@mx.example.net\nTo: shop@example.com\nSubject: Undelivered\nMessage-ID: <d" + status + "@mx.example.net>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: text/plain\n\nSorry.\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n" +
		"Final-Recipient: rfc822; ada@example.com\nAction: failed\nStatus: " + status + "\nDiagnostic-Code: smtp; " + said + "\n\n--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <" + m.MessageID + ">\n\n--x--\n")
	p.Clock.Add(time.Minute)
	p.Settle()
}

// A server that refuses at its door for a reason that may pass is asked again the
// next day, and then the mail leaves.
func TestARefusalThatMayPassIsTriedAgain(t *testing.T) {
	for _, refused := range []struct {
		code int
		text string
	}{{552, "5.2.2 mailbox full"}, {550, "5.7.1 Message rejected as spam"}, {550, "greylisted, come back later"}, {450, "4.2.0 greylisted"}} {
		t.Run(fmt.Sprint(refused.code), func(t *testing.T) {
			p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
			p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
			p.out.Reply("ada@example.com", refused.code, refused.text)
			p.api.Into(nil, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email","override_quiet_hours":true}`)
			p.Settle()
			var i struct{ State string }
			if p.api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "queued" || p.Count(`SELECT count(*) FROM outbox WHERE state = 'queued' AND reason = 'retry'`) != 1 {
				t.Errorf("%v: %+v", refused, i)
			}
			p.out.Reply("ada@example.com", 0, "")
			p.Clock.Add(30 * time.Hour)
			p.Settle()
			if p.api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "sent" {
				t.Errorf("%v, the day after: %+v", refused, i)
			}
			if n := p.Count(`SELECT count(*) FROM outbox_suppression WHERE class = 'hard'`); n != 0 {
				t.Errorf("%v: %d addresses are given up", refused, n)
			}
		})
	}
}

// A sentence that begins like a refusal is a sentence, and what stands below a
// refusal is heard.
func TestWordsBesideAStopAreHeard(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	m := p.ask(1)
	p.reply(m, "Stop by any time, always glad to see you! 10")
	if p.Count(`SELECT count(*) FROM consent WHERE state = 'objected'`) != 0 || p.Count(`SELECT count(*) FROM survey_reply WHERE words LIKE 'Stop by%'`) != 1 {
		t.Error("a kind word was taken for an objection, or lost")
	}
	p.reply(m, "STOP\nThe waiter was rude.")
	if p.Count(`SELECT count(*) FROM consent WHERE state = 'objected'`) == 0 || p.Count(`SELECT count(*) FROM survey_reply WHERE words = 'The waiter was rude.'`) != 1 {
		t.Error("an objection, or what stood below it, was lost")
	}
}

// Whoever is asked anonymously is told that a reply is not read.
func TestTheMailOfAnAnonymousSurveySaysThatRepliesAreNotRead(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	var v struct{ ID, Version int64 }
	p.api.Into(&v, 201, "POST", "/surveys", `{"name":"Frankly","kind":"custom","texts":{"en":{"question":"How is it to buy here?"}}}`)
	p.api.Into(nil, 200, "POST", fmt.Sprintf("/surveys/%d/anonymity", v.ID), fmt.Sprintf(`{"version":%d}`, v.Version))
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	p.api.Into(nil, 201, "POST", "/invitations", fmt.Sprintf(`{"survey_id":%d,"customer_id":1,"channel":"email","override_quiet_hours":true}`, v.ID))
	p.Settle()
	m := p.last()
	for _, part := range []string{m.Text, m.HTML} {
		if !strings.Contains(part, "nobody reads it") {
			t.Errorf("the mail does not say it: %s", part)
		}
	}
	p.reply(m, "The waiter was rude.")
	if p.Count(`SELECT count(*) FROM survey_reply`) != 0 || p.Count(`SELECT count(*) FROM inbox_message WHERE note = 'anonymous'`) != 1 {
		t.Error("what came of the reply is not noted, or its words were kept")
	}
}

// A fault that passes loses no answer; one that stays is given up and counted.
func TestAnAnswerIsTriedAgain(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Bo","emails":["bo@example.com"]}`)
	m, other := p.ask(1), p.ask(2)
	sql := func(text string) {
		t.Helper()
		err := p.DB.Write(t.Context(), "test.break", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sql(`CREATE TRIGGER broken BEFORE INSERT ON survey_response WHEN new.customer_id = 1 BEGIN SELECT raise(ABORT, 'broken'); END`)
	p.reply(m, "9")
	p.reply(other, "8")
	if p.Count(`SELECT count(*) FROM survey_response WHERE score = 8`) != 1 || p.Count(`SELECT count(*) FROM inbox_message WHERE kind = 'failed'`) != 1 {
		t.Fatal("one mail that cannot be handled keeps others waiting")
	}
	sql(`DROP TRIGGER broken`)
	p.Clock.Add(time.Minute)
	p.Settle()
	if p.Count(`SELECT count(*) FROM survey_response WHERE score = 9`) != 1 || p.Count(`SELECT count(*) FROM inbox_message WHERE kind = 'failed'`) != 0 {
		t.Error("the answer is lost")
	}
	if n := p.Count(`SELECT revision FROM survey_response WHERE score = 8`); n != 1 {
		t.Errorf("another mail was handled again: revision %d", n)
	}
	sql(`CREATE TRIGGER broken BEFORE UPDATE ON survey_response BEGIN SELECT raise(ABORT, 'broken'); END`)
	p.reply(m, "3")
	for range 8 {
		p.Clock.Add(time.Minute)
		p.Settle()
	}
	if p.Count(`SELECT count(*) FROM inbox_message WHERE kind = 'failed' AND note = 'error'`) != 1 || p.Count(`SELECT last_uid FROM inbox_mailbox`) != 3 {
		t.Error("it is tried for ever")
	}
}
