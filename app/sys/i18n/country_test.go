package i18n

import (
	"slices"
	"testing"
)

func TestCountriesHaveTheReadersNames(t *testing.T) {
	b := bundle(t)
	for _, c := range []struct{ locale, code, want string }{
		{English, "GB", "United Kingdom"}, {Chinese, "GB", "英国"}, {Chinese, "CN", "中国"}, {English, "US", "United States"},
		{English, "Bristol", "Bristol"}, {Chinese, "朝阳区", "朝阳区"}, {English, "gb", "gb"}, {English, "", ""}, {English, "ZZ", "ZZ"}, {English, "EU", "EU"},
	} {
		if got := b.For(c.locale).Country(c.code); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.code, c.locale, got, c.want)
		}
	}
	if got := b.For(English).SortCountries([]string{"GB", "US", "DE", "AE"}); !slices.Equal(got, []string{"DE", "AE", "GB", "US"}) {
		t.Error(got)
	}
	if got := b.For(Chinese).SortCountries([]string{"GB", "US", "DE", "CN"}); !slices.Equal(got, []string{"DE", "US", "GB", "CN"}) { // 德 美 英 中
		t.Error(got)
	}
}
