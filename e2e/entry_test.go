//go:build e2e

package e2e

import (
	"strconv"
	"testing"
)

// One line on the morning card becomes a customer, an order and a task, and one
// undo takes all of it back; the palette finds, offers what was typed and is
// walked by keyboard; the question mark shows the shortcuts.
func TestALineBecomesRecordsAndThePaletteFindsThem(t *testing.T) {
	for _, c := range []struct {
		look              Look
		line, name, typed string
	}{
		{Desk, "Ada Bello +44 117 496 0199 order 2 x Teapot $40 call back next Tue 3pm", "Ada Bello", "ada b"},
		{PhoneZh, "欧阳小菊 13912345678 买2箱茶 600 下周二回访", "欧阳小菊", "oyxj"},
	} {
		t.Run(c.look.Name, func(t *testing.T) {
			h := build(t, c.look.Language)
			h.Fill()
			tab := signIn(t, h.URL, c.look)
			tab.Go("/today")
			tab.Fill("text", c.line)
			tab.Submit(`.entrybox button`)
			tab.Waits(`document.querySelector(".preview .heard .token") && document.activeElement.id === "customer_on"`)
			tab.Check()
			tab.Shot("entry-preview")
			tab.Submit(`.preview footer button`)
			tab.Sees(c.name)
			tab.Waits(`document.querySelector("#toasts .toast form")`)
			tab.Check()
			tab.Shot("entry-made")

			tab.eval(`document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true, cancelable: true}))`, nil)
			tab.Waits(`document.querySelector("#palette[open] [role=option][aria-selected=true]")`)
			tab.Check()
			tab.Shot("palette-empty")
			tab.eval(`(() => { const i = document.querySelector("#palette input"); i.value = `+strconv.Quote(c.typed)+`; i.dispatchEvent(new Event("input", {bubbles: true})) })()`, nil)
			tab.Waits(`[...document.querySelectorAll("#palette [role=option]")].some(o => o.textContent.includes(` + strconv.Quote(c.name) + `)) && document.querySelector("[data-palette-status]").textContent !== ""`)
			tab.Check()
			tab.Shot("palette-found")
			tab.eval(`for (const key of ["ArrowDown", "ArrowUp"]) document.querySelector("#palette input").dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}))`, nil)
			tab.Waits(`(() => { const i = document.querySelector("#palette input"), o = document.querySelector("#palette [role=option]"); return i.getAttribute("aria-activedescendant") === o.id && o.getAttribute("aria-selected") === "true" })()`)
			tab.mark()
			tab.eval(`document.querySelector("#palette input").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))`, nil)
			tab.arrive()
			tab.Sees(c.name)

			// Enter right after the last letter, while the network is slow.
			tab.Go("/today")
			tab.eval(`(() => { const ask = window.fetch; window.fetch = (at, how) => new Promise((ok, no) => {
				const later = setTimeout(() => ask(at, how).then(ok, no), 300);
				how?.signal?.addEventListener("abort", () => { clearTimeout(later); no(new DOMException("dropped", "AbortError")) });
			}) })()`, nil)
			tab.eval(`document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true, cancelable: true}))`, nil)
			tab.mark()
			tab.eval(`(() => { const i = document.querySelector("#palette input"); i.value = `+strconv.Quote(c.typed)+`; i.dispatchEvent(new Event("input", {bubbles: true}));
				i.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true})) })()`, nil)
			tab.arrive()
			tab.Sees(c.name)

			tab.eval(`document.querySelector("#main").dispatchEvent(new KeyboardEvent("keydown", {key: "?", bubbles: true, cancelable: true}))`, nil)
			tab.Waits(`document.querySelector("#shortcuts[open] kbd")`)
			tab.Check()
			tab.Shot("shortcuts")
		})
	}
}
