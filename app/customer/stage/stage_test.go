package stage_test

import (
	"testing"

	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
)

var rules = stage.Rules{NewDays: 60, RegularDays: 4, WonDays: 90, RiskTimes: 1.5, RiskLeast: 14, RiskDays: 120, LostTimes: 3, LostLeast: 60, LostDays: 365}

func TestTheRuleTellsWhereACustomerStands(t *testing.T) {
	today := cal.Date("2026-03-02")
	every := func(last, gap, n int) []cal.Date {
		var out []cal.Date
		for i := range n {
			out = append(out, today.AddDays(-last-i*gap))
		}
		return out
	}
	for name, c := range map[string]struct {
		days []cal.Date
		want string
	}{
		"nothing bought":                          {nil, stage.Prospect},
		"bought today":                            {every(0, 1, 1), stage.Fresh},
		"bought sixty days ago":                   {every(60, 1, 1), stage.Fresh},
		"bought once, a day later":                {every(61, 1, 1), stage.Active},
		"once, and silent for long":               {every(121, 1, 1), stage.AtRisk},
		"once, and silent for too long":           {every(366, 1, 1), stage.Lost},
		"three times, still new":                  {every(2, 20, 3), stage.Fresh},
		"three times a year":                      {every(10, 120, 3), stage.Active},
		"four times a year":                       {every(10, 90, 4), stage.Regular},
		"every twenty days, late":                 {every(31, 20, 8), stage.AtRisk},
		"every twenty days, just not late":        {every(30, 20, 8), stage.Regular},
		"every twenty days, lost":                 {every(61, 20, 8), stage.Lost},
		"every day, late by the rhythm only":      {every(10, 1, 40), stage.Fresh},
		"every day since long, late by 15 days":   {every(15, 1, 60), stage.AtRisk},
		"every day, sixty days of it":             {every(0, 1, 60), stage.Regular},
		"back after two years":                    {append(every(5, 1, 1), every(735, 30, 5)...), stage.WonBack},
		"back after two years, then bought on":    {append(every(5, 20, 4), every(735, 30, 5)...), stage.WonBack},
		"back after two years, long settled":      {append(every(5, 20, 6), every(835, 30, 5)...), stage.Regular},
		"an order of tomorrow":                    {every(-1, 1, 1), stage.Fresh},
		"a long gap that was not lost, no rhythm": {append(every(5, 1, 1), today.AddDays(-300)), stage.Active},
	} {
		if got, _ := rules.Tell(c.days, today); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestRulesMustLeadFromRiskToLost(t *testing.T) {
	if err := rules.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*stage.Rules){
		"lost before at risk":  func(r *stage.Rules) { r.LostDays = 100 },
		"the same times":       func(r *stage.Rules) { r.LostTimes = 1.5 },
		"more than is read":    func(r *stage.Rules) { r.RegularDays = 61 },
		"nothing":              func(r *stage.Rules) { r.NewDays = 0 },
		"less than the rhythm": func(r *stage.Rules) { r.RiskTimes = 0.5 },
	} {
		r := rules
		if change(&r); r.Validate() == nil {
			t.Errorf("%s passes", name)
		}
	}
}
