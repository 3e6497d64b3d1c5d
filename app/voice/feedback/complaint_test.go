package feedback

import (
	"context"
	"strings"
	"testing"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
)

func TestAComplaintOpensACaseWithoutAScore(t *testing.T) {
	h := newShop(t)
	c, err := h.svc.Complain(boss, 1, "  The beans were \u202estale\n")
	if err != nil || c.State != Unseen || c.Score != -1 || c.OwnerID != 3 || c.Comment != "The beans were stale" || c.RespondBy.IsZero() {
		t.Fatalf("%+v %v", c, err)
	}
	again, err := h.svc.Complain(boss, 1, "And late")
	if err != nil || again.ID != c.ID || len(h.cases()) != 1 {
		t.Fatalf("a second one made case %d of %d: %v", again.ID, len(h.cases()), err)
	}
	h.putRight(c.ID)
	reopened, err := h.svc.Complain(boss, 1, "Stale again")
	if err != nil || reopened.ID != c.ID || reopened.State != Reopened || !reopened.RespondedAt.IsZero() {
		t.Errorf("after it was put right: %+v %v", reopened, err)
	}
	events, err := h.svc.Events(boss, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, e := range events {
		if e.Kind == "complaint" && e.Text() != "" {
			said++
		}
	}
	if said != 3 {
		t.Errorf("%d complaints in the history", said)
	}
	h.answer(1, 1, 1, 2, "Still bad", 0)
	if len(h.cases()) != 1 {
		t.Error("an unhappy answer opened a second case")
	}
}

func TestAComplaintNeedsItsRightAndItsCustomer(t *testing.T) {
	h := newShop(t)
	if _, err := h.svc.Complain(as(3, auth.Member, Read), 1, "x"); !errs.Is(err, errs.Denied) {
		t.Errorf("without the right: %v", err)
	}
	if _, err := h.svc.Complain(boss, 99, "x"); !errs.Is(err, errs.NotFound) {
		t.Errorf("nobody: %v", err)
	}
	other := &auth.Actor{UserID: 2, Role: auth.Member, Reach: auth.Own, Via: "session"}
	other.Grant(map[string]bool{Read: true, Write: true})
	if _, err := h.svc.Complain(auth.With(context.Background(), other), 1, "x"); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's customer: %v", err)
	}
	for _, words := range []string{"", " \u200b ", strings.Repeat("x", maxWords+1)} {
		if _, err := h.svc.Complain(boss, 1, words); !errs.Is(err, errs.Invalid) {
			t.Errorf("%.10q: %v", words, err)
		}
	}
	if len(h.cases()) != 0 {
		t.Error("a refused complaint opened a case")
	}
}
