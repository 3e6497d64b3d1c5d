package demo

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var sqlExperience = db.SQL(`INSERT INTO experience (deal_id, decided, again, author_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)

// What the first deals taught that were won, and those that were lost, in the
// language of their customer: what decided it, and what one would do again.
var lessons = map[string][2][][2]string{
	"won": {
		{{"A **tasting on site** with the people who make the coffee every day. The price was the last thing they asked for.", "Bring the grinder along; leave two bags with the team, not with the boss."},
			{"They had waited three days for another offer. We answered within the hour, with the prices.", "Answer first, polish later. Ask for the opening day in the first call."}},
		{{"**带豆子上门试饮**，让每天做咖啡的人自己挑，价格是最后才谈的。", "带上磨豆机；样品留给店员，不要只留给老板。"},
			{"对方等别家报价等了三天，我们一小时内就回了电话并报了价。", "先回复再完善；第一通电话就问清开业日期。"}},
	},
	"lost": {
		{{"Another roaster came 8 % cheaper **with** a machine on loan. We talked about the beans only.", "Ask early which machine they use, and whether it is theirs."}},
		{{"对手便宜百分之八，还**免费借机器**，我们只谈了豆子。", "一开始就问清他们用什么机器、是不是自己的。"}},
	},
}

// lesson writes down what a decided deal taught, while there is one left to tell
// in its language.
func (g *generator) lesson(ctx context.Context, tx *db.Tx, l *life, deal int64, result string, at db.Time) error {
	language := 0
	if l.chinese {
		language = 1
	}
	if g.lessons == nil {
		g.lessons = map[string]int{}
	}
	key := fmt.Sprint(result, language)
	list := lessons[result][language]
	if g.lessons[key] >= len(list) {
		return nil
	}
	note := list[g.lessons[key]]
	g.lessons[key]++
	if _, err := tx.Insert(ctx, sqlExperience, deal, note[0], note[1], l.owner, at, at); err != nil {
		return fmt.Errorf("add what a deal taught: %w", err)
	}
	return nil
}
