//go:build e2e

package e2e

import (
	"testing"

	"regulars/app/sys/auth"
)

// TestDataIsPutRight walks from the data quality page to mended records and
// back, and from a pasted text to an invoice title.
func TestDataIsPutRight(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	h.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"ACME TRADING COMPANY","kind":"company","emails":["desk@gmial.com"]}`)
	if err := h.Quality().Scan(h.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
	tab := signIn(t, h.URL, Desk)
	tab.Go("/quality")
	tab.Sees("Can be reached", "Email with a mistake", "Strange name")
	tab.Shot("quality")
	tab.Go("/quality/odd_name")
	tab.Sees("ACME TRADING COMPANY")
	tab.eval(`document.querySelector("[data-bulk-head]").click()`, nil)
	tab.eval(`document.querySelector('button[name="do"][value="mend"]').click()`, nil)
	tab.Comes("Acme Trading Company")
	tab.Check()
	tab.Shot("quality-mend")
	tab.Submit(`form.actbar .btn.primary`)
	tab.Comes("mended")
	tab.Check()
	tab.Submit(`.toast form button`)
	tab.Go("/customers/1/invoice-titles/new")
	tab.Fill("paste", "Company name: Harbour Street Bakery Ltd\nTax ID: GB 999 9999 73\nBank and account: Example Bank 1234 5678")
	tab.Submit(`button[value="recognise"]`)
	tab.Comes("Read from your text")
	tab.Check()
	tab.Submit(`.d-foot .btn.primary`)
	tab.Comes("GB999999973")
	tab.Check()
}
