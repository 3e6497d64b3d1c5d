package followup_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// With whom of a company one spoke is chosen in the composer, shows on the
// timeline and can be corrected.
func TestTheComposerKnowsWithWhomOneSpoke(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"kind":"company","name":"Harbour Street Bakery"}`)
	api.Into(nil, 201, "POST", "/customers", `{"kind":"person","name":"Tom Okafor"}`)
	api.Into(nil, 201, "POST", "/contacts", `{"customer_id":1,"name":"Inês <Carvalho>","title":"Baker"}`)
	api.Into(nil, 201, "POST", "/contacts", `{"customer_id":1,"name":"Ruth Adeyemi"}`)
	b := a.Owner()
	record := b.Get("/customers/1").Body
	for _, want := range []string{`name="contact_id"`, `Inês &lt;Carvalho&gt;, Baker`, "Ruth Adeyemi", `value="sms"`, `value="other"`, `value="wechat"`} {
		if !strings.Contains(record, want) {
			t.Errorf("the composer lacks %s", want)
		}
	}
	if strings.Contains(b.Get("/customers/2").Body, `name="contact_id"`) {
		t.Error("a person without contacts is asked for one")
	}
	for i, kind := range []string{"call", "visit", "wechat", "email", "sms", "other"} {
		page := b.Follow("/customers/1/log", "kind", kind, "contact_id", "1", "text", "Spoke about "+kind, "next", "/customers/1")
		if n := strings.Count(page.Body, "with Inês &lt;Carvalho&gt;"); n != i+1 {
			t.Errorf("%s: the timeline names her %d times, want %d", kind, n, i+1)
		}
	}
	var f struct {
		ContactID *int64 `json:"contact_id"`
		Channel   string
		Version   int64
	}
	api.Into(&f, 200, "GET", "/follow-ups/6", "")
	if f.ContactID == nil || *f.ContactID != 1 || f.Channel != "other" {
		t.Errorf("kept %+v", f)
	}
	if page := b.Get("/follow-ups/6"); !strings.Contains(page.Body, `<option value="1" selected>`) {
		t.Error("the edit page forgot her")
	}
	page := b.Follow("/follow-ups/6", "version", fmt.Sprint(f.Version), "content", "Spoke", "channel", "call", "contact_id", "2")
	if !strings.Contains(page.Body, "with Ruth Adeyemi") || strings.Count(page.Body, "with Inês") != 5 {
		t.Error("the timeline does not follow the correction")
	}
	if page := b.Get("/follow-ups/said"); !strings.Contains(page.Body, "with Ruth Adeyemi") {
		t.Error("the list of what was said does not name her")
	}
	for _, kind := range []string{"note", "task"} { // whoever was chosen before the tab was changed does not matter
		if r := b.Post("/customers/1/log", "kind", kind, "contact_id", "1", "text", "Bring samples"); r.Status != http.StatusSeeOther {
			t.Errorf("%s: %d", kind, r.Status)
		}
	}
	for _, bad := range []string{"99", "-1", "x", "1 OR 1=1"} {
		if r := b.Post("/customers/1/log", "kind", "call", "contact_id", bad, "text", "x"); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "composer-contact-e") {
			t.Errorf("contact %q: %d", bad, r.Status)
		}
	}
	if r := b.Post("/customers/2/log", "kind", "call", "contact_id", "1", "text", "x"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("somebody else's contact: %d", r.Status)
	}
}
