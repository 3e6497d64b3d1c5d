package role

import (
	"context"
	"testing"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
)

func service(t *testing.T) (*Service, context.Context) {
	t.Helper()
	s := New(dbtest.New(t))
	s.SetPermissions([]auth.Permission{{Name: "staff.owner", Roles: auth.OwnerOnly}, {Name: "customer.export", Roles: auth.Leads},
		{Name: "customer.read", Roles: auth.Everyone}, {Name: "role.write", Roles: auth.OwnerOnly}, {Name: "deal.write", Roles: auth.Everyone}})
	return s, auth.With(context.Background(), auth.System("shell"))
}

func TestWhatTheOwnerDecidesCountsAtOnce(t *testing.T) {
	s, ctx := service(t)
	if err := s.Update(ctx, auth.Member, Input{Reach: auth.Own, Allowed: []string{"customer.read", "customer.export"}}); err != nil {
		t.Fatal(err)
	}
	reach, grants, err := s.Of(ctx, auth.Member)
	if err != nil || reach != auth.Own || !grants["customer.export"] || grants["deal.write"] || !grants["customer.read"] {
		t.Errorf("%s %v %v", reach, grants, err)
	}
	if reach, grants, _ := s.Of(ctx, auth.Manager); reach != auth.All || !grants["deal.write"] {
		t.Errorf("the manager changed too: %s %v", reach, grants)
	}
	if err := s.Update(ctx, auth.Member, Input{Reach: auth.All, Allowed: []string{"customer.read", "deal.write"}}); err != nil {
		t.Fatal(err)
	}
	if _, decided, err := read(ctx, s.db.Reader(ctx), auth.Member); err != nil || len(decided) != 0 {
		t.Errorf("defaults are kept as decisions: %v %v", decided, err)
	}
}

func TestOwnersHaveEverythingAndSomeThingsAlone(t *testing.T) {
	s, ctx := service(t)
	reach, grants, err := s.Of(ctx, auth.Owner)
	if err != nil || reach != auth.All || len(grants) != 5 {
		t.Errorf("%s %v %v", reach, grants, err)
	}
	if err := s.Update(ctx, auth.Owner, Input{Reach: auth.Own}); !errs.Is(err, errs.Conflict) {
		t.Errorf("limiting the owner: %v", err)
	}
	for _, name := range []string{"role.write", "staff.owner", "no.such"} {
		if err := s.Update(ctx, auth.Manager, Input{Reach: auth.All, Allowed: []string{name}}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s given away: %v", name, err)
		}
	}
	if err := s.Update(ctx, "emperor", Input{Reach: auth.All}); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown role: %v", err)
	}
	if err := s.Update(context.Background(), auth.Member, Input{Reach: auth.All}); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("nobody: %v", err)
	}
	// Whatever stands in the table, these two never leave the owner.
	if err := s.forge(ctx); err != nil {
		t.Fatal(err)
	}
	if _, grants, _ := s.Of(ctx, auth.Manager); grants["staff.owner"] {
		t.Error("a forged row gave the owner's permission away")
	}
	list, err := s.List(ctx)
	if err != nil || len(list) != 3 || len(list[1].Groups) != 2 {
		t.Errorf("list %+v %v", list, err)
	}
}

// forge writes a decision past the service.
func (s *Service) forge(ctx context.Context) error {
	return s.db.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		return decide(ctx, tx, auth.Manager, "staff.owner", true, false)
	})
}
