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

// trimming is the answer of a list.
type trimming interface {
	known() []string
	keep(names []string)
}

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
	answer, ok := out.(trimming)
	if ok {
		known = answer.known()
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
	answer.keep(names)
	return nil
}

const ownPrefix = "fields."

func isOwn(name string) bool { return strings.HasPrefix(name, ownPrefix) }

func (b *Body[T]) known() []string {
	if t, ok := any(&b.Body).(trimming); ok {
		return t.known()
	}
	return nil
}

func (b *Body[T]) keep(names []string) {
	if t, ok := any(&b.Body).(trimming); ok {
		t.keep(names)
	}
}

func (i *Items[T]) keep(names []string) { i.only = names }

func (i *Items[T]) known() []string { return jsonNames(reflect.TypeFor[T]()) }

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
	if t, ok := v.(interface{ cut() (any, error) }); ok {
		return t.cut()
	}
	return v, nil
}

func (i Items[T]) cut() (any, error) {
	if len(i.only) == 0 {
		return i, nil
	}
	out := Items[map[string]json.RawMessage]{Items: make([]map[string]json.RawMessage, 0, len(i.Items)), Next: i.Next, Total: i.Total}
	for _, item := range i.Items {
		one, err := only(item, i.only)
		if err != nil {
			return nil, fmt.Errorf("take fields out of a list: %w", err)
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

// only is an item with its id and the fields of those names.
func only[T any](item T, names []string) (map[string]json.RawMessage, error) {
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
func ownOnly[T any](item T, names []string) T {
	v := reflect.ValueOf(&item).Elem()
	if v.Kind() != reflect.Struct || slices.Contains(names, "fields") {
		return item
	}
	all := v.FieldByName("Fields")
	if !all.IsValid() {
		return item
	}
	own, ok := all.Interface().(map[string]any)
	if !ok {
		return item
	}
	cut := map[string]any{}
	for key, value := range own {
		if slices.Contains(names, ownPrefix+key) {
			cut[key] = value
		}
	}
	all.Set(reflect.ValueOf(cut))
	return item
}
