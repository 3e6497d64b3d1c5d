package deal

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/web"
)

// calendarLook is the way to see the deals by the weeks in which they are
// expected to be decided.
const calendarLook = "calendar"

// CalendarPage feeds it.
type CalendarPage struct {
	BoardPage
	Weeks        []Week
	Before, Next string // addresses of the weeks around
}

// Week is one column.
type Week struct {
	Name string
	Late bool
	Sum  string
	Days []Deal
	N    int
	More string // the list of all of them, when there are more than the column shows
}

const shownWeeks = 5

func (s *Service) showCalendar(c *fiber.Ctx) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	q := s.db.Reader(ctx)
	b := CalendarPage{BoardPage: BoardPage{MayWrite: web.Actor(c).Can(Write)}}
	all, err := pipelines(ctx, q)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		if b.Pipeline, err = s.pipeline(all, number(c.Query("pipeline"))); err != nil {
			return err
		}
	}
	if err := s.tabs(c, &b.BoardPage, all); err != nil {
		return err
	}
	now := today(l)
	first := monday(now)
	if typed := c.Query("from"); typed != "" {
		d, err := cal.ParseDate(typed)
		if err != nil || !dayOrNone(d) {
			return errs.New(errs.Malformed, "error.malformed")
		}
		first = monday(d)
	}
	address := func(d cal.Date) string {
		return home + "?view=" + calendarLook + "&pipeline=" + idText(b.Pipeline.ID) + "&from=" + string(d)
	}
	b.Before, b.Next = address(first.AddDays(-7*shownWeeks)), address(first.AddDays(7*shownWeeks))
	scope := web.Actor(c).Scope()
	if first == monday(now) {
		late, err := closing(ctx, q, scope, b.Pipeline.ID, earliest, now)
		if err != nil {
			return err
		}
		if len(late) > 0 {
			b.Weeks = append(b.Weeks, Week{Name: l.T("deal.overdue"), Late: true, Sum: sumOf(l, late), Days: late}.cut(b.Pipeline.ID, earliest, now))
		}
	}
	for i := range shownWeeks {
		from := first.AddDays(7 * i)
		until := from.AddDays(7)
		begin := from
		if len(b.Weeks) > 0 && b.Weeks[0].Late && begin < now {
			begin = now // the days before stand as late already
		}
		found, err := closing(ctx, q, scope, b.Pipeline.ID, begin, until)
		if err != nil {
			return err
		}
		b.Weeks = append(b.Weeks, Week{Name: l.T("deal.week", "date", l.Date(from.Time(l.Zone()))), Sum: sumOf(l, found), Days: found}.cut(b.Pipeline.ID, begin, until))
	}
	return web.Render(c, web.Page{Name: "sales/deal-calendar", Title: "nav.deals", Body: b})
}

// cut keeps a column short and leads to the rest.
func (w Week) cut(pipeline int64, from, until cal.Date) Week {
	const most = 40
	if w.N = len(w.Days); w.N > most {
		q := url.Values{"view": {listLook}, "sort": {"expected_close"}, "filter[pipeline_id][eq]": {idText(pipeline)}, "filter[result][eq]": {Open},
			"filter[expected_close][gte]": {string(from)}, "filter[expected_close][lt]": {string(until)}}
		w.Days, w.More = w.Days[:most], home+"?"+q.Encode()
	}
	return w
}

// monday is the first day of a day's week.
func monday(d cal.Date) cal.Date {
	return d.AddDays(-(int(d.Time(time.UTC).Weekday()) + 6) % 7)
}

// sumOf adds up deals by currency.
func sumOf(l *i18n.Locale, list []Deal) string {
	var one []Lane
	for _, d := range list {
		one = append(one, Lane{Sums: []sum{{Currency: d.Currency, Amount: d.Amount}}})
	}
	_, sums := total(one)
	return orNone(amounts(l, sums, func(s sum) int64 { return s.Amount }))
}
