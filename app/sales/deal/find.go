package deal

import (
	"context"

	"regulars/app/sys/db"
	"regulars/app/sys/search"
)

// found reads deals as search finds them: by any part of their name, also by pinyin.
func found(ctx context.Context, tx *db.Tx, ids []int64) ([]search.Doc, error) {
	list, err := named(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	docs := make([]search.Doc, len(list))
	for i, d := range list {
		docs[i] = search.Doc{ID: d.ID, OwnerID: int64(d.OwnerID), Shared: d.Shared, Title: d.Name, Names: search.Anywhere(d.Name)}
		if d.ExternalID != "" {
			docs[i].Names = append(docs[i].Names, string(d.ExternalID))
		}
	}
	return docs, nil
}
