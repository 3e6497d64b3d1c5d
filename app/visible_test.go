package app_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// TestNamesMustBeVisible: what shows nothing names nothing, whoever is asked;
// what cannot be shown is dropped from what can.
func TestNamesMustBeVisible(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	for path, body := range map[string]string{
		"/customers":       `{"kind":"company","name":"NAME"}`,
		"/contacts":        `{"customer_id":1,"name":"NAME"}`,
		"/invoice-titles":  `{"customer_id":1,"title":"NAME"}`,
		"/products":        `{"name":"NAME","price":{"amount":"1.00"}}`,
		"/tags":            `{"name":"NAME"}`,
		"/leads":           `{"name":"NAME"}`,
		"/deals":           `{"name":"NAME"}`,
		"/tasks":           `{"title":"NAME","due_at":"2026-03-09T09:00:00Z"}`,
		"/notes":           `{"customer_id":1,"text":"NAME"}`,
		"/follow-ups":      `{"customer_id":1,"channel":"call","content":"NAME"}`,
		"/saved-views":     `{"kind":"customers","name":"NAME","query":""}`,
		"/teams":           `{"name":"NAME"}`,
		"/users":           `{"name":"NAME","email":"new@example.com","role":"member"}`,
		"/surveys":         `{"kind":"custom","name":"NAME","texts":{"en":{"question":"How was it?"}}}`,
		"/posters":         `{"survey_id":1,"kind":"poster","name":"NAME"}`,
		"/survey-programs": `{"survey_id":1,"kind":"relationship","name":"NAME","every_days":90,"daily_cap":10,"remind_days":5,"expire_days":14}`,
		"/survey-waves":    `{"survey_id":1,"name":"NAME"}`,
		"/orders":          `{"customer_id":1,"lines":[{"name":"NAME","quantity":1,"unit_price":{"amount":"1.00"}}]}`,
	} {
		for _, name := range []string{`\u0001\u0002`, `\u200b\u200b`, `\u00a0\u3000 `, `\t\n`, `\u2060\ufeff\u202e`, `\u3164`} {
			r := api.Call(http.MethodPost, path, strings.Replace(body, "NAME", name, 1))
			if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `"location":"body.`) || strings.Contains(r.Body, "unexpected property") {
				t.Errorf("%s took %s: %d %s", path, name, r.Status, r.Body)
			}
		}
		if r := api.Call(http.MethodPost, path, strings.Replace(body, "NAME", "Plain words", 1)); r.Status != http.StatusCreated {
			t.Errorf("%s does not take plain words: %d %s", path, r.Status, r.Body)
		}
	}
	var c struct{ Name, Notes string }
	api.Into(&c, 201, "POST", "/customers", `{"name":" Harbour\u0007 \u202eBakery\n","notes":"one\r\ntwo\u0001"}`)
	if c.Name != "Harbour Bakery" || c.Notes != "one\ntwo" {
		t.Errorf("%q %q", c.Name, c.Notes)
	}
}
