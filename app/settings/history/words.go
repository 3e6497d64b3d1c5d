// The rows of a change in the reader's language: tables and columns have
// names, people too, moments and amounts are written as everywhere else.

package history

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
)

type words struct {
	locale   *i18n.Locale
	people   map[int64]string
	currency string
	added    func(table string, v custom.Values) (custom.Record, bool) // the shop's own fields; nil knows none
}

// own says of the shop's own fields which ones changed; ok is false where the
// column can only be shown as it is.
func (w words) own(c Change, f journal.Field) (out []fieldView, ok bool) {
	if w.added == nil {
		return nil, false
	}
	read := func(stored any) (custom.Record, bool) {
		var values custom.Values
		if text, is := stored.(string); is && values.Scan(text) != nil {
			return custom.Record{}, false
		}
		return w.added(c.Table, values)
	}
	before, ok := read(f.Old)
	after, ok2 := read(f.New)
	now, ok3 := after, true
	if current, again := c.Current[f.Name]; again {
		now, ok3 = read(current)
	}
	if !ok || !ok2 || !ok3 {
		return nil, false
	}
	for _, f := range after.Set {
		if !f.Stored() || reflect.DeepEqual(before.Values[f.Slot()], after.Values[f.Slot()]) {
			continue
		}
		was, _ := before.TellOne(f, w.locale)
		is, _ := after.TellOne(f, w.locale)
		told := fieldView{Label: f.Name(w.locale.Tag()), Old: was.Text, New: is.Text}
		if !reflect.DeepEqual(now.Values[f.Slot()], after.Values[f.Slot()]) {
			stands, _ := now.TellOne(f, w.locale)
			told.Now = cmp.Or(stands.Text, w.locale.T("history.empty_now"))
		}
		out = append(out, told)
	}
	return out, true
}

// rowKinds are the i18n keys of what happened to a row.
var rowKinds = map[string]string{"I": "history.row.added", "U": "history.row.changed", "D": "history.row.deleted"}

func (w words) row(c Change) rowView {
	v := rowView{ID: c.Row.Change, Name: c.Name, Table: w.named("table."+c.Table, c.Table), What: rowKinds[c.Op], Blocked: c.Conflict != "", Force: c.Forcible()}
	if v.Name == "" {
		v.Name = fmt.Sprintf("%d", c.ID)
	}
	for _, f := range c.Fields {
		if dull(f.Name) || c.Op == "D" && (f.Old == nil || f.Old == "") {
			continue
		}
		if f.Name == "fields" {
			if own, ok := w.own(c, f); ok {
				v.Fields = append(v.Fields, own...)
				continue
			}
		}
		told := fieldView{Label: w.label(c.Table, f.Name), Old: w.value(c.Table, f.Name, f.Old), New: w.value(c.Table, f.Name, f.New)}
		if now, ok := c.Current[f.Name]; ok && !reflect.DeepEqual(now, f.New) {
			told.Now = cmp.Or(w.value(c.Table, f.Name, now), w.locale.T("history.empty_now"))
		}
		v.Fields = append(v.Fields, told)
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

// dull columns say nothing to a person: they move with every save, order rows,
// or are what programs find things by.
func dull(column string) bool {
	switch column {
	case "id", "version", "created_at", "updated_at", "sort_key", "name_key", "words",
		"token_hash", "nonce", "sha256", "period_key", "event_key", "source_key", "revision", "data", "fingerprint", "payload", "alerted", "team_alerted", "clock_at":
		return true
	}
	return false
}

// Label is the i18n key of a column's name: the table's own, else the one that
// all tables share. Internal columns have none and need none; for others ok is
// false when nobody named them.
func Label(l *i18n.Locale, table, column string) (key string, ok bool) {
	if dull(column) {
		return "", true
	}
	for _, key := range []string{"column." + table + "." + column, "column." + column} {
		if l.Has(key) {
			return key, true
		}
	}
	return "column." + column, false
}

func (w words) label(table, column string) string {
	key, ok := Label(w.locale, table, column)
	if !ok || key == "" {
		return column
	}
	return w.locale.T(key)
}

func (w words) named(key, fallback string) string {
	if w.locale.Has(key) {
		return w.locale.T(key)
	}
	return fallback
}

// amounts are columns of minor units.
var amounts = map[string]bool{"price": true, "unit_price": true, "total": true, "amount": true}

// flags are columns of yes and no.
var flags = map[string]bool{"active": true, "allowed": true, "birthday_lunar": true, "is_primary": true, "pinned": true, "red": true,
	"shortcuts": true, "told": true}

// nouns begin the i18n keys of what a table's words mean; other tables use
// their own name.
var nouns = map[string]string{"order_head": "order", "feedback_case": "feedback", "feedback_event": "feedback", "survey_invitation": "invitation"}

// choices are columns that hold one of a few words of ours.
var choices = map[string]bool{"status": true, "state": true, "kind": true, "channel": true, "purpose": true, "basis": true, "reach": true,
	"method": true, "outcome": true, "theme": true, "density": true}

// word is a stored word as pages write it: "confirmed" is "Confirmed".
func (w words) word(table, column, stored string) string {
	noun := nouns[table]
	if noun == "" {
		noun = table
	}
	column = strings.TrimPrefix(strings.TrimPrefix(column, "from_"), "to_")
	if !choices[column] {
		return stored
	}
	return w.named(noun+"."+column+"."+stored, stored)
}

func (w words) value(table, column string, v any) string {
	switch t := v.(type) {
	case nil:
		return ""
	case int64:
		switch {
		case amounts[column]:
			return w.locale.Money(t, w.currency)
		case flags[column] && t == 1:
			return w.locale.T("common.yes")
		case flags[column] && t == 0:
			return w.locale.T("common.no")
		case column == "quantity":
			return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", float64(t)/1000), "0"), ".")
		case strings.HasSuffix(column, "_at") && t > 1e11:
			return w.locale.DateTime(time.UnixMilli(t))
		case column == "user_id" || column == "owner_id" || column == "created_by" || column == "creator_id" || column == "done_by":
			if name := w.people[t]; name != "" {
				return name
			}
		}
		return fmt.Sprint(t)
	case string:
		if utf8.RuneCountInString(t) > 200 {
			return string([]rune(t)[:200]) + "…"
		}
		if day, err := w.locale.ParseDay(t); err == nil && strings.HasSuffix(column, "_on") {
			return w.locale.Date(day)
		}
		return w.word(table, column, t)
	}
	return fmt.Sprint(v)
}
