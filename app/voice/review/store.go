package review

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `w.id, w.platform, w.stars, w.most, w.author, w.words, w.language, w.url, w.posted_on, w.replied_at, w.praise, w.customer_id, c.name AS customer_name,
		w.case_id, w.external_id, w.created_at, w.updated_at, w.version`
	tables = `review w LEFT JOIN customer c ON c.id = w.customer_id`
	// reviewSeen is auth.CustomerSQL for reviews: whoever reads surveys reads what
	// somebody unknown wrote where everybody can read it.
	reviewSeen   = `(w.customer_id IS NULL OR ` + auth.CustomerSQL + `)`
	customerTeam = `(SELECT o.team_id FROM user o WHERE o.id = c.owner_id)`
	moodColumn   = `CASE WHEN w.stars IS NULL THEN '' WHEN w.stars <= 0.5 * w.most THEN 'low' WHEN w.stars < 0.8 * w.most THEN 'mid' ELSE 'high' END`
)

// list is what a reader can filter and sort reviews by.
var list = field.List{
	Columns: columns, From: tables, ID: "w.id", Sort: "-posted_on",
	Fields: []field.Field{
		{Name: "platform", Label: "review.platform", Kind: field.Text, Column: "w.platform"},
		{Name: "stars", Label: "review.stars", Kind: field.Number, Column: "w.stars"},
		{Name: "mood", Label: "review.mood", Kind: field.Choice, Column: moodColumn, Choices: []string{string(Unhappy), string(Soso), string(Happy)}},
		{Name: "author", Label: "review.author", Kind: field.Text, Column: "w.author"},
		{Name: "words", Label: "review.words", Kind: field.Text, Column: "w.words"},
		{Name: "language", Label: "common.language", Kind: field.Text, Column: "w.language"},
		{Name: "posted_on", Label: "review.posted_on", Kind: field.Date, Column: "w.posted_on", Sort: true},
		{Name: "replied", Label: "review.replied", Kind: field.Bool, Column: "(w.replied_at IS NOT NULL)"},
		{Name: "praise", Label: "review.praise", Kind: field.Bool, Column: "w.praise"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "w.customer_id"},
		{Name: "customer_team_id", Label: "satisfaction.by.customer_team_id", Kind: field.Ref, Column: customerTeam, Options: "team"},
		{Name: "case_id", Label: "survey.case", Kind: field.Ref, Column: "w.case_id"},
		{Name: "topic_id", Label: "satisfaction.by.topic_id", Kind: field.Ref, Column: "h.topic_id", Within: `w.id IN (SELECT h.review_id FROM topic_hit h WHERE %s)`},
		{Name: "external_id", Label: "payment.external_id", Kind: field.Text, Column: "w.external_id"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "w.updated_at"},
	},
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE w.id = ? AND ` + reviewSeen)
	sqlKnown  = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE w.platform = ? AND w.external_id = ?`)
	sqlInsert = db.SQL(`
		INSERT INTO review (platform, stars, most, author, words, language, url, posted_on, replied_at, praise, customer_id, external_id, user_id, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE review SET platform = ?, stars = ?, most = ?, author = ?, words = ?, language = ?, url = ?, posted_on = ?, replied_at = ?, praise = ?, customer_id = ?,
			external_id = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlOpened    = db.SQL(`UPDATE review SET case_id = ? WHERE id = ?`)
	sqlDelete    = db.SQL(`DELETE FROM review WHERE id = ?`)
	sqlPlatforms = db.List(`SELECT platform FROM review GROUP BY platform ORDER BY count(*) DESC, platform LIMIT 20`)
	sqlSummary   = db.SQL(`
		SELECT w.platform, count(*) AS n, count(w.stars) AS rated, coalesce(avg(5.0 * w.stars / w.most), 0) AS mean,
			count(CASE WHEN w.stars <= 0.5 * w.most THEN 1 END) AS low, count(CASE WHEN w.replied_at IS NULL THEN 1 END) AS unanswered
		FROM review w LEFT JOIN customer c ON c.id = w.customer_id WHERE w.posted_on BETWEEN ? AND ?
			AND (? = 0 OR ` + customerTeam + ` = ?) AND ` + reviewSeen + `
		GROUP BY w.platform ORDER BY n DESC, w.platform LIMIT 50`)
	sqlDispraise = db.SQL(`UPDATE review SET praise = 0, updated_at = ?, version = version + 1 WHERE customer_id = ? AND praise = 1`)
)

func get(ctx context.Context, q db.Q, id int64) (Review, error) {
	var r Review
	err := q.Get(ctx, &r, sqlGet, append([]any{id}, auth.From(ctx).Scope().Args()...)...)
	return r, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, in Input, replied db.Time) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.Platform, in.Stars, in.Most, in.Author, in.Words, languageOf(in.Words), in.URL, in.PostedOn, replied, in.Praise,
		db.ID(in.CustomerID), in.known(), db.ID(auth.From(ctx).UserID), db.At(tx.Now), db.At(tx.Now))
	return id, taken(err)
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input, replied db.Time) error {
	_, err := tx.Exec(ctx, sqlUpdate, in.Platform, in.Stars, in.Most, in.Author, in.Words, languageOf(in.Words), in.URL, in.PostedOn, replied, in.Praise,
		db.ID(in.CustomerID), in.known(), db.At(tx.Now), id)
	return taken(err)
}

// taken says that the platform's review is here already.
func taken(err error) error {
	if db.IsUnique(err) {
		c := &errs.Check{}
		c.Add("words", "review.error.taken")
		return c.Err()
	}
	if err != nil {
		return fmt.Errorf("store a review: %w", err)
	}
	return nil
}
