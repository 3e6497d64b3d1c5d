package analysis_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"regulars/app/apptest"
	"regulars/app/kit/cal"
	"regulars/app/settings/business"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// plain is a ready report as somebody would count it by hand: from which rows, by
// what, and each of its measures. A measure that begins with "median " is the
// middle of the values after it.
type plain struct {
	from string
	by   string // "" where the rows are not compared
	of   []string
}

const (
	sold    = ` o.status IN ('confirmed', 'completed') `
	orders  = `order_head o JOIN customer c ON c.id = o.customer_id WHERE` + sold
	invited = ` r.case_id IS NULL AND r.channel IN ('email', 'link', 'sms', 'reply') `
	soldOn  = orders + `AND o.ordered_on BETWEEN '{year}' AND '{today}'`
	lines   = `order_line l JOIN order_head o ON o.id = l.order_id LEFT JOIN product p ON p.id = l.product_id WHERE` + sold + `AND o.ordered_on BETWEEN '{year}' AND '{today}'`
	month   = `strftime('%Y-%m', {x} / 1000, 'unixepoch')`
	day     = `date({x} / 1000, 'unixepoch')`
	people  = `customer c LEFT JOIN (SELECT customer_id, count(*) AS n, sum(total) AS total, max(ordered_on) AS last FROM order_head o WHERE` + sold + `GROUP BY customer_id) b ON b.customer_id = c.id`
	again   = `avg(CASE WHEN b.n > 0 THEN b.n > 1 END)`
	revenue = `coalesce(sum(b.total), 0)`
	first   = `(SELECT min(x.ordered_on) FROM order_head x WHERE x.customer_id = o.customer_id AND x.status IN ('confirmed', 'completed'))`
)

func on(expr, column string) string { return strings.ReplaceAll(expr, "{x}", column) }

// byHand are the ready reports that are no page of their own.
var byHand = map[string]plain{
	"sales_month":    {soldOn, `substr(o.ordered_on, 1, 7)`, []string{`sum(o.total)`, `count(*)`, `avg(o.total)`}},
	"sales_person":   {orders + `AND o.ordered_on BETWEEN '{quarter}' AND '{today}'`, `c.owner_id`, []string{`sum(o.total)`, `count(*)`, `count(DISTINCT o.customer_id)`}},
	"sales_team":     {orders + `AND o.ordered_on BETWEEN '{quarter}' AND '{today}'`, `(SELECT u.team_id FROM user u WHERE u.id = c.owner_id)`, []string{`sum(o.total)`, `count(*)`, `count(DISTINCT o.customer_id)`}},
	"sales_region":   {soldOn, `nullif(c.region, '')`, []string{`sum(o.total)`, `count(*)`, `count(DISTINCT o.customer_id)`}},
	"sales_product":  {lines, `l.product_id`, []string{`sum(l.total)`, `sum(l.quantity) / 1000.0`, `count(*)`}},
	"sales_category": {lines, `substr(o.ordered_on, 1, 7)`, []string{`sum(l.total)`}},
	"sales_level":    {orders + `AND o.ordered_on BETWEEN '{d365}' AND '{today}'`, `nullif(c.level, '')`, []string{`sum(o.total)`, `avg(o.total)`, `count(DISTINCT o.customer_id)`}},
	"movers":         {orders + `AND o.ordered_on BETWEEN '{d90}' AND '{today}'`, `o.customer_id`, []string{`sum(o.total)`, `count(*)`}},
	"received":       {`payment p WHERE p.paid_on BETWEEN '{year}' AND '{today}'`, `substr(p.paid_on, 1, 7)`, []string{`sum(p.amount)`}},
	"expected": {`(SELECT i.due_on, i.amount - max(0, min(i.amount, (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = i.order_id)
			- (SELECT coalesce(sum(e.amount), 0) FROM instalment e WHERE e.order_id = i.order_id AND (e.due_on, e.id) < (i.due_on, i.id)))) AS open
		FROM instalment i JOIN order_head o ON o.id = i.order_id WHERE` + sold + `
		UNION ALL SELECT max(iif(o.due_on = '', o.ordered_on, o.due_on), b.last), o.total - max(b.asked, b.paid) FROM order_head o
			JOIN (SELECT h.id, (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = h.id) AS paid, (SELECT coalesce(sum(i.amount), 0) FROM instalment i WHERE i.order_id = h.id) AS asked,
				(SELECT coalesce(max(i.due_on), '') FROM instalment i WHERE i.order_id = h.id) AS last FROM order_head h) b ON b.id = o.id
			WHERE` + sold + `AND o.total > 0) x WHERE x.open > 0`, `substr(x.due_on, 1, 7)`, []string{`sum(x.open)`, `count(*)`}},

	"funnel": {`deal d WHERE d.result = 'open'`, `d.stage_id`, []string{`count(*)`, `coalesce(sum(d.amount), 0)`, `count(DISTINCT d.customer_id)`}},
	"conversion": {`(SELECT m.stage_id, d.result, lead(m.id) OVER (PARTITION BY m.deal_id ORDER BY m.id) AS next, m.at FROM deal_move m JOIN deal d ON d.id = m.deal_id) x WHERE ` + on(day, "x.at") + ` BETWEEN '{d365}' AND '{today}'`, `x.stage_id`,
		[]string{`avg(CASE WHEN x.result <> 'open' OR x.next IS NOT NULL THEN x.result = 'won' OR x.next IS NOT NULL END)`, `count(*)`}},
	"won_rate":    {`deal d WHERE d.result IN ('won', 'lost') AND d.closed_on BETWEEN '{d365}' AND '{today}'`, `d.owner_id`, []string{`avg(d.result = 'won')`, `count(*)`, `sum(d.amount)`, `median julianday(d.closed_on) - julianday(d.opened_on)`}},
	"reasons":     {`deal d WHERE d.result IN ('won', 'lost') AND d.closed_on BETWEEN '{d365}' AND '{today}'`, `d.reason_id`, []string{`count(*)`}},
	"quotes":      {`quote q WHERE q.quoted_on BETWEEN '{d365}' AND '{today}'`, `substr(q.quoted_on, 1, 7)`, []string{`avg(CASE WHEN q.state IN ('accepted', 'declined', 'expired') THEN q.state = 'accepted' END)`, `count(*)`, `sum(q.total)`, `median (q.decided_at - q.sent_at) / 86400000.0`}},
	"lead_source": {`lead l WHERE ` + on(day, "l.received_at") + ` BETWEEN '{d365}' AND '{today}'`, `nullif(l.source, '')`, []string{`count(*)`, `avg(CASE WHEN l.state IN ('converted', 'disqualified') THEN l.state = 'converted' END)`, `median (l.first_response_at - l.received_at) / 3600000.0`}},

	"new_returning": {orders + `AND o.ordered_on BETWEEN '{d365}' AND '{today}'`, `substr(o.ordered_on, 1, 7)`, []string{`sum(o.total)`, `count(DISTINCT o.customer_id)`}},
	"growth":        {`customer c WHERE ` + on(day, "c.created_at") + ` BETWEEN '{d365}' AND '{today}'`, on(month, "c.created_at"), []string{`count(*)`}},
	"rfm":           {people, `(SELECT g.segment FROM prediction_rfm g WHERE g.customer_id = c.id)`, []string{`count(*)`, revenue, `avg(coalesce(b.total, 0))`, again}},
	"recency": {people, `CASE WHEN b.last IS NULL THEN 'never' WHEN b.last >= '{r30}' THEN 'd30' WHEN b.last >= '{r90}' THEN 'd90' WHEN b.last >= '{r180}' THEN 'd180' WHEN b.last >= '{r365}' THEN 'd365' ELSE 'older' END`,
		[]string{`count(*)`, `avg(coalesce(b.total, 0))`}},
	"cohort": {orders, `substr(` + first + `, 1, 4) || '-Q' || ((substr(` + first + `, 6, 2) + 2) / 3)`, []string{`count(DISTINCT o.customer_id)`}},
	"churn": {people + ` LEFT JOIN customer_stat s ON s.customer_id = c.id`, `nullif(c.region, '')`,
		[]string{`avg(CASE WHEN b.n > 0 THEN s.stage = 'lost' END)`, `avg(CASE WHEN b.n > 0 THEN s.stage IN ('at_risk', 'lost') END)`, again, `count(*)`}},
	"source_return": {people, `nullif(c.source, '')`, []string{`count(*)`, again, revenue, `avg(coalesce(b.total, 0))`}},
	"data_quality": {`customer c`, `strftime('%Y', c.created_at / 1000, 'unixepoch')`, []string{`count(*)`, `avg(EXISTS (SELECT 1 FROM customer_phone v WHERE v.customer_id = c.id))`,
		`avg(EXISTS (SELECT 1 FROM customer_email v WHERE v.customer_id = c.id))`, `avg(c.region <> '')`, `avg(c.source <> '')`}},

	"nps": {`survey_response r JOIN survey s ON s.id = r.survey_id WHERE` + invited + `AND s.kind = 'nps'`, ``, []string{`100.0 * (sum(r.score >= 9) - sum(r.score BETWEEN 0 AND 6)) / sum(r.score >= 0)`, `count(*)`}},
	"csat": {`survey_response r JOIN survey s ON s.id = r.survey_id WHERE` + invited + `AND s.kind = 'csat' AND ` + on(day, "r.answered_at") + ` BETWEEN '{d365}' AND '{today}'`, on(month, "r.answered_at"),
		[]string{`avg(CASE WHEN r.score >= 0 THEN r.score >= 4 END)`, `avg(CASE WHEN r.score >= 0 THEN r.score END)`}},
	"outcomes": {`feedback_case k WHERE ` + on(day, "k.opened_at") + ` BETWEEN '{d365}' AND '{today}'`, `nullif(k.cause, '')`, []string{`count(*)`}},
	"response_times": {`feedback_case k WHERE ` + on(day, "k.opened_at") + ` BETWEEN '{d365}' AND '{today}'`, on(month, "k.opened_at"),
		[]string{`median (k.responded_at - k.opened_at) / 3600000.0`, `avg(CASE WHEN k.responded_at IS NOT NULL THEN k.responded_at <= k.respond_by END)`, `median (k.closed_at - k.opened_at) / 86400000.0`,
			`avg(CASE WHEN k.outcome IN ('recovered', 'improved', 'unchanged', 'worse') THEN k.outcome IN ('recovered', 'improved') END)`}},

	"activity": {`followup f WHERE ` + on(day, "f.at") + ` BETWEEN '{d30}' AND '{today}'`, `f.user_id`, []string{`count(*)`, `count(DISTINCT f.customer_id)`}},
	"tasks": {`task t WHERE ` + on(day, "t.created_at") + ` BETWEEN '{d90}' AND '{today}'`, `t.owner_id`,
		[]string{`count(*)`, `avg(t.done_at IS NOT NULL)`, `avg(CASE WHEN t.done_at IS NOT NULL AND t.due_at IS NOT NULL THEN t.done_at <= t.due_at END)`, `median (t.done_at - t.created_at) / 86400000.0`}},
	"promises":  {`promise p WHERE p.due_on BETWEEN '{d365}' AND '{today}'`, `p.side || '|' || p.kind`, []string{`count(*)`, `avg(CASE WHEN p.state IN ('kept', 'late', 'broken') THEN p.state = 'kept' END)`}},
	"contracts": {`contract k WHERE k.state = 'running'`, `substr(nullif(k.ends_on, ''), 1, 7)`, []string{`count(*)`, `sum(k.amount)`}},
}

// peopled is a shop with the sample data and with what that lacks, and with a
// team, so that no report is about colleagues for nothing.
func peopled(t *testing.T) *apptest.App {
	t.Helper()
	a := apptest.Blank(t)
	_, err := a.Business().Setup(a.As(auth.System("setup")), business.Input{Business: "Shop", OwnerName: "Mei Lin", OwnerEmail: apptest.OwnerEmail,
		Password: apptest.Password, Locale: "en", Currency: "USD", Timezone: "UTC", Pack: "food", Sample: true})
	if err != nil {
		t.Fatal(err)
	}
	a.Colleague("sam@example.com", "member")
	now := a.Clock.Now().UnixMilli()
	err = a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		for _, q := range []string{
			`INSERT INTO team (name, created_at, updated_at) VALUES ('North', 0, 0)`,
			`UPDATE user SET team_id = 1 WHERE id = 2`,
			`UPDATE customer SET owner_id = 2 WHERE id % 3 = 0`,
			`INSERT INTO instalment (order_id, due_on, amount, created_at, updated_at) SELECT id, date(ordered_on, '+' || (20 * n) || ' days'), max(1, total / 3), 0, 0
				FROM order_head, (SELECT 1 AS n UNION SELECT 2 UNION SELECT 4) WHERE total > 0 AND id % 7 = 0`,
			`DELETE FROM payment WHERE order_id % 14 = 0 OR order_id % 11 = 0`,
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
				INSERT INTO survey_response (survey_id, customer_id, score, channel, answered_at, created_at, updated_at)
				SELECT (SELECT id FROM survey WHERE kind = 'csat'), 1 + i % 20, i % 7 - 1, iif(i % 5 = 0, 'staff', 'email'), {now} - i * 9 * 86400000, 0, 0 FROM n WHERE i % 7 < 7 AND i % 7 <> 0`,
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
				INSERT INTO feedback_case (customer_id, state, opened_at, clock_at, due_at, respond_by, resolve_by, responded_at, closed_at, cause, outcome, created_at, updated_at)
				SELECT 1 + i % 20, 'closed', x, x, x, x + 7200000, x, CASE WHEN i % 4 > 0 THEN x + i * 300000 END, CASE WHEN i % 3 > 0 THEN x + i * 3600000 END,
					CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN 'delivery' ELSE 'quality' END, CASE i % 5 WHEN 0 THEN 'recovered' WHEN 1 THEN 'improved' WHEN 2 THEN 'unchanged' WHEN 3 THEN 'worse' ELSE '' END, 0, 0
				FROM (SELECT i, {now} - i * 11 * 86400000 AS x FROM n)`,
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
				INSERT INTO quote (number, customer_id, quoted_on, state, currency, total, sent_at, decided_at, nonce, token_hash, created_at, updated_at)
				SELECT 'T-' || i, 1 + i % 20, date({now} / 1000, 'unixepoch', '-' || (i * 10) || ' days'), CASE i % 4 WHEN 0 THEN 'draft' WHEN 1 THEN 'accepted' WHEN 2 THEN 'declined' ELSE 'expired' END, 'USD', i * 100,
					CASE WHEN i % 4 > 0 THEN 1000 END, CASE WHEN i % 4 IN (1, 2) THEN 1000 + i * 7200000 END, x'00' || i, x'01' || i, 0, 0 FROM n`,
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
				INSERT INTO contract (number, customer_id, title, currency, state, ends_on, amount, created_at, updated_at)
				SELECT 'K-' || i, 1 + i % 20, 'x', 'USD', CASE i % 3 WHEN 0 THEN 'draft' ELSE 'running' END, date({now} / 1000, 'unixepoch', (i * 20) || ' days'), i * 1000, 0, 0 FROM n`,
			`UPDATE lead SET state = 'converted', first_response_at = received_at + 5400000 WHERE id = 1`,
		} {
			if _, err := tx.Exec(ctx, strings.ReplaceAll(q, "{now}", fmt.Sprint(now))); err != nil {
				return fmt.Errorf("%.80s: %w", q, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Settle()
	return a
}

// Every ready report has the numbers that a statement written by hand finds in the
// same rows: in total, and row by row.
func TestReadyReportsAreCountedByHand(t *testing.T) {
	a := peopled(t)
	api := a.API("", "read")
	today := cal.Date(a.Clock.Now().UTC().Format("2006-01-02"))
	words := []string{"{today}", string(today), "{year}", string(today[:4]) + "-01-01", "{quarter}", fmt.Sprintf("%s-%02d-01", today[:4], (int(a.Clock.Now().UTC().Month())-1)/3*3+1)}
	for _, n := range []int{30, 90, 180, 365} {
		words = append(words, fmt.Sprintf("{d%d}", n), string(today.AddDays(1-n)), fmt.Sprintf("{r%d}", n), string(today.AddDays(-n)))
	}
	library, err := a.Analysis().Library(a.As(auth.System("test")))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, one := range library {
		if one.Link != "" {
			continue
		}
		seen++
		p, ok := byHand[one.Key]
		if !ok {
			t.Errorf("%s is counted by nobody's hand", one.Key)
			continue
		}
		p.from, p.by = strings.NewReplacer(words...).Replace(p.from), strings.NewReplacer(words...).Replace(p.by)
		var got table
		api.Into(&got, 200, "GET", run(one.Query), "")
		want := p.count(t, a, "1")[0]
		if len(want.of) == 0 || want.of[0] == nil || *want.of[0] == 0 && one.Key != "churn" {
			t.Errorf("%s: the sample has nothing to count", one.Key)
		}
		var total []*float64
		for _, c := range got.Total.Total {
			total = append(total, c.Value)
		}
		if one.Key == "conversion" { // its stages overlap
			want.of = nil
		}
		if !alike(total, want.of) {
			t.Errorf("%s: the report says %s, by hand it is %s", one.Key, said(total), said(want.of))
		}
		if p.by == "" {
			continue
		}
		rows := map[string][]*float64{}
		for _, r := range got.Items {
			var keys []string
			for _, k := range r.Keys {
				if f, ok := k.Value.(float64); ok {
					k.Value = int64(f)
				}
				keys = append(keys, strings.ReplaceAll(fmt.Sprint(k.Value), "<nil>", ""))
			}
			for _, c := range r.Total {
				rows[strings.Join(keys, "|")] = append(rows[strings.Join(keys, "|")], c.Value)
			}
		}
		for _, w := range p.count(t, a, p.by) {
			if have, ok := rows[w.key]; !ok || !alike(have, w.of) {
				t.Errorf("%s, row %q: the report says %s, by hand it is %s", one.Key, w.key, said(have), said(w.of))
			}
			delete(rows, w.key)
		}
		for key, have := range rows { // rows that only the other period has, and days without any
			for i, v := range have {
				if v != nil && *v != 0 {
					t.Errorf("%s, row %q: the report says %s in measure %d, by hand there is none", one.Key, key, said(have), i)
				}
			}
		}
	}
	if seen < 28 {
		t.Errorf("only %d ready reports", seen)
	}
}

// In a shop without records every ready report is a page that says what it needs.
func TestReadyReportsOfAnEmptyShopSayWhatTheyNeed(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		a := apptest.NewIn(t, locale)
		a.Colleague("sam@example.com", "member")
		b, l := a.Owner(), a.View.Bundle().For(locale)
		library, err := a.Analysis().Library(a.As(auth.System("test")))
		if err != nil || len(library) < 30 {
			t.Fatalf("%d ready reports, %v", len(library), err)
		}
		for _, one := range library {
			path, need := one.Link, ""
			if path == "" {
				spec, err := one.Spec()
				if err != nil {
					t.Fatal(err)
				}
				path, need = "/reports/ready/"+one.Key, "analysis.need."+strings.ReplaceAll(spec.Kind, "-", "_")
			}
			p := b.Get(path)
			if p.Status != 200 {
				t.Errorf("%s %s: %d", locale, path, p.Status)
			}
			if need != "" && (!l.Has(need) || !strings.Contains(p.Body, l.T(need)) || strings.Contains(p.Body, "<table")) {
				t.Errorf("%s %s does not say what it needs", locale, path)
			}
			if need == "" && !strings.Contains(p.Body, `class="empty`) && one.Key != "targets" {
				t.Errorf("%s %s says nothing of being empty", locale, path)
			}
		}
	}
}

type counted struct {
	key string
	of  []*float64
}

// count is the report by hand, divided by an expression.
func (p plain) count(t *testing.T, a *apptest.App, by string) []counted {
	t.Helper()
	exprs := []string{"coalesce(CAST(" + by + " AS TEXT), '')"}
	for _, m := range p.of {
		if v, ok := strings.CutPrefix(m, "median "); ok {
			m = "group_concat(" + v + ", ' ')"
		}
		exprs = append(exprs, m)
	}
	var out []counted
	query := "SELECT " + strings.Join(exprs, ", ") + " FROM " + p.from + " GROUP BY 1"
	err := a.DB.Reader(context.Background()).Each(context.Background(), query, nil, func(rows *sqlx.Rows) error {
		cells, err := rows.SliceScan()
		if err != nil {
			return err
		}
		c := counted{key: fmt.Sprint(cells[0])}
		for i, v := range cells[1:] {
			c.of = append(c.of, plainly(v, strings.HasPrefix(p.of[i], "median ")))
		}
		out = append(out, c)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if len(out) == 0 {
		t.Fatalf("no rows: %s", query)
	}
	return out
}

func plainly(v any, median bool) *float64 {
	var f float64
	switch v := v.(type) {
	case nil:
		return nil
	case int64:
		f = float64(v)
	case float64:
		f = v
	case string:
		if !median {
			panic(v)
		}
		var all []float64
		for _, one := range strings.Fields(v) {
			var x float64
			_, _ = fmt.Sscan(one, &x)
			all = append(all, x)
		}
		slices.Sort(all)
		f = (all[(len(all)-1)/2] + all[len(all)/2]) / 2
	}
	return &f
}

func alike(a, b []*float64) bool {
	return slices.EqualFunc(a, b, func(x, y *float64) bool {
		if x == nil || y == nil {
			return (x == nil || *x == 0) && (y == nil || *y == 0)
		}
		return math.Abs(*x-*y) <= 1e-6*math.Max(1, math.Abs(*y))
	})
}

func said(of []*float64) string {
	var out []string
	for _, v := range of {
		if v == nil {
			out = append(out, "–")
			continue
		}
		out = append(out, fmt.Sprintf("%.4g", *v))
	}
	return strings.Join(out, ", ")
}
