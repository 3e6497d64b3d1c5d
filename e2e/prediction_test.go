//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// habits fills a shop whose customers keep their rhythm and buy in pairs, until
// a week ago, when nearly all stayed away.
func (h house) habits(t *testing.T) {
	t.Helper()
	now := h.Clock.Now()
	on := func(ago int) string { return now.AddDate(0, 0, -ago).Format(time.DateOnly) }
	err := h.DB.Write(h.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		add := func(sql string, args ...any) error { _, err := tx.Exec(ctx, sql, args...); return err }
		for p := 1; p <= 12; p++ {
			if err := add(`INSERT INTO product (id, name, price, created_at, updated_at) VALUES (?, ?, 1000, 0, 0)`, p, fmt.Sprintf("Blend %d", p)); err != nil {
				return err
			}
		}
		order := 0
		for id := 1; id <= 72; id++ {
			if err := add(`INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (?, 'person', ?, '', '', 1, 0, 0)`, id, fmt.Sprintf("Regular %d", id)); err != nil {
				return err
			}
			if err := add(`INSERT INTO customer_stat (customer_id) VALUES (?)`, id); err != nil {
				return err
			}
			first, gap := 2*(id%6)+1, 10+id/2
			for ago := 8 + id%gap; ago < 420; ago += gap {
				order++
				if err := add(`INSERT INTO order_head (id, number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, 'completed', ?, ?, 0, 0)`,
					order, fmt.Sprint("P-", order), id, on(ago), "USD", 2000+10*(420-ago)); err != nil {
					return err
				}
				for _, p := range []int{first, first + 1} {
					if err := add(`INSERT INTO order_line (order_id, product_id, name, quantity, unit_price, total) VALUES (?, ?, ?, 1000, 1000, 1000)`, order, p, fmt.Sprintf("Blend %d", p)); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Jobs.RunNow(h.As(auth.System("shell")), "prediction_nightly"); err != nil {
		t.Fatal(err)
	}
}

// An owner reads who comes back, in which segment they are, what they are worth,
// what to do next, what to offer, when it is due, how sales go on and what is
// odd; each page says what it rests on, a step becomes a task, one that is not
// needed goes away, and a number of those who stay away opens their list.
func TestPredictionsEarnTheirPlace(t *testing.T) {
	for _, one := range []struct {
		locale                                                                              string
		retention, segments, worth, steps, offer, hits, due, ahead, checks, odd, why, tried string
		looks                                                                               []Look
	}{
		{"en", "Retention", "Segments", "Lifetime value", "Next steps", "What to offer", "These offers", "Due again", "Sales ahead", "By week", "Out of the ordinary", "times as often as by chance", "Does being late mean anything here?", []Look{Desk, DeskDark}},
		{"zh-CN", "留存", "分群", "价值", "下一步", "推荐什么", "按搭配推荐", "该补货了", "营业额展望", "按周", "异常提醒", "是巧合的", "在您店里说明问题吗", []Look{PhoneZh}},
	} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			h.habits(t)
			for _, look := range one.looks {
				tab := signIn(t, h.URL, look)
				for _, page := range []struct {
					path string
					sees []string
				}{
					{"/insight/retention", []string{one.retention, one.tried}},
					{"/insight/rfm", []string{one.segments}},
					{"/insight/worth", []string{one.worth}},
					{"/insight/recommendations", []string{one.offer, one.hits, "Blend 1"}},
					{"/insight/reorder", []string{one.due, "Blend"}},
					{"/insight/outlook", []string{one.ahead, one.checks}},
					{"/insight/outlook?by=week", []string{one.ahead}},
					{"/insight/watch", []string{one.odd}},
					{"/products/1", []string{one.why}},
					{"/customers/1", []string{one.why}},
				} {
					tab.Go(page.path)
					tab.Sees(page.sees...)
					tab.Check()
				}
				tab.Go("/today")
				tab.Sees("7")
				tab.Waits(`document.querySelector('main a[href="/insight/watch"]') !== null`)
				tab.Check()
			}
			tab := signIn(t, h.URL, one.looks[0])
			tab.Go("/next-steps")
			tab.Sees(one.steps)
			tab.Check()
			tab.Waits(`document.querySelector('details.away') !== null`)
			planned := tab.step()
			tab.Submit(`form[action="/next-steps/task"] button`)
			tab.Comes(h.View.Bundle().For(one.locale).T("advice.planned"))
			tab.Waits(`!` + planned)
			step := tab.step()
			tab.eval(`document.querySelector('details.away').open = true`, nil)
			tab.Check()
			tab.Submit(`details.away[open] button[name=quick]`)
			tab.Waits(`!` + step)
			step = tab.step()
			tab.eval(`(() => { const d = document.querySelector('details.away'); d.open = true; d.querySelector('[name=reason]').value = "They moved to the coast" })()`, nil)
			tab.Submit(`details.away[open] form > button:not([name])`)
			tab.Waits(`!` + step)
			tab.Go("/tasks")
			tab.Waits(`document.querySelector('main a[href^="/tasks/"]') !== null`)

			tab.Go("/insight/retention")
			tab.Submit(`section[aria-labelledby="st"] a`)
			tab.Sees("Regular ")
			tab.Check()
		})
	}
}

// step is a script that tells whether the step which stands first is offered.
func (tab *Tab) step() string {
	tab.t.Helper()
	var first string
	tab.eval(`(() => { const f = document.querySelector("details.away form"); return f.elements.kind.value + " " + f.elements.customer_id.value })()`, &first)
	return fmt.Sprintf(`[...document.querySelectorAll("details.away form")].some((f) => f.elements.kind.value + " " + f.elements.customer_id.value === %q)`, first)
}
