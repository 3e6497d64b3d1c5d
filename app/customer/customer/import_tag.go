package customer

import (
	"context"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// TagImporter tells how a list of tags is brought in. A tag is its name, so
// one that is here is passed over, whatever was chosen.
func (s *Service) TagImporter() importer.Kind {
	return importer.Kind{
		Name: "tags", Permission: Write, Href: "/customers",
		Columns: []importer.Column{{Name: "name", Required: true, Synonyms: []string{"Tag", "Tags", "Label", "标签", "标签名", "标签名称"}}},
		Match:   []string{"name"},
		Start:   func(importer.Options) importer.Work { return &tagWork{seen: map[string]bool{}} },
	}
}

// tagWork takes the tags of one run.
type tagWork struct {
	seen map[string]bool // those of a check's earlier batches, which were rolled back
	made []string
}

// Begin implements importer.Work.
func (w *tagWork) Begin(context.Context, *db.Tx, []*importer.Record) error {
	w.made = nil
	return nil
}

// Take makes one tag.
func (w *tagWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	name := strings.Join(strings.Fields(r.Get("name")), " ")
	c := &errs.Check{}
	c.That(name != "", "name", "error.required")
	c.That(len([]rune(name)) <= maxShort, "name", "error.long", "n", maxShort)
	if err := c.Err(); err != nil {
		return 0, err
	}
	key := strings.ToLower(name)
	var id int64
	found, err := db.Found(tx.Get(ctx, &id, sqlFindTag, name))
	if err != nil {
		return 0, err
	}
	if found || w.seen[key] {
		return importer.Skipped, nil
	}
	if _, err := tagID(ctx, tx, name); err != nil {
		return 0, err
	}
	w.made = append(w.made, key)
	return importer.Created, nil
}

// End implements importer.Work.
func (w *tagWork) End(context.Context, *db.Tx) error {
	for _, key := range w.made {
		w.seen[key] = true
	}
	return nil
}
