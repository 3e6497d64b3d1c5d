// Package i18n speaks the reader's language. Every sentence of the product is
// a flat key in assets/i18n/<tag>.json; a Locale turns keys, dates,
// numbers and money into text. Nothing here changes after Load, so one Bundle
// serves every request at once.
package i18n

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"sync"
	"time"

	"golang.org/x/text/language"
)

// The languages the product speaks. English is the fallback of every other.
const (
	English = "en"
	Chinese = "zh-CN"
)

// Tags lists the languages in the order in which they are offered.
func Tags() []string { return []string{English, Chinese} }

// Bundle holds the catalogues of every language.
type Bundle struct {
	catalogues map[string]map[string]string

	mu      sync.Mutex
	missing map[string]int
}

// Load reads i18n/<tag>.json for every language from the assets folder.
func Load(assets fs.FS) (*Bundle, error) {
	b := &Bundle{catalogues: map[string]map[string]string{}, missing: map[string]int{}}
	for _, tag := range Tags() {
		catalogue, err := loadLanguage(assets, tag)
		if err != nil {
			return nil, err
		}
		b.catalogues[tag] = catalogue
	}
	return b, nil
}

func loadLanguage(assets fs.FS, tag string) (map[string]string, error) {
	raw, err := fs.ReadFile(assets, "i18n/"+tag+".json")
	if err != nil {
		return nil, fmt.Errorf("read the catalogue of %s: %w", tag, err)
	}
	catalogue, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("read the catalogue of %s: %w", tag, err)
	}
	return catalogue, nil
}

// parse reads one flat object and refuses a key that stands in it twice, which
// encoding/json would silently let pass.
func parse(raw []byte) (map[string]string, error) {
	catalogue := map[string]string{}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.Join(errors.New("not an object of texts"), err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		text, err := dec.Token()
		if err != nil {
			return nil, err
		}
		k, _ := key.(string) // the decoder lets nothing else be a key
		v, isText := text.(string)
		if !isText {
			return nil, fmt.Errorf("key %v is not a text", key)
		}
		if _, twice := catalogue[k]; twice {
			return nil, fmt.Errorf("key %q is written twice", k)
		}
		catalogue[k] = v
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	return catalogue, nil
}

// For gives the locale of a language tag, English when the tag is not ours.
// Its times are UTC until In says otherwise.
func (b *Bundle) For(tag string) *Locale {
	if _, ok := b.catalogues[tag]; !ok {
		tag = English
	}
	return &Locale{bundle: b, tag: tag, zone: time.UTC, style: styles[tag]}
}

// Keys lists every key of a language, sorted; tests and doctor compare them.
func (b *Bundle) Keys(tag string) []string {
	keys := make([]string, 0, len(b.catalogues[tag]))
	for key := range b.catalogues[tag] {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// Missing tells which keys were asked for in vain and how often.
func (b *Bundle) Missing() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(map[string]int, len(b.missing))
	for key, n := range b.missing {
		out[key] = n
	}
	return out
}

func (b *Bundle) countMissing(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.missing) < 1000 { // a key made from foreign text must not grow memory for ever
		b.missing[key]++
	}
}

// lookup finds the text in the language itself, else in English.
func (b *Bundle) lookup(tag, key string) (string, bool) {
	if text, ok := b.catalogues[tag][key]; ok {
		return text, true
	}
	text, ok := b.catalogues[English][key]
	return text, ok
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

// Negotiate picks our language for an Accept-Language header, or English.
func Negotiate(acceptLanguage string) string {
	if len(acceptLanguage) > 500 {
		return English
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return English
	}
	_, index, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		return English
	}
	return Tags()[index]
}
