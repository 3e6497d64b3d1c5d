package wave_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
)

// Where links are mailed that open only indoors, every page that asks says so,
// and what does work instead; where they open everywhere, none does.
func TestPagesThatAskSayHowFarTheirLinksOpen(t *testing.T) {
	for base, said := range map[string]string{
		"http://127.0.0.1:8090": "http://127.0.0.1:8090 opens on this computer only", "http://192.168.1.20": "opens in your own network only",
		"https://shop.example.com": "", "": "",
	} {
		a := apptest.NewWith(t, "en", "REGULARS_BASE_URL="+base)
		api := a.API(apptest.OwnerEmail, "write")
		api.Into(nil, 201, "POST", "/customers", `{"name":"Tom Okafor","emails":["tom@example.com"],"region":"North"}`)
		api.Into(nil, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email"}`)
		create(api)
		owner := a.Owner()
		for _, path := range []string{"/survey-waves", "/survey-waves/new?filter[region][eq]=North", "/survey-waves/1", "/survey-programs", "/survey-programs/new",
			"/survey-programs/1", "/survey-programs/1/edit", "/invitations/1"} {
			page := owner.Get(path)
			if page.Status != 200 {
				t.Fatalf("%s: %d", path, page.Status)
			}
			told := strings.Contains(page.Body, "opens on this computer only") || strings.Contains(page.Body, "opens in your own network only")
			if told != (said != "") || !strings.Contains(page.Body, said) || told && !strings.Contains(page.Body, "answers written back by mail") {
				t.Errorf("base %q: %s says it: %v", base, path, told)
			}
		}
	}
}
