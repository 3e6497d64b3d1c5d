package app

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/deal"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
	"regulars/app/work/daybook"
	"regulars/app/work/handover"
)

// demoTogether lets the people of the made-up business work together: reports of
// the last working day and of today with a word to one, a deal on which the owner
// works too, and one that was handed over.
func (a *App) demoTogether(ctx context.Context) error {
	people, err := a.notify.Colleagues(ctx)
	if err != nil || len(people) < 3 {
		return err
	}
	var who []context.Context
	for _, p := range people {
		actor, _, err := a.users.Actor(ctx, p.ID)
		if err != nil || actor == nil {
			return err
		}
		who = append(who, auth.With(ctx, actor))
	}
	if err := a.demoReports(ctx, who); err != nil {
		return fmt.Errorf("make up daily reports: %w", err)
	}
	return a.demoHands(ctx, who)
}

func (a *App) demoReports(ctx context.Context, who []context.Context) error {
	b, err := setting.ReadBusiness(ctx, a.DB.Reader(ctx))
	if err != nil {
		return err
	}
	day := cal.Today(a.DB.Now(), b.Zone()).AddDays(-1)
	for day.Weekday() == 0 || day.Weekday() == 6 {
		day = day.AddDays(-1)
	}
	told := []daybook.Words{
		{Well: "The hotel tasted twice and asked for prices for a **year**.", Problems: "Two deliveries left late; both customers were called before noon.", Help: "Who can cover Saturday's market stall?", Plan: "- Prices for the hotel\n- Bring samples to the new shop"},
		{Well: "新店的订单定下来了，首批周五送。", Problems: "有一家客户的账还没回，答应周三付款。", Help: "季度拼配的报价想请店主看一下。", Plan: "- 周三跟进回款\n- 给两家老客户寄新茶样"},
	}
	n := 0
	for _, as := range who {
		if auth.From(as).Role == auth.Owner || n >= len(told) {
			continue
		}
		r, err := a.daybook.Save(as, daybook.Day, day, 0, told[n], true)
		if err != nil {
			return err
		}
		if n++; n > 1 {
			today := daybook.Words{Well: "样品已经寄出，对方下周给答复。", Plan: "- 明天上午回访\n- 核对季度拼配的库存"}
			if _, err := a.daybook.Save(as, daybook.Day, "", 0, today, true); err != nil {
				return err
			}
			continue
		}
		for _, reader := range who {
			if auth.From(reader).Role != auth.Owner {
				continue
			}
			if _, err := a.daybook.Say(reader, r.ID, "Well done with the hotel. I take the stall on Saturday."); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoHands lets a colleague in on one deal and hands another over.
func (a *App) demoHands(ctx context.Context, who []context.Context) error {
	owner := auth.With(ctx, auth.System("demo"))
	found, err := a.deals.List(owner, page.Request{Limit: 20}, []filter.Cond{{Field: "result", Op: "eq", Value: deal.Open}})
	if err != nil {
		return err
	}
	done := 0
	for _, d := range found.Items {
		var giver, taker context.Context
		for _, as := range who {
			if auth.From(as).UserID == int64(d.OwnerID) {
				giver = as
			} else if (auth.From(as).Role == auth.Owner) == (done == 0) { // the first with the owner, the next to a colleague
				taker = as
			}
		}
		if giver == nil || taker == nil || done >= 2 {
			continue
		}
		if done++; done == 1 {
			err = a.deals.Collaborate(giver, d.ID, auth.From(taker).UserID, deal.Work)
		} else {
			_, err = a.handovers.Hand(giver, "deals", []int64{d.ID}, handover.Parcel{To: auth.From(taker).UserID, Tasks: true, Promises: true, Quotes: true, Keep: deal.ReadOnly,
				Note: "They liked the samples and decide in two weeks. Ask for **Ms Tan**, mornings only. 喜欢样品，两周内决定，上午联系陈女士。"})
		}
		if err != nil {
			return fmt.Errorf("make up who works on what: %w", err)
		}
	}
	return nil
}
