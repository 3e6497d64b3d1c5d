package periodical

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/slot"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

var (
	sqlPeople = db.SQL(`SELECT id FROM user WHERE status = 'active' ORDER BY name, id`)
	// Teams in which somebody works; whoever works alone has none.
	sqlTeams = db.SQL(`
		SELECT t.id, t.name FROM team t WHERE EXISTS (SELECT 1 FROM user u WHERE u.team_id = t.id AND u.status = 'active')
			AND (SELECT count(*) FROM user WHERE status = 'active') > 1 ORDER BY t.id`)
)

// Named is a record with its name.
type Named struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// Teams are those that have issues of their own.
func Teams(ctx context.Context, q db.Q) ([]Named, error) {
	var out []Named
	if err := q.Select(ctx, &out, sqlTeams); err != nil {
		return nil, fmt.Errorf("list the teams: %w", err)
	}
	return out, nil
}

// Shelf is where a slice keeps its issues: the statements on its own table. Has
// and Of find an occasion, Earlier and Later the neighbours of an issue.
type Shelf struct{ Has, Of, Add, Earlier, Later string }

// Holds tells whether the issues of an occasion are made.
func (s Shelf) Holds(ctx context.Context, q db.Q, at slot.Slot) (bool, error) {
	var n int
	if err := q.Get(ctx, &n, s.Has, at.Kind, at.Name); err != nil {
		return false, fmt.Errorf("look for issue %s: %w", at.Name, err)
	}
	return n > 0, nil
}

// Keep stores an issue once; false when it is there already. id is its number
// either way.
func (s Shelf) Keep(ctx context.Context, tx *db.Tx, at slot.Slot, team, user int64, figures any) (id int64, made bool, err error) {
	raw, err := json.Marshal(figures)
	if err != nil {
		return 0, false, fmt.Errorf("encode the figures of issue %s: %w", at.Name, err)
	}
	n, err := tx.Exec(ctx, s.Add, at.Kind, at.Name, db.ID(team), at.Since, at.Until, string(raw), db.ID(user), db.At(tx.Now))
	if err != nil {
		return 0, false, fmt.Errorf("keep issue %s: %w", at.Name, err)
	}
	if err := tx.Get(ctx, &id, s.Of, at.Kind, at.Name, team); err != nil {
		return 0, false, fmt.Errorf("find issue %s: %w", at.Name, err)
	}
	return id, n == 1, nil
}

// Publish keeps the issues of an occasion, the whole shop's first. There are none
// when somebody else was faster, with the teams and the mails.
func (s Shelf) Publish(ctx context.Context, tx *db.Tx, subject string, at slot.Slot, teams []Named, figures func(team int64) any) (map[int64]Issue, error) {
	made := map[int64]Issue{}
	for _, t := range append([]Named{{}}, teams...) {
		id, fresh, err := s.Keep(ctx, tx, at, t.ID, 0, figures(t.ID))
		if err != nil {
			return nil, err
		}
		if t.ID == 0 {
			if !fresh {
				return nil, nil
			}
			journal.About(tx, subject, id, at.Name)
		}
		made[t.ID] = Issue{ID: id, Kind: at.Kind, Slot: at.Name, TeamID: db.ID(t.ID), TeamName: db.Null(t.Name), Since: at.Since, Until: at.Until, MadeAt: db.At(tx.Now)}
	}
	return made, nil
}

// Beside are the issues of the same kind and team before and after one, 0 for none.
func (s Shelf) Beside(ctx context.Context, q db.Q, i Issue) (earlier, later int64, err error) {
	if err = q.Get(ctx, &earlier, s.Earlier, i.ID, i.Kind, int64(i.TeamID)); err == nil {
		err = q.Get(ctx, &later, s.Later, i.ID, i.Kind, int64(i.TeamID))
	}
	return earlier, later, err
}
