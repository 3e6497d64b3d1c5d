package auth

// Scope limits records to those an actor may see: all, those of their team, or
// their own. Records without an owner belong to everybody.
type Scope struct {
	Reach  Reach
	UserID int64
	TeamID int64
}

// Scope is the actor's.
func (a *Actor) Scope() Scope { return Scope{a.Reach, a.UserID, a.TeamID} }

// Where is the SQL condition on the column that holds a record's owner, with
// its arguments. The column is a constant of the program.
func (s Scope) Where(column string) (string, []any) {
	switch s.Reach {
	case All:
		return "1", nil
	case Team:
		if s.TeamID != 0 {
			return "(" + column + " IS NULL OR " + column + " = ? OR " + column + " IN (SELECT id FROM user WHERE team_id = ?))", []any{s.UserID, s.TeamID}
		}
	}
	return "(" + column + " IS NULL OR " + column + " = ?)", []any{s.UserID}
}

// Args are the four values for ScopeSQL.
func (s Scope) Args() []any {
	all, team := 0, int64(0)
	if s.Reach == All {
		all = 1
	}
	if s.Reach == Team {
		team = s.TeamID
	}
	return []any{all, s.UserID, team, team}
}

// CustomerSQL is Where as a constant, for statements that join customer as c;
// it takes Args.
const CustomerSQL = `(? = 1 OR c.owner_id IS NULL OR c.owner_id = ? OR (? > 0 AND c.owner_id IN (SELECT id FROM user WHERE team_id = ?)))`
