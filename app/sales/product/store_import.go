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
	sqlWithNames = db.SQL(`
		SELECT ` + columns + ` FROM product p WHERE p.name COLLATE NOCASE IN (SELECT value FROM json_each(?)) ORDER BY p.active DESC, p.id`)
)

// known are products by code and by name in small letters; of several of one
// name the one on offer stands first.
type known struct {
	byCode map[string]Product
	byName map[string][]Product
}

func newKnown() known { return known{map[string]Product{}, map[string][]Product{}} }

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
