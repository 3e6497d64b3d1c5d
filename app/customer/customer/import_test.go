package customer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/importer"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
)

type importing struct {
	*importer.Engine
	s   *customer.Service
	db  *db.DB
	ctx context.Context
}

func newImporting(t testing.TB) importing {
	t.Helper()
	d := dbtest.New(t)
	bus := event.New(d)
	s := customer.New(d, bus, search.New(d), nil)
	m := s.Module(nil, nil, func() *timeline.Timeline { return nil })
	j := journal.New(d, append(m.Journal, journal.Table{Name: "setting"}))
	j.OnTouched(s.Touched)
	timeline.New(d, bus, m.Timeline)
	s.Attach(bus)
	ctx := auth.With(context.Background(), auth.System("shell"))
	if err := j.Install(ctx); err != nil {
		t.Fatal(err)
	}
	err := d.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (5, 'Mei Lin', 'mei@example.com', 'member', 0, 0), (6, 'Jo', 'jo@example.com', 'member', 0, 0)`); err != nil {
			return err
		}
		return setting.Put(ctx, tx, setting.BusinessName, setting.Business{Name: "Kettle", Locale: "zh-CN", Currency: "CNY", Timezone: "Asia/Shanghai", Region: "CN", SetupAt: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	d.Warm()
	e := importer.New(importer.Deps{DB: d, Blobs: blobs, Users: people{}})
	e.Attach(j, s.Importer())
	return importing{e, s, d, ctx}
}

// people act with their own customers only.
type people struct{}

func (people) Actor(_ context.Context, id int64) (*auth.Actor, int64, error) {
	a := &auth.Actor{UserID: id, Role: auth.Member, Reach: auth.Own, Zone: time.UTC}
	a.Grant(map[string]bool{importer.Write: true, customer.Read: true, customer.Write: true})
	return a, 1, nil
}

func (f importing) bring(t testing.TB, text string, o importer.Options) importer.Run {
	t.Helper()
	run, err := f.Upload(f.ctx, "customers", "customers.csv", strings.NewReader(text), 0, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = f.Begin(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	run, err = f.Get(f.ctx, run.ID)
	if err != nil || run.State != importer.Done {
		t.Fatalf("%+v %+v %v", run, run.Error(), err)
	}
	return run
}

func (f importing) found(t testing.TB, q string) []search.Hit {
	t.Helper()
	r, err := search.New(f.db).Find(f.ctx, search.Query{Text: q, Scope: auth.Scope{Reach: auth.All}, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return r.Hits
}

func (f importing) problems(t testing.TB, id int64) string {
	t.Helper()
	var out []string
	err := f.Problems(f.ctx, id, false, 100, func(p importer.Problem) error {
		out = append(out, fmt.Sprintf("%d:%s:%s", p.Line, p.Field, strings.TrimPrefix(p.Key, "import.problem.")))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func counts(r importer.Run) string {
	return fmt.Sprintf("%d created, %d updated, %d skipped, %d failed", r.Created, r.Updated, r.Skipped, r.Failed)
}

const book = `客户名称,电话,手机号,邮箱,微信号,地区,级别,标签,生日,负责人,备注,客户编号
杭州明达贸易有限公司,0571-88886666转801,,office@mingda.example.com,,杭州,A级,"老客户,批发",,mei@example.com,茶叶,C-1
张小明,,138 0013 8000 / 13900139000,xm@example.com,xm_zhang,上海,B,零售,农历8月15日,Mei Lin,,C-2
李雷,,,,,,,,3月8日,,,
,13700137000,,,,,,,,,没有名字,
王芳,abc,,not an address,,,Z,,31/02/1988,nobody@example.com,"=HYPERLINK(""http://evil.example"")",
李雷,,,,,,,,,,又一次,
`

func TestAChineseFileWithMistakesComesInAndGoesOut(t *testing.T) {
	f := newImporting(t)
	text, err := simplifiedchinese.GB18030.NewEncoder().String(book)
	if err != nil {
		t.Fatal(err)
	}
	run := f.bring(t, text, importer.Options{})
	if counts(run) != "4 created, 0 updated, 1 skipped, 1 failed" {
		t.Error(counts(run))
	}
	if got, want := f.problems(t, run.ID), "5:name:error.required 6:level:level 6:birthday:birthday 6:phone:phone 6:email:email 6:owner_email:owner"; got != want {
		t.Errorf("problems %s\nwant %s", got, want)
	}
	hits := f.found(t, "明达")
	if len(hits) != 1 {
		t.Fatalf("%+v", hits)
	}
	c, err := f.s.Get(f.ctx, hits[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Kind != customer.Company || c.Level != "A" || c.OwnerID != 5 || len(c.Tags) != 2 || c.Phones[0].E164 != "+8657188886666" || c.Phones[0].Ext != "801" || c.ExternalID != "C-1" {
		t.Errorf("%+v", c)
	}
	for q, n := range map[string]int{"zxm": 1, "1390013": 1, "xm_zhang": 1, "xm@ex": 1, "李雷": 1, "王芳": 1} {
		if got := len(f.found(t, q)); got != n {
			t.Errorf("%q finds %d", q, got)
		}
	}
	if xm, err := f.s.Get(f.ctx, f.found(t, "张小明")[0].ID); err != nil || xm.Birthday != "--08-15" || !xm.BirthdayLunar || len(xm.Phones) != 2 {
		t.Errorf("%+v %v", xm, err)
	}

	if again := f.bring(t, text, importer.Options{}); counts(again) != "0 created, 0 updated, 5 skipped, 1 failed" {
		t.Errorf("the same file again: %s", counts(again))
	}
	if _, err := f.Undo(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	for _, table := range []string{"customer", "customer_phone", "customer_email", "customer_tag", "tag", "search_doc", "customer_stat"} {
		var n int
		if err := f.db.Reader(f.ctx).Get(f.ctx, &n, `SELECT count(*) FROM `+table); err != nil || n != 0 {
			t.Errorf("%d rows left in %s %v", n, table, err)
		}
	}
	if len(f.found(t, "明达")) != 0 {
		t.Error("what was taken back is still found")
	}
}

func TestACheckSaysWhatTheRunWillDo(t *testing.T) {
	f := newImporting(t)
	run, err := f.Upload(f.ctx, "customers", "x.csv", strings.NewReader(book), 0, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Check(f.ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	f.Drain(f.ctx)
	checked, err := f.Get(f.ctx, run.ID)
	if err != nil || counts(checked) != "4 created, 0 updated, 1 skipped, 1 failed" || len(f.found(t, "明达")) != 0 {
		t.Errorf("%s %v", counts(checked), err)
	}
}

func TestDuplicatesAreUpdatedOrMadeAsChosen(t *testing.T) {
	f := newImporting(t)
	f.bring(t, "name,phone,email,region,tags\nAnna Miller,13800138000,anna@example.com,Leeds,old\nTwin,,t1@example.com,,\nTwin,,t2@example.com,,\n", importer.Options{})
	got := f.bring(t, "name,phone,email,notes,tags\nAnna M.,+86 138-0013-8000,second@example.com,likes tea,new\nNew One,,new@example.com,,\nTwin,,,which one?,\n", importer.Options{OnDuplicate: importer.Update})
	if counts(got) != "1 created, 1 updated, 0 skipped, 1 failed" || !strings.Contains(f.problems(t, got.ID), "4::two_customers") {
		t.Errorf("%s; %s", counts(got), f.problems(t, got.ID))
	}
	hits := f.found(t, "second@")
	if len(hits) != 1 || hits[0].Title != "Anna M." {
		t.Fatalf("%+v", hits)
	}
	c, err := f.s.Get(f.ctx, hits[0].ID)
	if err != nil || c.Region != "Leeds" || c.Notes != "likes tea" || len(c.Phones) != 1 || len(c.Emails) != 2 || len(c.Tags) != 2 {
		t.Errorf("%+v %v", c, err)
	}
	if again := f.bring(t, "name,phone,notes\nAnna M.,13800138000,likes tea\n", importer.Options{OnDuplicate: importer.Update}); counts(again) != "0 created, 0 updated, 1 skipped, 0 failed" {
		t.Errorf("an update that changes nothing: %s", counts(again))
	}
	if more := f.bring(t, "name,phone\nAnna M.,13800138000\n", importer.Options{OnDuplicate: importer.Create}); counts(more) != "1 created, 0 updated, 0 skipped, 0 failed" {
		t.Error(counts(more))
	}
}

func TestAMemberImportsOnlyTheirOwn(t *testing.T) {
	f := newImporting(t)
	f.bring(t, "name,email,负责人\nOf Jo,of.jo@example.com,jo@example.com\n", importer.Options{})
	a, _, _ := people{}.Actor(f.ctx, 5)
	mine := f
	mine.ctx = auth.With(context.Background(), a)
	got := mine.bring(t, "name,email\nOf Jo,of.jo@example.com\nOf Mei,of.mei@example.com\n", importer.Options{OnDuplicate: importer.Update})
	if counts(got) != "1 created, 0 updated, 0 skipped, 1 failed" || !strings.Contains(mine.problems(t, got.ID), "not_yours") {
		t.Errorf("%s; %s", counts(got), mine.problems(t, got.ID))
	}
	hits := f.found(t, "mei")
	if len(hits) != 1 {
		t.Fatal(hits)
	}
	if c, err := f.s.Get(mine.ctx, hits[0].ID); err != nil || c.OwnerID != 5 {
		t.Errorf("%+v %v", c, err)
	}
}

func TestRaggedRowsVCardsAndDefaults(t *testing.T) {
	f := newImporting(t)
	got := f.bring(t, "name;phone;email\nShort\nLong;13800138000;l@example.com;extra;more\n\n;;\n", importer.Options{Defaults: map[string]string{"tags": "Fair", "source": "fair"}})
	if counts(got) != "2 created, 0 updated, 0 skipped, 0 failed" {
		t.Errorf("%s %s", counts(got), f.problems(t, got.ID))
	}
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ines Calder\r\nORG:Harbour Bakery\r\nTEL;TYPE=CELL:13700137000\r\nEMAIL:ines@example.com\r\nEND:VCARD\r\n"
	if got := f.bring(t, card, importer.Options{}); counts(got) != "1 created, 0 updated, 0 skipped, 0 failed" || len(f.found(t, "ines")) != 1 {
		t.Errorf("%s %s", counts(got), f.problems(t, got.ID))
	}
	c, err := f.s.Get(f.ctx, f.found(t, "Short")[0].ID)
	if err != nil || len(c.Tags) != 1 || c.Source != "fair" {
		t.Errorf("%+v %v", c, err)
	}
}

// table is n invented customers.
func table(n int) string {
	var b strings.Builder
	b.WriteString("name,phone,email,region,level,tags,external_id\n")
	for i := range n {
		fmt.Fprintf(&b, "%c%c%c贸易有限公司,138%08d,c%d@example.com,杭州,B,批发,X%d\n", rune(0x4e00+i%3000), rune(0x4e00+i*7%2500), rune(0x4e00+i*13%2000), i, i, i)
	}
	return b.String()
}

func TestTenThousandRowsTwice(t *testing.T) {
	f := newImporting(t)
	text := table(10_000)
	if got := f.bring(t, text, importer.Options{}); counts(got) != "10000 created, 0 updated, 0 skipped, 0 failed" || got.Percent() != 100 {
		t.Error(counts(got))
	}
	if got := f.bring(t, text, importer.Options{}); counts(got) != "0 created, 0 updated, 10000 skipped, 0 failed" {
		t.Error(counts(got))
	}
}

func BenchmarkImport(b *testing.B) {
	f := newImporting(b)
	text := table(10_000)
	for b.Loop() {
		f.bring(b, text, importer.Options{OnDuplicate: importer.Create, Match: []string{"email"}, Map: map[string]string{"external_id": ""}})
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "rows/s")
}
