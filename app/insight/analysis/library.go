package analysis

import (
	"context"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
)

// Ready is a report of the library: one of ours that anybody can change and keep,
// or a page that already answers the question. Its words are under
// "analysis.ready." and its key.
type Ready struct {
	Key        string
	Group      string // i18n key below "analysis.group."
	Query      string
	Link       string // instead of Query: the page
	Permission string // of the page
	People     bool   // it compares colleagues
}

// Title is the i18n key of what it is called.
func (r Ready) Title() string { return "analysis.ready." + r.Key }

const bought = "filter[status][in]=confirmed,completed"

// library is in the order in which it is shown.
var library = []Ready{
	{Key: "sales_month", Group: "sales", Query: "kind=order&row=ordered_on:month&m=sum:total&m=count&m=mean:total&on=ordered_on&span=this_year&compare=year&chart=bars&" + bought},
	{Key: "sales_person", Group: "sales", People: true, Query: "kind=order&row=customer.owner_id&m=sum:total&m=count&m=customers&on=ordered_on&span=this_quarter&compare=before&sort=0&" + bought},
	{Key: "sales_team", Group: "sales", People: true, Query: "kind=order&row=customer.team_id&m=sum:total&m=count&m=customers&on=ordered_on&span=this_quarter&compare=before&sort=0&" + bought},
	{Key: "sales_region", Group: "sales", Query: "kind=order&row=customer.region&m=sum:total&m=count&m=customers&on=ordered_on&span=this_year&compare=year&sort=0&" + bought},
	{Key: "sales_product", Group: "sales", Query: "kind=order-line&row=product_id&m=sum:line_total&m=sum:quantity&m=count&on=ordered_on&span=this_year&compare=year&sort=0&top=100&" + bought},
	{Key: "sales_category", Group: "sales", Query: "kind=order-line&row=ordered_on:month&col=category&m=sum:line_total&on=ordered_on&span=this_year&chart=stacked&" + bought},
	{Key: "sales_level", Group: "sales", Query: "kind=order&row=customer.level&m=sum:total&m=mean:total&m=customers&on=ordered_on&span=last_365d&" + bought},
	{Key: "movers", Group: "sales", Query: "kind=order&row=customer&m=sum:total&m=count&on=ordered_on&span=last_90d&compare=before&sort=0&top=50&chart=none&" + bought},
	{Key: "received", Group: "sales", Query: "kind=payment&row=paid_on:month&col=method&m=sum:amount&on=paid_on&span=this_year&chart=stacked"},
	{Key: "expected", Group: "sales", Query: "kind=owed&row=due_on:month&m=sum:open&m=count&chart=bars"},
	{Key: "ageing", Group: "sales", Link: "/receivables", Permission: "payment.read"},
	{Key: "targets", Group: "sales", Link: "/targets", Permission: "target.read"},

	{Key: "funnel", Group: "deals", Query: "kind=deal&row=stage_id&m=count&m=sum:amount&m=customers&filter[result][eq]=open"},
	{Key: "conversion", Group: "deals", Query: "kind=deal-step&row=moved_to&m=rate:went_on&m=count&on=moved_to_at&span=last_365d&chart=none"},
	{Key: "won_rate", Group: "deals", People: true, Query: "kind=deal&row=owner_id&m=rate:won&m=count&m=sum:amount&m=median:days_open&on=closed_on&span=last_365d&chart=none&filter[result][in]=won,lost"},
	{Key: "reasons", Group: "deals", Query: "kind=deal&row=reason_id&col=result&m=count&on=closed_on&span=last_365d&filter[result][in]=won,lost"},
	{Key: "quotes", Group: "deals", Query: "kind=quote&row=quoted_on:month&m=rate:accepted&m=count&m=sum:total&m=median:days_to_answer&on=quoted_on&span=last_365d"},
	{Key: "lead_source", Group: "deals", Query: "kind=lead&row=source&m=count&m=rate:converted&m=median:hours_to_response&on=received_at&span=last_365d&sort=0"},

	{Key: "new_returning", Group: "customers", Query: "kind=order&row=ordered_on:month&col=newness&m=sum:total&m=customers&on=ordered_on&span=last_365d&chart=stacked&" + bought},
	{Key: "growth", Group: "customers", Query: "kind=customer&row=created_at:month&m=count&on=created_at&span=last_365d&compare=year&chart=bars"},
	{Key: "rfm", Group: "customers", Query: "kind=customer&row=segment&m=count&m=sum:revenue&m=mean:revenue&m=rate:came_back&chart=bars"},
	{Key: "recency", Group: "customers", Query: "kind=customer&row=recency&col=frequency&m=count&m=mean:revenue&chart=none"},
	{Key: "cohort", Group: "customers", Query: "kind=order&row=cohort:quarter&col=age&m=customers&chart=none&" + bought},
	{Key: "churn", Group: "customers", Query: "kind=customer&row=region&m=rate:lost&m=rate:at_risk&m=rate:came_back&m=count&chart=none"},
	{Key: "source_return", Group: "customers", Query: "kind=customer&row=source&m=count&m=rate:came_back&m=sum:revenue&m=mean:revenue&sort=2"},
	{Key: "data_quality", Group: "customers", Query: "kind=customer&row=created_at:year&m=count&m=rate:has_phone&m=rate:has_email&m=rate:has_region&m=rate:has_source&chart=none"},

	{Key: "nps", Group: "voice", Query: "kind=response&row=answered_at:quarter&m=nps&m=count&chart=line&filter[kind][eq]=nps&filter[source][eq]=invited"},
	{Key: "csat", Group: "voice", Query: "kind=response&row=answered_at:month&m=rate:csat&m=mean:score&on=answered_at&span=last_365d&chart=line&filter[kind][eq]=csat&filter[source][eq]=invited"},
	{Key: "outcomes", Group: "voice", Query: "kind=case&row=cause&col=outcome&m=count&on=opened_at&span=last_365d"},
	{Key: "response_times", Group: "voice", Query: "kind=case&row=opened_at:month&m=median:hours_to_reply&m=rate:in_time&m=median:days_to_close&m=rate:recovered&on=opened_at&span=last_365d"},

	{Key: "activity", Group: "work", Query: "kind=follow-up&row=user_id&col=channel&m=count&m=customers&on=at&span=last_30d&chart=stacked"},
	{Key: "tasks", Group: "work", People: true, Query: "kind=task&row=owner_id&m=count&m=rate:done&m=rate:on_time&m=median:days_to_done&on=created_at&span=last_90d&chart=none"},
	{Key: "promises", Group: "work", Query: "kind=promise&row=side&row=kind&m=count&m=rate:kept&on=due_on&span=last_365d&chart=none"},
	{Key: "contracts", Group: "work", Query: "kind=contract&row=ends_on:month&m=count&m=sum:amount&chart=bars&filter[state][eq]=running"},
}

// Groups are the headings of the library, in their order.
var Groups = []string{"sales", "deals", "customers", "voice", "work"}

// Spec is what a ready report counts.
func (r Ready) Spec() (Spec, error) { return parseText(r.Query) }

// Library are the ready reports that the actor may read. Where one person works
// alone, those that compare colleagues are left out.
func (s *Service) Library(ctx context.Context) ([]Ready, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	people, err := records(ctx, s.DB.Reader(ctx), sqlColleagues)
	if err != nil {
		return nil, err
	}
	var out []Ready
	for _, r := range library {
		need := r.Permission
		if r.Link == "" {
			spec, err := r.Spec()
			if err != nil {
				return nil, err
			}
			at := slices.IndexFunc(s.kinds, func(k Kind) bool { return k.Name == spec.Kind })
			need = s.kinds[at].Permission
		}
		if actor.Can(need) && (!r.People || len(people) > 1) {
			out = append(out, r)
		}
	}
	return out, nil
}

// ReadyOne is a ready report by its key.
func (s *Service) ReadyOne(ctx context.Context, key string) (Ready, error) {
	all, err := s.Library(ctx)
	if err != nil {
		return Ready{}, err
	}
	i := slices.IndexFunc(all, func(r Ready) bool { return r.Key == key && r.Link == "" })
	if i < 0 {
		return Ready{}, errs.NotVisible()
	}
	return all[i], nil
}
