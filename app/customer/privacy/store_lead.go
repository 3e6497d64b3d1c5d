package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/phone"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Somebody who only asked is a person too: a lead has a copy and an erasure of its
// own as long as it is no customer, and the inquiries of a customer that nobody
// joined to them are theirs by number or address.

var (
	sqlLead = db.SQL(`
		SELECT 0 AS customerid, 0 AS contactid, l.id AS leadid, 'lead' AS kind, l.name, l.company, '' AS language, l.created_at, NULL AS erased_at FROM lead l
		WHERE l.id = ? AND l.customer_id IS NULL
			AND (? = 'all' OR l.owner_id IS NULL OR l.owner_id = ? OR (? = 'team' AND l.owner_id IN (SELECT id FROM user WHERE team_id = ? AND team_id <> 0)))`)
	sqlLeadWords = db.SQL(`
		SELECT name FROM lead WHERE id IN (SELECT value FROM json_each(?1))
		UNION SELECT wechat FROM lead WHERE id IN (SELECT value FROM json_each(?1))
		UNION SELECT p.value FROM lead l, json_each(l.phones) p WHERE l.id IN (SELECT value FROM json_each(?1))
		UNION SELECT e.value FROM lead l, json_each(l.emails) e WHERE l.id IN (SELECT value FROM json_each(?1))`)
	sqlNumbers = db.SQL(`SELECT e164 FROM customer_phone WHERE id IN (SELECT value FROM json_each(?)) AND e164 IS NOT NULL AND e164 <> ''`)
	sqlMails   = db.SQL(`SELECT lower(email) FROM customer_email WHERE id IN (SELECT value FROM json_each(?))`)
	sqlAsked   = db.SQL(`
		SELECT l.id, l.phones, l.emails FROM lead l
		WHERE l.customer_id IS NULL AND l.id IN (SELECT r.lead_id FROM lead_reach r WHERE r.value IN (SELECT value FROM json_each(?)))`)
	sqlDropTold  = db.SQL(`DELETE FROM event WHERE subject_kind = 'lead' AND subject_id IN (SELECT value FROM json_each(?))`)
	sqlDropLeads = db.SQL(`DELETE FROM lead WHERE id IN (SELECT value FROM json_each(?))`)
)

// query is the statement that finds a person among those that the actor sees.
func (s Subject) query(a *auth.Actor) (string, []any) {
	kind, id := s.kind()
	scope := a.Scope()
	switch kind {
	case "lead":
		return sqlLead, []any{id, string(scope.Reach), scope.UserID, string(scope.Reach), scope.TeamID}
	case "contact":
		return sqlContact, append([]any{id}, scope.Args()...)
	}
	return sqlCustomer, append([]any{id}, scope.Args()...)
}

// asked finds the leads that have a number or an address of the person.
func (r reach) asked(ctx context.Context, q db.Q) ([]int64, error) {
	var numbers, mails []string
	if err := q.Select(ctx, &numbers, sqlNumbers, list(r.rows["customer_phone"])); err != nil {
		return nil, fmt.Errorf("read their numbers: %w", err)
	}
	if err := q.Select(ctx, &mails, sqlMails, list(r.rows["customer_email"])); err != nil {
		return nil, fmt.Errorf("read their addresses: %w", err)
	}
	values := slices.Clone(mails)
	for _, n := range numbers {
		values = append(values, n[max(0, len(n)-7):])
	}
	if len(values) == 0 {
		return nil, nil
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID     int64  `db:"id"`
		Phones string `db:"phones"`
		Emails string `db:"emails"`
	}
	if err := q.Select(ctx, &rows, sqlAsked, list(values)); err != nil {
		return nil, fmt.Errorf("find their inquiries: %w", err)
	}
	var out []int64
	for _, row := range rows {
		var phones, emails []string
		if err := json.Unmarshal([]byte(row.Phones), &phones); err != nil {
			return nil, fmt.Errorf("read the numbers of lead %d: %w", row.ID, err)
		}
		if err := json.Unmarshal([]byte(row.Emails), &emails); err != nil {
			return nil, fmt.Errorf("read the addresses of lead %d: %w", row.ID, err)
		}
		same := slices.ContainsFunc(phones, func(p string) bool { return slices.Contains(numbers, phone.Parse(p, b.Region).E164) })
		if same || slices.ContainsFunc(emails, func(e string) bool { return slices.Contains(mails, strings.ToLower(e)) }) {
			out = append(out, row.ID)
		}
	}
	return out, nil
}
