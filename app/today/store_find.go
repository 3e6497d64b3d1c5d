package today

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// visit is a customer that somebody looked at.
type visit struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Region string `db:"region"`
}

var sqlVisited = db.List(`
	SELECT c.id, c.name, c.region FROM customer_visit v JOIN customer c ON c.id = v.customer_id
	WHERE v.user_id = ? AND ` + auth.CustomerSQL + `
	ORDER BY v.at DESC, c.id DESC LIMIT 8`)

// visited are the customers that the actor looked at last and still sees.
func (s *Service) visited(ctx context.Context, actor *auth.Actor) ([]visit, error) {
	var out []visit
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlVisited, append([]any{actor.UserID}, actor.Scope().Args()...)...); err != nil {
		return nil, fmt.Errorf("read who was looked at last: %w", err)
	}
	return out, nil
}
