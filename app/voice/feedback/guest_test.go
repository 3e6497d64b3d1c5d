package feedback

import (
	"context"
	"errors"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
)

func saysUnknown(err error) bool {
	var e *errs.Error
	return errors.As(err, &e) && e.Kind == errs.Invalid && e.Fields["into"].Key == "feedback.error.into_unknown"
}

// An unhappy answer of somebody whom nobody knows is a case like any other:
// with an owner, seen by whoever reads cases; nobody can be asked again.
func TestAGuestsAnswerIsACase(t *testing.T) {
	h := newShop(t)
	h.answer(1, 0, 1, 2, "Cold coffee, nobody cared.", 0)
	h.answer(2, 0, 1, 1, "Waited half an hour.", 0)
	h.answer(3, 0, 1, 10, "", 0) // nobody to thank
	list := h.cases()
	if len(list) != 2 || len(h.tasks) != 0 { // two strangers are two cases
		t.Fatalf("%d cases, %d tasks", len(list), len(h.tasks))
	}
	c := list[0].Case
	if c.CustomerID != 0 || c.OwnerID == 0 || c.label() != "NPS" {
		t.Fatalf("%+v", c)
	}
	if got, err := h.svc.LogContact(boss, c.ID, "visit", "Said sorry at the counter."); err != nil || got.RespondedAt.IsZero() || h.contact != 0 {
		t.Fatal(got.RespondedAt, err)
	}
	cy := &auth.Actor{UserID: 3, Reach: auth.Own, Via: "session"}
	cy.Grant(map[string]bool{Read: true})
	own := auth.With(context.Background(), cy)
	if _, err := h.svc.Get(own, c.ID); err != nil {
		t.Fatal("whoever reads cases does not see it:", err)
	}
	for _, into := range []int64{list[1].ID, c.ID} {
		if _, err := h.svc.Move(boss, c.ID, Move{To: Merged, Into: into}); !saysUnknown(err) {
			t.Fatalf("two strangers became one: %v", err)
		}
	}
	if open, _, err := h.svc.Count(own); err != nil || open != 2 {
		t.Fatal(open, err)
	}
	h.putRight(c.ID)
	h.clock.Add(20 * 24 * time.Hour)
	h.tick()
	if got, err := h.svc.Get(boss, c.ID); err != nil || got.State != NoAnswer || len(h.asked) != 0 {
		t.Fatal(got.State, h.asked, err)
	}
}
