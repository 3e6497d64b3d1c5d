package product

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"regulars/app/sys/db"
)

var (
	sqlWithCodes = db.SQL(`SELECT ` + columns + ` FROM product p WHERE p.code IN (SELECT value FROM json_each(?))`)
	sqlClosed    = db.SQL(`
		SELECT ` + columns + ` FROM product p WHERE replace(replace(lower(p.name), ' ', ''), '-', '') IN (SELECT value FROM json_each(?)) ORDER BY p.active DESC, p.id`)
	sqlWithNames = db.SQL(`
		SELECT ` + columns + ` FROM product p WHERE p.name COLLATE NOCASE IN (SELECT value FROM json_each(?)) ORDER BY p.active DESC, p.id`)
)

// known are products by code and by name in small letters; of several of one
// name the one on offer stands first.
type known struct {
	byCode map[string]Product
	byName map[string][]Product
	closed map[string][]Product // by name without spaces and hyphens
}

func newKnown() known {
	return known{map[string]Product{}, map[string][]Product{}, map[string][]Product{}}
}

var gaps = strings.NewReplacer(" ", "", "-", "")

// closedUp is a name as product_closed holds it: GTXPro is GTX Pro.
func closedUp(name string) string { return gaps.Replace(strings.ToLower(name)) }

func (k known) add(p Product) {
	if p.Code != "" {
		k.byCode[string(p.Code)] = p
	}
	name := strings.ToLower(p.Name)
	for i, have := range k.byName[name] {
		if have.ID == p.ID && p.ID != virtual {
			k.byName[name][i] = p
			return
		}
	}
	k.byName[name] = append(k.byName[name], p)
	k.closed[closedUp(name)] = append(k.closed[closedUp(name)], p)
}

// alike finds the products whose names differ from these only by spaces and
// hyphens.
func (k known) alike(ctx context.Context, q db.Q, names map[string]bool) error {
	var missing []string
	for name := range names {
		if name != "" && len(k.byName[strings.ToLower(name)]) == 0 {
			missing = append(missing, closedUp(name))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	words, err := json.Marshal(missing)
	if err != nil {
		return fmt.Errorf("look for products: %w", err)
	}
	var list []Product
	if err := q.Select(ctx, &list, sqlClosed, string(words)); err != nil {
		return fmt.Errorf("look for products: %w", err)
	}
	for _, p := range list {
		if len(k.byName[strings.ToLower(p.Name)]) == 0 {
			k.add(p)
		}
	}
	return nil
}

// lookUp finds the products that have these codes or names, with two queries.
func lookUp(ctx context.Context, q db.Q, codes, names map[string]bool) (known, error) {
	found := newKnown()
	for _, look := range []struct {
		query string
		words map[string]bool
	}{{sqlWithCodes, codes}, {sqlWithNames, names}} {
		words, err := json.Marshal(slices.Sorted(maps.Keys(look.words)))
		if err != nil {
			return found, fmt.Errorf("look for products: %w", err)
		}
		var list []Product
		if err := q.Select(ctx, &list, look.query, string(words)); err != nil {
			return found, fmt.Errorf("look for products: %w", err)
		}
		for _, p := range list {
			found.add(p)
		}
	}
	return found, nil
}
