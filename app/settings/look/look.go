// Package look is how the pages that customers see look: the shop's logo, small
// enough for a slow line, and one colour in which everything can still be read.
package look

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"regulars/app/kit/errs"
	"regulars/app/kit/photo"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Write is who may change it.
const Write = "settings.write"

const (
	name    = "look"
	maxLogo = 8 << 10 // bytes: the page, its style and the logo weigh less than 30 kB
	// MaxUpload is how large a picture may be handed over.
	MaxUpload = 10 << 20
)

// Look is what is kept.
type Look struct {
	Colour string `json:"colour,omitempty"` // #rrggbb, "" for ours
	Logo   []byte `json:"logo,omitempty"`   // JPEG
}

// Service keeps it.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{d} }

// Read is how the pages look now.
func Read(ctx context.Context, q db.Q) (Look, error) {
	var l Look
	err := setting.Get(ctx, q, name, &l)
	return l, err
}

// Input is what is to change: a colour, a new logo, or none any more.
type Input struct {
	Colour string
	Logo   []byte // a picture as it was handed over, nil to keep what there is
	NoLogo bool
}

// Save changes it. A colour that cannot be read is refused; the nearest one that
// can is in the message.
func (s *Service) Save(ctx context.Context, in Input) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	c := &errs.Check{}
	if in.Colour != "" {
		colour, ok := Parse(in.Colour)
		if !ok {
			c.Add("colour", "look.error.colour")
		} else if !colour.Passes() {
			c.Add("colour", "look.error.contrast", "near", colour.Near().String())
		}
	}
	var logo []byte
	if in.Logo != nil {
		var err error
		if logo, err = photo.Logo(in.Logo, maxLogo); err != nil {
			c.Add("logo", "look.error.logo")
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "look.save", func(ctx context.Context, tx *db.Tx) error {
		now, err := Read(ctx, tx)
		if err != nil {
			return err
		}
		now.Colour = in.Colour
		if logo != nil {
			now.Logo = logo
		}
		if in.NoLogo {
			now.Logo = nil
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		b.Look, b.Logo = "", ""
		if now.Colour != "" {
			b.Look = mark([]byte(now.Colour))
		}
		if now.Logo != nil {
			b.Logo = mark(now.Logo)
		}
		if err := setting.Put(ctx, tx, name, now); err != nil {
			return err
		}
		return setting.Put(ctx, tx, setting.BusinessName, b)
	})
}

// mark names a content, so that a browser may keep it for ever.
func mark(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}
