package quality

import (
	"testing"

	"regulars/app/kit/cal"
)

func TestNamesAreTakenAsTheyAre(t *testing.T) {
	for name, want := range map[string]string{
		"Harbour Street Bakery": "", "IKEA": "", "BMW AG": "", "深圳市腾飞科技有限公司": "", "林小梅": "", "سارة النجار": "", "𠮷野家": "", "O'Neil": "", "3M": "", "7-Eleven": "", "21 Grams Coffee": "",
		"ACME TRADING COMPANY": "Acme Trading Company", "Ｈａｒｂｏｕｒ Street": "Harbour Street", "Ada  Reed ": "Ada Reed",
		"12345": "12345", "test": "test", "测试客户": "测试客户", "...": "...", "asdf": "asdf",
	} {
		if odd := oddName(name); odd != (want != "") {
			t.Errorf("%q odd: %t", name, odd)
		}
		if better := betterName(name); want != "" && better != want {
			t.Errorf("%q becomes %q, want %q", name, better, want)
		}
	}
}

func TestBirthdaysThatNobodyHas(t *testing.T) {
	for day, want := range map[string]bool{"": false, "--03-05": false, "1990-03-05": false, "2026-11-22": false, "2026-11-23": true, "1916-11-01": true, "1917-01-01": false, "1900-01-01": true, "1970-01-01": true} {
		if got := oddBirthday(day, cal.Date("2026-11-22")); got != want {
			t.Errorf("%s: %t", day, got)
		}
	}
}

func TestSlipsInAddresses(t *testing.T) {
	for email, want := range map[string]string{"a@gmial.com": "a@gmail.com", "a@QQ.con": "a@qq.com", "a@example": "", "a@b..com": ""} {
		if len(wrongEmails([]string{email})) != 1 || meant(email) != want {
			t.Errorf("%s: %q", email, meant(email))
		}
	}
	if bad := wrongEmails([]string{"ines@example.com", "林@例子.公司.cn"}); len(bad) != 0 {
		t.Errorf("%v", bad)
	}
}
