package pdf

import (
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// widths are those of the printable ASCII characters in thousandths of the size,
// as the metrics that Adobe publishes for the standard fonts give them.
type widths [95]int

var regular = widths{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

var bold = widths{
	278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
	975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
	333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
	611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
}

// signs are the others that a sheet is likely to have; the regular weight's.
var signs = map[rune]int{'€': 556, '£': 556, '¥': 556, '–': 556, '—': 1000, '…': 1000, '•': 350, '×': 584, '·': 333, '°': 400, '®': 737, '©': 737, '™': 1000,
	'‘': 222, '’': 222, '“': 333, '”': 333, '«': 556, '»': 556, 'ß': 611, 'æ': 889, 'Æ': 1000, 'ø': 611, 'Ø': 778, 0xa0: 278}

func (w *widths) of(b byte) int {
	if b >= 32 && b < 127 {
		return w[b-32]
	}
	r := charmap.Windows1252.DecodeByte(b)
	if n, ok := signs[r]; ok {
		return n
	}
	for _, base := range norm.NFD.String(string(r)) { // an accent adds no width
		if base >= 32 && base < 127 {
			return w[base-32]
		}
		break
	}
	return 556
}
