package survey_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// An invitation that waits for an address says so in plain words and leads to
// where the address is set, for those who may set it.
func TestAnInvitationThatWaitsForAnAddressSaysWhatHelps(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		a := apptest.NewIn(t, locale)
		a.Colleague(apptest.MemberEmail, "member")
		api := a.API("", "write")
		api.Into(nil, 201, "POST", "/customers", `{"name":"Tom Okafor","emails":["tom@example.com"]}`)
		var i struct{ State, Reason string }
		api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email"}`)
		if i.State != "deferred" || i.Reason != "no_base_url" {
			t.Fatalf("%+v", i)
		}
		said := map[string]string{"en": "so the link in a mail would lead nowhere", "zh-CN": "邮件里的链接会打不开"}[locale]
		const link = `href="/settings/access#base"`
		owner, member := a.Owner(), a.SignIn(apptest.MemberEmail, apptest.Password)
		for _, path := range []string{"/invitations/1", "/invitations", "/survey-programs"} {
			if page := owner.Get(path); page.Status != http.StatusOK || !strings.Contains(page.Body, said) || !strings.Contains(page.Body, link) {
				t.Errorf("%s: %s does not say what helps", locale, path)
			}
			if page := member.Get(path); page.Status == http.StatusOK && (!strings.Contains(page.Body, said) || strings.Contains(page.Body, link)) && path != "/invitations/1" {
				t.Errorf("%s: %s leads a member where they may not go", locale, path)
			}
		}
		if page := owner.Get("/settings/access"); !strings.Contains(page.Body, `id="base"`) || !strings.Contains(page.Body, `name="base_url"`) {
			t.Errorf("%s: the settings do not say how", locale)
		}
		if page := owner.Post("/settings/access/address", "base_url", "shop"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: half an address: %d", locale, page.Status)
		}
		if page := member.Post("/settings/access/address", "base_url", "https://evil.example.com"); page.Status != http.StatusForbidden && page.Status != http.StatusNotFound {
			t.Errorf("%s: a member set the address: %d", locale, page.Status)
		}
		owner.Post("/settings/access/address", "base_url", "https://shop.example.com")
		if page := owner.Get("/invitations"); strings.Contains(page.Body, said) {
			t.Errorf("%s: the note stays", locale)
		}
	}
}
