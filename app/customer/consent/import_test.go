package consent_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// words are what a customer said, by purpose.channel.
func words(t *testing.T, api *apptest.API, name string) map[string]string {
	t.Helper()
	var list struct {
		Items []struct {
			ID       int64
			Name     string
			Consents map[string]string
		}
	}
	api.Into(&list, 200, "GET", "/customers?include=consents&limit=500", "")
	for _, c := range list.Items {
		if c.Name == name {
			var one struct{ Consents map[string]string }
			api.Into(&one, 200, "GET", fmt.Sprintf("/customers/%d?include=consents", c.ID), "")
			if fmt.Sprint(one.Consents) != fmt.Sprint(c.Consents) {
				t.Errorf("%s: the list says %v, the record %v", name, c.Consents, one.Consents)
			}
			return c.Consents
		}
	}
	return nil
}

func TestAFileSaysWhoAgreed(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/consent-purposes", `{"name_en":"Birthday cake","name_zh":"生日蛋糕"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Bo","emails":["bo@example.com"]}`)
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"marketing","channel":"email","state":"objected"}`)
	file := strings.Join([]string{
		"name,email,Newsletter by e-mail,consent.marketing.sms,生日蛋糕：邮寄,Unsubscribed",
		"Ada,ada@example.com,yes,否,同意,",
		"Bo,bo@example.com,yes,opted in,,",
		"Cy,cy@example.com,perhaps,never asked,,no",
		"Di,di@example.com,subscribed,,,yes",
	}, "\n")
	o := importer.Options{OnDuplicate: importer.Update}
	checked, _ := a.CheckImport("customers", file, o)
	run, problems := a.Import("customers", file, o)
	if got := apptest.Tally(run); got != "3 1 0 0" || apptest.Tally(checked) != got {
		t.Fatalf("%s, checked %s: %q", got, apptest.Tally(checked), problems)
	}
	if len(problems) != 3 || !strings.HasPrefix(problems[0], "3: ") || !strings.Contains(problems[0], "They objected, and that stays") ||
		!strings.Contains(problems[1], "perhaps") || !strings.HasPrefix(problems[2], "5: ") {
		t.Errorf("%q", problems)
	}
	for name, want := range map[string]string{
		"Ada": "map[birthday_cake.post:allowed marketing.email:allowed marketing.sms:objected]",
		"Bo":  "map[marketing.email:objected marketing.sms:allowed]",
		"Cy":  "map[]",
		"Di":  "map[marketing.email:objected]",
	} {
		if got := fmt.Sprint(words(t, api, name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if n := a.Count(`SELECT count(*) FROM consent e JOIN customer c ON c.id = e.customer_id WHERE c.name = 'Ada' AND e.source = 'import' AND e.proof = 'customers.csv, row 2'`); n != 3 {
		t.Errorf("%d rows name the file and the row as their proof", n)
	}
	before := a.Count(`SELECT count(*) FROM consent`)
	if again, _ := a.Import("customers", file, o); apptest.Tally(again) != "0 0 4 0" || a.Count(`SELECT count(*) FROM consent`) != before {
		t.Errorf("a second time: %s", apptest.Tally(again))
	}
	a.TakeBack(run)
	if got := fmt.Sprint(words(t, api, "Bo")); got != "map[marketing.email:objected]" || a.Count(`SELECT count(*) FROM customer`) != 1 {
		t.Errorf("taken back: %s", got)
	}
}

// Who is only to be passed over still objects.
func TestAFileThatChangesNobodyStillCarriesAnObjection(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 200, "PATCH", "/consent-purposes/3", `{"version":1,"double_opt_in":true}`)
	file := "name,email,newsletter,sms consent\nAda,ada@example.com,yes,yes\nAda,ada@example.com,,no\nAda,ada@example.com,yes,yes\n"
	run, problems := a.Import("customers", file, importer.Options{OnDuplicate: importer.Skip})
	if got := fmt.Sprint(words(t, api, "Ada")); got != "map[marketing.sms:objected]" {
		t.Errorf("%s %s %q", got, apptest.Tally(run), problems)
	}
	if s := states(api, 1); s["marketing.email"].Reason != "unconfirmed" {
		t.Errorf("a yes to mail that is to be confirmed: %+v", s["marketing.email"])
	}
}

func TestTheListLeavesWithWhatWasSaidAndComesBackTheSame(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	a.Import("customers", "name,email,newsletter,sms consent\nAda,ada@example.com,yes,no\nBo,bo@example.com,,\n", importer.Options{})
	r := a.Owner().Get("/exports/customers?format=csv")
	head, _, _ := strings.Cut(r.Body, "\n")
	if !strings.Contains(head, "consent.marketing.email") || !strings.Contains(head, "consent.marketing.sms") || strings.Contains(head, "consent.survey") || !strings.Contains(r.Body, "yes,no") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	before := fmt.Sprint(words(t, api, "Ada"), a.Count(`SELECT count(*) FROM consent`))
	run, problems := a.Import("customers", r.Body, importer.Options{OnDuplicate: importer.Update})
	if apptest.Tally(run) != "0 0 2 0" || fmt.Sprint(words(t, api, "Ada"), a.Count(`SELECT count(*) FROM consent`)) != before {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
}

func TestTheFilterOffersThePurposesAndChannels(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	a.Fill()
	b := a.Owner()
	page := b.Get("/customers/filter?lines=1&do=add.&new.=agreed").Body
	for _, want := range []string{`value="birthday_cake.email"`, "优惠与资讯：短信", `value="survey.wechat"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the panel does not offer %q", want)
		}
	}
	if page := b.Get("/customers?filter[objected][eq]=marketing.sms").Body; !strings.Contains(page, "优惠与资讯：短信") {
		t.Error("the chip does not say what it is about")
	}
	if r := a.API("", "write").Call("GET", "/customers?filter[agreed][eq]=spam.email", ""); r.Status != 422 {
		t.Errorf("a purpose that is not there: %d", r.Status)
	}
}
