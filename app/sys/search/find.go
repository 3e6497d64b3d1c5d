package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const (
	window  = 200  // verified hits that are ranked
	countTo = 1000 // where counting ends, when a count is asked for ("1,000+")
	top     = int64(1) << 62
)

// Query is what was typed, by whom, and how much of the answer is wanted.
type Query struct {
	Text  string
	Kinds []string // empty means all
	Scope auth.Scope
	Limit int
	After string // Result.Next of the page before
	Count bool   // whether Total must be right up to 1,000
}

// Hit is a record that answers a query; the lower the rank the better, see text.Match.
type Hit struct {
	Kind  string
	ID    int64
	Title string
	Sub   string
	Rank  int
}

// Result is one page of hits. Total counts them, up to 200 or as far as was
// asked for; with More there are more than that. Next is empty on the last page.
type Result struct {
	Hits  []Hit
	Total int
	More  bool
	Next  string
}

// Find answers a query: the newest 200 matches in order of rank, then all
// older ones, newest first.
func (x *Index) Find(ctx context.Context, q Query) (Result, error) {
	at, err := parseCursor(q.After)
	if err != nil {
		return Result{}, err
	}
	s, err := x.search(ctx, q)
	if err != nil || s == nil {
		return Result{}, err
	}
	limit := min(max(q.Limit, 1), window)
	if at.older {
		return s.older(ctx, at, limit)
	}
	return s.ranked(ctx, at, limit)
}

// found is a verified candidate.
type found struct {
	Hit
	row int64
}

// ranked orders the window below at.top and shows what follows the cursor.
func (s *searcher) ranked(ctx context.Context, at cursor, limit int) (Result, error) {
	all, err := s.collect(ctx, at.top, window+1)
	if err != nil {
		return Result{}, err
	}
	more := len(all) > window
	all = all[:min(len(all), window)]
	r := Result{Total: len(all), More: more}
	if len(all) == 0 {
		return r, nil
	}
	if more && s.count {
		rest, err := s.collect(ctx, all[len(all)-1].row-1, countTo-window+1)
		if err != nil {
			return Result{}, err
		}
		r.Total = min(window+len(rest), countTo)
		r.More = window+len(rest) > countTo
	}
	newest, oldest := all[0].row, all[len(all)-1].row
	slices.SortStableFunc(all, func(a, b found) int { return a.Rank - b.Rank })
	for i, f := range all {
		if f.Rank < at.rank || f.Rank == at.rank && f.row >= at.row {
			continue
		}
		if len(r.Hits) == limit {
			last := all[i-1]
			r.Next = cursor{top: newest, rank: last.Rank, row: last.row}.String()
			return r, nil
		}
		r.Hits = append(r.Hits, f.Hit)
	}
	if more {
		r.Next = cursor{older: true, row: oldest}.String()
	}
	return r, nil
}

// older goes on below the window.
func (s *searcher) older(ctx context.Context, at cursor, limit int) (Result, error) {
	all, err := s.collect(ctx, at.row-1, limit+1)
	if err != nil {
		return Result{}, err
	}
	r := Result{Total: window, More: true}
	if len(all) > limit {
		all = all[:limit]
		r.Next = cursor{older: true, row: all[limit-1].row}.String()
	}
	for _, f := range all {
		r.Hits = append(r.Hits, f.Hit)
	}
	return r, nil
}

// searcher is a query made ready.
type searcher struct {
	q      db.Q
	match  string
	want   wanted
	owners map[int64]bool // nil = everybody's
	count  bool
	kinds  []string
	scope  auth.Scope
}

var (
	sqlCandidates = db.SQL(`
		SELECT d.id, d.kind, d.subject_id, coalesce(d.owner_id, 0) AS owner_id, d.shared, d.title, d.sub, d.words
		FROM search_index i JOIN search_doc d ON d.id = i.rowid
		WHERE i.search_index MATCH ? AND i.rowid <= ?
		ORDER BY i.rowid DESC`)
	sqlTeam = db.SQL(`SELECT id FROM user WHERE team_id = ?`)
)

// search is nil when nothing searchable was typed.
func (x *Index) search(ctx context.Context, q Query) (*searcher, error) {
	actor := auth.From(ctx)
	want := newWanted(q.Text, actor.Signed() && actor.Masked())
	if want.expr == "" {
		return nil, nil
	}
	s := &searcher{q: x.db.Reader(ctx), want: want, kinds: q.Kinds, count: q.Count, scope: q.Scope}
	owners, err := ownersOf(ctx, s.q, q.Scope)
	if err != nil {
		return nil, err
	}
	s.owners = owners
	parts := []string{want.expr}
	var terms []text.Term
	for _, k := range q.Kinds {
		terms = append(terms, text.Term{Text: kindToken(k)})
	}
	if len(terms) > 0 {
		parts = append(parts, text.Expr([][]text.Term{terms}))
	}
	terms = nil
	for id := range owners {
		terms = append(terms, text.Term{Text: ownerToken(id)})
	}
	if len(terms) > 0 {
		parts = append(parts, text.Expr([][]text.Term{terms}))
	}
	s.match = strings.Join(parts, " AND ")
	return s, nil
}

// ownersOf are those whose records the scope shows, 0 for nobody's; nil is all.
func ownersOf(ctx context.Context, q db.Q, scope auth.Scope) (map[int64]bool, error) {
	if scope.Reach == auth.All {
		return nil, nil
	}
	owners := map[int64]bool{0: true, scope.UserID: true}
	if scope.Reach != auth.Team || scope.TeamID == 0 {
		return owners, nil
	}
	var mates []int64
	if err := q.Select(ctx, &mates, sqlTeam, scope.TeamID); err != nil {
		return nil, fmt.Errorf("list the team: %w", err)
	}
	for _, id := range mates {
		owners[id] = true
	}
	return owners, nil
}

type candidate struct {
	Row     int64
	Kind    string
	ID      int64
	OwnerID int64
	Shared  string
	Title   string
	Sub     string
	Words   string
}

// errEnough ends the reading of candidates.
var errEnough = errors.New("enough found")

// collect verifies candidates from row from downwards until n are found. They
// are read as they are checked: FTS5 gathers the matches once, and what is
// beyond the n-th is never looked at.
func (s *searcher) collect(ctx context.Context, from int64, n int) ([]found, error) {
	var out []found
	err := s.q.Each(ctx, sqlCandidates, []any{s.match, from}, func(r *sqlx.Rows) error {
		var c candidate
		if err := r.Scan(&c.Row, &c.Kind, &c.ID, &c.OwnerID, &c.Shared, &c.Title, &c.Sub, &c.Words); err != nil {
			return err
		}
		rank, ok := s.check(c)
		if !ok {
			return nil
		}
		if out = append(out, found{Hit{c.Kind, c.ID, c.Title, c.Sub, rank}, c.Row}); len(out) == n {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("search: %w", err)
	}
	return out, nil
}

// check holds a candidate against the query once more. Kind and owner too: a
// record might carry a token of ours in its name.
func (s *searcher) check(c candidate) (int, bool) {
	if !s.sees(c) || len(s.kinds) > 0 && !slices.Contains(s.kinds, c.Kind) {
		return 0, false
	}
	return s.want.rank(c)
}

// sees tells whether the scope shows a candidate. A customer of nobody's may lie
// in a pool; other kinds without an owner are everybody's.
func (s *searcher) sees(c candidate) bool {
	if c.OwnerID == 0 && s.scope.Pooled && c.Kind == "customer" {
		return false
	}
	return s.owners == nil || s.owners[c.OwnerID] || strings.Contains(c.Shared, list([]int64{s.scope.UserID}))
}

// cursor is where a page ended: in the ranked window that begins at row top,
// or among the older ones.
type cursor struct {
	top   int64
	rank  int
	row   int64
	older bool
}

func (c cursor) String() string {
	if c.older {
		return fmt.Sprintf("o%d", c.row)
	}
	return fmt.Sprintf("r%d.%d.%d", c.top, c.rank, c.row)
}

func parseCursor(s string) (cursor, error) {
	c := cursor{top: top, rank: -1, row: top}
	if s == "" {
		return c, nil
	}
	if n, err := fmt.Sscanf(s, "o%d", &c.row); n == 1 && err == nil {
		c.older = true
		return c, nil
	}
	if n, err := fmt.Sscanf(s, "r%d.%d.%d", &c.top, &c.rank, &c.row); n == 3 && err == nil {
		return c, nil
	}
	check := &errs.Check{}
	check.Add("cursor", "error.cursor")
	return c, check.Err()
}

// wanted is the typed text: as a whole, and part by part where blanks are.
type wanted struct {
	whole part
	parts []part
	expr  string
}

// part is text that one name, number or address has to answer.
type part struct {
	text   string
	folded string
	digits string // of a telephone number
	masked bool   // see newWanted
}

func newPart(s string, masked bool) part {
	p := part{text: s, folded: text.Fold(s), masked: masked}
	if digits, ok := phone.Query(s); ok && len(digits) >= minDigits {
		p.digits = digits
	}
	return p
}

const (
	maxParts  = 8
	minDigits = 3 // fewer begin every number there is
)

// newWanted reads what was typed. Whoever sees numbers, addresses and WeChat names
// masked finds them only whole: by parts, they would find out what is hidden.
func newWanted(typed string, masked bool) wanted {
	if rs := []rune(typed); len(rs) > 100 {
		typed = string(rs[:100])
	}
	fields := strings.Fields(typed)
	w := wanted{whole: newPart(strings.Join(fields, " "), masked)}
	alternatives := w.whole.exprs()
	if len(fields) > 1 && len(fields) <= maxParts {
		var all []string
		for _, f := range fields {
			p := newPart(f, masked)
			if one := p.exprs(); len(one) > 0 {
				w.parts = append(w.parts, p)
				all = append(all, "("+strings.Join(one, " OR ")+")")
			}
		}
		if len(all) > 1 {
			alternatives = append(alternatives, "("+strings.Join(all, " AND ")+")")
		}
	}
	if len(alternatives) > 0 {
		w.expr = "(" + strings.Join(alternatives, " OR ") + ")"
	}
	return w
}

// exprs are the ways in which a part may be met: as words, as digits.
func (p part) exprs() []string {
	var out []string
	if e := text.Expr(text.QueryTokens(p.text)); e != "" {
		out = append(out, "("+e+")")
	}
	if p.digits != "" {
		out = append(out, text.Expr([][]text.Term{{{Text: phoneMark + p.digits, Prefix: !p.masked}}}))
	}
	return out
}
