package oneline

import (
	"fmt"
	"strings"
	"testing"
)

// hostile repeats pieces that make a careless reader slow.
var hostile = []string{"龙井", "订", "3pm Fri ", "1 ", "138 ", "2盒茶", "周五3点", "Ada ", "¥1 ", "订龙春井茶", "order gifts ", "\n王芳 09:12\n好", "((((", "一二三", "no not ", "2 x a "}

// huge is a catalogue of five thousand and a text of the largest size.
func huge(piece string) Input {
	in := input("订 order "+strings.Repeat(piece, MaxText/len(piece)-10), "CN", "CNY")
	in.Products = nil
	for i := range 5000 {
		in.Products = append(in.Products, Item{Name: fmt.Sprintf("龙井春茶%d号礼盒 Longjing gift %d", i, i)})
	}
	return in
}

// TestHostileTextsEnd: what is largest and worst still ends, with marks in order.
func TestHostileTextsEnd(t *testing.T) {
	for _, piece := range hostile {
		in := huge(piece)
		end := 0
		for _, m := range Read(in).Marks() {
			if m.Span.Start < end || m.Span.End > len(in.Text) {
				t.Fatalf("%q: mark %+v", piece, m)
			}
			end = m.Span.End
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, piece := range hostile {
		in := huge(piece)
		b.Run(fmt.Sprintf("%q", piece), func(b *testing.B) {
			for range b.N {
				Read(in)
			}
		})
	}
}
