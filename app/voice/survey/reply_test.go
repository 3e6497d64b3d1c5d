package survey_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/db"
	"regulars/app/sys/inbox/inboxtest"
	"regulars/app/sys/mail/mailtest"
	"regulars/app/voice/survey"
)

// post is a shop whose mail leaves by a real SMTP server and whose mailbox lies on
// a real IMAP server.
type post struct {
	*apptest.App
	t    *testing.T
	out  *mailtest.Server
	in   *inboxtest.Server
	api  *apptest.API
	seen int
}

func newPost(t *testing.T, environ ...string) *post {
	t.Helper()
	p := &post{t: t, out: mailtest.New(t), in: inboxtest.New(t)}
	environ = append(environ, "REGULARS_SMTP_HOST="+p.out.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", p.out.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM="+inboxtest.Username, "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	p.App = apptest.NewWith(t, "en", environ...)
	t.Cleanup(func() { p.out.Close(); p.in.Close() })
	p.api = p.API("", "write")
	return p
}

// read makes the shop read its mailbox.
func (p *post) read() {
	p.t.Helper()
	o := p.Owner()
	form := []string{"host", p.in.Host, "port", fmt.Sprint(p.in.Port), "security", "none", "username", inboxtest.Username, "password", inboxtest.Password}
	o.Get("/settings/mail/inbox")
	if page := o.Follow("/settings/mail/inbox", form...); page.Status != http.StatusOK || !strings.Contains(page.Body, "read every minute") {
		p.t.Fatalf("the mailbox: %d %s", page.Status, page.Body)
	}
}

// ask invites a customer and gives the mail that arrived, with its Message-ID.
func (p *post) ask(customer int) mailtest.Message {
	p.t.Helper()
	p.api.Into(nil, 201, "POST", "/invitations", fmt.Sprintf(`{"survey_id":1,"customer_id":%d,"channel":"email","override_quiet_hours":true}`, customer))
	p.Settle()
	return p.last()
}

func (p *post) last() mailtest.Message {
	p.t.Helper()
	all := p.out.Messages()
	if len(all) == 0 {
		p.t.Fatal("no mail arrived")
	}
	return all[len(all)-1]
}

// reply writes back to a mail.
func (p *post) reply(to mailtest.Message, text string, head ...string) {
	p.t.Helper()
	p.seen++
	answers := "In-Reply-To: <" + to.MessageID + ">\n"
	for _, h := range head {
		if strings.Contains(h, "Subject:") {
			answers = ""
		}
	}
	p.in.Deliver("From: Ada <ada@example.com>\nTo: " + inboxtest.Username + "\nMessage-ID: <r" + fmt.Sprint(p.seen) + "@mail.example.net>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n" +
		answers + strings.Join(append(head, ""), "\n") + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n")
	p.Clock.Add(time.Minute)
	p.Settle()
}

// From the invitation to the counted answer, without any address that others
// could open: the mail asks for a number, the number comes back, and counts.
func TestANumberWrittenBackIsAnAnswer(t *testing.T) {
	p := newPost(t)
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	var i struct{ State, Reason string }
	p.api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email","override_quiet_hours":true}`)
	if i.State != "deferred" || i.Reason != "no_base_url" {
		t.Fatalf("before anybody reads replies: %+v", i)
	}
	p.read()
	p.Clock.Add(15 * time.Minute)
	p.Settle()
	m := p.last()
	for _, part := range []string{m.Text, m.HTML} {
		if strings.Contains(part, "/s/") || strings.Contains(part, "http") || !strings.Contains(part, "reply to this mail with a number from 0 to 10") || !strings.Contains(part, "STOP") {
			t.Errorf("the mail: %s", part)
		}
	}
	if m.Header.Get("Reply-To") != "<"+inboxtest.Username+">" || !strings.HasPrefix(m.Header.Get("List-Unsubscribe"), "<mailto:"+inboxtest.Username+"?subject=STOP") || m.Header.Get("List-Unsubscribe-Post") != "" ||
		!strings.Contains(m.Subject, "[#") {
		t.Errorf("head: %v", m.Header)
	}
	p.reply(m, "9分\nVery kind people.\n\nOn Mon, Shop <shop@example.com> wrote:\n> 0 1 2 3 4")
	var r struct {
		Items []struct {
			Score            int
			Comment, Channel string
			InvitationID     int64 `json:"invitation_id"`
		}
	}
	p.api.Into(&r, 200, "GET", "/responses", "")
	if len(r.Items) != 1 || r.Items[0].Score != 9 || r.Items[0].Comment != "Very kind people." || r.Items[0].Channel != "reply" || r.Items[0].InvitationID != 1 {
		t.Fatalf("%+v", r)
	}
	var counted struct{ Answers int }
	p.api.Into(&counted, 200, "GET", "/surveys/1/results", "")
	if page := p.Owner().Get("/surveys/1"); !strings.Contains(page.Body, `aria-label`) || p.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'answered'`) != 1 {
		t.Errorf("the answer is not counted: %+v", counted)
	}
	if p.in.Unseen() != 1 {
		t.Error("reading marked the mail as read")
	}

	// handled once, also after the server numbered its mails anew
	p.in.Renumber()
	p.Clock.Add(time.Minute)
	p.Settle()
	if n := p.Count(`SELECT revision FROM survey_response`); n != 1 {
		t.Errorf("the same mail was handled again: revision %d", n)
	}
	// a second thought, found by nothing but the subject's code
	p.reply(m, "4", "Subject: Re: "+m.Subject)
	p.api.Into(&r, 200, "GET", "/responses", "")
	if len(r.Items) != 1 || r.Items[0].Score != 4 || r.Items[0].Comment != "Very kind people." {
		t.Errorf("after the second thought: %+v", r)
	}
	if n := p.Count(`SELECT count(*) FROM feedback_case`); n != 1 {
		t.Errorf("%d cases for a low score", n)
	}
	if page := p.Owner().Get("/customers/1"); !strings.Contains(page.Body, "Ada") || page.Status != 200 {
		t.Error("the record")
	}
}

// What is no score is a message to a colleague; nothing is made of it.
func TestWordsWrittenBackGoToAColleague(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	m := p.ask(1)
	if !strings.Contains(m.Text, "/s/") || !strings.Contains(m.Text, "reply to this mail with a number") || !strings.Contains(m.Header.Get("List-Unsubscribe"), "https://") {
		t.Errorf("with an address the mail has both: %s", m.Text)
	}
	p.reply(m, "9", "Auto-Submitted: auto-replied")
	p.reply(m, "5 days away", "X-Autoreply: yes")
	if n := p.Count(`SELECT count(*) FROM survey_response`) + p.Count(`SELECT count(*) FROM survey_reply`); n != 0 {
		t.Fatalf("%d of automatic replies", n)
	}
	p.reply(m, "10 days ago the grinder broke again.")
	if p.Count(`SELECT count(*) FROM survey_response`) != 0 || p.Count(`SELECT count(*) FROM survey_reply`) != 1 {
		t.Fatal("words were taken for a score")
	}
	o := p.Owner()
	if n := p.Count(`SELECT count(*) FROM notification WHERE kind = 'wrote_back'`); n != 1 {
		t.Errorf("%d notices", n)
	}
	if page := o.Get("/customers/1"); !strings.Contains(page.Body, "grinder broke again") {
		t.Error("the record does not tell of it")
	}
	page := o.Get("/invitations/1")
	if !strings.Contains(page.Body, "grinder broke again") || !strings.Contains(page.Body, `href="/responses/new?invitation=1&amp;reply=1"`) {
		t.Error("the invitation does not show it")
	}
	if form := o.Get("/responses/new?invitation=1&reply=1"); !strings.Contains(form.Body, "grinder broke again") {
		t.Error("their words are not on the form")
	}
	type letters struct {
		Items []survey.LetterObject
	}
	var unread, theirs letters
	p.api.Into(&unread, 200, "GET", "/survey-replies?filter[read][eq]=false&filter[customer_id][eq]=1&filter[late][eq]=false", "")
	if len(unread.Items) != 1 || unread.Items[0].InvitationID != 1 || !strings.Contains(unread.Items[0].Words, "grinder") || unread.Items[0].ReadAt != nil {
		t.Fatalf("through the API: %+v", unread)
	}
	p.Colleague(apptest.MemberEmail, "member")
	if err := p.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE role SET reach = 'own' WHERE name = 'member'`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE customer SET owner_id = 1`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	member := p.API(apptest.MemberEmail, "write")
	if member.Into(&theirs, 200, "GET", "/survey-replies", ""); len(theirs.Items) != 0 {
		t.Errorf("others' customers: %+v", theirs)
	}
	for _, one := range []struct{ method, path string }{{"GET", "/survey-replies/1"}, {"POST", "/survey-replies/1/read"}} {
		if r := member.Call(one.method, one.path, ""); r.Status != http.StatusNotFound {
			t.Errorf("%s of others' customers: %d", one.path, r.Status)
		}
		if r := p.Anonymous().Call(one.method, one.path, ""); r.Status != http.StatusUnauthorized {
			t.Errorf("%s for nobody: %d", one.path, r.Status)
		}
	}
	if r := p.API("", "read").Call("POST", "/survey-replies/1/read", ""); r.Status != http.StatusForbidden {
		t.Errorf("a token that reads puts away: %d", r.Status)
	}
	for hostile, want := range map[string]int{"/survey-replies?filter[words][eq]=x": 422, "/survey-replies?sort=words": 422, "/survey-replies/99": 404, "/survey-replies/1%20OR%201": 422} {
		if r := p.api.Call("GET", hostile, ""); r.Status != want && r.Status != 404 && r.Status != 400 {
			t.Errorf("%s: %d", hostile, r.Status)
		}
	}
	var read survey.LetterObject
	if p.api.Into(&read, 200, "POST", "/survey-replies/1/read", ""); read.ReadAt == nil || read.ReadBy == nil || *read.ReadBy != 1 {
		t.Errorf("put away through the API: %+v", read)
	}
	if p.api.Into(&unread, 200, "GET", "/survey-replies?filter[read][eq]=false", ""); len(unread.Items) != 0 {
		t.Errorf("still unread: %+v", unread)
	}
	if page := o.Post("/invitations/1/replies/1/read"); page.Status != 303 || p.Count(`SELECT count(*) FROM survey_reply WHERE read_at IS NOT NULL`) != 1 {
		t.Errorf("put away: %d", page.Status)
	}
	sent := len(p.out.Messages())
	p.Pass(8 * 24 * time.Hour)
	if n := p.out.Count("ada@example.com") - sent; n > 0 {
		t.Errorf("whoever wrote back was reminded %d times", n)
	}
	p.Pass(30 * 24 * time.Hour)
	p.reply(m, "9")
	if p.Count(`SELECT count(*) FROM survey_response`) != 0 || p.Count(`SELECT count(*) FROM survey_reply WHERE late = 1`) != 1 {
		t.Error("a late score counts")
	}
}

func TestAStopWrittenBackIsAnObjection(t *testing.T) {
	p := newPost(t)
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	m := p.ask(1)
	_, subject, _ := strings.Cut(strings.TrimSuffix(m.Header.Get("List-Unsubscribe"), ">"), "subject=")
	subject = strings.NewReplacer("%20", " ", "%5B", "[", "%5D", "]", "%23", "#").Replace(subject)
	p.reply(m, "", "Subject: "+subject)
	s := p.Count(`SELECT count(*) FROM consent WHERE state = 'objected' AND purpose = 'survey' AND source = 'unsubscribe'`)
	if s != 1 {
		t.Fatalf("%d objections", s)
	}
	var i struct{ State, Reason string }
	p.api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email"}`)
	if i.State != "refused" || i.Reason != "objected" {
		t.Errorf("%+v", i)
	}
	var sets struct {
		Items []struct {
			ID       int64
			Op       string
			Undoable bool
		}
	}
	p.api.Into(&sets, 200, "GET", "/history", "")
	for _, set := range sets.Items {
		if set.Op == "inbox.take" {
			if r := p.api.Call("POST", fmt.Sprintf("/history/%d/undo", set.ID), `{}`); set.Undoable || r.Status != 409 {
				t.Errorf("what a customer wrote was undone: %d", r.Status)
			}
			return
		}
	}
	t.Error("the history does not tell of it")
}

// Forged mails, mails about nothing of ours and mails with two codes change nothing.
func TestOnlyWhoHoldsTheMailAnswersIt(t *testing.T) {
	p := newPost(t)
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Bo","emails":["bo@example.com"]}`)
	m, other := p.ask(1), p.ask(2)
	codeOf := func(m mailtest.Message) string { return m.Subject[strings.Index(m.Subject, "[#"):] }
	for _, head := range []string{"Subject: Re: hello", "Subject: Re: [#1-ABCDEFGH]", "Subject: Re: " + codeOf(m) + " " + codeOf(other), "In-Reply-To: <1.1.aaaaaaaaaaaaaaaaaaaa@example.com>\nSubject: x"} {
		p.reply(m, "9", head)
	}
	if n := p.Count(`SELECT count(*) FROM survey_response`); n != 0 {
		t.Fatalf("%d answers of forged mails", n)
	}
	p.reply(m, "9", "Subject: "+strings.ToLower(codeOf(m)))
	if n := p.Count(`SELECT count(*) FROM survey_response WHERE customer_id = 1`); n != 1 {
		t.Error("the code in small letters was not found")
	}
}

// An address that does not exist is asked once and never again, until somebody
// says that it is right after all.
func TestABounceEndsTheAskingAndIsTold(t *testing.T) {
	p := newPost(t, "REGULARS_BASE_URL=https://shop.example.com")
	p.read()
	p.api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	m := p.ask(1)
	p.in.Deliver("From: MAILER-DAEMON@mx.example.net\nTo: shop@example.com\nSubject: Undelivered\nMessage-ID: <b1@mx.example.net>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: text/plain\n\nSorry.\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n" +
		"Final-Recipient: rfc822; ada@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <" + m.MessageID + ">\n\n--x--\n")
	p.Clock.Add(time.Minute)
	p.Settle()
	var i struct{ State, Reason string }
	if p.api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "failed" || i.Reason != "bounced" {
		t.Fatalf("%+v", i)
	}
	if n := p.Count(`SELECT count(*) FROM survey_invitation WHERE sent_at IS NOT NULL`); n != 0 {
		t.Error("what never arrived counts as asked")
	}
	if n := p.Count(`SELECT count(*) FROM notification WHERE kind = 'mail_bounced'`); n != 1 {
		t.Errorf("%d notices", n)
	}
	if p.api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email"}`); i.State != "refused" || i.Reason != "bounced" {
		t.Errorf("asked again: %+v", i)
	}
	var why struct{ Items []struct{ Reason string } }
	p.api.Into(&why, 200, "GET", "/customers/1/survey-reasons", "")
	o := p.Owner()
	if page := o.Get("/customers/1"); !strings.Contains(page.Body, "This address does not exist") || !strings.Contains(page.Body, "Mail to Ada comes back") {
		t.Error("the record does not say it")
	}
	if page := o.Get("/settings/outbox/bounces"); !strings.Contains(page.Body, "ada@example.com") || !strings.Contains(page.Body, "User unknown") {
		t.Error("the list does not show it")
	}
	// a wave spares them with that reason
	p.api.Into(nil, 201, "POST", "/survey-waves", `{"survey_id":1,"name":"All","query":""}`)
	p.Pass(5 * time.Minute)
	if n := p.Count(`SELECT count(*) FROM wave_member WHERE reason = 'bounced'`); n != 1 {
		t.Errorf("%d spared in the wave's preview", n)
	}
	var list struct {
		Items []struct {
			ID      int64
			Address string
			Class   string
			Active  bool
		}
	}
	p.api.Into(&list, 200, "GET", "/outbox/suppressions", "")
	if len(list.Items) != 1 || list.Items[0].Class != "hard" || !list.Items[0].Active {
		t.Fatalf("%+v", list)
	}
	p.api.Into(nil, 200, "POST", "/outbox/suppressions/1/lift", `{}`)
	if r := p.api.Call("POST", "/outbox/suppressions/1/lift", `{}`); r.Status != 409 {
		t.Errorf("lifted twice: %d", r.Status)
	}
	if p.api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email","override_quiet_hours":true}`); i.State != "queued" {
		t.Errorf("after lifting: %+v", i)
	}
	p.out.Reply("ada@example.com", 550, "5.1.1 no such user")
	p.Settle()
	if p.api.Into(&i, 200, "GET", "/invitations/3", ""); i.State != "failed" || i.Reason != "bounced" {
		t.Errorf("refused at the door: %+v", i)
	}
	if p.api.Into(&list, 200, "GET", "/outbox/suppressions", ""); !list.Items[0].Active {
		t.Error("a refusal at the door is not remembered")
	}
}

// The settings keep the password to themselves and to its server.
func TestTheMailboxIsTheOwnersToSet(t *testing.T) {
	p := newPost(t)
	p.Colleague(apptest.MemberEmail, "member")
	member := p.SignIn(apptest.MemberEmail, apptest.Password)
	for _, path := range []string{"/settings/mail/inbox", "/settings/outbox/bounces"} {
		if page := member.Get(path); page.Status != http.StatusForbidden && page.Status != http.StatusNotFound {
			t.Errorf("%s: %d for a member", path, page.Status)
		}
		if page := p.Browser().Get(path); page.Status == http.StatusOK && strings.Contains(page.Body, "IMAP") {
			t.Errorf("%s is open to everybody", path)
		}
	}
	if r := p.API(apptest.MemberEmail, "write").Call("GET", "/outbox/suppressions", ""); r.Status != http.StatusForbidden {
		t.Errorf("suppressions for a member: %d", r.Status)
	}
	o := p.Owner()
	o.Get("/settings/mail/inbox")
	wrong := []string{"host", p.in.Host, "port", fmt.Sprint(p.in.Port), "security", "none", "username", inboxtest.Username, "password", "wrong"}
	if page := o.Post("/settings/mail/inbox", wrong...); !strings.Contains(page.Body, "refused the user name or password") || strings.Contains(page.Body, `value="wrong"`) {
		t.Errorf("a wrong password: %d", page.Status)
	}
	wrong[9] = inboxtest.Password
	if page := o.Post("/settings/mail/inbox", append(wrong, "folder", "Nowhere")...); !strings.Contains(page.Body, "not into this folder") {
		t.Errorf("a folder that is not there: %d", page.Status)
	}
	if page := o.Post("/settings/mail/inbox", "host", "imap.evil.example", "port", "993", "security", "tls", "username", inboxtest.Username); !strings.Contains(page.Body, "Type the password") {
		t.Error("the stored password would go to another server")
	}
	p.read()
	raw := ""
	if err := p.DB.Reader(context.Background()).Get(context.Background(), &raw, `SELECT value FROM setting WHERE name = 'channel.imap'`); err != nil || strings.Contains(raw, inboxtest.Password) {
		t.Errorf("the password lies open: %v", err)
	}
	o.Post("/settings/mail/inbox/stop")
	if n := p.Count(`SELECT json_extract(value, '$.on') FROM setting WHERE name = 'channel.imap'`); n != 0 {
		t.Error("it is read on")
	}
}
