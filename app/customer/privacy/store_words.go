package privacy

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"regulars/app/sys/db"
)

// Words are what a person can be known by: names, numbers, addresses. They find
// what the house keeps for itself about a person without pointing at them.

var (
	sqlNames = db.SQL(`
		SELECT name FROM customer WHERE id IN (SELECT value FROM json_each(?1))
		UNION SELECT wechat FROM customer WHERE id IN (SELECT value FROM json_each(?1))
		UNION SELECT coalesce(external_id, '') FROM customer WHERE id IN (SELECT value FROM json_each(?1))
		UNION SELECT name FROM contact WHERE id IN (SELECT value FROM json_each(?2))
		UNION SELECT wechat FROM contact WHERE id IN (SELECT value FROM json_each(?2))
		UNION SELECT raw FROM customer_phone WHERE id IN (SELECT value FROM json_each(?3))
		UNION SELECT e164 FROM customer_phone WHERE id IN (SELECT value FROM json_each(?3))
		UNION SELECT email FROM customer_email WHERE id IN (SELECT value FROM json_each(?4))`)
	sqlFormer = db.SQL(`
		SELECT j.value FROM journal_change c, json_tree(c.data) j
		WHERE c.tbl = ?1 AND c.row_id IN (SELECT value FROM json_each(?2)) AND c.data IS NOT NULL AND j.type = 'text'
			AND (c.op = 'D' AND j.key IN (?3, ?4, ?5) OR c.op = 'U' AND j.path IN ('$.' || ?3, '$.' || ?4, '$.' || ?5, '$."' || ?3 || '"', '$."' || ?4 || '"', '$."' || ?5 || '"'))`)
)

// words are those that tell one person from others: long enough, and each once.
func (r reach) words(ctx context.Context, q db.Q) ([]string, error) {
	var found []string
	if err := q.Select(ctx, &found, sqlNames, list(r.roots["customer"]), list(r.rows["contact"]), list(r.rows["customer_phone"]), list(r.rows["customer_email"])); err != nil {
		return nil, fmt.Errorf("read what they are known by: %w", err)
	}
	var asked []string
	if err := q.Select(ctx, &asked, sqlLeadWords, list(r.roots["lead"])); err != nil {
		return nil, fmt.Errorf("read what they are known by as a lead: %w", err)
	}
	found = append(found, asked...)
	for _, f := range [][4]string{{"customer", "name", "wechat", "external_id"}, {"contact", "name", "wechat", "name"},
		{"customer_phone", "raw", "e164", "raw"}, {"customer_email", "email", "email", "email"}, {"lead", "name", "wechat", "name"}} {
		var former []string
		if err := q.Select(ctx, &former, sqlFormer, f[0], list(r.rows[f[0]]), f[1], f[2], f[3]); err != nil {
			return nil, fmt.Errorf("read what they were known by: %w", err)
		}
		found = append(found, former...)
	}
	var out []string
	for _, w := range found {
		if w = strings.TrimSpace(w); telling(w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out, nil
}

// carry is the condition that one of the words w stands in a personal column.
func carry(table string) string {
	var parts []string
	for _, name := range classes[table].Columns {
		if classes[table].Personal[name] {
			parts = append(parts, "instr(lower(coalesce("+quote(table)+"."+quote(name)+", '')), w.value) > 0")
		}
	}
	return strings.Join(parts, " OR ")
}

var sqlFound = db.SQL(`
	SELECT kind, subject_id FROM search_doc d
	WHERE EXISTS (SELECT 1 FROM json_each(?) w WHERE instr(lower(d.title), w.value) > 0 OR instr(lower(d.sub), w.value) > 0 OR instr(lower(d.words), w.value) > 0)`)

// found is a record that search would show for one of the words.
type found struct {
	Kind string `db:"kind"`
	ID   int64  `db:"subject_id"`
}

func findable(ctx context.Context, q db.Q, words []string) (out []found, err error) {
	if err := q.Select(ctx, &out, sqlFound, list(spellings(words))); err != nil {
		return nil, fmt.Errorf("look into search: %w", err)
	}
	return out, nil
}

const sqlNaming = `SELECT id FROM %s WHERE customer_id = ? AND EXISTS (SELECT 1 FROM json_each(?) w WHERE %s)`

// name finds what a company's record says about a contact without pointing at them.
func (r *reach) name(ctx context.Context, q db.Q, company int64, words []string) error {
	r.named = map[string][]int64{}
	if len(words) == 0 {
		return nil
	}
	for _, e := range r.edges {
		if !e.Named || e.Column != "customer_id" || classes[e.Table].Fate != goes || e.Table == "contact" || carry(e.Table) == "" {
			continue
		}
		var ids []int64
		if err := q.Select(ctx, &ids, fmt.Sprintf(sqlNaming, quote(e.Table), carry(e.Table)), company, list(spellings(words))); err != nil {
			return fmt.Errorf("find who is named in %s: %w", e.Table, err)
		}
		if len(ids) > 0 {
			r.named[e.Table] = ids
		}
	}
	return nil
}

// telling words are two Han characters or five letters and more: fewer would
// find half the town.
func telling(w string) bool {
	n := 0
	for _, r := range w {
		if n++; r >= 0x2E80 {
			n += 2
		}
	}
	return n >= 5
}

// spellings are the ways in which a word stands in what the house keeps: as it
// is, inside an address of a page and inside JSON.
func spellings(words []string) []string {
	var out []string
	for _, w := range words {
		low := strings.ToLower(w)
		for _, s := range []string{low, strings.ToLower(url.QueryEscape(w)), strings.ToLower(url.PathEscape(w)), strings.ReplaceAll(low, `"`, `\"`)} {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}
