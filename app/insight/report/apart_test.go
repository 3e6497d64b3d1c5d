package report_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/insight/report"
	"regulars/app/voice/survey"
)

// Anonymous answers and reviews stand in a report with their own numbers, make
// no score, and tell of nobody.
func TestAnonymousAnswersAndReviewsStandApart(t *testing.T) {
	s := newShop(t, "en")
	var v survey.Object
	s.api.Into(&v, 201, "POST", "/surveys", `{"name":"Frankly","kind":"csat","texts":{"en":{"question":"How is it?"}}}`)
	s.api.Into(&v, 200, "POST", fmt.Sprintf("/surveys/%d/anonymity", v.ID), fmt.Sprintf(`{"version":%d}`, v.Version))
	for i := range 9 {
		s.exec(`INSERT INTO survey_anonymous (key, survey_id, survey_version, score, comment, day) VALUES (?, ?, 1, 5, 'quokka', ?)`,
			fmt.Sprint("k", i), v.ID, map[bool]string{true: "2026-02-09", false: "2026-02-16"}[i < 6])
	}
	for i, one := range []struct {
		stars, customer any
		day             string
		replied         any
	}{{2.0, 1, "2026-02-10", nil}, {5.0, 2, "2026-02-11", 1}, {5.0, nil, "2026-02-12", nil}, {nil, nil, "2026-02-13", 1}, {1.0, nil, "2026-01-12", 1}, {3.0, nil, "2025-01-12", nil}} {
		s.exec(`INSERT INTO review (platform, stars, words, posted_on, replied_at, customer_id, external_id, created_at, updated_at) VALUES ('Map', ?, 'w', ?, ?, ?, ?, 1, 1)`,
			one.stars, one.day, one.replied, one.customer, fmt.Sprint("e", i))
	}
	var shop, north report.Object
	s.api.Into(&shop, 201, "POST", "/satisfaction-reports", `{"kind":"monthly"}`)
	f := shop.Figures
	if len(f.Secret) != 1 || f.Secret[0].ID != v.ID || len(f.Secret[0].Batches) != 1 {
		t.Fatalf("the anonymous survey is %+v", f.Secret)
	}
	if b := f.Secret[0].Batches[0]; b.Score.N != 6 || b.Since != "2026-02-09" || b.Until != "2026-02-15" || b.Score.Rows != "" {
		t.Errorf("the batch is %+v", b)
	}
	for _, one := range f.Surveys {
		if one.ID == v.ID || one.Score.N > 60 {
			t.Errorf("anonymous answers make a score: %+v", one)
		}
	}
	r := f.Reviews
	if r == nil || r.Written.N != 4 || r.Rated != 3 || r.Mean != 4 || r.Unhappy.N != 1 || r.Unanswered.N != 2 || r.Before.N != 1 || r.BeforeMean != 1 {
		t.Fatalf("the reviews are %+v", r)
	}
	s.api.Into(&north, 201, "POST", "/satisfaction-reports", fmt.Sprintf(`{"kind":"monthly","team_id":%d}`, s.north))
	own := north.Figures.Reviews
	if own == nil || own.Written.N != 1 || own.Unhappy.N != 1 || north.Figures.Secret != nil {
		t.Errorf("the team's report has %+v and %+v", own, north.Figures.Secret)
	}
	for _, one := range []report.Number{r.Written, r.Unhappy, r.Unanswered, r.Before, own.Written, own.Unhappy, own.Unanswered, own.Before} {
		if n := s.listed(one.Rows); n != one.N {
			t.Errorf("%d opens %d: %s", one.N, n, one.Rows)
		}
	}
	b := s.Owner()
	page := b.Get(fmt.Sprintf("/satisfaction-reports/%d", shop.ID)).Body
	for _, want := range []string{"Frankly", "6 answers", "at least five people", "4.0 of 5 on average, from 3 with stars", "2 reviews have no answer yet"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "quokka") || strings.Contains(page, "9 answers") {
		t.Error("the page tells more than whole weeks")
	}
	if team := b.Get(fmt.Sprintf("/satisfaction-reports/%d", north.ID)).Body; strings.Contains(team, "Frankly") || !strings.Contains(team, "belong to nobody&#39;s team") {
		t.Error("a team's report does not say where anonymous answers are")
	}
	s.api.Into(nil, 200, "PATCH", "/settings/satisfaction-report", `{"rhythm":"monthly","day":2,"recipients":[1]}`)
	s.Clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	if err := s.Reports().Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(`SELECT count(*) FROM outbox WHERE purpose = 'staff' AND payload LIKE '%Frankly%' AND payload LIKE '%6 answers%' AND payload LIKE '%4.0 of 5 on average, from 3 with stars%' AND payload NOT LIKE '%quokka%'`); n != 1 {
		t.Error("the mail does not tell of anonymous answers and reviews")
	}
}
