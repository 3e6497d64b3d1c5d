package feedback

import (
	"math"
	"strconv"
	"strings"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
)

// How the pages say what the numbers mean. Templates call these with their
// Data, which knows the reader's language.

// span is working time in words: 38 min, 3 h 20 min, 2 d 4 h.
func span(l *i18n.Locale, t, day time.Duration) string {
	d, h, m := split(t, day)
	switch {
	case d > 0 && h == 0:
		return l.T("feedback.span.whole_days", "d", d)
	case d > 0:
		return l.T("feedback.span.days", "d", d, "h", h)
	case h > 0 && m == 0:
		return l.T("feedback.span.whole_hours", "h", h)
	case h > 0:
		return l.T("feedback.span.hours", "h", h, "m", m)
	}
	return l.T("feedback.span.minutes", "m", m)
}

// split gives days, hours and minutes of working time, as a person says them.
func split(d, day time.Duration) (days, hours, minutes int) {
	d = d.Abs()
	if day > 0 {
		days = int(d / day)
		d -= time.Duration(days) * day
	}
	return days, int(d / time.Hour), int(d % time.Hour / time.Minute)
}

// Left says how much working time remains, or by how much it is late.
func (c Clock) Left(d view.Data) string {
	if c.Late() {
		return d.Locale.T("feedback.late", "time", span(d.Locale, c.left(), c.Day))
	}
	return d.Locale.T("feedback.left", "time", span(d.Locale, c.left(), c.Day))
}

// Spent says how much of the time was used: 1 h 50 of 4 h.
func (c Clock) Spent(d view.Data) string {
	return d.Locale.T("feedback.spent", "used", span(d.Locale, c.Used, c.Day), "total", span(d.Locale, c.Total, c.Day))
}

// Bar draws the clock with its mark where it warns.
func (c Clock) Bar() chart.Meter {
	class := "fg"
	switch {
	case c.Late():
		class = "low"
	case c.Warm() && !c.Done:
		class = "warm"
	}
	return chart.Meter{Parts: []chart.Segment{{Share: math.Min(1, c.Share()), Class: class}}, Mark: c.Warn}
}

// Band is the colour class of a score: low, mid or none.
func band(kind string, score int) string {
	switch {
	case Low(kind, score):
		return "low"
	case kind == nps && score <= 8, kind == csat && score == 3, kind == ces && score <= 5:
		return "mid"
	}
	return ""
}

// Band is the colour class of the case's score.
func (c Case) Band() string { return band(c.Kind, c.Score) }

// RecheckBand is the colour class of the second score.
func (c Case) RecheckBand() string { return band(c.Kind, c.RecheckScore) }

// Band is the colour class of the answer's score.
func (a Answer) Band() string { return band(a.Kind, a.Score) }

// causeName is a cause in the reader's language; the shop's own are as typed.
func causeName(l *i18n.Locale, cause string) string {
	for _, code := range usualCauses {
		if code == cause {
			return l.T("feedback.cause." + code)
		}
	}
	return cause
}

// causeCalled is a cause under the names that the shop gave it, else its own.
func causeCalled(l *i18n.Locale, code, en, zh string) string {
	switch {
	case l.Tag() == "zh-CN" && zh != "":
		return zh
	case en != "":
		return en
	case zh != "":
		return zh
	}
	return causeName(l, code)
}

// CauseName is the case's cause for the reader.
func (c Case) CauseName(d view.Data) string {
	return causeCalled(d.Locale, c.Cause, string(c.CauseEN), string(c.CauseZH))
}

// CauseOptions are the choices of the resolve form.
func (b caseBody) CauseOptions(d view.Data) []view.Option {
	var out []view.Option
	for _, cause := range b.Causes {
		if cause.Active || cause.Code == b.Case.Cause {
			out = append(out, view.Option{Value: cause.Code, Label: strings.Repeat("– ", cause.Depth) + cause.Name(d.Locale)})
		}
	}
	return out
}

// StaffOptions are the people a case can be given to.
func (b caseBody) StaffOptions() []view.Option {
	var out []view.Option
	for _, p := range b.Staff {
		out = append(out, view.Option{Value: p.ID, Label: p.Name})
	}
	return out
}

// TeamOptions are the departments that can be asked.
func (b caseBody) TeamOptions(d view.Data) []view.Option {
	var out []view.Option
	for _, t := range b.Teams {
		if t.People > 0 && db.ID(t.ID) != b.Case.TeamID {
			out = append(out, view.Option{Value: t.ID, Label: d.Locale.T("feedback.team_days", "name", t.Name, "n", t.Days)})
		}
	}
	return out
}

// MayHand tells whether a department can be asked.
func (b caseBody) MayHand(d view.Data) bool { return b.Case.mayHand() && len(b.TeamOptions(d)) > 0 }

// RedWhy says how long a red case has.
func (b caseBody) RedWhy(d view.Data) string {
	return d.Locale.T("feedback.red_why", "n", b.Rules.RedHours)
}

// Warns says when somebody else hears of it.
func (b caseBody) Warns(d view.Data) string {
	return d.Locale.T("feedback.warns", "n", b.Rules.WarnPercent)
}

// ReadyOptions are the texts that can be filled in.
func (b caseBody) ReadyOptions(d view.Data) []view.Option {
	var out []view.Option
	for _, r := range b.Replies {
		if r.Active {
			out = append(out, view.Option{Value: r.ID, Label: r.Name(d.Locale)})
		}
	}
	return out
}

// Rows is how high the field for a reply is: what was filled in is seen whole.
func (b caseBody) Rows(text string) int { return min(14, 4+strings.Count(text, "\n")) }

// Limit says up to which amount the reader decides alone.
func (b caseBody) Limit(d view.Data) string {
	if d.User == nil {
		return ""
	}
	if most := b.Rules.limit(d.User.Role); most >= 0 {
		return d.Locale.T("feedback.compensation_most", "amount", d.Locale.Money(most, b.Currency))
	}
	return ""
}

// OtherOptions are the open cases to merge into.
func (b caseBody) OtherOptions(d view.Data) []view.Option {
	var out []view.Option
	for _, o := range b.Others {
		out = append(out, view.Option{Value: o.ID, Label: d.Locale.T("feedback.number", "number", strconv.FormatInt(o.ID, 10))})
	}
	return out
}

// Step is one part of the way of a case.
type Step struct {
	State State
	Done  bool
	Now   bool
}

// who is whose case it is: the customer, or somebody at the place where they
// answered.
func (c Case) who(l *i18n.Locale) string {
	switch {
	case c.CustomerName != "":
		return c.CustomerName
	case c.Place != "":
		return l.T("feedback.somebody_at", "place", string(c.Place))
	}
	return l.T("feedback.somebody")
}

// Who is who for a page.
func (c Case) Who(d view.Data) string { return c.who(d.Locale) }

// label names the case in a message: the customer, or the place.
func (c Case) label() string {
	switch {
	case c.CustomerName != "":
		return c.CustomerName
	case c.Place != "":
		return string(c.Place)
	}
	return string(c.SurveyName)
}

// Steps show where the case is; a dismissed or merged one has no way.
func (c Case) Steps() []Step {
	at := c.State
	last := Recovered
	switch {
	case at == Dismissed || at == Merged:
		return nil
	case at == Reopened:
		at = Unseen
	case at == Closed && c.Outcome != "":
		at = State(c.Outcome)
	}
	for _, o := range outcomes {
		if at == o {
			last = o
		}
	}
	way := []State{Unseen, Acknowledged, Working, Resolved, AwaitingRecheck, last}
	var out []Step
	reached := true
	for i, st := range way {
		now := st == at && (i < len(way)-1 || c.Outcome != "")
		out = append(out, Step{State: st, Done: reached && !now, Now: now})
		if now {
			reached = false
		}
	}
	return out
}

// Stats are the numbers above the list.
func (b listBody) Stats(d view.Data) []view.Stat {
	if b.Metrics == nil {
		return nil
	}
	l, m := d.Locale, b.Metrics
	stat := func(label string, r Rate) view.Stat {
		out := view.Stat{Label: l.T(label), Value: l.T("feedback.too_few"), Small: l.T("feedback.of", "k", r.K, "total", r.N)}
		if r.N >= 5 {
			out.Value = l.Percent(r.Share())
			out.Note = l.T("feedback.between", "low", l.Percent(r.Low), "high", l.Percent(r.High))
			out.Meter = chart.Interval{Low: r.Low, Value: r.Share(), High: r.High}
		}
		return out
	}
	natural := stat("feedback.stat.natural", m.Natural)
	if !m.Known {
		natural = view.Stat{Label: l.T("feedback.stat.natural"), Value: l.T("feedback.not_known"),
			Note: l.T("feedback.not_known_why", "have", m.Natural.N, "need", enoughPairs)}
	}
	return []view.Stat{stat("feedback.stat.in_time", m.InTime), stat("feedback.stat.rechecked", m.Rechecked), stat("feedback.stat.opened", m.Opened), natural}
}

// Rates are the three bars of the verdict.
func (m Metrics) Rates(d view.Data) []view.Stat {
	var out []view.Stat
	add := func(label string, r Rate) {
		l := d.Locale
		out = append(out, view.Stat{Label: l.T(label), Value: l.Percent(r.Share()),
			Note:  l.T("feedback.rate_note", "k", r.K, "total", r.N, "low", l.Percent(r.Low), "high", l.Percent(r.High)),
			Meter: chart.Interval{Low: r.Low, Value: r.Share(), High: r.High}})
	}
	if m.Rechecked.N > 0 {
		add("feedback.rate.handled", m.Rechecked)
	}
	if m.Known {
		add("feedback.rate.alone", m.Natural)
	}
	if m.Opened.N > 0 {
		add("feedback.rate.opened", m.Opened)
	}
	return out
}

// MayEnd, MayReopen and MayClose ask the machine what the page can offer.
func (b caseBody) MayEnd() bool { return Transition(b.Case.State, Dismissed) == nil }

// MayReopen tells whether the case can be taken up again.
func (b caseBody) MayReopen() bool { return Transition(b.Case.State, Reopened) == nil }

// MayClose tells whether the result only has to be put away.
func (b caseBody) MayClose() bool { return Transition(b.Case.State, Closed) == nil }

// Icon is the sign of an event.
func (e Event) Icon() string {
	switch e.Kind {
	case "answer":
		return "smile"
	case "contact":
		if e.Channel == "email" {
			return "mail"
		}
		return "phone"
	case "asked":
		return "send"
	case "compensation":
		return "wallet"
	case "alert":
		return "clock"
	case "owner", "handed", "team", "team_answer", "team_back":
		return "people"
	case "state":
		return "check"
	}
	return "flag"
}

// Tone is the colour of an event's sign.
func (e Event) Tone() string {
	switch e.Kind {
	case "answer":
		return "accent"
	case "alert", "opened", "complaint":
		return "warm"
	}
	return ""
}

// Sentence says what happened.
func (e Event) Sentence(d view.Data) string {
	l := d.Locale
	switch e.Kind {
	case "state":
		return l.T("feedback.event.state."+string(e.To), "from", stateName(e.From))
	case "alert":
		return l.T("feedback.event.alert." + e.Note)
	case "answer":
		score, _, _ := strings.Cut(e.Note, " ")
		return l.T("feedback.event.answer", "score", score)
	case "refused":
		why := e.Note
		if l.Has(why) {
			why = l.T(why)
		}
		return l.T("feedback.event.refused", "why", why)
	case "owner", "opened":
		if e.Note == "" {
			if e.UserName == "" {
				return l.T("feedback.event.by_itself.opened_nobody")
			}
			return l.T("feedback.event.opened_nobody")
		}
		if e.UserName == "" {
			return l.T("feedback.event.by_itself."+e.Kind, "name", e.Note)
		}
		return l.T("feedback.event."+e.Kind, "name", e.Note)
	case "contact", "complaint":
		if e.Channel != "" {
			return l.T("feedback.event."+e.Kind+"_by", "channel", l.T("feedback.channel."+e.Channel))
		}
	case "compensation":
		amount, _, _ := strings.Cut(e.Note, "\n")
		minor, currency, _ := strings.Cut(amount, " ")
		n, _ := strconv.ParseInt(minor, 10, 64)
		if n == 0 {
			return l.T("feedback.event.compensation_none")
		}
		return l.T("feedback.event.compensation", "amount", l.Money(n, currency))
	case "team", "handed":
		name, _, _ := strings.Cut(e.Note, "\n")
		return l.T("feedback.event."+e.Kind, "name", name)
	case "asked":
		if e.UserName == "" {
			return l.T("feedback.event.by_itself.asked")
		}
	}
	return l.T("feedback.event." + e.Kind)
}

// Text is what somebody wrote about it, if anybody did.
func (e Event) Text() string {
	switch e.Kind {
	case "answer":
		_, words, _ := strings.Cut(e.Note, " ")
		return words
	case "team", "handed", "compensation":
		_, words, _ := strings.Cut(e.Note, "\n")
		return words
	case "state", "contact", "complaint", "merged", "team_answer":
		return e.Note
	}
	return ""
}
