package customer

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
)

const columns = `c.id, c.kind, c.name, c.owner_id, u.name AS owner_name, c.level, c.wechat, c.address, c.region, c.source,
	c.birthday, c.birthday_lunar, c.language, c.timezone, c.notes, c.rhythm_days, c.external_id, c.external_src,
	c.fields, c.created_at, c.updated_at, c.version, c.erased_at, c.no_profiling, coalesce(s.stage, '') AS stage`

var (
	sqlGet = db.SQL(`
		SELECT ` + columns + ` FROM customer c LEFT JOIN user u ON u.id = c.owner_id LEFT JOIN customer_stat s ON s.customer_id = c.id
		WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlRef    = db.SQL(`SELECT c.id, c.kind, c.name, c.language, c.level, c.owner_id, c.no_profiling FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlPhones = db.SQL(`SELECT id, contact_id, raw, e164, ext, label FROM customer_phone WHERE customer_id = ? ORDER BY contact_id, position`)
	sqlEmails = db.SQL(`SELECT id, contact_id, email FROM customer_email WHERE customer_id = ? ORDER BY contact_id, position`)
	sqlTags   = db.SQL(`
		SELECT t.id, t.name, t.colour FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id
		WHERE ct.customer_id = ? ORDER BY t.name`)
	sqlInsert = db.SQL(`
		INSERT INTO customer (kind, name, name_key, sort_key, owner_id, level, wechat, address, region, source, birthday, birthday_lunar,
			language, timezone, notes, rhythm_days, external_id, external_src, fields, no_profiling, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, 0), ?, ?)`)
	sqlStat   = db.SQL(`INSERT INTO customer_stat (customer_id, next_contact_on, stage) VALUES (?, ?, 'prospect')`)
	sqlUpdate = db.SQL(`
		UPDATE customer SET kind = ?, name = ?, name_key = ?, sort_key = ?, owner_id = ?, level = ?, wechat = ?, address = ?, region = ?,
			source = ?, birthday = ?, birthday_lunar = ?, language = ?, timezone = ?, notes = ?, rhythm_days = ?, external_id = ?,
			external_src = ?, fields = ?, no_profiling = coalesce(?, no_profiling), updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDelete  = db.SQL(`DELETE FROM customer WHERE id = ?`)
	sqlWeChat  = db.SQL(`SELECT wechat FROM customer WHERE id = ?`)
	sqlWeChats = db.SQL(`
		SELECT NULL AS contact_id, c.wechat FROM customer c WHERE c.id = ?1 AND c.wechat <> ''
		UNION ALL SELECT k.id, k.wechat FROM contact k WHERE k.customer_id = ?1 AND k.wechat <> ''`)
	sqlUserExists = db.SQL(`SELECT count(*) FROM user WHERE id = ? AND status <> 'disabled'`)
)

func get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Customer, error) {
	var c Customer
	if err := db.OrNotFound(q.Get(ctx, &c, sqlGet, append([]any{id}, scope.Args()...)...)); err != nil {
		return c, err
	}
	if err := q.Select(ctx, &c.Phones, sqlPhones, id); err != nil {
		return c, fmt.Errorf("read phones of customer %d: %w", id, err)
	}
	if err := q.Select(ctx, &c.Emails, sqlEmails, id); err != nil {
		return c, fmt.Errorf("read e-mails of customer %d: %w", id, err)
	}
	if err := q.Select(ctx, &c.Tags, sqlTags, id); err != nil {
		return c, fmt.Errorf("read tags of customer %d: %w", id, err)
	}
	c.veil(ctx)
	return c, nil
}

// get reads a customer with the added fields.
func (s *Service) get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Customer, error) {
	c, err := get(ctx, q, scope, id)
	if err != nil {
		return c, err
	}
	return c, s.add(ctx, q, &c)
}

func ref(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Ref, error) {
	var r Ref
	err := q.Get(ctx, &r, sqlRef, append([]any{id}, scope.Args()...)...)
	return r, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	if err := MaskLeft(ctx, in.Phones, in.Emails, in.WeChat); err != nil {
		return 0, err
	}
	now := db.At(tx.Now)
	id, err := tx.Insert(ctx, sqlInsert, in.Kind, in.Name, text.CompanyKey(in.Name), text.SortKey(in.Name), db.ID(in.OwnerID), in.Level,
		in.WeChat, in.Address, in.Region, in.Source, in.Birthday, in.BirthdayLunar, in.Language, in.Timezone, in.Notes, in.RhythmDays,
		db.Null(in.ExternalID), in.ExternalSource, in.values.JSON(), in.NoProfiling, now, now)
	if err != nil {
		return 0, taken(err)
	}
	due, err := firstContactDue(ctx, tx, in)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Insert(ctx, sqlStat, id, due); err != nil {
		return 0, fmt.Errorf("start the figures of customer %d: %w", id, err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	var err error
	if in.WeChat, err = UnveilWeChat(ctx, tx, sqlWeChat, id, in.WeChat); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlUpdate, in.Kind, in.Name, text.CompanyKey(in.Name), text.SortKey(in.Name), db.ID(in.OwnerID), in.Level,
		in.WeChat, in.Address, in.Region, in.Source, in.Birthday, in.BirthdayLunar, in.Language, in.Timezone, in.Notes, in.RhythmDays,
		db.Null(in.ExternalID), in.ExternalSource, in.values.JSON(), in.NoProfiling, db.At(tx.Now), id)
	return taken(err)
}

// taken says that another customer already has the external id.
func taken(err error) error {
	if db.IsUnique(err) {
		c := &errs.Check{}
		c.Add("external_id", "customer.error.external_taken")
		return c.Err()
	}
	if err != nil {
		return fmt.Errorf("store customer: %w", err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete customer %d: %w", id, err)
	}
	return nil
}

// checkRefs makes sure that the owner is somebody who works here.
func checkRefs(ctx context.Context, tx *db.Tx, in Input) error {
	if in.OwnerID == 0 {
		return nil
	}
	var n int
	if err := tx.Get(ctx, &n, sqlUserExists, in.OwnerID); err != nil {
		return fmt.Errorf("look up owner: %w", err)
	}
	c := &errs.Check{}
	c.That(n == 1, "owner_id", "error.person")
	return c.Err()
}

var (
	sqlDropPhone = db.SQL(`DELETE FROM customer_phone WHERE id = ?`)
	sqlAddPhone  = db.SQL(`INSERT INTO customer_phone (customer_id, contact_id, raw, e164, ext, label, position) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlDropEmail = db.SQL(`DELETE FROM customer_email WHERE id = ?`)
	sqlAddEmail  = db.SQL(`INSERT INTO customer_email (customer_id, contact_id, email, position) VALUES (?, ?, ?, ?)`)
	sqlMovePhone = db.SQL(`UPDATE customer_phone SET position = ?, label = ? WHERE id = ? AND (position <> ? OR label <> ?)`)
	sqlMoveEmail = db.SQL(`UPDATE customer_email SET position = ? WHERE id = ? AND position <> ?`)
)

// setReach makes the phones and e-mails of a customer (contact 0) or contact
// what was typed; rows that stay keep their id, so the history shows only what
// really changed.
func setReach(ctx context.Context, tx *db.Tx, customer, contact int64, phones []PhoneInput, emails []string, region string) error {
	if err := unveil(ctx, tx, customer, contact, phones, emails); err != nil { // an import keeps what its person only sees masked
		return err
	}
	var havePhones []Phone
	if err := tx.Select(ctx, &havePhones, sqlPhones, customer); err != nil {
		return fmt.Errorf("read phones of customer %d: %w", customer, err)
	}
	kept, done := map[string]int64{}, map[string]bool{} // the same one twice is one
	for _, p := range havePhones {
		if int64(p.ContactID) == contact {
			kept[p.Raw] = p.ID
		}
	}
	for i, p := range phones {
		if done[p.Raw] {
			continue
		}
		done[p.Raw] = true
		if id, ok := kept[p.Raw]; ok {
			delete(kept, p.Raw)
			if _, err := tx.Exec(ctx, sqlMovePhone, i, p.Label, id, i, p.Label); err != nil {
				return fmt.Errorf("move phone: %w", err)
			}
			continue
		}
		n := phone.Parse(p.Raw, region)
		if _, err := tx.Insert(ctx, sqlAddPhone, customer, db.ID(contact), p.Raw, n.E164, n.Ext, p.Label, i); err != nil {
			return fmt.Errorf("add phone: %w", err)
		}
	}
	if err := dropAll(ctx, tx, sqlDropPhone, kept); err != nil {
		return err
	}
	var haveEmails []Email
	if err := tx.Select(ctx, &haveEmails, sqlEmails, customer); err != nil {
		return fmt.Errorf("read e-mails of customer %d: %w", customer, err)
	}
	kept = map[string]int64{}
	for _, e := range haveEmails {
		if int64(e.ContactID) == contact {
			kept[e.Email] = e.ID
		}
	}
	for i, e := range emails {
		if done[e] {
			continue
		}
		done[e] = true
		if id, ok := kept[e]; ok {
			delete(kept, e)
			if _, err := tx.Exec(ctx, sqlMoveEmail, i, id, i); err != nil {
				return fmt.Errorf("move e-mail: %w", err)
			}
			continue
		}
		if _, err := tx.Insert(ctx, sqlAddEmail, customer, db.ID(contact), e, i); err != nil {
			return fmt.Errorf("add e-mail: %w", err)
		}
	}
	return dropAll(ctx, tx, sqlDropEmail, kept)
}

func dropAll(ctx context.Context, tx *db.Tx, sql string, ids map[string]int64) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, sql, id); err != nil {
			return fmt.Errorf("drop row %d: %w", id, err)
		}
	}
	return nil
}

var (
	sqlFindTag = db.SQL(`SELECT id FROM tag WHERE name = ?`)
	sqlNewTag  = db.SQL(`INSERT INTO tag (name, colour, created_at, updated_at) VALUES (?, ?, ?, ?)`)
	sqlAddTag  = db.SQL(`INSERT INTO customer_tag (customer_id, tag_id) VALUES (?, ?) ON CONFLICT DO NOTHING`)
	sqlDropTag = db.SQL(`DELETE FROM customer_tag WHERE customer_id = ? AND tag_id = ?`)
)

// setTags makes a customer's tags exactly the named ones; new names become
// new tags.
func setTags(ctx context.Context, tx *db.Tx, customer int64, names []string) error {
	var have []Tag
	if err := tx.Select(ctx, &have, sqlTags, customer); err != nil {
		return fmt.Errorf("read tags of customer %d: %w", customer, err)
	}
	old := map[int64]bool{}
	for _, t := range have {
		old[t.ID] = true
	}
	for _, name := range names {
		id, err := tagID(ctx, tx, name)
		if err != nil {
			return err
		}
		if !old[id] {
			if _, err := tx.Insert(ctx, sqlAddTag, customer, id); err != nil {
				return fmt.Errorf("tag customer %d: %w", customer, err)
			}
		}
		delete(old, id)
	}
	for id := range old {
		if _, err := tx.Exec(ctx, sqlDropTag, customer, id); err != nil {
			return fmt.Errorf("untag customer %d: %w", customer, err)
		}
	}
	return nil
}

func tagID(ctx context.Context, tx *db.Tx, name string) (int64, error) {
	var id int64
	found, err := db.Found(tx.Get(ctx, &id, sqlFindTag, name))
	if err != nil || found {
		return id, err
	}
	return tx.Insert(ctx, sqlNewTag, name, text.Hue(name), db.At(tx.Now), db.At(tx.Now))
}

// EnsureTags makes tags of these names, those of a starter pack.
func EnsureTags(ctx context.Context, tx *db.Tx, names []string) error {
	for _, name := range names {
		if _, err := tagID(ctx, tx, name); err != nil {
			return fmt.Errorf("make tag %s: %w", name, err)
		}
	}
	return nil
}

var (
	sqlIndexRows   = `SELECT id, name, region, wechat, owner_id, fields FROM customer WHERE id IN (?)`
	sqlIndexNext   = `SELECT id FROM customer WHERE id > ? ORDER BY id LIMIT ?`
	sqlIndexShared = `SELECT customer_id, user_id FROM sharing WHERE customer_id IN (?) AND access <> '' ORDER BY user_id`
	sqlIndexPeople = `SELECT customer_id, name, wechat, fields FROM contact WHERE customer_id IN (?)`
	sqlIndexPhones = `SELECT customer_id, raw, e164, ext FROM customer_phone WHERE customer_id IN (?)`
	sqlIndexEmails = `SELECT customer_id, email FROM customer_email WHERE customer_id IN (?)`
)

// Index makes customers findable as they are now; ids that are gone are
// forgotten. In-transaction, a few hundred at a time.
func (s *Service) Index(ctx context.Context, tx *db.Tx, ids []int64) error {
	docs := map[int64]*search.Doc{}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	fields, err := custom.Of(ctx, tx, "customer")
	if err != nil {
		return err
	}
	people, err := custom.Of(ctx, tx, "contact")
	if err != nil {
		return err
	}
	scan := func(query string, fn func(*sqlx.Rows) error) error {
		q, args, err := sqlx.In(query, ids)
		if err != nil {
			return err
		}
		return tx.Each(ctx, q, args, fn)
	}
	err = scan(sqlIndexRows, func(r *sqlx.Rows) error {
		var id int64
		var owner db.ID
		var name, region, wechat string
		var values custom.Values
		if err := r.Scan(&id, &name, &region, &wechat, &owner, &values); err != nil {
			return err
		}
		docs[id] = &search.Doc{Kind: "customer", ID: id, OwnerID: int64(owner), Title: name, Sub: region,
			Names: fields.SearchText(values), WeChats: optional(wechat)}
		return nil
	})
	if err != nil {
		return fmt.Errorf("index customers: %w", err)
	}
	err = scan(sqlIndexShared, func(r *sqlx.Rows) error {
		var id, user int64
		err := r.Scan(&id, &user)
		if d := docs[id]; d != nil {
			d.Shared = append(d.Shared, user)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("index who customers are shared with: %w", err)
	}
	err = scan(sqlIndexPeople, func(r *sqlx.Rows) error {
		var id int64
		var name, wechat string
		var values custom.Values
		if err := r.Scan(&id, &name, &wechat, &values); err != nil {
			return err
		}
		if d := docs[id]; d != nil {
			d.Names, d.WeChats = append(append(d.Names, name), people.SearchText(values)...), append(d.WeChats, optional(wechat)...)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("index contacts: %w", err)
	}
	err = scan(sqlIndexPhones, func(r *sqlx.Rows) error {
		var id int64
		var n phone.Number
		if err := r.Scan(&id, &n.Raw, &n.E164, &n.Ext); err != nil {
			return err
		}
		if d := docs[id]; d != nil {
			d.Phones = append(d.Phones, phone.Parse(n.Raw, business.Region))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("index phones: %w", err)
	}
	err = scan(sqlIndexEmails, func(r *sqlx.Rows) error {
		var id int64
		var email string
		if err := r.Scan(&id, &email); err != nil {
			return err
		}
		if d := docs[id]; d != nil {
			d.Emails = append(d.Emails, email)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("index e-mails: %w", err)
	}
	for _, id := range ids {
		d := docs[id]
		if d == nil {
			if err := s.search.Remove(ctx, tx, "customer", id); err != nil {
				return err
			}
			continue
		}
		if err := s.search.Put(ctx, tx, *d); err != nil {
			return err
		}
	}
	return nil
}

func optional(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// IndexAgain makes the next customers findable as they are now, from after the
// given one, and tells the last of them; 0 when there are no more.
func (s *Service) IndexAgain(ctx context.Context, after int64, size int) (int64, error) {
	return db.WriteOne(ctx, s.db, "search.rebuild", func(ctx context.Context, tx *db.Tx) (int64, error) {
		var ids []int64
		if err := tx.Select(ctx, &ids, sqlIndexNext, after, size); err != nil {
			return 0, fmt.Errorf("list the customers to index: %w", err)
		}
		if len(ids) == 0 {
			return 0, nil
		}
		return ids[len(ids)-1], s.Index(ctx, tx, ids)
	})
}
