package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
)

var all = auth.Scope{Reach: auth.All}

func put(t testing.TB, x *Index, docs ...Doc) {
	t.Helper()
	err := x.db.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		for _, d := range docs {
			if err := x.Put(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func find(t testing.TB, x *Index, q Query) Result {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 20
	}
	r, err := x.Find(context.Background(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return r
}

func ids(r Result) []int64 {
	var out []int64
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return out
}

func numbers(raw ...string) []phone.Number {
	var out []phone.Number
	for _, r := range raw {
		out = append(out, phone.Parse(r, "CN"))
	}
	return out
}

func TestARecordIsFoundByWhatPeopleRemember(t *testing.T) {
	x := New(dbtest.New(t))
	put(t, x,
		Doc{Kind: "customer", ID: 1, Title: "张三", Phones: numbers("138 0013 8000"), Emails: []string{"san.zhang@example.com"}},
		Doc{Kind: "customer", ID: 2, Title: "Zoë Straßer", Names: []string{"Corner Café"}, Phones: numbers("0571-88886666-801")},
		Doc{Kind: "customer", ID: 3, Title: "上海长乐贸易有限公司"},
		Doc{Kind: "product", ID: 1, Title: "龙井茶 250g"},
		Doc{Kind: "customer", ID: 4, Title: "𫠠小明"},
	)
	for q, want := range map[string][]int64{
		"张三": {1}, "张": {1}, "zhangsan": {1}, "zs": {1}, "张s": {1}, "138": {1}, "138 0013": {1}, "+86 138": {1}, "8000": {1},
		"san.zh": {1}, "@example": {1}, "张三 1380": {1}, "zhang 138-0013": {1},
		"zoe": {2}, "strasser": {2}, "ZOË": {2}, "corner": {2}, "cafe zoe": {2}, "0571 8888": {2}, "88886666": {2},
		"长乐": {3}, "shcl": {3}, "changle": {3}, "贸易": {3}, "𫠠": {4},
		"三张": nil, "tom": nil, "1390": nil, "": nil, "   ": nil, "!!!": nil,
	} {
		if got := ids(find(t, x, Query{Text: q, Kinds: []string{"customer"}, Scope: all})); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", q, got, want)
		}
	}
}

func TestBetterMatchesComeFirst(t *testing.T) {
	x := New(dbtest.New(t))
	put(t, x,
		Doc{Kind: "customer", ID: 1, Title: "Li"},
		Doc{Kind: "customer", ID: 2, Title: "Lisbon Trading"},
		Doc{Kind: "customer", ID: 3, Title: "Tom Lind"},
		Doc{Kind: "customer", ID: 4, Title: "李雷"},
	)
	if got := ids(find(t, x, Query{Text: "li", Scope: all})); !slices.Equal(got, []int64{1, 2, 3, 4}) {
		t.Error(got)
	}
}

func TestAChangedRecordIsFoundByItsNewNameOnly(t *testing.T) {
	x := New(dbtest.New(t))
	put(t, x, Doc{Kind: "customer", ID: 7, Title: "Old Harbour"})
	put(t, x, Doc{Kind: "customer", ID: 7, Title: "New Lighthouse", OwnerID: 3})
	if r := find(t, x, Query{Text: "harbour", Scope: all}); r.Total != 0 {
		t.Error("the old name is still found")
	}
	if r := find(t, x, Query{Text: "lighth", Scope: all}); r.Total != 1 {
		t.Error("the new name is not found")
	}
	err := x.db.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		return x.Remove(ctx, tx, "customer", 7, 8)
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, Query{Text: "lighth", Scope: all}); r.Total != 0 {
		t.Error("a removed record is found")
	}
}

func TestScopeHidesOtherPeoplesRecords(t *testing.T) {
	d := dbtest.New(t)
	x := New(d)
	err := d.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO team (id, name, created_at, updated_at) VALUES (1, 'North', 0, 0)`); err != nil {
			return err
		}
		for id, team := range map[int64]db.ID{5: 1, 6: 1, 9: 0} {
			if _, err := tx.Exec(ctx, `INSERT INTO user (id, name, email, role, team_id, created_at, updated_at) VALUES (?, 'U', ?, 'member', ?, 0, 0)`,
				id, fmt.Sprintf("u%d@example.com", id), team); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, x,
		Doc{Kind: "customer", ID: 1, Title: "Cafe Nobody"},
		Doc{Kind: "customer", ID: 2, Title: "Cafe Mine", OwnerID: 5},
		Doc{Kind: "customer", ID: 3, Title: "Cafe Mate", OwnerID: 6},
		Doc{Kind: "customer", ID: 4, Title: "Cafe Other ᴏ5 ᴏ0", OwnerID: 9}, // pretends to be theirs
	)
	for want, scope := range map[string]auth.Scope{
		"[1 2]":     {Reach: auth.Own, UserID: 5},
		"[1 2 3]":   {Reach: auth.Team, UserID: 5, TeamID: 1},
		"[1 4]":     {Reach: auth.Team, UserID: 9},
		"[1 2 3 4]": all,
	} {
		got := ids(find(t, x, Query{Text: "cafe", Scope: scope}))
		slices.Sort(got)
		if fmt.Sprint(got) != want {
			t.Errorf("%+v sees %v, want %s", scope, got, want)
		}
	}
}

func TestHostileQueriesAreOnlyText(t *testing.T) {
	x := New(dbtest.New(t))
	put(t, x, Doc{Kind: "customer", ID: 1, Title: `Robert "); DROP NEAR * AND`, Emails: []string{"a@example.com"}}, Doc{Kind: "customer", ID: 2, Title: "Ann"})
	for _, q := range []string{`"`, `""`, `*`, `a*`, `NEAR(a b)`, `NEAR`, `AND`, `OR`, `NOT`, `a AND`, `(`, `tokens:ann`, `^ann`, `-ann`, `ann" OR "b`,
		`'; DROP TABLE customer; --`, "\x00", "\xff\xfe", "ᴋcustomer", "ᴏ0", strings.Repeat("a ", 500), strings.Repeat("张", 5000), "%", "_", `\`, "🙂"} {
		if _, err := x.Find(context.Background(), Query{Text: q, Kinds: []string{`cust"omer`, "customer"}, Scope: all, Limit: 5}); err != nil {
			t.Errorf("%q: %v", q, err)
		}
	}
	for q, want := range map[string]int{"ᴋcustomer": 0, "ᴏ0": 0, `ann" OR "robert`: 0, "near": 1} {
		if got := len(find(t, x, Query{Text: q, Scope: all}).Hits); got != want {
			t.Errorf("%q finds %d, want %d", q, got, want)
		}
	}
	for _, cursor := range []string{"x", "r1", "o", "r9.9", "'; --"} {
		if _, err := x.Find(context.Background(), Query{Text: "ann", After: cursor, Scope: all, Limit: 5}); err == nil {
			t.Errorf("cursor %q is taken", cursor)
		}
	}
}

// promised tells whether a look at the record itself says that it must be found:
// by a word's start, any Han characters, pinyin from the start of the name, a
// number or an address. (Letters inside a word and pinyin from the middle may
// be found, but are not promised.)
func promised(d Doc, words, typed string) bool {
	one := func(p part) bool {
		for _, name := range append([]string{d.Title}, d.Names...) {
			rank, ok := text.Match(p.text, name)
			han := strings.ContainsFunc(p.text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
			if ok && (rank <= 2 || rank == 3 && han || rank == 4) {
				return true
			}
		}
		rank, ok := p.rank(candidate{Words: words})
		return ok && (rank == rankNumber || rank == rankAddress)
	}
	w := newWanted(typed, false)
	return one(w.whole) || len(w.parts) > 0 && !slices.ContainsFunc(w.parts, func(p part) bool { return !one(p) })
}

// Whatever a look at every record promises, the index finds, and nothing that
// such a look refuses.
func TestRecallEqualsAScan(t *testing.T) {
	x := New(dbtest.New(t))
	rnd := rand.New(rand.NewPCG(3, 5))
	pick := func(list string) string { f := strings.Fields(list); return f[rnd.IntN(len(f))] }
	var docs []Doc
	for i := range 1500 {
		d := Doc{Kind: "customer", ID: int64(i + 1), Title: pick("王 李 张 欧阳 单 曾 吕") + pick("小明 伟 建国 乐 雄信 长青 秀英")}
		switch i % 4 {
		case 1:
			d.Title = pick("Anna José Zoë O'Neil Łukasz Mary-Jane") + " " + pick("Miller García Straßer Chen Brontë")
		case 2:
			d.Title = pick("上海 重庆市 杭州 长沙") + pick("长乐 建国 明达 秀英") + pick("贸易有限公司 科技 食品店")
			d.Names = []string{pick("王 李 陈") + pick("伟 芳 磊")}
		}
		d.Phones = numbers(fmt.Sprintf("138%08d", rnd.IntN(1e8)), fmt.Sprintf("0571-8%07d", rnd.IntN(1e7)))
		d.Emails = []string{fmt.Sprintf("%s.%s%d@%s", pick("li wei anna tom"), pick("zhang chen miller"), i, pick("example.com mail.example.org"))}
		docs = append(docs, d)
	}
	put(t, x, docs...)
	queries := strings.Fields("王 李 王小明 小明 欧阳 长乐 上海长 有限公司 建国贸易 wxm zhangs ouy cq shcl 1380 0571 05718 anna zo stras o'n mary-j li.wei wei @example mail anna.zh")
	queries = append(queries, docs[0].Phones[0].Raw[7:], docs[1].Phones[1].Raw[5:], "anna mil", "mil anna", "王 138", "zhang 0571-8", "上海 长乐", "li 138")
	words := make([]string, len(docs))
	for i, d := range docs {
		words[i] = d.words()
	}
	for _, q := range queries {
		want := newWanted(q, false)
		var must, may []int64
		for i, d := range docs {
			if promised(d, words[i], q) {
				must = append(must, d.ID)
			}
			if _, ok := want.rank(candidate{Title: d.Title, Words: words[i]}); ok {
				may = append(may, d.ID)
			}
		}
		got := everyPage(t, x, q)
		for _, id := range must {
			if !slices.Contains(got, id) {
				t.Errorf("%q misses %+v", q, docs[id-1])
			}
		}
		for _, id := range got {
			if !slices.Contains(may, id) {
				t.Errorf("%q wrongly finds %+v", q, docs[id-1])
			}
		}
		if len(must) == 0 {
			t.Errorf("%q asks for nobody", q)
		}
	}
}

// everyPage reads all hits of a query.
func everyPage(t *testing.T, x *Index, text string) []int64 {
	t.Helper()
	var out []int64
	for q := (Query{Text: text, Scope: all, Limit: 200}); ; {
		r := find(t, x, q)
		out = append(out, ids(r)...)
		if q.After = r.Next; q.After == "" {
			return out
		}
	}
}

func TestPagesTogetherAreEveryMatchOnce(t *testing.T) {
	x := New(dbtest.New(t))
	var docs []Doc
	for i := range 1300 {
		docs = append(docs, Doc{Kind: "customer", ID: int64(i + 1), Title: fmt.Sprintf("%s %d", []string{"Anna", "Mariana", "Tom Anna"}[i%3], i)})
	}
	put(t, x, docs...)
	q := Query{Text: "anna", Scope: all, Limit: 170}
	seen := map[int64]bool{}
	for pages := 0; ; pages++ {
		r := find(t, x, q)
		for _, id := range ids(r) {
			if seen[id] {
				t.Fatalf("%d appears twice", id)
			}
			seen[id] = true
		}
		if pages == 0 { // somebody adds one while another turns pages
			put(t, x, Doc{Kind: "customer", ID: 9999, Title: "Anna"})
		}
		if r.Next == "" {
			break
		}
		q.After = r.Next
	}
	want := 0
	for _, d := range docs {
		if _, ok := newWanted("anna", false).rank(candidate{Title: d.Title}); ok {
			want++
		}
	}
	if len(seen) != want {
		t.Errorf("%d of %d shown", len(seen), want)
	}
}

func TestRebuildGivesOldRecordsTodaysTokens(t *testing.T) {
	ctx := context.Background()
	x := New(dbtest.New(t))
	docs := []Doc{{Kind: "customer", ID: 1, OwnerID: 7, Title: "王晓明", Names: []string{"Anna's"}, Phones: numbers("13800138000"), Emails: []string{"anna@example.com"}}}
	for i := range 300 {
		docs = append(docs, Doc{Kind: "customer", ID: int64(i + 2), Title: fmt.Sprintf("Tom %d", i)})
	}
	put(t, x, docs...)
	err := x.db.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		for _, change := range []string{`UPDATE search_doc SET version = 0`, `UPDATE search_index SET tokens = 'nothing' WHERE rowid IN (SELECT id FROM search_doc)`} {
			if _, err := tx.Exec(ctx, change); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, Query{Text: "tom", Scope: all}); r.Total != 0 {
		t.Fatalf("the old tokens are still there: %d", r.Total)
	}
	for range 2 {
		if err := x.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"晓明", "wxm", "138001", "8000", "anna", "anna@ex"} {
		if r := find(t, x, Query{Text: q, Scope: all}); r.Total != 1 {
			t.Errorf("%q finds %d", q, r.Total)
		}
	}
	if r := find(t, x, Query{Text: "tom", Scope: all, Count: true}); r.Total != 300 {
		t.Errorf("%d of 300 found", r.Total)
	}
	if n := stale(t, x); n != 0 {
		t.Errorf("%d records keep old tokens", n)
	}
}

func stale(t *testing.T, x *Index) (n int) {
	t.Helper()
	if err := x.db.Reader(context.Background()).Get(context.Background(), &n, `SELECT count(*) FROM search_doc WHERE version <> ?`, text.Version); err != nil {
		t.Fatal(err)
	}
	return n
}

func BenchmarkFind(b *testing.B) {
	x := New(dbtest.New(b))
	rnd := rand.New(rand.NewPCG(1, 2))
	family := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
	for n := 0; n < 100_000; n += 1000 {
		var docs []Doc
		for i := n; i < n+1000; i++ {
			docs = append(docs, Doc{Kind: "customer", ID: int64(i + 1), OwnerID: int64(1 + i%9),
				Title:  string(family[rnd.IntN(1+rnd.IntN(len(family)))]) + string(rune(0x4e00+rnd.IntN(3000))) + string(rune(0x4e00+rnd.IntN(3000))),
				Phones: numbers(fmt.Sprintf("13%09d", rnd.IntN(1e9))), Emails: []string{fmt.Sprintf("c%d@example.com", i)}})
		}
		put(b, x, docs...)
	}
	for _, q := range []string{"张", "王一", "zhang", "wxm", "w", "l", "zh", "1", "13", "138", "13800", "6666"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				find(b, x, Query{Text: q, Kinds: []string{"customer"}, Scope: all})
			}
		})
	}
}
