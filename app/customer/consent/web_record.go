package consent

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// maxProof is the largest file that proves a consent, as of any attachment.
const maxProof = 10 << 20

// Line is a purpose on a customer's record, channel by channel.
type Line struct {
	Purpose
	States []Status
	Rows   []Rung
}

// Rung are the channels of a purpose about which the same stands, in one row.
type Rung struct {
	Status
	Channels []string
}

// rungs puts what rests on one entry, or on none, into one row.
func rungs(states []Status) []Rung {
	var out []Rung
	for _, st := range states {
		at := slices.IndexFunc(out, func(r Rung) bool {
			return r.Allowed == st.Allowed && r.Reason == st.Reason && same(r.Entry, st.Entry)
		})
		if at < 0 {
			at, out = len(out), append(out, Rung{Status: st})
		}
		out[at].Channels = append(out[at].Channels, st.Channel)
	}
	return out
}

// same tells whether two entries say the same: one, or those of one decision.
func same(a, b Entry) bool {
	a.ID, a.Channel, b.ID, b.Channel = 0, "", 0, ""
	return a == b
}

// lines are the rows of the matrix.
func (p Picture) lines() []Line {
	var out []Line
	for _, of := range p.Purposes {
		line := Line{Purpose: of}
		for _, st := range p.States {
			if st.Purpose == of.Key {
				line.States = append(line.States, st)
			}
		}
		line.Rows = rungs(line.States)
		out = append(out, line)
	}
	return out
}

// PanelBody is the slice's part of a customer's record.
type PanelBody struct {
	CustomerID int64
	Lines      []Line
	MayWrite   bool

	NoProfiling bool
	MayProfile  bool // change that
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	p, err := s.Of(ctx, customer)
	if err != nil {
		return nil, err
	}
	b := PanelBody{CustomerID: customer, Lines: p.lines(), MayWrite: auth.From(ctx).Can(Write), MayProfile: auth.From(ctx).Can("customer.write")}
	err = s.d.DB.Reader(ctx).Get(ctx, &b.NoProfiling, sqlNoProfiling, customer)
	return b, err
}

// RecordBody feeds the page of all that a customer said.
type RecordBody struct {
	PanelBody
	Customer string
	Ledger   []Entry
	Names    map[string]string // purposes that are no longer there too, by key
	Channels []string
	Open     string        // the purpose whose form is open
	Words    Wording       // the newest of that purpose
	Versions []view.Option // all of them
	Bases    []view.Option
	Sources  []view.Option
	Files    []view.Option
}

// RecordForm is what was typed.
type RecordForm struct {
	Purpose, State, Basis, Source, Wording, Proof string
	Channels                                      map[string]bool
	WordingID, AttachmentID, ContactID            int64
	Asked                                         int64 // the entry whose mail was to be sent
}

func (s *Service) record(c *fiber.Ctx) error {
	f := RecordForm{Purpose: c.Query("purpose"), State: Allowed, Basis: OptIn, Source: FromStaff, Channels: map[string]bool{}, WordingID: -1}
	if ch := c.Query("channel"); ch != "" {
		f.Channels[ch] = true
	}
	if c.Query("state") == Objected {
		f.State = Objected
	}
	return s.recordPage(c, f, nil)
}

func (s *Service) recordPage(c *fiber.Ctx, f RecordForm, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx, l, q := web.Ctx(c), web.Locale(c), s.d.DB.Reader(web.Ctx(c))
	p, err := s.Of(ctx, id)
	if err != nil {
		return err
	}
	b := RecordBody{PanelBody: PanelBody{CustomerID: id, Lines: p.lines(), MayWrite: web.Actor(c).Can(Write)}, Ledger: p.Ledger, Names: map[string]string{}, Channels: p.Channels}
	if b.Customer, err = visible(ctx, q, id); err != nil {
		return err
	}
	if b.Names, err = s.names(ctx, q, l); err != nil {
		return err
	}
	for _, of := range p.Purposes {
		if of.Key == f.Purpose && b.MayWrite {
			if err := s.open(c, &b, of, &f); err != nil {
				return err
			}
		}
	}
	return web.Render(c, web.Page{Name: "customer/consents", Heading: l.T("consent.title") + " - " + b.Customer, Body: b, Form: f, Err: problem})
}

// open fills in what the form of one purpose offers.
func (s *Service) open(c *fiber.Ctx, b *RecordBody, of Purpose, f *RecordForm) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	b.Open = of.Key
	versions, err := wordingsOf(ctx, s.d.DB.Reader(ctx), of.ID)
	if err != nil {
		return err
	}
	for i, w := range versions {
		if i == 0 {
			b.Words = w
			if f.WordingID < 0 {
				f.WordingID = w.ID
			}
		}
		b.Versions = append(b.Versions, view.Option{Value: strconv.FormatInt(w.ID, 10), Label: l.T("consent.version", "n", w.Number) + ": " + clipped(w.Text(l.Tag()), 50)})
	}
	for _, basis := range Bases {
		if basis == OptIn || !of.NeedsWord {
			b.Bases = append(b.Bases, view.Option{Value: basis, Label: l.T("consent.basis." + basis)})
		}
	}
	for _, source := range Sources {
		b.Sources = append(b.Sources, view.Option{Value: source, Label: l.T("consent.source." + source)})
	}
	if len(f.Channels) == 0 {
		for _, ch := range b.Channels {
			f.Channels[ch] = true
		}
	}
	if s.d.Files == nil {
		return nil
	}
	files, err := s.d.Files(ctx, b.CustomerID)
	for _, file := range files {
		b.Files = append(b.Files, view.Option{Value: strconv.FormatInt(file.ID, 10), Label: file.Name})
	}
	return err
}

// names are what the reader calls the purposes, also those that rest.
func (s *Service) names(ctx context.Context, q db.Q, l words) (map[string]string, error) {
	all, err := purposesIn(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, p := range all {
		out[p.Key] = p.Name(l)
	}
	return out, nil
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (s *Service) post(c *fiber.Ctx) error {
	customer, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := RecordForm{Purpose: c.FormValue("purpose"), State: c.FormValue("state"), Basis: c.FormValue("basis"), Source: c.FormValue("source", FromStaff),
		Wording: c.FormValue("wording"), Proof: c.FormValue("proof"), Channels: values(c, "channel")}
	f.WordingID, _ = strconv.ParseInt(c.FormValue("wording_id"), 10, 64)
	f.AttachmentID, _ = strconv.ParseInt(c.FormValue("attachment_id"), 10, 64)
	f.ContactID, _ = strconv.ParseInt(c.FormValue("contact_id"), 10, 64)
	in := Input{CustomerID: customer, ContactID: f.ContactID, Purpose: f.Purpose, State: f.State, Basis: f.Basis, Source: f.Source, Wording: f.Wording,
		WordingID: f.WordingID, Proof: f.Proof, AttachmentID: f.AttachmentID}
	used, err := s.UsedChannels(web.Ctx(c))
	if err != nil {
		return err
	}
	for _, ch := range used {
		if f.Channels[ch] {
			in.Channels = append(in.Channels, ch)
		}
	}
	if len(in.Channels) == 0 { // none ticked is not all of them
		check := &errs.Check{}
		check.Add("channel", "error.required")
		return s.recordPage(c, f, check.Err())
	}
	if len(in.Channels) == len(used) && in.State == Objected {
		in.Channels = nil // whoever wants none of what is there wants none at all
	}
	_, err = s.recordWith(c, in)
	if err != nil {
		return s.recordPage(c, f, err)
	}
	return web.Done(c, fmt.Sprintf("/customers/%d/consents", customer), "common.saved")
}

// recordWith attaches the file that came with the form, if one did, and writes
// the decision down with it; if either fails, neither stands.
func (s *Service) recordWith(c *fiber.Ctx, in Input) ([]Entry, error) {
	ctx := web.Ctx(c)
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 || s.d.Attach == nil {
		return s.Record(ctx, in)
	}
	f, err := head.Open()
	if err != nil {
		return nil, fmt.Errorf("open the proof: %w", err)
	}
	defer f.Close()
	return db.WriteOne(ctx, s.d.DB, "consent.record", func(ctx context.Context, tx *db.Tx) ([]Entry, error) {
		name, err := visible(ctx, tx, in.CustomerID)
		if err != nil {
			return nil, err
		}
		journal.About(tx, "customer", in.CustomerID, name)
		if in.AttachmentID, err = s.d.Attach(ctx, in.CustomerID, head.Filename, f); err != nil {
			return nil, err
		}
		return s.Record(ctx, in)
	})
}
