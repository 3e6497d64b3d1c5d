//go:build e2e

package e2e

import (
	"context"
	"regexp"
	"testing"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
)

// TestAConsentIsGivenAndTakenBack walks from a purpose of the shop's own over a
// word with its proof to the customer, who takes one channel back on their own
// page; the record says so and the gate obeys.
func TestAConsentIsGivenAndTakenBack(t *testing.T) {
	for _, c := range []struct {
		locale  string
		look    Look
		channel string // as the page calls it
		source  string
	}{{"en", Desk, "Email", "their own page"}, {"zh-CN", PhoneZh, "邮件", "客户自己的页面"}} {
		t.Run(c.locale, func(t *testing.T) {
			h := build(t, c.locale)
			h.Fill()
			tab := signIn(t, h.URL, c.look)
			tab.Go("/settings/consent/new")
			tab.Fill("name_en", "Tasting evenings")
			tab.Fill("name_zh", "品鉴之夜")
			tab.Fill("text_en", "We may invite you to our tasting evenings.")
			tab.Fill("text_zh", "我们可以邀请您参加品鉴之夜。")
			tab.Submit(`form .btn.primary`)
			tab.Check()
			tab.Shot("consent-purpose-" + c.locale)
			tab.Go("/customers/1/consents?purpose=tasting_evenings")
			tab.Fill("proof", "Card 14")
			tab.Submit(`#record .btn.primary`)
			tab.Sees("Card 14")
			tab.Check()
			tab.Shot("consent-record-" + c.locale)

			s := h.Consents()
			ctx := h.As(auth.System("test"))
			if err := h.DB.Write(ctx, "test.link", func(ctx context.Context, tx *db.Tx) error { return s.Link(ctx, tx, 1, 0, "ines@example.com") }); err != nil {
				t.Fatal(err)
			}
			guest := open(t, h.URL, c.look)
			guest.Go("/u/" + s.Token(1, 0, "ines@example.com") + "?lang=" + c.locale)
			guest.Sees(c.channel)
			guest.Check()
			guest.Shot("consent-page-" + c.locale)
			guest.eval(`document.querySelector('input[value="tasting_evenings.email"]').click()`, nil)
			guest.Submit(`form .btn.primary`)
			guest.Check()

			tab.Go("/customers/1/consents")
			tab.Sees(c.source)
			for channel, want := range map[string]string{"email": "cancelled objected", "post": "queued "} {
				got, err := db.WriteOne(ctx, h.DB, "test.queue", func(ctx context.Context, tx *db.Tx) (string, error) {
					key, _, err := h.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: "tasting:" + channel, Channel: channel, Purpose: outbox.Marketing, Topic: "tasting_evenings",
						ToAddress: "ines@example.com", CustomerID: 1, Subject: "x", Payload: `{"override_quiet_hours":true,"exempt_budget":true,"exempt_case":true}`})
					if err != nil {
						return "", err
					}
					row, err := h.Outbox.Get(ctx, key)
					return string(row.State) + " " + row.Reason, err
				})
				if err != nil || got != want {
					t.Errorf("%s %s: %q, %v", c.locale, channel, got, err)
				}
			}
		})
	}
}

// A yes that a colleague wrote down is confirmed on the page behind its mail:
// opening it decides nothing, the button does.
func TestAYesIsConfirmedFromItsMail(t *testing.T) {
	for _, c := range []struct {
		locale, title, done string
		look                Look
	}{{"en", "May we write to you?", "Thank you, that is confirmed", Desk}, {"zh-CN", "可以给您发邮件吗？", "谢谢，已经确认", PhoneZh}} {
		t.Run(c.locale, func(t *testing.T) {
			h := build(t, c.locale)
			api := h.API("", "write")
			api.Into(nil, 201, "POST", "/consent-purposes", `{"name_en":"Tasting letter","name_zh":"试喝通讯","double_opt_in":true,"text_en":"Once a month, what is new to drink.","text_zh":"每月一次，告诉您有什么新品。"}`)
			api.Into(nil, 201, "POST", "/customers", `{"name":"Ines","emails":["ines@example.com"],"language":"`+c.locale+`"}`)
			api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"tasting_letter","channel":"email","state":"allowed","wording_id":1}`)
			h.Settle()
			found := regexp.MustCompile(`/u/confirm/\S+`).FindString(h.Mail.Messages()[0].Text)
			guest := open(t, h.URL, c.look)
			for range 2 {
				guest.Go(found)
				guest.Sees(c.title)
			}
			guest.Check()
			guest.Shot("consent-confirm-" + c.locale)
			if n := h.Count("SELECT count(*) FROM consent WHERE source = 'confirmation'"); n != 0 {
				t.Fatal("looking decided")
			}
			guest.Submit(`button[value="yes"]`)
			guest.Sees(c.done)
			guest.Check()
			if n := h.Count("SELECT count(*) FROM consent WHERE source = 'confirmation' AND state = 'allowed'"); n != 1 {
				t.Fatal("the button did not decide")
			}
			tab := signIn(t, h.URL, c.look)
			tab.Go("/customers/1/consents")
			tab.Check()
			tab.Shot("consent-confirmed-" + c.locale)
		})
	}
}
