//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// line is the way to a house, which can be cut.
type line struct {
	URL string
	cut atomic.Bool
}

func layLine(t *testing.T, to string) *line {
	t.Helper()
	house, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{}
	proxy := httputil.NewSingleHostReverseProxy(house)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.cut.Load() {
			proxy.ServeHTTP(w, r)
			return
		}
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			conn.Close()
		}
	}))
	t.Cleanup(server.Close)
	l.URL = server.URL
	return l
}

// offline cuts the line and tells the browser, or joins both again.
func (l *line) offline(tab *Tab, yes bool) {
	tab.t.Helper()
	l.cut.Store(yes)
	tab.altered = true
	_, err := chromedp.Call(tab.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1})
	if err != nil {
		tab.t.Fatal(err)
	}
}

// kept reads what the browser keeps on the device.
func (tab *Tab) kept() (names string) {
	tab.t.Helper()
	tab.eval(`caches.keys().then((names) => [...names.filter((n) => n.startsWith("rg-pages-")), ...Object.keys(localStorage)].join(" "))`, &names)
	return names
}

// keeps waits until the browser keeps pages of records, or none.
func (tab *Tab) keeps(yes bool) {
	tab.t.Helper()
	eventually(tab.t, "what is kept on the device", 20*time.Second, func() bool { return strings.Contains(tab.kept(), "rg-pages-") == yes })
}

// A record that was opened is read without a connection; a note written there
// arrives once; what is refused stays with its words; signing out leaves nothing.
func TestReadingAndWritingWithoutAConnection(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	l := layLine(t, h.URL)
	tab := signIn(t, l.URL, Phone)
	tab.Go("/today")
	tab.Waits(`navigator.serviceWorker.controller`)
	tab.Go("/customers/1")
	tab.keeps(true)
	tab.Go("/customers/2")
	tab.Go("/customers/1")

	l.offline(tab, true)
	tab.Go("/customers/1")
	tab.Sees("You are offline. This is what was seen at", "Harbour Street Bakery")
	tab.Choose("kind", "note")
	tab.Fill("text", "Said on the train.")
	tab.eval(`document.querySelector(".composer .btn.primary").click()`, nil)
	tab.Comes("not sent yet: 1")
	tab.Shot("offline")
	tab.Go("/customers/3")
	tab.Sees("was not opened on this device before", "Waiting to be sent", "Said on the train.", "Harbour Street Bakery")
	tab.Shot("offline-list")

	l.offline(tab, false)
	tab.Go("/customers/1")
	count := func() int { return h.Count("SELECT count(*) FROM note WHERE text = 'Said on the train.'") }
	eventually(t, "the note", 20*time.Second, func() bool { return count() == 1 })
	tab.Waits(`!Object.keys(localStorage).some((key) => key.startsWith("rg:queue:"))`)
	tab.Go("/customers/1")
	tab.Sees("Said on the train.")
	tab.SeesNot("not sent yet")
	if n := count(); n != 1 {
		t.Errorf("it arrived %d times", n)
	}

	// The customer went meanwhile: the words stay, with what the server says.
	l.offline(tab, true)
	tab.Go("/customers/2")
	tab.Fill("text", "Never to arrive.")
	tab.eval(`document.querySelector(".composer .btn.primary").click()`, nil)
	tab.Comes("not sent yet: 1")
	h.API("", "write").Call(http.MethodDelete, "/customers/2", "")
	l.offline(tab, false)
	tab.Go("/today")
	tab.Comes("could not be saved")
	tab.Go("/offline")
	tab.Comes("Never to arrive.")
	tab.Sees("Not taken:")

	tab.Go("/today")
	tab.eval(`window.confirm = () => true; document.querySelector('form[action="/logout"]').requestSubmit()`, nil)
	tab.Comes("Sign in")
	tab.keeps(false)
	if names := tab.kept(); strings.TrimSpace(names) != "" {
		t.Errorf("after signing out the browser still keeps %q", names)
	}

	// Somebody who only clears the cookie leaves no record to the next person.
	tab = signIn(t, l.URL, Desk)
	tab.Go("/today")
	tab.Waits(`navigator.serviceWorker.controller`)
	tab.Go("/customers/1")
	tab.keeps(true)
	if _, err := chromedp.Call(tab.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	tab.Go("/customers/1")
	tab.Sees("Sign in")
	tab.keeps(false)
}
