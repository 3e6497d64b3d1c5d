package feedback

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlAnswer = db.SQL(`
		SELECT r.id, coalesce(r.customer_id, 0) AS customer_id, r.survey_id, s.kind, s.words, r.score, r.comment, coalesce(r.case_id, i.case_id) AS case_id, r.answered_at
		FROM survey_response r JOIN survey s ON s.id = r.survey_id LEFT JOIN survey_invitation i ON i.id = r.invitation_id WHERE r.id = ?`)
	sqlBefore = db.SQL(`
		SELECT r.id, r.customer_id, r.survey_id, s.kind, s.words, r.score, r.comment, r.case_id, r.answered_at
		FROM survey_response r JOIN survey s ON s.id = r.survey_id
		WHERE r.customer_id = ? AND r.answered_at < ? ORDER BY r.answered_at DESC, r.id DESC LIMIT 5`)
	sqlCustomer = db.SQL(`
		SELECT c.name, c.kind, c.level, coalesce(u.id, 0) AS owner_id, coalesce(s.grade, '') AS grade, coalesce(s.score, -1) AS score,
			coalesce(s.orders, 0) AS orders, coalesce(s.revenue, 0) AS revenue, coalesce(s.last_order_on, '') AS last_order_on
		FROM customer c LEFT JOIN user u ON u.id = c.owner_id AND u.status = 'active' LEFT JOIN customer_stat s ON s.customer_id = c.id
		WHERE c.id = ?`)
	sqlTagged = db.SQL(`SELECT tag_id FROM customer_tag WHERE customer_id = ?`)
	sqlTags   = db.SQL(`SELECT id, name FROM tag ORDER BY name COLLATE NOCASE, id LIMIT 300`)
	sqlLeft   = db.SQL(`
		SELECT response_id, name, phone, email FROM poster_guest WHERE response_id = ?1 AND customer_id IS NULL
		UNION ALL SELECT 0, name, phone, email FROM feedback_caller WHERE case_id = ?2 LIMIT 1`)
	sqlCaller = db.SQL(`INSERT INTO feedback_caller (case_id, name, phone, email, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (case_id) DO NOTHING`)
	sqlRole   = db.SQL(`SELECT id FROM user WHERE status = 'active' AND role = ? ORDER BY id`)
	sqlStaff  = db.SQL(`SELECT id, name FROM user WHERE status = 'active' ORDER BY name, id`)
	sqlWorks  = db.SQL(`SELECT count(*) FROM user WHERE id = ? AND status = 'active'`)
)

// Person is somebody a case can be given to.
type Person struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// Guest is what somebody left about themselves at a poster, or with the wish to
// be talked to.
type Guest struct {
	ResponseID int64  `db:"response_id"` // 0 = with no answer that we know
	Name       string `db:"name"`
	Phone      string `db:"phone"`
	Email      string `db:"email"`
}

// Client is what a case page shows of the customer beside it.
type Client struct {
	Name        string  `db:"name"`
	Kind        string  `db:"kind"`
	Level       string  `db:"level"`
	Tags        []int64 `db:"-"`
	OwnerID     int64   `db:"owner_id"` // who looks after them and still works here
	Grade       string  `db:"grade"`
	Score       float64 `db:"score"`
	Orders      int     `db:"orders"`
	Revenue     int64   `db:"revenue"`
	LastOrderOn string  `db:"last_order_on"`
}

// Letter is the grade to show: the one set by hand wins.
func (c Client) Letter() string {
	if c.Level != "" {
		return c.Level
	}
	return c.Grade
}

func client(ctx context.Context, q db.Q, id int64) (Client, error) {
	var c Client
	if id == 0 { // somebody whom nobody knows
		c.Score = -1
		return c, nil
	}
	if err := q.Get(ctx, &c, sqlCustomer, id); err != nil {
		return c, fmt.Errorf("read customer %d: %w", id, err)
	}
	if err := q.Select(ctx, &c.Tags, sqlTagged, id); err != nil {
		return c, fmt.Errorf("read the tags of customer %d: %w", id, err)
	}
	return c, nil
}

func answer(ctx context.Context, q db.Q, id int64) (Answer, bool, error) {
	var a Answer
	found, err := db.Found(q.Get(ctx, &a, sqlAnswer, id))
	return a, found, err
}

// withRole are the active people of a role.
func withRole(ctx context.Context, q db.Q, role string) ([]int64, error) {
	var ids []int64
	err := q.Select(ctx, &ids, sqlRole, role)
	return ids, err
}
