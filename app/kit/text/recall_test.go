package text

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
)

// holds evaluates a query over the tokens of one name as FTS5 would.
func holds(conditions [][]Term, stored []string) bool {
	for _, terms := range conditions {
		found := false
		for _, term := range terms {
			for _, s := range stored {
				found = found || s == term.Text || term.Prefix && strings.HasPrefix(s, term.Text)
			}
		}
		if !found {
			return false
		}
	}
	return len(conditions) > 0
}

// Every way of asking for a generated name finds it.
func TestRecallOfGeneratedNames(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 11))
	for range 2000 {
		name, queries := generate(rnd)
		stored := SearchTokens(name)
		for _, q := range queries {
			if !holds(QueryTokens(q), stored) {
				t.Fatalf("%q is not found by %q: %s in %v", name, q, Expr(QueryTokens(q)), stored)
			}
			if _, ok := Match(q, name); !ok {
				t.Fatalf("Match(%q, %q) refuses", q, name)
			}
		}
	}
}

func generate(rnd *rand.Rand) (string, []string) {
	pick := func(list string) string {
		all := strings.Fields(list)
		return all[rnd.IntN(len(all))]
	}
	const family = "王 李 张 刘 陈 杨 单 解 曾 翟 乐 覃 缪 欧阳 尉迟 万俟 令狐 吕 区 长孙"
	const given = "小 明 伟 芳 娜 秀 英 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 超 行 长 乐 重 国 雄 信 女 绿"
	switch rnd.IntN(4) {
	case 0:
		a, b := pick("Anna Tom José Zoë Øyvind Jürgen Mary-Jane O'Neil Łukasz"), pick("Miller Smith García Brontë Straßer Chen Zhang")
		low := strings.Fields(Fold(b))[0]
		return a + " " + b, []string{a, b, a + " " + b, b + " " + a, low[:3], strings.ToUpper(b), a[:1] + " " + low[:2]}
	case 1:
		city, core := pick("上海 重庆 杭州 长沙 厦门 成都市 浙江省"), pick(given)+pick(given)
		name := city + core + pick("贸易 科技 食品 银行") + pick("有限公司 股份有限公司 店")
		p := join(syllables([]rune(core), true))
		return name, []string{name, core, city, core + " " + city, p, p[:2], join(syllables([]rune(city), false)), name[:3], city + p[:1]}
	}
	sur, rest := pick(family), pick(given)
	if rnd.IntN(3) > 0 {
		rest += pick(given)
	}
	name := sur + rest
	rs := []rune(name)
	queries := []string{name, sur, rest, string(rs[:1]), string(rs[len(rs)-1:]), string(rs[:2]), string(rs[len(rs)-2:]), sur + " " + rest}
	for _, syl := range spelled(rs) {
		whole, n := join(syl), len([]rune(sur))
		queries = append(queries, whole, initials(syl), whole[:1+rnd.IntN(len(whole))], strings.Join(syl, " "),
			join(syl[:n])+" "+join(syl[n:]), join(syl[:n])+syl[n][:1], sur+syl[n][:1], sur+join(syl[n:]), sur+initials(syl[n:]))
		queries = append(queries, join(syl[n:]), strings.ToUpper(initials(syl)))
	}
	return name, queries
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"张三 Tom", "单雄信", "O'Brien-Müller", "上海宏图（集团）有限公司", "\xff\x00", "½Ⅷ〇", "กำ", "𠮷\u0301", "ﷺ", "A(上海)", "】(上海"} {
		f.Add(s, "zs")
		f.Add("x", s)
	}
	f.Fuzz(func(t *testing.T, name, q string) {
		if len(name) > 2000 {
			return
		}
		for _, token := range SearchTokens(name) {
			checkToken(t, token)
		}
		for _, terms := range QueryTokens(q) {
			for _, term := range terms {
				checkToken(t, term.Text)
			}
		}
		if folded := Fold(name); Fold(folded) != folded {
			t.Errorf("Fold is not stable: %q %q", folded, Fold(folded))
		}
		Match(q, name)
		CompanyKey(name)
		SortKey(name)
		if Initials(name) == "" || Hue(name) < 1 || Hue(name) > 8 {
			t.Errorf("avatar of %q", name)
		}
		if len(split(Fold(name))) > 0 && CompanyKey(name) == "" {
			t.Errorf("no key for %q", name)
		}
	})
}

func checkToken(t *testing.T, token string) {
	t.Helper()
	if token == "" {
		t.Error("empty token")
	}
	for _, r := range token {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			t.Errorf("token %q contains %q", token, r)
		}
	}
}
