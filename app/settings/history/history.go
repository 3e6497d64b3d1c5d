// Package history shows what was changed, by whom and when, and takes it back:
// the undo journal for everyone about their own changes, the audit log for
// those who answer for the shop. It reads what sys/journal recorded; taking
// back is a change of its own and can be taken back too.
package history

import (
	"regexp"
	"slices"
	"strings"

	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// Entry is a change in a list.
type Entry struct {
	journal.Set
	field.Row
}

// Detail is one change with its rows.
type Detail struct {
	journal.Set
	Size      int  // rows in all sets of the action
	Grouped   bool // it consists of several sets, such as an import
	Changes   []Change
	More      bool // there are further rows
	Undoable  bool // by this actor, now
	Conflicts map[int64]string
}

// Change is one row of it. Name is what the row is called, "" when it has no
// name.
type Change struct {
	journal.Row
	Name     string
	Conflict string // why undo would leave this row alone: changed, gone, taken, hidden
	Since    Since  // who changed it since, for conflicts
	// Current is what a row holds now that was changed again: undo sets it back
	// only when told to. nil for all others.
	Current map[string]any
}

// Since is the latest later change of a row.
type Since struct {
	Set    int64   `db:"set_id"`
	At     db.Time `db:"at"`
	UserID db.ID   `db:"user_id"`
	Op     string  `db:"op"`
}

// hidden columns prove who somebody is or open something.
var (
	hidden = regexp.MustCompile(`(^|_)(secret|token|password|hash|salt)($|_)`)
	sealed = regexp.MustCompile(`v1:[0-9a-f]{8}:[A-Za-z0-9_-]+`)
)

const dots = "•••"

// mask keeps secrets out of what a person or program is shown, and from some what
// products cost.
func mask(rows []journal.Row, actor *auth.Actor) {
	veiled := actor.Masked()
	for i := range rows {
		slices.SortFunc(rows[i].Fields, func(a, b journal.Field) int { return strings.Compare(a.Name, b.Name) })
		for k := range rows[i].Fields {
			f := &rows[i].Fields[k]
			f.Old, f.New = masked(f.Name, f.Old), masked(f.Name, renewed(f.Name, f.Old, f.New))
			if rows[i].Table == "product" && f.Name == "cost" && !actor.Can("product.cost") {
				f.Old, f.New = masked("secret", f.Old), masked("secret", f.New)
			}
			if veiled && veils[rows[i].Table] {
				f.Old, f.New = veil(f.Name, f.Old), veil(f.Name, f.New)
			}
		}
	}
}

// veils are the tables with numbers, addresses and WeChat names of customers.
var veils = map[string]bool{"customer_phone": true, "customer_email": true, "customer": true, "contact": true}

// veil masks a number, an address or a WeChat name for roles that see them so.
func veil(column string, v any) any {
	s, ok := v.(string)
	switch {
	case !ok || s == "":
		return v
	case column == "email":
		return text.MaskEmail(s)
	case column == "raw" || column == "e164" || column == "ext":
		return phone.Mask(s)
	case column == "wechat":
		return text.Mask(s)
	}
	return v
}

// renewed is what came after, with a mark on every sealed text that was not there
// before: masked, both would look the same.
func renewed(column string, before, after any) any {
	old, _ := before.(string)
	now, ok := after.(string)
	if !ok || column != "fields" {
		return after
	}
	return sealed.ReplaceAllStringFunc(now, func(s string) string {
		if strings.Contains(old, s) {
			return s
		}
		return dots + "•"
	})
}

func masked(column string, v any) any {
	if v == nil || v == "" {
		return v
	}
	if hidden.MatchString(column) {
		return dots
	}
	if text, ok := v.(string); ok {
		return sealed.ReplaceAllString(text, dots)
	}
	return v
}

// Forcible tells whether the row can be set back although it was changed again.
func (c Change) Forcible() bool { return c.Conflict == "changed" && c.Op == "U" && c.Current != nil }

// nounOf is the permission's noun that a table or operation belongs to:
// "order_line" and "order.update" belong to "order" when "order.write" exists.
func nounOf(name string, known map[string]bool) string {
	name, _, _ = strings.Cut(name, ".")
	for name != "" {
		if known[name+".write"] {
			return name
		}
		if flat := strings.ReplaceAll(name, "_", ""); known[flat+".write"] {
			return flat
		}
		i := strings.LastIndexByte(name, '_')
		if i < 0 {
			return ""
		}
		name = name[:i]
	}
	return ""
}
