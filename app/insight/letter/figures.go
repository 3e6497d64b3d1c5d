package letter

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/slot"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/setting"
)

// making is a letter while it is counted.
type making struct {
	*Service
	q     db.Q
	at    slot.Slot
	zone  setting.Business
	spans [3]slot.Span // the days, those before, those a year ago
	team  int64
	lives lives
	off   bool // being silent means nothing here
	f     Figures

	before, year []*Test // to be judged together
}

// figures counts the letters of an occasion, of the whole shop (0) or of teams.
// It counts as the house, all of it in the database as it is at one moment.
func (s *Service) figures(ctx context.Context, at slot.Slot, of []int64) (map[int64]Figures, error) {
	out := map[int64]Figures{}
	err := s.DB.Still(ctx, func(ctx context.Context) error {
		q := s.DB.Reader(ctx)
		b, err := setting.ReadBusiness(ctx, q)
		if err != nil {
			return err
		}
		house := *auth.System("job")
		house.Zone = b.Zone()
		ctx = field.With(auth.With(ctx, &house), field.Values{Now: s.DB.Now(), Zone: b.Zone(), Currency: b.Currency})
		all, err := readLives(ctx, q, at.Until, len(of) > 1 || of[0] != 0)
		if err != nil {
			return err
		}
		tried, err := prediction.SilenceOf(ctx, q)
		if err != nil {
			return err
		}
		off := tried.Gone.Off()
		if off {
			all.silence = 0
		}
		for _, team := range of {
			m := making{Service: s, q: q, at: at, zone: b, spans: [3]slot.Span{at.Span(), at.Earlier(), at.YearAgo()}, team: team, lives: all, off: off}
			if err := m.count(ctx); err != nil {
				return fmt.Errorf("count letter %s of team %d: %w", at.Name, team, err)
			}
			out[team] = m.f
		}
		return nil
	})
	return out, err
}

func (m *making) count(ctx context.Context) error {
	m.f = Figures{Currency: m.zone.Currency, Before: m.spans[1], Year: m.spans[2], Silence: m.lives.silence, Nothing: m.off, Steps: []Step{}}
	if err := m.q.Get(ctx, &m.f.Begun, sqlBegun); err != nil {
		return fmt.Errorf("find the first sale: %w", err)
	}
	for _, part := range []func(context.Context) error{m.customers, m.sales, m.trade, m.cash, m.bars, m.people, m.targets, m.owed, m.opinion, m.complaints, m.steps} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	judge(m.before)
	judge(m.year)
	return nil
}

// each reads something of the three spans.
func each[T any](m *making, read func(slot.Span) (T, error)) (out [3]T, err error) {
	for i, s := range m.spans {
		if out[i], err = read(s); err != nil {
			return out, err
		}
	}
	return out, nil
}

// since tells which of the spans are covered when something began on a day.
func (m *making) since(begun cal.Date) (known [3]bool) {
	for i, s := range m.spans {
		known[i] = i == 0 || begun != "" && begun <= s.Since
	}
	return known
}

// line puts three values beside each other and compares them.
func (m *making) line(key, unit string, known [3]bool, value func(i int) Value, test func(a, b int) *Test) Line {
	var v [3]Value
	for i := range v {
		if known[i] {
			v[i] = value(i)
			v[i].Known = true
		}
	}
	l := Line{Key: key, Unit: unit, Now: v[0], Before: v[1], Year: v[2]}
	if test == nil {
		return l
	}
	if known[1] {
		l.VsBefore = test(1, 0)
		m.before = append(m.before, l.VsBefore)
	}
	if known[2] {
		l.VsYear = test(2, 0)
		m.year = append(m.year, l.VsYear)
	}
	return l
}

// judge adjusts tests that were made together, and says what they mean.
func judge(all []*Test) {
	var tests []*Test
	var ps []float64
	for _, t := range all {
		if t.n >= enough {
			tests, ps = append(tests, t), append(ps, t.P)
			continue
		}
		t.Verdict = stats.TooEarly
	}
	for i, p := range stats.Holm(ps) {
		tests[i].P, tests[i].Verdict = p, stats.Judge(p, enough)
	}
}

// enough is how many events, or answers in the smaller group, a verdict takes.
const enough = 30

// counted compares numbers of events.
func (m *making) counted(n func(i int) int64) func(a, b int) *Test {
	return func(a, b int) *Test {
		t := stats.CompareCounts(int(n(a)), m.spans[a].Days(), int(n(b)), m.spans[b].Days())
		return &Test{P: t.P, Method: stats.ByCounts, n: int(n(a) + n(b))}
	}
}

// summed compares sums of what events brought.
func (m *making) summed(of func(i int) stats.Sums) func(a, b int) *Test {
	return func(a, b int) *Test {
		t := stats.CompareSums(of(a), m.spans[a].Days(), of(b), m.spans[b].Days())
		return &Test{P: t.P, Method: stats.BySums, n: min(of(a).N, of(b).N)}
	}
}

func shared(k, n func(i int) int64) func(a, b int) *Test {
	return func(a, b int) *Test {
		t, by := stats.CompareShares(int(k(a)), int(n(a)), int(k(b)), int(n(b)))
		return &Test{P: t.P, Method: by, n: int(min(n(a), n(b)))}
	}
}

// customers counts who bought, came, came back and fell silent.
func (m *making) customers(context.Context) error {
	known := m.since(m.f.Begun)
	var c [3]census
	for i, s := range m.spans {
		if known[i] {
			c[i] = m.lives.through(s, m.team)
		}
	}
	for _, key := range []string{active, fresh, back, silent, growth, base} {
		if m.lives.silence == 0 && key != active && key != fresh {
			continue // too little is known of anybody's pauses, or they tell nothing
		}
		n := func(i int) int64 { return c[i][key] }
		test := m.counted(n)
		if key == growth || key == base {
			test = nil
		}
		m.f.Customers = append(m.f.Customers, m.line(key, Count, known, func(i int) Value { return Value{N: n(i), Rows: m.whoRows(key, m.spans[i])} }, test))
	}
	return nil
}

// whoRows is the page of the customers behind a figure.
func (m *making) whoRows(key string, s slot.Span) string {
	switch key {
	case growth:
		return ""
	case fresh:
		return rows("/customers", append(m.of("team_id"), within("first_order_on", s)...))
	}
	return rowsPage("customers", s, m.team, url.Values{"of": {key}, "as_of": {string(m.at.Until)}})
}

func rowsPage(page string, s slot.Span, team int64, v url.Values) string {
	v.Set("since", string(s.Since))
	v.Set("until", string(s.Until))
	if team != 0 {
		v.Set("team", strconv.FormatInt(team, 10))
	}
	return home + "/" + page + "?" + v.Encode()
}

func rows(page string, conds []filter.Cond) string { return page + "?" + filter.Query(conds).Encode() }

func is(field, value string) filter.Cond { return filter.Cond{Field: field, Op: "eq", Value: value} }

func within(field string, s slot.Span) []filter.Cond {
	return []filter.Cond{{Field: field, Op: "gte", Value: string(s.Since)}, {Field: field, Op: "lte", Value: string(s.Until)}}
}

// of are the conditions on what is a team's.
func (m *making) of(field string) []filter.Cond {
	if m.team == 0 {
		return nil
	}
	return []filter.Cond{is(field, strconv.FormatInt(m.team, 10))}
}

// orderRows lists orders and returns that count as sold.
func (m *making) orderRows(s slot.Span, more ...filter.Cond) string {
	conds := append(within("ordered_on", s), filter.Cond{Field: "status", Op: "in", Value: "confirmed,completed"})
	return rows("/orders", append(append(conds, more...), m.of("team_id")...))
}

// sales sums what was sold.
func (m *making) sales(ctx context.Context) error {
	known := m.since(m.f.Begun)
	v, err := each(m, func(s slot.Span) (sales, error) { return readSales(ctx, m.q, s, m.team) })
	if err != nil {
		return err
	}
	ordersOnly := filter.Cond{Field: "total", Op: "gte", Value: "0"}
	all := func(i int) string { return m.orderRows(m.spans[i]) }
	m.f.Sales = []Line{
		m.line("ordered", Money, known, func(i int) Value { return Value{N: v[i].Total, Rows: all(i)} }, m.summed(func(i int) stats.Sums { return v[i].sum() })),
		m.line("orders", Count, known, func(i int) Value { return Value{N: int64(v[i].Orders), Rows: m.orderRows(m.spans[i], ordersOnly)} },
			m.counted(func(i int) int64 { return int64(v[i].Orders) })),
		m.line("mean", Money, known, func(i int) Value {
			return Value{N: v[i].Gross / max(1, int64(v[i].Orders)), Of: int64(v[i].Orders), Rows: m.orderRows(m.spans[i], ordersOnly)}
		}, func(a, b int) *Test {
			t := stats.CompareMeans(v[a].each(), v[b].each())
			return &Test{P: t.P, Method: stats.ByWelch, n: t.N}
		}),
		m.line("from_new", Share, known, func(i int) Value {
			return Value{N: v[i].New, Of: max(0, v[i].Total), Rows: m.whoRows(fresh, m.spans[i])}
		}, nil),
	}
	return nil
}

// trade counts deals and leads where the shop works with them.
func (m *making) trade(ctx context.Context) error {
	var have used
	if err := m.q.Get(ctx, &have, sqlUsed); err != nil {
		return fmt.Errorf("see what is used: %w", err)
	}
	if have.Deals != "" {
		v, err := each(m, func(s slot.Span) (d deals, err error) {
			err = m.q.Get(ctx, &d, sqlDeals, s.Since, s.Until, m.team, m.f.Currency)
			return d, err
		})
		if err != nil {
			return fmt.Errorf("count the deals: %w", err)
		}
		known := m.since(have.Deals)
		list := func(i int, result string) string {
			return rows("/deals", append(append(within("closed_on", m.spans[i]), is("result", result)), m.of("team_id")...))
		}
		won, lost := func(i int) int64 { return v[i].Won }, func(i int) int64 { return v[i].Lost }
		m.f.Deals = []Line{
			m.line("won", Count, known, func(i int) Value { return Value{N: won(i), Rows: list(i, "won")} }, m.counted(won)),
			m.line("won_amount", Money, known, func(i int) Value { return Value{N: v[i].Amount, Rows: list(i, "won")} }, nil),
			m.line("lost", Count, known, func(i int) Value { return Value{N: lost(i), Rows: list(i, "lost")} }, m.counted(lost)),
		}
	}
	if have.Leads.IsZero() {
		return nil
	}
	zone := m.zone.Zone()
	v, err := each(m, func(s slot.Span) (l leads, err error) {
		err = m.q.Get(ctx, &l, sqlLeads, db.At(s.Since.Time(zone)), db.At(s.Until.AddDays(1).Time(zone)), m.team)
		return l, err
	})
	if err != nil {
		return fmt.Errorf("count the leads: %w", err)
	}
	known := m.since(cal.DateOf(have.Leads.Time, zone))
	list := func(i int, more ...filter.Cond) string {
		return rows("/leads", append(append(within("received_at", m.spans[i]), more...), m.of("team_id")...))
	}
	n, won := func(i int) int64 { return v[i].Leads }, func(i int) int64 { return v[i].Converted }
	m.f.Leads = []Line{
		m.line("leads", Count, known, func(i int) Value { return Value{N: n(i), Rows: list(i)} }, m.counted(n)),
		m.line("converted", Share, known, func(i int) Value { return Value{N: won(i), Of: n(i), Rows: list(i, is("state", "converted"))} }, shared(won, n)),
	}
	return nil
}

// cash sums what came in, and counts the promises that were kept.
func (m *making) cash(ctx context.Context) error {
	v, err := each(m, func(s slot.Span) (cash, error) { return readCash(ctx, m.q, s, m.team, m.f.Currency) })
	if err != nil {
		return err
	}
	m.f.Cash = []Line{m.line("received", Money, m.since(m.f.Begun), func(i int) Value {
		return Value{N: v[i].Total, Rows: rowsPage("money", m.spans[i], m.team, url.Values{})}
	}, m.summed(func(i int) stats.Sums {
		return stats.Sums{N: v[i].Moves, Sum: float64(v[i].Total), Squares: v[i].Squares}
	}))}
	var first cal.Date
	if err := m.q.Get(ctx, &first, sqlPromised); err != nil || first == "" {
		return err
	}
	p, err := each(m, func(s slot.Span) (w word, err error) {
		err = m.q.Get(ctx, &w, sqlPromises, s.Since, s.Until, m.team)
		return w, err
	})
	if err != nil {
		return fmt.Errorf("count the promises: %w", err)
	}
	kept, settled := func(i int) int64 { return p[i].Kept }, func(i int) int64 { return p[i].Settled }
	m.f.Promises = []Line{m.line("kept", Share, m.since(first), func(i int) Value {
		conds := append(within("due_on", m.spans[i]), is("side", "theirs"), filter.Cond{Field: "state", Op: "in", Value: "kept,late,broken"})
		return Value{N: kept(i), Of: settled(i), Rows: rows("/promises", append(conds, m.of("team_id")...))}
	}, shared(kept, settled))}
	return nil
}
