package app

import (
	"context"
	"fmt"

	"regulars/app/demo"
	"regulars/app/kit/cal"
	"regulars/app/kit/page"
	"regulars/app/sys/setting"
	"regulars/app/voice/improvement"
)

// demoVoice gives the made-up business what it changed since people complained:
// a second machine that went live long enough ago to be judged, a promise about
// deliveries that still has its time, and a plan. The verdict is whatever the
// made-up answers bear: a small shop has too few.
func (a *App) demoVoice(ctx context.Context) error {
	if err := a.topics.Drain(ctx); err != nil {
		return err
	}
	list, err := a.topics.List(ctx, page.Request{Limit: 50}, nil)
	if err != nil {
		return err
	}
	topics := map[string]int64{}
	for _, t := range list.Items {
		topics[t.NameEN] = t.ID
	}
	b, err := setting.ReadBusiness(ctx, a.DB.Reader(ctx))
	if err != nil {
		return err
	}
	today := cal.Today(a.DB.Now(), b.Zone())
	day := func(ago int) string { return string(today.AddDays(-ago)) }
	for _, made := range []struct {
		in improvement.Input
		to []improvement.State
	}{
		{improvement.Input{Title: "A second machine at the counter", TopicID: topics["Waiting"], Cause: "waiting", Change: "Two people at two machines from eight to ten.",
			Expected: "Nobody waits longer than five minutes.", LiveOn: day(demo.SecondMachine), WaitDays: 60}, []improvement.State{improvement.Doing, improvement.Live}},
		{improvement.Input{Title: "We ring when a delivery will be late", TopicID: topics["Delivery"], Cause: "delivery", Change: "The driver rings from the van, half an hour before.",
			Expected: "Fewer complaints about deliveries.", LiveOn: day(10), WaitDays: 30}, []improvement.State{improvement.Doing, improvement.Live}},
		{improvement.Input{Title: "Taste the new blend with five regulars", Cause: "quality", Change: "A tasting before the blend is changed again.", WaitDays: 30}, nil},
	} {
		i, err := a.improvements.Create(ctx, made.in, 0)
		for _, to := range made.to {
			if err == nil {
				i, err = a.improvements.Move(ctx, i.ID, i.Version, to)
			}
		}
		if err != nil {
			return fmt.Errorf("make up an improvement: %w", err)
		}
	}
	return a.improvements.Judge(ctx)
}
