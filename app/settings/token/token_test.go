package token_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/kit/errs"
	"regulars/app/settings/token"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/sys/config"
)

func shell(a *apptest.App) context.Context { return a.As(auth.System("shell")) }

func service(a *apptest.App) *token.Service { return token.New(a.DB, a.Users(), 0) }

func make1(t *testing.T, a *apptest.App, in token.Input) (token.Token, string) {
	t.Helper()
	made, secret, err := service(a).Create(shell(a), in)
	if err != nil {
		t.Fatal(err)
	}
	return made, secret
}

var shape = regexp.MustCompile(`^rg_[0-9A-Za-z]{43}$`)

func TestTokenActsAsItsPersonUntilItEnds(t *testing.T) {
	a := apptest.New(t)
	s := service(a)
	made, secret := make1(t, a, token.Input{UserID: 1, Name: "till", Scope: token.Write})
	if !shape.MatchString(secret) || made.ExpiresAt.Sub(a.Clock.Now()) != token.DefaultLife {
		t.Errorf("secret %q ends %v", secret, made.ExpiresAt)
	}
	actor, err := s.Authenticate(context.Background(), secret)
	if err != nil || actor.Email != apptest.OwnerEmail || actor.Via != "token" || actor.ReadOnly || actor.May("staff.write") != nil {
		t.Fatalf("actor %+v, %v", actor, err)
	}
	for _, wrong := range []string{"", "rg_", secret + "x", secret[:45], strings.ToUpper(secret), "Bearer " + secret, "rg_' OR 1=1 --"} {
		if _, err := s.Authenticate(context.Background(), wrong); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	a.Clock.Add(token.DefaultLife)
	if _, err := s.Authenticate(context.Background(), secret); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("an expired token: %v", err)
	}
}

func TestReadTokenOnlyLooks(t *testing.T) {
	a := apptest.New(t)
	_, secret := make1(t, a, token.Input{UserID: 1, Name: "screen", Scope: token.Read})
	actor, err := service(a).Authenticate(context.Background(), secret)
	if err != nil || !actor.ReadOnly || actor.May("staff.read") != nil || actor.May("staff.write") == nil {
		t.Errorf("%+v %v", actor, err)
	}
}

func TestLastUseIsNotedOnceAMinute(t *testing.T) {
	a := apptest.New(t)
	s := service(a)
	_, secret := make1(t, a, token.Input{UserID: 1, Name: "till", Scope: token.Read})
	used := func() time.Time {
		if _, err := s.Authenticate(context.Background(), secret); err != nil {
			t.Fatal(err)
		}
		list, err := s.List(shell(a))
		if err != nil {
			t.Fatal(err)
		}
		return list[0].LastUsedAt.Time
	}
	first := used()
	a.Clock.Add(30 * time.Second)
	if !used().Equal(first) {
		t.Error("noted twice within a minute")
	}
	a.Clock.Add(31 * time.Second)
	if !used().Equal(a.Clock.Now()) {
		t.Error("not noted after a minute")
	}
}

func TestRevokedTokenAndDisabledPersonAreShutOut(t *testing.T) {
	a := apptest.New(t)
	s := service(a)
	kim, _, err := a.Users().Add(shell(a), user.Input{Name: "Kim", Email: "kim@example.com", Role: auth.Manager, Password: "another long secret"})
	if err != nil {
		t.Fatal(err)
	}
	mine, _ := make1(t, a, token.Input{UserID: 1, Name: "till", Scope: token.Write})
	made, secret := make1(t, a, token.Input{UserID: kim.ID, Name: "phone", Scope: token.Write})
	actor, err := s.Authenticate(context.Background(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Revoke(a.As(actor), mine.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("somebody else's token: %v", err)
	}
	if _, _, err := s.Create(a.As(actor), token.Input{UserID: 1, Name: "x", Scope: token.Write}); !errs.Is(err, errs.Denied) {
		t.Errorf("a token for the owner: %v", err)
	}
	if list, err := s.List(a.As(actor)); err != nil || len(list) != 1 {
		t.Errorf("kim sees %v, %v", list, err)
	}
	if err := a.Users().Disable(shell(a), kim.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(context.Background(), secret); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("a disabled person's token: %v", err)
	}
	if err := a.Users().Enable(shell(a), kim.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Revoke(shell(a), made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(context.Background(), secret); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("a revoked token: %v", err)
	}
}

func TestDoorLimitsEachToken(t *testing.T) {
	a := apptest.New(t, func(c *config.Config) { c.Limits.APIPerMinute = 3 })
	one, two := a.API("", "read"), a.API("", "read")
	for range 3 {
		one.Into(nil, 200, "GET", "/me", "")
	}
	r := one.Into(nil, http.StatusTooManyRequests, "GET", "/me", "")
	if r.Header.Get("Retry-After") == "" || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("headers %v", r.Header)
	}
	two.Into(nil, 200, "GET", "/me", "")
	a.Clock.Add(time.Minute)
	one.Into(nil, 200, "GET", "/me", "")
}

func TestDoorSaysWhatItWants(t *testing.T) {
	a := apptest.New(t)
	none := a.Anonymous()
	r := none.Into(nil, http.StatusUnauthorized, "GET", "/me", "")
	if !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Bearer") || strings.Contains(r.Body, "token.error") {
		t.Errorf("%v %s", r.Header, r.Body)
	}
	none.Header.Set("Authorization", "Basic b3duZXI6eA==")
	none.Into(nil, http.StatusUnauthorized, "GET", "/me", "")
	none.Header.Set("Authorization", "Bearer rg_"+strings.Repeat("x", 5000))
	none.Into(nil, http.StatusUnauthorized, "GET", "/me", "")
	none.Into(nil, http.StatusUnauthorized, "GET", "/there/is/nothing", "")
}

func TestPageShowsTheSecretOnce(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	if r := owner.Get("/settings/tokens/new"); r.Status != 200 {
		t.Fatalf("form: %d", r.Status)
	}
	if r := owner.Post("/settings/tokens", "name", "", "scope", "root", "days", "-4"); r.Status != 422 || strings.Count(r.Body, `class="error"`) < 2 {
		t.Errorf("wrong answers: %d", r.Status)
	}
	r := owner.Post("/settings/tokens", "name", "Till <1>", "scope", "write", "days", "30")
	secret := regexp.MustCompile(`rg_[0-9A-Za-z]{43}`).FindString(r.Body)
	if r.Status != 200 || secret == "" || !strings.Contains(r.Body, "Till &lt;1&gt;") {
		t.Fatalf("%d\n%s", r.Status, r.Body)
	}
	list := owner.Get("/settings/tokens")
	if strings.Contains(list.Body, secret) || !strings.Contains(list.Body, "Till &lt;1&gt;") {
		t.Error("the list shows the secret or not the token")
	}
	if r := owner.Post("/settings/tokens/1/revoke"); r.Status != http.StatusSeeOther {
		t.Errorf("revoke: %d", r.Status)
	}
	if r := owner.Post("/settings/tokens/99/revoke"); r.Status != http.StatusNotFound {
		t.Errorf("revoke nothing: %d", r.Status)
	}
}
