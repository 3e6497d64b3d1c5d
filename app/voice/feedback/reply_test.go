package feedback_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

// A reply leaves by email as the first reply, asks the gate, and hostile names
// stay text; what was copied into a chat is only noted down.
func TestARepliesLeavesOrIsNotedDown(t *testing.T) {
	post := mailtest.New(t)
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com", "REGULARS_SMTP_HOST="+post.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", post.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM=shop@example.com", "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	t.Cleanup(post.Close)
	a.Pass(3 * time.Hour) // out of the quiet hours
	api := a.API("", "write")
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"{owner} <b>Ines</b>","emails":["ines@example.com"],"language":"en"}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"No Mail"}`)
	for customer := 1; customer <= 2; customer++ {
		api.Into(nil, http.StatusCreated, http.MethodPost, "/feedback-cases", fmt.Sprintf(`{"customer_id":%d,"words":"Stale","source":"call"}`, customer))
	}
	var draft struct{ Subject, Text string }
	api.Into(&draft, http.StatusOK, http.MethodGet, "/feedback-cases/1/draft?reply=1", "")
	if !strings.HasPrefix(draft.Text, "Dear {owner} <b>Ines</b>,") || !strings.Contains(draft.Text, "about your visit") || strings.Contains(draft.Text, "{shop}") {
		t.Errorf("filled in as %q", draft.Text)
	}
	api.Into(&draft, http.StatusOK, http.MethodGet, "/feedback-cases/1/draft?reply=1&language=zh-CN", "")
	if !strings.Contains(draft.Text, "您好") {
		t.Errorf("in Chinese %q", draft.Text)
	}
	b := a.Owner()
	has(t, b.Get("/feedback-cases/1?reply=2").Body, "Dear {owner} &lt;b&gt;Ines", "is put right", "Listen: let them tell it to the end", "Send by email")
	if r := b.Post("/feedback-cases/1/replies", "reply_by", "email", "subject", "", "text", "Hello"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a subject: %d", r.Status)
	}
	has(t, b.Follow("/feedback-cases/1/replies", "reply_by", "email", "subject", "Sorry", "text", "Dear Ines,\n\n<script>x</script> & {shop}\nMei").Body, "on its way", "contacted the customer: Email", "In time.")
	a.Settle()
	sent := post.Messages()
	if len(sent) != 1 || sent[0].Subject != "Sorry" || !strings.Contains(sent[0].Text, "<script>x</script> & {shop}\nMei") || strings.Contains(sent[0].HTML, "<script>") || !strings.Contains(sent[0].Text, "/u/") {
		t.Fatalf("%d mails: %+v", len(sent), sent)
	}
	if r := api.Call(http.MethodPost, "/feedback-cases/2/replies", `{"channel":"email","subject":"x","text":"y"}`); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("to somebody without an address: %d %s", r.Status, r.Body)
	}
	api.Into(nil, http.StatusOK, http.MethodPost, "/feedback-cases/2/replies", `{"channel":"wechat","text":"We are on it"}`)
	api.Into(nil, http.StatusOK, http.MethodPost, "/feedback-cases/2/contact", `{"channel":"call","content":"Rang again"}`)
	a.Settle()
	if body := b.Get("/feedback-cases/2").Body; strings.Count(body, "contacted the customer: WeChat") != 1 || strings.Count(body, "contacted the customer: Call") != 1 || !strings.Contains(body, "wrote down a complaint: Call") {
		t.Errorf("the history of a case that was answered twice:\n%s", body)
	}
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers/1/consents", `{"purpose":"service","channel":"email","state":"objected","source":"phone"}`)
	var before, after struct{ Items []struct{ ID int64 } }
	api.Into(&before, http.StatusOK, http.MethodGet, "/follow-ups", "")
	if r := api.Call(http.MethodPost, "/feedback-cases/1/replies", `{"channel":"email","subject":"x","text":"y"}`); r.Status != http.StatusConflict {
		t.Errorf("to somebody who objected: %d %s", r.Status, r.Body)
	}
	if api.Into(&after, http.StatusOK, http.MethodGet, "/follow-ups", ""); len(after.Items) != len(before.Items) {
		t.Error("what was refused was written down as said")
	}
}

func TestReadyRepliesScriptAndSource(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	has(t, b.Get("/feedback-cases/replies").Body, "We are on it")
	has(t, b.Follow("/feedback-cases/replies", "name_en", "Voucher", "subject_en", "For you", "text_en", "Dear {name} {nonsense}", "active", "1").Body, "Saved", "Voucher")
	for _, bad := range [][]string{{"name_en", "x"}, {"name_en", "", "subject_en", "s", "text_en", "t"}, {"name_en", "x", "text_en", "t"}} {
		if r := b.Post("/feedback-cases/replies", bad...); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("ready reply %v: %d", bad, r.Status)
		}
	}
	if r := b.Post("/feedback-cases/replies/4", "name_en", "y", "subject_en", "s", "text_en", "t", "version", "9"); r.Status != http.StatusConflict {
		t.Errorf("a stale text: %d", r.Status)
	}
	api.Into(nil, http.StatusNoContent, http.MethodDelete, "/feedback-replies/4", "")
	has(t, b.Follow("/feedback-cases/script", "nps_en", "Say hello\nSay sorry").Body, "Saved")
	if r := b.Post("/feedback-cases/script", "nps_en", strings.Repeat("x", 6000)); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("an endless script: %d", r.Status)
	}
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Mina"}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/responses", `{"survey_id":1,"customer_id":1,"score":2,"channel":"staff"}`)
	a.Settle()
	has(t, b.Get("/feedback-cases/1").Body, "<li>Say hello</li>", "<li>Say sorry</li>")
	var k struct {
		ID     int64
		Source string
	}
	for range 2 {
		api.Into(&k, http.StatusCreated, http.MethodPost, "/feedback-cases", `{"customer_id":1,"words":"Broken","source":"ticket","source_ref":"T-7"}`)
	}
	if body := b.Get("/feedback-cases/1").Body; k.ID != 1 || strings.Count(body, "wrote down a complaint: Ticket") != 1 {
		t.Errorf("a ticket told twice: %+v", k)
	}
	member := a.Colleague(apptest.MemberEmail, "member")
	m := a.SignIn(member.Email, apptest.Password)
	for _, path := range []string{"/feedback-cases/replies", "/feedback-cases/script"} {
		if r := m.Get(path); r.Status != http.StatusForbidden {
			t.Errorf("%s for a member: %d", path, r.Status)
		}
	}
	api.Into(nil, http.StatusOK, http.MethodPatch, "/settings/feedback-cases", `{"limits":{"member":5000}}`)
	form := regexp.MustCompile(`name="version" value="(\d+)"`)
	version := func(b *apptest.Browser) string {
		return form.FindStringSubmatch(b.Get("/feedback-cases/1").Body)[1]
	}
	for _, c := range []struct {
		amount string
		want   int
		says   string
	}{{"50.01", http.StatusUnprocessableEntity, "Mei Lin may decide it"}, {"fifty", http.StatusUnprocessableEntity, "fifty"}, {"-3", http.StatusUnprocessableEntity, ""}, {"50.00", http.StatusSeeOther, ""}} {
		if r := m.Post("/feedback-cases/1/compensation", "version", version(m), "amount", c.amount, "compensation_for", "Voucher"); r.Status != c.want || !strings.Contains(r.Body, c.says) {
			t.Errorf("%s by a member: %d", c.amount, r.Status)
		}
	}
	was := version(b)
	b.Follow("/feedback-cases/1/compensation", "version", was, "amount", "70", "compensation_for", "A cup")
	if r := b.Post("/feedback-cases/1/compensation", "version", was, "amount", "60", "compensation_for", "A spoon"); r.Status != http.StatusConflict || !strings.Contains(r.Body, "A cup") || !strings.Contains(r.Body, "A spoon") || !strings.Contains(r.Body, "_take.amount") {
		t.Errorf("a second window overwrites: %d", r.Status)
	}
	has(t, b.Get("/feedback-cases/1").Body, "70.00")
	has(t, b.Follow("/feedback-cases/1/compensation", "version", version(b), "amount", "80", "compensation_for", "A new bag").Body, "80.00", "A new bag", "gave the customer")
	for _, none := range []string{"", "0", "-4", "x"} {
		if r := b.Post("/feedback-cases/1/compensation", "version", none, "amount", "1", "compensation_for", "Blind"); r.Status != http.StatusConflict || !strings.Contains(r.Body, "A new bag") {
			t.Errorf("a form of version %q overwrites: %d", none, r.Status)
		}
	}
	if page := m.Get("/feedback-cases/1").Body; strings.Contains(page, `action="/feedback-cases/1/compensation"`) || !strings.Contains(page, "Mei Lin decides") {
		t.Error("a member is offered what is above the limit")
	}
	now := version(b)
	if r := m.Post("/feedback-cases/1/compensation", "version", was, "amount", "1", "compensation_for", "Less"); r.Status != http.StatusConflict || !strings.Contains(r.Body, "80.00") {
		t.Errorf("an old form of a member: %d", r.Status)
	}
	if r := m.Post("/feedback-cases/1/compensation", "version", now, "amount", "1", "compensation_for", "Less"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a member took back what the owner gave: %d", r.Status)
	}
}
