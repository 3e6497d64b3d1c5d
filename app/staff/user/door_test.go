package user_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// weak is a hash as an earlier version could have made it.
func weak(t *testing.T, password string) string {
	t.Helper()
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 8 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func keep(t *testing.T, a *apptest.App, id int64, hash string) {
	t.Helper()
	err := a.DB.Write(shell(a), "test.hash", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE user_secret SET password_hash = ? WHERE user_id = ?", hash, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAWeakerHashIsReplacedAtSignIn(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Member)
	old := weak(t, memberPassword)
	keep(t, a, kim.ID, old)
	other := a.SignIn(memberMail, memberPassword)
	if n := a.Count("SELECT count(*) FROM user_secret WHERE user_id = ? AND password_hash LIKE '$argon2id$%' AND password_hash NOT LIKE '%$m=8192,%'", kim.ID); n != 1 {
		t.Fatal("the hash kept its old parameters")
	}
	a.SignIn(memberMail, memberPassword) // the new hash is of the same password
	status(t, other.Get("/profile"), http.StatusOK)

	keep(t, a, kim.ID, old)
	b := a.Browser()
	b.Get("/login")
	status(t, b.Post("/login", "email", memberMail, "password", "a wrong password"), http.StatusUnauthorized)
	if a.Count("SELECT count(*) FROM user_secret WHERE password_hash = ?", old) != 1 {
		t.Error("a wrong password was hashed into the account")
	}
}

// fail tries wrong passwords, each as late as the throttle wants it.
func fail(t *testing.T, a *apptest.App, email string, times int) {
	t.Helper()
	b := a.Browser()
	b.Get("/login")
	for range times {
		r := b.Post("/login", "email", email, "password", "wrong")
		status(t, r, http.StatusUnauthorized)
		a.Clock.Add(130 * time.Second)
	}
}

func TestAPersonLearnsThatSomebodyKeepsFailingAtTheirDoor(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Member)
	told := func() (notices, mails int) {
		a.Settle()
		return a.Count("SELECT count(*) FROM notification WHERE kind = 'user_besieged' AND user_id = ?", kim.ID),
			a.Count("SELECT count(*) FROM outbox WHERE purpose = 'security' AND to_address = ?", memberMail)
	}
	fail(t, a, memberMail, 9)
	if n, m := told(); n != 0 || m != 0 {
		t.Fatal("nine tries alarm already", n, m)
	}
	fail(t, a, strings.ToUpper(memberMail), 1)
	if n, m := told(); n != 1 || m != 1 {
		t.Fatalf("ten tries: %d notices, %d mails", n, m)
	}
	fail(t, a, "nobody@example.com", 11)
	if n := a.Count("SELECT count(*) FROM notification WHERE kind = 'user_besieged'") + a.Count("SELECT count(*) FROM outbox"); n != 2 {
		t.Error("an account that does not exist alarms somebody")
	}
	a.Clock.Add(3 * time.Minute)
	b := a.SignIn(memberMail, memberPassword)
	r := status(t, b.Get("/notifications"), http.StatusOK)
	if !strings.Contains(r.Body, "10 failed attempts to sign in as you") {
		t.Errorf("the notification does not say it: %.2000s", r.Body)
	}
}

func TestTheAlarmSoundsOnceAnHour(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Member)
	count := func() int {
		a.Settle()
		return a.Count("SELECT count(*) FROM notification WHERE kind = 'user_besieged' AND user_id = ?", kim.ID)
	}
	b := a.Browser()
	b.Get("/login")
	for range 14 { // within one hour: 14 * 4 minutes
		b.Post("/login", "email", memberMail, "password", "wrong")
		a.Clock.Add(4 * time.Minute)
	}
	if count() != 1 {
		t.Fatalf("%d alarms in one hour", count())
	}
}

func TestADeadLinkLeadsToTheDoor(t *testing.T) {
	a := apptest.New(t)
	r := a.Browser().Get("/invite/gone")
	if r.Status != http.StatusNotFound || !strings.Contains(r.Body, `href="/login"`) || strings.Contains(r.Body, `class="page"`) {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}
