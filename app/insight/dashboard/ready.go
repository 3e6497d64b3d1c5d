package dashboard

import "slices"

// The ready dashboards: what a shop sees without doing anything. Their names are
// under "dashboard.ready." and their key.
var ready = []Dashboard{
	{Key: "glance", Tiles: []Tile{
		number("sales"), number("new_customers"), number("came_back"), number("owed"),
		tile("sales_month", Columns, 2), tile("owed_age", List, 1),
		tile(cohorts, Auto, 2), tile("steps", Funnel, 1),
		tile("new_returning", Stacked, 2), tile("nps", Line, 1),
	}},
	{Key: "sales", Tiles: []Tile{
		number("sales"), number("orders"), number("won"), number("open_deals"),
		tile("sales_category", Stacked, 2), tile("expected", Columns, 1),
		tile("sales_person", List, 1), tile("won_rate", List, 1), tile("steps", Funnel, 1),
		tile("sales_product", List, 1), tile("reasons", Heat, 2),
		tile("activity", Stacked, 3),
	}},
	{Key: "service", Tiles: []Tile{
		number("nps_now"), number("csat_now"), number("open_cases"), number("in_time"),
		tile("csat", Line, 2), tile("nps", Line, 1),
		tile(drivers, Auto, 2), tile("cases_month", Columns, 1),
		tile("outcomes", Heat, 2), tile("promises", List, 1),
	}},
	{Key: "customers", Tiles: []Tile{
		number("new_customers"), number("buyers"), number("came_back"), number("leads"),
		tile("growth", Columns, 2), tile("lead_source", List, 1),
		tile("rfm", List, 2), tile(radar, Auto, 1),
		tile("source_return", List, 1), tile(scores, Auto, 1), tile("churn", List, 1),
	}},
}

func number(key string) Tile { return Tile{Source: key, Look: Number, Width: 1} }

func tile(key, look string, width int) Tile { return Tile{Source: key, Look: look, Width: width} }

// leads are the roles that begin with the whole business; others begin with sales.
var leads = []string{"owner", "manager"}

// readyFor are the ready dashboards in the order in which a role wants them.
func readyFor(role string) []Dashboard {
	out := slices.Clone(ready)
	if role != "" && !slices.Contains(leads, role) {
		out = append(slices.Clone(out[1:]), out[0])
	}
	for i := range out {
		out[i].Tiles = slices.Clone(out[i].Tiles)
		for k := range out[i].Tiles {
			out[i].Tiles[k].ID = int64(k + 1)
		}
	}
	return out
}

const bought = "filter[status][in]=confirmed,completed"

// own are reports that the library does not have: numbers, and what is drawn only
// here. Their words are under "dashboard.own." and their key.
var own = map[string]string{
	"sales":         "kind=order&row=ordered_on:day&m=sum:total&on=ordered_on&span=this_month&compare=before&" + bought,
	"orders":        "kind=order&row=ordered_on:day&m=count&on=ordered_on&span=this_month&compare=before&" + bought,
	"buyers":        "kind=order&m=customers&on=ordered_on&span=this_month&compare=before&" + bought,
	"new_customers": "kind=customer&row=created_at:day&m=count&on=created_at&span=this_month&compare=before",
	"came_back":     "kind=customer&m=rate:came_back",
	"owed":          "kind=owed&m=sum:open&m=count",
	"owed_age":      "kind=owed&row=overdue&m=sum:open&m=count",
	"received_now":  "kind=payment&row=paid_on:day&m=sum:amount&on=paid_on&span=this_month&compare=before",
	"steps":         "kind=deal-step&row=moved_to&m=count&m=rate:went_on&on=moved_to_at&span=last_90d",
	"open_deals":    "kind=deal&m=sum:amount&m=count&filter[result][eq]=open",
	"won":           "kind=deal&row=closed_on:day&m=sum:amount&m=count&on=closed_on&span=this_month&compare=before&filter[result][eq]=won",
	"leads":         "kind=lead&row=received_at:day&m=count&on=received_at&span=this_month&compare=before",
	"talks":         "kind=follow-up&row=at:day&m=count&on=at&span=this_month&compare=before",
	"nps_now":       "kind=response&m=nps&on=answered_at&span=last_90d&compare=before&filter[kind][eq]=nps&filter[source][eq]=invited",
	"csat_now":      "kind=response&m=rate:csat&on=answered_at&span=last_90d&compare=before&filter[kind][eq]=csat&filter[source][eq]=invited",
	"cases_month":   "kind=case&row=opened_at:month&m=count&on=opened_at&span=last_365d",
	"open_cases":    "kind=case&m=count&filter[open][eq]=true",
	"in_time":       "kind=case&m=rate:in_time&on=opened_at&span=last_90d&compare=before",
}

// ownKeys are they in the order in which they are offered.
var ownKeys = []string{"sales", "orders", "buyers", "new_customers", "came_back", "leads", "open_deals", "won", "steps", "received_now", "owed", "owed_age", "talks", "nps_now", "csat_now", "open_cases", "cases_month", "in_time"}
