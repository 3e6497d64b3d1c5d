package photo

import (
	"context"
	"encoding/base64"
	"errors"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	portrait "regulars/app/kit/photo"
	"regulars/app/kit/tabular/vcf"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// Photos in address books. What cannot be one is left out with a remark, and
// the rest of the card is taken.

// PartColumns implements customer.Part.
func (s *Service) PartColumns() []importer.Column { return []importer.Column{{Name: "photo"}} }

// MoreColumns implements customer.Part.
func (s *Service) MoreColumns(context.Context) ([]importer.Column, error) { return nil, nil }

// StartPart implements customer.Part.
func (s *Service) StartPart(o importer.Options) customer.PartWork { return &partWork{s: s, o: o} }

type partWork struct {
	s    *Service
	o    importer.Options
	read map[*importer.Record]look
}

// look is what became of a cell: a portrait, or why there is none.
type look struct {
	made []byte
	why  string // i18n key
}

// Prepare implements importer.Preparer: a picture takes long to look at.
func (w *partWork) Prepare(batch []*importer.Record) {
	w.read = map[*importer.Record]look{}
	for _, r := range batch {
		if cell := r.Get("photo"); cell != "" {
			w.read[r] = lookAt(cell)
		}
	}
}

func lookAt(cell string) look {
	if cell == vcf.TooLarge || len(cell) > 2*vcf.MaxPhoto {
		return look{why: "photo.error.large"}
	}
	raw, err := decode(cell)
	if err == nil {
		raw, err = portrait.Make(raw)
	}
	switch {
	case errors.Is(err, portrait.ErrLarge):
		return look{why: "photo.error.pixels"}
	case err != nil:
		return look{why: "photo.error.type"}
	}
	return look{made: raw}
}

// Begin implements customer.PartWork.
func (w *partWork) Begin(context.Context, *db.Tx) error { return nil }

// Read implements customer.PartWork.
func (w *partWork) Read(_ context.Context, _ *db.Tx, r *importer.Record) error {
	if why := w.read[r].why; why != "" {
		r.Remark("photo", why, "mb", vcf.PhotoMB)
	}
	return nil
}

// Take implements customer.PartWork.
func (w *partWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, fresh bool) (customer.PartAdded, error) {
	made := w.read[r].made
	if made == nil || !fresh && w.o.On(r.Line) != importer.Update {
		return customer.PartAdded{}, nil
	}
	if w.o.Dry { // nothing is written, not even a file
		return customer.PartAdded{Changed: !fresh}, nil
	}
	if !fresh {
		have, err := Of(ctx, tx, []int64{id})
		if err != nil || !w.o.Takes(r.Line, "photo", have[id] == "") {
			return customer.PartAdded{}, err
		}
	}
	did, err := w.s.put(ctx, tx, id, made)
	return customer.PartAdded{Changed: did}, err
}

// PartHeader implements customer.Part: only address books have room for photos.
func (s *Service) PartHeader(ctx context.Context, q db.Q, cards bool) ([]string, error) {
	if some, err := anyPhoto(ctx, q); err != nil || !some || !cards {
		return nil, err
	}
	return []string{"photo"}, nil
}

// PartCells implements customer.Part.
func (s *Service) PartCells(ctx context.Context, q db.Q, customers []int64) (map[int64][]string, error) {
	found, err := Of(ctx, q, customers)
	if err != nil {
		return nil, err
	}
	out := map[int64][]string{}
	for _, id := range customers {
		sha := found[id]
		if sha == "" {
			continue
		}
		raw, err := s.bytes(sha)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[id] = []string{dataJPEG + base64.StdEncoding.EncodeToString(raw)}
	}
	return out, nil
}
