package oneline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/money"
	"regulars/app/kit/text"
)

// now is a Saturday.
var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

var goods = []Item{{"西湖龙井", "LJ-1"}, {"云南滇红 1公斤装", ""}, {"普洱茶饼", ""}, {"Longjing", ""}, {"House espresso", "HE1"}, {"Decaf beans", ""}, {"Green tea tin", ""}, {"Black tea tin", ""}}

func input(s, region, currency string) Input {
	return Input{Text: s, Products: goods, Own: []string{"林梅", "Mei Lin"}, Now: now, Zone: time.UTC, Region: region, Currency: currency}
}

// short says a result in one line: what the tables compare.
func short(r Result, currency string) string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, n := range r.Names {
		mark := ""
		if n.Value.Company {
			mark = "*"
		}
		add("name%s=%s", mark, n.Value.Name)
	}
	for _, p := range r.Phones {
		add("tel=%s", p.Value.E164)
	}
	for _, e := range r.Emails {
		add("mail=%s", e.Value)
	}
	for _, a := range r.Amounts {
		c := a.Value.Currency
		if c == "" {
			c = currency
		}
		add("sum=%s", money.Amount{Minor: a.Value.Minor, Currency: c})
	}
	for _, l := range r.Lines {
		add("line=%s×%s%s", l.Value.Quantity, l.Value.Name, strings.ReplaceAll(fmt.Sprint(l.Value.Products), " ", ","))
	}
	for _, m := range r.Moments {
		s := string(m.Value.Day)
		if m.Value.Minutes >= 0 {
			s += fmt.Sprintf("T%02d:%02d", m.Value.Minutes/60, m.Value.Minutes%60)
		}
		add("when=%s", s)
	}
	for _, p := range r.Purposes {
		add("%s", p.Value)
	}
	if r.Note != "" {
		add("note=%s", r.Note)
	}
	return strings.Join(out, " ")
}

func TestChinese(t *testing.T) {
	for line, want := range map[string]string{
		"张三 13800138000 买2箱茶 600 下周二回访": "name=张三 tel=+8613800138000 sum=600.00 CNY line=2×茶[2] when=2026-11-24 order call",
		"李总订龙井两斤 1.2万":                  "name=李总 sum=12000.00 CNY line=2×龙井[0] order",
		"明天下午三点给王芳回电":                   "name=王芳 when=2026-11-22T15:00 call",
		"上海云栖书店有限公司 投诉 送货太慢":            "name*=上海云栖书店有限公司 complaint complaint note=投诉 送货太慢",
		"周五下午三点上门 赵敏":                   "name=赵敏 when=2026-11-27T15:00 visit",
		"龙井2盒":                          "line=2×龙井[0]",
		"西湖龙井两斤":                        "line=2×西湖龙井[0]",
		"半斤西湖龙井":                        "line=0.5×西湖龙井[0]",
		"十二盒普洱茶饼":                       "line=12×普洱茶饼[2]",
		"孙伟 订 西湖龙井 x 3":                 "name=孙伟 line=3×西湖龙井[0] order",
		"￥1,280":                        "sum=1280.00 CNY",
		"1280元":                         "sum=1280.00 CNY",
		"3千":                            "sum=3000.00 CNY",
		"1.2万":                          "sum=12000.00 CNY",
		"三千五百元":                         "sum=3500.00 CNY",
		"一千二块":                          "sum=1200.00 CNY",
		"两万五元":                          "sum=25000.00 CNY",
		"定金２００元":                        "sum=200.00 CNY note=定金",
		"今天":                            "when=2026-11-21",
		"后天":                            "when=2026-11-23",
		"大后天":                           "when=2026-11-24",
		"下周二":                           "when=2026-11-24",
		"下下周一":                          "when=2026-11-30",
		"周五":                            "when=2026-11-27",
		"星期天上午10点半":                     "when=2026-11-22T10:30",
		"3月5号":                          "when=2027-03-05",
		"12月1日":                         "when=2026-12-01",
		"2026年12月31日 晚上8点":              "when=2026-12-31T20:00",
		"25号":                           "when=2026-11-25",
		"5号":                            "when=2026-12-05",
		"月底":                            "when=2026-11-30",
		"下月3号":                          "when=2026-12-03",
		"三天后回电":                         "when=2026-11-24 call",
		"两周后":                           "when=2026-12-05",
		"一个月后":                          "when=2026-12-21",
		"明早提醒我":                         "when=2026-11-22T09:00 call note=提醒我",
		"3号线":                           "note=3号线",
		"昨天他来过":                         "note=昨天他来过",
		"东西没坏，很满意":                      "note=东西没坏，很满意",
		"他不投诉了":                         "note=他不投诉了",
		"杯子坏了，要退货":                      "complaint complaint note=杯子坏了，要退货",
		"客户：陈静 电话：139-1234-5678":        "name=陈静 tel=+8613912345678",
		"欧阳娜娜 13912345678":              "name=欧阳娜娜 tel=+8613912345678",
		"0571-88886666 王老师 茶叶发霉":        "name=王老师 tel=+8657188886666 complaint note=茶叶发霉",
		"这个月生意不错":                       "note=这个月生意不错",
		"我们有3个问题":                       "note=我们有3个问题",
		"退订了":                           "note=退订了",
		"给李娜发报价":                        "note=给李娜发报价",
		"两盒云南滇红 1公斤装 ¥300":              "sum=300.00 CNY line=2×云南滇红 1公斤装[1]",
		"周雨桐 09:12\n老板，上次的龙井有点受潮了\n林梅 09:15\n抱歉，明天给您换1包\n周雨桐 09:16\n好的，再加3包普洱茶饼，264元": "name=周雨桐 sum=264.00 CNY line=3×普洱茶饼[2] when=2026-11-22 complaint order note=老板，上次的龙井有点受潮了\n抱歉， 给您换1包\n好的，再加",
		"王芳 2026/11/20 18:01\n明天能送2盒西湖龙井吗":      "name=王芳 line=2×西湖龙井[0] when=2026-11-21 note=能送 吗",
		"王芳：在吗\n林梅：在的\n王芳：订龙井2盒，我电话13800138000": "name=王芳 tel=+8613800138000 line=2×龙井[0] order note=在吗\n在的\n订 ，我",
	} {
		if got := short(Read(input(line, "CN", "CNY")), "CNY"); got != want {
			t.Errorf("%q\n got %s\nwant %s", line, got, want)
		}
	}
}

func TestEnglish(t *testing.T) {
	for line, want := range map[string]string{
		"John Smith 0117 496 0142 order 2 x Longjing £45.50 call back next Tue 3pm": "name=John Smith tel=+441174960142 sum=45.50 GBP line=2×Longjing[3] when=2026-11-24T15:00 order call",
		"2 bags of Longjing for Maria Silva tomorrow":                               "name=Maria Silva line=2×Longjing[3] when=2026-11-22",
		"Call Maria tomorrow about the roof":                                        "name=Maria when=2026-11-22 call note=Call about the roof",
		"maria silva maria@example.com wants 3 house espressos":                     "name=maria silva mail=maria@example.com line=3×house espressos[4] order",
		"Harbour Street Bakery +44 117 496 0142":                                    "name*=Harbour Street Bakery tel=+441174960142",
		"Kettle & Crane Ltd wants a dozen Longjing":                                 "name*=Kettle & Crane Ltd line=12×Longjing[3] order",
		"£45.50":                             "sum=45.50 GBP",
		"$20":                                "sum=20.00 USD",
		"€1,280.50":                          "sum=1280.50 EUR",
		"20 pounds":                          "sum=20.00 GBP",
		"1.5k gbp":                           "sum=1500.00 GBP",
		"today":                              "when=2026-11-21",
		"tomorrow morning":                   "when=2026-11-22T09:00",
		"day after tomorrow":                 "when=2026-11-23",
		"next Tue":                           "when=2026-11-24",
		"on Friday at 15:30":                 "when=2026-11-27T15:30",
		"Saturday":                           "when=2026-11-28",
		"in 3 days":                          "when=2026-11-24",
		"in two weeks":                       "when=2026-12-05",
		"in a month":                         "when=2026-12-21",
		"on 5 March, 3pm":                    "when=2027-03-05T15:00",
		"Dec 24th":                           "when=2026-12-24",
		"the 5th of December":                "when=2026-12-05",
		"31 February":                        "note=31 February",
		"2026-12-01 09:00":                   "when=2026-12-01T09:00",
		"end of the month":                   "when=2026-11-30",
		"next month":                         "when=2026-12-01",
		"3pm":                                "when=2026-11-21T15:00",
		"9am":                                "when=2026-11-22T09:00",
		"the kettle is broken, unhappy":      "complaint complaint note=the kettle is broken, unhappy",
		"it is not broken":                   "note=it is not broken",
		"no complaints at all":               "note=no complaints at all",
		"in order to win":                    "note=in order to win",
		"he sat in the sun":                  "note=he sat in the sun",
		"the weather was fine":               "note=the weather was fine",
		"visit Dr Amara Obi on Thursday":     "name=Dr Amara Obi when=2026-11-26 visit",
		"needs 2 boxes of tea":               "line=2×tea[6,7] order",
		"3 x mystery":                        "line=3×mystery[]",
		"HE1 x 4":                            "line=4×HE1[4]",
		"Name: Ada Bello, tel 0117 496 0143": "name=Ada Bello tel=+441174960143",
		"see https://example.com/12345678901?x=20": "note=see https://example.com/12345678901?x=20",
		"30 or 40":        "note=30 or 40",
		"order 30 or 40":  "order note=order 30 or 40",
		"王芳 13912345678":  "name=王芳 tel=+8613912345678",
		"Ada 13912345678": "name=Ada note=13912345678",
		"1/2/3":           "note=1/2/3",
		"[05/03/2026, 09:12:33] Maria Silva: the beans were stale\n[05/03/2026, 09:13:00] Mei Lin: sorry, refund by Friday": "name=Maria Silva when=2026-03-06 complaint complaint note=the beans were stale\nsorry, refund",
		"20/11/2026, 09:12 - Ola Nordmann: can I order 2 x Longjing for tomorrow?":                                          "name=Ola Nordmann line=2×Longjing[3] when=2026-11-21 order note=can I order for ?",
		"[9:12 am, 20/11/2026] Tom: call me back on 0117 496 0142":                                                          "name=Tom tel=+441174960142 call note=call me back on",
		"Mei Lin: hello\nTom Okafor: 3 house espresso please\nMei Lin: our number is 0117 496 0142":                         "name=Tom Okafor line=3×house espresso[4] note=hello\nplease\nour number is 0117 496 0142",
	} {
		if got := short(Read(input(line, "GB", "GBP")), "GBP"); got != want {
			t.Errorf("%q\n got %s\nwant %s", line, got, want)
		}
	}
}

// checkSpans says what is wrong with where things were found.
func checkSpans(s string, r Result) error {
	end := 0
	for _, m := range r.Marks() {
		if m.Span.Start < end || m.Span.End <= m.Span.Start || m.Span.End > len(s) || m.Sure < Guess || m.Sure > Certain {
			return fmt.Errorf("mark %+v in %d bytes after %d", m, len(s), end)
		}
		end = m.Span.End
	}
	for _, m := range r.Chat {
		if m.Head.Start < 0 || m.Head.End > m.Body.Start || m.Body.End > len(s) {
			return fmt.Errorf("message %+v in %d bytes", m, len(s))
		}
	}
	for _, l := range r.Lines {
		if l.Value.Quantity <= 0 {
			return fmt.Errorf("line %+v", l)
		}
		for _, p := range l.Value.Products {
			if p < 0 || p >= len(goods) {
				return fmt.Errorf("line %+v names no product", l)
			}
		}
	}
	for _, m := range r.Moments {
		if !m.Value.Day.Valid() || m.Value.Day == "" || m.Value.Minutes < -1 || m.Value.Minutes >= 24*60 {
			return fmt.Errorf("moment %+v", m)
		}
	}
	return nil
}

func TestSpansPointAtTheWords(t *testing.T) {
	s := "张\u200b三　１３８００１３８０００ 买2箱茶 ￥600 下周二"
	r := Read(input(s, "CN", "CNY"))
	if len(r.Names) != 1 || len(r.Phones) != 1 || len(r.Amounts) != 1 || len(r.Moments) != 1 {
		t.Fatalf("%+v", r)
	}
	for _, c := range []struct {
		span Span
		want string
	}{{r.Phones[0].Span, "１３８００１３８０００"}, {r.Amounts[0].Span, "￥600"}, {r.Moments[0].Span, "下周二"}} {
		if got := strings.TrimSpace(s[c.span.Start:c.span.End]); got != c.want {
			t.Errorf("span says %q, want %q", got, c.want)
		}
	}
}

func TestLongTextStaysWhole(t *testing.T) {
	s := strings.Repeat("句子。", 400_000/9)
	if r := Read(input(s, "CN", "CNY")); len(r.Note) < len(s)-100 || len(r.Marks()) != 0 {
		t.Errorf("%d of %d bytes stayed, marks %d", len(r.Note), len(s), len(r.Marks()))
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"张三 13800138000 买2箱茶 600 下周二回访", "[05/03/2026, 09:12:33] Maria: 2 x Longjing £3", "王芳 09:12\n好的", "A: b\nB: c 3点", "\xff\u200b￥十万", "半两龙井", "100千万元"} {
		f.Add(s, "CN")
		f.Add(s, "US")
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		r := Read(input(s, region, "CNY"))
		if err := checkSpans(s, r); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if len(r.Marks()) == 0 && len(r.Chat) == 0 && len(s) < 100 && text.Visible(s) && strings.IndexFunc(s, isHanOrLatin) >= 0 && r.Note == "" && !onlySmall(tidy(s)) && strings.Trim(s, particles+" ") != "" && !strings.ContainsAny(s, particles) {
			t.Fatalf("%q is lost", s)
		}
	})
}

func isHanOrLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
