//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"regulars/app/apptest"
)

// first sets the shop up as its owner does: with the link that the program
// printed, in the browser.
func first(t testing.TB, p *Program, look Look) *Tab {
	t.Helper()
	tab := open(t, p.URL, look)
	tab.Go(p.Setup)
	tab.Fill("business", "Kettle & Crane")
	tab.Fill("locale", look.Language)
	tab.Fill("currency", "USD")
	tab.Fill("timezone", "UTC")
	tab.Fill("owner_name", "Mei Lin")
	tab.Fill("owner_email", apptest.OwnerEmail)
	tab.Fill("password", apptest.Password)
	tab.Submit("form button.primary")
	return tab
}

// signIn gives the owner a browser of their own in which they are signed in.
func signIn(t testing.TB, base string, look Look) *Tab {
	t.Helper()
	return signInAs(t, base, apptest.OwnerEmail, look)
}

func signInAs(t testing.TB, base, email string, look Look) *Tab {
	t.Helper()
	tab := open(t, base, look)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, form string) (int, string) {
		req, err := http.NewRequest(method, base+"/login", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept-Language": {look.Language}, "User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0"}}
		r, err := client.Do(req)
		if err != nil {
			t.Fatalf("sign %s in: %v", email, err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(body)
	}
	_, page := ask("GET", "")
	csrf := formToken.FindStringSubmatch(page)
	if csrf == nil {
		t.Fatalf("the login page has no token:\n%.500s", page)
	}
	if status, body := ask("POST", url.Values{"_csrf": csrf[1:], "email": {email}, "password": {apptest.Password}}.Encode()); status != http.StatusSeeOther {
		t.Fatalf("sign %s in: %d %.500s", email, status, body)
	}
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	var cookies []*network.CookieParam
	for _, c := range jar.Cookies(at) {
		cookies = append(cookies, &network.CookieParam{Name: c.Name, Value: c.Value, URL: base})
	}
	if _, err := chromedp.Call(tab.ctx, network.SetCookies, network.SetCookiesParams{Cookies: cookies}); err != nil {
		t.Fatalf("sign %s in: %v", email, err)
	}
	return tab
}

var formToken = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// signInByForm signs the owner in as they do: on the page.
func signInByForm(t testing.TB, base string, look Look) *Tab {
	t.Helper()
	tab := open(t, base, look)
	tab.Go("/login")
	tab.Fill("email", apptest.OwnerEmail)
	tab.Fill("password", apptest.Password)
	tab.Submit("form button.primary")
	return tab
}

func TestFromAnEmptyFolderToTheFirstCustomer(t *testing.T) {
	p := start(t, t.TempDir(), "")
	if p.Setup == "" {
		t.Fatal("a first start prints no setup link")
	}
	stranger := open(t, p.URL, Desk)
	stranger.Go("/setup")
	stranger.SeesNot("Starter pack")
	tab := open(t, p.URL, Desk)
	tab.Go(p.Setup)
	tab.Shot("setup")
	tab.Fill("business", "Kettle & Crane")
	tab.Fill("owner_name", "Mei Lin")
	tab.Fill("owner_email", apptest.OwnerEmail)
	tab.Fill("password", "short")
	tab.Submit("form button.primary")
	tab.Shot("setup-refused")
	var kept string
	tab.eval(`document.querySelector('input[name="business"]').value`, &kept)
	if kept != "Kettle & Crane" {
		t.Errorf("what was typed is lost: %q", kept)
	}
	tab.Fill("password", apptest.Password)
	tab.Submit("form button.primary")
	if !strings.HasPrefix(tab.Path(), "/today") && tab.Path() != "/" {
		t.Errorf("after setup the owner is at %s", tab.Path())
	}
	tab.Shot("today-empty")
	tab.Go("/customers/new")
	tab.Fill("name", "Harbour Street Bakery")
	tab.Fill("phones", "+44 117 496 0142")
	tab.Fill("emails", "ines@example.com")
	tab.Choose("kind", "company")
	tab.Submit(`form[action="/customers"] button.primary`)
	tab.Sees("Harbour Street Bakery", "ines@example.com")
	tab.Shot("customer")
	again := open(t, p.URL, Desk)
	again.Go(p.Setup)
	again.SeesNot("Starter pack")
	if status := p.Stop(); status != 0 {
		t.Errorf("the program ended with %d\n%s", status, p.log)
	}
	p = start(t, p.Data, "")
	if p.Setup != "" {
		t.Error("a shop that is set up prints a setup link")
	}
	phone := signInByForm(t, p.URL, Phone)
	phone.Go("/customers")
	phone.Sees("Harbour Street Bakery")
	phone.Shot("customers")
}
