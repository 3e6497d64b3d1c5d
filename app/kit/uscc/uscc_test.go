package uscc

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// made is a valid code over a body of eight characters.
func made(head, number string) string {
	s := head + number + string(organisation(number))
	return s + string(Last(s))
}

func TestCheck(t *testing.T) {
	good := made("91350100", "M000100Y")
	for code, want := range map[string]Reason{
		"91350100M000100Y43": Fine, // the sample of the standard
		"91350100m000100y43": Fine,
		"９１３５０１００Ｍ０００１００Ｙ４３":     Fine,
		"9135 0100 M000 100Y-43": Fine,
		good:                     Fine,
		"":                       Empty,
		" - ":                    Empty,
		"91350100M000100Y4":      Length,
		"91350100M000100Y433":    Length,
		"91350100M000100Y4O":     Character,
		"91350100I000100Y43":     Character,
		"91350100M000100Y4茶":     Character,
		"01350100M000100Y43":     Authority,
		"91990100M000100Y43":     Region,
		"9135A100M000100Y43":     Region,
		"91350100M000100Y44":     Checksum,
		"91350100M000010Y43":     Checksum,
		"91530100M000100Y43":     Checksum,
	} {
		if got := Check(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
	other := "91350100M000100Y5"
	if got := Check(other + string(Last(other))); got != Organisation {
		t.Errorf("a wrong number within: %q", got)
	}
}

// TestEverySlipIsNoticed: one wrong character, and two swapped neighbours.
func TestEverySlipIsNoticed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var b strings.Builder
		for range 8 {
			b.WriteByte(alphabet[r.IntN(len(alphabet))])
		}
		code := made("91330106", b.String())
		if Check(code) != Fine {
			t.Fatalf("%s is refused: %s", code, Check(code))
		}
		for i := range code {
			for _, x := range []byte(alphabet) {
				slip := code[:i] + string(x) + code[i+1:]
				if x != code[i] && Check(slip) == Fine {
					t.Fatalf("%s passes for %s", slip, code)
				}
			}
			if i > 0 && code[i] != code[i-1] {
				slip := code[:i-1] + string(code[i]) + string(code[i-1]) + code[i+1:]
				if Check(slip) == Fine {
					t.Fatalf("%s passes for %s", slip, code)
				}
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"91350100M000100Y43", "", "\xff", "９１３５", "91350100M000100Y4O"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if Check(s) == Fine && (len(Clean(s)) != 18 || Check(Clean(s)) != Fine) {
			t.Fatalf("%q", s)
		}
	})
}
