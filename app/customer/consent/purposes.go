package consent

import (
	"context"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Purposes are what the shop asks consent for, also those that rest now.
func (s *Service) Purposes(ctx context.Context) ([]Purpose, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return purposesIn(ctx, s.d.DB.Reader(ctx))
}

// Purpose reads one.
func (s *Service) Purpose(ctx context.Context, id int64) (Purpose, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Purpose{}, err
	}
	return purpose(ctx, s.d.DB.Reader(ctx), id)
}

// Given counts the words that people gave about a purpose.
func (s *Service) Given(ctx context.Context, p Purpose) (n int, err error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return 0, err
	}
	return n, s.d.DB.Reader(ctx).Get(ctx, &n, sqlGiven, p.Key)
}

// AddPurpose makes a purpose of the shop's own, with its first wording if one
// is given.
func (s *Service) AddPurpose(ctx context.Context, in PurposeInput, en, zh string) (Purpose, error) {
	if err := auth.From(ctx).May(Setup); err != nil {
		return Purpose{}, err
	}
	in.clean()
	if err := in.validate(false); err != nil {
		return Purpose{}, err
	}
	return db.WriteOne(ctx, s.d.DB, "consent_purpose.create", func(ctx context.Context, tx *db.Tx) (Purpose, error) {
		var keys []string
		if err := tx.Select(ctx, &keys, sqlKeys); err != nil {
			return Purpose{}, err
		}
		if len(keys) >= maxPurposes {
			return Purpose{}, errs.New(errs.Conflict, "consent.error.purposes", "n", maxPurposes)
		}
		taken := map[string]bool{}
		for _, k := range keys {
			taken[k] = true
		}
		if in.Position == 0 {
			in.Position = 10 * (len(keys) + 1)
		}
		key := keyOf(in, func(k string) bool { return taken[k] })
		id, err := insertPurpose(ctx, tx, key, in)
		if err != nil {
			return Purpose{}, err
		}
		journal.About(tx, "consent_purpose", id, s.called(ctx, Purpose{Key: key, NameEN: in.NameEN, NameZH: in.NameZH}))
		if strings.TrimSpace(en+zh) != "" {
			if _, err := s.word(ctx, tx, id, en, zh); err != nil {
				return Purpose{}, err
			}
		}
		return purpose(ctx, tx, id)
	})
}

// ChangePurpose changes one that is still at version.
func (s *Service) ChangePurpose(ctx context.Context, id, version int64, in PurposeInput) (Purpose, error) {
	if err := auth.From(ctx).May(Setup); err != nil {
		return Purpose{}, err
	}
	in.clean()
	return db.WriteOne(ctx, s.d.DB, "consent_purpose.update", func(ctx context.Context, tx *db.Tx) (Purpose, error) {
		before, err := purpose(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		if before.BuiltIn { // what they rest on is the product's promise
			in.NeedsWord = before.NeedsWord
		}
		if err := in.validate(before.BuiltIn); err != nil {
			return before, err
		}
		if err := updatePurpose(ctx, tx, id, in); err != nil {
			return before, err
		}
		journal.About(tx, "consent_purpose", id, s.called(ctx, before))
		return purpose(ctx, tx, id)
	})
}

// called is what whoever changes a purpose calls it.
func (s *Service) called(ctx context.Context, p Purpose) string {
	return p.Name(s.d.Bundle.For(auth.From(ctx).Locale))
}

// DropPurpose takes one of the shop's own away. What people said about it stays
// in the ledger as evidence; nothing may be sent for it any more.
func (s *Service) DropPurpose(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Setup); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, "consent_purpose.delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := purpose(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.BuiltIn {
			return errs.New(errs.Conflict, "consent.error.built_in")
		}
		journal.About(tx, "consent_purpose", id, s.called(ctx, p))
		_, err = tx.Exec(ctx, sqlHide, db.At(tx.Now), db.At(tx.Now), id)
		return err
	})
}

// Wordings are the versions of a purpose's words, newest first.
func (s *Service) Wordings(ctx context.Context, id int64) ([]Wording, error) {
	if _, err := s.Purpose(ctx, id); err != nil {
		return nil, err
	}
	return wordingsOf(ctx, s.d.DB.Reader(ctx), id)
}

// Word gives a purpose other words: the next version. The same words make none.
func (s *Service) Word(ctx context.Context, id int64, en, zh string) (Wording, error) {
	if err := auth.From(ctx).May(Setup); err != nil {
		return Wording{}, err
	}
	return db.WriteOne(ctx, s.d.DB, "consent_wording.create", func(ctx context.Context, tx *db.Tx) (Wording, error) {
		p, err := purpose(ctx, tx, id)
		if err != nil {
			return Wording{}, err
		}
		journal.About(tx, "consent_purpose", id, s.called(ctx, p))
		return s.word(ctx, tx, id, en, zh)
	})
}

func (s *Service) word(ctx context.Context, tx *db.Tx, id int64, en, zh string) (Wording, error) {
	en, zh = strings.TrimSpace(en), strings.TrimSpace(zh)
	c := &errs.Check{}
	c.That(en != "" || zh != "", "text_en", "error.required")
	c.That(len([]rune(en)) <= maxText, "text_en", "error.long", "n", maxText)
	c.That(len([]rune(zh)) <= maxText, "text_zh", "error.long", "n", maxText)
	if err := c.Err(); err != nil {
		return Wording{}, err
	}
	have, err := newest(ctx, tx)
	if err != nil {
		return Wording{}, err
	}
	if w, ok := have[id]; ok && w.TextEN == en && w.TextZH == zh {
		return wording(ctx, tx, w.ID, id)
	}
	made, err := addWording(ctx, tx, id, en, zh)
	if err != nil {
		return Wording{}, err
	}
	return wording(ctx, tx, made, id)
}

// UseChannels says in which ways the shop reaches people; the page and the
// record ask about no others.
func (s *Service) UseChannels(ctx context.Context, channels []string) error {
	if err := auth.From(ctx).May(Setup); err != nil {
		return err
	}
	c := &errs.Check{}
	c.That(len(channels) > 0, "channels", "error.required")
	for _, ch := range channels {
		c.That(known(ch), "channels", "error.choice")
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, "consent_purpose.channels", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, ChannelsName)
		return setting.Put(ctx, tx, ChannelsName, inUse(channels))
	})
}

// UsedChannels are the ways in which the shop reaches people.
func (s *Service) UsedChannels(ctx context.Context) ([]string, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return ChannelsIn(ctx, s.d.DB.Reader(ctx))
}
