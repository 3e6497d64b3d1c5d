package report

import (
	"strings"

	"regulars/app/insight/satisfaction"
	"regulars/app/kit/stats"
	"regulars/app/sys/view"
)

// Words for what a report keeps, the same on the page, in the mail and as the
// pages of results write them. In templates that are tried without a report
// there is nothing to say.

// Compared names the days before.
func (r Report) Compared(d view.Data) string {
	return d.Locale.T("report.compared", "from", d.Date(r.Figures.Before), "to", d.Date(r.Since.AddDays(-1)))
}

// Shown is the score, or that there are too few answers for one.
func (s Survey) Shown(d view.Data) string {
	if !s.Scored {
		return d.Locale.T("report.no_score")
	}
	return s.Score.Figure(s.Kind).Shown(d)
}

// Likely is the score's interval in words.
func (s Survey) Likely(d view.Data) string {
	if !s.Scored {
		return ""
	}
	return s.Score.Figure(s.Kind).Likely(d)
}

// Earlier is the score of the days before.
func (s Survey) Earlier(d view.Data) string {
	if !s.Scored {
		return ""
	}
	return s.Before.Figure(s.Kind).Shown(d)
}

// Answers counts the answers in words.
func (s Survey) Answers(d view.Data) string { return d.Locale.T("report.answers", "n", s.Given.N) }

// Reached is how many of those asked answered, with its interval once there are
// enough of them.
func (s Survey) Reached(d view.Data) string {
	switch {
	case s.Asked.N == 0:
		return d.Locale.T("report.nobody_asked")
	case s.Asked.N < 5:
		return d.Locale.T("report.asked_of", "k", s.Answered, "n", s.Asked.N)
	}
	return d.Locale.T("report.asked_rate", "k", s.Answered, "n", s.Asked.N, "share", d.Locale.Percent(float64(s.Answered)/float64(s.Asked.N)),
		"low", d.Locale.Percent(s.RateLow/100), "high", d.Locale.Percent(s.RateHigh/100))
}

// Anonymity says what is told of anonymous surveys, and what is not.
func (r Report) Anonymity(d view.Data) string {
	switch {
	case r.Figures.Anonymous == 0:
		return ""
	case r.TeamID != 0:
		return d.Locale.T("report.anonymous_team")
	}
	return d.Locale.T("report.anonymous")
}

// Shown is the batch's score, or that the survey has none.
func (b Batch) Shown(d view.Data, s Secret) string {
	if !s.Scored {
		return d.Locale.T("report.no_score")
	}
	return b.Score.Figure(s.Kind).Shown(d)
}

// Likely is its interval in words.
func (b Batch) Likely(d view.Data, s Secret) string {
	if !s.Scored {
		return ""
	}
	return b.Score.Figure(s.Kind).Likely(d)
}

// Days names the batch, with how many answers it holds.
func (b Batch) Days(d view.Data) string {
	return d.Locale.T("satisfaction.from_to", "from", d.Date(b.Since), "to", d.Date(b.Until))
}

// Answers counts its answers in words.
func (b Batch) Answers(d view.Data) string { return d.Locale.T("report.answers", "n", b.Score.N) }

// stars is an average with how many made it, "" where nothing was written.
func stars(d view.Data, mean float64, rated, all int) string {
	if all == 0 {
		return ""
	}
	if rated == 0 {
		return d.Locale.T("report.no_stars")
	}
	return d.Locale.T("report.stars", "mean", d.Locale.Decimal(mean, 1), "n", rated)
}

// Stars are the average of the days.
func (r Reviews) Stars(d view.Data) string { return stars(d, r.Mean, r.Rated, r.Written.N) }

// Earlier is that of the days before.
func (r Reviews) Earlier(d view.Data) string { return stars(d, r.BeforeMean, r.BeforeHas, r.Before.N) }

func (c Change) difference() satisfaction.Difference {
	return satisfaction.Difference{Delta: c.Delta, P: c.P, Method: stats.Method(c.Method), Smaller: c.Smaller, Several: c.Several, Least: c.Least, Valid: c.Valid,
		Verdict: stats.Verdict(c.Verdict)}
}

// Real tells whether a change is likely real.
func (s Survey) Real() bool { return s.Change != nil && s.Change.difference().Real() }

// Moved is the change with its verdict: how much is said only where both scores
// are shown.
func (s Survey) Moved(d view.Data) string {
	if s.Change == nil {
		return d.Locale.T("report.nothing_before")
	}
	c := s.Change.difference()
	if !s.Score.Figure(s.Kind).Known() || !s.Before.Figure(s.Kind).Known() {
		return c.Words(d)
	}
	return d.Locale.T("satisfaction.said", "amount", c.Amount(d, s.Kind), "verdict", c.Words(d))
}

// Why says what the verdict rests on, and names the test.
func (s Survey) Why(d view.Data) string {
	if s.Change == nil {
		return ""
	}
	c := s.Change.difference()
	why := c.Why(d, s.Kind)
	if test := c.Test(d); test != "" {
		why += " " + test + "."
	}
	return why
}

// Name is the theme in the reader's language.
func (t Theme) Name(d view.Data) string {
	return satisfaction.Theme{NameEN: t.NameEN, NameZH: t.NameZH}.Name(d.Locale.Tag())
}

// Count says how many of those who speak of it are unhappy.
func (t Theme) Count(d view.Data) string {
	return d.Locale.T("report.unhappy_of", "k", t.Unhappy.N, "n", t.All.N)
}

// Whose says whether the unhappy speak of it more than the happy.
func (t Theme) Whose(d view.Data) string {
	one := satisfaction.Theme{Verdict: stats.Verdict(t.Verdict)}
	one.Odds.Delta = -1
	if t.More {
		one.Odds.Delta = 1
	}
	return one.Whose(d)
}

// Words are the step as a sentence.
func (s Step) Words(d view.Data) string {
	name := satisfaction.Theme{NameEN: s.NameEN, NameZH: s.NameZH}.Name(d.Locale.Tag())
	return d.Locale.T("report.step."+s.Key, "n", s.N, "name", name)
}

// Icon is the step's.
func (s Step) Icon() string {
	switch s.Key {
	case waiting, late:
		return "flag"
	case improve, tell:
		return "rise"
	case assign:
		return "people"
	case fell:
		return "warn"
	case reply:
		return "star"
	}
	return "send"
}

// Won says how many of those asked again in the days were won back.
func (r Recovery) Won(d view.Data) string {
	if r.Rechecked.N == 0 {
		return d.Locale.T("report.nobody_asked_again")
	}
	return d.Locale.T("report.won", "k", r.Recovered.N, "n", r.Rechecked.N)
}

// Beside sets a year's recoveries beside what happens by itself.
func (r Recovery) Beside(d view.Data) string {
	t, pct := d.Locale.T, d.Locale.Percent
	var out []string
	if r.Year.N >= 5 {
		out = append(out, t("report.won_year", "share", pct(float64(r.Year.K)/float64(r.Year.N)), "n", r.Year.N, "low", pct(r.Year.Low), "high", pct(r.Year.High),
			"all", pct(float64(r.Opened.K)/float64(max(1, r.Opened.N))), "opened", r.Opened.N))
	}
	if !r.Known {
		return strings.Join(append(out, t("improvement.natural_unknown", "have", r.Natural.N, "need", enough)), " ")
	}
	out = append(out, t("improvement.natural", "share", pct(float64(r.Natural.K)/float64(r.Natural.N)), "n", r.Natural.N))
	if r.Year.N >= 5 {
		verdict := t("report.against_natural", "verdict", t("satisfaction.verdict."+r.Verdict))
		if r.Verdict != string(stats.TooEarly) {
			test := satisfaction.Difference{P: r.P, Method: stats.Method(r.Method), Valid: true, Verdict: stats.Verdict(r.Verdict)}
			verdict += " " + test.Test(d) + "."
		}
		out = append(out, verdict)
	}
	return strings.Join(out, " ")
}
