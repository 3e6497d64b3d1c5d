package customer

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// A shop that never fills a field may hide it: it disappears from the form and
// the record, what it holds stays, and showing it again brings all of it back.

// Hideable are the fields of ours that may be hidden.
var Hideable = []string{"wechat", "address", "region", "source", "birthday", "language", "rhythm_days", "level", "notes", "external_id"}

const hiddenSetting = "customer.hidden"

// Hidden are the hidden fields by name; an added field goes as fields.key.
type Hidden map[string]bool

// HiddenFields reads which fields the shop hides.
func HiddenFields(ctx context.Context, q db.Q) (Hidden, error) {
	var names []string
	err := setting.Get(ctx, q, hiddenSetting, &names)
	out := Hidden{}
	for _, n := range names {
		out[n] = true
	}
	return out, err
}

// HideFields hides or shows fields, as one change.
func HideFields(ctx context.Context, tx *db.Tx, names []string, hide bool) error {
	now, err := HiddenFields(ctx, tx)
	if err != nil {
		return err
	}
	fields, err := custom.Of(ctx, tx, "customer")
	if err != nil {
		return err
	}
	for _, name := range names {
		if key, added := strings.CutPrefix(name, "fields."); added {
			f, ok := fields.Find(key)
			if !ok || f.Required && hide {
				return errs.New(errs.Invalid, "quality.error.field", "field", name)
			}
		} else if !slices.Contains(Hideable, name) {
			return errs.New(errs.Invalid, "quality.error.field", "field", name)
		}
		if now[name] = hide; !hide {
			delete(now, name)
		}
	}
	list := make([]string, 0, len(now))
	for name := range now {
		list = append(list, name)
	}
	slices.Sort(list)
	return setting.Put(ctx, tx, hiddenSetting, list)
}

// keep takes what a form did not ask for from the record as it is.
func (h Hidden) keep(f *Form, now Form) {
	for name, put := range map[string]func(){
		"wechat": func() { f.WeChat = now.WeChat }, "address": func() { f.Address = now.Address }, "region": func() { f.Region = now.Region },
		"source": func() { f.Source = now.Source }, "language": func() { f.Language = now.Language }, "rhythm_days": func() { f.RhythmDays = now.RhythmDays },
		"level": func() { f.Level = now.Level }, "notes": func() { f.Notes = now.Notes },
		"birthday":    func() { f.Birthday, f.BirthdayLunar = now.Birthday, now.BirthdayLunar },
		"external_id": func() { f.ExternalID, f.external = now.ExternalID, now.external },
	} {
		if h[name] {
			put()
		}
	}
}

// asked leaves the hidden ones out of the added fields of a form.
func (h Hidden) asked(list []custom.Asked) []custom.Asked {
	return slices.DeleteFunc(list, func(a custom.Asked) bool { return h[a.Input()] })
}

// told leaves the hidden ones out of what a page tells.
func (h Hidden) told(set custom.Set) custom.Set {
	return slices.DeleteFunc(slices.Clone(set), func(f custom.Field) bool { return h[f.Input()] })
}
