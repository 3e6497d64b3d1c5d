//go:build e2e

package e2e

import (
	"testing"
)

// A quote is written at the desk, row after row by keyboard and paste; the
// customer ticks an option, signs with a finger and accepts it on a phone, and
// the order is there.
func TestAQuoteIsAcceptedOnAPhone(t *testing.T) {
	h := build(t, "en")
	api := h.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"kind":"company","name":"Harbour Street Bakery"}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"House espresso","unit":"kg","price":{"amount":"20.00","currency":"USD"},"tax_rate":1300}`)
	desk := signIn(t, h.URL, Desk)
	desk.Go("/quotes/new?customer=1")
	desk.Fill("title", "Spring contract")
	desk.eval(`(() => {
		const name = document.querySelector('[name=line_name]');
		name.focus();
		name.value = "House espresso";
		name.dispatchEvent(new Event("input", { bubbles: true }));
		name.dispatchEvent(new Event("change", { bubbles: true }));
		const rows = [...document.querySelectorAll("[data-line]")];
		const table = new DataTransfer();
		table.setData("text/plain", "Delivery\t2\ttimes\t1,010.50\t10%\t9\nGift box\t1\tbox\t58.00\r\n");
		rows[1].querySelector('[name=line_name]').dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: table }));
		document.querySelectorAll('[name=line_optional]')[2].click();
	})()`, nil)
	desk.Waits(`document.querySelector('[name=line_unit]').value === "kg" && document.querySelectorAll('[name=line_price]')[1].value === "1010.50"`)
	desk.Waits(`document.querySelector("output[data-lines-total]").value === "$1838.90"`)
	desk.Check()
	desk.Submit(`form[data-lines] button.primary`)
	desk.Sees("Spring contract", "$1,838.90", "Gift box", "Optional")
	desk.Click(`button[popovertarget="send"]`)
	desk.Submit(`#send button[value="link"]`)
	desk.Sees("Nobody has opened it yet.")
	var link string
	desk.eval(`new URL(document.querySelector("[data-copy]").dataset.copy).pathname`, &link)

	phone := open(t, h.URL, Phone)
	phone.Go(link)
	phone.Sees("Harbour Street Bakery", "Gift box", "$1,838.90")
	phone.Check()
	phone.Shot("quote-public")
	phone.Click(`[data-adds]`)
	phone.Waits(`document.querySelector("[data-quote-pay]").textContent === "$1,896.90"`)
	phone.Fill("signer", "Ines Calder")
	phone.eval(`(() => {
		const pad = document.querySelector("canvas[data-pad]");
		pad.setPointerCapture = () => {};
		const box = pad.getBoundingClientRect();
		for (const [kind, x, y] of [["pointerdown", 20, 20], ["pointermove", 60, 60], ["pointermove", 90, 30], ["pointerup", 90, 30]])
			pad.dispatchEvent(new PointerEvent(kind, { bubbles: true, clientX: box.left + x, clientY: box.top + y, pointerId: 1 }));
	})()`, nil)
	phone.Submit(`#accept button.primary`)
	phone.Sees("Ines Calder accepted this offer.")
	phone.Waits(`document.querySelector("svg.signed path")`)
	phone.Check()

	desk.Go("/quotes/1")
	desk.Sees("Accepted", "Somebody read it")
	desk.Submit(`a[href="/orders/1"]`)
	desk.Sees("$1,896.90", "Delivery", "10%", "13%", "Tax contained")
}
