package text

import "testing"

func TestMasksHideWhatMatters(t *testing.T) {
	for in, want := range map[string]string{
		"anna@example.com": "a***@example.com", "王小明@example.com": "王***@example.com", "a@b": "a***@b",
		"@example.com": "@***m", "no address": "n***s", "": "",
	} {
		if got := MaskEmail(in); got != want {
			t.Errorf("MaskEmail(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"": "", "1234": "***", "110101199003071234": "1***4", " 小红书账号 ": "小***号"} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}
