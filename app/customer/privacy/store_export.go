package privacy

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// shown are the tables whose rows mean something to a person, in the order in
// which a summary tells of them. A test sees to it that none is forgotten.
var shown = []string{"customer", "contact", "customer_phone", "customer_email", "customer_tag", "note", "followup", "task", "deal", "deal_line", "order_head", "order_line", "payment", "promise", "quote", "quote_line", "quote_trace",
	"approval",
	"experience",
	"contract",
	"lead", "lead_event",
	"instalment", "receipt", "receipt_back", "credit_limit", "dunning",
	"attachment", "customer_photo", "invoice_title", "survey_invitation", "survey_reply", "survey_response", "poster_guest", "review", "feedback_case", "feedback_event", "consent", "evaluation", "evaluation_override", "evaluation_check", "evaluation_snapshot", "prediction_buyer", "prediction_rfm", "prediction_worth", "reorder_clock", "outbox", "outbox_suppression", "notification", "timeline_entry", "event"}

// unshown are the others that belong to a person, with the reason.
var unshown = map[string]string{
	"consent_link": "opens their own page", "consent_now": "the last words of what is shown", "customer_stat": "sums of what is shown", "customer_visit": "what a colleague looked at", "duplicate_apart": "about two records",
	"duplicate_dirty": "a mark", "duplicate_merge": "about two records", "duplicate_moved": "about two records", "duplicate_pair": "about two records", "relation": "about two records",
	"order_move": "through which states an order went",
	"order_due":  "told with the order",
	"lead_reach": "told with the lead",
	"deal_check": "what a colleague ticked off", "deal_collaborator": "which colleague works on a deal", "deal_move": "through which stages a deal went", "deal_rival": "who else offered", "deal_warned": "a mark", "evaluation_dirty": "a mark", "evaluation_month": "told with the evaluation and the earlier ones", "event_delivery": "of the running process", "survey_enrolment": "a date to come", "survey_answer": "told with the answer", "topic_hit": "which of the shop's words the answer holds", "topic_due": "a mark", "praise_hidden": "what a colleague left off the wall", "topic_review_due": "a mark", "wave_member": "told with the invitation", "feedback_caller": "of somebody who is no customer", "improvement_case": "told with the case", "improvement_letter": "told with the message", "survey_trace": "what a mail scanner did", "task_reminder": "a mark",
	"quality_dirty": "a mark", "quality_finding": "what the check found", "quality_right": "what a colleague said of a finding", "today_dismissal": "what a colleague put away", "prediction_dismissal": "what a colleague put away", "pool_hold": "who may claim them", "pool_ledger": "which colleague had them", "pool_told": "a mark", "pool_due": "when they go back to a pool", "pool_touched": "a mark", "sharing": "which colleague sees them",
	"approval_step":   "which colleague decided",
	"handover":        "what one colleague told another of the work",
	"sharing_content": "which colleague took over", "sharing_request": "which colleague asked", "stage_hold": "what a colleague decided", "stage_move": "told from their orders",
}

// secret columns open something.
var secret = regexp.MustCompile(`(^|_)(hash|token|nonce|dedupe_key)($|_)`)

const sqlRowsOf = `SELECT * FROM %s WHERE %s IN (SELECT value FROM json_each(?)) ORDER BY 1 LIMIT 100000`

// record is one row by column.
type record map[string]any

// read gives the rows of a table that belong to the person.
func (r reach) read(ctx context.Context, q db.Q, table string) ([]record, error) {
	key, ids := "id", r.rows[table]
	for _, e := range slices.Concat(r.edges, r.about) {
		if e.Table != table || r.rows[e.Parent] == nil {
			continue
		}
		if !e.Named {
			key, ids = e.Column, r.rows[e.Parent]
		}
		if slices.Contains(r.about, e) {
			key, ids = e.Column, r.roots["contact"]
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var out []record
	err := q.Each(ctx, fmt.Sprintf(sqlRowsOf, quote(table), quote(key)), []any{list(ids)}, func(rows *sqlx.Rows) error {
		row := record{}
		if err := rows.MapScan(row); err != nil {
			return err
		}
		for name, v := range row {
			if b, ok := v.([]byte); ok {
				row[name] = string(b)
			}
			if secret.MatchString(name) {
				delete(row, name)
			}
		}
		out = append(out, row)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", table, err)
	}
	return out, nil
}
