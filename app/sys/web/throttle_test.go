package web_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/web"
)

func TestAHouseHasMoreTriesThanAnAccount(t *testing.T) {
	a := apptest.New(t)
	ctx, th := a.As(auth.System("test")), web.Throttle{DB: a.DB}
	house, account := web.HouseKey("sign-in", "203.0.113.7"), "sign-in kim@example.com"
	fail := func(name string, times int) {
		t.Helper()
		for range times {
			if err := th.Failed(ctx, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	waits := func(name string) bool { return errs.Is(th.Free(ctx, name), errs.TooMany) }
	fail(account, 4)
	fail(house, 59)
	if waits(account) || waits(house) {
		t.Fatal("slowed too early")
	}
	fail(account, 1)
	fail(house, 1)
	if !waits(account) || !waits(house) {
		t.Fatal("not slowed")
	}
	// One sign-in gives the address one try back, and the account all of them.
	for _, name := range []string{account, house} {
		if err := th.Clear(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if waits(account) || waits(house) {
		t.Fatal("a success does not help")
	}
	fail(house, 1)
	fail(account, 1)
	if !waits(house) || waits(account) {
		t.Fatal("a success wiped the address out, or did not wipe the account out")
	}
	// Quiet minutes give an address its tries back; an account needs a day.
	fail(account, 4)
	a.Clock.Add(30 * time.Minute)
	fail(house, 29)
	fail(account, 1)
	if waits(house) || !waits(account) {
		t.Fatal("the leak is wrong")
	}
}

func TestAddressesAreGroupedByWhatOneVisitorHolds(t *testing.T) {
	for _, same := range [][2]string{
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9"},
		{"::ffff:203.0.113.7", "203.0.113.7"},
		{"fe80::1%eth0", "fe80::2"},
	} {
		if web.HouseKey("sign-in", same[0]) != web.HouseKey("sign-in", same[1]) {
			t.Errorf("%v are counted apart", same)
		}
	}
	for _, other := range [][2]string{{"2001:db8:1:2::1", "2001:db8:1:3::1"}, {"203.0.113.7", "203.0.113.8"}} {
		if web.AddressKey("x", other[0]) == web.AddressKey("x", other[1]) {
			t.Errorf("%v are counted together", other)
		}
	}
}

func TestAWatchCountsInItsWindow(t *testing.T) {
	a := apptest.New(t)
	th := web.Throttle{DB: a.DB}
	got := ""
	for range 4 {
		err := a.DB.Write(a.As(auth.System("test")), "test.watch", func(ctx context.Context, tx *db.Tx) error {
			n, err := th.Watch(ctx, tx, "kim", time.Hour)
			got += fmt.Sprint(n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		a.Clock.Add(25 * time.Minute)
	}
	if got != "1231" {
		t.Errorf("counted %s", got)
	}
}
