package customer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// matches tells by column and value which customers have it; two are enough
// to know that it is not one.
type matches map[string]map[string][]int64

func newMatches() matches { return matches{} }

func (m matches) put(column, value string) {
	if m[column] == nil {
		m[column] = map[string][]int64{}
	}
	if _, ok := m[column][value]; !ok {
		m[column][value] = nil
	}
}

// add notes that customer id (0 = nobody yet) has these keys.
func (m matches) add(keys matches, id int64) {
	for column, values := range keys {
		for value := range values {
			m.put(column, value)
			if id != 0 && len(m[column][value]) < 2 && !slices.Contains(m[column][value], id) {
				m[column][value] = append(m[column][value], id)
			}
		}
	}
}

// addAll adds what another one knows.
func (m matches) addAll(other matches) {
	for column, values := range other {
		for value, ids := range values {
			m.put(column, value)
			for _, id := range ids {
				if len(m[column][value]) < 2 && !slices.Contains(m[column][value], id) {
					m[column][value] = append(m[column][value], id)
				}
			}
		}
	}
}

// addAsked adds of what another one knows only what was asked for: it may know
// every row of a long file, and this happens for every batch.
func (m matches) addAsked(other, asked matches) {
	found := newMatches()
	for column, values := range asked {
		for value := range values {
			if ids, ok := other[column][value]; ok {
				found.put(column, value)
				found[column][value] = ids
			}
		}
	}
	m.addAll(found)
}

// mark says of all keys that customer id has them.
func (m matches) mark(id int64) {
	for _, values := range m {
		for value := range values {
			values[value] = []int64{id}
		}
	}
}

// only is the one customer that the asked values of a column mean, 0 for none.
func (m matches) only(column string, asked map[string][]int64) (int64, error) {
	one := int64(0)
	for value := range asked {
		for _, id := range m[column][value] {
			if one != 0 && one != id {
				return 0, errs.New(errs.Invalid, "import.problem.two_customers", "value", short(value))
			}
			one = id
		}
	}
	return one, nil
}

const (
	// A record that became part of another one is still known by its id.
	sqlMatchExternal = `
		SELECT external_id, id FROM (
			SELECT external_src, external_id, id FROM customer WHERE external_id IS NOT NULL
			UNION ALL SELECT external_src, external_id, survivor_id FROM duplicate_merge WHERE external_id IS NOT NULL)
		WHERE external_src = '' AND external_id IN (?)`
	sqlMatchEmail  = `SELECT email, customer_id FROM customer_email WHERE email IN (?)`
	sqlMatchPhone  = `SELECT e164, customer_id FROM customer_phone WHERE e164 IN (?) AND e164 <> ''`
	sqlMatchWeChat = `SELECT wechat, id FROM customer WHERE wechat IN (?) AND wechat <> ''`
	sqlMatchName   = `SELECT name, id FROM customer WHERE name_key IN (?)`
)

var sqlStaff = db.SQL(`SELECT id, name, email FROM user WHERE status <> 'disabled'`)

// lookUp finds who has the asked keys, one query for each column.
func lookUp(ctx context.Context, q db.Q, asked matches) (matches, error) {
	found := newMatches()
	for column, look := range map[string]struct {
		sql string
		key func(string) string
	}{
		"external_id": {sqlMatchExternal, nil}, "email": {sqlMatchEmail, strings.ToLower}, "phone": {sqlMatchPhone, nil},
		"wechat": {sqlMatchWeChat, nil}, "name": {sqlMatchName, text.Fold},
	} {
		values := slices.Collect(maps.Keys(asked[column]))
		if column == "name" {
			for i := range values {
				values[i] = text.CompanyKey(values[i])
			}
		}
		for chunk := range slices.Chunk(values, 1000) {
			if err := lookUpSome(ctx, q, found, column, look.sql, look.key, chunk); err != nil {
				return nil, fmt.Errorf("look for customers by %s: %w", column, err)
			}
		}
	}
	return found, nil
}

func lookUpSome(ctx context.Context, q db.Q, found matches, column, sql string, key func(string) string, values []string) error {
	query, args, err := sqlx.In(sql, values)
	if err != nil {
		return err
	}
	return q.Each(ctx, query, args, func(r *sqlx.Rows) error {
		var value string
		var id int64
		if err := r.Scan(&value, &id); err != nil {
			return err
		}
		if key != nil {
			value = key(value)
		}
		one := newMatches()
		one.put(column, value)
		found.add(one, id)
		return nil
	})
}

// StaffByName knows who works here by e-mail, and by name where only one has it.
func StaffByName(ctx context.Context, q db.Q) (map[string]int64, error) {
	var rows []struct {
		ID    int64  `db:"id"`
		Name  string `db:"name"`
		Email string `db:"email"`
	}
	if err := q.Select(ctx, &rows, sqlStaff); err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	people := map[string]int64{}
	for _, r := range rows {
		name := strings.ToLower(r.Name)
		if _, twice := people[name]; twice {
			people[name] = 0
			continue
		}
		people[name] = r.ID
	}
	for _, r := range rows {
		people[strings.ToLower(r.Email)] = r.ID
	}
	return people, nil
}

// Names finds the customers that the rows of another import name: by external
// id, e-mail, phone or name, all with a few queries.
type Names struct {
	s      *Service
	region string
	found  matches
	hidden map[int64]bool // not the actor's to see
}

// Names looks up everybody whom these cells may mean.
func (s *Service) Names(ctx context.Context, tx *db.Tx, cells []string) (*Names, error) {
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return nil, err
	}
	n := &Names{s: s, region: business.Region, hidden: map[int64]bool{}}
	asked := newMatches()
	for _, cell := range cells {
		asked.add(n.keys(cell), 0)
	}
	if n.found, err = lookUp(ctx, tx, asked); err != nil {
		return nil, err
	}
	scope := auth.From(ctx).Scope()
	if scope.Everything() {
		return n, nil
	}
	for _, values := range n.found {
		for _, ids := range values {
			for _, id := range ids {
				if _, err := ref(ctx, tx, scope, id); errs.Is(err, errs.NotFound) {
					n.hidden[id] = true
				} else if err != nil {
					return nil, err
				}
			}
		}
	}
	return n, nil
}

func (n *Names) keys(cell string) matches {
	m := newMatches()
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return m
	}
	m.put("external_id", cell)
	m.put("name", text.Fold(cell))
	if validEmail(cell) {
		m.put("email", strings.ToLower(cell))
	}
	if p := phone.Parse(cell, n.region); p.E164 != "" {
		m.put("phone", p.E164)
	}
	return m
}

// Find is the customer a cell means, 0 when there is none yet. Two of the same
// name, or one who is not the actor's to see, is an error for the row.
func (n *Names) Find(cell string) (int64, error) {
	keys := n.keys(cell)
	for _, column := range []string{"external_id", "email", "phone", "name"} {
		id, err := n.found.only(column, keys[column])
		if err != nil {
			return 0, fieldProblem("import.problem.two_customers", cell)
		}
		if n.hidden[id] {
			return 0, fieldProblem("import.problem.not_yours", cell)
		}
		if id != 0 {
			return id, nil
		}
	}
	return 0, nil
}

// Must is Find where a row without its customer fails, unless missing ones are
// to be made.
func (n *Names) Must(ctx context.Context, tx *db.Tx, cell string, create bool) (int64, error) {
	if strings.TrimSpace(cell) == "" {
		return 0, fieldProblem("error.required", cell)
	}
	id, err := n.Find(cell)
	if id != 0 || err != nil {
		return id, err
	}
	if !create {
		return 0, fieldProblem("import.problem.no_customer", cell)
	}
	return n.create(ctx, tx, cell)
}

func fieldProblem(key, cell string) error {
	c := &errs.Check{}
	c.Add("customer", key, "value", short(cell))
	return c.Err()
}

// create makes a customer of whom only the cell is known.
func (n *Names) create(ctx context.Context, tx *db.Tx, cell string) (int64, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return 0, err
	}
	in := Input{Name: cell}
	if validEmail(strings.TrimSpace(cell)) {
		in.Emails = []string{cell}
	} else if phone.Parse(cell, n.region).E164 != "" {
		in.Phones = []PhoneInput{{Raw: cell}}
	} else if code := strings.TrimSpace(cell); strings.Trim(code, "0123456789") == "" {
		in.ExternalID = code // a number from another program
	}
	if a := auth.From(ctx); a.Reach == auth.Own {
		in.OwnerID = a.UserID
	}
	c, err := n.s.Create(ctx, in)
	if err != nil {
		return 0, err
	}
	n.found.add(n.keys(cell), c.ID)
	return c.ID, nil
}
