package feedback

import (
	"context"
	"strconv"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/export"
)

// Exporter tells how cases leave: what their list shows.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "feedback-cases", Shown: listOf(s).Export, Write: func(ctx context.Context, ask export.Ask, w export.Writer) error {
		head := []string{"id", "opened_at", "customer_id", "customer", "owner", "state", "kind", "score", "respond_by", "responded_at", "resolve_by", "resolved_at", "closed_at",
			"cause", "action", "outcome", "recheck_score", "reason"}
		return export.Table(ctx, ask, w, head, s.List, func(list []Row) (out [][]string, err error) {
			for _, c := range list {
				out = append(out, []string{strconv.FormatInt(c.ID, 10), instant(c.OpenedAt), known(c.CustomerID), c.CustomerName, string(c.OwnerName), string(c.State), c.Kind,
					score(c.Score), instant(c.RespondBy), instant(c.RespondedAt), instant(c.ResolveBy), instant(c.ResolvedAt), instant(c.ClosedAt), c.Cause, c.Action,
					c.Outcome, score(c.RecheckScore), c.Reason})
			}
			return out, nil
		})
	}}
}

func instant(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func known(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// score leaves out the one that was never given.
func score(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}
