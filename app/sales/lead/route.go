package lead

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Whose a lead becomes that nobody was named for: the first rule that fits names
// the people, and of those who work now it is whose turn it is, or who has the
// fewest. While the shop is closed, or all are away, it waits in the pool.

// Route says who answers which leads.
type Route struct {
	ID          int64   `db:"id"`
	Name        string  `db:"name"`
	Position    int     `db:"position"`
	Sources     Words   `db:"sources"` // none: any
	Regions     Words   `db:"regions"`
	ProductID   db.ID   `db:"product_id"`
	ProductName db.Null `db:"product_name"`
	FormID      db.ID   `db:"form_id"`
	FormName    db.Null `db:"form_name"`
	People      IDs     `db:"people"` // none: everybody who may have leads
	Method      string  `db:"method"`
	AtOnce      bool    `db:"at_once"` // also while the shop is closed
	Active      bool    `db:"active"`
	LastID      db.ID   `db:"last_id"` // whose turn was last
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`
}

// How a rule chooses among its people.
const (
	turns = "turns"
	load  = "load"
)

// IDs is a list of ids in a column.
type IDs []int64

// Scan implements sql.Scanner.
func (l *IDs) Scan(src any) error {
	*l = nil
	if s, ok := src.(string); ok {
		return json.Unmarshal([]byte(s), l)
	}
	return fmt.Errorf("a list of ids as %T", src)
}

// Has tells whether one of them is id.
func (l IDs) Has(id any) bool {
	n, ok := id.(int64)
	return ok && slices.Contains(l, n)
}

// worker is somebody who may be given leads.
type worker struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
	Role string `db:"role"`
	Open int    `db:"open"` // leads they have
	Away bool   `db:"away"` // has handed over, or has a deputy today
}

// fits tells whether a rule is about a lead.
func (r Route) fits(l Lead) bool {
	among := func(list Words, said string) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return text.Fold(s) == text.Fold(said) })
	}
	within := len(r.Regions) == 0 || slices.ContainsFunc(r.Regions, func(s string) bool { return strings.Contains(text.Fold(l.Region), text.Fold(s)) })
	return r.Active && within && among(r.Sources, l.Source) && (r.ProductID == 0 || r.ProductID == l.ProductID) && (r.FormID == 0 || r.FormID == l.FormID)
}

// next is whose lead it is among those who work; false when nobody does.
func (r Route) next(all []worker) (worker, bool) {
	fit := slices.DeleteFunc(slices.Clone(all), func(w worker) bool { return w.Away || len(r.People) > 0 && !slices.Contains(r.People, w.ID) })
	if len(fit) == 0 {
		return worker{}, false
	}
	after := func(w worker) bool { return w.ID <= int64(r.LastID) } // they come behind the others
	slices.SortFunc(fit, func(a, b worker) int {
		if r.Method == load && a.Open != b.Open {
			return cmp.Compare(a.Open, b.Open)
		}
		if after(a) != after(b) {
			if after(a) {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return fit[0], true
}

// workers are the people who may be given leads.
func (s *Service) workers(ctx context.Context, q db.Q) ([]worker, error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []worker
	today := string(cal.Today(s.db.Now(), b.Zone()))
	if err := q.Select(ctx, &all, sqlWorkers, today, today); err != nil {
		return nil, fmt.Errorf("read who could answer leads: %w", err)
	}
	may := map[string]bool{}
	for _, w := range all {
		if _, known := may[w.Role]; known {
			continue
		}
		_, allowed, err := s.Roles.Of(ctx, w.Role)
		if err != nil {
			return nil, fmt.Errorf("read what the role %s may: %w", w.Role, err)
		}
		may[w.Role] = w.Role == auth.Owner || allowed[Write] && allowed[Read]
	}
	return slices.DeleteFunc(all, func(w worker) bool { return !may[w.Role] }), nil
}

// assign gives a lead by the rules, or marks it as waiting for somebody who works.
func (s *Service) assign(ctx context.Context, tx *db.Tx, l *Lead) error {
	own(l, 0, "", tx.Now)
	routes, err := routesNow(ctx, tx)
	if err != nil {
		return err
	}
	routes = slices.DeleteFunc(routes, func(r Route) bool { return !r.fits(*l) })
	if len(routes) == 0 {
		return nil
	}
	all, err := s.workers(ctx, tx)
	if err != nil || len(all) < 2 {
		return err
	}
	h, err := s.Hours(ctx)
	if err != nil {
		return fmt.Errorf("read the working hours: %w", err)
	}
	for _, r := range routes {
		if !r.AtOnce && !h.Open(tx.Now) {
			break
		}
		w, ok := r.next(all)
		if !ok {
			continue
		}
		if _, err := tx.Exec(ctx, sqlTurn, w.ID, r.ID); err != nil {
			return fmt.Errorf("note whose turn it was: %w", err)
		}
		own(l, w.ID, r.Method+":"+r.Name, tx.Now)
		return nil
	}
	l.Waiting = true
	return nil
}

// giveWaiting gives the leads that wait for somebody who works.
func (s *Service) giveWaiting(ctx context.Context, tx *db.Tx) error {
	var list []Lead
	if err := tx.Select(ctx, &list, sqlWaiting); err != nil {
		return fmt.Errorf("find leads that wait for somebody who works: %w", err)
	}
	for _, l := range list {
		if err := s.assign(ctx, tx, &l); err != nil {
			return err
		}
		if l.Waiting {
			continue
		}
		if err := update(ctx, tx, l); err != nil {
			return err
		}
		if l.OwnerID == 0 {
			continue
		}
		if err := s.handed(ctx, tx, l, "assigned"); err != nil {
			return err
		}
		if err := s.publish(ctx, tx, Assigned{}, l); err != nil {
			return err
		}
	}
	return nil
}

// byRules gives a lead to whom the rules name.
func (s *Service) byRules(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
	if !l.IsOpen() {
		return nil, decided(*l)
	}
	if err := s.assign(ctx, tx, l); err != nil {
		return nil, err
	}
	return Assigned{}, s.handed(ctx, tx, *l, "assigned")
}

// Assign gives a lead by the rules.
func (s *Service) Assign(ctx context.Context, id int64, version *int64) (Lead, error) {
	if err := auth.From(ctx).May(Assign); err != nil {
		return Lead{}, err
	}
	return s.change(ctx, "lead.assign", id, version, s.byRules)
}

// Routes are the rules in their order.
func (s *Service) Routes(ctx context.Context) ([]Route, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return nil, err
	}
	return routesNow(ctx, s.db.Reader(ctx))
}

// Route reads one.
func (s *Service) Route(ctx context.Context, id int64) (Route, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return Route{}, err
	}
	return routeByID(ctx, s.db.Reader(ctx), id)
}

// SaveRoute makes a rule, the last one, or changes one that is still at its version.
func (s *Service) SaveRoute(ctx context.Context, r Route) (Route, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return r, err
	}
	return db.WriteOne(ctx, s.db, "lead.route", func(ctx context.Context, tx *db.Tx) (Route, error) {
		if r.ID != 0 {
			now, err := routeByID(ctx, tx, r.ID)
			if err != nil {
				return r, err
			}
			if now.Version != r.Version {
				return r, errs.Stale(now)
			}
			r.Position = now.Position
		}
		if err := s.checkRoute(ctx, tx, &r); err != nil {
			return r, err
		}
		if err := putRoute(ctx, tx, &r); err != nil {
			return r, err
		}
		journal.About(tx, "lead_route", r.ID, r.Name)
		return routeByID(ctx, tx, r.ID)
	})
}

const maxRoutes = 50

func (s *Service) checkRoute(ctx context.Context, tx *db.Tx, r *Route) error {
	c := &errs.Check{}
	r.Name = strings.Join(strings.Fields(text.Line(r.Name)), " ")
	c.That(r.Name != "", "name", "error.required")
	c.That(len([]rune(r.Name)) <= maxShort, "name", "error.long", "n", maxShort)
	for field, list := range map[string]*Words{"sources": &r.Sources, "regions": &r.Regions} {
		var kept Words
		for _, s := range *list {
			if s = strings.Join(strings.Fields(text.Line(s)), " "); s != "" && !slices.Contains(kept, s) {
				kept = append(kept, s)
			}
			c.That(len([]rune(s)) <= maxShort, field, "error.long", "n", maxShort)
		}
		c.That(len(kept) <= maxRoutes, field, "error.many", "n", maxRoutes)
		*list = kept
	}
	c.That(r.Method == turns || r.Method == load, "method", "error.choice")
	for field, q := range map[string]struct {
		id  db.ID
		sql string
	}{"product": {r.ProductID, sqlProductThere}, "form_id": {r.FormID, sqlFormThere}} {
		n, err := counts(ctx, tx, q.sql, q.id)
		if err != nil {
			return err
		}
		c.That(q.id == 0 || n > 0, field, "error.choice")
	}
	slices.Sort(r.People)
	r.People = slices.Compact(r.People)
	for _, id := range r.People {
		n, err := counts(ctx, tx, sqlPerson, id)
		if err != nil {
			return err
		}
		c.That(n > 0, "people", "error.choice")
	}
	if r.ID == 0 {
		have, err := routesNow(ctx, tx)
		if err != nil {
			return err
		}
		c.That(len(have) < maxRoutes, "name", "error.many", "n", maxRoutes)
		for _, h := range have {
			r.Position = max(r.Position, h.Position+1)
		}
	}
	return c.Err()
}

// PlaceRoute moves a rule one place up or down.
func (s *Service) PlaceRoute(ctx context.Context, id int64, by int) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.route_place", func(ctx context.Context, tx *db.Tx) error {
		list, err := routesNow(ctx, tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(r Route) bool { return r.ID == id })
		if at < 0 {
			return errs.NotVisible()
		}
		journal.About(tx, "lead_route", id, list[at].Name)
		if to := at + by; to >= 0 && to < len(list) {
			list[at], list[to] = list[to], list[at]
		}
		for i, r := range list {
			if r.Position == i {
				continue
			}
			if _, err := tx.Exec(ctx, sqlPlaceRoute, i, db.At(tx.Now), r.ID); err != nil {
				return fmt.Errorf("move a rule of assignment: %w", err)
			}
		}
		return nil
	})
}

// DropRoute deletes a rule; leads keep their owners.
func (s *Service) DropRoute(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.route_delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := routeByID(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "lead_route", id, r.Name)
		if _, err := tx.Exec(ctx, sqlDropRoute, id); err != nil {
			return fmt.Errorf("delete rule %d of assignment: %w", id, err)
		}
		return nil
	})
}
