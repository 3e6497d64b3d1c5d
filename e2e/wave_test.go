//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// Many are asked at once, at the desk and on a phone, in both languages: the
// page of the wave moves by itself from looking to asking to done.
func TestManyAreAskedAtOnce(t *testing.T) {
	h := build(t, "en")
	h.Clock.Set(time.Date(2026, 3, 2, 10, 30, 0, 0, time.UTC)) // a working hour, outside quiet ones
	api := h.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Tom Reyes"}`)
	for k, in := range []struct {
		look                                     Look
		start, missing, left, running, done, why string
	}{
		{Desk, "Ask 1 now", "No email address", "1 would be asked, 1 are spared", "Running", "Done", "Tom Reyes"},
		{PhoneZh, "现在发给 1 位", "没有邮箱", "会发给 1 位，跳过 2 位", "发送中", "已完成", "Tom Reyes"},
	} {
		t.Run(in.look.Name, func(t *testing.T) {
			api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Ines Carvalho","emails":["ines%d@example.com"]}`, k)) // the earlier one was asked lately
			tab := signIn(t, h.URL, in.look)
			if in.look.Language == "zh-CN" {
				tab.Go("/profile")
				tab.Fill("locale", "zh-CN")
				tab.Submit(`form[action="/profile"] button.primary`)
			}
			tab.Go("/survey-waves/new")
			tab.Fill("name", fmt.Sprintf("Spring %d", k))
			tab.Fill("survey_id", "1")
			tab.Submit(`form[action="/survey-waves"] button.primary`)
			tab.eval(`window.__here = true`, nil)
			h.Pass(time.Minute) // somebody looks at everybody; the page says so without being asked
			tab.Waits(`document.querySelector('#figures .btn.primary[popovertarget="wave-start"]')`)
			tab.Sees(in.start, in.missing, in.left)
			tab.Click(`#figures .btn.primary[popovertarget="wave-start"]`)
			tab.Waits(`document.querySelector("#wave-start:popover-open")`)
			tab.Check()
			tab.Shot("wave-preview")
			tab.Submit(`#wave-start form button.primary`)
			tab.Sees(in.running)
			tab.eval(`window.__here = true`, nil)
			h.Pass(time.Minute) // they are asked
			h.Pass(time.Minute) // and all has left
			tab.Comes(in.done)
			tab.Shot("wave-done")
			var here bool
			if tab.eval(`window.__here === true`, &here); !here {
				t.Error("the page was loaded anew instead of its part")
			}
			tab.Go(fmt.Sprintf("/survey-waves/%d?show=spared", k+1))
			tab.Sees(in.why, in.missing)
		})
	}
}
