package inbox

import (
	"os"
	"strings"
	"testing"

	"regulars/app/sys/outbox"
)

func eml(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name + ".eml")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// What people write back, as the usual programs send it.
func TestWhatAPersonWroteIsFound(t *testing.T) {
	for name, want := range map[string]string{
		"gmail": "9\n\nThe coffee was lovely.", "gmail_wrapped": "8, thank you", "gmail_zh": "10\n很满意", "gmail_html": "7\nBit slow & loud.",
		"outlook": "6", "outlook_html": "5\nok", "outlook_zh": "9分，服务很好", "qq": "10分\n咖啡很香，𠮷祥", "qq_html": "8\n可以",
		"163": "７分", "163_html": "3分，等太久了", "foxmail": "9", "iphone": "9", "applemail": "10 – great",
		"thunderbird_bottom": "4\ntoo bitter", "netease_master": "8", "big5": "9 分", "comment": "10 days ago the grinder broke again.",
		"unknown_charset": "9", "no_mime": "6", "mixed": "7 points",
	} {
		m := Read(eml(t, name))
		if m.Text != want {
			t.Errorf("%s: %q, want %q", name, m.Text, want)
		}
		if m.Automatic != "" || m.Report != nil {
			t.Errorf("%s was taken for automatic: %q %+v", name, m.Automatic, m.Report)
		}
		if name != "no_mime" && (len(m.Answers) == 0 || m.Answers[0] != "12.1.abcdefghjkmnpqrstuvw@shop.example.com") {
			t.Errorf("%s answers %q", name, m.Answers)
		}
	}
	if m := Read(eml(t, "qq")); m.Subject != "回复：一个问题" || m.From != "hanmeimei@example.com" {
		t.Errorf("%+v", m)
	}
}

func TestWhatNoPersonWroteIsKnown(t *testing.T) {
	for name, want := range map[string]string{"auto_rfc": "auto_submitted", "auto_vacation": "away", "auto_zh": "away", "auto_exchange": "auto_header",
		"auto_precedence": "bulk", "auto_list": "list", "auto_noreply": "no_person"} {
		if m := Read(eml(t, name)); m.Automatic != want {
			t.Errorf("%s: %q, want %q", name, m.Automatic, want)
		}
	}
}

func TestReportsOfWhatCameBack(t *testing.T) {
	for name, want := range map[string]struct {
		failed, sure bool
		class, code  string
		named        bool
	}{
		"dsn_hard": {true, true, outbox.Hard, "5.1.1", true}, "dsn_full": {true, true, outbox.Soft, "5.2.2", true},
		"dsn_delayed": {false, true, outbox.Soft, "4.4.1", true}, "dsn_policy": {true, true, "", "5.7.1", true},
		"dsn_no_original": {true, false, outbox.Soft, "5.1.1", false}, "dsn_exchange": {true, true, outbox.Hard, "5.1.10", true},
		"bounce_qq": {true, false, outbox.Soft, "", false}, "bounce_163": {true, false, outbox.Soft, "", true},
		"bounce_full_zh": {true, false, outbox.Soft, "5.2.2", false}, "bounce_exim": {true, false, outbox.Soft, "5.1.1", true},
	} {
		m := Read(eml(t, name))
		r := m.Report
		if r == nil {
			t.Errorf("%s is no report", name)
			continue
		}
		if r.Failed != want.failed || r.Sure != want.sure || r.Class() != want.class || r.Status != want.code || (len(r.Messages) > 0) != want.named {
			t.Errorf("%s: %+v class %q", name, *r, r.Class())
		}
		if !strings.Contains(strings.Join(r.Addresses, " "), "ada@example.com") {
			t.Errorf("%s names %q", name, r.Addresses)
		}
	}
	if m := Read(eml(t, "newsletter")); m.Report != nil || len(m.Answers) != 0 {
		t.Errorf("a newsletter: %+v", m)
	}
}

// Only words or numbers that say that there is no such mailbox give an address up.
func TestWhatARefusalSaysAboutTheAddress(t *testing.T) {
	for said, want := range map[string]string{
		"550 5.1.1 User unknown": outbox.Hard, "550 User not found: ada@example.com": outbox.Hard, "554 RCPT (ada@example.com) dosn't exist": outbox.Hard,
		"550 该用户不存在": outbox.Hard, "550 Mailbox not found": outbox.Hard, "551 try elsewhere": outbox.Hard, "550 5.0.0 no such user": outbox.Hard,
		"552 5.2.2 over quota": outbox.Soft, "450 4.2.0 Greylisted": outbox.Soft, "550 mailbox unavailable": outbox.Soft, "550 5.0.0 refused": outbox.Soft,
		"550 5.7.1 rejected: unknown user reputation": "", "550 greylisted": "", "550 Mail content denied": "", "550 灰名单，请稍后再试": "", "550 Domain frequency limited 频率": "",
	} {
		if got := Judge("", said[:3], said[4:]); got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}

// The head alone is enough to see that a mail may concern us.
func TestTheHeadTellsEnough(t *testing.T) {
	for _, name := range []string{"dsn_hard", "bounce_qq", "bounce_163", "bounce_full_zh", "dsn_exchange"} {
		head, _, _ := strings.Cut(string(eml(t, name)), "\n\n")
		if m := Read([]byte(head + "\n\n")); m.Report == nil {
			t.Errorf("%s: its head does not tell", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".eml") {
			continue
		}
		raw, err := os.ReadFile("testdata/" + e.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if m := Read(raw); m.Mark == "" {
			t.Error("a mail without a mark")
		}
	})
}

// Patterns look only where a mail program could have put something: in short
// lines, and not far into a very long mail.
func TestALongMailIsNotSearchedThrough(t *testing.T) {
	long := strings.Repeat("x", maxLine) + " ada@example.com wrote:"
	if own(long) != long || own("ok\n"+long[maxLine:]) != "ok" {
		t.Error("a line that no program writes was taken for a quote's beginning, or a short one was not")
	}
	if got := own("9\n" + strings.Repeat("a.a@", 1<<18)); len(got) > maxRead {
		t.Errorf("%d bytes of a text were read", len(got))
	}
	if got := flat("<p>9</p>" + strings.Repeat("<a class=", 1<<17) + "<p>end</p>"); strings.Contains(got, "end") {
		t.Error("an HTML mail is read to its end")
	}
	if got := flat("<style>" + strings.Repeat("p{color:red}", 1<<14) + "</style><p>9</p>"); got != "9" {
		t.Errorf("what is not shown counts as text: %.40q", got)
	}
	m := Read([]byte("From: mailer-daemon@x.example\r\nContent-Type: text/plain\r\n\r\n" + strings.Repeat("z", 4*maxRead) + "\r\nada@example.com 550\r\n"))
	if m.Report == nil || m.Text != "" || len(m.Report.Addresses) != 0 {
		t.Error("a report is read as if a person had written it, or to its end")
	}
}
