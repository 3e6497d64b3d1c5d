package topic

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

// What others count by topic.

var sqlAnswers = db.SQL(`SELECT response_id FROM topic_hit WHERE topic_id = ? AND response_id IS NOT NULL`)

// Active are the topics that answers are looked through for.
func (s *Service) Active(ctx context.Context, q db.Q) ([]Topic, error) {
	var out []Topic
	if err := q.Select(ctx, &out, sqlActive); err != nil {
		return nil, fmt.Errorf("read the topics: %w", err)
	}
	return out, nil
}

// Answers are those that speak of a topic, by number.
func (s *Service) Answers(ctx context.Context, q db.Q, id int64) (map[int64]bool, error) {
	var ids []int64
	if err := q.Select(ctx, &ids, sqlAnswers, id); err != nil {
		return nil, fmt.Errorf("read the answers about topic %d: %w", id, err)
	}
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
