//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// From a survey's score to the answers behind it, by group, against another
// group, and to what people talk about; on a desk and on a phone.
func TestAScoreLeadsToItsAnswers(t *testing.T) {
	h := build(t, "en")
	api := h.API("", "write")
	for i := range 12 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Guest %d","level":"%s"}`, i+1, []string{"A", "B"}[i%2]))
		var asked struct{ URL string }
		api.Into(&asked, 201, "POST", "/invitations", fmt.Sprintf(`{"survey_id":1,"customer_id":%d,"channel":"link"}`, i+1))
		guest, path := h.Browser(), strings.TrimPrefix(asked.URL, h.URL)
		nonce := regexp.MustCompile(`name="nonce" value="([^"]+)"`).FindStringSubmatch(guest.Get(path).Body)
		if r := guest.Post(path, "nonce", nonce[1], "version", "1", "score", []string{"9", "3"}[i%2], "comment", []string{"Friendly people", "Waiting for ages"}[i%2]); r.Status != 303 {
			t.Fatalf("answer %d: %d", i, r.Status)
		}
	}
	h.Settle()
	desk := signIn(t, h.URL, Desk)
	desk.Go("/surveys")
	desk.Sees("n 12")
	desk.Go("/surveys/1")
	desk.Sees("n 12", "Who did not answer", "What they talk about")
	desk.Shot("result")
	desk.Go("/surveys/1/groups?by=level")
	desk.Sees("All together", "too early to say")
	desk.Shot("result-groups")
	desk.Go("/surveys/1/compare?by=level&a=A&b=B")
	desk.Sees("more answers in the smaller group")
	desk.Go("/responses?filter[survey_id][eq]=1&filter[level][eq]=A")
	desk.Sees("Guest 1", "Level")
	desk.Go("/responses/1")
	desk.Sees("Guest 1", "Friendly people")
	desk.Shot("answer")
	desk.Go("/topics/new")
	desk.Fill("name_en", "Kindness")
	desk.Fill("words", "kind*\nfriendly")
	desk.Submit(`form[action="/topics"] button.primary`)
	desk.Sees("Kindness")
	desk.Go("/satisfaction-reports")
	desk.Submit(`#main form[action="/satisfaction-reports"] button.primary`)
	desk.Sees("12 of 12 asked have answered", "What to do next", "lacks 18 answers")
	var me struct{ Version int64 }
	api.Into(&me, 200, "GET", "/me", "")
	api.Into(nil, 200, "PATCH", "/me", fmt.Sprintf(`{"locale":"zh-CN","version":%d}`, me.Version))
	phone := signIn(t, h.URL, PhoneZh)
	phone.Go("/satisfaction-reports/1")
	phone.Sees("哪里变了")
	phone.Go("/surveys/1")
	phone.Sees("谁没有回答", "他们在说什么")
	phone.Go("/surveys/1/groups?by=level")
	phone.Sees("全部合计", "现在下结论还太早")
	phone.Shot("result-phone")
}
