package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// unprofiled is a shop in which Quillon and Tamsin do not want to be profiled, each
// beside a neighbour who bought on the same days; the nights have counted them.
func unprofiled(t *testing.T) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	now := a.Clock.Now()
	var product struct{ ID int }
	a.API("", "write").Into(&product, http.StatusCreated, "POST", "/products", `{"name":"Oolong","price":{"amount":"5.00","currency":"USD"}}`)
	var list []apptest.Buyer
	for i := range 60 { // 1 and 2 stopped coming; 3 and 4 are a little late; the others come on and on
		var bought []apptest.Bought
		every := 14
		if i >= 4 {
			every = 7 * (1 + i%5) // so that the shop's own past bears out that a rhythm tells the next day
		}
		for k := range 12 {
			days := every * (11 - k)
			switch {
			case i < 2:
				days += 150
			case i < 4:
				days += 20
			}
			bought = append(bought, apptest.Bought{On: now.AddDate(0, 0, -days-i%5), Total: 1000 * (61 - i), Products: []int{product.ID}})
		}
		list = append(list, apptest.Buyer{Silent: i%2 == 0 && i < 4, Bought: bought})
	}
	a.Buyers(list)
	for id, name := range map[int]string{1: "Quillon", 3: "Tamsin", 2: "Neighbour", 4: "Neighbar"} {
		a.Put(`UPDATE customer SET name = ? WHERE id = ?`, name, id)
	}
	for id := 2; id <= 4; id += 2 { // nobody has a health score of whom nothing was heard
		a.API("", "write").Into(nil, http.StatusCreated, "POST", "/responses", fmt.Sprintf(`{"survey_id":1,"customer_id":%d,"score":7}`, id))
	}
	for _, job := range []string{"customer_figures", "evaluation_nightly", "prediction_nightly"} {
		if err := a.Jobs.RunNow(a.As(auth.System("shell")), job); err != nil {
			t.Fatal(job, err)
		}
	}
	a.Settle()
	return a
}

// Whoever does not want to be profiled is judged, foretold and recommended nowhere:
// one walk through everything that does that of others. Their neighbour, who bought
// on the same days, is there, so that the walk looks at something.
func TestWhoIsNotProfiledIsNamedNowhere(t *testing.T) {
	a := unprofiled(t)
	for _, part := range []struct {
		name string
		walk func(t *testing.T, a *apptest.App)
	}{{"on pages", pagesAreSilent}, {"in files", filesAreSilent}, {"behind reports", reportsAreSilent}, {"by mail", mailsAreSilent}, {"at their word", profilesGoAndCome}} {
		t.Run(part.name, func(t *testing.T) { part.walk(t, a) })
	}
}

func pagesAreSilent(t *testing.T, a *apptest.App) {
	api, b := a.API("", "write"), a.Owner()
	now := a.Clock.Now()
	api.Into(nil, http.StatusCreated, "POST", "/letters", `{"kind":"monthly"}`)
	day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
	month := now.Format("2006-01")
	pages := []string{"/today", "/next-steps?whose=all", "/insight/evaluation", "/insight/evaluation?q=Quillon", "/insight/evaluation?q=Tamsin", "/insight/evaluation/moves", "/insight/evaluation/checks",
		"/insight/evaluation/model", "/insight/evaluation/validity", "/insight/rfm", "/insight/worth", "/insight/retention", "/insight/recommendations", "/insight/reorder", "/insight/watch", "/insight/outlook",
		"/letters/1", "/letters/customers?of=silent&since=" + day(-300) + "&until=" + day(0), "/letters/customers?of=base&since=" + day(-20) + "&until=" + day(0), "/letters/customers?of=back&since=" + day(-300) + "&until=" + day(0)}
	for _, state := range []string{"late", "gone", "once", "steady"} {
		pages = append(pages, "/insight/retention/customers?state="+state)
	}
	for _, grade := range []string{"A", "B", "C", "D"} {
		pages = append(pages, "/insight/evaluation?filter[grade][eq]="+grade, "/customers?filter[grade][eq]="+grade, "/insight/evaluation/moves/customers?month="+month+"&was=&became="+grade)
	}
	for _, list := range []string{"filter[segment][empty]=false", "filter[value_score][gte]=0", "filter[score][gte]=0", "filter[health_score][gte]=0",
		"filter[expected_on][empty]=false", "filter[expected_on][gte]=2000-01-01", "filter[stage][in]=new,active,regular,at_risk,lost,won_back", "filter[rhythm][in]=steady,late,gone,once"} {
		pages = append(pages, "/customers?"+list)
	}
	for _, which := range []string{"glance", "sales", "service", "customers"} {
		pages = append(pages, "/dashboards/"+which)
	}
	for _, path := range []string{"/evaluations", "/evaluations?q=Quillon", "/evaluation-checks", "/next-steps?all=true", "/customers?filter[grade][eq]=A", "/customers?filter[score][gte]=0"} {
		pages = append(pages, "api:"+path)
	}
	seen := 0
	for _, path := range pages {
		var body string
		if rest, ok := strings.CutPrefix(path, "api:"); ok {
			body = api.Into(nil, http.StatusOK, "GET", rest, "").Body
		} else {
			page := b.Get(path)
			if page.Status != http.StatusOK {
				t.Errorf("%s: %d", path, page.Status)
			}
			_, body, _ = strings.Cut(page.Body, "<main")
			body = strings.ReplaceAll(body, `value="Quillon"`, "") // what was searched for
			body = strings.ReplaceAll(body, `value="Tamsin"`, "")
			body = strings.ReplaceAll(body, url.QueryEscape("Quillon"), "")
		}
		for _, name := range []string{"Quillon", "Tamsin"} {
			if at := strings.Index(body, name); at >= 0 && !strings.Contains(path, "q="+name) {
				t.Errorf("%s names %s: …%s", path, name, body[max(0, at-160):min(len(body), at+40)])
			}
		}
		if strings.Contains(body, "Neighb") {
			seen++
		}
	}
	if seen < 10 {
		t.Errorf("only %d places name anybody", seen)
	}
	for _, id := range []int{1, 3} {
		page := b.Get(fmt.Sprintf("/customers/%d/evaluation", id)).Body
		if !strings.Contains(page, "Not profiled") && !strings.Contains(page, "profil") || strings.Contains(page, `class="grade `) {
			t.Errorf("customer %d is judged on their page", id)
		}
		var e struct {
			Total       *float64
			Grade       *string
			NoProfiling bool `json:"no_profiling"`
		}
		api.Into(&e, 200, "GET", fmt.Sprintf("/customers/%d/evaluation", id), "")
		if e.Total != nil || e.Grade != nil || !e.NoProfiling {
			t.Errorf("the API judges customer %d: %+v", id, e)
		}
		if n := a.Count(`SELECT (SELECT count(*) FROM evaluation WHERE customer_id = ?1) + (SELECT count(*) FROM prediction_buyer WHERE customer_id = ?1) + (SELECT count(*) FROM prediction_rfm WHERE customer_id = ?1)
			+ (SELECT count(*) FROM prediction_worth WHERE customer_id = ?1) + (SELECT count(*) FROM reorder_clock WHERE customer_id = ?1) + (SELECT count(*) FROM customer_stat WHERE customer_id = ?1 AND (score >= 0 OR grade <> ''))`, id); n != 0 {
			t.Errorf("%d rows judge customer %d", n, id)
		}
	}
}

// A page that does not exist shows people who are signed in the way home.
func TestALostPageLeadsHome(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	if p := b.Get("/nowhere/at/all"); p.Status != http.StatusNotFound || strings.Contains(p.Body, `href="/login"`) || !strings.Contains(p.Body, `class="btn primary big" href="/"`) {
		t.Errorf("%d: whoever is signed in is sent to sign in", p.Status)
	}
	if p := a.Browser().Get("/nowhere/at/all"); p.Status != http.StatusNotFound || !strings.Contains(p.Body, `href="/login"`) {
		t.Errorf("%d: a stranger is not asked to sign in", p.Status)
	}
}
