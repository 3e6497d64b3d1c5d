// Package crowd holds sets of record ids: who bought in a month, so that who bought
// in any of several months is counted without reading what they bought.
package crowd

import (
	"encoding/binary"
	"errors"
	"maps"
	"math/bits"
	"slices"
)

// span is how many ids stand side by side: ids that are far apart cost no more
// than near ones.
const span = 4096

type row [span / 64]uint64

// Set is a set of ids that are not below zero.
type Set map[int64]*row

// Add puts an id in.
func (s Set) Add(id int64) {
	r := s[id/span]
	if r == nil {
		r = &row{}
		s[id/span] = r
	}
	r[id%span/64] |= 1 << (id % 64)
}

// Merge puts all of another set in.
func (s Set) Merge(other Set) {
	for at, o := range other {
		r := s[at]
		if r == nil {
			r = &row{}
			s[at] = r
		}
		for i := range r {
			r[i] |= o[i]
		}
	}
}

// Len is how many there are.
func (s Set) Len() int {
	n := 0
	for _, r := range s {
		for _, word := range r {
			n += bits.OnesCount64(word)
		}
	}
	return n
}

// Common are the ids that both sets have.
func Common(a, b Set) Set {
	out := Set{}
	if len(b) < len(a) {
		a, b = b, a
	}
	for at, r := range a {
		o := b[at]
		if o == nil {
			continue
		}
		var both row
		some := uint64(0)
		for i := range r {
			both[i] = r[i] & o[i]
			some |= both[i]
		}
		if some != 0 {
			out[at] = &both
		}
	}
	return out
}

// Pack writes a set as the steps from one id to the next.
func (s Set) Pack() []byte {
	out := []byte{}
	last := int64(-1)
	for _, at := range slices.Sorted(maps.Keys(s)) {
		for i, word := range s[at] {
			for ; word != 0; word &= word - 1 {
				id := at*span + int64(i*64+bits.TrailingZeros64(word))
				out = binary.AppendUvarint(out, uint64(id-last))
				last = id
			}
		}
	}
	return out
}

var errPacked = errors.New("crowd: this is no packed set")

// Unpack reads what Pack wrote.
func Unpack(raw []byte) (Set, error) {
	s := Set{}
	for last := int64(-1); len(raw) > 0; {
		step, n := binary.Uvarint(raw)
		if n <= 0 || step == 0 || step > 1<<62 || last+int64(step) < 0 {
			return nil, errPacked
		}
		last += int64(step)
		s.Add(last)
		raw = raw[n:]
	}
	return s, nil
}
