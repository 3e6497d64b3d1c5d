package review

import (
	"context"
	"strconv"
	"time"

	"regulars/app/sys/export"
)

// Exporter tells how reviews leave: with the columns that an import reads.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "reviews", Write: func(ctx context.Context, ask export.Ask, w export.Writer) error {
		head := []string{"id", "platform", "stars", "text", "author", "link", "date", "external_id", "language", "mood", "replied_at", "praise", "customer_id", "customer", "case_id"}
		return export.Table(ctx, ask, w, head, s.List, func(list []Row) (out [][]string, err error) {
			for _, r := range list {
				replied := ""
				if !r.RepliedAt.IsZero() {
					replied = r.RepliedAt.UTC().Format(time.RFC3339)
				}
				out = append(out, []string{strconv.FormatInt(r.ID, 10), r.Platform, r.Rated(), r.Words, r.Author, r.URL, string(r.PostedOn), r.ExternalID, r.Language,
					string(r.Mood()), replied, strconv.FormatBool(r.Praise), numberOf(int64(r.CustomerID)), string(r.CustomerName), numberOf(int64(r.CaseID))})
			}
			return out, nil
		})
	}}
}

func numberOf(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
