package customer_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestAShopAddsFindsEditsDeletesAndTakesBack(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/customers/new")
	page := b.Follow("/customers", "name", "Harbour Street Bakery", "phones", "0117 496 0142", "emails", "ines@example.com", "tags", "Café, Net 30", "kind", "company")
	for _, want := range []string{"Harbour Street Bakery", "0117 496 0142", "ines@example.com", "Café", "Net 30", "Harbour Street Bakery became a customer", "/undo"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the record lacks %q\n%s", want, page.Body)
		}
	}
	for _, q := range []string{"harbour", "bak", "4960142", "ines@", "496 0142"} {
		if r := b.Get("/customers?q=" + strings.ReplaceAll(q, " ", "+")); !strings.Contains(r.Body, "/customers/1\"") {
			t.Errorf("search %q does not find the bakery", q)
		}
	}
	edit := b.Get("/customers/1/edit")
	if edit.Status != http.StatusOK {
		t.Fatalf("edit page: %d %s", edit.Status, edit.Body)
	}
	page = b.Follow("/customers/1", "version", "1", "name", "Harbour Bakery", "kind", "company", "phones", "0117 496 0142")
	if !strings.Contains(page.Body, "<h1><bdi>Harbour Bakery</bdi></h1>") {
		t.Errorf("the new name is not shown: %s", page.Body)
	}
	stale := b.Post("/customers/1", "version", "1", "name", "Harbor", "kind", "company")
	if stale.Status != http.StatusConflict || !strings.Contains(stale.Body, "Harbour Bakery") || !strings.Contains(stale.Body, `value="Harbor"`) {
		t.Errorf("the second editor must see both values: %d", stale.Status)
	}
	gone := b.Follow("/customers/1/delete")
	if strings.Contains(gone.Body, `href="/customers/1"`) {
		t.Error("the deleted customer is still listed")
	}
	if r := b.Get("/customers/1"); r.Status != http.StatusNotFound {
		t.Errorf("deleted record: %d, want 404", r.Status)
	}
}

func TestChineseNamesAreFoundByCharactersPinyinAndInitials(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"单雄信","phones":["138 0013 8000"],"wechat":"danxiong88"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"杭州茗香茶业有限公司","kind":"company"}`)
	for _, q := range []string{"单雄", "雄信", "shan", "shanxiongxin", "sxx", "dxx", "13800138000", "8000", "danxiong"} {
		var out struct{ Items []struct{ Name string } }
		api.Into(&out, 200, "GET", "/customers?q="+q, "")
		if len(out.Items) != 1 || out.Items[0].Name != "单雄信" {
			t.Errorf("q=%s finds %v", q, out.Items)
		}
	}
	for _, q := range []string{"茗香", "mingxiang", "mxcy", "hangzhou"} {
		var out struct{ Items []struct{ Name string } }
		api.Into(&out, 200, "GET", "/customers?q="+q, "")
		if len(out.Items) != 1 {
			t.Errorf("q=%s finds %v", q, out.Items)
		}
	}
}

func TestTheAPIKeepsItsContract(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var c struct {
		ID, Version int64
		Phones      []struct{ Raw, E164 string }
	}
	r := api.Into(&c, 201, "POST", "/customers", `{"name":"Ada Bello","phones":["+1 202 555 0143"],"emails":["ada@example.com"],"fields":{}}`)
	if r.Location != "/api/v1/customers/1" || c.Version != 1 || len(c.Phones) != 1 || c.Phones[0].E164 != "+12025550143" {
		t.Errorf("created: %s %+v", r.Location, c)
	}
	var dup struct {
		Duplicates []struct{ Reasons []string } `json:"possible_duplicates"`
	}
	api.Into(&dup, 201, "POST", "/customers", `{"name":"Ada B","emails":["ADA@example.com"]}`)
	if len(dup.Duplicates) != 1 || dup.Duplicates[0].Reasons[0] != "email" {
		t.Errorf("possible duplicates: %+v", dup)
	}
	api.Into(nil, 409, "POST", "/customers?on_duplicate=refuse", `{"name":"Ada Bello"}`)
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"region":"Bristol"}`)
	stale := api.Into(nil, 409, "PATCH", "/customers/1", `{"version":1,"region":"Bath"}`)
	if !strings.Contains(stale.Body, `"current"`) || !strings.Contains(stale.Body, "Bristol") {
		t.Errorf("409 must carry the current object: %s", stale.Body)
	}
	for _, bad := range []struct{ method, path, body string }{
		{"POST", "/customers", `{"name":""}`}, {"POST", "/customers", `{"name":"x","nonsense":1}`}, {"POST", "/customers", `{"name":"x","emails":["no"]}`},
		{"GET", "/customers?limit=501", ""}, {"GET", "/customers?limit=0", ""}, {"GET", "/customers?cursor=zzz", ""}, {"GET", "/customers?sort=nope", ""},
		{"GET", "/customers?filter[nope]=1", ""}, {"GET", "/customers?filter[name][near]=1", ""}, {"GET", "/customers?colour=red", ""},
		{"PATCH", "/customers/1", `{"region":"x"}`},
	} {
		if r := api.Call(bad.method, bad.path, bad.body); r.Status != 422 || !strings.Contains(r.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s %s %s: %d %s, want a 422 problem", bad.method, bad.path, bad.body, r.Status, r.Body)
		}
	}
	api.Into(nil, 400, "POST", "/customers", `{"name":`)
	api.Into(nil, 404, "GET", "/customers/999", "")
	if r := a.Anonymous().Call("GET", "/customers", ""); r.Status != 401 {
		t.Errorf("without a token: %d", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/customers", `{"name":"x"}`); r.Status != 403 {
		t.Errorf("with a reading token: %d", r.Status)
	}
	api.Into(nil, 201, "PUT", "/customers/by-external/erp/K-1", `{"name":"Fern & Field"}`)
	api.Into(nil, 200, "PUT", "/customers/by-external/erp/K-1", `{"name":"Fern and Field"}`)
	api.Header.Set("Idempotency-Key", "k1")
	first := api.Into(nil, 201, "POST", "/customers", `{"name":"Once"}`)
	again := api.Into(nil, 201, "POST", "/customers", `{"name":"Once"}`)
	if first.Body != again.Body || first.Location != again.Location {
		t.Error("a repeated key must repeat the answer")
	}
	api.Into(nil, 422, "POST", "/customers", `{"name":"Twice"}`)
	api.Header.Del("Idempotency-Key")
	api.Into(nil, 204, "DELETE", "/customers/1", "")
	api.Into(nil, 404, "GET", "/customers/1", "")
}

func TestAnotherSystemsIdMayHoldAnything(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	ids := map[string]string{"A%2F1": "A/1", "a+b": "a+b", "a%2Bb%20c": "a+b c", "50%25": "50%", "%252F": "%2F", "gid:%2f%2Fshop%2F7": "gid://shop/7", "%E8%8C%B6-1": "茶-1"}
	for path, want := range ids {
		var c struct {
			ID         int64
			ExternalID string `json:"external_id"`
		}
		api.Into(&c, 201, "PUT", "/customers/by-external/erp/"+path, `{"name":"`+want+`"}`)
		if c.ExternalID != want {
			t.Errorf("%s is kept as %q, want %q", path, c.ExternalID, want)
		}
		again := c
		api.Into(&again, 200, "PUT", "/customers/by-external/erp/"+path, `{"name":"Again"}`)
		if again.ID != c.ID {
			t.Errorf("%s: customer %d the second time, %d the first", path, again.ID, c.ID)
		}
	}
}

func TestAPhoneWithoutADigitIsRefusedNotDropped(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 422, "POST", "/customers", `{"name":"Ada Bello","phones":["ask Jo"]}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Bello","phones":["", " "]}`)
	api.Into(nil, 422, "POST", "/contacts", `{"customer_id":1,"name":"Jo","phones":["ask Jo"]}`)
	b := a.Owner()
	b.Get("/customers/new")
	if r := b.Post("/customers", "name", "Fern & Field", "phones", "ask Jo"); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "ask Jo") {
		t.Errorf("the page answers %d", r.Status)
	}
}

func TestAVersionSaidTwiceHasToAgree(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Bello"}`)
	api.Header = http.Header{"If-Match": {`"7"`}}
	api.Into(nil, 422, "PATCH", "/customers/1", `{"version":1,"region":"Bath"}`)
	api.Into(nil, 409, "PATCH", "/customers/1", `{"region":"Bath"}`)
	api.Header = http.Header{"If-Match": {`"1"`}}
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"region":"Bath"}`)
}

func TestListsPageWithoutLosingOrRepeating(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 23 {
		api.Into(nil, 201, "POST", "/customers", `{"name":"Customer `+string(rune('A'+i))+`"}`)
	}
	for _, sort := range []string{"", "&sort=sort_name", "&sort=-revenue", "&sort=id"} {
		seen := map[int64]bool{}
		cursor := ""
		for range 10 {
			var page struct {
				Items []struct{ ID int64 }
				Next  string `json:"next_cursor"`
			}
			api.Into(&page, 200, "GET", "/customers?limit=5"+sort+cursor, "")
			for _, c := range page.Items {
				if seen[c.ID] {
					t.Fatalf("%s repeats %d", sort, c.ID)
				}
				seen[c.ID] = true
			}
			if page.Next == "" {
				break
			}
			cursor = "&cursor=" + page.Next
		}
		if len(seen) != 23 {
			t.Errorf("sort %q shows %d of 23", sort, len(seen))
		}
	}
}

func TestEveryListKnowsItsIDAndWhenThingsWereMade(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Fern & Field"}`)
	for _, text := range []string{"first", "second"} {
		api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"`+text+`"}`)
	}
	var list struct {
		Items []struct{ Text, Kind string }
		Next  string `json:"next_cursor"`
		Total int
	}
	api.Into(&list, 200, "GET", "/notes?sort=-created_at&filter[id][in]=1,2", "")
	if len(list.Items) != 2 || list.Items[0].Text != "second" {
		t.Errorf("notes, newest first: %+v", list)
	}
	api.Into(&list, 200, "GET", "/customers/1/timeline?limit=1&count=true&filter[kind][eq]=note.written", "")
	if len(list.Items) != 1 || list.Items[0].Kind != "note.written" || list.Next == "" || list.Total != 2 {
		t.Errorf("the timeline: %+v", list)
	}
	api.Into(nil, 404, "GET", "/customers/99/timeline", "")
	api.Into(nil, 422, "GET", "/customers/1/timeline?filter[nope][eq]=1", "")
}

func TestWhatIsNotTextIsRefused(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, body := range []string{"{\"name\":\"\xff\"}", `{"name":"a\u0000b"}`, `{"name":"\\\u0000"}`} {
		api.Into(nil, 400, "POST", "/customers", body)
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"C:\\u0000"}`)
	for _, name := range []string{"\xff\xfe", "a\x00b"} {
		if r := a.Browser().Post("/customers", "name", name); r.Status != 400 {
			t.Errorf("name %q in a form: %d", name, r.Status)
		}
	}
}
