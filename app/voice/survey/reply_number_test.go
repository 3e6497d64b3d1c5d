package survey

import (
	"strings"
	"testing"
)

func TestANumberInAReply(t *testing.T) {
	const none = NoScore
	for text, want := range map[string]struct {
		score   int
		comment string
	}{
		"9": {9, ""}, " 10 ": {10, ""}, "０": {0, ""}, "９": {9, ""}, "9分": {9, ""}, "９ 分": {9, ""}, "⑨": {9, ""}, "10/10": {10, ""}, "10／10": {10, ""}, "9 out of 10": {9, ""},
		"9 of 10": {9, ""}, "9/10分": {9, ""}, "9.": {9, ""}, "9!": {9, ""}, "9 (great)": {9, "(great)"}, "9 😀": {9, "😀"}, "10, lovely place": {10, "lovely place"},
		"9 - the best": {9, "the best"}, "8 points": {8, ""}, "7 because it was loud": {7, "because it was loud"}, "9 thank you": {9, "thank you"}, "2\nToo slow": {2, "Too slow"},
		"9分，服务很好": {9, "服务很好"}, "9很好": {9, "很好"}, "8 服务不错": {8, "服务不错"}, "评分：6": {6, ""}, "我给 9 分": {9, ""}, "10 分！！": {10, "！"}, "Score: 3": {3, ""}, "10/10 would come again": {10, "would come again"},
		"10 days ago the grinder broke": {none, ""}, "10天前来过": {none, ""}, "3 cups were cold": {none, ""}, "2 people waited": {none, ""}, "11": {none, ""}, "9/5": {none, ""}, "9.5": {none, ""},
		"9-10": {none, ""}, "0 1 2 3 4 5 6 7 8 9 10": {none, ""}, "0  https://shop.example.com/s/x?v=0": {none, ""}, "10am is fine": {none, ""}, "9th time": {none, ""}, "50%": {none, ""}, "3杯咖啡": {none, ""},
		"2楼的服务员": {none, ""}, "100": {none, ""}, "-1": {none, ""}, "十分满意": {none, ""}, "": {none, ""}, "hello 9": {none, ""}, "2026-11-16": {none, ""}, "9 / 10 / 2026": {none, ""}, "10%": {none, ""}, "5 stars": {none, ""}, "5星好评": {none, ""}, "1. The staff was rude\n2. Too dear": {none, ""}, "1) rude\n\n2) dear": {none, ""}, "1、太慢\n2、太贵": {none, ""}, "1. rude, 2. dear": {none, ""},
		"9. Great": {9, "Great"}, "9. Great\nI came with 3 friends.": {9, "Great\nI came with 3 friends."}, "1)": {1, ")"},
	} {
		got := readReply(text, "", NPS)
		if got.Score != want.score {
			t.Errorf("%q: %d, want %d", text, got.Score, want.score)
		}
		if want.score != none && text != "10 分！！" && got.Comment != want.comment {
			t.Errorf("%q: comment %q, want %q", text, got.Comment, want.comment)
		}
		if want.score == none && got.Comment != text {
			t.Errorf("%q: comment %q", text, got.Comment)
		}
	}
	for text, want := range map[string]int{"5": 5, "0": none, "6": none, "1. Rude\n2. Too dear": none, "5星好评": 5, "5/5": 5, "4 stars": 4, "5/7": none} {
		if got := readReply(text, "", CSAT); got.Score != want {
			t.Errorf("csat %q: %d", text, got.Score)
		}
	}
	if got := readReply("7/7", "", CES); got.Score != 7 {
		t.Errorf("ces: %+v", got)
	}
}

func TestWhoeverWantsNoMoreMail(t *testing.T) {
	for text, want := range map[string]bool{"STOP": true, "Stop.": true, "stop please": true, "退订": true, "退订，谢谢": true, "【退订】": true, "TD": true, "unsubscribe": true, "取消订阅": true,
		"stopped by yesterday, 9": false, "tdx": false, "请退订": true, "T": true, "取消": true, "Please stop, thanks": true, "opt out": true, "unsubscribe me please": true, "Stop by any time, always glad to see you! 10": false,
		"TD Bank is my employer; I give 9": false, "stop the music": false, "取消了我的订单": false, "STOP\nThe waiter was rude": true, "We stop by often": false, "9": false, "不满意": false} {
		if got := readReply(text, "", NPS); got.Stop != want {
			t.Errorf("%q: %v", text, got.Stop)
		}
	}
	if !readReply("", "STOP [#1-ABCDEFGH]", NPS).Stop || readReply("9", "STOP", NPS).Stop {
		t.Error("the subject counts where there is no text, and only there")
	}
}

func FuzzReadReply(f *testing.F) {
	for _, s := range []string{"9", "10/10", "9 \xff", "评分：", "9 '"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := readReply(text, text, NPS)
		if got.Score != NoScore && (got.Score < 0 || got.Score > 10) {
			t.Errorf("%q: %d", text, got.Score)
		}
	})
}

func TestHowLongATextMessageIs(t *testing.T) {
	for _, c := range []struct {
		text          string
		length, parts int
	}{
		{strings.Repeat("a", 160), 160, 1}, {strings.Repeat("a", 161), 161, 2}, {strings.Repeat("a", 306), 306, 2}, {strings.Repeat("a", 307), 307, 3},
		{"€" + strings.Repeat("a", 158), 160, 1}, {"€" + strings.Repeat("a", 159), 161, 2}, {strings.Repeat("好", 70), 70, 1}, {strings.Repeat("好", 71), 71, 2},
		{strings.Repeat("a", 69) + "好", 70, 1}, {strings.Repeat("好", 134), 134, 2}, {strings.Repeat("好", 135), 135, 3}, {"😀", 2, 1}, {"", 0, 1},
	} {
		if length, parts := measure(c.text); length != c.length || parts != c.parts {
			t.Errorf("%.20q: %d characters in %d, want %d in %d", c.text, length, parts, c.length, c.parts)
		}
	}
}
