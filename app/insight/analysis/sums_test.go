package analysis_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// Whatever happens to orders, lines, products and customers, also when it is taken
// back, reports that are read from kept sums say what the rows say.
func TestReportsFromSumsSayWhatTheRowsSay(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			l := &life{App: apptest.New(t), r: rand.New(rand.NewPCG(seed, 11)), foreign: seed == 0}
			l.api = l.API("", "write")
			for i := range 6 {
				l.api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Shop %d"}`, i))
			}
			for i := range 5 {
				l.api.Into(nil, 201, "POST", "/products", fmt.Sprintf(`{"name":"Goods %d","category":"%s","price":{"amount":"4.00"}}`, i, []string{"", "Tea", "Cake"}[i%3]))
			}
			for step := range 90 {
				did := l.step()
				l.kept(did)
				if step%7 == 6 {
					l.count()
				}
				if step%15 == 14 {
					l.compare(did)
				}
			}
		})
	}
}

// life is a shop to which things happen.
type life struct {
	*apptest.App
	api *apptest.API
	r   *rand.Rand

	foreign bool // some orders are in another currency
}

// step is one thing that happens. What the shop refuses leaves it as it was.
func (l *life) step() string {
	r := l.r
	day := fmt.Sprintf("2025-%02d-%02d", 10+r.IntN(3), 1+r.IntN(28))
	if r.IntN(2) == 0 {
		day = fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(2), 1+r.IntN(28))
	}
	one := func(table string) int {
		return l.Count(`SELECT coalesce(max(id), 1) FROM `+table)*r.IntN(1000)/1000 + 1
	}
	call := func(method, path, body string) string {
		got := l.api.Call(method, path, body)
		return fmt.Sprintf("%s %s %s: %d", method, path, body, got.Status)
	}
	status := []string{"draft", "confirmed", "completed", "completed", "cancelled"}[r.IntN(5)]
	switch n := r.IntN(23); {
	case n == 20:
		return call("POST", fmt.Sprintf("/orders/%d/payments", one("order_head")), fmt.Sprintf(`{"paid_on":"%s","amount":{"amount":"%d.00"},"method":"%s"}`, day, 1+r.IntN(40), []string{"cash", "card", ""}[r.IntN(3)]))
	case n == 21:
		return call("PATCH", fmt.Sprintf("/payments/%d", one("payment")), fmt.Sprintf(`{"paid_on":"%s","method":"card"}`, day))
	case n == 22:
		return call("PATCH", fmt.Sprintf("/customers/%d", one("customer")), fmt.Sprintf(`{"region":"%s","level":"%s"}`, []string{"", "North", "South"}[r.IntN(3)], []string{"", "A", "B"}[r.IntN(3)]))
	case n < 9:
		back := r.IntN(5) == 0
		return call("POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"%s","status":"%s","return":%t,"lines":[%s]}`, one("customer"), day, status, back, l.lines(back)))
	case n < 11:
		return call("PATCH", fmt.Sprintf("/orders/%d", one("order_head")), fmt.Sprintf(`{"ordered_on":"%s","lines":[%s]}`, day, l.lines(false)))
	case n < 13:
		return call("POST", fmt.Sprintf("/orders/%d/%s", one("order_head"), []string{"confirm", "complete", "cancel"}[r.IntN(3)]), "")
	case n == 13:
		return call("PATCH", fmt.Sprintf("/orders/%d", one("order_head")), fmt.Sprintf(`{"customer_id":%d}`, one("customer")))
	case n == 14:
		return call("DELETE", fmt.Sprintf("/orders/%d", one("order_head")), "")
	case n == 15:
		return call("DELETE", fmt.Sprintf("/%s/%d", []string{"products", "customers"}[r.IntN(2)], one("product")), "")
	case n == 16:
		return call("PATCH", fmt.Sprintf("/products/%d", one("product")), fmt.Sprintf(`{"category":"%s"}`, []string{"", "Tea", "Bread"}[r.IntN(3)]))
	case n == 17:
		return call("POST", "/merges", fmt.Sprintf(`{"survivor_id":%d,"customer_ids":[%d]}`, one("customer"), one("customer")))
	case n == 18 && l.foreign:
		l.write(fmt.Sprintf(`UPDATE order_head SET currency = CASE currency WHEN 'USD' THEN 'EUR' ELSE 'USD' END WHERE id = %d`, one("order_head")))
		return "another currency"
	}
	return call("POST", fmt.Sprintf("/history/%d/undo", l.Count(`SELECT max(id) FROM journal_set`)), "{}")
}

func (l *life) lines(back bool) string {
	var out []string
	for range 1 + l.r.IntN(3) {
		what := fmt.Sprintf(`"product_id":%d`, l.Count(`SELECT coalesce((SELECT id FROM product ORDER BY random() LIMIT 1), 1)`))
		if l.r.IntN(4) == 0 {
			what = `"name":"Something"`
		}
		n := 1 + l.r.IntN(5)
		if back {
			n = -n
		}
		out = append(out, fmt.Sprintf(`{%s,"quantity":%d,"unit_price":{"amount":"%d.%02d"}}`, what, n, l.r.IntN(40), l.r.IntN(100)))
	}
	return strings.Join(out, ",")
}

func (l *life) write(query string) {
	l.T.Helper()
	err := l.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	})
	if err != nil {
		l.T.Fatal(err)
	}
}

// count counts the months that something touched.
func (l *life) count() {
	l.T.Helper()
	if err := l.Jobs.RunNow(l.As(auth.System("job")), "order_months"); err != nil {
		l.T.Fatal(err)
	}
}

// kept compares the kept sums with the lines of all orders.
func (l *life) kept(did string) {
	l.T.Helper()
	if n := l.Count(`
		SELECT count(*) FROM (SELECT o.ordered_on, coalesce(l.product_id, 0) AS product_id, o.status, o.currency, count(*) AS lines, sum(l.quantity) AS quantity, sum(l.total) AS total
			FROM order_head o JOIN order_line l ON l.order_id = o.id GROUP BY 1, 2, 3, 4) o
		FULL JOIN (SELECT * FROM order_goods WHERE lines <> 0 OR quantity <> 0 OR total <> 0) k USING (ordered_on, product_id, status, currency)
		WHERE o.lines IS NOT k.lines OR o.quantity IS NOT k.quantity OR o.total IS NOT k.total`); n != 0 {
		l.T.Fatalf("after %s %d sums differ from their lines", did, n)
	}
	if n := l.Count(`
		SELECT count(*) FROM (SELECT paid_on, method, count(*) AS payments, sum(amount) AS amount FROM payment GROUP BY 1, 2) p
		FULL JOIN (SELECT * FROM payment_sum WHERE payments <> 0 OR amount <> 0) k USING (paid_on, method) WHERE p.payments IS NOT k.payments OR p.amount IS NOT k.amount`); n != 0 {
		l.T.Fatalf("after %s %d sums differ from their payments", did, n)
	}
}

const (
	theLines  = ` FROM order_line l JOIN order_head o ON o.id = l.order_id LEFT JOIN product p ON p.id = l.product_id WHERE `
	theOrders = ` FROM order_head o JOIN customer_stat z ON z.customer_id = o.customer_id WHERE `
	theMoney  = ` FROM payment p JOIN order_head o ON o.id = p.order_id WHERE `
	theBuyers = ` FROM order_head o JOIN customer c ON c.id = o.customer_id WHERE `
	ours      = `coalesce(sum(CASE WHEN o.currency = 'USD' THEN %s END), 0)`
	ordered   = `substr(o.ordered_on, 1, 7)`
	whom      = `count(DISTINCT o.customer_id)`
	newness   = `CASE WHEN z.first_order_on = o.ordered_on THEN 'new' WHEN z.first_order_on <> '' THEN 'returning' END`
	age       = `CASE WHEN z.first_order_on <> '' AND o.ordered_on >= z.first_order_on THEN
		printf('%03d', (substr(o.ordered_on, 1, 4) - substr(z.first_order_on, 1, 4)) * 12 + substr(o.ordered_on, 6, 2) - substr(z.first_order_on, 6, 2)) END`
)

func quarter(of string) string {
	return "substr(" + of + ", 1, 4) || '-Q' || ((substr(" + of + ", 6, 2) + 2) / 3)"
}

// told are reports with the same in SQL by hand: what divides the rows, the
// columns, and what is counted.
var told = []struct {
	query, row, column string
	count              []string
	from               string
}{
	{"kind=order-line&row=ordered_on:month&col=category&m=sum:line_total&m=count&m=sum:quantity&filter[status][in]=confirmed,completed",
		ordered, "nullif(p.category, '')", []string{fmt.Sprintf(ours, "l.total"), "count(*)", "sum(l.quantity) / 1000.0"}, theLines + sold},
	{"kind=order-line&row=product_id&m=sum:line_total&m=mean:quantity&m=count&on=ordered_on&span=custom&from=2025-11-15&to=2026-02-10",
		"l.product_id", "", []string{fmt.Sprintf(ours, "l.total"), "avg(l.quantity / 1000.0)", "count(*)"}, theLines + `o.ordered_on BETWEEN '2025-11-15' AND '2026-02-10'`},
	{"kind=order-line&row=status&col=ordered_on:weekday&m=mean:line_total&m=count&filter[category][eq]=Tea",
		"o.status", "strftime('%w', o.ordered_on)", []string{"coalesce(avg(CASE WHEN o.currency = 'USD' THEN l.total END), 0)", "count(*)"}, theLines + `p.category = 'Tea'`},
	{"kind=order&row=ordered_on:month&col=newness&m=sum:total&m=customers&m=count&filter[status][in]=confirmed,completed",
		ordered, newness, []string{fmt.Sprintf(ours, "o.total"), whom, "count(*)"}, theOrders + sold},
	{"kind=order&row=ordered_on:quarter&col=newness&m=customers&m=mean:total&on=ordered_on&span=custom&from=2025-11-15&to=2026-02-10&filter[status][in]=confirmed,completed",
		quarter("o.ordered_on"), newness, []string{whom, "coalesce(avg(CASE WHEN o.currency = 'USD' THEN o.total END), 0)"}, theOrders + sold + ` AND o.ordered_on BETWEEN '2025-11-15' AND '2026-02-10'`},
	{"kind=order&row=cohort:quarter&col=age&m=customers&filter[status][in]=completed,confirmed", quarter("nullif(z.first_order_on, '')"), age, []string{whom}, theOrders + sold},
	{"kind=order&row=ordered_on:year&col=cohort:month&m=customers&on=ordered_on&span=custom&from=2025-12-02&to=2026-01-31&filter[status][in]=completed,confirmed",
		"substr(o.ordered_on, 1, 4)", "substr(nullif(z.first_order_on, ''), 1, 7)", []string{whom}, theOrders + sold + ` AND o.ordered_on BETWEEN '2025-12-02' AND '2026-01-31'`},
	{"kind=order&row=age&m=customers&on=ordered_on&span=custom&from=2025-10-02&to=2026-02-28&filter[status][in]=completed,confirmed", age, "", []string{whom}, theOrders + sold + ` AND o.ordered_on BETWEEN '2025-10-02' AND '2026-02-28'`},
	{"kind=order&row=ordered_on:month&m=customers&m=count&filter[status][in]=confirmed,completed", ordered, "", []string{whom, "count(*)"}, theOrders + sold},
	{"kind=order&row=customer.region&col=customer.level&m=sum:total&m=count&m=customers&filter[status][in]=confirmed,completed",
		"nullif(c.region, '')", "nullif(c.level, '')", []string{fmt.Sprintf(ours, "o.total"), "count(*)", whom}, theBuyers + sold},
	{"kind=order&row=customer.owner_id&m=mean:total&m=customers&on=ordered_on&span=custom&from=2025-11-15&to=2026-02-10&filter[status][in]=confirmed,completed",
		"c.owner_id", "", []string{"coalesce(avg(CASE WHEN o.currency = 'USD' THEN o.total END), 0)", whom}, theBuyers + sold + ` AND o.ordered_on BETWEEN '2025-11-15' AND '2026-02-10'`},
	{"kind=order&row=customer&m=sum:total&m=count&on=ordered_on&span=custom&from=2025-10-02&to=2026-02-28&sort=0&top=50&filter[status][in]=completed,confirmed",
		"o.customer_id", "", []string{fmt.Sprintf(ours, "o.total"), "count(*)"}, theBuyers + sold + ` AND o.ordered_on BETWEEN '2025-10-02' AND '2026-02-28'`},
	{"kind=payment&row=paid_on:month&col=method&m=sum:amount&m=count", "substr(p.paid_on, 1, 7)", "nullif(p.method, '')", []string{fmt.Sprintf(ours, "p.amount"), "count(*)"}, theMoney + `true`},
	{"kind=payment&row=method&m=mean:amount&m=count&on=paid_on&span=custom&from=2025-11-15&to=2026-02-10", "nullif(p.method, '')", "",
		[]string{"coalesce(avg(CASE WHEN o.currency = 'USD' THEN p.amount END), 0)", "count(*)"}, theMoney + `p.paid_on BETWEEN '2025-11-15' AND '2026-02-10'`},
	{"kind=order&row=ordered_on:month&col=status&m=sum:total&m=count", ordered, "o.status", []string{fmt.Sprintf(ours, "o.total"), "count(*)"}, theOrders + `true`},
}

// compare counts reports, and the same by hand.
func (l *life) compare(did string) {
	l.T.Helper()
	ctx, s := owner(l.T, l.App), l.Analysis()
	words := l.View.Bundle().For(i18n.English).At(l.Clock.Now())
	for _, one := range told {
		q, err := url.ParseQuery(one.query)
		if err != nil {
			l.T.Fatal(err)
		}
		spec, err := analysis.Parse(q)
		if err != nil {
			l.T.Fatal(err)
		}
		table, err := s.Run(ctx, words, spec)
		if err != nil {
			l.T.Fatalf("%s: %v", one.query, err)
		}
		have := cells(table)
		want := map[string][]float64{}
		for _, keys := range [][2]string{{one.row, one.column}, {one.row, ""}, {"", one.column}, {"", ""}} {
			l.byHand(want, keys, one.count, one.from)
		}
		for at, numbers := range want {
			for i, n := range numbers {
				if got := have[at]; i >= len(got) || math.Abs(got[i]-n) > 1e-6 {
					l.T.Fatalf("after %s: %s\nat %q the report says %v, the rows say %v", did, one.query, at, got, numbers)
				}
			}
		}
		for at, numbers := range have {
			if _, ok := want[at]; !ok && numbers[len(numbers)-1]+numbers[0] != 0 {
				l.T.Fatalf("after %s: %s\nat %q the report says %v, there are no rows", did, one.query, at, numbers)
			}
		}
	}
}

// cells are all numbers of a report by what they stand at.
func cells(t analysis.Table) map[string][]float64 {
	out := map[string][]float64{}
	values := func(row, column any, cells []analysis.Cell) {
		var numbers []float64
		for _, c := range cells {
			numbers = append(numbers, c.Value)
		}
		out[fmt.Sprint(row, "|", column)] = numbers
	}
	values("*", "*", t.Total.Total)
	for k, c := range t.Columns {
		values("*", c.Value, t.Total.Cells[k])
	}
	for _, r := range t.Rows {
		values(r.Keys[0].Value, "*", r.Total)
		for k, c := range t.Columns {
			values(r.Keys[0].Value, c.Value, r.Cells[k])
		}
	}
	return out
}

func (l *life) byHand(into map[string][]float64, keys [2]string, count []string, from string) {
	l.T.Helper()
	by := ""
	for i, k := range keys {
		if k == "" {
			keys[i] = "'*'"
			continue
		}
		by += "," + fmt.Sprint(i+1)
	}
	query := "SELECT " + keys[0] + ", " + keys[1] + ", " + strings.Join(count, ", ") + from
	if by != "" {
		query += " GROUP BY " + by[1:]
	}
	err := l.DB.Reader(context.Background()).Each(context.Background(), query, nil, func(r *sqlx.Rows) error {
		row, err := r.SliceScan()
		if err != nil {
			return err
		}
		var numbers []float64
		for _, v := range row[2:] {
			n := 0.0
			if v != nil {
				if _, err := fmt.Sscan(fmt.Sprint(v), &n); err != nil {
					return err
				}
			}
			numbers = append(numbers, n)
		}
		into[fmt.Sprint(row[0], "|", row[1])] = numbers
		return nil
	})
	if err != nil {
		l.T.Fatalf("%s: %v", query, err)
	}
}
