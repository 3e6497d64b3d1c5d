package customer_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// masking is the sample's shop with a member who sees numbers, addresses and
// WeChat names masked, and may take lists out and join duplicates.
func masking(t *testing.T) (*apptest.App, *apptest.Browser, *apptest.API, context.Context) {
	t.Helper()
	a := apptest.New(t)
	a.Fill()
	owner := a.API("", "write")
	owner.Into(nil, 200, "PATCH", "/contacts/1", `{"version":1,"wechat":"ines_bakes","phones":[{"raw":"138 0013 8001"}]}`)
	owner.Into(nil, 201, "POST", "/customers", `{"kind":"person","name":"王小明","phones":["138 0013 8002"],"wechat":"dannyong88","emails":["dot@example.com"]}`)
	who := a.Colleague(apptest.MemberEmail, "member")
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		for permission, allowed := range map[string]int{"detail.read": 0, "customer.export": 1, "customer.merge": 1, "outbox.read": 1, "person.export": 1, "health.read": 1, "import.write": 1} {
			if _, err := tx.Exec(ctx, `INSERT INTO role_permission (role, permission, allowed) VALUES ('member', ?, ?)`, permission, allowed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	actor, _, err := a.Users().Actor(a.As(auth.System("test")), who.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a, a.SignIn(apptest.MemberEmail, apptest.Password), a.API(apptest.MemberEmail, "write"), a.As(actor)
}

var hides = []string{"117 496 0142", "1174960142", "ines@example.com", "baker@example.com", "13800138000", "138 0013 8000", "138 0013 8001", "13800138001",
	"dan@example.com", "dot@example.com", "danxiong88", "dannyong88", "ines_bakes"}

func TestEveryDoorMasksWeChatLikeNumbersAndAddresses(t *testing.T) {
	a, b, api, _ := masking(t)
	closed := func(what, body string) {
		t.Helper()
		for _, h := range hides {
			if strings.Contains(body, h) {
				t.Errorf("%s shows %s", what, h)
			}
		}
	}
	for path, masked := range map[string]string{
		"/customers?columns=name,phone,email,wechat": "d***8", "/customers/2": "d***8", "/customers/2/edit": "d***8", "/customers/2/print": "d***8", "/customers/2/cell/wechat": "",
		"/customers/1": "", "/customers/1/print": "", "/contacts/1": "i***s", "/duplicates": "", "/duplicates/compare?id=2&id=3": "d***8", "/customers/alike?name=单雄信": "",
		"/history?subject=customer.1": "", "/history?subject=customer.2": "", "/search?q=单雄信": "", "/customers?group=source": "", "/customers/export?format=csv": "d***8",
		"/customers/export?format=vcf": "", "/customers/export?format=vcf4": "", "/exports/contacts": "i***s",
	} {
		r := b.Get(path)
		if r.Status != http.StatusOK && r.Status != http.StatusSeeOther {
			t.Errorf("%s: %d", path, r.Status)
		}
		closed(path, r.Body)
		if !strings.Contains(r.Body, masked) {
			t.Errorf("%s does not show %s", path, masked)
		}
	}
	sets := a.Count(`SELECT max(id) FROM journal_set`)
	for id := 1; id <= sets; id++ {
		if r := b.Get(fmt.Sprintf("/history/%d", id)); r.Status == http.StatusOK {
			closed(fmt.Sprintf("change %d", id), r.Body)
		}
		if r := api.Call("GET", fmt.Sprintf("/history/%d", id), ""); r.Status == http.StatusOK {
			closed(fmt.Sprintf("change %d in the API", id), r.Body)
		}
	}
	for path, masked := range map[string]string{"/customers": "d***8", "/customers/2": "d***8", "/contacts": "i***s", "/contacts/1": "i***s", "/exports/customers": "d***8",
		"/exports/contacts?format=vcf": "", "/duplicates": "", "/customers/2/timeline": ""} {
		r := api.Call("GET", path, "")
		if r.Status != http.StatusOK {
			t.Errorf("the API's %s: %d", path, r.Status)
		}
		closed("the API's "+path, r.Body)
		if !strings.Contains(r.Body, masked) {
			t.Errorf("the API's %s does not show %s: %s", path, masked, r.Body)
		}
	}
	if r := b.Post("/customers/2/person-export"); r.Status != http.StatusForbidden {
		t.Errorf("everything about a person, in full: %d", r.Status)
	}
	if r := api.Call("POST", "/customers/2/reveal", ""); !strings.Contains(r.Body, `"wechat":"danxiong88"`) {
		t.Errorf("a look: %s", r.Body)
	}
	if r := b.Post("/customers/1/reveal"); !strings.Contains(r.Body, "ines_bakes") {
		t.Errorf("a look at a contact: %d", r.Status)
	}
}

func TestWhatIsSavedMaskedStaysWhatItIs(t *testing.T) {
	a, b, api, ctx := masking(t)
	same := func(what string) {
		t.Helper()
		if n := a.Count(`SELECT (SELECT count(*) FROM customer WHERE wechat IN ('danxiong88', 'dannyong88')) + (SELECT count(*) FROM contact WHERE wechat = 'ines_bakes')
			+ (SELECT count(*) FROM customer_phone WHERE raw IN ('138 0013 8000', '138 0013 8001', '138 0013 8002', '+44 117 496 0142'))
			+ (SELECT count(*) FROM customer_email WHERE email IN ('ines@example.com', 'baker@example.com', 'dan@example.com', 'dot@example.com'))`); n != 11 {
			t.Errorf("%s: %d of 11 are left", what, n)
		}
		if n := a.Count(`SELECT (SELECT count(*) FROM customer_phone) + (SELECT count(*) FROM customer_email)`); n != 8 {
			t.Errorf("%s: %d numbers and addresses", what, n)
		}
	}
	same("before")
	api.Into(nil, 200, "PATCH", "/customers/2", `{"version":1,"name":"单雄信 二","wechat":"d***8","phones":[{"raw":"138 **** 8000"}]}`)
	same("the API")
	api.Into(nil, 200, "PATCH", "/contacts/1", `{"version":2,"wechat":"i***s","title":"Head baker"}`)
	same("a contact in the API")
	b.Get("/customers/2/edit")
	if r := b.Post("/customers/2", "version", "2", "name", "单雄信", "kind", "person", "phones", "138 **** 8000", "emails", "d***@example.com", "wechat", "d***8"); r.Status != http.StatusSeeOther {
		t.Fatalf("the form: %d", r.Status)
	}
	same("the form")
	if r := b.Post("/customers/2/cell/region", "version", "3", "value", "Bath"); r.Status != http.StatusSeeOther {
		t.Errorf("another cell: %d", r.Status)
	}
	if r := b.Post("/customers/2/cell/wechat", "version", "4", "value", "d***8"); r.Status != http.StatusSeeOther {
		t.Errorf("the cell: %d", r.Status)
	}
	same("a cell")
	for _, body := range []string{`{"name":"New","wechat":"x***y"}`, `{"name":"New","emails":["n***@example.com"]}`, `{"name":"New","phones":["138****9999"]}`} {
		if r := api.Call("POST", "/customers", body); r.Status != 422 || !strings.Contains(r.Body, "masked") {
			t.Errorf("a new customer with %s: %d %s", body, r.Status, r.Body)
		}
	}
	if r := api.Call("PATCH", "/customers/2", `{"version":5,"wechat":"x***y"}`); r.Status != 422 {
		t.Errorf("another's mask: %d", r.Status)
	}
	if r := api.Call("POST", "/contacts", `{"customer_id":1,"name":"New","wechat":"x***y"}`); r.Status != 422 {
		t.Errorf("a new contact: %d %s", r.Status, r.Body)
	}
	for _, kind := range []string{"customers", "contacts"} {
		file := b.Get("/exports/" + kind).Body
		o := importer.Options{OnDuplicate: importer.Update, Match: []string{"name"}}
		run, problems := a.ImportAs(ctx, kind, file, o)
		if run.Created+run.Updated+run.Failed != 0 {
			t.Errorf("%s come back: %s %q", kind, apptest.Tally(run), problems)
		}
		same("an import of " + kind)
	}
	run, problems := a.ImportAs(ctx, "customers", "name,phone,email\nHarbour Street Bakery,+441174960142,INES@example.com\n", importer.Options{OnDuplicate: importer.Update, Match: []string{"phone"}})
	if run.Created+run.Updated+run.Failed != 0 {
		t.Errorf("the whole number comes in: %s %q", apptest.Tally(run), problems)
	}
	same("an import in full")
}

// Nobody finds out piece by piece what they see masked.
func TestMaskedFieldsAnswerOnlyWholeValues(t *testing.T) {
	_, b, api, _ := masking(t)
	for _, field := range []string{"phone", "email", "wechat"} {
		for _, op := range []string{"contains", "starts", "lt", "lte", "gt", "gte", "ne", "in", "nin"} {
			for _, group := range []string{"", "[any1]", "[all1]"} {
				query := fmt.Sprintf("filter%s[%s][%s]=1", group, field, op)
				if r := api.Call("GET", "/customers?"+query, ""); r.Status != 422 || !strings.Contains(r.Body, "masked") {
					t.Errorf("%s: %d %s", query, r.Status, r.Body)
				}
			}
		}
		query := fmt.Sprintf("filter[%s][contains]=1", field)
		for _, path := range []string{"/customers?", "/customers/export?", "/exports/customers?"} {
			if r := b.Get(path + query); r.Status != 422 || !strings.Contains(r.Body, "sees this field masked") {
				t.Errorf("page %s%s: %d", path, query, r.Status)
			}
		}
		for _, path := range []string{"/customers?sort=" + field, "/customers/groups?by=" + field, "/customers?sort=-" + field} {
			if r := api.Call("GET", path, ""); r.Status != 422 {
				t.Errorf("%s: %d", path, r.Status)
			}
		}
		if r := b.Get("/customers?group=" + field); r.Status != 422 {
			t.Errorf("grouped by %s: %d", field, r.Status)
		}
		panel := b.Get("/customers/filter?filter[" + field + "][eq]=x")
		if !strings.Contains(panel.Body, `value="eq"`) || strings.Contains(panel.Body, `value="contains"`) || strings.Contains(panel.Body, `value="starts"`) {
			t.Errorf("the filter panel offers more for %s", field)
		}
	}
	const one, none = "单雄信", ""
	for query, want := range map[string]string{"filter[phone][eq]=138 0013 8000": one, "filter[email][eq]=dan@example.com": one, "filter[wechat][eq]=danxiong88": one, "filter[wechat][eq]=danxiong8": none,
		"filter[any1][wechat][empty]=false&filter[region]=Bath": none} {
		kv := strings.FieldsFunc(query, func(r rune) bool { return r == '&' })
		var pairs []string
		for _, p := range kv {
			k, v, _ := strings.Cut(p, "=")
			pairs = append(pairs, k, v)
		}
		if got := shown(b, pairs...); got != want {
			t.Errorf("%s: %.200s", query, got)
		}
	}
	var list struct{ Items []struct{ ID int64 } }
	for q, want := range map[string]int{"13800138000": 1, "138 0013 8000": 1, "dan@example.com": 1, "danxiong88": 1, "DanXiong88": 1, "单雄信 13800138000": 1, "138 0013 8001": 1,
		"138": 0, "1380013": 0, "1380013800": 0, "8000": 0, "38000": 0, "138000": 0, "0138000": 0, "dot@": 0, "dot@example": 0, "dot": 0, "dannyong": 0, "danxiong8": 0, "example.com": 0, "dannyong8": 0, "ines_b": 0,
		"单雄信 138": 0, "单雄信 8000": 0, "单雄信 example": 0, "baker": 1, "Inês": 1} {
		api.Into(&list, 200, "GET", "/customers?q="+strings.NewReplacer(" ", "%20", "+", "%2B").Replace(q), "")
		if len(list.Items) != want {
			t.Errorf("%q finds %d", q, len(list.Items))
		}
	}
}
