//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

// house is the wired product in this process behind a real port, with a clock
// that only the test moves and a mail server that it can read.
type house struct {
	*apptest.App
	URL  string
	Mail *mailtest.Server
}

func build(t *testing.T, locale string) house {
	t.Helper()
	ln, url := apptest.Listen(t)
	post := mailtest.New(t)
	a := apptest.NewWith(t, locale, "REGULARS_BASE_URL="+url, "REGULARS_SMTP_HOST="+post.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", post.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM=shop@example.com", "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	t.Cleanup(post.Close) // before the product waits for what runs beside it
	a.Serve(ln)
	return house{a, url, post}
}

func TestADeletedCustomerIsTakenBack(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	tab := signIn(t, h.URL, Desk)
	tab.Go("/customers/1")
	tab.Shot("customer-full")
	tab.eval(`(document.querySelector('form[action="/customers/1/delete"] button')).click()`, nil)
	tab.Comes("Undo")
	tab.Check()
	var listed string
	tab.eval(`document.querySelector("#result").innerText`, &listed)
	if strings.Contains(listed, "Harbour Street Bakery") {
		t.Error("the deleted customer is still listed")
	}
	tab.Submit(`.toast form button`)
	tab.Go("/customers/1")
	tab.Sees("Harbour Street Bakery", "Inês Carvalho", "O-2026")
}

func TestPeopleAreFoundAsTheyAreRemembered(t *testing.T) {
	h := build(t, "zh-CN")
	h.Fill()
	for _, look := range []Look{DeskZh, PhoneZh} {
		tab := signIn(t, h.URL, look)
		tab.Go("/customers")
		tab.Shot("customers-zh")
		for _, q := range []string{"雄信", "单雄信", "sxx", "shanxiong", "0013 8000", "danxiong"} {
			tab.Fill("q", q)
			tab.Comes("单雄信")
			eventually(t, "only the one who was meant by "+q, waitLong, func() bool { return !strings.Contains(tab.Text(), "Harbour Street Bakery") })
		}
		tab.Check()
	}
}

// mainPages are looked at in every look, all others in two that differ most.
var mainPages = []string{"/today", "/customers", "/customers/1", "/tasks", "/orders/1", "/surveys/1", "/feedback-cases/1", "/customers/1/evaluation", "/settings"}

// records are pages that no list of links leads to.
var records = []string{
	"/customers/1/edit",
	"/customers/1/privacy",
	"/contacts/1/privacy",
	"/customers/new",
	"/orders/new",
	"/deals",
	"/deals?lanes=owner",
	"/deals?view=calendar",
	"/deals?view=list&columns=result,amount&group=stage_id",
	"/deals/1",
	"/deals/1/edit",
	"/deals/1/move",
	"/deals/1/won",
	"/deals/new?customer=1",
	"/deals/filter",
	"/settings/pipelines",
	"/settings/deal-stages/1",
	"/payments/1",
	"/quotes/1", "/quotes/1/edit", "/quotes/1/print", "/quotes/new", "/quotes/new?customer=1", "/quotes/templates", "/quotes/templates/new",
	"/receipts/1",
	"/receivables",
	"/instalments",
	"/receipts",
	"/customers/1/statement",
	"/settings/payment-reminders",
	"/receipts/new?customer=1",
	"/orders/1/instalments",
	"/products/1", "/price-lists", "/price-lists/1", "/price-lists/new",
	"/promises",
	"/contracts",
	"/contracts/1",
	"/contracts/new?customer=1",
	"/targets", "/targets?by=region", "/targets/edit", "/forecast", "/leaderboard", "/commission",
	"/promises/1",
	"/promises/new?customer=1",
	"/leads", "/leads/1", "/leads/new", "/leads/1/edit", "/leads/1/convert", "/leads/1/disqualify", "/settings/leads", "/settings/lead-score", "/settings/lead-routes", "/settings/lead-routes/new", "/settings/lead-forms", "/settings/lead-forms/1", "/settings/lead-forms/new", "/f/ask-us",
	"/tasks/1",
	"/tasks/new",
	"/follow-ups/1",
	"/log?customer=1",
	"/surveys/1/edit",
	"/surveys/1/edit?at=add",
	"/surveys/1/edit?at=settings",
	"/surveys/1/preview?in=zh-CN",
	"/surveys/1/versions",
	"/surveys/new",
	"/responses/new?customer=1",
	"/surveys",
	"/help/how-we-count",
	"/help/how-the-models-were-checked",
	"/help/satisfaction-report",
	"/help/survey-programs",
	"/surveys/1/groups",
	"/surveys/1/compare",
	"/surveys/1/topics",
	"/surveys/1/said",
	"/surveys/1/drivers",
	"/letters",
	"/letters/1",
	"/letters/customers?of=active&since=2026-01-01&until=2026-03-31",
	"/letters/money?since=2026-01-01&until=2026-03-31",
	"/settings/letter",
	"/help/letter",
	"/satisfaction-reports",
	"/satisfaction-reports/1",
	"/settings/satisfaction-report",
	"/topics",
	"/topics/1",
	"/survey-programs/1",
	"/survey-programs/1/edit",
	"/survey-waves",
	"/survey-waves/new",
	"/survey-waves/1",
	"/posters",
	"/posters/1",
	"/posters/2",
	"/posters/1/edit",
	"/posters/1/print?size=a6",
	"/posters/new",
	"/posters/guests",
	"/reviews",
	"/reviews/1",
	"/reviews/1/edit",
	"/reviews/new",
	"/praise",
	"/praise/print",
	"/responses",
	"/invitations",
	"/imports/new",
	"/imports/profiles",
	"/search?q=harbour",
	"/notifications",
	"/customers/1/print",
	"/offline",
	"/settings/fields/1",
	"/settings/fields/new",
	"/settings/mail/inbox",
	"/settings/outbox/bounces",
	"/invitation-texts",
	"/settings/look",
	"/settings/tags",
	"/settings/tags/1",
	"/settings/consent",
	"/settings/consent/new",
	"/settings/consent/3",
	"/customers/1/consents?purpose=marketing",
	"/customers?filter[fields.oven][eq]=deck",
	"/entry",
	"/quality",
	"/quality/no_source",
	"/quality/fields",
	"/invoice-titles/1",
	"/customers/1/invoice-titles/new",
	"/customers/filter?filter[nps][lte]=6&filter[any1][region][contains]=x",
	"/customers/columns",
	"/orders/columns",
	"/orders?columns=total,notes,due_on&group=status",
	"/products?columns=price,created_at",
	"/payments?group=method",
	"/contacts",
	"/contacts?columns=title,wechat,updated_at&group=title",
	"/contacts/columns",
	"/contacts/filter?filter[title][contains]=x&filter[any1][primary][eq]=true",
	"/orders/filter",
	"/tasks?look=table&filter[open][eq]=true",
	"/tasks?look=table&group=kind&columns=due_at,notes",
	"/tasks/filter",
	"/feedback-cases?look=table&group=state",
	"/feedback-cases/columns",
	"/feedback-cases/causes",
	"/feedback-cases/rules",
	"/feedback-cases/routes",
	"/feedback-cases/replies",
	"/feedback-cases/replies/1",
	"/feedback-cases/script",
	"/feedback-cases/1?reply=1",
	"/feedback-cases/figures",
	"/feedback-cases?look=board",
	"/feedback-cases/new?customer=1",
	"/feedback-cases/causes/1",
	"/improvements",
	"/improvements?look=list",
	"/improvements/new",
	"/improvements/1",
	"/improvements/1/edit",
	"/improvements/1/letter",
	"/customers?columns=region,fields.oven,tag_id&group=region",
	"/saved-views",
	"/customers/1/stage",
	"/customers/1/relations?q=单雄信",
	"/duplicates",
	"/duplicates/compare?id=1&id=2",
	"/history/1",
	"/pools",
	"/pools/soon",
	"/settings/pools/new",
	"/settings/pools/1",
	"/customers/3/ownership",
	"/customers/1/sharing",
	"/sharing/requests",
	"/approvals",
	"/daybook",
	"/experience",
	"/deals/1/experience",
	"/daily-reports",
	"/daily-reports/1",
	"/daily-reports/mine",
	"/settings/daybook",
	"/approvals/1",
	"/settings/approvals",
	"/settings/approvals/new",
	"/settings/approvals/1",
}

func TestEveryPageOnADesk(t *testing.T)         { everyPage(t, "en", Desk) }
func TestEveryPageOnAChinesePhone(t *testing.T) { everyPage(t, "zh-CN", PhoneZh) }

func everyPage(t *testing.T, locale string, look Look) {
	h := build(t, locale)
	h.Fill()
	h.Together()
	h.Settle()
	tab := signInByForm(t, h.URL, look)
	tab.Go("/settings")
	var links []string
	tab.eval(`[...new Set([...document.querySelectorAll("a[href^='/']")].map(a => a.getAttribute("href").split("#")[0]))].filter(h => !/\.(png|csv|ics)|export|logout|\/api\//.test(h))`, &links)
	seen := map[string]bool{}
	for _, link := range slices.Concat(links, mainPages, records) {
		if !seen[link] {
			seen[link] = true
			tab.Go(link)
			tab.Shot("page" + strings.NewReplacer("/", "-", "?", "-", "=", "-", "&", "-").Replace(link))
		}
	}
}

func TestMainPagesInTheOtherLooks(t *testing.T) {
	for locale, looks := range map[string][]Look{"en": {DeskDark, Phone}, "zh-CN": {DeskZh}} {
		t.Run(locale, func(t *testing.T) { // one house at a time: its end waits for all that runs
			h := build(t, locale)
			h.Fill()
			h.Settle()
			for _, look := range looks {
				tab := signInByForm(t, h.URL, look)
				for _, page := range mainPages {
					tab.Go(page)
					tab.Shot("page" + strings.ReplaceAll(page, "/", "-"))
				}
			}
		})
	}
}
