package custom

import (
	"slices"
	"strconv"
	"strings"
)

// What the API says about fields comes as JSON. A value that is no text carries
// its shape as its first word until it meets its field, which takes some shapes
// and not others: an object is never stored as a text.

// The shapes; no form and no file can hold their first sign.
const (
	shapeNumber = "\x00number"
	shapeBool   = "\x00bool"
	shapeList   = "\x00list"
	shapeAmount = "\x00amount"
	shapeID     = "\x00id"
	shapeOther  = "\x00other"
)

var shapes = map[string][]string{
	Number:   {shapeNumber},
	Money:    {shapeNumber, shapeAmount},
	Bool:     {shapeBool},
	Multi:    {shapeList},
	Person:   {shapeNumber, shapeID},
	Customer: {shapeNumber, shapeID},
}

// FromJSON reads what the API says: text, number, true or false, a list of
// texts, or null. Objects are read as the API shows them: an amount, a person or
// customer by id, and a masked value, which stays as it is.
func FromJSON(in map[string]any) Typed {
	if in == nil {
		return nil
	}
	out := Typed{}
	for key, value := range in {
		switch v := value.(type) {
		case nil:
			out[key] = nil
		case string:
			out[key] = []string{v}
		case bool:
			out[key] = []string{shapeBool, strconv.FormatBool(v)}
		case float64:
			out[key] = []string{shapeNumber, strconv.FormatFloat(v, 'f', -1, 64)}
		case []any:
			out[key] = texts(v)
		case map[string]any:
			out[key] = object(v)
		default:
			out[key] = []string{shapeOther}
		}
	}
	return out
}

func texts(list []any) []string {
	out := []string{shapeList}
	for _, one := range list {
		text, ok := one.(string)
		if !ok {
			return []string{shapeOther}
		}
		out = append(out, text)
	}
	return out
}

func object(v map[string]any) []string {
	if amount, ok := v["amount"].(string); ok {
		return []string{shapeAmount, amount}
	}
	if id, ok := v["id"].(float64); ok {
		return []string{shapeID, "#" + strconv.FormatFloat(id, 'f', -1, 64)}
	}
	if v["masked"] == true {
		return []string{Mask}
	}
	return []string{shapeOther}
}

// fit takes the shapes off, and names the fields that do not take theirs.
func (s Set) fit(typed Typed) (out Typed, misfits []string) {
	out = Typed{}
	for key, said := range typed {
		out[key] = said
		if len(said) == 0 || !strings.HasPrefix(said[0], "\x00") {
			continue
		}
		out[key] = said[1:]
		f, ok := s.Find(key)
		if ok && f.Kind != Computed && !slices.Contains(shapes[f.Kind], said[0]) {
			misfits = append(misfits, key)
			delete(out, key)
		}
	}
	return out, misfits
}
