package business

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// Pack is what fits a trade on the first day: words to begin with and habits
// that can be changed later.
type Pack struct {
	Name  string           `json:"name"` // its title is the i18n key "pack." + Name
	Icon  string           `json:"icon"`
	Words map[string]Words `json:"words"` // by language
	// AskAfterDays is when "how was it?" is due after an order; 0 = never.
	AskAfterDays int `json:"ask_after_days"`
	// KeepInTouchDays is the rhythm per customer level, A to D; 0 = none.
	KeepInTouchDays map[string]int `json:"keep_in_touch_days"`
	// NPSEveryDays and CSATAfterDays are the cadence of the two ready surveys.
	NPSEveryDays  int `json:"nps_every_days"`
	CSATAfterDays int `json:"csat_after_days"`
}

// Words are a pack's texts in one language.
type Words struct {
	Tags  []string `json:"tags"`
	Units []string `json:"units"`
	NPS   Question `json:"nps"`
	CSAT  Question `json:"csat"`
}

// Question is a survey's text; {business} stands for the shop's name. The
// follow-up depends on the band of the answer.
type Question struct {
	Ask    string `json:"ask"`
	High   string `json:"high"`
	Middle string `json:"middle"`
	Low    string `json:"low"`
}

//go:embed packs.json
var packsJSON []byte

var packs = func() []Pack {
	var list []Pack
	if err := json.Unmarshal(packsJSON, &list); err != nil {
		panic(fmt.Sprintf("business: packs.json is broken: %v", err)) // part of the program, tested
	}
	return list
}()

// Packs lists the starter packs in the order in which they are offered.
func Packs() []Pack { return packs }

// PackNamed finds a pack; "empty" has texts for surveys but no tags.
func PackNamed(name string) (Pack, bool) {
	for _, p := range packs {
		if p.Name == name {
			return p, true
		}
	}
	return Pack{}, false
}

// In gives the pack's words in a language, English when it has no others.
func (p Pack) In(locale string) Words {
	if w, ok := p.Words[locale]; ok {
		return w
	}
	return p.Words["en"]
}
