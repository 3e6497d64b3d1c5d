package importer

import (
	"strings"
	"unicode/utf8"
)

// clean takes out of a cell what nobody sees and nothing should store: control
// characters (control tells that there were some), marks that turn the
// direction of text, which phone books leave around numbers, and blanks
// without width. Line ends and tabs stay.
func clean(cell string) (text string, control bool) {
	if !strings.ContainsFunc(cell, unseen) && utf8.ValidString(cell) {
		return cell, false
	}
	cell = strings.ReplaceAll(strings.ToValidUTF8(cell, "\ufffd"), "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case unseen(r):
			control = control || r < 0xa0
			return -1
		}
		return r
	}, cell)
	return strings.TrimSpace(text), control
}

func unseen(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0: // C0, DEL and C1
		return true
	case r == 0x200b, r == 0xfeff, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r >= 0xfff9 && r <= 0xfffb || r&0xfffe == 0xfffe
}

// cleanAll cleans a row in place and tells which cells had control characters.
func cleanAll(cells []string) map[int]bool {
	var dirty map[int]bool
	for i, cell := range cells {
		text, control := clean(cell)
		cells[i] = text
		if control {
			if dirty == nil {
				dirty = map[int]bool{}
			}
			dirty[i] = true
		}
	}
	return dirty
}
