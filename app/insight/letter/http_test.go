package letter_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/letter"
	"regulars/app/kit/cal"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
)

const lead = "lead@example.com"

// shop is one with two teams and two years of random sales. The clock shows the
// first of March 2026, a Sunday.
type shop struct {
	*apptest.App
	api          *apptest.API
	north, south int64
}

func newShop(t *testing.T, locale string, seed uint64) *shop {
	t.Helper()
	s := &shop{App: apptest.NewIn(t, locale, func(c *config.Config) { c.BaseURL = "https://shop.example.com" })}
	s.api = s.App.API("", "write")
	s.Clock.Set(time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC))
	var north, south struct{ ID int64 }
	s.api.Into(&north, 201, "POST", "/teams", `{"name":"North"}`)
	s.api.Into(&south, 201, "POST", "/teams", `{"name":"South"}`)
	s.north, s.south = north.ID, south.ID
	lea, tom := s.Colleague(lead, "manager"), s.Colleague("tom@example.com", "manager")
	s.write(func(exec func(string, ...any)) {
		exec(`UPDATE user SET team_id = ?, name = 'Lea North' WHERE id = ?`, north.ID, lea.ID)
		exec(`UPDATE user SET team_id = ? WHERE id = ?`, south.ID, tom.ID)
		exec(`UPDATE role SET reach = 'team' WHERE name = 'manager'`)
		exec(`UPDATE role SET reach = 'own' WHERE name = 'member'`)
		if seed != 0 {
			fill(exec, rand.New(rand.NewPCG(seed, seed)), []any{lea.ID, tom.ID, nil})
		}
	})
	return s
}

func (s *shop) write(fn func(exec func(string, ...any))) {
	s.T.Helper()
	err := s.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		var all error
		fn(func(query string, args ...any) {
			if _, err := tx.Exec(ctx, query, args...); err != nil {
				all = fmt.Errorf("%w: %s", err, query)
			}
		})
		return all
	})
	if err != nil {
		s.T.Fatal(err)
	}
}

// fill makes up customers, orders with lines, returns, drafts, payments,
// receipts, promises, deals and leads.
func fill(exec func(string, ...any), rng *rand.Rand, owners []any) {
	for _, metric := range []string{"won", "received", "new_customers", "contacts"} {
		exec(`INSERT INTO target (period, metric, subject, amount, created_at, updated_at) VALUES ('2026-Q1', ?, 'company', 1000000, 1, 1)`, metric)
	}
	exec(`INSERT INTO target (period, metric, subject, team_id, amount, created_at, updated_at) VALUES ('2026-Q1', 'received', 'team', 1, 1000000, 1, 1)`)
	exec(`INSERT INTO product (id, name, created_at, updated_at) VALUES (1, 'Beans', 1, 1), (2, 'Cups', 1, 1)`)
	day := func() cal.Date { return cal.Date("2024-03-01").AddDays(rng.IntN(731)) }
	order := 0
	for c := 1; c <= 90; c++ {
		exec(`INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (?1, 'person', ?2, ?2, ?2, ?3, 1, 1)`, c, fmt.Sprintf("C%02d", c), owners[c%3])
		for range rng.IntN(14) {
			order++
			total, status := 1+rng.IntN(20_000), []string{"confirmed", "completed", "completed", "draft", "cancelled"}[rng.IntN(5)]
			if rng.IntN(12) == 0 {
				total = -total / 4
			}
			on := day()
			exec(`INSERT INTO order_head (id, number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?1, 'R' || ?1, ?2, ?3, ?4, 'USD', ?5, 1, 1)`, order, c, on, status, total)
			exec(`INSERT INTO order_line (order_id, product_id, name, quantity, unit_price, total) VALUES (?, ?, 'x', 1000, ?, ?)`, order, 1+rng.IntN(2), total, total)
			if total > 0 && status == "completed" && rng.IntN(3) > 0 {
				exec(`INSERT INTO payment (order_id, customer_id, amount, paid_on, created_at, updated_at) VALUES (?, ?, ?, ?, 1, 1)`, order, c, total, on.AddDays(rng.IntN(20)))
			}
		}
		if rng.IntN(4) == 0 {
			exec(`INSERT INTO receipt (customer_id, amount, currency, received_on, created_at, updated_at) VALUES (?, ?, 'USD', ?, 1, 1)`, c, 100+rng.IntN(5000), day())
			exec(`INSERT INTO promise (customer_id, side, kind, made_on, due_on, state, created_at, updated_at) VALUES (?1, 'theirs', 'other', ?2, ?2, ?3, 1, 1)`, c, day(),
				[]string{"open", "kept", "late", "broken"}[rng.IntN(4)])
		}
		exec(`INSERT INTO customer_stat (customer_id, orders, first_order_on, last_order_on)
			SELECT ?1, count(*), coalesce(min(ordered_on), ''), coalesce(max(ordered_on), '') FROM order_head WHERE customer_id = ?1 AND status IN ('confirmed', 'completed') AND total >= 0
			ON CONFLICT (customer_id) DO UPDATE SET orders = excluded.orders, first_order_on = excluded.first_order_on, last_order_on = excluded.last_order_on`, c)
		on := day()
		exec(`INSERT INTO deal (name, customer_id, owner_id, pipeline_id, stage_id, result, amount, currency, opened_on, closed_on, created_at, updated_at, moved_at)
			SELECT 'D', ?1, ?2, pipeline_id, id, ?3, 5000, 'USD', ?4, ?4, 1, 1, 1 FROM deal_stage ORDER BY id LIMIT 1`, c, owners[c%3], []string{"won", "lost"}[rng.IntN(2)], on)
		exec(`INSERT INTO lead (name, owner_id, state, currency, received_at, created_at, updated_at) VALUES ('L', ?, ?, 'USD', ?, 1, 1)`, owners[c%3], []string{"new", "converted"}[rng.IntN(2)],
			on.Time(time.UTC).Add(5*time.Hour).UnixMilli())
	}
}

func (s *shop) run() {
	s.T.Helper()
	if err := s.Letters().Run(context.Background()); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) made() int {
	return s.Count(`SELECT count(*) FROM owner_letter WHERE team_id IS NULL`)
}
func (s *shop) mails() int { return s.Count(`SELECT count(*) FROM outbox WHERE purpose = 'staff'`) }

// listed is how many records the page behind a number shows, by the API that the
// page asks too.
func (s *shop) listed(api *apptest.API, rows string) int {
	s.T.Helper()
	u, err := url.Parse(rows)
	if err != nil || rows == "" {
		s.T.Fatalf("%q leads nowhere: %v", rows, err)
	}
	q := u.Query()
	var list struct{ Total int }
	if !strings.HasPrefix(u.Path, "/letters/") {
		q.Del("look")
		q.Set("count", "true")
		q.Set("limit", "1")
	}
	api.Into(&list, 200, "GET", u.Path+"?"+q.Encode(), "")
	return list.Total
}

const (
	counts  = ` status IN ('confirmed', 'completed') AND ordered_on BETWEEN ?1 AND ?2 AND (?3 = 0 OR customer_id IN (SELECT c.id FROM customer c JOIN user u ON u.id = c.owner_id WHERE u.team_id = ?3))`
	theirs  = ` BETWEEN ?1 AND ?2 AND (?3 = 0 OR customer_id IN (SELECT c.id FROM customer c JOIN user u ON u.id = c.owner_id WHERE u.team_id = ?3))`
	members = ` AND (?3 = 0 OR owner_id IN (SELECT id FROM user WHERE team_id = ?3))`
)

// plain are the figures as somebody would count them by hand.
var plain = map[string]string{
	"active":     `SELECT count(DISTINCT customer_id) FROM order_head WHERE total >= 0 AND` + counts,
	"new":        `SELECT count(*) FROM (SELECT customer_id, min(ordered_on) AS first FROM order_head WHERE status IN ('confirmed', 'completed') AND total >= 0 GROUP BY 1) WHERE first` + theirs,
	"ordered":    `SELECT coalesce(sum(total), 0) FROM order_head WHERE` + counts,
	"orders":     `SELECT count(*) FROM order_head WHERE total >= 0 AND` + counts,
	"mean":       `SELECT coalesce(sum(total) / nullif(count(*), 0), 0) FROM order_head WHERE total >= 0 AND` + counts,
	"received":   `SELECT coalesce((SELECT sum(amount) FROM payment WHERE receipt_id IS NULL AND paid_on` + theirs + `), 0) + coalesce((SELECT sum(amount) FROM receipt WHERE received_on` + theirs + `), 0)`,
	"kept":       `SELECT count(*) FROM promise WHERE state = 'kept' AND due_on` + theirs,
	"won":        `SELECT count(*) FROM deal WHERE result = 'won' AND closed_on BETWEEN ?1 AND ?2` + members,
	"won_amount": `SELECT count(*) * 5000 FROM deal WHERE result = 'won' AND closed_on BETWEEN ?1 AND ?2` + members,
	"lost":       `SELECT count(*) FROM deal WHERE result = 'lost' AND closed_on BETWEEN ?1 AND ?2` + members,
	"leads":      `SELECT count(*) FROM lead WHERE date(received_at / 1000, 'unixepoch') BETWEEN ?1 AND ?2` + members,
	"converted":  `SELECT count(*) FROM lead WHERE state = 'converted' AND date(received_at / 1000, 'unixepoch') BETWEEN ?1 AND ?2` + members,
	"from_new":   `SELECT coalesce(sum(total), 0) FROM order_head o WHERE` + counts + ` AND (SELECT min(ordered_on) FROM order_head x WHERE x.customer_id = o.customer_id AND x.total >= 0 AND x.status IN ('confirmed', 'completed')) = o.ordered_on`,
}

func TestFiguresArePlainCountsAndOpenTheirRows(t *testing.T) {
	for seed := range uint64(3) {
		s := newShop(t, "en", seed+1)
		lea := s.App.API(lead, "write")
		for _, c := range []struct {
			api  *apptest.API
			body string
			team int64
		}{{s.api, `{"kind":"monthly"}`, 0}, {s.api, fmt.Sprintf(`{"kind":"monthly","team_id":%d}`, s.north), s.north}, {lea, `{"kind":"weekly"}`, s.north}} {
			s.Clock.Set(s.Clock.Now().Add(time.Minute))
			var l letter.Object
			c.api.Into(&l, 201, "POST", "/letters", c.body)
			f := l.Figures
			spans := [3][2]cal.Date{{l.Since, l.Until}, {f.Before.Since, f.Before.Until}, {f.Year.Since, f.Year.Until}}
			seen := 0
			for _, lines := range [][]letter.Line{f.Customers, f.Sales, f.Deals, f.Leads, f.Cash, f.Promises} {
				for _, one := range lines {
					for i, v := range []letter.Value{one.Now, one.Before, one.Year} {
						if query := plain[one.Key]; query != "" {
							seen++
							if want := int64(s.Count(query, spans[i][0], spans[i][1], c.team)); !v.Known || v.N != want {
								t.Errorf("seed %d team %d: %s of %v is %+v, counted by hand %d", seed, c.team, one.Key, spans[i], v, want)
							}
						}
						n := v.N
						switch {
						case v.Rows == "" || one.Unit == letter.Money && one.Key != "received" || one.Key == "from_new":
							continue
						case one.Key == "kept":
							n = v.Of
						case one.Key == "received":
							n = int64(s.Count(`SELECT (SELECT count(*) FROM payment WHERE receipt_id IS NULL AND paid_on`+theirs+`) + (SELECT count(*) FROM receipt WHERE received_on`+theirs+`)`, spans[i][0], spans[i][1], c.team))
						}
						if got := s.listed(c.api, v.Rows); int64(got) != n {
							t.Errorf("seed %d team %d: %s is %d and opens %d: %s", seed, c.team, one.Key, n, got, v.Rows)
						}
					}
				}
			}
			if seen < 3*len(plain) {
				t.Errorf("only %d figures seen", seen)
			}
			bars := int64(0)
			for _, b := range f.Bars {
				bars += int64(s.Count(plain["ordered"], b.Since, b.Until, c.team)) - b.Total
				if b.HasYear {
					bars += int64(s.Count(plain["ordered"], b.Since.AddDays(-364), b.Until.AddDays(-364), c.team)) - b.Year
				}
			}
			if len(f.Bars) != 13 || bars != 0 {
				t.Errorf("%d bars are off by %d", len(f.Bars), bars)
			}
			for _, b := range f.Best {
				want := s.Count(`SELECT sum(l.total) FROM order_line l JOIN order_head o ON o.id = l.order_id WHERE product_id = ?4 AND`+strings.NewReplacer(" status", " o.status", "(?3 = 0 OR customer_id", "(?3 = 0 OR o.customer_id").Replace(counts), l.Since, l.Until, c.team, b.ID)
				if int64(want) != b.Amount || s.listed(c.api, b.Rows) == 0 {
					t.Errorf("%s sold for %d, by hand %d", b.Name, b.Amount, want)
				}
			}
			for _, step := range f.Steps {
				if !strings.HasPrefix(step.Path, "/receivables") && !strings.HasPrefix(step.Path, "/targets") && s.listed(c.api, step.Path) != step.N {
					t.Errorf("%s is %d and opens another number: %s", step.Key, step.N, step.Path)
				}
			}
			want := []int64{int64(s.Count(plain["won_amount"], "2026-01-01", "2026-03-31", 0)), int64(s.Count(plain["received"], "2026-01-01", "2026-03-31", 0)), 0, 0}
			if c.team != 0 {
				want = []int64{int64(s.Count(plain["received"], "2026-01-01", "2026-03-31", c.team))}
			}
			if len(f.Targets) != len(want) {
				t.Fatalf("targets are %+v", f.Targets)
			}
			for i, v := range want {
				if f.Targets[i].Value != v || f.Targets[i].Elapsed < .6 || f.Targets[i].Elapsed > .7 {
					t.Errorf("target %+v, by hand %d", f.Targets[i], v)
				}
			}
			if len(f.Steps) > 5 {
				t.Errorf("%d steps", len(f.Steps))
			}
		}
	}
}

// broken fails the first commit that makes a letter, as a kill would.
type broken struct{ left int }

func (b *broken) Begin(context.Context, *db.Tx) error { return nil }

func (b *broken) Commit(ctx context.Context, tx *db.Tx) error {
	var n int
	if err := tx.Get(ctx, &n, `SELECT count(*) FROM owner_letter`); err != nil || n == 0 || b.left == 0 {
		return err
	}
	b.left--
	return errors.New("killed")
}

func TestALetterComesOncePerOccasionAndNotInPiles(t *testing.T) {
	s := newShop(t, "en", 5)
	b := s.Owner()
	b.Get("/settings/letter")
	if r := b.Post("/settings/letter", "monthly", "1", "weekday", "1", "day", "2", "recipients", "1", "recipients", "2"); r.Status != http.StatusSeeOther {
		t.Fatalf("settings: %d %s", r.Status, r.Body)
	}
	s.run()
	s.Clock.Set(time.Date(2026, 3, 2, 6, 59, 0, 0, time.UTC))
	s.run()
	if s.made() != 0 {
		t.Fatal("too early, or from before the decision")
	}
	s.Clock.Set(time.Date(2026, 3, 2, 7, 1, 0, 0, time.UTC))
	s.DB.Hook(&broken{left: 1})
	if err := s.Letters().Run(context.Background()); err == nil || s.made() != 0 || s.mails() != 0 {
		t.Fatalf("a kill leaves %d letters and %d mails: %v", s.made(), s.mails(), err)
	}
	for range 3 {
		s.run()
		if s.made() != 1 || s.mails() != 2 || s.Count(`SELECT count(*) FROM owner_letter`) != 3 {
			t.Fatalf("%d letters, %d mails", s.made(), s.mails())
		}
	}
	if n := s.Count(`SELECT count(*) FROM outbox WHERE user_id = 1 AND subject LIKE '%: February%' AND payload LIKE '%https://shop.example.com/letters/%' AND payload LIKE '%What to look at%' AND payload LIKE '%██%'`); n != 1 {
		t.Error("the owner's mail does not hold the letter")
	}
	if n := s.Count(`SELECT count(*) FROM outbox WHERE user_id = 2 AND subject LIKE 'North: %'`); n != 1 {
		t.Error("the lead's mail is not their team's")
	}
	s.Clock.Set(time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)) // the clock goes back
	s.run()
	s.Clock.Set(time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)) // and four months pass
	s.run()
	if s.made() != 2 || s.mails() != 4 || s.Count(`SELECT count(*) FROM owner_letter WHERE slot = '2026-06'`) != 3 {
		t.Errorf("after an absence %d letters, %d mails", s.made(), s.mails())
	}
}

// A year of weeks and months in a zone whose clocks change: every week and every
// month once, each with one mail.
func TestAYearOfLetters(t *testing.T) {
	s := newShop(t, "en", 0)
	s.write(func(exec func(string, ...any)) {
		exec(`UPDATE setting SET value = json_set(value, '$.timezone', 'Europe/London') WHERE name = 'business'`)
	})
	s.Clock.Set(time.Date(2027, 12, 30, 12, 0, 0, 0, time.UTC))
	s.api = s.App.API("", "write")
	s.api.Into(nil, 200, "PATCH", "/settings/letter", `{"weekly":true,"monthly":true,"weekday":1,"day":1,"recipients":[1]}`)
	for now := s.Clock.Now(); now.Before(time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)); now = now.Add(23*time.Hour + 47*time.Minute) {
		s.Clock.Set(now)
		s.run()
	}
	if w, m := s.Count(`SELECT count(DISTINCT slot) FROM owner_letter WHERE kind = 'weekly'`), s.Count(`SELECT count(DISTINCT slot) FROM owner_letter WHERE kind = 'monthly'`); w != 52 || m != 12 || s.made() != w+m || s.mails() != w+m {
		t.Errorf("%d weeks, %d months, %d letters, %d mails", w, m, s.made(), s.mails())
	}
	if n := s.Count(`SELECT count(*) FROM owner_letter WHERE slot = '2028-02' AND last_day = '2028-02-29' AND json_extract(figures, '$.year.until') = '2027-02-28' AND team_id IS NULL`); n != 1 {
		t.Error("the leap year's February is wrong")
	}
}

func TestTeamsSeeTheirOwnLettersOnly(t *testing.T) {
	s := newShop(t, "en", 6)
	s.Colleague(apptest.MemberEmail, "member")
	s.api.Into(nil, 200, "PATCH", "/settings/letter", `{"monthly":true,"day":1}`)
	s.Clock.Set(time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC))
	s.run()
	var all, own struct{ Items []letter.Object }
	s.api.Into(&all, 200, "GET", "/letters", "")
	lea, member := s.App.API(lead, "write"), s.App.API(apptest.MemberEmail, "write")
	lea.Into(&own, 200, "GET", "/letters", "")
	if len(all.Items) != 3 || len(own.Items) != 1 || own.Items[0].TeamID == nil || *own.Items[0].TeamID != s.north {
		t.Fatalf("the owner sees %d, the lead %+v", len(all.Items), own.Items)
	}
	b := s.SignIn(lead, apptest.Password)
	for _, l := range all.Items {
		want := http.StatusNotFound
		if l.TeamID != nil && *l.TeamID == s.north {
			want = http.StatusOK
		}
		path := fmt.Sprintf("/letters/%d", l.ID)
		if got := lea.Call("GET", path, "").Status; got != want {
			t.Errorf("the lead gets %d for %+v", got, l)
		}
		if got := b.Get(path).Status; got != want {
			t.Errorf("the lead's page answers %d for %+v", got, l)
		}
		if got := member.Call("GET", path, "").Status; got != http.StatusNotFound {
			t.Errorf("a member gets %d", got)
		}
	}
	span := "since=2026-02-01&until=2026-02-28"
	for _, path := range []string{"/letters/customers?of=active&" + span, "/letters/money?" + span} {
		for query, want := range map[string][3]int{"": {200, 200, 404}, fmt.Sprintf("&team=%d", s.north): {200, 200, 404}, fmt.Sprintf("&team=%d", s.south): {200, 404, 404}, "&team=99": {404, 404, 404}} {
			for i, api := range []*apptest.API{s.api, lea, member} {
				if got := api.Call("GET", path+query, "").Status; got != want[i] {
					t.Errorf("%d %s: %d, want %d", i, path+query, got, want[i])
				}
			}
		}
		if got := s.Anonymous().Call("GET", path, "").Status; got != http.StatusUnauthorized {
			t.Errorf("nobody gets %d for %s", got, path)
		}
	}
	for path, want := range map[string]int{"/letters/customers?of=everything&" + span: 422, "/letters/customers?of=active&since=2026-02-30&until=2026-03-01": 422, "/letters/money?since=2026-03-01&until=2026-02-01": 422,
		"/letters/money?since=2020-01-01&until=2026-02-01": 422, "/letters/customers?of=silent&as_of=2026-01-01&" + span: 422, "/letters/money?since=x'--&until=y": 422, "/letters/money": 422} {
		if got := s.api.Call("GET", path, "").Status; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	for body, want := range map[string]int{fmt.Sprintf(`{"kind":"monthly","team_id":%d}`, s.south): 404, `{"kind":"monthly","team_id":99}`: 404} {
		if got := lea.Call("POST", "/letters", body).Status; got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	for body, want := range map[string]int{`{"kind":"monthly","team_id":99}`: 404, `{"kind":"monthly","team_id":-1}`: 422, `{"kind":"quarterly"}`: 422, `{"kind":"monthly","team_id":"1 OR 1"}`: 422} {
		if got := s.api.Call("POST", "/letters", body).Status; got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	if got := s.App.API("", "read").Call("POST", "/letters", `{"kind":"monthly"}`).Status; got != http.StatusForbidden {
		t.Errorf("a read token makes a letter: %d", got)
	}
	for _, path := range []string{"/letters", "/letters/1", "/settings/letter"} {
		if got := s.Anonymous().Call("GET", path, "").Status; got != http.StatusUnauthorized {
			t.Errorf("nobody gets %d for %s", got, path)
		}
	}
	for body, want := range map[string]int{`{"recipients":[99]}`: 422, `{"recipients":[4]}`: 422, `{"day":29}`: 422, `{"weekday":7}`: 422, `{"recipients":[1,2,2]}`: 200} {
		if got := s.api.Call("PATCH", "/settings/letter", body).Status; got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	if got := member.Call("PATCH", "/settings/letter", `{"weekly":true}`).Status; got != http.StatusForbidden {
		t.Errorf("a member changes the settings: %d", got)
	}
	if page := s.SignIn(apptest.MemberEmail, apptest.Password).Get("/letters").Body; !strings.Contains(page, "there is none for you") || strings.Contains(page, "Write one now") {
		t.Error("a member is not told why there is none")
	}
	// What somebody may not see elsewhere is not in their letter.
	s.write(func(exec func(string, ...any)) {
		exec(`INSERT INTO role_permission (role, permission, allowed) VALUES ('manager', 'payment.read', 0), ('manager', 'order.read', 0)`)
	})
	var l letter.Object
	s.App.API(lead, "write").Into(&l, 200, "GET", fmt.Sprintf("/letters/%d", own.Items[0].ID), "")
	if l.Figures.Cash != nil || l.Figures.Sales != nil || l.Figures.Owed != nil || l.Figures.Customers != nil || l.Figures.Deals == nil {
		t.Error("a letter shows what its reader may not see")
	}
}

func TestWordsInBothLanguages(t *testing.T) {
	for locale, want := range map[string][]string{
		"en":    {"What to look at", "The month at", "Keep buying", " orders, ", "a year ago", "That is all for now."},
		"zh-CN": {"该留意的", "经营月报", "常来的客户", "平均每单", "去年同期", "就说到这里。"},
	} {
		s := newShop(t, locale, 7)
		b := s.Owner()
		b.Get("/letters")
		b.Post("/letters", "kind", "monthly")
		page := b.Get("/letters/1").Body
		for _, words := range want {
			if !strings.Contains(page, words) {
				t.Errorf("%s: the letter does not say %q", locale, words)
			}
		}
		if _, said, _ := strings.Cut(page, `id="lt-sales"`); !strings.Contains(strings.SplitN(said, "</p>", 2)[0], `<a href="/orders?`) {
			t.Errorf("%s: a number in a sentence does not open its rows", locale)
		}
		if strings.Contains(page, "letter.") {
			t.Errorf("%s: a key without words", locale)
		}
		s.api.Into(nil, 200, "PATCH", "/settings/letter", `{"weekly":true,"weekday":1,"recipients":[1]}`)
		s.Clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		s.run()
		if n := s.Count(`SELECT count(*) FROM outbox WHERE payload LIKE ?`, "%"+want[0]+"%"); n != 1 {
			t.Errorf("%s: the mail does not say %q", locale, want[0])
		}
		if n := s.Count(`SELECT count(*) FROM outbox WHERE payload LIKE ?`, "%shop.example.com/orders?%"); n != 1 {
			t.Errorf("%s: a number in the mail does not open its rows", locale)
		}
	}
}

func TestAnEmptyShopGetsAFriendlyLetter(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/letters", `{"kind":"weekly"}`)
	b := a.Owner()
	for path, want := range map[string]string{"/letters/1": "Nothing has been sold yet", "/letters": "", "/settings/letter": ""} {
		r := b.Get(path)
		_, main, _ := strings.Cut(r.Body, "<main")
		if r.Status != http.StatusOK || !strings.Contains(main, want) || strings.Contains(strings.ToLower(main), "team") || strings.Contains(main, "NaN") {
			t.Errorf("%s: %d, or it speaks of teams", path, r.Status)
		}
	}
}

func TestLettersAreOfferedOnce(t *testing.T) {
	s := newShop(t, "en", 8)
	offered := func() bool { return strings.Contains(s.Owner().Get("/today").Body, "A letter about how it goes?") }
	s.write(func(exec func(string, ...any)) {
		exec(`UPDATE setting SET value = json_set(value, '$.setup_at', ?) WHERE name = 'business'`, s.Clock.Now().UnixMilli())
	})
	if offered() {
		t.Error("offered on the first day")
	}
	s.Clock.Set(s.Clock.Now().AddDate(0, 0, 29))
	if !offered() {
		t.Error("not offered after four weeks")
	}
	b := s.SignIn(lead, apptest.Password)
	b.Get("/today")
	if r := b.Post("/letters/decline"); r.Status != http.StatusSeeOther || offered() {
		t.Errorf("declined: %d, or offered again", r.Status)
	}
}
