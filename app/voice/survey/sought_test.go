package survey_test

import (
	"fmt"
	"net/url"
	"testing"

	"regulars/app/apptest"
)

func TestWhatWasSaidIsFoundByItsWords(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"单雄信"}`)
	var v struct{ ID int64 }
	api.Into(&v, 201, "POST", "/surveys", `{"name":"More","kind":"nps","texts":{"en":{"question":"?"}},"questions":[{"key":"say","kind":"long","text":{"en":"Say"}}]}`)
	api.Into(nil, 201, "POST", "/responses", fmt.Sprintf(`{"survey_id":%d,"customer_id":1,"score":3,"comment":"The bread came 100%% late","answers":{"say":{"text":"Blue parcel, wet inside"}}}`, v.ID))
	api.Into(nil, 201, "POST", "/responses", `{"survey_id":1,"customer_id":2,"score":9,"comment":"面包很香，老板热情"}`)
	for typed, want := range map[string]int{"bread": 1, "BREAD late": 1, "late bread": 1, "bread wet": 1, "wet parcel": 1, "bread dry": 0, "老板": 1, "老板 面包": 1, "板老": 0, "Ada": 1, "ada wet": 1,
		"雄信": 1, "100%": 1, "1%0": 0, "_": 0, "'": 0, `"; DROP`: 0, "": 2} {
		var got struct{ Items []struct{ ID int64 } }
		api.Into(&got, 200, "GET", "/responses?q="+url.QueryEscape(typed), "")
		if len(got.Items) != want {
			t.Errorf("%q finds %d, not %d", typed, len(got.Items), want)
		}
	}
}
