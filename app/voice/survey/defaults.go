package survey

import (
	"context"

	"regulars/app/sys/db"
)

// Pack is what a starter pack says about the two ready surveys; what it leaves
// out comes from here.
type Pack struct {
	NPS       Texts
	CSAT      Texts
	EveryDays int // cadence of the recommendation question; 0 is 90
	AfterDays int // days after an order; 0 is 3
}

var readyNPS = Texts{
	"en": {
		Question: "How likely are you to recommend us to a friend?", Low: "Not at all", High: "Without hesitation",
		Ask:      Bands{"What went wrong, and what should we do about it?", "What would have made it better?", "What did we get right?"},
		Thanks:   Bands{"Thank you for telling us. Somebody will look into this and get back to you.", "Thank you. We will work on it.", "Thank you, that makes our day."},
		Subject:  "One question from us",
		Reminder: "We would still like to know what you think",
	},
	"zh-CN": {
		Question: "您有多大可能把我们推荐给朋友？", Low: "完全不会", High: "一定会",
		Ask:      Bands{"哪里没有做好？您希望我们怎么处理？", "怎样做会更好？", "我们哪里做得好？"},
		Thanks:   Bands{"谢谢您告诉我们。会有人认真处理，并尽快联系您。", "谢谢，我们会继续改进。", "谢谢您的肯定！"},
		Subject:  "有一个问题想请教您",
		Reminder: "还想听听您的看法",
	},
}

var readyCSAT = Texts{
	"en": {
		Question: "How satisfied are you with your last order?", Low: "Very unhappy", High: "Very happy",
		Ask:      Bands{"What went wrong, and how can we put it right?", "What was missing?", "What did you like best?"},
		Thanks:   Bands{"Thank you for telling us. We will look into it and get back to you.", "Thank you. We will do better next time.", "Thank you. See you next time."},
		Subject:  "How was your order?",
		Reminder: "A quick question about your order",
	},
	"zh-CN": {
		Question: "您对最近这次购买满意吗？", Low: "很不满意", High: "非常满意",
		Ask:      Bands{"哪里出了问题？我们怎样补救？", "还缺了什么？", "您最喜欢哪一点？"},
		Thanks:   Bands{"谢谢您告诉我们，我们会尽快处理并联系您。", "谢谢，下次我们会做得更好。", "谢谢，期待再次见到您。"},
		Subject:  "这次购买还满意吗？",
		Reminder: "关于您的订单，想请教一个问题",
	},
}

// alarms are comment words that need a person whatever the score is.
const alarms = "refund\ncomplaint\nlawyer\ndangerous\n退款\n投诉\n律师\n举报"

// Seed makes the two ready surveys with their programs, at setup.
func (s *Service) Seed(ctx context.Context, tx *db.Tx, pack Pack) error {
	ready := []struct {
		in      Input
		program ProgramInput
	}{
		{Input{Kind: NPS, Name: s.name(ctx, tx, "survey.ready.nps"), Document: Document{Texts: merged(readyNPS, pack.NPS), Scored: true}, Words: alarms, Active: true},
			ProgramInput{Kind: Relationship, Name: s.name(ctx, tx, "survey.ready.relationship"), Active: true, EveryDays: 90, DelayDays: 3, RemindDays: 5, ExpireDays: 21}},
		{Input{Kind: CSAT, Name: s.name(ctx, tx, "survey.ready.csat"), Document: Document{Texts: merged(readyCSAT, pack.CSAT), Scored: true}, Words: alarms, Active: true},
			ProgramInput{Kind: AfterOrder, Name: s.name(ctx, tx, "survey.ready.after_order"), Active: true, EveryDays: 90, DelayDays: 3, RemindDays: 5, ExpireDays: 21}},
	}
	if pack.EveryDays > 0 {
		ready[0].program.EveryDays = pack.EveryDays
	}
	if pack.AfterDays > 0 {
		ready[1].program.DelayDays = pack.AfterDays
	}
	for _, r := range ready {
		r.in.Clean()
		v := Survey{Kind: r.in.Kind, Name: r.in.Name, Document: r.in.Document, Words: r.in.Words, Active: true}
		if err := insertSurvey(ctx, tx, &v); err != nil {
			return err
		}
		r.program.SurveyID = v.ID
		if _, err := insertProgram(ctx, tx, r.program); err != nil {
			return err
		}
	}
	return nil
}

// merged is ours with what the pack writes itself.
func merged(ours, pack Texts) Texts {
	out := Texts{}
	for language, t := range ours {
		theirs := pack[language]
		into := t.fields()
		for name, text := range theirs.fields() {
			if *text != "" {
				*into[name] = *text
			}
		}
		out[language] = t
	}
	return out
}
