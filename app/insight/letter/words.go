package letter

import (
	"math"
	"strings"

	"regulars/app/insight/periodical"
	"regulars/app/insight/satisfaction"
	"regulars/app/kit/money"
	"regulars/app/kit/slot"
	"regulars/app/kit/stats"
	"regulars/app/sys/view"
)

// A letter in words: short sentences, rounded numbers. The exact ones stand in the
// tables below them and open their rows.

// span is what the days are called: week, month, or days when made by hand.
func (l Letter) span() string {
	if l.ByHand() {
		return "days"
	}
	return string(l.Kind)
}

// Then names the days before, and Ago those a year ago.
func (l Letter) Then(d view.Data) string {
	return d.Locale.T("letter.then."+l.span(), "n", l.Figures.Before.Days())
}

// Ago names the same days a year before.
func (l Letter) Ago(d view.Data) string { return d.Locale.T("letter.ago." + l.span()) }

// Dates are the days of a span.
func (l Letter) Dates(d view.Data, s slot.Span) string {
	return d.Locale.T("satisfaction.from_to", "from", d.Date(s.Since), "to", d.Date(s.Until))
}

// around is an amount rounded for reading: three digits count.
func around(d view.Data, minor int64, currency string) string {
	digits := money.Digits(currency)
	major := float64(minor) / math.Pow10(digits)
	if size := math.Abs(major); size < 100 && digits > 0 || size < 10 {
		return d.Locale.Money(minor, currency)
	}
	whole := func(v float64) string {
		text := d.Locale.Money(int64(math.Round(v))*int64(math.Pow10(digits)), currency)
		if digits > 0 {
			text = strings.Replace(text, "."+strings.Repeat("0", digits), "", 1)
		}
		return text
	}
	rounded := significant(major)
	unit, key := 1e6, "letter.million"
	switch size := math.Abs(rounded); {
	case d.Locale.Tag() == "zh-CN" && size >= 1e8:
		unit, key = 1e8, "letter.yi"
	case d.Locale.Tag() == "zh-CN" && size >= 1e4:
		unit, key = 1e4, "letter.wan"
	case d.Locale.Tag() == "zh-CN" || size < 1e6:
		return whole(rounded)
	}
	// The sign of the currency stands where it always does, around the shortened number.
	return strings.Replace(whole(math.Trunc(math.Abs(rounded)/rounded)), "1", d.Locale.T(key, "n", d.Locale.Number(math.Abs(rounded)/unit)), 1)
}

// significant keeps three digits of a number.
func significant(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow10(max(0, int(math.Floor(math.Log10(math.Abs(v))))-2))
	return math.Round(v/scale) * scale
}

// Around is an amount of the letter, rounded for reading.
func (l Letter) Around(d view.Data, minor int64) string { return around(d, minor, l.Figures.Currency) }

// direction is how far a value went: "more", "less" or "same". Of what is below
// nought, because more came back than was sold, no share tells anything.
func direction(now, before int64) (way string, share float64) {
	if before <= 0 || now < 0 {
		return "", 0
	}
	share = float64(now-before) / float64(before)
	switch {
	case share >= .005:
		return "more", share
	case share <= -.005:
		return "less", -share
	}
	return "same", 0
}

// against says how a line stands against other days, where anything is known of
// them.
func (s *said) against(l Line, other Value, test *Test, then string) {
	if !other.Known || test == nil {
		return
	}
	switch way, share := direction(l.Now.N, other.N); way {
	case "":
	case "same":
		s.add("letter.against.same", "then", linked{then, other.Rows})
	default:
		s.add("letter.against."+way+"."+string(test.Verdict), "share", s.d.Locale.Percent(share), "then", linked{then, other.Rows})
	}
}

// Opening is the first sentence: how it went, in a word.
func (l Letter) Opening(d view.Data) Sentences {
	s := said{d: d}
	sold, ok := line(l.Figures.Sales, "ordered")
	switch {
	case !ok:
		s.add("letter.open.other")
	case l.Figures.Begun == "" || l.Figures.Begun > l.Until:
		s.add("letter.open.empty")
	case !sold.Before.Known:
		s.add("letter.open.first")
	case sold.Now.N == 0 && sold.Before.N == 0:
		s.add("letter.open.none")
	}
	if s.out != nil {
		return s.out
	}
	then := linked{l.Then(d), sold.Before.Rows}
	switch way, share := direction(sold.Now.N, sold.Before.N); way {
	case "":
		switch {
		case sold.Now.N < 0:
			s.add("letter.open.back")
		case sold.Before.N < 0:
			s.add("letter.open.after_back", "then", then)
		default:
			s.add("letter.open.again")
		}
	case "same":
		s.add("letter.open.same", "then", then)
	default:
		s.add("letter.open."+way+"."+string(sold.VsBefore.Verdict), "share", linked{d.Locale.Percent(share), sold.Now.Rows}, "then", then)
	}
	return s.out
}

// OnCustomers tells who came and who stopped coming.
func (l Letter) OnCustomers(d view.Data) Sentences {
	s := said{d: d}
	get := func(key string) (int64, linked, bool) {
		one, ok := line(l.Figures.Customers, key)
		return one.Now.N, linked{one.Now.N, one.Now.Rows}, ok
	}
	n, who, ok := get(active)
	if !ok {
		return nil
	}
	if n == 0 {
		s.add("letter.say.nobody")
	} else {
		s.add("letter.say.active", "n", who)
		if k, who, _ := get(fresh); k > 0 {
			s.add("letter.say.new", "n", who)
		} else {
			s.add("letter.say.no_new")
		}
	}
	if k, who, ok := get(back); ok && k > 0 {
		s.add("letter.say.back", "n", who)
	}
	k, who, ok := get(silent)
	switch {
	case l.Figures.Nothing:
		s.add("letter.say.meaningless")
		return s.out
	case !ok:
		s.add("letter.say.unknown")
		return s.out
	case k > 0:
		s.add("letter.say.silent", "n", who)
	default:
		s.add("letter.say.no_silent")
	}
	_, all, _ := get(base)
	switch more, _, _ := get(growth); {
	case more > 0:
		s.add("letter.say.base_more", "n", all, "more", more)
	case more < 0:
		s.add("letter.say.base_less", "n", all, "less", -more)
	default:
		s.add("letter.say.base", "n", all)
	}
	return s.out
}

// OnSales tells what was sold, to whom, and how it stands against other days.
func (l Letter) OnSales(d view.Data) Sentences {
	s := said{d: d}
	sold, ok := line(l.Figures.Sales, "ordered")
	orders, _ := line(l.Figures.Sales, "orders")
	mean, _ := line(l.Figures.Sales, "mean")
	if !ok {
		return nil
	}
	if orders.Now.N == 0 {
		s.add("letter.say.no_orders")
	} else {
		key := "letter.say.ordered"
		if sold.Now.N < (mean.Now.N-1)*orders.Now.N { // returns are no orders
			key = "letter.say.ordered_back"
		}
		s.add(key, "amount", linked{l.Around(d, sold.Now.N), sold.Now.Rows}, "n", linked{orders.Now.N, orders.Now.Rows}, "mean", linked{l.Around(d, mean.Now.N), mean.Now.Rows})
	}
	s.against(sold, sold.Year, sold.VsYear, l.Ago(d)) // the days before stand in the first sentence
	if part, ok := line(l.Figures.Sales, "from_new"); ok && part.Now.N > 0 && part.Now.Of > 0 {
		s.add("letter.say.from_new", "share", linked{d.Locale.Percent(float64(part.Now.N) / float64(part.Now.Of)), part.Now.Rows})
	}
	if len(l.Figures.Best) > 0 {
		s.add("letter.say.best", "name", linked{l.Figures.Best[0].Name, l.Figures.Best[0].Rows})
	}
	won, _ := line(l.Figures.Deals, "won")
	lost, _ := line(l.Figures.Deals, "lost")
	if won.Now.N > 0 && lost.Now.N == 0 {
		s.add("letter.say.deals_won", "n", linked{won.Now.N, won.Now.Rows})
	} else if won.Now.N+lost.Now.N > 0 {
		s.add("letter.say.deals", "won", linked{won.Now.N, won.Now.Rows}, "lost", linked{lost.Now.N, lost.Now.Rows})
	}
	came, _ := line(l.Figures.Leads, "converted")
	all, _ := line(l.Figures.Leads, "leads")
	switch in := (linked{came.Now.Of, all.Now.Rows}); {
	case came.Now.Of == 0:
	case came.Now.N == 0:
		s.add("letter.say.leads_none", "n", in)
	default:
		s.add("letter.say.leads", "n", in, "k", linked{came.Now.N, came.Now.Rows})
	}
	return s.out
}

// OnCash tells what came in, what is owed, and whether people keep their word.
func (l Letter) OnCash(d view.Data) Sentences {
	s := said{d: d}
	in, ok := line(l.Figures.Cash, "received")
	if !ok {
		return nil
	}
	if in.Now.N == 0 {
		s.add("letter.say.no_money")
	} else {
		s.add("letter.say.received", "amount", linked{l.Around(d, in.Now.N), in.Now.Rows})
	}
	switch o := l.Figures.Owed; {
	case o == nil:
		s.add("letter.say.nothing_owed")
	case o.Overdue == 0:
		s.add("letter.say.owed", "amount", linked{l.Around(d, o.Total), o.All()})
	default:
		s.add("letter.say.overdue", "amount", linked{l.Around(d, o.Total), o.All()}, "late", linked{l.Around(d, o.Overdue), o.Rows("")}, "n", o.Oldest)
	}
	if kept, ok := line(l.Figures.Promises, "kept"); ok && kept.Now.Of > 0 {
		s.add("letter.say.kept", "k", kept.Now.N, "n", linked{kept.Now.Of, kept.Now.Rows})
	}
	return s.out
}

// OnOpinion tells what customers said, and what became of complaints.
func (l Letter) OnOpinion(d view.Data) Sentences {
	s := said{d: d}
	for _, one := range l.Figures.Surveys {
		f := one.Now.Figure(one.Kind)
		if !f.Known() {
			continue
		}
		verdict := "letter.say.score"
		if one.VsBefore != nil && one.VsBefore.Verdict == stats.LikelyReal {
			verdict = "letter.say.score_up"
			if one.Now.Value < one.Before.Value {
				verdict = "letter.say.score_down"
			}
		}
		s.add(verdict, "name", one.Name, "score", linked{f.Shown(d), one.Now.Rows}, "n", linked{one.Now.N, one.Now.Rows})
	}
	if l.Figures.Surveys != nil && len(s.out) == 0 {
		s.add("letter.say.few_answers")
	}
	if c := l.Figures.Cases; c != nil {
		if c.Opened.Now.N > 0 {
			s.add("letter.say.cases", "n", linked{c.Opened.Now.N, c.Opened.Now.Rows})
		} else {
			s.add("letter.say.no_cases")
		}
		if c.Open.N > 0 {
			s.add("letter.say.open", "n", linked{c.Open.N, c.Open.Rows})
		}
		if c.Rechecked.N > 0 {
			s.add("report.won", "k", linked{c.Recovered.N, c.Recovered.Rows}, "n", linked{c.Rechecked.N, c.Rechecked.Rows})
		}
	}
	return s.out
}

// Closing is the last line.
func (l Letter) Closing(d view.Data) string { return d.Locale.T("letter.close." + l.span()) }

// Rule says what counts as silent.
func (l Letter) Rule(d view.Data) string {
	if l.Figures.Silence == 0 {
		return ""
	}
	return d.Locale.T("letter.rule", "n", l.Figures.Silence)
}

// Figure is a score of the survey, for the page.
func (s Survey) Figure(of periodical.Score) satisfaction.Figure { return of.Figure(s.Kind) }

// Words are the step as a sentence.
func (s Step) Words(d view.Data, l Letter) string {
	name := ""
	if s.Key == behind {
		name = d.Locale.T("target.metric." + s.Name)
	}
	return d.Locale.T("letter.step."+s.Key, "n", s.N, "amount", l.Around(d, s.Amount), "name", name)
}

// Icon is the step's.
func (s Step) Icon() string {
	return map[string]string{lateCases: "flag", rescue: "heart", overdue: "wallet", late: "phone", quiet: "phone", behind: "target", lateLeads: "clock"}[s.Key]
}

// Name is a customer of the letter whom the reader may see.
func (l Letter) Name(d view.Data, c Customer) string {
	if name := l.names[c.ID]; name != "" {
		return name
	}
	return d.Locale.T("feedback.somebody")
}

// brief is an amount in very few characters: 48k, 4.8万.
func brief(d view.Data, minor int64, currency string) string {
	v := significant(float64(minor) / math.Pow10(money.Digits(currency)))
	unit, key := 1.0, ""
	switch size := math.Abs(v); {
	case d.Locale.Tag() == "zh-CN" && size >= 1e8:
		unit, key = 1e8, "letter.yi"
	case d.Locale.Tag() == "zh-CN" && size >= 1e4:
		unit, key = 1e4, "letter.wan"
	case d.Locale.Tag() != "zh-CN" && size >= 1e6:
		unit, key = 1e6, "letter.m"
	case d.Locale.Tag() != "zh-CN" && size >= 1e3:
		unit, key = 1e3, "letter.k"
	default:
		return d.Locale.Number(math.Round(v))
	}
	return d.Locale.T(key, "n", d.Locale.Number(v/unit))
}
