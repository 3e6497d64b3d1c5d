package i18n

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"regulars/app/kit/errs"
)

func bundle(t *testing.T) *Bundle {
	t.Helper()
	b, err := Load(os.DirFS("../../../assets"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func both(en, zh string) fstest.MapFS {
	return fstest.MapFS{
		"i18n/en.json":    {Data: []byte(en)},
		"i18n/zh-CN.json": {Data: []byte(zh)},
	}
}

func small(t *testing.T) *Bundle {
	t.Helper()
	b, err := Load(both(
		`{"a.hi":"Hello {name}","a.n.one":"{n} order","a.n.other":"{n} orders","a.only":"only English"}`,
		`{"a.hi":"你好 {name}","a.n.other":"{n} 笔订单"}`))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAChineseTextKeepsNoSpaceBesideAChineseValue(t *testing.T) {
	b, err := Load(both(`{"a.day":"Before {day} it was {who}.","a.two":"{a} {b}"}`, `{"a.day":"在 {day} 之前由 {who} 负责。","a.two":"{a} {b}"}`))
	if err != nil {
		t.Fatal(err)
	}
	zh := b.For("zh-CN")
	for _, c := range []struct{ got, want string }{
		{zh.T("a.day", "day", "11 月 24 日", "who", "林梅"), "在 11 月 24 日之前由林梅负责。"},
		{zh.T("a.day", "day", "2026-11-24", "who", "Ada"), "在 2026-11-24 之前由 Ada 负责。"},
		{zh.T("a.day", "day", "今日", "who", "Ada 王"), "在今日之前由 Ada 王负责。"},
		{zh.T("a.two", "a", "林梅", "b", "李强"), "林梅 李强"},
		{b.For("en").T("a.day", "day", "今日", "who", "林梅"), "Before 今日 it was 林梅."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTextFillsPlaceholdersAndPicksThePlural(t *testing.T) {
	b := small(t)
	en, zh := b.For("en"), b.For("zh-CN")
	for _, c := range []struct{ got, want string }{
		{en.T("a.hi", "name", "Ada"), "Hello Ada"},
		{en.T("a.hi", "name", "{name} {n}"), "Hello {name} {n}"},
		{en.T("a.hi"), "Hello {name}"},
		{en.T("a.n", "n", 1), "1 order"},
		{en.T("a.n", "n", 1284), "1,284 orders"},
		{zh.T("a.n", "n", int64(1)), "1 笔订单"},
		{zh.T("a.only"), "only English"},
		{b.For("fr").T("a.hi", "name", errs.Message{Key: "a.only"}), "Hello only English"},
		{en.Message(errs.Message{Key: "a.n", Args: errs.Args{"n": 2}}), "2 orders"},
		{en.Estimate(1130252, "GBP"), "£11,300"}, {en.Estimate(-41250, "GBP"), "−£413"}, {en.Estimate(1239, "GBP"), "£12.40"}, {en.Estimate(99960, "GBP"), "£1,000"},
		{en.Estimate(0, "GBP"), "£0.00"}, {en.Estimate(123456, "JPY"), "JP¥123,000"}, {en.Sheet().Estimate(1130252, "GBP"), "11302.52"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMissingKeyComesBackAndIsCounted(t *testing.T) {
	b := small(t)
	b.For("zh-CN").T("a.gone")
	if got := b.For("en").T("a.gone"); got != "a.gone" || b.Missing()["a.gone"] != 2 {
		t.Fatalf("got %q, missing %v", got, b.Missing())
	}
}

func TestLoadRefusesAKeyWrittenTwice(t *testing.T) {
	if _, err := Load(both(`{"a.x":"1","a.x":"2"}`, `{}`)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Fatalf("a key that stands there twice: %v", err)
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Fatal("no catalogue at all was accepted")
	}
}

func TestNegotiate(t *testing.T) {
	for header, want := range map[string]string{
		"": English, "zh-CN,zh;q=0.9,en;q=0.8": Chinese, "en-GB,en;q=0.9,zh;q=0.1": English, "zh-TW": Chinese,
		"fr-FR,zh;q=0.5": Chinese, "de": English, ";;;": English, strings.Repeat("x,", 400): English,
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

func TestDatesAndRelativeDatesFollowTheReader(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC) // 09:00 in Shanghai
	b := bundle(t)
	en, zh := b.For("en").In(shanghai).At(now), b.For("zh-CN").In(shanghai).At(now)
	at := func(d time.Duration) time.Time { return now.Add(d) }
	day := 24 * time.Hour
	for _, c := range []struct{ got, want string }{
		{en.DateLong(now), "Saturday, 21 November"},
		{zh.DateLong(now), "11 月 21 日 星期六"},
		{en.Date(at(-6 * day)), "15 Nov"},
		{en.Date(at(-365 * day)), "21 Nov 2025"},
		{zh.Date(at(-365 * day)), "2025 年 11 月 21 日"},
		{en.DateTime(at(5 * time.Hour)), "21 Nov, 14:00"},
		{zh.DateTime(at(5 * time.Hour)), "11 月 21 日 14:00"},
		{en.Time(time.Time{}), ""},
		{en.Ago(at(-20 * time.Second)), "just now"},
		{en.Ago(at(-time.Minute)), "1 minute ago"},
		{en.Ago(at(3 * time.Hour)), "in 3 hours"},
		{en.Ago(at(-10 * time.Hour)), "yesterday"}, // 23:00 the evening before
		{en.Ago(at(-6 * day)), "6 days ago"},
		{zh.Ago(at(-6 * day)), "6 天前"},
		{en.Ago(at(day)), "tomorrow"},
		{en.Ago(at(-61 * day)), "2 months ago"},
		{zh.Ago(at(-800 * day)), "2 年前"},
		{en.AgoDay(at(-time.Hour)), "today"},
		{en.Duration(38 * time.Minute), "38 min"},
		{en.Month(now), "November 2026"},
		{en.Estimate(1130252, "GBP"), "£11,300"}, {en.Estimate(-41250, "GBP"), "−£413"}, {en.Estimate(1239, "GBP"), "£12.40"}, {en.Estimate(99960, "GBP"), "£1,000"},
		{en.Estimate(0, "GBP"), "£0.00"}, {en.Estimate(123456, "JPY"), "JP¥123,000"}, {en.Sheet().Estimate(1130252, "GBP"), "11302.52"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestNumbersAndMoney(t *testing.T) {
	b := small(t)
	en, zh := b.For("en"), b.For("zh-CN")
	for _, c := range []struct{ got, want string }{
		{en.Number(1284567), "1,284,567"}, {en.Number(-1000), "−1,000"}, {en.Number(12.5), "12.5"}, {en.Number(100.0), "100"},
		{en.Percent(0.614), "61%"}, {en.Percent(0.004), "0.4%"}, {en.Percent(0.0002), "<0.1%"}, {en.Percent(0), "0%"},
		{en.Money(41250, "GBP"), "£412.50"}, {en.Money(-5, "EUR"), "−€0.05"}, {en.Money(1500, "JPY"), "JP¥1,500"},
		{zh.Money(1234567, "CNY"), "¥12,345.67"}, {en.Money(1234, "KWD"), "KWD\u00a01.234"}, {en.Money(-9223372036854775808, "USD"), "−$92,233,720,368,547,758.08"},
		{en.Estimate(1130252, "GBP"), "£11,300"}, {en.Estimate(-41250, "GBP"), "−£413"}, {en.Estimate(1239, "GBP"), "£12.40"}, {en.Estimate(99960, "GBP"), "£1,000"},
		{en.Estimate(0, "GBP"), "£0.00"}, {en.Estimate(123456, "JPY"), "JP¥123,000"}, {en.Sheet().Estimate(1130252, "GBP"), "11302.52"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
