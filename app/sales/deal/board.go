package deal

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// The board: the open deals of a pipeline in the columns of its stages, each
// with its count, its sum and the sum weighted by how likely the deals are won.
// Amounts of different currencies are never added up.

const (
	firstCards = 20 // of a column, the rest as one scrolls
	moreCards  = 50
)

// Lane is one column of the board, or of one person's row.
type Lane struct {
	Stage
	N     int
	Sums  []sum
	Cards []Card
	Next  *spot // where the rest begins, nil at the end
	Owner int64 // whose row, see everybodys
}

// Card is a deal on the board.
type Card struct {
	Deal
	Age    int  // 1..4, see Deal.Age
	Rotten int  // days in its stage, when that is too long
	Late   bool // its expected day is past
	Step   string
	Others bool // several people work here: whose it is matters
	Shown  bool // to the reader, who may not move it
}

// Whose is whose row it is, as addresses say it.
func (lane Lane) Whose() string {
	switch lane.Owner {
	case everybodys:
		return ""
	case with:
		return withWord
	}
	return strconv.FormatInt(lane.Owner, 10)
}

const withWord = "with"

// whose reads what an address says of it.
func whose(s string) int64 {
	switch s {
	case "":
		return everybodys
	case withWord:
		return with
	}
	return number(s)
}

// pipeline finds one by its id, the standard one for 0.
func (s *Service) pipeline(all []Pipeline, id int64) (Pipeline, error) {
	i := slices.IndexFunc(all, func(p Pipeline) bool { return p.ID == id || id == 0 && p.Standard })
	if i < 0 && id == 0 && len(all) > 0 {
		return all[0], nil
	}
	if i < 0 {
		return Pipeline{}, errs.NotVisible()
	}
	return all[i], nil
}

// lanes sum up every column of a pipeline, for everybody or for one person.
func lanes(p Pipeline, all []head, owner int64) []Lane {
	out := make([]Lane, len(p.Stages))
	for i, st := range p.Stages {
		lane := &out[i]
		lane.Stage, lane.Owner = st, owner
		for _, h := range all {
			if h.StageID != st.ID || owner >= 0 && h.OwnerID != owner {
				continue
			}
			lane.N += h.N
			at := slices.IndexFunc(lane.Sums, func(s sum) bool { return s.Currency == h.Currency })
			if at < 0 {
				at = len(lane.Sums)
				lane.Sums = append(lane.Sums, sum{Currency: h.Currency})
			}
			lane.Sums[at].N += h.N
			lane.Sums[at].Amount += h.Amount
			lane.Sums[at].Weighted += h.Weighted
		}
	}
	return out
}

// total adds up lanes by currency.
func total(lanes []Lane) (n int, out []sum) {
	for _, lane := range lanes {
		n += lane.N
		for _, one := range lane.Sums {
			at := slices.IndexFunc(out, func(s sum) bool { return s.Currency == one.Currency })
			if at < 0 {
				at = len(out)
				out = append(out, sum{Currency: one.Currency})
			}
			out[at].Amount += one.Amount
			out[at].Weighted += one.Weighted
		}
	}
	return n, out
}

// amounts are sums in words, one currency after the other.
func amounts(l *i18n.Locale, sums []sum, of func(sum) int64) string {
	var out []string
	for _, s := range sums {
		out = append(out, l.Money(of(s), s.Currency))
	}
	return strings.Join(out, " · ")
}

// headWords are what stands above a column, as the board's script is told them.
type headWords struct {
	Stage int64  `json:"stage"`
	N     string `json:"n"`
	Sum   string `json:"sum"`
}

func wordsOf(l *i18n.Locale, lane Lane) headWords {
	return headWords{lane.ID, l.Number(lane.N), lane.Sum(l)}
}

// Sum is the column's sum and what of it may be expected.
func (lane Lane) Sum(l *i18n.Locale) string {
	if len(lane.Sums) == 0 {
		return l.T("deal.lane_empty", "percent", lane.Probability)
	}
	return l.T("deal.lane_sum", "sum", amounts(l, lane.Sums, func(s sum) int64 { return s.Amount }),
		"weighted", amounts(l, lane.Sums, func(s sum) int64 { return s.Weighted }))
}

// fillLane reads the next cards of a column.
func (s *Service) fillLane(ctx context.Context, q db.Q, scope auth.Scope, l *i18n.Locale, lane *Lane, after spot, limit int, others bool) error {
	if lane.N == 0 {
		return nil
	}
	found, err := cards(ctx, q, scope, lane.ID, lane.Owner, after, limit+1)
	if err != nil {
		return err
	}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		lane.Next = &spot{last.Position, last.ID}
	}
	ids := make([]int64, len(found))
	for i, d := range found {
		ids[i] = d.ID
	}
	next, err := steps(ctx, q, ids)
	if err != nil {
		return err
	}
	shown, err := readOnly(ctx, q, scope)
	if err != nil {
		return err
	}
	now, day := l.Now(), today(l)
	for _, d := range found {
		d.Next, d.Added = next[d.ID], custom.Record{}
		card := Card{Deal: d, Age: d.Age(now), Late: d.Late(day), Others: others, Shown: shown[d.ID]}
		if d.Rots(now) {
			card.Rotten = d.Stood(now)
		}
		if d.Next.TaskID != 0 && !d.Next.DueAt.IsZero() {
			card.Step = l.Date(d.Next.DueAt.Time)
		}
		lane.Cards = append(lane.Cards, card)
	}
	return nil
}
