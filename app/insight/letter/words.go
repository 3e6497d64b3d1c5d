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

// direction is how far a value went: "more", "less" or "same".
func direction(now, before int64) (way string, share float64) {
	if before <= 0 {
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

// against is a sentence on how a line stands against other days; "" where
// nothing is known of them.
func against(d view.Data, l Line, other Value, test *Test, then string) string {
	if !other.Known || test == nil {
		return ""
	}
	way, share := direction(l.Now.N, other.N)
	switch way {
	case "":
		return ""
	case "same":
		return d.Locale.T("letter.against.same", "then", then)
	}
	return d.Locale.T("letter.against."+way+"."+string(test.Verdict), "share", d.Locale.Percent(share), "then", then)
}

// Opening is the first sentence: how it went, in a word.
func (l Letter) Opening(d view.Data) string {
	t := d.Locale.T
	sold, ok := line(l.Figures.Sales, "ordered")
	switch {
	case !ok:
		return t("letter.open.other")
	case l.Figures.Begun == "" || l.Figures.Begun > l.Until:
		return t("letter.open.empty")
	case !sold.Before.Known:
		return t("letter.open.first")
	case sold.Now.N == 0 && sold.Before.N == 0:
		return t("letter.open.none")
	}
	way, share := direction(sold.Now.N, sold.Before.N)
	switch way {
	case "":
		return t("letter.open.again")
	case "same":
		return t("letter.open.same", "then", l.Then(d))
	}
	return t("letter.open."+way+"."+string(sold.VsBefore.Verdict), "share", d.Locale.Percent(share), "then", l.Then(d))
}

// said collects sentences.
type said struct {
	d   view.Data
	out []string
}

func (s *said) add(key string, args ...any) { s.out = append(s.out, s.d.Locale.T(key, args...)) }

func (s *said) text() string {
	return strings.Join(s.out, s.d.Locale.T("letter.space"))
}

// OnCustomers tells who came and who stopped coming.
func (l Letter) OnCustomers(d view.Data) string {
	s := said{d: d}
	get := func(key string) (int64, bool) {
		one, ok := line(l.Figures.Customers, key)
		return one.Now.N, ok
	}
	n, ok := get(active)
	if !ok {
		return ""
	}
	if n == 0 {
		s.add("letter.say.nobody")
	} else {
		s.add("letter.say.active", "n", n)
		if k, _ := get(fresh); k > 0 {
			s.add("letter.say.new", "n", k)
		} else {
			s.add("letter.say.no_new")
		}
	}
	if k, ok := get(back); ok && k > 0 {
		s.add("letter.say.back", "n", k)
	}
	k, ok := get(silent)
	switch {
	case l.Figures.Nothing:
		s.add("letter.say.meaningless")
		return s.text()
	case !ok:
		s.add("letter.say.unknown")
		return s.text()
	case k > 0:
		s.add("letter.say.silent", "n", k)
	default:
		s.add("letter.say.no_silent")
	}
	all, _ := get(base)
	switch more, _ := get(growth); {
	case more > 0:
		s.add("letter.say.base_more", "n", all, "more", more)
	case more < 0:
		s.add("letter.say.base_less", "n", all, "less", -more)
	default:
		s.add("letter.say.base", "n", all)
	}
	return s.text()
}

// OnSales tells what was sold, to whom, and how it stands against other days.
func (l Letter) OnSales(d view.Data) string {
	s := said{d: d}
	sold, ok := line(l.Figures.Sales, "ordered")
	orders, _ := line(l.Figures.Sales, "orders")
	mean, _ := line(l.Figures.Sales, "mean")
	if !ok {
		return ""
	}
	if orders.Now.N == 0 {
		s.add("letter.say.no_orders")
	} else {
		s.add("letter.say.ordered", "amount", l.Around(d, sold.Now.N), "n", orders.Now.N, "mean", l.Around(d, mean.Now.N))
	}
	if text := against(d, sold, sold.Year, sold.VsYear, l.Ago(d)); text != "" { // the days before stand in the first sentence
		s.out = append(s.out, text)
	}
	if part, ok := line(l.Figures.Sales, "from_new"); ok && part.Now.N > 0 && part.Now.Of > 0 {
		s.add("letter.say.from_new", "share", d.Locale.Percent(float64(part.Now.N)/float64(part.Now.Of)))
	}
	if len(l.Figures.Best) > 0 {
		s.add("letter.say.best", "name", l.Figures.Best[0].Name)
	}
	won, _ := line(l.Figures.Deals, "won")
	lost, _ := line(l.Figures.Deals, "lost")
	if won.Now.N > 0 && lost.Now.N == 0 {
		s.add("letter.say.deals_won", "n", won.Now.N)
	} else if won.Now.N+lost.Now.N > 0 {
		s.add("letter.say.deals", "won", won.Now.N, "lost", lost.Now.N)
	}
	if came, ok := line(l.Figures.Leads, "converted"); ok && came.Now.Of > 0 {
		s.add("letter.say.leads", "n", came.Now.Of, "k", came.Now.N)
	}
	return s.text()
}

// OnCash tells what came in, what is owed, and whether people keep their word.
func (l Letter) OnCash(d view.Data) string {
	s := said{d: d}
	in, ok := line(l.Figures.Cash, "received")
	if !ok {
		return ""
	}
	if in.Now.N == 0 {
		s.add("letter.say.no_money")
	} else {
		s.add("letter.say.received", "amount", l.Around(d, in.Now.N))
	}
	switch o := l.Figures.Owed; {
	case o == nil:
		s.add("letter.say.nothing_owed")
	case o.Overdue == 0:
		s.add("letter.say.owed", "amount", l.Around(d, o.Total))
	default:
		s.add("letter.say.overdue", "amount", l.Around(d, o.Total), "late", l.Around(d, o.Overdue), "n", o.Oldest)
	}
	if kept, ok := line(l.Figures.Promises, "kept"); ok && kept.Now.Of > 0 {
		s.add("letter.say.kept", "k", kept.Now.N, "n", kept.Now.Of)
	}
	return s.text()
}

// OnOpinion tells what customers said, and what became of complaints.
func (l Letter) OnOpinion(d view.Data) string {
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
		s.add(verdict, "name", one.Name, "score", f.Shown(d), "n", one.Now.N)
	}
	if l.Figures.Surveys != nil && len(s.out) == 0 {
		s.add("letter.say.few_answers")
	}
	if c := l.Figures.Cases; c != nil {
		if c.Opened.Now.N > 0 {
			s.add("letter.say.cases", "n", c.Opened.Now.N)
		} else {
			s.add("letter.say.no_cases")
		}
		if c.Open.N > 0 {
			s.add("letter.say.open", "n", c.Open.N)
		}
		if c.Rechecked.N > 0 {
			s.add("report.won", "k", c.Recovered.N, "n", c.Rechecked.N)
		}
	}
	return s.text()
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
	return map[string]string{lateCases: "flag", rescue: "heart", overdue: "wallet", quiet: "phone", behind: "target", lateLeads: "clock"}[s.Key]
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
