package auth

import "strings"

// Scope limits records to those an actor may see: all, those of their team, or
// their own, and what colleagues share with them. Records without an owner
// belong to everybody, unless they lie in a pool.
type Scope struct {
	Reach  Reach
	UserID int64
	TeamID int64
	Pooled bool // what nobody owns is seen in its pool only, until it is claimed
}

// Scope is the actor's.
func (a *Actor) Scope() Scope { return Scope{a.Reach, a.UserID, a.TeamID, a.Pooled} }

// Everything tells whether the scope hides nothing.
func (s Scope) Everything() bool { return s.Reach == All && !s.Pooled }

// Where is the SQL condition on the column that holds a customer's owner, such
// as c.owner_id beside c.id, with its arguments. The column is a constant of
// the program.
func (s Scope) Where(column string) (string, []any) {
	if s.Everything() {
		return "1", nil
	}
	if s.Reach == All {
		return column + " IS NOT NULL", nil
	}
	sql, args := column+" = ?", []any{s.UserID}
	if !s.Pooled {
		sql = column + " IS NULL OR " + sql
	}
	if s.Reach == Team && s.TeamID != 0 {
		sql, args = sql+" OR "+column+" IN (SELECT id FROM user WHERE team_id = ?)", append(args, s.TeamID)
	}
	sql += " OR " + strings.TrimSuffix(column, "owner_id") + "id IN (SELECT customer_id FROM sharing WHERE user_id = ? AND access <> '')"
	return "(" + sql + ")", append(args, s.UserID)
}

// Args are the values for CustomerSQL.
func (s Scope) Args() []any {
	all, named, open, team := 0, 0, 1, int64(0)
	if s.Everything() {
		all = 1
	}
	if s.Reach == All {
		named = 1
	}
	if s.Pooled {
		open = 0
	}
	if s.Reach == Team {
		team = s.TeamID
	}
	return []any{all, named, open, s.UserID, team, team, s.UserID}
}

// CustomerSQL is Where as a constant, for statements that join customer as c;
// it takes Args.
const CustomerSQL = `(? = 1 OR (c.owner_id IS NOT NULL AND ? = 1) OR (c.owner_id IS NULL AND ? = 1) OR c.owner_id = ?
	OR (? > 0 AND c.owner_id IN (SELECT id FROM user WHERE team_id = ?)) OR c.id IN (SELECT customer_id FROM sharing WHERE user_id = ? AND access <> ''))`
