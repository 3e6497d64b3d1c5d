package channel_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/settings/channel"
)

// zone answers from a map; a name that maps to nothing is not answered at all.
type zone map[string][]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	list, ok := z[strings.TrimSuffix(name, ".")]
	switch {
	case !ok:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case list == nil:
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	return list, nil
}

func TestTheSendersDomain(t *testing.T) {
	a := apptest.New(t, lan)
	api := a.API("", "write")
	const check = "/settings/mail-domain/check"
	if r := api.Call("POST", check, `{}`); r.Status != http.StatusConflict {
		t.Errorf("without a sender: %d", r.Status)
	}
	b := a.Owner()
	if r := b.Get("/settings/mail"); strings.Contains(r.Body, "What your domain says") {
		t.Error("a domain although nothing is sent")
	}
	b.Post("/settings/mail", "host", "smtp.gmail.com", "port", "587", "security", "starttls", "preset", "gmail", "username", "shop@kettle.example.com", "password", "x", "from", "shop@kettle.example.com")
	const at = "kettle.example.com"
	for name, c := range map[string]struct {
		zone zone
		want string
	}{
		"nothing":      {zone{}, "spf missing, dkim unsure usual, dmarc missing"},
		"all":          {zone{at: {"unrelated", "v=spf1 include:_spf.google.com ~all"}, "google._domainkey." + at: {"v=DKIM1; k=rsa; p=MIGf"}, "_dmarc.example.com": {"v=DMARC1; p=none"}}, "spf found, dkim found, dmarc found"},
		"two":          {zone{at: {"v=spf1 -all", "V=SPF1 include:_spf.google.com"}, "_dmarc." + at: {"v=DMARC1; p=none", "v=DMARC1; p=reject"}}, "spf wrong several, dkim unsure usual, dmarc wrong several"},
		"anybody":      {zone{at: {"v=spf1 include:_spf.google.com +all"}, "default._domainkey." + at: {"p="}, "_dmarc." + at: {"v=DMARC1; p=maybe"}}, "spf wrong anybody, dkim wrong revoked, dmarc wrong policy"},
		"another":      {zone{at: {"v=spf1 include:elsewhere.example.com ~all"}}, "spf unsure other, dkim unsure usual, dmarc missing"},
		"no answer":    {zone{at: nil, "_dmarc." + at: nil}, "spf unknown, dkim unsure usual, dmarc unknown"},
		"hostile text": {zone{at: {"v=spf1 <script>alert(1)</script>" + strings.Repeat("x", 9000)}}, "spf unsure other, dkim unsure usual, dmarc missing"},
	} {
		a.Channel().ResolveWith(c.zone)
		var found channel.SenderObject
		api.Into(&found, 200, "POST", check, `{}`)
		var got []string
		for _, e := range found.Entries {
			got = append(got, strings.TrimSpace(e.Name+" "+e.State+" "+e.Why))
		}
		if all := strings.Join(got, ", "); all != c.want || found.Good != (name == "all") || found.Domain != at {
			t.Errorf("%s: %s", name, all)
		}
		r := b.Post("/settings/mail/domain")
		if r.Status != http.StatusOK || strings.Contains(r.Body, "<script>alert") || strings.Contains(r.Body, strings.Repeat("x", 600)) || strings.Contains(r.Body, "All is in order") != (name == "all") {
			t.Errorf("%s: the page %d", name, r.Status)
		}
	}
	a.Channel().ResolveWith(zone{"shop._domainkey." + at: {"k=rsa; p=MIGf"}})
	var named channel.SenderObject
	api.Into(&named, 200, "POST", check, `{"selector":" Shop "}`)
	if named.Entries[1].State != "found" {
		t.Errorf("%+v", named.Entries[1])
	}
	api.Into(&named, 200, "POST", check, `{"selector":"other"}`)
	if named.Entries[1].State != "missing" {
		t.Errorf("%+v", named.Entries[1])
	}
	for _, hostile := range []string{"a b", "../x", "a..b", "<i>", strings.Repeat("a", 201)} {
		if r := b.Post("/settings/mail/domain", "selector", hostile); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", hostile, r.Status)
		}
	}
	for from, want := range map[string]string{"shop@gmail.com": "provider", "shop@qq.com": "wrong"} {
		b.Post("/settings/mail", "host", "smtp.gmail.com", "port", "587", "security", "starttls", "preset", "gmail", "username", "shop@kettle.example.com", "password", "x", "from", from)
		var found channel.SenderObject
		api.Into(&found, 200, "POST", check, `{}`)
		if found.Entries[0].State != want {
			t.Errorf("%s: %+v", from, found)
		}
	}
}

func TestMailboxAndDomainAreTheOwnersThroughTheAPI(t *testing.T) {
	a := apptest.New(t, lan)
	a.Channel().ResolveWith(zone{})
	a.Colleague(apptest.MemberEmail, "member")
	api, member, reader := a.API("", "write"), a.API(apptest.MemberEmail, "write"), a.API("", "read")
	for _, c := range []struct{ method, path, body string }{{"GET", "/settings/inbox", ""}, {"PATCH", "/settings/inbox", `{"host":"imap.example.com"}`}, {"POST", "/settings/inbox/check", ""},
		{"POST", "/settings/inbox/stop", ""}, {"POST", "/settings/mail-domain/check", `{}`}} {
		if r := a.Anonymous().Call(c.method, c.path, c.body); r.Status != http.StatusUnauthorized {
			t.Errorf("nobody, %s %s: %d", c.method, c.path, r.Status)
		}
		if r := member.Call(c.method, c.path, c.body); r.Status != http.StatusForbidden {
			t.Errorf("a member, %s %s: %d", c.method, c.path, r.Status)
		}
		if r := reader.Call(c.method, c.path, c.body); c.method != "GET" && r.Status != http.StatusForbidden {
			t.Errorf("a token that reads, %s %s: %d", c.method, c.path, r.Status)
		}
	}
	if r := api.Call("POST", "/settings/inbox/check", ""); r.Status != http.StatusConflict {
		t.Errorf("no mailbox yet: %d", r.Status)
	}
	for _, hostile := range []string{`{"host":"im ap"}`, `{"host":"imap.example.com","port":70000,"username":"u@example.com","password":"p"}`, `{"host":"imap.example.com","username":"u@example.com"}`,
		`{"host":"imap.example.com","username":"u\r\nA1 LOGOUT","password":"p"}`, `{"host":"imap.example.com","security":"maybe","username":"u@example.com","password":"p"}`} {
		if r := api.Call("PATCH", "/settings/inbox", hostile); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", hostile, r.Status)
		}
	}
	r := api.Call("PATCH", "/settings/inbox", `{"host":"127.0.0.1","port":9,"security":"none","username":"u@example.com","password":"quokka-1"}`)
	if r.Status != http.StatusOK || strings.Contains(string(r.Body), "quokka") || !strings.Contains(string(r.Body), `"has_password":true`) {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	var now channel.InboxObject
	api.Into(&now, 200, "PATCH", "/settings/inbox", `{"folder":"Post"}`)
	if !now.On || now.Folder != "Post" || !now.HasPassword || now.Address != "u@example.com" {
		t.Errorf("%+v", now)
	}
	if r := api.Call("PATCH", "/settings/inbox", `{"host":"imap.elsewhere.example"}`); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("the stored password goes to another server: %d", r.Status)
	}
	if r := api.Call("POST", "/settings/inbox/check", ""); r.Status != http.StatusConflict || strings.Contains(string(r.Body), "quokka") {
		t.Errorf("nobody listens there: %d %s", r.Status, r.Body)
	}
	api.Into(&now, 200, "POST", "/settings/inbox/stop", "")
	if now.On || now.Host != "127.0.0.1" {
		t.Errorf("stopped: %+v", now)
	}
}
