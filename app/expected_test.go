package app_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// Where the shop's own past does not bear out that a rhythm tells the next day, no
// filter chooses by that day, no formula finds it and no page tells it; the filter
// says why it finds nobody.
func TestADayThatIsNotToldIsTheBasisOfNothing(t *testing.T) {
	const why, whyChinese = "in this shop nobody is found by it", "本店按它找不到任何人"
	for _, c := range []struct {
		locale, why string
		every       []int // days between purchases
		told        bool
	}{{"en", why, []int{14}, false}, {"zh-CN", whyChinese, []int{14}, false}, {"en", why, []int{7, 14, 21, 28, 35}, true}} {
		a := apptest.NewIn(t, c.locale)
		var list []apptest.Buyer
		for i := range 50 {
			var bought []apptest.Bought
			for k := range 8 {
				bought = append(bought, apptest.Bought{On: a.Clock.Now().AddDate(0, 0, -k*c.every[i%len(c.every)]), Total: 1000})
			}
			list = append(list, apptest.Buyer{Bought: bought})
		}
		a.Buyers(list)
		if err := a.Jobs.RunNow(a.As(auth.System("shell")), "customer_figures"); err != nil {
			t.Fatal(err)
		}
		api, b := a.API("", "write"), a.Owner()
		api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"soon","kind":"computed","name_en":"Soon","name_zh":"快了","formula":"days_until(expected_on)"}`)
		for _, filter := range []string{"filter[expected_on][gte]=2000-01-01", "filter[expected_on][ne]=2000-01-01", "filter[any1][expected_on][gte]=2000-01-01&filter[any1][orders][lt]=0", "filter[fields.soon][gte]=0"} {
			var got struct{ Items []struct{ ID int } }
			api.Into(&got, 200, "GET", "/customers?"+filter, "")
			if (len(got.Items) > 0) != c.told {
				t.Errorf("told %v: %s finds %d", c.told, filter, len(got.Items))
			}
		}
		const filter = "filter[expected_on][gte]=2000-01-01"
		for _, page := range []string{"/customers?" + filter, "/customers/filter?" + filter, "/reports/new?kind=customer&" + filter} {
			if said := strings.Contains(b.Get(page).Body, c.why); said == c.told {
				t.Errorf("told %v: %s says why: %v", c.told, page, said)
			}
		}
		var one struct{ Fields map[string]any }
		api.Into(&one, 200, "GET", "/customers/1", "")
		if told := one.Fields["soon"] != nil; told != c.told {
			t.Errorf("told %v: a formula on one customer's page finds %v", c.told, one.Fields)
		}
		var report struct {
			Items []struct{ Keys []struct{ Value any } }
		}
		api.Into(&report, 200, "GET", "/reports/run?query=kind%3Dcustomer%26row%3Dexpected_on%3Ayear", "")
		if told := report.Items[0].Keys[0].Value != nil; told != c.told {
			t.Errorf("told %v: a report divides by %v", c.told, report.Items)
		}
		var ahead struct {
			Items []struct {
				Method     string
				Known, Off bool
				N          int
			}
		}
		api.Into(&ahead, 200, "GET", "/forecast", "")
		if i := ahead.Items[3]; i.Method != "repeat" || i.Off == c.told || i.Known != c.told || (i.N > 0) != c.told {
			t.Errorf("told %v: of customers who are due is expected %+v", c.told, i)
		}
		if said := strings.Contains(b.Get("/forecast").Body, a.View.Bundle().For(c.locale).T("target.unknown.off")); said == c.told {
			t.Errorf("told %v: the forecast says why it leaves them out: %v", c.told, said)
		}
		word := a.View.Bundle().For(c.locale).T("order.expected")
		if shown := strings.Contains(b.Get("/customers/1").Body, word); shown != c.told {
			t.Errorf("told %v: the record has %q: %v", c.told, word, shown)
		}
	}
}
