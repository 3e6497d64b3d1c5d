package text

import (
	"testing"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"  ＡＢＣ　１２３ ": "abc 123", "Straße": "strasse", "Øystein Łukasz": "oystein lukasz", "Café\u0301": "cafe",
		"İstanbul ısı": "istanbul isi", "张\u200b三\x00": "张三", "Nguyễn Thị": "nguyen thi", "ﬁx": "fix",
		"が": "が", "한국": "한국", "a\xffb": "ab", "Σίσυφος": "σισυφοσ", "": "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCompanyKeyIsEqualForTheSameCompany(t *testing.T) {
	for _, same := range [][]string{
		{"上海宏图贸易有限公司", "宏图贸易", "宏图贸易（上海）有限公司", "上海市宏图贸易有限责任公司", "　宏图 贸易股份有限公司"},
		{"浙江省杭州市青禾科技有限公司", "青禾科技"},
		{"ABC (Shanghai) Co., Ltd.", "abc", "ＡＢＣ Limited", "A B C Inc."},
		{"Muller and Sohne", "Müller & Söhne GmbH & Co. KG"},
		{"O'Neil LLC", "ONeil L.L.C.", "oneil"},
	} {
		for _, name := range same {
			if got, want := CompanyKey(name), CompanyKey(same[0]); got != want || got == "" {
				t.Errorf("CompanyKey(%q) = %q, of %q = %q", name, got, same[0], want)
			}
		}
	}
	for _, pair := range [][2]string{{"北京银行", "上海银行"}, {"上海贸易有限公司", "北京贸易有限公司"}, {"Co", ""}, {"公司", ""}, {"Alpha Ltd", "Beta Ltd"}} {
		if CompanyKey(pair[0]) == CompanyKey(pair[1]) {
			t.Errorf("%q and %q have one key %q", pair[0], pair[1], CompanyKey(pair[0]))
		}
	}
}

func TestNamesAreFoundAsPeopleTypeThem(t *testing.T) {
	for name, queries := range map[string][]string{
		"张三":                 {"张", "三", "张三", "zs", "z", "zhangs", "zhang san", "ZhangSan", "张s", "张san", "zhang三", "san", "张 三"},
		"单雄信":                {"单", "雄信", "单雄信", "shan", "dan xiong", "sxx", "dxx", "cxx", "shanxx", "单x", "xiongxin"},
		"曾国藩":                {"zeng", "ceng", "zgf", "曾g"},
		"翟天临":                {"zhai", "ditianlin", "翟t"},
		"欧阳修":                {"ouyang", "oyx", "欧阳x", "ouyangx"},
		"尉迟恭":                {"yuchi", "weichi", "ycg"},
		"万俟卨":                {"moqi", "wanqi"},
		"吕布":                 {"lv bu", "lvbu", "lubu", "lü bu", "lb"},
		"重庆火锅店":              {"chongqing", "cq", "zhongqing", "重q", "重庆h", "火锅", "店"},
		"上海宏图贸易有限公司":         {"hongtu", "htmy", "宏图", "贸易", "宏图 贸易", "shanghai", "有限公司", "宏图m"},
		"张　小明":               {"张小明", "小明", "xiaoming", "xm", "zxm", "zhangxm"},
		"阿依古丽·买买提":           {"买买提", "maimaiti", "ayiguli maimaiti", "丽买"},
		"Tom O'Brien":        {"tom", "brien", "obr", "o'brien", "tom ob", "bri to"},
		"Jean-Pierre Müller": {"jeanp", "muller", "Müll", "pierre"},
		"VIP张三 3号店":          {"vip", "张三", "3", "vip zs", "zs"},
		"𠮷野家":                {"𠮷", "𠮷野", "yejia"},
		"Shop24":             {"shop24", "sho"},
		"さくら食堂":              {"さく", "食堂", "く"},
	} {
		stored := SearchTokens(name)
		for _, q := range queries {
			if !holds(QueryTokens(q), stored) {
				t.Errorf("%q is not found by %q: %s in %v", name, q, Expr(QueryTokens(q)), stored)
			}
			if _, ok := Match(q, name); !ok {
				t.Errorf("Match(%q, %q) refuses", q, name)
			}
		}
		for _, q := range []string{"", "  ", "...", "李四", "qqq", "王s"} {
			if _, ok := Match(q, name); ok {
				t.Errorf("Match(%q, %q) accepts", q, name)
			}
		}
	}
	if holds(QueryTokens("ps"), SearchTokens("孙三")) {
		t.Error("a Latin word hits the pinyin tokens")
	}
}

func TestMatchRanks(t *testing.T) {
	for i, c := range []struct {
		q, name string
		rank    int
	}{
		{"张三", "张三", 0}, {"ＴＯＭ", "tom", 0}, {"张三", "张三丰", 1}, {"tom", "Tom Miller", 1}, {"mil", "Tom Miller", 2},
		{"三丰", "张三丰", 3}, {"zsf", "张三丰", 4}, {"zhang san", "张三丰", 4}, {"feng", "张三丰", 5}, {"miller tom", "Tom Miller", 2},
	} {
		if rank, ok := Match(c.q, c.name); !ok || rank != c.rank {
			t.Errorf("%d: Match(%q, %q) = %d %v, want %d", i, c.q, c.name, rank, ok, c.rank)
		}
	}
	if _, ok := Match("张国三", "张三国三张国"); ok {
		t.Error("pairs out of order are taken for the name")
	}
}

func TestExprQuotesEveryTerm(t *testing.T) {
	if got, want := Expr(QueryTokens("张三 OR")), `("张三") AND ("or"* OR "ᴘor"* OR "ɪor"* OR "ᴘzhangsanor"* OR "ɪzsor"*)`; got != want {
		t.Errorf("got %s", got)
	}
	if Expr(nil) != "" || QueryTokens("?!") != nil {
		t.Error("nothing typed asks something")
	}
}

func TestSortKeyOrdersByPinyin(t *testing.T) {
	ordered := []string{"3M", "阿坝", "Bob", "重庆", "李明", "林小", "欧阳修", "仇英", "单雄信", "尉迟恭", "翟天临", "张三", "章子", "赵云"}
	for i := 1; i < len(ordered); i++ {
		if a, b := SortKey(ordered[i-1]), SortKey(ordered[i]); a >= b {
			t.Errorf("%s (%s) is not before %s (%s)", ordered[i-1], a, ordered[i], b)
		}
	}
}

func TestAvatar(t *testing.T) {
	for in, want := range map[string]string{
		"张三": "张三", "张小明": "小明", "欧阳娜": "阳娜", "上海宏图贸易有限公司": "宏图", "Tom Miller": "TM", "anna": "A",
		"": "?", "🙂": "?", "Ärzte ohne Grenzen": "AG",
	} {
		if got := Initials(in); got != want {
			t.Errorf("Initials(%q) = %q, want %q", in, got, want)
		}
	}
	used := map[int]bool{}
	for _, n := range []string{"张三", "李四", "王五", "赵六", "Tom", "Ann", "Bob", "Eve", "Kim", "Lee", "Max", "Zoe"} {
		if h := Hue(n); h < 1 || h > 8 || h != Hue(" "+n) {
			t.Errorf("Hue(%q) = %d", n, h)
		}
		used[Hue(n)] = true
	}
	if len(used) < 4 {
		t.Errorf("only %d colours", len(used))
	}
}
