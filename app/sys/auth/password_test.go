package auth_test

import (
	"context"
	"strings"
	"testing"

	"regulars/app/sys/auth"
)

func TestPasswordsAreHashedAtFullCost(t *testing.T) {
	ctx := context.Background()
	hash, err := auth.HashPassword(ctx, "kettle and crane")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || auth.Outdated(hash) {
		t.Fatalf("the hash is %s, %v", hash, err)
	}
	for given, want := range map[string]bool{"kettle and crane": true, "kettle and crow": false, "": false} {
		if ok, err := auth.VerifyPassword(ctx, given, hash); ok != want || err != nil {
			t.Errorf("%q: %v, %v", given, ok, err)
		}
	}
	if ok, err := auth.VerifyPassword(ctx, "no such account", ""); ok || err != nil {
		t.Errorf("nobody's password: %v, %v", ok, err)
	}
	auth.HashCheaply()
	if !auth.Outdated(hash) {
		t.Error("a hash of other cost than today's is not outdated")
	}
}
