//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"regulars/app/apptest"
)

// axe is a script that gives every page of a window __axe(), which brings axe
// itself: half a megabyte that does not travel to each page anew.
var axe = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile(filepath.Join(apptest.Root(), "assets/node_modules/axe-core/axe.min.js"))
	if err != nil {
		return "", fmt.Errorf("axe-core is missing; run `make assets`: %w", err)
	}
	return "window.__axe = () => {" + string(text) + "\n}", nil
})

// violation is what axe found.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// passed remembers in what shapes axe found nothing to complain about: by look,
// because colours and widths differ, and under "" in any look, for the rules
// that ask for neither. Half the time of the journeys went into asking about the
// same menu and the same card again.
var passed = struct {
	sync.Mutex
	shapes map[string]map[string]bool
}{shapes: map[string]map[string]bool{}}

// unknown are the shapes that have not passed in that look.
func unknown(look string, shapes []string) (fresh []string) {
	passed.Lock()
	defer passed.Unlock()
	for _, s := range shapes {
		if !passed.shapes[look][s] {
			fresh = append(fresh, s)
		}
	}
	return fresh
}

func pass(look string, shapes []string) {
	passed.Lock()
	defer passed.Unlock()
	if passed.shapes[look] == nil {
		passed.shapes[look] = map[string]bool{}
	}
	for _, s := range shapes {
		passed.shapes[look][s] = true
	}
}

// shapes tells every distinct shape on the page. The shape of an element is
// everything by which one of axe's serious rules or a style sheet can tell it
// from another: its name, classes, states and roles and those of all around it,
// whether it is shown, whether it holds words, whether what it refers to is
// there; for links, buttons, tables, lists and whatever has a role also
// everything within. Not the words themselves, addresses and numbers.
const shapes = `(async () => {
	await document.fonts.ready;
	const hash = (s) => { let a = 0xdeadbeef, b = 0x41c6ce57;
		for (let i = 0; i < s.length; i++) { const c = s.charCodeAt(i); a = Math.imul(a ^ c, 2654435761); b = Math.imul(b ^ c, 1597334677); }
		a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909); b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
		return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36); };
	const ids = new Map(); for (const e of document.querySelectorAll("[id]")) ids.set(e.id, (ids.get(e.id) || 0) + 1);
	const refers = (v) => v.trim().split(/\s+/).map((id) => Math.min(ids.get(id) || 0, 2)).join();
	const value = (e, n, v) => {
		if (/^(for|aria-(labelledby|describedby|controls|owns|details|errormessage|flowto|activedescendant))$/.test(n)) return refers(v);
		if (/^aria-(label|value.*|roledescription|description|placeholder|braille.*|col.*|row.*|posinset|setsize)$/.test(n) || /^(title|alt|value|placeholder|href|src|content)$/.test(n)) return v.trim() ? "+" : "-";
		if (n === "style") return v.length < 40 ? v.replace(/[-\d.]+/g, "0") : "+";
		if (n.startsWith("data-")) return /^[-\da-z_.]{0,40}$/.test(v) ? v.replace(/[-\d.]+/g, "0") : "+";
		if (/^(class|type|role|tabindex|aria-.*|open|hidden|disabled|readonly|required|scope|headers|dir|lang|autocomplete|accesskey|fill|stroke|fill-opacity|opacity|contenteditable|popover|http-equiv)$/.test(n)) return v;
		return /^(id|name|action|method|form.*|hx-.*|d|points|[cr]?[xy][12]?|r|width|height|viewBox|transform|datetime|min|max.*|step|rel|target|selected|stroke-.*|text-anchor|font-size|preserveAspectRatio)$/.test(n) ? null : "";
	};
	const look = (e) => {
		let s = e.localName;
		for (const n of e.getAttributeNames().sort()) { const v = value(e, n, e.getAttribute(n)); if (v !== null) s += " " + n + "=" + v; }
		if (e.checked) s += " on"; if (e === document.activeElement) s += " here"; if (e.value) s += " filled";
		if (!e.checkVisibility({ visibilityProperty: true })) s += " away";
		const name = e.getAttribute("aria-label");
		if (name) { const said = e.innerText?.trim().toLowerCase(); s += !said ? "" : name.toLowerCase().includes(said) ? " said" : " other"; }
		return s;
	};
	const found = new Map();
	const add = (key, e) => { const list = found.get(key); if (list) list.push(e); else found.set(key, [e]); };
	const walk = (e, around) => {
		if (/^(script|style|template|noscript)$/.test(e.localName)) return "";
		const me = look(e), chain = hash(around + ">" + me), within = new Set();
		let words = "";
		for (const c of e.childNodes) if (c.nodeType === 3) { if (c.data.trim()) words = " words"; } else if (c.nodeType === 1) within.add(walk(c, chain));
		const whole = hash(me + words + [...within].sort().join());
		add(/^(a|button|summary|label|legend|select|ul|ol|dl|table|thead|tbody|tr|svg|object|iframe|video|audio|img)$/.test(e.localName) || e.hasAttribute("role") ? hash(chain + whole) : hash(chain + words), e);
		return whole;
	};
	const root = document.documentElement, body = getComputedStyle(document.body);
	add("page" + hash([look(root).replace(/ lang=(en|zh-CN)(?= |$)/, ""), document.title.trim() !== "", document.querySelector("main") !== null, document.querySelector("h1") !== null, document.querySelector("meta[http-equiv=refresh]") !== null, document.querySelector("iframe") !== null && location.href,
		body.color, body.backgroundColor, [...document.styleSheets].map((s) => s.href || s.cssRules.length)].join()), root);
	walk(document.body, hash(look(root).replace(/ lang=\S+/, "")));
	window.__shapes = found;
	const over = root.scrollWidth <= root.clientWidth ? null : [...document.querySelectorAll("body *")].find((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && getComputedStyle(e).position !== "fixed");
	return { path: location.pathname + location.search, shapes: [...found.keys()], wide: over === null ? "" : root.scrollWidth + " px: " + (over ? over.outerHTML.slice(0, 200) : "") };
})()`

// asking has axe look at the outermost of those elements: with every rule that can
// be serious, or with the rules alone whose answer hangs on colours and widths.
// null is a page that has changed since its shapes were told.
const asking = `((fresh, looks) => {
	const all = fresh.flatMap((key) => window.__shapes?.get(key) ?? [null]), mine = new Set(all);
	if (all.some((e) => !e?.isConnected)) return null;
	if (!window.axe) __axe();
	const covered = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (mine.has(p)) return true; return false; };
	const on = (r) => looks ? ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "css-orientation-lock"].includes(r.id) : r.impact === undefined || r.impact === "serious" || r.impact === "critical";
	const rules = Object.fromEntries(axe._audit.rules.filter((r) => !on(r)).map((r) => [r.id, { enabled: false }]));
	return axe.run({ include: all.filter((e) => !covered(e)) }, { resultTypes: ["violations"], preload: false, rules })
		.then((r) => r.violations.filter((v) => v.impact === "serious" || v.impact === "critical"));
})`

// Check looks at the page as it stands: accessibility, width, complaints.
func (tab *Tab) Check() {
	tab.t.Helper()
	path, wide, found := tab.judge()
	for _, v := range found {
		for i, n := range v.Nodes {
			if i < 3 {
				tab.t.Errorf("%s (%s): %s %s: %s\n\t%.300s\n\t%s", path, tab.look.Name, v.Impact, v.ID, v.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
			}
		}
	}
	if wide != "" {
		tab.t.Errorf("%s (%s) is wider than the screen: %s", path, tab.look.Name, wide)
	}
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, f := range tab.faults {
		tab.t.Errorf("%s (%s): %s", path, tab.look.Name, f)
	}
	tab.faults = nil
}

// judge is what is wrong with the page: what is wider than the screen, and what
// axe finds in shapes that have not passed. A page that changes in between is
// looked at once more.
func (tab *Tab) judge() (path, wide string, found []violation) {
	tab.t.Helper()
	for range 10 {
		var page struct {
			Path, Wide string
			Shapes     []string
		}
		tab.eval(shapes, &page)
		fresh := unknown(tab.look.Name, page.Shapes)
		if len(fresh) == 0 {
			return page.Path, page.Wide, nil
		}
		if found, stood := tab.ask(fresh); stood {
			if len(found) == 0 {
				pass(tab.look.Name, fresh)
				pass("", fresh)
			}
			return page.Path, page.Wide, found
		}
	}
	tab.t.Fatal("the page does not stand still")
	return "", "", nil
}

// ask has axe look at those shapes, unless they are gone by now.
func (tab *Tab) ask(fresh []string) (found []violation, stood bool) {
	tab.t.Helper()
	list, err := json.Marshal(fresh)
	if err != nil {
		tab.t.Fatal(err)
	}
	var answer *[]violation
	tab.eval(fmt.Sprintf("%s(%s, %t)", asking, list, len(unknown("", fresh)) == 0), &answer)
	if answer == nil {
		return nil, false
	}
	return *answer, true
}

// What has passed once does not hide what is new beside it, nor the same thing
// in colours in which it cannot be read.
func TestAPageThatPassedIsLookedAtAgainWhereItChanged(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	for _, look := range []Look{Desk, PhoneZh} {
		tab := signIn(t, h.URL, look)
		tab.Go("/customers")
		faint := "#ddd"
		if look.Dark {
			faint = "#333"
		}
		for _, c := range []struct{ rule, change string }{
			{"button-name", `document.querySelector("main").append(document.createElement("button"))`},
			{"button-name", `document.querySelector("main").append(document.createElement("button")); document.querySelector("main > button:last-child").title = " "`},
			{"label", `document.querySelector("main").insertAdjacentHTML("beforeend", "<label for=nobody>Name</label><input>")`},
			{"link-name", `[...document.querySelectorAll("main tbody a")].find((a) => a.checkVisibility()).textContent = ""`},
			{"aria-valid-attr-value", `document.querySelector("main table").setAttribute("aria-hidden", "perhaps")`},
			{"color-contrast", `[...document.querySelectorAll("main a")].find((a) => a.checkVisibility() && a.innerText.trim()).style.color = "` + faint + `"`},
			{"color-contrast", `document.querySelector("main").insertAdjacentHTML("beforeend", "<p>Can you read this?</p>"); document.querySelector("main > p:last-child").style.color = "` + faint + `"`},
			{"list", `document.querySelector("main").insertAdjacentHTML("beforeend", "<ul><li>1</li></ul><ul><b>2</b></ul>")`},
			{"document-title", `document.title = " "`},
		} {
			tab.do(chromedp.Navigate(h.URL+"/customers"), chromedp.WaitReady(chromedp.CSS("body")))
			tab.eval(c.change+"; true", nil)
			_, _, found := tab.judge()
			if !slices.ContainsFunc(found, func(v violation) bool { return v.ID == c.rule }) {
				t.Errorf("%s: %s is not seen after %s: %v", look.Name, c.rule, c.change, found)
			}
		}
	}
}
