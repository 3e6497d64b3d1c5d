package importer

import (
	"maps"
	"slices"
)

// Preset knows the export of another program by its headers and says where
// they go. What a preset leaves out is guessed as always.
type Preset struct {
	Name  string              // "hubspot"
	Kind  string              // what its rows are: "customers"
	Marks [][]string          // sets of headers; all of one of them make it known
	Goes  map[string][]string // per column of the kind the headers that go there
}

// Label is the i18n key of the program's name.
func (p Preset) Label() string { return "import.preset." + p.Name }

// Recognise finds the preset whose export a header is. Those that know more of
// it win.
func Recognise(kind string, header []string) (Preset, bool) {
	have := map[string]bool{}
	for _, h := range header {
		have[plainHeader(h)] = true
	}
	best, most := Preset{}, 0
	for _, p := range slices.Concat(presets, presetKinds) {
		if p.Kind != kind {
			continue
		}
		for _, marks := range p.Marks {
			if n := len(marks); n > most && all(have, marks) {
				best, most = p, n
			}
		}
	}
	return best, most > 0
}

func all(have map[string]bool, headers []string) bool {
	for _, h := range headers {
		if !have[plainHeader(h)] {
			return false
		}
	}
	return true
}

// columns maps a header by the preset, "" where it says nothing.
func (p Preset) columns(header []string) map[int]string {
	known := map[string]string{}
	for column, headers := range p.Goes {
		for _, h := range headers {
			known[plainHeader(h)] = column
		}
	}
	out := map[int]string{}
	for i, h := range header {
		if to := known[plainHeader(h)]; to != "" {
			out[i] = to
		}
	}
	return out
}

// Presets lists the programs whose exports are known, each once.
func Presets() []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range presets {
		if !seen[p.Name] {
			seen[p.Name] = true
			out = append(out, p.Name)
		}
	}
	return out
}

func with(base map[string][]string, more map[string][]string) map[string][]string {
	out := maps.Clone(base)
	for k, v := range more {
		out[k] = append(append([]string{}, base[k]...), v...)
	}
	return out
}
