//go:build e2e

package e2e

import (
	"testing"
)

// The owner sets the mailbox that is read and hears in plain words why it does
// not open; a colleague sends a text message from their own phone and says so.
func TestRepliesBouncesAndTextsByHand(t *testing.T) {
	for _, in := range []struct {
		locale        string
		desk, phone   Look
		refused, none string
		sent          string
	}{
		{"en", Desk, Phone, "The server could not be reached", "Every address takes mail", "Noted as sent"},
		{"zh-CN", DeskZh, PhoneZh, "连不上服务器", "所有地址都能收到邮件", "已记为发送"},
	} {
		t.Run(in.locale, func(t *testing.T) {
			t.Parallel()
			h := build(t, in.locale)
			api := h.API("", "write")
			var c struct{ ID int64 }
			api.Into(&c, 201, "POST", "/customers", `{"name":"Ines Calder","phones":["+441174960142"]}`)
			api.Into(nil, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"sms"}`)
			desk := signIn(t, h.URL, in.desk)
			desk.Go("/settings/mail/inbox")
			desk.Check()
			desk.Shot("inbox")
			desk.Fill("host", "127.0.0.1")
			desk.Fill("username", "shop@example.com")
			desk.Fill("password", "kettle")
			desk.Submit(`form[action="/settings/mail/inbox"] button.primary`)
			desk.Sees(in.refused)
			phone := signIn(t, h.URL, in.phone)
			for _, tab := range []*Tab{desk, phone} {
				tab.Go("/settings/outbox/bounces")
				tab.Sees(in.none)
				tab.Check()
				tab.Go("/invitation-texts")
				tab.Sees("Ines Calder")
				tab.Check()
				tab.Shot("texts")
			}
			phone.Go("/settings/mail/inbox")
			phone.Check()
			phone.Go("/invitation-texts")
			phone.Submit(`form[action="/invitations/1/sent"] button`)
			phone.Sees(in.sent)
			var i struct{ State string }
			if api.Into(&i, 200, "GET", "/invitations/1", ""); i.State != "sent" {
				t.Errorf("the invitation is %s", i.State)
			}
		})
	}
}
