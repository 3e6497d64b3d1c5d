package survey

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
)

var pageAll = page.Request{Limit: 100}

// asked is a shop with one customer who got the question by mail.
func asked(t *testing.T) (*shop, Invitation, letter) {
	f := newShop(t)
	i := f.invite(InviteInput{CustomerID: f.customer("Ines Calder")})
	f.drain()
	i = f.is(i.ID, Sent, "")
	_, l := f.sent(0)
	f.clock.Add(time.Hour)
	return f, i, l
}

// Votes and scanners, rule 1: fetching every link of a mail, by GET or HEAD or
// OPTIONS, votes for nobody, uses nothing up and stops no reminder.
func TestScannersThatPressEveryLinkDoNotVote(t *testing.T) {
	f, i, l := asked(t)
	links := l.links()
	if len(links) < 13 { // eleven scores, the page, the trap, unsubscribe
		t.Fatalf("only %d links: %v", len(links), links)
	}
	for _, link := range links {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			if res := f.do(method, link, nil); method == http.MethodGet && res.StatusCode != 200 {
				t.Fatalf("%s %s: %d", method, link, res.StatusCode)
			}
		}
	}
	f.is(i.ID, Sent, "")
	if n := f.count(`SELECT count(*) FROM survey_response`); n != 0 {
		t.Fatalf("%d votes", n)
	}
	if ok, _, err := f.consent.May(f.owner(), f.db.Reader(f.owner()), i.CustomerID, 0, "survey", "email"); err != nil || !ok {
		t.Fatal("a GET unsubscribed", err)
	}
	f.clock.Add(7 * day) // a working day
	f.wave()
	f.drain()
	if len(f.post.took) != 2 {
		t.Fatal("the reminder was stopped")
	}
}

// Rules 2 and 3: a mail's link preselects, the page has one button and no
// script; the preselection is a trace and nothing else.
func TestTheLinkOfAScoreOnlyPreselects(t *testing.T) {
	f, i, l := asked(t)
	var nine string
	for _, link := range l.links() {
		if strings.HasSuffix(link, "?v=9") {
			nine = link
		}
	}
	p := f.do(http.MethodGet, nine, nil)
	if !strings.Contains(p.text, `value="9" required checked`) || strings.Contains(p.text, "<script") {
		t.Fatal(p.text)
	}
	if n := strings.Count(p.text, "<button"); n != 1 {
		t.Fatalf("%d buttons", n)
	}
	if !strings.Contains(p.text, "What did we get right?") {
		t.Fatal("the text for promoters is missing")
	}
	if len(p.text) > 30_000 {
		t.Fatalf("%d bytes", len(p.text))
	}
	_, traces, err := f.s.Invitation(f.owner(), i.ID)
	must(t, err)
	if len(traces) != 1 || traces[0].Kind != "preselected" || traces[0].Value != "9" {
		t.Fatalf("%+v", traces)
	}
}

// Rule 4: what looks like a machine is flagged, and served all the same.
func TestScannersAreFlaggedNotBlocked(t *testing.T) {
	f, i, l := asked(t)
	link := strings.TrimSuffix(l.links()[0], "?v=0")
	f.do(http.MethodGet, link+"?v=2", nil)
	f.do(http.MethodGet, link+"?v=3", nil)                             // several values within a minute
	f.do(http.MethodGet, link+"?h=1", nil)                             // a link nobody sees
	f.do(http.MethodGet, link, nil, "User-Agent", "SafeLinks Preview") // says so itself
	f.clock.Set(i.SentAt.Add(2 * time.Second))                         // quicker than any person
	if res := f.do(http.MethodGet, link, nil); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	_, traces, err := f.s.Invitation(f.owner(), i.ID)
	must(t, err)
	var got []string
	for _, tr := range traces {
		got = append(got, tr.Kind+" "+tr.Value)
	}
	if strings.Join(got, ", ") != "preselected 2, scanner several, scanner honeypot, scanner agent, scanner fast" {
		t.Fatal(got)
	}
}

// Rule 5: a vote needs the nonce of a page that was shown; a second one
// changes the answer, keeps the history and tells the house.
func TestOnlyAShownFormVotesAndTheLatestCounts(t *testing.T) {
	f, i, l := asked(t)
	link := strings.TrimSuffix(l.links()[0], "?v=0")
	p := f.do(http.MethodGet, link, nil)
	for name, nonce := range map[string]string{"none": "", "garbage": "x.y", "of another": f.s.tokens.nonce("other", f.clock.Now()),
		"old": f.s.tokens.nonce(tokenOf(link), f.clock.Now().Add(-49*time.Hour))} {
		if res := f.do(http.MethodPost, link, url.Values{"score": {"9"}, "nonce": {nonce}}); res.StatusCode != http.StatusUnprocessableEntity {
			t.Fatalf("nonce %s: %d", name, res.StatusCode)
		}
	}
	if n := f.count(`SELECT count(*) FROM survey_response`); n != 0 {
		t.Fatal("voted without a nonce")
	}
	res := f.do(http.MethodPost, link, url.Values{"score": {"4"}, "nonce": {p.nonce()}, "comment": {"Waited <b>25</b> minutes"}}, "Origin", "null")
	if res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.StatusCode, res.text)
	}
	thanks := f.do(http.MethodGet, base+res.Header.Get("Location"), nil)
	if !strings.Contains(thanks.text, "Somebody will look into this") || strings.Contains(thanks.text, "<b>25") {
		t.Fatal(thanks.text)
	}
	f.is(i.ID, Answered, "")
	f.do(http.MethodPost, link, url.Values{"score": {"8"}, "nonce": {p.nonce()}, "comment": {"Sorted out"}})
	list, err := f.s.Responses(f.owner(), pageAll, nil)
	must(t, err)
	if len(list.Items) != 1 || list.Items[0].Score != 8 || list.Items[0].Revision != 2 || list.Items[0].Comment != "Sorted out" {
		t.Fatalf("%+v", list.Items)
	}
	if n := f.count(`SELECT count(*) FROM event WHERE kind = 'response.given' AND json_extract(data, '$.low') = 1`); n != 1 {
		t.Fatal("the low answer was not told")
	}
	if n := f.count(`SELECT count(*) FROM event WHERE kind = 'response.changed' AND json_extract(data, '$.was') = 4`); n != 1 {
		t.Fatal("the change was not told")
	}
}

// Rule 7: without a public address no link is mailed, and the reason shows.
func TestWithoutAPublicAddressMailWaits(t *testing.T) {
	f := newShop(t)
	f.base = ""
	id := f.customer("Tom Okafor")
	i := f.invite(InviteInput{CustomerID: id})
	f.is(i.ID, Deferred, "no_base_url")
	f.drain()
	link := f.invite(InviteInput{CustomerID: id, Channel: Link, Base: "http://192.168.1.9:8080"})
	if link.State != Sent || !strings.HasPrefix(link.URL, "http://192.168.1.9:8080/s/") || !link.Private {
		t.Fatalf("%+v", link)
	}
	f.base = base
	f.clock.Set(time.Date(2026, 4, 6, 10, 0, 0, 0, time.UTC))
	f.drain()
	f.is(i.ID, Sent, "")
}

// Once there is an address, what waits leaves by itself: mails that a person
// asked for within minutes, those of a program with its next wave.
func TestWhatWaitedForAnAddressLeavesByItself(t *testing.T) {
	f := newShop(t)
	f.base = ""
	i := f.invite(InviteInput{CustomerID: f.customer("Tom Okafor")})
	regular := f.customer("Ines Calder")
	f.bought(regular, 2, "2026-01-20", "2026-03-01")
	f.wave()
	f.drain()
	f.is(i.ID, Deferred, "no_base_url")
	if len(f.post.took) != 0 || f.count(`SELECT count(*) FROM survey_invitation WHERE customer_id = ?`, regular) != 0 {
		t.Fatal("a mail left without an address")
	}
	f.base = base
	f.clock.Add(11 * time.Minute)
	f.wave()
	f.drain()
	f.is(i.ID, Sent, "")
	if n := f.count(`SELECT count(*) FROM survey_invitation WHERE customer_id = ? AND state = 'sent'`, regular); n != 1 {
		t.Errorf("the program asked %d times", n)
	}
}

// Rule 6, the part that needs no mailbox: what a customer says to a colleague
// counts with its channel, and closes the invitation.
func TestStaffRecordsWhatACustomerSaid(t *testing.T) {
	f := newShop(t)
	id := f.customer("Mina Joshi")
	i := f.invite(InviteInput{CustomerID: id, Channel: Staff})
	r, err := f.s.Record(f.owner(), Answer{InvitationID: i.ID, Score: 10, Comment: "  fine\x00 "})
	must(t, err)
	if r.Channel != Staff || r.Comment != "fine" || r.SurveyID != f.nps.ID {
		t.Fatalf("%+v", r)
	}
	f.is(i.ID, Answered, "")
	for name, a := range map[string]Answer{"score": {CustomerID: id, Score: 11}, "answered_at": {CustomerID: id, Score: 5, AnsweredAt: f.clock.Now().Add(48 * time.Hour)},
		"comment": {CustomerID: id, Score: 5, Comment: strings.Repeat("a", maxComment+1)}, "customer_id": {CustomerID: 999, Score: 5}} {
		_, err := f.s.Record(f.owner(), a)
		e, ok := errs.As(err)
		if !ok || e.Kind != errs.Invalid || e.Fields[name].Key == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostileTokensOpenNothing(t *testing.T) {
	f, i, _ := asked(t)
	hash := ""
	must(t, f.db.Reader(t.Context()).Get(t.Context(), &hash, `SELECT token_hash FROM survey_invitation WHERE id = ?`, i.ID))
	good := f.s.tokens.of(i.ID, i.Nonce)
	for n, token := range []string{hash, good[:21], good + "x", strings.ToUpper(good), "%00", "%27%20OR%201=1", strings.Repeat("a", 5000), f.s.tokens.of(i.ID+1, i.Nonce)} {
		res := f.do(http.MethodGet, base+"/s/"+token, nil)
		if n < 5 && res.StatusCode != http.StatusNotFound || res.StatusCode == 200 || res.StatusCode >= 500 {
			t.Fatalf("%s: %d", token, res.StatusCode)
		}
		f.clock.Add(time.Hour)
	}
	res := f.do(http.MethodGet, base+path(good), nil)
	if res.StatusCode != 200 || res.Header.Get("X-Robots-Tag") != "noindex, nofollow" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatal(res.StatusCode, res.Header)
	}
	for range 12 {
		res = f.do(http.MethodGet, base+"/s/guess", nil)
	}
	if res.StatusCode != http.StatusTooManyRequests {
		t.Fatal("guessing is not slowed", res.StatusCode)
	}
	if res := f.do(http.MethodGet, base+path(good), nil); res.StatusCode != 200 {
		t.Fatal("a good link suffers for the guesses", res.StatusCode)
	}
}

func TestThePageSpeaksTheCustomersLanguage(t *testing.T) {
	f := newShop(t)
	id := f.customer("叶宁")
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE customer SET language = 'zh-CN' WHERE id = ?`, id)
		return err
	})
	f.invite(InviteInput{CustomerID: id})
	f.drain()
	d, l := f.sent(0)
	if d.Subject != "有一个问题想请教您" || !strings.Contains(l.Text, "您有多大可能") || l.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" {
		t.Fatal(d.Subject, l.Text, l.Headers)
	}
	link := strings.TrimSuffix(l.links()[0], "?v=0")
	if p := f.do(http.MethodGet, link, nil, "Accept-Language", "en"); !strings.Contains(p.text, `lang="zh-CN"`) || !strings.Contains(p.text, "您有多大可能") {
		t.Fatal(p.text)
	}
	if p := f.do(http.MethodGet, link+"?lang=en", nil); !strings.Contains(p.text, "How likely are you") {
		t.Fatal(p.text)
	}
}

// The database holds no link: neither in the outbox nor anywhere else.
func TestACopyOfTheDatabaseHoldsNoLink(t *testing.T) {
	f := newShop(t)
	f.post.fail = errGone
	i := f.invite(InviteInput{CustomerID: f.customer("Ann Lee")})
	token := f.s.tokens.of(i.ID, i.Nonce)
	for _, q := range []string{`SELECT count(*) FROM outbox WHERE payload LIKE '%' || ? || '%'`, `SELECT count(*) FROM survey_invitation WHERE token_hash || nonce LIKE '%' || ? || '%'`,
		`SELECT count(*) FROM journal_change WHERE data LIKE '%' || ? || '%'`} {
		if n := f.count(q, token); n != 0 {
			t.Fatalf("found by %s", q)
		}
	}
}

func TestUnsubscribeIsOneClickAndCountsForWhatWaits(t *testing.T) {
	f, first, l := asked(t)
	var leave string
	for _, link := range l.links() {
		if strings.Contains(link, "/u/") {
			leave = link
		}
	}
	if l.Headers["List-Unsubscribe"] != "<"+leave+">" {
		t.Fatal(l.Headers)
	}
	f.cases[first.CustomerID] = true // makes the next one wait
	second := f.invite(InviteInput{CustomerID: first.CustomerID, SurveyID: f.csat.ID})
	f.is(second.ID, Deferred, "open_case")
	for _, unseen := range []url.Values{{}, {"all": {"off"}}, {"marketing": {"on"}, "nonce": {"made up"}}} { // a form that was never shown
		if res := f.do(http.MethodPost, leave, unseen); res.StatusCode != 403 {
			t.Errorf("%v: %d", unseen, res.StatusCode)
		}
	}
	f.is(second.ID, Deferred, "open_case")
	if res := f.do(http.MethodPost, leave, url.Values{"List-Unsubscribe": {"One-Click"}}); res.StatusCode != 200 {
		t.Fatal(res.StatusCode, res.text)
	}
	f.is(second.ID, Refused, "objected")
	f.cases = map[int64]bool{}
	f.clock.Add(40 * day)
	f.wave()
	f.drain()
	if len(f.post.took) != 1 {
		t.Fatal("mail left after an objection")
	}
	f.is(f.invite(InviteInput{CustomerID: first.CustomerID, OverrideQuietHours: true}).ID, Refused, "objected")
	_, shown, _ := strings.Cut(f.do(http.MethodGet, leave, nil).text, `name="nonce" value="`)
	nonce, _, _ := strings.Cut(shown, `"`)
	form := url.Values{"shown": {"service:0", "survey:0"}, "may": {"service.email", "service.sms", "service.phone", "service.wechat", "service.post", "survey.email", "survey.sms", "survey.phone", "survey.wechat", "survey.post"}, "nonce": {nonce}}
	if res := f.do(http.MethodPost, leave, form); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.StatusCode)
	}
	if i := f.invite(InviteInput{CustomerID: first.CustomerID, OverrideQuietHours: true}); i.State == Refused {
		t.Fatal("agreeing again does not count")
	}
	if n := f.count(`SELECT count(*) FROM consent WHERE customer_id = ?`, first.CustomerID); n != 4 {
		t.Fatalf("%d rows in the ledger", n)
	}
}

func tokenOf(link string) string { return link[strings.LastIndex(link, "/")+1:] }
