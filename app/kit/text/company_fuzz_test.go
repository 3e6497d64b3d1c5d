package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/width"

	"regulars/app/kit/text"
)

var companyNames = []string{
	"", " ", "A", "杭州鹤壶茶业有限公司", "浙江省杭州市鹤壶茶业有限责任公司", "鹤壶茶业（杭州）有限公司", "ＨＡＲＢＯＵＲ　Ｂａｋｅｒｙ Ｌｔｄ．", "Harbour Bakery & Co. KG", "The Harbour Bakery, Inc.",
	"Müller GmbH & Co. KG", "华为技术(深圳)有限公司", "北京", "北京市", "有限公司", "L.L.C.", "and", "& &", "(((", "）（", "ABC (China) L.L.C.", "股份有限公司分公司", "مخبز الميناء", "a\u0300\u0301", "🍵茶", "\xff\xfe", "ſ", "ß", "İstanbul A.Ş.", "㈱ホープ",
}

// Whatever somebody types as a name has a key, and only one.
func FuzzCompanyKey(f *testing.F) {
	for _, name := range companyNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		key := text.CompanyKey(name)
		if !utf8.ValidString(key) {
			t.Fatalf("the key of %q is no text: %q", name, key)
		}
		if strings.TrimSpace(name) == "" && key != "" {
			t.Errorf("nothing has the key %q", key)
		}
		if again := text.CompanyKey(key); text.CompanyKey(again) != again {
			t.Errorf("%q does not settle: %q, %q", name, key, again)
		}
		for what, other := range map[string]string{"blanks around": "  " + name + "\t", "fullwidth": width.Widen.String(name), "halfwidth": width.Narrow.String(name)} {
			if got := text.CompanyKey(other); got != key && utf8.ValidString(name) {
				t.Errorf("%s: %q has %q, %q has %q", what, name, key, other, got)
			}
		}
	})
}

// A name said with or without its legal form, the place in front of it, its
// brackets and its width is the same company.
func TestNamesOfOneCompanyHaveOneKey(t *testing.T) {
	cores := []string{"鹤壶茶业", "海港烘焙", "春晖文化传播", "Harbour Bakery", "Müller Söhne", "Blue Kettle 88"}
	for _, core := range cores {
		key := text.CompanyKey(core)
		ways := []string{" " + core + " ", strings.ToUpper(core), width.Widen.String(core)}
		if core[0] > 'z' {
			for _, place := range []string{"杭州", "浙江省杭州市", "北京市", "（杭州）"} {
				ways = append(ways, place+core, place+core+"有限公司", place+core+"股份有限公司")
			}
			ways = append(ways, core+"有限责任公司", core+"（杭州）有限公司", core+"(深圳)有限公司", core+"【上海】有限公司")
		} else {
			for _, form := range []string{" Ltd", " Ltd.", ", Inc.", " L.L.C.", " GmbH & Co. KG", " LLC", " (China) Ltd", " [UK] Limited"} {
				ways = append(ways, core+form, "The "+core+form)
			}
		}
		for _, way := range ways {
			if got := text.CompanyKey(way); got != key {
				t.Errorf("%q has the key %q, %q has %q", core, key, way, got)
			}
			if again := text.CompanyKey(key); again != key {
				t.Errorf("the key %q of %q becomes %q", key, core, again)
			}
		}
	}
}
