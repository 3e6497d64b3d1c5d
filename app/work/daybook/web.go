package daybook

import (
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.index)
	r.Peek(home+"/now", Read, s.index)
	s.reportRoutes(r)
}

// DayPage feeds the day of the people.
type DayPage struct {
	Day, Today cal.Date
	People     []Person
	Sorts      []string // those that somebody did something of
	Who        int64
	What       string
	Named      string // whose deeds are listed
	Deeds      []Line
	More       int64 // the deed to go on before, 0 at the end
	Team       bool  // there is more than one to look at
}

// Line is a deed as it is shown.
type Line struct {
	Deed
	Text, Href, Icon string
}

// Live tells whether the page keeps itself up to date.
func (b DayPage) Live() bool { return b.Day == b.Today && b.More == 0 }

// Link is the page of a day, of a person's work of one sort.
func (b DayPage) Link(day cal.Date, who int64, what string) string {
	return home + b.query(day, who, what)
}

// Now is where the page asks for what is new.
func (b DayPage) Now() string { return home + "/now" + b.query(b.Day, b.Who, b.What) }

// Before is the link to what was done earlier that day.
func (b DayPage) Before() string {
	return b.Link(b.Day, b.Who, b.What) + "&before=" + strconv.FormatInt(b.More, 10)
}

func (b DayPage) query(day cal.Date, who int64, what string) string {
	q := url.Values{"day": {string(day)}}
	if who != 0 {
		q.Set("who", strconv.FormatInt(who, 10))
	}
	if what != "" {
		q.Set("what", what)
	}
	return "?" + q.Encode()
}

// Previous and Next are the days beside it.
func (b DayPage) Previous() cal.Date { return b.Day.AddDays(-1) }

// Next is the day after it, today at the latest.
func (b DayPage) Next() cal.Date { return min(b.Day.AddDays(1), b.Today) }

func (s *Service) index(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	today, _, err := s.day(ctx)
	if err != nil {
		return err
	}
	b := DayPage{Day: today, Today: today, What: c.Query("what")}
	if typed := c.Query("day"); typed != "" {
		if b.Day, err = cal.ParseDate(typed); err != nil || b.Day > today {
			return errs.New(errs.Malformed, "error.date")
		}
	}
	if typed := c.Query("who"); typed != "" {
		if b.Who, err = strconv.ParseInt(typed, 10, 64); err != nil || b.Who < 1 {
			return errs.NotVisible()
		}
	}
	var before int64
	if typed := c.Query("before"); typed != "" {
		if before, err = strconv.ParseInt(typed, 10, 64); err != nil || before < 1 {
			return errs.New(errs.Malformed, "error.malformed")
		}
	}
	span := Span{b.Day, b.Day}
	if b.People, err = s.Day(ctx, span); err != nil {
		return err
	}
	b.Team = len(b.People) > 1
	for _, name := range Sorts {
		for _, p := range b.People {
			if p.Counts[name] > 0 {
				b.Sorts = append(b.Sorts, name)
				break
			}
		}
	}
	deeds, err := s.Deeds(ctx, span, b.Who, b.What, before)
	if err != nil {
		return err
	}
	for _, p := range b.People {
		if p.ID == b.Who {
			b.Named = p.Name
		}
	}
	if len(deeds) == deedsShown {
		b.More = deeds[deedsShown-1].ID
	}
	for _, d := range deeds {
		b.Deeds = append(b.Deeds, Line{d, d.told(web.Locale(c)), hrefOf(c, d), icons[d.Sort()]})
	}
	return web.Render(c, web.Page{Name: "work/daybook", Title: "nav.daybook", Fragment: "now", Body: b})
}

var icons = map[string]string{"calls": "phone", "visits": "people", "messages": "chat", "notes": "note", "tasks": "check", "customers": "people", "deals": "board",
	"quotes": "receipt", "orders": "receipt", "payments": "wallet", "cases": "smile"}

// hrefOf is where a deed can be looked at: its own page, or its customer's.
func hrefOf(c *fiber.Ctx, d Deed) string {
	if path := web.PathOf(c, d.SubjectKind, int64(d.SubjectID)); path != "" {
		return path
	}
	if d.CustomerID != 0 {
		return web.PathOf(c, "customer", int64(d.CustomerID))
	}
	return ""
}

// told is the sentence that the timeline has for it.
func (d Deed) told(l *i18n.Locale) string {
	data := map[string]any{}
	_ = json.Unmarshal([]byte(d.Data), &data) // the product wrote it; without it the sentence has gaps
	args := []any{"who", d.UserName, "customer", string(d.CustomerName)}
	for name, v := range data {
		switch name {
		case "name", "amount", "number", "items", "title", "stage", "reason":
			args = append(args, name, v)
		}
	}
	key := "timeline." + d.Fact
	if d.Channel != "" && l.Has(key+"."+d.Channel) {
		key += "." + d.Channel
	}
	return l.T(key, args...)
}
