package feedback

import (
	"context"
	"fmt"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
)

func TestPickGoesByTheRules(t *testing.T) {
	ada, bo, cy, di := candidate{ID: 1, Last: 9}, candidate{ID: 2, Last: 4}, candidate{ID: 3, Last: 4}, candidate{ID: 4}
	off, away := candidate{ID: 5, Off: true}, candidate{ID: 6, Away: true}
	g := func(why string, people ...candidate) group { return group{why, people} }
	for _, c := range []struct {
		name   string
		groups []group
		rated  int64
		want   string
	}{
		{"the customer's owner", []group{g("customer", ada), g("turn", bo, cy)}, 0, "1 customer"},
		{"nobody looks after the customer", []group{g("customer"), g("product:7", cy), g("turn", bo)}, 0, "3 product:7"},
		{"it goes round", []group{g("turn", ada, bo, cy)}, 0, "2 turn"},
		{"who never had one comes first", []group{g("turn", ada, bo, di)}, 0, "4 turn"},
		{"not the person rated", []group{g("customer", ada), g("turn", ada, bo)}, 1, "2 turn"},
		{"not the person rated in a team", []group{g("topic:1", bo, cy)}, 2, "3 topic:1"},
		{"the person rated when nobody else is there", []group{g("customer", ada), g("turn", ada)}, 1, "1 customer"},
		{"not somebody who left", []group{g("customer", off), g("turn", bo)}, 0, "2 turn"},
		{"nobody but somebody who left", []group{g("customer", off)}, 0, "0 "},
		{"not somebody who is away", []group{g("customer", away), g("turn", bo)}, 0, "2 turn"},
		{"who is away before the person rated", []group{g("customer", ada), g("turn", ada, away)}, 1, "6 turn"},
		{"nobody", nil, 0, "0 "},
	} {
		id, why := pick(c.groups, c.rated)
		if got := fmt.Sprint(id, " ", why); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// themed finds the theme of every text that says its word.
type themed map[string]Theme

func (m themed) ThemesIn(_ context.Context, _ db.Q, said string) ([]Theme, error) {
	for word, t := range m {
		if saysOneOf(word, said) {
			return []Theme{t}, nil
		}
	}
	return nil, nil
}

// staffed gives the shop two departments with one member more in the first.
func staffed(t *testing.T) *shop {
	h := newShop(t)
	h.exec(`INSERT INTO team (id, name, created_at, updated_at) VALUES (1, 'Workshop', 0, 0), (2, 'Office', 0, 0), (3, 'Empty', 0, 0)`)
	h.exec(`INSERT INTO user (id, name, email, role, team_id, created_at, updated_at) VALUES (4, 'Di', 'di@example.com', 'member', 1, 0, 0), (5, 'Ed', 'ed@example.com', 'manager', 1, 0, 0), (6, 'Flo', 'flo@example.com', 'member', 2, 0, 0)`)
	h.exec(`INSERT INTO product (id, name, category, created_at, updated_at) VALUES (7, 'Assam', 'Tea', 0, 0), (8, 'House blend', 'Coffee', 0, 0)`)
	h.exec(`INSERT INTO poster (id, survey_id, kind, name, token_hash, nonce, rated_id, product_id, created_at, updated_at) VALUES (1, 1, 'poster', 'Counter', 'x', 'y', 4, 8, 0, 0)`)
	h.exec(`INSERT INTO topic (id, name_en, words, team_id, created_at, updated_at) VALUES (1, 'Invoices', 'invoice', 2, 0, 0)`)
	h.svc.Topics = themed{"invoice": {ID: 1, TeamID: 2}}
	return h
}

// about answers the first survey with what the answer is about.
func (h *shop) about(id, customer int64, comment, column string, value int64) Case {
	h.t.Helper()
	h.exec(`INSERT INTO survey_response (id, survey_id, customer_id, score, comment, channel, answered_at, created_at, updated_at) VALUES (?, 1, ?, 5, ?, 'qr', 0, 0, 0)`,
		id, db.ID(customer), comment)
	switch column {
	case "product":
		h.exec(`UPDATE survey_response SET product_id = ? WHERE id = ?`, value, id)
	case "poster":
		h.exec(`UPDATE survey_response SET poster_id = ? WHERE id = ?`, value, id)
	case "rated":
		h.exec(`UPDATE survey_response SET rated_id = ? WHERE id = ?`, value, id)
	}
	if err := h.db.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		return h.bus.Publish(ctx, tx, answered{ID: id, Customer: customer})
	}); err != nil {
		h.t.Fatal(err)
	}
	h.drain()
	for _, c := range h.cases() {
		if c.ResponseID == db.ID(id) {
			return c.Case
		}
	}
	h.t.Fatalf("answer %d opened nothing", id)
	return Case{}
}

func TestOwnersFollowWhatItIsAbout(t *testing.T) {
	h := staffed(t)
	for _, in := range []RouteInput{{Kind: "category", Ref: "Tea", TeamID: 1}, {Kind: "product", Ref: "8", UserID: 6}, {Kind: "poster", Ref: "1", TeamID: 1}} {
		if _, err := h.svc.SaveRoute(boss, 0, in); err != nil {
			t.Fatal(in, err)
		}
	}
	for i, c := range []struct {
		what     string
		customer int64
		comment  string
		column   string
		value    int64
		want     string
	}{
		{"the customer's owner first", 1, "invoice", "product", 7, "3 customer"},
		{"the category's team", 0, "", "product", 7, "4 category:Tea"},
		{"the product's person", 0, "", "product", 8, "6 product:8"},
		{"the poster's team without the person rated", 0, "", "poster", 1, "5 poster:1"},
		{"the topic's department", 0, "The invoice is wrong", "", 0, "6 topic:1"},
		{"round the managers", 0, "", "", 0, "1 turn"},
		{"and on", 0, "", "", 0, "2 turn"},
		{"not the one it is about", 0, "", "rated", 1, "5 turn"},
	} {
		k := h.about(int64(i+1), c.customer, c.comment, c.column, c.value)
		if got := fmt.Sprint(k.OwnerID, " ", k.OwnerWhy); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	h.exec(`UPDATE user SET status = 'disabled' WHERE id = 3`)
	h.exec(`UPDATE customer SET owner_id = 5 WHERE id = 2`)
	h.exec(`INSERT INTO sharing_parcel (from_id, to_id, until, at) VALUES (5, 2, '2026-04-01', 0)`)
	if k := h.about(20, 2, "", "product", 8); k.OwnerID != 6 {
		t.Errorf("an owner who is away kept the case: %d %s", k.OwnerID, k.OwnerWhy)
	}
}

func TestRoutesAreCheckedAndUndone(t *testing.T) {
	h := staffed(t)
	for _, bad := range []RouteInput{{}, {Kind: "product", Ref: "7"}, {Kind: "product", Ref: "99", TeamID: 1}, {Kind: "category", Ref: "Tin", TeamID: 1}, {Kind: "x", Ref: "7", TeamID: 1},
		{Kind: "product", Ref: "7; DROP TABLE user", TeamID: 1}, {Kind: "topic", Ref: "1", TeamID: 99}, {Kind: "topic", Ref: "1", UserID: 99}, {Kind: "category", Ref: "", TeamID: 1}} {
		if _, err := h.svc.SaveRoute(boss, 0, bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	r, err := h.svc.SaveRoute(boss, 0, RouteInput{Kind: "product", Ref: "7", TeamID: 1})
	if err != nil || r.Whom() != "Workshop" || r.NameEN != "Assam" {
		t.Fatalf("%+v %v", r, err)
	}
	if again, err := h.svc.SaveRoute(boss, 0, RouteInput{Kind: "product", Ref: "7", UserID: 6}); err != nil || again.ID != r.ID || again.Whom() != "Flo" || again.TeamID != 0 {
		t.Errorf("the second word about the same: %+v %v", again, err)
	}
	if _, err := h.svc.SaveRoute(boss, r.ID, RouteInput{TeamID: 2, Version: 1}); !errs.Is(err, errs.Conflict) {
		t.Errorf("stale: %v", err)
	}
	member := as(3, auth.Member, Read, Write)
	if _, err := h.svc.SaveRoute(member, 0, RouteInput{Kind: "topic", Ref: "1", TeamID: 1}); !errs.Is(err, errs.Denied) {
		t.Errorf("by a member: %v", err)
	}
	if err := h.svc.DropRoute(member, r.ID); !errs.Is(err, errs.Denied) {
		t.Errorf("dropped by a member: %v", err)
	}
	if err := h.svc.DropRoute(boss, r.ID); err != nil {
		t.Fatal(err)
	}
	if list, err := h.svc.Routes(boss); err != nil || len(list) != 0 {
		t.Errorf("%d left, %v", len(list), err)
	}
}

func TestADepartmentAnswersOrIsReminded(t *testing.T) {
	h := staffed(t)
	h.answer(1, 1, 1, 5, "The grinder broke", 0)
	id := h.cases()[0].ID
	if _, err := h.svc.HandToTeam(boss, id, Handing{TeamID: 3}); !errs.Is(err, errs.Invalid) {
		t.Errorf("to a department of nobody: %v", err)
	}
	if _, err := h.svc.HandToTeam(as(3, auth.Member, Read), id, Handing{TeamID: 1}); !errs.Is(err, errs.Denied) {
		t.Errorf("by a reader: %v", err)
	}
	if err := h.svc.SetTeamDays(boss, 1, 2); err != nil {
		t.Fatal(err)
	}
	c, err := h.svc.HandToTeam(boss, id, Handing{TeamID: 1, Note: "What broke?"}) // Monday 09:00
	if err != nil || c.OwnerID != 3 || c.TeamID != 1 || c.State != Unseen || !c.TeamBy.Equal(time.Date(2026, 3, 3, 18, 0, 0, 0, time.UTC)) {
		t.Fatalf("handed as %+v, %v", c, err)
	}
	if len(h.told) != 2 || h.told[0].UserID != 4 || h.told[1].UserID != 5 {
		t.Errorf("told %+v", h.told)
	}
	member := as(4, auth.Member, Read, Write)
	auth.From(member).Reach = auth.Own
	if _, err := h.svc.Get(member, id); err != nil {
		t.Errorf("a member of the department cannot read it: %v", err)
	}
	if p, err := h.svc.List(member, page.Request{}, nil); err != nil || len(p.Items) != 1 {
		t.Errorf("listed %d, %v", len(p.Items), err)
	}
	stranger := as(6, auth.Member, Read, Write)
	auth.From(stranger).Reach = auth.Own
	if _, err := h.svc.AnswerForTeam(stranger, id, 0, "x"); !errs.Is(err, errs.NotFound) {
		t.Errorf("answered by a stranger: %v", err)
	}
	h.told = nil
	for _, s := range []struct {
		at   time.Time
		told string
	}{
		{time.Date(2026, 3, 3, 17, 0, 0, 0, time.UTC), "[]"}, {time.Date(2026, 3, 4, 9, 1, 0, 0, time.UTC), "[5 3]"}, {time.Date(2026, 3, 4, 9, 40, 0, 0, time.UTC), "[5 3]"},
		{time.Date(2026, 3, 6, 9, 1, 0, 0, time.UTC), "[5 3 1]"}, {time.Date(2026, 3, 9, 9, 1, 0, 0, time.UTC), "[5 3 1]"},
	} {
		h.clock.Set(s.at)
		h.tick()
		told := []int64{}
		for _, n := range h.told {
			if len(n.DedupeKey) > 4 && saysOneOf("team_", n.DedupeKey) {
				told = append(told, n.UserID)
			}
		}
		if fmt.Sprint(told) != s.told {
			t.Errorf("at %s told %v, want %s", s.at, told, s.told)
		}
	}
	c, err = h.svc.AnswerForTeam(member, id, 0, "The burr was loose")
	if err != nil || c.TeamID != 0 || !c.TeamBy.IsZero() || c.OwnerID != 3 {
		t.Fatalf("answered %+v, %v", c, err)
	}
	if last := h.told[len(h.told)-1]; last.UserID != 3 || last.Args["what"] != "answered" {
		t.Errorf("the owner was told %+v", last)
	}
	if _, err := h.svc.TakeBack(boss, id, 0); !errs.Is(err, errs.Conflict) {
		t.Errorf("taken back twice: %v", err)
	}
	if _, err := h.svc.Get(member, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("the department still reads it: %v", err)
	}
	if _, err := h.svc.SaveRoute(boss, 0, RouteInput{Kind: "cause", Ref: "1", TeamID: 2}); err != nil {
		t.Fatal(err)
	}
	if c, err = h.svc.HandToTeam(boss, id, Handing{Cause: "delivery"}); err != nil || c.TeamID != 2 || c.Cause != "delivery" {
		t.Errorf("by its cause: %+v, %v", c, err)
	}
	h.move(id, Move{To: Working})
	if c = h.move(id, Move{To: Resolved, Cause: "delivery", Action: "New burr", Told: yes()}); c.TeamID != 0 {
		t.Error("a resolved case still waits for a department")
	}
	if _, err := h.svc.HandToTeam(boss, id, Handing{TeamID: 1}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a resolved case was handed on: %v", err)
	}
}

func TestClocksAndRedListAreTheShops(t *testing.T) {
	h := newShop(t)
	h.exec(`INSERT INTO tag (id, name, created_at, updated_at) VALUES (5, 'Hotel', 0, 0)`)
	h.exec(`INSERT INTO customer_tag (customer_id, tag_id) VALUES (2, 5)`)
	r := usualRules()
	r.ReplyHours, r.RedHours, r.ResolveDays, r.WarnPercent, r.RedLevels, r.RedTags, r.RedNPS = 9, 2, 2, 50, nil, []int64{5}, -1
	if err := h.svc.SetRules(boss, r); err != nil {
		t.Fatal(err)
	}
	h.answer(1, 1, 1, 0, "", 0)
	h.answer(2, 2, 1, 6, "", 0)
	cs := h.cases()
	first, second := cs[0], cs[1]
	if first.CustomerID != 1 {
		first, second = second, first
	}
	if first.Red || !first.RespondBy.Equal(dbtest.Start.Add(9*time.Hour)) || !first.ResolveBy.Equal(time.Date(2026, 3, 3, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("an ordinary one: %+v", first.Case)
	}
	if !second.Red || !second.RespondBy.Equal(dbtest.Start.Add(2*time.Hour)) {
		t.Errorf("one of the red list: %+v", second.Case)
	}
	h.clock.Add(5 * time.Hour) // 5 of 9 hours
	h.tick()
	if len(h.told) == 0 || h.told[0].UserID != 3 && h.told[len(h.told)-1].UserID != 3 {
		t.Errorf("no warning at half of the time: %+v", h.told)
	}
	for _, wrong := range []func(*Rules){func(r *Rules) { r.ReplyHours = 0 }, func(r *Rules) { r.RedHours = 999 }, func(r *Rules) { r.ResolveDays = 0 }, func(r *Rules) { r.WarnPercent = 100 },
		func(r *Rules) { r.RedLevels = []string{"Z"} }, func(r *Rules) { r.RedNPS = 7 }} {
		bad := usualRules()
		wrong(&bad)
		if err := h.svc.SetRules(boss, bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
