package consent

import (
	"context"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/keys"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
)

type shop struct {
	t    *testing.T
	db   *db.DB
	bus  *event.Bus
	s    *Service
	base string
	open bool
	last time.Time
	n    int
}

func newShop(t *testing.T) *shop {
	t.Helper()
	f := &shop{t: t, db: dbtest.New(t), base: "https://shop.example.com"}
	dbtest.Clock(t).Set(dbtest.Start.Add(time.Hour))
	ring, err := keys.Load(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f.bus = event.New(f.db)
	f.s, err = New(Deps{DB: f.db, Bus: f.bus, Keys: ring, BaseURL: func() string { return f.base },
		Asked: func(context.Context, db.Q, int64, int64, int64, time.Time) (time.Time, time.Time, int, error) {
			return f.last, f.last, f.n, nil
		},
		OpenCase: func(context.Context, db.Q, int64) (bool, error) { return f.open, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type born struct{ CustomerID int64 }

func (b born) Meta() event.Meta {
	return event.Meta{Kind: "customer.created", CustomerID: b.CustomerID}
}

func (f *shop) write(ctx context.Context, fn func(ctx context.Context, tx *db.Tx) error) {
	f.t.Helper()
	if err := f.db.Write(ctx, "test", fn); err != nil {
		f.t.Fatal(err)
	}
}

func (f *shop) owner() context.Context { return auth.With(f.t.Context(), auth.System("shell")) }

func (f *shop) customer(ctx context.Context) (id int64) {
	f.write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if id, err = tx.Insert(ctx, `INSERT INTO customer (kind, name, name_key, sort_key, created_at, updated_at) VALUES ('person', 'Ann', '', '', 1, 1)`); err != nil {
			return err
		}
		return f.bus.Publish(ctx, tx, born{id})
	})
	return id
}

func (f *shop) decide(who int64, p outbox.Purpose, payload string) string {
	f.t.Helper()
	var row outbox.Row
	box := outbox.New(f.db, outbox.Options{Gate: f.s})
	f.write(f.owner(), func(ctx context.Context, tx *db.Tx) error {
		key, _, err := box.Queue(ctx, tx, outbox.Message{DedupeKey: id.Token(9), Channel: "email", Purpose: p, ToAddress: "ann@example.com",
			CustomerID: db.ID(who), Subject: "x", Payload: payload})
		if err != nil {
			return err
		}
		row, err = box.Get(ctx, key)
		return err
	})
	return string(row.State) + " " + row.Reason
}

func TestTheBasisIsWrittenDownWithItsSource(t *testing.T) {
	f := newShop(t)
	for source, ctx := range map[string]context.Context{FromForm: f.owner(), FromImport: event.Importing(f.owner()),
		FromAPI: auth.With(t.Context(), auth.System("token"))} {
		p, err := f.s.Of(f.owner(), f.customer(ctx))
		if err != nil || len(p.Ledger) != 2 {
			t.Fatal(p.Ledger, err)
		}
		for _, e := range p.Ledger {
			if e.Channel != Every || e.Basis != Relation || e.Source != source || e.State != Allowed || e.Purpose == ForMarketing {
				t.Errorf("%s: %+v", source, e)
			}
		}
	}
}

func TestTheNewestWordCountsAndEitherMayObject(t *testing.T) {
	rel := Entry{ID: 1, State: Allowed, Basis: Relation}
	yes := Entry{ID: 2, State: Allowed, Basis: OptIn}
	no := Entry{ID: 3, State: Objected, Basis: Objection}
	theirs := Entry{ID: 4, ContactID: 9, State: Objected, Basis: Objection}
	theirYes := Entry{ID: 5, ContactID: 9, State: Allowed, Basis: OptIn}
	for name, c := range map[string]struct {
		rows   []Entry
		need   bool
		ok     bool
		reason string
	}{
		"nothing on record":             {nil, false, true, ""},
		"nothing, word needed":          {nil, true, false, "no_consent"},
		"relation":                      {[]Entry{rel}, false, true, ""},
		"relation, word needed":         {[]Entry{rel}, true, false, "no_consent"},
		"opt-in":                        {[]Entry{yes, rel}, true, true, ""},
		"objection":                     {[]Entry{no, yes, rel}, false, false, "objected"},
		"agreed again":                  {[]Entry{yes, no, rel}, true, true, ""},
		"contact objects":               {[]Entry{theirs, yes, rel}, false, false, "objected"},
		"later company yes is not hers": {[]Entry{yes, theirs}, false, false, "objected"},
		"company objects, she agreed":   {[]Entry{theirYes, no}, false, false, "objected"},
		"she agreed":                    {[]Entry{theirYes, rel}, true, true, ""},
		"a relation is no later word":   {[]Entry{rel, no}, false, false, "objected"},
		"asked, not confirmed":          {[]Entry{{ID: 6, State: Asked, Basis: OptIn}, rel}, true, false, "unconfirmed"},
		"asked after an objection":      {[]Entry{{ID: 6, State: Asked, Basis: OptIn}, no}, false, false, "unconfirmed"},
		"asked, objected since":         {[]Entry{no, {ID: 6, State: Asked, Basis: OptIn}}, false, false, "objected"},
		"asked after a yes":             {[]Entry{{ID: 6, State: Asked, Basis: OptIn}, yes}, true, true, ""},
	} {
		if st := judge(c.rows, c.need); st.Allowed != c.ok || st.Reason != c.reason {
			t.Errorf("%s: %+v", name, st)
		}
	}
}

func TestTheGate(t *testing.T) {
	f := newShop(t)
	id := f.customer(f.owner())
	want := func(p outbox.Purpose, payload, state string) {
		t.Helper()
		if got := f.decide(id, p, payload); got != state {
			t.Errorf("%s %s: %q, want %q", p, payload, got, state)
		}
	}
	want(outbox.Survey, `{}`, "queued ")
	want(outbox.Service, `{}`, "queued ")
	want(outbox.Marketing, `{}`, "cancelled no_consent")
	want(outbox.Survey, `"no object"`, "queued ")
	f.base = ""
	want(outbox.Survey, `{"links":true}`, "deferred no_base_url")
	want(outbox.Service, `{}`, "queued ")
	f.base = "https://shop.example.com"
	f.open = true
	want(outbox.Survey, `{}`, "deferred open_case")
	want(outbox.Survey, `{"exempt_budget":true}`, "deferred open_case") // a reminder to somebody who complained since
	want(outbox.Survey, `{"exempt_budget":true,"exempt_case":true}`, "queued ")
	want(outbox.Service, `{}`, "queued ")
	f.open = false
	f.last, f.n = f.db.Now().Add(-29*24*time.Hour), 1
	want(outbox.Survey, `{}`, "deferred budget")
	want(outbox.Survey, `{"exempt_budget":true}`, "queued ")
	f.last = f.db.Now().Add(-31 * 24 * time.Hour)
	want(outbox.Survey, `{}`, "queued ")
	f.n = 4
	want(outbox.Survey, `{}`, "deferred budget")
	f.n = 0
	dbtest.Clock(t).Set(dbtest.Start.Add(13 * time.Hour)) // ten at night
	want(outbox.Survey, `{}`, "deferred quiet_hours")
	want(outbox.Service, `{}`, "deferred quiet_hours")
	want(outbox.Survey, `{"override_quiet_hours":true}`, "queued ")
	dbtest.Clock(t).Set(dbtest.Start.Add(5*24*time.Hour + time.Hour)) // Saturday
	want(outbox.Survey, `{}`, "deferred day_off")
	want(outbox.Service, `{}`, "queued ")
	dbtest.Clock(t).Set(dbtest.Start.Add(time.Hour))
	f.write(f.owner(), func(ctx context.Context, tx *db.Tx) error { return setting.Put(ctx, tx, DemandOptIn, true) })
	want(outbox.Survey, `{}`, "cancelled no_consent")
	_, err := f.s.Record(f.owner(), Input{CustomerID: id, Purpose: ForSurvey, State: Allowed, Source: FromStaff})
	if err != nil {
		t.Fatal(err)
	}
	want(outbox.Survey, `{}`, "queued ")
	if _, err = f.s.Record(f.owner(), Input{CustomerID: id, Purpose: ForSurvey, State: Objected, Source: FromStaff}); err != nil {
		t.Fatal(err)
	}
	want(outbox.Survey, `{"override_quiet_hours":true,"exempt_budget":true}`, "cancelled objected")
}

func TestTheSharedCapForAllMail(t *testing.T) {
	f := newShop(t)
	id := f.customer(f.owner())
	f.write(f.owner(), func(ctx context.Context, tx *db.Tx) error {
		for range usualBudget.Month {
			if _, err := tx.Insert(ctx, `INSERT INTO outbox (dedupe_key, channel, purpose, to_address, customer_id, payload, state, attempted_at, created_at)
				VALUES (hex(randomblob(8)), 'email', 'marketing', 'a', ?, '{}', 'sent', ?, 1)`, id, db.At(tx.Now.Add(-time.Hour))); err != nil {
				return err
			}
		}
		return nil
	})
	if got := f.decide(id, outbox.Survey, `{}`); got != "deferred mail_budget" {
		t.Fatal(got)
	}
}

func TestRecordingNeedsPermissionAndSight(t *testing.T) {
	f := newShop(t)
	id := f.customer(f.owner())
	f.write(f.owner(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Insert(ctx, `INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (1, 'a', 'a@example.com', 'member', 1, 1)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE customer SET owner_id = 1`)
		return err
	})
	a := &auth.Actor{UserID: 2, Role: "member", Reach: auth.Own}
	ctx := auth.With(t.Context(), a)
	in := Input{CustomerID: id, Purpose: ForSurvey, State: Objected, Source: FromStaff}
	if _, err := f.s.Record(ctx, in); !errs.Is(err, errs.Denied) {
		t.Fatal(err)
	}
	a.Grant(map[string]bool{Read: true, Write: true})
	if _, err := f.s.Record(ctx, in); !errs.Is(err, errs.NotFound) {
		t.Fatal(err)
	}
	if _, err := f.s.Of(ctx, id); !errs.Is(err, errs.NotFound) {
		t.Fatal(err)
	}
	in.Purpose = "spam"
	if _, err := f.s.Record(f.owner(), in); !errs.Is(err, errs.Invalid) {
		t.Fatal(err)
	}
}

func TestALinkIsForOneAddressAndKnownOnlyAsAHash(t *testing.T) {
	f := newShop(t)
	id := f.customer(f.owner())
	token := f.s.Token(id, 0, "Ann@example.com")
	if token != f.s.Token(id, 0, "ann@example.com") || token == f.s.Token(id, 0, "bo@example.com") || token == f.s.Token(id+1, 0, "ann@example.com") {
		t.Fatal("tokens")
	}
	if _, _, err := f.s.Holder(t.Context(), token); !errs.Is(err, errs.NotFound) {
		t.Fatal("a token that was never mailed opens something")
	}
	f.write(f.owner(), func(ctx context.Context, tx *db.Tx) error {
		if err := f.s.Link(ctx, tx, id, 0, "ann@example.com"); err != nil {
			return err
		}
		return f.s.Link(ctx, tx, id, 0, "ann@example.com")
	})
	h, _, err := f.s.Holder(t.Context(), token)
	if err != nil || h.CustomerID != id {
		t.Fatal(h, err)
	}
	var n int
	if err := f.db.Reader(t.Context()).Get(t.Context(), &n, `SELECT count(*) FROM consent_link WHERE token_hash LIKE '%' || ? || '%'`, token); err != nil || n != 0 {
		t.Fatal("the token itself is stored", err)
	}
}

func TestOnlyTheCustomerDecidesAboutTheirScore(t *testing.T) {
	f := newShop(t)
	var said []bool
	f.s.d.Profiling = func(_ context.Context, _ *db.Tx, _ int64, off bool) error {
		said = append(said, off)
		return nil
	}
	who := f.customer(f.owner())
	token := f.s.Token(who, 0, "ann@example.com")
	f.write(f.owner(), func(ctx context.Context, tx *db.Tx) error { return f.s.Link(ctx, tx, who, 0, "ann@example.com") })
	off := true
	for _, c := range []Choice{{NoProfiling: &off, Source: FromPreferences}, {May: map[string]map[string]bool{ForSurvey: {"email": false}}, Source: FromUnsubscribe}} {
		if err := f.s.Choose(f.owner(), token, c); err != nil {
			t.Fatal(err)
		}
	}
	if len(said) != 1 || !said[0] {
		t.Fatalf("said %v: once by the page, never by a mail program's click", said)
	}
	if f.s.profiled(Holder{CustomerID: who, ContactID: 7}) {
		t.Error("somebody at a company speaks for its score")
	}
}
