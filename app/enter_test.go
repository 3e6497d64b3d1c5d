package app_test

import (
	"regexp"
	"testing"

	"regulars/app/apptest"
)

// The Enter key presses the first submit button of a form. In these forms the
// first one that is seen does something else than what Enter promises: it starts
// another customer, adds a line, or gives all chosen customers to nobody.
func TestEnterDoesWhatTheFormIsFor(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Tom Okafor"}`)
	owner := a.Owner()
	button := regexp.MustCompile(`<button[^>]*>`)
	other := regexp.MustCompile(`type="button"|name="(again|rows)"|value="(assign|delete|merge)"`)
	for path, action := range map[string]string{"/customers/new": "/customers", "/orders/new?customer=1": "/orders", "/customers": "/customers/bulk"} {
		form := regexp.MustCompile(`(?s)<form[^>]*action="` + action + `".*?</form>`).FindString(owner.Get(path).Body)
		if first := button.FindString(form); first == "" || other.MatchString(first) {
			t.Errorf("%s: Enter presses %q", path, first)
		}
	}
}
