package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// A caller of a list may name the fields that it wants. They are taken out of
// the answer as it is written, so every list can do it; a name that no item can
// have is refused before anything is read.

// wanting is a List, wherever it is embedded.
type wanting interface{ wanted() []string }

func (l *List) wanted() []string {
	return strings.FieldsFunc(l.Fields, func(r rune) bool { return r == ',' || r == ' ' })
}

// Own tells the keys of the fields that the shop added to the records of a path,
// which fields= may then name.
func (a *API) Own(keys func(ctx context.Context, path string) ([]string, error)) { a.own = keys }

// trim keeps what in asks for of a list's answer, and refuses names that no item
// of the list has. The list was read before: whoever may not read it is told
// that, and nothing about names.
func (a *API) trim(ctx context.Context, path string, in, out any) error {
	l, ok := in.(wanting)
	if !ok || len(l.wanted()) == 0 {
		return nil
	}
	var known []string
	items, kept, ok := listIn(bodyOf(out))
	if ok {
		known = jsonNames(items.Type().Elem())
	}
	names := l.wanted()
	if a.own != nil && slices.Contains(known, "fields") && slices.ContainsFunc(names, isOwn) {
		keys, err := a.own(ctx, path)
		if err != nil {
			return a.problem(ctx, err)
		}
		for _, key := range keys {
			known = append(known, ownPrefix+key)
		}
	}
	var wrong []error
	for _, name := range names {
		if !slices.Contains(known, name) {
			wrong = append(wrong, &huma.ErrorDetail{Location: "query.fields", Message: "unknown field " + name})
		}
	}
	if len(wrong) > 0 {
		return newProblem(http.StatusUnprocessableEntity, "a parameter is wrong", wrong...)
	}
	kept.Set(reflect.ValueOf(only(names)))
	return nil
}

const ownPrefix = "fields."

func isOwn(name string) bool { return strings.HasPrefix(name, ownPrefix) }

// bodyOf is the body of what an operation answers, if it answers one.
func bodyOf(out any) reflect.Value {
	if v := reflect.Indirect(reflect.ValueOf(out)); v.IsValid() {
		return v.FieldByName("Body")
	}
	return reflect.Value{}
}

// listIn is the items of a list's answer, and where the names stand that the
// caller asked for.
func listIn(body reflect.Value) (items, names reflect.Value, ok bool) {
	body = reflect.Indirect(body)
	if body.Kind() != reflect.Struct {
		return items, names, false
	}
	names = body.FieldByName("Only")
	if !names.IsValid() || names.Type() != reflect.TypeFor[only]() {
		return items, names, false
	}
	return body.FieldByName("Items"), names, true
}

func jsonNames(t reflect.Type) []string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var out []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			out = append(out, name)
		}
	}
	return out
}

// trimmed is what is written instead of a list whose caller named fields.
func trimmed(_ huma.Context, _ string, v any) (any, error) {
	body := reflect.Indirect(reflect.ValueOf(v))
	items, asked, ok := listIn(body)
	if !ok || asked.Len() == 0 {
		return v, nil
	}
	names := asked.Interface().(only)
	out := Items[map[string]json.RawMessage]{Items: make([]map[string]json.RawMessage, 0, items.Len())}
	out.Next = body.FieldByName("Next").String()
	out.Total, _ = body.FieldByName("Total").Interface().(*int)
	for i := range items.Len() {
		one, err := cut(items.Index(i), names)
		if err != nil {
			return nil, fmt.Errorf("take fields out of a list: %w", err)
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

// cut is an item with its id and the fields of those names.
func cut(item reflect.Value, names []string) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(ownOnly(item, names))
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	for name := range all {
		wanted := name == "id" || slices.Contains(names, name) || name == "fields" && slices.ContainsFunc(names, isOwn)
		if !wanted {
			delete(all, name)
		}
	}
	return all, nil
}

// ownOnly is an item with those of the shop's own fields that were asked for.
func ownOnly(item reflect.Value, names []string) any {
	if item.Kind() != reflect.Struct || slices.Contains(names, "fields") {
		return item.Interface()
	}
	all := item.FieldByName("Fields")
	if !all.IsValid() {
		return item.Interface()
	}
	own, ok := all.Interface().(map[string]any)
	if !ok {
		return item.Interface()
	}
	kept := map[string]any{}
	for key, value := range own {
		if slices.Contains(names, ownPrefix+key) {
			kept[key] = value
		}
	}
	copied := reflect.New(item.Type()).Elem()
	copied.Set(item)
	copied.FieldByName("Fields").Set(reflect.ValueOf(kept))
	return copied.Interface()
}
