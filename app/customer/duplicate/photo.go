package duplicate

import (
	"context"
	"slices"

	"regulars/app/customer/photo"
	"regulars/app/sys/db"
)

// Of several photos one stays: the one that was picked, else that of the record
// that stays, else the newest record's. The others go before the records come
// together, so that the journal brings each back to whom it showed.

// photoField is the name under which a photo is picked; it is a picture of the
// customer, not a column.
const photoField = "photo"

// pictured is the record whose photo stays; the first of rows is the one that does.
func pictured(rows []row, photos map[int64]string, picks map[string]int64) int64 {
	if id, picked := picks[photoField]; picked {
		return id
	}
	shown := slices.Clone(rows)
	for i, r := range shown {
		shown[i] = row{"id": r["id"], "updated_at": r["updated_at"], photoField: photos[r.id()]}
	}
	return preferred(shown, photoField).id()
}

// keepPhoto takes all photos away but the one that stays.
func keepPhoto(ctx context.Context, tx *db.Tx, rows []row, picks map[string]int64) error {
	var ids []int64
	for _, r := range rows {
		ids = append(ids, r.id())
	}
	photos, err := photo.Of(ctx, tx, ids)
	if err != nil || len(photos) == 0 {
		return err
	}
	stays := pictured(rows, photos, picks)
	for _, id := range ids {
		if photos[id] == "" || id == stays {
			continue
		}
		if err := photo.Drop(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}
