package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/kit/phone"
	"regulars/app/kit/stats"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/search"
)

var (
	sqlUser    = db.SQL(`INSERT INTO user (name, email, role, status, created_at, updated_at) VALUES (?, ?, ?, 'active', ?, ?)`)
	sqlSecret  = db.SQL(`INSERT INTO user_secret (user_id) VALUES (?)`)
	sqlOwner   = db.SQL(`SELECT id FROM user ORDER BY id LIMIT 1`)
	sqlSurvey  = db.SQL(`SELECT id FROM survey WHERE kind = ? ORDER BY id LIMIT 1`)
	sqlTag     = db.SQL(`INSERT INTO tag (name, colour, created_at, updated_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`)
	sqlProduct = db.SQL(`INSERT INTO product (code, name, unit, price, category, use_up_days, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)

	sqlCustomer = db.SQL(`
		INSERT INTO customer (kind, name, name_key, sort_key, owner_id, level, address, region, source, birthday, language, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlContact = db.SQL(`INSERT INTO contact (customer_id, name, title, is_primary, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)`)
	sqlPhone   = db.SQL(`INSERT INTO customer_phone (customer_id, raw, e164) VALUES (?, ?, ?)`)
	sqlEmail   = db.SQL(`INSERT INTO customer_email (customer_id, email) VALUES (?, ?)`)
	sqlTagged  = db.SQL(`INSERT INTO customer_tag (customer_id, tag_id) VALUES (?, ?) ON CONFLICT DO NOTHING`)
	sqlConsent = db.SQL(`INSERT INTO consent (customer_id, purpose, state, basis, source, at) VALUES (?, ?, 'allowed', 'customer_relation', 'form', ?)`)
	sqlStat    = db.SQL(`
		INSERT INTO customer_stat (customer_id, orders, revenue, paid, first_order_on, last_order_on, gap_days, expected_on, last_contact_at,
			next_task_at, open_tasks, open_cases, nps, csat, revenue_year)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlOrder = db.SQL(`
		INSERT INTO order_head (number, customer_id, ordered_on, due_on, status, currency, total, user_id, created_at, updated_at)
		VALUES (?, ?, ?, ?, 'completed', ?, ?, ?, ?, ?)`)
	sqlLine     = db.SQL(`INSERT INTO order_line (order_id, product_id, name, unit, quantity, unit_price, total, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlPayment  = db.SQL(`INSERT INTO payment (order_id, customer_id, amount, paid_on, method, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlFollowup = db.SQL(`INSERT INTO followup (customer_id, user_id, channel, content, at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlTask     = db.SQL(`INSERT INTO task (kind, title, customer_id, owner_id, creator_id, due_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlInvite   = db.SQL(`
		INSERT INTO survey_invitation (survey_id, customer_id, period_key, channel, state, due_at, sent_at, answered_at, created_at, updated_at)
		VALUES (?, ?, ?, 'email', ?, ?, ?, ?, ?, ?)`)
	sqlResponse = db.SQL(`
		INSERT INTO survey_response (invitation_id, survey_id, customer_id, score, comment, channel, language, answered_at, created_at, updated_at,
			survey_version, product_id, rated_id, level, region)
		SELECT ?1, ?2, ?3, ?4, ?5, 'email', language, ?6, ?6, ?6, 1, ?7, ?8, level, region FROM customer WHERE id = ?3`)
	sqlCase = db.SQL(`
		INSERT INTO feedback_case (customer_id, response_id, survey_id, owner_id, state, red, kind, score, opened_at, clock_at, due_at, respond_by,
			resolve_by, responded_at, resolved_at, closed_at, cause, action, told, outcome, recheck_on, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlNumbers = db.SQL(`INSERT INTO order_number (year, last) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET last = excluded.last`)
	sqlEntry   = db.SQL(`INSERT INTO timeline_entry (customer_id, at, kind, subject_kind, subject_id, user_id, words, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
)

// shop makes the staff, tags and products and looks up the ready surveys.
func (g *generator) shop(ctx context.Context, tx *db.Tx) error {
	var owner int64
	if err := tx.Get(ctx, &owner, sqlOwner); err != nil {
		return fmt.Errorf("find the owner: %w", err)
	}
	g.people = []int64{owner}
	at := db.At(tx.Now)
	for _, p := range [][3]string{{"Jo Abara", "jo@example.com", "manager"}, {"Dan Reyes", "dan@example.com", "member"}} {
		if g.sample {
			g.people = append(g.people, owner)
			continue
		}
		id, err := tx.Insert(ctx, sqlUser, p[0], p[1], p[2], at, at)
		if err != nil {
			return fmt.Errorf("add staff: %w", err)
		}
		if _, err := tx.Insert(ctx, sqlSecret, id); err != nil {
			return fmt.Errorf("add staff: %w", err)
		}
		g.people = append(g.people, id)
	}
	for i, name := range []string{"Café", "Wholesale 批发", "Net 30", "VIP 老客", "Subscription"} {
		var id int64
		if err := tx.Get(ctx, &id, sqlTag, name, i+1, at, at); err != nil {
			return fmt.Errorf("add tag: %w", err)
		}
		g.tags = append(g.tags, id)
	}
	for _, p := range products {
		id, err := tx.Insert(ctx, sqlProduct, p.code, p.name, p.unit, p.price, p.category, p.last, at, at)
		if err != nil {
			return fmt.Errorf("add product: %w", err)
		}
		g.products = append(g.products, item{id, p.name, p.unit, p.price})
	}
	if err := g.pipelines(ctx, tx); err != nil {
		return err
	}
	if err := tx.Get(ctx, &g.nps, sqlSurvey, "nps"); err != nil {
		return fmt.Errorf("find the NPS survey: %w", err)
	}
	if err := tx.Get(ctx, &g.csat, sqlSurvey, "csat"); err != nil {
		return fmt.Errorf("find the CSAT survey: %w", err)
	}
	return nil
}

// customer makes up one customer with everything that happened.
func (g *generator) customer(ctx context.Context, tx *db.Tx, i int) error {
	l := g.life(i)
	for _, step := range []func(context.Context, *db.Tx, int, *life) error{g.identity, g.purchases, g.talk, g.opinion, g.chances, g.figures} {
		if err := step(ctx, tx, i, l); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) identity(ctx context.Context, tx *db.Tx, i int, l *life) error {
	at := g.at(l.from, 9)
	kind, language, region, address, birthday := "person", "en", regions[l.rng.IntN(len(regions))], "", ""
	if l.company {
		kind, address = "company", fmt.Sprintf("%d %s Street", 1+l.rng.IntN(90), places[l.rng.IntN(len(places))])
	} else if l.rng.Float64() < 0.5 {
		birthday = fmt.Sprintf("%d-%02d-%02d", 1955+l.rng.IntN(50), 1+l.rng.IntN(12), 1+l.rng.IntN(28))
	}
	if l.chinese {
		language, region = "zh-CN", cities[l.rng.IntN(len(cities))]
	}
	var err error
	l.id, err = tx.Insert(ctx, sqlCustomer, kind, l.name, text.CompanyKey(l.name), text.SortKey(l.name), l.owner, l.level, address, region,
		sources[l.rng.IntN(len(sources))], birthday, language, at, at)
	if err != nil {
		return err
	}
	doc := search.Doc{Kind: "customer", ID: l.id, OwnerID: l.owner, Title: l.name, Sub: region}
	if l.company {
		person := *l
		person.company = false
		name := person.makeName(i)
		if _, err := tx.Insert(ctx, sqlContact, l.id, name, "Owner", at, at); err != nil {
			return err
		}
		doc.Names = append(doc.Names, name)
	}
	raw, e164 := l.phone(i)
	if _, err := tx.Insert(ctx, sqlPhone, l.id, raw, e164); err != nil {
		return err
	}
	doc.Phones = []phone.Number{{Raw: raw, E164: e164}}
	if l.rng.Float64() < 0.8 {
		email := fmt.Sprintf("customer%d@example.com", i+1)
		if _, err := tx.Insert(ctx, sqlEmail, l.id, email); err != nil {
			return err
		}
		doc.Emails = []string{email}
	}
	if l.rng.Float64() < 0.5 {
		if _, err := tx.Insert(ctx, sqlTagged, l.id, g.tags[l.rng.IntN(len(g.tags))]); err != nil {
			return err
		}
	}
	for _, purpose := range []string{"service", "survey"} {
		if _, err := tx.Insert(ctx, sqlConsent, l.id, purpose, at); err != nil {
			return err
		}
	}
	if err := g.entry(ctx, tx, l, at, "customer.created", "customer", l.id, "", map[string]any{"customer_id": l.id, "name": l.name}); err != nil {
		return err
	}
	g.docs = append(g.docs, doc)
	return nil
}

// findable indexes the batch at once: the index flushes what it has gathered
// whenever another statement comes between two of its own.
func (g *generator) findable(ctx context.Context, tx *db.Tx) error {
	docs := g.docs
	g.docs = nil
	return g.Search.PutAll(ctx, tx, docs)
}

func (g *generator) purchases(ctx context.Context, tx *db.Tx, _ int, l *life) error {
	for _, ago := range l.visits() {
		day := g.today.AddDays(-ago)
		at := g.at(ago, 10+l.rng.IntN(8))
		g.orders++
		number := fmt.Sprintf("O-%s-%05d", day[:4], g.orders)
		lines, total := g.basket(l)
		due := ""
		if l.company {
			due = string(day.AddDays(30))
		}
		id, err := tx.Insert(ctx, sqlOrder, number, l.id, string(day), due, g.Currency, total, l.owner, at, at)
		if err != nil {
			return err
		}
		for i, n := range lines {
			p := g.products[n.product]
			if _, err := tx.Insert(ctx, sqlLine, id, p.id, p.name, p.unit, n.quantity*1000, p.price, n.quantity*p.price, i); err != nil {
				return err
			}
		}
		l.buys = append(l.buys, buy{day, total, id, g.products[lines[0].product].id})
		first := g.products[lines[0].product].name
		if err := g.entry(ctx, tx, l, at, "order.placed", "order", id, "", map[string]any{"order_id": id, "customer_id": l.id, "number": number,
			"minor": total, "currency": g.Currency, "amount": money.Text(total, g.Currency), "items": first, "status": "completed", "ordered_on": day}); err != nil {
			return err
		}
		if err := g.pay(ctx, tx, l, id, day, total); err != nil {
			return err
		}
	}
	return nil
}

type row struct {
	product  int
	quantity int64
}

// basket draws one to three lines that come near the customer's usual spend.
func (g *generator) basket(l *life) (lines []row, total int64) {
	want := int64(l.spend * (0.6 + l.rng.Float64()*0.8))
	n := 1 + l.rng.IntN(3)
	first := l.rng.IntN(len(g.products))
	for i := range n {
		p := (first + i) % len(g.products)
		q := max(1, want/int64(n)/g.products[p].price)
		lines = append(lines, row{p, q})
		total += q * g.products[p].price
	}
	return lines, total
}

// pay records the payment if its day has come; a few never come.
func (g *generator) pay(ctx context.Context, tx *db.Tx, l *life, order int64, day cal.Date, total int64) error {
	on := day
	if l.company {
		on = day.AddDays(max(0, 30+int(l.late+l.rng.NormFloat64()*4)))
	}
	if on > g.today || l.rng.Float64() < 0.02 {
		return g.vow(ctx, tx, l, order, day, total, "")
	}
	at := g.at(g.today.Sub(on), 15)
	method := []string{"card", "cash", "transfer", "wechat", "alipay"}[l.rng.IntN(5)]
	if _, err := tx.Insert(ctx, sqlPayment, order, l.id, total, string(on), method, at, at); err != nil {
		return err
	}
	return g.vow(ctx, tx, l, order, day, total, on)
}

func (g *generator) talk(ctx context.Context, tx *db.Tx, _ int, l *life) error {
	n := l.rng.IntN(8)
	if l.company {
		n += l.rng.IntN(6)
	}
	for range n {
		ago := l.until + l.rng.IntN(max(1, l.from-l.until))
		at := g.at(ago, 9+l.rng.IntN(9))
		words := l.words(talks)
		channel := []string{"call", "visit", "wechat", "email"}[l.rng.IntN(4)]
		id, err := tx.Insert(ctx, sqlFollowup, l.id, l.owner, channel, words, at, at, at)
		if err != nil {
			return err
		}
		l.lastTalk = max(l.lastTalk, at.UnixMilli())
		if err := g.entry(ctx, tx, l, at, "followup.happened", "follow_up", id, words, map[string]any{"follow_up_id": id, "customer_id": l.id, "channel": channel}); err != nil {
			return err
		}
	}
	return nil
}

// opinion asks about one in three of those who bought, and some answer.
func (g *generator) opinion(ctx context.Context, tx *db.Tx, i int, l *life) error {
	if len(l.buys) == 0 || l.rng.Float64() > 0.5 {
		return nil
	}
	times := 1 + l.rng.IntN(3)
	for n := range times {
		span := float64(max(1, l.from-l.until))
		ago := l.until + int(span*math.Pow(l.rng.Float64(), 2)) // most answers are of late
		survey, score, kind := g.nps, int(l.mood+l.rng.NormFloat64()*1.5+0.5), "nps"
		score = min(10, max(0, score))
		if n%2 == 1 {
			survey, kind, score = g.csat, "csat", min(5, max(1, 1+score*4/9))
		}
		if err := g.answer(ctx, tx, l, survey, kind, score, ago, fmt.Sprintf("demo:%d:%d", i, n)); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) answer(ctx context.Context, tx *db.Tx, l *life, survey int64, kind string, score, ago int, period string) error {
	sent, at := g.at(ago, 9), g.at(ago, 13)
	answered := l.rng.Float64() < 0.6
	state, when := "expired", db.Time{}
	if answered {
		state, when = "answered", at
	}
	invitation, err := tx.Insert(ctx, sqlInvite, survey, l.id, period, state, sent, sent, when, sent, sent)
	if err != nil || !answered {
		return err
	}
	words := ""
	low := (kind == "nps" && score <= 6) || (kind == "csat" && score <= 2)
	if l.rng.Float64() < 0.6 || low {
		list, happy := middling, score >= 9 || (kind == "csat" && score == 5)
		if low {
			list = complaint
		} else if happy {
			list = praise
		}
		switch turn := l.rng.IntN(8); {
		case turn < 3 && ago > SecondMachine && !happy:
			list = waited
		case turn == 0 && ago <= SecondMachine && happy:
			list = served
		}
		words = l.words(list)
	}
	id, err := tx.Insert(ctx, sqlResponse, invitation, survey, l.id, score, words, at, l.about(kind), db.ID(l.owner))
	if err != nil {
		return err
	}
	if kind == "nps" {
		l.answered.nps = score
	} else {
		l.answered.csat = score
	}
	if err := g.entry(ctx, tx, l, at, "response.given", "response", id, words, map[string]any{"id": id, "customer_id": l.id,
		"survey_id": survey, "survey_kind": kind, "score": score, "top": map[string]int{"nps": 10, "csat": 5}[kind], "low": low}); err != nil {
		return err
	}
	if low {
		return g.complaint(ctx, tx, l, survey, id, kind, score, ago)
	}
	return nil
}

// figures writes what is derived, as the customers slice would compute it, and
// a task for some.
func (g *generator) figures(ctx context.Context, tx *db.Tx, i int, l *life) error {
	var revenue, year int64
	since := cal.DateOf(tx.Now.AddDate(-1, 0, 0), time.UTC)
	first, last, expected := "", "", ""
	var gaps []float64
	for k, b := range l.buys {
		revenue += b.total
		if b.day > since {
			year += b.total
		}
		if k > 0 {
			gaps = append(gaps, float64(b.day.Sub(l.buys[k-1].day)))
		}
	}
	gap := 0.0
	if n := len(l.buys); n > 0 {
		first, last = string(l.buys[0].day), string(l.buys[n-1].day)
		if n >= 3 {
			gap = stats.Median(gaps)
			expected = string(l.buys[n-1].day.AddDays(int(gap + 0.5)))
		}
	}
	task, open := int64(0), 0
	if l.until == 0 && l.rng.Float64() < taskShare(g.Customers) {
		due := g.at(4-l.rng.IntN(12), 9+l.rng.IntN(8))
		at := db.At(tx.Now)
		if _, err := tx.Insert(ctx, sqlTask, "follow_up", l.words(errands), l.id, l.owner, l.owner, due, at, at); err != nil {
			return err
		}
		task, open = due.UnixMilli(), 1
	}
	if open += l.steps; l.nextStep != 0 && (task == 0 || l.nextStep < task) {
		task = l.nextStep
	}
	_, err := tx.Insert(ctx, sqlStat, l.id, len(l.buys), revenue, revenue, first, last, gap, expected, l.lastTalk, task, open,
		l.contacts, l.answered.nps, l.answered.csat, year)
	return err
}

// numbers leaves the counter of this year's orders behind those made up.
func (g *generator) numbers(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, sqlNumbers, g.today.Time(g.Zone).Year(), g.orders); err != nil {
		return fmt.Errorf("leave the order counter: %w", err)
	}
	return nil
}

// taskShare keeps the lists of a day at a size that people have.
func taskShare(customers int) float64 { return min(0.3, 300/float64(customers)) }

func (g *generator) entry(ctx context.Context, tx *db.Tx, l *life, at db.Time, kind, subjectKind string, subject int64, words string, data map[string]any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode entry: %w", err)
	}
	_, err = tx.Insert(ctx, sqlEntry, l.id, at, kind, subjectKind, subject, l.owner, words, string(body))
	return err
}

// at is that many days ago at an hour of the shop's day, never in the future
// for what already happened.
func (g *generator) at(ago, hour int) db.Time {
	t := cal.At(g.today.AddDays(-ago), hour, 0, g.Zone)
	if ago >= 0 && t.After(g.now) {
		t = g.now.Add(-time.Hour)
	}
	return db.At(t.UTC())
}
