package i18n

import (
	"cmp"
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

var countryNames = map[string]func() display.Namer{
	English: sync.OnceValue(func() display.Namer { return display.Regions(language.English) }),
	Chinese: sync.OnceValue(func() display.Namer { return display.Regions(language.SimplifiedChinese) }),
}

// Country is the name of the country behind an ISO code in the reader's
// language. Anything else, such as a district that somebody typed, comes back
// as it is.
func (l *Locale) Country(code string) string {
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return code
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return code
	}
	names := countryNames[l.tag]
	if names == nil {
		names = countryNames[English]
	}
	return cmp.Or(names().Name(region), code)
}

// SortCountries orders ISO codes by their names, as the reader's language
// orders words.
func (l *Locale) SortCountries(codes []string) []string {
	out := slices.Clone(codes)
	order := collate.New(language.Make(l.tag))
	slices.SortFunc(out, func(a, b string) int { return order.CompareString(l.Country(a), l.Country(b)) })
	return out
}
