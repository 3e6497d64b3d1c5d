package lead

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Leads of the made-up business, in both languages and the same for the same
// seed: most of them ended, some wait, so that every page has something to say.

var (
	demoNames    = [2][]string{{"Mira Castell", "Jonas Albrecht", "Priya Raman", "Olu Adeyemi", "Hester Vaughan", "Tomas Lind", "Grace Ferreira", "Ewan Drummond", "Nadine Okoro", "Sam Whitlock"}, {"沈若溪", "贺知远", "陆明轩", "方晓棠", "单雨桐", "季云舟", "苏念", "邵一鸣", "温佳宁", "顾北辰"}}
	demoFirms    = [2][]string{{"Castell Hotels", "Lind & Daughters", "The Old Tannery", "Ferreira Events", "Quayside Offices", "Drummond Deli"}, {"云栖酒店", "半山书局", "和风餐饮", "青禾会务", "江畔联合办公", "南巷茶铺"}}
	demoNeeds    = [2][]string{{"Coffee for 40 rooms, from next month", "Tea and cups for a wedding, 120 guests", "A machine and beans for the office", "Gift boxes for our clients, about 60", "What does a tasting cost?", "Beans for a new shop, prices please"}, {"客房用茶，四十间，下月开始", "婚礼用茶和杯具，约一百二十人", "办公室咖啡机和豆子", "客户礼盒，大约六十份", "品鉴会怎么收费？", "新店开业用豆，请报价"}}
	demoSaid     = [2][]string{{"Spoke with them, they want samples first.", "Called back, prices sent.", "They decide after the weekend."}, {"已通话，先要样品。", "已回电并发了报价。", "周末后给答复。"}}
	demoRegions  = [2][]string{{"Bristol", "Bath", "Cardiff"}, {"上海", "杭州", "苏州"}}
	demoSources  = []string{"Referral", "Website", "Trade fair", "Market stall"}
	demoChances  = []float64{.8, .45, .35, .12}
	sqlDemoClubs = db.SQL(`
		SELECT c.id, c.name, (SELECT min(d.id) FROM deal d WHERE d.customer_id = c.id AND d.result <> 'lost') AS deal_id
		FROM customer c WHERE EXISTS (SELECT 1 FROM order_head o WHERE o.customer_id = c.id) ORDER BY c.id LIMIT 60`)
)

// Demo takes in what a made-up shop was asked in half a year, and sets its rules.
func (s *Service) Demo(ctx context.Context, seed uint64) error {
	people, err := s.People.Colleagues(ctx)
	if err != nil || len(people) == 0 {
		return err
	}
	err = s.db.Write(ctx, "lead.demo", func(ctx context.Context, tx *db.Tx) error {
		var clubs []struct {
			ID     int64  `db:"id"`
			Name   string `db:"name"`
			DealID db.ID  `db:"deal_id"`
		}
		if err := tx.Select(ctx, &clubs, sqlDemoClubs); err != nil {
			return fmt.Errorf("find customers that were leads: %w", err)
		}
		why, err := reasons(ctx, tx)
		if err != nil {
			return err
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		const ended, open = 110, 22
		for i := range ended + open {
			r := rand.New(rand.NewPCG(seed, 1<<41+uint64(i)))
			l, said := invented(r, i)
			l.Currency, l.OwnerID = b.Currency, db.ID(people[r.IntN(len(people))].ID)
			k, ago := r.IntN(len(demoSources)), 12+r.IntN(170)
			l.Source = demoSources[k]
			if i >= ended {
				ago = r.IntN(9)
			}
			l.ReceivedAt = db.At(tx.Now.AddDate(0, 0, -ago).Add(-time.Duration(20+r.IntN(300)) * time.Minute))
			l.OwnedAt = l.ReceivedAt
			answered := db.At(l.ReceivedAt.Add(time.Duration(10+r.IntN(200)) * time.Minute))
			closed := db.At(l.ReceivedAt.AddDate(0, 0, 1+r.IntN(9)))
			p := demoChances[k]
			if l.Company == "" {
				p *= .6
			}
			won := r.Float64() < p
			switch {
			case i >= ended && r.IntN(3) == 0: // new, some of them nobody's
				l.State, l.DueAt = Fresh, db.At(l.ReceivedAt.Add(4*time.Hour))
				if r.IntN(2) == 0 {
					l.OwnerID, l.OwnedAt = 0, db.Time{}
				}
			case i >= ended:
				l.State, l.FirstResponseAt, l.LastContactAt = []string{Working, Working, Qualified}[r.IntN(3)], answered, answered
			case won && len(clubs) > 0:
				c := clubs[i%len(clubs)]
				l.State, l.CustomerID, l.DealID, l.Name = Converted, db.ID(c.ID), c.DealID, c.Name
				l.FirstResponseAt, l.LastContactAt, l.ClosedAt = answered, closed, closed
			default:
				l.State, l.FirstResponseAt, l.LastContactAt, l.ClosedAt = Disqualified, answered, answered, closed
				if len(why) > 0 {
					l.ReasonID = db.ID(why[r.IntN(len(why))].ID)
				}
			}
			l.Words = findable(l, b.Region)
			if err := insert(ctx, tx, &l); err != nil {
				return err
			}
			if err := l.story(ctx, tx, said); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.demoRules(ctx, len(people) > 1)
}

// Sample takes in three inquiries for a new shop to look around with, in its
// language: one that waits for its answer, one that is spoken with, one that is
// nearly a customer. They are whoever's who set the shop up.
func (s *Service) Sample(ctx context.Context, tx *db.Tx) error {
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	in := 0
	if b.Locale == "zh-CN" {
		in = 1
	}
	for i, state := range []string{Fresh, Working, Qualified} {
		l := Lead{Name: demoNames[in][i], Need: demoNeeds[in][i], Region: demoRegions[in][i], Source: demoSources[i], Currency: b.Currency, State: state, Emails: Words{},
			Phones: Words{fmt.Sprintf([2]string{"+44 117 496 01%02d", "138 0013 80%02d"}[in], i)}, OwnerID: 1}
		if i > 0 {
			l.Company = demoFirms[in][i]
		}
		l.ReceivedAt = db.At(tx.Now.Add(-time.Duration(1+20*i) * time.Hour))
		l.OwnedAt, l.Words = l.ReceivedAt, findable(l, b.Region)
		if state != Fresh {
			l.FirstResponseAt = db.At(l.ReceivedAt.Add(40 * time.Minute))
			l.LastContactAt = l.FirstResponseAt
		} else if err := s.begin(ctx, tx, &l); err != nil {
			return err
		}
		if err := insert(ctx, tx, &l); err != nil {
			return err
		}
		if err := l.story(ctx, tx, demoSaid[in][i]); err != nil {
			return err
		}
	}
	return nil
}

// invented is a lead as it came in, and what was said on the first call.
func invented(r *rand.Rand, i int) (Lead, string) {
	in := 0
	if i%5 < 2 {
		in = 1
	}
	pick := func(list [2][]string) string { return list[in][r.IntN(len(list[in]))] }
	l := Lead{Name: pick(demoNames), Need: pick(demoNeeds), Region: pick(demoRegions), Phones: Words{fmt.Sprintf("+44 117 496 %04d", 100+i)}, Emails: Words{}}
	if in == 1 {
		l.Phones = Words{fmt.Sprintf("138 0013 8%03d", i)}
	}
	if r.Float64() < .5 {
		l.Company = pick(demoFirms)
		l.Amount = int64(4+r.IntN(40)) * 10000
	}
	if r.Float64() < .4 {
		l.Emails = Words{fmt.Sprintf("lead%d@example.com", i)}
	}
	return l, pick(demoSaid)
}

// story writes the log of a made-up lead.
func (l Lead) story(ctx context.Context, tx *db.Tx, said string) error {
	lines := []Event{{Kind: "received", At: l.ReceivedAt, Words: l.Source}}
	if !l.FirstResponseAt.IsZero() {
		lines = append(lines, Event{Kind: "call", At: l.FirstResponseAt, UserID: l.OwnerID, Words: said})
	}
	if !l.ClosedAt.IsZero() {
		lines = append(lines, Event{Kind: l.State, At: l.ClosedAt, UserID: l.OwnerID})
	}
	for _, e := range lines {
		if err := jot(ctx, tx, l.ID, e); err != nil {
			return err
		}
	}
	return nil
}

// demoRules are the rules of the made-up shop.
func (s *Service) demoRules(ctx context.Context, several bool) error {
	for _, r := range []ScoreRule{{Field: "source", Test: is, Value: demoSources[0], Points: 30}, {Field: "company", Test: given, Points: 20},
		{Field: "source", Test: is, Value: demoSources[3], Points: -15}, {Field: "amount", Test: least, Value: "2000", Points: 10}, {Field: "email", Test: given, Points: 5}} {
		r.Active = true
		if _, err := s.SaveScoreRule(ctx, r); err != nil {
			return err
		}
	}
	_, err := s.SaveForm(ctx, WebForm{Slug: "ask-us", Name: "Website", Effort: usual, Active: true, Asks: Words{"phone", "email", "company", "need!"}, Source: demoSources[1], Texts: FormTexts{
		"en":    {Title: "Ask us", Lead: "Tell us what you need and how to reach you. We answer the same day.", Thanks: "Thank you. We will be in touch soon.", Consent: "You may use what I write here to answer me."},
		"zh-CN": {Title: "联系我们", Lead: "请告诉我们您的需求和联系方式，当天回复。", Thanks: "谢谢，我们会尽快联系您。", Consent: "同意用我填写的信息与我联系。"}}})
	if err != nil || !several {
		return err
	}
	_, err = s.SaveRoute(ctx, Route{Name: "Website", Sources: Words{demoSources[1]}, Method: turns, Active: true})
	return err
}
