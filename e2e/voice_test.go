//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

var link = regexp.MustCompile(`https?://[^\s"'<>]+`)

// browse follows every link of a mail as a scanner with a whole browser does,
// scripts running: every page, every link on it, every scale touched.
func browse(t *testing.T, base string, m mailtest.Message) {
	t.Helper()
	tab := open(t, base, Desk)
	seen := map[string]bool{}
	visit := func(l string) []string {
		if seen[l] || !strings.HasPrefix(l, base) {
			return nil
		}
		seen[l] = true
		tab.do(chromedp.Navigate(l), chromedp.WaitReady(chromedp.CSS("body")))
		var found []string
		tab.eval(`document.querySelectorAll("input[type=radio], input[type=radio] + *, summary").forEach(e => e.click()), [...document.links].map(a => a.href)`, &found)
		return found
	}
	for _, l := range link.FindAllString(strings.ReplaceAll(m.Text+" "+m.HTML, "&amp;", "&"), -1) {
		for _, further := range visit(l) {
			visit(further)
		}
	}
	if len(seen) < 8 {
		t.Errorf("a browser found only %d pages", len(seen))
	}
}

// scan asks for every link of a mail, as the scanners of mail providers do: as a
// browser would, for its head only, and before anybody presses it.
func scan(t *testing.T, m mailtest.Message) {
	t.Helper()
	client := &http.Client{Timeout: 20 * time.Second}
	seen := map[string]bool{}
	for _, l := range link.FindAllString(strings.ReplaceAll(m.Text+" "+m.HTML, "&amp;", "&"), -1) {
		if seen[l] {
			continue
		}
		seen[l] = true
		for _, how := range []struct{ method, purpose string }{{"GET", ""}, {"HEAD", ""}, {"GET", "prefetch"}} {
			req, err := http.NewRequest(how.method, l, nil)
			if err != nil {
				t.Fatal(err)
			}
			if how.purpose != "" {
				req.Header.Set("Sec-Purpose", how.purpose)
			}
			r, err := client.Do(req)
			if err != nil {
				t.Fatalf("press %s: %v", l, err)
			}
			_, _ = io.Copy(io.Discard, r.Body)
			r.Body.Close()
			if r.StatusCode >= 500 {
				t.Errorf("%s answers a scanner with %d", l, r.StatusCode)
			}
		}
	}
	if len(seen) < 8 {
		t.Errorf("the mail holds only %d links", len(seen))
	}
}

// scoreLink is the mail's link for a score.
func scoreLink(t *testing.T, m mailtest.Message, score string) string {
	t.Helper()
	for _, l := range link.FindAllString(strings.ReplaceAll(m.HTML, "&amp;", "&"), -1) {
		if strings.Contains(l, "/s/") && regexp.MustCompile(`[?&]score=`+score+`(&|$)|/`+score+`$|[?&]v=`+score+`(&|$)`).MatchString(l) {
			return l
		}
	}
	t.Fatalf("no link for %s in\n%s", score, m.HTML)
	return ""
}

// lastTo is the newest mail to an address.
func lastTo(t *testing.T, h house, to string) mailtest.Message {
	t.Helper()
	list := h.Mail.Messages()
	for i := len(list) - 1; i >= 0; i-- {
		if strings.Contains(strings.Join(list[i].To, " "), to) {
			return list[i]
		}
	}
	outbox := h.API("", "read").Call("GET", "/outbox", "")
	t.Fatalf("no mail to %s among %d; the outbox says %s", to, len(list), outbox.Body)
	return mailtest.Message{}
}

func TestAComplaintIsAnsweredAndProven(t *testing.T) {
	h := build(t, "en")
	api := h.API("", "write")
	api.Into(nil, 201, "POST", "/teams", `{"name":"Workshop"}`)
	sam := h.Colleague(apptest.MemberEmail, "member")
	var is struct{ Version int64 }
	api.Into(&is, 200, "PATCH", fmt.Sprintf("/users/%d", sam.ID), fmt.Sprintf(`{"team_id":1,"version":%d}`, sam.Version))
	h.API(sam.Email, "write").Into(nil, 200, "PATCH", "/me", fmt.Sprintf(`{"locale":"zh-CN","version":%d}`, is.Version))
	api.Into(nil, 201, "POST", "/customers", `{"kind":"person","name":"Ines Carvalho","emails":["ines@example.com"]}`)
	desk := signIn(t, h.URL, Desk)
	desk.Go("/invitations/new?customer=1")
	desk.Choose("channel", "email")
	desk.Submit(`form[action="/invitations"] button.primary`)
	h.Clock.Set(time.Date(2026, 3, 2, 10, 30, 0, 0, time.UTC)) // a working hour, outside quiet ones
	h.Settle()
	mail := lastTo(t, h, "ines@example.com")
	scan(t, mail)
	browse(t, h.URL, mail)
	h.Settle()
	answers(t, h, 0)
	if n := h.Count(`SELECT count(*) FROM consent WHERE state = 'objected'`); n != 0 {
		t.Errorf("a scanner took %d people off the list", n)
	}
	if n := h.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'sent' AND reminded_at IS NULL AND answered_at IS NULL`); n != 1 {
		t.Error("a scanner stopped the reminder")
	}

	// The customer answers on a phone, without ever signing in.
	phone := open(t, h.URL, Phone)
	phone.Go(scoreLink(t, mail, "3"))
	phone.Shot("survey")
	phone.Fill("comment", "Two deliveries came late and nobody called.")
	phone.Submit(`form.survey button`)
	phone.Shot("survey-thanks")
	answers(t, h, 1)
	h.Settle()

	// The owner answers the complaint.
	desk.Go("/feedback-cases")
	desk.Sees("Ines Carvalho")
	desk.Shot("cases")
	desk.Go("/feedback-cases/1")
	desk.Sees("Two deliveries came late")
	desk.Sees("was next in turn")
	desk.Shot("case")

	// A department is asked and answers on a phone, in Chinese; the customer hears
	// from the owner in writing.
	desk.Click(`details:has(form[action="/feedback-cases/1/department"]) summary`)
	desk.Fill("note", "Who drove that day?")
	desk.eval(`(() => { document.querySelector('select[name="team_id"]').value = "1"; return true })()`, nil)
	desk.Submit(`form[action="/feedback-cases/1/department"] button`)
	desk.Sees("Asked: Workshop")
	workshop := signInAs(t, h.URL, sam.Email, PhoneZh)
	workshop.Go("/feedback-cases?view=team")
	workshop.Sees("等待部门：Workshop")
	workshop.Go("/feedback-cases/1")
	workshop.Check()
	workshop.Shot("case-department")
	workshop.Fill("words", "新司机走错了路线。")
	workshop.Submit(`form[action="/feedback-cases/1/department-answer"] button.primary`)
	workshop.Sees("代表部门作了答复")
	desk.Go("/feedback-cases/1?reply=1")
	desk.Sees("新司机走错了路线。", "What to say on the telephone")
	desk.Shot("case-reply")
	desk.Submit(`button[name="reply_by"][value="email"]`)
	h.Settle()
	if reply := lastTo(t, h, "ines@example.com"); !strings.Contains(reply.Subject, "What you told us") || !strings.Contains(reply.Text, "Dear Ines Carvalho") {
		t.Fatalf("the reply says %s\n%s", reply.Subject, reply.Text)
	}
	desk.Submit(`form[action="/feedback-cases/1/working"] button`)
	desk.Choose("channel", "call")
	desk.Fill("content", "Called her, apologised, found the wrong route.")
	desk.Submit(`form[action="/feedback-cases/1/contact"] button`)
	desk.eval(`(() => { const s = document.querySelector('form[action$="/resolved"] select[name="cause"]'); s.value = [...s.options].find(o => o.value).value; s.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, nil)
	desk.Fill("action", "A new driver and a call before each delivery.")
	desk.Choose("told", "yes")
	desk.Submit(`form[action="/feedback-cases/1/resolved"] button.primary`)
	desk.Shot("case-resolved")

	// After the days that were chosen she is asked again.
	before := h.Mail.Count("ines@example.com")
	for range 40 {
		h.Pass(24 * time.Hour)
		if h.Mail.Count("ines@example.com") > before {
			break
		}
	}
	again := lastTo(t, h, "ines@example.com")
	if again.MessageID == mail.MessageID {
		t.Fatal("she was not asked again")
	}
	scan(t, again)
	phone = open(t, h.URL, Phone)
	phone.Go(scoreLink(t, again, "9"))
	phone.Submit(`form.survey button`)
	answers(t, h, 2)
	h.Settle()
	desk = signIn(t, h.URL, Desk)
	desk.Go("/feedback-cases/1")
	desk.Sees("Recovered", "3", "9")
	desk.Shot("case-recovered")
	desk.Go("/customers/1")
	desk.Sees("Two deliveries came late")
	desk.Shot("customer-after")

	// What went wrong is changed for everybody, and those who said so may hear it.
	desk.Go("/improvements/new?case=1")
	desk.Fill("title", "Drivers know their routes")
	desk.Fill("change", "A new driver rides along for two days.")
	desk.Submit(`form[action="/improvements"] button.primary`)
	desk.Sees("Drivers know their routes", "Ines Carvalho")
	desk.Submit(`button[name="to"][value="doing"]`)
	desk.Submit(`button[name="to"][value="live"]`)
	desk.Sees("Live")
	desk.Check()
	desk.Go("/improvements/1/letter")
	desk.Sees("Ines Carvalho")
	desk.Check()
	workshop = signInAs(t, h.URL, sam.Email, PhoneZh)
	workshop.Go("/improvements/1")
	workshop.Sees("Drivers know their routes")
	workshop.Check()
}

func answers(t *testing.T, h house, want int) {
	t.Helper()
	var list struct{ Items []struct{ Score int } }
	h.API("", "read").Into(&list, 200, "GET", "/responses", "")
	if len(list.Items) != want {
		t.Fatalf("%d answers, want %d", len(list.Items), want)
	}
}
