package order

// What of an order waits for somebody's word.

import "context"

// Approvals tells what waits; work/approval has it.
type Approvals interface {
	About(ctx context.Context, subjectKind string, id int64) (any, error)
	Waits(ctx context.Context, subjectKind string, ids []int64) (map[int64]bool, error)
}

// OnApproval lets orders show what waits. Call it before the house opens.
func (s *Service) OnApproval(a Approvals) { s.approvals = a }

// waiting marks the rows about which something waits.
func (s *Service) waiting(ctx context.Context, rows []Row) error {
	if s.approvals == nil {
		return nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	asked, err := s.approvals.Waits(ctx, "order", ids)
	for i := range rows {
		rows[i].Asked = asked[rows[i].ID]
	}
	return err
}
