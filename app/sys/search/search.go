// Package search finds records by what people remember of them: two characters
// of a name, pinyin or its initials, a word, some digits of a telephone number,
// the start of an e-mail address. Tokens are made in Go and kept in one
// contentless FTS5 table; what that table proposes is checked and ranked in Go.
package search

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// Doc is a record as it is to be found. Title and Sub are what a hit shows.
type Doc struct {
	Kind    string // "customer"
	ID      int64
	OwnerID int64   // 0 = nobody's, which everybody sees
	Shared  []int64 // who sees it besides
	Title   string  // its name
	Sub     string  // shown beside it, not searched
	Names   []string
	WeChats []string // WeChat names; a role that sees them masked finds them only whole
	Phones  []phone.Number
	Emails  []string
	New     bool // made in this transaction: the index cannot know it yet
}

// Index is the search index of one database.
type Index struct {
	db      *db.DB
	follows []followed
}

// New opens the index of d.
func New(d *db.DB) *Index { return &Index{db: d} }

const (
	kindMark  = "ᴋ" // kind and owner are tokens too; nobody types these letters
	ownerMark = "ᴏ"
	phoneMark = "ᴛ" // keeps numbers apart from names with digits in them
	maxTitle  = 300 // runes kept of a title or sub line
	maxExtra  = 100 // further names, phones and e-mails of one record
)

var (
	// An unchanged record returns no row, so that saving it again costs little.
	sqlPutDoc = db.SQL(`
		INSERT INTO search_doc (kind, subject_id, owner_id, shared, title, sub, words, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, subject_id) DO UPDATE SET owner_id = excluded.owner_id, shared = excluded.shared, title = excluded.title, sub = excluded.sub,
			words = excluded.words, version = excluded.version
		WHERE owner_id IS NOT excluded.owner_id OR shared <> excluded.shared OR title <> excluded.title OR sub <> excluded.sub OR words <> excluded.words
			OR version <> excluded.version
		RETURNING id`)
	// RETURNING makes a table for each call; what is new needs none.
	sqlNewDoc = db.SQL(`
		INSERT INTO search_doc (kind, subject_id, owner_id, shared, title, sub, words, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlPutTokens  = db.SQL(`INSERT OR REPLACE INTO search_index (rowid, tokens) VALUES (?, ?)`)
	sqlFindDoc    = db.SQL(`SELECT id FROM search_doc WHERE kind = ? AND subject_id = ?`)
	sqlDropDoc    = db.SQL(`DELETE FROM search_doc WHERE id = ?`)
	sqlCompact    = db.SQL(`INSERT INTO search_index (search_index) VALUES ('optimize')`)
	sqlDropTokens = db.SQL(`DELETE FROM search_index WHERE rowid = ?`)
)

// Put makes a record findable as it is now, for the first time or again. Call
// it in the transaction that changed the record.
func (x *Index) Put(ctx context.Context, tx *db.Tx, doc Doc) error {
	return x.PutAll(ctx, tx, []Doc{doc})
}

// PutAll is Put for many. All rows of the index are written one after another:
// any other statement between two of them makes FTS5 flush what it gathered.
func (x *Index) PutAll(ctx context.Context, tx *db.Tx, docs []Doc) error {
	ids, words := make([]int64, len(docs)), make([]string, len(docs)) // id 0 = nothing changed
	for i, doc := range docs {
		doc = doc.cut()
		docs[i], words[i] = doc, doc.words()
		args := []any{doc.Kind, doc.ID, db.ID(doc.OwnerID), list(doc.Shared), doc.Title, doc.Sub, words[i], text.Version}
		var err error
		if doc.New {
			ids[i], err = tx.Insert(ctx, sqlNewDoc, args...)
		} else {
			_, err = db.Found(tx.Get(ctx, &ids[i], sqlPutDoc, args...))
		}
		if err != nil {
			return fmt.Errorf("note %s %d for search: %w", doc.Kind, doc.ID, err)
		}
	}
	for i, id := range ids {
		if id == 0 {
			continue
		}
		d := docs[i]
		if _, err := tx.Exec(ctx, sqlPutTokens, id, tokens(d.Kind, d.OwnerID, list(d.Shared), d.Title, words[i])); err != nil {
			return fmt.Errorf("index %s %d: %w", d.Kind, d.ID, err)
		}
	}
	return nil
}

// Remove forgets records; those that are not there are no error.
func (x *Index) Remove(ctx context.Context, tx *db.Tx, kind string, ids ...int64) error {
	for _, subject := range ids {
		var id int64
		found, err := db.Found(tx.Get(ctx, &id, sqlFindDoc, kind, subject))
		if err != nil {
			return fmt.Errorf("look for %s %d in the index: %w", kind, subject, err)
		}
		if !found {
			continue
		}
		if err := drop(ctx, tx, id); err != nil {
			return fmt.Errorf("forget %s %d: %w", kind, subject, err)
		}
	}
	return nil
}

func drop(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropTokens, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlDropDoc, id)
	return err
}

// cut bounds what one record may put into the index.
func (d Doc) cut() Doc {
	d.Title, d.Sub = clip(d.Title), clip(d.Sub)
	d.Names = d.Names[:min(len(d.Names), maxExtra)]
	d.WeChats = d.WeChats[:min(len(d.WeChats), maxExtra)]
	d.Phones = d.Phones[:min(len(d.Phones), maxExtra)]
	d.Emails = d.Emails[:min(len(d.Emails), maxExtra)]
	return d
}

func clip(s string) string {
	s = oneLine(s)
	if rs := []rune(s); len(rs) > maxTitle {
		return string(rs[:maxTitle])
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ") }

// words keeps, one a line, what a candidate is checked against.
func (d Doc) words() string {
	var b strings.Builder
	line := func(sort byte, s string) {
		if s == "" {
			return
		}
		b.WriteByte(sort)
		b.WriteString(s)
		b.WriteByte('\n')
	}
	for _, n := range d.Names {
		line('n', clip(n))
	}
	for _, n := range d.WeChats {
		line('w', clip(n))
	}
	for _, p := range d.Phones {
		line('p', strings.Join(phone.Tokens(p), " "))
	}
	for _, e := range d.Emails {
		line('e', text.Fold(clip(e)))
	}
	return b.String()
}

// kindToken keeps letters only, so that the tokenizer does not cut it.
func kindToken(kind string) string {
	return kindMark + strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, kind)
}

func ownerToken(id int64) string { return ownerMark + strconv.FormatInt(id, 10) }

// list is ids as they are kept: ",4,7,".
func list(ids []int64) string {
	if len(ids) == 0 {
		return ""
	}
	var b strings.Builder
	for _, id := range ids {
		b.WriteByte(',')
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String() + ","
}

// Compact rewrites the index so that nothing is left of records that were
// removed: FTS5 keeps their words until it merges.
func (x *Index) Compact(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, sqlCompact); err != nil {
		return fmt.Errorf("compact the search index: %w", err)
	}
	return nil
}
