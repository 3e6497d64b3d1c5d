package customer

import (
	"context"
	"strings"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/sys/journal"
)

// exportColumns are the columns that an import reads back.
var exportColumns = []string{"external_id", "name", "kind", "phone", "email", "wechat", "address", "region", "source", "level", "stage", "tags", "birthday", "owner"}

// Reveal is what seeing sensitive fields needs.
const Reveal = "custom_field.reveal"

// Exporter tells how customers leave.
func (s *Service) Exporter() export.Kind {
	return export.Kind{Name: "customers", Cards: true, Noted: true, Shown: s.writeShown, Write: func(ctx context.Context, ask export.Ask, w export.Writer) error {
		return s.Export(ctx, ask.Request, ask.Conds, ask.Clear, w)
	}}
}

// Export writes exactly the customers that a list shows, and notes in the
// audit log that they left. Sensitive fields are masked unless clear asks for
// them, which is noted as an export of its own kind.
func (s *Service) Export(ctx context.Context, req page.Request, conds []filter.Cond, clear bool, w export.Writer) error {
	if err := auth.From(ctx).May(Export); err != nil {
		return err
	}
	if clear {
		if err := auth.From(ctx).May(Reveal); err != nil {
			return err
		}
	}
	record, err := s.fields.Record(ctx, s.db.Reader(ctx), "customer")
	if err != nil {
		return err
	}
	head := append(append([]string{}, exportColumns...), record.Set.Columns()...)
	_, cards := w.(interface{ Cards() bool })
	beside, err := s.besides(ctx, cards)
	if err != nil {
		return err
	}
	for _, b := range beside {
		head = append(head, b.header...)
	}
	if err := w.Write(head); err != nil {
		return err
	}
	req.Limit, req.Cursor = page.MaxLimit, ""
	if cards {
		req.Limit = pageOfCards
	}
	for {
		p, err := s.List(ctx, req, conds)
		if err != nil {
			return err
		}
		if err := readBesides(ctx, s.db.Reader(ctx), beside, p.Items); err != nil {
			return err
		}
		for _, r := range p.Items {
			cells, err := r.cells(clear)
			if err != nil {
				return err
			}
			for _, b := range beside {
				cells = append(cells, b.of(r.ID)...)
			}
			if err := w.Write(cells); err != nil {
				return err
			}
		}
		if p.Next == "" {
			break
		}
		req.Cursor = p.Next
	}
	if err := w.Close(); err != nil {
		return err
	}
	note := func(_ context.Context, tx *db.Tx) error {
		journal.Keep(tx)
		return nil
	}
	if clear && record.Set.Sensitive() {
		return s.db.Write(ctx, "customer.export_clear", note)
	}
	return s.db.Write(ctx, "customer.export", note)
}

// pageOfCards is how many customers of an address book are in memory at once:
// each may have a photo.
const pageOfCards = 50

// besides is a part of the customers that leave, see Part.
type besides struct {
	part   Part
	header []string
	cells  map[int64][]string
}

func (s *Service) besides(ctx context.Context, cards bool) ([]*besides, error) {
	var out []*besides
	for _, p := range s.parts {
		header, err := p.PartHeader(ctx, s.db.Reader(ctx), cards)
		if err != nil {
			return nil, err
		}
		if len(header) > 0 {
			out = append(out, &besides{part: p, header: header})
		}
	}
	return out, nil
}

func readBesides(ctx context.Context, q db.Q, list []*besides, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	for _, b := range list {
		var err error
		if b.cells, err = b.part.PartCells(ctx, q, ids); err != nil {
			return err
		}
	}
	return nil
}

// of are the cells of a customer, empty ones when there is nothing.
func (b *besides) of(id int64) []string {
	if cells := b.cells[id]; cells != nil {
		return cells
	}
	return make([]string, len(b.header))
}

func (r Row) cells(clear bool) ([]string, error) {
	var phones, tags []string
	for _, p := range r.Phones {
		phones = append(phones, p.Raw)
	}
	for _, t := range r.Tags {
		tags = append(tags, t.Name)
	}
	cells := []string{string(r.ExternalID), r.Name, r.Kind, strings.Join(phones, "; "), strings.Join(r.Emails, "; "), r.WeChat, r.Address,
		r.Region, r.Source, r.Level, r.Stage, strings.Join(tags, ", "), r.Birthday, string(r.OwnerName)}
	own, err := r.Added.Cells(clear)
	return append(cells, own...), err
}
