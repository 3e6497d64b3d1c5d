//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"
)

// An inquiry becomes a customer with a deal, the customer accepts its quote on a
// phone, the order is paid in parts, the rest falls due, and the statement says
// so until it is paid.
func TestFromTheInquiryToTheMoney(t *testing.T) {
	words := map[string]map[string]string{
		"en":    {"part": "Paid in part", "open": "Due within 30 days", "late": "1 part is overdue", "none": "Nobody owes anything"},
		"zh-CN": {"part": "部分付款", "open": "30 天内到期", "late": "1 笔款逾期未付", "none": "没有人欠款"},
	}
	for _, look := range []Look{Desk, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			h, said := build(t, look.Language), words[look.Language]
			tab := signIn(t, h.URL, look)
			tab.Go("/leads/new")
			tab.Fill("name", "Mara Quill")
			tab.Fill("company", "Harbour Street Bakery")
			tab.Fill("need", "Beans for the new shop")
			tab.Submit(`form[action="/leads"] button.primary`)
			tab.Go("/leads/1/convert")
			tab.eval(`document.querySelector("[name=deal]").checked = true`, nil)
			tab.Fill("deal_name", "Beans for the new shop")
			tab.Submit(`form[action="/leads/1/convert"] button.primary`)
			tab.Go("/quotes/new?deal=1")
			tab.Fill("title", "Beans for a year")
			tab.eval(`for (const [name, value] of [["line_name", "Beans"], ["line_quantity", "10"], ["line_price", "100"]]) document.querySelector("[name=" + name + "]").value = value`, nil)
			tab.Submit(`form[data-lines] button.primary`)
			tab.Click(`button[popovertarget="send"]`)
			tab.Submit(`#send button[value="link"]`)
			var link string
			tab.eval(`new URL(document.querySelector("[data-copy]").dataset.copy).pathname`, &link)

			phone := open(t, h.URL, Look{Name: "customer", Language: look.Language, Width: 390, Height: 844, Phone: true})
			phone.Go(link)
			phone.Fill("signer", "Mara Quill")
			phone.Submit(`#accept button.primary`)

			tab.Go("/orders/1/instalments?template=deposit")
			tab.Check()
			tab.Submit(`form[action="/orders/1/instalments"] button.primary`)
			for _, amount := range []string{"300", "200"} {
				tab.eval(`document.querySelector("#pay-amount").value = "`+amount+`"`, nil)
				tab.Submit(`form[action="/payments"] button.primary`)
				tab.Go("/orders/1")
			}
			tab.Sees(said["part"], "500.00")
			tab.Go("/instalments")
			tab.Sees("Harbour Street Bakery", said["part"], said["open"])
			tab.Check()

			h.Pass(31 * 24 * time.Hour) // the last day has passed
			h.Pass(24 * time.Hour)      // and somebody is told in the morning
			tab = signIn(t, h.URL, look)
			tab.Go("/notifications")
			tab.Sees(said["late"])
			tab.Go("/receivables?overdue=1")
			tab.Sees("Harbour Street Bakery", "500.00")
			tab.Check()
			tab.Go("/customers/1/statement?from=2020-01-01")
			tab.Sees("1,000.00", "300.00", "200.00", "500.00")
			tab.Check()
			tab.Shot("statement")

			tab.Go("/receipts/new?customer=1")
			tab.Fill("amount", "500")
			tab.eval(`document.querySelector("[name=order_1]").value = "500"`, nil)
			tab.Submit(`form[action="/receipts"] button.primary`)
			tab.Go("/receivables")
			tab.Sees(said["none"])
			tab.Go("/customers/1/statement?from=2020-01-01")
			var closing string
			tab.eval(`document.querySelector("dd.sum").textContent`, &closing)
			if strings.ContainsAny(closing, "123456789") {
				t.Error("what is paid is still owed:", closing)
			}
		})
	}
}
