//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"regulars/app/apptest"
)

// Look is on what and how a page is seen.
type Look struct {
	Name          string
	Width, Height int64
	Phone, Dark   bool
	Language      string // en or zh-CN
}

// The looks that journeys use.
var (
	Desk     = Look{Name: "desk", Width: 1280, Height: 900, Language: "en"}
	DeskDark = Look{Name: "desk-dark", Width: 1280, Height: 900, Dark: true, Language: "en"}
	DeskZh   = Look{Name: "desk-zh", Width: 1280, Height: 900, Language: "zh-CN"}
	Phone    = Look{Name: "phone", Width: 390, Height: 844, Phone: true, Language: "en"}
	PhoneZh  = Look{Name: "phone-zh-dark", Width: 390, Height: 844, Phone: true, Dark: true, Language: "zh-CN"}
)

// Tab is one person's browser: cookies of its own, and nothing it complained
// about is forgotten.
type Tab struct {
	t    testing.TB
	ctx  context.Context
	base string
	look Look

	altered bool // the journey changed the window itself: nobody else gets it

	mu     sync.Mutex
	faults []string
}

// open opens a browser window without history on the house at base.
func open(t testing.TB, base string, look Look) *Tab {
	t.Helper()
	w, err := windowOf(look)
	if err != nil {
		t.Fatalf("open a window: %v", err)
	}
	ctx, stop := context.WithTimeout(w.ctx, 10*time.Minute)
	tab := &Tab{t: t, ctx: ctx, base: base, look: look}
	t.Cleanup(func() {
		stop()
		w.leave(look, base, t.Failed() || tab.altered)
	})
	if err := chromedp.Listen(ctx, tab.listen); err != nil {
		t.Fatalf("open a window: %v", err)
	}
	return tab
}

// listen hears what a developer would see in the console.
func (tab *Tab) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		words := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			words += " " + e.ExceptionDetails.Exception.Description
		}
		tab.fault("script error: " + words)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			var words []string
			for _, a := range e.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			tab.fault("console error: " + strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			tab.fault("browser: " + e.Entry.Text)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 500 {
			tab.fault(fmt.Sprintf("%s answered %d", e.Response.URL, e.Response.Status))
		}
		if e.Response.Status == 404 && strings.Contains(e.Response.URL, "/assets/") {
			tab.fault(e.Response.URL + " is missing")
		}
	}
}

func (tab *Tab) fault(s string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.faults = append(tab.faults, s)
}

func (tab *Tab) do(actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		tab.Shot("failed")
		tab.t.Fatalf("at %s: %v\n%s", tab.Path(), err, tab.short())
	}
}

// Go opens a page of the house and checks it.
func (tab *Tab) Go(path string) {
	tab.t.Helper()
	url := path
	if strings.HasPrefix(path, "/") {
		url = tab.base + path
	}
	tab.do(chromedp.Navigate(url))
	tab.Check()
}

// Fill types into the field of that name, over what stands there.
func (tab *Tab) Fill(name, value string) {
	tab.t.Helper()
	field := fmt.Sprintf(`:is(input,textarea,select)[name="%s"]`, name)
	tab.eval(fmt.Sprintf(`(() => { const e = [...document.querySelectorAll(%q)].find(e => e.offsetParent !== null) || document.querySelector(%q);
		e.focus(); e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, field, field, value), nil)
}

// Choose presses the radio or tick of that name and value.
func (tab *Tab) Choose(name, value string) {
	tab.t.Helper()
	tab.eval(fmt.Sprintf(`(() => { const e = document.querySelector('input[name="%s"][value="%s"]'); e.click(); return e.checked })()`, name, value), nil)
}

// Click presses what the selector names and waits for the page that follows.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	sel := chromedp.CSS(selector)
	tab.do(chromedp.WaitVisible(sel), chromedp.ScrollIntoView(sel), chromedp.Click(sel))
}

// Submit sends the form that holds the selector's element, as its button does,
// and checks the page that follows.
func (tab *Tab) Submit(button string) {
	tab.t.Helper()
	tab.mark()
	tab.eval(fmt.Sprintf(`(() => { const b = document.querySelector(%q); b.scrollIntoView({block: "center"}); b.click(); return true })()`, button), nil)
	tab.arrive()
	tab.Check()
}

// mark and arrive: a page that was replaced no longer carries the mark.
func (tab *Tab) mark() { tab.t.Helper(); tab.eval(`window.__seen = true`, nil) }

func (tab *Tab) arrive() {
	tab.t.Helper()
	eventually(tab.t, "the next page after "+tab.Path(), 20*time.Second, func() bool {
		ok, err := tab.try(`window.__seen !== true && document.readyState === "complete"`)
		return err == nil && string(ok) == "true"
	})
}

// eval runs a script in the page, waits for its promise and decodes what it
// gives into out, which may be nil.
func (tab *Tab) eval(script string, out any) {
	tab.t.Helper()
	text, err := tab.try(script)
	if err == nil && out != nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		tab.Shot("failed")
		tab.t.Fatalf("script at %s: %v\n%.300s\n%s", tab.Path(), err, script, tab.short())
	}
}

func (tab *Tab) try(script string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(tab.ctx, 30*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[[]byte](script, chromedp.EvalAwaitPromise))
}

// Path is where the tab is.
func (tab *Tab) Path() string {
	var path string
	text, _ := tab.try(`location.pathname + location.search`)
	_ = json.Unmarshal(text, &path)
	return path
}

// Text is what a reader sees.
func (tab *Tab) Text() string {
	tab.t.Helper()
	var text string
	tab.eval(`document.body ? document.body.innerText : ""`, &text)
	return text
}

func (tab *Tab) short() string {
	text, _ := tab.try(`document.body ? document.body.innerText.slice(0, 1500) : ""`)
	return strings.ReplaceAll(string(text), `\n`, "\n")
}

// Sees fails unless every text stands on the page.
func (tab *Tab) Sees(texts ...string) {
	tab.t.Helper()
	page := tab.Text()
	for _, want := range texts {
		if !strings.Contains(page, want) {
			tab.Shot("failed")
			tab.t.Fatalf("%s does not show %q:\n%.1800s", tab.Path(), want, page)
		}
	}
}

// SeesNot fails when one of the texts stands on the page.
func (tab *Tab) SeesNot(texts ...string) {
	tab.t.Helper()
	page := tab.Text()
	for _, not := range texts {
		if strings.Contains(page, not) {
			tab.t.Fatalf("%s still shows %q", tab.Path(), not)
		}
	}
}

// Comes waits until a text stands on the page, for parts that load by themselves.
func (tab *Tab) Comes(text string) {
	tab.t.Helper()
	eventually(tab.t, fmt.Sprintf("%q on %s", text, tab.Path()), 20*time.Second, func() bool { return strings.Contains(tab.Text(), text) })
}

// Waits until something holds in the page, told as JavaScript.
func (tab *Tab) Waits(script string) {
	tab.t.Helper()
	eventually(tab.t, script+" on "+tab.Path(), 20*time.Second, func() bool {
		var ok bool
		tab.eval("Promise.resolve("+script+").then(Boolean)", &ok)
		return ok
	})
}

// Shot photographs the page into e2e/shots: when pictures are asked for, and
// always where a journey failed.
func (tab *Tab) Shot(name string) {
	tab.t.Helper()
	if !*shots && name != "failed" {
		return
	}
	tab.shot(filepath.Join(apptest.Root(), "e2e", "shots", name+"-"+tab.look.Name+".png"))
}

func (tab *Tab) shot(path string) {
	tab.t.Helper()
	png, err := chromedp.Run(tab.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		tab.t.Logf("no picture: %v", err)
		return
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		tab.t.Fatal(err)
	}
}
