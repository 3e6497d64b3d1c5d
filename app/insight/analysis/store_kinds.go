package analysis

import (
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/customer/stage"
	"regulars/app/sales/contract"
	"regulars/app/sales/deal"
	"regulars/app/sales/lead"
	"regulars/app/sales/order"
	"regulars/app/sales/payment"
	"regulars/app/sales/promise"
	"regulars/app/sales/quote"
	"regulars/app/sys/field"
	"regulars/app/sys/listing"
	"regulars/app/voice/feedback"
	"regulars/app/voice/survey"
	"regulars/app/work/followup"
	"regulars/app/work/task"
)

// Lists are where the records of each kind come from.
type Lists struct {
	Customers, Contacts, Leads, Deals, Quotes, Orders, Payments, Receipts, Instalments, Owed, Contracts, Promises, Tasks, FollowUps, Responses, Cases listing.Counted
}

// refs are the kinds of record that a field of a list names, by its options or
// its name.
var refs = map[string]string{"user": "user", "team": "team", "stage": "stage", "pipeline": "pipeline", "customer": "customer", "product_id": "product",
	"survey_id": "survey", "person_id": "user", "user_id": "user", "customer_team_id": "team", "owner_id": "user"}

// firstOrder is the table that tells when a customer first bought.
const firstOrder = " JOIN customer_stat z ON z.customer_id = o.customer_id"

// scored are the answers that make a score, as the page of a survey has it: what
// invited people gave themselves, and not again after a complaint.
const scored = "r.score >= 0 AND r.case_id IS NULL AND r.channel IN ('email', 'link', 'sms', 'reply')"

// aboutCustomer is what the records of a customer are divided by.
var aboutCustomer = []dimension{
	{Name: "customer.region", Label: "customer.region", Column: "c.region", Words: "country", Of: true},
	{Name: "customer.level", Label: "customer.level", Column: "c.level", Order: customer.Levels, Of: true},
	{Name: "customer.source", Label: "customer.source", Column: "c.source", Of: true},
	{Name: "customer.kind", Label: "customer.kind", Column: "c.kind", Words: "customer.kind.", Of: true},
	{Name: "customer.stage", Label: "stage.title", Column: "(SELECT z.stage FROM customer_stat z WHERE z.customer_id = c.id)", Words: "stage", Order: stage.All, Of: true},
	{Name: "customer.owner_id", Label: "customer.owner", Column: "c.owner_id", Ref: "user", Of: true, People: true},
	{Name: "customer.team_id", Label: "customer.team", Column: "(SELECT y.team_id FROM user y WHERE y.id = c.owner_id)", Ref: "team", Of: true, People: true},
	tagged,
}

var tagged = dimension{Name: "customer.tag_id", Label: "customer.tags", Column: "tagged.tag_id", Ref: "tag", Of: true,
	Join: " LEFT JOIN customer_tag tagged ON tagged.customer_id = c.id", Cell: "EXISTS (SELECT 1 FROM customer_tag v WHERE v.customer_id = c.id AND v.tag_id = ?)"}

// overdue divides what is due on a day by how long ago that was.
func overdue(day string) dimension {
	return dimension{Name: "overdue", Label: "analysis.by.overdue", Words: "analysis.overdue.", Order: []string{"due", "d30", "d60", "d90", "older"}, Days: []int{0, -30, -60, -90},
		Column: strings.ReplaceAll("CASE WHEN i.due_on >= ? THEN 'due' WHEN i.due_on >= ? THEN 'd30' WHEN i.due_on >= ? THEN 'd60' WHEN i.due_on >= ? THEN 'd90' ELSE 'older' END", "i.due_on", day)}
}

// kinds are all kinds of record, in the order in which they are offered.
func kinds(f Lists) []Kind {
	return append(append(customerKinds(f), salesKinds(f)...), workKinds(f)...)
}

func customerKinds(f Lists) []Kind {
	own := tagged
	own.Name, own.List, own.Of = "tag_id", field.Field{Name: "tag_id"}, false
	return []Kind{
		{Name: "customer", Label: "customer.title", Permission: customer.Read, Of: f.Customers, Href: "/customers/%d", Title: "c.name", Day: "created_at", Customer: "c.id", Walk: "customer c",
			By: []string{"kind", "level", "grade", "stage", "owner_id", "region", "source"},
			More: []dimension{own,
				{Name: "segment", Label: "customer.segment", Column: "(SELECT g.segment FROM prediction_rfm g WHERE g.customer_id = c.id)", Order: customer.Segments, List: field.Field{Name: "segment"}},
				{Name: "team_id", Label: "customer.team", Column: "(SELECT y.team_id FROM user y WHERE y.id = c.owner_id)", Ref: "team", List: field.Field{Name: "team_id"}, People: true},
				{Name: "recency", Label: "analysis.by.recency", Words: "analysis.recency.", Order: []string{"d30", "d90", "d180", "d365", "older", "never"}, Days: []int{-30, -90, -180, -365},
					Says: map[string]string{"d30": "days_since_order lte 30", "d90": "days_since_order gt 30, days_since_order lte 90", "d180": "days_since_order gt 90, days_since_order lte 180",
						"d365": "days_since_order gt 180, days_since_order lte 365", "older": "days_since_order gt 365", "never": "last_order_on empty true"},
					Column: "CASE WHEN s.last_order_on = '' THEN 'never' WHEN s.last_order_on >= ? THEN 'd30' WHEN s.last_order_on >= ? THEN 'd90' WHEN s.last_order_on >= ? THEN 'd180' WHEN s.last_order_on >= ? THEN 'd365' ELSE 'older' END"},
				{Name: "frequency", Label: "analysis.by.frequency", Words: "analysis.frequency.", Order: []string{"n0", "n1", "n2", "n3", "n6", "n11"},
					Says:   map[string]string{"n0": "orders eq 0", "n1": "orders eq 1", "n2": "orders eq 2", "n3": "orders gte 3, orders lte 5", "n6": "orders gte 6, orders lte 10", "n11": "orders gt 10"},
					Column: "CASE WHEN s.orders = 0 THEN 'n0' WHEN s.orders = 1 THEN 'n1' WHEN s.orders = 2 THEN 'n2' WHEN s.orders <= 5 THEN 'n3' WHEN s.orders <= 10 THEN 'n6' ELSE 'n11' END"},
			},
			Rates: []rate{
				{"came_back", "analysis.rate.came_back", "s.orders > 1", "s.orders > 0"},
				{"lost", "analysis.rate.lost", "s.stage = 'lost'", "s.orders > 0 AND s.stage <> ''"},
				{"at_risk", "analysis.rate.at_risk", "s.stage IN ('at_risk', 'lost')", "s.orders > 0 AND s.stage <> ''"},
				{"has_region", "analysis.rate.has_region", "c.region <> ''", "1"},
				{"has_source", "analysis.rate.has_source", "c.source <> ''", "1"},
				{"has_owner", "analysis.rate.has_owner", "c.owner_id IS NOT NULL", "1"},
				{"has_phone", "analysis.rate.has_phone", "c.id IN (SELECT v.customer_id FROM customer_phone v)", "1"},
				{"has_email", "analysis.rate.has_email", "c.id IN (SELECT v.customer_id FROM customer_email v)", "1"},
			}},
		{Name: "contact", Label: "contact.all", Permission: customer.Read, Of: f.Contacts, Href: "/contacts/%d", Title: "k.name", Day: "created_at", Customer: "k.customer_id", By: []string{"title", "primary"}},
		{Name: "lead", Label: "lead.title", Permission: lead.Read, Of: f.Leads, Href: "/leads/%d", Title: "coalesce(nullif(l.name, ''), l.company)", Day: "received_at", Customer: "l.customer_id", Currency: "l.currency",
			By:   []string{"source", "region", "owner_id", "state", "interest"},
			More: []dimension{{Name: "reason_id", Label: "lead.reason", Column: "l.reason_id", Ref: "lead_reason", List: field.Field{Name: "reason_id"}}, {Name: "team_id", Label: "customer.team", Column: "(SELECT y.team_id FROM user y WHERE y.id = l.owner_id)", Ref: "team", People: true}},
			Figures: []figure{
				{Name: "hours_to_response", Label: "analysis.figure.hours_to_response", Unit: "hours", Column: "(l.first_response_at - l.received_at) / 3600000.0"},
			},
			Rates: []rate{
				{"converted", "analysis.rate.converted", "l.state = 'converted'", "l.state IN ('converted', 'disqualified')"},
				{"answered", "analysis.rate.answered", "l.first_response_at IS NOT NULL", "1"},
			}},
	}
}

func salesKinds(f Lists) []Kind {
	return []Kind{
		{Name: "deal", Label: "deal.title", Permission: deal.Read, Of: f.Deals, Href: "/deals/%d", Title: "d.name", Day: "opened_on", Customer: "d.customer_id", Currency: "d.currency",
			By: []string{"pipeline_id", "result", "owner_id", "source"},
			More: []dimension{
				{Name: "stage_id", Label: "deal.stage", Column: "d.stage_id", Ref: "deal_stage", List: field.Field{Name: "stage_id"}},
				{Name: "reason_id", Label: "deal.reason", Column: "d.reason_id", Ref: "deal_reason", List: field.Field{Name: "reason_id"}},
				{Name: "team_id", Label: "customer.team", Column: "(SELECT y.team_id FROM user y WHERE y.id = d.owner_id)", Ref: "team", People: true}},
			Figures: []figure{{Name: "days_open", Label: "analysis.figure.days_to_close", Unit: "days", Column: "julianday(nullif(d.closed_on, '')) - julianday(d.opened_on)"}},
			Rates:   []rate{{"won", "analysis.rate.won", "d.result = 'won'", "d.result <> 'open'"}}},
		{Name: "deal-step", Label: "analysis.kind.steps", Permission: deal.Read, Of: steps(f.Deals), Href: "/deals/%d", Target: "m.deal_id", Title: "d.name", Day: "moved_to_at", Customer: "d.customer_id", Currency: "d.currency",
			By:   []string{"pipeline_id", "result", "owner_id", "source"},
			More: []dimension{{Name: "moved_to", Label: "analysis.by.moved_to", Column: "m.stage_id", Ref: "deal_stage", Passed: true}},
			Rates: []rate{{"went_on", "analysis.rate.went_on", "d.result = 'won' OR EXISTS (SELECT 1 FROM deal_move v WHERE v.deal_id = m.deal_id AND v.id > m.id)",
				"d.result <> 'open' OR EXISTS (SELECT 1 FROM deal_move v WHERE v.deal_id = m.deal_id AND v.id > m.id)"}}},
		{Name: "quote", Label: "nav.quotes", Permission: quote.Read, Of: f.Quotes, Href: "/quotes/%d", Title: "q.number", Day: "quoted_on", Customer: "q.customer_id", Currency: "q.currency",
			By:      []string{"state", "user_id"},
			Figures: []figure{{Name: "days_to_answer", Label: "analysis.figure.days_to_answer", Unit: "days", Column: "(q.decided_at - q.sent_at) / 86400000.0"}},
			Rates:   []rate{{"accepted", "analysis.rate.accepted", "q.state = 'accepted'", "q.state IN ('accepted', 'declined', 'expired')"}}},
		{Name: "order", Label: "nav.orders", Permission: order.Read, Of: f.Orders, Href: "/orders/%d", Title: "o.number", Day: "ordered_on", Customer: "o.customer_id", Currency: orderCurrency,
			Along: "order_head o INDEXED BY order_head_customer",
			By:    []string{"status"},
			More: []dimension{
				{Name: "user_id", Label: "analysis.by.entered", Column: "o.user_id", Ref: "user", People: true},
				{Name: "weekday", Label: "order.weekday", Column: "strftime('%w', nullif(o.ordered_on, ''))", Words: "weekday", Order: []string{"1", "2", "3", "4", "5", "6", "0"}, List: field.Field{Name: "weekday"}},
				{Name: "newness", Label: "analysis.by.newness", Words: "analysis.newness.", Order: []string{"new", "returning"}, With: firstOrder,
					Column: "CASE WHEN z.first_order_on = o.ordered_on THEN 'new' WHEN z.first_order_on <> '' THEN 'returning' END"},
				{Name: "cohort", Label: "analysis.by.cohort", Column: "z.first_order_on", Time: field.Date, With: firstOrder},
				{Name: "age", Label: "analysis.by.age", Words: "analysis.age.", With: firstOrder,
					Column: "CASE WHEN z.first_order_on <> '' AND o.ordered_on >= z.first_order_on THEN printf('%03d', (substr(o.ordered_on, 1, 4) - substr(z.first_order_on, 1, 4)) * 12 + substr(o.ordered_on, 6, 2) - substr(z.first_order_on, 6, 2)) END"},
			},
			Rates: []rate{
				{"paid", "analysis.rate.paid", "(SELECT coalesce(sum(v.amount), 0) FROM payment v WHERE v.order_id = o.id) >= o.total", "o.status IN ('confirmed', 'completed') AND o.total > 0"},
				{"back", "analysis.rate.back", "o.total < 0", "o.status IN ('confirmed', 'completed')"},
			}},
		{Name: "order-line", Label: "analysis.kind.lines", Permission: order.Read, Of: lines(), Href: "/orders/%d", Target: "l.order_id", Title: "o.number || ' · ' || l.name", Day: "ordered_on", Customer: "o.customer_id", Currency: orderCurrency,
			By: []string{"status", "product_id", "category"}},
		{Name: "payment", Label: "nav.payments", Permission: payment.Read, Of: f.Payments, Href: "/payments/%d", Title: "o.number", Day: "paid_on", Customer: "p.customer_id", Currency: orderCurrency, By: []string{"method"}},
		{Name: "receipt", Label: "receivable.receipts", Permission: payment.Read, Of: f.Receipts, Href: "/receipts/%d", Title: "r.received_on", Day: "received_on", Customer: "r.customer_id", Currency: "r.currency", By: []string{"method"}},
		{Name: "instalment", Label: "receivable.instalments", Permission: payment.Read, Of: f.Instalments, Href: "/orders/%d/instalments", Target: "i.order_id", Title: "o.number", Day: "due_on", Customer: "o.customer_id", Currency: orderCurrency,
			By: []string{"unpaid"}, More: []dimension{overdue("i.due_on")}},
		{Name: "owed", Label: "receivable.counted.owed", Each: "analysis.each.owed", Permission: payment.Read, Of: f.Owed, Href: "/orders/%d", Target: "w.order_id", Title: "w.number", Day: "due_on", Customer: "w.customer_id", Currency: "w.currency",
			More: []dimension{overdue("w.due_on")}},
		{Name: "contract", Label: "nav.contracts", Permission: contract.Read, Of: f.Contracts, Href: "/contracts/%d", Title: "k.title", Day: "ends_on", Customer: "k.customer_id", Currency: "k.currency",
			By: []string{"state", "renewal", "owner_id"}, Rates: []rate{{"renewed", "analysis.rate.renewed", "k.renewed > 0", "k.state IN ('running', 'ended')"}}},
		{Name: "promise", Label: "nav.promises", Permission: promise.Read, Of: f.Promises, Href: "/promises/%d", Title: "p.words", Day: "due_on", Customer: "p.customer_id", Currency: "p.currency",
			By: []string{"state", "side", "kind", "owner_id"}, Rates: []rate{{"kept", "analysis.rate.kept", "p.state = 'kept'", "p.state IN ('kept', 'late', 'broken')"}}},
	}
}

func workKinds(f Lists) []Kind {
	return []Kind{
		{Name: "task", Label: "nav.tasks", Permission: task.Read, Of: f.Tasks, Look: "look=table", Href: "/tasks/%d", Title: "t.title", Day: "created_at", Customer: "t.customer_id",
			By: []string{"kind", "owner_id", "creator_id", "open"},
			Rates: []rate{
				{"done", "analysis.rate.done", "t.done_at IS NOT NULL", "1"},
				{"on_time", "analysis.rate.on_time", "t.done_at <= t.due_at", "t.done_at IS NOT NULL AND t.due_at IS NOT NULL"},
			},
			Figures: []figure{{Name: "days_to_done", Label: "analysis.figure.days_to_done", Unit: "days", Column: "(t.done_at - t.created_at) / 86400000.0"}}},
		{Name: "follow-up", Label: "analysis.kind.followups", Permission: followup.Read, Of: f.FollowUps, Href: "/follow-ups/%d", Title: "substr(f.content, 1, 120)", Day: "at", Customer: "f.customer_id", Walk: "followup f",
			By:    []string{"channel", "user_id"},
			Rates: []rate{{"next", "analysis.rate.next", "f.next_at IS NOT NULL", "1"}}},
		{Name: "response", Label: "survey.responses", Permission: survey.Read, Of: f.Responses, Href: "/responses/%d", Title: "s.name", Day: "answered_at", Customer: "r.customer_id", Walk: "survey_response r",
			By:    []string{"survey_id", "kind", "channel", "source", "person_id", "team_id", "level", "region", "language"},
			Rates: []rate{{"csat", "analysis.rate.csat", "r.score >= 4", "s.kind = 'csat' AND " + scored}, {"promoters", "analysis.rate.promoters", "r.score >= 9", "s.kind = 'nps' AND " + scored}, {"ces", "analysis.rate.ces", "r.score >= 5", "s.kind = 'ces' AND " + scored}},
			Nps:   "CASE WHEN s.kind = 'nps' AND " + scored + " THEN r.score END"},
		{Name: "case", Label: "feedback.title", Permission: feedback.Read, Of: f.Cases, Look: "look=table", Href: "/feedback-cases/%d", Title: "coalesce(c.name, '#' || k.id)", Day: "opened_at", Customer: "k.customer_id", Walk: "feedback_case k",
			By:   []string{"state", "outcome", "red", "kind", "owner_id", "team_id", "open"},
			More: []dimension{{Name: "cause", Label: "feedback.cause", Column: "k.cause", Ref: "cause", List: field.Field{Name: "cause"}}},
			Figures: []figure{
				{Name: "hours_to_reply", Label: "analysis.figure.hours_to_reply", Unit: "hours", Column: "(k.responded_at - k.opened_at) / 3600000.0"},
				{Name: "days_to_close", Label: "analysis.figure.days_to_close", Unit: "days", Column: "(k.closed_at - k.opened_at) / 86400000.0"},
			},
			Rates: []rate{
				{"replied", "analysis.rate.replied", "k.responded_at IS NOT NULL", "1"},
				{"in_time", "analysis.rate.in_time", "k.responded_at <= k.respond_by", "k.responded_at IS NOT NULL AND k.respond_by IS NOT NULL"},
				{"recovered", "analysis.rate.recovered", "k.outcome IN ('recovered', 'improved')", "k.outcome IN ('recovered', 'improved', 'unchanged', 'worse')"},
			}},
	}
}
