package duplicate_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// settle lets the background check run.
func settle(t *testing.T, a *apptest.App) {
	t.Helper()
	if err := a.Duplicates().Drain(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
}

type pairs struct {
	Items []struct {
		ID        int64
		Score     int
		Reasons   []string
		State     string
		Customers []struct {
			ID        int64
			Name      string
			OwnerName string `json:"owner_name"`
			MayOpen   bool   `json:"may_open"`
		}
	}
	Next string `json:"next_cursor"`
}

func TestPairsAreFoundWithTheirReasons(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, body := range []string{
		`{"name":"深圳市腾飞科技有限公司","phones":["0755 8888 1234"]}`,
		`{"name":"腾飞科技（深圳）","phones":["+86 755 8888 1234"]}`,
		`{"name":"Harbour Street Bakery Ltd","emails":["ines@example.com"]}`,
		`{"name":"ＨＡＲＢＯＵＲ Street Bakery","kind":"company","emails":["INES@example.com"]}`,
		`{"name":"Ada Reed","kind":"person","wechat":"adareed"}`,
		`{"name":"A. Reed","kind":"person","wechat":"adareed"}`,
		`{"name":"Someone Else"}`,
	} {
		api.Into(nil, 201, "POST", "/customers", body)
	}
	settle(t, a)
	var got pairs
	api.Into(&got, 200, "GET", "/duplicates", "")
	found := map[string]int{}
	for _, p := range got.Items {
		found[fmt.Sprintf("%d-%d %s", p.Customers[0].ID, p.Customers[1].ID, strings.Join(p.Reasons, ","))] = p.Score
	}
	if len(found) != 3 || found["3-4 name,email"] < 85 || found["5-6 wechat"] == 0 || found["5-6 wechat"] >= 85 {
		t.Errorf("found %v", found)
	}
	if found["1-2 name"] == 0 && found["1-2 name,phone"] == 0 {
		t.Errorf("the Chinese name is not recognised: %v", found)
	}
	// changed so that it is no longer alike
	api.Into(nil, 200, "PATCH", "/customers/6", `{"version":1,"wechat":"other"}`)
	settle(t, a)
	got = pairs{}
	api.Into(&got, 200, "GET", "/duplicates?filter%5Bcustomer_id%5D%5Beq%5D=6", "")
	if len(got.Items) != 0 {
		t.Errorf("still alike: %v", got)
	}
	api.Into(&got, 200, "GET", "/duplicates?limit=1&filter%5Bscore%5D%5Bgte%5D=50", "")
	if len(got.Items) != 1 || got.Next == "" {
		t.Errorf("first page: %+v", got)
	}
	api.Into(nil, 422, "GET", "/duplicates?q=x", "")
	api.Into(nil, 422, "GET", "/duplicates?filter%5Bnonsense%5D%5Beq%5D=1", "")
	// the nightly look at the whole base finds the same
	before := a.Count("SELECT count(*) FROM duplicate_pair")
	if err := a.Duplicates().Scan(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
	if n := a.Count("SELECT count(*) FROM duplicate_pair"); n != before {
		t.Errorf("%d pairs, then %d", before, n)
	}
}

// The tax id of an invoice title says that two companies are one, whatever
// they call themselves, and different ones that a common name says too much.
func TestATaxIDTellsCompaniesApartAndTogether(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, body := range []string{
		`{"name":"福建云海贸易有限公司","tax_id":"91350100M000100Y43"}`, `{"name":"云海优选","kind":"company"}`,
		`{"name":"Fern & Field Ltd","phones":["+44 117 496 0142"],"tax_id":"91350100M000100Y44"}`, `{"name":"Fern & Field Ltd","phones":["+44 117 496 0142"]}`,
	} {
		api.Into(nil, 201, "POST", "/customers", body)
	}
	settle(t, a)
	if n := a.Count("SELECT count(*) FROM duplicate_pair WHERE a_id = 1"); n != 0 {
		t.Fatalf("%d pairs before anything is shared", n)
	}
	sure := a.Count("SELECT score FROM duplicate_pair WHERE a_id = 3 AND b_id = 4")
	api.Into(nil, 201, "POST", "/invoice-titles", `{"customer_id":2,"title":"云海优选","tax_id":"91350100 m000100y43"}`)
	api.Into(nil, 201, "POST", "/invoice-titles", `{"customer_id":4,"title":"Fern","tax_id":"91350100M000100Y45"}`)
	settle(t, a)
	if n := a.Count("SELECT score FROM duplicate_pair WHERE a_id = 1 AND b_id = 2 AND reasons = 'tax_id'"); n != 75 {
		t.Errorf("one tax id scores %d", n)
	}
	if n := a.Count("SELECT score FROM duplicate_pair WHERE a_id = 3 AND b_id = 4"); sure < 85 || n >= 85 {
		t.Errorf("with two tax ids %d, before %d", n, sure)
	}
	if page := a.Owner().Get("/duplicates"); !strings.Contains(page.Body, "Same tax ID") {
		t.Error("the reason is not named")
	}
	api.Into(nil, 204, "DELETE", "/invoice-titles/3", "")
	settle(t, a)
	if n := a.Count("SELECT count(*) FROM duplicate_pair WHERE a_id = 1"); n != 0 {
		t.Error("still alike when the title is gone")
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count("SELECT max(id) FROM journal_set")), `{}`)
	if err := a.Duplicates().Scan(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
	if n := a.Count("SELECT count(*) FROM duplicate_pair WHERE a_id = 1"); n != 1 {
		t.Error("not found again")
	}
}

func TestACrowdIsNotAllPairs(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 60 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Guest %d","kind":"person","emails":["desk@example.com"]}`, i))
		api.Into(nil, 201, "POST", "/customers", `{"name":"Twin Works Ltd","kind":"company","phones":["+44 117 496 0142"]}`)
	}
	settle(t, a)
	if n := a.Count("SELECT count(*) FROM duplicate_pair"); n > 60 || n < 50 {
		t.Errorf("%d pairs of 60 twins and 60 guests at one desk", n)
	}
}

func TestKeepingApartIsRememberedAndTakenBack(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for range 2 {
		api.Into(nil, 201, "POST", "/customers", `{"name":"Fern & Field Ltd","phones":["+44 117 496 0142"]}`)
	}
	settle(t, a)
	b := a.Owner()
	page := b.Get("/duplicates")
	if !strings.Contains(page.Body, "Fern &amp; Field Ltd") || !strings.Contains(page.Body, "Same phone") {
		t.Fatalf("the pair is not listed:\n%s", page.Body)
	}
	page = b.Follow("/duplicates/1/separation")
	if strings.Contains(page.Body, "Same phone") {
		t.Error("the pair is still open")
	}
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"notes":"touched"}`)
	settle(t, a)
	var got pairs
	api.Into(&got, 200, "GET", "/duplicates?filter%5Bstate%5D%5Beq%5D=open", "")
	if len(got.Items) != 0 {
		t.Errorf("forgotten: %v", got)
	}
	api.Into(nil, 204, "DELETE", "/duplicates/1/separation", "")
	api.Into(&got, 200, "GET", "/duplicates?filter%5Bstate%5D%5Beq%5D=open", "")
	if len(got.Items) != 1 {
		t.Errorf("not open again: %v", got)
	}
	var p struct{ State string }
	api.Into(&p, 200, "POST", "/duplicates/1/separation", "")
	if p.State != "separate" {
		t.Errorf("%+v", p)
	}
	set := a.Count("SELECT max(id) FROM journal_set")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), `{}`)
	got = pairs{}
	api.Into(&got, 200, "GET", "/duplicates?filter%5Bstate%5D%5Beq%5D=open", "")
	if len(got.Items) != 1 {
		t.Errorf("undo does not open it again: %v", got)
	}
}

func TestMergingNeedsTheRightToBoth(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	dan := a.Colleague("dan@example.com", "manager")
	a.Colleague("sam@example.com", "member")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Fern Ltd","phones":["+44 117 496 0142"]}`)
	api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Fern","kind":"company","phones":["+44 117 496 0142"],"owner_id":%d}`, dan.ID))
	settle(t, a)
	body := `{"survivor_id":1,"customer_ids":[2]}`
	if r := a.Anonymous().Call("POST", "/merges", body); r.Status != 401 {
		t.Errorf("without a token: %d", r.Status)
	}
	if r := a.API("sam@example.com", "write").Call("POST", "/merges", body); r.Status != 403 {
		t.Errorf("a member: %d", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/merges", body); r.Status != 403 {
		t.Errorf("a reading token: %d", r.Status)
	}
	for _, bad := range []string{
		`{"survivor_id":1,"customer_ids":[]}`, `{"survivor_id":1,"customer_ids":[1]}`, `{"survivor_id":1,"customer_ids":[2,2]}`, `{"survivor_id":1,"customer_ids":[2,3,4,5,6]}`,
		`{"survivor_id":1,"customer_ids":[2],"picks":{"nonsense":1}}`, `{"survivor_id":1,"customer_ids":[2],"picks":{"name":7}}`,
		`{"survivor_id":1,"customer_ids":[2],"picks":{"name":0}}`, `{"survivor_id":1,"customer_ids":[2],"more":1}`,
	} {
		if r := api.Call("POST", "/merges", bad); r.Status != 422 {
			t.Errorf("%s: %d %s", bad, r.Status, r.Body)
		}
	}
	api.Into(nil, 404, "POST", "/merges", `{"survivor_id":1,"customer_ids":[99]}`)

	// somebody who sees only their own: the other one by name and owner, no merge
	b := a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write", "allowed", "customer.merge")
	sam := a.API("sam@example.com", "write")
	var got pairs
	sam.Into(&got, 200, "GET", "/duplicates", "")
	if len(got.Items) != 1 || got.Items[0].Customers[1].MayOpen || got.Items[0].Customers[1].OwnerName == "" || got.Items[0].Customers[1].Name != "Fern" {
		t.Errorf("sam sees %+v", got)
	}
	sam.Into(nil, 404, "POST", "/merges", body)
	sam.Into(nil, 404, "POST", "/duplicates/1/separation", "")
	s := a.SignIn("sam@example.com", apptest.Password)
	if r := s.Get("/duplicates/compare?id=1&id=2"); r.Status != 404 {
		t.Errorf("sam compares: %d", r.Status)
	}
}

func TestALostNumberLeadsToTheOneThatStays(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 3 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Fern %d","external_source":"till","external_id":"T%d"}`, i, i))
	}
	api.Header.Set("Idempotency-Key", "once")
	one := api.Into(nil, 201, "POST", "/merges", `{"survivor_id":2,"customer_ids":[3]}`)
	two := api.Into(nil, 201, "POST", "/merges", `{"survivor_id":2,"customer_ids":[3]}`)
	api.Header.Del("Idempotency-Key")
	three := api.Into(nil, 201, "POST", "/merges", `{"survivor_id":2,"customer_ids":[3]}`)
	if one.Location != two.Location || one.Location != three.Location || one.Body != three.Body {
		t.Errorf("%s %s %s", one.Body, two.Body, three.Body)
	}
	var m struct {
		SurvivorID int64 `json:"survivor_id"`
		MergedID   int64 `json:"merged_id"`
	}
	api.Into(&m, 200, "GET", strings.TrimPrefix(one.Location, "/api/v1"), "")
	if m.SurvivorID != 2 || m.MergedID != 3 {
		t.Errorf("%+v", m)
	}
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`) // and on
	r := api.Call("GET", "/customers/3", "")
	if r.Status != 308 || r.Location != "/api/v1/customers/1" || !strings.Contains(r.Body, `"merged_into":1`) {
		t.Errorf("GET of a merged one: %d %s %s", r.Status, r.Location, r.Body)
	}
	b := a.Owner()
	if r := b.Get("/customers/3"); r.Status != 303 || r.Location != "/customers/1" {
		t.Errorf("its page: %d %s", r.Status, r.Location)
	}
	if r := b.Get("/customers/4"); r.Status != 404 {
		t.Errorf("one that never was: %d", r.Status)
	}
	var c struct{ ID int64 }
	api.Into(&c, 200, "PUT", "/customers/by-external/till/T2", `{"name":"Fern again"}`)
	if c.ID != 1 {
		t.Errorf("the till's old id makes another customer: %d", c.ID)
	}
}

func TestThePageMergesWhatWasPicked(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"kind":"company","name":"Harbour St Bakery <b>","phones":["+44 (117) 496-0142","+44 117 496 0199"],"emails":["INES@example.com"],"address":"14 Harbour Street","notes":"Second","tags":["Market"]}`)
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"notes":"First"}`)
	settle(t, a)
	b := a.Owner()
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "/duplicates/compare?id=1&amp;id=3") {
		t.Errorf("the record has no hint:\n%s", page.Body)
	}
	b.Get("/customers")
	if r := b.Post("/customers/bulk", "action", "merge", "id", "1", "id", "3"); r.Location != "/duplicates/compare?id=1&id=3" {
		t.Errorf("from the list: %d %s", r.Status, r.Location)
	}
	if r := b.Post("/customers/bulk", "action", "merge", "id", "1"); r.Status != 422 {
		t.Errorf("one alone: %d", r.Status)
	}
	page := b.Get("/duplicates/compare?id=1&id=3")
	for _, want := range []string{"Harbour St Bakery &lt;b&gt;", `name="pick.name" value="3"`, `value="1" checked`, "14 Harbour Street", "Keep all notes"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page lacks %s:\n%s", want, page.Body)
		}
	}
	if r := b.Post("/duplicates/compare", "id", "1.1", "id", "3.1", "survivor", "1"); r.Status != 409 {
		t.Errorf("changed meanwhile: %d", r.Status)
	}
	b.Get("/duplicates/compare?id=1&id=3")
	done := b.Follow("/duplicates/compare", "id", "1.2", "id", "3.1", "survivor", "1", "pick.name", "3", "pick.notes", "0")
	if !strings.Contains(done.Body, "Harbour St Bakery &lt;b&gt;") || !strings.Contains(done.Body, "/undo") || !strings.Contains(done.Body, "merged Harbour St Bakery") {
		t.Errorf("after the merge:\n%s", done.Body)
	}
	var c struct {
		Name, Address, Notes string
		Tags, Emails         []string
		Phones               []struct{ Raw string }
	}
	api.Into(&c, 200, "GET", "/customers/1", "")
	if c.Name != "Harbour St Bakery <b>" || c.Address != "14 Harbour Street" || c.Notes != "First\n\nSecond" || len(c.Tags) != 2 || len(c.Emails) != 1 || len(c.Phones) != 2 {
		t.Errorf("%+v", c)
	}
	if page := b.Get("/duplicates/merged"); !strings.Contains(page.Body, "Harbour St Bakery") {
		t.Error("it is not listed as merged")
	}
	if page := b.Get("/customers?q=Harbour"); strings.Count(page.Body, `class="nm" href="/customers/`) != 1 {
		t.Error("search finds it twice or not at all")
	}
}

func TestTheSureOnesAreMergedAtOnceAndSplitAtOnce(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 3 {
		for range 2 {
			api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"kind":"company","name":"Shop %c Ltd","phones":["+44 117 496 014%d"]}`, 'A'+i, i))
		}
	}
	settle(t, a)
	api.Into(nil, 200, "POST", "/duplicates/1/separation", "")
	b := a.Owner()
	if page := b.Get("/duplicates/sure"); !strings.Contains(page.Body, "Merge 2 records") {
		t.Fatalf("preview:\n%s", page.Body)
	}
	if r := b.Post("/duplicates/sure", "seen", "3"); r.Status != 409 {
		t.Errorf("another number than seen: %d", r.Status)
	}
	b.Get("/duplicates/sure")
	b.Follow("/duplicates/sure", "seen", "2")
	if n := a.Count("SELECT count(*) FROM customer"); n != 4 {
		t.Errorf("%d customers, want 4", n)
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count("SELECT max(id) FROM journal_set")), `{}`)
	if n := a.Count("SELECT count(*) FROM customer"); n != 6 {
		t.Errorf("%d customers after the undo, want 6", n)
	}
	settle(t, a)
	if p, err := a.Duplicates().Sure(a.As(auth.System("job"))); err != nil || p.Records != 2 {
		t.Errorf("after the undo: %+v %v", p, err)
	}
}

func TestAMergeKeepsTheStricterConsentAndEveryTask(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 3 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Fern %d"}`, i))
	}
	api.Into(nil, 201, "POST", "/customers/2/consents", `{"purpose":"survey","state":"objected"}`)
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"survey","state":"allowed"}`)
	api.Into(nil, 201, "POST", "/customers/3/consents", `{"purpose":"marketing","state":"allowed"}`)
	for c := 1; c <= 3; c++ {
		api.Into(nil, 201, "POST", "/follow-ups", fmt.Sprintf(`{"customer_id":%d,"channel":"call","content":"Spoke","next_at":"2026-03-1%dT10:00:00Z"}`, c, c))
	}
	tasks := a.Count("SELECT count(*) FROM task WHERE done_at IS NULL")
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2,3]}`)
	if n := a.Count("SELECT count(*) FROM task WHERE customer_id = 1 AND done_at IS NULL"); n != tasks {
		t.Errorf("%d of %d open tasks are left", n, tasks)
	}
	if n := a.Count("SELECT count(*) FROM consent WHERE id = (SELECT max(id) FROM consent WHERE customer_id = 1 AND purpose = 'survey') AND state = 'objected'"); n != 1 {
		t.Error("the objection does not count any more")
	}
	if n := a.Count("SELECT count(*) FROM consent WHERE id = (SELECT max(id) FROM consent WHERE customer_id = 1 AND purpose = 'marketing') AND basis = 'opt_in'"); n != 1 {
		t.Error("the word given to the third is lost")
	}
}

func TestTooMuchForOneRecordIsRefused(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 2 {
		var phones []string
		for n := range 11 {
			phones = append(phones, fmt.Sprintf(`"+44 117 496 %d%03d"`, i, n))
		}
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Fern %d","phones":[%s]}`, i, strings.Join(phones, ",")))
	}
	r := api.Into(nil, 422, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`)
	if !strings.Contains(r.Body, "body.phones") {
		t.Error(r.Body)
	}
	if n := a.Count("SELECT count(*) FROM customer_phone WHERE customer_id = 1"); n != 11 {
		t.Errorf("a refused merge left %d phones", n)
	}
}

func TestAMergeIsSplitAlsoWhenTheOneThatStayedWasEdited(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Fern"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Fern Ltd","external_id":"T2","address":"2 Fern Road"}`)
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":2,"text":"Rings twice"}`)
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`)
	set := a.Count("SELECT max(id) FROM journal_set")
	var c struct {
		Version    int64
		Address    string
		ExternalID string `json:"external_id"`
	}
	api.Into(&c, 200, "GET", "/customers/1", "")
	if c.ExternalID != "T2" {
		t.Fatalf("%+v", c)
	}
	api.Into(nil, 200, "PATCH", "/customers/1", fmt.Sprintf(`{"version":%d,"address":"3 Fern Road"}`, c.Version))
	api.Into(nil, 409, "POST", fmt.Sprintf("/history/%d/undo", set), `{}`)
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo?skip_conflicts=true", set), `{}`)
	api.Into(&c, 200, "GET", "/customers/2", "")
	if c.ExternalID != "T2" || c.Address != "2 Fern Road" {
		t.Errorf("the one that came back: %+v", c)
	}
	c.ExternalID = ""
	api.Into(&c, 200, "GET", "/customers/1", "")
	if c.ExternalID != "" || c.Address != "3 Fern Road" {
		t.Errorf("the one that stayed: %+v", c)
	}
	if n := a.Count("SELECT count(*) FROM note WHERE customer_id = 2"); n != 1 {
		t.Error("the note did not go back")
	}
}

func TestOneRowOfAMergeIsNotTakenBackAlone(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Fern"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Fern Ltd"}`)
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":2,"text":"Rings twice"}`)
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`)
	set := a.Count("SELECT max(id) FROM journal_set")
	change := a.Count("SELECT id FROM journal_change WHERE tbl = 'note' AND op = 'U'")
	api.Into(nil, 409, "POST", fmt.Sprintf("/history/%d/undo", set), fmt.Sprintf(`{"changes":[%d]}`, change))
	if n := a.Count("SELECT count(*) FROM note WHERE customer_id = 1"); n != 1 {
		t.Error("the note is lost")
	}
}
