// The rows of a change in the reader's language: tables and columns have
// names, people too, moments and amounts are written as everywhere else.

package history

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"regulars/app/sys/i18n"
)

type words struct {
	locale   *i18n.Locale
	people   map[int64]string
	currency string
}

// rowKinds are the i18n keys of what happened to a row.
var rowKinds = map[string]string{"I": "history.row.added", "U": "history.row.changed", "D": "history.row.deleted"}

func (w words) row(c Change) rowView {
	v := rowView{ID: c.Row.Change, Name: c.Name, Table: w.named("table."+c.Table, c.Table), What: rowKinds[c.Op], Blocked: c.Conflict != ""}
	if v.Name == "" {
		v.Name = fmt.Sprintf("%d", c.ID)
	}
	for _, f := range c.Fields {
		if dull(f.Name) || c.Op == "D" && (f.Old == nil || f.Old == "") {
			continue
		}
		v.Fields = append(v.Fields, fieldView{w.named("column."+c.Table+"."+f.Name, w.named("column."+f.Name, f.Name)), w.value(f.Name, f.Old), w.value(f.Name, f.New)})
	}
	if c.Conflict != "" {
		v.Since = w.since(c)
	}
	return v
}

func (w words) since(c Change) string {
	reason := w.locale.T("history.conflict." + c.Conflict)
	who := w.people[int64(c.Since.UserID)]
	if who == "" {
		return reason
	}
	return reason + " " + w.locale.T("history.since", "who", who, "when", w.locale.DateTime(c.Since.At.Time))
}

// dull columns say nothing to a person.
func dull(column string) bool {
	switch column {
	case "id", "version", "created_at", "updated_at", "sort_key", "name_key", "words":
		return true
	}
	return false
}

func (w words) named(key, fallback string) string {
	if w.locale.Has(key) {
		return w.locale.T(key)
	}
	return fallback
}

// amounts are columns of minor units.
var amounts = map[string]bool{"price": true, "unit_price": true, "total": true, "amount": true}

func (w words) value(column string, v any) string {
	switch t := v.(type) {
	case nil:
		return ""
	case int64:
		switch {
		case amounts[column]:
			return w.locale.Money(t, w.currency)
		case column == "quantity":
			return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", float64(t)/1000), "0"), ".")
		case strings.HasSuffix(column, "_at") && t > 1e11:
			return w.locale.DateTime(time.UnixMilli(t))
		case column == "user_id" || column == "owner_id" || column == "created_by":
			if name := w.people[t]; name != "" {
				return name
			}
		}
		return fmt.Sprint(t)
	case string:
		if utf8.RuneCountInString(t) > 200 {
			return string([]rune(t)[:200]) + "…"
		}
		return t
	}
	return fmt.Sprint(v)
}
