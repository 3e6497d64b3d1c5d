package apptest

import (
	"fmt"
	"net/http"
	"strings"

	"regulars/app/staff/user"
	"regulars/app/sys/auth"
)

// MemberEmail is the colleague that Colleague takes in.
const MemberEmail = "sam@example.com"

// Colleague takes in somebody of that role ("member", "manager") who signs in
// with Password.
func (a *App) Colleague(email, role string) user.User {
	a.T.Helper()
	u, _, err := a.Users().Add(a.As(auth.System("shell")), user.Input{Name: "Sam Okafor", Email: email, Role: role, Password: Password})
	if err != nil {
		a.T.Fatalf("take %s in: %v", email, err)
	}
	return u
}

// sample is one record of every kind, in the order in which they need each
// other. The first of a kind has id 1.
var sample = []struct{ path, body string }{
	{"/custom-fields", `{"subject":"customer","kind":"choice","name_en":"Oven","name_zh":"烤箱","choices":["deck","rack"],"filterable":true,"help_en":"What they bake in"}`},
	{"/custom-fields", `{"subject":"customer","kind":"multi","name_en":"Delivery days","name_zh":"送货日","choices":["Mon","Thu"]}`},
	{"/custom-fields", `{"subject":"customer","kind":"money","name_en":"Deposit","name_zh":"押金"}`},
	{"/custom-fields", `{"subject":"customer","kind":"date","name_en":"Next visit","name_zh":"下次拜访","shown_field":"oven","shown_value":"deck"}`},
	{"/custom-fields", `{"subject":"customer","kind":"bool","name_en":"Key holder","name_zh":"有钥匙"}`},
	{"/custom-fields", `{"subject":"customer","kind":"long","name_en":"Access","name_zh":"进店说明","searchable":true}`},
	{"/custom-fields", `{"subject":"customer","kind":"computed","name_en":"Days quiet","name_zh":"未下单天数","formula":"days_since(last_order_on)"}`},
	{"/custom-fields", `{"subject":"customer","kind":"text","name_en":"Bank account","name_zh":"银行账号","sensitive":true}`},
	{"/custom-fields", `{"subject":"customer","kind":"customer","name_en":"Introduced by","name_zh":"介绍人"}`},
	{"/custom-fields", `{"subject":"contact","kind":"choice","name_en":"Part","name_zh":"角色","choices":["decides","uses"]}`},
	{"/custom-fields", `{"subject":"product","kind":"text","name_en":"Shelf","name_zh":"货架","searchable":true}`},
	{"/custom-fields", `{"subject":"order","kind":"person","name_en":"Packed by","name_zh":"打包人"}`},
	{"/customers", `{"kind":"company","name":"Harbour Street Bakery","phones":["+44 117 496 0142"],"emails":["ines@example.com"],"tags":["Café"],"region":"Bristol","birthday":"1990-03-05",
		"fields":{"oven":"deck","delivery_days":["Mon","Thu"],"deposit":"50.00","next_visit":"2026-03-09","key_holder":true,"access":"Ring twice","bank_account":"GB00 1234"}}`},
	{"/customers", `{"kind":"person","name":"单雄信","phones":["138 0013 8000"],"wechat":"danxiong88","emails":["dan@example.com"],"fields":{"introduced_by":1}}`},
	{"/contacts", `{"customer_id":1,"name":"Inês Carvalho","title":"Baker","emails":["baker@example.com"],"fields":{"part":"decides"}}`},
	{"/invoice-titles", `{"customer_id":1,"title":"Harbour Street Bakery Ltd","tax_id":"91350100M000100Y44","bank":"Example Bank","account":"1234 5678"}`},
	{"/notes", `{"customer_id":1,"text":"Closed on **Mondays**."}`},
	{"/follow-ups", `{"customer_id":1,"channel":"call","content":"Wants the new blend.","at":"2026-02-27T10:00:00Z","next_at":"2026-03-01T10:00:00Z"}`},
	{"/tasks", `{"title":"Send the price list","customer_id":1,"due_at":"2026-03-01T09:00:00Z"}`},
	{"/products", `{"name":"Assam 1 kg","code":"A1","unit":"bag","price":{"amount":"18.50","currency":"USD"},"fields":{"shelf":"B 4"}}`},
	{"/price-lists", `{"name":"Wholesale","levels":"A","prices":[{"product_id":1,"from_quantity":10,"price":{"amount":"16.50","currency":"USD"}}]}`},
	{"/deals", `{"name":"Tea for the second shop","customer_id":1,"expected_close":"2026-04-01","lines":[{"product_id":1,"quantity":40,"discount":5}]}`},
	{"/deals", `{"name":"Wedding bar","amount":{"amount":"900.00","currency":"USD"},"source":"Website"}`},
	{"/lead-forms", `{"slug":"ask-us","name":"Website","texts":{"en":{"title":"Ask us","consent":"You may answer me."},"zh-CN":{"title":"联系我们"}},"asks":["phone","email","need!"]}`},
	{"/leads", `{"name":"Mira Castell","company":"Castell Hotels","phones":["+44 117 496 0177"],"emails":["mira@example.com"],"need":"Tea for forty rooms","interest":"Assam 1 kg","source":"Website","amount":{"amount":"400.00","currency":"USD"}}`},
	{"/lead-score-rules", `{"field":"source","test":"is","value":"Website","points":20}`},
	{"/leads", `{"phones":["138 0013 8111"],"need":"婚礼用茶","region":"上海"}`},
	{"/orders", `{"customer_id":1,"ordered_on":"2026-01-05","status":"completed","fields":{"packed_by":1},"lines":[{"product_id":1,"quantity":2,"unit_price":{"amount":"18.50","currency":"USD"}}]}`},
	{"/orders", `{"customer_id":1,"ordered_on":"2026-02-05","status":"confirmed","lines":[{"name":"Tasting","quantity":1,"unit_price":{"amount":"40.00","currency":"USD"}}]}`},
	{"/tasks", `{"title":"Send the samples","about":{"kind":"deal","id":1},"due_at":"2026-03-02T09:00:00Z"}`},
	{"/quotes", `{"customer_id":1,"title":"Spring contract","valid_until":"2026-12-05","intro":"Thirteen weeks of tea.","terms":"Thirty days to pay.","lines":[{"product_id":1,"quantity":12,"discount":{"rate":500},"tax_rate":1300},{"name":"Tasting","quantity":1,"unit_price":{"amount":"40.00","currency":"USD"},"optional":true}]}`},
	{"/payments", `{"order_id":1,"amount":{"amount":"37.00","currency":"USD"},"paid_on":"2026-01-09"}`},
	{"/receipts", `{"customer_id":1,"amount":{"amount":"25.00","currency":"USD"},"received_on":"2026-02-20","method":"transfer","parts":[{"order_id":2,"amount":{"amount":"15.00","currency":"USD"}}]}`},
	{"/promises", `{"customer_id":1,"side":"theirs","kind":"pay","order_id":1,"due_on":"2026-12-04","words":"after the fair"}`},
	{"/contracts", `{"customer_id":1,"title":"Beans every month","order_id":1,"signed_on":"2026-01-05","starts_on":"2026-01-05","ends_on":"2027-01-04","amount":{"amount":"1200.00","currency":"USD"},"notice_days":30,"renewal":"self"}`},
	{"/promises", `{"customer_id":1,"side":"ours","kind":"other","words":"send the price list","due_on":"2026-12-02"}`},
	{"/invitations", `{"survey_id":1,"customer_id":2,"channel":"link"}`},
	{"/survey-waves", `{"survey_id":1,"name":"Spring question","query":""}`},
	{"/responses", `{"survey_id":1,"customer_id":1,"score":3,"comment":"Late again.","answered_at":"2026-03-01T12:00:00Z"}`},
	{"/posters", `{"kind":"poster","name":"Counter 2","survey_id":1,"place":"Counter 2","product_id":1}`},
	{"/posters", `{"kind":"widget","name":"Website","survey_id":1,"origins":["https://www.example.com"]}`},
	{"/reviews", `{"platform":"Google","stars":2,"author":"Mina R.","words":"The bread came late twice.","posted_on":"2026-02-20","customer_id":1}`},
	{"/reviews", `{"platform":"大众点评","stars":5,"author":"小林","words":"面包很香，老板很热情。","posted_on":"2026-02-25","praise":true}`},
	{"/customers/1/relations", `{"other_id":2,"role":"referrer"}`},
	{"/consent-purposes", `{"name_en":"Birthday cake","name_zh":"生日蛋糕","text_en":"We may send you a greeting on your birthday.","text_zh":"我们可以在您生日时发送祝福。"}`},
	{"/customers/1/consents", `{"purpose":"birthday_cake","channel":"email","state":"allowed","wording_id":1,"source":"paper","proof":"Card in the folder"}`},
	{"/improvements", `{"title":"Beans leave before noon","cause":"delivery","change":"The courier comes at eleven","expected":"Fewer late bags","live_on":"2026-03-01"}`},
	{"/satisfaction-reports", `{"kind":"weekly"}`},
	{"/letters", `{"kind":"weekly"}`},
	{"/saved-views", `{"kind":"customers","name":"Bristol","query":"filter[region]=Bristol"}`},
}

// Fill puts a record of every kind into the shop, through the API, and lets
// everything that follows from them happen.
func (a *App) Fill() {
	a.T.Helper()
	api := a.API("", "write")
	for _, s := range sample {
		r := api.Call(http.MethodPost, s.path, s.body)
		if r.Status != http.StatusCreated && (r.Status != http.StatusNotFound || strings.Contains(r.Body, "errors")) {
			a.T.Errorf("POST %s %s: %d %s", s.path, s.body, r.Status, r.Body)
		}
	}
}

// Together makes the filled shop one of two people: sharing and pools are on,
// the third customer was handed to the colleague and lies in the pool, and the
// colleague shares the first; a refund of theirs waits for the owner.
func (a *App) Together() {
	a.T.Helper()
	sam := a.Colleague(MemberEmail, "member")
	api := a.API("", "write")
	api.Into(nil, http.StatusOK, http.MethodPatch, "/settings/teamwork", `{"sharing":true,"pools":true}`)
	api.Into(nil, http.StatusNoContent, http.MethodPut, fmt.Sprintf("/customers/1/shares/%d", sam.ID), `{"access":"edit"}`)
	var third struct{ ID int64 }
	api.Into(&third, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Quay Lane Deli","phones":["+44 117 496 0155"],"owner_id":1}`)
	api.Into(nil, http.StatusOK, http.MethodPost, fmt.Sprintf("/customers/%d/transfer", third.ID), fmt.Sprintf(`{"to_id":%d}`, sam.ID))
	api.Into(nil, http.StatusOK, http.MethodPost, fmt.Sprintf("/customers/%d/release", third.ID), `{"reason":"Moved away"}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/lead-routes", `{"name":"Website","sources":["Website"],"method":"turns"}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/approval-rules", `{"kind":"payment.refund","basis":"amount","threshold":1000,"enabled":true,"steps":[{"who":"manager"},{"who":"role","role":"owner"}]}`)
	a.API(MemberEmail, "write").Into(nil, http.StatusConflict, http.MethodPost, "/payments", `{"order_id":1,"amount":{"amount":"-12.00","currency":"USD"},"note":"Cup was cracked"}`)
	a.API(MemberEmail, "write").Into(nil, http.StatusOK, http.MethodPut, "/daily-reports", `{"period":"day","well":"Two new cafés","problems":"","help":"","plan":"Call the deli","hand_in":true}`)
}
