package crowd

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// Sets do what lists of ids do, near and far apart.
func TestSetsDoWhatListsDo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, most := range []int64{1, 70, 5000, 1 << 40} {
		for range 50 {
			var sets [2]Set
			var lists [2]map[int64]bool
			for i := range sets {
				sets[i], lists[i] = Set{}, map[int64]bool{}
				for range r.IntN(300) {
					id := r.Int64N(most)
					sets[i].Add(id)
					lists[i][id] = true
				}
			}
			both := 0
			for id := range lists[0] {
				if lists[1][id] {
					both++
				}
			}
			if n := Common(sets[0], sets[1]).Len(); n != both {
				t.Fatalf("%d in common, want %d", n, both)
			}
			packed := sets[0].Pack()
			back, err := Unpack(packed)
			if err != nil || back.Len() != len(lists[0]) || Common(back, sets[0]).Len() != len(lists[0]) || !slices.Equal(back.Pack(), packed) {
				t.Fatalf("%d of %d come back, %v", back.Len(), len(lists[0]), err)
			}
			maps.Copy(lists[0], lists[1])
			if back.Merge(sets[1]); back.Len() != len(lists[0]) {
				t.Fatalf("%d together, want %d", back.Len(), len(lists[0]))
			}
			if sets[0].Len() > back.Len() {
				t.Fatal("merging changed the other")
			}
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{1, 2, 3})
	f.Add([]byte{0})
	f.Add([]byte{255})
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := Unpack(raw)
		if err != nil {
			return
		}
		if again, err := Unpack(s.Pack()); err != nil || again.Len() != s.Len() {
			t.Errorf("%d ids become %d, %v", s.Len(), again.Len(), err)
		}
	})
}
