package custom

import (
	"math"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
)

// Limits of values.
const (
	maxLine  = 500
	maxLong  = 20_000
	maxMulti = 50
)

func (f Field) limit() int {
	if f.Kind == Long {
		return maxLong
	}
	return maxLine
}

// parse reads what was typed; nil is nothing, key names a fault.
func (f Field) parse(said []string, currency string) (value any, key string) {
	if f.Kind == Multi {
		return f.several(said)
	}
	line := ""
	if len(said) > 0 {
		line = text.Line(said[0])
	}
	if f.Kind == Long && len(said) > 0 {
		line = text.Block(said[0])
	}
	switch {
	case f.Kind == Computed:
		return nil, "customfield.error.computed"
	case line == "":
		return nil, ""
	case len([]rune(line)) > f.limit():
		return nil, "error.long"
	case f.Sensitive && strings.Contains(line, Mask[:len("•")]):
		return nil, "customfield.error.mask"
	}
	return f.one(line, currency)
}

func (f Field) one(line, currency string) (any, string) {
	switch f.Kind {
	case Number:
		n, err := strconv.ParseFloat(strings.ReplaceAll(text.Fold(line), ",", ""), 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) || math.Abs(n) > 1e15 {
			return nil, "error.number"
		}
		return n, ""
	case Money:
		n, err := money.Parse(line, currency)
		if err != nil {
			return nil, "error.money"
		}
		return float64(n), ""
	case Date:
		d, err := cal.ParseDate(line)
		if err != nil {
			return nil, "error.date"
		}
		return string(d), ""
	case Bool:
		return yes(line)
	case Choice:
		if !slices.Contains(f.Choices, line) {
			return nil, "error.choice"
		}
	case Phone:
		if !strings.ContainsAny(text.Fold(line), "0123456789") {
			return nil, "error.phone"
		}
	case Email:
		if a, err := mail.ParseAddress(line); err != nil || a.Address != line {
			return nil, "error.email"
		}
	case Link:
		if u, err := url.Parse(line); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, "error.link"
		}
	case Person, Customer:
		id := idIn(line) // resolve has made ids of names
		if id == 0 {
			return nil, "error.choice"
		}
		return float64(id), ""
	}
	return line, ""
}

// yes reads a yes or no as forms, files and the API write it.
func yes(line string) (any, string) {
	switch strings.ToLower(line) {
	case "1", "true", "yes", "y", "on", "x", "是", "有", "对":
		return true, ""
	case "0", "false", "no", "n", "off", "否", "无", "没有":
		return false, ""
	}
	return nil, "error.choice"
}

func (f Field) several(said []string) (any, string) {
	var out []string
	for _, words := range said {
		for _, w := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(",;，；、\n", r) }) {
			if w = text.Line(w); w != "" && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	if len(out) == 0 {
		return nil, ""
	}
	if len(out) > maxMulti {
		return nil, "error.choice"
	}
	for _, w := range out {
		if !slices.Contains(f.Choices, w) {
			return nil, "error.choice"
		}
	}
	return out, ""
}
