package order

import (
	"context"
	"testing"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/work/task"
)

// house is as much of the product as an order needs, over a database of its own.
type house struct {
	t         testing.TB
	db        *db.DB
	bus       *event.Bus
	journal   *journal.Journal
	timeline  *timeline.Timeline
	customers *customer.Service
	products  *product.Service
	payments  *payment.Service
	orders    *Service
	tasks     *tasks
	ctx       context.Context // the house itself acts
}

// tasks remembers what an order asked for.
type tasks struct{ open, closed map[string]task.Task }

func (f *tasks) Ensure(_ context.Context, _ *db.Tx, t task.Task) (int64, error) {
	if _, done := f.closed[string(t.SourceKey)]; !done {
		f.open[string(t.SourceKey)] = t
	}
	return 1, nil
}

func (f *tasks) Create(context.Context, task.Input) (task.Task, error) { return task.Task{}, nil }

func (f *tasks) About(context.Context, string, int64) ([]task.Task, error) { return nil, nil }

func (f *tasks) CloseBySource(_ context.Context, _ *db.Tx, key string) error {
	if t, ok := f.open[key]; ok {
		f.closed[key] = t
		delete(f.open, key)
	}
	return nil
}

func (f *tasks) Moment(_ context.Context, _ int64, w task.When) (time.Time, error) {
	return w.Day.Time(time.UTC).Add(8 * time.Hour), nil
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), tasks: &tasks{map[string]task.Task{}, map[string]task.Task{}}}
	h.ctx = auth.With(context.Background(), auth.System("test"))
	h.bus = event.New(h.db)
	h.customers = customer.New(h.db, h.bus, search.New(h.db), nil)
	h.customers.Attach(h.bus)
	h.products = product.New(h.db, h.bus, nil, search.New(h.db), nil)
	h.payments = payment.New(h.db, h.bus)
	h.orders = New(Deps{DB: h.db, Events: h.bus, Customers: h.customers, Products: h.products, Payments: h.payments, Tasks: h.tasks})
	h.timeline = timeline.New(h.db, h.bus, append(h.payments.Module().Timeline, kinds...))
	tables := []journal.Table{{Name: "customer"}, {Name: "customer_phone"}, {Name: "customer_email"}, {Name: "timeline_entry"}}
	tables = append(tables, h.products.Module().Journal...)
	tables = append(tables, h.orders.journal()...)
	h.journal = journal.New(h.db, append(tables, h.payments.Module().Journal...))
	h.journal.OnTouched(h.customers.Touched)
	h.bus.Subscribe(h.orders.subscriber())
	if err := h.journal.Install(h.ctx); err != nil {
		t.Fatal(err)
	}
	h.set(setting.BusinessName, setting.Business{Name: "Kettle", Locale: "en", Currency: "CNY", Timezone: "Asia/Shanghai", Region: "CN", Pack: "wholesale", SetupAt: 1})
	return h
}

func (h *house) set(name string, value any) {
	h.t.Helper()
	h.must(h.db.Write(h.ctx, "test.setting", func(ctx context.Context, tx *db.Tx) error { return setting.Put(ctx, tx, name, value) }))
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) customer(name string) int64 {
	h.t.Helper()
	c, err := h.customers.Create(h.ctx, customer.Input{Name: name})
	h.must(err)
	return c.ID
}

func (h *house) user(name, role string, team int64) int64 {
	h.t.Helper()
	var id int64
	h.must(h.db.Write(h.ctx, "test.user", func(ctx context.Context, tx *db.Tx) error {
		var err error
		id, err = tx.Insert(ctx, `INSERT INTO user (name, email, role, created_at, updated_at) VALUES (?, ?, ?, 1, 1)`, name, name+"@example.com", role)
		return err
	}))
	return id
}

func (h *house) drain() {
	h.t.Helper()
	h.must(h.bus.Drain(h.ctx))
}

// line is a position with a price of its own.
func line(name string, thousandths, price int64) LineInput {
	return LineInput{Name: name, Quantity: money.Quantity(thousandths), UnitPrice: &price}
}

func (h *house) order(customer int64, lines ...LineInput) Order {
	h.t.Helper()
	o, err := h.orders.Create(h.ctx, Input{CustomerID: customer, Lines: lines})
	h.must(err)
	return o
}

func (h *house) get(id int64) Order {
	h.t.Helper()
	o, err := h.orders.Get(h.ctx, id)
	h.must(err)
	return o
}
