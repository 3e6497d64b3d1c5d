package customer_test

import (
	"testing"

	"regulars/app/customer/customer"
	"regulars/app/sys/setting"
)

func TestAnAddressHasAMapThatWorksThere(t *testing.T) {
	for _, c := range []struct{ region, chosen, address, want string }{
		{"CN", "", "杭州 西湖", "https://uri.amap.com/search?src=regulars&keyword=%E6%9D%AD%E5%B7%9E+%E8%A5%BF%E6%B9%96"},
		{"GB", "", "Quay 7, Bristol", "https://www.openstreetmap.org/search?query=Quay+7%2C+Bristol"},
		{"CN", "baidu", "a&b#c", "https://api.map.baidu.com/geocoder?output=html&src=regulars&address=a%26b%23c"},
		{"GB", "google", "javascript:alert(1)", "https://www.google.com/maps/search/?api=1&query=javascript%3Aalert%281%29"},
		{"GB", "nonsense", "x", "https://www.openstreetmap.org/search?query=x"},
		{"GB", "none", "x", ""},
		{"GB", "", "  ", ""},
	} {
		if got := customer.MapLink(setting.Business{Region: c.region, Map: c.chosen}, c.address); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
