package letter_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/cal"
)

// read is a page as it is read.
func read(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, ""))), " ")
}

// sells puts orders and returns on days; amounts in whole dollars, returns below
// nought.
func sells(a *apptest.App, amounts map[int]int) {
	api := a.API("", "write")
	today := cal.Date(a.Clock.Now().UTC().Format("2006-01-02"))
	for ago, amount := range amounts {
		quantity, back := 1, ""
		if amount < 0 {
			quantity, amount, back = -1, -amount, `"return":true,`
		}
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":1,%s"ordered_on":%q,"status":"completed","lines":[{"name":"x","quantity":%d,"unit_price":{"amount":"%d.00","currency":"USD"}}]}`,
			back, today.AddDays(-ago), quantity, amount))
	}
}

// Where more came back than was sold the letter says that, and no share of it.
func TestALetterOfReturns(t *testing.T) {
	for name, c := range map[string]struct {
		amounts map[int]int
		says    []string
		not     []string
	}{
		"more came back":   {map[int]int{1: 50, 2: -300, 8: 90, 20: 80}, []string{"More came back than was sold.", "is left."}, []string{"% lower", "378%", "were none"}},
		"it had come back": {map[int]int{1: 50, 8: -300, 20: 80}, []string{"it was the other way round", "$50.00 came from"}, []string{"were none", "is left."}},
		"some came back":   {map[int]int{1: 50, 2: -10, 3: 70, 8: 90, 20: 80}, []string{"$110 is left.", "2 orders, $60.00 each on average"}, []string{"came from"}},
		"nothing before":   {map[int]int{1: 50, 40: 80}, []string{"Sales are back", "$50.00 came from"}, []string{"is left."}},
	} {
		a := apptest.New(t)
		a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Harbour"}`)
		sells(a, c.amounts)
		a.API("", "write").Into(nil, 201, "POST", "/letters", `{"kind":"weekly"}`)
		page := read(a.Owner().Get("/letters/1").Body)
		for _, want := range c.says {
			if !strings.Contains(page, want) {
				t.Errorf("%s: without %q", name, want)
			}
		}
		for _, none := range c.not {
			if strings.Contains(page, none) {
				t.Errorf("%s: with %q", name, none)
			}
		}
		if t.Failed() {
			t.Logf("%s: %.900s", name, page[strings.Index(page, "The week"):])
		}
	}
}
