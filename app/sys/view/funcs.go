package view

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"regulars/app/kit/id"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
	"regulars/app/sys/i18n"
	"regulars/app/sys/markup"
)

// funcs are the words that templates may use. They depend on the language
// only; everything that depends on the reader (dates, links) is a method of
// Data or takes it, so that no function is swapped while pages are rendered.
func funcs(l *i18n.Locale, assets *Assets) template.FuncMap {
	return template.FuncMap{
		"t":        l.T,
		"tn":       func(key string, n any, args ...any) string { return l.T(key, append(args, "n", n)...) },
		"num":      l.Number,
		"decimal":  l.Decimal,
		"pct":      l.Percent,
		"country":  l.Country,
		"money":    func(v any, currency ...string) (string, error) { return moneyText(l, v, currency) },
		"estimate": l.Estimate,
		"icon":     func(name string, class ...string) template.HTML { return icon(assets, name, class) },
		"asset":    assets.URL,
		"hasAsset": assets.Has,
		"markdown": markup.HTML,
		"document": markup.Document,
		"chart":    draw,
		"sheet":    sheet,
		"avatar":   avatar,
		"initials": func(name any) string { return text.Initials(plainText(name)) },
		"hue":      func(name any) int { return text.Hue(plainText(name)) },
		"dict":     dict,
		"list":     func(items ...any) []any { return items },
		"default":  fallback,
		"join":     func(sep string, items []string) string { return strings.Join(items, sep) },
		"qs":       query,
		"link":     link,
		"once":     func() string { return id.Token(12) },
		"fielderr": func(d Data, name string) string { return d.Errors[name] },
		"selected": func(a, b any) template.HTMLAttr { return mark(a, b, "selected") },
		"checked":  func(a, b any) template.HTMLAttr { return mark(a, b, "checked") },
		"has":      has,
		"lower":    strings.ToLower,
	}
}

// icon draws a symbol of our sprite; it never carries meaning alone.
func icon(assets *Assets, name string, class []string) template.HTML {
	classes := strings.Join(append([]string{"ic"}, class...), " ")
	return template.HTML(`<svg class="` + template.HTMLEscapeString(classes) + `" aria-hidden="true"><use href="` +
		template.HTMLEscapeString(assets.URL("icons.svg")+"#i-"+name) + `"/></svg>`)
}

// avatar is the round sign of a name: its initials on its own colour. It is
// decoration; the name stands beside it. The classes are the template's own.
func avatar(name any, classes ...string) template.HTML {
	whose := plainText(name)
	return template.HTML(`<span class="` + strings.Join(append([]string{"av hue-" + strconv.Itoa(text.Hue(whose))}, classes...), " ") +
		`" aria-hidden="true">` + template.HTMLEscapeString(text.Initials(whose)) + `</span>`)
}

// drawing is a chart: plain numbers that know their own picture.
type drawing interface{ SVG() template.HTML }

func draw(v drawing) template.HTML {
	if v == nil {
		return ""
	}
	return v.SVG()
}

// moneyText takes an Amount, or minor units and a currency.
func moneyText(l *i18n.Locale, v any, currency []string) (string, error) {
	v = plain(v)
	if v == nil {
		return "", nil
	}
	if amount, ok := v.(money.Amount); ok {
		return l.Money(amount.Minor, amount.Currency), nil
	}
	minor := reflect.ValueOf(v)
	if !minor.CanInt() || len(currency) != 1 {
		return "", fmt.Errorf("money wants an amount, or minor units and a currency; got %T and %d more", v, len(currency))
	}
	return l.Money(minor.Int(), currency[0]), nil
}

// dict makes the argument of a partial from names and values.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict wants names and values in pairs")
	}
	d := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict wants a name, got %v", pairs[i])
		}
		d[name] = pairs[i+1]
	}
	return d, nil
}

// fallback is value unless it is empty: {{default "–" .Phone}}.
func fallback(instead, value any) any {
	if truth, ok := template.IsTrue(value); ok && truth {
		return value
	}
	return instead
}

// query is the current query string with changes; an empty value removes its
// name. Any change of a list starts it at its beginning, so the cursor goes
// unless it is what changes.
func query(d Data, changes ...any) (string, error) {
	if len(changes)%2 != 0 {
		return "", errors.New("qs wants names and values in pairs")
	}
	values := url.Values{}
	for name, list := range d.Query {
		if name != "cursor" {
			values[name] = append([]string(nil), list...)
		}
	}
	for i := 0; i < len(changes); i += 2 {
		name, value := fmt.Sprint(changes[i]), fmt.Sprint(changes[i+1])
		values.Del(name)
		if value != "" {
			values.Set(name, value)
		}
	}
	return "?" + values.Encode(), nil
}

// link is a path with a query that is encoded already. Written out as
// {{path}}?{{query}} the template would encode it once more, and the page
// would be asked for a filter of no known name.
func link(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// mark gives the attribute when both values print alike, so that a form's text
// can be compared with a number or a named type.
func mark(a, b any, attribute string) template.HTMLAttr {
	if fmt.Sprint(plain(a)) == fmt.Sprint(plain(b)) {
		return template.HTMLAttr(attribute)
	}
	return ""
}

// has tells whether a list holds a value, compared as text.
func has(list any, value any) bool {
	items := reflect.ValueOf(list)
	if items.Kind() != reflect.Slice && items.Kind() != reflect.Array {
		return false
	}
	for i := range items.Len() {
		if fmt.Sprint(items.Index(i).Interface()) == fmt.Sprint(value) {
			return true
		}
	}
	return false
}
