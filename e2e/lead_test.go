//go:build e2e

package e2e

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// Somebody asks on a phone, somebody else with a browser without scripts; the
// first has a score and an owner with their reasons, the second is marked, and
// the first becomes the contact of a customer who is there, with a deal.
func TestAnInquiryBecomesADeal(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	h.Colleague(apptest.MemberEmail, "member")
	api := h.API("", "write")
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Finch Books","phones":["+44 117 496 0199"]}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/lead-routes", `{"name":"From the web","sources":["Website"],"people":[1],"method":"turns","at_once":true}`)

	phone := open(t, h.URL, Phone)
	phone.Go("/f/ask-us")
	phone.Fill("name", "Orla Finch")
	phone.Fill("phone", "+44 117 496 0199")
	phone.Fill("need", "Tea for the reading room")
	phone.Click(`input[name="agreed"]`)
	h.Pass(10 * time.Second)
	phone.Submit(`form[data-effort] .btn.primary`)
	phone.Sees("Thank you")

	guest := h.Browser()
	ticket := regexp.MustCompile(`name="ticket" value="([^"]+)"`).FindStringSubmatch(guest.Get("/f/ask-us").Body)
	h.Pass(10 * time.Second)
	if r := guest.Post("/f/ask-us", "ticket", html.UnescapeString(ticket[1]), "name", "Noel Script", "phone", "+44 117 496 0143", "need", "Prices, please", "agreed", "1"); r.Status != http.StatusSeeOther {
		t.Fatalf("without scripts: %d", r.Status)
	}

	desk := signIn(t, h.URL, Desk)
	desk.Go("/leads?sort=-score")
	desk.Sees("Orla Finch", "Noel Script")
	desk.Go("/leads/4")
	desk.Sees("Noel Script", "Unchecked")
	desk.Go("/leads/3")
	desk.SeesNot("Unchecked")
	desk.Sees("+20 because: Source is Website", "From the web: it was")
	desk.Submit(`a[href="/leads/3/convert"]`)
	desk.Sees("Finch Books", "Same phone")
	desk.Submit(`main .btn.primary`)
	desk.Sees("Tea for the reading room", "Finch Books")
	if !strings.HasPrefix(desk.Path(), "/deals/") || h.Count(`SELECT count(*) FROM contact WHERE name = 'Orla Finch'`) != 1 || h.Count(`SELECT count(*) FROM customer WHERE name LIKE '%Finch%'`) != 1 {
		t.Errorf("the lead did not become a contact and a deal of the customer: %s", desk.Path())
	}
	for _, path := range []string{"/settings/lead-score", "/settings/lead-routes/1", "/settings/lead-forms/1"} {
		desk.Go(path)
	}
}
