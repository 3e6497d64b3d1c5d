package satisfaction_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// shop is a business with two years of answers from everywhere: seeded, so that
// every run counts the same.
type shop struct {
	*apptest.App
	t   *testing.T
	api *apptest.API
}

const document = `[
 {"key":"speed","kind":"csat","text":{"en":"How fast?"}},
 {"key":"why","kind":"multi","text":{"en":"Why?"},"options":[{"key":"taste","text":{"en":"Taste"}},{"key":"price","text":{"en":"Price"}}],"other":true},
 {"key":"again","kind":"yesno","text":{"en":"Again?"}},
 {"key":"order","kind":"ranking","text":{"en":"What first?"},"options":[{"key":"a","text":{"en":"Alpha"}},{"key":"b","text":{"en":"Beta"}}]},
 {"key":"parts","kind":"matrix","text":{"en":"Parts"},"options":[{"key":"room","text":{"en":"Room"}},{"key":"food","text":{"en":"Food"}}]},
 {"key":"people","kind":"number","text":{"en":"How many?"}},
 {"key":"more","kind":"long","text":{"en":"Tell us"}}]`

func newShop(t *testing.T, answers int) *shop {
	t.Helper()
	s := &shop{App: apptest.New(t), t: t}
	s.api = s.App.API("", "write")
	for _, p := range []string{`{"name":"Oolong","category":"Tea"}`, `{"name":"Sencha","category":"Tea"}`, `{"name":"Kettle","category":"Ware"}`} {
		s.api.Into(nil, 201, "POST", "/products", p)
	}
	s.fill(answers)
	return s
}

func (s *shop) fill(answers int) {
	r := rand.New(rand.NewPCG(12, 34))
	now := s.Clock.Now()
	err := s.DB.Write(s.As(auth.System("shell")), "test", func(ctx context.Context, tx *db.Tx) error {
		do := func(statement string, args ...any) int64 {
			id, err := tx.Insert(ctx, statement, args...)
			if err != nil {
				s.t.Fatal(err)
			}
			return id
		}
		do(`UPDATE survey SET questions = ? WHERE id = 1`, document)
		for i := range 30 {
			level := []string{"", "A", "B", "C"}[i%4]
			do(`INSERT INTO customer (kind, name, name_key, sort_key, level, region, owner_id, created_at, updated_at) VALUES ('person', ?, ?, ?, ?, ?, ?, 1, 1)`,
				fmt.Sprint("C", i), fmt.Sprint("C", i), fmt.Sprint("C", i), level, []string{"", "DE", "CN"}[i%3], []any{nil, 1}[i%2])
		}
		for i := range answers {
			customer := int64(1 + r.IntN(30))
			at := now.Add(-time.Duration(r.IntN(200*24)) * time.Hour)
			order := do(`INSERT INTO order_head (number, customer_id, ordered_on, status, currency, created_at, updated_at) VALUES (?, ?, '2026-01-01', 'completed', 'USD', 1, 1)`, fmt.Sprint("T-", i), customer)
			for p := int64(1); p <= 3; p++ {
				if r.IntN(2) == 0 {
					do(`INSERT INTO order_line (order_id, product_id, name, quantity, unit_price, total) VALUES (?, ?, 'x', 1, 1, 1)`, order, p)
				}
			}
			channel := []string{"email", "email", "link", "sms", "reply", "staff", "import", "qr", "kiosk"}[r.IntN(9)]
			var invitation, recheck any
			if channel == "email" || channel == "link" || channel == "sms" {
				state := []string{"answered", "answered", "expired"}[r.IntN(3)]
				invitation = do(`INSERT INTO survey_invitation (survey_id, customer_id, order_id, period_key, channel, state, due_at, sent_at, created_at, updated_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?, 1, 1)`,
					customer, order, fmt.Sprint("k", i), channel, state, at.UnixMilli(), at.Add(-time.Hour).UnixMilli())
				if state == "expired" {
					continue
				}
			}
			if r.IntN(20) == 0 {
				recheck = 1
			}
			var who any = customer
			if channel == "qr" || channel == "kiosk" {
				who = nil
			}
			level := ""
			if who != nil && r.IntN(2) == 0 {
				level = "A"
			}
			do(`INSERT INTO survey_response (invitation_id, survey_id, customer_id, score, comment, answers, channel, language, case_id, order_id, level, answered_at, created_at, updated_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)`,
				invitation, who, r.IntN(11), "", said(r), channel, []string{"en", "zh-CN", ""}[r.IntN(3)], recheck, order, level, at.UnixMilli())
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// said are further answers, as a page would store them.
func said(r *rand.Rand) string {
	var parts []string
	if r.IntN(3) > 0 {
		parts = append(parts, fmt.Sprintf(`"speed":{"n":%d}`, 1+r.IntN(5)))
	}
	if r.IntN(3) > 0 {
		parts = append(parts, `"why":{"picks":`+[]string{`["taste"]`, `["taste","price"]`, `["price","other"],"other":"Smell"`}[r.IntN(3)]+`}`)
	}
	if r.IntN(2) > 0 {
		parts = append(parts, fmt.Sprintf(`"again":{"yes":%v}`, r.IntN(2) == 0))
	}
	if r.IntN(2) > 0 {
		parts = append(parts, `"order":{"picks":`+[]string{`["a","b"]`, `["b","a"]`}[r.IntN(2)]+`}`)
	}
	if r.IntN(2) > 0 {
		parts = append(parts, fmt.Sprintf(`"parts":{"rows":{"room":%d,"food":%d}}`, 1+r.IntN(5), 1+r.IntN(5)))
	}
	if r.IntN(2) > 0 {
		parts = append(parts, fmt.Sprintf(`"people":{"n":%d}`, 1+r.IntN(9)))
	}
	if r.IntN(4) == 0 {
		parts = append(parts, `"more":{"text":"Lovely"}`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// listed is how many records the page behind a number shows.
func (s *shop) listed(page string) int {
	s.t.Helper()
	u, err := url.Parse(page)
	if err != nil {
		s.t.Fatal(err)
	}
	q := u.Query()
	q.Set("count", "true")
	q.Set("limit", "1")
	var list struct{ Total int }
	s.api.Into(&list, 200, "GET", u.Path+"?"+q.Encode(), "")
	return list.Total
}
