package duplicate

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// Of several photos one stays: the one that was picked, else that of the record
// that stays, else the newest record's. The others go before the records come
// together, so that the journal brings each back to whom it showed.

// photoField is the name under which a photo is picked; it is a picture of the
// customer, not a column.
const photoField = "photo"

const sqlPhotos = `SELECT customer_id, sha256 FROM customer_photo WHERE customer_id IN (?)`

var sqlDropPhoto = db.SQL(`DELETE FROM customer_photo WHERE customer_id = ?`)

// photosOf are the hashes of the records' photos.
func photosOf(ctx context.Context, q db.Q, ids []int64) (map[int64]string, error) {
	query, args, err := sqlx.In(sqlPhotos, ids)
	if err != nil {
		return nil, fmt.Errorf("look for photos: %w", err)
	}
	out := map[int64]string{}
	err = q.Each(ctx, query, args, func(r *sqlx.Rows) error {
		var id int64
		var sha string
		err := r.Scan(&id, &sha)
		out[id] = sha
		return err
	})
	return out, err
}

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
	photos, err := photosOf(ctx, tx, ids)
	if err != nil || len(photos) == 0 {
		return err
	}
	stays := pictured(rows, photos, picks)
	for _, id := range ids {
		if photos[id] == "" || id == stays {
			continue
		}
		if _, err := tx.Exec(ctx, sqlDropPhoto, id); err != nil {
			return fmt.Errorf("take the photo of customer %d away: %w", id, err)
		}
	}
	return nil
}
