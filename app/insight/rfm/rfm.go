// Package rfm sorts buyers into ten segments by how lately, how often and for
// how much they bought in the last two years. The scores compare a shop's
// buyers with each other: fifths, thirds where there are fewer than fifty, and
// the owner's own thresholds below fifteen. The segments are the owner's to
// name and to move; whatever is written into their table, everybody falls into
// exactly one.
package rfm

import (
	"context"
	"slices"
	"sync"

	"regulars/app/insight/prediction"
	"regulars/app/kit/errs"
	"regulars/app/kit/rfm"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Keys are the ten segments in the order in which they come.
var Keys = func() []string {
	var out []string
	for _, g := range rfm.Default() {
		out = append(out, g.Key)
	}
	return out
}()

// Segment is a row of the owner's table.
type Segment struct {
	ID       int64  `db:"id"`
	Key      string `db:"key"`
	Position int    `db:"position"`
	NameEN   string `db:"name_en"` // "" for the product's word
	NameZH   string `db:"name_zh"`
	RFrom    int    `db:"r_from"`
	RTo      int    `db:"r_to"`
	FFrom    int    `db:"f_from"`
	FTo      int    `db:"f_to"`
	MFrom    int    `db:"m_from"`
	MTo      int    `db:"m_to"`
}

// words is what a language bundle answers with.
type words interface {
	Tag() string
	T(key string, args ...any) string
}

// Name is what a segment is called in the reader's language.
func (g Segment) Name(l words) string {
	name := g.NameEN
	if l.Tag() == "zh-CN" {
		name = g.NameZH
	}
	if name != "" {
		return name
	}
	return l.T("rfm.segment." + g.Key)
}

// Segments are the table as it holds, in its order.
type Segments []Segment

// Standard is the table to begin with.
func Standard() Segments {
	var out Segments
	for i, g := range rfm.Default() {
		out = append(out, Segment{Key: g.Key, Position: i + 1, RFrom: g.R[0], RTo: g.R[1], FFrom: g.F[0], FTo: g.F[1], MFrom: g.M[0], MTo: g.M[1]})
	}
	return out
}

// Table is it for scores.
func (s Segments) Table() rfm.Table {
	var out rfm.Table
	for _, g := range s {
		out = append(out, rfm.Segment{Key: g.Key, R: rfm.Span{g.RFrom, g.RTo}, F: rfm.Span{g.FFrom, g.FTo}, M: rfm.Span{g.MFrom, g.MTo}})
	}
	return out
}

// Find is a segment by key.
func (s Segments) Find(key string) (Segment, bool) {
	i := slices.IndexFunc(s, func(g Segment) bool { return g.Key == key })
	if i < 0 {
		return Segment{Key: key}, false
	}
	return s[i], true
}

// Names are the names of all by key.
func (s Segments) Names(l words) map[string]string {
	out := map[string]string{}
	for _, g := range s {
		out[g.Key] = g.Name(l)
	}
	return out
}

// maxName is how long a segment's name may be, in characters.
const maxName = 40

// Clean puts the segments into their order and trims their names.
func (s Segments) Clean() {
	slices.SortStableFunc(s, func(a, b Segment) int { return a.Position - b.Position })
	for i := range s {
		s[i].Position = i + 1
		s[i].NameEN, s[i].NameZH = text.Line(s[i].NameEN), text.Line(s[i].NameZH)
	}
}

// Validate says what is wrong, by segment.
func (s Segments) Validate() error {
	c := &errs.Check{}
	seen := map[string]bool{}
	for _, g := range s {
		c.That(slices.Contains(Keys, g.Key) && !seen[g.Key], "segments", "error.choice")
		seen[g.Key] = true
		for name, words := range map[string]string{"en": g.NameEN, "zh": g.NameZH} {
			c.That(len([]rune(words)) <= maxName, "name_"+name+":"+g.Key, "error.long", "n", maxName)
		}
	}
	c.That(len(s) == len(Keys), "segments", "rfm.error.ten")
	for _, p := range s.Table().Check() {
		if p.At < len(s) {
			c.That(false, "span:"+s[p.At].Key, "rfm.error."+string(p.Fault))
		}
	}
	return c.Err()
}

// Thresholds are the owner's own steps for a shop with fewer than 15 buyers.
type Thresholds struct {
	Days   []float64 `json:"days"`   // since the last purchase
	Orders []float64 `json:"orders"` // in two years
	Money  []float64 `json:"money"`  // in two years, minor units
}

// Setting is the name under which they are kept.
const Setting = "rfm.thresholds"

// Service makes and shows them.
type Service struct {
	db *db.DB
	mu sync.Mutex // one run at a time
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Segments reads the table as it holds.
func (s *Service) Segments(ctx context.Context) (Segments, error) {
	return readSegments(ctx, s.db.Reader(ctx))
}

// Names are the names of the segments by key, for lists.
func (s *Service) Names(ctx context.Context, l words) (map[string]string, error) {
	list, err := s.Segments(ctx)
	return list.Names(l), err
}

// Save replaces the table and the thresholds; everybody is sorted anew beside
// the work.
func (s *Service) Save(ctx context.Context, list Segments, t Thresholds) error {
	if err := auth.From(ctx).May(prediction.Write); err != nil {
		return err
	}
	list = slices.Clone(list)
	list.Clean()
	if err := list.Validate(); err != nil {
		return err
	}
	if err := t.validate(); err != nil {
		return err
	}
	return s.db.Write(ctx, "rfm.save", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "prediction_segment", 0, "")
		if err := putSegments(ctx, tx, list); err != nil {
			return err
		}
		if err := setting.Put(ctx, tx, Setting, t); err != nil {
			return err
		}
		tx.AfterCommit(s.wake)
		return nil
	})
}

func (t Thresholds) validate() error {
	c := &errs.Check{}
	for name, list := range map[string][]float64{"days": t.Days, "orders": t.Orders, "money": t.Money} {
		ok := len(list) <= 4
		for i, v := range list {
			ok = ok && v > 0 && v < 1e15 && (i == 0 || v > list[i-1])
		}
		c.That(ok, name, "rfm.error.ascending")
	}
	return c.Err()
}

// Place is where one customer stands.
type Place struct {
	R       int    `db:"r"`
	F       int    `db:"f"`
	M       int    `db:"m"`
	Segment string `db:"segment"`
	Before  string `db:"before"`
}

// Of is where a customer stands whom the actor may see; found is false for
// those who never bought or do not want to be profiled.
func (s *Service) Of(ctx context.Context, customer int64) (p Place, found bool, err error) {
	actor := auth.From(ctx)
	if err := actor.May("customer.read"); err != nil {
		return p, false, err
	}
	q := s.db.Reader(ctx)
	var there int
	if err := db.OrNotFound(q.Get(ctx, &there, sqlVisible, append([]any{customer}, actor.Scope().Args()...)...)); err != nil {
		return p, false, err
	}
	found, err = db.Found(q.Get(ctx, &p, sqlPlace, customer))
	return p, found, err
}
