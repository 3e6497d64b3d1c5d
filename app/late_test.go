package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// Late is one set of customers under one name: the next steps name them, the
// customer list finds them, and the owner's letter counts the good ones among them.
func TestWhoIsLateIsTheSameEverywhere(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	now := a.Clock.Now()
	var list []apptest.Buyer
	for i := range 60 { // 1 to 6 are late, 7 and 8 gone, 9 and 10 bought once, the others come on and on
		times, later := 12, 0
		switch {
		case i < 6:
			later = 18
		case i < 8:
			later = 200
		case i < 10:
			times, later = 1, 100
		}
		var bought []apptest.Bought
		for k := range times {
			bought = append(bought, apptest.Bought{On: now.AddDate(0, 0, -14*k-later-i%5), Total: 1000})
		}
		list = append(list, apptest.Buyer{Bought: bought})
	}
	a.Buyers(list)
	if err := a.Jobs.RunNow(a.As(auth.System("shell")), "customer_figures"); err != nil {
		t.Fatal(err)
	}
	a.Put(`UPDATE customer_stat SET grade = CASE customer_id % 3 WHEN 0 THEN 'A' WHEN 1 THEN 'B' ELSE 'C' END`)

	ids := func(query string) map[int]bool {
		var got struct{ Items []struct{ ID int } }
		api.Into(&got, 200, "GET", "/customers?limit=100&"+query, "")
		out := map[int]bool{}
		for _, c := range got.Items {
			out[c.ID] = true
		}
		return out
	}
	late := ids("filter[rhythm][eq]=late")
	if want := map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true, 6: true}; !maps.Equal(late, want) {
		t.Errorf("the list says that %v are late", late)
	}
	if gone := ids("filter[rhythm][eq]=gone"); !gone[7] || !gone[8] || gone[1] {
		t.Errorf("the list says that %v are gone", gone)
	}
	var steps struct {
		Items []struct {
			Kind       string
			CustomerID int `json:"customer_id"`
		}
	}
	api.Into(&steps, 200, "GET", "/next-steps?all=true", "")
	named := map[int]bool{}
	for _, s := range steps.Items {
		if s.Kind == "late" {
			named[s.CustomerID] = true
		}
	}
	if !maps.Equal(named, late) {
		t.Errorf("the next steps name %v, the list %v", named, late)
	}
	api.Into(nil, http.StatusCreated, "POST", "/letters", `{"kind":"monthly"}`)
	letter := b.Get("/letters/1").Body
	good := ids("filter[rhythm][eq]=late&filter[grade][in]=A,B")
	if words := fmt.Sprintf("%d good customers are later than usual", len(good)); len(good) != 4 || !strings.Contains(letter, words) {
		t.Errorf("the letter does not say that %s", words)
	}
	opened := ""
	for _, link := range regexp.MustCompile(`href="/customers\?([^"]*rhythm[^"]*)"`).FindAllStringSubmatch(letter, -1) {
		opened, _ = url.QueryUnescape(strings.ReplaceAll(link[1], "&amp;", "&"))
	}
	if !maps.Equal(ids(opened), good) {
		t.Errorf("the letter opens %v under %q, want %v", ids(opened), opened, good)
	}
	a.Put(`UPDATE prediction_buyer SET state = 'steady'`) // as the night does where the alarm is off
	api.Into(nil, http.StatusCreated, "POST", "/letters", `{"kind":"weekly"}`)
	if strings.Contains(b.Get("/letters/2").Body, "later than usual") {
		t.Error("the letter tells what the alarm does not")
	}
}
