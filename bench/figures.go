package main

import (
	"net/http"
	"net/url"
	"strings"
)

const (
	settled     = ` o.status IN ('confirmed', 'completed') `
	thisYear    = ` o.ordered_on >= strftime('%Y-01-01', 'now') AND`
	rawKinds    = `SELECT substr(o.ordered_on, 1, 7), p.category, sum(l.total) FROM order_line l JOIN order_head o ON o.id = l.order_id LEFT JOIN product p ON p.id = l.product_id WHERE` + thisYear + settled + `GROUP BY 1, 2`
	rawProducts = `SELECT l.product_id, sum(l.total), sum(l.quantity), count(*) FROM order_line l JOIN order_head o ON o.id = l.order_id WHERE` + thisYear + settled + `GROUP BY 1 ORDER BY 2 DESC LIMIT 100`
	rawAges     = `SELECT substr(z.first_order_on, 1, 7), substr(o.ordered_on, 1, 7), count(DISTINCT o.customer_id) FROM order_head o JOIN customer_stat z ON z.customer_id = o.customer_id WHERE` + settled + `GROUP BY 1, 2`
	rawNew      = `SELECT substr(o.ordered_on, 1, 7), z.first_order_on = o.ordered_on, sum(o.total), count(DISTINCT o.customer_id) FROM order_head o JOIN customer_stat z ON z.customer_id = o.customer_id WHERE o.ordered_on >= date('now', '-364 days') AND` + settled + `GROUP BY 1, 2`
	rawPlaces   = `SELECT c.region, sum(o.total), count(*), count(DISTINCT o.customer_id) FROM order_head o JOIN customer c ON c.id = o.customer_id WHERE` + thisYear + settled + `GROUP BY 1`
	rawMovers   = `SELECT o.customer_id, sum(o.total), count(*) FROM order_head o WHERE o.ordered_on >= date('now', '-89 days') AND` + settled + `GROUP BY 1 ORDER BY 2 DESC LIMIT 50`
	rawGrowth   = `SELECT strftime('%Y-%m', c.created_at / 1000, 'unixepoch'), count(*) FROM customer c GROUP BY 1`
	rawActs     = `SELECT f.user_id, f.channel, count(*), count(DISTINCT f.customer_id) FROM followup f WHERE f.at >= unixepoch('now', '-29 days') * 1000 GROUP BY 1, 2`
)

// figures measures the heaviest ready reports, counted anew each time, and the
// four dashboards, which keep what they drew: beside them stands the one sum that
// a page would at least read.
func figures(s *server, raw *raws, t *table) error {
	const bought = "&filter[status][in]=confirmed,completed"
	for _, one := range []struct{ name, query, sql string }{
		{"sales by month and category", "kind=order-line&row=ordered_on:month&col=category&m=sum:line_total&on=ordered_on&span=this_year" + bought, rawKinds},
		{"sales by product, beside last year", "kind=order-line&row=product_id&m=sum:line_total&m=sum:quantity&m=count&on=ordered_on&span=this_year&compare=year&sort=0&top=100" + bought, rawProducts},
		{"who comes back, by quarter", "kind=order&row=cohort:quarter&col=age&m=customers" + bought, rawAges},
		{"new and returning", "kind=order&row=ordered_on:month&col=newness&m=sum:total&m=customers&on=ordered_on&span=last_365d" + bought, rawNew},
		{"sales by region, beside last year", "kind=order&row=customer.region&m=sum:total&m=count&m=customers&on=ordered_on&span=this_year&compare=year&sort=0" + bought, rawPlaces},
		{"who bought more or less", "kind=order&row=customer&m=sum:total&m=count&on=ordered_on&span=last_90d&compare=before&sort=0&top=50" + bought, rawMovers},
		{"new customers by month", "kind=customer&row=created_at:month&m=count&on=created_at&span=last_365d&compare=year", rawGrowth},
		{"exchanges by colleague and channel", "kind=follow-up&row=user_id&col=channel&m=count&m=customers&on=at&span=last_30d", rawActs},
	} {
		path := "/reports/run?query=" + url.QueryEscape(one.query)
		if err := t.compare("report: "+one.name, func(int) error { _, err := s.api(http.MethodGet, path, ""); return err }, func(int) error { return raw.read(one.sql) }); err != nil {
			return err
		}
	}
	month := "2026-01-01"
	for _, key := range []string{"glance", "sales", "service", "customers"} {
		path, late := "/dashboards/"+key, 0
		if err := t.compare("dashboard: "+key, func(int) error {
			body, err := s.get(path)
			late = strings.Count(body, "/tiles/")
			return err
		}, func(int) error { return raw.read(rawMonth, month) }); err != nil {
			return err
		}
		t.note("dashboard "+key+", tiles that come later in the last round", "%d", late)
	}
	return nil
}
