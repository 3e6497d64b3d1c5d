package product

import (
	"context"

	"regulars/app/sys/db"
	"regulars/app/sys/search"
)

// found reads products as search finds them: by any part of their name, also by
// pinyin, and by their code.
func found(ctx context.Context, tx *db.Tx, ids []int64) ([]search.Doc, error) {
	list, err := named(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	docs := make([]search.Doc, len(list))
	for i, p := range list {
		docs[i] = search.Doc{ID: p.ID, Title: p.Name, Sub: string(p.Code), Names: search.Anywhere(p.Name)}
		for _, other := range []db.Null{p.Code, p.ExternalID} {
			if other != "" {
				docs[i].Names = append(docs[i].Names, string(other))
			}
		}
	}
	return docs, nil
}
