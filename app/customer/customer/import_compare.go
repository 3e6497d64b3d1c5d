package customer

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// A customer who is here beside what a row says: which fields differ, and which
// of the two a person has chosen.

// side is one field of a customer and of a row, under the column's name.
type side struct {
	column   string
	old, new *string
}

func sides(old, in *Input) []side {
	return []side{{"name", &old.Name, &in.Name}, {"external_id", &old.ExternalID, &in.ExternalID}, {"wechat", &old.WeChat, &in.WeChat},
		{"address", &old.Address, &in.Address}, {"region", &old.Region, &in.Region}, {"source", &old.Source, &in.Source},
		{"level", &old.Level, &in.Level}, {"birthday", &old.Birthday, &in.Birthday}, {"notes", &old.Notes, &in.Notes}}
}

// chosen is what of a row is to be written into a customer.
func (w *importWork) chosen(line int, old, in Input) Input {
	for _, s := range sides(&old, &in) {
		if !w.o.Takes(line, s.column, *s.old == "") {
			*s.new = ""
		}
	}
	if !w.o.Takes(line, "phone", len(old.Phones) == 0) {
		in.Phones = nil
	}
	if !w.o.Takes(line, "email", len(old.Emails) == 0) {
		in.Emails = nil
	}
	if !w.o.Takes(line, "tags", len(old.Tags) == 0) {
		in.Tags = nil
	}
	if !w.o.Takes(line, "owner_email", old.OwnerID == 0) {
		in.OwnerID = 0
	}
	return in
}

// Compare implements importer.Comparer.
func (w *importWork) Compare(ctx context.Context, tx *db.Tx, r *importer.Record) (*importer.Pair, error) {
	in := w.inputs[r]
	keys := keysOf(in, w.numbers[r])
	id, err := w.match(in, keys)
	if err != nil || id == 0 || in.Validate() != nil { // told as a problem of the row
		return nil, nil
	}
	c, err := get(auth.As(ctx, "import"), tx, auth.From(ctx).Scope(), id)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	old := c.Input()
	in = c.unmasked(ctx, in)
	c.veil(ctx)
	shown := c.Input()
	p := &importer.Pair{ID: id, Title: c.Name, Known: w.knownBy(id, keys)}
	for _, s := range sides(&old, &in) {
		if *s.new != "" && *s.new != *s.old {
			p.Fields = append(p.Fields, importer.PairField{Column: s.column, Here: shownHere(shown, s), File: *s.new})
		}
	}
	adds := func(column string, here, more []string) {
		if len(more) > 0 {
			p.Fields = append(p.Fields, importer.PairField{Column: column, Here: strings.Join(here, ", "), File: strings.Join(more, ", "), Adds: len(here) > 0})
		}
	}
	adds("phone", raws(shown.Phones), raws(newPhones(old.Phones, in.Phones, w.business.Region)))
	adds("email", shown.Emails, newWords(old.Emails, in.Emails))
	adds("tags", old.Tags, newWords(old.Tags, in.Tags))
	return p, nil
}

// shownHere is what a side says as the actor sees it.
func shownHere(shown Input, s side) string {
	if s.column == "wechat" {
		return shown.WeChat
	}
	return *s.old
}

// knownBy is the column that says the row means this customer.
func (w *importWork) knownBy(id int64, keys matches) string {
	for _, column := range w.o.Match {
		for value := range keys[column] {
			if slices.Contains(w.have[column][value], id) {
				return column
			}
		}
	}
	return "name"
}

func raws(list []PhoneInput) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.Raw)
	}
	return out
}
