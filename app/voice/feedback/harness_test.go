package feedback

import (
	"context"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/work/task"
)

// answered and spoke are the facts of the neighbours.
type answered struct {
	ID       int64 `json:"id"`
	Customer int64 `json:"customer_id"`
	changed  bool
}

func (a answered) Meta() event.Meta {
	kind := "response.given"
	if a.changed {
		kind = "response.changed"
	}
	return event.Meta{Kind: kind, CustomerID: a.Customer, SubjectKind: "response", SubjectID: a.ID}
}

type spoke struct{ Customer, Exchange int64 }

func (s spoke) Meta() event.Meta {
	return event.Meta{Kind: "followup.happened", CustomerID: s.Customer, SubjectKind: "follow_up", SubjectID: s.Exchange}
}

// shop is a database with the slice, its neighbours played by the test.
type shop struct {
	t       *testing.T
	db      *db.DB
	bus     *event.Bus
	clock   *clock.Fake
	svc     *Service
	journal *journal.Journal
	told    []notify.Notice
	tasks   []task.Task
	asked   []int64
	rounds  []int
	refuse  error
	contact int
}

func (h *shop) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	for _, have := range h.told {
		if have.DedupeKey == n.DedupeKey {
			return nil
		}
	}
	h.told = append(h.told, n)
	return nil
}

func (h *shop) Ensure(_ context.Context, _ *db.Tx, t task.Task) (int64, error) {
	h.tasks = append(h.tasks, t)
	return int64(len(h.tasks)), nil
}

func (h *shop) Reask(_ context.Context, _ *db.Tx, caseID int64, round int, _, _ int64) error {
	if h.refuse != nil {
		return h.refuse
	}
	h.asked, h.rounds = append(h.asked, caseID), append(h.rounds, round)
	return nil
}

func (h *shop) LogContact(ctx context.Context, customer int64, _, content string) (int64, error) {
	if content == "" {
		c := &errs.Check{}
		c.Add("content", "error.required")
		return 0, c.Err()
	}
	h.contact++
	return int64(h.contact), h.db.Write(ctx, "followup.add", func(ctx context.Context, tx *db.Tx) error {
		return h.bus.Publish(ctx, tx, spoke{customer, int64(h.contact)})
	})
}

func newShop(t *testing.T) *shop {
	t.Helper()
	h := &shop{t: t, db: dbtest.New(t), clock: dbtest.Clock(t)}
	h.bus = event.New(h.db)
	h.svc = New(Deps{DB: h.db, Events: h.bus, Days: UsualDays(h.db), Notices: h, Tasks: h, Surveys: h, Contacts: h})
	m := h.svc.Module()
	h.journal = journal.New(h.db, m.Journal)
	for _, s := range m.Subscribers {
		h.bus.Subscribe(s)
	}
	h.exec(`INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (1, 'Ada', 'ada@example.com', 'owner', 0, 0),
		(2, 'Bo', 'bo@example.com', 'manager', 0, 0), (3, 'Cy', 'cy@example.com', 'member', 0, 0)`)
	h.exec(`INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES
		(1, 'person', 'Mina', 'mina', 'mina', 3, 0, 0), (2, 'person', 'Tom', 'tom', 'tom', NULL, 0, 0)`)
	h.exec(`INSERT INTO survey (id, kind, name, texts, words, created_at, updated_at) VALUES (1, 'nps', 'NPS', '{}', 'cold', 0, 0), (2, 'csat', 'CSAT', '{}', '', 0, 0)`)
	return h
}

func (h *shop) exec(sql string, args ...any) {
	h.t.Helper()
	if err := h.db.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
}

func as(user int64, role string, permissions ...string) context.Context {
	a := &auth.Actor{UserID: user, Role: role, Reach: auth.All, Via: "session", Zone: time.UTC}
	grants := map[string]bool{}
	for _, p := range permissions {
		grants[p] = true
	}
	a.Grant(grants)
	return auth.With(context.Background(), a)
}

var boss = as(1, auth.Owner, Read, Write, Decide)

// answer stores a response and delivers it.
func (h *shop) answer(id, customer, survey int64, score int, comment string, caseID int64) {
	h.t.Helper()
	err := h.db.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO survey_response (id, survey_id, customer_id, score, comment, channel, case_id, answered_at, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, 'email', ?, ?, 0, 0)`, id, survey, db.ID(customer), score, comment, db.ID(caseID), db.At(tx.Now)); err != nil {
			return err
		}
		return h.bus.Publish(ctx, tx, answered{ID: id, Customer: customer})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.drain()
}

func (h *shop) drain() {
	h.t.Helper()
	if err := h.bus.Drain(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	if n, err := h.bus.Stuck(context.Background()); err != nil || n > 0 {
		h.t.Fatal(n, err)
	}
	var failed []string
	if err := h.db.Reader(context.Background()).Select(context.Background(), &failed, `SELECT error FROM event_delivery`); err != nil || len(failed) > 0 {
		h.t.Fatal(failed, err)
	}
}

func (h *shop) cases() []Row {
	h.t.Helper()
	p, err := h.svc.List(boss, page.Request{Sort: "id"}, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return p.Items
}

func (h *shop) move(id int64, m Move) Case {
	h.t.Helper()
	c, err := h.svc.Move(boss, id, m)
	if err != nil {
		h.t.Fatalf("move to %s: %v", m.To, err)
	}
	return c
}

func yes() *bool { b := true; return &b }

// putRight walks a case from new to resolved.
func (h *shop) putRight(id int64) Case {
	h.t.Helper()
	h.move(id, Move{To: Acknowledged})
	h.move(id, Move{To: Working})
	return h.move(id, Move{To: Resolved, Cause: "delivery", Action: "First drop now", Told: yes()})
}
