package daybook_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/work/daybook"
)

// house is a shop with a manager who leads dan in a team, and ben beside them.
type house struct {
	*apptest.App
	owner, anna, dan, ben *apptest.API
	danID, benID          int64
	today                 string
}

func shop(t *testing.T) *house {
	h := &house{App: apptest.New(t)}
	anna := h.Colleague("anna@example.com", "manager")
	dan := h.Colleague("dan@example.com", "member")
	h.danID, h.benID = dan.ID, h.Colleague("ben@example.com", "member").ID
	h.owner = h.API("", "write")
	var team struct{ ID int64 }
	h.owner.Into(&team, 201, "POST", "/teams", `{"name":"North"}`)
	err := h.DB.Write(h.As(auth.System("shell")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE user SET team_id = ? WHERE id IN (?, ?)`, team.ID, anna.ID, dan.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := h.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/manager", "reach", "team", "allowed", "customer.read", "allowed", "followup.read", "allowed", "task.read", "allowed", "daybook.read", "allowed", "daybook.write")
	h.anna, h.dan, h.ben = h.API("anna@example.com", "write"), h.API("dan@example.com", "write"), h.API("ben@example.com", "write")
	h.owner.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	h.today = h.DB.Now().UTC().Format(time.DateOnly)
	return h
}

func TestADayIsCountedFromWhatWasDone(t *testing.T) {
	h := shop(t)
	h.dan.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"Asked about rye"}`)
	h.dan.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"wechat","content":"Sent the list"}`)
	h.dan.Into(nil, 201, "POST", "/tasks", `{"title":"Count the sacks"}`)
	h.dan.Into(nil, 200, "POST", "/tasks/1/completion", `{}`)
	h.ben.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"visit","content":"Tasted the bread"}`)

	day := func(who *apptest.API) map[int64]daybook.PersonObject {
		t.Helper()
		var list struct{ Items []daybook.PersonObject }
		who.Into(&list, 200, "GET", "/daybook", "")
		out := map[int64]daybook.PersonObject{}
		for _, p := range list.Items {
			out[p.UserID] = p
		}
		return out
	}
	all := day(h.owner)
	if dan := all[h.danID]; dan.Counts["calls"] != 1 || dan.Counts["messages"] != 1 || dan.Counts["tasks"] != 1 || dan.Total != 3 || all[h.benID].Counts["visits"] != 1 {
		t.Errorf("%+v", all)
	}
	if led := day(h.anna); len(led) != 2 || led[h.danID].Total != 3 {
		t.Errorf("a manager sees %+v", led)
	}
	if own := day(h.ben); len(own) != 1 || own[h.benID].Total != 1 {
		t.Errorf("a member sees %+v", own)
	}
	rows := func(who *apptest.API, query string, want int) (list struct{ Items []daybook.DeedObject }) {
		t.Helper()
		who.Into(&list, want, "GET", "/daybook/entries"+query, "")
		return list
	}
	if calls := rows(h.owner, fmt.Sprintf("?user_id=%d&what=calls", h.danID), 200); len(calls.Items) != 1 || calls.Items[0].SubjectKind != "follow_up" {
		t.Errorf("%+v", calls)
	}
	rows(h.anna, fmt.Sprintf("?user_id=%d", h.benID), 404)
	rows(h.ben, fmt.Sprintf("?user_id=%d", h.danID), 404)
	rows(h.owner, "?what=%27%20OR%201", 422)
	if r := h.Anonymous().Call("GET", "/daybook", ""); r.Status != 401 {
		t.Error(r.Status)
	}
	boss := h.Owner()
	if page := boss.Get("/daybook").Body; !strings.Contains(page, `hx-trigger="every`) || !strings.Contains(page, "called") || !strings.Contains(page, "Count the sacks") {
		t.Error("the page misses what was done, or does not keep up")
	}
	if page := boss.Get("/daybook?day=2020-01-01").Body; strings.Contains(page, "hx-trigger") {
		t.Error("a day that is over is asked for again")
	}
	for _, path := range []string{"/daybook?day=x", "/daybook?day=2999-01-01", "/daybook?who=0", "/daybook?before=-1", "/daybook?who=99"} {
		if r := boss.Get(path); r.Status < 400 || r.Status >= 500 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	// What is taken back or deleted was not done.
	h.dan.Into(nil, 204, "DELETE", "/tasks/1", "")
	if dan := day(h.owner)[h.danID]; dan.Counts["tasks"] != 0 {
		t.Errorf("%+v", dan)
	}
	// Records that the reader may not see are neither counted nor listed.
	boss.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "daybook.read")
	if own := day(h.ben)[h.benID]; own.Total != 0 {
		t.Errorf("without the right to read exchanges: %+v", own)
	}
}

func TestWhoWorksAloneHasNoTeamDay(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	if page := b.Get("/today"); strings.Contains(page.Body, `href="/daybook"`) {
		t.Error("the sidebar shows it")
	}
	if r := b.Get("/daybook"); r.Status != 403 {
		t.Error(r.Status)
	}
}
