//go:build e2e

package e2e

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// window is a browser window of one look with cookies of its own. To open one
// costs as much as to show a page, so one that a journey has left is emptied and
// serves the next.
type window struct {
	ctx   context.Context
	close context.CancelFunc
}

var windows = struct {
	sync.Mutex
	free map[Look][]window
}{free: map[Look][]window{}}

func windowOf(look Look) (window, error) {
	windows.Lock()
	if free := windows.free[look]; len(free) > 0 {
		w := free[len(free)-1]
		windows.free[look] = free[:len(free)-1]
		windows.Unlock()
		return w, nil
	}
	windows.Unlock()
	var w window
	script, err := axe()
	if err != nil {
		return w, err
	}
	w.ctx, w.close = chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	scheme := "light"
	if look.Dark {
		scheme = "dark"
	}
	viewport := []chromedp.EmulateViewportOption{}
	if look.Phone {
		viewport = append(viewport, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	err0 := chromedp.Do(w.ctx, chromedp.EmulateViewport(look.Width, look.Height, viewport...))
	_, err1 := chromedp.Call(w.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": look.Language}})
	_, err2 := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	_, err3 := chromedp.Call(w.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return w, errors.Join(err0, err1, err2, err3)
}

// leave forgets everything about the house at base and frees the window, or
// closes it.
func (w window) leave(look Look, base string, spoilt bool) {
	ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
	defer cancel()
	if !spoilt {
		err0 := chromedp.Do(ctx, chromedp.Navigate("about:blank"))
		_, err1 := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
		_, err2 := chromedp.Call(ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: base, StorageTypes: "all"})
		spoilt = errors.Join(err0, err1, err2) != nil
	}
	if spoilt {
		w.close()
		return
	}
	windows.Lock()
	defer windows.Unlock()
	windows.free[look] = append(windows.free[look], w)
}
