package evaluation

import (
	"context"
	"fmt"

	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// Peers is a group of customers that somebody is compared with: of the same
// region, the same level, or the same choice in a field that the shop added, such
// as the industry. Nobody of it is named, and a group of fewer than five says
// nothing.
type Peers struct {
	Group
	N      int
	Total  float64 // medians
	Value  *float64
	Health *float64
	Rank   float64 // percent of the group whose total is below
}

const (
	fewPeers = 5
	byRegion = "region"
	maxPeers = 8 // groups on a page
	// largeShop is from how many scored customers on groups are counted at night:
	// below it a page asks for them as they stand.
	largeShop = 2000
)

// groupsOf are the groups that a customer may be compared with.
func groupsOf(region, level string, values custom.Values, fair custom.Set) []Group {
	var out []Group
	if region != "" {
		out = append(out, Group{By: byRegion, Of: region})
	}
	if level != "" {
		out = append(out, Group{By: byLevel, Of: level})
	}
	for _, f := range fair {
		if f.Kind != custom.Choice {
			continue
		}
		if of, ok := values[f.Slot()].(string); ok && of != "" {
			out = append(out, Group{By: f.Slot(), Of: of, NameEN: f.NameEN, NameZH: f.NameZH})
		}
	}
	return out[:min(len(out), maxPeers)]
}

// Above is the share of the group that the customer stands above, in percent.
func (p Peers) Above() float64 { return moreThan(p.Rank) }

// Ahead is that share in words; of a small group 99% would say that one is better.
func (p Peers) Ahead(l *i18n.Locale) string {
	if p.Rank == 100 {
		return l.T("evaluation.peers.all")
	}
	return l.Decimal(p.Above(), 0) + "%"
}

// Cut tells that not all of the group were looked at.
func (p Peers) Cut() bool { return p.N == largeShop }

// Words are the group in the reader's language: "Bristol", "Level A", "Industry: Café".
func (p Peers) Words(l *i18n.Locale) string {
	if p.By == byRegion {
		return l.T("evaluation.peers.region", "of", p.Of)
	}
	return p.Group.Words(l)
}

// Peers compares a customer with groups of those whom the actor sees. Of a large
// shop whoever sees everybody reads what the night counted.
func (s *Service) Peers(ctx context.Context, e Evaluation) ([]Peers, error) {
	who, err := s.visible(ctx, e.CustomerID)
	if err != nil || who.NoProfiling || e.Total == nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	set, err := custom.Of(ctx, q, "customer")
	if err != nil {
		return nil, err
	}
	shop, err := s.knownShop(ctx, q)
	if err != nil {
		return nil, err
	}
	kept := auth.From(ctx).Scope().Everything() && shop.Peered != 0 && shop.Peered == shop.version()
	var out []Peers
	for _, g := range groupsOf(who.Region, who.Level, who.Fields, fit(set)) {
		var p Peers
		var ok bool
		if kept {
			p, ok, err = keptPeers(ctx, q, g, *e.Total)
		} else {
			p, ok, err = livePeers(ctx, q, g, e)
		}
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}

func livePeers(ctx context.Context, q db.Q, g Group, e Evaluation) (Peers, bool, error) {
	rows, err := peerRows(ctx, q, g, e.CustomerID, auth.From(ctx).Scope())
	if err != nil || len(rows) < fewPeers {
		return Peers{}, false, err
	}
	return peersOf(g, rows, *e.Total), true, nil
}

func peersOf(g Group, rows []peerRow, total float64) Peers {
	var c crowd
	for _, r := range rows {
		c.add(r, 1)
	}
	p := c.peers(g)
	below := 0.0
	for _, r := range rows {
		switch {
		case r.Score < total:
			below++
		case r.Score == total:
			below += .5
		}
	}
	p.Rank = 100 * below / float64(len(rows))
	var totals []float64
	for _, r := range rows {
		totals = append(totals, r.Score)
	}
	p.Total = stats.Median(totals)
	return p
}

// crowd is how the scores of a group spread, to the half point.
type crowd struct{ Total, Value, Health tally }

// add counts somebody in, or out with -1.
func (c *crowd) add(r peerRow, n int) {
	for _, part := range []struct {
		t *tally
		v float64
	}{{&c.Total, r.Score}, {&c.Value, r.Value}, {&c.Health, r.Health}} {
		if part.v >= 0 {
			part.t.put(part.v, n)
		}
	}
}

// peers says what is known of the group without its spread.
func (c *crowd) peers(g Group) Peers {
	p := Peers{Group: g, N: c.Total.n, Total: c.Total.median()}
	for _, m := range []struct {
		t  *tally
		to **float64
	}{{&c.Value, &p.Value}, {&c.Health, &p.Health}} {
		if m.t.n >= fewPeers {
			v := m.t.median()
			*m.to = &v
		}
	}
	return p
}

// without is the group as it is to one of its members: the others.
func (c *crowd) without(g Group, total float64) (Peers, bool) {
	p := c.peers(g)
	p.N--
	if p.N < fewPeers {
		return p, false
	}
	below, same := c.Total.below(total)
	p.Rank = 100 * min(1, max(0, (float64(below)+float64(max(0, same-1))/2)/float64(p.N)))
	return p, true
}

// packed are the scores of a group's members, three bytes each.
type packed map[[2]string][]byte

func (p packed) add(g Group, r peerRow) {
	key := [2]string{g.By, g.Of}
	p[key] = append(p[key], half(r.Score), half(r.Value), half(r.Health))
}

func half(v float64) byte {
	if v < 0 {
		return 255
	}
	return byte(min(200, int(v*2+.5)))
}

func whole(b byte) float64 {
	if b == 255 {
		return -1
	}
	return float64(b) / 2
}

func crowdOf(members []byte) *crowd {
	var c crowd
	for i := 0; i < len(members); i += 3 {
		c.add(peerRow{whole(members[i]), whole(members[i+1]), whole(members[i+2])}, 1)
	}
	return &c
}

// keepPeers counts the groups of a large shop; of a small one none are kept.
func (s *Service) keepPeers(ctx context.Context, shop Shop, d day) (Shop, error) {
	all := packed{}
	n := 0
	err := eachMember(ctx, s.db.Reader(ctx), func(m member) error {
		n++
		for _, g := range groupsOf(m.region, m.level, m.values, d.fair) {
			all.add(g, m.peerRow)
		}
		return nil
	})
	if err != nil {
		return shop, fmt.Errorf("count whom customers are compared with: %w", err)
	}
	shop.Peered = 0
	if n >= largeShop {
		shop.Peered = shop.version()
	} else {
		clear(all)
	}
	return shop, s.db.Write(ctx, "evaluation.shop", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		return putPeers(ctx, tx, all)
	})
}

// regroup counts the groups anew once everybody has been judged by another version.
func (s *Service) regroup(ctx context.Context) error {
	shop, err := s.knownShop(ctx, s.db.Reader(ctx))
	if err != nil || shop.Peered == 0 || shop.Peered == shop.version() {
		return err
	}
	d, err := s.day(ctx, s.db.Now())
	if err != nil {
		return err
	}
	counted, err := s.keepPeers(ctx, shop, d)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "evaluation.shop", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		now, _, err := readShop(ctx, tx)
		if err != nil || now.version() != counted.version() {
			return err
		}
		now.Peered = counted.Peered
		return s.putShop(ctx, tx, now)
	})
}

// leavePeers takes somebody who is not to be judged out of the groups they were
// counted in.
func leavePeers(ctx context.Context, tx *db.Tx, customer int64) error {
	m, found, err := memberOf(ctx, tx, customer)
	if err != nil || !found || m.Score < 0 {
		return err
	}
	set, err := custom.Of(ctx, tx, "customer")
	if err != nil {
		return err
	}
	for _, g := range groupsOf(m.region, m.level, m.values, fit(set)) {
		c, found, err := readCrowd(ctx, tx, g)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		c.add(m.peerRow, -1)
		if err := putCrowd(ctx, tx, g.By, g.Of, &c); err != nil {
			return err
		}
	}
	return nil
}
